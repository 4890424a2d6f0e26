//! Overflow: what becomes of a conversation that waits too long, in too long a line, or out of hours (SPEC §8).
//!
//! Looked at when it enters the queue, when the hours end, and when a wait has passed; each time the first item that
//! holds and whose action is possible decides, those about the hours before all others. What was looked at is on
//! record, with the writing of the queue that it was looked at under, so that nothing is done twice, also over a
//! start, and an item that is changed applies to what already waits. Never moves one to a queue where it has been.

use std::collections::{BTreeMap, BTreeSet};

use super::Out;
use super::acts::closed;
use super::intake::{message, moved};
use super::opening::Opening;
use super::prompts::farewell;
use super::state::Queue;
use super::story::Story;
use super::timers::{Due, take};
use crate::command::Say;
use crate::config::{self, Config, Key, OverflowAction, OverflowItem, OverflowWhen};
use crate::conversation::{
    By, CloseReason, Conversation, Happening, KEPT_VISITED, Rank, Sender, Status, Visibility, Wait,
};
use crate::decision::{OverflowOutcome, OverflowStep, OverflowTrace, OverflowVerdict, Trigger};
use crate::ids::{ConversationId, DecisionId, QueueId};
use crate::machine::Ctx;
use crate::offer::Withdrawal;
use crate::time::Timestamp;
use crate::work_stream::default_queue;

/// An instant that does not come.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// When overflow is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Moment {
    /// It enters the queue.
    Entered(Trigger),
    /// The hours are over, and that was not looked at yet.
    OutOfHours,
    /// It has waited for so long as an item says.
    Waited,
}

/// Who is unassigned here, and what of its wait was looked at: derived from the conversations alone.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Standing {
    /// Everyone unassigned, on offer or not, in rank order.
    pub unassigned: BTreeSet<Rank>,
    /// By the queue's writing and the seconds that were looked at, who waits since when.
    waits: BTreeMap<(u64, u32), BTreeSet<(Timestamp, ConversationId)>>,
    /// By the queue's writing, until when out of hours was looked at.
    unsettled: BTreeMap<u64, BTreeSet<(Timestamp, ConversationId)>>,
}

impl Standing {
    /// Indexes an unassigned conversation.
    pub fn insert(&mut self, conversation: &Conversation) {
        if conversation.status != Status::Open {
            return;
        }
        let (id, wait) = (conversation.id(), conversation.wait);
        self.unassigned.insert(conversation.rank());
        self.waits.entry((wait.revision, wait.seconds)).or_default().insert((wait.since, id));
        self.unsettled.entry(wait.revision).or_default().insert((wait.settled_until, id));
    }

    /// Takes out what [`Self::insert`] put in for this same state.
    pub fn remove(&mut self, conversation: &Conversation) {
        let (id, wait) = (conversation.id(), conversation.wait);
        self.unassigned.remove(&conversation.rank());
        take(&mut self.waits, &(wait.revision, wait.seconds), &(wait.since, id));
        take(&mut self.unsettled, &wait.revision, &(wait.settled_until, id));
    }

    /// What of a queue's overflow is due first, and when. Costs what of it was looked at apart.
    pub(super) fn first(
        &self,
        queue: &config::Queue,
        revision: u64,
        opening: &Opening,
    ) -> Option<(Timestamp, Due)> {
        let next = |after: u32| waits(&queue.overflow).filter(|seconds| *seconds > after).min();
        let waited = self.waits.iter().filter_map(|((under, seconds), set)| {
            let (since, id) = set.first()?;
            let looked = if *under == revision { *seconds } else { 0 };
            Some((since.plus_seconds(next(looked)?), Due::Overflow(*id)))
        });
        let minds = !opening.open && minds_hours(&queue.overflow);
        let closing = self.unsettled.iter().filter(|_| minds).filter_map(|(under, set)| {
            let (until, id) = set.first()?;
            let settled = if *under == revision { *until } else { Timestamp::default() };
            (settled < NEVER).then(|| (settled.max(opening.since), Due::OutOfHours(*id)))
        });
        waited.chain(closing).min()
    }
}

/// The version at which a queue was last written: with its overflow, what was looked at of it.
pub(super) fn revision(config: &Config, queue: &QueueId) -> u64 {
    config.written.get(&Key::Queue(queue.clone())).copied().unwrap_or_default()
}

fn waits(items: &[OverflowItem]) -> impl Iterator<Item = u32> + '_ {
    items.iter().filter_map(|item| match item.when {
        OverflowWhen::WaitSeconds(seconds) => Some(seconds),
        _ => None,
    })
}

