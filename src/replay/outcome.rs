//! What came of each conversation, folded from its events: the same code for what was recorded and for what is played.

use std::collections::BTreeMap;

use crate::domain::conversation::{CloseReason, Event, Happening};
use crate::domain::ids::{AgentId, ConversationId, QueueId, WorkStreamId};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// A time with one agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spell {
    /// Who.
    pub agent: AgentId,
    /// Units of the grant.
    pub units: u32,
    /// When it was assigned.
    pub from: Timestamp,
    /// When it was no longer active; `None` while it is.
    pub active_until: Option<Timestamp>,
    /// When the units were free again; `None` while they are not.
    pub held_until: Option<Timestamp>,
}

/// How a conversation came out, as far as customers are concerned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// An agent had it.
    Served,
    /// The customer left before.
    Left,
    /// It was closed before by an age limit, or anybody but the customer.
    ClosedUnserved,
    /// It waits at the end.
    Unfinished,
}

/// One conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Of which work stream.
    pub work_stream: WorkStreamId,
    /// The queue that assigned it first, else the one where it was last.
    pub queue: QueueId,
    /// When it was created.
    pub created_at: Timestamp,
    /// The times with agents.
    pub spells: Vec<Spell>,
    /// Time in wrap-up, milliseconds.
    pub wrap_up_ms: i64,
    wrap_up_since: Option<Timestamp>,
    /// The end.
    pub closed: Option<(Timestamp, CloseReason)>,
}

impl Outcome {
    /// How it came out.
    pub fn fate(&self) -> Fate {
        match self.closed {
            _ if !self.spells.is_empty() => Fate::Served,
            None => Fate::Unfinished,
            Some((_, CloseReason::CustomerEnded)) => Fate::Left,
            Some(_) => Fate::ClosedUnserved,
        }
    }

    /// Whether an agent had it and it is over, so that it shows how much work it was.
    pub fn is_finished(&self) -> bool {
        self.fate() == Fate::Served && self.closed.is_some()
    }

    /// From the creation to the first agent, or to the end without one, milliseconds; `None` while it waits.
    pub fn wait_ms(&self) -> Option<i64> {
        let until = self.spells.first().map(|spell| spell.from).or(self.closed.map(|(at, _)| at));
        until.map(|at| at.ms_since(self.created_at))
    }

    /// Time that agents had it active, milliseconds; `None` while one has.
    pub fn handling_ms(&self) -> Option<i64> {
        self.spells.iter().map(|spell| Some(spell.active_until?.ms_since(spell.from))).sum()
    }

    fn end_spell(&mut self, at: Timestamp) {
        if let Some(spell) = self.spells.last_mut() {
            spell.active_until.get_or_insert(at);
            spell.held_until.get_or_insert(at);
        }
    }

    fn see(&mut self, event: &Event) {
        if event.what.ended().is_some() {
            self.end_spell(event.at);
        }
        match &event.what {
            Happening::Assigned { grant, .. } => {
                self.end_spell(event.at);
                let (agent, units) = (grant.agent.clone(), grant.units);
                let spell = Spell { agent, units, from: event.at, active_until: None, held_until: None };
                self.spells.push(spell);
            }
            Happening::WrapUp { hold_until, .. } => {
                self.wrap_up_since = Some(event.at);
                if let Some(spell) = self.spells.last_mut() {
                    spell.active_until.get_or_insert(event.at);
                    if hold_until.is_some_and(|until| until <= event.at) {
                        spell.held_until.get_or_insert(event.at);
                    }
                }
            }
            Happening::Closed { reason, .. } => {
                self.end_spell(event.at);
                self.closed = Some((event.at, *reason));
            }
            _ => {}
        }
        if !matches!(
            event.what,
            Happening::WrapUp { .. } | Happening::HoldEnded { .. } | Happening::Message { .. }
        ) && let Some(since) = self.wrap_up_since.take()
        {
            self.wrap_up_ms += event.at.ms_since(since);
        }
        if let Some(moved) = event.what.moved().filter(|_| self.spells.is_empty()) {
            self.queue = moved.to.clone();
        }
    }
}

/// Conversations by id.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Outcomes(pub BTreeMap<ConversationId, Outcome>);

impl Outcomes {
    /// Folds a record. Events of a conversation whose creation was not seen change nothing.
    pub fn see(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        if let Happening::Created(born) = &event.what {
            let outcome = Outcome {
                work_stream: born.work_stream_id.clone(),
                queue: born.queue_id.clone(),
                created_at: event.at,
                spells: Vec::new(),
                wrap_up_ms: 0,
                wrap_up_since: None,
                closed: None,
            };
            self.0.insert(event.conversation, outcome);
        } else if let Some(outcome) = self.0.get_mut(&event.conversation) {
            outcome.see(event);
        }
    }
}
