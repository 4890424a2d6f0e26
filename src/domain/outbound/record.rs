//! Records of the outbound machine: what came of deliveries.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::early::EarlyNotice;
use super::lines::{Dead, Pending};
use super::receipts::{DeliveryState, Receipt};
use crate::conversation::By;
use crate::ids::{ChannelId, ConversationId, WebhookId};
use crate::time::Timestamp;

/// To whom something goes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Target {
    /// An endpoint that is told of events.
    Webhook(WebhookId),
    /// The provider behind a channel, who brings messages to the customer.
    Channel(ChannelId),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhook(id) => write!(f, "webhook {id}"),
            Self::Channel(id) => write!(f, "channel {id}"),
        }
    }
}

/// An event of a conversation: what a delivery is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Spot {
    /// Whose timeline.
    pub conversation: ConversationId,
    /// Its number there.
    pub seq: u32,
}

impl fmt::Display for Spot {
    /// The name of the event and of its deliveries on the wire: the same at every attempt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.conversation, self.seq)
    }
}

impl Spot {
    /// All events of a conversation.
    pub(super) fn all_of(conversation: ConversationId) -> RangeInclusive<Self> {
        Self { conversation, seq: 0 }..=Self { conversation, seq: u32::MAX }
    }

    /// Reads what [`Spot`] prints.
    pub fn read(text: &str) -> Option<Self> {
        let (conversation, seq) = text.rsplit_once('-')?;
        let conversation = ConversationId(uuid::Uuid::try_parse(conversation).ok()?);
        let spot = Self { conversation, seq: seq.parse().ok()? };
        (spot.to_string() == text).then_some(spot)
    }
}

/// One event for one target.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// To whom.
    pub target: Target,
    /// What.
    pub spot: Spot,
}

/// What came of one attempt.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// Of which delivery.
    pub delivery: Delivery,
    /// 1, 2, …
    pub attempt: u32,
    /// What.
    pub result: TrialResult,
}

/// How an attempt ended.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum TrialResult {
    /// The target has it, by its own name for it if it gave one.
    Delivered { provider_id: Option<Arc<str>> },
    /// Not yet: again then.
    Later { retry_at: Timestamp, problem: Arc<str> },
    /// Never by itself: a dead letter.
    Dead { problem: Arc<str> },
}

/// A record of the outbound machine.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OutboundRecord {
    /// When.
    pub at: Timestamp,
    /// By whom: the system, or an administrator.
    pub by: By,
    /// What.
    pub what: OutboundHappening,
}

/// What happens to deliveries.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum OutboundHappening {
    /// They were tried.
    Tried(Vec<Trial>),
    /// More wait than may: these, the oldest, are dead letters.
    Overflowed { target: Target, spots: Vec<Spot> },
    /// These are to go (again): dead letters, or history. Each with the time of its event.
    Replayed { target: Target, spots: Vec<(Spot, Timestamp)> },
    /// These are not to go, and no dead letters any more.
    Discarded { target: Target, spots: Vec<Spot> },
    /// The provider told how far a message is that it took.
    Stated { delivery: Delivery, state: DeliveryState, problem: Option<Arc<str>> },
    /// In a snapshot only: the events that follow are history, nobody waits for them.
    Restoring,
    /// In a snapshot only: part of what was pending and dead.
    Carried(Carried),
    /// In a snapshot only: receipts of what providers took.
    Receipts(Vec<(Spot, Receipt)>),
    /// In a snapshot only: from here on events are new.
    Restored,
    /// A provider told of messages that have no receipt, while something is on its way to it. In a snapshot, too.
    Early(Vec<EarlyNotice>),
}

/// Part of what is pending and dead for one target.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Carried {
    /// For whom.
    pub target: Target,
    /// What waits.
    pub pending: Vec<(Spot, Pending)>,
    /// What was given up.
    pub dead: Vec<(Spot, Dead)>,
}
