//! Server frames, exactly as CONTRACT §§5 and 6 have them. Written once a frame, whatever the number of sockets.

pub mod body;

use std::sync::Arc;

use bytestring::ByteString;
use serde::Serialize;

use self::body::{
    AgentJoined, AgentWelcome, Bare, Body, CapacityUnits, ConsultChanged, ConsultInvited, ConsultView,
    ConversationAssigned, ConversationEnded, ConversationRemoved, ConversationUpdated, CustomerBody,
    CustomerTyping, CustomerWelcome, GoingAway, MessageDelivery, MessageReceived, Named, Notice,
    OfferCreated, OfferEnded, PartEnded, PickListChanged, PickListSnapshot, PresenceChanged, PresenceChoice,
    QueuePosition, SessionAgent,
};
use super::board;
use super::pop::{InvitationView, PopView};
use crate::actors::shown::{BoardFrame, CustomerFrame, Frame, FrameWriter, Recent};
use crate::actors::stats::estimate::method;
use crate::domain::config::Config;
use crate::domain::conversation::{Conversation, Message, Sender};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::offer::Withdrawal;
use crate::domain::time::Timestamp;
use crate::http::conversations::EstimatedWait;
use crate::http::wire::conversation::{ConversationView, PublicView};
use crate::http::wire::message::MessageView;
use crate::http::wire::time::At;

/// Silence after which the server pings; a socket that is silent for twice as long is given up (CONTRACT §5).
pub const HEARTBEAT_SECONDS: u32 = 15;

/// The one writer of frames.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frames;

impl FrameWriter for Frames {
    fn agent(&self, frame: &Frame<'_>, seq: Option<u64>, now: Timestamp, config: &Config) -> ByteString {
        let (kind, body) = agent_body(frame, now, config);
        write(kind, seq, body)
    }

    fn customer(&self, frame: &CustomerFrame<'_>, now: Timestamp) -> ByteString {
        let (kind, body) = customer_body(frame, now);
        write(kind, None, body)
    }

    fn board(&self, frame: &BoardFrame<'_>, now: Timestamp) -> ByteString {
        board::write_board(frame, now)
    }
}

#[derive(Serialize)]
struct Framed<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(flatten)]
    body: T,
}

/// Writes one frame.
///
/// # Panics
/// Never: views have string keys and finite numbers only.
pub(super) fn write<T: Serialize>(kind: &'static str, seq: Option<u64>, body: T) -> ByteString {
    serde_json::to_string(&Framed { kind, seq, body }).expect("views serialise").into()
}

fn views(conversations: &[std::sync::Arc<Conversation>]) -> Vec<ConversationView<'_>> {
    conversations.iter().map(|c| ConversationView::from(&**c)).collect()
}

fn recent_views(id: ConversationId, recent: &Recent) -> Vec<MessageView<'_>> {
    recent.messages.iter().map(|message| MessageView::delivered(id, message, &recent.progress)).collect()
}

