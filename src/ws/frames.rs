//! Server frames, exactly as CONTRACT §§5 and 6 have them. Written once a frame, whatever the number of sockets.

use std::collections::BTreeMap;

use bytestring::ByteString;
use serde::Serialize;

use super::board;
use super::pop::PopView;
use crate::actors::shown::{BoardFrame, CustomerFrame, Frame, FrameWriter};
use crate::actors::stats::estimate::method;
use crate::domain::command::AgentShown;
use crate::domain::config::Config;
use crate::domain::conversation::{Conversation, Message};
use crate::domain::ids::{AgentId, ChannelId, ConversationId, GrantId, PresenceId, QueueId, SessionId};
use crate::domain::offer::Withdrawal;
use crate::domain::time::Timestamp;
use crate::http::conversations::EstimatedWait;
use crate::http::wire::conversation::{ConversationView, ParticipantView, PublicView};
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

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Welcome(Box<Welcome<'a>>),
    OfferCreated {
        offer: Box<PopView<'a>>,
    },
    OfferEnded {
        offer_id: GrantId,
        conversation_id: ConversationId,
        reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        agent_id: Option<&'a AgentId>,
    },
    Assigned {
        conversation: Box<ConversationView<'a>>,
        messages: Vec<MessageView<'a>>,
    },
    Updated {
        conversation: Box<ConversationView<'a>>,
    },
    Removed {
        conversation_id: ConversationId,
        reason: &'a str,
        version: u32,
    },
    Message {
        conversation_id: ConversationId,
        message: MessageView<'a>,
    },
    Invited {
        conversation: Box<ConversationView<'a>>,
        by: Option<&'a AgentId>,
        expires_at: At,
    },
    Participants {
        conversation_id: ConversationId,
        participants: Vec<ParticipantView<'a>>,
    },
    Typing {
        conversation_id: ConversationId,
    },
    Over {
        conversation_id: ConversationId,
        reason: &'a str,
    },
    Presence {
        presence: &'a PresenceId,
        base_presence: &'static str,
        by: &'a str,
        reason: &'a str,
    },
    Capacity(CapacityView),
    Notice {
        level: &'a str,
        code: &'a str,
        text: &'a str,
    },
    PickSnapshot {
        items: Vec<ConversationView<'a>>,
        total: usize,
    },
    PickChanged {
        added: Vec<ConversationView<'a>>,
        changed: Vec<ConversationView<'a>>,
        removed: &'a [ConversationId],
        total: usize,
    },
    GoingAway {
        in_ms: u32,
    },
}

/// Units as every frame shows them.
#[derive(Serialize)]
pub(super) struct CapacityView {
    capacity: u32,
    used: u32,
    free: i64,
}

impl From<&AgentShown> for CapacityView {
    fn from(shown: &AgentShown) -> Self {
        Self { capacity: shown.capacity, used: shown.used, free: shown.free() }
    }
}

#[derive(Serialize)]
struct AgentView<'a> {
    id: &'a AgentId,
    name: &'a str,
    role: &'static str,
    queue_ids: Vec<QueueId>,
}

/// A custom presence that the agent may choose.
#[derive(Serialize)]
struct Choice<'a> {
    id: &'a PresenceId,
    text: &'a str,
    base: &'static str,
}

#[derive(Serialize)]
struct Welcome<'a> {
    session_id: SessionId,
    agent: AgentView<'a>,
    presence: &'a PresenceId,
    base_presence: &'static str,
    presences: Vec<Choice<'a>>,
    /// Names of the agent's queues.
    queues: BTreeMap<QueueId, &'a str>,
    /// Names of all channels.
    channels: BTreeMap<&'a ChannelId, &'a str>,
    #[serde(flatten)]
    capacity: CapacityView,
    conversations: Vec<ConversationView<'a>>,
    offers: Vec<PopView<'a>>,
    consults: Vec<ConsultView<'a>>,
    resumed: bool,
    server_time: At,
    heartbeat_seconds: u32,
}

fn views(conversations: &[std::sync::Arc<Conversation>]) -> Vec<ConversationView<'_>> {
    conversations.iter().map(|c| ConversationView::from(&**c)).collect()
}

