//! The whole configuration as one document: what `export` prints, `apply` reads and `/v1/configuration` serves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::agent::{Agent, Presence};
use super::capacity_profile::CapacityProfile;
use super::channel::{Channel, KeyRole};
use super::hours::OperatingHours;
use super::people::{CustomerRecord, RecordIdentificationRule, Skill};
use super::queue::Queue;
use super::quick_reply::QuickReply;
use super::settings::Settings;
use super::template::NotificationTemplate;
use super::webhook::Webhook;
use super::work_stream::WorkStream;

/// An API key in a document. Its token is not in it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyEntry {
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it may do.
    #[serde(default = "backend")]
    #[schema(default = "backend")]
    pub role: KeyRole,
    /// Channels that it is limited to; empty for all.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub channel_ids: Vec<String>,
    /// SHA-256 of its token, in hexadecimal. Must be given for a key that is not there yet; left out, a key
    /// that is there keeps its token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9a-f]{64}$", nullable = false)]
    pub token_sha256: Option<String>,
}

fn backend() -> KeyRole {
    KeyRole::Backend
}

/// The whole configuration. A section that is there is complete: what it does not name is deleted, but for
/// what is built in. A section that is not there is left as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Settings of the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub settings: Option<Settings>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub skills: Option<BTreeMap<String, Skill>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub capacity_profiles: Option<BTreeMap<String, CapacityProfile>>,
    /// Custom presences by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub presences: Option<BTreeMap<String, Presence>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub operating_hours: Option<BTreeMap<String, OperatingHours>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub queues: Option<BTreeMap<String, Queue>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agents: Option<BTreeMap<String, Agent>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notification_templates: Option<BTreeMap<String, NotificationTemplate>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub work_streams: Option<BTreeMap<String, WorkStream>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub channels: Option<BTreeMap<String, Channel>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub customers: Option<BTreeMap<String, CustomerRecord>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub record_identification_rules: Option<BTreeMap<String, RecordIdentificationRule>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub api_keys: Option<BTreeMap<String, ApiKeyEntry>>,
    /// By id. A secret is never in an export; it must be given for a webhook that is not there yet, and left out, one that
    /// is there keeps its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub webhooks: Option<BTreeMap<String, Webhook>>,
    /// By id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub quick_replies: Option<BTreeMap<String, QuickReply>>,
}

/// One step of a plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanStep {
    /// `create`, `change` or `delete`.
    pub action: String,
    /// Collection and id, e.g. `queues/vip`.
    pub resource: String,
    /// What changes: `pointer: before -> after`.
    pub changes: Vec<String>,
}

/// Something that is allowed but hardly meant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanWarning {
    /// JSON Pointer into the document.
    pub field: String,
    /// Stable name.
    pub code: String,
    /// What is meant by it.
    pub message: String,
}

/// What a document does, or did, to the configuration.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// Steps in order; none: the configuration is as the document says.
    pub steps: Vec<PlanStep>,
    /// Lint of the configuration after it.
    pub warnings: Vec<PlanWarning>,
    /// Whether it was done.
    pub applied: bool,
}
