//! Channels and API keys on the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::common::{ChannelType, wire_enum};
use super::{live_chat, provider};
use crate::domain::config::{self as domain, DEFAULT_LIVE_CHAT};
use crate::http::error::FieldError;

/// Settings of a channel; which of them it takes depends on its type. Live chat: `docs/channels/live-chat.md`. Other types
/// take those of their provider (`docs/channels/`), beside `provider` where a type has several; none at all where a
/// backend speaks for the channel. Secrets are shown as `********`; writing that back keeps what is there, unless a URL now
/// leads to another host: then they are given again.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ChannelSettings {
    /// Live chat: origins (`https://shop.example`) that may embed the widget, beside our own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub allowed_origins: Vec<String>,
    /// Live chat: language tags that its texts are in; the first is the default. `["en"]` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 20, nullable = false)]
    pub languages: Option<Vec<String>>,
    /// Live chat: heading of the panel by language; the channel's name if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<live_chat::Texts>,
    /// Live chat: how the launcher looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub theme: Option<live_chat::Theme>,
    /// Live chat: asked before the first message, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 5, nullable = false)]
    pub survey: Option<Vec<live_chat::Question>>,
    /// Live chat: declared variables that the page around the widget may give beside the survey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100, nullable = false)]
    pub page_variables: Option<Vec<String>>,
    /// Live chat: when conversations can be opened; always if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub operating_hours_id: Option<String>,
    /// Live chat: what is shown outside the hours; without it the widget hides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_page: Option<live_chat::OfflinePage>,
    /// Live chat: how visitors prove who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub authentication: Option<live_chat::Authentication>,
    /// Live chat: when the widget speaks first; never if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<live_chat::Invitation>,
    /// Live chat: for how long after its end a conversation's transcript can be fetched, in minutes; 60 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10_080, nullable = false)]
    pub transcript_minutes: Option<u32>,
    /// Live chat: link of the survey after the chat, `https` alone; `{conversation_id}` stands for the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub post_chat_survey_url: Option<String>,
    /// Live chat: what the house says by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 30, nullable = false)]
    pub messages: Option<Vec<live_chat::AutomatedMessage>>,
    /// Other types: the provider's settings, by name.
    #[serde(flatten)]
    pub provider: BTreeMap<String, Value>,
}

impl ChannelSettings {
    /// What is given that live chat alone has.
    fn of_live_chat(&self) -> Vec<&'static str> {
        [
            ("allowed_origins", !self.allowed_origins.is_empty()),
            ("languages", self.languages.is_some()),
            ("title", self.title.is_some()),
            ("theme", self.theme.is_some()),
            ("survey", self.survey.is_some()),
            ("page_variables", self.page_variables.is_some()),
            ("operating_hours_id", self.operating_hours_id.is_some()),
            ("offline_page", self.offline_page.is_some()),
            ("authentication", self.authentication.is_some()),
            ("invitation", self.invitation.is_some()),
            ("transcript_minutes", self.transcript_minutes.is_some()),
            ("post_chat_survey_url", self.post_chat_survey_url.is_some()),
            ("messages", self.messages.is_some()),
        ]
        .into_iter()
        .filter_map(|(field, given)| given.then_some(field))
        .collect()
    }

    fn live_chat(self, errors: &mut Vec<FieldError>) -> domain::LiveChat {
        let defaults = domain::LiveChat::default();
        let texts = |list: Vec<String>| list.into_iter().map(Into::into).collect();
        let theme = self.theme;
        let messages = self.messages.unwrap_or_default().into_iter().enumerate();
        let messages = messages
            .map(|(index, message)| message.into_domain(&format!("/settings/messages/{index}"), errors));
        let messages = messages.collect();
        domain::LiveChat {
            languages: self.languages.map_or(defaults.languages, texts),
            title: live_chat::given(self.title.unwrap_or_default()),
            color: theme.as_ref().and_then(|theme| theme.color.as_deref().map(Into::into)),
            position: theme.map_or(defaults.position, |theme| theme.position.into()),
            survey: self.survey.unwrap_or_default().into_iter().map(Into::into).collect(),
            page_variables: self.page_variables.map_or_else(Vec::new, texts),
            operating_hours_id: self.operating_hours_id.map(Into::into),
            offline_page: self.offline_page.map(Into::into),
            authentication: self.authentication.map_or_else(Default::default, |it| it.into_domain(errors)),
            invitation: self.invitation.map(Into::into),
            transcript_minutes: self.transcript_minutes.unwrap_or(defaults.transcript_minutes),
            post_chat_survey_url: self.post_chat_survey_url.map(Into::into),
            messages,
        }
    }
}

