//! Floor 2: the journal (truth), snapshots and the sled archive behind it.
//!
//! Reading order: [`directory`] (who may open a data directory), [`journal`] (format and recovery of the log),
//! [`journal::writer`] (the one thread that makes it durable), [`journal::snapshot`], [`sled`] (the archive).
//! [`memory`] and [`faulty`] stand in for a disk in tests. Knows nothing of records: a unit is a byte string.

pub mod directory;
pub use crate::ports::error;
pub mod faulty;
pub mod files;
pub mod journal;
pub mod memory;
pub mod sled;
