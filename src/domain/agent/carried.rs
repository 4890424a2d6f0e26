//! What an agent keeps of conversations that are over: a fold whose fields are maxima and sets, so that
//! records of several authors may come in any order (ARCHITECTURE §2.3). Used by the machine and by snapshots.

use crate::domain::conversation::{Event, Happening};
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::record::{AgentHappening, Carried, Record};
use crate::domain::time::Timestamp;

impl Carried {
    /// Folds a record. `home` is the queue that authored an event, if the last offer is wanted by queue.
    pub fn apply(&mut self, agent: &AgentId, record: &Record, home: Option<&QueueId>) {
        match record {
            Record::Event(event) => self.apply_event(agent, event, home),
            Record::Agent(record) if record.agent == *agent => match &record.what {
                AgentHappening::PresenceSet { presence, base, resets } => {
                    self.chosen = Some((presence.clone(), *base, record.at));
                    self.missed.retain(|grant| !resets.contains(grant));
                }
                AgentHappening::SignedOut => self.chosen = None,
                AgentHappening::Carried(carried) => self.merge(carried),
            },
            _ => {}
        }
    }

    fn apply_event(&mut self, agent: &AgentId, event: &Event, home: Option<&QueueId>) {
        let at = event.at;
        match &event.what {
            Happening::Offered { offer, .. } if offer.grant.agent == *agent => self.offered(home, at),
            Happening::OfferEnded { grant, missed: true, .. }
                if grant.agent == *agent && !self.missed.contains(&grant.id) =>
            {
                self.missed.push(grant.id);
            }
            Happening::Assigned { grant, from_offer, .. } if grant.agent == *agent => {
                if grant.units > 0 {
                    self.load_changed_at = self.load_changed_at.max(at);
                }
                if !from_offer {
                    self.offered(home, at);
                }
            }
            Happening::WrapUp { grant, hold_until, .. } if grant.agent == *agent => {
                self.last_ended_at = self.last_ended_at.max(at);
                if hold_until.is_some_and(|until| until <= at) {
                    self.load_changed_at = self.load_changed_at.max(at);
                }
            }
            _ => {}
        }
        if let Some(ended) = event.what.ended().filter(|grant| grant.agent == *agent) {
            if ended.units > 0 {
                self.load_changed_at = self.load_changed_at.max(at);
            }
            if !matches!(event.what, Happening::HoldEnded { .. }) {
                self.last_ended_at = self.last_ended_at.max(at);
            }
        }
    }

    fn offered(&mut self, home: Option<&QueueId>, at: Timestamp) {
        let Some(home) = home else { return };
        match self.last_offered_at.iter_mut().find(|(queue, _)| queue == home) {
            Some((_, last)) => *last = (*last).max(at),
            None => self.last_offered_at.push((home.clone(), at)),
        }
    }

    fn merge(&mut self, other: &Self) {
        let newer = |a: &Option<(_, _, Timestamp)>| a.as_ref().map(|(_, _, at)| *at);
        if newer(&other.chosen) > newer(&self.chosen) {
            self.chosen.clone_from(&other.chosen);
        }
        self.load_changed_at = self.load_changed_at.max(other.load_changed_at);
        self.last_ended_at = self.last_ended_at.max(other.last_ended_at);
        for grant in &other.missed {
            if !self.missed.contains(grant) {
                self.missed.push(*grant);
            }
        }
        for (queue, at) in &other.last_offered_at {
            self.offered(Some(queue), *at);
        }
    }
}
