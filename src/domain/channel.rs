//! The channel's machine: where conversations come in.
//!
//! Owns which conversation continues which one that is over or full, and which one a verified customer has here, so that two first
//! messages make one conversation (ARCHITECTURE §2.8). Chooses the id of a new conversation, writes no records.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::command::{Act, Caller, Code, Draft, FieldProblem, Refusal, Reply, Say};
use super::config::{ChannelType, Config};
use super::configuration;
use super::conversation::Happening;
use super::ids::{ChannelId, ConversationId};
use super::machine::{Ctx, Machine, Outbox, Send};
use super::record::Record;
use super::time::Timestamp;
use super::{entity, queue, work_stream};

/// Inputs of a channel.
#[derive(Clone, Debug)]
pub enum Input {
    /// A hand-off: a new conversation, but for a verified customer who has one here.
    Create {
        /// What was handed over.
        draft: Box<Draft>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A record's new work item.
    Record {
        /// What was handed over; `record` is there.
        draft: Box<Draft>,
        /// Its id, chosen by the owner of records.
        id: ConversationId,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A customer's message to an ended conversation, or a full one: joins its successor or starts one.
    Continue {
        /// `previous` names that one, `message` is there.
        draft: Box<Draft>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// Whether the channel could be deleted; answered to the configuration. After a yes it takes nothing new.
    MayDelete(Reply),
    /// The deletion that it said yes to was made or dropped.
    Decided(Reply),
    /// What came in was not taken; told on to those whose messages wait for it as a successor.
    Refused {
        /// The conversation that never came to be.
        next: ConversationId,
        /// Why.
        refusal: Refusal,
    },
    /// It folded the creation of this conversation: messages that waited for it go on.
    Created(ConversationId),
    /// It folded another record of a queue's; nothing follows.
    Folded,
}

impl Input {
    /// What must be said where there is no such channel any more: every question about a deletion is answered, and the
    /// owner of records hears that a work item does not come.
    pub fn returned(&self) -> Option<Send> {
        match self {
            Self::MayDelete(reply) => Some(configuration::Input::nobody_to_ask(*reply)),
            Self::Record { draft, reply, .. } => {
                let key = draft.record.as_ref()?.key();
                let refusal = Refusal::of(Code::UnknownResource);
                Some(Send::Entities(entity::Input::Refused { key, refusal, reply: *reply }))
            }
            _ => None,
        }
    }
}

/// A customer who waits until the conversation has a home.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// The message; without one the customer only comes back.
    pub say: Option<Say>,
    /// By whom.
    pub caller: Caller,
    /// Who waits.
    pub reply: Reply,
}

/// Soft changes.
#[derive(Clone, PartialEq, Debug)]
pub enum Soft {
    /// A conversation is on its way to its queue, its record not folded yet.
    Coming(ConversationId),
    /// It said that it could be deleted.
    Going(Reply),
    /// That is decided.
    Decided(Reply),
    /// A successor is on its way to its queue, its record not folded yet.
    Started {
        /// The ended conversation.
        previous: ConversationId,
        /// Its successor.
        next: ConversationId,
    },
    /// The first conversation of a verified customer is on its way.
    Met {
        /// Who.
        party: Arc<str>,
        /// Which.
        next: ConversationId,
    },
    /// A message waits for that.
    Hold(ConversationId, Box<Held>),
    /// Nothing waits for it any more.
    Free(ConversationId),
    /// It will not come.
    Gone(ConversationId),
}

/// A channel's machine.
#[derive(Clone, PartialEq, Debug)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Unfinished conversations that came in here, with the ended one that each continues.
    pub unfinished: BTreeMap<ConversationId, Option<ConversationId>>,
    /// The unfinished successor of an ended conversation.
    pub successors: BTreeMap<ConversationId, ConversationId>,
    /// The conversation of a verified customer that is neither over nor in wrap-up.
    pub parties: BTreeMap<Arc<str>, ConversationId>,
    /// Whose each of those is.
    pub party_of: BTreeMap<ConversationId, Arc<str>>,
    /// Messages that wait for a successor that is under way; no more than callers wait for answers.
    pub held: BTreeMap<ConversationId, Vec<Held>>,
    /// Conversations on their way from here to their queue, until their record is folded or they are refused.
    pub coming: BTreeSet<ConversationId>,
    /// Deletions of this channel that were said yes to and are not decided.
    pub going: BTreeSet<Reply>,
    /// Closed by another queue than the one that created them, whose record is still on its way.
    pub over: BTreeSet<ConversationId>,
}

type Out = Outbox<Channel>;

impl Machine for Channel {
    type Input = Input;
    type Soft = Soft;

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        match input {
            Input::Create { reply, .. } | Input::Continue { reply, .. } if !self.going.is_empty() => {
                out.refuse(*reply, Refusal::of(Code::WorkStreamInactive));
            }
            Input::Record { draft, reply, .. } if !self.going.is_empty() => {
                refuse(draft, *reply, Refusal::of(Code::WorkStreamInactive), out);
            }
            Input::Record { draft, id, caller, reply } => {
                self.arrive(ctx, draft, *id, caller, *reply, false, out);
            }
            Input::Create { draft, reply, .. } if draft.record.is_none() && self.takes_records(ctx) => {
                let problem = FieldProblem::EntityChannel(self.id.clone());
                out.refuse(*reply, Refusal::fields(vec![problem]));
            }
            Input::Create { draft, caller, reply } => self.create(ctx, draft, caller, *reply, out),
            Input::Continue { draft, caller, reply } => self.continue_from(ctx, draft, caller, *reply, out),
            Input::MayDelete(reply) => {
                let free = self.unfinished.is_empty() && self.coming.is_empty();
                let result = if free { Ok(()) } else { Err(Refusal::of(Code::InUse)) };
                if free {
                    out.soft(Soft::Going(*reply));
                }
                out.send(Send::Configuration(configuration::Input::Deletable { reply: *reply, result }));
            }
            Input::Decided(reply) => out.soft(Soft::Decided(*reply)),
            Input::Refused { next, refusal } => self.refused(*next, refusal, out),
            Input::Created(next) => self.created(*next, out),
            Input::Folded => {}
        }
    }

