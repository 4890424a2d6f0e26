//! One load run: configure, connect, hand over by the clock, drain, reconcile, report.

pub mod agent;
pub mod generator;
pub mod ledger;
pub mod measures;
pub mod reconcile;
pub mod report;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, LocalSet};

use crate::chance::Chance;
use crate::clock::{Clock, Nanos, run_name};
use crate::http::Client;
use crate::process::{Usage, usage};
use crate::setup::{Mode, Plan, World, configure};
use crate::socket::AgentSocket;
use crate::{Error, Result};
use agent::{Agent, Job};
use generator::{Arrival, Arrivals, Backend, Line, Pickers};
use ledger::{Goal, Ledger};
use measures::{Measure, Measures};
use report::{ProcessUse, Report};

/// Units that an agent gets beyond its share, since no method shares out exactly evenly.
const SPARE_UNITS: u64 = 100;
const SECOND: u64 = 1_000_000_000;

/// What to run; also part of the report.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize)]
pub struct Settings {
    /// Agents, a socket each
    #[arg(long, default_value_t = 100)]
    pub agents: usize,
    /// Hand-offs a second
    #[arg(long, default_value_t = 2000.0)]
    pub rate: f64,
    /// Seconds that are measured
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Seconds at the same rate before that
    #[arg(long, default_value_t = 2)]
    pub warmup: u64,
    /// How conversations reach agents
    #[arg(long, value_enum, default_value_t = Mode::Push)]
    pub mode: Mode,
    /// The whole life cycle: accept, end, close; without it, what is accepted stays with its agent
    #[arg(long)]
    pub cycle: bool,
    /// How the gaps between hand-offs are drawn
    #[arg(long, value_enum, default_value_t = Arrival::Poisson)]
    pub arrival: Arrival,
    /// Seed of the arrivals
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Connections of the backend
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Send an Idempotency-Key with every hand-off
    #[arg(long)]
    pub idempotency: bool,
    /// Units of each agent (default: its share of all conversations, and some)
    #[arg(long)]
    pub capacity: Option<u64>,
    /// Change the settings' `max_open_offers` for the run
    #[arg(long)]
    pub max_open_offers: Option<u64>,
    /// Pick mode: agents that go for the same conversation
    #[arg(long, default_value_t = 1)]
    pub contend: usize,
    /// Pick mode: agents that watch the pick list
    #[arg(long, default_value_t = 1)]
    pub watchers: usize,
    /// Give up the drain after this many seconds without progress
    #[arg(long, default_value_t = 10)]
    pub drain: u64,
}

/// Which server to run against.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its address.
    pub server: SocketAddr,
    /// The administrator's token.
    pub admin_token: String,
    /// Its process, for CPU and memory.
    pub pid: Option<u32>,
    /// Whether to read everything back at the end (the floor keeps nothing).
    pub reconcile: bool,
}

/// Runs to the end on a runtime of its own; one thread, so that the server has the rest of the machine.
pub fn run(target: &Target, settings: &Settings) -> Result<Report> {
    crate::process::raise_file_limit();
    block_on(drive(target, settings))
}

/// Runs a future on a current-thread runtime with a `LocalSet`.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::io("start the runtime", error))?;
    LocalSet::new().block_on(&runtime, future)
}

async fn drive(target: &Target, settings: &Settings) -> Result<Report> {
    let goal = if settings.cycle { Goal::Closed } else { Goal::Assigned };
    let world = configure(target.server, &target.admin_token, &plan(settings)).await?;
    let clock = Clock::start();
    // Everything is connected before the first hand-off falls due, so the start is set after that.
    let ledger = Rc::new(RefCell::new(Ledger::new(goal, Measures::new(Nanos::MAX))));
    let (agents, pickers) = connect_agents(target, settings, &world, clock, &ledger).await?;
    let line = Rc::new(Line::default());
    let backends = connect_backends(target, settings, &world, clock, &ledger, &line, pickers).await?;
    let before = usage_of(target)?;
    let start = clock.now() + SECOND / 20;
    let from = start + settings.warmup * SECOND;
    let end = from + settings.seconds * SECOND;
    ledger.borrow_mut().measures = Measures::new(from);
    line.feed(Arrivals::new(settings.arrival, settings.rate, settings.seed, start, end), clock).await?;
    let last_answer = drain(settings, clock, &ledger, backends).await;
    let after = usage_of(target)?;
    let read = if target.reconcile {
        Some(reconcile::read_back(target.server, &target.admin_token, &world).await?)
    } else {
        None
    };
    let mut ledger = ledger.borrow_mut();
    reconcile::check_heard(&mut ledger, goal);
    let listed = read.map(|read| reconcile::check_server(&mut ledger, goal, &world, read));
    agents.iter().for_each(JoinHandle::abort);
    let measured = last_answer.max(end).saturating_sub(from) as f64 / SECOND as f64;
    Ok(tell(settings, &ledger, listed, measured, before, after))
}

