//! The read side: projections for `GET`, lists and sockets, folded from durable records.
//!
//! Written by the READ thread alone (at a start, before it runs, by whoever starts the house); read by any thread, and
//! never an input to a decision. Getters return clones: no reference into a map leaves this module. Live conversations
//! are in memory; ended ones too, until the archive has passed them. Invariant 8: what is shown is the replay of events.
//!
//! Reading order: [`ReadSide`], `live` (conversations), `people` (agents), `line` (places), `history` (the archive),
//! `outgoing` (deliveries), `list` and `earlier` (both merged), `acts` (the audit log), `decisions`, `figures` (statistics), `frozen`
//! (what a snapshot holds).

mod acts;
mod decisions;
mod earlier;
mod figures;
mod frozen;
mod history;
mod line;
mod list;
mod live;
mod outgoing;
mod people;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use arc_swap::ArcSwap;
use dashmap::DashMap;

pub use earlier::Who;
pub use figures::Parts;
pub(super) use figures::reply;
pub use frozen::{Frozen, config_records};
pub(super) use history::{index_keys, value};
pub use list::Filter;

use self::acts::Acts;
use self::earlier::Writers;
use self::history::History;
use self::line::Line;
use self::live::Live;
use self::outgoing::Outgoing;
use self::people::Person;
use super::audit::{self, Act};
use super::idempotency::Claims;
use super::shown::{AskError, Decision, Outcome, Shown};
use super::stats::Stats;
use super::stats::shelf::Put;
use crate::domain::command::AgentShown;
use crate::domain::config::Config;
use crate::domain::conversation::{Conversation, Happening, Message, Rank, Visibility};
use crate::domain::ids::{AgentId, ConversationId, GrantId, QueueId};
use crate::domain::record::{Configured, Kept, KeptAnswer, Record};
use crate::domain::time::Timestamp;
use crate::ports::state_store::StateStore;

/// When to ask again after something was not available, in seconds: a rebuild of the stage takes about that long.
pub const RETRY_AFTER_SECONDS: u32 = 2;

/// The archive is being filled from the journal; history is not there yet (503 with `Retry-After`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rebuilding;

/// Place among the unassigned of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinePosition {
    /// 1 is next.
    pub position: usize,
    /// How many are before it.
    pub ahead: usize,
}

/// What there is to see of an agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentView {
    /// Presence and capacity.
    pub shown: AgentShown,
    /// Active, wrap-up and waiting ones with it, oldest first.
    pub conversations: Vec<ConversationId>,
}

/// What the archive is to take over, since it was last asked for.
#[derive(Default)]
pub(super) struct Passing {
    /// Ended.
    pub conversations: Vec<ConversationId>,
    /// Answers of idempotency keys.
    pub kept: Vec<Kept>,
    /// Changes of the configuration, with the version that each made.
    pub configured: Vec<(u64, Configured)>,
    /// Statistics of quarter hours that are over, and what was measured of agents.
    pub stats: Vec<Put>,
    /// Acts of administrators and supervisors.
    pub acts: Vec<Arc<Act>>,
}

/// Queues whose unassigned conversations changed, since it was last asked for.
#[derive(Default)]
pub(super) struct Touched {
    /// These.
    pub queues: BTreeSet<QueueId>,
    /// Everything: the configuration changed.
    pub all: bool,
}

/// Offers remembered after their conversation left memory, 100 B each: seconds of the busiest house, which is how
/// late an answer can be that was on its way.
const PASSED_OFFERS: usize = 65_536;

/// Parked messages that are remembered, the newest: each is a bug to be reported, and stands in the log.
const KEPT_PARKED: usize = 1_000;

/// Projections; any thread reads, the READ thread alone writes.
pub struct ReadSide {
    config: Arc<ArcSwap<Config>>,
    live: DashMap<ConversationId, Live>,
    /// How many of `live` have not ended.
    unfinished: AtomicUsize,
    /// Ids of `live`, in order of creation.
    ids: RwLock<BTreeSet<ConversationId>>,
    people: DashMap<AgentId, Person>,
    offers: DashMap<GrantId, (ConversationId, AgentId)>,
    /// Offers of conversations that left memory, the oldest first; at most [`PASSED_OFFERS`].
    passed_offers: Mutex<VecDeque<GrantId>>,
    lines: DashMap<QueueId, Line>,
    writers: Writers,
    history: History,
    claims: Claims,
    passing: Mutex<Passing>,
    acts: Mutex<Acts>,
    touched: Mutex<Touched>,
    /// Messages that were put aside; at most [`KEPT_PARKED`].
    parked: Mutex<BTreeMap<u64, Timestamp>>,
    stats: Mutex<Stats>,
    outbound: Outgoing,
    /// Version of the configuration by the records applied so far.
    configured: Mutex<u64>,
}

