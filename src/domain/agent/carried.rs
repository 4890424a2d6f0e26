//! What an agent keeps of conversations that are over: a fold whose fields are maxima and sets, so that
//! records of several authors may come in any order (ARCHITECTURE §2.3). Used by the machine and by snapshots.

use crate::domain::config::Change;
use crate::domain::conversation::{Event, Happening};
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::record::{AgentHappening, Carried, Record};
use crate::domain::time::Timestamp;

impl Carried {
    /// Folds a record. `home` is the queue that authored an event, if the last offer is wanted by queue.
    pub fn apply(&mut self, agent: &AgentId, record: &Record, home: Option<&QueueId>) {
        match record {
            Record::Event(event) if event.at >= self.since => self.apply_event(agent, event, home),
            Record::Configured(configured) if configured.change.agent() == Some(agent) => {
                self.apply_change(&configured.change, configured.at);
            }
            Record::Agent(record) if record.agent == *agent => match &record.what {
                // Stands behind the events of a snapshot and replaces what they made: the resets that answer
                // their missed offers are not in it.
                AgentHappening::Carried(carried) => self.clone_from(carried),
                _ if record.at < self.since => {}
                AgentHappening::PresenceSet { presence, base, resets } => {
                    self.chosen = Some((presence.clone(), *base, record.at));
                    self.missed.retain(|grant| !resets.contains(grant));
                }
                AgentHappening::SignedOut => self.chosen = None,
            },
            _ => {}
        }
    }

    /// Configured for the first time, or anew: nothing older counts, whether or not the house started between. What
    /// was folded first but is not older stays, since records of several authors come in any order.
    fn apply_change(&mut self, change: &Change, at: Timestamp) {
        if matches!(change, Change::Delete(_)) {
            self.deleted = true;
        } else if self.deleted || self.since == Timestamp::default() {
            (self.deleted, self.since) = (false, at);
            self.chosen.take_if(|(_, _, chosen)| *chosen < at);
            self.missed.clear();
            for last in [&mut self.load_changed_at, &mut self.last_ended_at] {
                if *last < at {
                    *last = Timestamp::default();
                }
            }
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
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::conversation::By;
    use crate::domain::ids::{ConversationId, GrantId};
    use crate::domain::offer::{Grant, GrantKind, OfferEnd};
    use crate::domain::presence::BasePresence;
    use crate::domain::record::AgentRecord;

    fn grant(agent: &str, units: u32) -> Grant {
        Grant {
            id: GrantId(Uuid::from_u128(7)),
            agent: agent.into(),
            units,
            kind: GrantKind::Push,
            work_stream: "w".into(),
        }
    }

    fn event(at: i64, what: Happening) -> Record {
        let conversation = ConversationId(Uuid::from_u128(1));
        Record::Event(Event { conversation, seq: 2, at: Timestamp(at), by: By::System, what })
    }

    fn fold(records: &[Record]) -> Carried {
        let mut carried = Carried::default();
        records.iter().for_each(|record| carried.apply(&"a".into(), record, Some(&"q".into())));
        carried
    }

    fn own(what: AgentHappening) -> Record {
        Record::Agent(AgentRecord { agent: "a".into(), at: Timestamp(50), by: By::System, what })
    }

    #[test]
    fn an_assignment_and_a_wrap_up_that_holds_nothing_change_the_load() {
        let assigned = |units| Happening::Assigned {
            grant: grant("a", units),
            from_offer: false,
            ends: None,
            trace: None,
        };
        assert_eq!(fold(&[event(5, assigned(1))]).load_changed_at, Timestamp(5));
        assert_eq!(fold(&[event(5, assigned(0))]).load_changed_at, Timestamp(0));
        let wrap_up = |hold_until| Happening::WrapUp { grant: grant("a", 1), hold_until, by_customer: false };
        let held = fold(&[event(9, wrap_up(None))]);
        assert_eq!((held.load_changed_at, held.last_ended_at), (Timestamp(0), Timestamp(9)));
        assert_eq!(fold(&[event(9, wrap_up(Some(Timestamp(9))))]).load_changed_at, Timestamp(9));
    }

    #[test]
    fn somebody_elses_conversation_changes_nothing() {
        let closed = Happening::Waiting { ends: grant("b", 1) };
        assert_eq!(fold(&[event(5, closed)]), Carried::default());
    }

    #[test]
    fn a_missed_offer_stays_until_a_presence_names_it() {
        let missed = || {
            let grant = grant("a", 1);
            let end = OfferEnd::TimedOut;
            event(3, Happening::OfferEnded { grant, end, cause: None, cooldown_until: None, missed: true })
        };
        let reset = |resets| {
            own(AgentHappening::PresenceSet {
                presence: "available".into(),
                base: BasePresence::Available,
                resets,
            })
        };
        let id = grant("a", 1).id;
        assert_eq!(fold(&[missed(), missed()]).missed, [id]);
        assert_eq!(fold(&[missed(), reset(vec![])]).missed, [id]);
        assert!(fold(&[missed(), reset(vec![id])]).missed.is_empty());
        let carried = fold(&[missed(), reset(vec![id])]);
        let started = fold(&[missed(), own(AgentHappening::Carried(carried.clone()))]);
        assert_eq!(started, carried);
    }

    #[test]
    fn signing_out_forgets_the_chosen_presence() {
        let chosen =
            AgentHappening::PresenceSet { presence: "away".into(), base: BasePresence::Away, resets: vec![] };
        assert!(fold(&[own(chosen.clone())]).chosen.is_some());
        assert_eq!(fold(&[own(chosen), own(AgentHappening::SignedOut)]).chosen, None);
    }
}
