//! The line: who waits and who could take it, indexed so that a match costs no scan (ARCHITECTURE §2.10).
//!
//! Conversations stand in classes (work stream, skills); each class keeps its waiting in rank order and the
//! queue's members in the order of the assignment method, or with the first reason why they are passed over.
//! Owns the index only; conversations and views are the queue's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::agent::Snapshot;
use crate::capacity::Taken;
use crate::config::{AssignmentMethod, Mode, NotificationKind, WorkStream};
use crate::conversation::{Conversation, Rank};
use crate::decision::{Reason, Scores};
use crate::ids::{AgentId, ConversationId, WorkStreamId};
use crate::presence::BasePresence;
use crate::skills::{Nearness, Requirement};
use crate::time::Timestamp;

/// An agent as this queue sees it: its newest snapshot, less the queue's own reservations not yet answered.
#[derive(Clone, PartialEq, Debug)]
pub struct View {
    /// The highest version seen; `None` before the agent was ever heard of.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Units of own reservations under way.
    pub pending_units: i64,
    /// Offer slots of own reservations under way.
    pub pending_slots: u32,
    /// Places of own reservations under way.
    pub pending: Taken,
    /// Last offer made in this queue.
    pub last_offered_at: Timestamp,
}

impl View {
    /// A member that was not heard of yet.
    pub fn unseen(last_offered_at: Timestamp) -> Self {
        Self {
            snapshot: None,
            pending_units: 0,
            pending_slots: 0,
            pending: Taken::default(),
            last_offered_at,
        }
    }

    /// Whether a socket of the agent is open, as far as the queue knows.
    pub fn connected(&self) -> bool {
        self.snapshot.as_ref().is_some_and(|s| s.connected)
    }

    /// What the assignment methods order by.
    pub fn scores(&self, work_stream: &WorkStreamId) -> Scores {
        let Some(snapshot) = &self.snapshot else {
            return Scores { last_offered_at: self.last_offered_at, ..Scores::default() };
        };
        Scores {
            free_units: snapshot.free - self.pending_units,
            in_work_stream: snapshot.by_work_stream.get(work_stream).copied().unwrap_or(0),
            active: snapshot.active,
            idle_since: snapshot.idle_since,
            last_offered_at: self.last_offered_at,
        }
    }

    /// First reason why this agent is passed over for this class; `None` is eligible.
    pub fn reason(
        &self,
        id: &WorkStreamId,
        stream: &WorkStream,
        units: u32,
        required: &Requirement,
    ) -> Option<Reason> {
        let Some(snapshot) = self.snapshot.as_ref().filter(|s| s.connected) else {
            return Some(Reason::NotConnected);
        };
        if !presence_allowed(stream, snapshot.presence) {
            return Some(Reason::Presence);
        }
        if snapshot.free - self.pending_units < i64::from(units) || snapshot.slots <= self.pending_slots {
            return Some(Reason::Capacity);
        }
        let cap = stream.distribution.max_conversations_per_agent;
        if !snapshot.room.fits(&self.pending, id, cap, &stream.capacity_profile_ids.iter()) {
            return Some(Reason::Capacity);
        }
        required.nearness(&snapshot.skills).is_none().then_some(Reason::Skill)
    }
}

/// Whether the work stream offers to agents in this base presence. Inactive is never allowed.
pub fn presence_allowed(stream: &WorkStream, presence: BasePresence) -> bool {
    presence != BasePresence::Inactive && stream.distribution.allowed_presences.contains(&presence)
}

/// Whether an agent is there, in an allowed presence and with the skills; units and slots apart.
pub fn fits(stream: &WorkStream, snapshot: &Snapshot, required: &Requirement) -> bool {
    let skilled = required.nearness(&snapshot.skills).is_some();
    snapshot.connected && presence_allowed(stream, snapshot.presence) && skilled
}

/// Whether conversations of this stream become offers, rather than open directly.
pub fn makes_offers(stream: &WorkStream) -> bool {
    stream.distribution.notification.kind != NotificationKind::OpenDirectly
}

/// A requirement class.
pub type ClassKey = (WorkStreamId, Requirement);

/// Place of an agent in a class; the least goes first: the nearest by skills, then by the queue's method. Ties end
/// with the agent's id.
pub type Order = [i64; 4];

fn order(method: AssignmentMethod, near: Nearness, scores: &Scores) -> Order {
    let near = near.order();
    match method {
        AssignmentMethod::HighestCapacity => {
            [near, -scores.free_units, i64::from(scores.in_work_stream), scores.idle_since.0]
        }
        AssignmentMethod::RoundRobin => [near, scores.last_offered_at.0, 0, 0],
        AssignmentMethod::LongestIdle => [near, scores.idle_since.0, 0, 0],
        AssignmentMethod::LeastActive => [near, i64::from(scores.active), 0, 0],
    }
}

/// One class: who waits, who could take it, who not and why.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Class {
    /// The work stream as last learnt; a class without one matches nothing.
    pub stream: Option<Arc<WorkStream>>,
    /// Unoffered conversations with no push reservation under way, in rank order.
    pub waiting: BTreeSet<Rank>,
    /// Eligible members, best first.
    pub eligible: BTreeSet<(Order, AgentId)>,
    /// Members passed over.
    pub passed: BTreeMap<AgentId, Reason>,
    /// How many are passed over, by reason.
    pub counts: BTreeMap<Reason, u32>,
    places: BTreeMap<AgentId, Order>,
}

impl Class {
    /// The stream, if it is pushed.
    pub fn pushed(&self) -> Option<&Arc<WorkStream>> {
        self.stream.as_ref().filter(|s| s.distribution.mode == Mode::Push)
    }

