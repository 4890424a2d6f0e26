//! What would happen to a conversation that is not here, as far as rules say; nothing changes (SPEC §9).

use std::sync::Arc;

use super::{Out, WorkStreamMachine};
use crate::command::{Answer, Draft, Reply};
use crate::config::Config;
use crate::ids::ConversationId;
use crate::machine::{Ctx, Send};
use crate::queue;
use crate::time::Timestamp;

/// A conversation that does not exist, to be looked at as if it were handed over.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// As it would be handed over.
    pub draft: Box<Draft>,
    /// At this time, instead of now.
    pub at: Option<Timestamp>,
    /// Under this configuration, instead of the one in force.
    pub under: Option<Arc<Config>>,
    /// Who waits.
    pub reply: Reply,
}

impl WorkStreamMachine {
    /// Routes it and asks the queue that it would come to.
    pub(super) fn simulate(&self, ctx: &Ctx<'_>, asked: &Asked, out: &mut Out) {
        let Asked { draft, at, under, reply } = asked;
        let (id, at) = (ConversationId(ctx.mint.uuid()), at.unwrap_or(ctx.now));
        let imagined = under.as_deref().map(|config| ctx.under(config));
        match self.born(imagined.as_ref().unwrap_or(ctx), draft, id, at) {
            Ok((born, routing)) => {
                let (queue, under) = (born.queue_id.clone(), under.clone());
                let (born, overflow) = (Arc::new(born), Vec::new());
                let asked = queue::Simulation { born, routing, overflow, at, under, reply: *reply };
                out.send(Send::Queue(queue, queue::Input::Simulate(Box::new(asked))));
            }
            Err(refusal) => out.answer(*reply, Err::<Answer, _>(refusal)),
        }
    }
}
