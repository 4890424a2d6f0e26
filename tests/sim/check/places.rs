//! I3, of places in profiles and under caps: the ghost's own ledger of them, by the records.

use std::collections::{BTreeMap, BTreeSet};

use callboard::domain::agent::{Agent, Hold};
use callboard::domain::capacity::Taken;
use callboard::domain::config::Config;
use callboard::domain::ids::{AgentId, CapacityProfileId, ConversationId, GrantId, WorkStreamId};
use callboard::domain::offer::Grant;
use callboard::domain::time::Timestamp;

use super::ghost::{Ghost, SeenAgent};

/// Milliseconds of a day, and the hour at which days end in Los Angeles in winter, by UTC.
const DAY_MS: i64 = 86_400_000;
const MIDNIGHT_MS: i64 = 8 * 3_600_000;

/// A grant that stands.
#[derive(Clone)]
pub struct Granted {
    /// As it was recorded.
    pub grant: Grant,
    /// For which conversation.
    pub conversation: ConversationId,
    /// Whether it is on offer only.
    pub offer: bool,
}

/// Counts, without zeros.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Counts {
    /// By profile.
    pub profiles: BTreeMap<CapacityProfileId, u32>,
    /// By work stream.
    pub streams: BTreeMap<WorkStreamId, u32>,
}

impl Counts {
    /// What an agent says of itself.
    pub fn of(taken: &Taken) -> Self {
        Self { profiles: taken.by_profile.clone(), streams: taken.by_stream.clone() }
    }

    /// Whether nothing here is less than there.
    pub fn covers(&self, other: &Self) -> bool {
        fn all<K: Ord>(mine: &BTreeMap<K, u32>, others: &BTreeMap<K, u32>) -> bool {
            others.iter().all(|(key, count)| mine.get(key).is_some_and(|mine| mine >= count))
        }
        all(&self.profiles, &other.profiles) && all(&self.streams, &other.streams)
    }
}

impl SeenAgent {
    /// The days that are over when this was recorded give their places back for good.
    pub fn days_pass(&mut self, at: Timestamp) {
        self.latest = self.latest.max(at);
        let latest = self.latest;
        self.spent.retain(|(until, _, _)| *until > latest);
    }

    /// An assignment spends daily places.
    pub fn spend(&mut self, conversation: ConversationId, grant: &Grant) {
        for place in &grant.places {
            if let Some(until) = place.until.filter(|until| *until > self.latest) {
                self.spent.insert((until, place.profile.clone(), conversation));
            }
        }
    }

    /// What is taken by the records, and by these holds.
    pub fn counts<'a>(
        &self,
        now: Timestamp,
        holds: impl Iterator<Item = (&'a Hold, WorkStreamId)>,
    ) -> Counts {
        let mut counts = Counts::default();
        let mut days = BTreeSet::new();
        let mut count = |stream: &WorkStreamId, id, places: &[callboard::domain::capacity::Place], asks| {
            *counts.streams.entry(stream.clone()).or_default() += 1;
            for place in places {
                if place.until.is_none() {
                    *counts.profiles.entry(place.profile.clone()).or_default() += 1;
                } else if asks && place.until > Some(now) {
                    days.insert((place.profile.clone(), id));
                }
            }
        };
        for granted in self.grants.values() {
            let grant = &granted.grant;
            count(&grant.work_stream, granted.conversation, &grant.places, granted.offer);
        }
        holds.for_each(|(hold, stream)| count(&stream, hold.conversation, &hold.places, true));
        let spent = self.spent.iter().filter(|(until, _, _)| *until > now);
        days.extend(spent.map(|(_, profile, id)| (profile.clone(), *id)));
        for (profile, _) in days {
            *counts.profiles.entry(profile).or_default() += 1;
        }
        counts
    }

    /// Whether a blocking profile in which it has something keeps this stream away.
    fn blocked<'a>(
        &'a self,
        holds: impl Iterator<Item = &'a Hold>,
        config: &Config,
        needs: &[CapacityProfileId],
    ) -> bool {
        let places = self.grants.values().flat_map(|granted| &granted.grant.places);
        let mut places = places.chain(holds.flat_map(|hold| &hold.places));
        places.any(|place| {
            let blocks = config.capacity_profiles.get(&place.profile).is_some_and(|p| p.blocking);
            blocks && !needs.contains(&place.profile)
        })
    }
}

impl Ghost {
    /// What the records say that an agent has taken.
    pub fn counts(&self, agent: &AgentId, now: Timestamp) -> Counts {
        self.agents.get(agent).map(|seen| seen.counts(now, std::iter::empty())).unwrap_or_default()
    }

    /// What an agent holds beside this grant, and beside what is on record already.
    pub fn only_held<'a>(&self, agent: &'a Agent, grant: GrantId) -> Vec<&'a Hold> {
        let seen = self.agents.get(&agent.id);
        let recorded = |id: &GrantId| seen.is_some_and(|seen| seen.grants.contains_key(id));
        let others = agent.holds.iter().filter(|(id, _)| **id != grant && !recorded(id));
        others.map(|(_, hold)| hold).collect()
    }

    /// Why one more of this stream may not be pushed to an agent that holds `holds` beside what the records say.
    pub fn no_place(
        &self,
        agent: &AgentId,
        holds: &[&Hold],
        stream: &WorkStreamId,
        needs: &[CapacityProfileId],
        config: &Config,
        now: Timestamp,
    ) -> Option<String> {
        let none = SeenAgent::default();
        let seen = self.agents.get(agent).unwrap_or(&none);
        let real = |hold: &&Hold| -> WorkStreamId {
            let known = self.conversations.get(&hold.conversation);
            known.map_or_else(|| hold.work_stream.clone(), |seen| seen.born.work_stream_id.clone())
        };
        let counts = seen.counts(now, holds.iter().map(|hold| (*hold, real(hold))));
        let cap = config.work_streams.get(stream).and_then(|s| s.distribution.max_conversations_per_agent);
        let here = counts.streams.get(stream).copied().unwrap_or(0);
        if cap.is_some_and(|cap| here >= cap) {
            return Some(format!("{here} of {stream}, the cap is {cap:?}"));
        }
        let resource = config.agents.get(agent)?;
        for need in needs {
            let mine = resource.capacity_profiles.iter().find(|mine| mine.profile_id == *need);
            let profile = config.capacity_profiles.get(need);
            let limit = mine.zip(profile).map_or(0, |(mine, profile)| mine.limit.unwrap_or(profile.limit));
            let used = counts.profiles.get(need).copied().unwrap_or(0);
            if used >= limit {
                return Some(format!("{used} places of {limit} in {need}"));
            }
        }
        let blocked = seen.blocked(holds.iter().copied(), config, needs);
        blocked.then(|| format!("blocked for {needs:?}"))
    }
}

/// Daily places come back at midnight.
pub fn wrong_day(grant: &Grant) -> Option<String> {
    let mut days = grant.places.iter().filter_map(|place| place.until);
    let wrong = days.find(|until| (until.0 - MIDNIGHT_MS).rem_euclid(DAY_MS) != 0);
    wrong.map(|until| format!("a daily place of {} is given back at {until:?}", grant.agent))
}
