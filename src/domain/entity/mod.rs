//! The owner of routed records: which unfinished work item a record has (CONTRACT §7).
//!
//! Owns `record → work item`, so that the same record handed over twice, at once or after a crash, makes one
//! (ARCHITECTURE §2.8). Chooses the id of a new work item and writes no records: what it knows is folded from creations
//! and closes. A server serves one organization, so entity and record name one of its records.

mod intake;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use intake::choose;
pub use record::{MAX_DETAILS, MAX_RECORD_ID_CHARS, RecordKey, RoutedRecord};

use super::channel;
use super::command::{Answer, Caller, Code, Draft, Refusal, Reply};
use super::config::Config;
use super::conversation::Happening;
use super::ids::ConversationId;
use super::machine::{Ctx, Machine, Outbox, Send};
use super::record::Record;
use super::time::Timestamp;

/// Inputs of the owner of records.
#[derive(Clone, Debug)]
pub enum Input {
    /// A record is handed over: its unfinished work item is the answer, a new one if it has none.
    Route {
        /// `record` is there, `channel_id` is the entity channel.
        draft: Box<Draft>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// Which unfinished work item this record has.
    Find {
        /// Which record.
        key: RecordKey,
        /// Who waits.
        reply: Reply,
    },
    /// What was to be a work item was not taken; told on to those who wait for it.
    Refused {
        /// Which record.
        key: RecordKey,
        /// Why.
        refusal: Refusal,
        /// Who handed it over, where nobody else has answered.
        reply: Reply,
    },
    /// It folded the creation of this record's work item: those who wait for it hear of it.
    Created(RecordKey),
    /// It folded another record of a queue's; nothing follows.
    Folded,
}

/// A work item on its way to its queue, its record not folded yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Coming {
    /// The work item.
    pub id: ConversationId,
    /// Who handed the same record over meanwhile, or looks for it; no more than callers wait for answers.
    pub waiting: Vec<Reply>,
}

/// Soft changes.
#[derive(Clone, PartialEq, Debug)]
pub enum Soft {
    /// A work item is on its way.
    Coming(RecordKey, ConversationId),
    /// Somebody waits for it.
    Wait(RecordKey, Reply),
    /// It came, or will not come.
    Settled(RecordKey),
}

/// The owner's machine.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Entities {
    /// The unfinished work item of a record.
    pub work_items: BTreeMap<RecordKey, ConversationId>,
    /// The record of an unfinished work item.
    pub records: BTreeMap<ConversationId, RecordKey>,
    /// Work items on their way.
    pub coming: BTreeMap<RecordKey, Coming>,
    /// Closed by another queue than the one that created them, whose record is still on its way.
    pub over: BTreeSet<ConversationId>,
}

type Out = Outbox<Entities>;

impl Machine for Entities {
    type Input = Input;
    type Soft = Soft;

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        match input {
            Input::Route { draft, caller, reply } => self.route(ctx, draft, caller, *reply, out),
            Input::Find { key, reply } => {
                if !self.join(key, *reply, out) {
                    out.refuse(*reply, Refusal::of(Code::UnknownRecord));
                }
            }
            Input::Refused { key, refusal, reply } => {
                out.refuse(*reply, refusal.clone());
                self.settle(key, out, |_| Err(refusal.clone()));
            }
            Input::Created(key) => self.settle(key, out, |id| Ok(of(id))),
            Input::Folded => {}
        }
    }

    fn apply(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        match &event.what {
            Happening::Created(born) => {
                let Some(record) = &born.record else { return };
                if !self.over.remove(&born.id) {
                    self.work_items.insert(record.key(), born.id);
                    self.records.insert(born.id, record.key());
                }
            }
            Happening::Closed { .. } => match self.records.remove(&event.conversation) {
                Some(key) => drop(self.work_items.remove(&key)),
                None => drop(self.over.insert(event.conversation)),
            },
            _ => {}
        }
    }

    fn note(&mut self, soft: &Soft) {
        match soft {
            Soft::Coming(key, id) => {
                self.coming.insert(key.clone(), Coming { id: *id, waiting: Vec::new() });
            }
            Soft::Wait(key, reply) => {
                if let Some(coming) = self.coming.get_mut(key) {
                    coming.waiting.push(*reply);
                }
            }
            Soft::Settled(key) => drop(self.coming.remove(key)),
        }
    }

    fn folded(record: &Arc<Record>) -> Option<Input> {
        let Record::Event(event) = &**record else { return None };
        let Happening::Created(born) = &event.what else { return None };
        born.record.as_ref().map(|record| Input::Created(record.key()))
    }

    fn next_due(&self, _config: &Config) -> Option<Timestamp> {
        None
    }

    fn tick() -> Input {
        Input::Folded
    }
}

impl Entities {
    /// Knows of no record.
    pub fn new() -> Self {
        Self::default()
    }

    fn route(&self, ctx: &Ctx<'_>, draft: &Draft, caller: &Caller, reply: Reply, out: &mut Out) {
        let Some(record) = &draft.record else {
            return out.refuse(reply, Refusal::of(Code::UnknownRecord));
        };
        let key = record.key();
        if self.join(&key, reply, out) {
            return;
        }
        if !ctx.config.channels.contains_key(&draft.channel_id) {
            return out.refuse(reply, Refusal::of(Code::UnknownResource));
        }
        let id = ConversationId(ctx.mint.uuid());
        out.soft(Soft::Coming(key, id));
        let channel = draft.channel_id.clone();
        let draft = Box::new(draft.clone());
        out.send(Send::Channel(channel, channel::Input::Record { draft, id, caller: caller.clone(), reply }));
    }

    /// Those who wait for a work item hear what became of it.
    fn settle(
        &self,
        key: &RecordKey,
        out: &mut Out,
        answer: impl Fn(ConversationId) -> Result<Answer, Refusal>,
    ) {
        let Some(coming) = self.coming.get(key) else { return };
        coming.waiting.iter().for_each(|reply| out.answer(*reply, answer(coming.id)));
        out.soft(Soft::Settled(key.clone()));
    }

    /// Answers with the record's unfinished work item, as soon as it has a home; `false` if there is none.
    fn join(&self, key: &RecordKey, reply: Reply, out: &mut Out) -> bool {
        // One that is on its way is known again only when those who wait for it have heard of it.
        if self.coming.contains_key(key) {
            out.soft(Soft::Wait(key.clone(), reply));
            return true;
        }
        let found = self.work_items.get(key);
        found.is_some_and(|id| {
            out.answer(reply, Ok(of(*id)));
            true
        })
    }
}

/// The work item as an answer: as it was made.
fn of(id: ConversationId) -> Answer {
    Answer::Conversation { id, version: 1 }
}
