//! Checks a queue.

use super::bounds::{MAX_MESSAGE_CHARS, MAX_OVERFLOW_ITEMS, MAX_OVERFLOW_SECONDS, MAX_OVERFLOW_WAITING};
use super::checker::Checker;
use super::problem::Problem;
use crate::config::{
    DEFAULT_MESSAGING, DEFAULT_RECORD, OverflowAction, OverflowItem, OverflowWhen, Queue, QueueType,
};
use crate::ids::QueueId;

/// Checks a queue that is put under `id`.
pub(super) fn queue(checker: &mut Checker<'_>, id: &QueueId, queue: &Queue) {
    checker.id(id.as_str());
    checker.name("name", &queue.name);
    checker.require(holds_its_kind(checker, id, queue.kind), "type", Problem::QueueTypeMismatch);
    if let Some(seconds) = queue.service_level_seconds {
        checker.range("service_level_seconds", seconds, 1, u32::MAX);
    }
    if let Some(hours) = &queue.operating_hours_id {
        let known = checker.config.operating_hours.contains_key(hours);
        checker.require(known, "operating_hours_id", Problem::UnknownOperatingHours);
    }
    checker.each("overflow", &queue.overflow, MAX_OVERFLOW_ITEMS, |checker, _, item| {
        overflow(checker, id, queue, item);
    });
}

fn overflow(checker: &mut Checker<'_>, id: &QueueId, queue: &Queue, item: &OverflowItem) {
    checker.field("when", |checker| match item.when {
        OverflowWhen::Waiting(waiting) => checker.range("waiting", waiting, 1, MAX_OVERFLOW_WAITING),
        OverflowWhen::WaitSeconds(seconds) => checker.range("wait_seconds", seconds, 1, MAX_OVERFLOW_SECONDS),
        OverflowWhen::OutOfHours => {}
    });
    checker.field("action", |checker| match &item.action {
        OverflowAction::Queue(to) => {
            checker.require(to != id, "queue_id", Problem::OverflowsToItself);
            checker.queue_of("queue_id", to, queue.kind);
        }
        OverflowAction::End(Some(text)) => {
            checker.field("end", |checker| checker.text("message", text, MAX_MESSAGE_CHARS));
        }
        OverflowAction::End(None) | OverflowAction::Fallback | OverflowAction::AssignAnyway => {}
    });
}

/// Whether everything that leads here brings what such a queue holds.
fn holds_its_kind(checker: &Checker<'_>, id: &QueueId, kind: QueueType) -> bool {
    let built_in = match id.as_str() {
        DEFAULT_MESSAGING => kind == QueueType::Messaging,
        DEFAULT_RECORD => kind == QueueType::Record,
        _ => true,
    };
    built_in && checker.checks.fed_with(id).iter().all(|fed| *fed == kind)
}