fn agent_body<'a>(frame: &'a Frame<'a>, now: Timestamp, config: &'a Config) -> (&'static str, Body<'a>) {
    match frame {
        Frame::Welcome { .. } => ("welcome", Body::Welcome(Box::new(welcome(frame, now, config)))),
        Frame::OfferCreated { grant, conversation } => (
            "offer.created",
            Body::OfferCreated(Box::new(OfferCreated {
                offer: PopView::new(*grant, conversation, now, config),
            })),
        ),
        Frame::OfferEnded { grant, conversation, end, cause, taker } => {
            let cause = cause.map(Withdrawal::as_str);
            let (offer_id, conversation_id) = (*grant, *conversation);
            let (reason, agent_id) = (end.as_str(), *taker);
            let body = OfferEnded { offer_id, conversation_id, reason, cause, agent_id };
            ("offer.ended", Body::OfferEnded(body))
        }
        Frame::Assigned { conversation, recent } => {
            let messages = recent_views(conversation.id(), recent);
            let conversation = ConversationView::from(&***conversation);
            let body = ConversationAssigned { conversation, messages };
            ("conversation.assigned", Body::Assigned(Box::new(body)))
        }
        Frame::Updated { conversation } => {
            let conversation = ConversationView::from(&***conversation);
            ("conversation.updated", Body::Updated(Box::new(ConversationUpdated { conversation })))
        }
        Frame::Removed { conversation, version, reason } => {
            let body = ConversationRemoved { conversation_id: *conversation, reason, version: *version };
            ("conversation.removed", Body::Removed(body))
        }
        Frame::Message { conversation, message } => {
            let message = MessageView::new(*conversation, message);
            let body = MessageReceived { conversation_id: *conversation, message };
            ("message.received", Body::Message(body))
        }
        Frame::MessageDelivery { conversation, message, progress } => {
            let (conversation_id, message_id) = (*conversation, *message);
            let body = MessageDelivery { conversation_id, message_id, delivery: (*progress).into() };
            ("message.delivery", Body::Delivery(body))
        }
        Frame::ConsultInvited { .. }
        | Frame::ConsultStarted { .. }
        | Frame::ConsultChanged { .. }
        | Frame::ConsultEnded { .. }
        | Frame::WatchEnded { .. } => part_body(frame, now, config),
        Frame::Presence { shown, by, reason } => {
            let base_presence = shown.base.as_str();
            let body = PresenceChanged { presence: &shown.presence, base_presence, by, reason };
            ("presence.changed", Body::Presence(body))
        }
        Frame::Capacity { shown } => ("capacity.changed", Body::Capacity(CapacityUnits::from(*shown))),
        Frame::Notice { level, code, text } => ("notice", Body::Notice(Notice { level, code, text })),
        Frame::PickSnapshot { items, total } => {
            let body = PickListSnapshot { items: views(items), total: *total };
            ("pick_list.snapshot", Body::PickSnapshot(body))
        }
        Frame::PickChanged { added, changed, removed, total } => {
            let (added, changed) = (views(added), views(changed));
            let body = PickListChanged { added, changed, removed, total: *total };
            ("pick_list.changed", Body::PickChanged(body))
        }
        Frame::CustomerTyping { conversation } => {
            ("customer.typing", Body::Typing(CustomerTyping { conversation_id: *conversation }))
        }
        Frame::GoingAway { in_ms } => ("going_away", Body::GoingAway(GoingAway { in_ms: *in_ms })),
    }
}

/// Frames about taking part, or watching.
fn part_body<'a>(frame: &'a Frame<'a>, now: Timestamp, config: &'a Config) -> (&'static str, Body<'a>) {
    let over = |conversation: ConversationId, reason| {
        Body::Over(PartEnded { conversation_id: conversation, reason })
    };
    match frame {
        Frame::ConsultInvited { conversation, until } => {
            let by = conversation.agent.as_ref();
            let invitation = InvitationView::new(conversation, *until, now, config);
            let conversation = ConversationView::from(&***conversation);
            ("consult.invited", Body::Invited(Box::new(ConsultInvited { conversation, by, invitation })))
        }
        Frame::ConsultStarted { conversation, recent } => {
            let messages = recent_views(conversation.id(), recent);
            let conversation = ConversationView::from(&***conversation);
            let body = ConversationAssigned { conversation, messages };
            ("consult.started", Body::Assigned(Box::new(body)))
        }
        Frame::ConsultChanged { conversation } => {
            let participants = conversation.participants.iter().map(Into::into).collect();
            let body = ConsultChanged { conversation_id: conversation.id(), participants };
            ("consult.changed", Body::Participants(body))
        }
        Frame::ConsultEnded { conversation, reason } => ("consult.ended", over(*conversation, reason)),
        Frame::WatchEnded { conversation, reason } => ("watch.ended", over(*conversation, reason)),
        _ => unreachable!("called for a frame about taking part"),
    }
}

