//! What the house needs from the archive and index behind the log: batches that carry their position, reads by key.
//!
//! The store behind it is never the only copy of anything: if it is lost, it is filled again from the log. Keys and
//! values are opaque here; who writes them encodes them.

use std::ops::Bound;

use super::journal::Position;
use crate::ports::error::StoreError;

/// What a key is about; the spaces do not see each other's keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Space {
    /// One value for each conversation, written at its close.
    Conversation,
    /// First index: conversations by queue.
    ByQueue,
    /// Second index: conversations by agent.
    ByAgent,
    /// Third index: conversations by who writes, the newest first.
    ByCustomer,
    /// Every version of the configuration.
    ConfigHistory,
    /// Answers kept for idempotency keys.
    Answers,
    /// Statistics by interval.
    Statistics,
    /// Acts of administrators and supervisors.
    Audit,
    /// The store's own notes, and small ones of its users.
    Meta,
}

impl Space {
    /// All spaces, in the order of their prefixes.
    pub const ALL: [Self; 9] = [
        Self::Conversation,
        Self::ByQueue,
        Self::ByAgent,
        Self::ByCustomer,
        Self::ConfigHistory,
        Self::Answers,
        Self::Statistics,
        Self::Audit,
        Self::Meta,
    ];

    /// The byte that stands before each key of this space on disk; never reused for another space.
    pub fn prefix(self) -> u8 {
        match self {
            Self::Conversation => b'c',
            Self::ByQueue => b'q',
            Self::ByAgent => b'a',
            Self::ByCustomer => b'p',
            Self::ConfigHistory => b'h',
            Self::Answers => b'i',
            Self::Statistics => b's',
            Self::Audit => b'u',
            Self::Meta => b'm',
        }
    }
}

/// Changes that follow from the log up to a position. Deletes come after puts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateBatch {
    /// The last unit of the log that these changes include; never lower than the store's position.
    pub upto: Position,
    /// Keys to write, with their values; the last one of a key counts.
    pub puts: Vec<(Space, Vec<u8>, Vec<u8>)>,
    /// Keys to remove; absent ones do no harm.
    pub deletes: Vec<(Space, Vec<u8>)>,
}

/// Key and value as a scan returns them, without the space's prefix.
pub type Entry = (Vec<u8>, Vec<u8>);

/// The archive and index behind the log. One thread applies; any thread reads.
pub trait StateStore: Send + Sync {
    /// The last unit of the log that the store includes; 0 when it is empty or must be rebuilt.
    fn position(&self) -> Result<Position, StoreError>;
    /// Applies a batch together with its position: all of it or nothing. Fails when `upto` goes back.
    fn apply(&self, batch: &StateBatch) -> Result<(), StoreError>;
    /// The value of a key.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
    /// At most `limit` entries whose key begins with `prefix`, in the order of their keys, beginning at `from`.
    fn scan(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError>;
    /// Writes what is in memory to the disk. What it promises is the store's matter: the log is the truth.
    fn flush(&self) -> Result<(), StoreError>;
}
