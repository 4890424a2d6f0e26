//! What an agent keeps of conversations that are over: a fold whose fields are maxima and sets, so that
//! records of several authors may come in any order (ARCHITECTURE §2.3). Used by the machine and by snapshots.

use crate::config::Change;
use crate::conversation::{Event, Happening};
use crate::ids::{AgentId, QueueId};
use crate::offer::Grant;
use crate::record::{AgentHappening, Carried, Record, Spent};
use crate::time::Timestamp;

/// How long a daily place that was given back is remembered: until the agent has acted on it, which its timer does within
/// a second. An event that comes in between must not take the timer away.
const SPENT_KEPT_MS: i64 = 3_600_000;

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
                AgentHappening::SignedIn => self.signed_in_at = Some(record.at),
                AgentHappening::SignedOut => (self.chosen, self.signed_in_at) = (None, None),
                AgentHappening::Audited(_) => {}
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
            self.signed_in_at.take_if(|signed_in| *signed_in < at);
            self.missed.clear();
            self.spent.retain(|spent| spent.at >= at);
            for last in [&mut self.load_changed_at, &mut self.last_ended_at, &mut self.latest] {
                if *last < at {
                    *last = Timestamp::default();
                }
            }
        }
    }

    fn apply_event(&mut self, agent: &AgentId, event: &Event, home: Option<&QueueId>) {
        let at = event.at;
        self.latest = self.latest.max(at);
        let since = self.latest.plus_ms(-SPENT_KEPT_MS);
        self.spent.retain(|spent| spent.until > since);
        if event.what.offered_to() == Some(agent) {
            self.offered(home, at);
        }
        match &event.what {
            Happening::OfferEnded { grant, missed: true, .. }
                if grant.agent == *agent && !self.missed.contains(&grant.id) =>
            {
                self.missed.push(grant.id);
            }
            Happening::Assigned { grant, .. } if grant.agent == *agent => {
                if grant.units > 0 {
                    self.load_changed_at = self.load_changed_at.max(at);
                }
                self.spend(event, grant);
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

    /// An assignment takes daily places until they are given back.
    fn spend(&mut self, event: &Event, grant: &Grant) {
        for place in &grant.places {
            if let Some(until) = place.until.filter(|until| *until > self.latest.plus_ms(-SPENT_KEPT_MS)) {
                let profile = place.profile.clone();
                self.spent.insert(Spent { until, profile, conversation: event.conversation, at: event.at });
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
    use crate::capacity::Place;
    use crate::conversation::By;
    use crate::ids::{ConversationId, GrantId};
    use crate::offer::{GrantKind, OfferEnd};
    use crate::presence::BasePresence;
    use crate::record::AgentRecord;

    fn grant(agent: &str, units: u32) -> Grant {
        Grant {
            id: GrantId(Uuid::from_u128(7)),
            agent: agent.into(),
            units,
            places: Vec::new(),
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
    fn a_daily_place_is_spent_by_an_assignment_until_its_day_is_over_in_any_order() {
        let assigned = |at, until| {
            let place = Place { profile: "calls".into(), until: Some(Timestamp(until)) };
            let grant = Grant { places: vec![place], ..grant("a", 1) };
            event(at, Happening::Assigned { grant, from_offer: true, ends: None, trace: None })
        };
        let early = || event(20, Happening::Waiting { ends: grant("a", 1) });
        let late = || event(100 + SPENT_KEPT_MS, Happening::Waiting { ends: grant("a", 1) });
        assert_eq!(fold(&[assigned(5, 100), early()]).spent.len(), 1, "the end gives nothing back");
        let over = fold(&[assigned(5, 100), assigned(6, 200 + SPENT_KEPT_MS), late()]);
        assert_eq!(over.spent.len(), 1, "only the day's end does");
        assert_eq!(fold(&[late(), assigned(6, 200 + SPENT_KEPT_MS), assigned(5, 100)]), over);
    }

    #[test]
    fn somebody_elses_conversation_changes_nothing_of_ours() {
        let closed = Happening::Waiting { ends: grant("b", 1) };
        assert_eq!(fold(&[event(5, closed)]), Carried { latest: Timestamp(5), ..Carried::default() });
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