fn minds_hours(items: &[OverflowItem]) -> bool {
    items.iter().any(|item| item.when == OverflowWhen::OutOfHours)
}

impl Queue {
    /// A conversation has just come into this queue.
    pub(super) fn entered(&self, ctx: &Ctx<'_>, id: ConversationId, trigger: Trigger, out: &mut Out) {
        let Some(conversation) = self.homes.get(&id).filter(|c| c.status == Status::Open) else { return };
        self.look_for_members(ctx, out);
        self.overflow(ctx, conversation, Moment::Entered(trigger), out);
    }

    /// Its time has come for one of the reasons to look.
    pub(super) fn overflow_due(&self, ctx: &Ctx<'_>, id: ConversationId, moment: Moment, out: &mut Out) {
        if let Some(conversation) = self.homes.get(&id) {
            self.overflow(ctx, conversation, moment, out);
        }
    }

    /// Looks, and does what was found if anything held.
    fn overflow(&self, ctx: &Ctx<'_>, conversation: &Conversation, moment: Moment, out: &mut Out) {
        let trace = self.weigh(ctx, conversation, moment, self.opening.open);
        if trace.steps.iter().all(|step| step.verdict == OverflowVerdict::NotHeld) {
            return;
        }
        let wait = self.wait_after(ctx.config, conversation, moment, &trace);
        let mut story = Story::of(ctx, conversation, &By::System);
        let trace = Box::new(trace);
        match trace.outcome.clone() {
            OverflowOutcome::Moved(to) => {
                story.withdraw(out, conversation, Withdrawal::Overflowed);
                let moved = Some(moved(ctx, conversation.clone(), &to, story.next()));
                story.tell(out, Happening::Overflowed { trace, wait: Wait::new(ctx.now), moved });
            }
            OverflowOutcome::Ended => {
                let text = self.last_words(ctx.config, &trace);
                story.withdraw(out, conversation, Withdrawal::Overflowed);
                story.tell(out, Happening::Overflowed { trace, wait, moved: None });
                if let Some(text) = text {
                    let say = Say {
                        text,
                        visibility: Visibility::Public,
                        client_message_id: None,
                        attachments: Vec::new(),
                    };
                    let message = message(ctx, &say, Sender::System, conversation.messages + 1);
                    story.tell(out, Happening::Message { message, to: None, via: None });
                } else {
                    farewell(ctx, conversation, &mut story, out);
                }
                story.tell(out, closed(conversation, CloseReason::Overflow, None));
            }
            OverflowOutcome::Stays | OverflowOutcome::AssignAnyway => {
                let trigger = trace.trigger;
                story.tell(out, Happening::Overflowed { trace, wait, moved: None });
                if wait.anyway && self.is_held(conversation) {
                    self.look_for_agent(ctx, &conversation.born, trigger, out);
                }
            }
        }
    }

    /// What of the wait is looked at with this.
    fn wait_after(
        &self,
        config: &Config,
        conversation: &Conversation,
        moment: Moment,
        trace: &OverflowTrace,
    ) -> Wait {
        let mut wait = conversation.wait.under(revision(config, &self.id));
        let items = config.queues.get(&self.id).map(|queue| queue.overflow.as_slice()).unwrap_or_default();
        let hours = moment != Moment::Waited && !trace.open && minds_hours(items);
        if hours {
            wait.settled_until = self.opening.changes_at.unwrap_or(NEVER);
            wait.anyway = false;
        }
        if moment == Moment::Waited {
            wait.seconds = waits(items).filter(|s| *s <= trace.waited_seconds).max().unwrap_or(wait.seconds);
        }
        wait.anyway |= trace.outcome == OverflowOutcome::AssignAnyway;
        wait
    }

    fn last_words(&self, config: &Config, trace: &OverflowTrace) -> Option<std::sync::Arc<str>> {
        let chosen = trace.steps.iter().find(|step| step.verdict == OverflowVerdict::Chosen)?;
        match &config.queues.get(&self.id)?.overflow.get(chosen.item as usize)?.action {
            OverflowAction::End(text) => text.clone(),
            _ => None,
        }
    }

