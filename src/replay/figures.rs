//! What a set of outcomes comes to: waits, service level, who left, and the agents' load.

use std::collections::BTreeMap;

use super::outcome::{Fate, Outcome, Outcomes};
use super::people::{Move, Presence};
use crate::domain::config::Config;
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::time::Timestamp;

/// The service level's time where a queue has none, seconds.
pub const SERVICE_LEVEL_SECONDS: u32 = 60;

/// From when to when: conversations created, and agents' time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    /// The first millisecond.
    pub from: Timestamp,
    /// The first that is not in it.
    pub to: Timestamp,
}

impl Range {
    /// Whether it is in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// How much of a time is in it, milliseconds.
    fn part_ms(&self, from: Timestamp, until: Timestamp) -> i64 {
        until.min(self.to).ms_since(from.max(self.from)).max(0)
    }
}

/// Times in line of those who were served, milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waits {
    /// Mean.
    pub mean: i64,
    /// Median.
    pub p50: i64,
    /// Nine of ten waited no longer.
    pub p90: i64,
    /// Ninety-nine of a hundred waited no longer.
    pub p99: i64,
}

impl Waits {
    /// Of these; `None` of nobody's.
    fn of(mut waits: Vec<i64>) -> Option<Self> {
        waits.sort_unstable();
        let count = waits.len();
        let rank = |percent: usize| waits.get((count * percent).div_ceil(100).max(1) - 1).copied();
        let mean = waits.iter().sum::<i64>().checked_div(count as i64)?;
        Some(Self { mean, p50: rank(50)?, p90: rank(90)?, p99: rank(99)? })
    }
}

/// A queue's conversations, or all of them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Line {
    /// How many came.
    pub arrived: u64,
    /// How many an agent had.
    pub served: u64,
    /// How many customers left before.
    pub left: u64,
    /// How many were closed before by anybody else.
    pub closed_unserved: u64,
    /// How many wait at the end.
    pub unfinished: u64,
    /// Times in line of those who were served.
    pub waits: Option<Waits>,
    /// How many were served within the time of the service level.
    pub in_time: u64,
}

impl Line {
    /// Served in time, of those who were served or left; `None` of nobody.
    pub fn service_level(&self) -> Option<f64> {
        share(self.in_time, self.served + self.left)
    }

    /// Left, of those who were served or left; `None` of nobody.
    pub fn abandonment(&self) -> Option<f64> {
        share(self.left, self.served + self.left)
    }
}

fn share(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// An agent's load.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Load {
    /// Conversations that the agent had.
    pub handled: u64,
    /// Time there, milliseconds.
    pub there_ms: i64,
    /// Units times milliseconds that were active or holding.
    pub unit_ms: i64,
    /// Units in all.
    pub capacity: u32,
}

impl Load {
    /// Units in use, of those that were there; `None` of one who was not there. Above 1 where conversations stayed with
    /// somebody who had gone, or grants exceeded the capacity.
    pub fn occupancy(&self) -> Option<f64> {
        let all = self.there_ms * i64::from(self.capacity);
        (all > 0).then(|| self.unit_ms as f64 / all as f64)
    }
}

/// Everything.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Figures {
    /// All conversations.
    pub all: Line,
    /// By queue.
    pub queues: BTreeMap<QueueId, Line>,
    /// By agent.
    pub agents: BTreeMap<AgentId, Load>,
}

/// Adds up what was created in the range, and agents' time in it.
pub fn figures(outcomes: &Outcomes, moves: &[Move], config: &Config, range: Range) -> Figures {
    let mut figures = Figures::default();
    let mut by_queue: BTreeMap<QueueId, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes.0.values().filter(|outcome| range.contains(outcome.created_at)) {
        by_queue.entry(outcome.queue.clone()).or_default().push(outcome);
    }
    let within = |id: &QueueId| {
        let seconds = config.queues.get(id).and_then(|queue| queue.service_level_seconds);
        i64::from(seconds.unwrap_or(SERVICE_LEVEL_SECONDS)) * 1_000
    };
    for (id, outcomes) in &by_queue {
        figures.queues.insert(id.clone(), line(outcomes.iter().map(|outcome| (*outcome, within(id)))));
    }
    let all =
        by_queue.iter().flat_map(|(id, outcomes)| outcomes.iter().map(|outcome| (*outcome, within(id))));
    figures.all = line(all);
    figures.agents = loads(outcomes, moves, config, range);
    figures
}

fn line<'a>(outcomes: impl Iterator<Item = (&'a Outcome, i64)>) -> Line {
    let mut line = Line::default();
    let mut waits = Vec::new();
    for (outcome, within) in outcomes {
        line.arrived += 1;
        match outcome.fate() {
            Fate::Served => line.served += 1,
            Fate::Left => line.left += 1,
            Fate::ClosedUnserved => line.closed_unserved += 1,
            Fate::Unfinished => line.unfinished += 1,
        }
        if let (Fate::Served, Some(wait)) = (outcome.fate(), outcome.wait_ms()) {
            line.in_time += u64::from(wait <= within);
            waits.push(wait);
        }
    }
    line.waits = Waits::of(waits);
    line
}

fn loads(outcomes: &Outcomes, moves: &[Move], config: &Config, range: Range) -> BTreeMap<AgentId, Load> {
    let mut loads: BTreeMap<AgentId, Load> = BTreeMap::new();
    for (id, agent) in &config.agents {
        loads.insert(id.clone(), Load { capacity: agent.capacity, ..Load::default() });
    }
    for spell in outcomes.0.values().flat_map(|outcome| &outcome.spells) {
        let load = loads.entry(spell.agent.clone()).or_default();
        load.handled += u64::from(range.contains(spell.from));
        let until = spell.held_until.unwrap_or(range.to);
        load.unit_ms += i64::from(spell.units) * range.part_ms(spell.from, until);
    }
    let mut since: BTreeMap<&AgentId, Timestamp> = BTreeMap::new();
    for step in moves {
        match step.what {
            Presence::Connect => drop(since.entry(&step.agent).or_insert(step.at)),
            Presence::Disconnect => {
                if let Some(from) = since.remove(&step.agent) {
                    loads.entry(step.agent.clone()).or_default().there_ms += range.part_ms(from, step.at);
                }
            }
            Presence::Choose(_) => {}
        }
    }
    for (agent, from) in since {
        loads.entry(agent.clone()).or_default().there_ms += range.part_ms(from, range.to);
    }
    loads
}
