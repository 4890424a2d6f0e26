//! Queues on the wire.

pub mod overflow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::wire_enum;
use crate::domain::config as domain;
pub use overflow::OverflowItem;

wire_enum! {
    /// What a queue holds.
    QueueType = domain::QueueType { Messaging, Record }
}

wire_enum! {
    /// How a queue orders the agents that are eligible.
    AssignmentMethod = domain::AssignmentMethod { HighestCapacity, RoundRobin, LongestIdle, LeastActive }
}

/// A queue: holds what waits; its member agents serve it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it holds.
    #[serde(rename = "type", default = "messaging")]
    #[schema(default = "messaging")]
    pub kind: QueueType,
    /// Smaller is served first.
    #[serde(default = "priority")]
    #[schema(default = 100, minimum = -1_000_000, maximum = 1_000_000)]
    pub priority: i32,
    /// Order of its eligible agents.
    #[serde(default = "highest_capacity")]
    #[schema(default = "highest_capacity")]
    pub assignment_method: AssignmentMethod,
    /// Target for the wait; past it a conversation that fits nobody raises a notice.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 31_536_000)]
    pub service_level_seconds: Option<u32>,
    /// When it is open; null is always.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub operating_hours_id: Option<String>,
    /// What to do with what waits in vain: the first item that holds, and whose action is possible, decides; out of
    /// hours those about the hours go first.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub overflow: Vec<OverflowItem>,
    /// Agents that serve it, in id order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub members: Option<Vec<String>>,
}

fn messaging() -> QueueType {
    QueueType::Messaging
}

fn highest_capacity() -> AssignmentMethod {
    AssignmentMethod::HighestCapacity
}

fn priority() -> i32 {
    100
}

impl From<Queue> for domain::Queue {
    fn from(wire: Queue) -> Self {
        Self {
            name: wire.name,
            kind: wire.kind.into(),
            priority: wire.priority,
            assignment_method: wire.assignment_method.into(),
            service_level_seconds: wire.service_level_seconds,
            operating_hours_id: wire.operating_hours_id.map(Into::into),
            overflow: wire.overflow.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::Queue> for Queue {
    fn from(queue: &domain::Queue) -> Self {
        Self {
            id: None,
            name: queue.name.clone(),
            kind: queue.kind.into(),
            priority: queue.priority,
            assignment_method: queue.assignment_method.into(),
            service_level_seconds: queue.service_level_seconds,
            operating_hours_id: queue.operating_hours_id.as_ref().map(ToString::to_string),
            overflow: queue.overflow.iter().map(Into::into).collect(),
            members: None,
        }
    }
}
