//! The queue's state and its two mutators. Everything in `homes` and `last_offered` is a fold of records;
//! the rest is index (derived) or soft (announced anew after a start).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::line::{Line, View};
use super::opening::Opening;
use super::overflow::Standing;
use super::prompts::Prompts;
use super::timers::Timers;
use crate::agent::Snapshot;
use crate::capacity::Place;
use crate::command::Reply;
use crate::config::{AssignmentMethod, WorkStream};
use crate::conversation::{By, Conversation, Event, Happening, Rank, Status};
use crate::decision::{MatchTrace, Trigger};
use crate::ids::{AgentId, ConversationId, GrantId, QueueId, WorkStreamId};
use crate::offer::GrantKind;
use crate::record::{AgentHappening, Record};
use crate::time::Timestamp;

/// How many moves a queue remembers, to forward what was under way when the conversation left. The directory
/// changes one message later, so that a handful would do.
pub const REMEMBERED_MOVES: usize = 1024;

/// A reservation under way: asked of an agent, not answered yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Reservation {
    /// Grant that it becomes.
    pub grant: GrantId,
    /// For which conversation.
    pub conversation: ConversationId,
    /// Of whom.
    pub agent: AgentId,
    /// Of which work stream the conversation is.
    pub work_stream: WorkStreamId,
    /// How many units.
    pub units: u32,
    /// Places beside them.
    pub places: Vec<Place>,
    /// Why.
    pub kind: GrantKind,
    /// Whether it takes an offer slot.
    pub offers: bool,
    /// In a transfer: the giver's grant, which must still stand at the yes.
    pub giver: Option<GrantId>,
    /// Only at this version of the conversation, still at the yes.
    pub if_match: Option<u32>,
    /// Who asked, for the record.
    pub by: By,
    /// Who waits.
    pub reply: Reply,
    /// Why this agent.
    pub trace: Option<Box<MatchTrace>>,
}

impl Reservation {
    /// Whether it keeps the conversation from being matched: pushes and affinity do, picks run in parallel.
    pub fn blocks(&self) -> bool {
        matches!(self.kind, GrantKind::Push | GrantKind::Affinity)
    }
}

/// Soft changes.
#[derive(Clone, PartialEq, Debug)]
pub enum Soft {
    /// Takes method, streams and members of the configuration.
    Learn {
        /// Assignment method.
        method: AssignmentMethod,
        /// Streams in use.
        streams: Vec<(WorkStreamId, Option<Arc<WorkStream>>)>,
        /// All members, if they are to be taken anew.
        members: Option<Vec<AgentId>>,
    },
    /// An agent joins.
    Join(AgentId),
    /// An agent leaves.
    Leave(AgentId),
    /// A snapshot; an older one changes nothing.
    View(Arc<Snapshot>),
    /// A reservation is under way.
    Reserve(Box<Reservation>),
    /// It was answered.
    Unreserve(GrantId),
    /// This conversation has no decision on record since it entered, and why it was looked at.
    Unexplained(ConversationId, Trigger),
    /// A cooldown was acted on.
    Cooled(Timestamp, ConversationId, AgentId),
    /// Steps that relax skills were acted on up to here.
    Relaxed(Timestamp),
    /// The archive has it.
    Forget(ConversationId),
    /// The hours were looked at.
    Opening(Opening),
    /// Whether it was said that nobody serves this queue.
    ToldEmpty(bool),
}

