//! The audit log in the archive.

use super::*;
use crate::actors::audit::{Act, Before, What, time_of};
use crate::actors::place::{Place, units_up_to};
use crate::domain::config::{Agent, Change, Config, Key, Queue, QueueType};
use crate::domain::conversation::{By, Event, Happening};
use crate::domain::ids::QueueId;
use crate::domain::record::{AgentHappening, AgentRecord, Audited, Configured};

const BOSS: &str = "boss";
/// Beyond every act of these tests.
const END: Timestamp = Timestamp(i64::MAX >> 20);

fn by() -> By {
    By::Supervisor(BOSS.into())
}

fn configured(ms: i64, change: Change) -> Arc<Record> {
    Arc::new(Record::Configured(Configured { at: Timestamp(ms), by: by(), change }))
}

fn queue(ms: i64, id: &str, name: &str) -> Arc<Record> {
    configured(ms, Change::PutQueue(id.into(), Arc::new(Queue::named(name, QueueType::Messaging))))
}

fn about(ms: i64, what: AgentHappening) -> Arc<Record> {
    Arc::new(Record::Agent(AgentRecord { agent: "a".into(), at: Timestamp(ms), by: by(), what }))
}

fn presence(ms: i64, presence: &str) -> Arc<Record> {
    let base = crate::domain::presence::BasePresence::Away;
    about(ms, AgentHappening::PresenceSet { presence: presence.into(), base, resets: Vec::new() })
}

/// The same event at another time, by the supervisor.
fn forced(ms: i64, record: &Arc<Record>) -> Arc<Record> {
    let Record::Event(event) = &**record else { unreachable!("an event") };
    Arc::new(Record::Event(Event { at: Timestamp(ms), by: by(), ..event.clone() }))
}

/// Acts of every kind of record; a snapshot may be after the seventh record.
fn story() -> Vec<Arc<Record>> {
    vec![
        configured(5, Change::PutAgent("a".into(), Arc::new(Agent::named("A")))),
        queue(10, "vip", "One"),
        presence(20, "away"),
        created(1),
        assigned(1, 2, grant(7, "a")),
        configured(2_010, Change::VoidTokens("a".into(), 5)),
        configured(2_020, Change::VoidTokens("a".into(), 6)),
        queue(2_030, "vip", "Two"),
        configured(2_040, Change::Delete(Key::Queue("vip".into()))),
        presence(2_050, "lunch"),
        about(2_060, AgentHappening::Audited(Audited::TokenMade { expires_at: Timestamp(9_000) })),
        about(2_070, AgentHappening::Audited(Audited::Watched(id(1)))),
        forced(2_080, &closed(1, 3, Some("a"))),
    ]
}

/// How many acts `story` holds: all but a creation and an assignment by the system.
const ACTS: usize = 11;

/// A read side of the built-in configuration, as it is when these were applied and the configuration is in force.
fn house(records: &[Arc<Record>]) -> (Arc<ReadSide>, Config) {
    house_after(&[], 0, records)
}

/// The same after a start from a snapshot at position `at`; each record of the journal is a unit.
fn house_after(snapshot: &[Arc<Record>], at: usize, records: &[Arc<Record>]) -> (Arc<ReadSide>, Config) {
    let read = ReadSide::new(Arc::new(arc_swap::ArcSwap::from_pointee(Config::default())));
    snapshot.iter().for_each(|record| read.apply(record));
    let tail = Position((at + records.len()) as u64);
    for (unit, record) in units_up_to(tail, records.len()).zip(records) {
        read.apply_at(Place { unit, nth: 0 }, record);
    }
    let mut config = Config::default();
    for record in snapshot.iter().chain(records) {
        if let Record::Configured(configured) = &**record {
            config.apply(&configured.change);
        }
    }
    read.configured(Arc::new(config.clone()));
    (Arc::new(read), config)
}

fn listed(read: &ReadSide) -> Vec<Act> {
    let found = read.acts(&|_| true, (Timestamp(0), END), None, 99);
    found.unwrap_or_default().iter().map(|act| (**act).clone()).collect()
}

/// Everything of a journal found by filling an empty store.
fn filled(reader: crate::store::journal::Reader, upto: u64) -> Vec<Act> {
    let source = Source { reader, snapshot: Position(upto) };
    let store = Arc::new(MemoryStore::default());
    let (read, _) = house(&[]);
    read.set_store(&(store.clone() as Arc<dyn StateStore>));
    let (tell, told) = sync_channel(100);
    let handle = ArchiveHandle { tell, progress: Arc::default() };
    let mut worker = Worker::new(archive(store, &read, None).0, Position(0), Arc::default());
    worker.begin_rebuild();
    assert!(read.acts(&|_| true, (Timestamp(0), END), None, 9).is_err(), "not there yet");
    handle.hand(Position(upto), Passing::default());
    rebuild::fill(&source, Position(0), &handle);
    handle.send(Command::Stop);
    worker.run(&told);
    listed(&read)
}

