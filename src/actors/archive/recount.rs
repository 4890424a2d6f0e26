//! Statistics counted again from the journal, up to the snapshot that the house started from: the house itself counts on
//! from there. What was measured of agents is no record and cannot be found again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::rebuild::replay;
use super::{Put, Source};
use crate::actors::read_side::reply;
use crate::actors::stats::level::Spot;
use crate::actors::stats::row::Quarter;
use crate::actors::stats::{Rows, Stats};
use crate::domain::conversation::{Conversation, Event, Status};
use crate::domain::ids::ConversationId;
use crate::domain::record::Record;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;

/// Gives the rows of quarter hours that were over to `each`; the answer is the one that was not.
pub(super) fn recount(
    source: &Source,
    each: &mut dyn FnMut(Vec<Put>),
) -> Result<BTreeMap<Quarter, Rows>, StoreError> {
    let mut counted = Recount::default();
    counted.stats.begin(None, false);
    replay(source, Position(0), &mut |at, record| {
        if at <= source.snapshot {
            counted.take(record);
            each(counted.stats.take_due());
        }
    })?;
    Ok(counted
        .stats
        .rows()
        .last_key_value()
        .map(|(quarter, rows)| (*quarter, rows.clone()))
        .into_iter()
        .collect())
}

#[derive(Default)]
struct Recount {
    stats: Stats,
    unfinished: BTreeMap<ConversationId, (Conversation, Vec<Arc<Record>>)>,
}

impl Recount {
    fn take(&mut self, record: Record) {
        match &record {
            Record::Event(event) => {
                let event = event.clone();
                self.event(&event, Arc::new(record));
            }
            other => self.stats.record(other),
        }
    }

    /// An event of a conversation whose beginning is no longer in the log is not counted.
    fn event(&mut self, event: &Event, record: Arc<Record>) {
        let id = event.conversation;
        let Some((conversation, events)) = self.unfinished.get_mut(&id) else {
            let Some(conversation) = Conversation::begin(event) else { return };
            self.stats.event(event, None, Spot::of(&conversation).as_ref(), None);
            self.unfinished.insert(id, (conversation, vec![record]));
            return;
        };
        let was = Spot::of(conversation);
        let reply = reply(event, events, conversation);
        conversation.apply(event);
        events.push(record);
        let ended = conversation.status == Status::Closed;
        self.stats.event(event, was.as_ref(), Spot::of(conversation).as_ref(), reply);
        if ended {
            self.unfinished.remove(&id);
        }
    }
}
