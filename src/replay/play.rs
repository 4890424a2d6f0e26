//! A play: people act in the house, and time jumps from one happening to the next.
//!
//! Of what happens at the same millisecond, what people do comes before timers, in the order in which it was planned.
//! Sockets always acknowledge; an agent who is not there keeps what is active and ends it in time, unless the machines take it
//! back. Agents with free units take the first of their pick list; nobody picks over capacity.

mod deeds;
mod lists;
mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::slice::Iter;
use std::sync::Arc;

use super::house::House;
use super::people::{Customer, Manner, Move};
use crate::domain::command::Reply;
use crate::domain::config::Config;
use crate::domain::ids::{AgentId, ConversationId, GrantId, SessionId};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// Something that somebody will do.
enum Job {
    Answer { agent: AgentId, offer: GrantId, conversation: ConversationId, accept: bool },
    Leave(ConversationId),
    End { conversation: ConversationId, grant: GrantId },
    Close(ConversationId),
    Look(AgentId),
}

/// People in a house.
pub struct Play<'a> {
    /// The house.
    pub house: House,
    /// Customers whom the house did not take (an inactive work stream, a channel that is gone).
    pub refused: Vec<ConversationId>,
    all: &'a [Customer],
    customers: Peekable<Iter<'a, Customer>>,
    moves: Peekable<Iter<'a, Move>>,
    manner: &'a mut dyn Manner,
    jobs: BTreeMap<(Timestamp, u64), Job>,
    services: BTreeMap<ConversationId, service::Service>,
    sessions: BTreeMap<AgentId, SessionId>,
    /// Open conversations that are taken from the list.
    listed: BTreeSet<ConversationId>,
    /// Agents who will look at the list.
    looking: BTreeSet<AgentId>,
    planned: u64,
}

impl<'a> Play<'a> {
    /// A play that has not begun. Customers and moves are in the order of their times.
    ///
    /// # Panics
    /// If they are not.
    pub fn new(
        config: Config,
        customers: &'a [Customer],
        moves: &'a [Move],
        manner: &'a mut dyn Manner,
        seed: u64,
    ) -> Self {
        assert!(customers.is_sorted_by_key(|customer| customer.at), "customers come in the order of time");
        assert!(moves.is_sorted_by_key(|step| step.at), "moves are in the order of time");
        let first = customers.first().map(|customer| customer.at);
        let first = first.into_iter().chain(moves.first().map(|step| step.at)).min().unwrap_or_default();
        Self {
            house: House::new(config, first, seed),
            refused: Vec::new(),
            all: customers,
            customers: customers.iter().peekable(),
            moves: moves.iter().peekable(),
            manner,
            jobs: BTreeMap::new(),
            services: BTreeMap::new(),
            sessions: BTreeMap::new(),
            listed: BTreeSet::new(),
            looking: BTreeSet::new(),
            planned: 0,
        }
    }

    /// When the next thing happens; `None` when nothing is left to happen.
    pub fn next_at(&mut self) -> Option<Timestamp> {
        let due = self.house.next_due();
        self.next_deed().into_iter().chain(due).min().map(|at| at.max(self.house.now))
    }

    /// When somebody does something next.
    fn next_deed(&mut self) -> Option<Timestamp> {
        let job = self.jobs.first_key_value().map(|((at, _), _)| *at);
        let step = self.moves.peek().map(|step| step.at);
        let customer = self.customers.peek().map(|customer| customer.at);
        [job, step, customer].into_iter().flatten().min()
    }

    /// The next thing that happens, with everything that follows at once; `None` when nothing is left to happen.
    pub fn step(&mut self) -> Option<Vec<Arc<Record>>> {
        let followed = match (self.next_deed(), self.house.next_due()) {
            (None, None) => return None,
            (None, Some(_)) => self.house.tick(),
            (Some(at), Some(due)) if due < at => self.house.tick(),
            (Some(at), _) => {
                self.house.now = self.house.now.max(at);
                if self.jobs.first_key_value().is_some_and(|((planned, _), _)| *planned == at) {
                    self.job()
                } else if self.moves.peek().is_some_and(|step| step.at == at) {
                    self.move_on()
                } else {
                    self.arrive()
                }
            }
        };
        for (reply, answer) in &followed.answers {
            // Only hand-overs are asked with a reply.
            if answer.is_err() && *reply != Reply::NONE {
                self.refused.push(self.all[reply.0 as usize - 1].id);
            }
        }
        followed.records.iter().for_each(|record| self.see(record));
        self.look_at_lists();
        Some(followed.records)
    }

    fn plan(&mut self, at: Timestamp, job: Job) {
        self.planned += 1;
        self.jobs.insert((at.max(self.house.now), self.planned), job);
    }
}