#[test]
fn acts_are_the_same_in_memory_in_the_archive_and_filled_from_the_journal() {
    let (read, _) = house(&story());
    let live = listed(&read);
    assert_eq!(live.len(), ACTS);
    assert!(live.windows(2).all(|pair| pair[0].at < pair[1].at && time_of(pair[1].id) == pair[1].at));
    let store = Arc::new(MemoryStore::default());
    pass(archive(store.clone(), &read, None).0, &read, 13);
    assert_eq!(store.scan(Space::Audit, Bound::Unbounded, &[], 99).map(|found| found.len()).ok(), Some(ACTS));
    assert_eq!(listed(&read), live, "in the archive");
    read.acts_passed(&live.iter().map(|act| act.id).collect::<Vec<_>>());
    assert_eq!(listed(&read), live, "nothing of it is in memory any more");
    assert_eq!(filled(journal(&story()), 13), live);
}

/// Acts of every kind of record, all of them in one millisecond.
fn one_millisecond() -> Vec<Arc<Record>> {
    let watched = |n| about(2_000, AgentHappening::Audited(Audited::Watched(id(n))));
    vec![
        created(1),
        queue(2_000, "vip", "One"),
        watched(1),
        presence(2_000, "away"),
        watched(2),
        forced(2_000, &closed(1, 2, None)),
        presence(2_000, "lunch"),
        watched(3),
        configured(2_000, Change::Delete(Key::Queue("vip".into()))),
        watched(1),
    ]
}

#[test]
fn acts_of_one_millisecond_are_listed_in_the_order_in_which_they_were_recorded() {
    let records = one_millisecond();
    let (read, _) = house(&records);
    let live = listed(&read);
    let order: Vec<&str> = live
        .iter()
        .map(|act| match &act.what {
            What::Configured { after: Some(_), .. } => "put",
            What::Configured { after: None, .. } => "delete",
            What::PresenceSet { after, .. } => after.as_str(),
            What::Watched(of) if *of == id(1) => "watch 1",
            What::Watched(of) if *of == id(2) => "watch 2",
            What::Watched(_) => "watch 3",
            What::Conversation { .. } => "close",
            other => unreachable!("{other:?}"),
        })
        .collect();
    let expected = ["put", "watch 1", "away", "watch 2", "close", "lunch", "watch 3", "delete", "watch 1"];
    assert_eq!(order, expected);
    let mut paged: Vec<Act> = Vec::new();
    loop {
        let after = paged.last().map(|act| act.id);
        let page = read.acts(&|_| true, (Timestamp(2_000), Timestamp(2_001)), after, 2).unwrap_or_default();
        let Some(_) = page.last() else { break };
        paged.extend(page.iter().map(|act| (**act).clone()));
    }
    assert_eq!(paged, live, "page by page");
    let store = Arc::new(MemoryStore::default());
    pass(archive(store, &read, None).0, &read, 10);
    read.acts_passed(&live.iter().map(|act| act.id).collect::<Vec<_>>());
    assert_eq!(listed(&read), live, "in the archive");
    assert_eq!(filled(journal(&records), 10), live, "filled from the journal");
    let (restarted, _) = house_after(&[created(1)], 6, &records[6..]);
    let ids = |acts: &[Act]| acts.iter().map(|act| act.id).collect::<Vec<_>>();
    assert_eq!(ids(&listed(&restarted)), ids(&live[5..]), "after a start");
}

#[test]
fn acts_of_one_unit_are_listed_in_its_order_live_and_filled_from_the_journal() {
    let Ok(mut opened) = Journal::open(Arc::new(MemoryFiles::default()), Options::default()) else {
        unreachable!("a directory in memory takes a log")
    };
    let records: Vec<Arc<Record>> =
        ["d", "a", "c", "b"].iter().map(|name| queue(2_000, name, name)).collect();
    let mut units = Units::default();
    units.push_with(|bytes| records::encode(bytes, records.iter().map(|record| &**record)));
    assert!(opened.journal.append(&[&units]).is_ok() && opened.journal.sync().is_ok());
    let (read, _) = house(&[]);
    let places = Place::in_unit(Position(1));
    places.zip(&records).for_each(|(place, record)| read.apply_at(place, record));
    let live = listed(&read);
    let names = |acts: &[Act]| -> Vec<String> {
        let key = |act: &Act| match &act.what {
            What::Configured { key: Key::Queue(id), .. } => id.as_str().to_owned(),
            other => unreachable!("{other:?}"),
        };
        acts.iter().map(key).collect()
    };
    assert_eq!(names(&live), ["d", "a", "c", "b"]);
    assert_eq!(filled(opened.journal.reader(), 1), live);
}

