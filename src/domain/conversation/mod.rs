//! A conversation: what it is and how its own events fold into it.
//!
//! Owns the status chart, the fold, and the exact contents of the timeline. Does not know queues' lines,
//! agents' ledgers or who may do what. Invariant 8: replaying the events gives the state.

pub mod chart;
pub mod event;
mod fold;
mod participant;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use chart::{Status, Step};
pub use event::{By, CloseReason, Event, First, Happening, Message, Moved, ReturnReason, Sender, Visibility};
pub use participant::{LeaveReason, MAX_PARTICIPANTS, Participant, ParticipantKind};

use super::classification::Written;
use super::config::{ChannelType, Occasion, RequiredSkill};
use super::context::{Context, ContextError};
use super::correspondent::Correspondent;
use super::entity::RoutedRecord;
use super::ids::{AgentId, ChannelId, ConversationId, CustomerId, GrantId, QueueId, WorkStreamId};
use super::offer::{Grant, Offer, OfferEnd};
use super::time::Timestamp;

/// Who writes in: everything optional, identity only from a verified source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct CustomerRef {
    /// The linked customer record.
    pub id: Option<CustomerId>,
    /// Whether identification rules linked it; what a caller named stays.
    pub identified: bool,
    /// Name to show.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Number.
    pub phone: Option<String>,
}

/// What one agent's refusals did to a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refusals {
    /// How often, through all offers.
    pub count: u32,
    /// No offer to that agent before.
    pub until: Timestamp,
}

/// What is fixed when a conversation is created; the contents of its first event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Born {
    /// Its id.
    pub id: ConversationId,
    /// Where it came in.
    pub channel_id: ChannelId,
    /// Type of that channel.
    pub channel_type: ChannelType,
    /// Its work stream.
    pub work_stream_id: WorkStreamId,
    /// Its first home.
    pub queue_id: QueueId,
    /// Who writes.
    pub customer: CustomerRef,
    /// Context variables.
    pub context: Context,
    /// Keys of the context that no variable declares.
    pub undeclared: Vec<Arc<str>>,
    /// What of the context did not fit and was taken all the same, or left out: from a survey or a webhook.
    pub misfits: Vec<ContextError>,
    /// −100..100, higher first.
    pub priority: i32,
    /// Priority that the hand-off said, which no rule changes.
    pub asked_priority: Option<i32>,
    /// Skills that the hand-off asked for.
    pub asked_skills: Vec<RequiredSkill>,
    /// Skills that an agent needs: those asked for, and those that rules added.
    pub skills: Vec<RequiredSkill>,
    /// Units of the work stream at that moment.
    pub units: u32,
    /// The ended conversation that this one continues.
    pub previous: Option<ConversationId>,
    /// Agent to whom it goes first.
    pub first: Option<First>,
    /// The record that it is about; what comes over an entity channel has one, nothing else.
    pub record: Option<Arc<RoutedRecord>>,
    /// Who writes; only what comes over a provider's channel has one.
    pub correspondent: Option<Arc<Correspondent>>,
    /// The customer as the channel knows them, if that is verified: has at most one unfinished conversation on it.
    pub party: Option<Arc<str>>,
    /// Language of automated messages; `None` is the channel's own.
    pub language: Option<Arc<str>>,
}

