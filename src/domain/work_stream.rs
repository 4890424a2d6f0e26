//! placeholder until the machine lands
use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::{Caller, Draft, Reply};
use super::config::RequiredSkill;
use super::context::{Context, Given};
use super::conversation::CustomerRef;
use super::ids::ConversationId;
use super::record::Record;

/// A conversation whose context is to be changed and which is to be routed anew.
#[derive(Clone, Debug)]
pub struct Reclassify {
    /// Which.
    pub id: ConversationId,
    /// Context before.
    pub context: Context,
    /// Undeclared keys before.
    pub undeclared: Vec<Arc<str>>,
    /// What is set (`None` removes).
    pub patch: BTreeMap<String, Option<Given>>,
    /// Customer before.
    pub customer: CustomerRef,
    /// Skills that the caller asked for at the hand-off.
    pub skills: Vec<RequiredSkill>,
    /// Where it came in.
    pub channel: super::ids::ChannelId,
    /// Its home, where it stays if it is not routed anew.
    pub queue: super::ids::QueueId,
    /// Whether it is routed anew (unassigned), or only validated.
    pub route: bool,
}

/// Inputs of a work stream.
#[derive(Clone, Debug)]
pub enum Input {
    /// A conversation arrives over a channel.
    Arrive {
        /// What was handed over.
        draft: Box<Draft>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
        /// Whether the answer is the message rather than the conversation.
        answer_message: bool,
    },
    /// A context change of one of its conversations; answered to the home queue.
    Reclassify {
        /// What.
        what: Box<Reclassify>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// What would happen to such a conversation.
    Simulate {
        /// As it would be handed over.
        draft: Box<Draft>,
        /// At this time, instead of now.
        at: Option<super::time::Timestamp>,
        /// Who waits.
        reply: Reply,
    },
    /// It folded a record of a queue's.
    Folded(Arc<Record>),
    /// Whether it could be deleted; answered to the configuration.
    MayDelete(Reply),
}