/// A queue: who waits here, who has what of here, and in which state it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// Conversations whose home this is, ended ones until the archive has them.
    /// Boxed, since each event takes its conversation out and puts it back.
    pub homes: BTreeMap<ConversationId, Box<Conversation>>,
    /// Last offer by agent.
    pub last_offered: BTreeMap<AgentId, Timestamp>,
    /// Where conversations went that left, the newest last.
    pub moves: VecDeque<(ConversationId, QueueId)>,
    /// Members as this queue sees them.
    pub members: BTreeMap<AgentId, View>,
    /// Reservations under way.
    pub reservations: BTreeMap<GrantId, Reservation>,
    /// The blocking reservation of a conversation.
    pub pushing: BTreeMap<ConversationId, GrantId>,
    /// Open conversations that go to one agent first, in rank order: several may wait for the same one.
    pub firsts: BTreeSet<Rank>,
    /// Conversations that every member refused.
    pub stranded: BTreeSet<ConversationId>,
    /// Arrivals without a decision on record.
    pub unexplained: BTreeMap<ConversationId, Trigger>,
    /// Those of them that a match which finds nobody has to explain: not offered, not being asked for.
    pub to_explain: BTreeSet<ConversationId>,
    /// Open offers, to look at when membership changes.
    pub offers: BTreeMap<ConversationId, AgentId>,
    /// The line.
    pub line: Line,
    /// What is waited for.
    pub timers: Timers,
    /// Who is unassigned, and what overflow has looked at.
    pub standing: Standing,
    /// Who could be told something by the house itself.
    pub prompts: Prompts,
    /// Who could pass the service level, by age.
    pub aging: BTreeSet<(Timestamp, ConversationId)>,
    /// Whether it is within its hours.
    pub opening: Opening,
    /// It was said that nobody serves this queue.
    pub told_empty: bool,
}

impl Queue {
    /// An empty queue.
    pub fn new(id: QueueId) -> Self {
        Self {
            id,
            homes: BTreeMap::new(),
            last_offered: BTreeMap::new(),
            moves: VecDeque::new(),
            members: BTreeMap::new(),
            reservations: BTreeMap::new(),
            pushing: BTreeMap::new(),
            firsts: BTreeSet::new(),
            stranded: BTreeSet::new(),
            unexplained: BTreeMap::new(),
            to_explain: BTreeSet::new(),
            offers: BTreeMap::new(),
            line: Line::default(),
            timers: Timers::default(),
            standing: Standing::default(),
            prompts: Prompts::default(),
            aging: BTreeSet::new(),
            opening: Opening::default(),
            told_empty: false,
        }
    }

    /// Where a conversation went that was here.
    pub fn moved_to(&self, id: ConversationId) -> Option<&QueueId> {
        self.moves.iter().rev().find(|(moved, _)| *moved == id).map(|(_, to)| to)
    }

    /// Conversations here that are not over.
    pub fn unfinished(&self) -> usize {
        self.homes.values().filter(|c| c.status != Status::Closed).count()
    }

    /// Whether the conversation can be matched with anybody now.
    pub fn waits(&self, conversation: &Conversation) -> bool {
        self.in_line(conversation) && !self.is_held(conversation)
    }

    /// Whether the conversation waits for everyone, perhaps until the hours begin.
    pub fn in_line(&self, conversation: &Conversation) -> bool {
        conversation.status == Status::Open
            && conversation.offer.is_none()
            && conversation.first.is_none()
            && !conversation.stranded
            && !self.pushing.contains_key(&conversation.id())
    }

    /// The timers as they follow from the conversations alone; the same as `timers`, or the index is wrong.
    pub fn timers_anew(&self) -> Timers {
        let mut timers = self.timers.emptied();
        self.homes.values().for_each(|conversation| timers.insert(conversation));
        timers
    }

    /// Who is unassigned as follows from the conversations alone; the same as `standing`, or the index is wrong.
    pub fn standing_anew(&self) -> Standing {
        let mut standing = Standing::default();
        self.homes.values().for_each(|conversation| standing.insert(conversation));
        standing
    }

    /// Who could be told something as follows from the conversations alone; the same as `prompts`, or the index is wrong.
    pub fn prompts_anew(&self) -> Prompts {
        let mut prompts = Prompts::default();
        self.homes.values().for_each(|conversation| prompts.insert(conversation));
        prompts
    }

