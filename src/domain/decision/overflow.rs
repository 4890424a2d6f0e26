//! What overflow made of a conversation, item by item.

use serde::{Deserialize, Serialize};

use super::Trigger;
use crate::config::{OverflowAction, OverflowWhen};
use crate::ids::{DecisionId, QueueId};
use crate::time::Timestamp;

/// What became of one item of a queue's overflow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum OverflowVerdict {
    /// Its condition did not hold.
    NotHeld,
    /// It held, but the conversation has been in that queue.
    Visited,
    /// It held, but there is no such queue.
    UnknownQueue,
    /// It held, but that queue is for records, or for messages.
    OtherType,
    /// It held, but the conversation has been in as many queues as are remembered.
    TooManyMoves,
    /// It held and was done.
    Chosen,
}

impl OverflowVerdict {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotHeld => "not_held",
            Self::Visited => "visited",
            Self::UnknownQueue => "unknown_queue",
            Self::OtherType => "other_type",
            Self::TooManyMoves => "too_many_moves",
            Self::Chosen => "chosen",
        }
    }
}

/// An item that was looked at.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OverflowStep {
    /// Its place in the queue's list, from 0.
    pub item: u32,
    /// Its condition.
    pub when: OverflowWhen,
    /// Its action; the text of an end is left out.
    pub action: OverflowAction,
    /// Where it leads, if to a queue.
    pub to: Option<QueueId>,
    /// What became of it.
    pub verdict: OverflowVerdict,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OverflowOutcome {
    /// Nothing: it stays in line.
    Stays,
    /// It stays and is matched as within the hours.
    AssignAnyway,
    /// It went to this queue.
    Moved(QueueId),
    /// It ended.
    Ended,
}

impl OverflowOutcome {
    /// The name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Stays => "stays",
            Self::AssignAnyway => "assign_anyway",
            Self::Moved(_) => "moved",
            Self::Ended => "ended",
        }
    }
}

/// The overflow part of a decision.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OverflowTrace {
    /// Its id.
    pub id: DecisionId,
    /// When.
    pub at: Timestamp,
    /// Why now.
    pub trigger: Trigger,
    /// Configuration that decided.
    pub config_version: u64,
    /// The queue that decided.
    pub queue_id: QueueId,
    /// Whether that queue was within its hours.
    pub open: bool,
    /// How many others were unassigned in the queue.
    pub waiting: u32,
    /// How long it had waited, in seconds.
    pub waited_seconds: u32,
    /// Items in the order in which they were looked at, up to the one that was chosen.
    pub steps: Vec<OverflowStep>,
    /// What was done.
    pub outcome: OverflowOutcome,
    /// Time taken.
    pub duration_us: u32,
}
