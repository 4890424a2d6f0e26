//! Steps through the batches of one segment and says what the first bytes are that do not check out.
//!
//! Whether those bytes are a torn tail or damage is not decided here (see `recovery`).

use std::sync::Arc;

use super::segment::{BATCH_HEADER, BATCH_MAGIC, BatchHeader, SEGMENT_HEADER, cut_payload};
use crate::ports::journal::{FileHandle, Position};
use crate::store::error::StoreError;

/// How much is read at once; a larger batch is read whole.
const WINDOW_BYTES: usize = 1 << 20;

/// A walk over the batches of one segment.
pub(super) struct Scan {
    handle: Arc<dyn FileHandle>,
    name: String,
    number: u64,
    /// Bytes from here on are void or not there.
    end: u64,
    at: u64,
    /// Position that the next unit must have.
    next: Position,
    window: Vec<u8>,
    window_at: u64,
}

/// One step of a walk.
pub(super) enum Step<'a> {
    Batch(BatchHeader, Vec<&'a [u8]>),
    /// Where the log ends, in bytes, and the position that comes next.
    End(u64, Position),
    Bad(Bad),
}

/// Bytes that are no batch.
pub(super) struct Bad {
    /// Where they begin, in bytes.
    pub offset: u64,
    /// Where the next batch can begin at the earliest.
    pub resume: u64,
    pub what: String,
    /// Checked bytes that contradict each other: no power loss makes these.
    pub certain: bool,
}

impl Scan {
    /// Begins behind the segment's header; `first` is the position that the header names.
    pub fn new(handle: Arc<dyn FileHandle>, name: String, number: u64, first: Position, end: u64) -> Self {
        Self { handle, name, number, end, at: SEGMENT_HEADER, next: first, window: Vec::new(), window_at: 0 }
    }

    /// Where the next batch begins.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The position that the next unit must have.
    pub fn next(&self) -> Position {
        self.next
    }

    /// The next batch, checked. After `End` or `Bad` there is no further step.
    pub fn step(&mut self) -> Result<Step<'_>, StoreError> {
        if self.at >= self.end {
            return Ok(Step::End(self.at, self.next));
        }
        let mut at = self.at;
        let mut parsed = self.header(at)?;
        if parsed.is_none()
            && let Some(header) = self.header(at + BATCH_HEADER as u64)?
            && header.first == self.next
        {
            // Exactly a seal is unreadable and no unit can be missing: the page with it was lost, or a bit of it.
            tracing::warn!(segment = %self.name, offset = at, "an unreadable seal between two batches is left out");
            at += BATCH_HEADER as u64;
            parsed = Some(header);
        }
        let Some(header) = parsed else {
            return Ok(bad(at, at + 1, "no readable batch header", false));
        };
        let after = at + BATCH_HEADER as u64 + u64::from(header.length);
        if header.first != self.next || header.durable >= header.first {
            let what = format!("batch says position {} where {} comes next", header.first, self.next);
            return Ok(bad(at, after, &what, true));
        }
        if after > self.end {
            return Ok(bad(at, after, "batch runs over the end of the file", false));
        }
        let next = header.last().plus(1);
        let payload = self.bytes(at + BATCH_HEADER as u64, header.length as usize)?;
        if payload.len() < header.length as usize || crc32fast::hash(payload) != header.payload_crc {
            return Ok(bad(at, after, "the batch's checksum is wrong", false));
        }
        // Not borrowed from above: a borrow that is returned on one path lives on all of them.
        (self.at, self.next) = (after, next);
        let payload = self.bytes(at + BATCH_HEADER as u64, header.length as usize)?;
        match cut_payload(payload, header.count) {
            Some(units) => Ok(Step::Batch(header, units)),
            None => Ok(bad(at, after, "the units of the batch do not fill it", true)),
        }
    }

    /// The highest durable position that any readable batch header from `from` on names.
    pub fn evidence(&mut self, from: u64) -> Result<Position, StoreError> {
        let mut best = Position(0);
        let mut at = from;
        while at + (BATCH_HEADER as u64) <= self.end {
            let window = self.bytes(at, WINDOW_BYTES)?;
            if window.len() < BATCH_HEADER {
                break;
            }
            // The last bytes are looked at again in the next window, since a header may be cut by its end.
            let starts = window.len() - BATCH_HEADER + 1;
            let found: Vec<u64> = window
                .windows(BATCH_MAGIC.len())
                .take(starts)
                .enumerate()
                .filter(|(_, bytes)| *bytes == BATCH_MAGIC)
                .map(|(start, _)| at + start as u64)
                .collect();
            at += starts as u64;
            for place in found {
                if let Some(header) = self.header(place)? {
                    best = best.max(header.durable);
                }
            }
        }
        Ok(best)
    }

    fn header(&mut self, at: u64) -> Result<Option<BatchHeader>, StoreError> {
        let number = self.number;
        let bytes = self.bytes(at, BATCH_HEADER)?;
        Ok(BatchHeader::parse(bytes, number, at))
    }

    /// `len` bytes from `at`, fewer at the end.
    fn bytes(&mut self, at: u64, len: usize) -> Result<&[u8], StoreError> {
        let len = self.end.saturating_sub(at).min(len as u64) as usize;
        let window_end = self.window_at + self.window.len() as u64;
        if at < self.window_at || at + len as u64 > window_end {
            let want = self.end.saturating_sub(at).min(len.max(WINDOW_BYTES) as u64) as usize;
            self.window.resize(want, 0);
            self.window_at = at;
            let read =
                self.handle.read_at(at, &mut self.window).map_err(StoreError::io("read", &self.name))?;
            self.window.truncate(read);
        }
        let start = ((at - self.window_at) as usize).min(self.window.len());
        let end = (start + len).min(self.window.len());
        Ok(&self.window[start..end])
    }
}

fn bad(offset: u64, resume: u64, what: &str, certain: bool) -> Step<'static> {
    Step::Bad(Bad { offset, resume, what: what.to_owned(), certain })
}
