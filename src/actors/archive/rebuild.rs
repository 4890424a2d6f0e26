//! Filling the state store from the journal's segments, on a thread of its own, while live work goes on.
//!
//! Two passes: first the answers of idempotency keys since the store's position, so that keys can be judged again soon;
//! then all conversations that ended, from the log's beginning, since the events of one may lie far apart. In memory are
//! those that are unfinished at the point of reading. The archive's bounded queue slows it down to the store's pace.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ArchiveHandle, Command, Source, answer_put, conversation_puts};
use crate::domain::conversation::{Conversation, Event, Happening};
use crate::domain::ids::ConversationId;
use crate::domain::record::Record;
use crate::ports::journal::Position;
use crate::store::error::StoreError;

/// Decodes a unit into its records; fails with what an operator should know.
pub type Decode = fn(&[u8]) -> Result<Vec<Record>, StoreError>;

/// Starts the thread; it ends by itself, also when the archive does.
pub(super) fn start(source: Source, behind: Position, archive: ArchiveHandle) {
    let thread = std::thread::Builder::new().name("rebuild".to_owned());
    let run = move || {
        let done = answers(&source, behind, &archive).and_then(|()| {
            archive.send(Command::AnswersFound);
            conversations(&source, &archive)
        });
        if let Err(error) = &done {
            tracing::error!(%error, "the archive could not be filled from the journal");
        }
        archive.send(Command::RebuildEnded(done.is_ok()));
    };
    if let Err(error) = thread.spawn(run) {
        tracing::error!(%error, "no thread to fill the archive: history stays away until the next start");
    }
}

fn answers(source: &Source, behind: Position, archive: &ArchiveHandle) -> Result<(), StoreError> {
    replay(source, behind, &mut |record| {
        if let Record::Kept(kept) = &record {
            archive.send(Command::Found(vec![answer_put(kept)]));
        }
    })
}

fn conversations(source: &Source, archive: &ArchiveHandle) -> Result<(), StoreError> {
    let mut unfinished: BTreeMap<ConversationId, Vec<Arc<Record>>> = BTreeMap::new();
    replay(source, Position(0), &mut |record| {
        let Record::Event(event) = &record else { return };
        let id = event.conversation;
        let closes = matches!(event.what, Happening::Closed { .. });
        unfinished.entry(id).or_default().push(Arc::new(record));
        if closes && let Some(events) = unfinished.remove(&id) {
            archive.send(Command::Found(whole(&events)));
        }
    })
}

/// What the store takes of an ended conversation; nothing if its beginning is no longer in the log.
fn whole(events: &[Arc<Record>]) -> Vec<super::Put> {
    let timeline = events.iter().filter_map(|record| match &**record {
        Record::Event(event) => Some(event),
        _ => None,
    });
    let begins = |event: &Event| matches!(event.what, Happening::Created(_));
    if !timeline.clone().next().is_some_and(begins) {
        return Vec::new();
    }
    Conversation::replay(timeline)
        .map_or_else(Vec::new, |conversation| conversation_puts(&conversation, events).collect())
}

/// Every record of the log after a position, or from where the log begins if that is later.
fn replay(source: &Source, after: Position, each: &mut dyn FnMut(Record)) -> Result<(), StoreError> {
    let mut unit = |_: Position, bytes: &[u8]| {
        (source.decode)(bytes)?.into_iter().for_each(&mut *each);
        Ok(())
    };
    match source.reader.replay(after, &mut unit) {
        Err(StoreError::BeginsLate { begins, .. }) if begins > after => {
            source.reader.replay(begins, &mut unit)
        }
        done => done,
    }
    .map(drop)
}
