//! The token: one round of asking for work, one priority level at a time (PROTOCOL rules 4 to 6).
//!
//! An agent whose availability grew asks its queues for bids, best level first, and takes the best that fits.
//! A bid locks nothing; what the agent takes it holds, and tells the queue `Won`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Out;
use super::input::{Bid, Input};
use super::state::{Agent, Hold, Soft};
use crate::ids::{GrantId, QueueId};
use crate::machine::{Ctx, Send};
use crate::offer::GrantKind;
use crate::presence::BasePresence;
use crate::queue::{self, Token};

/// One round of asking.
#[derive(Clone, PartialEq, Debug)]
pub struct Round {
    /// Its name; answers to older rounds change nothing.
    pub token: Token,
    /// Priority of the level that was asked.
    pub level: i32,
    /// Queues of the level that have not answered.
    pub waiting: BTreeSet<QueueId>,
    /// The best bid so far that fits, with its queue.
    pub best: Option<(Bid, QueueId)>,
    /// Whether some queue bid something.
    pub any: bool,
    /// Availability grew meanwhile: start again at the first level.
    pub again: bool,
}

impl Agent {
    /// Whether asking makes sense: there, not inactive, with a slot and not over capacity.
    pub(super) fn may_ask(&self, ctx: &Ctx<'_>) -> bool {
        self.connected()
            && self.base(ctx) != BasePresence::Inactive
            && self.open_offers() < ctx.config.settings.max_open_offers
            && self.free(ctx) >= 0
    }

    /// Starts a round, or marks the one that is out to start again.
    pub(super) fn start_round(&self, ctx: &Ctx<'_>, out: &mut Out) {
        match &self.round {
            Some(round) => {
                let again = Round { again: true, ..(**round).clone() };
                out.soft(Soft::Token(Some(Box::new(again))));
            }
            None => self.ask_level(ctx, None, out),
        }
    }

    /// Asks the first level above `after`; without one the round is over.
    fn ask_level(&self, ctx: &Ctx<'_>, after: Option<i32>, out: &mut Out) {
        let queues = ctx.config.queues_of(&self.id);
        let priority = |id: &QueueId| ctx.config.queues.get(id).map(|queue| queue.priority);
        let above = |level: &i32| after.is_none_or(|after| *level > after);
        let level = queues.iter().filter_map(priority).filter(above).min();
        let Some(level) = level.filter(|_| self.may_ask(ctx)) else {
            return out.soft(Soft::Token(None));
        };
        let asked: BTreeSet<QueueId> = queues.into_iter().filter(|id| priority(id) == Some(level)).collect();
        let token = Token(self.rounds + 1);
        let snapshot = Arc::new(self.current(ctx));
        for queue in &asked {
            let ask = queue::Input::Ask { token, snapshot: snapshot.clone() };
            out.send(Send::Queue(queue.clone(), ask));
        }
        let round = Round { token, level, waiting: asked, best: None, any: false, again: false };
        out.soft(Soft::Sent(snapshot));
        out.soft(Soft::Token(Some(Box::new(round))));
    }

    /// A queue answered. When all have: again from the first level, take the best, or ask the next level.
    pub(super) fn bid(
        &self,
        ctx: &Ctx<'_>,
        token: Token,
        queue: &QueueId,
        best: Option<&Bid>,
        out: &mut Out,
    ) {
        let Some(round) = self.round.as_ref().filter(|r| r.token == token && r.waiting.contains(queue))
        else {
            return;
        };
        let mut round = (**round).clone();
        round.waiting.remove(queue);
        if let Some(bid) = best {
            round.any = true;
            let better = round.best.as_ref().is_none_or(|(known, _)| bid.rank < known.rank);
            if self.fits(ctx, bid) && better {
                round.best = Some((bid.clone(), queue.clone()));
            }
        }
        if !round.waiting.is_empty() {
            return out.soft(Soft::Token(Some(Box::new(round))));
        }
        let Some((bid, queue)) = round.best.as_ref().filter(|(bid, _)| !round.again && self.fits(ctx, bid))
        else {
            let from_first = round.again || round.any;
            return self.ask_level(ctx, (!from_first).then_some(round.level), out);
        };
        self.win(ctx, bid, queue, out);
    }

    fn fits(&self, ctx: &Ctx<'_>, bid: &Bid) -> bool {
        self.may_ask(ctx)
            && self.free(ctx) >= i64::from(bid.units)
            && self.has_places(ctx, &bid.work_stream, &bid.places)
    }

    /// Holds the units and tells the queue, then asks again from the first level.
    fn win(&self, ctx: &Ctx<'_>, bid: &Bid, queue: &QueueId, out: &mut Out) {
        let grant = GrantId(ctx.mint.uuid());
        let hold = Hold {
            conversation: bid.rank.id,
            queue: queue.clone(),
            work_stream: bid.work_stream.clone(),
            units: bid.units,
            places: bid.places.clone(),
            offers: bid.offers,
            kind: GrantKind::Push,
        };
        let snapshot = self.hold(ctx, grant, hold, out);
        out.soft(Soft::Token(None));
        let won = queue::Input::Won {
            grant,
            conversation: bid.rank.id,
            units: bid.units,
            places: bid.places.clone(),
            snapshot,
        };
        out.send(Send::Queue(queue.clone(), won));
        out.soft(Soft::Grow);
        out.then.push(Input::settle());
    }
}
