//! Overflow of a queue, as configured: what to do with a conversation that waits in vain (SPEC §8).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::QueueId;

/// When an item holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OverflowWhen {
    /// At its arrival: at least so many others are unassigned in the queue, whatever their place in line.
    Waiting(u32),
    /// It has waited for so many seconds, counted from entering the queue or coming back to its line from an agent.
    /// An offer that is declined or runs out does not begin the wait anew.
    WaitSeconds(u32),
    /// The queue is closed: at its arrival, and when the hours end while it waits.
    OutOfHours,
}

/// What is done then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OverflowAction {
    /// It goes to this queue, with its age.
    Queue(QueueId),
    /// It goes to its work stream's fallback queue, with its age.
    Fallback,
    /// It ends; the customer is told this before.
    End(Option<Arc<str>>),
    /// It stays and is matched as within the hours.
    AssignAnyway,
}

/// One item of the list: the first that holds, and whose action is possible, decides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OverflowItem {
    /// When.
    pub when: OverflowWhen,
    /// What.
    pub action: OverflowAction,
}
