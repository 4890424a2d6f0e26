//! What the house needs from a log: positions, encoded units, and the file layer below the log.
//!
//! Deliberately knows nothing of records (a unit is an opaque byte string) and nothing of the log's format
//! (`store::journal` owns it). The file layer is a trait so that memory and faulty files stand in for a disk.

use std::fmt;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Number of the last unit of the log that something includes; 0 = empty log. Rises by one per unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Position(pub u64);

impl Position {
    /// The position `units` units further on.
    #[must_use]
    pub fn plus(self, units: u64) -> Self {
        Self(self.0 + units)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Encoded units: each holds one decide's records and is never cut.
///
/// The stage fills one between two hand-overs to the journal's writer. Its size is bounded by whoever fills it; the
/// journal refuses a batch above `store::journal::MAX_BATCH_BYTES`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Units {
    /// Adds one unit by copying it.
    pub fn push(&mut self, unit: &[u8]) {
        self.push_with(|bytes| bytes.extend_from_slice(unit));
    }

    /// Adds one unit that `f` encodes straight into the buffer: `f` may only append.
    pub fn push_with(&mut self, f: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        f(&mut self.bytes);
        assert!(self.bytes.len() >= start, "an encoder of a unit only appends");
        self.ends.push(self.bytes.len());
    }

    /// How many units there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes all units have together, without framing.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no unit.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The units in the order in which they were pushed.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }
}

/// One directory of flat files, so that memory and faulty ones stand in for a disk.
///
/// Names contain no separator. Nothing about names (create, rename, remove) is durable before [`Files::sync_dir`].
pub trait Files: Send + Sync {
    /// Names of all files, in no order.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Makes an empty file; fails with `AlreadyExists` if the name is taken. Durable after [`Files::sync_dir`].
    fn create(&self, name: &str) -> io::Result<Arc<dyn FileHandle>>;
    /// Opens a file for reading and writing; fails with `NotFound`.
    fn open(&self, name: &str) -> io::Result<Arc<dyn FileHandle>>;
    /// Gives a file another name and replaces what had it, atomically.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a name; handles that are open stay usable.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes all creates, renames and removes so far durable.
    fn sync_dir(&self) -> io::Result<()>;
}

/// An open file. One handle is kept over writes and their sync, since a system reports a failed write-back only to the
/// handles that were open when it failed.
pub trait FileHandle: Send + Sync {
    /// Length in bytes.
    fn size(&self) -> io::Result<u64>;
    /// Fills `buffer` from `offset`; returns fewer bytes only at the end of the file.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes all of `bytes` at `offset`; after an error any part of them may be there.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Cuts the file to `len` bytes; durable after [`FileHandle::sync`].
    fn truncate(&self, len: u64) -> io::Result<()>;
    /// Makes data and length durable (`fdatasync`). After an error nothing can be said about what was not yet durable,
    /// and a later success proves nothing about it either.
    fn sync(&self) -> io::Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_back_in_order_with_empty_ones() {
        let mut units = Units::default();
        assert!(units.is_empty());
        units.push(b"one");
        units.push(b"");
        units.push_with(|bytes| bytes.extend_from_slice(b"three"));
        let all: Vec<&[u8]> = units.iter().collect();
        assert_eq!(all, [&b"one"[..], b"", b"three"]);
        assert_eq!((units.len(), units.bytes()), (3, 8));
    }
}
