//! What several wire forms share.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::domain::config as domain;
use crate::domain::presence::BasePresence as DomainPresence;

/// Declares a wire enum in `snake_case` with its conversions to and from the domain's.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident = $domain:ty { $($(#[$variant_doc:meta])* $variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // each is its own name
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl From<$name> for $domain {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),* }
            }
        }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                #[allow(unreachable_patterns)]
                match value { $(<$domain>::$variant => Self::$variant),* }
            }
        }
    };
}
pub(crate) use wire_enum;

wire_enum! {
    /// Kind of channel.
    ChannelType = domain::ChannelType {
        LiveChat, Sms, Facebook, Wechat, Teams, Line, Whatsapp, Twitter, Custom, Entity,
    }
}

/// A base presence that people choose and work streams allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is its own name
pub enum BasePresence {
    Available,
    Busy,
    BusyDnd,
    Away,
    Offline,
}

impl From<BasePresence> for DomainPresence {
    fn from(value: BasePresence) -> Self {
        match value {
            BasePresence::Available => Self::Available,
            BasePresence::Busy => Self::Busy,
            BasePresence::BusyDnd => Self::BusyDnd,
            BasePresence::Away => Self::Away,
            BasePresence::Offline => Self::Offline,
        }
    }
}

impl From<DomainPresence> for BasePresence {
    /// `Inactive` is never configured; should a store hold it, it shows as offline.
    fn from(value: DomainPresence) -> Self {
        match value {
            DomainPresence::Available => Self::Available,
            DomainPresence::Busy => Self::Busy,
            DomainPresence::BusyDnd => Self::BusyDnd,
            DomainPresence::Away => Self::Away,
            DomainPresence::Offline | DomainPresence::Inactive => Self::Offline,
        }
    }
}

/// A required skill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredSkill {
    /// Which.
    #[schema(max_length = 64)]
    pub skill_id: String,
    /// Least level.
    #[serde(default = "one")]
    #[schema(default = 1, minimum = 1, maximum = 1000)]
    pub min_level: u32,
}

impl From<RequiredSkill> for domain::RequiredSkill {
    fn from(value: RequiredSkill) -> Self {
        Self { skill_id: value.skill_id.into(), min_level: value.min_level }
    }
}

impl From<&domain::RequiredSkill> for RequiredSkill {
    fn from(value: &domain::RequiredSkill) -> Self {
        Self { skill_id: value.skill_id.to_string(), min_level: value.min_level }
    }
}

/// 1, as a default.
pub fn one() -> u32 {
    1
}

/// 100, as a default.
pub fn hundred() -> u32 {
    100
}

/// true, as a default.
pub fn yes() -> bool {
    true
}

/// Tells a member that is null from one that is not there.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Schema of a member that is always null as yet.
pub fn null_schema() -> RefOr<Schema> {
    let null = ObjectBuilder::new().schema_type(Type::Null).description(Some("Not yet: always null."));
    null.into()
}

/// Schema of a list that is always empty as yet.
pub fn empty_list_schema() -> RefOr<Schema> {
    let items = ObjectBuilder::new().build();
    ArrayBuilder::new().items(items).max_items(Some(0)).description(Some("Not yet: always empty.")).into()
}
