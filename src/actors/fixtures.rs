//! What tests of the read side share: a conversation's timeline in short words.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytestring::ByteString;
use uuid::Uuid;

use super::read_side::ReadSide;
use super::shown::{BoardFrame, CustomerFrame, Frame, FrameWriter};
use super::stats::board::Board;
use crate::domain::config::{Agent, ChannelType, Config, Mode, NotificationKind, Role, WorkStream};
use crate::domain::conversation::{
    Born, By, CloseReason, CustomerRef, Event, Happening, Message, Sender, Visibility,
};
use crate::domain::ids::{AgentId, ConversationId, GrantId, MessageId, SessionId};
use crate::domain::offer::{Grant, GrantKind, Offer};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

pub const QUEUE: &str = "default-messaging";

pub fn id(n: u128) -> ConversationId {
    ConversationId(Uuid::from_u128(n))
}

pub fn session(n: u128) -> SessionId {
    SessionId(Uuid::from_u128(n))
}

pub fn grant(n: u128, agent: &str) -> Grant {
    Grant {
        id: GrantId(Uuid::from_u128(n)),
        agent: agent.into(),
        units: 1,
        places: Vec::new(),
        kind: GrantKind::Push,
        work_stream: "picked".into(),
    }
}

pub fn record(n: u128, seq: u32, what: Happening) -> Arc<Record> {
    let at = Timestamp(1_000 * i64::from(seq));
    Arc::new(Record::Event(Event { conversation: id(n), seq, at, by: By::System, what }))
}

pub fn created_with(n: u128, change: impl FnOnce(&mut Born)) -> Arc<Record> {
    let mut born = Born {
        correspondent: None,
        id: id(n),
        channel_id: "web".into(),
        channel_type: ChannelType::LiveChat,
        work_stream_id: "picked".into(),
        queue_id: QUEUE.into(),
        customer: CustomerRef::default(),
        context: BTreeMap::new(),
        undeclared: Vec::new(),
        misfits: Vec::new(),
        priority: 0,
        asked_priority: None,
        asked_skills: Vec::new(),
        skills: Vec::new(),
        units: 1,
        previous: None,
        first: None,
        record: None,
        party: None,
        language: None,
    };
    change(&mut born);
    record(n, 1, Happening::Created(Arc::new(born)))
}

pub fn created(n: u128) -> Arc<Record> {
    created_with(n, |_| {})
}

pub fn offered(n: u128, seq: u32, grant: Grant) -> Arc<Record> {
    let offer = Offer {
        grant,
        notification: NotificationKind::ScreenPopDecline,
        created_at: Timestamp(0),
        expires_at: Timestamp(9_000_000),
        by: By::System,
    };
    record(n, seq, Happening::Offered { offer, ends: None, trace: None })
}

pub fn assigned(n: u128, seq: u32, grant: Grant) -> Arc<Record> {
    record(n, seq, Happening::Assigned { grant, from_offer: false, ends: None, trace: None })
}

pub fn said(n: u128, seq: u32, message: u32, visibility: Visibility, via: Option<SessionId>) -> Arc<Record> {
    let message = Message {
        attachments: Vec::new(),
        id: MessageId(Uuid::from_u128(u128::from(message))),
        seq: message,
        sender: Sender::Customer,
        text: format!("text {message}").into(),
        visibility,
        client_message_id: None,
        created_at: Timestamp(0),
        automated: None,
    };
    record(n, seq, Happening::Message { message: Arc::new(message), to: None, via })
}

pub fn closed(n: u128, seq: u32, agent: Option<&str>) -> Arc<Record> {
    let agent: Option<AgentId> = agent.map(Into::into);
    let what = Happening::Closed { reason: CloseReason::ForceClosed, note: None, ends: None, agent };
    record(n, seq, what)
}