    /// Folds a record.
    pub fn fold(&mut self, record: &Record) {
        match record {
            Record::Event(event) => self.fold_event(event),
            Record::Agent(record) => {
                if let AgentHappening::Carried(carried) = &record.what {
                    let mine = carried.last_offered_at.iter().filter(|(queue, _)| *queue == self.id);
                    for (_, at) in mine {
                        let last = self.last_offered.entry(record.agent.clone()).or_default();
                        *last = (*last).max(*at);
                    }
                }
            }
            _ => {}
        }
    }

    fn fold_event(&mut self, event: &Event) {
        if let Some(mut conversation) = self.homes.remove(&event.conversation) {
            if event.seq <= conversation.version {
                self.homes.insert(conversation.id(), conversation);
                return;
            }
            self.unindex(&conversation);
            conversation.apply(event);
            self.remember_offer(event);
            if conversation.queue_id == self.id {
                self.keep(conversation);
            } else {
                self.leave(event.conversation, conversation.queue_id);
            }
            return;
        }
        let arrived = match &event.what {
            Happening::Created(born) if born.queue_id == self.id => Conversation::begin(event).map(Box::new),
            what => what.moved().filter(|m| m.to == self.id).map(|m| m.conversation.clone()),
        };
        if let Some(conversation) = arrived {
            self.moves.retain(|(id, _)| *id != conversation.id());
            self.keep(conversation);
        }
    }

    fn keep(&mut self, conversation: Box<Conversation>) {
        self.index(&conversation);
        self.homes.insert(conversation.id(), conversation);
    }

    fn leave(&mut self, id: ConversationId, to: QueueId) {
        self.unexplained.remove(&id);
        self.pushing.remove(&id);
        if self.moves.len() == REMEMBERED_MOVES {
            self.moves.pop_front();
        }
        self.moves.push_back((id, to));
    }

    fn remember_offer(&mut self, event: &Event) {
        if matches!(
            event.what,
            Happening::Offered { .. }
                | Happening::Assigned { from_offer: false, .. }
                | Happening::Unmatched { .. }
                | Happening::Closed { .. }
        ) {
            self.unexplained.remove(&event.conversation);
        }
        let Some(agent) = event.what.offered_to() else { return };
        let last = self.last_offered.entry(agent.clone()).or_default();
        *last = (*last).max(event.at);
        let last = *last;
        if let Some(view) = self.members.get_mut(agent) {
            view.last_offered_at = last;
            self.line.see(agent, view);
        }
    }

    fn index(&mut self, conversation: &Conversation) {
        let id = conversation.id();
        self.timers.insert(conversation);
        self.standing.insert(conversation);
        self.prompts.insert(conversation);
        if self.ages(conversation) {
            self.aging.insert((conversation.queued_at, id));
        }
        if self.waits(conversation) {
            let required = self.in_force(conversation);
            self.line.insert(conversation, required, &self.members);
        }
        if conversation.status == Status::Open && conversation.offer.is_none() {
            if conversation.first.is_some() {
                self.firsts.insert(conversation.rank());
            }
            if conversation.stranded {
                self.stranded.insert(id);
            }
        }
        if let Some(offer) = &conversation.offer {
            self.offers.insert(id, offer.grant.agent.clone());
        }
        if self.unexplained.contains_key(&id) && self.explainable(conversation) {
            self.to_explain.insert(id);
        }
    }

    /// Whether a match that finds nobody is to say so of this conversation.
    pub fn explainable(&self, conversation: &Conversation) -> bool {
        self.in_line(conversation) || self.stranded.contains(&conversation.id())
    }

    fn unindex(&mut self, conversation: &Conversation) {
        let id = conversation.id();
        self.timers.remove(conversation);
        self.standing.remove(conversation);
        self.prompts.remove(conversation);
        self.aging.remove(&(conversation.queued_at, id));
        self.line.remove(conversation);
        self.firsts.remove(&conversation.rank());
        self.stranded.remove(&id);
        self.offers.remove(&id);
        self.to_explain.remove(&id);
    }

    pub(super) fn reindex(&mut self, id: ConversationId) {
        if let Some(conversation) = self.homes.remove(&id) {
            self.unindex(&conversation);
            self.keep(conversation);
        }
    }

