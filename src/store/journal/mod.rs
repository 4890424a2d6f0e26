//! The journal: the house's truth. Append-only segments with checked batches, durable before anyone is told.
//!
//! Owns the log's files, its format (`segment`), what counts after a crash (`recovery`), and the segment that is
//! written to. Deliberately knows nothing of records, of time and of when to sync: [`writer`] decides that.
//!
//! Invariants: positions rise by one per unit; a unit is in one batch and a batch in one segment; everything at or
//! below the durable position was synced by a call that returned without an error; after a failed write or sync that
//! segment is never written or synced again, and the next segment's header says how far it counts, so that the cut is
//! as durable as what follows it.

mod recovery;
mod scan;
mod segment;
pub mod snapshot;
pub mod writer;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use self::segment::MAX_BATCH_BYTES;

use self::recovery::{Found, Survey, sync_dir};
use self::scan::Step;
use self::segment::{BatchHeader, SEGMENT_HEADER, SegmentHeader};
use super::error::StoreError;
use crate::ports::journal::{FileHandle, Files, Position, Units};

/// How much of the buffer for a batch is kept between batches, in bytes: what a busy writer fills again and again.
const BUFFER_KEPT_BYTES: usize = 8 << 20;

/// How a log is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A segment that would pass this length with the next batch is followed by a new one; bytes. A larger batch gets
    /// a segment of its own.
    pub segment_bytes: u64,
    /// What the caller knows to be durable, from a verified snapshot or the archive. A log that ends before it is
    /// refused, and segments wholly at or below it are checked by their headers only, so that a start does not read
    /// all history ([`Reader::replay`] checks what it reads).
    pub known: Position,
}

impl Default for Options {
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, known: Position(0) }
    }
}

/// What [`Journal::open`] found.
pub struct Opened {
    /// The log, writable, all of it durable.
    pub journal: Journal,
    /// Its last position.
    pub tail: Position,
    /// What was cut off, if anything: never anything that was acknowledged, see `recovery`.
    pub torn: Option<Torn>,
}

/// Bytes that were cut off at the end of the log and are kept beside as `<segment>.torn`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Torn {
    /// File name of the segment.
    pub segment: String,
    /// How many bytes.
    pub bytes: u64,
}

/// A segment as operators and the retention see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentInfo {
    /// Position of the first unit that it has or will have.
    pub first: Position,
    /// How far it counts, in bytes.
    pub bytes: u64,
}

/// What a replay gives each unit and its position to; an error ends the replay.
pub type Each<'a> = dyn FnMut(Position, &[u8]) -> Result<(), StoreError> + 'a;

/// The log. One owner writes ([`writer`]); [`Reader`]s read beside it.
pub struct Journal {
    files: Arc<dyn Files>,
    options: Options,
    /// Oldest first, without the one that is written to.
    closed: Vec<Found>,
    active: Active,
    /// Last unit that was appended.
    tail: Position,
    /// Last unit that was synced.
    durable: Position,
    /// The number that the next segment gets; not used again in this process even if making the segment fails.
    next_number: u64,
    halted: bool,
    buffer: Vec<u8>,
}

/// The segment that is written to.
struct Active {
    header: SegmentHeader,
    handle: Arc<dyn FileHandle>,
    /// Where the next batch goes, in bytes.
    len: u64,
    /// How far its units are synced, in bytes; a seal behind them does not count.
    synced_len: u64,
    /// Whether a seal proves the tail durable already.
    sealed: bool,
}

