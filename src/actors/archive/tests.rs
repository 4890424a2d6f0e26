mod acts;

use std::ops::Bound;
use std::sync::Mutex;

use super::*;
use crate::actors::fixtures::{assigned, closed, created, created_with, grant, id, read_side, said};
use crate::actors::idempotency::Claim;
use crate::actors::read_side::{Filter, Who};
use crate::domain::conversation::{Status, Visibility};
use crate::domain::record::KeptAnswer;
use crate::domain::time::Timestamp;
use crate::ports::journal::Units;
use crate::ports::state_store::Entry;
use crate::store::journal::{Journal, Options};
use crate::store::memory::{MemoryFiles, MemoryStore};

const NOW: Timestamp = Timestamp(5_000);

fn kept() -> Arc<Record> {
    let answer = KeptAnswer::Conversation { id: id(1), version: 1 };
    Arc::new(Record::Kept(Kept { key: KeyDigest([1; 16]), body: [2; 16], at: NOW, answer }))
}

fn claim(read: &ReadSide) -> Claim {
    read.claims().begin(KeyDigest([1; 16]), [2; 16], NOW)
}

fn ended() -> Vec<Arc<Record>> {
    let said = said(1, 3, 1, Visibility::Public, None);
    vec![created(1), assigned(1, 2, grant(7, "a")), said, closed(1, 4, Some("a")), kept(), created(2)]
}

fn archive(
    store: Arc<dyn StateStore>,
    read: &Arc<ReadSide>,
    snapshots: Option<Arc<Snapshots>>,
) -> (Archive, Arc<Mutex<Vec<ConversationId>>>) {
    let passed = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&passed);
    let on_passed: OnPassed = Box::new(move |ids| told.lock().unwrap_or_else(|_| unreachable!()).extend(ids));
    (
        Archive {
            store,
            read: Arc::clone(read),
            now: Arc::new(|| NOW),
            on_passed,
            snapshots,
            journal_bytes: u64::MAX,
            health: Health::new(Box::new(|_| ())),
        },
        passed,
    )
}

fn pass(archive: Archive, read: &ReadSide, upto: u64) {
    let Ok(thread) = archive.start(None) else { unreachable!("a memory store says where it is") };
    thread.handle().hand(Position(upto), read.take_passing());
    thread.stop();
}

fn assert_archived(read: &ReadSide) {
    let shown = read.conversation(id(1)).ok().flatten();
    assert_eq!(shown.map(|c| (c.status, c.version)), Some((Status::Closed, 4)));
    assert_eq!(read.conversation_at(id(1), 1).ok().flatten().map(|c| c.status), Some(Status::Open));
    assert_eq!(read.messages(id(1), 0, 9, true).map(|messages| messages.len()), Ok(1));
    for filter in [
        Filter::default(),
        Filter { agent_id: Some("a".into()), state: Some(Status::Closed), ..Filter::default() },
        Filter { queue_id: Some("default-messaging".into()), ..Filter::default() },
    ] {
        assert_eq!(read.list(&filter, None, 1).map(|found| found[0].id()), Ok(id(1)), "{filter:?}");
        assert!(read.list(&filter, Some(id(1)), 1).is_ok_and(|found| found.iter().all(|c| c.id() == id(2))));
    }
    let Claim::Replay(answer) = claim(read) else { panic!("the answer is kept") };
    assert!(read.replayed(&answer).is_ok());
}

#[test]
fn an_ended_conversation_leaves_memory_for_the_archive_and_is_still_found() {
    let read = read_side(&ended());
    let store = Arc::new(MemoryStore::default());
    let (archive, passed) = archive(store.clone(), &read, None);
    pass(archive, &read, 5);
    assert!(read.in_memory(id(1)).is_none() && read.is_archived(id(1)));
    assert!(read.in_memory(id(2)).is_some() && !read.is_archived(id(2)));
    assert!(passed.lock().is_ok_and(|passed| *passed == [id(1)]));
    assert_eq!(store.position().ok(), Some(Position(5)));
    assert_archived(&read);
}

