//! What there is to see of agents, and what snapshots carry of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{AgentView, ReadSide};
use crate::domain::command::AgentShown;
use crate::domain::conversation::Conversation;
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::presence::BasePresence;
use crate::domain::record::Carried;
use crate::domain::time::Timestamp;

/// One agent.
#[derive(Default)]
pub(super) struct Person {
    /// As its machine said last; `None` before it said anything.
    pub shown: Option<AgentShown>,
    /// Active, wrap-up and waiting ones with it; ids rise with age.
    pub with: BTreeSet<ConversationId>,
    /// On offer to it.
    pub offered: BTreeSet<ConversationId>,
    /// Takes part in, or is invited to.
    pub parts: BTreeSet<ConversationId>,
    /// What a snapshot keeps of it.
    pub carried: Carried,
}

impl ReadSide {
    /// Presence, capacity and conversations of an agent.
    pub fn agent(&self, id: &AgentId) -> AgentView {
        let (shown, conversations) = self.people.get(id).map_or_else(Default::default, |person| {
            (person.shown.clone(), person.with.iter().copied().collect::<Vec<_>>())
        });
        AgentView { shown: shown.unwrap_or_else(|| self.never_seen(id)), conversations }
    }

    /// Whether the agent's machine last showed itself connected.
    pub fn is_connected(&self, id: &AgentId) -> bool {
        self.people.get(id).is_some_and(|person| person.shown.as_ref().is_some_and(|shown| shown.connected))
    }

    /// The agent's machine shows itself.
    pub(in crate::actors) fn show(&self, agent: &AgentId, shown: &AgentShown) {
        self.person(agent, |person| person.shown = Some(shown.clone()));
    }

    /// What a `welcome` lists: conversations with the agent, and those on offer to it; oldest first.
    pub(in crate::actors) fn desk(
        &self,
        agent: &AgentId,
    ) -> (Vec<Arc<Conversation>>, Vec<Arc<Conversation>>) {
        let (with, offered) = self
            .people
            .get(agent)
            .map_or_else(Default::default, |person| (person.with.clone(), person.offered.clone()));
        let all =
            |ids: BTreeSet<ConversationId>| ids.into_iter().filter_map(|id| self.in_memory(id)).collect();
        (all(with), all(offered))
    }

    /// Conversations in which an agent takes part, or is invited to; oldest first.
    pub(in crate::actors) fn consults(&self, agent: &AgentId) -> Vec<Arc<Conversation>> {
        let ids = self.people.get(agent).map(|person| person.parts.clone()).unwrap_or_default();
        ids.into_iter().filter_map(|id| self.in_memory(id)).collect()
    }

    /// Changes an entry of an agent; the READ thread alone.
    pub(super) fn person<R>(&self, agent: &AgentId, change: impl FnOnce(&mut Person) -> R) {
        if let Some(mut person) = self.people.get_mut(agent) {
            change(&mut person);
        } else {
            change(&mut self.people.entry(agent.clone()).or_default());
        }
    }

    fn never_seen(&self, id: &AgentId) -> AgentShown {
        AgentShown {
            presence: BasePresence::Offline.as_str().into(),
            base: BasePresence::Offline,
            connected: false,
            sessions: 0,
            capacity: self.config.load().agents.get(id).map_or(0, |agent| agent.capacity),
            used: 0,
            since: Timestamp::default(),
        }
    }
}
