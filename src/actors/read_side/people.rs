//! What there is to see of agents, and what snapshots carry of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{AgentView, ReadSide};
use crate::domain::command::AgentShown;
use crate::domain::conversation::Conversation;
use crate::domain::ids::{AgentId, CapacityProfileId, ConversationId};
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
    /// Presence, capacity and conversations of an agent. Units are counted from the records, so that they are as old as
    /// every other thing here: what the agent's machine says of them comes one record later.
    pub fn agent(&self, id: &AgentId) -> AgentView {
        let (shown, with, offered) = self.people.get(id).map_or_else(Default::default, |person| {
            (person.shown.clone(), person.with.clone(), person.offered.clone())
        });
        let shown = shown.unwrap_or_else(|| self.never_seen(id));
        let used = with.union(&offered).filter_map(|id| self.in_memory(*id)).map(|c| units(&c, id)).sum();
        let capacity = self.config.load().agents.get(id).map_or(shown.capacity, |agent| agent.capacity);
        AgentView { shown: AgentShown { capacity, used, ..shown }, conversations: with.into_iter().collect() }
    }

    /// Places that the agent's conversations take now, by capacity profile: while they are on offer, active or hold, and
    /// daily ones from the assignment on until the day is over.
    pub fn places(&self, id: &AgentId, now: Timestamp) -> BTreeMap<CapacityProfileId, u32> {
        let Some((all, spent)) = self.people.get(id).map(|person| {
            let all: Vec<ConversationId> = person.with.union(&person.offered).copied().collect();
            (all, person.carried.spent.clone())
        }) else {
            return BTreeMap::new();
        };
        let mut taken: BTreeMap<CapacityProfileId, u32> = BTreeMap::new();
        let spent = spent.into_iter().filter(|spent| spent.until > now);
        let mut daily: BTreeSet<(CapacityProfileId, ConversationId)> =
            spent.map(|spent| (spent.profile, spent.conversation)).collect();
        for conversation in all.into_iter().filter_map(|id| self.in_memory(id)) {
            let offered = conversation.offer.as_ref().map(|offer| &offer.grant);
            let asked = offered.into_iter().map(|grant| (grant, true));
            let grants = conversation.grant.iter().map(|grant| (grant, false)).chain(asked);
            for (grant, asks) in grants.filter(|(grant, _)| grant.agent == *id) {
                for place in &grant.places {
                    match place.until {
                        None => *taken.entry(place.profile.clone()).or_default() += 1,
                        Some(until) if asks && until > now => {
                            daily.insert((place.profile.clone(), conversation.id()));
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        for (profile, _) in daily {
            *taken.entry(profile).or_default() += 1;
        }
        taken
    }

    /// How the agent's machine showed itself last, without counting units.
    pub fn seen(&self, id: &AgentId) -> AgentShown {
        let shown = self.people.get(id).and_then(|person| person.shown.clone());
        shown.unwrap_or_else(|| self.never_seen(id))
    }

    /// Whether the agent's machine last showed itself connected.
    pub fn is_connected(&self, id: &AgentId) -> bool {
        self.people.get(id).is_some_and(|person| person.shown.as_ref().is_some_and(|shown| shown.connected))
    }

    /// The agent's machine shows itself.
    pub(in crate::actors) fn show(&self, agent: &AgentId, shown: &AgentShown, now: Timestamp) {
        self.stats().meters.shows(agent, shown, now);
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
    pub(super) fn person<R>(&self, agent: &AgentId, change: impl FnOnce(&mut Person) -> R) -> R {
        if let Some(mut person) = self.people.get_mut(agent) {
            change(&mut person)
        } else {
            change(&mut self.people.entry(agent.clone()).or_default())
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

/// Units of this conversation that the agent gives to it: held, and on offer.
fn units(conversation: &Conversation, agent: &AgentId) -> u32 {
    let offered = conversation.offer.as_ref().map(|offer| &offer.grant);
    let grants = conversation.grant.iter().chain(offered);
    grants.filter(|grant| grant.agent == *agent).map(|grant| grant.units).sum()
}