    /// What overflow would make of a conversation at this moment, whether the queue is open or not. Pure.
    pub(super) fn weigh(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        moment: Moment,
        open: bool,
    ) -> OverflowTrace {
        let items =
            ctx.config.queues.get(&self.id).map(|queue| queue.overflow.as_slice()).unwrap_or_default();
        let entered = matches!(moment, Moment::Entered(_));
        let waited = if entered { 0 } else { ctx.now.ms_since(conversation.wait.since).max(0) / 1000 };
        let mut trace = OverflowTrace {
            id: DecisionId(ctx.mint.uuid()),
            at: ctx.now,
            trigger: match moment {
                Moment::Entered(trigger) => trigger,
                Moment::OutOfHours => Trigger::HoursEnded,
                Moment::Waited => Trigger::TimeElapsed,
            },
            config_version: ctx.config.version,
            queue_id: self.id.clone(),
            open,
            waiting: self.others(conversation),
            waited_seconds: u32::try_from(waited).unwrap_or(u32::MAX),
            steps: Vec::new(),
            outcome: OverflowOutcome::Stays,
            duration_us: 0,
        };
        for (place, item) in in_order(items, moment, open) {
            let step = self.step(ctx.config, conversation, &trace, place, item);
            let chosen = step.verdict == OverflowVerdict::Chosen;
            if chosen {
                trace.outcome = match &item.action {
                    OverflowAction::End(_) => OverflowOutcome::Ended,
                    OverflowAction::AssignAnyway => OverflowOutcome::AssignAnyway,
                    _ => step.to.clone().map_or(OverflowOutcome::Stays, OverflowOutcome::Moved),
                };
            }
            trace.steps.push(step);
            if chosen {
                break;
            }
        }
        trace.duration_us = (ctx.elapsed_us)();
        trace
    }

    /// How many others are unassigned here, whatever their place in line.
    fn others(&self, conversation: &Conversation) -> u32 {
        let unassigned = &self.standing.unassigned;
        (unassigned.len() - usize::from(unassigned.contains(&conversation.rank()))) as u32
    }

    fn step(
        &self,
        config: &Config,
        conversation: &Conversation,
        trace: &OverflowTrace,
        place: usize,
        item: &OverflowItem,
    ) -> OverflowStep {
        let holds = match item.when {
            OverflowWhen::Waiting(count) => trace.waiting >= count,
            OverflowWhen::WaitSeconds(seconds) => trace.waited_seconds >= seconds,
            OverflowWhen::OutOfHours => !trace.open,
        };
        let to = match &item.action {
            OverflowAction::Queue(to) => Some(to.clone()),
            OverflowAction::Fallback => Some(fallback(config, conversation)),
            OverflowAction::End(_) | OverflowAction::AssignAnyway => None,
        };
        let bar = to.as_ref().and_then(|to| self.bar(config, conversation, to));
        let action = match &item.action {
            OverflowAction::End(_) => OverflowAction::End(None),
            other => other.clone(),
        };
        let verdict = if holds { bar.unwrap_or(OverflowVerdict::Chosen) } else { OverflowVerdict::NotHeld };
        OverflowStep { item: place as u32, when: item.when, action, to, verdict }
    }

    /// Why a conversation may not go to a queue, if it may not.
    fn bar(&self, config: &Config, conversation: &Conversation, to: &QueueId) -> Option<OverflowVerdict> {
        match config.queues.get(to) {
            None => Some(OverflowVerdict::UnknownQueue),
            Some(_) if conversation.visited.contains(to) || *to == self.id => Some(OverflowVerdict::Visited),
            Some(queue) if queue.kind != conversation.born.channel_type.queue_type() => {
                Some(OverflowVerdict::OtherType)
            }
            Some(_) if conversation.visited.len() >= KEPT_VISITED => Some(OverflowVerdict::TooManyMoves),
            Some(_) => None,
        }
    }
}

/// Where its work stream sends what no rule takes.
fn fallback(config: &Config, conversation: &Conversation) -> QueueId {
    let stream = config.work_streams.get(&conversation.born.work_stream_id);
    stream.map_or_else(|| default_queue(conversation.born.channel_type), |s| s.fallback_queue_id.clone())
}

/// The items to look at, with their places: out of hours those about the hours go before all others.
fn in_order(
    items: &[OverflowItem],
    moment: Moment,
    open: bool,
) -> impl Iterator<Item = (usize, &OverflowItem)> {
    let about_hours = |item: &OverflowItem| item.when == OverflowWhen::OutOfHours;
    let first = items.iter().enumerate().filter(move |(_, item)| !open && about_hours(item));
    let rest = items.iter().enumerate().filter(move |(_, item)| open || !about_hours(item));
    first.chain(rest).filter(move |(_, item)| match moment {
        Moment::Entered(_) => true,
        Moment::OutOfHours => about_hours(item),
        Moment::Waited => matches!(item.when, OverflowWhen::WaitSeconds(_)),
    })
}
