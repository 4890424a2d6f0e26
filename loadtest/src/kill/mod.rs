//! The durability test: traffic, `kill -9` at a random moment, start again on the same data, read everything back.
//!
//! What it holds a server to (CONTRACT §2, SPEC §10): nothing that was acknowledged is lost or changed, nothing
//! happened that nobody asked for, no conversation has two agents or two open offers, timelines are gapless and only
//! ever grow, and a repeated `Idempotency-Key` gives the first answer, also for what was never answered.
//!
//! A library as well: the suite calls [`run`] with few rounds and a [`Host`] of its own.

pub mod agents;
pub mod customers;
pub mod host;
pub mod ledger;
pub mod readback;
pub mod rules;
pub mod timeline;

use std::cell::RefCell;
use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;

use crate::chance::Chance;
use crate::clock::{Clock, run_name};
use crate::load::block_on;
use crate::setup::{Mode, Plan, World, configure};
use crate::{Error, Result};
pub use host::{Host, ProcessHost};
use ledger::Ledger;

/// Offers are short, so that some run out while the server is down.
const OFFER_SECONDS: u64 = 2;
/// How long the last, undisturbed phase may take to finish what is left.
const FINISH_LIMIT: Duration = Duration::from_mins(1);
/// How long tasks may take to notice that the server is gone.
const LEAVE_LIMIT: Duration = Duration::from_secs(5);

/// What to do.
#[derive(Debug, Clone, clap::Args, Serialize)]
pub struct Settings {
    /// Kills
    #[arg(long, default_value_t = 50)]
    pub rounds: u32,
    /// Seed of the kill moments and of everybody's choices
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Agents
    #[arg(long, default_value_t = 8)]
    pub agents: usize,
    /// Connections of the backend, each with one request at a time
    #[arg(long, default_value_t = 8)]
    pub backends: usize,
    /// The longest pause of a backend between two requests
    #[arg(long, default_value_t = 30)]
    pub pause_ms: u64,
    /// The shortest time before a kill
    #[arg(long, default_value_t = 50)]
    pub min_ms: u64,
    /// The longest time before a kill
    #[arg(long, default_value_t = 1500)]
    pub max_ms: u64,
    /// Of a hundred rounds, how many also kill the server while it starts
    #[arg(long, default_value_t = 20)]
    pub kill_start_percent: u64,
}

/// How it went.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// Kills that were done.
    pub rounds: u32,
    /// Conversations that the ledger knows.
    pub conversations: usize,
    /// Effects that were acknowledged.
    pub acknowledged: u64,
    /// Requests that the kill left without an answer.
    pub unanswered: u64,
    /// Answers that were neither a success nor a plain lost race, by kind.
    pub refusals: std::collections::BTreeMap<String, u64>,
    /// Everything that must not be.
    pub findings: Vec<String>,
}

impl Outcome {
    /// Whether nothing was found.
    pub fn passed(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} kills, {} conversations, {} acknowledged effects, {} requests left unanswered",
            self.rounds, self.conversations, self.acknowledged, self.unanswered
        )?;
        for (kind, count) in &self.refusals {
            writeln!(out, "refused {count:>9}  {kind}")?;
        }
        for finding in &self.findings {
            writeln!(out, "FINDING {finding}")?;
        }
        let verdict = if self.passed() { "PASSED: nothing acknowledged was lost" } else { "FAILED" };
        writeln!(out, "{verdict}")
    }
}

/// Everything that one durability test carries from round to round.
#[derive(Debug)]
pub struct Trial {
    /// The settings.
    pub settings: Settings,
    /// What was configured before the first round.
    pub world: World,
    /// What is known.
    pub ledger: Rc<RefCell<Ledger>>,
    /// The clock of the whole trial.
    pub clock: Clock,
    /// The administrator's token.
    pub admin_token: String,
}

