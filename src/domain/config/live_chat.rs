//! Live chat as configured on a channel: what a visitor is shown and asked, who may write in and when, and what the
//! house says by itself (SPEC §11).
//!
//! Plain values. What they are checked for is `check::live_chat`; when a message is due is the queue's.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::template::{Piece, pieces_of};
use crate::ids::OperatingHoursId;

/// A text in several languages, by language tag.
pub type Texts = BTreeMap<Arc<str>, Arc<str>>;

/// Language of a channel that names none.
pub const DEFAULT_LANGUAGE: &str = "en";
/// How long an ended conversation's transcript can be fetched, in minutes, where nothing is said.
pub const DEFAULT_TRANSCRIPT_MINUTES: u32 = 60;
/// Survey answers that are shown as the customer's own where the work stream declares no such variable.
pub const CUSTOMER_FIELDS: [&str; 3] = ["name", "email", "phone"];
/// What may stand in braces in an automated message.
pub const MESSAGE_SLUGS: [&str; 4] = ["agent.name", "customer.name", "position", "queue.name"];

/// Settings of a live-chat channel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LiveChat {
    /// Languages that its texts are in; the first is the default.
    pub languages: Vec<Arc<str>>,
    /// Heading of the panel; empty: the channel's name.
    pub title: Texts,
    /// Colour of the launcher, `#rrggbb`.
    pub color: Option<Arc<str>>,
    /// Corner of the page.
    pub position: Corner,
    /// Asked before the first message, in order.
    pub survey: Vec<Question>,
    /// Variables that a page may give beside the survey.
    pub page_variables: Vec<Arc<str>>,
    /// When a conversation may be opened; `None` is always.
    pub operating_hours_id: Option<OperatingHoursId>,
    /// What is shown outside of them; `None`: nothing.
    pub offline_page: Option<OfflinePage>,
    /// Whether visitors prove who they are.
    pub authentication: Authentication,
    /// When the widget speaks first.
    pub invitation: Option<Invitation>,
    /// How long after its end a conversation's transcript can be fetched.
    pub transcript_minutes: u32,
    /// Link of the survey after the chat; `{conversation_id}` stands for the id.
    pub post_chat_survey_url: Option<Arc<str>>,
    /// What the house says by itself.
    pub messages: Vec<AutomatedMessage>,
}

impl Default for LiveChat {
    fn default() -> Self {
        Self {
            languages: vec![DEFAULT_LANGUAGE.into()],
            title: Texts::new(),
            color: None,
            position: Corner::default(),
            survey: Vec::new(),
            page_variables: Vec::new(),
            operating_hours_id: None,
            offline_page: None,
            authentication: Authentication::default(),
            invitation: None,
            transcript_minutes: DEFAULT_TRANSCRIPT_MINUTES,
            post_chat_survey_url: None,
            messages: Vec::new(),
        }
    }
}

/// Where the launcher stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Corner {
    /// Bottom right.
    #[default]
    Right,
    /// Bottom left.
    Left,
}

/// How a question is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum QuestionKind {
    /// One line.
    SingleLine,
    /// Several lines.
    MultiLine,
    /// One of the options.
    Options,
    /// Yes; where it is mandatory, nothing else.
    Consent,
}

/// One question of the survey.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Question {
    /// Context variable that the answer becomes, or one of [`CUSTOMER_FIELDS`].
    pub variable: Arc<str>,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    pub label: Texts,
    /// Whether it must be answered.
    pub mandatory: bool,
    /// What there is to choose from.
    pub options: Vec<Choice>,
}

/// One option of a question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Choice {
    /// Value of the variable.
    pub value: Arc<str>,
    /// What is shown; empty: the value.
    pub label: Texts,
}

/// Shown outside the hours.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfflinePage {
    /// Heading.
    pub title: Texts,
    /// What it says.
    pub text: Texts,
}

/// Whether a token is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum AuthenticationMode {
    /// None is taken.
    #[default]
    None,
    /// One may be given, and must be good then.
    Optional,
    /// Nobody without one.
    Required,
}

/// Where the key is that visitors' tokens are signed with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum VisitorKey {
    /// Here: an RSA public key in PEM.
    Pem(Arc<str>),
    /// There: a JWK set, or a public key in PEM.
    Url(Arc<str>),
}

