//! Relaxation of skills: who reaches the next step when, and the class in which a conversation waits then.
//!
//! Nothing of it is stored: the requirement follows from the skills, the work stream's steps and the age. The
//! queue remembers up to which moment it has acted on steps; a conversation stands in the class of its requirement
//! at that moment, and whoever matches or bids looks first whether a step has come due since (invariants 5, 6, 7).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Out;
use super::input::Input;
use super::state::{Queue, Soft};
use crate::config::{Config, RelaxationStep, WorkStream};
use crate::conversation::{Conversation, Status};
use crate::ids::{ConversationId, WorkStreamId};
use crate::machine::Ctx;
use crate::skills::{self, Requirement};
use crate::time::Timestamp;

/// Who waits for steps, by age: the steps themselves are configured, so that a change of them needs no new index.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Relaxation {
    /// Steps up to this moment were acted on. Nothing was, at a start: all that are due are due at once.
    until: Timestamp,
    /// Open conversations that require skills.
    open: BTreeMap<WorkStreamId, BTreeSet<(Timestamp, ConversationId)>>,
}

impl Relaxation {
    /// Nobody waits, and steps up to the same moment were acted on.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { until: self.until, open: BTreeMap::new() }
    }

    /// Steps up to this moment were acted on.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// Indexes this conversation, if it may reach a step.
    pub fn insert(&mut self, conversation: &Conversation) {
        if waits_for_steps(conversation) {
            let stream = conversation.born.work_stream_id.clone();
            self.open.entry(stream).or_default().insert((conversation.queued_at, conversation.id()));
        }
    }

    /// Takes out what [`Self::insert`] put in for this same state.
    pub fn remove(&mut self, conversation: &Conversation) {
        if waits_for_steps(conversation) {
            let entry = (conversation.queued_at, conversation.id());
            super::timers::take(&mut self.open, &conversation.born.work_stream_id, &entry);
        }
    }

    /// The first step that was not acted on: when, and of whom.
    pub fn first(&self, config: &Config) -> Option<(Timestamp, ConversationId)> {
        let streams = self.open.iter().filter_map(|(id, open)| Some((config.work_streams.get(id)?, open)));
        let steps = streams.flat_map(|(stream, open)| stream.skill_relaxation.iter().map(move |s| (s, open)));
        let next = steps.filter_map(|(step, open)| {
            let after = Self::range(open, step, self.until).next()?;
            Some((after.0.plus_seconds(step.after_seconds), after.1))
        });
        next.min()
    }

    /// Those of a stream with these steps that reach one after what was acted on, and not after `at`.
    fn reached<'a>(
        &'a self,
        stream: &WorkStreamId,
        steps: &'a [RelaxationStep],
        at: Timestamp,
    ) -> impl Iterator<Item = ConversationId> + 'a {
        let open = self.open.get(stream);
        let pairs = open.into_iter().flat_map(move |open| steps.iter().map(move |step| (step, open)));
        pairs.flat_map(move |(step, open)| {
            let due = move |(queued_at, _): &&(Timestamp, ConversationId)| {
                queued_at.plus_seconds(step.after_seconds) <= at
            };
            Self::range(open, step, self.until).take_while(due).map(|(_, id)| *id)
        })
    }

    /// Those that reach this step after `until`, the oldest first.
    fn range<'a>(
        open: &'a BTreeSet<(Timestamp, ConversationId)>,
        step: &RelaxationStep,
        until: Timestamp,
    ) -> impl Iterator<Item = &'a (Timestamp, ConversationId)> + use<'a> {
        let born = until.plus_ms(1 - i64::from(step.after_seconds) * 1000);
        open.range((born, ConversationId(uuid::Uuid::nil()))..)
    }
}

fn waits_for_steps(conversation: &Conversation) -> bool {
    conversation.status == Status::Open && !conversation.skills.is_empty()
}

/// The steps of a work stream, if there is one.
fn steps(stream: Option<&Arc<WorkStream>>) -> &[RelaxationStep] {
    stream.map(|stream| stream.skill_relaxation.as_slice()).unwrap_or_default()
}

/// What this conversation requires at a moment, by a work stream's steps.
pub(super) fn required(
    conversation: &Conversation,
    stream: Option<&Arc<WorkStream>>,
    at: Timestamp,
) -> Requirement {
    Requirement::at_age(&conversation.skills, steps(stream), at.ms_since(conversation.queued_at))
}

/// How many of the work stream's steps this conversation has reached; none if it requires nothing.
pub(super) fn reached(conversation: &Conversation, stream: Option<&Arc<WorkStream>>, at: Timestamp) -> u32 {
    let age = at.ms_since(conversation.queued_at);
    let taken = if conversation.skills.is_empty() { 0 } else { skills::steps_taken(steps(stream), age) };
    u32::try_from(taken).unwrap_or(u32::MAX)
}

impl Queue {
    /// The requirement in whose class the conversation waits, or would.
    pub fn in_force(&self, conversation: &Conversation) -> Requirement {
        let stream = self.line.stream(&conversation.born.work_stream_id);
        required(conversation, stream, self.timers.relaxation.until())
    }

    /// Steps that are due go first: acts on them and tells itself `again`. Says whether there were any.
    pub(super) fn relax_first(
        &self,
        ctx: &Ctx<'_>,
        again: impl IntoIterator<Item = Input>,
        out: &mut Out,
    ) -> bool {
        let due = self.timers.relaxation.first(ctx.config).is_some_and(|(at, _)| at <= ctx.now);
        if due {
            out.soft(Soft::Relaxed(ctx.now));
            out.then.extend(again);
        }
        due
    }

    /// Moves those that have reached a step into their classes.
    pub(super) fn relaxed(&mut self, at: Timestamp) {
        let relaxation = &self.timers.relaxation;
        let streams = relaxation.open.keys();
        let reached: BTreeSet<ConversationId> = streams
            .flat_map(|stream| relaxation.reached(stream, steps(self.line.stream(stream)), at))
            .collect();
        self.timers.relaxation.until = self.timers.relaxation.until.max(at);
        reached.into_iter().for_each(|id| self.reindex(id));
    }

    /// Those of these streams whose steps differ from what the queue has learnt so far; they stand elsewhere then.
    pub(super) fn with_other_steps(
        &self,
        streams: &[(WorkStreamId, Option<Arc<WorkStream>>)],
    ) -> Vec<ConversationId> {
        let changed = streams.iter().filter(|(id, now)| steps(self.line.stream(id)) != steps(now.as_ref()));
        let open = changed.filter_map(|(id, _)| self.timers.relaxation.open.get(id));
        open.flatten().map(|(_, id)| *id).collect()
    }
}
