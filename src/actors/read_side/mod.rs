//! The read side: projections for `GET`, lists and sockets, written by the READ thread alone.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::shown::Decision;
use crate::domain::command::AgentShown;
use crate::domain::config::Config;
use crate::domain::conversation::{Conversation, Message, Status};
use crate::domain::ids::{AgentId, ConversationId, CustomerId, GrantId, QueueId, WorkStreamId};
use crate::domain::record::Record;

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

/// What a list is narrowed to; `None` is anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Status.
    pub state: Option<Status>,
    /// Home queue.
    pub queue_id: Option<QueueId>,
    /// Who has it, or had it last.
    pub agent_id: Option<AgentId>,
    /// Work stream.
    pub work_stream_id: Option<WorkStreamId>,
    /// Linked customer record.
    pub customer_id: Option<CustomerId>,
}

/// What there is to see of an agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentView {
    /// Presence and capacity.
    pub shown: AgentShown,
    /// Active, wrap-up and waiting ones with it, oldest first.
    pub conversations: Vec<ConversationId>,
}

/// Projections; any thread reads, the READ thread alone writes. Every getter returns clones.
pub struct ReadSide {
    config: Arc<ArcSwap<Config>>,
}

impl ReadSide {
    /// Nothing yet. `config` is set by [`ReadSide::configured`] with each durable change.
    pub fn new(config: Arc<ArcSwap<Config>>) -> Self {
        Self { config }
    }

    /// The configuration as of the last durable change.
    pub fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    /// Folds a record. Called by the READ thread, and at a start for each record of snapshot and journal.
    pub fn apply(&self, record: &Arc<Record>) {
        let _ = record;
    }

    /// The configuration in force from here on. Called by the READ thread, and once at a start.
    pub fn configured(&self, config: Arc<Config>) {
        self.config.store(config);
    }

    /// A conversation as it is now.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<Arc<Conversation>>, Rebuilding> {
        let _ = id;
        Ok(None)
    }

    /// A conversation as it was at a version.
    pub fn conversation_at(
        &self,
        id: ConversationId,
        version: u32,
    ) -> Result<Option<Arc<Conversation>>, Rebuilding> {
        let _ = (id, version);
        Ok(None)
    }

    /// Its events with a higher number than `after`, at most `limit`, in order.
    pub fn events(
        &self,
        id: ConversationId,
        after: u32,
        limit: usize,
    ) -> Result<Vec<Arc<Record>>, Rebuilding> {
        let _ = (id, after, limit);
        Ok(Vec::new())
    }

    /// Its messages with a higher number than `after`, at most `limit`, in order; internal ones only if asked for.
    pub fn messages(
        &self,
        id: ConversationId,
        after: u32,
        limit: usize,
        internal: bool,
    ) -> Result<Vec<Arc<Message>>, Rebuilding> {
        let _ = (id, after, limit, internal);
        Ok(Vec::new())
    }

    /// Why it went where it went, in order.
    pub fn decisions(&self, id: ConversationId) -> Result<Vec<Decision>, Rebuilding> {
        let _ = id;
        Ok(Vec::new())
    }

    /// Its place among the unassigned of its queue; `None` if it is not one of them.
    pub fn position(&self, id: ConversationId) -> Option<LinePosition> {
        let _ = id;
        None
    }

    /// Conversations after `after`, oldest first, at most `limit`.
    pub fn list(
        &self,
        filter: &Filter,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<Arc<Conversation>>, Rebuilding> {
        let _ = (filter, after, limit);
        Ok(Vec::new())
    }

    /// Which conversation and agent an offer is of; offers of unfinished conversations, also ended ones.
    pub fn offer(&self, grant: GrantId) -> Option<(ConversationId, AgentId)> {
        let _ = grant;
        None
    }

    /// Presence, capacity and conversations of an agent.
    pub fn agent(&self, id: &AgentId) -> AgentView {
        let shown = AgentShown {
            presence: "offline".into(),
            base: crate::domain::presence::BasePresence::Offline,
            connected: false,
            sessions: 0,
            capacity: self.config.load().agents.get(id).map_or(0, |agent| agent.capacity),
            used: 0,
            since: crate::domain::time::Timestamp::default(),
        };
        AgentView { shown, conversations: Vec::new() }
    }

    /// Whether the conversation is on the agent's pick list (for permission to read it).
    pub fn pickable(&self, agent: &AgentId, conversation: ConversationId) -> bool {
        let _ = (agent, conversation);
        false
    }

    /// Whether history is being filled from the journal.
    pub fn is_rebuilding(&self) -> bool {
        false
    }
}
