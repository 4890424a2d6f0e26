//! Statistics of whole stories, told by the machines themselves.

use std::sync::Arc;

use proptest::prelude::*;

use self::kit::{Kit, backend, by_agent};
use super::row::Spread;
use super::*;
use crate::actors::fixtures::read_side;
use crate::actors::read_side::ReadSide;
use crate::domain::command::{self, Act, Target};
use crate::domain::config::{self, AssignmentMethod, Config, Queue, QueueType};
use crate::domain::conversation::{Happening, Status};
use crate::domain::ids::ConversationId;
#[allow(unused_imports)] // the stage below finds them here, as at home
use crate::domain::{
    agent, channel, configuration, conversation, entity, ids, invariants, machine, queue, record, time,
    work_stream,
};

/// The domain's small stage for tests, over the domain as everybody else sees it: a feature for it would have the whole
/// crate built twice.
#[path = "../../domain/kit.rs"]
#[allow(dead_code, missing_docs)]
mod kit;

/// Gives records to a read side as the READ thread does: with the configuration that each change makes.
#[derive(Default)]
struct Feeder(Config);

impl Feeder {
    fn feed(&mut self, read: &ReadSide, record: &Arc<Record>) {
        read.apply(record);
        if let Record::Configured(configured) = &**record {
            self.0.apply(&configured.change);
            read.configured(Arc::new(self.0.clone()));
        }
    }
}

fn counted(records: &[Arc<Record>]) -> Arc<ReadSide> {
    let (read, mut feeder) = (read_side(&[]), Feeder::default());
    read.begin_counting(None, false);
    records.iter().for_each(|record| feeder.feed(&read, record));
    read
}

fn queue(id: &str, method: AssignmentMethod, target: Option<u32>) -> Change {
    let mut queue = Queue::named(id, QueueType::Messaging);
    (queue.assignment_method, queue.service_level_seconds) = (method, target);
    Change::PutQueue(id.into(), Arc::new(queue))
}

#[test]
fn round_robin_spreads_a_hundred_each_over_equal_agents_to_within_one() {
    let names = ["a", "b", "c", "d", "e"];
    let mut kit = Kit::new();
    kit.put(queue("q", AssignmentMethod::RoundRobin, None));
    for name in names {
        kit.put_agent(name, 10);
        kit.connect(name);
        kit.pass(1);
    }
    for _ in 0..100 * names.len() {
        let id = kit.create();
        let agent = kit.offered_to(id).expect("somebody is free").to_owned();
        kit.answer(&agent, id, true).unwrap();
        kit.act(id, Act::End, by_agent(&agent)).unwrap();
        kit.act(id, Act::Close(None), by_agent(&agent)).unwrap();
        kit.pass(1);
    }
    let read = counted(&kit.log);
    let stats = read.stats();
    let mut total = Row::default();
    let all = stats.rows().values().filter_map(|rows| rows.get(&Subject::Queue("q".into())));
    all.for_each(|row| total.add(row));
    let members: Vec<AgentId> = names.map(Into::into).into();
    let spread = Spread::of(&total.assignments, members.iter());
    assert_eq!((spread.members, total.answered), (5, 500));
    assert!(spread.max - spread.min <= 1, "{:?}", total.assignments);
}

/// One step of a random story: what, of whom.
fn step(kit: &mut Kit, ids: &mut Vec<ConversationId>, what: u8, whom: usize) {
    const AGENTS: [&str; 2] = ["ana", "ben"];
    let agent = AGENTS[whom % 2];
    let id = if ids.is_empty() { None } else { Some(ids[whom % ids.len()]) };
    match (what, id) {
        (0 | 1, _) | (_, None) => ids.push(kit.create()),
        (2, _) => kit.pass(1_000 + 200_000 * (whom as i64 % 3)),
        (3, _) => kit.disconnect(agent),
        (4, _) => kit.connect(agent),
        (what, Some(id)) => {
            let Some(found) = kit.queues[&kit.homes[&id]].homes.get(&id) else { return };
            let holder = found.agent.as_ref().map_or(agent, |held| held.as_str()).to_owned();
            let offered = kit.offered_to(id).map(ToOwned::to_owned);
            let by = by_agent(&holder);
            // What the chart refuses changes nothing.
            let _ = match what {
                5 | 6 if offered.is_some() => kit.answer(&offered.unwrap_or_default(), id, what == 5),
                5 => kit.act(id, Act::Wait, by),
                6 => kit.say(id, "hi", by),
                7 => kit.act(id, Act::End, by),
                8 => kit.act(id, Act::End, backend()),
                9 => kit.act(id, Act::Close(None), by),
                10 => kit.act(id, Act::Transfer(Target::Queue("r".into())), by),
                11 => kit.act(id, Act::Release, by),
                12 => kit.act(id, Act::Transfer(Target::Agent(agent.into())), by),
                _ => kit.say(id, "are you there?", backend()),
            };
        }
    }
}

