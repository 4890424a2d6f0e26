//! What a log's files say after any end of the process: which segments count, how far, and whether what does not check
//! out may be cut off. [`survey`] only reads; [`repair`] makes the log writable again.
//!
//! # Torn or damaged
//!
//! After a power loss the pages of what was not yet synced are old or new in any mix, with any length: a batch with a
//! whole header and a wrong checksum, or one whose header is lost while later pages are there, is then normal, and
//! nobody was told of it. The same bytes in a batch that was synced are damage, and cutting them would lose what was
//! promised. The two look alike, so the decision rests on **evidence that a sync returned**, never on the bytes:
//!
//! - every batch carries the position that was durable when it was written, that is, after that sync had returned;
//! - when the writer has nothing to do, and at every open and stop, a *seal* (a batch without units) says so about the
//!   last batch too;
//! - the header of a segment proves all of the one before it, up to the length that it names;
//! - the caller proves what a snapshot or the archive holds (`Options::known`).
//!
//! Bytes that do not check out are cut if no evidence reaches the position that they begin with, and are a finding if
//! any does. A page holds the acknowledged bytes in every version that it had since their sync, so a power loss never
//! makes a finding. What stays undecidable is damage of the very last batch before its seal reached the disk: it is
//! cut, reported, and kept beside as `.torn`.
//!
//! # After the cut
//!
//! A batch at the tail that checks out but is not proven (a killed process, a failed sync whose bytes only the page
//! cache has) is written again in place, byte for byte, and synced, before anything builds on it.

use super::Torn;
use super::scan::{Bad, Scan, Step};
use super::segment::{self, Parsed, SEGMENT_HEADER, SegmentHeader, VERSION};
use crate::ports::journal::{FileHandle, Files, Position};
use crate::store::error::StoreError;

/// A segment that counts. Holds no open file: there may be more segments than a process may have files open.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub header: SegmentHeader,
    /// How far it counts, in bytes.
    pub len: u64,
}

/// What the files say.
pub(super) struct Survey {
    /// Segments that count, oldest first; empty = a log that nothing was ever written to.
    pub segments: Vec<Found>,
    /// Files that a crash left while they were made; no unit was ever in them.
    pub abandoned: Vec<(u64, u64)>,
    pub tail: Position,
    /// Length of the last segment's file, torn bytes included.
    pub file_len: u64,
    /// Where in the last segment the batches begin that nothing proves durable.
    pub unproven_from: u64,
    /// Whether the last thing in the log is a seal.
    pub sealed: bool,
}

/// Reads the log without changing it. Segments wholly at or below `known` are checked by their headers only.
pub(super) fn survey(files: &dyn Files, known: Position) -> Result<Survey, StoreError> {
    let mut survey = chain(files)?;
    for at in 1..survey.segments.len() {
        let next = survey.segments[at].header;
        let found = &mut survey.segments[at - 1];
        if found.len < next.previous_len {
            let what = format!("the file has {} bytes where {} were durable", found.len, next.previous_len);
            return Err(damaged(found.header.number, found.len, what));
        }
        found.len = next.previous_len;
        if next.first.0 > known.0 + 1 {
            check_closed(files, found, next.first)?;
        }
    }
    if let Some(last) = survey.segments.last().copied() {
        survey.file_len = last.len;
        check_last(files, &mut survey, &last, known)?;
    }
    if survey.tail < known {
        return Err(StoreError::EndsEarly { tail: survey.tail, known });
    }
    Ok(survey)
}

/// Finds the segments that follow each other, from the newest backwards.
fn chain(files: &dyn Files) -> Result<Survey, StoreError> {
    let names = files.list().map_err(StoreError::io("list", "the journal's directory"))?;
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| segment::number(name)).collect();
    numbers.sort_unstable();
    let mut segments: Vec<Found> = Vec::new();
    let mut abandoned = Vec::new();
    let newest = numbers.last().copied().unwrap_or(0);
    for number in numbers.into_iter().rev() {
        let name = segment::name(number);
        let follower = segments.last().map(|found| found.header);
        let handle = files.open(&name).map_err(StoreError::io("open", &name))?;
        let len = handle.size().map_err(StoreError::io("read", &name))?;
        match follower {
            // A probe that failed: the one that was written next does not name it.
            Some(follower) if number > follower.previous => abandoned.push((number, len)),
            Some(follower) if number < follower.previous => {
                let segment = segment::name(follower.previous);
                return Err(StoreError::MissingSegment { segment, follower: segment::name(follower.number) });
            }
            _ => match read_header(&*handle, &name)? {
                Parsed::Good(header) if header.number == number => segments.push(Found { header, len }),
                Parsed::Newer(found) => {
                    return Err(StoreError::NewerSegment { segment: name, found, ours: VERSION });
                }
                // Nothing is written behind a header before it is synced, so a crash while the segment was made.
                Parsed::Bad if follower.is_none() && len <= SEGMENT_HEADER => abandoned.push((number, len)),
                _ => return Err(damaged(number, 0, "its header does not check out".to_owned())),
            },
        }
    }
    if segments.is_empty() && newest > 1 {
        return Err(damaged(newest, 0, "its header does not check out and no other segment does".to_owned()));
    }
    segments.reverse();
    Ok(Survey {
        segments,
        abandoned,
        tail: Position(0),
        file_len: 0,
        unproven_from: SEGMENT_HEADER,
        sealed: false,
    })
}

fn read_header(handle: &dyn FileHandle, name: &str) -> Result<Parsed, StoreError> {
    let mut bytes = [0; SEGMENT_HEADER as usize];
    let read = handle.read_at(0, &mut bytes).map_err(StoreError::io("read", name))?;
    Ok(SegmentHeader::parse(&bytes[..read]))
}

