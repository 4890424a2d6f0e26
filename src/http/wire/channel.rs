//! Channels and API keys on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::{ChannelType, wire_enum};
use crate::domain::config::{self as domain, DEFAULT_LIVE_CHAT};
use crate::http::error::FieldError;

/// Settings of a channel; which of them it takes depends on its type.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// Live chat: origins (`https://shop.example`) that may embed the widget, beside our own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub allowed_origins: Vec<String>,
}

/// A channel: one widget, one number, one page. It belongs to one work stream of its type.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Its type, the same as its work stream's.
    #[serde(rename = "type")]
    pub kind: ChannelType,
    /// Its work stream. Live chat: `default-live-chat` if not given; must be given else.
    #[serde(default)]
    #[schema(max_length = 64, nullable = false)]
    pub work_stream_id: Option<String>,
    /// By type.
    #[serde(default)]
    pub settings: ChannelSettings,
}

impl Channel {
    /// The domain's form, or what is wrong beyond the schema.
    pub fn into_domain(self) -> Result<domain::Channel, Vec<FieldError>> {
        let mut errors = Vec::new();
        let kind = domain::ChannelType::from(self.kind);
        let live_chat = kind == domain::ChannelType::LiveChat;
        if self.work_stream_id.is_none() && !live_chat {
            errors.push(FieldError::new("/work_stream_id", "must be given, but for live chat"));
        }
        if !live_chat && !self.settings.allowed_origins.is_empty() {
            errors.push(FieldError::new("/settings/allowed_origins", "only live chat has it"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(domain::Channel {
            name: self.name,
            kind,
            work_stream_id: self.work_stream_id.unwrap_or_else(|| DEFAULT_LIVE_CHAT.to_owned()).into(),
            allowed_origins: self.settings.allowed_origins,
        })
    }
}

impl From<&domain::Channel> for Channel {
    fn from(channel: &domain::Channel) -> Self {
        Self {
            id: None,
            name: channel.name.clone(),
            kind: channel.kind.into(),
            work_stream_id: Some(channel.work_stream_id.to_string()),
            settings: ChannelSettings { allowed_origins: channel.allowed_origins.clone() },
        }
    }
}

/// Role of an API key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is its own name
pub enum KeyRole {
    Backend,
    Supervisor,
    Admin,
}

impl From<KeyRole> for domain::Role {
    fn from(role: KeyRole) -> Self {
        match role {
            KeyRole::Backend => Self::Backend,
            KeyRole::Supervisor => Self::Supervisor,
            KeyRole::Admin => Self::Admin,
        }
    }
}

impl From<domain::Role> for KeyRole {
    fn from(role: domain::Role) -> Self {
        match role {
            domain::Role::Supervisor => Self::Supervisor,
            domain::Role::Admin => Self::Admin,
            domain::Role::Agent | domain::Role::Backend => Self::Backend,
        }
    }
}

/// An API key. Its token is in the answer that creates it and nowhere else.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
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
}

/// The answer that creates an API key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewApiKey {
    /// As in the path.
    pub id: String,
    /// What people see.
    pub name: String,
    /// What it may do.
    pub role: KeyRole,
    /// Channels that it is limited to; empty for all.
    pub channel_ids: Vec<String>,
    /// The token, shown this once.
    pub token: String,
}

impl ApiKey {
    /// The domain's form, with the digest of its token.
    pub fn into_domain(self, digest: [u8; 32]) -> domain::ApiKey {
        domain::ApiKey {
            name: self.name,
            role: self.role.into(),
            channel_ids: self.channel_ids.into_iter().map(Into::into).collect(),
            digest,
        }
    }
}

fn backend() -> KeyRole {
    KeyRole::Backend
}

impl From<&domain::ApiKey> for ApiKey {
    fn from(key: &domain::ApiKey) -> Self {
        Self {
            id: None,
            name: key.name.clone(),
            role: key.role.into(),
            channel_ids: key.channel_ids.iter().map(ToString::to_string).collect(),
        }
    }
}

wire_enum! {
    /// Field of a customer record.
    IdentificationField = domain::IdentificationField { Name, Email, Phone, CaseNumber }
}