/// A configuration with a pick stream `picked`, agents `a` and `b`, and a supervisor `s`.
pub fn config() -> Config {
    let mut config = Config::default();
    let mut picked = WorkStream::named("Picked", ChannelType::LiveChat);
    picked.distribution.mode = Mode::Pick;
    config.work_streams.insert("picked".into(), Arc::new(picked));
    for name in ["a", "b", "s"] {
        let role = if name == "s" { Role::Supervisor } else { Role::Agent };
        config.agents.insert(name.into(), Arc::new(Agent { role, ..Agent::named(name) }));
    }
    config
}

pub fn read_side(records: &[Arc<Record>]) -> Arc<ReadSide> {
    let read = ReadSide::new(Arc::new(ArcSwap::from_pointee(config())));
    records.iter().for_each(|record| read.apply(record));
    Arc::new(read)
}

/// Writes a frame as its Rust name, its number, and the ids in it.
pub struct Words;

impl FrameWriter for Words {
    fn agent(&self, frame: &Frame<'_>, seq: Option<u64>, _: Timestamp, _: &Config) -> ByteString {
        let n = |id: ConversationId| id.0.as_u128();
        let words = match frame {
            Frame::Welcome { conversations, offers, resumed, .. } => {
                format!("welcome {}+{} resumed={resumed}", conversations.len(), offers.len())
            }
            Frame::OfferCreated { conversation, .. } => format!("offer {}", n(conversation.id())),
            Frame::Assigned { conversation, recent } => {
                format!("assigned {} {}", n(conversation.id()), recent.messages.len())
            }
            Frame::Updated { conversation } => {
                format!("updated {} v{}", n(conversation.id()), conversation.version)
            }
            Frame::Message { message, .. } => message.text.to_string(),
            Frame::Notice { level, code, text } => format!("notice {level} {code} {text}"),
            Frame::PickSnapshot { items, total } => {
                let ids: Vec<_> = items.iter().map(|item| n(item.id())).collect();
                format!("picks {ids:?} of {total}")
            }
            Frame::PickChanged { added, changed, removed, total } => {
                let ids = |items: &[Arc<crate::domain::conversation::Conversation>]| {
                    items.iter().map(|item| n(item.id())).collect::<Vec<_>>()
                };
                let removed: Vec<_> = removed.iter().map(|id| n(*id)).collect();
                format!("+{:?} ~{:?} -{removed:?} of {total}", ids(added), ids(changed))
            }
            other => format!("{other:?}").chars().take_while(char::is_ascii_alphanumeric).collect(),
        };
        seq.map_or(words.clone(), |seq| format!("{seq}: {words}")).into()
    }

    fn customer(&self, frame: &CustomerFrame<'_>, _: Timestamp) -> ByteString {
        match frame {
            CustomerFrame::Welcome { messages, agent, names, .. } => {
                let agent_name = agent.and_then(|agent| names.get(agent)).map(String::as_str);
                format!("welcome {} {agent_name:?}", messages.len())
            }
            CustomerFrame::Message { message, .. } => message.text.to_string(),
            CustomerFrame::Position { position, .. } => format!("position {position}"),
            CustomerFrame::AgentJoined { name, .. } => format!("joined {name}"),
            CustomerFrame::Ended { reason, .. } => format!("ended {reason}"),
            CustomerFrame::AgentTyping => "typing".to_owned(),
            CustomerFrame::GoingAway { .. } => "going away".to_owned(),
        }
        .into()
    }

    fn board(&self, frame: &BoardFrame<'_>, _: Timestamp) -> ByteString {
        let waiting = |board: &Board| {
            let queues = board.queues.iter().map(|(id, queue)| format!("{id}:{}", queue.places.waiting));
            queues.collect::<Vec<_>>().join(" ")
        };
        match frame {
            BoardFrame::Welcome { board, .. } => format!("welcome {}", waiting(board)),
            BoardFrame::Changed { board, gone } => {
                format!("changed {} gone {:?}", waiting(board), gone.queues)
            }
            BoardFrame::Notice { code, .. } => format!("notice {code}"),
            BoardFrame::GoingAway { .. } => "going away".to_owned(),
        }
        .into()
    }
}
