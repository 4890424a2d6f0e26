//! Capacity profiles on the wire: named limits beside units.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::{one, wire_enum};
use crate::domain::config as domain;

wire_enum! {
    /// When places are given back: with the conversation, as units are, or at the end of the local day only, which
    /// makes the limit a daily quota of assigned conversations.
    Reset = domain::Reset { None, EndOfDay }
}

/// A named limit. Each conversation of a work stream that names it takes one place of its agent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityProfile {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Places of each agent that has it, unless the agent's own limit says otherwise.
    #[serde(default = "one")]
    #[schema(default = 1, minimum = 1, maximum = 1_000_000)]
    pub limit: u32,
    /// Whether an agent that has a conversation in it is pushed nothing that takes no place in it too.
    #[serde(default)]
    #[schema(default = false)]
    pub blocking: bool,
    /// When places are given back.
    #[serde(default = "none")]
    #[schema(default = "none")]
    pub reset: Reset,
    /// Time zone whose midnight ends the day, an IANA name.
    #[serde(default = "utc")]
    #[schema(default = "UTC", min_length = 1, max_length = 100)]
    pub time_zone: String,
}

fn none() -> Reset {
    Reset::None
}

fn utc() -> String {
    "UTC".to_owned()
}

impl From<CapacityProfile> for domain::CapacityProfile {
    fn from(wire: CapacityProfile) -> Self {
        Self {
            name: wire.name,
            limit: wire.limit,
            blocking: wire.blocking,
            reset: wire.reset.into(),
            time_zone: wire.time_zone,
        }
    }
}

impl From<&domain::CapacityProfile> for CapacityProfile {
    fn from(profile: &domain::CapacityProfile) -> Self {
        Self {
            id: None,
            name: profile.name.clone(),
            limit: profile.limit,
            blocking: profile.blocking,
            reset: profile.reset.into(),
            time_zone: profile.time_zone.clone(),
        }
    }
}

/// A capacity profile that an agent has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentCapacityProfile {
    /// Which.
    #[schema(max_length = 64)]
    pub profile_id: String,
    /// The agent's own limit, instead of the profile's.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub limit: Option<u32>,
}

impl From<AgentCapacityProfile> for domain::AgentProfile {
    fn from(wire: AgentCapacityProfile) -> Self {
        Self { profile_id: wire.profile_id.into(), limit: wire.limit }
    }
}

impl From<&domain::AgentProfile> for AgentCapacityProfile {
    fn from(profile: &domain::AgentProfile) -> Self {
        Self { profile_id: profile.profile_id.to_string(), limit: profile.limit }
    }
}