impl Journal {
    /// Opens the log of a directory, makes one if there is none, cuts a torn tail and makes the rest durable.
    ///
    /// Called once at a start. Fails, with nothing changed, on damage, a missing segment, a newer format, or a log that
    /// ends before `options.known`; see `recovery` for what is a torn tail and what is damage.
    pub fn open(files: Arc<dyn Files>, options: Options) -> Result<Opened, StoreError> {
        let survey = recovery::survey(&*files, options.known)?;
        let torn = recovery::repair(&*files, &survey)?;
        if let Some(torn) = &torn {
            tracing::warn!(segment = %torn.segment, bytes = torn.bytes, "a torn tail was cut off the journal and kept beside");
        }
        let Survey { segments: mut closed, tail, sealed, .. } = survey;
        let (active, next_number) = if let Some(last) = closed.pop() {
            let name = segment::name(last.header.number);
            let handle = files.open(&name).map_err(StoreError::io("open", &name))?;
            let active = Active { header: last.header, handle, len: last.len, synced_len: last.len, sealed };
            (active, last.header.number + 1)
        } else {
            let header = SegmentHeader { number: 1, first: Position(1), previous: 0, previous_len: 0 };
            (create_segment(&*files, header)?, 2)
        };
        let (durable, buffer) = (tail, Vec::new());
        let mut journal =
            Self { files, options, closed, active, tail, durable, next_number, halted: false, buffer };
        journal.seal()?;
        journal.sync_active()?;
        Ok(Opened { journal, tail, torn })
    }

    /// Checks a log that nobody has open, without changing it: all batches of all segments. Returns its tail.
    ///
    /// For `callboard check`. Fails as [`Journal::open`] does.
    pub fn check(files: &dyn Files) -> Result<Position, StoreError> {
        recovery::survey(files, Position(0)).map(|survey| survey.tail)
    }

    /// The same check, and then a reader of what was found; nothing is changed, a torn tail is left out.
    pub fn look(files: Arc<dyn Files>) -> Result<Reader, StoreError> {
        let Survey { segments, tail, .. } = recovery::survey(&*files, Position(0))?;
        Ok(Reader { files, segments, tail })
    }

    /// Last unit that was appended.
    pub fn tail(&self) -> Position {
        self.tail
    }

    /// Last unit that is durable.
    pub fn durable(&self) -> Position {
        self.durable
    }

    /// Gives each unit after `after` to `each`, in order, up to the tail; see [`Reader::replay`].
    pub fn replay(&self, after: Position, each: &mut Each<'_>) -> Result<Position, StoreError> {
        self.reader().replay(after, each)
    }

    /// What the log holds now, for reading on another thread while this one goes on writing.
    pub fn reader(&self) -> Reader {
        let mut segments = self.closed.clone();
        segments.push(Found { header: self.active.header, len: self.active.len });
        Reader { files: Arc::clone(&self.files), segments, tail: self.tail }
    }

    /// Appends all units as one checked batch, not yet synced, and begins a new segment where the bound is reached.
    ///
    /// Returns the new tail. Without any unit nothing is written. Fails with `TooLarge` above [`MAX_BATCH_BYTES`]
    /// (nothing has changed), otherwise with what the file layer said, and from then on with `Halted`.
    pub fn append(&mut self, units: &[&Units]) -> Result<Position, StoreError> {
        if self.halted {
            return Err(StoreError::Halted);
        }
        if units.iter().all(|units| units.is_empty()) {
            return Ok(self.tail);
        }
        let mut header = self.encode(units)?;
        let full = self.active.len + self.buffer.len() as u64 > self.options.segment_bytes;
        if full && self.active.header.first <= self.tail {
            self.roll()?;
            header = self.encode(units)?;
        }
        self.write_buffer()?;
        self.tail = header.last();
        self.active.sealed = false;
        Ok(self.tail)
    }

    /// Makes everything that was appended durable; returns the durable position, which is then the tail.
    ///
    /// Without anything new nothing is synced. After an error the log is halted.
    pub fn sync(&mut self) -> Result<Position, StoreError> {
        if self.halted {
            return Err(StoreError::Halted);
        }
        if self.durable < self.tail {
            self.sync_active()?;
            self.durable = self.tail;
            self.active.synced_len = self.active.len;
        }
        Ok(self.durable)
    }