fn plan(settings: &Settings) -> Plan {
    let total = settings.rate * (settings.seconds + settings.warmup) as f64;
    let share = (total * 1.5 / settings.agents as f64) as u64 + SPARE_UNITS;
    Plan {
        name: run_name(),
        agents: settings.agents,
        capacity: settings.capacity.unwrap_or(share),
        mode: settings.mode,
        timeout_seconds: 120,
        cooldown_seconds: 60,
        max_refusals: 3,
        settings: settings.max_open_offers.map_or(Value::Null, |offers| json!({ "max_open_offers": offers })),
        records: false,
    }
}

async fn connect_agents(
    target: &Target,
    settings: &Settings,
    world: &World,
    clock: Clock,
    ledger: &Rc<RefCell<Ledger>>,
) -> Result<(Vec<JoinHandle<()>>, Pickers)> {
    let mut seeds = Chance::stream(settings.seed, 2);
    let job = Job { clock, mode: settings.mode, cycle: settings.cycle, contended: settings.contend > 1 };
    let mut pickers = Pickers { agents: Vec::new(), contend: settings.contend };
    let mut tasks = Vec::with_capacity(world.agents.len());
    for (number, access) in world.agents.iter().enumerate() {
        let (socket, _) = AgentSocket::connect(target.server, None, &access.token, seeds.draw()).await?;
        let (sender, picks) = mpsc::unbounded_channel();
        let mut agent = Agent::new(number as u32, socket, picks, job, Rc::clone(ledger));
        if settings.mode == Mode::Pick {
            pickers.agents.push(sender);
            if number < settings.watchers {
                agent.watch(&world.queue_id);
            }
        }
        tasks.push(tokio::task::spawn_local(agent.work()));
    }
    Ok((tasks, pickers))
}

async fn connect_backends(
    target: &Target,
    settings: &Settings,
    world: &World,
    clock: Clock,
    ledger: &Rc<RefCell<Ledger>>,
    line: &Rc<Line>,
    pickers: Pickers,
) -> Result<Vec<JoinHandle<()>>> {
    let pickers = Rc::new(pickers);
    let mut tasks = Vec::with_capacity(settings.connections);
    for _ in 0..settings.connections {
        let mut client = Client::new(target.server);
        client.connect().await?;
        let backend = Backend {
            client,
            clock,
            line: Rc::clone(line),
            ledger: Rc::clone(ledger),
            token: Rc::from(world.backend_token.as_str()),
            channel_id: Rc::from(world.channel_id.as_str()),
            key_prefix: settings.idempotency.then(|| Rc::from(world.work_stream_id.as_str())),
            pickers: Rc::clone(&pickers),
        };
        tasks.push(tokio::task::spawn_local(backend.work()));
    }
    Ok(tasks)
}

/// Waits until every 201 is where it should be, or nothing has moved for a while; gives when the last answer came.
async fn drain(
    settings: &Settings,
    clock: Clock,
    ledger: &Rc<RefCell<Ledger>>,
    backends: Vec<JoinHandle<()>>,
) -> Nanos {
    let progress = |ledger: &Ledger| (ledger.created_count(), ledger.done_count(), ledger.unanswered_count());
    let (mut last, mut moved_at, mut answered_at) = ((0, 0, 0), clock.now(), clock.now());
    loop {
        let busy = backends.iter().any(|task| !task.is_finished());
        if busy {
            answered_at = clock.now();
        }
        let now = progress(&ledger.borrow());
        if !busy && now.1 >= now.0 {
            return answered_at;
        }
        if now != last {
            (last, moved_at) = (now, clock.now());
        } else if clock.now() - moved_at > settings.drain * SECOND {
            backends.iter().filter(|task| !task.is_finished()).for_each(|task| {
                task.abort();
                ledger.borrow_mut().unanswered("hand-off: no answer".to_owned());
            });
            return answered_at;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn usage_of(target: &Target) -> Result<(Option<Usage>, Usage)> {
    Ok((target.pid.map(usage).transpose()?, usage(std::process::id())?))
}

fn tell(
    settings: &Settings,
    ledger: &Ledger,
    listed: Option<u64>,
    measured_seconds: f64,
    before: (Option<Usage>, Usage),
    after: (Option<Usage>, Usage),
) -> Report {
    let created = ledger.created_count();
    let spent = |before: Usage, after: Usage| {
        let cpu_seconds = after.cpu_seconds - before.cpu_seconds;
        ProcessUse {
            cpu_seconds,
            cpu_micros_per_hand_off: cpu_seconds * 1e6 / created.max(1) as f64,
            rss_bytes_before: before.rss_bytes,
            rss_bytes_after: after.rss_bytes,
        }
    };
    let (violation_count, violations) = ledger.violations();
    Report {
        settings: settings.clone(),
        rate_asked: settings.rate,
        rate_achieved: ledger.measures.count(Measure::Created) as f64 / measured_seconds,
        created,
        done: ledger.done_count(),
        unanswered: ledger.unanswered_count(),
        listed,
        errors: ledger.errors().clone(),
        violation_count,
        violations: violations.to_vec(),
        measures: ledger.measures.rows(),
        server: before.0.zip(after.0).map(|(before, after)| spent(before, after)),
        client: spent(before.1, after.1),
    }
}
