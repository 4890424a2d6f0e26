//! What a client says: one JSON object a frame, `{"type", "id", …}` (CONTRACT §§5 and 6).
//!
//! Owns reading a frame apart and the bodies by type. Bodies are taken strictly, by the schemas of the served document.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::actors::pick_list::PickSort;
use crate::http::error::{FieldError, Kind, Problem};
use crate::http::schema::Schemas;

/// A frame, read apart.
#[derive(Clone, PartialEq, Debug)]
pub struct Incoming {
    /// The client's own; `null` if it gave none.
    pub id: Value,
    /// `type`
    pub kind: String,
    body: Map<String, Value>,
}

impl Incoming {
    /// Reads a frame apart; else the id to answer under, and why not.
    pub fn read(text: &str) -> Result<Self, Box<(Value, Problem)>> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let detail = format!("not JSON at line {}, column {}", error.line(), error.column());
            Box::new((Value::Null, Problem::new(Kind::NotJson, detail)))
        })?;
        let Value::Object(mut body) = value else {
            return Err(Box::new((Value::Null, Problem::new(Kind::NotJson, "a frame is one JSON object"))));
        };
        let id = body.remove("id").unwrap_or(Value::Null);
        if !matches!(id, Value::Null | Value::String(_) | Value::Number(_)) {
            let wrong = FieldError::new("/id", "must be a string or a number");
            return Err(Box::new((Value::Null, Problem::invalid(vec![wrong]))));
        }
        match body.remove("type") {
            Some(Value::String(kind)) => Ok(Self { id, kind, body }),
            _ => Err(Box::new((id, Problem::new(Kind::UnknownFrame, "a frame has a type")))),
        }
    }

    /// The frame's fields; a 422 names every wrong one.
    pub fn take<T: DeserializeOwned + ToSchema>(self, schemas: &Schemas) -> Result<T, Problem> {
        schemas.take(Value::Object(self.body))
    }

    /// Whether the frame has this field.
    pub fn has(&self, field: &str) -> bool {
        self.body.contains_key(field)
    }
}

/// The answer to a type that there is not.
pub fn unknown(kind: &str) -> Problem {
    let shown: String = kind.chars().take(64).collect();
    Problem::new(Kind::UnknownFrame, format!("there is no frame of type {shown:?}"))
}

/// Where a socket was when it broke off.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// Of the broken session.
    #[schema(max_length = 64)]
    pub session_id: String,
    /// The last frame that came.
    pub seq: u64,
}

/// `hello`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HelloFrame)]
pub struct Hello {
    /// May be left out where the upgrade had a bearer header.
    pub token: Option<String>,
    /// To get the frames that were missed.
    pub resume: Option<Resume>,
}

/// `presence.set`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PresenceSetFrame)]
pub struct PresenceSet {
    /// Base or custom.
    #[schema(max_length = 64)]
    pub presence: String,
}

/// `agent.presence.set`, of a supervisor
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentPresenceSetFrame)]
pub struct AgentPresenceSet {
    /// Whose.
    #[schema(max_length = 64)]
    pub agent_id: String,
    /// Base or custom; also resets an inactive agent.
    #[schema(max_length = 64)]
    pub presence: String,
}

/// `offer.accept` and `offer.decline`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OfferAnswerFrame)]
pub struct OfferAnswer {
    /// Which.
    #[schema(max_length = 64)]
    pub offer_id: String,
    /// Taken and not kept yet.
    #[schema(max_length = 4000)]
    pub reason: Option<String>,
}

/// Order of a pick list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PickListSort)]
#[allow(missing_docs)] // each is its own name
pub enum Sort {
    #[default]
    Age,
    Priority,
    Queue,
    WorkStream,
    Customer,
}

impl From<Sort> for PickSort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Age => Self::Age,
            Sort::Priority => Self::Priority,
            Sort::Queue => Self::Queue,
            Sort::WorkStream => Self::WorkStream,
            Sort::Customer => Self::Customer,
        }
    }
}

/// `pick_list.subscribe`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PickListSubscribeFrame)]
pub struct PickSubscribe {
    /// Only of this queue.
    #[schema(max_length = 64)]
    pub queue_id: Option<String>,
    /// Only of this work stream.
    #[schema(max_length = 64)]
    pub work_stream_id: Option<String>,
    /// Only what contains this.
    #[schema(max_length = 200)]
    pub search: Option<String>,
    /// `age` if not given.
    pub sort: Option<Sort>,
    /// Size of the window; 100 if not given.
    #[schema(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
}

