//! The queue's operating hours: whether it is open now, and until when (SPEC §11).
//!
//! Soft and derived from configuration and time. Before it decides on anything a queue looks whether its hours have
//! begun or ended meanwhile, so that nothing is matched by yesterday's answer. Out of hours conversations keep their
//! place in line and are not pushed, unless overflow said so; picks, assignments and affinity go on.

use std::sync::Arc;

use super::Out;
use super::input::Input;
use super::state::{Queue, Soft};
use crate::config::{Config, OperatingHours};
use crate::conversation::{By, Conversation, Happening, Status};
use crate::decision::Trigger;
use crate::hours;
use crate::ids::{ConversationId, QueueId};
use crate::machine::{Ctx, Notice};
use crate::time::Timestamp;

use super::matching::choose;
use super::story::Story;

/// Whether a queue is open, as it was last looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct Opening {
    hours: Option<Arc<OperatingHours>>,
    /// Whether it is.
    pub open: bool,
    /// When that was looked at first.
    pub since: Timestamp,
    /// When it changes; `None` is never.
    pub changes_at: Option<Timestamp>,
}

impl Default for Opening {
    /// Always open.
    fn default() -> Self {
        Self { hours: None, open: true, since: Timestamp::default(), changes_at: None }
    }
}

impl Opening {
    fn of(hours: Option<&Arc<OperatingHours>>, now: Timestamp) -> Self {
        Self {
            hours: hours.cloned(),
            open: hours.is_none_or(|it| hours::is_open(it, now)),
            since: now,
            changes_at: hours.and_then(|it| hours::next_change(it, now)),
        }
    }

    /// Whether this still is the answer.
    fn holds(&self, hours: Option<&Arc<OperatingHours>>, now: Timestamp) -> bool {
        self.hours.as_ref().map(Arc::as_ptr) == hours.map(Arc::as_ptr)
            && self.changes_at.is_none_or(|at| at > now)
    }
}

/// The hours that a queue keeps; `None` is always open.
pub(super) fn hours_of<'a>(config: &'a Config, queue: &QueueId) -> Option<&'a Arc<OperatingHours>> {
    config.operating_hours.get(config.queues.get(queue)?.operating_hours_id.as_ref()?)
}

impl Queue {
    /// Whether the hours have changed since they were looked at last: then looks again, matches if they have begun,
    /// and takes the input after that.
    pub(super) fn turns_over(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) -> bool {
        let hours = hours_of(ctx.config, &self.id);
        if self.opening.holds(hours, ctx.now) {
            return false;
        }
        let opening = Opening::of(hours, ctx.now);
        let begin = opening.open && !self.opening.open;
        out.soft(Soft::Opening(opening));
        if begin {
            out.then.push(Input::Match(Trigger::HoursBegan));
        }
        out.then.push(input.clone());
        true
    }

    /// Takes what was looked at. Who is held in line is not indexed as waiting.
    pub(super) fn take_opening(&mut self, opening: &Opening) {
        let turns = self.opening.open != opening.open;
        self.opening = opening.clone();
        if turns {
            let unassigned: Vec<ConversationId> =
                self.standing.unassigned.iter().map(|rank| rank.id).collect();
            unassigned.into_iter().for_each(|id| self.reindex(id));
        }
    }

    /// Whether a conversation is kept from being pushed until the hours begin.
    pub fn is_held(&self, conversation: &Conversation) -> bool {
        !self.opening.open && !conversation.wait.anyway
    }

    /// Whether a conversation counts towards the service level: unassigned, with nobody asked.
    pub(super) fn ages(&self, conversation: &Conversation) -> bool {
        conversation.status == Status::Open
            && conversation.offer.is_none()
            && conversation.first.is_none()
            && !conversation.late
            && !self.pushing.contains_key(&conversation.id())
            && !self.is_held(conversation)
    }

    /// Past the service level: if it fits nobody now, supervisors are told, once.
    pub(super) fn past_service_level(&self, ctx: &Ctx<'_>, id: ConversationId, out: &mut Out) {
        let Some(conversation) = self.homes.get(&id) else { return };
        let class =
            self.line.classes.get(&self.line.class_of(conversation)).filter(|class| class.pushed().is_some());
        let fits = class.is_some_and(|class| choose(class, conversation, ctx.now).is_some());
        if fits && self.waits(conversation) {
            // Somebody came free this very moment.
            return out.then.push(Input::Match(Trigger::TimeElapsed));
        }
        Story::of(ctx, conversation, &By::System).tell(out, Happening::ServiceLevelPassed);
        out.notice(Notice::Alarm {
            code: "service_level_passed",
            conversation: Some(id),
            queue: Some(self.id.clone()),
        });
    }

    /// A queue that nobody serves tells supervisors so, once until somebody does.
    pub(super) fn look_for_members(&self, ctx: &Ctx<'_>, out: &mut Out) {
        if self.is_gone(ctx) {
            return;
        }
        let served = ctx.config.members(&self.id).next().is_some();
        if served == self.told_empty {
            out.soft(Soft::ToldEmpty(!served));
        }
        if !served && !self.told_empty {
            let queue = Some(self.id.clone());
            out.notice(Notice::Alarm { code: "queue_without_members", conversation: None, queue });
        }
    }
}
