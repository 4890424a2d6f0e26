//! The log's behaviour in sentences: round trips, what is torn and what is damage, the cut after a failure.

use proptest::prelude::*;

use super::*;
use crate::store::faulty::{DiskModel, FaultyFiles};
use crate::store::memory::MemoryFiles;

const SMALL: Options = Options { segment_bytes: 300, known: Position(0) };

fn units(all: &[&[u8]]) -> Units {
    let mut units = Units::default();
    for unit in all {
        units.push(unit);
    }
    units
}

fn open(files: &MemoryFiles) -> Opened {
    Journal::open(Arc::new(files.clone()), SMALL).unwrap()
}

fn refusal(files: &MemoryFiles) -> StoreError {
    let before = files.copied();
    let error = Journal::open(Arc::new(files.clone()), SMALL).err().expect("this log must be refused");
    let names = |files: &MemoryFiles| {
        files.list().unwrap().into_iter().map(|name| (files.bytes(&name), name)).collect::<Vec<_>>()
    };
    assert_eq!(names(&before), names(files), "a refusal changes nothing");
    error
}

/// Appends and syncs each unit as a batch of its own.
fn commit(journal: &mut Journal, all: &[&[u8]]) {
    for unit in all {
        journal.append(&[&units(&[unit])]).unwrap();
        journal.sync().unwrap();
    }
}

fn read(journal: &Journal) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut next = Position(1);
    let tail = journal
        .replay(Position(0), &mut |position, unit| {
            assert_eq!(position, next);
            next = next.plus(1);
            all.push(unit.to_vec());
            Ok(())
        })
        .unwrap();
    assert_eq!(tail.plus(1), next);
    all
}

/// A log of one segment with these batches and no seal at its end.
fn unsealed(all: &[&[u8]]) -> MemoryFiles {
    let files = MemoryFiles::default();
    let mut journal = Journal::open(Arc::new(files.clone()), Options::default()).unwrap().journal;
    commit(&mut journal, all);
    files
}

fn change(files: &MemoryFiles, number: u64, f: impl FnOnce(&mut Vec<u8>)) {
    let name = segment::name(number);
    let mut bytes = files.bytes(&name).unwrap();
    f(&mut bytes);
    files.put(&name, bytes);
}

#[test]
fn empty_log_is_made_and_opened_again() {
    let files = MemoryFiles::default();
    for _ in 0..3 {
        let opened = open(&files);
        assert_eq!((opened.tail, opened.torn), (Position(0), None));
        assert_eq!(opened.journal.segments().len(), 1);
    }
    let size = files.bytes(&segment::name(1)).unwrap().len();
    assert_eq!(size, SEGMENT_HEADER as usize + segment::BATCH_HEADER, "one seal, not one an open");
}

#[test]
fn log_goes_on_where_it_ended() {
    let files = MemoryFiles::default();
    commit(&mut open(&files).journal, &[b"a", b"", b"c"]);
    let mut opened = open(&files);
    assert_eq!((opened.tail, &opened.torn), (Position(3), &None));
    commit(&mut opened.journal, &[b"d"]);
    assert_eq!(read(&open(&files).journal), [&b"a"[..], b"", b"c", b"d"]);
}

#[test]
fn batch_larger_than_a_segment_gets_one_of_its_own() {
    let files = MemoryFiles::default();
    let mut journal = open(&files).journal;
    commit(&mut journal, &[b"small", &[7; 5000], b"small"]);
    assert_eq!(journal.segments().len(), 3);
    assert_eq!(read(&open(&files).journal)[1], [7; 5000]);
}

#[test]
fn whole_segments_are_retired_and_the_rest_says_where_it_begins() {
    let files = MemoryFiles::default();
    let mut journal = open(&files).journal;
    commit(&mut journal, &[&[1; 200], &[2; 200], &[3; 200], &[4; 200]]);
    assert_eq!(journal.retire(Position(0)).unwrap(), 0);
    assert_eq!(journal.retire(Position(2)).unwrap(), 2);
    assert_eq!(journal.retire(Position(99)).unwrap(), 1, "the last one stays");
    let journal = open(&files).journal;
    assert_eq!(journal.tail(), Position(4));
    let error = journal.replay(Position(2), &mut |_, _| Ok(())).unwrap_err();
    assert!(matches!(error, StoreError::BeginsLate { begins: Position(3), needed: Position(2) }), "{error}");
    let mut seen = Vec::new();
    let mut note = |position, _: &[u8]| {
        seen.push(position);
        Ok(())
    };
    journal.replay(Position(3), &mut note).unwrap();
    assert_eq!(seen, [Position(4)]);
}

