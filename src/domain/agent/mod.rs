//! The agent's machine: alone decides about its capacity and presence (ARCHITECTURE §2.2).
//!
//! Owns the ledger (a fold of the queues' records plus reservations held), the presence and the connection.
//! Knows no conversation's state. Invariants 3 and 6.

mod book;
mod carried;
mod connection;
mod consult;
mod fold;
mod input;
mod profiles;
mod reserve;
mod settle;
mod state;
mod token;

#[cfg(test)]
mod presence_tests;
#[cfg(test)]
mod profiles_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use book::{Book, Sums, Taking};
pub use input::{Bid, Input, Reserve, Snapshot};
pub use state::{Agent, Delivery, Entry, Hold, Soft, Stage};
pub use token::Round;

use super::config::Config;
use super::machine::{Ctx, Machine, Outbox};
use super::record::Record;
use super::time::Timestamp;

/// The outbox of an agent.
pub(crate) type Out = Outbox<Agent>;

impl Machine for Agent {
    type Input = Input;
    type Soft = Soft;

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        match input {
            Input::Started => {
                out.soft(Soft::Started(ctx.now));
                out.then.push(Input::Configured);
            }
            Input::Configured => {
                out.soft(Soft::Grow);
                out.then.push(Input::Settle { by: "system", reason: "configuration" });
            }
            Input::Tick => self.tick(ctx, out),
            Input::Folded(record) => self.folded_record(ctx, record, out),
            Input::Act { act, caller, reply } => self.act(ctx, act, caller, *reply, out),
            Input::Reserve(reserve) => self.reserve(ctx, reserve, out),
            Input::Consult { conversation, caller, reply } => {
                self.consulted(ctx, *conversation, caller, *reply, out);
            }
            Input::LetGo(grant) => {
                out.soft(Soft::LetGo(*grant));
                out.then.push(Input::settle());
            }
            Input::Bid { token, queue, best } => self.bid(ctx, *token, queue, best.as_ref(), out),
            Input::Settle { by, reason } => self.settle(ctx, by, reason, out),
            Input::Greet(session, reply) => self.greet(ctx, *session, *reply, out),
            Input::MayDelete(reply) => self.may_delete(*reply, out),
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
        self.first_due(config)
    }

    fn tick() -> Input {
        Input::Tick
    }
}
