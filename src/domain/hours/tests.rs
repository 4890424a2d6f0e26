use proptest::prelude::*;

use super::*;
use crate::config::{Holiday, WeeklySpan};

fn hours(zone: &str, weekly: &[(&[Weekday], u16, u16)]) -> OperatingHours {
    let weekly = weekly
        .iter()
        .map(|(days, from, to)| WeeklySpan { days: days.to_vec(), span: Span { from: *from, to: *to } });
    OperatingHours {
        name: "H".into(),
        time_zone: zone.into(),
        weekly: weekly.collect(),
        holidays: Vec::new(),
    }
}

fn holiday(date: (i16, i8, i8), span: Option<(u16, u16)>) -> Holiday {
    let date = LocalDate { year: date.0, month: date.1, day: date.2 };
    Holiday { date, name: None, span: span.map(|(from, to)| Span { from, to }) }
}

fn at(text: &str) -> Timestamp {
    instant(text.parse().unwrap())
}

const fn h(hour: u16) -> u16 {
    hour * 60
}

/// Every change from `start` to `end`, written with what it changes to.
fn changes(hours: &OperatingHours, start: &str, end: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut from = at(start);
    while let Some(change) = next_change(hours, from).filter(|change| *change < at(end)) {
        let text = jiff::Timestamp::from_millisecond(change.0).unwrap();
        found.push(format!("{text} {}", if is_open(hours, change) { "open" } else { "closed" }));
        from = change;
    }
    found
}

#[test]
fn a_span_is_open_by_the_clocks_of_its_zone_summer_and_winter() {
    use Weekday::{Mon, Tue};
    let it = hours("Europe/Berlin", &[(&[Mon, Tue], h(9), h(12)), (&[Mon], h(13), h(17))]);
    assert_eq!(
        changes(&it, "2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z"),
        [
            "2026-01-05T08:00:00Z open",
            "2026-01-05T11:00:00Z closed",
            "2026-01-05T12:00:00Z open",
            "2026-01-05T16:00:00Z closed",
            "2026-01-06T08:00:00Z open",
            "2026-01-06T11:00:00Z closed",
        ]
    );
    assert_eq!(next_change(&it, at("2026-07-01T00:00:00Z")), Some(at("2026-07-06T07:00:00Z")));
}

#[test]
fn a_span_that_ends_before_it_begins_runs_into_the_next_day_and_24_00_is_the_end_of_the_day() {
    use Weekday::{Fri, Sun};
    let it = hours("UTC", &[(&[Sun], h(22), h(6)), (&[Fri], h(20), h(24))]);
    assert_eq!(
        changes(&it, "2026-01-09T00:00:00Z", "2026-01-16T00:00:00Z"),
        [
            "2026-01-09T20:00:00Z open",
            "2026-01-10T00:00:00Z closed",
            "2026-01-11T22:00:00Z open",
            "2026-01-12T06:00:00Z closed",
        ]
    );
    // Adjacent spans make one: nothing changes at midnight.
    let whole = hours("UTC", &[(&Weekday::ALL, 0, h(24))]);
    assert_eq!(
        (is_open(&whole, at("2026-01-09T00:00:00Z")), next_change(&whole, Timestamp(0))),
        (true, None)
    );
    let same = hours("UTC", &[(&Weekday::ALL, h(9), h(9))]);
    assert_eq!((is_open(&same, at("2026-01-09T08:59:00Z")), next_change(&same, Timestamp(0))), (true, None));
}

