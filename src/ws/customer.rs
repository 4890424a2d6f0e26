//! The customer socket (CONTRACT §6): bound to one conversation, and ending with it.
//!
//! A customer speaks, types and ends; identity, priority and context cannot be said here. A conversation in wrap-up can
//! still be read, and takes no message: 409 `conversation_ended`, since what is said from then on belongs to a new
//! conversation (SPEC §7), and this token and its socket hear of this one alone. The visitor opens the new one over the
//! widget call; a backend's message over HTTP starts it by itself. What a visitor sends is paced by conversation, over all of
//! its sockets (`http::widgets::limit`). When the conversation closes, so does the socket: 4401.

use actix_web::web;

use super::client::{CustomerHello, CustomerMessage, Incoming, Nothing, unknown};
use super::peer::Peer;
use super::reply::{self, Audience};
use super::{HELLO_SECONDS, close};
use crate::actors::outbox::Outbox;
use crate::actors::shown::Pending;
use crate::domain::command::{Act, Caller, Code, Command, Refusal, Request};
use crate::domain::config::Role;
use crate::domain::conversation::{By, Conversation, Sender, Status, Visibility};
use crate::domain::ids::{ConversationId, GrantId, SessionId};
use crate::http::Edge;
use crate::http::conversations::access::find;
use crate::http::conversations::closed;
use crate::http::error::{Kind, Problem};
use crate::http::messages::said_before;
use crate::http::widgets::too_many;
use crate::http::wire::request::NewMessage;

/// The server's end of a customer's socket.
pub struct CustomerSocket {
    edge: web::Data<Edge>,
    outbox: Outbox,
    seconds: u32,
    session: Option<(SessionId, ConversationId)>,
    gone: bool,
    /// The second of its life at which the agent was told last that it types.
    typed_at: Option<u32>,
}

/// A customer's typing is passed on no more often than this: the frame stands in the agent's ring.
const TYPING_SECONDS: u32 = 3;

/// Who a visitor is to the house: may do what a backend may for the customer, under its own name.
pub fn visitor(session: Option<SessionId>) -> Caller {
    Caller { by: By::Customer, role: Role::Backend, agent: None, session }
}

impl CustomerSocket {
    /// Waits for its `hello`.
    pub fn new(edge: web::Data<Edge>, outbox: Outbox) -> Self {
        Self { edge, outbox, seconds: 0, session: None, gone: false, typed_at: None }
    }

    fn hello(&mut self, text: &str) -> Result<(), (u16, &'static str)> {
        const NOT_HELLO: (u16, &str) = (close::NOT_HELLO, "the first frame is hello");
        let frame = Incoming::read(text).map_err(|_| NOT_HELLO)?;
        if frame.kind != "hello" {
            return Err(NOT_HELLO);
        }
        let hello: CustomerHello = frame.take(&self.edge.schemas).map_err(|_| NOT_HELLO)?;
        let conversation = self.bound(&hello.token.unwrap_or_default())?;
        let session = SessionId(self.edge.dispatcher.mint_uuid());
        self.session = Some((session, conversation));
        self.edge.dispatcher.feeds().attach_customer(session, conversation, self.outbox.clone());
        Ok(())
    }

    /// The conversation that a token is bound to, if it is not over.
    fn bound(&self, token: &str) -> Result<ConversationId, (u16, &'static str)> {
        const BAD: (u16, &str) = (close::BAD_TOKEN, "the token is not good, or its conversation is over");
        let dispatcher = &self.edge.dispatcher;
        let Ok(id) = self.edge.auth.verify_customer(token) else {
            let somebodys = self.edge.auth.verify(token, &dispatcher.config(), dispatcher.now()).is_ok();
            return Err(if somebodys { (close::WRONG_ROLE, "this socket is for customers") } else { BAD });
        };
        match dispatcher.read().conversation(id) {
            Ok(Some(conversation)) if conversation.status != Status::Closed => Ok(id),
            Ok(_) => Err(BAD),
            Err(_) => Err((close::TRY_AGAIN, "not now")),
        }
    }