/// A conversation's state, a fold of its events.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Conversation {
    /// What was fixed at creation; `queue_id` there is the first home, `context` the first context.
    pub born: Arc<Born>,
    /// Status.
    pub status: Status,
    /// Home queue.
    pub queue_id: QueueId,
    /// Context variables now.
    pub context: Context,
    /// Undeclared keys now.
    pub undeclared: Vec<Arc<str>>,
    /// What of that classification wrote, over what callers gave.
    pub written: Written,
    /// Priority now, −100..100, higher first.
    pub priority: i32,
    /// Skills required now, before any of them is relaxed.
    pub skills: Vec<RequiredSkill>,
    /// Customer now.
    pub customer: CustomerRef,
    /// The open offer; only while open.
    pub offer: Option<Offer>,
    /// The grant of who has it: active, and in wrap-up while units are held.
    pub grant: Option<Grant>,
    /// In wrap-up: when the units are freed at the latest; `None` until it closes.
    pub hold_until: Option<Timestamp>,
    /// Agent who has it or had it last.
    pub agent: Option<AgentId>,
    /// Who takes part beside that agent, while it is active; at most [`MAX_PARTICIPANTS`], oldest first.
    pub participants: Vec<Participant>,
    /// Units that it costs, as last granted.
    pub units: u32,
    /// To whom it goes first, before everyone.
    pub first: Option<First>,
    /// Who lost it by a disconnect: preferred among the eligible.
    pub preferred: Option<AgentId>,
    /// Refusals by agent.
    pub refused: BTreeMap<AgentId, Refusals>,
    /// Refusals in all.
    pub refusals: u32,
    /// Every member has refused as often as it may be asked: on the pick list in any mode.
    pub stranded: bool,
    /// Transfers so far.
    pub transfer_count: u32,
    /// Queues where it has been; at most [`KEPT_VISITED`], then overflow moves it no more.
    pub visited: BTreeSet<QueueId>,
    /// How the offers ended, the newest last; at most [`KEPT_OFFER_ENDS`].
    pub ended_offers: Vec<(GrantId, OfferEnd)>,
    /// Client message ids seen, with the message's number, to answer a repeat; at most [`KEPT_CLIENT_MESSAGES`].
    pub client_messages: BTreeMap<(Sender, Arc<str>), u32>,
    /// Messages so far.
    pub messages: u32,
    /// Bytes of text that its messages and changes of context have brought.
    pub text_bytes: u64,
    /// Number of the last event; the version and `ETag`.
    pub version: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its age in line: set once, kept through refusal, release, transfer and restart.
    pub queued_at: Timestamp,
    /// When it entered this queue.
    pub entered_queue_at: Timestamp,
    /// What was decided about its wait in this queue.
    pub wait: Wait,
    /// What the house has said by itself.
    pub prompted: Prompted,
    /// It has passed its queue's service level, and that was said.
    pub late: bool,
    /// When it entered this status.
    pub status_since: Timestamp,
    /// When the customer wrote last.
    pub last_customer_at: Option<Timestamp>,
    /// Last message of either side, or last change of status.
    pub last_activity_at: Timestamp,
    /// Last assignment.
    pub assigned_at: Option<Timestamp>,
    /// Start of wrap-up.
    pub wrap_up_at: Option<Timestamp>,
    /// End.
    pub closed_at: Option<Timestamp>,
    /// Why it ended.
    pub close_reason: Option<CloseReason>,
    /// The agent's note at the close, or the reason that a supervisor gave.
    pub close_note: Option<Arc<str>>,
}

/// What overflow has decided about a conversation's wait: begins anew with each entry of a queue and of a status,
/// not with an offer that ends. What was looked at counts as long as the queue's overflow is what it was then; what
/// was done stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Wait {
    /// When it entered the queue, or came back to its line.
    pub since: Timestamp,
    /// Under which writing of its queue `seconds` and `settled_until` were looked at.
    pub revision: u64,
    /// Waits up to here, in seconds, were looked at.
    pub seconds: u32,
    /// Out of hours was looked at; not again before the hours begin, which is then.
    pub settled_until: Timestamp,
    /// Matched out of hours too.
    pub anyway: bool,
}

/// What the house has said by itself and does not say again: begins anew with each status.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Prompted {
    /// Waits up to here, in seconds.
    pub waited: u32,
    /// The best place in line that a message was about.
    pub place: Option<u32>,
    /// That the queue is closed.
    pub outside_hours: bool,
    /// That nobody writes; again after somebody has.
    pub inactive: bool,
}

