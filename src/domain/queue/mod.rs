//! The queue's machine: alone decides who holds a conversation and what state it is in (ARCHITECTURE §2.2).
//!
//! Owns the conversations whose home it is and is the only author of their events. Knows agents by their
//! snapshots only; whether units are really free is the agent's word. Invariants 1, 2, 4, 5, 6, 7, 8.

mod acts;
mod consult;
mod grants;
mod input;
mod intake;
pub mod line;
mod matching;
mod mend;
mod opening;
mod overflow;
mod prompts;
mod record;
mod relaxation;
mod simulation;
mod state;
mod story;
mod tick;
mod timers;
mod yes;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use input::{Classified, GrantEnd, Input, Simulation, Token};
pub use matching::{choose, excluded};
pub use opening::Opening;
pub use overflow::Standing;
pub use prompts::Prompts;
pub use relaxation::Relaxation;
pub use state::{Queue, Reservation, Soft};
pub use timers::{Due, Timers};

use super::config::Config;
use super::machine::{Ctx, Machine, Outbox};
use super::record::Record;
use super::time::Timestamp;

/// The outbox of a queue.
pub(crate) type Out = Outbox<Queue>;

impl Machine for Queue {
    type Input = Input;
    type Soft = Soft;

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        if self.turns_over(ctx, input, out) {
            return;
        }
        match input {
            Input::Started => self.started(ctx, out),
            Input::Tick => self.tick(ctx, out),
            Input::Configured(agent) => self.configured(ctx, agent.as_ref(), out),
            Input::Housekeep(trigger) => self.housekeep(ctx, *trigger, out),
            Input::Enqueue { born, trace, message, caller, reply, answer_message } => {
                self.enqueue(
                    ctx,
                    &intake::Arrival {
                        born,
                        trace,
                        message,
                        caller,
                        reply: *reply,
                        answer_message: *answer_message,
                    },
                    out,
                );
            }
            Input::Folded(record) => self.arrived(ctx, record, out),
            Input::Act { id, act, if_match, caller, reply } => {
                self.act(ctx, &acts::Asked { id: *id, act, if_match: *if_match, caller, reply: *reply }, out);
            }
            Input::Classified { what, result, caller, reply } => {
                self.classified(ctx, what, result, caller, *reply, out);
            }
            Input::Reserved { grant, snapshot } => self.reserved(ctx, *grant, snapshot, out),
            Input::Refused { grant, reason, snapshot } => self.refused(ctx, *grant, *reason, snapshot, out),
            Input::Seen(snapshot) => self.seen(snapshot, out),
            Input::Ask { token, snapshot } => self.asked(ctx, *token, snapshot, out),
            Input::Won { grant, conversation, units, places, snapshot } => {
                let won = grants::Won { grant: *grant, id: *conversation, units: *units, places };
                self.won(ctx, &won, snapshot, out);
            }
            Input::Answer { grant, conversation, agent, accept, reply } => {
                let answer = grants::Answered { grant: *grant, id: *conversation, agent, accept: *accept };
                self.answered(ctx, &answer, *reply, out);
            }
            Input::End { grant, conversation, why } => self.grant_end(ctx, *grant, *conversation, *why, out),
            Input::Consultable { conversation, agent, result, caller, reply } => {
                self.consultable(ctx, *conversation, agent, *result, caller, *reply, out);
            }
            Input::Depart { conversation, agent } => self.depart(ctx, *conversation, agent, out),
            Input::Entered(id, trigger) => self.entered(ctx, *id, *trigger, out),
            Input::Match(trigger) => self.match_next(ctx, *trigger, out),
            Input::Forget(id) => out.soft(Soft::Forget(*id)),
            Input::MayDelete(reply) => self.may_delete(*reply, out),
            Input::Simulate(asked) => self.simulated(ctx, asked, out),
        }
    }

    fn apply(&mut self, record: &Record) {
        self.fold(record);
    }

    fn note(&mut self, soft: &Soft) {
        self.take(soft);
    }

    fn folded(record: &Arc<Record>) -> Option<Input> {
        input::folded(record)
    }

    fn next_due(&self, config: &Config) -> Option<Timestamp> {
        self.first_due(config).map(|(at, _)| at)
    }

    fn tick() -> Input {
        Input::Tick
    }
}