/// A segment that another one follows: all of it was durable.
fn check_closed(files: &dyn Files, found: &Found, next_first: Position) -> Result<(), StoreError> {
    let mut scan = found.scan(files)?;
    loop {
        match scan.step()? {
            Step::Batch(..) => {}
            Step::End(_, next) if next == next_first => return Ok(()),
            Step::End(at, next) => return Err(ends_wrong(found.header.number, at, next, next_first)),
            Step::Bad(bad) => return Err(damaged(found.header.number, bad.offset, bad.what)),
        }
    }
}

fn check_last(
    files: &dyn Files,
    survey: &mut Survey,
    last: &Found,
    known: Position,
) -> Result<(), StoreError> {
    let mut scan = last.scan(files)?;
    // Batches that no later one proves yet: where they begin, and their last position.
    let mut unproven: Vec<(u64, Position)> = Vec::new();
    let bad = loop {
        match scan.step()? {
            Step::Batch(header, _) => {
                unproven.retain(|(_, last)| *last > header.durable);
                unproven.push((header.offset, header.last()));
                survey.sealed = header.count == 0 && unproven.len() == 1;
            }
            Step::End(..) => break None,
            Step::Bad(bad) => break Some(bad),
        }
    };
    survey.tail = Position(scan.next().0 - 1);
    let good = scan.at();
    if let Some(Bad { offset, resume, what, certain }) = bad {
        let begins = scan.next();
        if certain || known >= begins || scan.evidence(resume)? >= begins {
            return Err(damaged(last.header.number, offset, what));
        }
        survey.sealed = false;
    }
    survey.unproven_from = unproven.first().map_or(good, |(offset, _)| *offset);
    if let Some(found) = survey.segments.last_mut() {
        found.len = good;
    }
    Ok(())
}

/// Makes what was surveyed the truth on disk: torn bytes are set aside and cut, unproven ones written again and synced.
pub(super) fn repair(files: &dyn Files, survey: &Survey) -> Result<Option<Torn>, StoreError> {
    let mut torn = None;
    for (number, bytes) in &survey.abandoned {
        let segment = segment::name(*number);
        let aside = torn_name(files, &segment)?;
        files.rename(&segment, &aside).map_err(StoreError::io("rename", &segment))?;
        torn = Some(Torn { segment, bytes: *bytes });
    }
    let Some(last) = survey.segments.last() else {
        sync_dir(files)?;
        return Ok(torn);
    };
    let segment = segment::name(last.header.number);
    let handle = files.open(&segment).map_err(StoreError::io("open", &segment))?;
    if survey.file_len > last.len {
        let cut = read(&*handle, &segment, last.len, survey.file_len)?;
        keep_aside(files, &segment, &cut)?;
        torn = Some(Torn { segment: segment.clone(), bytes: survey.file_len - last.len });
    }
    sync_dir(files)?;
    if survey.file_len > last.len {
        handle.truncate(last.len).map_err(StoreError::io("cut", &segment))?;
        handle.sync().map_err(StoreError::io("sync", &segment))?;
    }
    let bytes = read(&*handle, &segment, survey.unproven_from, last.len)?;
    handle.write_at(survey.unproven_from, &bytes).map_err(StoreError::io("write", &segment))?;
    handle.sync().map_err(StoreError::io("sync", &segment))?;
    Ok(torn)
}

/// Copies what will be cut into `<segment>.torn`, durable before the cut.
fn keep_aside(files: &dyn Files, segment: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let aside = torn_name(files, segment)?;
    let handle = files.create(&aside).map_err(StoreError::io("create", &aside))?;
    handle.write_at(0, bytes).map_err(StoreError::io("write", &aside))?;
    handle.sync().map_err(StoreError::io("sync", &aside))
}

/// A name beside the segment that is not taken.
fn torn_name(files: &dyn Files, segment: &str) -> Result<String, StoreError> {
    let names = files.list().map_err(StoreError::io("list", "the journal's directory"))?;
    let mut name = format!("{segment}.torn");
    let mut tries = 1;
    while names.contains(&name) {
        tries += 1;
        name = format!("{segment}.{tries}.torn");
    }
    Ok(name)
}

pub(super) fn sync_dir(files: &dyn Files) -> Result<(), StoreError> {
    files.sync_dir().map_err(StoreError::io("sync", "the journal's directory"))
}

pub(super) fn damaged(number: u64, offset: u64, what: String) -> StoreError {
    StoreError::Damaged { segment: segment::name(number), offset, what }
}

/// A segment whose last position and the first one of the next do not fit.
pub(super) fn ends_wrong(number: u64, at: u64, next: Position, follows: Position) -> StoreError {
    damaged(number, at, format!("it ends before position {next} where {follows} follows"))
}

fn read(handle: &dyn FileHandle, name: &str, from: u64, to: u64) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![0; (to - from) as usize];
    let read = handle.read_at(from, &mut bytes).map_err(StoreError::io("read", name))?;
    bytes.truncate(read);
    Ok(bytes)
}

impl Found {
    /// A walk over its batches. Fails when the file is gone (`Journal::retire`).
    pub fn scan(&self, files: &dyn Files) -> Result<Scan, StoreError> {
        let SegmentHeader { number, first, .. } = self.header;
        let name = segment::name(number);
        let handle = files.open(&name).map_err(StoreError::io("open", &name))?;
        Ok(Scan::new(handle, name, number, first, self.len))
    }
}
