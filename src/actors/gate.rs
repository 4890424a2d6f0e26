//! The gate: the one way from other threads onto the stage.
//!
//! Owns admission: how many questions may be under way, and whether the house takes any. Does not know what they ask.
//! One queue for everything that passes, so that a socket's hello and goodbye stay in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::shown::{AskError, Outcome, Pending};
use crate::domain::command::{AgentAct, Request};
use crate::domain::ids::{AgentId, ConversationId};

/// Most questions under way, from their admission until they are answered. About a second of the stage's work at its
/// slowest; beyond it waiting only grows. At 256 KiB a body it is bounded by the edge's own limits before that.
pub const MAX_UNDER_WAY: usize = 8_192;
/// What a caller is told to wait when too much is under way, or while the stage is rebuilt, in seconds.
pub const RETRY_AFTER: u32 = 1;

/// What passes the gate.
pub enum Knock {
    /// A question.
    Ask(Request, Pending),
    /// Something that an agent's machine is told; nobody waits for an answer.
    Tell(AgentId, AgentAct),
    /// Ended conversations that the archive has: they may leave the machines' memory.
    Forget(Vec<ConversationId>),
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
    knocks: UnboundedSender<Knock>,
}

/// The outside of the gate. Clones are the same gate.
#[derive(Clone)]
pub struct Gate {
    shared: Arc<Shared>,
}

/// Makes a gate that takes nothing yet, and its inside for the stage.
pub fn gate() -> (Gate, UnboundedReceiver<Knock>) {
    let (knocks, inside) = unbounded_channel();
    let shared =
        Shared { taking: AtomicU8::new(Taking::Nothing as u8), under_way: AtomicUsize::new(0), knocks };
    (Gate { shared: Arc::new(shared) }, inside)
}

impl Gate {
    /// Takes a question, or answers it at once: `Busy` beyond [`MAX_UNDER_WAY`], `Stopping`, `Unavailable`.
    /// A question that is taken is answered exactly once, whatever becomes of the stage.
    pub fn ask(&self, request: Request, pending: Pending) {
        let refused = match self.taking() {
            Taking::Nothing => Some(AskError::Unavailable { retry_after: RETRY_AFTER }),
            Taking::Closing => Some(AskError::Stopping),
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
    use crate::domain::command::{Caller, Command};

    fn ask(gate: &Gate) -> Receiver<Outcome> {
        let (told, outcome) = channel();
        let command = Command::Configure { changes: Vec::new(), if_match: Vec::new() };
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
}