    /// Changes soft state.
    pub fn take(&mut self, soft: &Soft) {
        match soft {
            Soft::Learn { method, streams, members } => {
                if let Some(members) = members {
                    self.take_members(members);
                }
                let moved = self.with_other_steps(streams);
                self.line.learn(*method, streams, &self.members);
                moved.into_iter().for_each(|id| self.reindex(id));
            }
            Soft::Join(agent) => self.join(agent),
            Soft::Leave(agent) => {
                self.members.remove(agent);
                self.line.leave(agent);
            }
            Soft::View(snapshot) => self.see(snapshot),
            Soft::Reserve(reservation) => self.start(reservation),
            Soft::Unreserve(grant) => self.end(*grant),
            Soft::Unexplained(id, trigger) => {
                self.unexplained.insert(*id, *trigger);
                if self.homes.get(id).is_some_and(|c| self.explainable(c)) {
                    self.to_explain.insert(*id);
                }
            }
            Soft::Cooled(at, id, agent) => self.timers.done(*at, *id, agent),
            Soft::Relaxed(at) => self.relaxed(*at),
            Soft::Opening(opening) => self.take_opening(opening),
            Soft::ToldEmpty(told) => self.told_empty = *told,
            Soft::Forget(id) => {
                if self.homes.get(id).is_some_and(|c| c.status == Status::Closed) {
                    self.homes.remove(id);
                }
            }
        }
    }

    fn take_members(&mut self, members: &[AgentId]) {
        let now: BTreeSet<&AgentId> = members.iter().collect();
        let gone: Vec<AgentId> = self.members.keys().filter(|a| !now.contains(a)).cloned().collect();
        for agent in gone {
            self.members.remove(&agent);
            self.line.leave(&agent);
        }
        members.iter().for_each(|agent| self.join(agent));
    }

    fn join(&mut self, agent: &AgentId) {
        if !self.members.contains_key(agent) {
            let last = self.last_offered.get(agent).copied().unwrap_or_default();
            self.members.insert(agent.clone(), View::unseen(last));
            self.show(agent);
        }
    }

    fn show(&mut self, agent: &AgentId) {
        if let Some(view) = self.members.get(agent) {
            self.line.see(agent, view);
        }
    }

    fn see(&mut self, snapshot: &Arc<Snapshot>) {
        let Some(view) = self.members.get_mut(&snapshot.agent) else { return };
        if view.snapshot.as_ref().is_some_and(|known| known.version >= snapshot.version) {
            return;
        }
        view.snapshot = Some(snapshot.clone());
        if view.last_offered_at < snapshot.since {
            // Offered to another agent, who had this id before.
            view.last_offered_at = Timestamp::default();
        }
        self.show(&snapshot.agent);
    }

    fn start(&mut self, reservation: &Reservation) {
        if let Some(view) = self.members.get_mut(&reservation.agent) {
            view.pending_units += i64::from(reservation.units);
            view.pending_slots += u32::from(reservation.offers);
            view.pending.add(&reservation.work_stream, &reservation.places);
        }
        self.show(&reservation.agent);
        self.reservations.insert(reservation.grant, reservation.clone());
        if reservation.blocks() {
            self.pushing.insert(reservation.conversation, reservation.grant);
            self.reindex(reservation.conversation);
        }
    }

    fn end(&mut self, grant: GrantId) {
        let Some(reservation) = self.reservations.remove(&grant) else { return };
        if let Some(view) = self.members.get_mut(&reservation.agent) {
            view.pending_units = (view.pending_units - i64::from(reservation.units)).max(0);
            view.pending_slots = view.pending_slots.saturating_sub(u32::from(reservation.offers));
            view.pending.remove(&reservation.work_stream, &reservation.places);
        }
        self.show(&reservation.agent);
        if self.pushing.get(&reservation.conversation) == Some(&grant) {
            self.pushing.remove(&reservation.conversation);
            self.reindex(reservation.conversation);
        }
    }
}
