//! The whole configuration at once: the document of what is, and the plan from what is to what should be.
//!
//! Shared by `/v1/configuration` and the commands `apply` and `export`. A plan is made on a copy: each change
//! is checked against the configuration that the changes before it leave.

mod plan;
mod serve;

use std::collections::BTreeMap;
use std::fmt::Write;

pub use plan::{Planned, plan};
pub use serve::register;

use super::Resource;
use super::collections::hours::Hours;
use super::collections::webhooks::Webhooks;
use super::collections::{
    Agents, CapacityProfiles, Channels, Customers, IdentificationRules, Presences, Queues, QuickReplies,
    Skills, Templates, WorkStreams,
};
use crate::domain::config::Config;
use crate::domain::presence::BasePresence;
use crate::http::wire::document::{ApiKeyEntry, Configuration};
use crate::http::wire::settings::Settings;

/// The document of a configuration.
pub fn document(config: &Config) -> Configuration {
    Configuration {
        settings: Some(Settings::from(config.settings.as_ref())),
        skills: Some(section::<Skills>(config)),
        capacity_profiles: Some(section::<CapacityProfiles>(config)),
        presences: Some(section::<Presences>(config)),
        operating_hours: Some(section::<Hours>(config)),
        queues: Some(section::<Queues>(config)),
        agents: Some(section::<Agents>(config)),
        work_streams: Some(section::<WorkStreams>(config)),
        channels: Some(section::<Channels>(config)),
        customers: Some(section::<Customers>(config)),
        record_identification_rules: Some(section::<IdentificationRules>(config)),
        notification_templates: Some(section::<Templates>(config)),
        webhooks: Some(section::<Webhooks>(config)),
        quick_replies: Some(section::<QuickReplies>(config)),
        api_keys: Some(config.api_keys.iter().map(|(id, key)| (id.to_string(), entry(key))).collect()),
    }
}

fn section<R: Resource>(config: &Config) -> BTreeMap<String, R::Wire> {
    let ids = R::ids(config).into_iter().filter(|id| !is_base_presence::<R>(id));
    ids.filter_map(|id| R::show(&id, config).map(|wire| (id, wire))).collect()
}

/// Base presences are in lists but never in documents: nothing of them can change.
fn is_base_presence<R: Resource>(id: &str) -> bool {
    R::COLLECTION == Presences::COLLECTION && BasePresence::from_id(id).is_some()
}

fn entry(key: &crate::domain::config::ApiKey) -> ApiKeyEntry {
    let hex = key.digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    ApiKeyEntry {
        name: key.name.clone(),
        role: key.role.into(),
        channel_ids: key.channel_ids.iter().map(ToString::to_string).collect(),
        token_sha256: Some(hex),
    }
}
