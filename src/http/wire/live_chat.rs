//! The settings of a live-chat channel on the wire, a part each; see `docs/channels/live-chat.md`.

use std::collections::BTreeMap;

use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::wire_enum;
use crate::domain::config as domain;
use crate::http::error::FieldError;

/// A text by language tag. The first of the channel's languages is always there.
pub type Texts = BTreeMap<String, String>;

wire_enum! {
    /// How a question is answered.
    QuestionKind = domain::QuestionKind { SingleLine, MultiLine, Options, Consent }
}

wire_enum! {
    /// Where the launcher stands.
    Corner = domain::Corner { Right, Left }
}

wire_enum! {
    /// `none`: no token is taken. `optional`: one may be given, and must be good then. `required`: nobody without.
    AuthenticationMode = domain::AuthenticationMode { None, Optional, Required }
}

/// How the launcher looks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WidgetTheme)]
pub struct Theme {
    /// Of the launcher and the panel's head, `#rrggbb`; null: the widget's own.
    #[serde(default)]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    pub color: Option<String>,
    /// Corner of the page.
    #[serde(default = "right")]
    #[schema(default = "right")]
    pub position: Corner,
}

fn right() -> Corner {
    Corner::Right
}

/// One option of a question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SurveyOption)]
pub struct Choice {
    /// What the variable gets.
    #[schema(min_length = 1, max_length = 100)]
    pub value: String,
    /// What is shown; the value if there is none.
    #[serde(default)]
    pub label: Texts,
}

/// One question before a chat. Its answer becomes a context variable.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SurveyQuestion)]
pub struct Question {
    /// A variable that the work stream declares; or `name`, `email` or `phone`, which are shown to the agent as the
    /// customer's own and prove nothing.
    #[schema(min_length = 1, max_length = 100)]
    pub variable: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    pub label: Texts,
    /// Whether it must be answered; a consent, with yes.
    #[serde(default)]
    pub mandatory: bool,
    /// Of kind `options`: at least one.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub options: Vec<Choice>,
}

/// What is shown outside the hours.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfflinePage {
    /// Heading.
    pub title: Texts,
    /// What it says.
    pub text: Texts,
}

/// How visitors prove who they are: with a JWT of the page's own server, signed RS256.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VisitorAuthentication)]
pub struct Authentication {
    /// Whether they do.
    #[serde(default = "no_authentication")]
    #[schema(default = "none")]
    pub mode: AuthenticationMode,
    /// RSA public key in PEM, 2,048 bits and more. Either this or `key_url`.
    #[serde(default)]
    #[schema(max_length = 8192)]
    pub public_key: Option<String>,
    /// Where the key is: a JWK set (RFC 7517), or a public key in PEM. Fetched when it is needed and kept for ten
    /// minutes.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub key_url: Option<String>,
    /// What `aud` must name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300)]
    pub audience: Option<String>,
    /// What `iss` must be.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300)]
    pub issuer: Option<String>,
}

fn no_authentication() -> AuthenticationMode {
    AuthenticationMode::None
}

/// When the widget speaks first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProactiveInvitation)]
pub struct Invitation {
    /// So long after the page was loaded.
    #[serde(default = "after_seconds")]
    #[schema(default = 30, minimum = 0, maximum = 3600)]
    pub after_seconds: u32,
    /// Only on pages whose whole address fits; `*` stands for any characters. Null: on every page.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2000)]
    pub url_pattern: Option<String>,
    /// What it says.
    pub text: Texts,
}

fn after_seconds() -> u32 {
    30
}

/// What an automated message is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is its own name
#[schema(as = AutomatedMessageTrigger)]
pub enum Trigger {
    Started,
    Waiting,
    Position,
    AgentAssigned,
    AgentLeft,
    Transferred,
    OutsideHours,
    Ended,
    Inactivity,
}

/// What the house says by itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomatedMessage {
    /// When.
    pub trigger: Trigger,
    /// Of `waiting` (since it waits for an agent) and `inactivity` (since anybody wrote).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 604_800)]
    pub after_seconds: Option<u32>,
    /// Of `position`: at this place in line or before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 20)]
    pub position: Option<u32>,
    /// What; `{agent.name}`, `{customer.name}`, `{queue.name}` and `{position}` stand for values, `{{` for a brace.
    pub text: Texts,
}

impl AutomatedMessage {
    /// The domain's form; `at` is its pointer.
    pub(super) fn into_domain(self, at: &str, errors: &mut Vec<FieldError>) -> domain::AutomatedMessage {
        let timed = matches!(self.trigger, Trigger::Waiting | Trigger::Inactivity);
        let placed = self.trigger == Trigger::Position;
        for (field, given, takes) in [
            ("after_seconds", self.after_seconds.is_some(), timed),
            ("position", self.position.is_some(), placed),
        ] {
            if given != takes {
                let must =
                    if takes { "must be given for this trigger" } else { "this trigger does not take it" };
                errors.push(FieldError::new(format!("{at}/{field}"), must));
            }
        }
        let (seconds, place) = (self.after_seconds.unwrap_or(1), self.position.unwrap_or(1));
        let on = match self.trigger {
            Trigger::Started => domain::Occasion::Started,
            Trigger::Waiting => domain::Occasion::Waiting(seconds),
            Trigger::Position => domain::Occasion::Position(place),
            Trigger::AgentAssigned => domain::Occasion::Assigned,
            Trigger::AgentLeft => domain::Occasion::AgentLeft,
            Trigger::Transferred => domain::Occasion::Transferred,
            Trigger::OutsideHours => domain::Occasion::OutsideHours,
            Trigger::Ended => domain::Occasion::Ended,
            Trigger::Inactivity => domain::Occasion::Inactivity(seconds),
        };
        domain::AutomatedMessage { on, text: given(self.text) }
    }
}

