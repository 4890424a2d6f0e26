//! Why a conversation went where it went: what rules read and said, who was passed over and why (SPEC §9).

mod overflow;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::classification::Written;
use super::config::RequiredSkill;
pub use overflow::{OverflowOutcome, OverflowStep, OverflowTrace, OverflowVerdict};

use super::context::Value;
use super::ids::{AgentId, DecisionId, QueueId};
use super::time::Timestamp;

/// Most candidates listed when there is a winner.
pub const LISTED_ON_SUCCESS: usize = 10;
/// Most candidates listed without a winner, and in `simulate`.
pub const LISTED_WITHOUT_WINNER: usize = 50;

/// What made the dispatcher look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Trigger {
    /// It arrived.
    Created,
    /// Its context changed while it was unassigned.
    Rerouted,
    /// It came back to its queue.
    Returned,
    /// An agent became available.
    AgentAvailable,
    /// An agent refused it, or a reservation.
    Refused,
    /// A cooldown or hold ended.
    TimeElapsed,
    /// An agent took it from the list.
    Picked,
    /// A supervisor assigned it.
    Assigned,
    /// It was transferred.
    Transferred,
    /// The configuration changed.
    Configured,
    /// The house started.
    Started,
    /// Somebody asked what would happen.
    Simulated,
    /// Another queue overflowed into this one.
    Overflowed,
    /// The queue's hours ended.
    HoursEnded,
    /// The queue's hours began.
    HoursBegan,
}

impl Trigger {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Rerouted => "rerouted",
            Self::Returned => "returned",
            Self::AgentAvailable => "agent_available",
            Self::Refused => "refused",
            Self::TimeElapsed => "time_elapsed",
            Self::Picked => "picked",
            Self::Assigned => "assigned",
            Self::Transferred => "transferred",
            Self::Configured => "configured",
            Self::Started => "started",
            Self::Simulated => "simulated",
            Self::Overflowed => "overflowed",
            Self::HoursEnded => "hours_ended",
            Self::HoursBegan => "hours_began",
        }
    }
}

/// First reason why an agent was passed over, in this order (CONTRACT §4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Reason {
    /// No socket.
    NotConnected,
    /// Presence not allowed by the work stream, or inactive.
    Presence,
    /// Too few free units, or no offer slot.
    Capacity,
    /// A required skill is missing or too low.
    Skill,
    /// Refused it a moment ago.
    CoolingDown,
    /// Refused it as often as it may be asked.
    Refused,
}

impl Reason {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Presence => "presence",
            Self::Capacity => "capacity",
            Self::Skill => "skill",
            Self::CoolingDown => "cooling_down",
            Self::Refused => "refused",
        }
    }
}

/// What one rule said.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RuleVerdict {
    /// The classification rule set that it stands in; `None` is a routing rule.
    pub set: Option<Arc<str>>,
    /// The rule's name.
    pub name: Arc<str>,
    /// Whether its condition held.
    pub matched: bool,
    /// The variables it read, each once, in order; `None` is no data.
    pub reads: Vec<(Arc<str>, Option<Value>)>,
}

/// Why the fallback queue was taken although something else was meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum RoutingProblem {
    /// The rule's queue does not exist any more.
    UnknownQueue,
    /// The rule's agent does not exist any more.
    UnknownAgent,
}

impl RoutingProblem {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownQueue => "unknown_queue",
            Self::UnknownAgent => "unknown_agent",
        }
    }
}

/// The routing half of a decision: rules → queue.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RoutingTrace {
    /// Configuration that decided.
    pub config_version: u64,
    /// Rules that were evaluated, in order: those of the classification, then the routing rules.
    pub rules: Vec<RuleVerdict>,
    /// What the classification wrote.
    pub written: Written,
    /// Where it went.
    pub queue_id: QueueId,
    /// Agent to whom it is offered first.
    pub agent_id: Option<AgentId>,
    /// Whether the fallback queue was taken.
    pub fallback: bool,
    /// Why, if something else was meant.
    pub problem: Option<RoutingProblem>,
    /// Time taken.
    pub duration_us: u32,
}

/// An agent that was looked at.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub agent_id: AgentId,
    /// `None` is eligible.
    pub reason: Option<Reason>,
    /// What the queue's method ordered by, as the queue saw it.
    pub scores: Scores,
}

/// What the assignment methods order by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Scores {
    /// Free units, less what is reserved but not answered.
    pub free_units: i64,
    /// Active conversations of this work stream.
    pub in_work_stream: u32,
    /// Active conversations.
    pub active: u32,
    /// When the last conversation ended, or since when connected.
    pub idle_since: Timestamp,
    /// Last offer in this queue.
    pub last_offered_at: Timestamp,
}

/// The matching half of a decision: queue → agent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MatchTrace {
    /// Its id.
    pub id: DecisionId,
    /// When.
    pub at: Timestamp,
    /// Why now.
    pub trigger: Trigger,
    /// Configuration that decided.
    pub config_version: u64,
    /// The queue that matched.
    pub queue_id: QueueId,
    /// Skills required at that moment.
    pub requirement: Vec<RequiredSkill>,
    /// How many steps of the work stream have relaxed them.
    pub relaxed_steps: u32,
    /// Candidates listed, best first, then those passed over.
    pub candidates: Vec<Candidate>,
    /// All that were passed over, counted by reason.
    pub passed_over: BTreeMap<Reason, u32>,
    /// Whether it is held in line until the queue's hours begin, so that nobody was chosen.
    pub out_of_hours: bool,
    /// Who was chosen.
    pub winner: Option<AgentId>,
    /// Time taken.
    pub duration_us: u32,
}
