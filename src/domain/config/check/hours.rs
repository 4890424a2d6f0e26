//! Checks operating hours.

use super::bounds::{MAX_HOLIDAYS, MAX_NAME_CHARS, MAX_WEEKLY_SPANS, MAX_ZONE_CHARS};
use super::checker::Checker;
use super::problem::Problem;
use crate::config::{DAY_MINUTES, Holiday, OperatingHours, Span, Weekday, WeeklySpan};
use crate::hours;
use crate::ids::OperatingHoursId;

/// Checks operating hours that are put under `id`.
pub(super) fn operating_hours(checker: &mut Checker<'_>, id: &OperatingHoursId, it: &OperatingHours) {
    checker.id(id.as_str());
    checker.name("name", &it.name);
    let known = it.time_zone.len() <= MAX_ZONE_CHARS && hours::is_time_zone(&it.time_zone);
    checker.require(known, "time_zone", Problem::UnknownTimeZone);
    checker.each("weekly", &it.weekly, MAX_WEEKLY_SPANS, |checker, index, weekly| {
        checker.require(!weekly.days.is_empty(), "days", Problem::EmptyList);
        checker.each("days", &weekly.days, Weekday::ALL.len(), |checker, at, day| {
            if weekly.days[..at].contains(day) {
                checker.report(Problem::Duplicate);
            }
        });
        span(checker, weekly.span);
        if it.weekly[..index].iter().any(|other| overlap(other, weekly)) {
            checker.report(Problem::Overlap);
        }
    });
    checker.each("holidays", &it.holidays, MAX_HOLIDAYS, |checker, index, holiday| {
        let there = hours::is_date(holiday.date) && holiday.date.year >= 1970;
        checker.require(there, "date", Problem::BadDate);
        let again = it.holidays[..index].iter().any(|other: &Holiday| other.date == holiday.date);
        checker.require(!again, "date", Problem::Duplicate);
        if let Some(name) = &holiday.name {
            checker.line("name", name, MAX_NAME_CHARS);
        }
        if let Some(own) = holiday.span {
            span(checker, own);
        }
    });
}

fn span(checker: &mut Checker<'_>, span: Span) {
    checker.range("from", span.from.into(), 0, u32::from(DAY_MINUTES) - 1);
    checker.range("to", span.to.into(), 0, DAY_MINUTES.into());
}

/// Minutes from Monday's midnight at which a span begins, each of its days.
fn starts(weekly: &WeeklySpan) -> impl Iterator<Item = u32> + '_ {
    weekly.days.iter().map(|day| *day as u32 * u32::from(DAY_MINUTES) + u32::from(weekly.span.from))
}

/// Whether some day's span of one covers a minute of the other's, around the week.
fn overlap(a: &WeeklySpan, b: &WeeklySpan) -> bool {
    const WEEK: u32 = 7 * DAY_MINUTES as u32;
    let meets = |x: u32, y: u32| {
        let after = (y + WEEK - x) % WEEK;
        let before = (x + WEEK - y) % WEEK;
        after < u32::from(a.span.minutes()) || before < u32::from(b.span.minutes())
    };
    starts(a).any(|x| starts(b).any(|y| meets(x, y)))
}
