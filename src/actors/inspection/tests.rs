//! A store damaged in each way that can be planted, and the line that says so.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::actors::archive::testing::ended_puts;
use crate::actors::fixtures::{
    assigned, closed, config, created, created_with, grant, offered, record, said,
};
use crate::domain::config::{Agent, Change, Key};
use crate::domain::conversation::{By, Happening, ParticipantKind, ReturnReason, Visibility};
use crate::domain::entity::RoutedRecord;
use crate::domain::offer::OfferEnd;
use crate::domain::record::{Configured, Record};
use crate::ports::journal::{FileHandle, Files, Position, Units};
use crate::ports::records;
use crate::ports::state_store::{Space, StateBatch};
use crate::store::journal::{Journal, Options};
use crate::store::memory::{MemoryFiles, MemoryStore};

const NOW: Timestamp = Timestamp(100_000);

/// A log of these records behind those of the fixtures' configuration, one a unit.
struct Planted {
    journal: MemoryFiles,
    snapshots: MemoryFiles,
    archive: Option<Arc<MemoryStore>>,
}

fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    records::encode(&mut bytes, [record]);
    bytes
}

fn configured() -> Vec<Record> {
    let mut config = config();
    // As if written: the records that make it.
    let base = Config::default();
    let mut version = base.version;
    for id in config.work_streams.keys().filter(|id| !base.work_streams.contains_key(*id)) {
        version += 1;
        config.written.insert(crate::domain::config::Key::WorkStream(id.clone()), version);
    }
    for id in config.agents.keys() {
        version += 1;
        config.written.insert(crate::domain::config::Key::Agent(id.clone()), version);
    }
    config.version = version;
    crate::actors::read_side::config_records(&config).map(Record::Configured).collect()
}

impl Planted {
    fn of(records: &[Arc<Record>]) -> Self {
        let planted =
            Self { journal: MemoryFiles::default(), snapshots: MemoryFiles::default(), archive: None };
        let options = Options { segment_bytes: 400, ..Options::default() };
        let mut journal = Journal::open(Arc::new(planted.journal.clone()), options).unwrap().journal;
        let all = configured().into_iter().chain(records.iter().map(|record| (**record).clone()));
        for record in all {
            let mut units = Units::default();
            units.push(&encoded(&record));
            journal.append(&[&units]).unwrap();
        }
        journal.close().unwrap();
        planted
    }

    fn snapshot(self, at: u64, records: &[Arc<Record>]) -> Self {
        let all = configured().into_iter().chain(records.iter().map(|record| (**record).clone()));
        let at = Position(configured().len() as u64 + at);
        let snapshots = Snapshots::new(Arc::new(self.snapshots.clone()));
        snapshots.write(at, &mut all.map(|record| encoded(&record))).unwrap();
        self
    }

    /// An archive at the position behind `at` records that holds the conversations with these timelines.
    fn archive(mut self, at: u64, timelines: &[&[Arc<Record>]]) -> Self {
        let store = MemoryStore::default();
        let puts = timelines.iter().flat_map(|events| ended_puts(events)).collect();
        let upto = Position(configured().len() as u64 + at);
        store.apply(&StateBatch { upto, puts, deletes: Vec::new() }).unwrap();
        self.archive = Some(Arc::new(store));
        self
    }

    fn lines(&self) -> Vec<String> {
        let before = (self.journal.copied(), self.snapshots.copied());
        let stored = Stored {
            journal: Arc::new(self.journal.clone()),
            snapshots: Arc::new(self.snapshots.clone()),
            archive: self.archive.clone().map(|archive| archive as Arc<dyn StateStore>),
        };
        let seen = inspect(&stored, NOW);
        for (files, copy) in [(&self.journal, before.0), (&self.snapshots, before.1)] {
            let names = files.list().unwrap();
            assert_eq!(names, copy.list().unwrap(), "a check makes and removes nothing");
            assert!(
                names.iter().all(|name| files.bytes(name) == copy.bytes(name)),
                "a check changes nothing"
            );
        }
        seen.findings.lines().to_vec()
    }

    #[track_caller]
    fn finds(&self, words: &[&str]) {
        let lines = self.lines();
        let found = lines.iter().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(found, "no line with {words:?} in {lines:#?}");
    }
}

fn ended() -> Vec<Arc<Record>> {
    vec![created(1), said(1, 2, 1, Visibility::Public, None), closed(1, 3, None)]
}

fn sound() -> Vec<Arc<Record>> {
    let mut all = ended();
    all.extend([created(2), offered(2, 2, grant(7, "a")), created(3), assigned(3, 2, grant(8, "b"))]);
    all
}

#[test]
fn a_sound_store_has_no_findings() {
    let planted = Planted::of(&sound()).snapshot(3, &[]).snapshot(5, &sound()[3..5]).archive(7, &[&ended()]);
    assert_eq!(planted.lines(), Vec::<String>::new());
}