impl Prompted {
    /// Remembers what was said.
    fn say(&mut self, on: Occasion) {
        match on {
            Occasion::Waiting(seconds) => self.waited = self.waited.max(seconds),
            Occasion::Position(at) => self.place = Some(self.place.map_or(at, |told| told.min(at))),
            Occasion::OutsideHours => self.outside_hours = true,
            Occasion::Inactivity(_) => self.inactive = true,
            _ => {}
        }
    }
}

impl Wait {
    /// A wait that begins at `since`: nothing was looked at.
    pub fn new(since: Timestamp) -> Self {
        Self { since, ..Self::default() }
    }

    /// The wait as it counts under this writing of its queue: what was looked at under another is to be looked at.
    #[must_use]
    pub fn under(self, revision: u64) -> Self {
        if self.revision == revision {
            return self;
        }
        Self { revision, seconds: 0, settled_until: Timestamp::default(), ..self }
    }
}

/// How many queues a conversation remembers to have been in.
pub const KEPT_VISITED: usize = 100;

/// How many ended offers a conversation remembers, to answer a late accept with how it ended.
pub const KEPT_OFFER_ENDS: usize = 64;

/// Events after which a conversation takes no more messages and changes of context, and is offered to nobody by itself. What
/// its customer says then begins its successor, as after its end; over a socket that is bound to it, it is refused.
/// What people do with it goes on: it can be taken, passed on, ended and closed. Its events are in memory until it ends and
/// one value of the archive then; at some 600 bytes each beside their text this keeps one within 3 MB.
pub const MAX_EVENTS: u32 = 5_000;

/// The same for its text, in bytes: some thousand pages. No body of a request is larger than 256 KiB, so that it is never
/// passed by more.
pub const MAX_TEXT_BYTES: u64 = 4 << 20;

/// How many client message ids a conversation remembers: a sender repeats what it has just sent, and each move of the
/// conversation carries them.
pub const KEPT_CLIENT_MESSAGES: usize = 512;

impl Conversation {
    /// Its id.
    pub fn id(&self) -> ConversationId {
        self.born.id
    }

    /// Whether it takes no more messages: [`MAX_EVENTS`] or [`MAX_TEXT_BYTES`] is reached.
    pub fn is_full(&self) -> bool {
        self.version >= MAX_EVENTS || self.text_bytes >= MAX_TEXT_BYTES
    }

    /// Place in line: (−priority, age, id); the least goes first (SPEC §4).
    pub fn rank(&self) -> Rank {
        Rank { after_priority: -self.priority, queued_at: self.queued_at, id: self.id() }
    }

    /// Who has it, or had it last; of an open one, who has it on offer.
    pub fn holder(&self) -> Option<&AgentId> {
        match self.status {
            Status::Open => self.offer.as_ref().map(|offer| &offer.grant.agent),
            _ => self.agent.as_ref(),
        }
    }

    /// Where an answer goes over a provider's channel: to whoever wrote, or to the number that a hand-off gave.
    pub fn address(&self) -> Option<&str> {
        let writer = self.born.correspondent.as_deref().map(|writer| &*writer.address);
        let called = matches!(self.born.channel_type, ChannelType::Sms | ChannelType::Whatsapp);
        writer.or_else(|| self.customer.phone.as_deref().filter(|_| called))
    }

    /// Remembers a queue, up to [`KEPT_VISITED`].
    pub fn visit(&mut self, queue: &QueueId) {
        if self.visited.len() < KEPT_VISITED {
            self.visited.insert(queue.clone());
        }
    }

    /// How this offer ended, if it did and is remembered.
    pub fn offer_end(&self, grant: GrantId) -> Option<OfferEnd> {
        self.ended_offers.iter().rev().find(|(id, _)| *id == grant).map(|(_, end)| *end)
    }
}

/// Place in line; the least goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Rank {
    /// Negated priority.
    pub after_priority: i32,
    /// Age.
    pub queued_at: Timestamp,
    /// Tie.
    pub id: ConversationId,
}
