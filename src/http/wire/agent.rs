//! Agents and presences on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::capacity_profile::AgentCapacityProfile;
use super::common::{BasePresence, hundred};
use super::time;
use crate::domain::command::AgentShown;
use crate::domain::config as domain;

/// Role of an agent resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is its own name
pub enum AgentRole {
    Agent,
    Supervisor,
    Admin,
}

impl From<AgentRole> for domain::Role {
    fn from(role: AgentRole) -> Self {
        match role {
            AgentRole::Agent => Self::Agent,
            AgentRole::Supervisor => Self::Supervisor,
            AgentRole::Admin => Self::Admin,
        }
    }
}

impl From<domain::Role> for AgentRole {
    fn from(role: domain::Role) -> Self {
        match role {
            domain::Role::Supervisor => Self::Supervisor,
            domain::Role::Admin => Self::Admin,
            domain::Role::Agent | domain::Role::Backend => Self::Agent,
        }
    }
}

/// A skill that an agent has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentSkill {
    /// Which.
    #[schema(max_length = 64)]
    pub skill_id: String,
    /// How well, up to the skill's `max_level`.
    #[schema(minimum = 1, maximum = 1000)]
    pub level: u32,
}

/// How an agent is right now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentRuntime {
    /// Base or custom presence, or `inactive`.
    pub presence: String,
    /// Its base.
    pub base_presence: String,
    /// Whether a socket is open and heard.
    pub connected: bool,
    /// Open sockets.
    pub sessions: u32,
    /// Units used, firm and held.
    pub capacity_used: u32,
    /// Free units; negative where a pick or an assignment exceeded the total.
    pub capacity_free: i64,
    /// Conversations that it has: active, waiting and in wrap-up.
    pub conversations: usize,
    /// Its capacity profiles, by id, with the places that are taken now.
    pub capacity_profiles: Vec<AgentPlaces>,
    /// Since when this presence.
    #[schema(format = DateTime)]
    pub status_since: String,
}

/// Places that an agent has in one of its capacity profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentPlaces {
    /// Which.
    pub profile_id: String,
    /// Places in all: the agent's own limit, else the profile's.
    pub limit: u32,
    /// Places taken; more than `limit` where a pick or an assignment exceeded it. Those of a profile with a daily reset stay
    /// taken until the day is over.
    pub used: u32,
}

impl AgentRuntime {
    /// From what the read side shows.
    pub fn new(shown: &AgentShown, conversations: usize, capacity_profiles: Vec<AgentPlaces>) -> Self {
        Self {
            capacity_profiles,
            presence: shown.presence.to_string(),
            base_presence: shown.base.as_str().to_owned(),
            connected: shown.connected,
            sessions: shown.sessions,
            capacity_used: shown.used,
            capacity_free: shown.free(),
            conversations,
            status_since: time::format(shown.since),
        }
    }
}

/// An agent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Address.
    #[serde(default)]
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// What its tokens may do.
    #[serde(default = "agent")]
    #[schema(default = "agent")]
    pub role: AgentRole,
    /// Total units.
    #[serde(default = "hundred")]
    #[schema(default = 100, minimum = 0, maximum = 1_000_000)]
    pub capacity: u32,
    /// Queues that it serves, beside the two default queues that hold every agent.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub queue_ids: Vec<String>,
    /// Presence after sign-in, base or custom.
    #[serde(default = "available")]
    #[schema(default = "available", max_length = 64)]
    pub default_presence: String,
    /// Skills with levels.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub skills: Vec<AgentSkill>,
    /// Capacity profiles that it has; it is pushed nothing that names another.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub capacity_profiles: Vec<AgentCapacityProfile>,
    /// How it is right now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only)]
    pub runtime: Option<AgentRuntime>,
}

fn agent() -> AgentRole {
    AgentRole::Agent
}

fn available() -> String {
    "available".to_owned()
}

impl From<Agent> for domain::Agent {
    fn from(wire: Agent) -> Self {
        let skill =
            |skill: AgentSkill| domain::AgentSkill { skill_id: skill.skill_id.into(), level: skill.level };
        Self {
            name: wire.name,
            email: wire.email,
            role: wire.role.into(),
            capacity: wire.capacity,
            queue_ids: wire.queue_ids.into_iter().map(Into::into).collect(),
            default_presence: wire.default_presence.into(),
            skills: wire.skills.into_iter().map(skill).collect(),
            capacity_profiles: wire.capacity_profiles.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::Agent> for Agent {
    fn from(agent: &domain::Agent) -> Self {
        let skill = |skill: &domain::AgentSkill| AgentSkill {
            skill_id: skill.skill_id.to_string(),
            level: skill.level,
        };
        Self {
            id: None,
            name: agent.name.clone(),
            email: agent.email.clone(),
            role: agent.role.into(),
            capacity: agent.capacity,
            queue_ids: agent.queue_ids.iter().map(ToString::to_string).collect(),
            default_presence: agent.default_presence.to_string(),
            skills: agent.skills.iter().map(skill).collect(),
            capacity_profiles: agent.capacity_profiles.iter().map(Into::into).collect(),
            runtime: None,
        }
    }
}

/// A presence: one of the five base ones, which are built in, or a custom one over a base one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What agents see.
    #[schema(min_length = 1, max_length = 100)]
    pub text: String,
    /// What routing looks at.
    pub base: BasePresence,
    /// Help for agents.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: Option<String>,
}

impl From<Presence> for domain::CustomPresence {
    fn from(wire: Presence) -> Self {
        Self { text: wire.text, base: wire.base.into(), description: wire.description }
    }
}

impl From<&domain::CustomPresence> for Presence {
    fn from(presence: &domain::CustomPresence) -> Self {
        Self {
            id: None,
            text: presence.text.clone(),
            base: presence.base.into(),
            description: presence.description.clone(),
        }
    }
}
