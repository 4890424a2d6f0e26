//! What sets the collections apart.

pub mod hours;
pub mod webhooks;

use std::sync::Arc;

use actix_web::web;
use serde_json::{Map, Value};

use super::{Resource, checks, handlers};
use crate::domain::config::{Change, Config, Key};
use crate::domain::ids::{AgentId, ApiKeyId, ChannelId, PresenceId, QueueId, WorkStreamId};
use crate::domain::presence::BasePresence;
use crate::domain::time::Timestamp;
use crate::http::Edge;
use crate::http::auth::{digest, encode_bytes};
use crate::http::error::FieldError;
use crate::http::wire::{
    agent, capacity_profile, channel, people, queue, quick_reply, template, work_stream,
};
use crate::outbound::guard::Guard;
use crate::ports::ids::random_bytes;

/// Registers every collection.
pub fn register(app: &mut web::ServiceConfig) {
    handlers::register::<WorkStreams>(app);
    handlers::register::<Queues>(app);
    handlers::register::<Agents>(app);
    handlers::register::<Channels>(app);
    handlers::register::<Presences>(app);
    handlers::register::<Skills>(app);
    handlers::register::<CapacityProfiles>(app);
    handlers::register::<Customers>(app);
    handlers::register::<IdentificationRules>(app);
    handlers::register::<Templates>(app);
    handlers::register::<QuickReplies>(app);
    handlers::register::<ApiKeys>(app);
    handlers::register::<hours::Hours>(app);
    handlers::register::<webhooks::Webhooks>(app);
}

type Errors = Vec<FieldError>;

/// `/v1/work-streams`
#[derive(Debug)]
pub struct WorkStreams;

impl Resource for WorkStreams {
    type Wire = work_stream::WorkStream;
    const COLLECTION: &'static str = "work-streams";
    const WHAT: &'static str = "work stream";
    const READ_ONLY: &'static [&'static str] = &["warnings"];
    const NULLABLE: &'static [&'static str] = &["auto_close_after_inactivity_seconds"];

    fn key(id: &str) -> Key {
        Key::WorkStream(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.work_streams.keys().map(ToString::to_string).collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.work_streams.get(&WorkStreamId::from(id)).map(|stream| stream.as_ref().into())
    }
    fn change(id: &str, wire: Self::Wire, _: &Config) -> Result<Change, Errors> {
        Ok(Change::PutWorkStream(id.into(), Arc::new(wire.into_domain()?)))
    }
    fn decorate(id: &str, shown: &mut Map<String, Value>, config: &Config, _: &Edge) {
        let warnings = checks::warnings(&id.into(), config);
        shown.insert("warnings".to_owned(), serde_json::to_value(warnings).unwrap_or_default());
    }
}

/// `/v1/queues`
#[derive(Debug)]
pub struct Queues;

impl Resource for Queues {
    type Wire = queue::Queue;
    const COLLECTION: &'static str = "queues";
    const WHAT: &'static str = "queue";
    const READ_ONLY: &'static [&'static str] = &["members"];

    fn key(id: &str) -> Key {
        Key::Queue(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.queues.keys().map(ToString::to_string).collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.queues.get(&QueueId::from(id)).map(|queue| queue.as_ref().into())
    }
    fn change(id: &str, wire: Self::Wire, _: &Config) -> Result<Change, Errors> {
        Ok(Change::PutQueue(id.into(), Arc::new(wire.into())))
    }
    fn decorate(id: &str, shown: &mut Map<String, Value>, config: &Config, _: &Edge) {
        let members: Vec<Value> = config.members(&id.into()).map(|agent| agent.as_str().into()).collect();
        shown.insert("members".to_owned(), members.into());
    }
}

/// `/v1/agents`
#[derive(Debug)]
pub struct Agents;

impl Resource for Agents {
    type Wire = agent::Agent;
    const COLLECTION: &'static str = "agents";
    const WHAT: &'static str = "agent";
    const READ_ONLY: &'static [&'static str] = &["runtime"];

    fn key(id: &str) -> Key {
        Key::Agent(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.agents.keys().map(ToString::to_string).collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.agents.get(&AgentId::from(id)).map(|agent| agent.as_ref().into())
    }
    fn change(id: &str, wire: Self::Wire, _: &Config) -> Result<Change, Errors> {
        Ok(Change::PutAgent(id.into(), Arc::new(wire.into())))
    }
    fn decorate(id: &str, shown: &mut Map<String, Value>, _: &Config, edge: &Edge) {
        let runtime = edge.runtime(&id.into());
        shown.insert("runtime".to_owned(), serde_json::to_value(runtime).unwrap_or_default());
    }
    /// Tokens of an earlier agent of this id stay void.
    fn born(id: &str, now: Timestamp) -> Vec<Change> {
        vec![Change::VoidTokens(id.into(), now.0 + 1)]
    }
}

/// `/v1/channels`
#[derive(Debug)]
pub struct Channels;

impl Resource for Channels {
    type Wire = channel::Channel;
    const COLLECTION: &'static str = "channels";
    const WHAT: &'static str = "channel";

