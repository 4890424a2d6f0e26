//! What would happen to a conversation that is not here: the same functions, and nothing changes (SPEC §9).

use super::matching::choose;
use super::opening::hours_of;
use super::overflow::Moment;
use super::state::Queue;
use super::{Input, Out, Simulation};
use crate::command::{Answer, Code, Refusal, Simulated};
use crate::conversation::{By, Conversation, Event, Happening};
use crate::decision::{LISTED_WITHOUT_WINNER, MatchTrace, OverflowOutcome, Trigger};
use crate::hours;
use crate::machine::{Ctx, Send};

impl Queue {
    /// Looks at overflow as of an arrival; where it would go on, the next queue is asked.
    pub(super) fn simulated(&self, ctx: &Ctx<'_>, asked: &Simulation, out: &mut Out) {
        let imagined = asked.under.as_deref().map(|config| ctx.under(config));
        let ctx = imagined.as_ref().unwrap_or(ctx);
        let Some(conversation) = self.imagined(ctx, asked) else {
            return out.refuse(asked.reply, Refusal::of(Code::UnknownResource));
        };
        let open = hours_of(ctx.config, &self.id).is_none_or(|it| hours::is_open(it, asked.at));
        let trace = self.weigh(ctx, &conversation, Moment::Entered(Trigger::Simulated), open);
        let outcome = trace.outcome.clone();
        let mut next = asked.clone();
        if !trace.steps.is_empty() {
            next.overflow.push(trace);
        }
        let matching = match outcome {
            OverflowOutcome::Moved(to) => return out.send(Send::Queue(to, Input::Simulate(Box::new(next)))),
            OverflowOutcome::Ended => Some(self.blank(ctx, Trigger::Simulated, None)),
            OverflowOutcome::AssignAnyway => self.imagined_match(ctx, &conversation, false),
            OverflowOutcome::Stays => self.imagined_match(ctx, &conversation, !open),
        };
        let Some(matching) = matching else {
            return out.refuse(asked.reply, Refusal::of(Code::UnknownResource));
        };
        let Simulation { routing, overflow, reply, .. } = next;
        out.answer(reply, Ok(Answer::Simulated(Box::new(Simulated { routing, overflow, matching }))));
    }

    /// The conversation as it would stand here, having been in the queues before.
    fn imagined(&self, ctx: &Ctx<'_>, asked: &Simulation) -> Option<Conversation> {
        let what = Happening::Created(asked.born.clone());
        let event = Event { conversation: asked.born.id, seq: 1, at: ctx.now, by: By::System, what };
        let mut conversation = Conversation::begin(&event)?;
        conversation.queue_id = self.id.clone();
        asked.overflow.iter().for_each(|trace| conversation.visit(&trace.queue_id));
        conversation.visit(&self.id);
        Some(conversation)
    }

    /// Who would get it; nobody while it is held until the hours begin.
    fn imagined_match(&self, ctx: &Ctx<'_>, conversation: &Conversation, held: bool) -> Option<MatchTrace> {
        let line = self.apart(ctx, conversation)?;
        let key = line.class_of(conversation);
        let class = line.classes.get(&key)?;
        let winner = class.pushed().filter(|_| !held).and_then(|_| choose(class, conversation, ctx.now));
        let mut trace = self.blank(ctx, Trigger::Simulated, winner);
        trace.out_of_hours = held;
        trace.requirement.clone_from(&key.1.skills);
        self.fill(&mut trace, class, &key, conversation, LISTED_WITHOUT_WINNER, ctx.now);
        trace.duration_us = (ctx.elapsed_us)();
        Some(trace)
    }
}
