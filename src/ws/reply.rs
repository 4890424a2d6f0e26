//! Replies: one for each client frame (CONTRACT §5), with the same problem object as over HTTP.

use bytestring::ByteString;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::frames::body::{Bare, CapacityUnits};
use crate::actors::shown::{AskError, Outcome, Shown};
use crate::domain::conversation::Conversation;
use crate::http::error::Problem;
use crate::http::wire::conversation::{ConversationView, PublicView};
use crate::http::wire::message::MessageView;

/// To whom a reply goes: a customer is shown less of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// An agent.
    Agent,
    /// A customer.
    Customer,
}

#[derive(Serialize)]
struct Good<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a Value,
    ok: bool,
    result: T,
}

#[derive(Serialize)]
struct Bad<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a Value,
    ok: bool,
    problem: &'a Problem,
}

#[derive(Serialize)]
struct Pong<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Value::is_null")]
    id: &'a Value,
}

/// The conversation as it is now.
#[derive(Serialize, ToSchema)]
pub struct ConversationResult<'a> {
    conversation: ConversationView<'a>,
}

/// The same, as a customer sees it.
#[derive(Serialize, ToSchema)]
pub struct CustomerConversationResult<'a> {
    conversation: PublicView<'a>,
}

/// The message; the first one where its `client_message_id` was known.
#[derive(Serialize, ToSchema)]
pub struct MessageResult<'a> {
    message: MessageView<'a>,
}

/// The agent's presence and units.
#[derive(Serialize, ToSchema)]
pub struct AgentResult<'a> {
    presence: &'a str,
    base_presence: &'static str,
    #[serde(flatten)]
    capacity: CapacityUnits,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Conversation(Box<ConversationResult<'a>>),
    Public(CustomerConversationResult<'a>),
    Message(MessageResult<'a>),
    Agent(AgentResult<'a>),
    Done(Bare),
}

/// The reply that an outcome is.
pub fn outcome(id: &Value, outcome: &Outcome, to: Audience) -> ByteString {
    match outcome {
        Ok(shown) => good(id, body(shown, to)),
        Err(error) => problem(id, &of_ask(error)),
    }
}

/// Frames have their fields at the top, so a context problem points there.
fn of_ask(error: &AskError) -> Problem {
    Problem::of_ask(error, "/context")
}

fn body(shown: &Shown, to: Audience) -> Body<'_> {
    match shown {
        Shown::Conversation(conversation) => conversation_body(conversation, to),
        Shown::Message { conversation, message, .. } => {
            Body::Message(MessageResult { message: MessageView::new(*conversation, message) })
        }
        Shown::Agent(shown) => Body::Agent(AgentResult {
            presence: shown.presence.as_str(),
            base_presence: shown.base.as_str(),
            capacity: CapacityUnits::from(shown),
        }),
        _ => Body::Done(Bare {}),
    }
}

fn conversation_body(conversation: &Conversation, to: Audience) -> Body<'_> {
    match to {
        Audience::Agent => {
            Body::Conversation(Box::new(ConversationResult { conversation: conversation.into() }))
        }
        Audience::Customer => Body::Public(CustomerConversationResult { conversation: conversation.into() }),
    }
}

/// `ok`, with nothing to show.
pub fn done(id: &Value) -> ByteString {
    good(id, Bare {})
}

/// `ok:false`
pub fn problem(id: &Value, problem: &Problem) -> ByteString {
    write(&Bad { kind: "reply", id, ok: false, problem })
}

/// The answer to `ping`.
pub fn pong(id: &Value) -> ByteString {
    write(&Pong { kind: "pong", id })
}

fn good<T: Serialize>(id: &Value, result: T) -> ByteString {
    write(&Good { kind: "reply", id, ok: true, result })
}

fn write<T: Serialize>(frame: &T) -> ByteString {
    serde_json::to_string(frame).expect("views serialise").into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::domain::command::{Code, Refusal};
    use crate::domain::offer::OfferEnd;

    #[test]
    fn replies_carry_the_clients_id_and_the_problem_of_http() {
        let lost = Refusal {
            offer_end: Some(OfferEnd::Accepted),
            agent: Some("ben".into()),
            ..Refusal::of(Code::OfferEnded)
        };
        let texts = [
            done(&Value::from("a")),
            pong(&Value::from(4)),
            pong(&Value::Null),
            outcome(&Value::from(7), &Err(AskError::Refused(lost)), Audience::Agent),
            outcome(&Value::Null, &Err(AskError::Busy { retry_after: 1 }), Audience::Agent),
        ];
        expect![[r#"
            {"type":"reply","id":"a","ok":true,"result":{}}
            {"type":"pong","id":4}
            {"type":"pong"}
            {"type":"reply","id":7,"ok":false,"problem":{"type":"/docs#problem-offer_ended","title":"The offer has ended","status":409,"detail":"the offer has ended","code":"offer_ended","current_state":"accepted","agent_id":"ben","retryable":false}}
            {"type":"reply","id":null,"ok":false,"problem":{"type":"/docs#problem-busy","title":"Too much is under way","status":503,"detail":"too much is under way; nothing happened","code":"busy","retryable":true,"retry_after_seconds":1}}
        "#]].assert_eq(&texts.map(|text| text.to_string() + "\n").concat());
    }
}
