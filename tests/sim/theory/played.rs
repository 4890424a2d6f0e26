//! The house that plays a line: one push stream whose offers are accepted at once, agents of capacity 1, no wrap-up.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard::domain::command::Draft;
use callboard::domain::config::{
    AgeLimits, Agent, BlockCapacity, Change, Channel, ChannelType, Config, Queue, QueueType, Settings,
    WorkStream,
};
use callboard::domain::conversation::{CustomerRef, Happening};
use callboard::domain::ids::{ConversationId, Mint, mix};
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;
use callboard::replay::people::{AtOnce, Customer, Move, Presence};
use callboard::replay::play::Play;

use super::reference::{Fate, Person};

/// When virtual time begins.
const BEGIN: i64 = 1_800_000_000_000;

/// What is wrong with the house, for the tests that must fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Planted {
    /// Nothing.
    Nothing,
    /// Who came last is served first.
    LastFirst,
    /// One agent is never there.
    OneIdle,
    /// Each service takes 5 % longer.
    Slower,
}

/// The configuration of a line with so many agents.
pub fn config(agents: u32) -> Config {
    let mut config = Config::default();
    let mut put = |change: Change| config.apply(&change);
    let mut settings = Settings::default();
    settings.age_limits.values_mut().for_each(|limits| *limits = AgeLimits::default());
    put(Change::PutSettings(Arc::new(settings)));
    put(Change::PutQueue("q".into(), Arc::new(Queue::named("Queue", QueueType::Messaging))));
    let mut stream = WorkStream::named("Stream", ChannelType::Custom);
    stream.fallback_queue_id = "q".into();
    stream.block_capacity = BlockCapacity::Never;
    put(Change::PutWorkStream("w".into(), Arc::new(stream)));
    let channel = Channel {
        provider: None,
        name: "Channel".into(),
        kind: ChannelType::Custom,
        work_stream_id: "w".into(),
        allowed_origins: Vec::new(),
        live_chat: Box::default(),
    };
    put(Change::PutChannel("c".into(), Arc::new(channel)));
    for n in 0..agents {
        let mut agent = Agent::named("Agent");
        agent.capacity = 1;
        agent.queue_ids = vec!["q".into()];
        put(Change::PutAgent(format!("a{n}").into(), Arc::new(agent)));
    }
    config
}

/// A hand-over on channel `c`.
pub fn draft() -> Draft {
    Draft {
        correspondent: None,
        channel_id: "c".into(),
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
    }
}

fn customer(n: usize, person: Person, planted: Planted) -> Customer {
    let at = Timestamp(BEGIN + person.at);
    let mut draft = draft();
    if planted == Planted::LastFirst {
        draft.priority = Some(n as i32);
    }
    let slower = if planted == Planted::Slower { person.service / 20 } else { 0 };
    Customer {
        id: ConversationId(Mint::new(at, mix(n as u64)).uuid()),
        at,
        draft,
        patience_ms: (person.patience < i64::MAX).then_some(person.patience),
        handling_ms: person.service + slower,
        wrap_up_ms: 0,
    }
}

/// What comes of these people, in order.
pub fn play(agents: u32, people: &[Person], planted: Planted) -> Vec<Fate> {
    let customers: Vec<Customer> = people.iter().enumerate().map(|(n, p)| customer(n, *p, planted)).collect();
    let there = if planted == Planted::OneIdle { agents - 1 } else { agents };
    let connect = |n| Move { at: Timestamp(BEGIN), agent: format!("a{n}").into(), what: Presence::Connect };
    let moves: Vec<Move> = (0..there).map(connect).collect();
    let numbers: BTreeMap<ConversationId, usize> =
        customers.iter().enumerate().map(|(n, customer)| (customer.id, n)).collect();
    let mut manner = AtOnce;
    let mut play = Play::new(config(agents), &customers, &moves, &mut manner, 1);
    let mut fates: Vec<Option<Fate>> = vec![None; people.len()];
    while let Some(records) = play.step() {
        for record in &records {
            let Record::Event(event) = &**record else { continue };
            let served = matches!(event.what, Happening::Assigned { .. });
            if served || matches!(event.what, Happening::Closed { .. }) {
                let n = numbers[&event.conversation];
                let wait = event.at.ms_since(customers[n].at);
                fates[n].get_or_insert(Fate { wait, served });
            }
        }
    }
    fates.into_iter().map(|fate| fate.expect("everybody is served or leaves")).collect()
}