    /// Writes, without a sync, that everything so far is durable, so that a start can tell damage of the last batch from
    /// a torn one. Does nothing when that is written already or something is not yet durable.
    ///
    /// The writer calls it when it has nothing else to do. After an error the log is halted.
    pub fn seal(&mut self) -> Result<(), StoreError> {
        if self.halted {
            return Err(StoreError::Halted);
        }
        if self.active.sealed || self.durable < self.tail {
            return Ok(());
        }
        self.encode(&[])?;
        self.write_buffer()?;
        self.active.sealed = true;
        Ok(())
    }

    /// Seals and syncs: what a stop does.
    pub fn close(&mut self) -> Result<Position, StoreError> {
        self.sync()?;
        self.seal()?;
        self.sync_active()?;
        Ok(self.durable)
    }

    /// After a failed write or sync: cuts the log to its durable position and begins a new segment, which it proves
    /// writable by writing and syncing it. The failed segment is never written or synced again.
    ///
    /// Returns the durable position, which is then the tail. Fails with what the file layer said; the log stays halted
    /// and this can be called again.
    pub fn cut_and_probe(&mut self) -> Result<Position, StoreError> {
        self.halted = true;
        self.tail = self.durable;
        let header = self.next_header();
        let fresh = create_segment(&*self.files, header).inspect_err(|_| self.forget(header))?;
        let failed = std::mem::replace(&mut self.active, fresh);
        // The seal proves that data can be written behind the header as well.
        self.halted = false;
        if let Err(error) = self.seal().and_then(|()| self.sync_active()) {
            self.halted = true;
            self.active = failed;
            self.forget(header);
            return Err(error);
        }
        self.closed.push(Found { header: failed.header, len: failed.synced_len });
        Ok(self.durable)
    }

    /// Removes whole segments, oldest first, all of whose units are at or below `below`; returns how many.
    ///
    /// The caller keeps what the older of the two snapshots and the retention need. The segment that is written to
    /// always stays. A failure leaves the log whole, with some segments removed.
    pub fn retire(&mut self, below: Position) -> Result<usize, StoreError> {
        let mut removed = 0;
        while let Some(oldest) = self.closed.first() {
            let next = self.closed.get(1).map_or(self.active.header.first, |found| found.header.first);
            if next.0 > below.0 + 1 {
                break;
            }
            let name = segment::name(oldest.header.number);
            self.files.remove(&name).map_err(StoreError::io("remove", &name))?;
            self.closed.remove(0);
            removed += 1;
            // After each one, so that no crash leaves a gap.
            sync_dir(&*self.files)?;
        }
        Ok(removed)
    }

    /// All segments, oldest first; the last one is written to.
    pub fn segments(&self) -> Vec<SegmentInfo> {
        let closed =
            self.closed.iter().map(|found| SegmentInfo { first: found.header.first, bytes: found.len });
        let active = SegmentInfo { first: self.active.header.first, bytes: self.active.len };
        closed.chain(std::iter::once(active)).collect()
    }

    /// Removes what a failed attempt at a segment left. Only tidiness: a start knows that no unit was in it.
    fn forget(&self, header: SegmentHeader) {
        let name = segment::name(header.number);
        if let Err(error) = self.files.remove(&name) {
            tracing::debug!(segment = %name, %error, "an unused segment stays until the next start");
        }
    }

    fn next_header(&mut self) -> SegmentHeader {
        let number = self.next_number;
        self.next_number += 1;
        let (previous, previous_len) = (self.active.header.number, self.active.synced_len);
        SegmentHeader { number, first: self.durable.plus(1), previous, previous_len }
    }

    fn roll(&mut self) -> Result<(), StoreError> {
        self.sync()?;
        let header = self.next_header();
        let fresh = create_segment(&*self.files, header).inspect_err(|_| {
            self.halted = true;
            self.forget(header);
        })?;
        let full = std::mem::replace(&mut self.active, fresh);
        self.closed.push(Found { header: full.header, len: full.synced_len });
        Ok(())
    }

