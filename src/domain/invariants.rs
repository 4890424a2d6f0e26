//! The invariants of SPEC §10: each has an id and one sentence, and what of it can be seen in a folded state is
//! a predicate here, used by `callboard check`, by tests and after a start. The simulation checks all of them
//! at every step with a ghost state of its own.

use std::collections::BTreeMap;

use super::agent::{Agent, Stage};
use super::capacity::Place;
use super::config::Config;
use super::conversation::{Conversation, Status};
use super::entity::{Entities, RecordKey};
use super::ids::{AgentId, ConversationId, GrantId, QueueId};
use super::queue::Queue;

/// An invariant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Invariant {
    /// I1
    OnePlace,
    /// I2
    OneHolder,
    /// I3
    Ledger,
    /// I4
    NothingLost,
    /// I5
    LeastFirst,
    /// I6
    NobodyIdle,
    /// I7
    Timers,
    /// I8
    Gapless,
    /// Not of SPEC §10: what a conversation names exists.
    References,
    /// Not of SPEC §10 but CONTRACT §7: what is handed over twice is one.
    OneWorkItem,
}

impl Invariant {
    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::OnePlace => "I1",
            Self::OneHolder => "I2",
            Self::Ledger => "I3",
            Self::NothingLost => "I4",
            Self::LeastFirst => "I5",
            Self::NobodyIdle => "I6",
            Self::Timers => "I7",
            Self::Gapless => "I8",
            Self::References => "R",
            Self::OneWorkItem => "E1",
        }
    }

    /// Its sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OnePlace => "a conversation is in exactly one place",
            Self::OneHolder => "at most one open offer and one assigned agent; each offer ends exactly once",
            Self::Ledger => "an agent's ledger is the units and places that the records granted it",
            Self::NothingLost => "no conversation that was acknowledged is lost",
            Self::LeastFirst => "the choice is the least by priority, age and id",
            Self::NobodyIdle => "no eligible agent and waiting conversation are idle together",
            Self::Timers => "every timer that is due takes effect exactly once",
            Self::Gapless => "events are gapless, ordered, and replay to the state",
            Self::References => "what a conversation names exists",
            Self::OneWorkItem => "a record has at most one unfinished work item, which its owner knows",
        }
    }
}

/// A broken invariant, with what was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// What was seen, with ids.
    pub seen: String,
}

/// A folded state to look at, with no message under way.
pub struct House<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// Every queue.
    pub queues: &'a BTreeMap<QueueId, Queue>,
    /// Every agent.
    pub agents: &'a BTreeMap<AgentId, Agent>,
    /// The owner of records.
    pub entities: &'a Entities,
}

/// Everything that is wrong.
pub fn audit(house: &House<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut homes: BTreeMap<ConversationId, &QueueId> = BTreeMap::new();
    for (id, queue) in house.queues {
        for conversation in queue.homes.values() {
            if let Some(other) = homes.insert(conversation.id(), id) {
                note(&mut found, Invariant::OnePlace, conversation, &format!("in {other} and in {id}"));
            }
            audit_conversation(house, queue, conversation, &mut found);
        }
        audit_index(queue, &mut found);
    }
    audit_ledgers(house, &mut found);
    audit_records(house, &mut found);
    found
}

/// Unfinished work items by record are what the owner of records has folded.
fn audit_records(house: &House<'_>, found: &mut Vec<Violation>) {
    let mut unfinished: BTreeMap<RecordKey, ConversationId> = BTreeMap::new();
    let all = house.queues.values().flat_map(|queue| queue.homes.values());
    for conversation in all.filter(|conversation| conversation.status != Status::Closed) {
        let Some(record) = &conversation.born.record else { continue };
        if let Some(other) = unfinished.insert(record.key(), conversation.id()) {
            let what = format!("record {:?} has {other} too", &*record.record_id);
            note(found, Invariant::OneWorkItem, conversation, &what);
        }
        if house.entities.work_items.get(&record.key()) != Some(&conversation.id()) {
            let what = format!("the owner of record {:?} does not know it", &*record.record_id);
            note(found, Invariant::OneWorkItem, conversation, &what);
        }
    }
    for (key, id) in &house.entities.work_items {
        if !unfinished.contains_key(key) {
            let seen = format!("record {:?}: its owner has {id}, which is over", &*key.record);
            found.push(Violation { invariant: Invariant::OneWorkItem, seen });
        }
    }
}

fn note(found: &mut Vec<Violation>, invariant: Invariant, conversation: &Conversation, what: &str) {
    found.push(Violation { invariant, seen: format!("conversation {}: {what}", conversation.id()) });
}

