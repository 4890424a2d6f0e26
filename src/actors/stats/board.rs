//! Everything that is now: each queue, agent and work stream, as a supervisor's page shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::level::Level;
use crate::domain::command::AgentShown;
use crate::domain::config::{Config, Route, WorkStream, is_default_queue};
use crate::domain::ids::{AgentId, QueueId, WorkStreamId};
use crate::domain::presence::BasePresence;
use crate::domain::time::Timestamp;

/// Where conversations are now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Places {
    /// Open, on offer to nobody.
    pub waiting: u32,
    /// On offer.
    pub on_offer: u32,
    /// Active.
    pub active: u32,
    /// Waiting for the customer.
    pub waiting_for_customer: u32,
    /// In wrap-up.
    pub wrap_up: u32,
    /// Since when the one that waits longest waits for an agent.
    pub waiting_since: Option<Timestamp>,
}

impl From<&Level> for Places {
    fn from(level: &Level) -> Self {
        Self {
            waiting: level.waiting,
            on_offer: level.on_offer,
            active: level.active,
            waiting_for_customer: level.waiting_for_customer,
            wrap_up: level.wrap_up,
            waiting_since: level.waiting_since(),
        }
    }
}

/// The agents that serve a queue or a work stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Crew {
    /// By base presence.
    pub by_presence: BTreeMap<BasePresence, u32>,
    /// With a socket open and heard.
    pub connected: u32,
    /// Who could be given one more now.
    pub eligible: u32,
    /// Total units of those who are connected.
    pub capacity: u32,
    /// Units that they use.
    pub used: u32,
}

impl Crew {
    fn count(&mut self, shown: &AgentShown, eligible: bool) {
        *self.by_presence.entry(shown.base).or_default() += 1;
        self.eligible += u32::from(eligible);
        if shown.connected {
            self.connected += 1;
            self.capacity += shown.capacity;
            self.used += shown.used;
        }
    }
}

/// A queue or a work stream now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Served {
    /// Its conversations.
    pub places: Places,
    /// Its agents.
    pub crew: Crew,
}

/// An agent now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manned {
    /// Its conversations.
    pub places: Places,
    /// Its presence and capacity.
    pub shown: AgentShown,
}

/// What is no longer configured.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)] // each is its own name
pub struct Gone {
    pub queues: Vec<QueueId>,
    pub agents: Vec<AgentId>,
    pub work_streams: Vec<WorkStreamId>,
}

impl Gone {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Everything configured, as it is now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Board {
    /// Queues.
    pub queues: BTreeMap<QueueId, Served>,
    /// Agents.
    pub agents: BTreeMap<AgentId, Manned>,
    /// Work streams.
    pub work_streams: BTreeMap<WorkStreamId, Served>,
}

impl Board {
    /// The board of these agents; conversations are added by the caller.
    pub fn of(config: &Config, agents: BTreeMap<AgentId, Manned>) -> Self {
        let mut queues: BTreeMap<QueueId, Served> =
            config.queues.keys().map(|id| (id.clone(), Served::default())).collect();
        let mut streams: Vec<(&WorkStreamId, &WorkStream, BTreeSet<QueueId>, Served)> = config
            .work_streams
            .iter()
            .map(|(id, stream)| (id, &**stream, targets(stream), Served::default()))
            .collect();
        for (agent, Manned { shown, .. }) in &agents {
            let serves = config.queues_of(agent);
            let takes = shown.connected && matches!(shown.base, BasePresence::Available | BasePresence::Busy);
            for queue in &serves {
                if let Some(served) = queues.get_mut(queue) {
                    served.crew.count(shown, takes && shown.free() > 0);
                }
            }
            for (_, stream, targets, served) in &mut streams {
                if targets.iter().any(|queue| is_default_queue(queue) || serves.contains(queue)) {
                    served.crew.count(shown, could_take(stream, shown));
                }
            }
        }
        let work_streams = streams.into_iter().map(|(id, _, _, served)| (id.clone(), served)).collect();
        Self { queues, agents, work_streams }
    }

    /// What was there before and is no longer.
    pub fn gone_since(&self, before: &Self) -> Gone {
        fn gone<K: Ord + Clone, V>(now: &BTreeMap<K, V>, before: &BTreeMap<K, V>) -> Vec<K> {
            before.keys().filter(|id| !now.contains_key(id)).cloned().collect()
        }
        Gone {
            queues: gone(&self.queues, &before.queues),
            agents: gone(&self.agents, &before.agents),
            work_streams: gone(&self.work_streams, &before.work_streams),
        }
    }

    /// What is other than it was, or new: whole objects.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        fn changed<K: Ord + Clone, V: PartialEq + Clone>(
            now: &BTreeMap<K, V>,
            before: &BTreeMap<K, V>,
        ) -> BTreeMap<K, V> {
            let differs = |(id, value): &(&K, &V)| before.get(*id) != Some(*value);
            now.iter().filter(differs).map(|(id, value)| (id.clone(), value.clone())).collect()
        }
        Self {
            queues: changed(&self.queues, &before.queues),
            agents: changed(&self.agents, &before.agents),
            work_streams: changed(&self.work_streams, &before.work_streams),
        }
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty() && self.agents.is_empty() && self.work_streams.is_empty()
    }
}

fn could_take(stream: &WorkStream, shown: &AgentShown) -> bool {
    shown.connected
        && stream.distribution.allowed_presences.contains(&shown.base)
        && shown.free() >= i64::from(stream.capacity)
}

/// The queues that a work stream routes to.
fn targets(stream: &WorkStream) -> BTreeSet<QueueId> {
    let mut queues: BTreeSet<QueueId> = [stream.fallback_queue_id.clone()].into();
    for rule in &stream.routing_rules {
        match &rule.route_to {
            Route::Queue(queue) => drop(queues.insert(queue.clone())),
            Route::Split(parts) => queues.extend(parts.iter().map(|part| part.queue_id.clone())),
            Route::Agent(_) => {}
        }
    }
    queues
}
