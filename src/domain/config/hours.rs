//! Operating hours as configured: spans by day of the week and holidays, in the time of one zone.
//!
//! Plain values; what they mean at an instant is [`crate::hours`].

use serde::{Deserialize, Serialize};

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // each is its own name
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// Every day, Monday first.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

/// Minutes in a day.
pub const DAY_MINUTES: u16 = 24 * 60;

/// A span of local time that begins on a day. One that ends at or before its beginning runs into the next day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Span {
    /// First minute, 0..1440.
    pub from: u16,
    /// First minute that is not in it any more, 0..=1440; 1440 is the end of the day.
    pub to: u16,
}

impl Span {
    /// Whether it ends on the next day.
    pub fn overnight(self) -> bool {
        self.to <= self.from
    }

    /// How long it is, in minutes by the wall clock; at most a day.
    pub fn minutes(self) -> u16 {
        if self.overnight() { DAY_MINUTES - self.from + self.to } else { self.to - self.from }
    }
}

/// The same span on several days of each week.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WeeklySpan {
    /// Days on which it begins.
    pub days: Vec<Weekday>,
    /// When.
    pub span: Span,
}

/// A date of the local calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct LocalDate {
    /// Year.
    pub year: i16,
    /// Month, 1..=12.
    pub month: i8,
    /// Day of the month, from 1.
    pub day: i8,
}

/// A date whose weekly spans do not hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Holiday {
    /// Which.
    pub date: LocalDate,
    /// What people call it.
    pub name: Option<String>,
    /// The one span that begins on it instead; `None` is closed.
    pub span: Option<Span>,
}

/// Operating hours.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OperatingHours {
    /// What people see.
    pub name: String,
    /// Name of the zone in the IANA database.
    pub time_zone: String,
    /// Spans by day of the week; empty is never open, but for holidays with a span.
    pub weekly: Vec<WeeklySpan>,
    /// Exceptions by date.
    pub holidays: Vec<Holiday>,
}