#[test]
fn a_damaged_and_a_missing_segment_are_found() {
    let planted = Planted::of(&sound());
    let names = planted.journal.list().unwrap();
    assert!(names.len() > 3, "{names:?}");
    let mut bytes = planted.journal.bytes(&names[1]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    planted.journal.put(&names[1], bytes);
    planted.finds(&["journal segment", "is damaged"]);
    let planted = Planted::of(&sound());
    planted.journal.remove(&names[1]).unwrap();
    planted.finds(&["journal segment", "is missing"]);
}

#[test]
fn a_log_without_its_beginning_needs_a_snapshot() {
    let planted = Planted::of(&sound());
    let names = planted.journal.list().unwrap();
    planted.journal.remove(&names[0]).unwrap();
    planted.finds(&["no snapshot that checks out reaches it"]);
}

#[test]
fn a_snapshot_that_is_damaged_ahead_or_of_another_state_is_found() {
    let planted = Planted::of(&sound()).snapshot(5, &sound()[3..5]);
    let name = planted.snapshots.list().unwrap().remove(0);
    let mut bytes = planted.snapshots.bytes(&name).unwrap();
    bytes[100] ^= 1;
    planted.snapshots.put(&name, bytes);
    planted.finds(&["snapshot", "does not check out"]);
    Planted::of(&sound()).snapshot(50, &[]).finds(&["snapshots:", "the journal ends at"]);
    let other = Planted::of(&sound()).snapshot(5, &[created(2)]);
    other.finds(&["conversation", "is another (open, not open)", "than by the journal"]);
    other.finds(&["the ledger of agent a is another"]);
    Planted::of(&sound()).snapshot(5, &[]).finds(&["is another (not there, not open)"]);
}

#[test]
fn a_gap_a_second_beginning_and_a_life_after_the_close_are_found() {
    let gap = Planted::of(&[created(1), said(1, 3, 1, Visibility::Public, None)]);
    gap.finds(&["I8: conversation", "event 3 follows event 1"]);
    gap.finds(&["the journal: the record at position", "cannot be folded"]);
    Planted::of(&[created(1), created(1)]).finds(&["I8", "it is created a second time"]);
    let mut after = ended();
    after.push(said(1, 4, 2, Visibility::Public, None));
    Planted::of(&after).finds(&["I8", "event 4 follows event 0"]);
    let unborn = Planted::of(&[said(1, 1, 1, Visibility::Public, None)]);
    unborn.finds(&["I8", "it begins with message"]);
    unborn.finds(&["I1", "it has events and is at home nowhere"]);
}

#[test]
fn two_open_offers_and_an_offer_that_ends_twice_are_found() {
    let twice = [created(1), offered(1, 2, grant(7, "a")), offered(1, 3, grant(8, "b"))];
    Planted::of(&twice).finds(&["I2: conversation", "is made while offer", "is open"]);
    Planted::of(&twice).finds(&["I3", "agent a"]);
    let taken =
        record(1, 3, Happening::Assigned { grant: grant(9, "b"), from_offer: true, ends: None, trace: None });
    let taken = [created(1), offered(1, 2, grant(7, "a")), taken];
    Planted::of(&taken).finds(&["I2", "ends and is not open"]);
    let lost = [created(1), offered(1, 2, grant(7, "a")), closed(1, 3, None)];
    Planted::of(&lost).finds(&["I2", "it is closed while offer"]);
}

#[test]
fn a_ledger_that_differs_from_the_grants_is_found() {
    let reason = ReturnReason::Released;
    let other = record(1, 3, Happening::Released { ends: grant(9, "b"), reason, first: None });
    Planted::of(&[created(1), assigned(1, 2, grant(7, "a")), other]).finds(&["I3", "agent a", "grant"]);
}

#[test]
fn what_a_start_takes_from_a_deleted_agent_is_no_finding_and_what_is_of_a_configured_one_is() {
    let deleted = |agent: &str| {
        let change = Change::Delete(Key::Agent(agent.into()));
        Arc::new(Record::Configured(Configured { at: Timestamp(9_000), by: By::System, change }))
    };
    let joined = |n, seq, agent: &str| {
        record(n, seq, Happening::Joined { agent: agent.into(), kind: ParticipantKind::Consult })
    };
    let wrap_up = Happening::WrapUp { grant: grant(9, "a"), hold_until: None, by_customer: false };
    let crashed = [
        created(1),
        offered(1, 2, grant(7, "a")),
        created(2),
        assigned(2, 2, grant(8, "b")),
        joined(2, 3, "a"),
        created(3),
        assigned(3, 2, grant(9, "a")),
        record(3, 3, wrap_up),
        created(4),
        assigned(4, 2, grant(10, "a")),
        deleted("a"),
    ];
    assert_eq!(Planted::of(&crashed).lines(), [""; 0], "before the queues could say so");
    let lost = ReturnReason::Released;
    let taken = record(2, 4, Happening::Released { ends: grant(11, "b"), reason: lost, first: None });
    let broken: Vec<_> = crashed.iter().cloned().chain([taken]).collect();
    Planted::of(&broken).finds(&["I3", "agent b", "grant"]);
}

#[test]
fn what_an_agent_was_offered_before_it_was_made_anew_is_missed_nowhere() {
    let what = |at: i64, change: Change| {
        Arc::new(Record::Configured(Configured { at: Timestamp(at), by: By::System, change }))
    };
    let anew = [
        what(50_000, Change::Delete(Key::Agent("a".into()))),
        what(60_000, Change::PutAgent("a".into(), Arc::new(Agent::named("a")))),
    ];
    let (offer, end) = (grant(7, "a"), OfferEnd::Withdrawn);
    let ended =
        Happening::OfferEnded { grant: offer.clone(), end, cause: None, cooldown_until: None, missed: false };
    let mut all = vec![created(1), offered(1, 2, offer), record(1, 3, ended), closed(1, 4, None)];
    all.extend(anew.iter().cloned());
    // A snapshot forgets it with the deletion; the log remembers.
    assert_eq!(Planted::of(&all).snapshot(6, &anew).lines(), Vec::<String>::new());
}

#[test]
fn a_conversation_of_an_unknown_work_stream_is_found() {
    let unknown = created_with(1, |born| born.work_stream_id = "nowhere".into());
    Planted::of(&[unknown]).finds(&["R: the journal: conversation", "no work stream nowhere"]);
}

#[test]
fn an_archive_that_lost_changed_or_invented_something_is_found() {
    Planted::of(&sound()).archive(7, &[]).finds(&["I4: archive: conversation", "closed and not there"]);
    let early = [created(1), closed(1, 2, None)];
    Planted::of(&sound()).archive(7, &[&early]).finds(&["I4", "at version 2 and closed at 3"]);
    assert_eq!(Planted::of(&sound()).archive(1, &[]).lines(), Vec::<String>::new(), "only behind");
    Planted::of(&sound()).archive(70, &[]).finds(&["archive: it is at position"]);
    let planted = Planted::of(&sound()).archive(7, &[&ended()]);
    let change = |puts: Vec<(Space, Vec<u8>, Vec<u8>)>, deletes| {
        let store = planted.archive.as_ref().unwrap();
        store.apply(&StateBatch { upto: store.position().unwrap(), puts, deletes }).unwrap();
    };
    let puts: Vec<_> = ended_puts(&ended());
    let (space, key, _) = puts[1].clone();
    change(Vec::new(), vec![(space, key)]);
    planted.finds(&["it is missing in the index ByQueue"]);
    let mut torn = puts[0].clone();
    torn.2.truncate(20);
    change(vec![torn], Vec::new());
    planted.finds(&["its value does not read"]);
    let mixed =
        (Space::Conversation, puts[0].1.clone(), ended_puts(&[created(2), closed(2, 2, None)])[0].2.clone());
    change(vec![mixed], Vec::new());
    planted.finds(&["its events do not replay to its state"]);
}

/// Files that count what is read of them.
#[derive(Clone)]
struct Counted {
    files: MemoryFiles,
    bytes: Arc<AtomicU64>,
}

struct CountedFile(Arc<dyn FileHandle>, Arc<AtomicU64>);

impl Files for Counted {
    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        self.files.create(name)
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        Ok(Arc::new(CountedFile(self.files.open(name)?, Arc::clone(&self.bytes))))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.files.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.files.remove(name)
    }
    fn sync_dir(&self) -> io::Result<()> {
        self.files.sync_dir()
    }
}

