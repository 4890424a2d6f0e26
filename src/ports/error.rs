//! What can go wrong with the store. Each message is one line for an operator and says what to do.

use std::io;
use std::path::PathBuf;

use crate::ports::journal::Position;

/// Why the store cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory's path names something else.
    #[error("{} is not a directory: give --data the path of a directory", path.display())]
    NotADirectory {
        /// The path as given.
        path: PathBuf,
    },
    /// The data directory cannot be made or written.
    #[error("cannot write to the data directory {}: {source}; check its owner, its permissions and the disk", path.display())]
    NotWritable {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has the data directory open.
    #[error("the data directory {} is in use by another process: stop that one first, or use another directory", path.display())]
    Locked {
        /// The path as given.
        path: PathBuf,
    },
    /// The data directory was written by a newer version.
    #[error("the data directory {} has format {found}, this version reads up to format {ours}: use a newer callboard", path.display())]
    NewerFormat {
        /// The path as given.
        path: PathBuf,
        /// The format found there.
        found: u32,
        /// The newest format that this version reads.
        ours: u32,
    },
    /// The `format` file holds no number.
    #[error("the file {} does not hold a format number: this is not a data directory of callboard, or it is damaged", path.display())]
    UnknownFormat {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file layer failed.
    #[error("could not {doing} {name}: {source}; check the disk's space, health and permissions")]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file's name.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// Bytes that were durable once do not check out.
    #[error(
        "journal segment {segment} is damaged at byte {offset}: {what}; restore the file from a backup or check the disk, then start again"
    )]
    Damaged {
        /// The segment's file name.
        segment: String,
        /// Where in the file, in bytes.
        offset: u64,
        /// What does not check out.
        what: String,
    },
    /// A segment that another one follows is not there.
    #[error(
        "journal segment {segment} is missing, {follower} follows it: restore the file from a backup, then start again"
    )]
    MissingSegment {
        /// The file that should be there.
        segment: String,
        /// The file that names it.
        follower: String,
    },
    /// A segment of a newer version.
    #[error(
        "journal segment {segment} has format {found}, this version reads format {ours}: use a newer callboard"
    )]
    NewerSegment {
        /// The segment's file name.
        segment: String,
        /// The format found there.
        found: u32,
        /// The format that this version writes.
        ours: u32,
    },
    /// The log begins after what is needed of it.
    #[error(
        "the journal begins after position {begins} but is needed from position {needed} on: restore the older segments or a newer snapshot from a backup"
    )]
    BeginsLate {
        /// The log holds units after this position.
        begins: Position,
        /// The caller needs units after this position.
        needed: Position,
    },
    /// The log ends before what is known to have been durable.
    #[error(
        "the journal ends at position {tail} but position {known} was durable: its newest segments are missing or cut: restore them from a backup, then start again"
    )]
    EndsEarly {
        /// Where the log ends.
        tail: Position,
        /// What a snapshot or the archive holds.
        known: Position,
    },
    /// A write or sync failed before; the journal takes nothing until it is cut and probed.
    #[error(
        "the journal is halted after a failed write or sync: it goes on when the log could be cut and a new segment written"
    )]
    Halted,
    /// A batch above the bound.
    #[error(
        "a batch of {bytes} bytes is above the journal's bound of {limit} bytes: hand over fewer units at a time"
    )]
    TooLarge {
        /// Its size in bytes, framing included.
        bytes: usize,
        /// The bound in bytes.
        limit: usize,
    },
    /// The journal's writer has ended.
    #[error("the journal's writer has stopped: restart the process")]
    WriterStopped,
    /// A snapshot does not check out.
    #[error(
        "snapshot {name} does not check out: {what}; an older one is used if there is one, this file can be removed"
    )]
    BadSnapshot {
        /// The snapshot's file name.
        name: String,
        /// What does not check out.
        what: String,
    },
    /// The archive failed.
    #[error(
        "the state store failed to {doing}: {what}; a restart moves it aside if it is damaged and rebuilds it from the journal"
    )]
    State {
        /// What was tried, as a verb.
        doing: &'static str,
        /// What it said.
        what: String,
    },
    /// A batch for the archive that would take it back.
    #[error(
        "the state store is at position {at} and was given a batch for position {upto}: this is a defect, please report it"
    )]
    Backwards {
        /// The store's position.
        at: Position,
        /// The batch's position.
        upto: Position,
    },
}

impl StoreError {
    /// For `map_err`: what was tried with which file.
    pub(crate) fn io(doing: &'static str, name: &str) -> impl FnOnce(io::Error) -> Self {
        let name = name.to_owned();
        move |source| Self::Io { doing, name, source }
    }
}