    fn frame(
        &mut self,
        frame: Incoming,
        session: SessionId,
        conversation: ConversationId,
    ) -> Result<(), Problem> {
        let (id, schemas) = (frame.id.clone(), &self.edge.schemas);
        match frame.kind.as_str() {
            "ping" => {
                frame.take::<Nothing>(schemas)?;
                self.outbox.try_push(reply::pong(&id));
            }
            "typing" => {
                frame.take::<Nothing>(schemas)?;
                let taken = self.edge.visitors.typing.take(conversation, self.edge.dispatcher.now());
                taken.map_err(|seconds| too_many("too many signs of typing", seconds))?;
                if self.typed_at.is_none_or(|at| self.seconds >= at + TYPING_SECONDS) {
                    self.typed_at = Some(self.seconds);
                    self.edge.dispatcher.feeds().customer_typing(conversation);
                }
                self.outbox.try_push(reply::done(&id));
            }
            "message.send" => {
                let taken = self.edge.visitors.messages.take(conversation, self.edge.dispatcher.now());
                taken.map_err(|seconds| too_many("too many messages in a short time", seconds))?;
                let message: CustomerMessage = frame.take(schemas)?;
                let say = NewMessage::new(message.text, None, message.client_message_id)
                    .say(false, Visibility::Public)?;
                let conversation = find(&self.edge, &conversation.to_string())?;
                if conversation.status == Status::Closed {
                    let known = said_before(&self.edge, &conversation, &say, Sender::Customer);
                    let shown = known.ok_or_else(|| ended(&conversation))?;
                    self.outbox.try_push(reply::outcome(&id, &Ok(shown), Audience::Customer));
                    return Ok(());
                }
                self.submit(id, session, &conversation, Act::Say(say));
            }
            "conversation.end" => {
                frame.take::<Nothing>(schemas)?;
                let conversation = find(&self.edge, &conversation.to_string())?;
                if conversation.status == Status::Closed {
                    return Err(ended(&conversation));
                }
                self.submit(id, session, &conversation, Act::End);
            }
            "hello" => return Err(Problem::new(Kind::Conflict, "hello was said")),
            other => return Err(unknown(other)),
        }
        Ok(())
    }

    fn submit(&self, id: serde_json::Value, session: SessionId, conversation: &Conversation, act: Act) {
        let command = Command::Conversation { id: conversation.id(), act, if_match: None };
        let request = Request { caller: visitor(Some(session)), command, key: None };
        let outbox = self.outbox.clone();
        let told = move |outcome| {
            outbox.try_push(reply::outcome(&id, &outcome, Audience::Customer));
        };
        self.edge.dispatcher.submit(request, Pending(Box::new(told)));
    }
}

/// One that is over may have left the house's memory; of any other the house says whether it has ended.
fn ended(conversation: &Conversation) -> Problem {
    Refusal { code: Code::ConversationEnded, ..closed(conversation) }.into()
}

impl Peer for CustomerSocket {
    fn text(&mut self, text: &str) {
        if self.gone || self.outbox.is_closed() {
            return;
        }
        let Some((session, conversation)) = self.session else {
            if let Err((code, reason)) = self.hello(text) {
                self.outbox.close(code, reason);
            }
            return;
        };
        let (id, result) = match Incoming::read(text) {
            Ok(frame) => (frame.id.clone(), self.frame(frame, session, conversation)),
            Err(wrong) => (wrong.0, Err(wrong.1)),
        };
        if let Err(problem) = result {
            self.outbox.try_push(reply::problem(&id, &problem));
        }
    }

    fn pinged(&mut self, _: u64, _: GrantId) {}

    fn ponged(&mut self, _: u64) {}

    fn tick(&mut self) {
        self.seconds += 1;
        match self.session {
            None if self.seconds >= HELLO_SECONDS => self.outbox.close(close::NO_HELLO, "no hello in time"),
            None => {}
            Some((_, conversation)) => {
                let now = self.edge.dispatcher.read().conversation(conversation);
                if matches!(now, Ok(Some(conversation)) if conversation.status == Status::Closed) {
                    self.outbox.close(close::BAD_TOKEN, "the conversation is over");
                }
            }
        }
    }

    fn gone(&mut self) {
        if std::mem::replace(&mut self.gone, true) {
            return;
        }
        if let Some((session, conversation)) = self.session {
            self.edge.dispatcher.feeds().detach_customer(session, conversation);
        }
    }
}