#[test]
fn half_a_batch_at_the_end_is_cut_and_kept_beside() {
    let files = unsealed(&[b"first", b"second", b"third"]);
    change(&files, 1, |bytes| bytes.truncate(bytes.len() - 3));
    let opened = open(&files);
    let torn = opened.torn.clone().expect("something was cut");
    assert_eq!(opened.tail, Position(2));
    let aside = files.bytes(&format!("{}.torn", torn.segment)).unwrap();
    assert_eq!(aside.len() as u64, torn.bytes);
    assert_eq!(read(&open(&files).journal), [&b"first"[..], b"second"]);
}

#[test]
fn whole_batch_with_a_wrong_checksum_is_cut_while_nobody_could_know_of_it() {
    let files = unsealed(&[b"first", b"second"]);
    change(&files, 1, |bytes| *bytes.last_mut().unwrap() ^= 1);
    let opened = open(&files);
    assert_eq!(opened.tail, Position(1));
    assert!(opened.torn.is_some());
}

#[test]
fn same_batch_is_a_finding_once_a_seal_proves_that_it_was_durable() {
    let files = unsealed(&[b"first", b"second"]);
    let at = files.bytes(&segment::name(1)).unwrap().len() - 1;
    drop(open(&files));
    change(&files, 1, |bytes| bytes[at] ^= 1);
    let line = refusal(&files).to_string();
    assert!(
        line.contains("0000000001.journal") && line.contains("byte") && line.contains("restore"),
        "{line}"
    );
}

#[test]
fn same_batch_is_a_finding_once_the_next_one_proves_that_it_was_durable() {
    let files = unsealed(&[b"first", b"second"]);
    let at = files.bytes(&segment::name(1)).unwrap().len() - 1;
    let files = unsealed(&[b"first", b"second", b"third"]);
    change(&files, 1, |bytes| bytes[at] ^= 1);
    assert!(matches!(refusal(&files), StoreError::Damaged { .. }));
    // Its header as well: the next one is searched for.
    change(&files, 1, |bytes| bytes[at - 10..=at].fill(0));
    assert!(matches!(refusal(&files), StoreError::Damaged { .. }));
}

#[test]
fn same_batch_is_a_finding_when_a_snapshot_proves_that_it_was_durable() {
    let files = unsealed(&[b"first", b"second"]);
    change(&files, 1, |bytes| *bytes.last_mut().unwrap() ^= 1);
    let options = Options { known: Position(2), ..SMALL };
    let error = Journal::open(Arc::new(files.clone()), options).err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let files = unsealed(&[b"first", b"second"]);
    let options = Options { known: Position(3), ..SMALL };
    let error = Journal::open(Arc::new(files), options).err().unwrap();
    assert!(matches!(error, StoreError::EndsEarly { .. }), "{error}");
}

#[test]
fn later_batch_of_the_same_unsynced_time_proves_nothing() {
    let files = MemoryFiles::default();
    let mut journal = open(&files).journal;
    journal.append(&[&units(&[b"first"])]).unwrap();
    journal.append(&[&units(&[b"second"])]).unwrap();
    let at = SEGMENT_HEADER as usize + 2 * segment::BATCH_HEADER;
    change(&files, 1, |bytes| bytes[at..at + 4].fill(0));
    assert_eq!(open(&files).tail, Position(0));
}

#[test]
fn bytes_of_a_torn_tail_never_come_back() {
    let files = MemoryFiles::default();
    let mut journal = open(&files).journal;
    journal.append(&[&units(&[b"first"])]).unwrap();
    journal.append(&[&units(&[b"second"])]).unwrap();
    let at = SEGMENT_HEADER as usize + 2 * segment::BATCH_HEADER;
    change(&files, 1, |bytes| bytes[at] ^= 1);
    // As long as the first, so that the old second one would follow it.
    let mut journal = open(&files).journal;
    journal.append(&[&units(&[b"third"])]).unwrap();
    assert_eq!(read(&open(&files).journal), [b"third"]);
}

#[test]
fn unreadable_seal_between_batches_costs_no_unit() {
    let files = unsealed(&[b"first"]);
    change(&files, 1, |bytes| bytes[SEGMENT_HEADER as usize..][..segment::BATCH_HEADER].fill(0));
    assert_eq!(read(&open(&files).journal), [b"first"]);
}

