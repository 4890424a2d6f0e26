//! Records: what the journal holds. Everything hard is a fold of these, live and at a start.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::config::Change;
use super::conversation::{By, Event};
use super::ids::{AgentId, CapacityProfileId, ConversationId, GrantId, PresenceId, QueueId};
use super::outbound::OutboundRecord;
use super::presence::BasePresence;
use super::time::Timestamp;

/// Version of the record format; a store of another one is refused. 2: overflow, hours, profiles, classification,
/// participants. 3: records, live chat, correspondents, deliveries, sign-ins, audited acts.
pub const RECORD_VERSION: u16 = 3;

/// One record. Its author is named by its kind: a conversation's home queue, an agent, the configuration.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Record {
    /// An entry of a conversation's timeline, by its home queue.
    Event(Event),
    /// About an agent alone, by that agent.
    Agent(AgentRecord),
    /// A change of the configuration.
    Configured(Configured),
    /// The answer kept for an idempotency key, in the same unit as the effect.
    Kept(Kept),
    /// An input that failed three times and was parked for good (ARCHITECTURE §2.7).
    Parked {
        /// Id of the message.
        message: u64,
        /// When.
        at: Timestamp,
    },
    /// What came of deliveries, by the outbound machine.
    Outbound(OutboundRecord),
}

/// What an agent says of itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AgentRecord {
    /// Who.
    pub agent: AgentId,
    /// When.
    pub at: Timestamp,
    /// By whom: the agent, a supervisor, the system.
    pub by: By,
    /// What.
    pub what: AgentHappening,
}

/// What happens to an agent alone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum AgentHappening {
    /// A presence was chosen. Also a reset: it names the missed offers that it answers.
    PresenceSet {
        /// The presence, base or custom.
        presence: PresenceId,
        /// Its base at that time.
        base: BasePresence,
        /// Missed offers that no longer make the agent inactive.
        resets: Vec<GrantId>,
    },
    /// Gone for longer than the grace: the default presence applies at the next sign-in.
    SignedOut,
    /// Something that changes nothing of the agent and is on record for the audit log alone.
    Audited(Audited),
    /// In a snapshot only: what the agent keeps of conversations that are no longer there.
    Carried(Carried),
    /// A first socket, for the first time or after a sign-out: its default presence applies.
    SignedIn,
}

/// What an administrator or a supervisor did that has no other record.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Audited {
    /// A token of the agent was made.
    TokenMade {
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// The agent began to watch this conversation as its supervisor.
    Watched(ConversationId),
}

/// What outlives the conversations that it came from. Folds of several authors commute: every field is a maximum or a set.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Carried {
    /// Presence chosen last, and when.
    pub chosen: Option<(PresenceId, BasePresence, Timestamp)>,
    /// Since when it is signed in: its default presence stands until the load changes.
    pub signed_in_at: Option<Timestamp>,
    /// Last change of the load.
    pub load_changed_at: Timestamp,
    /// End of the last conversation.
    pub last_ended_at: Timestamp,
    /// Missed offers that no reset named.
    pub missed: Vec<GrantId>,
    /// Last offer by queue.
    pub last_offered_at: Vec<(QueueId, Timestamp)>,
    /// Daily places that were taken by an assignment and, as of `latest`, are not given back or were just now.
    pub spent: BTreeSet<Spent>,
    /// Time of the newest event folded.
    pub latest: Timestamp,
    /// Since when it is configured: an id that is deleted and configured again is somebody new, who carries nothing.
    pub since: Timestamp,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// A daily place that an assignment took.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Spent {
    /// When it is given back.
    pub until: Timestamp,
    /// Of which profile.
    pub profile: CapacityProfileId,
    /// By which conversation.
    pub conversation: ConversationId,
    /// When it was taken.
    pub at: Timestamp,
}

/// A change of the configuration, with who and when.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Configured {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: By,
    /// What.
    pub change: Change,
}

/// An idempotency key's digest: SHA-256 over caller, method, path and key, cut to 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct KeyDigest(pub [u8; 16]);

/// The first answer to a request with an idempotency key.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Which key.
    pub key: KeyDigest,
    /// Digest of the body that it came with.
    pub body: [u8; 16],
    /// When.
    pub at: Timestamp,
    /// What was answered.
    pub answer: KeptAnswer,
}

/// What to answer again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum KeptAnswer {
    /// This conversation as it was at this version.
    Conversation {
        /// Which.
        id: ConversationId,
        /// When, as a version.
        version: u32,
    },
    /// This message; `moved`: it went to a new conversation.
    Message {
        /// Of which conversation.
        conversation: ConversationId,
        /// Its number.
        seq: u32,
        /// Whether it started or joined another conversation than the one asked for.
        moved: bool,
    },
    /// Anything else, rendered: status and body.
    Rendered {
        /// HTTP status.
        status: u16,
        /// Body, as it was sent.
        body: Vec<u8>,
    },
}
