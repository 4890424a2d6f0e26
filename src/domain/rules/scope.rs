//! What rules may read, and under which names.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compare::has_data;
use crate::context::{Context, Value};
use crate::conversation::CustomerRef;
use crate::ids::ConversationId;
use crate::time::Timestamp;

/// What rules may read: context, channel, customer, record, time.
///
/// Paths begin with `channel.`, `customer.`, `record.` or `time.`; everything else is a context variable's
/// name. Names are exact. A context key never stands in for a path: what a visitor sends cannot pass for
/// the channel or the customer.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Context variables by key.
    pub context: &'a Context,
    /// `channel.…` without the prefix: `id`, `type`, `name` and the attributes of its settings.
    pub channel: &'a BTreeMap<String, Value>,
    /// `customer.…`: `id`, `name`, `email`, `phone`, and `known`, the text `true` or `false`.
    pub customer: &'a CustomerRef,
    /// `record.…` without the prefix: the details of a routed record; empty for messages.
    pub record: &'a BTreeMap<String, Value>,
    /// `time.…`, in UTC: `hour`, `minute`, `weekday` (1 is Monday, 7 Sunday), `date` (`YYYY-MM-DD`).
    pub now: Timestamp,
    /// Seeds percentage splits.
    pub conversation: ConversationId,
}

/// What a name in a rule stands for, as far as its form tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathKind {
    /// A context variable; the work stream declares its type.
    Variable,
    /// A path whose values are texts.
    Text,
    /// A path whose values are numbers.
    Number,
    /// A path whose values may be either.
    Either,
    /// A path that never has a value.
    Unknown,
}

/// What `name` stands for.
pub fn path_kind(name: &str) -> PathKind {
    match name.split_once('.') {
        Some(
            ("channel", "id" | "type" | "name")
            | ("customer", "id" | "name" | "email" | "phone" | "known")
            | ("time", "date"),
        ) => PathKind::Text,
        Some(("time", "hour" | "minute" | "weekday")) => PathKind::Number,
        Some(("channel" | "record", rest)) if !rest.is_empty() => PathKind::Either,
        Some(("channel" | "customer" | "record" | "time", _)) => PathKind::Unknown,
        _ => PathKind::Variable,
    }
}

impl Scope<'_> {
    /// The value under `name`; `None` is no data, an empty text included.
    pub fn get(&self, name: &str) -> Option<Value> {
        let value = match name.split_once('.') {
            Some(("channel", key)) => self.channel.get(key).cloned(),
            Some(("record", key)) => self.record.get(key).cloned(),
            Some(("customer", key)) => self.customer(key),
            Some(("time", key)) => self.time(key),
            _ => self.context.get(name).cloned(),
        };
        value.filter(has_data)
    }

    fn customer(&self, key: &str) -> Option<Value> {
        let text = match key {
            "id" => self.customer.id.as_ref().map(|id| id.0.clone()),
            "name" => self.customer.name.as_deref().map(Arc::from),
            "email" => self.customer.email.as_deref().map(Arc::from),
            "phone" => self.customer.phone.as_deref().map(Arc::from),
            "known" => Some(Arc::from(if self.customer.id.is_some() { "true" } else { "false" })),
            _ => None,
        };
        text.map(Value::Text)
    }

    /// An instant that no calendar has is no data.
    fn time(&self, key: &str) -> Option<Value> {
        let instant = jiff::Timestamp::from_millisecond(self.now.0).ok()?;
        let utc = jiff::tz::Offset::UTC.to_datetime(instant);
        let number = |value: i8| Some(Value::Number(f64::from(value)));
        match key {
            "hour" => number(utc.hour()),
            "minute" => number(utc.minute()),
            "weekday" => number(utc.weekday().to_monday_one_offset()),
            "date" => Some(Value::Text(utc.date().to_string().into())),
            _ => None,
        }
    }
}