#[test]
fn missing_segment_is_a_finding() {
    let files = MemoryFiles::default();
    let mut journal = open(&files).journal;
    commit(&mut journal, &[&[1; 200], &[2; 200], &[3; 200], &[4; 200]]);
    files.remove(&segment::name(2)).unwrap();
    let line = refusal(&files).to_string();
    assert!(line.contains("0000000002.journal is missing"), "{line}");
}

#[test]
fn closed_segment_that_is_shorter_than_it_was_is_a_finding() {
    let files = MemoryFiles::default();
    commit(&mut open(&files).journal, &[&[1; 200], &[2; 200], &[3; 200]]);
    change(&files, 2, |bytes| bytes.truncate(bytes.len() - 60));
    assert!(matches!(refusal(&files), StoreError::Damaged { .. }));
}

#[test]
fn newer_segment_is_refused_with_both_versions() {
    let files = unsealed(&[b"first"]);
    change(&files, 1, |bytes| {
        bytes[8] = 9;
        bytes[12..16].fill(0);
        let crc = crc32fast::hash(&bytes[..SEGMENT_HEADER as usize]).to_le_bytes();
        bytes[12..16].copy_from_slice(&crc);
    });
    assert!(matches!(refusal(&files), StoreError::NewerSegment { found: 9, ours: 1, .. }));
}

#[test]
fn segment_that_a_crash_left_half_made_is_set_aside() {
    let files = unsealed(&[b"first"]);
    files.put(&segment::name(2), vec![0; 20]);
    let mut opened = open(&files);
    assert_eq!(opened.tail, Position(1));
    assert_eq!(opened.torn.as_ref().unwrap().segment, segment::name(2));
    commit(&mut opened.journal, &[&[2; 300], &[3; 300]]);
    assert_eq!(read(&open(&files).journal).len(), 3);
    let files = MemoryFiles::default();
    files.put(&segment::name(1), vec![0; 48]);
    commit(&mut open(&files).journal, &[b"first"]);
    assert_eq!(read(&open(&files).journal), [b"first"]);
}

#[test]
fn batch_above_the_bound_changes_nothing() {
    let files = MemoryFiles::default();
    let mut journal = open(&files).journal;
    let large = units(&[&vec![0; MAX_BATCH_BYTES / 4]]);
    let error = journal.append(&[&large, &large, &large, &large]).unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
    commit(&mut journal, &[b"next"]);
    assert_eq!(read(&journal), [b"next"]);
}

#[test]
fn failed_sync_is_cut_and_its_units_never_come_back() {
    let files = FaultyFiles::default();
    let mut journal = Journal::open(Arc::new(files.clone()), SMALL).unwrap().journal;
    commit(&mut journal, &[b"kept"]);
    journal.append(&[&units(&[b"lost", b"lost as well"])]).unwrap();
    files.fail_sync(1);
    journal.sync().unwrap_err();
    assert!(matches!(journal.append(&[&units(&[b"bounced"])]), Err(StoreError::Halted)));
    assert!(matches!(journal.sync(), Err(StoreError::Halted)));
    assert_eq!(journal.cut_and_probe().unwrap(), Position(1));
    commit(&mut journal, &[b"next"]);
    for (model, seed) in [(DiskModel::Strict, 0), (DiskModel::Page, 1), (DiskModel::Page, 2)] {
        let disk = files.disk_at(files.ops(), model, seed);
        assert_eq!(read(&open(&disk).journal), [&b"kept"[..], b"next"]);
    }
}

#[test]
fn cut_can_be_tried_again_until_the_disk_takes_it() {
    let files = FaultyFiles::default();
    let mut journal = Journal::open(Arc::new(files.clone()), SMALL).unwrap().journal;
    commit(&mut journal, &[b"kept"]);
    files.fail_write(1, 20);
    journal.append(&[&units(&[b"lost"])]).unwrap_err();
    files.set_dead(true);
    journal.cut_and_probe().unwrap_err();
    files.set_dead(false);
    for sync in 1..=2 {
        files.fail_sync(sync);
        journal.cut_and_probe().unwrap_err();
    }
    files.fail_write(2, 5);
    journal.cut_and_probe().unwrap_err();
    assert_eq!(journal.cut_and_probe().unwrap(), Position(1));
    commit(&mut journal, &[b"next"]);
    let before = files.ops();
    for seed in 0..50 {
        let disk = files.disk_at(before, DiskModel::Page, seed);
        assert_eq!(read(&open(&disk).journal), [&b"kept"[..], b"next"]);
    }
}

