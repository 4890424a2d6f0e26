//! What tests of the offline check need of the archive.

use std::sync::Arc;

use super::{Put, conversation_puts};
use crate::domain::conversation::Conversation;
use crate::domain::record::Record;

/// What the archive takes of a conversation with this timeline.
pub fn ended_puts(events: &[Arc<Record>]) -> Vec<Put> {
    let timeline = events.iter().filter_map(|record| match &**record {
        Record::Event(event) => Some(event),
        _ => None,
    });
    Conversation::replay(timeline).map_or_else(Vec::new, |c| conversation_puts(&c, events).collect())
}