    fn key(id: &str) -> Key {
        Key::Channel(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.channels.keys().map(ToString::to_string).collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.channels.get(&ChannelId::from(id)).map(|channel| channel.as_ref().into())
    }
    fn change(id: &str, wire: Self::Wire, config: &Config) -> Result<Change, Errors> {
        let before = config.channels.get(&ChannelId::from(id));
        Ok(Change::PutChannel(id.into(), Arc::new(wire.into_domain(before.map(AsRef::as_ref))?)))
    }
    fn not_called(change: &Change, guard: Guard) -> Option<FieldError> {
        webhooks::not_called(change, guard)
    }
}

/// `/v1/presences`: the five base ones, which are built in, and custom ones.
#[derive(Debug)]
pub struct Presences;

impl Resource for Presences {
    type Wire = agent::Presence;
    const COLLECTION: &'static str = "presences";
    const WHAT: &'static str = "presence";

    fn key(id: &str) -> Key {
        Key::Presence(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        let base = BasePresence::CHOOSABLE.iter().map(|base| base.as_str().to_owned());
        let mut ids: Vec<String> = base.chain(config.presences.keys().map(ToString::to_string)).collect();
        ids.sort();
        ids
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        match BasePresence::from_id(id) {
            Some(base) => Some(agent::Presence {
                id: None,
                text: base_text(base),
                base: base.into(),
                description: None,
            }),
            None => config.presences.get(&PresenceId::from(id)).map(|presence| presence.as_ref().into()),
        }
    }
    fn change(id: &str, wire: Self::Wire, _: &Config) -> Result<Change, Errors> {
        Ok(Change::PutPresence(id.into(), Arc::new(wire.into())))
    }
}

fn base_text(base: BasePresence) -> String {
    match base {
        BasePresence::Available => "Available",
        BasePresence::Busy => "Busy",
        BasePresence::BusyDnd => "Do not disturb",
        BasePresence::Away => "Away",
        BasePresence::Offline => "Offline",
        BasePresence::Inactive => "Inactive",
    }
    .to_owned()
}

macro_rules! plain {
    ($(#[$doc:meta])* $name:ident, $wire:ty, $path:literal, $what:literal, $map:ident, $key:ident, $put:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Resource for $name {
            type Wire = $wire;
            const COLLECTION: &'static str = $path;
            const WHAT: &'static str = $what;

            fn key(id: &str) -> Key {
                Key::$key(id.into())
            }
            fn ids(config: &Config) -> Vec<String> {
                config.$map.keys().map(ToString::to_string).collect()
            }
            fn show(id: &str, config: &Config) -> Option<Self::Wire> {
                config.$map.get(&id.to_owned().into()).map(|value| value.as_ref().into())
            }
            fn change(id: &str, wire: Self::Wire, _: &Config) -> Result<Change, Errors> {
                Ok(Change::$put(id.into(), Arc::new(wire.into())))
            }
        }
    };
}

plain! {
    /// `/v1/skills`
    Skills, people::Skill, "skills", "skill", skills, Skill, PutSkill
}

plain! {
    /// `/v1/capacity-profiles`
    CapacityProfiles, capacity_profile::CapacityProfile, "capacity-profiles", "capacity profile", capacity_profiles,
    CapacityProfile, PutCapacityProfile
}

plain! {
    /// `/v1/customers`
    Customers, people::CustomerRecord, "customers", "customer", customers, Customer, PutCustomer
}

plain! {
    /// `/v1/notification-templates`
    Templates, template::NotificationTemplate, "notification-templates", "notification template", templates,
    Template, PutTemplate
}

plain! {
    /// `/v1/quick-replies`
    QuickReplies, quick_reply::QuickReply, "quick-replies", "quick reply", quick_replies, QuickReply, PutQuickReply
}

/// `/v1/record-identification-rules`
#[derive(Debug)]
pub struct IdentificationRules;

impl Resource for IdentificationRules {
    type Wire = people::RecordIdentificationRule;
    const COLLECTION: &'static str = "record-identification-rules";
    const WHAT: &'static str = "record identification rule";

    fn key(id: &str) -> Key {
        Key::IdentificationRule(id.to_owned())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.identification_rules.keys().cloned().collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.identification_rules.get(id).map(|rule| rule.as_ref().into())
    }
    fn change(id: &str, wire: Self::Wire, _: &Config) -> Result<Change, Errors> {
        Ok(Change::PutIdentificationRule(id.to_owned(), Arc::new(wire.into())))
    }
}

/// `/v1/api-keys`
#[derive(Debug)]
pub struct ApiKeys;

impl Resource for ApiKeys {
    type Wire = channel::ApiKey;
    const COLLECTION: &'static str = "api-keys";
    const WHAT: &'static str = "API key";

    fn key(id: &str) -> Key {
        Key::ApiKey(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.api_keys.keys().map(ToString::to_string).collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.api_keys.get(&ApiKeyId::from(id)).map(|key| key.as_ref().into())
    }
    /// Replacing a key keeps its token; a new one gets one from [`Resource::secret`].
    fn change(id: &str, wire: Self::Wire, config: &Config) -> Result<Change, Errors> {
        let digest = config.api_keys.get(&ApiKeyId::from(id)).map_or([0; 32], |key| key.digest);
        Ok(Change::PutApiKey(id.into(), Arc::new(wire.into_domain(digest))))
    }
    fn secret(change: &mut Change, _: &Config) -> Option<String> {
        let Change::PutApiKey(_, key) = change else { return None };
        let token = encode_bytes(&random_bytes::<32>());
        Arc::make_mut(key).digest = digest(&token);
        Some(token)
    }
}
