//! How agents answer offers and when they take from the list.

use std::collections::{BTreeMap, VecDeque};

use super::{chance, one_of};
use crate::domain::conversation::{Event, Happening};
use crate::domain::ids::{AgentId, ConversationId, GrantId};
use crate::domain::offer::{GrantKind, OfferEnd};
use crate::domain::time::Timestamp;
use crate::replay::outcome::Outcomes;
use crate::replay::people::{Manner, Reaction};

/// What agents did about offers and lists. Cloned for each play: an answer is used once.
#[derive(Clone, Default, Debug)]
pub struct Habits {
    seed: u64,
    /// Offers that are open.
    open: BTreeMap<GrantId, (AgentId, Timestamp)>,
    /// What the agent did about this very conversation, in order.
    exactly: BTreeMap<(ConversationId, AgentId), VecDeque<Reaction>>,
    by_agent: BTreeMap<AgentId, Vec<Reaction>>,
    all: Vec<Reaction>,
    /// From when the agent could have taken it from the list to when that happened, milliseconds.
    picks: BTreeMap<AgentId, Vec<i64>>,
    all_picks: Vec<i64>,
    free_since: BTreeMap<AgentId, Timestamp>,
    stranded_since: BTreeMap<ConversationId, Timestamp>,
    asked: u64,
    /// Answers that were drawn, since that offer was never made.
    pub drawn: u64,
}

impl Habits {
    /// The same habits for another play, with draws by this seed.
    #[must_use]
    pub fn for_play(&self, seed: u64) -> Self {
        Self { seed, ..self.clone() }
    }

    /// Whether any answer to an offer is on record.
    pub fn knows_answers(&self) -> bool {
        !self.all.is_empty()
    }

    /// Reads an event; `outcomes` are as they were before it.
    pub(super) fn see(&mut self, event: &Event, outcomes: &Outcomes) {
        match &event.what {
            Happening::Offered { offer, .. } => {
                self.open.insert(offer.grant.id, (offer.grant.agent.clone(), event.at));
            }
            Happening::OfferEnded { grant, end, .. } => {
                if let Some((agent, since)) = self.open.remove(&grant.id) {
                    let reaction = match end {
                        OfferEnd::Accepted => Reaction::Accept(event.at.ms_since(since)),
                        OfferEnd::Declined => Reaction::Decline(event.at.ms_since(since)),
                        OfferEnd::TimedOut => Reaction::Ignore,
                        // Says that there was no answer until then, and nothing about other offers.
                        OfferEnd::Withdrawn => {
                            let exactly = self.exactly.entry((event.conversation, agent)).or_default();
                            return exactly.push_back(Reaction::Ignore);
                        }
                    };
                    self.learn(event.conversation, agent, reaction);
                }
            }
            Happening::Assigned { grant, .. } => {
                if let Some((agent, since)) = self.open.remove(&grant.id) {
                    self.learn(event.conversation, agent, Reaction::Accept(event.at.ms_since(since)));
                } else if matches!(grant.kind, GrantKind::Pick | GrantKind::SelfSelect) {
                    let created = outcomes.0.get(&event.conversation).map(|outcome| outcome.created_at);
                    let stranded = self.stranded_since.remove(&event.conversation);
                    let free = self.free_since.get(&grant.agent).copied();
                    if let Some(since) = [created, stranded, free].into_iter().flatten().max() {
                        let after = event.at.ms_since(since).max(0);
                        self.picks.entry(grant.agent.clone()).or_default().push(after);
                        self.all_picks.push(after);
                    }
                }
            }
            Happening::Stranded(true) => self.stranded_since.extend([(event.conversation, event.at)]),
            what => {
                if matches!(what, Happening::Closed { .. }) {
                    self.stranded_since.remove(&event.conversation);
                }
                let free = what.ended().map(|grant| &grant.agent);
                self.free_since.extend(free.map(|agent| (agent.clone(), event.at)));
            }
        }
    }

    fn learn(&mut self, conversation: ConversationId, agent: AgentId, reaction: Reaction) {
        self.by_agent.entry(agent.clone()).or_default().push(reaction);
        self.all.push(reaction);
        self.exactly.entry((conversation, agent)).or_default().push_back(reaction);
    }
}

impl Manner for Habits {
    fn reaction(&mut self, agent: &AgentId, conversation: ConversationId) -> Reaction {
        let exactly = self.exactly.get_mut(&(conversation, agent.clone()));
        if let Some(reaction) = exactly.and_then(VecDeque::pop_front) {
            return reaction;
        }
        self.drawn += 1;
        let drawn = chance(self.seed, &["answer", &conversation.to_string(), agent.as_str()]);
        let own = self.by_agent.get(agent).and_then(|own| one_of(own, drawn));
        own.or_else(|| one_of(&self.all, drawn)).unwrap_or(Reaction::Accept(0))
    }

    fn picks_after_ms(&mut self, agent: &AgentId) -> i64 {
        self.asked += 1;
        let drawn = chance(self.seed ^ self.asked, &["pick", agent.as_str()]);
        let own = self.picks.get(agent).and_then(|own| one_of(own, drawn));
        own.or_else(|| one_of(&self.all_picks, drawn)).unwrap_or(0)
    }
}
