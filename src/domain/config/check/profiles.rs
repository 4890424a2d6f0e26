//! Checks capacity profiles, and who names them.

use super::bounds::{MAX_CAPACITY, MAX_NAME_CHARS, MAX_PER_AGENT, MAX_PROFILES};
use super::checker::Checker;
use super::problem::Problem;
use crate::config::{AgentProfile, CapacityProfile};
use crate::hours::is_time_zone;
use crate::ids::CapacityProfileId;

/// Checks a profile.
pub(super) fn profile(checker: &mut Checker<'_>, id: &CapacityProfileId, profile: &CapacityProfile) {
    checker.id(id.as_str());
    checker.name("name", &profile.name);
    checker.range("limit", profile.limit, 1, MAX_CAPACITY);
    let short = profile.time_zone.len() <= MAX_NAME_CHARS;
    checker.require(short && is_time_zone(&profile.time_zone), "time_zone", Problem::UnknownTimeZone);
}

/// Checks the profiles that an agent has.
pub(super) fn of_agent(checker: &mut Checker<'_>, profiles: &[AgentProfile]) {
    checker.each("capacity_profiles", profiles, MAX_PER_AGENT, |checker, index, mine| {
        let known = checker.config.capacity_profiles.contains_key(&mine.profile_id);
        checker.require(known, "profile_id", Problem::UnknownCapacityProfile);
        let again = profiles[..index].iter().any(|other| other.profile_id == mine.profile_id);
        checker.require(!again, "profile_id", Problem::Duplicate);
        if let Some(limit) = mine.limit {
            checker.range("limit", limit, 1, MAX_CAPACITY);
        }
    });
}

/// Checks the profiles that a work stream names.
pub(super) fn of_stream(checker: &mut Checker<'_>, profiles: &[CapacityProfileId]) {
    checker.each("capacity_profile_ids", profiles, MAX_PROFILES, |checker, index, id| {
        if !checker.config.capacity_profiles.contains_key(id) {
            checker.report(Problem::UnknownCapacityProfile);
        }
        if profiles[..index].contains(id) {
            checker.report(Problem::Duplicate);
        }
    });
}
