//! The one handle by which floor 4 speaks to the house: async methods, typed errors, never an actor's address.

use std::ops::ControlFlow;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::feeds::Feeds;
use super::gate::{Gate, RETRY_AFTER};
use super::health::{Health, Part};
use super::idempotency::Claim;
use super::read_side::ReadSide;
use super::recording::{Log, RecordingError};
use super::shown::{AskError, Outcome, Pending};
use crate::domain::command::{AgentAct, Caller, Command, Request};
use crate::domain::config::Config;
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::machine::Notice;
use crate::domain::record::{KeyDigest, Record};
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

/// An idempotency key that was claimed. Clones are the same claim; it ends with the last of them, answered or not.
#[derive(Clone)]
pub struct KeyClaim(Arc<Claimed>);

struct Claimed {
    read: Arc<ReadSide>,
    key: KeyDigest,
    body: [u8; 16],
}

impl Drop for Claimed {
    fn drop(&mut self) {
        self.read.claims().release(self.key);
    }
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
    /// What is recorded.
    pub log: Log,
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

    /// Asks and waits. With an idempotency key it claims that first, for this one question.
    pub async fn ask(&self, request: Request) -> Asked {
        let Request { caller, command, key } = request;
        let Some((key, body)) = key else {
            let request = Request { caller, command, key: None };
            return Asked { outcome: self.wait_for(request, None).await, replayed: false };
        };
        match self.claim(key, body).await {
            Ok(claim) => Asked { outcome: self.ask_under(&claim, caller, command).await, replayed: false },
            Err(asked) => asked,
        }
    }

    /// Claims an idempotency key for a body: whoever comes with it before the claim ends waits. Else what the key was
    /// answered with before, or `KeyReused` (another body), or `Unavailable`.
    pub async fn claim(&self, key: KeyDigest, body: [u8; 16]) -> Result<KeyClaim, Asked> {
        loop {
            let (outcome, replayed) = match self.parts.read.claims().begin(key, body, self.now()) {
                Claim::Go => {
                    let read = self.parts.read.clone();
                    return Ok(KeyClaim(Arc::new(Claimed { read, key, body })));
                }
                Claim::Wait(told) => {
                    // Told, or its sender is gone: both mean that it can be claimed again.
                    let _ = told.await;
                    continue;
                }
                Claim::Replay(kept) => (self.parts.read.replayed(&kept), true),
                Claim::Reused => (Err(AskError::KeyReused), false),
                Claim::Unavailable => (Err(UNAVAILABLE), false),
            };
            return Err(Asked { outcome, replayed });
        }
    }

    /// Asks under a claim and waits; as often as it takes to find the first answer. The house keeps what had an effect in
    /// the unit of that effect; anything else is kept by [`Command::Keep`].
    pub async fn ask_under(&self, claim: &KeyClaim, caller: Caller, command: Command) -> Outcome {
        let request = Request { caller, command, key: Some((claim.0.key, claim.0.body)) };
        self.wait_for(request, Some(claim.clone())).await
    }

    /// A question under way holds its claim: a caller that goes away leaves no second effect.
    async fn wait_for(&self, request: Request, claim: Option<KeyClaim>) -> Outcome {
        let (tell, told) = oneshot::channel();
        let pending = Pending(Box::new(move |outcome| {
            drop(claim);
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

    /// Gives each record of the journal as it is now to `each`, oldest first, until it says to stop. Blocks the calling
    /// thread for as long as the disk takes, and neither the stage nor the writer.
    pub fn recorded(
        &self,
        each: &mut dyn FnMut(&Record) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, RecordingError> {
        self.parts.log.read(each)
    }

    /// Parts of the house that have fallen: it works on without them, but not whole.
    pub fn fallen(&self) -> Vec<Part> {
        self.parts.health.fallen()
    }

    /// Runs the whole life of a part's thread outside of the house: if it panics, the part has fallen.
    pub fn watch(&self, part: Part, life: impl FnOnce()) {
        self.parts.health.watch(part, life);
    }

    /// Tells supervisors of something about a conversation (`notice`); the code is one of the table's.
    pub fn alarm(&self, code: &'static str, conversation: ConversationId) {
        self.parts.feeds.notice(&Notice::Alarm { code, conversation: Some(conversation), queue: None });
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
