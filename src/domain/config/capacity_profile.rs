//! Capacity profiles: named limits beside units (SPEC §6).

use serde::{Deserialize, Serialize};

use crate::hours;
use crate::ids::CapacityProfileId;
use crate::time::Timestamp;

/// When places of a profile are given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Reset {
    /// With the grant, as units are.
    None,
    /// At the end of the local day, not before: a daily quota of assigned conversations.
    EndOfDay,
}

/// A named limit. Each conversation of a work stream that names it takes one place of its agent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CapacityProfile {
    /// What people see.
    pub name: String,
    /// Places of each agent that has it, unless the agent's own limit says otherwise.
    pub limit: u32,
    /// Whether an agent with a conversation in it is pushed nothing else.
    pub blocking: bool,
    /// When places are given back.
    pub reset: Reset,
    /// Time zone whose midnight ends the day, an IANA name.
    pub time_zone: String,
}

impl CapacityProfile {
    /// When a place taken now is given back; `None`: with the grant. A zone that is not known counts as UTC.
    pub fn given_back_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.reset {
            Reset::None => None,
            Reset::EndOfDay => Some(next_midnight(&self.time_zone, now)),
        }
    }
}

/// A profile that an agent has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentProfile {
    /// Which.
    pub profile_id: CapacityProfileId,
    /// The agent's own limit; `None`: the profile's.
    pub limit: Option<u32>,
}

/// The next midnight of this zone: the start of its next day, which a change of clocks may put at another hour.
fn next_midnight(zone: &str, now: Timestamp) -> Timestamp {
    let zone = hours::zone(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let next = jiff::Timestamp::from_millisecond(now.0)
        .and_then(|instant| instant.to_zoned(zone).tomorrow())
        .and_then(|tomorrow| tomorrow.start_of_day());
    // Beyond the calendar, some nine thousand years from now, nothing is waited for.
    next.map_or(now, |next| Timestamp(next.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn midnight(zone: &str, now: &str) -> Timestamp {
        next_midnight(zone, at(now))
    }

    #[test]
    fn a_day_ends_at_the_local_midnight() {
        assert_eq!(midnight("UTC", "2026-11-21T23:59:59.999Z"), at("2026-11-22T00:00:00Z"));
        assert_eq!(midnight("UTC", "2026-11-22T00:00:00Z"), at("2026-11-23T00:00:00Z"));
        assert_eq!(midnight("Europe/Berlin", "2026-11-21T22:30:00Z"), at("2026-11-21T23:00:00Z"));
        assert_eq!(midnight("Asia/Tokyo", "2026-11-21T22:30:00Z"), at("2026-11-22T15:00:00Z"));
    }

    #[test]
    fn a_change_of_clocks_makes_a_day_longer_or_shorter() {
        // Berlin leaves summer time on 2026-10-25 at 03:00: that day has 25 hours.
        assert_eq!(midnight("Europe/Berlin", "2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"));
        // In Santiago the clocks go forward at midnight: the day of 2026-09-06 begins at 01:00.
        assert_eq!(midnight("America/Santiago", "2026-09-05T12:00:00Z"), at("2026-09-06T04:00:00Z"));
    }
}