impl From<&domain::AutomatedMessage> for AutomatedMessage {
    fn from(message: &domain::AutomatedMessage) -> Self {
        let (mut after_seconds, mut position) = (None, None);
        let trigger = match message.on {
            domain::Occasion::Started => Trigger::Started,
            domain::Occasion::Waiting(seconds) => {
                after_seconds = Some(seconds);
                Trigger::Waiting
            }
            domain::Occasion::Position(place) => {
                position = Some(place);
                Trigger::Position
            }
            domain::Occasion::Assigned => Trigger::AgentAssigned,
            domain::Occasion::AgentLeft => Trigger::AgentLeft,
            domain::Occasion::Transferred => Trigger::Transferred,
            domain::Occasion::OutsideHours => Trigger::OutsideHours,
            domain::Occasion::Ended => Trigger::Ended,
            domain::Occasion::Inactivity(seconds) => {
                after_seconds = Some(seconds);
                Trigger::Inactivity
            }
        };
        Self { trigger, after_seconds, position, text: shown(&message.text) }
    }
}

impl Authentication {
    /// The domain's form. A key must be one: nobody could come in with another.
    pub(super) fn into_domain(self, errors: &mut Vec<FieldError>) -> domain::Authentication {
        const AT: &str = "/settings/authentication";
        if self.public_key.is_some() && self.key_url.is_some() {
            errors.push(FieldError::new(format!("{AT}/key_url"), "either public_key or key_url"));
        }
        if self.public_key.as_ref().is_some_and(|pem| DecodingKey::from_rsa_pem(pem.as_bytes()).is_err()) {
            errors.push(FieldError::new(format!("{AT}/public_key"), "must be an RSA public key in PEM"));
        }
        let pem = self.public_key.map(|pem| domain::VisitorKey::Pem(pem.into()));
        domain::Authentication {
            mode: self.mode.into(),
            key: pem.or(self.key_url.map(|url| domain::VisitorKey::Url(url.into()))),
            audience: self.audience.map(Into::into),
            issuer: self.issuer.map(Into::into),
        }
    }
}

impl From<&domain::Authentication> for Authentication {
    fn from(it: &domain::Authentication) -> Self {
        let (mut public_key, mut key_url) = (None, None);
        match &it.key {
            Some(domain::VisitorKey::Pem(pem)) => public_key = Some(pem.to_string()),
            Some(domain::VisitorKey::Url(url)) => key_url = Some(url.to_string()),
            None => {}
        }
        let text = |text: &Option<std::sync::Arc<str>>| text.as_ref().map(ToString::to_string);
        Self {
            mode: it.mode.into(),
            public_key,
            key_url,
            audience: text(&it.audience),
            issuer: text(&it.issuer),
        }
    }
}

impl From<Question> for domain::Question {
    fn from(question: Question) -> Self {
        let choice =
            |choice: Choice| domain::Choice { value: choice.value.into(), label: given(choice.label) };
        Self {
            variable: question.variable.into(),
            kind: question.kind.into(),
            label: given(question.label),
            mandatory: question.mandatory,
            options: question.options.into_iter().map(choice).collect(),
        }
    }
}

impl From<&domain::Question> for Question {
    fn from(question: &domain::Question) -> Self {
        let choice =
            |choice: &domain::Choice| Choice { value: choice.value.to_string(), label: shown(&choice.label) };
        Self {
            variable: question.variable.to_string(),
            kind: question.kind.into(),
            label: shown(&question.label),
            mandatory: question.mandatory,
            options: question.options.iter().map(choice).collect(),
        }
    }
}

impl From<OfflinePage> for domain::OfflinePage {
    fn from(page: OfflinePage) -> Self {
        Self { title: given(page.title), text: given(page.text) }
    }
}

impl From<&domain::OfflinePage> for OfflinePage {
    fn from(page: &domain::OfflinePage) -> Self {
        Self { title: shown(&page.title), text: shown(&page.text) }
    }
}

impl From<Invitation> for domain::Invitation {
    fn from(it: Invitation) -> Self {
        Self {
            after_seconds: it.after_seconds,
            url_pattern: it.url_pattern.map(Into::into),
            text: given(it.text),
        }
    }
}

impl From<&domain::Invitation> for Invitation {
    fn from(it: &domain::Invitation) -> Self {
        Self {
            after_seconds: it.after_seconds,
            url_pattern: it.url_pattern.as_ref().map(ToString::to_string),
            text: shown(&it.text),
        }
    }
}

/// The domain's form of a text.
pub(super) fn given(texts: Texts) -> domain::Texts {
    texts.into_iter().map(|(language, text)| (language.into(), text.into())).collect()
}

/// A text as it is shown.
pub fn shown(texts: &domain::Texts) -> Texts {
    texts.iter().map(|(language, text)| (language.to_string(), text.to_string())).collect()
}