impl From<&domain::Channel> for ChannelSettings {
    fn from(channel: &domain::Channel) -> Self {
        let chat = &*channel.live_chat;
        if channel.kind != domain::ChannelType::LiveChat {
            let provider = channel.provider.as_ref();
            let provider = provider.map(|it| provider::shown(channel.kind, it)).unwrap_or_default();
            return Self { provider, ..Self::default() };
        }
        let theme = live_chat::Theme {
            color: chat.color.as_ref().map(ToString::to_string),
            position: chat.position.into(),
        };
        Self {
            allowed_origins: channel.allowed_origins.clone(),
            languages: Some(chat.languages.iter().map(ToString::to_string).collect()),
            title: Some(live_chat::shown(&chat.title)),
            theme: Some(theme),
            survey: Some(chat.survey.iter().map(Into::into).collect()),
            page_variables: Some(chat.page_variables.iter().map(ToString::to_string).collect()),
            operating_hours_id: chat.operating_hours_id.as_ref().map(ToString::to_string),
            offline_page: chat.offline_page.as_ref().map(Into::into),
            authentication: Some((&chat.authentication).into()),
            invitation: chat.invitation.as_ref().map(Into::into),
            transcript_minutes: Some(chat.transcript_minutes),
            post_chat_survey_url: chat.post_chat_survey_url.as_ref().map(ToString::to_string),
            messages: Some(chat.messages.iter().map(Into::into).collect()),
            provider: BTreeMap::new(),
        }
    }
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
    /// `before` is the channel as it was, for secrets that are not written anew.
    pub fn into_domain(self, before: Option<&domain::Channel>) -> Result<domain::Channel, Vec<FieldError>> {
        let mut errors = Vec::new();
        let kind = domain::ChannelType::from(self.kind);
        let live_chat = kind == domain::ChannelType::LiveChat;
        if self.work_stream_id.is_none() && !live_chat {
            errors.push(FieldError::new("/work_stream_id", "must be given, but for live chat"));
        }
        if !live_chat {
            let wrong = self.settings.of_live_chat().into_iter();
            errors.extend(
                wrong.map(|field| FieldError::new(format!("/settings/{field}"), "only live chat has it")),
            );
        }
        let mut settings = self.settings;
        let own = std::mem::take(&mut settings.provider);
        let provider = if live_chat {
            let unknown =
                |name: &String| FieldError::new(format!("/settings/{name}"), "live chat has no such setting");
            errors.extend(own.keys().map(unknown));
            None
        } else {
            let before =
                before.filter(|before| before.kind == kind).and_then(|before| before.provider.as_deref());
            provider::read(kind, own, before, &mut errors)
        };
        let allowed_origins = settings.allowed_origins.clone();
        let chat = if live_chat { settings.live_chat(&mut errors) } else { domain::LiveChat::default() };
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(domain::Channel {
            name: self.name,
            kind,
            work_stream_id: self.work_stream_id.unwrap_or_else(|| DEFAULT_LIVE_CHAT.to_owned()).into(),
            allowed_origins,
            live_chat: Box::new(chat),
            provider,
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
            settings: channel.into(),
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