    fn apply(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        match &event.what {
            Happening::Created(born) if self.over.remove(&born.id) => {
                self.coming.remove(&born.id);
                // It has ended already: whoever writes to the one before it starts another.
                self.successors.retain(|_, started| *started != born.id);
            }
            Happening::Created(born) if born.channel_id == self.id => {
                self.coming.remove(&born.id);
                self.unfinished.insert(born.id, born.previous);
                if let Some(previous) = born.previous {
                    self.successors.insert(previous, born.id);
                }
                if let Some(party) = &born.party {
                    self.meet(party, born.id);
                }
            }
            Happening::Closed { .. } | Happening::WrapUp { .. } => {
                self.ended(event.conversation, &event.what);
            }
            _ => {}
        }
    }

    fn note(&mut self, soft: &Soft) {
        match soft {
            Soft::Coming(id) => drop(self.coming.insert(*id)),
            Soft::Going(reply) => drop(self.going.insert(*reply)),
            Soft::Decided(reply) => drop(self.going.remove(reply)),
            Soft::Started { previous, next } => drop(self.successors.insert(*previous, *next)),
            Soft::Met { party, next } => self.meet(party, *next),
            Soft::Hold(next, held) => self.held.entry(*next).or_default().push((**held).clone()),
            Soft::Free(next) => drop(self.held.remove(next)),
            Soft::Gone(next) => {
                self.coming.remove(next);
                self.held.remove(next);
                self.successors.retain(|_, started| started != next);
                self.part(*next);
            }
        }
    }

    fn folded(record: &Arc<Record>) -> Option<Input> {
        match &**record {
            Record::Event(event) if matches!(event.what, Happening::Created(_)) => {
                Some(Input::Created(event.conversation))
            }
            _ => None,
        }
    }

    fn next_due(&self, _config: &Config) -> Option<Timestamp> {
        None
    }

    fn tick() -> Input {
        Input::Folded
    }
}

impl Channel {
    /// A channel without conversations.
    pub fn new(id: ChannelId) -> Self {
        Self {
            id,
            unfinished: BTreeMap::new(),
            successors: BTreeMap::new(),
            parties: BTreeMap::new(),
            party_of: BTreeMap::new(),
            held: BTreeMap::new(),
            coming: BTreeSet::new(),
            going: BTreeSet::new(),
            over: BTreeSet::new(),
        }
    }

    /// Whether records come in here, and nothing else.
    fn takes_records(&self, ctx: &Ctx<'_>) -> bool {
        ctx.config.channels.get(&self.id).is_some_and(|channel| channel.kind == ChannelType::Entity)
    }

    fn meet(&mut self, party: &Arc<str>, id: ConversationId) {
        self.parties.insert(party.clone(), id);
        self.party_of.insert(id, party.clone());
    }

    fn part(&mut self, id: ConversationId) {
        let party = self.party_of.remove(&id).filter(|party| self.parties.get(party) == Some(&id));
        party.map(|party| self.parties.remove(&party));
    }

