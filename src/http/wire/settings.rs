//! Settings of the installation on the wire.

mod intake;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use intake::IntakeRule;

use crate::domain::config as domain;
use crate::domain::config::ChannelType;
use crate::http::error::FieldError;

/// Longest time in each state; null is no limit.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeLimits {
    /// In open.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub open_seconds: Option<u32>,
    /// In active.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub active_seconds: Option<u32>,
    /// In waiting.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub waiting_seconds: Option<u32>,
    /// In wrap-up.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub wrap_up_seconds: Option<u32>,
}

macro_rules! by_type {
    ($($field:ident = $kind:ident),* $(,)?) => {
        /// Age limits by channel type.
        #[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields, default)]
        #[allow(missing_docs)] // each is a channel type
        pub struct AgeLimitsByType { $(#[schema(required = false)] pub $field: AgeLimits),* }

        impl From<AgeLimitsByType> for BTreeMap<ChannelType, domain::AgeLimits> {
            fn from(wire: AgeLimitsByType) -> Self {
                [$((ChannelType::$kind, wire.$field.into())),*].into_iter().collect()
            }
        }

        impl From<&BTreeMap<ChannelType, domain::AgeLimits>> for AgeLimitsByType {
            fn from(limits: &BTreeMap<ChannelType, domain::AgeLimits>) -> Self {
                let of = |kind| limits.get(&kind).copied().unwrap_or_else(|| domain::default_age_limits(kind)).into();
                Self { $($field: of(ChannelType::$kind)),* }
            }
        }
    };
}

by_type! {
    live_chat = LiveChat, sms = Sms, facebook = Facebook, wechat = Wechat, teams = Teams, line = Line,
    whatsapp = Whatsapp, twitter = Twitter, custom = Custom, entity = Entity,
}

impl Default for AgeLimitsByType {
    fn default() -> Self {
        (&BTreeMap::new()).into()
    }
}

impl From<AgeLimits> for domain::AgeLimits {
    fn from(wire: AgeLimits) -> Self {
        Self {
            open_seconds: wire.open_seconds,
            active_seconds: wire.active_seconds,
            waiting_seconds: wire.waiting_seconds,
            wrap_up_seconds: wire.wrap_up_seconds,
        }
    }
}

impl From<domain::AgeLimits> for AgeLimits {
    fn from(limits: domain::AgeLimits) -> Self {
        Self {
            open_seconds: limits.open_seconds,
            active_seconds: limits.active_seconds,
            waiting_seconds: limits.waiting_seconds,
            wrap_up_seconds: limits.wrap_up_seconds,
        }
    }
}

/// Settings of the whole installation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Name of the organization, as record connectors send it.
    #[schema(min_length = 1, max_length = 100, default = "default", required = false)]
    pub organization_id: String,
    /// How long a vanished agent's conversations stay with it.
    #[schema(maximum = 86_400, default = 150, required = false)]
    pub presence_grace_seconds: u32,
    /// Most offers open to one agent at a time.
    #[schema(minimum = 1, maximum = 100, default = 3, required = false)]
    pub max_open_offers: u32,
    /// Whether a missed offer makes an agent inactive.
    #[schema(default = false, required = false)]
    pub missed_notifications: bool,
    /// How long closed conversations are kept.
    #[schema(minimum = 1, maximum = 3650, default = 90, required = false)]
    pub retention_days: u32,
    /// By channel type.
    #[schema(required = false)]
    pub age_limits: AgeLimitsByType,
    /// Choose the work stream of a record that `POST /v1/entities/intake` gives without one; the first that takes it
    /// decides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100, required = false)]
    pub intake_rules: Vec<IntakeRule>,
}

impl Default for Settings {
    fn default() -> Self {
        (&domain::Settings::default()).into()
    }
}

impl Settings {
    /// The domain's form, or what is wrong beyond the schema.
    pub fn into_domain(self) -> Result<domain::Settings, Vec<FieldError>> {
        Ok(domain::Settings {
            organization_id: self.organization_id,
            presence_grace_seconds: self.presence_grace_seconds,
            max_open_offers: self.max_open_offers,
            missed_notifications: self.missed_notifications,
            retention_days: self.retention_days,
            age_limits: self.age_limits.into(),
            intake_rules: intake::to_domain(self.intake_rules)?,
        })
    }
}

impl From<&domain::Settings> for Settings {
    fn from(settings: &domain::Settings) -> Self {
        Self {
            organization_id: settings.organization_id.clone(),
            presence_grace_seconds: settings.presence_grace_seconds,
            max_open_offers: settings.max_open_offers,
            missed_notifications: settings.missed_notifications,
            retention_days: settings.retention_days,
            age_limits: (&settings.age_limits).into(),
            intake_rules: settings.intake_rules.iter().map(Into::into).collect(),
        }
    }
}
