//! When operating hours are open: a pure calendar over the zone database that is compiled in, so that the same
//! instant gives the same answer on every machine.
//!
//! Open is whenever the wall clock of the zone shows a time within a span. Hence a span within an hour that a
//! change of the clocks skips does not happen, and one within an hour that happens twice is open twice. A span
//! belongs to the date on which it begins: a holiday takes away those that begin on it, and leaves the rest of one
//! that began the evening before. Does not know queues.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::config::{DAY_MINUTES, LocalDate, OperatingHours, Span, Weekday};
use crate::time::Timestamp;

/// How many days after an instant, or after a holiday, the weekly pattern has shown every change that it has: two
/// weeks, since a change of the clocks can skip a span once, and a day on either side for the zone.
const SETTLED_DAYS: i64 = 16;
const DAY_MS: i64 = 86_400_000;

/// Whether there is such a zone.
pub fn is_time_zone(name: &str) -> bool {
    zone(name).is_some()
}

/// Whether `date` is in the calendar.
pub fn is_date(date: LocalDate) -> bool {
    Date::new(date.year, date.month, date.day).is_ok()
}

/// Whether the hours are open at an instant. Hours of an unknown zone never are.
pub fn is_open(hours: &OperatingHours, at: Timestamp) -> bool {
    Calendar::of(hours).is_some_and(|calendar| calendar.is_open(at))
}

/// The first instant after `at` at which [`is_open`] says something else; `None` if it never does.
pub fn next_change(hours: &OperatingHours, at: Timestamp) -> Option<Timestamp> {
    Calendar::of(hours)?.next_change(at)
}

/// The zone database that was compiled in; the system's is never read.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown())
}

struct Calendar<'a> {
    hours: &'a OperatingHours,
    zone: TimeZone,
}

impl<'a> Calendar<'a> {
    fn of(hours: &'a OperatingHours) -> Option<Self> {
        Some(Self { hours, zone: zone(&hours.time_zone)? })
    }

    fn is_open(&self, at: Timestamp) -> bool {
        let Some(local) = self.local(at) else { return false };
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        let covers = |span: Span, minute: i32| {
            (i32::from(span.from)..i32::from(span.from) + i32::from(span.minutes())).contains(&minute)
        };
        let today = local.date();
        let before = today.yesterday().ok();
        let day = i32::from(DAY_MINUTES);
        self.spans(today).any(|span| covers(span, minute))
            || before.is_some_and(|date| self.spans(date).any(|span| covers(span, minute + day)))
    }

    /// Looks at whole days of UTC, in order, as far as anything can change: the days ahead, and those about each
    /// holiday to come.
    fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let open = self.is_open(at);
        let today = at.0.div_euclid(DAY_MS);
        let mut days: BTreeSet<i64> = (today..=today + SETTLED_DAYS).collect();
        let tells = self.hours.holidays.iter().filter(|h| h.span.is_some() || !self.hours.weekly.is_empty());
        for day in tells.filter_map(|holiday| day_number(holiday.date)) {
            days.extend((day - 1).max(today)..=day + SETTLED_DAYS);
        }
        days.into_iter().find_map(|day| {
            let edges = self.edges(day);
            edges.into_iter().find(|edge| *edge > at && self.is_open(*edge) != open)
        })
    }

    /// Every instant of a day of UTC at which something could begin or end.
    fn edges(&self, day: i64) -> BTreeSet<Timestamp> {
        let within = Timestamp(day * DAY_MS)..Timestamp((day + 1) * DAY_MS);
        let mut edges = BTreeSet::new();
        let Some(first) = self.local(within.start).and_then(|local| local.date().yesterday().ok()) else {
            return edges;
        };
        // The evening before may run into it, and clocks may be set back over midnight.
        for date in first.series(jiff::Span::new().days(1)).take(4) {
            for span in self.spans(date) {
                for minute in [span.from, span.from + span.minutes()] {
                    edges.extend(self.instants(date, minute));
                }
            }
            edges.extend(self.instants(date, 0));
        }
        if let Ok(start) = jiff::Timestamp::from_millisecond(within.start.0 - 1) {
            let changes = self.zone.following(start).map(|change| instant(change.timestamp()));
            edges.extend(changes.take_while(|at| *at < within.end));
        }
        edges.retain(|at| within.contains(at));
        edges
    }

    /// The spans that begin on a date: a holiday's own, or the week's.
    fn spans(&self, date: Date) -> impl Iterator<Item = Span> + '_ {
        let is = LocalDate { year: date.year(), month: date.month(), day: date.day() };
        let holiday = self.hours.holidays.iter().find(|holiday| holiday.date == is);
        let weekday = Weekday::ALL[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
        let weekly = self.hours.weekly.iter().filter(move |weekly| weekly.days.contains(&weekday));
        let weekly = weekly.filter(move |_| holiday.is_none()).map(|weekly| weekly.span);
        holiday.and_then(|holiday| holiday.span).into_iter().chain(weekly)
    }

    /// The instants at which the wall clock shows so many minutes after the midnight that begins a date: none in
    /// a skipped hour, two in a doubled one.
    fn instants(&self, date: Date, minutes: u16) -> impl Iterator<Item = Timestamp> {
        let date = if minutes >= DAY_MINUTES { date.tomorrow().ok() } else { Some(date) };
        let minutes = minutes % DAY_MINUTES;
        let shown = date.map(|date| date.at((minutes / 60) as i8, (minutes % 60) as i8, 0, 0));
        let offsets = shown.map(|shown| match self.zone.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => [Some(offset), None],
            AmbiguousOffset::Gap { .. } => [None, None],
            AmbiguousOffset::Fold { before, after } => [Some(before), Some(after)],
        });
        let offsets = offsets.into_iter().flatten().flatten();
        offsets.filter_map(move |offset| offset.to_timestamp(shown?).ok()).map(instant)
    }

    /// What the wall clock shows; `None` outside of any calendar.
    fn local(&self, at: Timestamp) -> Option<DateTime> {
        jiff::Timestamp::from_millisecond(at.0).ok().map(|at| self.zone.to_datetime(at))
    }
}

fn instant(at: jiff::Timestamp) -> Timestamp {
    Timestamp(at.as_millisecond())
}

/// Days from 1970-01-01.
fn day_number(date: LocalDate) -> Option<i64> {
    let date = Date::new(date.year, date.month, date.day).ok()?;
    let midnight = jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(midnight.as_second().div_euclid(86_400))
}
