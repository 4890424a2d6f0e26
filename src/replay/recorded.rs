//! What people did in a recording, read from its records, so that a play can have them do it again.
//!
//! What a recording says outright is taken as it is: arrivals, handling and wrap-up times, when customers left, how agents
//! answered offers. What it cannot say is filled in by rules that `docs/whatif.md` states and the report counts: patience of
//! those who were served ([`patience`](super::patience)), work of those who were not, answers to offers that were never made,
//! connections, which no record shows (`presence`). Whatever is drawn is drawn by the conversation's and the agent's id, so
//! that two plays of one recording differ only where the configuration makes them.

mod customers;
mod manner;
mod presence;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::customers::Filled;
pub use self::manner::Habits;

use self::presence::Signs;
use super::outcome::Outcomes;
use super::people::{Customer, Move};
use crate::domain::classification::Written;
use crate::domain::config::Config;
use crate::domain::conversation::{Born, Happening};
use crate::domain::ids::{ConversationId, mix};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// A recording, as its records are read one after the other.
#[derive(Default)]
pub struct Recording {
    /// What came of each conversation.
    pub outcomes: Outcomes,
    /// How agents answer.
    pub habits: Habits,
    born: BTreeMap<ConversationId, Arc<Born>>,
    signs: Signs,
    /// Conversations whose creation is not in the recording.
    pub headless: u64,
    /// The last thing on record.
    pub last_at: Timestamp,
}

impl Recording {
    /// Reads the next record.
    pub fn see(&mut self, record: &Record) {
        match record {
            Record::Event(event) => {
                self.last_at = self.last_at.max(event.at);
                if let Happening::Created(born) = &event.what {
                    self.born.insert(event.conversation, born.clone());
                } else if let (Happening::Routed { trace, .. }, 2) = (&event.what, event.seq) {
                    self.unwrite(event.conversation, &trace.written);
                } else if matches!(event.what, Happening::Closed { .. }) {
                    self.headless += u64::from(!self.born.contains_key(&event.conversation));
                }
                self.signs.event(event);
                self.habits.see(event, &self.outcomes);
            }
            Record::Agent(agent) => {
                self.last_at = self.last_at.max(agent.at);
                self.signs.agent(agent);
            }
            _ => {}
        }
        self.outcomes.see(record);
    }

    /// What rules wrote is taken out again: the play's rules write it, or something else.
    fn unwrite(&mut self, id: ConversationId, written: &Written) {
        let Some(born) = self.born.get_mut(&id).filter(|_| !written.variables.is_empty()) else { return };
        let context = &mut Arc::make_mut(born).context;
        for (name, overlay) in &written.variables {
            match &overlay.given {
                Some(given) => drop(context.insert(name.clone(), given.clone())),
                None => drop(context.remove(name)),
            }
        }
    }

    /// The first arrival.
    pub fn first_at(&self) -> Option<Timestamp> {
        self.outcomes.0.values().map(|outcome| outcome.created_at).min()
    }

    /// The customers who came from `from` on, before `to`, in order.
    pub fn customers(&self, from: Timestamp, to: Timestamp, seed: u64) -> (Vec<Customer>, Filled) {
        customers::of(self, from, to, seed)
    }

    /// Who was there when, for the agents of a configuration; those of whom the recording says nothing are there whenever
    /// anybody was.
    pub fn moves(&self, config: &Config) -> Vec<Move> {
        self.signs.moves(config, self.last_at)
    }

    /// Agents of a configuration of whom the recording shows nothing.
    pub fn unknown_agents(&self, config: &Config) -> Vec<crate::domain::ids::AgentId> {
        config.agents.keys().filter(|id| !self.signs.knows(id)).cloned().collect()
    }
}

/// A chance that belongs to these names.
fn chance(seed: u64, names: &[&str]) -> u64 {
    let bytes = names.iter().flat_map(|name| name.bytes().chain([0]));
    bytes.fold(mix(seed), |sum, byte| mix(sum ^ u64::from(byte)))
}

/// One of some values, by such a chance.
fn one_of<T: Copy>(values: &[T], chance: u64) -> Option<T> {
    values.get(chance.checked_rem(values.len() as u64)? as usize).copied()
}