    /// Place of an eligible member.
    pub fn place(&self, agent: &AgentId) -> Option<Order> {
        self.places.get(agent).copied()
    }

    fn remove_member(&mut self, agent: &AgentId) {
        if let Some(order) = self.places.remove(agent) {
            self.eligible.remove(&(order, agent.clone()));
        }
        if let Some(reason) = self.passed.remove(agent) {
            let count = self.counts.entry(reason).or_default();
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&reason);
            }
        }
    }

    fn put_member(&mut self, key: &ClassKey, agent: &AgentId, view: &View, method: AssignmentMethod) {
        self.remove_member(agent);
        let Some(stream) = self.stream.clone() else { return };
        if let Some(reason) = view.reason(&key.0, &stream, stream.capacity, &key.1) {
            self.passed.insert(agent.clone(), reason);
            *self.counts.entry(reason).or_default() += 1;
            return;
        }
        let near = view.snapshot.as_ref().and_then(|s| key.1.nearness(&s.skills)).unwrap_or_default();
        let order = order(method, near, &view.scores(&key.0));
        self.places.insert(agent.clone(), order);
        self.eligible.insert((order, agent.clone()));
    }
}

/// Most classes without anybody waiting that a queue keeps indexed; beyond it the emptiest go. A class costs
/// an entry for each member, and callers can invent skill combinations.
pub const MAX_IDLE_CLASSES: usize = 64;

/// All classes of a queue.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Classes by requirement.
    pub classes: BTreeMap<ClassKey, Class>,
    /// Those that wait for less than they ask for: their requirement was relaxed.
    relaxed: BTreeMap<ConversationId, Requirement>,
    method: AssignmentMethod,
    streams: BTreeMap<WorkStreamId, Arc<WorkStream>>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            classes: BTreeMap::new(),
            relaxed: BTreeMap::new(),
            method: AssignmentMethod::HighestCapacity,
            streams: BTreeMap::new(),
        }
    }
}

impl Line {
    /// The stream as last learnt.
    pub fn stream(&self, id: &WorkStreamId) -> Option<&Arc<WorkStream>> {
        self.streams.get(id)
    }

    /// The method as last learnt.
    pub fn method(&self) -> AssignmentMethod {
        self.method
    }

    /// The class in which a conversation waits; of one that does not wait here, that of all that it asks for.
    pub fn class_of(&self, conversation: &Conversation) -> ClassKey {
        let relaxed = self.relaxed.get(&conversation.id()).cloned();
        let requirement = relaxed.unwrap_or_else(|| Requirement::exact(&conversation.skills));
        (conversation.born.work_stream_id.clone(), requirement)
    }

    /// Lets a conversation wait for whoever meets `required`.
    pub fn insert(
        &mut self,
        conversation: &Conversation,
        required: Requirement,
        members: &BTreeMap<AgentId, View>,
    ) {
        if required.skills != conversation.skills {
            self.relaxed.insert(conversation.id(), required.clone());
        }
        let key = (conversation.born.work_stream_id.clone(), required);
        if !self.classes.contains_key(&key) {
            self.make_room();
            let stream = self.streams.get(&key.0).cloned();
            let mut class = Class { stream, ..Class::default() };
            for (agent, view) in members {
                class.put_member(&key, agent, view, self.method);
            }
            self.classes.insert(key.clone(), class);
        }
        if let Some(class) = self.classes.get_mut(&key) {
            class.waiting.insert(conversation.rank());
        }
    }

    /// It no longer waits.
    pub fn remove(&mut self, conversation: &Conversation) {
        let key = self.class_of(conversation);
        self.relaxed.remove(&conversation.id());
        if let Some(class) = self.classes.get_mut(&key) {
            class.waiting.remove(&conversation.rank());
        }
    }

    /// A member's view changed.
    pub fn see(&mut self, agent: &AgentId, view: &View) {
        for (key, class) in &mut self.classes {
            class.put_member(key, agent, view, self.method);
        }
    }

    /// Somebody is no member any more.
    pub fn leave(&mut self, agent: &AgentId) {
        self.classes.values_mut().for_each(|class| class.remove_member(agent));
    }

    /// Takes the method and streams of a configuration; everything is ordered anew.
    pub fn learn(
        &mut self,
        method: AssignmentMethod,
        streams: &[(WorkStreamId, Option<Arc<WorkStream>>)],
        members: &BTreeMap<AgentId, View>,
    ) {
        let all = self.method != method;
        self.method = method;
        let mut touched = BTreeSet::new();
        for (id, stream) in streams {
            let before = match stream {
                Some(stream) => self.streams.insert(id.clone(), stream.clone()),
                None => self.streams.remove(id),
            };
            if before.as_ref() != stream.as_ref() {
                touched.insert(id.clone());
            }
        }
        for (key, class) in &mut self.classes {
            if all || touched.contains(&key.0) {
                class.stream = self.streams.get(&key.0).cloned();
                for (agent, view) in members {
                    class.put_member(key, agent, view, self.method);
                }
            }
        }
    }

    /// Work streams of classes that are indexed.
    pub fn streams_in_use(&self) -> BTreeSet<WorkStreamId> {
        self.classes.keys().map(|(stream, _)| stream.clone()).collect()
    }

    fn make_room(&mut self) {
        let idle = self.classes.iter().filter(|(_, class)| class.waiting.is_empty()).count();
        if idle >= MAX_IDLE_CLASSES {
            self.classes.retain(|_, class| !class.waiting.is_empty());
        }
    }
}