#[test]
fn a_snapshot_is_written_after_the_archive_has_passed_it() {
    let read = read_side(&ended());
    let store = Arc::new(MemoryStore::default());
    let snapshots = Arc::new(Snapshots::new(Arc::new(MemoryFiles::default())));
    let (archive, _) = archive(store.clone(), &read, Some(Arc::clone(&snapshots)));
    let Ok(thread) = archive.start(None) else { unreachable!("a memory store says where it is") };
    thread.handle().hand(Position(5), read.take_passing());
    let frozen = read.freeze();
    let expected: Vec<Record> = frozen.records().map(|record| (*record).clone()).collect();
    let counted = read.checkpoint(Position(5));
    thread.handle().snapshot(Position(5), frozen, counted);
    assert_eq!(thread.handle().lag().units.min(5), thread.handle().lag().units);
    thread.stop();
    let Ok(Some((at, units))) = snapshots.latest() else { panic!("there is a snapshot") };
    let mut found = Vec::new();
    for unit in &units {
        assert!(records::decode(at, unit, &mut |record| found.push(record)).is_ok());
    }
    assert_eq!((at, found), (Position(5), expected));
    assert_eq!(store.position().ok(), Some(Position(5)));
}

fn journal(records: &[Arc<Record>]) -> crate::store::journal::Reader {
    let Ok(mut opened) = Journal::open(Arc::new(MemoryFiles::default()), Options::default()) else {
        unreachable!("a directory in memory takes a log")
    };
    let mut units = Units::default();
    for record in records {
        units.push_with(|bytes| records::encode(bytes, [&**record]));
    }
    assert!(opened.journal.append(&[&units]).is_ok() && opened.journal.sync().is_ok());
    opened.journal.reader()
}

#[test]
fn a_store_behind_its_snapshot_is_filled_from_the_journal_while_history_waits() {
    let source = Source { reader: journal(&ended()), snapshot: Position(5) };
    let store = Arc::new(MemoryStore::default());
    // What the house knows from the snapshot alone.
    let read = read_side(&[created(2)]);
    read.set_store(&(store.clone() as Arc<dyn StateStore>));
    let (tell, told) = sync_channel(100);
    let handle = ArchiveHandle { tell, progress: Arc::default() };
    let mut worker = Worker::new(archive(store.clone(), &read, None).0, Position(0), Arc::default());
    worker.begin_rebuild();
    assert!(read.conversation(id(1)).is_err() && read.list(&Filter::default(), None, 9).is_err());
    assert!(read.conversation(id(2)).is_ok_and(|found| found.is_some()));
    assert!(matches!(claim(&read), Claim::Unavailable));
    handle.hand(Position(6), Passing::default());
    rebuild::fill(&source, Position(0), &handle);
    handle.send(Command::Stop);
    worker.run(&told);
    assert!(!read.is_rebuilding());
    assert_eq!(store.position().ok(), Some(Position(6)));
    assert_archived(&read);
}

struct Failing;

impl StateStore for Failing {
    fn position(&self) -> Result<Position, StoreError> {
        Ok(Position(0))
    }
    fn apply(&self, _: &StateBatch) -> Result<(), StoreError> {
        Err(StoreError::Halted)
    }
    fn get(&self, _: Space, _: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }
    fn scan(&self, _: Space, _: Bound<&[u8]>, _: &[u8], _: usize) -> Result<Vec<Entry>, StoreError> {
        Ok(Vec::new())
    }
    fn flush(&self) -> Result<(), StoreError> {
        Err(StoreError::Halted)
    }
}

#[test]
fn a_store_that_fails_is_given_up_without_filling_memory_or_forgetting_answers() {
    let read = read_side(&ended());
    pass(archive(Arc::new(Failing), &read, None).0, &read, 5);
    assert!(read.in_memory(id(1)).is_none() && read.is_rebuilding());
    assert!(matches!(claim(&read), Claim::Replay(_)));
}