fn message_views(id: ConversationId, messages: &[std::sync::Arc<Message>]) -> Vec<MessageView<'_>> {
    messages.iter().map(|message| MessageView::new(id, message)).collect()
}

fn agent_body<'a>(frame: &'a Frame<'a>, now: Timestamp, config: &'a Config) -> (&'static str, Body<'a>) {
    match frame {
        Frame::Welcome { .. } => ("welcome", Body::Welcome(Box::new(welcome(frame, now, config)))),
        Frame::OfferCreated { grant, conversation } => (
            "offer.created",
            Body::OfferCreated { offer: Box::new(PopView::new(*grant, conversation, now, config)) },
        ),
        Frame::OfferEnded { grant, conversation, end, cause, taker } => {
            let cause = cause.map(Withdrawal::as_str);
            let (offer_id, conversation_id) = (*grant, *conversation);
            let (reason, agent_id) = (end.as_str(), *taker);
            ("offer.ended", Body::OfferEnded { offer_id, conversation_id, reason, cause, agent_id })
        }
        Frame::Assigned { conversation, messages } => {
            let messages = message_views(conversation.id(), messages);
            let conversation = Box::new(ConversationView::from(&***conversation));
            ("conversation.assigned", Body::Assigned { conversation, messages })
        }
        Frame::Updated { conversation } => {
            let conversation = Box::new(ConversationView::from(&***conversation));
            ("conversation.updated", Body::Updated { conversation })
        }
        Frame::Removed { conversation, version, reason } => {
            let body = Body::Removed { conversation_id: *conversation, reason, version: *version };
            ("conversation.removed", body)
        }
        Frame::Message { conversation, message } => {
            let message = MessageView::new(*conversation, message);
            ("message.received", Body::Message { conversation_id: *conversation, message })
        }
        Frame::ConsultInvited { .. }
        | Frame::ConsultStarted { .. }
        | Frame::ConsultChanged { .. }
        | Frame::ConsultEnded { .. }
        | Frame::WatchEnded { .. } => part_body(frame),
        Frame::Presence { shown, by, reason } => {
            let base_presence = shown.base.as_str();
            ("presence.changed", Body::Presence { presence: &shown.presence, base_presence, by, reason })
        }
        Frame::Capacity { shown } => ("capacity.changed", Body::Capacity(CapacityView::from(*shown))),
        Frame::Notice { level, code, text } => ("notice", Body::Notice { level, code, text }),
        Frame::PickSnapshot { items, total } => {
            ("pick_list.snapshot", Body::PickSnapshot { items: views(items), total: *total })
        }
        Frame::PickChanged { added, changed, removed, total } => {
            let (added, changed) = (views(added), views(changed));
            ("pick_list.changed", Body::PickChanged { added, changed, removed, total: *total })
        }
        Frame::CustomerTyping { conversation } => {
            ("customer.typing", Body::Typing { conversation_id: *conversation })
        }
        Frame::GoingAway { in_ms } => ("going_away", Body::GoingAway { in_ms: *in_ms }),
    }
}

/// Frames about taking part, or watching.
fn part_body<'a>(frame: &'a Frame<'a>) -> (&'static str, Body<'a>) {
    let over = |conversation: ConversationId, reason| Body::Over { conversation_id: conversation, reason };
    match frame {
        Frame::ConsultInvited { conversation, until } => {
            let (by, expires_at) = (conversation.agent.as_ref(), At(*until));
            let conversation = Box::new(ConversationView::from(&***conversation));
            ("consult.invited", Body::Invited { conversation, by, expires_at })
        }
        Frame::ConsultStarted { conversation, messages } => {
            let messages = message_views(conversation.id(), messages);
            let conversation = Box::new(ConversationView::from(&***conversation));
            ("consult.started", Body::Assigned { conversation, messages })
        }
        Frame::ConsultChanged { conversation } => {
            let participants = conversation.participants.iter().map(Into::into).collect();
            ("consult.changed", Body::Participants { conversation_id: conversation.id(), participants })
        }
        Frame::ConsultEnded { conversation, reason } => ("consult.ended", over(*conversation, reason)),
        Frame::WatchEnded { conversation, reason } => ("watch.ended", over(*conversation, reason)),
        _ => unreachable!("called for a frame about taking part"),
    }
}

