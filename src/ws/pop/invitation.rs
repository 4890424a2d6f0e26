//! An invitation to be consulted, as the one who is invited sees it: shaped as a screen pop is.

use serde::Serialize;
use utoipa::ToSchema;

use super::FieldView;
use super::words::Words;
use crate::domain::config::{Config, Desktop, Theme};
use crate::domain::conversation::Conversation;
use crate::domain::time::Timestamp;
use crate::http::wire::time::At;

/// What `consult.invited` and an open invitation of `welcome.consults` say beside the conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationView<'a> {
    /// End of the invitation.
    expires_at: At,
    /// Time left when the frame was written; 0 if it is over.
    remaining_ms: i64,
    title: String,
    fields: Vec<FieldView<'a>>,
    /// How it draws attention: `standard`, `calm` or `urgent`.
    theme: &'static str,
    /// When a notification of the desktop is shown beside it: `never`, `background` or `always`.
    desktop: &'static str,
    /// Whether the time that is left is shown.
    show_timer: bool,
}

impl<'a> InvitationView<'a> {
    /// An invitation into `conversation` that ends at `until`.
    pub fn new(conversation: &'a Conversation, until: Timestamp, now: Timestamp, config: &'a Config) -> Self {
        let words = Words { conversation, offer: None, consult: true, now, config };
        let template = words.template();
        Self {
            expires_at: At(until),
            remaining_ms: until.ms_since(now).max(0),
            title: words.title(template),
            fields: words.fields(template),
            theme: template.map_or(Theme::Standard, |template| template.theme).as_str(),
            desktop: template.map_or(Desktop::Background, |template| template.desktop).as_str(),
            show_timer: template.is_none_or(|template| template.show_timer),
        }
    }
}