/// The log of a random story.
fn story(steps: &[(u8, usize)]) -> Vec<Arc<Record>> {
    let mut kit = Kit::new();
    kit.put(queue("q", AssignmentMethod::LongestIdle, Some(60)));
    kit.put(queue("r", AssignmentMethod::LongestIdle, None));
    for name in ["ana", "ben"] {
        kit.put_agent(name, 2);
        kit.connect(name);
    }
    let mut ids = Vec::new();
    steps.iter().for_each(|(what, whom)| step(&mut kit, &mut ids, *what, *whom));
    kit.log
}

fn steps() -> impl Strategy<Value = Vec<(u8, usize)>> {
    prop::collection::vec((0_u8..14, 0_usize..50), 1..80)
}

/// Everything but what is measured.
fn all_of(read: &ReadSide) -> String {
    let stats = read.stats();
    let Stats { queues, work_streams, agents, service_levels, rows, current, departures, .. } = &*stats;
    // Quarter hours that were over before a snapshot are in the store.
    let at_hand = rows.get(current);
    format!("{queues:#?}{work_streams:#?}{agents:#?}{service_levels:#?}{at_hand:#?}{departures:#?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_start_from_a_snapshot_counts_the_same_as_live(steps in steps(), cut in 0_usize..400) {
        let log = story(&steps);
        let (before, after) = log.split_at(cut.min(log.len()));
        let live = counted(before);
        let (frozen, checkpoint) = (live.freeze(), live.stats().checkpoint());
        let again = read_side(&[]);
        frozen.records().for_each(|record| again.apply(&record));
        again.begin_counting(Some(checkpoint), false);
        let mut feeder = Feeder((*live.config()).clone());
        again.configured(live.config());
        for record in after {
            feeder.feed(&live, record);
            again.apply(record);
        }
        prop_assert_eq!(all_of(&live), all_of(&again));
        let due = |read: &ReadSide| read.take_passing().stats;
        let (of_live, of_again) = (due(&live), due(&again));
        prop_assert_eq!(&of_live[of_live.len() - of_again.len()..], &of_again[..], "the same rows go to the store");
    }

    #[test]
    fn a_record_that_comes_twice_counts_once(steps in steps()) {
        let log = story(&steps);
        let once = counted(&log);
        let twice = read_side(&[]);
        twice.begin_counting(None, false);
        log.iter().for_each(|record| {
            twice.apply(record);
            if matches!(**record, Record::Event(_)) {
                twice.apply(record);
            }
        });
        prop_assert_eq!(all_of(&once), all_of(&twice));
    }

    #[test]
    fn whoever_becomes_open_is_answered_lost_or_still_open(steps in steps()) {
        let log = story(&steps);
        let read = counted(&log);
        let stats = read.stats();
        let mut all = Row::default();
        let of_queues = |(subject, _): &(&Subject, &Row)| matches!(subject, Subject::Queue(_));
        // The two quarter hours in memory are not all: the rest is due.
        let in_memory = stats.rows().values().flat_map(|rows| rows.iter().filter(of_queues));
        in_memory.for_each(|(_, row)| all.add(row));
        let oldest = stats.rows().keys().next().copied().unwrap_or_default();
        for (_, key, value) in &stats.due {
            if key.starts_with(b"rq") && key[key.len() - 4..] < oldest.0.to_be_bytes()[..] {
                all.add(&crate::actors::codec::decode::<Row>(value).unwrap());
            }
        }
        let came = all.arrived + all.returned + all.reopened + all.transferred_in;
        let open: u32 = stats.queues.values().map(|level| level.waiting + level.on_offer).sum();
        let aged = log.iter().filter(|record| aged_while_open(&log, record)).count() as u32;
        prop_assert_eq!(came, all.answered + all.abandoned + aged + open);
        let ended = all.accepted + all.declined + all.timed_out + all.withdrawn;
        let on_offer: u32 = stats.queues.values().map(|level| level.on_offer).sum();
        prop_assert_eq!(all.offered, ended + on_offer, "each offer ends once");
    }
}

/// Whether a record closes an open conversation at its age limit.
fn aged_while_open(log: &[Arc<Record>], record: &Record) -> bool {
    let Record::Event(closed) = record else { return false };
    let Happening::Closed { reason: crate::domain::conversation::CloseReason::AgeLimit, .. } = closed.what
    else {
        return false;
    };
    let events = log.iter().filter_map(|record| match &**record {
        Record::Event(event) if event.conversation == closed.conversation => Some(event),
        _ => None,
    });
    let before = events.take_while(|event| event.seq < closed.seq);
    crate::domain::conversation::Conversation::replay(before).is_some_and(|c| c.status == Status::Open)
}
