//! The agent socket (CONTRACT §5): hello, the session behind it, and its end.
//!
//! Owns who is on the socket and whether that still stands: checked at each frame and once a second against the
//! configuration's version and the token's end, so that expiry, revocation and deletion close it with 4401 within a second.
//! A `resume` of another agent's session closes with 4403; of one that is not known any more it is a `welcome` with
//! `resumed:false`.

mod consult;
mod frames;

pub use consult::Consult;

use std::collections::VecDeque;

use actix_web::web;
use uuid::Uuid;

use super::client::{Hello, Incoming};
use super::peer::Peer;
use super::{HELLO_SECONDS, close, reply};
use crate::actors::outbox::Outbox;
use crate::actors::shown::{AskError, Pending};
use crate::domain::command::{AgentAct, Caller, Code, Command, Request};
use crate::domain::conversation::By;
use crate::domain::ids::{AgentId, GrantId, SessionId};
use crate::http::Edge;
use crate::http::auth::{Identity, still_good};
use crate::http::error::{Kind, Problem};

/// Most pings whose pong is awaited; older ones are covered by a later pong.
const MAX_PINGS: usize = 1_000;

/// The server's end of an agent's socket.
pub struct AgentSocket {
    edge: web::Data<Edge>,
    outbox: Outbox,
    bearer: Option<String>,
    seconds: u32,
    session: Option<Session>,
    gone: bool,
    /// Offers and assignments that went out with a ping, in order of its number.
    pings: VecDeque<(u64, GrantId)>,
}

/// Who is on the socket.
struct Session {
    id: SessionId,
    agent: AgentId,
    identity: Identity,
    caller: Caller,
    /// Version of the configuration under which the token was last found good.
    checked: u64,
}

impl AgentSocket {
    /// Waits for its `hello`; `bearer` is the token of the upgrade, if it had one.
    pub fn new(edge: web::Data<Edge>, outbox: Outbox, bearer: Option<String>) -> Self {
        Self { edge, outbox, bearer, seconds: 0, session: None, gone: false, pings: VecDeque::new() }
    }

    /// Begins the session, or gives the close code.
    fn hello(&mut self, text: &str) -> Result<(), (u16, &'static str)> {
        const NOT_HELLO: (u16, &str) = (close::NOT_HELLO, "the first frame is hello");
        let frame = Incoming::read(text).map_err(|_| NOT_HELLO)?;
        if frame.kind != "hello" {
            return Err(NOT_HELLO);
        }
        let hello: Hello = frame.take(&self.edge.schemas).map_err(|_| NOT_HELLO)?;
        let token = hello.token.or(self.bearer.take()).unwrap_or_default();
        let session = self.identify(&token)?;
        let resume = hello
            .resume
            .and_then(|resume| Some((SessionId(Uuid::try_parse(&resume.session_id).ok()?), resume.seq)));
        let dispatcher = &self.edge.dispatcher;
        dispatcher.feeds().register(session.id, session.agent.clone(), self.outbox.clone(), resume);
        let act = AgentAct::Connect(session.id);
        let command = Command::Agent { id: session.agent.clone(), act };
        let request = Request { caller: session.caller.clone(), command, key: None };
        let outbox = self.outbox.clone();
        self.session = Some(session);
        // The welcome itself is the feeds'; only a refusal is ours.
        dispatcher.submit(
            request,
            Pending(Box::new(move |outcome| {
                if let Err(error) = outcome {
                    let (code, reason) = close_of(&error);
                    outbox.close(code, reason);
                }
            })),
        );
        Ok(())
    }

    fn identify(&self, token: &str) -> Result<Session, (u16, &'static str)> {
        let dispatcher = &self.edge.dispatcher;
        let config = dispatcher.config();
        let identity = match self.edge.auth.verify(token, &config, dispatcher.now()) {
            Ok(identity) => identity,
            Err(_) if self.edge.auth.verify_customer(token).is_ok() => return Err(WRONG_ROLE),
            Err(_) => return Err(BAD_TOKEN),
        };
        let agent = identity.caller.agent.clone().ok_or(WRONG_ROLE)?;
        let id = SessionId(dispatcher.mint_uuid());
        let caller = Caller {
            by: By::Agent(agent.clone()),
            role: identity.caller.role,
            agent: Some(agent.clone()),
            session: Some(id),
        };
        Ok(Session { id, agent, identity, caller, checked: config.version })
    }

