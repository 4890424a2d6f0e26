use super::*;
use crate::config::{Holiday, LocalDate};

fn of(edit: impl FnOnce(&mut OperatingHours)) -> Vec<(String, Problem)> {
    let mut it = hours();
    edit(&mut it);
    findings(&Change::PutOperatingHours("office".into(), Arc::new(it)))
}

fn weekly(days: &[Weekday], from: u16, to: u16) -> WeeklySpan {
    WeeklySpan { days: days.to_vec(), span: Span { from, to } }
}

fn holiday(year: i16, month: i8, day: i8, span: Option<Span>) -> Holiday {
    Holiday { date: LocalDate { year, month, day }, name: None, span }
}

#[test]
fn operating_hours_name_their_wrong_fields() {
    expect(&of(|_| {}), &[]);
    expect(&of(|it| it.weekly.clear()), &[]);
    expect(&of(|it| it.time_zone = "Europe/Atlantis".into()), &[("/time_zone", Problem::UnknownTimeZone)]);
    expect(&of(|it| it.weekly[0].days.clear()), &[("/weekly/0/days", Problem::EmptyList)]);
    expect(&of(|it| it.weekly[0].days.push(Weekday::Mon)), &[("/weekly/0/days/2", Problem::Duplicate)]);
    let range = |max| Problem::OutOfRange { min: 0, max };
    expect(
        &of(|it| it.weekly[0].span = Span { from: 1440, to: 1441 }),
        &[("/weekly/0/from", range(1439)), ("/weekly/0/to", range(1440))],
    );
    expect(
        &of(|it| {
            it.holidays = vec![
                holiday(2026, 12, 25, None),
                holiday(2026, 2, 29, None),
                holiday(2026, 12, 25, Some(Span { from: 600, to: 720 })),
                holiday(1969, 12, 31, None),
            ];
        }),
        &[
            ("/holidays/1/date", Problem::BadDate),
            ("/holidays/2/date", Problem::Duplicate),
            ("/holidays/3/date", Problem::BadDate),
        ],
    );
    let many = of(|it| it.weekly = vec![weekly(&[Weekday::Sun], 0, 0); 51]);
    expect(&many[..2], &[("/weekly", Problem::TooMany { max: 50 }), ("/weekly/1", Problem::Overlap)]);
}

#[test]
fn spans_that_overlap_are_refused_and_those_that_touch_are_not() {
    use Weekday::{Fri, Mon, Sat, Sun, Tue};
    let (overlap, none) = (true, false);
    let table = [
        (weekly(&[Mon], 540, 720), weekly(&[Mon], 719, 800), overlap),
        (weekly(&[Mon], 540, 720), weekly(&[Mon], 720, 800), none),
        (weekly(&[Mon], 540, 720), weekly(&[Tue], 540, 720), none),
        (weekly(&[Mon, Fri], 540, 720), weekly(&[Tue, Fri], 600, 660), overlap),
        // Over midnight, and over the end of the week.
        (weekly(&[Fri], 1320, 360), weekly(&[Sat], 359, 600), overlap),
        (weekly(&[Fri], 1320, 360), weekly(&[Sat], 360, 600), none),
        (weekly(&[Sun], 1320, 360), weekly(&[Mon], 0, 60), overlap),
        (weekly(&[Mon], 0, 60), weekly(&[Sun], 1320, 360), overlap),
        // A whole day, from any minute.
        (weekly(&[Mon], 540, 540), weekly(&[Tue], 539, 541), overlap),
        (weekly(&[Mon], 540, 540), weekly(&[Tue], 540, 541), none),
    ];
    for (first, second, overlaps) in table {
        let expected: &[_] = if overlaps { &[("/weekly/1", Problem::Overlap)] } else { &[] };
        expect(&of(|it| it.weekly = vec![first.clone(), second.clone()]), expected);
    }
}