#[test]
fn a_span_in_a_skipped_hour_does_not_happen_and_one_in_a_doubled_hour_happens_twice() {
    let it = hours("Europe/Berlin", &[(&Weekday::ALL, h(2), h(2) + 30)]);
    // 2026-03-29: 02:00 to 03:00 is skipped. 2026-10-25: it comes twice.
    assert_eq!(
        changes(&it, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"),
        ["2026-03-30T00:00:00Z open", "2026-03-30T00:30:00Z closed"]
    );
    assert_eq!(
        changes(&it, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"),
        [
            "2026-10-25T00:00:00Z open",
            "2026-10-25T00:30:00Z closed",
            "2026-10-25T01:00:00Z open",
            "2026-10-25T01:30:00Z closed",
        ]
    );
    // One that ends in a skipped hour ends when the clocks jump; one that begins there begins then.
    let until = hours("Europe/Berlin", &[(&[Weekday::Sun], h(1), h(2) + 30)]);
    assert_eq!(
        changes(&until, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
        ["2026-03-29T00:00:00Z open", "2026-03-29T01:00:00Z closed"]
    );
    let since = hours("Europe/Berlin", &[(&[Weekday::Sun], h(2) + 30, h(4))]);
    assert_eq!(
        changes(&since, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
        ["2026-03-29T01:00:00Z open", "2026-03-29T02:00:00Z closed"]
    );
}

#[test]
fn clocks_set_back_over_midnight_show_the_last_hour_of_a_day_twice() {
    // 2023-03-26 went from 00:00 back to 23:00 of the day before.
    let it = hours("America/Asuncion", &[(&[Weekday::Sat], h(23), h(23) + 30)]);
    assert_eq!(
        changes(&it, "2023-03-25T12:00:00Z", "2023-03-26T12:00:00Z"),
        [
            "2023-03-26T02:00:00Z open",
            "2023-03-26T02:30:00Z closed",
            "2023-03-26T03:00:00Z open",
            "2023-03-26T03:30:00Z closed",
        ]
    );
}

#[test]
fn a_holiday_replaces_the_spans_that_begin_on_its_date() {
    let mut it = hours("UTC", &[(&Weekday::ALL, h(20), h(4))]);
    it.holidays = vec![holiday((2026, 12, 25), None), holiday((2026, 12, 26), Some((h(10), h(12))))];
    assert_eq!(
        changes(&it, "2026-12-24T12:00:00Z", "2026-12-28T00:00:00Z"),
        [
            "2026-12-24T20:00:00Z open",
            "2026-12-25T04:00:00Z closed",
            "2026-12-26T10:00:00Z open",
            "2026-12-26T12:00:00Z closed",
            "2026-12-27T20:00:00Z open",
        ]
    );
}

#[test]
fn no_weekly_spans_are_never_open_but_for_a_holiday_of_its_own() {
    let mut it = hours("Asia/Kolkata", &[]);
    assert_eq!((is_open(&it, Timestamp(0)), next_change(&it, Timestamp(0))), (false, None));
    it.holidays = vec![holiday((2026, 12, 25), None), holiday((2031, 5, 1), Some((h(9), h(17))))];
    assert_eq!(
        changes(&it, "2026-01-01T00:00:00Z", "2040-01-01T00:00:00Z"),
        ["2031-05-01T03:30:00Z open", "2031-05-01T11:30:00Z closed"]
    );
}

#[test]
fn weeks_of_closed_holidays_end_with_the_first_span_after_them() {
    let mut it = hours("UTC", &[(&[Weekday::Mon], h(9), h(10))]);
    it.holidays = (1..=28).map(|day| holiday((2026, 2, day), None)).collect();
    assert_eq!(next_change(&it, at("2026-01-27T00:00:00Z")), Some(at("2026-03-02T09:00:00Z")));
}

#[test]
fn zones_come_from_the_database_of_the_program_alone() {
    for name in ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Australia/Lord_Howe"] {
        assert!(is_time_zone(name), "{name}");
    }
    for name in ["", "Europe/Atlantis", "Etc/Unknown", "local", "+02:00", "../../etc/localtime"] {
        assert!(!is_time_zone(name), "{name}");
    }
    assert!(!is_open(&hours("Europe/Atlantis", &[(&Weekday::ALL, 0, h(24))]), Timestamp(0)));
}

#[test]
fn a_minute_by_minute_walk_over_a_year_finds_the_same_changes() {
    const MINUTE: i64 = 60_000;
    use Weekday::{Fri, Mon, Sat, Sun, Wed};
    for zone in ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"] {
        let weekly: &[(&[Weekday], u16, u16)] = &[
            (&[Mon, Wed], h(9), h(17) + 30),
            (&[Sun], h(1) + 45, h(2) + 15),
            (&[Fri, Sat], h(22) + 5, h(3)),
        ];
        let mut it = hours(zone, weekly);
        it.holidays = vec![holiday((2026, 4, 5), Some((h(2), h(2) + 20))), holiday((2026, 12, 25), None)];
        let year = at("2026-01-01T00:00:00Z")..at("2027-01-01T00:00:00Z");
        let zone_of = jiff::tz::TimeZoneDatabase::bundled().get(zone).unwrap();
        let mut open = oracle(&it, &zone_of, year.start);
        let mut walked = Vec::new();
        let mut now = year.start.plus_ms(MINUTE);
        while now < year.end {
            if oracle(&it, &zone_of, now) != open {
                open = !open;
                walked.push(now);
            }
            now = now.plus_ms(MINUTE);
        }
        let mut found = Vec::new();
        let mut now = year.start;
        while let Some(change) = next_change(&it, now).filter(|change| *change < year.end) {
            found.push(change);
            now = change;
        }
        assert_eq!(found, walked, "{zone}");
        assert!(found.len() > 400, "{zone}: {}", found.len());
    }
}

/// The definition, as slow and plain as can be: what the clocks show, looked up among all spans.
fn oracle(it: &OperatingHours, zone: &TimeZone, at: Timestamp) -> bool {
    let shown = jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned(zone.clone());
    let minute = shown.hour() as u16 * 60 + shown.minute() as u16;
    let spans = |date: Date| -> Vec<Span> {
        let same =
            |h: &&Holiday| (h.date.year, h.date.month, h.date.day) == (date.year(), date.month(), date.day());
        if let Some(holiday) = it.holidays.iter().find(same) {
            return holiday.span.into_iter().collect();
        }
        let today = Weekday::ALL[date.weekday().to_monday_one_offset() as usize - 1];
        it.weekly.iter().filter(|w| w.days.contains(&today)).map(|w| w.span).collect()
    };
    let begun =
        spans(shown.date()).into_iter().any(|s| minute >= s.from && (s.to <= s.from || minute < s.to));
    let left = spans(shown.date().yesterday().unwrap());
    begun || left.into_iter().any(|s| s.to <= s.from && minute < s.to)
}

fn any_hours() -> impl Strategy<Value = OperatingHours> {
    let zones = prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "America/Asuncion",
        "Africa/Casablanca",
    ]);
    let span = (0_u16..DAY_MINUTES, 0..=DAY_MINUTES).prop_map(|(from, to)| Span { from, to });
    let day = prop::sample::select(Weekday::ALL.to_vec());
    let weekly =
        (prop::collection::vec(day, 1..4), span.clone()).prop_map(|(days, span)| WeeklySpan { days, span });
    let holiday = (1_i8..=12, 1_i8..=28, prop::option::of(span)).prop_map(|(month, day, span)| Holiday {
        date: LocalDate { year: 2026, month, day },
        name: None,
        span,
    });
    (zones, prop::collection::vec(weekly, 0..5), prop::collection::vec(holiday, 0..6)).prop_map(
        |(zone, weekly, holidays)| OperatingHours {
            name: "H".into(),
            time_zone: zone.into(),
            weekly,
            holidays,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn the_next_change_changes_and_nothing_changes_before_it(
        it in any_hours(),
        start in 1_760_000_000_000_i64..1_800_000_000_000,
    ) {
        let start = Timestamp(start);
        let zone_of = zone(&it.time_zone).unwrap();
        let open = oracle(&it, &zone_of, start);
        prop_assert_eq!(is_open(&it, start), open);
        let end = match next_change(&it, start) {
            Some(change) => {
                prop_assert!(change > start);
                prop_assert_ne!(oracle(&it, &zone_of, change), open);
                change
            }
            None => start.plus_ms(40 * DAY_MS),
        };
        let mut now = start;
        while now < end {
            prop_assert_eq!(oracle(&it, &zone_of, now), open, "{:?} before {:?}", now, end);
            now = now.plus_ms(7 * 60_000);
        }
        prop_assert_eq!(oracle(&it, &zone_of, end.plus_ms(-1)), open);
    }
}