    /// Whether the token still stands; closes the socket if not.
    fn stands(&mut self) -> bool {
        let Some(session) = &mut self.session else { return false };
        let dispatcher = &self.edge.dispatcher;
        let (config, now) = (dispatcher.config(), dispatcher.now());
        let unchanged = config.version == session.checked;
        if unchanged && session.identity.expires_at.is_none_or(|end| now < end) {
            return true;
        }
        if still_good(&session.identity, &config, now).is_err() {
            self.outbox.close(close::BAD_TOKEN, "the token has ended");
            return false;
        }
        session.checked = config.version;
        if let Some(agent) = config.agents.get(&session.agent) {
            let supervised = session.caller.supervises();
            session.caller.role = agent.role;
            if supervised && !session.caller.supervises() {
                dispatcher.feeds().end_watching(session.id);
            }
        }
        true
    }

    /// A frame after the hello.
    fn frame(&mut self, text: &str) {
        if !self.stands() {
            return;
        }
        let Some(session) = &self.session else { return };
        let frame = match Incoming::read(text) {
            Ok(frame) => frame,
            Err(wrong) => {
                self.outbox.try_push(reply::problem(&wrong.0, &wrong.1));
                return;
            }
        };
        let id = frame.id.clone();
        let turn = frames::Turn { edge: &self.edge, outbox: &self.outbox, session, id: &id };
        let heard = match turn.take(frame) {
            Ok(heard) => heard,
            Err(problem) => {
                self.outbox.try_push(reply::problem(&id, &problem));
                None
            }
        };
        if let Some(grant) = heard {
            self.pings.retain(|(_, pinged)| *pinged != grant);
        }
    }
}

const BAD_TOKEN: (u16, &str) = (close::BAD_TOKEN, "the token is not good");
const WRONG_ROLE: (u16, &str) = (close::WRONG_ROLE, "this socket is for agents");

/// How the socket ends when the house does not take its hello.
fn close_of(error: &AskError) -> (u16, &'static str) {
    match error {
        AskError::Refused(refusal) if refusal.code == Code::NotYours => {
            (close::WRONG_ROLE, "this session is somebody else's")
        }
        AskError::Refused(_) => BAD_TOKEN,
        AskError::Stopping => (close::GOING_AWAY, "the server is closing"),
        _ => (close::TRY_AGAIN, "not now"),
    }
}

/// A second `hello`.
fn second_hello() -> Problem {
    Problem::new(Kind::Conflict, "hello was said")
}

impl Peer for AgentSocket {
    fn text(&mut self, text: &str) {
        if self.gone || self.outbox.is_closed() {
            return;
        }
        if self.session.is_some() {
            return self.frame(text);
        }
        if let Err((code, reason)) = self.hello(text) {
            self.outbox.close(code, reason);
        }
    }

    fn heard(&mut self) {
        let Some(session) = &self.session else { return };
        if !self.edge.dispatcher.read().is_connected(&session.agent) {
            // It had left an offer unacknowledged; whatever is heard makes it connected again (SPEC §8).
            self.edge.dispatcher.tell(session.agent.clone(), AgentAct::Heard(Vec::new()));
        }
    }

    fn pinged(&mut self, number: u64, grant: GrantId) {
        if self.pings.len() == MAX_PINGS {
            self.pings.pop_front();
        }
        self.pings.push_back((number, grant));
    }

    fn ponged(&mut self, number: u64) {
        let until = self.pings.partition_point(|(pinged, _)| *pinged <= number);
        let heard: Vec<GrantId> = self.pings.drain(..until).map(|(_, grant)| grant).collect();
        if let (Some(session), false) = (&self.session, heard.is_empty()) {
            self.edge.dispatcher.tell(session.agent.clone(), AgentAct::Heard(heard));
        }
    }

    fn tick(&mut self) {
        self.seconds += 1;
        if self.session.is_some() {
            self.stands();
        } else if self.seconds >= HELLO_SECONDS {
            self.outbox.close(close::NO_HELLO, "no hello in time");
        }
    }

    fn gone(&mut self) {
        if std::mem::replace(&mut self.gone, true) {
            return;
        }
        if let Some(session) = &self.session {
            self.edge.dispatcher.feeds().detach(session.id);
            self.edge.dispatcher.tell(session.agent.clone(), AgentAct::Disconnect(session.id));
        }
    }
}
