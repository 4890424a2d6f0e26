//! The deliveries of one target: a line for each conversation, and the dead letters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::record::Spot;
use crate::ids::ConversationId;
use crate::time::Timestamp;

/// Deliveries that wait for one target. About 150 B each; above it the oldest become dead letters.
pub const MAX_PENDING: usize = 100_000;
/// How many become dead letters at once when there are too many: one record, not one for each event.
pub const OVERFLOW_STEP: usize = 1_000;
/// Dead letters kept for one target; above it the oldest are forgotten.
pub const MAX_DEAD: usize = 10_000;

/// A delivery that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// When its event happened.
    pub at: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// Not tried before.
    pub due: Timestamp,
    /// Why the last attempt failed.
    pub problem: Option<Arc<str>>,
}

/// A delivery that was given up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Dead {
    /// When its event happened.
    pub at: Timestamp,
    /// Attempts that were made.
    pub attempts: u32,
    /// When it was given up.
    pub died_at: Timestamp,
    /// Why.
    pub problem: Arc<str>,
}

/// A delivery whose time has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// What.
    pub spot: Spot,
    /// Which attempt this is: 1, 2, …
    pub attempt: u32,
    /// When its event happened.
    pub at: Timestamp,
}

/// The deliveries of one target.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lines {
    waiting: BTreeMap<ConversationId, BTreeMap<u32, Pending>>,
    /// Heads by when they are due.
    heads: BTreeSet<(Timestamp, ConversationId)>,
    /// All that wait, by age.
    ages: BTreeSet<(Timestamp, Spot)>,
    dead: BTreeMap<Spot, Dead>,
    /// Dead letters by when they were given up.
    died: BTreeSet<(Timestamp, Spot)>,
}

impl Lines {
    /// How many wait.
    pub fn pending_len(&self) -> usize {
        self.ages.len()
    }

    /// How many were given up.
    pub fn dead_len(&self) -> usize {
        self.dead.len()
    }

