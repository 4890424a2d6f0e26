//! What the run knows of each conversation: the check behind the measures.
//!
//! A frame may overtake the 201 of the same conversation, so whoever hears of one first makes its entry.
#![allow(clippy::disallowed_types, reason = "one look-up a frame; no order is read from the map")]

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use uuid::Uuid;

use super::measures::{Measure, Measures};
use crate::clock::Nanos;

/// At most this many violations are kept in words; all are counted.
const MAX_DETAILS: usize = 20;

/// How far a conversation is expected to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Assigned to one agent, and it stays there.
    Assigned,
    /// Through the whole life cycle.
    Closed,
}

/// One conversation, as far as was heard.
#[derive(Debug, Clone, Copy, Default)]
pub struct Entry {
    /// When its hand-off was due; 0 while the 201 has not come.
    pub scheduled: Nanos,
    /// When it first reached an agent (offer, listing or assignment); 0 if not yet.
    pub reached: Nanos,
    /// Who has it, plus one; 0 for nobody yet.
    pub agent: u32,
    /// How often it was assigned.
    pub assigned: u8,
    /// The whole life cycle was acknowledged.
    pub closed: bool,
}

/// A UUID v7's last 64 bits are random: they are their own hash.
#[derive(Debug, Default)]
struct LowBits(u64);

impl Hasher for LowBits {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = self.0.rotate_left(23) ^ u64::from_le_bytes(word);
        }
    }
    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

/// All conversations of a run, its measures and its findings.
#[derive(Debug)]
pub struct Ledger {
    entries: HashMap<u128, Entry, BuildHasherDefault<LowBits>>,
    goal: Goal,
    done: u64,
    created: u64,
    unanswered: u64,
    /// The histograms.
    pub measures: Measures,
    errors: BTreeMap<String, u64>,
    violations: Vec<String>,
    violation_count: u64,
}

impl Ledger {
    /// Starts an empty ledger.
    pub fn new(goal: Goal, measures: Measures) -> Self {
        Self {
            entries: HashMap::default(),
            goal,
            done: 0,
            created: 0,
            unanswered: 0,
            measures,
            errors: BTreeMap::new(),
            violations: Vec::new(),
            violation_count: 0,
        }
    }

    fn entry(&mut self, id: Uuid) -> &mut Entry {
        self.entries.entry(id.as_u128()).or_default()
    }

    /// Notes a 201.
    pub fn created(&mut self, id: Uuid, scheduled: Nanos, now: Nanos) {
        self.created += 1;
        let entry = self.entry(id);
        let (before, reached) = (entry.scheduled, entry.reached);
        entry.scheduled = scheduled;
        if before != 0 {
            self.violation(format!("{id}: two hand-offs were answered with the same conversation"));
        }
        self.measures.record(Measure::Created, scheduled, scheduled, now);
        if reached != 0 {
            self.measures.record(Measure::Reached, scheduled, scheduled, reached);
        }
    }

    /// Notes a hand-off that got no answer at all: the server may have it or not.
    pub fn unanswered(&mut self, kind: String) {
        self.unanswered += 1;
        self.error(kind);
    }

    /// Notes that a conversation got to an agent for the first time: offered, listed or assigned directly.
    pub fn reached(&mut self, id: Uuid, now: Nanos) {
        let entry = self.entry(id);
        if entry.reached != 0 {
            return;
        }
        entry.reached = now;
        let scheduled = entry.scheduled;
        if scheduled != 0 {
            self.measures.record(Measure::Reached, scheduled, scheduled, now);
        }
    }

    /// Notes that an agent heard that it has a conversation. Nothing in a run gives one back, so twice is wrong.
    pub fn assigned(&mut self, id: Uuid, agent: u32) {
        let goal = self.goal;
        let entry = self.entry(id);
        entry.assigned = entry.assigned.saturating_add(1);
        let (times, before) = (entry.assigned, entry.agent);
        entry.agent = agent + 1;
        if times > 1 {
            self.violation(format!("{id}: assigned to agent {} and then to agent {agent}", before - 1));
        } else if goal == Goal::Assigned {
            self.done += 1;
        }
    }

    /// Notes an acknowledged close.
    pub fn closed(&mut self, id: Uuid, now: Nanos) {
        let goal = self.goal;
        let entry = self.entry(id);
        let (twice, scheduled) = (std::mem::replace(&mut entry.closed, true), entry.scheduled);
        if twice {
            self.violation(format!("{id}: closed twice"));
        } else if goal == Goal::Closed {
            self.done += 1;
        }
        if scheduled != 0 {
            self.measures.record(Measure::Cycle, scheduled, scheduled, now);
        }
    }

    /// Counts an error by kind.
    pub fn error(&mut self, kind: impl Into<String>) {
        *self.errors.entry(kind.into()).or_default() += 1;
    }

    /// Notes something that must never happen.
    pub fn violation(&mut self, what: impl Into<String>) {
        self.violation_count += 1;
        if self.violations.len() < MAX_DETAILS {
            self.violations.push(what.into());
        }
    }

    /// Hand-offs answered 201.
    pub fn created_count(&self) -> u64 {
        self.created
    }

    /// Hand-offs without an answer.
    pub fn unanswered_count(&self) -> u64 {
        self.unanswered
    }

    /// Conversations that reached the goal.
    pub fn done_count(&self) -> u64 {
        self.done
    }

    /// Everything known, for the comparison with the server.
    pub fn entries(&self) -> impl Iterator<Item = (Uuid, &Entry)> {
        self.entries.iter().map(|(id, entry)| (Uuid::from_u128(*id), entry))
    }

    /// One conversation, if it was heard of.
    pub fn find(&self, id: Uuid) -> Option<&Entry> {
        self.entries.get(&id.as_u128())
    }

    /// Errors by kind.
    pub fn errors(&self) -> &BTreeMap<String, u64> {
        &self.errors
    }

    /// What must never have happened: how often, and the first of them in words.
    pub fn violations(&self) -> (u64, &[String]) {
        (self.violation_count, &self.violations)
    }
}

#[cfg(test)]
mod tests {
    use super::{Goal, Ledger};
    use crate::load::measures::{Measure, Measures};
    use uuid::Uuid;

    fn ledger(goal: Goal) -> Ledger {
        Ledger::new(goal, Measures::new(0))
    }

    #[test]
    fn second_assignment_is_a_violation() {
        let mut ledger = ledger(Goal::Assigned);
        ledger.assigned(Uuid::from_u128(1), 4);
        assert_eq!((ledger.done_count(), ledger.violations().0), (1, 0));
        ledger.assigned(Uuid::from_u128(1), 5);
        assert_eq!((ledger.done_count(), ledger.violations().0), (1, 1));
    }

    #[test]
    fn offer_that_overtakes_the_answer_is_measured_once() {
        let mut ledger = ledger(Goal::Closed);
        ledger.reached(Uuid::from_u128(1), 3_000);
        assert_eq!(ledger.measures.count(Measure::Reached), 0);
        ledger.created(Uuid::from_u128(1), 1_000, 4_000);
        ledger.reached(Uuid::from_u128(1), 9_000);
        assert_eq!(ledger.measures.count(Measure::Reached), 1);
    }

    #[test]
    fn same_conversation_for_two_hand_offs_is_a_violation() {
        let mut ledger = ledger(Goal::Closed);
        ledger.created(Uuid::from_u128(1), 1_000, 4_000);
        ledger.created(Uuid::from_u128(1), 2_000, 4_000);
        assert_eq!(ledger.violations().0, 1);
    }
}
