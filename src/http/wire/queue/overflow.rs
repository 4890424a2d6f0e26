//! A queue's overflow on the wire.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::domain::config as domain;

/// A member that only ever is true: it says which form this is.
fn only_true() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([json!(true)])).into()
}

/// At its arrival at least so many others wait in the queue unassigned, on offer or not, ahead of it or behind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhenWaiting {
    /// How many.
    #[schema(minimum = 1, maximum = 10_000)]
    pub waiting: u32,
}

/// It has waited for so long, counted from entering this queue or coming back to its line from an agent (a release);
/// an offer that is declined or runs out does not begin the wait anew. Looked at once each time the queue is written:
/// a change applies to what already waits.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhenWaited {
    /// How long.
    #[schema(minimum = 1, maximum = 31_536_000)]
    pub wait_seconds: u32,
}

/// The queue is closed: at the arrival, and when its hours end while the conversation waits.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhenOutOfHours {
    /// Always true.
    #[schema(schema_with = only_true)]
    pub out_of_hours: bool,
}

/// When an item holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = OverflowWhen)]
pub enum When {
    /// By the length of the line.
    Waiting(WhenWaiting),
    /// By the wait.
    Waited(WhenWaited),
    /// By the hours.
    OutOfHours(WhenOutOfHours),
}

/// It goes to another queue, with its age.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverflowToQueue {
    /// Which: another one of the same type. Never done where the conversation has been there.
    #[schema(max_length = 64)]
    pub queue_id: String,
}

/// It goes to its work stream's fallback queue, with its age.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverflowToFallback {
    /// Always true.
    #[schema(schema_with = only_true)]
    pub fallback: bool,
}

/// Last words to a customer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LastWords {
    /// Said to the customer before the end; left out, nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4000)]
    pub message: Option<String>,
}

/// It ends, with close reason `overflow`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverflowToEnd {
    /// What is said before.
    pub end: LastWords,
}

/// It stays and is matched as within the hours.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAnyway {
    /// Always true.
    #[schema(schema_with = only_true)]
    pub assign_anyway: bool,
}

/// What is done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = OverflowAction)]
pub enum Action {
    /// Another queue.
    Queue(OverflowToQueue),
    /// The fallback queue.
    Fallback(OverflowToFallback),
    /// The end.
    End(OverflowToEnd),
    /// Nothing but that hours do not count.
    AssignAnyway(AssignAnyway),
}

/// One item of a queue's overflow.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverflowItem {
    /// When it holds.
    pub when: When,
    /// What is done then.
    pub action: Action,
}

impl From<OverflowItem> for domain::OverflowItem {
    fn from(wire: OverflowItem) -> Self {
        Self {
            when: match wire.when {
                When::Waiting(it) => domain::OverflowWhen::Waiting(it.waiting),
                When::Waited(it) => domain::OverflowWhen::WaitSeconds(it.wait_seconds),
                When::OutOfHours(_) => domain::OverflowWhen::OutOfHours,
            },
            action: match wire.action {
                Action::Queue(to) => domain::OverflowAction::Queue(to.queue_id.into()),
                Action::Fallback(_) => domain::OverflowAction::Fallback,
                Action::End(it) => domain::OverflowAction::End(it.end.message.map(Into::into)),
                Action::AssignAnyway(_) => domain::OverflowAction::AssignAnyway,
            },
        }
    }
}

impl From<domain::OverflowWhen> for When {
    fn from(when: domain::OverflowWhen) -> Self {
        match when {
            domain::OverflowWhen::Waiting(waiting) => Self::Waiting(WhenWaiting { waiting }),
            domain::OverflowWhen::WaitSeconds(wait_seconds) => Self::Waited(WhenWaited { wait_seconds }),
            domain::OverflowWhen::OutOfHours => Self::OutOfHours(WhenOutOfHours { out_of_hours: true }),
        }
    }
}

impl From<&domain::OverflowAction> for Action {
    fn from(action: &domain::OverflowAction) -> Self {
        match action {
            domain::OverflowAction::Queue(to) => Self::Queue(OverflowToQueue { queue_id: to.to_string() }),
            domain::OverflowAction::Fallback => Self::Fallback(OverflowToFallback { fallback: true }),
            domain::OverflowAction::End(text) => {
                let message = text.as_ref().map(ToString::to_string);
                Self::End(OverflowToEnd { end: LastWords { message } })
            }
            domain::OverflowAction::AssignAnyway => Self::AssignAnyway(AssignAnyway { assign_anyway: true }),
        }
    }
}

impl From<&domain::OverflowItem> for OverflowItem {
    fn from(item: &domain::OverflowItem) -> Self {
        Self { when: item.when.into(), action: (&item.action).into() }
    }
}