#[test]
fn acts_after_a_start_from_a_snapshot_know_what_was_before_it_and_none_is_there_twice() {
    let (whole, _) = house(&story());
    let store = Arc::new(MemoryStore::default());
    pass(archive(store.clone(), &whole, None).0, &whole, 13);
    let (before, _) = house(&story()[..7]);
    let frozen: Vec<Arc<Record>> = before.freeze().records().collect();
    let (read, _) = house_after(&frozen, 7, &story()[7..]);
    let after = listed(&whole).split_off(5);
    assert_eq!(after.len(), 6);
    assert_eq!(listed(&read), after);
    read.set_store(&(store as Arc<dyn StateStore>));
    let ids = |acts: Vec<Act>| acts.into_iter().map(|act| act.id).collect::<Vec<_>>();
    assert_eq!(ids(listed(&read)), ids(listed(&whole)), "folded again, in their own places");
}

#[test]
fn what_was_before_the_journal_begins_is_said_to_be_unknown() {
    let options = Options { segment_bytes: 1, ..Options::default() };
    let Ok(mut opened) = Journal::open(Arc::new(MemoryFiles::default()), options) else {
        unreachable!("a directory in memory takes a log")
    };
    for record in story() {
        let mut units = Units::default();
        units.push_with(|bytes| records::encode(bytes, [&*record]));
        assert!(opened.journal.append(&[&units]).is_ok());
    }
    assert!(opened.journal.sync().is_ok() && opened.journal.retire(Position(5)).is_ok_and(|gone| gone == 5));
    let found = filled(opened.journal.reader(), 13);
    let (read, _) = house(&story());
    let live = listed(&read).split_off(3);
    let ids = |acts: &[Act]| acts.iter().map(|act| act.id).collect::<Vec<_>>();
    assert_eq!(ids(&found), ids(&live), "the same acts");
    let known = |act: &Act| match &act.what {
        What::Configured { before, .. } => Some(*before != Before::Unknown),
        What::TokensRevoked { before, .. } => Some(*before != Before::Unknown),
        What::PresenceSet { before, .. } => Some(*before != Before::Unknown),
        What::Conversation { before, .. } => Some(*before != Before::Unknown),
        What::TokenMade { .. } | What::Watched(_) | What::Deliveries { .. } => None,
    };
    let expected = [Some(false), Some(true), Some(false), Some(true), Some(false), None, None, Some(false)];
    assert_eq!(found.iter().map(known).collect::<Vec<_>>(), expected);
    assert!(
        live.iter().all(|act| known(act) != Some(false)),
        "and all of it is known where the log is whole"
    );
}

#[test]
fn acts_leave_the_archive_after_the_retention_and_memory_when_the_archive_is_given_up() {
    let (read, config) = house(&story());
    let store = Arc::new(MemoryStore::default());
    pass(archive(store.clone(), &read, None).0, &read, 13);
    let retention = i64::from(config.settings.retention_days) * 24 * 3600 * 1000;
    let place = Place { unit: Position(14), nth: 0 };
    read.apply_at(place, &queue(2_020 + retention, "late", "Late"));
    let mut later = archive(store.clone(), &read, None).0;
    later.now = Arc::new(move || Timestamp(2_020 + retention));
    pass(later, &read, 14);
    let times: Vec<i64> = listed(&read).iter().map(|act| act.at.0).collect();
    assert_eq!(times, [2_030, 2_040, 2_050, 2_060, 2_070, 2_080, 2_020 + retention]);

    let (read, _) = house(&story());
    pass(archive(Arc::new(Failing), &read, None).0, &read, 13);
    read.set_rebuilding(false);
    assert_eq!(listed(&read), [], "memory holds none");
}

#[test]
fn voiding_the_tokens_of_a_namesake_is_part_of_making_an_agent_and_a_transfer_by_who_has_it_is_its_work() {
    let put = || Change::PutAgent("n".into(), Arc::new(Agent::named("N")));
    let void = |ms| configured(ms, Change::VoidTokens("n".into(), ms));
    let moved = |by: By| {
        let begun = [created(1), assigned(1, 2, grant(7, "a"))];
        let (read, _) = house(&begun);
        let Ok(Some(conversation)) = read.conversation(id(1)) else { unreachable!("it was created") };
        let to = QueueId::from("default-messaging");
        let moved =
            crate::domain::conversation::Moved { to, conversation: Box::new((*conversation).clone()) };
        let what = Happening::Transferred { moved, ends: conversation.grant.clone() };
        let event = Event { conversation: id(1), seq: 3, at: Timestamp(3_000), by, what };
        read.apply_at(Place { unit: Position(3), nth: 0 }, &Arc::new(Record::Event(event)));
        listed(&read).len()
    };
    let (read, _) = house(&[configured(10, put()), void(10), void(20)]);
    assert_eq!(listed(&read).iter().map(|act| act.at.0).collect::<Vec<_>>(), [10, 20]);
    assert_eq!(moved(By::Agent("a".into())), 0);
    assert_eq!(moved(By::Agent("s".into())), 1, "a supervisor at its own desk");
    assert_eq!(moved(by()), 1);
    assert_eq!(moved(By::System), 0);
}