/// A conversation in which the agent takes part, or is invited to.
#[derive(Serialize)]
struct ConsultView<'a> {
    conversation: ConversationView<'a>,
    kind: &'static str,
    /// `invited` or `joined`.
    state: &'static str,
    /// End of the invitation.
    expires_at: Option<At>,
}

fn consult_view<'a>(conversation: &'a Conversation, agent: &AgentId) -> Option<ConsultView<'a>> {
    let me = conversation.participant(agent)?;
    Some(ConsultView {
        conversation: conversation.into(),
        kind: me.kind.as_str(),
        state: if me.joined() { "joined" } else { "invited" },
        expires_at: me.until.map(At),
    })
}

fn welcome<'a>(frame: &'a Frame<'a>, now: Timestamp, config: &'a Config) -> Welcome<'a> {
    let Frame::Welcome { session, agent, shown, conversations, offers, consults, resumed } = frame else {
        unreachable!("called for a welcome")
    };
    let resource = config.agents.get(*agent);
    let pop = |c: &'a std::sync::Arc<Conversation>| {
        c.offer.as_ref().map(|offer| PopView::new(offer.grant.id, c, now, config))
    };
    Welcome {
        session_id: *session,
        agent: AgentView {
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
            .map(|(id, p)| Choice { id, text: &p.text, base: p.base.as_str() })
            .collect(),
        queues: config
            .queues_of(agent)
            .into_iter()
            .filter_map(|id| config.queues.get(&id).map(|queue| (id, queue.name.as_str())))
            .collect(),
        channels: config.channels.iter().map(|(id, channel)| (id, channel.name.as_str())).collect(),
        capacity: CapacityView::from(*shown),
        conversations: views(conversations),
        offers: offers.iter().filter_map(pop).collect(),
        consults: consults.iter().filter_map(|c| consult_view(c, agent)).collect(),
        resumed: *resumed,
        server_time: At(now),
        heartbeat_seconds: HEARTBEAT_SECONDS,
    }
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a AgentId,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum CustomerBody<'a> {
    Welcome {
        conversation: PublicView<'a>,
        messages: Vec<MessageView<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<NameOnly<'a>>,
        server_time: At,
        heartbeat_seconds: u32,
    },
    Message {
        conversation_id: ConversationId,
        message: MessageView<'a>,
    },
    Position {
        position: usize,
        ahead: usize,
        estimated_wait_seconds: Option<EstimatedWait>,
        method: &'static str,
    },
    Joined {
        agent: Named<'a>,
    },
    Nothing {},
    Ended {
        reason: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        survey_url: Option<&'a str>,
    },
    GoingAway {
        in_ms: u32,
    },
}

#[derive(Serialize)]
struct NameOnly<'a> {
    name: &'a str,
}

fn customer_body<'a>(frame: &'a CustomerFrame<'a>, now: Timestamp) -> (&'static str, CustomerBody<'a>) {
    match frame {
        CustomerFrame::Welcome { conversation, messages, agent_name } => {
            let body = CustomerBody::Welcome {
                conversation: PublicView::from(&***conversation),
                messages: message_views(conversation.id(), messages),
                agent: agent_name.map(|name| NameOnly { name }),
                server_time: At(now),
                heartbeat_seconds: HEARTBEAT_SECONDS,
            };
            ("welcome", body)
        }
        CustomerFrame::Message { conversation, message } => {
            let message = MessageView::new(*conversation, message);
            ("message.received", CustomerBody::Message { conversation_id: *conversation, message })
        }
        CustomerFrame::Position { position, ahead, wait } => {
            let (position, ahead, method) = (*position, *ahead, method(*wait));
            let estimated_wait_seconds = wait.map(EstimatedWait::from);
            ("queue.position", CustomerBody::Position { position, ahead, estimated_wait_seconds, method })
        }
        CustomerFrame::AgentJoined { agent, name } => {
            ("agent.joined", CustomerBody::Joined { agent: Named { id: agent, name } })
        }
        CustomerFrame::AgentTyping => ("agent.typing", CustomerBody::Nothing {}),
        CustomerFrame::Ended { reason, survey } => {
            ("conversation.ended", CustomerBody::Ended { reason, survey_url: *survey })
        }
        CustomerFrame::GoingAway { in_ms } => ("going_away", CustomerBody::GoingAway { in_ms: *in_ms }),
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