#[test]
fn answers_are_removed_when_they_are_a_day_old_and_never_those_of_the_same_batch() {
    let store = Arc::new(MemoryStore::default());
    let old = |n: u8, at| {
        let answer = KeptAnswer::Rendered { status: 422, body: Vec::new() };
        answer_put(&Kept { key: KeyDigest([n; 16]), body: [0; 16], at, answer })
    };
    let day_old = NOW.plus_ms(-crate::actors::idempotency::KEPT_MS);
    let puts = vec![old(1, day_old), old(2, NOW), old(3, day_old)];
    assert!(store.apply(&StateBatch { upto: Position(1), puts, deletes: Vec::new() }).is_ok());
    let read = read_side(&[kept()]);
    pass(archive(store.clone(), &read, None).0, &read, 2);
    let left = store.scan(Space::Answers, Bound::Unbounded, &[], 9).unwrap_or_default();
    assert_eq!(left.iter().map(|(key, _)| key[0]).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn an_ended_conversation_is_removed_with_its_index_keys_after_the_retention() {
    let read = read_side(&ended());
    let store = Arc::new(MemoryStore::default());
    pass(archive(store.clone(), &read, None).0, &read, 5);
    let later = Timestamp(4_000).plus_ms(90 * 24 * 3600 * 1000);
    read.apply(&created(3));
    read.apply(&closed(3, 2, None));
    let mut archive = archive(store.clone(), &read, None).0;
    archive.now = Arc::new(move || later);
    pass(archive, &read, 6);
    let left = |space| store.scan(space, Bound::Unbounded, &[], 9).map_or(9, |entries| entries.len());
    assert_eq!((left(Space::Conversation), left(Space::ByQueue), left(Space::ByAgent)), (1, 1, 0));
}

#[test]
fn an_ended_conversation_is_found_by_who_wrote_as_one_in_memory_is() {
    let by = |n, party: &'static str| created_with(n, |born| born.party = Some(party.into()));
    // One address begins as another does.
    let (kim, other) = ("a", "a\0b");
    let records = [by(1, kim), closed(1, 2, None), by(2, other), closed(2, 2, None), by(3, kim), by(4, kim)];
    let read = read_side(&records);
    let earlier = || {
        let who = read.conversation(id(4)).ok().flatten().and_then(|c| Who::of(&c));
        let found = who.map(|who| read.earlier(&who, id(4), 9));
        let found = found.and_then(Result::ok).unwrap_or_default();
        found.iter().map(|conversation| conversation.id()).collect::<Vec<_>>()
    };
    assert_eq!(earlier(), [id(3), id(1)]);
    let store = Arc::new(MemoryStore::default());
    pass(archive(store.clone(), &read, None).0, &read, 6);
    assert!(read.is_archived(id(1)) && read.in_memory(id(3)).is_some());
    assert_eq!(earlier(), [id(3), id(1)]);
    read.apply(&closed(3, 2, None));
    pass(archive(store, &read, None).0, &read, 7);
    assert!(read.is_archived(id(3)));
    assert_eq!(earlier(), [id(3), id(1)]);
}

/// The same record at another time.
fn at(ms: i64, record: &Arc<Record>) -> Arc<Record> {
    match &**record {
        Record::Event(event) => {
            Arc::new(Record::Event(crate::domain::conversation::Event { at: Timestamp(ms), ..event.clone() }))
        }
        other => Arc::new(other.clone()),
    }
}

/// What happens in three quarter hours.
fn three_quarters() -> Vec<Arc<Record>> {
    let quarter = 15 * 60 * 1000;
    vec![
        at(0, &created(1)),
        at(5_000, &assigned(1, 2, grant(7, "a"))),
        at(quarter, &created(2)),
        at(quarter + 1_000, &created(3)),
        // A snapshot is here.
        at(quarter + 7_000, &assigned(2, 2, grant(8, "a"))),
        at(2 * quarter, &closed(1, 3, Some("a"))),
    ]
}

fn figures(read: &ReadSide) -> Vec<(u32, u64, usize)> {
    let subject = crate::actors::stats::row::Subject::Queue("default-messaging".into());
    let ends = [Quarter(1), Quarter(2), Quarter(3)];
    let parts =
        read.figures(std::slice::from_ref(&subject), Quarter(0), &ends, NOW).unwrap().remove(&subject);
    let of =
        |(row, _): &(crate::actors::stats::row::Row, _)| (row.arrived, row.wait.total_ms(), row.closed.len());
    parts.unwrap().iter().map(of).collect()
}

#[test]
fn statistics_of_a_lost_store_are_counted_again_and_joined_with_what_came_after_the_snapshot() {
    let expected = [(1, 5_000, 0), (2, 7_000, 0), (0, 0, 1)];
    let records = three_quarters();
    let whole = read_side(&[]);
    whole.begin_counting(None, false);
    records.iter().for_each(|record| whole.apply(record));
    pass(archive(Arc::new(MemoryStore::default()), &whole, None).0, &whole, 6);
    assert_eq!(figures(&whole), expected);

    let source = Source { reader: journal(&records), snapshot: Position(4) };
    let store = Arc::new(MemoryStore::default());
    let read = read_side(&records[..4]);
    read.begin_counting(None, true);
    records[4..].iter().for_each(|record| read.apply(record));
    read.set_store(&(store.clone() as Arc<dyn StateStore>));
    let (tell, told) = sync_channel(100);
    let handle = ArchiveHandle { tell, progress: Arc::default() };
    let mut worker = Worker::new(archive(store, &read, None).0, Position(0), Arc::default());
    worker.begin_rebuild();
    handle.hand(Position(6), read.take_passing());
    rebuild::fill(&source, Position(0), &handle);
    handle.send(Command::Stop);
    worker.run(&told);
    assert_eq!(figures(&read), expected);
    // What was joined is due in the store, so that it outlives memory.
    let due = read.take_passing().stats;
    assert!(due.iter().any(|(_, key, _)| key.ends_with(&[0, 0, 0, 0, 1])), "{due:?}");
}

#[test]
fn statistics_leave_the_store_after_ninety_days() {
    let store = Arc::new(MemoryStore::default());
    let read = read_side(&[]);
    read.begin_counting(None, false);
    three_quarters().iter().for_each(|record| read.apply(record));
    pass(archive(store.clone(), &read, None).0, &read, 6);
    let rows =
        || store.scan(Space::Statistics, Bound::Unbounded, b"rq", 99).map_or(0, |entries| entries.len());
    assert_eq!(rows(), 2, "the third quarter hour is at hand");
    let day = 24 * 3600 * 1000;
    let later = 90 * day + 16 * 60 * 1000;
    read.apply(&at(later, &closed(2, 3, Some("a"))));
    let mut archive = archive(store.clone(), &read, None).0;
    archive.now = Arc::new(move || Timestamp(later));
    pass(archive, &read, 7);
    assert_eq!(rows(), 2, "the first is gone, the third is there");
}

/// A store that panics.
struct Broken;

impl StateStore for Broken {
    fn position(&self) -> Result<Position, StoreError> {
        Ok(Position(0))
    }
    fn apply(&self, _: &StateBatch) -> Result<(), StoreError> {
        panic!("a test's panic")
    }
    fn get(&self, _: Space, _: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }
    fn scan(&self, _: Space, _: Bound<&[u8]>, _: &[u8], _: usize) -> Result<Vec<Entry>, StoreError> {
        Ok(Vec::new())
    }
    fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

#[test]
fn a_thread_that_panics_is_not_silent_and_nobody_waits_for_it() {
    let read = read_side(&ended());
    let (archive, _) = archive(Arc::new(Broken), &read, None);
    let health = Arc::clone(&archive.health);
    let Ok(thread) = archive.start(None) else { unreachable!("the store says where it is") };
    for _ in 0..2 * QUEUE {
        thread.handle().hand(Position(5), read.take_passing());
    }
    thread.stop();
    assert_eq!(health.fallen(), [Part::Archive]);
}