/// Frames that name a conversation alone: `conversation.pick`, `.wait`, `.end`, `.open`, `.release`, `.watch`,
/// `.unwatch`, `.join`, `consult.accept`, `.decline`, `.leave` and `typing`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationFrame)]
pub struct OfConversation {
    /// Which.
    #[schema(max_length = 64)]
    pub conversation_id: String,
}

/// `message.send` of an agent
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MessageSendFrame)]
pub struct MessageSend {
    /// In which conversation.
    #[schema(max_length = 64)]
    pub conversation_id: String,
    /// What.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
    /// `public` or `internal`. The default is `public`, but `internal` for who only takes part.
    #[schema(pattern = "^(public|internal)$")]
    pub visibility: Option<String>,
    /// The sender's own id: the same again gives the first message.
    #[schema(min_length = 1, max_length = 200)]
    pub client_message_id: Option<String>,
}

/// `conversation.close`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationCloseFrame)]
pub struct Close {
    /// Which.
    #[schema(max_length = 64)]
    pub conversation_id: String,
    /// Kept with the conversation.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
}

/// `conversation.transfer`: either `queue_id` or `agent_id`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationTransferFrame)]
pub struct Transfer {
    /// Which.
    #[schema(max_length = 64)]
    pub conversation_id: String,
    /// To a queue.
    pub queue_id: Option<String>,
    /// To an agent.
    pub agent_id: Option<String>,
}

/// A customer's `hello`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomerHelloFrame)]
pub struct CustomerHello {
    /// The `customer_token`.
    pub token: Option<String>,
}

/// A customer's `message.send`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomerMessageFrame)]
pub struct CustomerMessage {
    /// What.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
    /// The sender's own id: the same again gives the first message.
    #[schema(min_length = 1, max_length = 200)]
    pub client_message_id: Option<String>,
}

/// A frame without fields: `ping`, `pick_list.unsubscribe`, a customer's `typing` and `conversation.end`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmptyFrame)]
pub struct Nothing {}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (Value, u16, &'static str) {
        let refused = Incoming::read(text).unwrap_err();
        (refused.0.clone(), refused.1.status, refused.1.code)
    }

    #[test]
    fn what_is_no_frame_is_answered_under_its_id_if_it_has_one() {
        assert_eq!(refused("{"), (Value::Null, 400, "not_json"));
        assert_eq!(refused("[1]"), (Value::Null, 400, "not_json"));
        assert_eq!(refused(r#"{"id":7}"#), (7.into(), 400, "unknown_frame"));
        assert_eq!(refused(r#"{"id":"a","type":3}"#), ("a".into(), 400, "unknown_frame"));
        assert_eq!(refused(r#"{"id":[],"type":"ping"}"#), (Value::Null, 422, "invalid"));
    }

    #[test]
    fn an_id_is_a_string_or_a_number_or_not_there() {
        for (text, id) in [
            (r#"{"type":"ping","id":"x"}"#, Value::from("x")),
            (r#"{"type":"ping","id":1.5}"#, Value::from(1.5)),
            (r#"{"type":"ping"}"#, Value::Null),
        ] {
            let frame = Incoming::read(text).unwrap();
            assert_eq!((frame.id, frame.kind.as_str()), (id, "ping"), "{text}");
        }
    }

    #[test]
    fn a_field_that_is_not_the_frames_is_named() {
        let schemas = Schemas::new(&crate::http::openapi::document());
        let errors = |text: &str| {
            let frame = Incoming::read(text).unwrap();
            let problem = frame.take::<MessageSend>(&schemas).unwrap_err();
            let fields: Vec<_> = problem.errors.into_iter().map(|error| error.field).collect();
            fields.join(" ")
        };
        assert_eq!(errors(r#"{"type":"message.send","conversation_id":"c","text":"x","txt":1}"#), "/txt");
        assert_eq!(errors(r#"{"type":"message.send","text":""}"#), "/conversation_id /text");
        let visibility = r#"{"type":"message.send","conversation_id":"c","text":"x","visibility":"secret"}"#;
        assert_eq!(errors(visibility), "/visibility");
    }
}