    /// A conversation in wrap-up takes no more messages, so that it has no claim as a successor, nor as a customer's.
    fn ended(&mut self, id: ConversationId, what: &Happening) {
        self.part(id);
        let previous = self.unfinished.get(&id).copied().flatten();
        if let Some(previous) = previous.filter(|previous| self.successors.get(previous) == Some(&id)) {
            self.successors.remove(&previous);
        }
        if matches!(what, Happening::Closed { .. }) && self.unfinished.remove(&id).is_none() {
            self.over.insert(id);
        }
    }

    /// The successor has a home: what waited for it goes there, in order.
    fn created(&self, next: ConversationId, out: &mut Out) {
        let Some(held) = self.held.get(&next) else { return };
        held.iter().for_each(|held| pass_on(next, held, out));
        out.soft(Soft::Free(next));
    }

    /// It was not taken. If it was to be a successor, the next message tries again.
    fn refused(&self, next: ConversationId, refusal: &Refusal, out: &mut Out) {
        for held in self.held.get(&next).into_iter().flatten() {
            out.refuse(held.reply, refusal.clone());
        }
        out.soft(Soft::Gone(next));
    }

    #[allow(clippy::too_many_arguments)] // one hand-off
    fn arrive(
        &self,
        ctx: &Ctx<'_>,
        draft: &Draft,
        id: ConversationId,
        caller: &Caller,
        reply: Reply,
        answer_message: bool,
        out: &mut Out,
    ) {
        let Some(channel) = ctx.config.channels.get(&self.id) else {
            let unknown = FieldProblem::UnknownChannel(self.id.clone());
            return refuse(draft, reply, Refusal::fields(vec![unknown]), out);
        };
        out.soft(Soft::Coming(id));
        let draft = Box::new(draft.clone());
        let input = work_stream::Input::Arrive { draft, id, caller: caller.clone(), reply, answer_message };
        out.send(Send::WorkStream(channel.work_stream_id.clone(), input));
    }

    /// Joins the successor where there is one, else starts it. Two messages at once make one conversation:
    /// the second finds the successor that the first has just started.
    fn continue_from(&self, ctx: &Ctx<'_>, draft: &Draft, caller: &Caller, reply: Reply, out: &mut Out) {
        let Some(previous) = draft.previous else {
            return out.refuse(reply, Refusal::of(Code::UnknownConversation));
        };
        let next = self.successors.get(&previous).or_else(|| self.met(draft)).copied();
        // Whoever was just refused by that one writes to another.
        let next = next.filter(|next| *next != previous);
        if let (Some(next), Some(say)) = (next, &draft.message) {
            self.join(next, Held { say: Some(say.clone()), caller: caller.clone(), reply }, out);
        } else {
            let next = ConversationId(ctx.mint.uuid());
            out.soft(Soft::Started { previous, next });
            if let Some(party) = draft.party.clone() {
                out.soft(Soft::Met { party, next });
            }
            self.arrive(ctx, draft, next, caller, reply, true, out);
        }
    }

    /// A new conversation, unless a verified customer has one here: that one is joined, from whichever device.
    fn create(&self, ctx: &Ctx<'_>, draft: &Draft, caller: &Caller, reply: Reply, out: &mut Out) {
        if let Some(next) = self.met(draft) {
            return self.join(*next, Held { say: draft.message.clone(), caller: caller.clone(), reply }, out);
        }
        let next = ConversationId(ctx.mint.uuid());
        if let Some(party) = draft.party.clone() {
            out.soft(Soft::Met { party, next });
        }
        self.arrive(ctx, draft, next, caller, reply, false, out);
    }

    fn met(&self, draft: &Draft) -> Option<&ConversationId> {
        self.parties.get(draft.party.as_ref()?)
    }

    /// At once where it has a home, else as soon as it does.
    fn join(&self, next: ConversationId, held: Held, out: &mut Out) {
        if self.unfinished.contains_key(&next) {
            pass_on(next, &held, out);
        } else {
            out.soft(Soft::Hold(next, Box::new(held)));
        }
    }
}

/// What was handed over is not taken; the owner of records hears of it, too.
fn refuse(draft: &Draft, reply: Reply, refusal: Refusal, out: &mut Out) {
    if let Some(record) = &draft.record {
        let input = entity::Input::Refused { key: record.key(), refusal, reply };
        return out.send(Send::Entities(input));
    }
    out.refuse(reply, refusal);
}

/// To a conversation that has a home.
fn pass_on(next: ConversationId, held: &Held, out: &mut Out) {
    let act = queue::Input::Act {
        id: next,
        act: held.say.clone().map_or(Act::Rejoin, Act::Say),
        if_match: None,
        caller: held.caller.clone(),
        reply: held.reply,
    };
    out.send(Send::Home(next, act));
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
