//! The gate: the one way from other threads onto the stage.
//!
//! Owns admission: how many questions may be under way, and whether the house takes any. Does not know what they ask.
//! One queue for everything that passes, so that a socket's hello and goodbye stay in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::shown::{AskError, Outcome, Pending};
use crate::domain::command::{AgentAct, Command, Request};
use crate::domain::ids::{AgentId, ConversationId};

/// Most questions under way, from their admission until they are answered. About a second of the stage's work at its
/// slowest; beyond it waiting only grows. At 256 KiB a body it is bounded by the edge's own limits before that.
pub const MAX_UNDER_WAY: usize = 8_192;
/// What a caller is told to wait when too much is under way, or while the stage is rebuilt, in seconds.
pub const RETRY_AFTER: u32 = 1;

/// Unfinished conversations that one server holds unless it is told otherwise (`max_unfinished`). Each is in memory with
/// its timeline: 6.4 kB when it is new and 0.5 kB for each short message (`docs/load.md`), so that so many with ten messages
/// each take 3 GB. Beyond it a hand-off is answered 503 with `Retry-After`.
pub const MAX_UNFINISHED: usize = 250_000;
/// When to come back after that, in seconds: conversations end by the minute, not by the millisecond.
pub const FULL_RETRY_AFTER: u32 = 10;

/// What passes the gate.
pub enum Knock {
    /// A question.
    Ask(Request, Pending),
    /// Something that an agent's machine is told; nobody waits for an answer.
    Tell(AgentId, AgentAct),
    /// Ended conversations that the archive has: they may leave the machines' memory.
    Forget(Vec<ConversationId>),
}

/// Room for unfinished conversations. How many there are is said by the read side, so that up to [`MAX_UNDER_WAY`] more may
/// be on their way; and a customer who writes to a conversation in wrap-up begins the next one all the same, of which there
/// are never more than agents' hands.
pub struct Room {
    /// How many there may be.
    pub most: usize,
    /// How many there are.
    pub taken: Box<dyn Fn() -> usize + Send + Sync>,
    /// When to come back if there is none, in seconds.
    pub retry_after: u32,
}

impl Room {
    /// Whether this would need room that is not there.
    fn lacks(&self, command: &Command) -> bool {
        matches!(command, Command::Create(_) | Command::Continue { .. }) && (self.taken)() >= self.most
    }
}

/// What the house takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Taking {
    /// Nothing yet: it starts or is being rebuilt.
    Nothing = 0,
    /// Everything within the bound.
    All = 1,
    /// Nothing more: it closes.
    Closing = 2,
}

struct Shared {
    taking: AtomicU8,
    under_way: AtomicUsize,
    room: Room,
    knocks: UnboundedSender<Knock>,
}

/// The outside of the gate. Clones are the same gate.
#[derive(Clone)]
pub struct Gate {
    shared: Arc<Shared>,
}

/// Makes a gate that takes nothing yet, and its inside for the stage.
pub fn gate(room: Room) -> (Gate, UnboundedReceiver<Knock>) {
    let (knocks, inside) = unbounded_channel();
    let (taking, under_way) = (AtomicU8::new(Taking::Nothing as u8), AtomicUsize::new(0));
    let shared = Shared { taking, under_way, room, knocks };
    (Gate { shared: Arc::new(shared) }, inside)
}

impl Gate {
    /// Takes a question, or answers it at once: `Busy` beyond [`MAX_UNDER_WAY`], `Full` without
    /// [`Room`], `Stopping`, `Unavailable`.
    /// A question that is taken is answered exactly once, whatever becomes of the stage.
    pub fn ask(&self, request: Request, pending: Pending) {
        let refused = match self.taking() {
            Taking::Nothing => Some(AskError::Unavailable { retry_after: RETRY_AFTER }),
            Taking::Closing => Some(AskError::Stopping),
            Taking::All if self.shared.room.lacks(&request.command) => {
                Some(AskError::Full { retry_after: self.shared.room.retry_after })
            }
            Taking::All => None,
        };
        if let Some(error) = refused {
            return (pending.0)(Err(error));
        }
        if self.shared.under_way.fetch_add(1, Ordering::Relaxed) >= MAX_UNDER_WAY {
            self.shared.under_way.fetch_sub(1, Ordering::Relaxed);
            return (pending.0)(Err(AskError::Busy { retry_after: RETRY_AFTER }));
        }
        let held = Held { pending: Some(pending), shared: self.shared.clone() };
        let pending = Pending(Box::new(move |outcome| held.answer(outcome)));
        // A stage that is gone drops the question, which answers it.
        let _ = self.shared.knocks.send(Knock::Ask(request, pending));
    }

    /// Tells an agent's machine; never refused, since a lost goodbye would keep a ghost. Bounded by the sockets there are.
    pub fn tell(&self, agent: AgentId, act: AgentAct) {
        let _ = self.shared.knocks.send(Knock::Tell(agent, act));
    }

    /// Says that the archive has these ended conversations. Called by the read side.
    pub fn forget(&self, conversations: Vec<ConversationId>) {
        let _ = self.shared.knocks.send(Knock::Forget(conversations));
    }

