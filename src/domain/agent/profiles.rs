//! Places in capacity profiles and under caps: what of them is taken, and when daily ones come back (SPEC §6).
//!
//! An ordinary place is taken as long as its grant or hold stands. A daily one is taken by an offer while it is
//! open, and from the assignment on until its midnight, however long the assignment lasts; a conversation takes at
//! most one of a profile.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::input::Snapshot;
use super::state::{Agent, Hold};
use crate::capacity::{Place, Room, Taken, limits};
use crate::config::Config;
use crate::ids::{CapacityProfileId, ConversationId, WorkStreamId};
use crate::machine::Ctx;
use crate::time::Timestamp;

impl Snapshot {
    /// As it will be when this is held.
    pub(super) fn less(&mut self, config: &Config, hold: &Hold) {
        self.version += 1;
        self.free -= i64::from(hold.units);
        self.slots = self.slots.saturating_sub(u32::from(hold.offers));
        self.room.take(config, &hold.work_stream, &hold.places);
    }
}

impl Agent {
    /// Whether a push of this stream finds its places, as of now.
    pub(super) fn has_places(&self, ctx: &Ctx<'_>, stream: &WorkStreamId, places: &[Place]) -> bool {
        let cap =
            ctx.config.work_streams.get(stream).and_then(|s| s.distribution.max_conversations_per_agent);
        let profiles = places.iter().map(|place| &place.profile);
        self.room(ctx).fits(&Taken::default(), stream, cap, &profiles)
    }

    /// What the agent has of places, and what is taken.
    pub(super) fn room(&self, ctx: &Ctx<'_>) -> Room {
        let taken = self.taken(ctx.now);
        let blocks = |id: &&CapacityProfileId| {
            ctx.config.capacity_profiles.get(*id).is_some_and(|profile| profile.blocking)
        };
        let named = self.ledger.sums().by_profile.keys().chain(self.holds.sums().by_profile.keys());
        let blocked = named.filter(blocks).cloned().collect();
        let limits = limits(ctx.config, &self.id);
        let known = self.sent.as_ref().map(|sent| &sent.room.limits).filter(|known| ***known == limits);
        Room { limits: known.cloned().unwrap_or_else(|| Arc::new(limits)), taken, blocked }
    }

    /// What is taken now, firm and held.
    pub fn taken(&self, now: Timestamp) -> Taken {
        let (firm, held) = (self.ledger.sums(), self.holds.sums());
        let mut taken = Taken { by_profile: firm.ordinary.clone(), by_stream: firm.by_stream.clone() };
        for (stream, count) in &held.by_stream {
            *taken.by_stream.entry(stream.clone()).or_default() += count;
        }
        for (profile, count) in &held.ordinary {
            *taken.by_profile.entry(profile.clone()).or_default() += count;
        }
        let asked = self.daily_places().filter(|(_, until, _)| *until > now);
        let mut daily: BTreeSet<(&CapacityProfileId, ConversationId)> =
            asked.map(|(profile, _, conversation)| (profile, conversation)).collect();
        let spent = self.carried.spent.iter().filter(|spent| spent.until > now);
        daily.extend(spent.map(|spent| (&spent.profile, spent.conversation)));
        for (profile, _) in daily {
            *taken.by_profile.entry(profile.clone()).or_default() += 1;
        }
        taken
    }

    /// Daily places of what is on offer or held: of which profile, until when, for which conversation.
    fn daily_places(&self) -> impl Iterator<Item = (&CapacityProfileId, Timestamp, ConversationId)> {
        let firm = self.ledger.sums().daily.iter().filter_map(|grant| self.ledger.get(grant));
        let firm = firm.map(|entry| (entry.conversation, &entry.places));
        let held = self.holds.sums().daily.iter().filter_map(|grant| self.holds.get(grant));
        let held = held.map(|hold| (hold.conversation, &hold.places));
        firm.chain(held).flat_map(|(conversation, places)| {
            places.iter().filter_map(move |place| Some((&place.profile, place.until?, conversation)))
        })
    }

    /// When the next daily places are given back that were not looked at yet.
    pub(super) fn day_due(&self) -> Option<Timestamp> {
        let asked = self.daily_places().map(|(_, until, _)| until);
        let spent = self.carried.spent.iter().map(|spent| spent.until);
        asked.chain(spent).filter(|until| *until > self.days_over).min()
    }
}
