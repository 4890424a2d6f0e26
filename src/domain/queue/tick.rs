//! Time: one due thing a decide, then again until nothing is due (invariant 7).

use super::Out;
use super::acts::closed;
use super::consult::left;
use super::input::Input;
use super::overflow::{Moment, revision};
use super::prompts::farewell;
use super::state::{Queue, Soft};
use super::story::Story;
use super::timers::Due;
use crate::config::Config;
use crate::conversation::{By, CloseReason, Conversation, Happening, LeaveReason};
use crate::decision::Trigger;
use crate::ids::ConversationId;
use crate::machine::Ctx;
use crate::offer::{OfferEnd, Withdrawal};
use crate::time::Timestamp;

impl Queue {
    /// What is due first, and when.
    pub(super) fn first_due(&self, config: &Config) -> Option<(Timestamp, Due)> {
        let timers = self.timers.first(config);
        let Some(queue) = config.queues.get(&self.id) else {
            return timers.into_iter().chain(self.first_prompt(config)).min();
        };
        let overflow = self.standing.first(queue, revision(config, &self.id), &self.opening);
        let opening = self.opening.changes_at.map(|at| (at, Due::Opening));
        let late = queue.service_level_seconds.zip(self.aging.first());
        let late = late.map(|(limit, (since, id))| (since.plus_seconds(limit), Due::ServiceLevel(*id)));
        timers.into_iter().chain(overflow).chain(self.first_prompt(config)).chain(opening).chain(late).min()
    }

    pub(super) fn tick(&self, ctx: &Ctx<'_>, out: &mut Out) {
        let Some((at, due)) = self.first_due(ctx.config).filter(|(at, _)| *at <= ctx.now) else { return };
        match due {
            Due::Offer(id, grant) => self.with(ctx, id, out, |queue, conversation, story, out| {
                if let Some(offer) = conversation.offer.as_ref().filter(|o| o.grant.id == grant) {
                    queue.end_refused(ctx, conversation, offer, OfferEnd::TimedOut, story, out);
                }
            }),
            Due::Invitation(id, agent) => self.with(ctx, id, out, |_, conversation, story, out| {
                if let Some(invited) = conversation.participant(&agent) {
                    story.tell(out, left(invited, LeaveReason::TimedOut));
                }
            }),
            Due::Cooldown(id, agent) => {
                out.soft(Soft::Cooled(at, id, agent));
                out.then.push(Input::Match(Trigger::TimeElapsed));
            }
            Due::Hold(id) => self.with(ctx, id, out, |_, conversation, story, out| {
                if let Some(ends) = conversation.grant.clone() {
                    story.tell(out, Happening::HoldEnded { ends });
                }
            }),
            Due::First(id) => self.with(ctx, id, out, |_, _, story, out| {
                story.tell(out, Happening::FirstGivenUp);
                out.then.push(Input::Match(Trigger::TimeElapsed));
            }),
            Due::Age(id) => self.with(ctx, id, out, |_, conversation, story, out| {
                story.withdraw(out, conversation, Withdrawal::AgeLimit);
                farewell(ctx, conversation, story, out);
                story.tell(out, closed(conversation, CloseReason::AgeLimit, None));
            }),
            Due::Silence(id) => self.with(ctx, id, out, |_, conversation, story, out| {
                farewell(ctx, conversation, story, out);
                story.tell(out, closed(conversation, CloseReason::Inactivity, None));
            }),
            Due::Relaxation(_) => {
                out.soft(Soft::Relaxed(ctx.now));
                out.then.push(Input::Match(Trigger::TimeElapsed));
            }
            Due::Overflow(id) => self.overflow_due(ctx, id, Moment::Waited, out),
            Due::OutOfHours(id) => self.overflow_due(ctx, id, Moment::OutOfHours, out),
            Due::Prompt(id, on) => self.prompt(ctx, id, on, out),
            Due::ServiceLevel(id) => self.past_service_level(ctx, id, out),
            // Looked at before the tick was.
            Due::Opening => {}
        }
        out.then.push(Input::Tick);
    }

    fn with(
        &self,
        ctx: &Ctx<'_>,
        id: ConversationId,
        out: &mut Out,
        act: impl FnOnce(&Self, &Conversation, &mut Story<'_>, &mut Out),
    ) {
        if let Some(conversation) = self.homes.get(&id) {
            act(self, conversation, &mut Story::of(ctx, conversation, &By::System), out);
        }
    }
}
