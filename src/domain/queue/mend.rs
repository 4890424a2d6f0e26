//! What a start and a change of the configuration leave to be mended: conversations in a queue that is gone,
//! requirements that nobody can meet any more, offers that nobody could see.

use super::Out;
use super::input::Input;
use super::intake::moved;
use super::state::{Queue, Soft};
use super::story::Story;
use crate::config::RequiredSkill;
use crate::conversation::{By, Happening, Status};
use crate::decision::Trigger;
use crate::machine::Ctx;
use crate::offer::Withdrawal;
use crate::work_stream::default_queue;

impl Queue {
    /// Whether this queue was deleted; its machine stays while a conversation has its home here.
    pub(super) fn is_gone(&self, ctx: &Ctx<'_>) -> bool {
        !ctx.config.queues.contains_key(&self.id)
    }

    /// A queue that is gone keeps nobody in line: what came between its yes to the deletion and the deletion,
    /// and what comes back to its line later, goes to the default queue.
    pub(super) fn move_out(&self, ctx: &Ctx<'_>, out: &mut Out) {
        for conversation in self.homes.values().filter(|c| c.status == Status::Open) {
            let mut story = Story::of(ctx, conversation, &By::System);
            story.withdraw(out, conversation, Withdrawal::Rerouted);
            let to = default_queue(conversation.born.channel_type);
            let moved = moved(ctx, (**conversation).clone(), &to, story.next());
            story.tell(out, Happening::Transferred { moved, ends: None });
        }
    }

    /// A deleted skill is required no more: no agent can have it. Says whether there was such a requirement.
    pub(super) fn forgo_deleted_skills(&self, ctx: &Ctx<'_>, trigger: Trigger, out: &mut Out) -> bool {
        let unfinished = self.homes.values().filter(|c| c.status != Status::Closed);
        let mut any = false;
        for conversation in unfinished.filter(|c| requires_deleted(ctx, &c.skills)) {
            any = true;
            let mut skills = conversation.skills.clone();
            skills.retain(|skill| ctx.config.skills.contains_key(&skill.skill_id));
            let changed = Happening::ContextChanged {
                context: conversation.context.clone(),
                undeclared: conversation.undeclared.clone(),
                written: conversation.written.clone(),
                customer: conversation.customer.clone(),
                priority: conversation.priority,
                skills,
                to: conversation.agent.clone(),
            };
            Story::of(ctx, conversation, &By::System).tell(out, changed);
            if conversation.status == Status::Open {
                out.soft(Soft::Unexplained(conversation.id(), trigger));
            }
        }
        any
    }

    /// What comes in may have been classified before a skill was deleted.
    pub(super) fn check_skills(&self, ctx: &Ctx<'_>, skills: &[RequiredSkill], out: &mut Out) {
        if requires_deleted(ctx, skills) {
            out.then.push(Input::Housekeep(Trigger::Configured));
        }
    }

    /// At a start: an offer whose deadline passed while the house was down could not be seen. It is taken back
    /// rather than held against the agent.
    pub(super) fn take_back_unseen(&self, ctx: &Ctx<'_>, out: &mut Out) {
        for conversation in self.offers.keys().filter_map(|id| self.homes.get(id)) {
            if conversation.offer.as_ref().is_some_and(|offer| offer.expires_at <= ctx.now) {
                let mut story = Story::of(ctx, conversation, &By::System);
                story.withdraw(out, conversation, Withdrawal::AgentDisconnected);
                out.soft(Soft::Unexplained(conversation.id(), Trigger::Started));
            }
        }
    }
}

fn requires_deleted(ctx: &Ctx<'_>, skills: &[RequiredSkill]) -> bool {
    skills.iter().any(|skill| !ctx.config.skills.contains_key(&skill.skill_id))
}
