//! The overflow part of a decision record on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::decision::{OverflowOutcome, OverflowStep, OverflowTrace, OverflowVerdict};
use crate::domain::ids::QueueId;
use crate::http::wire::queue::overflow::{Action, When};

/// An item of a queue's overflow that was looked at.
#[derive(Serialize, ToSchema)]
#[schema(as = OverflowStep)]
pub struct StepView<'a> {
    /// Its place in the queue's list, from 0.
    item: u32,
    when: When,
    /// The message of an end is left out.
    action: Action,
    /// Where it leads, if to a queue.
    #[schema(value_type = Option<String>)]
    to_queue_id: Option<&'a QueueId>,
    /// `chosen`, `not_held`, or why what held could not be done: `visited`, `unknown_queue`, `other_type`,
    /// `too_many_moves`.
    verdict: &'static str,
}

impl<'a> From<&'a OverflowStep> for StepView<'a> {
    fn from(step: &'a OverflowStep) -> Self {
        Self {
            item: step.item,
            when: step.when.into(),
            action: (&step.action).into(),
            to_queue_id: step.to.as_ref(),
            verdict: OverflowVerdict::as_str(step.verdict),
        }
    }
}

/// What a queue's overflow made of a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = Overflow)]
pub struct OverflowView<'a> {
    /// The queue that decided.
    #[schema(value_type = String)]
    queue_id: &'a QueueId,
    /// Whether it was within its hours.
    open: bool,
    /// How many others were unassigned in the queue, on offer or not.
    waiting: u32,
    waited_seconds: u32,
    /// In the order in which they were looked at, up to the one chosen.
    items: Vec<StepView<'a>>,
    /// `moved`, `ended`, `assign_anyway` or `stays`.
    outcome: &'static str,
    /// Where it went, if it moved.
    #[schema(value_type = Option<String>)]
    to_queue_id: Option<&'a QueueId>,
}

impl<'a> From<&'a OverflowTrace> for OverflowView<'a> {
    fn from(trace: &'a OverflowTrace) -> Self {
        Self {
            queue_id: &trace.queue_id,
            open: trace.open,
            waiting: trace.waiting,
            waited_seconds: trace.waited_seconds,
            items: trace.steps.iter().map(StepView::from).collect(),
            outcome: trace.outcome.as_str(),
            to_queue_id: match &trace.outcome {
                OverflowOutcome::Moved(to) => Some(to),
                _ => None,
            },
        }
    }
}