fn audit_conversation(
    house: &House<'_>,
    queue: &Queue,
    conversation: &Conversation,
    found: &mut Vec<Violation>,
) {
    let (status, offered, granted) =
        (conversation.status, conversation.offer.is_some(), conversation.grant.is_some());
    let sound = match status {
        Status::Open => !granted,
        Status::Active => granted && !offered && conversation.agent.is_some(),
        Status::WrapUp => !offered && conversation.agent.is_some(),
        Status::Waiting | Status::Closed => !granted && !offered,
    };
    if !sound {
        let what = format!("{} with offer {offered} and grant {granted}", status.as_str());
        note(found, Invariant::OneHolder, conversation, &what);
    }
    audit_parts(house, conversation, found);
    if conversation.queue_id != queue.id {
        note(
            found,
            Invariant::OnePlace,
            conversation,
            &format!("kept by {}, at home in {}", queue.id, conversation.queue_id),
        );
    }
    if status != Status::Closed && !house.config.work_streams.contains_key(&conversation.born.work_stream_id)
    {
        note(
            found,
            Invariant::References,
            conversation,
            &format!("no work stream {}", conversation.born.work_stream_id),
        );
    }
}

/// Whether an agent is configured no more and has no machine: what was its, the home queues end at the start.
fn is_mended(house: &House<'_>, agent: &AgentId) -> bool {
    !house.config.agents.contains_key(agent) && !house.agents.contains_key(agent)
}

/// Only an active conversation has participants, and each of them knows of it.
fn audit_parts(house: &House<'_>, conversation: &Conversation, found: &mut Vec<Violation>) {
    if conversation.status != Status::Active && !conversation.participants.is_empty() {
        let what = format!("{} with participants", conversation.status.as_str());
        note(found, Invariant::OneHolder, conversation, &what);
    }
    for participant in conversation.participants.iter().filter(|p| !is_mended(house, &p.agent)) {
        let agent = house.agents.get(&participant.agent);
        if !agent.is_some_and(|agent| agent.parts.contains(&conversation.id())) {
            let what = format!("participant {} does not know of it", participant.agent);
            note(found, Invariant::OneHolder, conversation, &what);
        }
    }
}

/// The line and the timers hold exactly what the conversations say.
fn audit_index(queue: &Queue, found: &mut Vec<Violation>) {
    let mut waiting = 0;
    for conversation in queue.homes.values() {
        let waits = queue.waits(conversation);
        let class = queue.line.classes.get(&queue.line.class_of(conversation));
        let listed = class.is_some_and(|class| class.waiting.contains(&conversation.rank()));
        if waits != listed {
            note(found, Invariant::LeastFirst, conversation, &format!("waits {waits}, in line {listed}"));
        }
        if waits && queue.line.class_of(conversation).1 != queue.in_force(conversation) {
            let what = "in line for another requirement than its age has";
            note(found, Invariant::LeastFirst, conversation, what);
        }
        waiting += usize::from(waits);
    }
    let listed: usize = queue.line.classes.values().map(|class| class.waiting.len()).sum();
    if listed != waiting {
        let seen = format!("queue {}: {listed} in line, {waiting} wait", queue.id);
        found.push(Violation { invariant: Invariant::LeastFirst, seen });
    }
    if queue.standing != queue.standing_anew() {
        let seen = format!("queue {}: who is unassigned differs from what its conversations say", queue.id);
        found.push(Violation { invariant: Invariant::Timers, seen });
    }
    if queue.timers != queue.timers_anew() {
        let seen = format!("queue {}: timers differ from those that its conversations need", queue.id);
        found.push(Violation { invariant: Invariant::Timers, seen });
    }
    if queue.prompts != queue.prompts_anew() {
        let seen = format!("queue {}: what is to be said differs from what its conversations say", queue.id);
        found.push(Violation { invariant: Invariant::Timers, seen });
    }
}

/// Every grant of a record stands in exactly one ledger, and nothing else does.
fn audit_ledgers(house: &House<'_>, found: &mut Vec<Violation>) {
    let mut granted: BTreeMap<(AgentId, GrantId), (u32, &[Place], Stage)> = BTreeMap::new();
    for conversation in house.queues.values().flat_map(|queue| queue.homes.values()) {
        let offer = conversation.offer.as_ref().map(|offer| (&offer.grant, Stage::Offered));
        let stage = if conversation.status == Status::Active { Stage::Active } else { Stage::Holding };
        let grant = conversation.grant.as_ref().map(|grant| (grant, stage));
        for (grant, stage) in offer.into_iter().chain(grant) {
            granted.insert((grant.agent.clone(), grant.id), (grant.units, &grant.places, stage));
        }
    }
    for (id, agent) in house.agents {
        if *agent.ledger.sums() != agent.ledger.sums_anew() || *agent.holds.sums() != agent.holds.sums_anew()
        {
            let seen = format!("agent {id}: sums differ from what its grants take");
            found.push(Violation { invariant: Invariant::Ledger, seen });
        }
        for (grant, entry) in agent.ledger.iter() {
            let known = granted.remove(&(id.clone(), *grant));
            if known != Some((entry.units, &entry.places, entry.stage)) {
                let seen = format!(
                    "agent {id}: grant {grant} of {} units and {} places stands in no record so",
                    entry.units,
                    entry.places.len()
                );
                found.push(Violation { invariant: Invariant::Ledger, seen });
            }
        }
    }
    for ((agent, grant), (units, places, _)) in granted {
        if is_mended(house, &agent) {
            continue;
        }
        let places = places.len();
        let seen = format!(
            "agent {agent}: grant {grant} of {units} units and {places} places is missing in the ledger"
        );
        found.push(Violation { invariant: Invariant::Ledger, seen });
    }
}
