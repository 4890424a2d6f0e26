//! Reservations: a queue asks, the agent checks the truth and holds, or refuses for what its snapshot shows
//! (PROTOCOL rules 1, 3, 9). A refusal never needs to be remembered.

use std::sync::Arc;

use super::Out;
use super::input::{Input, Reserve, Snapshot};
use super::state::{Agent, Hold, Soft};
use crate::command::{Code, Refusal, Reply};
use crate::configuration;
use crate::decision::Reason;
use crate::ids::GrantId;
use crate::machine::{Ctx, Send};
use crate::offer::GrantKind;
use crate::presence::BasePresence;
use crate::queue;
use crate::queue::line::presence_allowed;

use super::state::Stage;

impl Agent {
    pub(super) fn reserve(&self, ctx: &Ctx<'_>, asked: &Reserve, out: &mut Out) {
        if let Some(reason) = self.why_not(ctx, asked) {
            let snapshot = Arc::new(self.current(ctx));
            out.soft(Soft::Sent(snapshot.clone()));
            let refused = queue::Input::Refused { grant: asked.grant, reason, snapshot };
            return out.send(Send::Queue(asked.queue.clone(), refused));
        }
        let hold = Hold {
            conversation: asked.conversation,
            queue: asked.queue.clone(),
            work_stream: asked.work_stream.clone(),
            units: asked.units,
            places: asked.places.clone(),
            offers: asked.offers,
            kind: asked.kind,
        };
        let snapshot = self.hold(ctx, asked.grant, hold, out);
        let reserved = queue::Input::Reserved { grant: asked.grant, snapshot };
        out.send(Send::Queue(asked.queue.clone(), reserved));
        out.then.push(Input::settle());
    }

    /// Holds the units of a yes. The snapshot is the one that goes with it: the units and the slot are taken already.
    pub(super) fn hold(&self, ctx: &Ctx<'_>, grant: GrantId, hold: Hold, out: &mut Out) -> Arc<Snapshot> {
        let mut snapshot = self.current(ctx);
        snapshot.less(ctx.config, &hold);
        let snapshot = Arc::new(snapshot);
        out.soft(Soft::Hold(grant, hold));
        out.soft(Soft::Sent(snapshot.clone()));
        snapshot
    }

    /// First reason why these units cannot be held; `None` is a yes.
    fn why_not(&self, ctx: &Ctx<'_>, asked: &Reserve) -> Option<Reason> {
        if !ctx.config.agents.contains_key(&self.id) || !self.connected() {
            return Some(Reason::NotConnected);
        }
        let base = self.base(ctx);
        if base == BasePresence::Inactive {
            return Some(Reason::Presence);
        }
        if asked.kind == GrantKind::Push {
            let stream = ctx.config.work_streams.get(&asked.work_stream);
            if stream.is_some_and(|stream| !presence_allowed(stream, base)) {
                return Some(Reason::Presence);
            }
        }
        let slots = self.slots(ctx);
        if (asked.offers || asked.kind == GrantKind::Push) && slots == 0 {
            return Some(Reason::Capacity);
        }
        let fits = asked.kind.may_exceed()
            || self.free(ctx) >= i64::from(asked.units)
                && self.has_places(ctx, &asked.work_stream, &asked.places);
        (!fits).then_some(Reason::Capacity)
    }

    /// An agent with active conversations or wrap-up cannot be deleted; open offers are withdrawn.
    pub(super) fn may_delete(&self, reply: Reply, out: &mut Out) {
        let busy = self.ledger.values().any(|entry| entry.stage != Stage::Offered);
        let result = if busy { Err(Refusal::of(Code::InUse)) } else { Ok(()) };
        out.send(Send::Configuration(configuration::Input::Deletable { reply, result }));
    }
}