impl FileHandle for CountedFile {
    fn size(&self) -> io::Result<u64> {
        self.0.size()
    }
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read_at(offset, buffer)?;
        self.1.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.truncate(len)
    }
    fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }
}

#[test]
fn a_check_reads_the_log_no_more_often_than_a_look_and_one_pass() {
    let planted = Planted::of(&sound()).archive(7, &[&ended()]);
    let counted = Counted { files: planted.journal.clone(), bytes: Arc::default() };
    let read = || counted.bytes.swap(0, Ordering::Relaxed);
    let log = Journal::look(Arc::new(counted.clone())).unwrap();
    let look = read();
    log.replay(Position(0), &mut |_, _| Ok(())).unwrap();
    let pass = read();
    assert!(look > 0 && pass > 0);
    let stored = Stored {
        journal: Arc::new(counted.clone()),
        snapshots: Arc::new(planted.snapshots.clone()),
        archive: planted.archive.clone().map(|archive| archive as Arc<dyn StateStore>),
    };
    assert_eq!(inspect(&stored, NOW).findings.lines(), [""; 0]);
    assert_eq!(read(), look + pass);
}

#[test]
fn two_unfinished_work_items_of_one_record_are_found_and_one_after_the_other_is_sound() {
    let of_record = |n| {
        created_with(n, |born| {
            born.record = Some(Arc::new(RoutedRecord {
                entity_logical_name: "incident".into(),
                entity_set_name: "incidents".into(),
                record_id: "7f3e".into(),
                relationship_name: None,
                details: std::collections::BTreeMap::new(),
                intake_rule: None,
            }));
        })
    };
    let one_after_the_other = [of_record(1), closed(1, 2, None), of_record(2)];
    assert_eq!(Planted::of(&one_after_the_other).lines(), [""; 0]);
    Planted::of(&[of_record(1), of_record(2)]).finds(&["E1", "7f3e", "too"]);
}
