//! Places beside units (SPEC §6): an agent has room for a conversation if there is a place in every profile that
//! its work stream names, and below the cap of concurrent conversations of that work stream.
//!
//! Queues judge with what a snapshot shows, agents with the truth, both by [`Room::fits`]. Knows no ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::config::{Config, WorkStream};
use super::ids::{AgentId, CapacityProfileId, WorkStreamId};
use super::time::Timestamp;

/// A place in a profile, fixed when the reservation or the bid was made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Place {
    /// In which profile.
    pub profile: CapacityProfileId,
    /// Given back then and not before, if it was assigned (a daily quota); `None`: with the grant.
    pub until: Option<Timestamp>,
}

/// The places that a conversation of this stream takes now.
pub fn places(config: &Config, stream: &WorkStream, now: Timestamp) -> Vec<Place> {
    let place = |id: &CapacityProfileId| {
        let profile = config.capacity_profiles.get(id);
        Place { profile: id.clone(), until: profile.and_then(|profile| profile.given_back_at(now)) }
    };
    stream.capacity_profile_ids.iter().map(place).collect()
}

/// Places taken: by profile, and by work stream for its cap. A count of 0 is left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// Places by profile.
    pub by_profile: BTreeMap<CapacityProfileId, u32>,
    /// Conversations on offer, active or holding capacity, by work stream.
    pub by_stream: BTreeMap<WorkStreamId, u32>,
}

impl Taken {
    /// One conversation more.
    pub fn add(&mut self, stream: &WorkStreamId, places: &[Place]) {
        *self.by_stream.entry(stream.clone()).or_default() += 1;
        for place in places {
            *self.by_profile.entry(place.profile.clone()).or_default() += 1;
        }
    }

    /// One conversation less.
    pub fn remove(&mut self, stream: &WorkStreamId, places: &[Place]) {
        take_one(&mut self.by_stream, stream);
        for place in places {
            take_one(&mut self.by_profile, &place.profile);
        }
    }
}

fn take_one<K: Ord>(counts: &mut BTreeMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// How many places an agent has in a profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// So many: the agent's own limit, else the profile's.
    pub places: u32,
    /// Whether a conversation in it keeps pushes of anything else away.
    pub blocking: bool,
}

/// The limits of an agent's profiles.
pub type Limits = BTreeMap<CapacityProfileId, Limit>;

/// The profiles of an agent, with their limits in this configuration.
pub fn limits(config: &Config, agent: &AgentId) -> Limits {
    let mine = config.agents.get(agent).map(|agent| agent.capacity_profiles.as_slice()).unwrap_or_default();
    let limit = |mine: &super::config::AgentProfile| {
        let profile = config.capacity_profiles.get(&mine.profile_id)?;
        let places = mine.limit.unwrap_or(profile.limit);
        Some((mine.profile_id.clone(), Limit { places, blocking: profile.blocking }))
    };
    mine.iter().filter_map(limit).collect()
}

/// What an agent shows of its places.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Room {
    /// Its profiles.
    pub limits: Arc<Limits>,
    /// What is taken, firm and held.
    pub taken: Taken,
    /// Blocking profiles in which it has a conversation, whether or not it has the profile itself.
    pub blocked: BTreeSet<CapacityProfileId>,
}

impl Room {
    /// Whether one more conversation may be pushed, with `pending` taken beside what is known: below the cap, a
    /// place in every profile, and nothing blocks. What blocks lets through only what takes a place in it too.
    pub fn fits<'a>(
        &self,
        pending: &Taken,
        stream: &WorkStreamId,
        cap: Option<u32>,
        profiles: &(impl Iterator<Item = &'a CapacityProfileId> + Clone),
    ) -> bool {
        let count = |taken: &Taken| taken.by_stream.get(stream).copied().unwrap_or(0);
        if cap.is_some_and(|cap| count(&self.taken) + count(pending) >= cap) {
            return false;
        }
        let place = |id: &CapacityProfileId| {
            let count = |taken: &Taken| taken.by_profile.get(id).copied().unwrap_or(0);
            let limit = self.limits.get(id);
            limit.is_some_and(|limit| count(&self.taken) + count(pending) < limit.places)
        };
        let blocks = |id: &&CapacityProfileId| self.limits.get(*id).is_some_and(|limit| limit.blocking);
        let mut blocked = self.blocked.iter().chain(pending.by_profile.keys().filter(blocks));
        profiles.clone().all(place) && blocked.all(|id| profiles.clone().any(|mine| mine == id))
    }

