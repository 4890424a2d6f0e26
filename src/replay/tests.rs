//! The driver: people meet the machines as they were told to, and a recording plays as it went.

mod recordings;
mod scenes;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::outcome::Outcomes;
use super::people::{Customer, Manner, Move, Presence, Reaction};
use super::play::Play;
use crate::domain::command::Draft;
use crate::domain::config::{
    Agent, BlockCapacity, Change, Channel, ChannelType, Config, Mode, Queue, QueueType, WorkStream,
};
use crate::domain::conversation::CustomerRef;
use crate::domain::ids::{AgentId, ConversationId, Mint, mix};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// When plays begin.
const BEGIN: Timestamp = Timestamp(1_800_000_000_000);

/// A queue `q`, a push stream on channel `push`, a pick stream on `pick`, and agents of these capacities.
fn config(agents: &[(&str, u32)]) -> Config {
    let mut config = Config::default();
    let mut put = |change: Change| config.apply(&change);
    put(Change::PutQueue("q".into(), Arc::new(Queue::named("Q", QueueType::Messaging))));
    for (name, mode) in [("push", Mode::Push), ("pick", Mode::Pick)] {
        let mut stream = WorkStream::named(name, ChannelType::Custom);
        stream.fallback_queue_id = "q".into();
        stream.block_capacity = BlockCapacity::Always;
        stream.distribution.mode = mode;
        put(Change::PutWorkStream(name.into(), Arc::new(stream)));
        let channel = Channel {
            provider: None,
            name: name.into(),
            kind: ChannelType::Custom,
            work_stream_id: name.into(),
            allowed_origins: Vec::new(),
            live_chat: Box::default(),
        };
        put(Change::PutChannel(name.into(), Arc::new(channel)));
    }
    agents.iter().for_each(|(id, capacity)| put(agent(id, *capacity)));
    config
}

fn agent(id: &str, capacity: u32) -> Change {
    let mut agent = Agent::named(id);
    agent.capacity = capacity;
    agent.queue_ids = vec!["q".into()];
    Change::PutAgent(id.into(), Arc::new(agent))
}

fn at(seconds: i64) -> Timestamp {
    BEGIN.plus_ms(seconds * 1_000)
}

fn id(n: u64) -> ConversationId {
    ConversationId(Mint::new(BEGIN, mix(n)).uuid())
}

/// Customer `n` of the push channel, after so many seconds, with 60 s of work and no wrap-up.
fn customer(n: u64, seconds: i64) -> Customer {
    let draft = Draft {
        correspondent: None,
        channel_id: "push".into(),
        customer: CustomerRef::default(),
        context: BTreeMap::new(),
        message: None,
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: false,
        record: None,
        party: None,
        language: None,
    };
    Customer { id: id(n), at: at(seconds), draft, patience_ms: None, handling_ms: 60_000, wrap_up_ms: 0 }
}

fn connects(agents: &[&str]) -> Vec<Move> {
    agents.iter().map(|agent| step(0, agent, Presence::Connect)).collect()
}

fn step(seconds: i64, agent: &str, what: Presence) -> Move {
    Move { at: at(seconds), agent: agent.into(), what }
}

/// Agents who do these things in order, then accept at once.
struct Scripted(Vec<Reaction>);

impl Manner for Scripted {
    fn reaction(&mut self, _agent: &AgentId, _conversation: ConversationId) -> Reaction {
        if self.0.is_empty() { Reaction::Accept(0) } else { self.0.remove(0) }
    }

    fn picks_after_ms(&mut self, _agent: &AgentId) -> i64 {
        5_000
    }
}

/// All records of a play.
fn records(
    config: &Config,
    customers: &[Customer],
    moves: &[Move],
    manner: &mut dyn Manner,
) -> Vec<Arc<Record>> {
    let mut play = Play::new(config.clone(), customers, moves, manner, 1);
    let mut all = Vec::new();
    while let Some(records) = play.step() {
        all.extend(records);
    }
    assert_eq!(play.refused, []);
    all
}

fn outcomes(records: &[Arc<Record>]) -> Outcomes {
    let mut outcomes = Outcomes::default();
    records.iter().for_each(|record| outcomes.see(record));
    outcomes
}

/// Who had conversation `n`, and from and until how many seconds it was active.
fn spells(outcomes: &Outcomes, n: u64) -> Vec<(String, i64, i64)> {
    let seconds = |at: Timestamp| at.ms_since(BEGIN) / 1_000;
    let spell = |s: &super::outcome::Spell| {
        (s.agent.to_string(), seconds(s.from), s.active_until.map_or(-1, seconds))
    };
    outcomes.0[&id(n)].spells.iter().map(spell).collect()
}
