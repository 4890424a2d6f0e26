//! Grants and offers: the units that an agent gives to a conversation, and the screen pop that asks for them.

use serde::{Deserialize, Serialize};

use super::capacity::Place;
use super::config::NotificationKind;
use super::conversation::By;
use super::ids::{AgentId, GrantId, WorkStreamId};
use super::time::Timestamp;

/// Why units are granted. Decides whether the grant may exceed capacity (SPEC §6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum GrantKind {
    /// Matched by the dispatcher, also a rule's agent.
    Push,
    /// Transfer to an agent.
    Transfer,
    /// The previous agent of a returning customer.
    Affinity,
    /// Taken from the pick list of a pick stream.
    Pick,
    /// Taken from a push stream.
    SelfSelect,
    /// The last agent reopens a waiting conversation.
    Reopen,
    /// A supervisor's assignment.
    Supervisor,
}

impl GrantKind {
    /// Whether it may exceed the agent's capacity; pushes then wait until it is below again.
    pub fn may_exceed(self) -> bool {
        !matches!(self, Self::Push | Self::Transfer)
    }

    /// Whether it ends in an offer (if the notification kind makes one), rather than in an assignment.
    pub fn is_offered(self) -> bool {
        matches!(self, Self::Push | Self::Transfer | Self::Affinity)
    }
}

/// A grant names its units and places, fixed when the reservation or the bid was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grant {
    /// Its id; the offer's id, if it becomes one.
    pub id: GrantId,
    /// Whose units.
    pub agent: AgentId,
    /// How many.
    pub units: u32,
    /// Places in capacity profiles, beside the units.
    pub places: Vec<Place>,
    /// Why.
    pub kind: GrantKind,
    /// Of which work stream the conversation is.
    pub work_stream: WorkStreamId,
}

/// An open offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// The grant that it becomes at the accept.
    pub grant: Grant,
    /// The prompt, as it was when the offer was made. Never `OpenDirectly`.
    pub notification: NotificationKind,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it times out.
    pub expires_at: Timestamp,
    /// Who gave it: the dispatcher, or in a transfer an agent or a supervisor.
    pub by: By,
}

impl Offer {
    /// Whether the agent may decline it.
    pub fn can_decline(&self) -> bool {
        self.notification == NotificationKind::ScreenPopDecline
    }
}

/// How an offer ended; each ends exactly once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum OfferEnd {
    /// The agent took it.
    Accepted,
    /// The agent declined it.
    Declined,
    /// Nobody answered in time.
    TimedOut,
    /// It was taken back; see [`Withdrawal`].
    Withdrawn,
}

impl OfferEnd {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::TimedOut => "timed_out",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the agent is held to have refused.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::Declined | Self::TimedOut)
    }
}

/// Why an offer was taken back, or an assignment undone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Withdrawal {
    /// The agent's last socket was gone for longer than it is held, or the house was down past the deadline.
    AgentDisconnected,
    /// No socket of the agent acknowledged it.
    Undelivered,
    /// The customer left.
    CustomerLeft,
    /// Somebody else took it.
    Taken,
    /// A supervisor closed or moved it.
    Supervisor,
    /// Routed to another queue.
    Rerouted,
    /// The agent no longer serves the queue, or is gone.
    Membership,
    /// The age limit of the state.
    AgeLimit,
    /// The queue overflowed.
    Overflowed,
    /// The record was resolved or cancelled.
    RecordEnded,
}

impl Withdrawal {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AgentDisconnected => "agent_disconnected",
            Self::Undelivered => "undelivered",
            Self::CustomerLeft => "customer_left",
            Self::Taken => "taken",
            Self::Supervisor => "supervisor",
            Self::Rerouted => "rerouted",
            Self::Membership => "membership",
            Self::AgeLimit => "age_limit",
            Self::Overflowed => "overflowed",
            Self::RecordEnded => "record_ended",
        }
    }
}
