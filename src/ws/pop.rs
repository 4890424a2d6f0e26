//! The screen pop on the wire: what an agent sees of an offer (CONTRACT §5, `offer.created`).
//!
//! A notification template shapes it where the work stream names one for the scenario. Without one the title says the
//! work stream and who writes; the fields are Customer, Channel, Queue, Waiting and then the declared context variables
//! that have data, by display name, in declared order. A record stands in the customer's place, and its first details, by
//! key, behind the variables. An invitation to be consulted is
//! shaped in the same way.

mod invitation;
mod words;

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

pub use self::invitation::InvitationView;
use self::words::Words;
use crate::domain::config::{Config, Desktop, Theme};
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ConversationId, GrantId};
use crate::domain::time::Timestamp;
use crate::http::wire::conversation::ConversationView;
use crate::http::wire::event::notification_name;
use crate::http::wire::time::At;

/// One line of a screen pop.
#[derive(Serialize, ToSchema)]
#[schema(as = OfferField)]
pub struct FieldView<'a> {
    label: &'a str,
    value: Cow<'a, str>,
}

/// An offer, as an agent's sockets see it.
#[derive(Serialize, ToSchema)]
#[schema(as = Offer)]
pub struct PopView<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: GrantId,
    #[schema(value_type = String, format = "uuid")]
    conversation_id: ConversationId,
    /// `screen_pop_timeout` or `screen_pop_decline`.
    kind: &'static str,
    can_decline: bool,
    created_at: At,
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
    conversation: ConversationView<'a>,
}

impl<'a> PopView<'a> {
    /// The open offer of `conversation`. Where it has ended since (the next frame says so), what is left of it.
    pub fn new(grant: GrantId, conversation: &'a Conversation, now: Timestamp, config: &'a Config) -> Self {
        let offer = conversation.offer.as_ref().filter(|offer| offer.grant.id == grant);
        let kind = offer
            .map_or_else(|| kind_of(conversation, config), |offer| notification_name(offer.notification));
        let expires_at = offer.map_or(now, |offer| offer.expires_at);
        let words = Words { conversation, offer, consult: false, now, config };
        let template = words.template();
        Self {
            id: grant,
            conversation_id: conversation.id(),
            kind,
            can_decline: offer.is_some_and(crate::domain::offer::Offer::can_decline),
            created_at: At(offer.map_or(now, |offer| offer.created_at)),
            expires_at: At(expires_at),
            remaining_ms: expires_at.ms_since(now).max(0),
            title: words.title(template),
            fields: words.fields(template),
            theme: template.map_or(Theme::Standard, |template| template.theme).as_str(),
            desktop: template.map_or(Desktop::Background, |template| template.desktop).as_str(),
            show_timer: template.is_none_or(|template| template.show_timer),
            conversation: ConversationView::from(conversation),
        }
    }
}

fn kind_of(conversation: &Conversation, config: &Config) -> &'static str {
    let stream = config.work_streams.get(&conversation.born.work_stream_id);
    stream.map_or("screen_pop_timeout", |s| notification_name(s.distribution.notification.kind))
}

/// A wait as people read it: `45 s`, `2 min 5 s`, `1 h 3 min`, `2 d 4 h`.
fn waiting(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_wait_reads_in_two_units() {
        let texts: Vec<_> = [-5, 45_999, 125_000, 3_780_000, 187_200_000].map(super::waiting).into();
        assert_eq!(texts, ["0 s", "45 s", "2 min 5 s", "1 h 3 min", "2 d 4 h"]);
    }
}
