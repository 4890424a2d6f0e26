//! Operating hours on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::wire_enum;
use crate::domain::config as domain;
use crate::domain::config::{LocalDate, Span};
use crate::http::error::FieldError;

wire_enum! {
    /// A day of the week.
    Weekday = domain::Weekday { Mon, Tue, Wed, Thu, Fri, Sat, Sun }
}

/// The same span on several days of each week.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeeklySpan {
    /// Days on which it begins.
    #[schema(min_items = 1, max_items = 7)]
    pub days: Vec<Weekday>,
    /// When it begins, `HH:MM` by the clocks of the zone.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("09:00"))]
    pub from: String,
    /// When it ends, `HH:MM` or `24:00`. At or before `from`: on the next day.
    #[schema(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples("17:00"))]
    pub to: String,
}

/// A date of the zone's calendar whose weekly spans do not hold: closed, or open in its own span only. What began
/// the evening before runs to its end.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Which, `YYYY-MM-DD`, from 1970.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples("2026-12-25"))]
    pub date: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// When its own span begins; given together with `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: Option<String>,
    /// When its own span ends, as of a weekly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
    pub to: Option<String>,
}

/// When a queue is open: spans by the clocks of a time zone. A span that the clocks skip does not happen; one
/// that they show twice happens twice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatingHours {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// A name of the IANA time zone database. The database is part of the program; the machine's is not read.
    #[serde(default = "utc")]
    #[schema(default = "UTC", min_length = 1, max_length = 64, examples("Europe/Berlin"))]
    pub time_zone: String,
    /// Spans that do not overlap; none is never open.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub weekly: Vec<WeeklySpan>,
    /// Each date once.
    #[serde(default)]
    #[schema(max_items = 366)]
    pub holidays: Vec<Holiday>,
    /// Whether they are open now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub open: Option<bool>,
    /// When `open` changes next; null is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, format = DateTime)]
    pub changes_at: Option<String>,
}

fn utc() -> String {
    "UTC".to_owned()
}

impl OperatingHours {
    /// The domain's form, or what is wrong beyond the schema.
    pub fn into_domain(self) -> Result<domain::OperatingHours, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut weekly = Vec::new();
        for (index, given) in self.weekly.into_iter().enumerate() {
            let at = format!("/weekly/{index}");
            if let Some(span) = span(Some(&given.from), Some(&given.to), &at, &mut errors) {
                let days = given.days.into_iter().map(Into::into).collect();
                weekly.push(domain::WeeklySpan { days, span });
            }
        }
        let mut holidays = Vec::new();
        for (index, given) in self.holidays.into_iter().enumerate() {
            let at = format!("/holidays/{index}");
            let span = span(given.from.as_deref(), given.to.as_deref(), &at, &mut errors);
            match date(&given.date) {
                Some(date) => holidays.push(domain::Holiday { date, name: given.name, span }),
                None => {
                    errors.push(FieldError::new(format!("{at}/date"), "must be a date such as 2026-12-25"));
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(domain::OperatingHours { name: self.name, time_zone: self.time_zone, weekly, holidays })
    }
}

/// Both ends of a span, or neither.
fn span(from: Option<&str>, to: Option<&str>, at: &str, errors: &mut Vec<FieldError>) -> Option<Span> {
    let mut end = |name: &str, given: Option<&str>| {
        let Some(text) = given else {
            errors.push(FieldError::new(format!("{at}/{name}"), "from and to are given together"));
            return None;
        };
        let minutes = time(text).filter(|minutes| name == "to" || *minutes < domain::DAY_MINUTES);
        if minutes.is_none() {
            errors.push(FieldError::new(format!("{at}/{name}"), "must be a time such as 09:00"));
        }
        minutes
    };
    if from.is_none() && to.is_none() {
        return None;
    }
    let (from, to) = (end("from", from), end("to", to));
    Some(Span { from: from?, to: to? })
}

/// `HH:MM` from 00:00 to 24:00, in minutes.
fn time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= domain::DAY_MINUTES).then_some(total)
}

/// `YYYY-MM-DD`; whether there is such a date is the domain's to say.
fn date(text: &str) -> Option<LocalDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let small = |text| number(text, 2).and_then(|number| i8::try_from(number).ok());
    let year = i16::try_from(number(year, 4)?).ok()?;
    let date = LocalDate { year, month: small(month)?, day: small(day)? };
    parts.next().is_none().then_some(date)
}

fn number(text: &str, digits: usize) -> Option<u16> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

impl From<&domain::OperatingHours> for OperatingHours {
    fn from(hours: &domain::OperatingHours) -> Self {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let weekly = |weekly: &domain::WeeklySpan| WeeklySpan {
            days: weekly.days.iter().map(|day| (*day).into()).collect(),
            from: clock(weekly.span.from),
            to: clock(weekly.span.to),
        };
        let holiday = |holiday: &domain::Holiday| Holiday {
            date: format!("{:04}-{:02}-{:02}", holiday.date.year, holiday.date.month, holiday.date.day),
            name: holiday.name.clone(),
            from: holiday.span.map(|span| clock(span.from)),
            to: holiday.span.map(|span| clock(span.to)),
        };
        Self {
            id: None,
            name: hours.name.clone(),
            time_zone: hours.time_zone.clone(),
            weekly: hours.weekly.iter().map(weekly).collect(),
            holidays: hours.holidays.iter().map(holiday).collect(),
            open: None,
            changes_at: None,
        }
    }
}
