//! placeholder until the machine lands
use super::command::{Caller, Draft, Reply};
use super::ids::ConversationId;

/// Inputs of a channel.
#[derive(Clone, Debug)]
pub enum Input {
    /// A hand-off: always a new conversation.
    Create {
        /// What was handed over.
        draft: Box<Draft>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A customer's message to an ended conversation: joins its successor or starts one.
    Continue {
        /// `previous` names the ended one, `message` is there.
        draft: Box<Draft>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// Whether the channel could be deleted; answered to the configuration.
    MayDelete(Reply),
    /// An ended conversation left memory.
    Forget(ConversationId),
}
