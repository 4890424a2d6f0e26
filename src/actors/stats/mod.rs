//! Statistics: a fold over the records of conversations, by queue, work stream and agent (SPEC §18).
//!
//! Never an input to a decision. Each event is counted once, when the read side folds it for the first time, so that a
//! replay counts the same as live. Quarter hours that are over go to the state store behind the journal; the one at hand
//! travels with each snapshot, under its position. `docs/statistics.md` defines every number.
//!
//! Reading order: [`row`] (what is counted), [`level`] (what is now), `fold` (what an event adds), [`distribution`],
//! [`presence`] (what is measured of agents), [`shelf`] (what is stored), [`departures`] and [`estimate`] (waits),
//! [`board`] (everything that is now).

#[cfg(test)]
mod backtest;
pub mod board;
pub mod departures;
pub mod distribution;
pub mod estimate;
mod fold;
pub mod level;
pub mod presence;
pub mod row;
pub mod shelf;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tests;
pub mod times;

use std::collections::BTreeMap;

use self::departures::Departures;
use self::level::{Level, Spot};
use self::presence::Meters;
use self::row::{Quarter, Row, Subject};
use self::shelf::{Checkpoint, Put};
use crate::domain::config::{Change, Key};
use crate::domain::conversation::Event;
use crate::domain::ids::{AgentId, QueueId, WorkStreamId};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// Quarter hours in memory: the one at hand and the one before, whose rows may still be on their way into the store.
const QUARTERS: usize = 2;

/// The rows of one quarter hour.
pub type Rows = BTreeMap<Subject, Row>;

/// A public message of an agent that is its first since it was assigned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// Another agent had answered before.
    FirstOfAgent,
    /// Nobody had.
    FirstOfAll {
        /// When the conversation was created.
        created_at: Timestamp,
    },
}

/// All that is counted. Changed by the READ thread alone, but for absorbing what a rebuild found.
#[derive(Debug, Default)]
pub struct Stats {
    /// Now, by subject. What has nothing is not in it.
    pub queues: BTreeMap<QueueId, Level>,
    /// The same by work stream.
    pub work_streams: BTreeMap<WorkStreamId, Level>,
    /// The same by agent.
    pub agents: BTreeMap<AgentId, Level>,
    /// Presence and load of agents over time.
    pub meters: Meters,
    departures: BTreeMap<QueueId, Departures>,
    /// Targets of queues that have one, in seconds, as of the records applied so far.
    service_levels: BTreeMap<QueueId, u32>,
    /// Rows by quarter hour; the last is at hand.
    rows: BTreeMap<Quarter, Rows>,
    current: Quarter,
    /// Whether events are counted: those of a snapshot were before.
    counting: bool,
    /// A rebuild finds what was before the snapshot.
    awaits: bool,
    /// The first quarter hour counted since: it waits for that and is not handed over.
    first: Option<Quarter>,
    /// Rows that are due in the store.
    due: Vec<Put>,
}

impl Stats {
    /// From here on events count, beginning with what a snapshot's checkpoint had counted. `rebuilds`: there is none, but
    /// what was counted before the snapshot is found in the journal and comes later, by [`Stats::absorb`].
    pub fn begin(&mut self, checkpoint: Option<Checkpoint>, rebuilds: bool) {
        self.counting = true;
        self.awaits = rebuilds && checkpoint.is_none();
        if let Some(checkpoint) = checkpoint {
            self.current = checkpoint.quarter;
            self.rows = [(checkpoint.quarter, checkpoint.rows)].into();
            self.departures = checkpoint.departures;
        }
    }

    /// Takes what a rebuild counted up to the snapshot; nothing, if it failed.
    pub fn absorb(&mut self, found: BTreeMap<Quarter, Rows>) {
        let first = self.first.take();
        self.awaits = false;
        for (quarter, rows) in found {
            if first == Some(quarter) || quarter >= self.current {
                merge(self.rows.entry(quarter).or_default(), rows);
                self.current = self.current.max(quarter);
            } else {
                self.due.extend(shelf::row_puts(quarter, &rows));
            }
        }
        if let Some(first) = first.filter(|first| *first < self.current)
            && let Some(rows) = self.rows.get(&first)
        {
            self.due.extend(shelf::row_puts(first, rows));
        }
        self.trim();
    }

