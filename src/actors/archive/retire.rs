//! Which segments of the journal may go, after each snapshot and at a start.
//!
//! A segment goes when the older of two snapshots and the archive's position are past it (so a start never needs it) and
//! the archive would not need it to be filled anew: everything in it is older than the retention, than the beginning of
//! the oldest ended conversation that the archive still holds, and than the beginning of the oldest unfinished one (a
//! conversation is filled in from its first event). The retention is not below a day, which is how long answers are kept.
//!
//! Above a bound ([`JOURNAL_BYTES`]) the oldest segments go although the archive might need them: a full disk stops the house, an
//! archive that is lost then lacks what began before the log. A start never needs what goes.

use super::Archive;
use crate::actors::codec;
use crate::actors::ride::Ride;
use crate::domain::conversation::Conversation;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::records;
use crate::ports::state_store::Space;
use crate::store::journal::writer::WriterHandle;
use crate::store::journal::{Reader, SegmentInfo};

/// How long the journal may become unless the house is told otherwise, in bytes: some twenty million conversations.
pub const JOURNAL_BYTES: u64 = 64 << 30;
/// A day, in ms.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Up to where segments may go.
pub(super) struct Bounds {
    /// No snapshot that is kept and no archive needs units at or below.
    pub below: Position,
    /// Nothing before this time is needed to fill the archive.
    pub before: Timestamp,
    /// How long the rest may be, in bytes.
    pub bytes: u64,
}

/// Removes what may go. `unfinished`: when the oldest unfinished conversation began. A failure is logged: the next
/// snapshot tries again.
pub(super) fn retire(
    archive: &Archive,
    journal: &WriterHandle<Ride>,
    at: Position,
    unfinished: Option<Timestamp>,
) {
    let done = bounds(archive, at, unfinished).and_then(|bounds| {
        let Some(bounds) = bounds else { return Ok(0) };
        let (segments, log) = journal.with_journal(|journal| (journal.segments(), journal.reader()))?;
        let upto = last_to_go(&segments, &log, &bounds)?;
        upto.map_or(Ok(0), |upto| journal.with_journal(move |journal| journal.retire(upto))?)
    });
    match done {
        Ok(0) => {}
        Ok(segments) => tracing::info!(segments, "segments of the journal were retired"),
        Err(error) => tracing::warn!(%error, "no segment of the journal was retired"),
    }
}

/// `None` while there are not two snapshots.
fn bounds(
    archive: &Archive,
    at: Position,
    unfinished: Option<Timestamp>,
) -> Result<Option<Bounds>, StoreError> {
    let Some(snapshots) = &archive.snapshots else { return Ok(None) };
    let positions = snapshots.positions()?;
    let [.., older] = &positions[..] else { return Ok(None) };
    if positions.len() < 2 {
        return Ok(None);
    }
    let retention_ms = i64::from(archive.read.config().settings.retention_days) * DAY_MS;
    let kept = (archive.now)().plus_ms(-retention_ms);
    let first = archive.store.scan(Space::Conversation, std::ops::Bound::Unbounded, &[], 1)?;
    let ended = first.first().and_then(|(_, value)| codec::decode::<Conversation>(value));
    let needed = [ended.map(|conversation| conversation.created_at), unfinished];
    let before = needed.into_iter().flatten().fold(kept, Timestamp::min);
    Ok(Some(Bounds { below: at.min(*older), before, bytes: archive.journal_bytes }))
}

/// The last unit of the last segment that may go.
pub(super) fn last_to_go(
    segments: &[SegmentInfo],
    log: &Reader,
    bounds: &Bounds,
) -> Result<Option<Position>, StoreError> {
    let mut left: u64 = segments.iter().map(|segment| segment.bytes).sum();
    let mut upto = None;
    for pair in segments.windows(2) {
        let last = Position(pair[1].first.0 - 1);
        let outgrown = left > bounds.bytes;
        if last > bounds.below || !(outgrown || began(log, last)?.is_some_and(|at| at <= bounds.before)) {
            break;
        }
        left -= pair[0].bytes;
        upto = Some(last);
    }
    Ok(upto)
}

/// When what follows a position was recorded: what comes before it is not younger.
fn began(log: &Reader, after: Position) -> Result<Option<Timestamp>, StoreError> {
    let mut at = None;
    let read = log.replay(after, &mut |position, unit| {
        // What does not decode says nothing about its time, and keeps its segment.
        let _ = records::decode(position, unit, &mut |record| at = at.or(Some(time(&record))));
        Err(StoreError::Halted)
    });
    match read {
        Err(StoreError::Halted) | Ok(_) => Ok(at),
        Err(error) => Err(error),
    }
}

fn time(record: &Record) -> Timestamp {
    match record {
        Record::Event(event) => event.at,
        Record::Agent(about) => about.at,
        Record::Configured(configured) => configured.at,
        Record::Kept(kept) => kept.at,
        Record::Parked { at, .. } => *at,
        Record::Outbound(outbound) => outbound.at,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ports::journal::Units;
    use crate::store::journal::{Journal, Options};
    use crate::store::memory::MemoryFiles;

    /// One record a segment, each recorded at ten times its position.
    fn journal() -> Journal {
        let options = Options { segment_bytes: 1, ..Options::default() };
        let mut journal = Journal::open(Arc::new(MemoryFiles::default()), options).unwrap().journal;
        for n in 1..=6 {
            let record = Record::Parked { message: 0, at: Timestamp(10 * n) };
            let mut units = Units::default();
            units.push_with(|bytes| records::encode(bytes, [&record]));
            journal.append(&[&units]).unwrap();
        }
        journal.sync().unwrap();
        journal
    }

    fn upto(journal: &Journal, below: u64, before: i64, bytes: u64) -> Option<u64> {
        let bounds = Bounds { below: Position(below), before: Timestamp(before), bytes };
        last_to_go(&journal.segments(), &journal.reader(), &bounds).unwrap().map(|at| at.0)
    }

    #[test]
    fn a_segment_goes_when_no_start_and_no_archive_needs_it() {
        let mut journal = journal();
        assert_eq!(journal.segments().len(), 6);
        assert_eq!(upto(&journal, 4, 35, u64::MAX), Some(2), "what follows began at 30");
        assert_eq!(upto(&journal, 4, 1_000, u64::MAX), Some(4), "a snapshot needs the rest");
        assert_eq!(upto(&journal, 0, 1_000, u64::MAX), None);
        assert_eq!(upto(&journal, 4, 5, u64::MAX), None, "the archive needs all");
        assert_eq!(journal.retire(Position(2)).unwrap(), 2);
        assert_eq!(upto(&journal, 4, 35, u64::MAX), None);
        assert_eq!(journal.reader().begins(), Position(2));
    }

    #[test]
    fn above_the_bound_in_bytes_age_does_not_count_but_a_start_does() {
        let journal = journal();
        let newest_four = journal.segments()[2..].iter().map(|segment| segment.bytes).sum();
        assert_eq!(upto(&journal, 5, 5, newest_four), Some(2));
        assert_eq!(upto(&journal, 1, 5, 0), Some(1));
    }
}