fn consult_view<'a>(
    conversation: &'a Conversation,
    agent: &AgentId,
    now: Timestamp,
    config: &'a Config,
) -> Option<ConsultView<'a>> {
    let me = conversation.participant(agent)?;
    Some(ConsultView {
        conversation: conversation.into(),
        kind: me.kind.as_str(),
        state: if me.joined() { "joined" } else { "invited" },
        invitation: me.until.map(|until| InvitationView::new(conversation, until, now, config)),
    })
}

fn welcome<'a>(frame: &'a Frame<'a>, now: Timestamp, config: &'a Config) -> AgentWelcome<'a> {
    let Frame::Welcome { session, agent, shown, conversations, offers, consults, resumed } = frame else {
        unreachable!("called for a welcome")
    };
    let resource = config.agents.get(*agent);
    let pop = |c: &'a std::sync::Arc<Conversation>| {
        c.offer.as_ref().map(|offer| PopView::new(offer.grant.id, c, now, config))
    };
    AgentWelcome {
        session_id: *session,
        agent: SessionAgent {
            id: agent,
            name: resource.map_or(agent.as_str(), |a| &a.name),
            role: resource.map_or("agent", |a| a.role.as_str()),
            queue_ids: config.queues_of(agent),
        },
        presence: &shown.presence,
        base_presence: shown.base.as_str(),
        presences: config
            .presences
            .iter()
            .map(|(id, p)| PresenceChoice { id, text: &p.text, base: p.base.as_str() })
            .collect(),
        queues: config
            .queues_of(agent)
            .into_iter()
            .filter_map(|id| config.queues.get(&id).map(|queue| (id, queue.name.as_str())))
            .collect(),
        channels: config.channels.iter().map(|(id, channel)| (id, channel.name.as_str())).collect(),
        capacity: CapacityUnits::from(*shown),
        conversations: views(conversations),
        offers: offers.iter().filter_map(pop).collect(),
        consults: consults.iter().filter_map(|c| consult_view(c, agent, now, config)).collect(),
        resumed: *resumed,
        server_time: At(now),
        heartbeat_seconds: HEARTBEAT_SECONDS,
    }
}

fn customer_body<'a>(frame: &'a CustomerFrame<'a>, now: Timestamp) -> (&'static str, CustomerBody<'a>) {
    match frame {
        CustomerFrame::Welcome { conversation, messages, agent, names } => {
            let name = |id: &AgentId| names.get(id).map(String::as_str);
            let writer = |message: &'a Message| match &message.sender {
                Sender::Agent(id) => name(id),
                _ => None,
            };
            let view =
                |message: &'a Arc<Message>| MessageView::named(conversation.id(), message, writer(message));
            let body = CustomerWelcome {
                conversation: PublicView::from(&***conversation),
                messages: messages.iter().map(view).collect(),
                agent: agent.and_then(|id| Some(Named { id, name: name(id)? })),
                server_time: At(now),
                heartbeat_seconds: HEARTBEAT_SECONDS,
            };
            ("welcome", CustomerBody::Welcome(Box::new(body)))
        }
        CustomerFrame::Message { conversation, message, agent_name } => {
            let message = MessageView::named(*conversation, message, *agent_name);
            let body = MessageReceived { conversation_id: *conversation, message };
            ("message.received", CustomerBody::Message(body))
        }
        CustomerFrame::Position { position, ahead, wait } => {
            let (position, ahead, method) = (*position, *ahead, method(*wait));
            let estimated_wait_seconds = wait.map(EstimatedWait::from);
            let body = QueuePosition { position, ahead, estimated_wait_seconds, method };
            ("queue.position", CustomerBody::Position(body))
        }
        CustomerFrame::AgentJoined { agent, name } => {
            ("agent.joined", CustomerBody::Joined(AgentJoined { agent: Named { id: agent, name } }))
        }
        CustomerFrame::AgentTyping => ("agent.typing", CustomerBody::Bare(Bare {})),
        CustomerFrame::Ended { reason, survey } => {
            ("conversation.ended", CustomerBody::Ended(ConversationEnded { reason, survey_url: *survey }))
        }
        CustomerFrame::GoingAway { in_ms } => {
            ("going_away", CustomerBody::GoingAway(GoingAway { in_ms: *in_ms }))
        }
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