    /// One batch into the buffer, for where the next one goes.
    fn encode(&mut self, units: &[&Units]) -> Result<BatchHeader, StoreError> {
        let at = BatchHeader {
            segment: self.active.header.number,
            offset: self.active.len,
            first: self.tail.plus(1),
            durable: self.durable,
            count: 0,
            length: 0,
            payload_crc: 0,
        };
        segment::encode_batch(&mut self.buffer, units, at)
    }

    fn write_buffer(&mut self) -> Result<(), StoreError> {
        let written = self.active.handle.write_at(self.active.len, &self.buffer);
        let name = segment::name(self.active.header.number);
        written.map_err(StoreError::io("write", &name)).inspect_err(|_| self.halted = true)?;
        self.active.len += self.buffer.len() as u64;
        self.buffer.clear();
        self.buffer.shrink_to(BUFFER_KEPT_BYTES);
        Ok(())
    }

    fn sync_active(&mut self) -> Result<(), StoreError> {
        let name = segment::name(self.active.header.number);
        self.active.handle.sync().map_err(StoreError::io("sync", &name)).inspect_err(|_| self.halted = true)
    }
}

/// A new segment whose header and name are durable.
fn create_segment(files: &dyn Files, header: SegmentHeader) -> Result<Active, StoreError> {
    let name = segment::name(header.number);
    let handle = files.create(&name).map_err(StoreError::io("create", &name))?;
    handle.write_at(0, &header.encode()).map_err(StoreError::io("write", &name))?;
    handle.sync().map_err(StoreError::io("sync", &name))?;
    sync_dir(files)?;
    Ok(Active { header, handle, len: SEGMENT_HEADER, synced_len: SEGMENT_HEADER, sealed: false })
}

/// What the log held when [`Journal::reader`] was called. Cheap to make and to clone; holds no open file.
#[derive(Clone)]
pub struct Reader {
    files: Arc<dyn Files>,
    segments: Vec<Found>,
    tail: Position,
}

impl Reader {
    /// The units of the log come after this position; above 0 if older segments were retired.
    pub fn begins(&self) -> Position {
        self.segments.first().map_or(self.tail, |found| Position(found.header.first.0 - 1))
    }

    /// Its last unit.
    pub fn tail(&self) -> Position {
        self.tail
    }

    /// Gives each unit after `after` to `each`, in order, up to the tail, and returns the tail. One batch is in memory
    /// at a time.
    ///
    /// For the stage's start and for filling the archive. Fails with `BeginsLate` when units after `after` were retired
    /// (also while reading), with `EndsEarly` when the log ends before `after`, with `Damaged` when what is read does
    /// not check out, and with what `each` returns.
    pub fn replay(&self, after: Position, each: &mut Each<'_>) -> Result<Position, StoreError> {
        let begins = self.begins();
        if after < begins {
            return Err(StoreError::BeginsLate { begins, needed: after });
        }
        if after > self.tail {
            return Err(StoreError::EndsEarly { tail: self.tail, known: after });
        }
        for (at, found) in self.segments.iter().enumerate() {
            let follows = self.segments.get(at + 1).map_or(self.tail.plus(1), |next| next.header.first);
            if follows.0 > after.0 + 1 {
                self.replay_segment(found, follows, after, each)?;
            }
        }
        Ok(self.tail)
    }

    fn replay_segment(
        &self,
        found: &Found,
        follows: Position,
        after: Position,
        each: &mut Each<'_>,
    ) -> Result<(), StoreError> {
        let mut scan = found.scan(&*self.files)?;
        let number = found.header.number;
        loop {
            match scan.step()? {
                Step::Batch(header, units) => {
                    let positions = (header.first.0..).map(Position);
                    for (position, unit) in positions.zip(units).filter(|(position, _)| *position > after) {
                        each(position, unit)?;
                    }
                }
                Step::End(_, next) if next == follows => return Ok(()),
                Step::End(at, next) => return Err(recovery::ends_wrong(number, at, next, follows)),
                Step::Bad(bad) => return Err(recovery::damaged(number, bad.offset, bad.what)),
            }
        }
    }
}