#[test]
fn unproven_batch_is_written_again_before_anything_builds_on_it() {
    // A sync failed, the page cache still shows the batch, the process ends and starts again on the same system.
    let files = FaultyFiles::default();
    let mut journal = Journal::open(Arc::new(files.clone()), Options::default()).unwrap().journal;
    journal.append(&[&units(&[&[1; 9000]])]).unwrap();
    files.fail_sync(1);
    journal.sync().unwrap_err();
    drop(journal);
    let mut opened = Journal::open(Arc::new(files.clone()), Options::default()).unwrap();
    assert_eq!(opened.tail, Position(1));
    commit(&mut opened.journal, &[b"next"]);
    files.crash();
    let opened = Journal::open(Arc::new(files), Options::default()).unwrap();
    assert_eq!(read(&opened.journal), [&[1; 9000][..], b"next"]);
}

#[test]
fn reader_reads_beside_a_journal_that_goes_on() {
    let files = MemoryFiles::default();
    let mut journal = open(&files).journal;
    commit(&mut journal, &[&[1; 200], &[2; 200]]);
    let reader = journal.reader();
    commit(&mut journal, &[&[3; 200]]);
    let mut count = 0;
    let mut note = |_, _: &[u8]| {
        count += 1;
        Ok(())
    };
    assert_eq!(reader.replay(Position(0), &mut note).unwrap(), Position(2));
    assert_eq!(count, 2);
}

fn batches() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    let unit =
        prop_oneof![prop::collection::vec(any::<u8>(), 0..40), prop::collection::vec(any::<u8>(), 0..3000),];
    prop::collection::vec(prop::collection::vec(unit, 0..5), 0..12)
}

fn written(batches: &[Vec<Vec<u8>>], segment_bytes: u64) -> (MemoryFiles, Vec<Vec<u8>>) {
    let files = MemoryFiles::default();
    let options = Options { segment_bytes, known: Position(0) };
    let mut journal = Journal::open(Arc::new(files.clone()), options).unwrap().journal;
    for batch in batches {
        let all: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        journal.append(&[&units(&all[..all.len() / 2]), &units(&all[all.len() / 2..])]).unwrap();
        journal.sync().unwrap();
    }
    journal.close().unwrap();
    (files, batches.concat())
}

proptest! {
    #[test]
    fn what_is_appended_is_replayed(batches in batches(), segment_bytes in 1_u64..5000, after in 0_u64..20) {
        let (files, expected) = written(&batches, segment_bytes);
        let opened = open(&files);
        prop_assert_eq!(&opened.torn, &None);
        prop_assert_eq!(&read(&opened.journal), &expected);
        let after = after.min(expected.len() as u64);
        let mut rest = Vec::new();
        let mut note = |_, unit: &[u8]| {
            rest.push(unit.to_vec());
            Ok(())
        };
        opened.journal.replay(Position(after), &mut note).unwrap();
        prop_assert_eq!(&rest[..], &expected[after as usize..]);
    }

    #[test]
    fn flipped_bit_of_a_synced_log_never_changes_what_is_read(batches in batches(), segment_bytes in 1_u64..5000, place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let (files, expected) = written(&batches, segment_bytes);
        let names: Vec<String> = files.list().unwrap();
        let sizes: Vec<usize> = names.iter().map(|name| files.bytes(name).unwrap().len()).collect();
        let mut at = place.index(sizes.iter().sum());
        let file = sizes.iter().position(|size| { let here = at < *size; if !here { at -= size; } here }).unwrap();
        let mut bytes = files.bytes(&names[file]).unwrap();
        bytes[at] ^= 1 << bit;
        files.put(&names[file], bytes);
        // Refused, or only a seal was hit and every unit is there.
        if let Ok(opened) = Journal::open(Arc::new(files), Options::default()) {
            prop_assert_eq!(&read(&opened.journal), &expected);
        }
    }

    #[test]
    fn log_cut_anywhere_keeps_whole_batches_from_the_front(batches in batches(), cut in any::<prop::sample::Index>()) {
        let (files, expected) = written(&batches, u64::MAX);
        let name = segment::name(1);
        let bytes = files.bytes(&name).unwrap();
        files.put(&name, bytes[..cut.index(bytes.len() + 1)].to_vec());
        let opened = open(&files);
        let all = read(&opened.journal);
        prop_assert_eq!(&all[..], &expected[..all.len()]);
        let ends: Vec<usize> = batches.iter().scan(0, |end, batch| { *end += batch.len(); Some(*end) }).collect();
        prop_assert!(all.is_empty() || ends.contains(&all.len()), "no batch is cut");
    }
}