    /// When the event of the oldest one that waits happened.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.ages.first().map(|(at, _)| *at)
    }

    /// One that waits.
    pub fn pending(&self, spot: Spot) -> Option<&Pending> {
        self.waiting.get(&spot.conversation)?.get(&spot.seq)
    }

    /// One that was given up.
    pub fn dead(&self, spot: Spot) -> Option<&Dead> {
        self.dead.get(&spot)
    }

    /// Those that wait, the oldest first, after this one.
    pub fn all_pending(&self, after: Option<(Timestamp, Spot)>) -> impl Iterator<Item = (Spot, &Pending)> {
        after_of(&self.ages, after).filter_map(|(_, spot)| Some((*spot, self.pending(*spot)?)))
    }

    /// Those that were given up, the one given up first first, after this one.
    pub fn all_dead(&self, after: Option<(Timestamp, Spot)>) -> impl Iterator<Item = (Spot, &Dead)> {
        after_of(&self.died, after).filter_map(|(_, spot)| Some((*spot, self.dead(*spot)?)))
    }

    /// Those of a conversation that wait, by their numbers.
    pub fn pending_of(&self, conversation: ConversationId) -> impl Iterator<Item = (u32, &Pending)> {
        self.waiting.get(&conversation).into_iter().flatten().map(|(seq, pending)| (*seq, pending))
    }

    /// Those of a conversation that were given up, by their numbers.
    pub fn dead_of(&self, conversation: ConversationId) -> impl Iterator<Item = (u32, &Dead)> {
        self.dead.range(Spot::all_of(conversation)).map(|(spot, dead)| (spot.seq, dead))
    }

    /// Heads that are due at `now`, the longest due first, but for conversations that are being tried.
    pub fn due<'a>(
        &'a self,
        now: Timestamp,
        tried: &'a dyn Fn(ConversationId) -> bool,
    ) -> impl Iterator<Item = Due> + 'a {
        let due = self.heads.iter().take_while(move |(at, _)| *at <= now);
        due.filter(|(_, id)| !tried(*id)).filter_map(|(_, id)| {
            let (seq, pending) = self.waiting.get(id)?.first_key_value()?;
            let spot = Spot { conversation: *id, seq: *seq };
            Some(Due { spot, attempt: pending.attempts + 1, at: pending.at })
        })
    }

    /// When the next head is due that is not yet.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let after = (now.plus_ms(1), ConversationId(uuid::Uuid::nil()));
        self.heads.range(after..).next().map(|(at, _)| *at)
    }

    /// The oldest ones above the bound, and some more.
    pub(super) fn overflowing(&self) -> Vec<Spot> {
        if self.ages.len() <= MAX_PENDING {
            return Vec::new();
        }
        let excess = self.ages.len() - MAX_PENDING + OVERFLOW_STEP;
        self.ages.iter().take(excess).map(|(_, spot)| *spot).collect()
    }

    /// One more waits; one that does already stays as it is.
    pub(super) fn add(&mut self, spot: Spot, pending: Pending) {
        if self.pending(spot).is_none() {
            self.ages.insert((pending.at, spot));
            self.line(spot.conversation, |line| line.insert(spot.seq, pending));
        }
    }

    /// One waits no more.
    pub(super) fn remove(&mut self, spot: Spot) -> Option<Pending> {
        let pending = self.line(spot.conversation, |line| line.remove(&spot.seq))?;
        self.ages.remove(&(pending.at, spot));
        Some(pending)
    }

    /// An attempt failed.
    pub(super) fn later(&mut self, spot: Spot, attempt: u32, retry_at: Timestamp, problem: &Arc<str>) {
        self.line(spot.conversation, |line| {
            if let Some(pending) = line.get_mut(&spot.seq) {
                (pending.attempts, pending.due) = (attempt, retry_at);
                pending.problem = Some(problem.clone());
            }
        });
    }

    /// One that waited was given up.
    pub(super) fn bury(&mut self, spot: Spot, attempts: Option<u32>, died_at: Timestamp, problem: &Arc<str>) {
        let Some(Pending { at, attempts: before, .. }) = self.remove(spot) else { return };
        let attempts = attempts.unwrap_or(before);
        self.keep_dead(spot, Dead { at, attempts, died_at, problem: problem.clone() });
    }

    /// A dead letter more; above the bound the oldest is forgotten.
    pub(super) fn keep_dead(&mut self, spot: Spot, dead: Dead) {
        self.died.insert((dead.died_at, spot));
        if let Some(before) = self.dead.insert(spot, dead)
            && self.dead[&spot].died_at != before.died_at
        {
            self.died.remove(&(before.died_at, spot));
        }
        while self.dead.len() > MAX_DEAD
            && let Some((_, oldest)) = self.died.pop_first()
        {
            self.dead.remove(&oldest);
        }
    }

    /// A dead letter less.
    pub(super) fn exhume(&mut self, spot: Spot) -> Option<Dead> {
        let dead = self.dead.remove(&spot)?;
        self.died.remove(&(dead.died_at, spot));
        Some(dead)
    }

    /// Dead letters given up before this are forgotten.
    pub(super) fn forget_dead(&mut self, before: Timestamp) {
        while let Some((died_at, spot)) = self.died.first().copied()
            && died_at < before
        {
            self.died.pop_first();
            self.dead.remove(&spot);
        }
    }

    /// Changes one line and keeps its head among the heads.
    fn line<R>(
        &mut self,
        conversation: ConversationId,
        change: impl FnOnce(&mut BTreeMap<u32, Pending>) -> R,
    ) -> R {
        let line = self.waiting.entry(conversation).or_default();
        let head = |line: &BTreeMap<u32, Pending>| line.first_key_value().map(|(_, head)| head.due);
        let before = head(line);
        let changed = change(line);
        let after = head(line);
        if line.is_empty() {
            self.waiting.remove(&conversation);
        }
        if before != after {
            if let Some(due) = before {
                self.heads.remove(&(due, conversation));
            }
            if let Some(due) = after {
                self.heads.insert((due, conversation));
            }
        }
        changed
    }
}

fn after_of(
    all: &BTreeSet<(Timestamp, Spot)>,
    after: Option<(Timestamp, Spot)>,
) -> impl Iterator<Item = &(Timestamp, Spot)> {
    use std::ops::Bound::{Excluded, Unbounded};
    all.range((after.map_or(Unbounded, Excluded), Unbounded))
}
