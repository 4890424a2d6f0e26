//! A host: an actor around one machine. It catches panics, makes one unit of the journal for each decide, and passes on
//! what the outbox says. It knows nothing of what its machine is about.
//!
//! Order of a turn: effects (applied here, one unit), folds at others, sends, notices, answers; then what the machine
//! told itself, each as a decide of its own; last the timer table.

use std::rc::Rc;
use std::sync::Arc;

use actix::{Actor, AsyncContext, Context, Handler};

use super::cast::Cast;
use super::messages::{Address, Asks, Envelope, MAX_FAILURES, Origin, What};
use super::panics::caught;
use super::stage::{Spoken, Stage};
use crate::domain::command::Reply;
use crate::domain::ids::Mint;
use crate::domain::machine::{Ctx, Effect, Machine, Outbox};
use crate::domain::time::Timestamp;
use crate::ports::clock::Stopwatch;

/// Most decides in one turn. A machine that tells itself more than this never ends: far above any line in a queue.
const MAX_STEPS: usize = 1_000_000;
/// Least time between two ticks of one machine, in ms, so that one that never has enough leaves time to the others.
const MIN_BETWEEN_TICKS_MS: i64 = 5;

/// An actor around one machine; lives on the stage's arbiter and ends with its stage.
pub struct Host<C: Cast, M: Machine> {
    machine: M,
    address: Address,
    stage: Rc<Stage<C>>,
    /// What stands in the timer table.
    armed: Option<Timestamp>,
}

impl<C: Cast, M: Machine + Unpin + 'static> Actor for Host<C, M> {
    type Context = Context<Self>;
}

impl<C: Cast, M: Machine + Unpin + 'static> Handler<Envelope<M::Input>> for Host<C, M>
where
    M::Input: Asks,
{
    type Result = ();

    fn handle(&mut self, envelope: Envelope<M::Input>, context: &mut Context<Self>) {
        self.stage.taken();
        if self.stage.is_over() {
            return;
        }
        let fired = envelope.origin == Origin::Timer;
        if let Some(again) = self.turn(envelope) {
            self.stage.sent();
            context.address().do_send(again);
        }
        self.arm(fired);
    }
}

impl<C: Cast, M: Machine> Host<C, M>
where
    M::Input: Asks,
{
    /// A host for `machine`, on `stage`.
    pub fn new(machine: M, address: Address, stage: Rc<Stage<C>>) -> Self {
        Self { machine, address, stage, armed: None }
    }

    /// Takes one message; what comes back failed and is to be sent again.
    fn turn(&mut self, envelope: Envelope<M::Input>) -> Option<Envelope<M::Input>> {
        let Envelope { id, failures, origin, what } = envelope;
        if origin == Origin::Timer {
            self.armed = self.armed.filter(|at| *at > self.stage.now());
        }
        let steps = match what {
            What::Input(input) => vec![input],
            What::Again(steps) => steps,
            What::Fold(record) => {
                if let Err(panic) = caught(|| self.machine.apply(&record)) {
                    self.stage.broken(&self.address, id, &panic);
                    return None;
                }
                self.stage.folded(&self.address, &record);
                M::folded(&record).into_iter().collect()
            }
            What::Leave => {
                self.stage.leave(&self.address);
                return None;
            }
        };
        self.run(Message { id, failures, origin }, steps)
    }

    /// Decides on the last of `steps`, then on what the machine tells itself, until none is left.
    fn run(&mut self, mut message: Message, mut steps: Vec<M::Input>) -> Option<Envelope<M::Input>> {
        for _ in 0..MAX_STEPS {
            let input = steps.pop()?;
            match self.decide(&input) {
                Ok(outbox) => {
                    let reply = input.reply();
                    match self.commit(outbox) {
                        Ok(then) => steps.extend(then.into_iter().rev()),
                        Err(panic) => {
                            self.park(&message, reply, &panic);
                            return None;
                        }
                    }
                    message.failures = 0;
                }
                Err(panic) => {
                    message.failures += 1;
                    if message.failures >= MAX_FAILURES {
                        self.park(&message, input.reply(), &panic);
                        return None;
                    }
                    let address = &self.address;
                    tracing::warn!(
                        message.id,
                        failures = message.failures,
                        ?address,
                        panic,
                        "a decide failed"
                    );
                    steps.push(input);
                    let Message { id, failures, origin } = message;
                    return Some(Envelope { id, failures, origin, what: What::Again(steps) });
                }
            }
        }
        let reply = steps.last().map_or(Reply::NONE, Asks::reply);
        self.park(&message, reply, "the turn does not end");
        None
    }

    fn decide(&self, input: &M::Input) -> Result<Outbox<M>, String> {
        let (now, config) = (self.stage.now(), self.stage.config());
        let watch = Stopwatch::start();
        let elapsed_us = || watch.elapsed_us();
        let mint = Mint::new(now, self.stage.draw());
        let ctx = Ctx { now, config: &config, mint, elapsed_us: &elapsed_us };
        let mut outbox = Outbox::default();
        caught(|| self.machine.decide(&ctx, input, &mut outbox))?;
        Ok(outbox)
    }

    /// Applies the effects and hands everything to the stage; returns what the machine tells itself.
    /// After a panic in here nothing has left the machine, whose state is then not to be trusted.
    fn commit(&mut self, outbox: Outbox<M>) -> Result<Vec<M::Input>, String> {
        let Outbox { effects, sends, notices, answers, then } = outbox;
        let mut records = Vec::new();
        for effect in effects {
            match effect {
                Effect::Record(record) => {
                    caught(|| self.machine.apply(&record))?;
                    records.push(Arc::new(record));
                }
                Effect::Soft(soft) => caught(|| self.machine.note(&soft))?,
            }
        }
        self.stage.commit(&self.address, Spoken { records, sends, notices, answers });
        Ok(then)
    }

    fn park(&self, message: &Message, reply: Reply, panic: &str) {
        self.stage.park(&self.address, message.id, message.origin, reply, panic);
    }

    /// Brings the timer table up to date. A machine that was just told the time and finds it come again waits a little.
    fn arm(&mut self, fired: bool) {
        if self.stage.is_over() {
            return;
        }
        let soonest = self.stage.now().plus_ms(MIN_BETWEEN_TICKS_MS);
        let due = self.machine.next_due(&self.stage.config());
        let due = if fired { due.map(|at| at.max(soonest)) } else { due };
        if due != self.armed {
            self.stage.arm(&self.address, self.armed, due);
            self.armed = due;
        }
    }
}

/// What a turn knows of the message that it is about.
struct Message {
    id: u64,
    failures: u8,
    origin: Origin,
}