/// Runs the test; `tell` hears a line a round. Ends at the first round with findings, since what follows a loss is
/// noise. An `Err` is the harness's own failure, or a server that does not start.
pub fn run(host: &mut dyn Host, settings: &Settings, tell: &mut dyn FnMut(&str)) -> Result<Outcome> {
    let mut chance = Chance::stream(settings.seed, 10);
    let admin_token = host.admin_token().to_owned();
    let mut server = host.start()?;
    let world = block_on(configure(server, &admin_token, &plan(settings)))?;
    let trial = Trial {
        settings: settings.clone(),
        world,
        ledger: Rc::new(RefCell::new(Ledger::default())),
        clock: Clock::start(),
        admin_token,
    };
    for round in 1..=settings.rounds {
        let span = Duration::from_micros(chance.between(settings.min_ms * 1000, settings.max_ms * 1000));
        block_on(trial.play(host, server, u64::from(round), span))?;
        if chance.percent(settings.kill_start_percent) {
            host.kill_while_starting(Duration::from_micros(chance.below(50_000)))?;
        }
        let before = trial.clock.now();
        server = host.start()?;
        let start_ms = (trial.clock.now() - before) / 1_000_000;
        let whole = round == settings.rounds;
        block_on(readback::check(&trial, server, chance.draw(), whole))?;
        let ledger = trial.ledger.borrow();
        tell(&format!(
            "round {round}: killed after {} ms, up again in {start_ms} ms; {}",
            span.as_millis(),
            ledger.line()
        ));
        if !ledger.findings.is_empty() {
            return Ok(ledger.outcome(round));
        }
    }
    finish(host, &trial, server, tell)?;
    let outcome = trial.ledger.borrow().outcome(settings.rounds);
    Ok(outcome)
}

fn plan(settings: &Settings) -> Plan {
    Plan {
        name: run_name(),
        agents: settings.agents,
        capacity: 1000,
        mode: Mode::Push,
        timeout_seconds: OFFER_SECONDS,
        cooldown_seconds: 0,
        max_refusals: 1000,
        // Reading everything back takes a while, and must not look to the server like agents who are gone for good.
        settings: serde_json::json!({ "presence_grace_seconds": 3600 }),
        records: true,
    }
}

/// The last phase: everything is brought to its close, the server stops in order, starts again and is read whole.
fn finish(host: &mut dyn Host, trial: &Trial, server: SocketAddr, tell: &mut dyn FnMut(&str)) -> Result<()> {
    block_on(trial.bring_to_close(server))?;
    block_on(readback::check(trial, server, 0, true))?;
    block_on(readback::check_capacity(trial, server))?;
    host.stop()?;
    let server = host.start()?;
    block_on(readback::check(trial, server, 0, true))?;
    host.stop()?;
    for finding in host.check()? {
        trial.ledger.borrow_mut().finding(format!("offline check: {finding}"));
    }
    tell(&format!("finish: {}", trial.ledger.borrow().line()));
    Ok(())
}

impl Trial {
    /// One round of traffic, cut off by the kill.
    async fn play(&self, host: &mut dyn Host, server: SocketAddr, round: u64, span: Duration) -> Result<()> {
        self.ledger.borrow_mut().killed = false;
        let mut tasks = agents::start(self, server, round, false).await?;
        tasks.extend(customers::start(self, server, round));
        tokio::time::sleep(span).await;
        // Nobody else runs between these two lines: one thread, no await.
        host.kill()?;
        self.ledger.borrow_mut().killed = true;
        for task in tasks {
            tokio::time::timeout(LEAVE_LIMIT, task)
                .await
                .map_err(|_| Error::Protocol("a task did not notice the kill".to_owned()))?
                .map_err(|error| Error::Protocol(format!("a task failed: {error}")))?;
        }
        Ok(())
    }

    /// Agents alone, until nothing is open, active or in wrap-up.
    async fn bring_to_close(&self, server: SocketAddr) -> Result<()> {
        self.ledger.borrow_mut().killed = false;
        let tasks = agents::start(self, server, 0, true).await?;
        let outcome = tokio::time::timeout(FINISH_LIMIT, readback::all_closed(self, server)).await;
        self.ledger.borrow_mut().killed = true;
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        if let Ok(read) = outcome {
            return read;
        }
        let seconds = FINISH_LIMIT.as_secs();
        let what = format!("conversations are left unfinished after {seconds} s with every agent at work");
        self.ledger.borrow_mut().finding(what);
        Ok(())
    }
}