    /// How many questions are under way; for metrics and for a stop that drains.
    pub fn under_way(&self) -> usize {
        self.shared.under_way.load(Ordering::Acquire)
    }

    /// What the house takes now.
    pub fn taking(&self) -> Taking {
        match self.shared.taking.load(Ordering::Acquire) {
            1 => Taking::All,
            2 => Taking::Closing,
            _ => Taking::Nothing,
        }
    }

    /// Opens or closes. A gate that is closing stays so.
    pub fn take(&self, taking: Taking) {
        let unless_closing = |now| (now != Taking::Closing as u8).then_some(taking as u8);
        let _ = self.shared.taking.fetch_update(Ordering::AcqRel, Ordering::Acquire, unless_closing);
    }
}

/// Answers when it is told to, or `Unavailable` when it is dropped, and gives its place back.
struct Held {
    pending: Option<Pending>,
    shared: Arc<Shared>,
}

impl Held {
    fn answer(mut self, outcome: Outcome) {
        if let Some(pending) = self.pending.take() {
            (pending.0)(outcome);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(pending) = self.pending.take() {
            (pending.0)(Err(AskError::Unavailable { retry_after: RETRY_AFTER }));
        }
        self.shared.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;
    use crate::domain::command::{Act, Caller, Draft};
    use crate::domain::conversation::CustomerRef;

    fn gate() -> (Gate, UnboundedReceiver<Knock>) {
        super::gate(Room { most: 1, taken: Box::new(|| 0), retry_after: 1 })
    }

    fn ask(gate: &Gate) -> Receiver<Outcome> {
        ask_for(gate, Command::Configure { changes: Vec::new(), if_match: Vec::new() })
    }

    fn ask_for(gate: &Gate, command: Command) -> Receiver<Outcome> {
        let (told, outcome) = channel();
        let request = Request { caller: Caller::system(), command, key: None };
        // A test may not look.
        gate.ask(request, Pending(Box::new(move |outcome| drop(told.send(outcome)))));
        outcome
    }

    #[test]
    fn a_gate_that_is_not_open_answers_at_once() {
        let (gate, _inside) = gate();
        assert!(matches!(ask(&gate).try_recv().unwrap(), Err(AskError::Unavailable { .. })));
        gate.take(Taking::Closing);
        assert!(matches!(ask(&gate).try_recv().unwrap(), Err(AskError::Stopping)));
        gate.take(Taking::All);
        assert_eq!(gate.taking(), Taking::Closing);
    }

    #[test]
    fn beyond_the_bound_a_question_is_busy_and_an_answer_makes_room() {
        let (gate, mut inside) = gate();
        gate.take(Taking::All);
        let waiting: Vec<_> = (0..MAX_UNDER_WAY).map(|_| ask(&gate)).collect();
        assert!(matches!(ask(&gate).try_recv().unwrap(), Err(AskError::Busy { .. })));
        let Ok(Knock::Ask(_, first)) = inside.try_recv() else { panic!("a question was taken") };
        (first.0)(Err(AskError::Stopping));
        assert!(matches!(waiting[0].try_recv().unwrap(), Err(AskError::Stopping)));
        assert_eq!(gate.under_way(), MAX_UNDER_WAY - 1);
        assert!(ask(&gate).try_recv().is_err(), "there is room again");
    }

    #[test]
    fn a_question_that_is_dropped_is_answered() {
        let (gate, inside) = gate();
        gate.take(Taking::All);
        let outcome = ask(&gate);
        drop(inside);
        assert!(matches!(outcome.try_recv().unwrap(), Err(AskError::Unavailable { .. })));
        assert_eq!(gate.under_way(), 0);
    }

    #[test]
    fn without_room_nothing_new_is_taken_and_what_is_there_goes_on() {
        let taken = Arc::new(AtomicUsize::new(2));
        let count = taken.clone();
        let room = Room { most: 2, taken: Box::new(move || count.load(Ordering::Relaxed)), retry_after: 7 };
        let (gate, mut inside) = super::gate(room);
        gate.take(Taking::All);
        let draft = || {
            Box::new(Draft {
                correspondent: None,
                channel_id: "web".into(),
                customer: CustomerRef::default(),
                context: std::collections::BTreeMap::new(),
                message: None,
                priority: None,
                skills: Vec::new(),
                previous: None,
                lenient: false,
                record: None,
                party: None,
                language: None,
            })
        };
        for command in [Command::Create(draft()), Command::Continue { draft: draft() }] {
            let outcome = ask_for(&gate, command).try_recv().unwrap();
            assert!(matches!(outcome, Err(AskError::Full { retry_after: 7 })));
        }
        assert!(inside.try_recv().is_err(), "the stage has not heard of them");
        let id = ConversationId(uuid::Uuid::nil());
        let end = ask_for(&gate, Command::Conversation { id, act: Act::End, if_match: None });
        assert!(end.try_recv().is_err(), "it is under way");
        taken.store(1, Ordering::Relaxed);
        assert!(ask_for(&gate, Command::Create(draft())).try_recv().is_err(), "there is room again");
    }
}