    /// Folds a record that is no event of a conversation.
    pub fn record(&mut self, record: &Record) {
        let Record::Configured(configured) = record else { return };
        match &configured.change {
            Change::PutQueue(id, queue) => match queue.service_level_seconds {
                Some(seconds) => drop(self.service_levels.insert(id.clone(), seconds)),
                None => drop(self.service_levels.remove(id)),
            },
            Change::Delete(Key::Queue(id)) => drop(self.service_levels.remove(id)),
            _ => {}
        }
    }

    /// Folds an event. `was` and `is`: where its conversation was before it and is after it.
    pub fn event(&mut self, event: &Event, was: Option<&Spot>, is: Option<&Spot>, reply: Option<Reply>) {
        if was != is {
            if let Some(was) = was {
                self.leave(event, was);
            }
            if let Some(is) = is {
                self.enter(event, is);
            }
            for agent in [was, is].into_iter().flatten().filter_map(|spot| spot.agent.as_ref()) {
                let (handled, units) =
                    self.agents.get(agent).map_or((0, 0), |level| (level.handled(), level.units));
                self.meters.works(agent, handled > 0, units, event.at);
            }
        }
        if self.counting {
            self.turn(Quarter::of(event.at));
            self.flow(event, was, is, reply);
            if was != is {
                self.line_moves(event, was, is);
            }
        }
    }

    fn enter(&mut self, event: &Event, spot: &Spot) {
        let id = event.conversation;
        self.queues.entry(spot.queue.clone()).or_default().enter(id, spot);
        self.work_streams.entry(spot.work_stream.clone()).or_default().enter(id, spot);
        if let Some(agent) = &spot.agent {
            self.agents.entry(agent.clone()).or_default().enter(id, spot);
        }
    }

    fn leave(&mut self, event: &Event, spot: &Spot) {
        fn leave<K: Ord>(levels: &mut BTreeMap<K, Level>, key: &K, event: &Event, spot: &Spot) {
            let Some(level) = levels.get_mut(key) else { return };
            level.leave(event.conversation, spot);
            if level.is_empty() {
                levels.remove(key);
            }
        }
        leave(&mut self.queues, &spot.queue, event, spot);
        leave(&mut self.work_streams, &spot.work_stream, event, spot);
        if let Some(agent) = &spot.agent {
            leave(&mut self.agents, agent, event, spot);
        }
    }

    /// A later quarter hour begins: the one at hand is due in the store.
    fn turn(&mut self, quarter: Quarter) {
        if quarter <= self.current {
            return;
        }
        if let Some(rows) = self.rows.get(&self.current).filter(|_| self.first != Some(self.current)) {
            self.due.extend(shelf::row_puts(self.current, rows));
        }
        if self.awaits && self.first.is_none() {
            self.first = Some(quarter);
        }
        self.current = quarter;
        self.rows.insert(quarter, Rows::new());
        self.departures.retain(|_, departures| departures.matters(quarter.begins()));
        self.trim();
    }

    /// Forgets what has long been handed over.
    fn trim(&mut self) {
        let most = QUARTERS + usize::from(self.first.is_some());
        while self.rows.len() > most {
            let oldest = self.rows.keys().find(|quarter| self.first != Some(**quarter)).copied();
            let Some(oldest) = oldest else { return };
            self.rows.remove(&oldest);
        }
    }

    /// What is due in the store since the last call.
    pub fn take_due(&mut self) -> Vec<Put> {
        std::mem::take(&mut self.due)
    }

    /// Rows in memory; these count, whatever the store has of the same quarter hours.
    pub fn rows(&self) -> &BTreeMap<Quarter, Rows> {
        &self.rows
    }

    /// The queue's recent assignments.
    pub fn departures(&self, queue: &QueueId) -> Option<&Departures> {
        self.departures.get(queue)
    }

    /// What goes with a snapshot.
    pub fn checkpoint(&self) -> Checkpoint {
        let rows = self.rows.get(&self.current).cloned().unwrap_or_default();
        Checkpoint { quarter: self.current, rows, departures: self.departures.clone() }
    }
}

fn merge(into: &mut Rows, from: Rows) {
    for (subject, row) in from {
        into.entry(subject).or_default().add(&row);
    }
}