impl ReadSide {
    /// Nothing yet. `config` is written by [`ReadSide::configured`] with each durable change.
    pub fn new(config: Arc<ArcSwap<Config>>) -> Self {
        let first = Config::default().version;
        Self {
            config,
            live: DashMap::new(),
            unfinished: AtomicUsize::new(0),
            ids: RwLock::default(),
            people: DashMap::new(),
            offers: DashMap::new(),
            passed_offers: Mutex::default(),
            lines: DashMap::new(),
            writers: Writers::default(),
            history: History::default(),
            claims: Claims::default(),
            passing: Mutex::default(),
            acts: Mutex::default(),
            touched: Mutex::default(),
            parked: Mutex::default(),
            stats: Mutex::default(),
            outbound: Outgoing::default(),
            configured: Mutex::new(first),
        }
    }

    /// The configuration as of the last durable change.
    pub fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// Idempotency keys.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Folds a record of a snapshot, or one whose place in the journal does not matter, since it makes no act
    /// ([`ReadSide::apply_at`]). A record that was folded before changes nothing.
    pub fn apply(&self, record: &Arc<Record>) {
        match &**record {
            Record::Event(event) => self.apply_event(record, event),
            Record::Agent(about) => {
                let before = self.person(&about.agent, |person| {
                    let before = person.carried.chosen.clone().map(|(presence, _, _)| presence);
                    person.carried.apply(&about.agent, record, None);
                    before
                });
                lock(&self.acts).keep(audit::of_agent(about, audit::Before::Was(before)));
            }
            Record::Configured(configured) => {
                self.stats().record(record);
                if let Some(agent) = configured.change.agent() {
                    self.person(agent, |person| person.carried.apply(agent, record, None));
                }
                lock(&self.acts).configured(configured);
                let mut version = lock(&self.configured);
                *version += 1;
                // A snapshot's have no time: the archive has the real ones.
                if configured.at > Timestamp::default() {
                    lock(&self.passing).configured.push((*version, configured.clone()));
                }
            }
            Record::Kept(kept) => {
                self.claims.keep(kept);
                lock(&self.passing).kept.push(kept.clone());
            }
            Record::Parked { message, at } => {
                let mut parked = lock(&self.parked);
                parked.insert(*message, *at);
                if parked.len() > KEPT_PARKED {
                    // Ids rise.
                    parked.pop_first();
                }
            }
            Record::Outbound(outbound) => lock(&self.acts).keep(audit::of_outbound(outbound)),
        }
        // Last: whoever is woken looks for all the rest at once.
        self.outbound.apply(record);
    }

    /// The configuration in force from here on. Called by the READ thread, and once at a start after all records.
    pub fn configured(&self, config: Arc<Config>) {
        *lock(&self.configured) = config.version;
        lock(&self.acts).past.is(Arc::clone(&config));
        self.config.store(config);
        lock(&self.touched).all = true;
    }

