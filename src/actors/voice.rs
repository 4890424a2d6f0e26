//! What leaves the house, and the READ thread that lets it go.
//!
//! A [`Ride`] travels beside the encoded units through the journal. When its units are durable the READ thread takes its
//! items in their exact stage order: records into the read side, notices to sockets, answers to whoever waits. So every
//! view is as it was at that moment, a `GET` after a 201 finds it, and nobody hears of what could vanish
//! (ARCHITECTURE §2.6). After a failed write the answers become `Unavailable` and the notices are dropped.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::shown::Pending;
use crate::domain::command::{Answer, Refusal};
use crate::domain::config::Config;
use crate::domain::machine::Notice;
use crate::domain::record::Record;
use crate::ports::journal::Position;

/// One thing that happened on the stage, in stage order.
pub enum Item {
    /// A record that is in the ride's units.
    Record(Arc<Record>),
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