/// How visitors prove who they are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Authentication {
    /// Whether they do.
    pub mode: AuthenticationMode,
    /// What their tokens are checked with; there unless the mode is `None`.
    pub key: Option<VisitorKey>,
    /// What `aud` must name, if anything.
    pub audience: Option<Arc<str>>,
    /// What `iss` must be, if anything.
    pub issuer: Option<Arc<str>>,
}

/// When the widget speaks first: at all of these.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Invitation {
    /// So long after the page was loaded.
    pub after_seconds: u32,
    /// On pages whose address fits; `*` stands for anything.
    pub url_pattern: Option<Arc<str>>,
    /// What it says.
    pub text: Texts,
}

/// When an automated message is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Occasion {
    /// The conversation begins.
    Started,
    /// It has waited unassigned for so many seconds, since it was opened or came back to a queue.
    Waiting(u32),
    /// It is unassigned, and at this place in line or before it.
    Position(u32),
    /// An agent has it.
    Assigned,
    /// The agent gave it back, or was lost.
    AgentLeft,
    /// The agent gives it to a queue or to another agent.
    Transferred,
    /// It waits while its queue is closed.
    OutsideHours,
    /// It ends.
    Ended,
    /// Nobody has written for so many seconds, while an agent has it or it waits for the customer.
    Inactivity(u32),
}

impl Occasion {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Waiting(_) => "waiting",
            Self::Position(_) => "position",
            Self::Assigned => "agent_assigned",
            Self::AgentLeft => "agent_left",
            Self::Transferred => "transferred",
            Self::OutsideHours => "outside_hours",
            Self::Ended => "ended",
            Self::Inactivity(_) => "inactivity",
        }
    }
}

/// What is said when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AutomatedMessage {
    /// When.
    pub on: Occasion,
    /// What; in braces one of `MESSAGE_SLUGS`.
    pub text: Texts,
}

impl LiveChat {
    /// The text in a language, else in the channel's own; `None` if it has none at all.
    pub fn text<'a>(&self, texts: &'a Texts, language: Option<&str>) -> Option<&'a Arc<str>> {
        let own = language.and_then(|language| texts.get(language));
        own.or_else(|| texts.get(self.languages.first()?))
    }

    /// The language of the channel's that suits a visitor best: the same tag, whatever its case, then the same
    /// language in any region.
    pub fn language(&self, wanted: &str) -> Option<&Arc<str>> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let same = self.languages.iter().find(|tag| tag.eq_ignore_ascii_case(wanted));
        same.or_else(|| self.languages.iter().find(|tag| primary(tag) == primary(wanted)))
    }

    /// What is said on an occasion.
    pub fn message(&self, on: Occasion) -> Option<&AutomatedMessage> {
        self.messages.iter().find(|message| message.on == on)
    }

    /// The survey's link for a conversation.
    pub fn survey_link(&self, conversation: &str) -> Option<String> {
        Some(self.post_chat_survey_url.as_ref()?.replace("{conversation_id}", conversation))
    }
}

/// The pieces of an automated message; `Err` is the first slug that is none of `MESSAGE_SLUGS`, or not closed.
pub fn message_pieces(text: &str) -> Result<Vec<Piece<'_>>, &str> {
    pieces_of(text, |slug| MESSAGE_SLUGS.contains(&slug))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_the_same_tag_or_the_same_language_elsewhere() {
        let chat = LiveChat { languages: vec!["en".into(), "de-DE".into()], ..LiveChat::default() };
        let language = |wanted: &str| chat.language(wanted).map(ToString::to_string);
        assert_eq!(language("DE-de").as_deref(), Some("de-DE"));
        assert_eq!(language("de-AT").as_deref(), Some("de-DE"));
        assert_eq!(language("en-GB").as_deref(), Some("en"));
        assert_eq!(language("fr"), None);
    }

    #[test]
    fn a_text_that_a_language_lacks_is_said_in_the_first_one() {
        let chat = LiveChat { languages: vec!["en".into(), "de".into()], ..LiveChat::default() };
        let texts: Texts = [("en".into(), "Hello".into())].into();
        assert_eq!(chat.text(&texts, Some("de")).map(AsRef::as_ref), Some("Hello"));
        assert_eq!(chat.text(&Texts::new(), None), None);
    }
}