    /// A conversation as it is now.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<Arc<Conversation>>, Rebuilding> {
        match self.in_memory(id) {
            Some(conversation) => Ok(Some(conversation)),
            // It may pass into the archive between the two looks, never the other way.
            None => self.history.conversation(id),
        }
    }

    /// A conversation as it was at a version; `None` if it never had it.
    pub fn conversation_at(
        &self,
        id: ConversationId,
        version: u32,
    ) -> Result<Option<Arc<Conversation>>, Rebuilding> {
        let Some(now) = self.conversation(id)? else { return Ok(None) };
        if now.version == version {
            return Ok(Some(now));
        }
        if version == 0 || version > now.version {
            return Ok(None);
        }
        let events = self.events(id, 0, version as usize)?;
        Ok(Conversation::replay(events.iter().filter_map(|record| live::event(record))).map(Arc::new))
    }

    /// Its events with a higher number than `after`, at most `limit`, in order.
    pub fn events(
        &self,
        id: ConversationId,
        after: u32,
        limit: usize,
    ) -> Result<Vec<Arc<Record>>, Rebuilding> {
        let page = |events: &[Arc<Record>]| {
            let events = events.get(after as usize..).unwrap_or_default();
            events[..limit.min(events.len())].to_vec()
        };
        if let Some(events) = self.live.get(&id).map(|live| page(&live.events)) {
            return Ok(events);
        }
        self.history.events(id).map(|events| page(&events))
    }

    /// Its messages with a higher number than `after`, at most `limit`, in order; internal ones only if asked for.
    pub fn messages(
        &self,
        id: ConversationId,
        after: u32,
        limit: usize,
        internal: bool,
    ) -> Result<Vec<Arc<Message>>, Rebuilding> {
        let page = |events: &[Arc<Record>]| {
            let wanted =
                |m: &&Arc<Message>| m.seq > after && (internal || m.visibility == Visibility::Public);
            events.iter().filter_map(message).filter(wanted).take(limit).cloned().collect::<Vec<_>>()
        };
        if let Some(messages) = self.live.get(&id).map(|live| page(&live.events)) {
            return Ok(messages);
        }
        self.history.events(id).map(|events| page(&events))
    }

    /// The last messages of a conversation in memory, in order.
    pub(super) fn recent_messages(
        &self,
        id: ConversationId,
        limit: usize,
        internal: bool,
    ) -> Vec<Arc<Message>> {
        let wanted = |m: &&Arc<Message>| internal || m.visibility == Visibility::Public;
        let mut messages: Vec<_> = self.live.get(&id).map_or_else(Vec::new, |live| {
            live.events.iter().rev().filter_map(message).filter(wanted).take(limit).cloned().collect()
        });
        messages.reverse();
        messages
    }

    /// Why it went where it went, in order.
    pub fn decisions(&self, id: ConversationId) -> Result<Vec<Decision>, Rebuilding> {
        let events = self.events(id, 0, usize::MAX)?;
        Ok(decisions::decisions(events.iter().filter_map(|record| live::event(record))))
    }

    /// Its place among the unassigned of its queue; `None` if it is not one of them.
    pub fn position(&self, id: ConversationId) -> Option<LinePosition> {
        let conversation = self.in_memory(id)?;
        let ahead = self.lines.get(&conversation.queue_id)?.before(&conversation.rank())?;
        Some(LinePosition { position: ahead + 1, ahead })
    }

    /// Which conversation and agent an offer is of: offers of conversations in memory, also ended
    /// ones, and the newest of those that left it.
    pub fn offer(&self, grant: GrantId) -> Option<(ConversationId, AgentId)> {
        self.offers.get(&grant).map(|entry| entry.value().clone())
    }

    /// Whether a conversation has ended and left memory. Asked by a rebuilt stage, which then forgets it again.
    pub fn is_archived(&self, id: ConversationId) -> bool {
        !self.live.contains_key(&id) && self.history.has(id)
    }

    /// How many conversations have not ended.
    pub fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Relaxed)
    }

    /// Whether history is being filled from the journal.
    pub fn is_rebuilding(&self) -> bool {
        self.history.is_rebuilding()
    }

    /// A kept answer as it is given again. Fails with `Unavailable` while history that it needs is being filled in.
    pub fn replayed(&self, kept: &KeptAnswer) -> Outcome {
        match kept {
            KeptAnswer::Conversation { id, version } => self.shown_conversation(*id, *version),
            KeptAnswer::Message { conversation, seq, moved } => {
                self.shown_message(*conversation, *seq, *moved)
            }
            KeptAnswer::Rendered { status, body } => Ok(Shown::Rendered(*status, body.as_slice().into())),
        }
    }

    /// A conversation exactly at a version, as an answer.
    pub(super) fn shown_conversation(&self, id: ConversationId, version: u32) -> Outcome {
        let found = self.conversation_at(id, version).ok().flatten();
        found.map(Shown::Conversation).ok_or(UNAVAILABLE)
    }

    /// A message, as an answer.
    pub(super) fn shown_message(&self, conversation: ConversationId, seq: u32, moved: bool) -> Outcome {
        let found =
            self.messages(conversation, seq.saturating_sub(1), 1, true).ok().and_then(|mut all| all.pop());
        let shown = |message| Shown::Message { conversation, message, moved };
        found.filter(|message| message.seq == seq).map(shown).ok_or(UNAVAILABLE)
    }

    /// A conversation, if it is in memory.
    pub(super) fn in_memory(&self, id: ConversationId) -> Option<Arc<Conversation>> {
        self.live.get(&id).map(|live| Arc::clone(&live.conversation))
    }

    /// A conversation in memory with its timeline.
    pub(super) fn timeline(&self, id: ConversationId) -> Option<(Arc<Conversation>, Vec<Arc<Record>>)> {
        self.live.get(&id).map(|live| (Arc::clone(&live.conversation), live.events.clone()))
    }

    /// The ranks of a queue's line, in order.
    pub(super) fn line(&self, queue: &QueueId) -> Vec<Rank> {
        self.lines.get(queue).map_or_else(Vec::new, |line| line.iter().copied().collect())
    }

    /// What the archive is to take over since the last call.
    pub(super) fn take_passing(&self) -> Passing {
        let due = self.stats().take_due();
        let mut passing = std::mem::take(&mut *lock(&self.passing));
        passing.stats.extend(due);
        passing.acts = lock(&self.acts).take_passing();
        passing
    }

    /// Which queues changed since the last call.
    pub(super) fn take_touched(&self) -> Touched {
        std::mem::take(&mut lock(&self.touched))
    }

    fn touched<'a>(&self, queues: impl Iterator<Item = &'a QueueId>) {
        let mut touched = lock(&self.touched);
        for queue in queues {
            if !touched.queues.contains(queue) {
                touched.queues.insert(queue.clone());
            }
        }
    }

    /// Where ended conversations and kept answers are when they have left memory.
    pub(super) fn set_store(&self, store: &Arc<dyn StateStore>) {
        self.history.set_store(Arc::clone(store));
        self.claims.set_store(Arc::clone(store));
    }

    /// Whether history is being filled from the journal.
    pub(super) fn set_rebuilding(&self, rebuilding: bool) {
        self.history.set_rebuilding(rebuilding);
    }
}

/// What was asked for is not there although it should be: history is being filled in.
const UNAVAILABLE: AskError = AskError::Unavailable { retry_after: RETRY_AFTER_SECONDS };

fn message(record: &Arc<Record>) -> Option<&Arc<Message>> {
    match &live::event(record)?.what {
        Happening::Message { message, .. } => Some(message),
        _ => None,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
