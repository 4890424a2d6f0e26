//! Statistics as the read side keeps them: fed by its own fold, read by any thread.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, MutexGuard};

use super::{ReadSide, Rebuilding};
use crate::actors::stats::board::{Board, Manned, Places};
use crate::actors::stats::estimate::WaitRange;
use crate::actors::stats::row::{Quarter, Row, Subject};
use crate::actors::stats::shelf::{self, Checkpoint, Put};
use crate::actors::stats::times::Times;
use crate::actors::stats::{Reply, Rows, Stats};
use crate::domain::conversation::{Conversation, Event, Happening, Sender, Visibility};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::state_store::StateStore;

/// What was counted and measured of one subject, in parts of the time asked for, in order.
pub type Parts = Vec<(Row, Times)>;

impl ReadSide {
    pub(in crate::actors) fn stats(&self) -> MutexGuard<'_, Stats> {
        super::lock(&self.stats)
    }

    /// From here on events are counted; see [`Stats::begin`]. At a start, after the snapshot's records.
    pub(in crate::actors) fn begin_counting(&self, checkpoint: Option<Checkpoint>, rebuilds: bool) {
        self.stats().begin(checkpoint, rebuilds);
    }

    /// What was measured of agents in the quarter hour at hand before this start.
    pub(in crate::actors) fn resume_times(
        &self,
        store: &dyn StateStore,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (config, quarter) = (self.config(), Quarter::of(now));
        for agent in config.agents.keys() {
            shelf::times(store, agent, quarter, quarter.next(), &mut |quarter, times| {
                self.stats().meters.resume(quarter, agent, &times);
            })?;
        }
        Ok(())
    }

    /// What a rebuild counted up to the snapshot.
    pub(in crate::actors) fn absorb(&self, found: BTreeMap<Quarter, Rows>) {
        self.stats().absorb(found);
    }

    /// What was measured since the last call is due in the store.
    pub(in crate::actors) fn measure(&self, now: Timestamp) {
        let due = self.stats().meters.take_due(now);
        super::lock(&self.passing).stats.extend(due);
    }

    /// What goes into the store with the snapshot at a position.
    pub(in crate::actors) fn checkpoint(&self, at: Position) -> Put {
        shelf::checkpoint_put(at, &self.stats().checkpoint())
    }

    /// Everything as it is now.
    pub fn board(&self) -> Board {
        let config = self.config();
        let shown = |id: &AgentId| self.agent(id).shown;
        let manned = |id: &AgentId| Manned { places: Places::default(), shown: shown(id) };
        let mut board = Board::of(&config, config.agents.keys().map(|id| (id.clone(), manned(id))).collect());
        let stats = self.stats();
        for (id, level) in &stats.queues {
            board.queues.entry(id.clone()).or_default().places = level.into();
        }
        for (id, level) in &stats.work_streams {
            board.work_streams.entry(id.clone()).or_default().places = level.into();
        }
        for (id, level) in &stats.agents {
            if let Some(agent) = board.agents.get_mut(id) {
                agent.places = level.into();
            }
        }
        board
    }

    /// How long a conversation will wait for an agent; `None` if it waits for none, or too little is known.
    pub fn wait(&self, id: ConversationId, now: Timestamp) -> Option<WaitRange> {
        let ahead = self.position(id)?.ahead;
        let conversation = self.in_memory(id)?;
        self.stats().departures(&conversation.queue_id)?.estimate(ahead, now)
    }

    /// What was counted and measured of each subject between two quarter hours, in parts that end before `ends`, which
    /// rise. Reads the store: not for a thread that must not block. Fails while the store is being filled.
    pub fn figures(
        &self,
        subjects: &[Subject],
        from: Quarter,
        ends: &[Quarter],
        now: Timestamp,
    ) -> Result<BTreeMap<Subject, Parts>, Rebuilding> {
        if self.is_rebuilding() {
            return Err(Rebuilding);
        }
        let to = ends.last().copied().unwrap_or(from);
        let part = |quarter: Quarter| ends.partition_point(|end| *end <= quarter);
        // Memory first: what leaves it in between is in the store long since.
        let (rows, times) = self.in_memory_of(subjects, now);
        let mut found = BTreeMap::new();
        for subject in subjects {
            let mut parts: Parts = vec![Default::default(); ends.len()];
            let newer = rows.get(subject);
            let newer_times = times.get(subject);
            let taken = |quarter: Quarter| (from..to).contains(&quarter);
            for (quarter, row) in newer.into_iter().flatten().filter(|(quarter, _)| taken(**quarter)) {
                parts[part(*quarter)].0.add(row);
            }
            for (quarter, row) in newer_times.into_iter().flatten().filter(|(quarter, _)| taken(**quarter)) {
                parts[part(*quarter)].1.add(row);
            }
            self.stored(subject, from, to, &mut |quarter, row, times| {
                if newer.is_none_or(|newer| !newer.contains_key(&quarter)) {
                    row.into_iter().for_each(|row| parts[part(quarter)].0.add(&row));
                }
                if newer_times.is_none_or(|newer| !newer.contains_key(&quarter)) {
                    times.into_iter().for_each(|times| parts[part(quarter)].1.add(&times));
                }
            })?;
            found.insert(subject.clone(), parts);
        }
        Ok(found)
    }

    #[allow(clippy::type_complexity)] // two maps of the same keys, taken under one lock
    fn in_memory_of(
        &self,
        subjects: &[Subject],
        now: Timestamp,
    ) -> (BTreeMap<Subject, BTreeMap<Quarter, Row>>, BTreeMap<Subject, BTreeMap<Quarter, Times>>) {
        let mut rows: BTreeMap<Subject, BTreeMap<Quarter, Row>> = BTreeMap::new();
        let mut times: BTreeMap<Subject, BTreeMap<Quarter, Times>> = BTreeMap::new();
        let mut stats = self.stats();
        stats.meters.settle(now);
        for (quarter, all) in stats.rows() {
            for subject in subjects {
                if let Some(row) = all.get(subject) {
                    rows.entry(subject.clone()).or_default().insert(*quarter, row.clone());
                }
            }
        }
        let wanted: BTreeSet<&Subject> = subjects.iter().collect();
        for (quarter, agent, measured) in stats.meters.times() {
            let subject = Subject::Agent(agent.clone());
            if wanted.contains(&subject) {
                times.entry(subject).or_default().insert(quarter, measured.clone());
            }
        }
        (rows, times)
    }

    fn stored(
        &self,
        subject: &Subject,
        from: Quarter,
        to: Quarter,
        each: &mut dyn FnMut(Quarter, Option<Row>, Option<Times>),
    ) -> Result<(), Rebuilding> {
        let Some(store) = self.history.store() else { return Ok(()) };
        let rows =
            shelf::rows(&**store, subject, from, to, &mut |quarter, row| each(quarter, Some(row), None));
        let done = rows.and_then(|()| match subject {
            Subject::Agent(agent) => shelf::times(&**store, agent, from, to, &mut |quarter, times| {
                each(quarter, None, Some(times));
            }),
            _ => Ok(()),
        });
        done.map_err(super::history::unreadable)
    }
}

/// Whether an event is an agent's first public message since its assignment; `before`: the events before it.
pub(in crate::actors) fn reply(
    event: &Event,
    before: &[Arc<Record>],
    conversation: &Conversation,
) -> Option<Reply> {
    if !is_reply(event) {
        return None;
    }
    let mut earlier = before.iter().rev().filter_map(|record| super::live::event(record));
    let is_assigned = |event: &&Event| matches!(event.what, Happening::Assigned { .. });
    if earlier.by_ref().take_while(|event| !is_assigned(event)).any(is_reply) {
        return None;
    }
    let first = !earlier.any(is_reply);
    let created_at = conversation.created_at;
    Some(if first { Reply::FirstOfAll { created_at } } else { Reply::FirstOfAgent })
}

fn is_reply(event: &Event) -> bool {
    matches!(&event.what, Happening::Message { message, .. }
        if matches!(message.sender, Sender::Agent(_)) && message.visibility == Visibility::Public)
}
