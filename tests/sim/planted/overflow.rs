//! Planted bugs about overflow and hours.

use callboard::domain::conversation::{Event, Happening, Moved, Wait};
use callboard::domain::decision::{OverflowOutcome, OverflowVerdict};
use callboard::domain::machine::{Effect, Outbox};
use callboard::domain::queue::{self, Queue};
use callboard::domain::record::Record;

fn events(out: &mut Outbox<Queue>) -> impl Iterator<Item = &mut Event> {
    out.effects.iter_mut().filter_map(|effect| match effect {
        Effect::Record(Record::Event(event)) => Some(event),
        _ => None,
    })
}

/// The queue goes on as if it were open.
pub fn never_closes(out: &mut Outbox<Queue>) {
    for effect in &mut out.effects {
        if let Effect::Soft(queue::Soft::Opening(opening)) = effect {
            opening.open = true;
        }
    }
}

/// What would stay, since it has been there, goes there.
pub fn in_a_ring(queue: &Queue, out: &mut Outbox<Queue>) {
    for event in events(out) {
        let Some(conversation) = queue.homes.get(&event.conversation).filter(|c| c.offer.is_none()) else {
            continue;
        };
        let Happening::Overflowed { trace, moved: moved @ None, .. } = &mut event.what else { continue };
        let visited = trace.steps.iter_mut().find(|step| step.verdict == OverflowVerdict::Visited);
        let Some(step) = visited.filter(|step| step.to.as_ref() != Some(&queue.id)) else { continue };
        let Some(to) = step.to.clone() else { continue };
        step.verdict = OverflowVerdict::Chosen;
        trace.outcome = OverflowOutcome::Moved(to.clone());
        let mut after = conversation.clone();
        after.queue_id = to.clone();
        after.entered_queue_at = event.at;
        after.wait = Wait::new(event.at);
        after.version = event.seq;
        *moved = Some(Moved { to, conversation: after });
    }
}

/// A move keeps the time at which the conversation came to be as that of its entry.
pub fn from_creation(out: &mut Outbox<Queue>) {
    for event in events(out) {
        let (Happening::Overflowed { moved: Some(moved), .. } | Happening::Transferred { moved, .. }) =
            &mut event.what
        else {
            continue;
        };
        moved.conversation.wait.since = moved.conversation.created_at;
    }
}
