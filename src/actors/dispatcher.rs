//! The one handle by which floor 4 speaks to the house: async methods, typed errors, never an actor's address.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::feeds::Feeds;
use super::gate::{Gate, RETRY_AFTER};
use super::health::{Health, Part};
use super::idempotency::Claim;
use super::read_side::ReadSide;
use super::shown::{AskError, Outcome, Pending};
use crate::domain::command::{AgentAct, Request};
use crate::domain::config::Config;
use crate::domain::ids::AgentId;
use crate::domain::record::KeyDigest;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::ids;

const UNAVAILABLE: AskError = AskError::Unavailable { retry_after: RETRY_AFTER };

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
    /// What has fallen.
    pub health: Arc<Health>,
}

impl Dispatcher {
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

    /// Asks and waits. With an idempotency key the first claim wins; a parallel second waits and gets the same answer, and
    /// so does a later one; with another body: `KeyReused`. [`Command::Keep`](crate::domain::command::Command::Keep) keeps an answer of the edge for a key that has
    /// none: after a question that kept none, or instead of one; where the key has an answer, that is given.
    pub async fn ask(&self, request: Request) -> Asked {
        let Some((key, body)) = request.key else {
            return Asked { outcome: self.wait_for(request, None).await, replayed: false };
        };
        loop {
            let (outcome, replayed) = match self.parts.read.claims().begin(key, body, self.now()) {
                Claim::Go => (self.wait_for(request, Some(key)).await, false),
                Claim::Wait(told) => {
                    // Told, or its sender is gone: both mean that it can be claimed again.
                    let _ = told.await;
                    continue;
                }
                Claim::Replay(kept) => (self.parts.read.replayed(&kept), true),
                Claim::Reused => (Err(AskError::KeyReused), false),
                Claim::Unavailable => (Err(UNAVAILABLE), false),
            };
            return Asked { outcome, replayed };
        }
    }

    /// A claim ends with the answer, not with whoever waits for it: a caller that goes away leaves no second effect.
    async fn wait_for(&self, request: Request, claim: Option<KeyDigest>) -> Outcome {
        let (tell, told) = oneshot::channel();
        let read = self.parts.read.clone();
        let pending = Pending(Box::new(move |outcome| {
            claim.into_iter().for_each(|key| read.claims().release(key));
            // Whoever asked may have gone.
            drop(tell.send(outcome));
        }));
        self.submit(request, pending);
        told.await.unwrap_or(Err(UNAVAILABLE))
    }

    /// Tells an agent's machine what became of its sockets; never refused, never answered.
    pub fn tell(&self, agent: AgentId, act: AgentAct) {
        self.parts.gate.tell(agent, act);
    }

    /// What there is to look at.
    pub fn read(&self) -> &ReadSide {
        &self.parts.read
    }

    /// Parts of the house that have fallen: it works on without them, but not whole.
    pub fn fallen(&self) -> Vec<Part> {
        self.parts.health.fallen()
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
