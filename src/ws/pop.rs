//! The screen pop on the wire: what an agent sees of an offer (CONTRACT §5, `offer.created`).
//!
//! The title says the work stream and who writes; the fields are Customer, Channel, Queue, Waiting and then the declared
//! context variables that have data, by display name, in declared order. Templates that shape it are not built yet.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::config::Config;
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ConversationId, CustomerId, GrantId};
use crate::domain::offer::GrantKind;
use crate::domain::time::Timestamp;
use crate::http::wire::conversation::ConversationView;
use crate::http::wire::event::notification_name;
use crate::http::wire::time::At;
use crate::http::wire::value::display;

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
    conversation: ConversationView<'a>,
}

impl<'a> PopView<'a> {
    /// The open offer of `conversation`. Where it has ended since (the next frame says so), what is left of it.
    pub fn new(grant: GrantId, conversation: &'a Conversation, now: Timestamp, config: &'a Config) -> Self {
        let offer = conversation.offer.as_ref().filter(|offer| offer.grant.id == grant);
        let kind = offer
            .map_or_else(|| kind_of(conversation, config), |offer| notification_name(offer.notification));
        let expires_at = offer.map_or(now, |offer| offer.expires_at);
        Self {
            id: grant,
            conversation_id: conversation.id(),
            kind,
            can_decline: offer.is_some_and(crate::domain::offer::Offer::can_decline),
            created_at: At(offer.map_or(now, |offer| offer.created_at)),
            expires_at: At(expires_at),
            remaining_ms: expires_at.ms_since(now).max(0),
            title: title(conversation, offer.map(|offer| offer.grant.kind), config),
            fields: fields(conversation, now, config),
            conversation: ConversationView::from(conversation),
        }
    }
}

fn kind_of(conversation: &Conversation, config: &Config) -> &'static str {
    let stream = config.work_streams.get(&conversation.born.work_stream_id);
    stream.map_or("screen_pop_timeout", |s| notification_name(s.distribution.notification.kind))
}

fn title(conversation: &Conversation, kind: Option<GrantKind>, config: &Config) -> String {
    let id = &conversation.born.work_stream_id;
    let stream = config.work_streams.get(id).map_or(id.as_str(), |stream| stream.name.as_str());
    let before = if kind == Some(GrantKind::Transfer) { "Transfer: " } else { "" };
    format!("{before}{stream}: {}", customer(conversation))
}

/// Who writes: name, else address, number, record, else nobody known.
fn customer(conversation: &Conversation) -> &str {
    let customer = &conversation.customer;
    let known = customer.name.as_deref().or(customer.email.as_deref()).or(customer.phone.as_deref());
    known
        .or(customer.id.as_ref().map(CustomerId::as_str))
        .filter(|text| !text.is_empty())
        .unwrap_or("New customer")
}

fn fields<'a>(conversation: &'a Conversation, now: Timestamp, config: &'a Config) -> Vec<FieldView<'a>> {
    let born = &conversation.born;
    let channel = config.channels.get(&born.channel_id).map_or(born.channel_id.as_str(), |c| &c.name);
    let queue = config.queues.get(&conversation.queue_id).map_or(conversation.queue_id.as_str(), |q| &q.name);
    let mut fields = vec![
        FieldView { label: "Customer", value: customer(conversation).into() },
        FieldView { label: "Channel", value: channel.into() },
        FieldView { label: "Queue", value: queue.into() },
        FieldView { label: "Waiting", value: waiting(now.ms_since(conversation.queued_at)).into() },
    ];
    let declared = config.work_streams.get(&born.work_stream_id).map(|s| s.context_variables.as_slice());
    fields.extend(declared.unwrap_or_default().iter().filter_map(|variable| {
        let value = conversation.context.get(variable.name.as_str())?;
        Some(FieldView { label: &variable.display_name, value: display(value).into() })
    }));
    fields
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
