//! The supervisor socket: the whole board at the `welcome`, then what changes on it, and alarms.
//!
//! Framing, hello and close codes are the agent socket's (CONTRACT §5). For tokens of supervisors and administrators,
//! keys as well as agent resources of these roles. Nothing is asked here but `ping`; there is no resume, since every
//! `welcome` has everything. A token that ends or is revoked closes it with 4401, a role that is taken away with 4403.

use actix_web::web;

use super::client::{Hello, Incoming, Nothing, unknown};
use super::peer::Peer;
use super::{HELLO_SECONDS, close, reply};
use crate::actors::outbox::Outbox;
use crate::domain::config::{Config, Role};
use crate::domain::ids::{GrantId, SessionId};
use crate::http::Edge;
use crate::http::auth::{Identity, Source, still_good};
use crate::http::error::{Kind, Problem};

const NOT_HELLO: (u16, &str) = (close::NOT_HELLO, "the first frame is hello");
const WRONG_ROLE: (u16, &str) = (close::WRONG_ROLE, "this socket is for supervisors");

/// The server's end of a supervisor's socket.
pub struct SupervisorSocket {
    edge: web::Data<Edge>,
    outbox: Outbox,
    bearer: Option<String>,
    seconds: u32,
    session: Option<(SessionId, Identity)>,
    /// Version of the configuration under which the token was last found good.
    checked: u64,
    gone: bool,
}

impl SupervisorSocket {
    /// Waits for its `hello`; `bearer` is the token of the upgrade, if it had one.
    pub fn new(edge: web::Data<Edge>, outbox: Outbox, bearer: Option<String>) -> Self {
        Self { edge, outbox, bearer, seconds: 0, session: None, checked: 0, gone: false }
    }

    /// Begins the session, or gives the close code.
    fn hello(&mut self, text: &str) -> Result<(), (u16, &'static str)> {
        let frame = Incoming::read(text).map_err(|_| NOT_HELLO)?;
        if frame.kind != "hello" {
            return Err(NOT_HELLO);
        }
        let hello: Hello = frame.take(&self.edge.schemas).map_err(|_| NOT_HELLO)?;
        let token = hello.token.or(self.bearer.take()).unwrap_or_default();
        let dispatcher = &self.edge.dispatcher;
        let config = dispatcher.config();
        let identity = match self.edge.auth.verify(&token, &config, dispatcher.now()) {
            Ok(identity) => identity,
            Err(_) if self.edge.auth.verify_customer(&token).is_ok() => return Err(WRONG_ROLE),
            Err(_) => return Err((close::BAD_TOKEN, "the token is not good")),
        };
        if !identity.caller.supervises() {
            return Err(WRONG_ROLE);
        }
        let session = SessionId(dispatcher.mint_uuid());
        self.checked = config.version;
        self.session = Some((session, identity));
        dispatcher.feeds().attach_board(session, self.outbox.clone());
        Ok(())
    }

    /// Whether the token still stands and still supervises; closes the socket if not.
    fn stands(&mut self) -> bool {
        let Some((_, identity)) = &self.session else { return false };
        let dispatcher = &self.edge.dispatcher;
        let (config, now) = (dispatcher.config(), dispatcher.now());
        let unchanged = config.version == self.checked;
        if unchanged && identity.expires_at.is_none_or(|end| now < end) {
            return true;
        }
        if still_good(identity, &config, now).is_err() {
            self.outbox.close(close::BAD_TOKEN, "the token has ended");
            return false;
        }
        if !supervises(identity, &config) {
            self.outbox.close(WRONG_ROLE.0, WRONG_ROLE.1);
            return false;
        }
        self.checked = config.version;
        true
    }

    fn frame(&self, frame: Incoming) -> Result<(), Problem> {
        let id = frame.id.clone();
        match frame.kind.as_str() {
            "ping" => {
                frame.take::<Nothing>(&self.edge.schemas)?;
                self.outbox.try_push(reply::pong(&id));
                Ok(())
            }
            "hello" => Err(Problem::new(Kind::Conflict, "hello was said")),
            kind => Err(unknown(kind)),
        }
    }
}

/// Whether the token's role, as it is now, may look at everything.
fn supervises(identity: &Identity, config: &Config) -> bool {
    let role = match &identity.source {
        Source::Administrator => Some(Role::Admin),
        Source::ApiKey(id, _) => config.api_keys.get(id).map(|key| key.role),
        Source::Agent(id, _) => config.agents.get(id).map(|agent| agent.role),
    };
    matches!(role, Some(Role::Supervisor | Role::Admin))
}

impl Peer for SupervisorSocket {
    fn text(&mut self, text: &str) {
        if self.gone || self.outbox.is_closed() {
            return;
        }
        if self.session.is_none() {
            if let Err((code, reason)) = self.hello(text) {
                self.outbox.close(code, reason);
            }
            return;
        }
        if !self.stands() {
            return;
        }
        let (id, result) = match Incoming::read(text) {
            Ok(frame) => (frame.id.clone(), self.frame(frame)),
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
        if let Some((session, _)) = &self.session {
            self.edge.dispatcher.feeds().detach_board(*session);
        }
    }
}
