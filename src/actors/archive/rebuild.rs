//! Filling the state store from the journal's segments, on a thread of its own, while live work goes on.
//!
//! Four passes: first the answers of idempotency keys since the store's position, so that keys can be judged again soon;
//! then all conversations that ended, from the log's beginning, since the events of one may lie far apart;
//! then the audit log (`acts`) and what was counted (`recount`). In memory are those that are unfinished at the point of reading. At most [`UNDER_WAY`] findings wait for the archive, so that what ends
//! meanwhile never waits behind the past.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::{ArchiveHandle, Command, Put, Source, acts, answer_put, conversation_puts, recount};
use crate::actors::health::{Health, Part};
use crate::domain::conversation::{Conversation, Event, Happening};
use crate::domain::ids::ConversationId;
use crate::domain::record::Record;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::records;

/// Findings that wait for the archive at a time.
const UNDER_WAY: usize = 2;
/// Puts of one finding: some ten milliseconds of the store's time.
const FINDING_PUTS: usize = 512;

/// Starts the thread; it ends by itself, also when the archive does.
pub(super) fn start(source: Source, behind: Position, archive: ArchiveHandle, health: Arc<Health>) {
    let thread = std::thread::Builder::new().name("rebuild".to_owned());
    let life = move || {
        if !health.watch(Part::Rebuild, || fill(&source, behind, &archive)) {
            archive.send(Command::RebuildEnded(false));
        }
    };
    if let Err(error) = thread.spawn(life) {
        tracing::error!(%error, "no thread to fill the archive: history stays away until the next start");
    }
}

/// Gives the archive everything of the log that belongs into the store, then says so.
pub(super) fn fill(source: &Source, behind: Position, archive: &ArchiveHandle) {
    let done = answers(source, behind, archive).and_then(|()| {
        archive.send(Command::AnswersFound);
        conversations(source, archive)?;
        let mut found = Findings::new(archive);
        acts::acts(source, &mut |put| found.add([put]))?;
        let last = recount::recount(source, &mut |puts| found.add(puts))?;
        found.send();
        archive.send(Command::Counted(last));
        Ok(())
    });
    if let Err(error) = &done {
        tracing::error!(%error, "the archive could not be filled from the journal");
    }
    archive.send(Command::RebuildEnded(done.is_ok()));
}

fn answers(source: &Source, behind: Position, archive: &ArchiveHandle) -> Result<(), StoreError> {
    let mut found = Findings::new(archive);
    replay(source, behind, &mut |_, record| {
        if let Record::Kept(kept) = &record {
            found.add([answer_put(kept)]);
        }
    })?;
    found.send();
    Ok(())
}

fn conversations(source: &Source, archive: &ArchiveHandle) -> Result<(), StoreError> {
    let mut found = Findings::new(archive);
    let mut unfinished: BTreeMap<ConversationId, Vec<Arc<Record>>> = BTreeMap::new();
    replay(source, Position(0), &mut |_, record| {
        let Record::Event(event) = &record else { return };
        let id = event.conversation;
        let closes = matches!(event.what, Happening::Closed { .. });
        unfinished.entry(id).or_default().push(Arc::new(record));
        if closes && let Some(events) = unfinished.remove(&id) {
            found.add(whole(&events));
        }
    })?;
    found.send();
    Ok(())
}

/// Gathers puts and gives them to the archive, no faster than it takes them.
struct Findings<'a> {
    archive: &'a ArchiveHandle,
    permits: Arc<Permits>,
    puts: Vec<Put>,
}

impl<'a> Findings<'a> {
    fn new(archive: &'a ArchiveHandle) -> Self {
        Self { archive, permits: Arc::default(), puts: Vec::new() }
    }

    fn add(&mut self, puts: impl IntoIterator<Item = Put>) {
        self.puts.extend(puts);
        if self.puts.len() >= FINDING_PUTS {
            self.send();
        }
    }

    fn send(&mut self) {
        let puts = std::mem::take(&mut self.puts);
        self.archive.send(Command::Found(puts, Permits::take(&self.permits)));
    }
}

/// Counts the findings that wait for the archive.
#[derive(Default)]
struct Permits {
    taken: Mutex<usize>,
    given_back: Condvar,
}

impl Permits {
    /// Waits until fewer than [`UNDER_WAY`] are taken.
    fn take(permits: &Arc<Self>) -> Permit {
        let taken = permits.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let free = permits.given_back.wait_while(taken, |taken| *taken >= UNDER_WAY);
        *free.unwrap_or_else(PoisonError::into_inner) += 1;
        Permit(Arc::clone(permits))
    }
}

/// Lets one finding wait; given back when it is dropped.
pub(super) struct Permit(Arc<Permits>);

impl Drop for Permit {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.given_back.notify_one();
    }
}

/// What the store takes of an ended conversation; nothing if its beginning is no longer in the log.
fn whole(events: &[Arc<Record>]) -> Vec<Put> {
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
pub(super) fn replay(
    source: &Source,
    after: Position,
    each: &mut dyn FnMut(Position, Record),
) -> Result<(), StoreError> {
    let mut unit = |at: Position, bytes: &[u8]| {
        let decoded = records::decode(at, bytes, &mut |record| each(at, record));
        decoded.map_err(|finding| StoreError::State {
            doing: "fill from the journal",
            what: finding.to_string(),
        })
    };
    match source.reader.replay(after, &mut unit) {
        Err(StoreError::BeginsLate { begins, .. }) if begins > after => {
            source.reader.replay(begins, &mut unit)
        }
        done => done,
    }
    .map(drop)
}
