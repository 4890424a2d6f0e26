//! What the matcher costs: 100, 1,000 and 10,000 agents × 0, 1,000 and 100,000 waiting (ARCHITECTURE §2.10).
//!
//! Three questions, each one decide of the queue's machine with its effects applied and taken back:
//! an agent asks for the best (`ask`), an arrival joins the line and is matched (`arrival`, with free agents
//! only if nobody waits), and a snapshot moves an agent within the index (`seen`).
//! Repeat: `cargo bench -p loadtest --bench matcher`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use callboard::domain::agent::Snapshot;
use callboard::domain::capacity::Room;
use callboard::domain::classification::Written;
use callboard::domain::command::{Caller, Reply};
use callboard::domain::config::{self, Change, ChannelType, Config, WorkStream};
use callboard::domain::conversation::{Born, CustomerRef};
use callboard::domain::decision::RoutingTrace;
use callboard::domain::ids::{AgentId, ConversationId, Mint, mix};
use callboard::domain::machine::{Ctx, Effect, Machine, Outbox};
use callboard::domain::presence::BasePresence;
use callboard::domain::queue::{Input, Queue, Token};
use callboard::domain::time::Timestamp;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn configuration(agents: usize) -> Config {
    let mut config = Config::default();
    let queue = config::Queue::named("Bench", config::QueueType::Messaging);
    config.apply(&Change::PutQueue("bench".into(), Arc::new(queue)));
    let stream = WorkStream::named("Bench", ChannelType::LiveChat);
    config.apply(&Change::PutWorkStream("bench".into(), Arc::new(stream)));
    for n in 0..agents {
        let mut agent = config::Agent::named("A");
        agent.queue_ids = vec!["bench".into()];
        config.agents.insert(agent_id(n), Arc::new(agent));
    }
    config
}

fn agent_id(n: usize) -> AgentId {
    AgentId::from(format!("agent-{n:05}"))
}

fn snapshot(n: usize, version: u64, free: i64) -> Arc<Snapshot> {
    Arc::new(Snapshot {
        agent: agent_id(n),
        version,
        connected: true,
        presence: BasePresence::Available,
        free,
        slots: 3,
        room: Room::default(),
        skills: Arc::new(BTreeMap::new()),
        by_work_stream: BTreeMap::new(),
        active: 0,
        idle_since: Timestamp(n as i64),
        gone_since: NOW,
        since: Timestamp(0),
    })
}

/// One decide with everything that it tells itself; what it sends to others is dropped.
fn turn(queue: &mut Queue, config: &Config, seed: u64, input: &Input) {
    let ctx = Ctx { now: NOW, config, mint: Mint::new(NOW, mix(seed)), elapsed_us: &|| 0 };
    let mut out = Outbox::default();
    queue.decide(&ctx, input, &mut out);
    for effect in out.effects {
        match effect {
            Effect::Record(record) => queue.apply(&record),
            Effect::Soft(soft) => queue.note(&soft),
        }
    }
    black_box(&out.sends);
    for (n, input) in out.then.iter().enumerate() {
        turn(queue, config, mix(seed ^ n as u64), input);
    }
}

fn arrival(seed: u64) -> Input {
    let id = ConversationId(Mint::new(NOW, mix(seed)).uuid());
    let born = Born {
        correspondent: None,
        id,
        channel_id: "bench".into(),
        channel_type: ChannelType::LiveChat,
        work_stream_id: "bench".into(),
        queue_id: "bench".into(),
        customer: CustomerRef::default(),
        context: BTreeMap::new(),
        undeclared: Vec::new(),
        misfits: Vec::new(),
        priority: 0,
        asked_priority: None,
        asked_skills: Vec::new(),
        skills: Vec::new(),
        units: 1,
        previous: None,
        first: None,
        record: None,
        party: None,
        language: None,
    };
    let trace = RoutingTrace {
        config_version: 1,
        rules: Vec::new(),
        written: Written::default(),
        queue_id: "bench".into(),
        agent_id: None,
        fallback: false,
        problem: None,
        duration_us: 0,
    };
    Input::Enqueue {
        born: Arc::new(born),
        trace: Box::new(trace),
        message: None,
        caller: Caller::system(),
        reply: Reply::NONE,
        answer_message: false,
    }
}

/// A queue where everybody is connected: free if nobody waits, full if somebody does.
fn queue(config: &Config, agents: usize, waiting: usize) -> Queue {
    let mut queue = Queue::new("bench".into());
    turn(&mut queue, config, 1, &Input::Started);
    let free = if waiting == 0 { 100 } else { 0 };
    for n in 0..agents {
        turn(&mut queue, config, 2, &Input::Seen(snapshot(n, 1, free)));
    }
    for n in 0..waiting {
        turn(&mut queue, config, 1_000 + n as u64, &arrival(10_000_000 + n as u64));
    }
    queue
}

fn matcher(criterion: &mut Criterion) {
    for agents in [100, 1_000, 10_000] {
        let config = configuration(agents);
        for waiting in [0, 1_000, 100_000] {
            let name = format!("{agents} agents, {waiting} waiting");
            let mut queue = queue(&config, agents, waiting);
            let mut version = 1;
            criterion.bench_function(&format!("ask: {name}"), |bench| {
                bench.iter(|| {
                    version += 1;
                    let ask = Input::Ask { token: Token(1), snapshot: snapshot(0, version, 1) };
                    turn(&mut queue, &config, version, &ask);
                });
            });
            criterion.bench_function(&format!("seen: {name}"), |bench| {
                bench.iter(|| {
                    version += 1;
                    turn(
                        &mut queue,
                        &config,
                        version,
                        &Input::Seen(snapshot(1, version, (version % 2) as i64)),
                    );
                });
            });
            version += 1;
            turn(&mut queue, &config, version, &Input::Seen(snapshot(0, version, 0)));
            version += 1;
            turn(&mut queue, &config, version, &Input::Seen(snapshot(1, version, 0)));
            let mut seed = 50_000_000;
            criterion.bench_function(&format!("arrival: {name}"), |bench| {
                bench.iter_batched(
                    || {
                        seed += 1;
                        arrival(seed)
                    },
                    |input| turn(&mut queue, &config, seed_of(&input), &input),
                    BatchSize::SmallInput,
                );
            });
        }
    }
}

fn seed_of(input: &Input) -> u64 {
    match input {
        Input::Enqueue { born, .. } => born.id.0.as_u128() as u64,
        _ => 0,
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = matcher
}
criterion_main!(benches);
