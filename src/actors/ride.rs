//! What rides beside the records through the journal and leaves with them, and what the READ thread is told.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::outbox::Outbox;
use super::shown::Pending;
use crate::domain::command::{Answer, Refusal};
use crate::domain::config::Config;
use crate::domain::ids::{ConversationId, SessionId};
use crate::domain::machine::Notice;
use crate::domain::record::Record;
use crate::ports::journal::Position;

/// One thing that happened on the stage, in stage order.
pub enum Item {
    /// The records of the next of the ride's units.
    Unit(Vec<Arc<Record>>),
    /// The configuration in force from here on.
    Config(Arc<Config>),
    /// Something for sockets.
    Notice(Notice),
    /// How a request ended.
    Answer(Pending, Result<Answer, Refusal>),
    /// Tells that everything before it has left.
    Stop(oneshot::Sender<()>),
}

/// What rides beside the units of a hand-over.
pub struct Ride {
    /// The journal's position behind the ride's units.
    pub tail: Position,
    /// A record precedes the notices and answers that it caused.
    pub items: Vec<Item>,
}

/// What the READ thread is told.
pub(super) enum Command {
    /// These rides are durable.
    Durable(Position, Vec<Ride>),
    /// These never will be.
    Failed(Vec<Ride>),
    /// A customer's socket came.
    AttachCustomer { session: SessionId, conversation: ConversationId, outbox: Outbox },
    /// A customer's socket went.
    DetachCustomer { session: SessionId, conversation: ConversationId },
    /// A customer types.
    CustomerTyping(ConversationId),
    /// A minute passed: what was measured of agents is due in the store.
    Measure,
    /// End the thread.
    End,
}