    /// One conversation more.
    pub fn take(&mut self, config: &Config, stream: &WorkStreamId, places: &[Place]) {
        self.taken.add(stream, places);
        for place in places {
            if config.capacity_profiles.get(&place.profile).is_some_and(|profile| profile.blocking) {
                self.blocked.insert(place.profile.clone());
            }
        }
    }

    /// Whether something may fit now that did not fit before.
    pub fn grew(&self, before: &Self) -> bool {
        fn fewer<K: Ord>(before: &BTreeMap<K, u32>, now: &BTreeMap<K, u32>) -> bool {
            before.iter().any(|(key, count)| now.get(key).copied().unwrap_or(0) < *count)
        }
        self.limits != before.limits
            || fewer(&before.taken.by_profile, &self.taken.by_profile)
            || fewer(&before.taken.by_stream, &self.taken.by_stream)
            || !before.blocked.is_subset(&self.blocked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str) -> Place {
        Place { profile: id.into(), until: None }
    }

    fn room(limits: &[(&str, u32, bool)]) -> Room {
        let limit = |(id, places, blocking): &(&str, u32, bool)| {
            (CapacityProfileId::from(*id), Limit { places: *places, blocking: *blocking })
        };
        Room { limits: Arc::new(limits.iter().map(limit).collect()), ..Room::default() }
    }

    fn fits(room: &Room, pending: &Taken, cap: Option<u32>, profiles: &[&str]) -> bool {
        let ids: Vec<CapacityProfileId> = profiles.iter().map(|id| CapacityProfileId::from(*id)).collect();
        room.fits(pending, &"chat".into(), cap, &ids.iter())
    }

    #[test]
    fn room_is_needed_in_every_profile() {
        let mut room = room(&[("tall", 2, false), ("wide", 1, false)]);
        let none = Taken::default();
        assert!(fits(&room, &none, None, &["tall", "wide"]));
        assert!(
            !fits(&room, &none, None, &["tall", "deep"]),
            "an agent without the profile has no place in it"
        );
        room.take(&Config::default(), &"chat".into(), &[place("tall"), place("wide")]);
        assert!(!fits(&room, &none, None, &["tall", "wide"]));
        assert!(fits(&room, &none, None, &["tall"]));
        let mut pending = Taken::default();
        pending.add(&"chat".into(), &[place("tall")]);
        assert!(!fits(&room, &pending, None, &["tall"]), "what is under way counts");
    }

    #[test]
    fn a_cap_counts_what_is_taken_and_what_is_under_way() {
        let mut room = room(&[]);
        let mut pending = Taken::default();
        assert!(fits(&room, &pending, Some(2), &[]));
        room.take(&Config::default(), &"chat".into(), &[]);
        pending.add(&"chat".into(), &[]);
        assert!(!fits(&room, &pending, Some(2), &[]));
        pending.remove(&"chat".into(), &[]);
        assert_eq!(pending, Taken::default());
        pending.add(&"mail".into(), &[]);
        assert!(fits(&room, &pending, Some(2), &[]), "another work stream's conversations do not count");
    }

    #[test]
    fn what_blocks_lets_through_only_what_takes_a_place_in_it_too() {
        let mut room = room(&[("voice", 2, true), ("chat", 5, false)]);
        let mut pending = Taken::default();
        pending.add(&"calls".into(), &[place("voice")]);
        assert!(!fits(&room, &pending, None, &["chat"]));
        assert!(!fits(&room, &pending, None, &[]));
        assert!(fits(&room, &pending, None, &["voice"]));
        assert!(fits(&room, &pending, None, &["voice", "chat"]));
        pending.remove(&"calls".into(), &[place("voice")]);
        room.blocked.insert("other".into());
        assert!(!fits(&room, &pending, None, &["chat"]), "also of a profile that the agent does not have");
    }

    #[test]
    fn room_grows_when_anything_is_given_back() {
        let mut before = room(&[("tall", 2, false)]);
        let now = before.clone();
        assert!(!now.grew(&before));
        before.taken.add(&"chat".into(), &[]);
        assert!(now.grew(&before) && !before.grew(&now));
        let mut blocked = now.clone();
        blocked.blocked.insert("tall".into());
        assert!(now.grew(&blocked) && !blocked.grew(&now));
        assert!(now.grew(&room(&[("tall", 1, false)])));
    }
}
