//! The one handle by which floor 4 speaks to the house: async methods, typed errors, never an actor's address.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::feeds::Feeds;
use super::gate::{Gate, RETRY_AFTER};
use super::read_side::ReadSide;
use super::shown::{AskError, Outcome, Pending};
use crate::domain::command::{AgentAct, Request};
use crate::domain::config::Config;
use crate::domain::ids::AgentId;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::ids;

/// How a request with an idempotency key ended, and whether that was the first answer again.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it is the first answer again.
    pub replayed: bool,
}

/// Asks the house and looks at it. Clones are the same; any thread.
#[derive(Clone)]
pub struct Dispatcher {
    parts: Arc<Parts>,
}

/// What a dispatcher is made of.
pub(super) struct Parts {
    /// The way onto the stage.
    pub gate: Gate,
    /// Stage time.
    pub clock: Clock,
    /// The configuration as of the last durable change; written by the read side.
    pub config: Arc<ArcSwap<Config>>,
    /// What there is to look at.
    pub read: Arc<ReadSide>,
    /// Frames to sockets.
    pub feeds: Arc<Feeds>,
}

impl Dispatcher {
    #[expect(dead_code, reason = "called by the house when it opens")]
    pub(super) fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    /// The configuration as of the last durable change.
    pub fn config(&self) -> Arc<Config> {
        self.parts.config.load_full()
    }

    /// Stage time.
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Asks and returns at once; `pending` is told once, on the read side's thread or, if the question is not taken
    /// (`Busy`, `Stopping`, `Unavailable`), on this one. Knows nothing of idempotency keys but that the answer is kept.
    pub fn submit(&self, request: Request, pending: Pending) {
        self.parts.gate.ask(request, pending);
    }

    /// Asks and waits. With an idempotency key the first claim wins; a parallel second waits and gets the same answer.
    pub async fn ask(&self, request: Request) -> Asked {
        let (tell, told) = oneshot::channel();
        // Whoever asked may have gone.
        self.submit(request, Pending(Box::new(move |outcome| drop(tell.send(outcome)))));
        let outcome = told.await.unwrap_or(Err(AskError::Unavailable { retry_after: RETRY_AFTER }));
        Asked { outcome, replayed: false }
    }

    /// Tells an agent's machine what became of its sockets; never refused, never answered.
    pub fn tell(&self, agent: AgentId, act: AgentAct) {
        self.parts.gate.tell(agent, act);
    }

    /// What there is to look at.
    pub fn read(&self) -> &ReadSide {
        &self.parts.read
    }

    /// Frames to sockets.
    pub fn feeds(&self) -> &Feeds {
        &self.parts.feeds
    }

    /// A new UUID v7, for what is named at the edge (a socket's session).
    pub fn mint_uuid(&self) -> Uuid {
        ids::uuid_at(self.now())
    }

    /// Bytes that nobody can guess, for tokens.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        ids::random_bytes()
    }
}
