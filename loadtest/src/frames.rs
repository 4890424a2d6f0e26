//! The frames of the agent socket (CONTRACT §5), as much of them as the harness reads, and the ones it sends.

use std::borrow::Cow;

use serde::Deserialize;
use uuid::Uuid;

/// Any server frame; absent fields are those of other types.
#[derive(Debug, Deserialize)]
pub struct ServerFrame<'a> {
    /// The frame's type.
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    /// The agent's frame number.
    pub seq: Option<u64>,
    /// A reply's number, as the harness sent it.
    pub id: Option<u64>,
    /// A reply's verdict.
    pub ok: Option<bool>,
    /// Why a reply is not ok.
    pub problem: Option<Problem>,
    /// An offer that was made.
    pub offer: Option<OfferRef>,
    /// A conversation that was assigned or changed.
    pub conversation: Option<ConversationRef>,
    /// What a frame is about, where it carries no whole conversation.
    pub conversation_id: Option<Uuid>,
    /// How an offer ended, why a conversation left.
    pub reason: Option<String>,
    /// A welcome's session.
    pub session_id: Option<String>,
    /// A welcome's verdict on `resume`.
    pub resumed: Option<bool>,
    /// A welcome's open offers.
    #[serde(default)]
    pub offers: Vec<OfferRef>,
    /// A welcome's conversations.
    #[serde(default)]
    pub conversations: Vec<ConversationRef>,
    /// A pick list's window.
    #[serde(default)]
    pub items: Vec<ConversationRef>,
    /// What came into a pick list's window.
    #[serde(default)]
    pub added: Vec<ConversationRef>,
}

impl<'a> ServerFrame<'a> {
    /// Reads one frame.
    pub fn parse(text: &'a [u8]) -> crate::Result<Self> {
        serde_json::from_slice(text).map_err(|error| {
            crate::Error::Protocol(format!(
                "frame is not as expected ({error}): {}",
                String::from_utf8_lossy(text)
            ))
        })
    }
}

/// An offer, by its ids.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct OfferRef {
    /// The offer.
    pub id: Uuid,
    /// What it offers.
    pub conversation_id: Uuid,
}

/// A conversation, by its id and state.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ConversationRef {
    /// The conversation.
    pub id: Uuid,
    /// Where it is in its life.
    pub state: State,
}

/// The states of a conversation (CONTRACT §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In a queue, on offer or not.
    Open,
    /// With an agent.
    Active,
    /// Put aside by its agent.
    Waiting,
    /// Ended, the agent still writes it up.
    WrapUp,
    /// Over.
    Closed,
}

/// A problem, as HTTP and the socket both carry it.
#[derive(Debug, Clone, Deserialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: Option<String>,
}

impl Problem {
    /// Names the problem for counting by kind.
    pub fn kind(&self) -> String {
        format!("{} {}", self.status, self.code.as_deref().unwrap_or("-"))
    }
}

/// A frame that the harness sends. Ids are plain integers, rising for each socket.
#[derive(Debug, Clone, Copy)]
pub enum ClientFrame<'a> {
    /// `offer.accept`
    Accept(Uuid),
    /// `offer.decline`
    Decline(Uuid),
    /// `conversation.pick`
    Pick(Uuid),
    /// `conversation.end`
    End(Uuid),
    /// `conversation.close`
    Close(Uuid),
    /// `conversation.release`
    Release(Uuid),
    /// `message.send`: conversation, text and `client_message_id`, neither needing escapes.
    Message(Uuid, &'a str, &'a str),
    /// `pick_list.subscribe` to one queue with the largest window.
    Subscribe(&'a str),
}

impl ClientFrame<'_> {
    /// Appends the frame's JSON to `out`.
    pub fn write(&self, out: &mut Vec<u8>, id: u64) {
        use std::io::Write as _;
        // Writing to a Vec cannot fail.
        let _ = match self {
            Self::Accept(offer) => write!(out, r#"{{"type":"offer.accept","id":{id},"offer_id":"{offer}"}}"#),
            Self::Decline(offer) => {
                write!(out, r#"{{"type":"offer.decline","id":{id},"offer_id":"{offer}"}}"#)
            }
            Self::Pick(what) => {
                write!(out, r#"{{"type":"conversation.pick","id":{id},"conversation_id":"{what}"}}"#)
            }
            Self::End(what) => {
                write!(out, r#"{{"type":"conversation.end","id":{id},"conversation_id":"{what}"}}"#)
            }
            Self::Close(what) => {
                write!(out, r#"{{"type":"conversation.close","id":{id},"conversation_id":"{what}"}}"#)
            }
            Self::Release(what) => {
                write!(out, r#"{{"type":"conversation.release","id":{id},"conversation_id":"{what}"}}"#)
            }
            Self::Message(what, text, key) => write!(
                out,
                r#"{{"type":"message.send","id":{id},"conversation_id":"{what}","text":"{text}","client_message_id":"{key}"}}"#
            ),
            Self::Subscribe(queue) => {
                write!(out, r#"{{"type":"pick_list.subscribe","id":{id},"queue_id":"{queue}","limit":500}}"#)
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientFrame, ServerFrame, State};
    use uuid::Uuid;

    #[test]
    fn every_client_frame_is_json_with_its_type_and_id() {
        let id = Uuid::from_u128(7);
        let all = [
            (ClientFrame::Accept(id), "offer.accept"),
            (ClientFrame::Decline(id), "offer.decline"),
            (ClientFrame::Pick(id), "conversation.pick"),
            (ClientFrame::End(id), "conversation.end"),
            (ClientFrame::Close(id), "conversation.close"),
            (ClientFrame::Release(id), "conversation.release"),
            (ClientFrame::Message(id, "hello", "m-1"), "message.send"),
            (ClientFrame::Subscribe("sales"), "pick_list.subscribe"),
        ];
        for (frame, kind) in all {
            let mut out = Vec::new();
            frame.write(&mut out, 42);
            let value: serde_json::Value = serde_json::from_slice(&out).expect("json");
            assert_eq!((value["type"].as_str(), value["id"].as_u64()), (Some(kind), Some(42)));
        }
    }

    #[test]
    fn unknown_fields_and_types_are_read_past() {
        let text = br#"{"type":"conversation.assigned","seq":3,"new":[1],"conversation":{"id":"00000000-0000-0000-0000-000000000007","state":"wrap_up","x":{}},"messages":[]}"#;
        let frame = ServerFrame::parse(text).expect("frame");
        assert_eq!(frame.conversation.map(|conversation| conversation.state), Some(State::WrapUp));
        assert!(ServerFrame::parse(br#"{"type":"later.invention","capacity":{"a":1}}"#).is_ok());
    }
}
