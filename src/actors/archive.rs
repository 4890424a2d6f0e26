//! The archive's thread: ended conversations, kept answers, acts and configuration history go to the state store, behind the
//! journal, in batches that carry their position. Then the read side lets them go and the stage forgets them.
//!
//! Its queue is bounded (`QUEUE`): when the store is slower than the house, the READ thread waits, and with it the
//! answers, rather than memory growing. A store that fails is given up until the next start: ended conversations leave
//! memory all the same (the journal has them), history says `Rebuilding`, and since the store's position then stands
//! behind the next snapshot's, the next start fills it from the journal.
//!
//! It also writes the snapshots, each after the store has passed its position: so a snapshot needs no ended
//! conversations, and a store behind the snapshot it is found with is one that lost something. After each, and at a start,
//! segments of the journal that nothing needs any more go (`retire`).

mod acts;
mod rebuild;
mod recount;
mod retire;
mod sweep;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

pub use self::retire::JOURNAL_BYTES;
use self::sweep::Sweep;
use super::audit::Act;
use super::codec;
use super::feeds::Now;
use super::health::{Health, Part};
use super::read_side::{Frozen, Passing, ReadSide, index_keys, value};
use super::ride::Ride;
use super::stats::Rows;
use super::stats::row::Quarter;
use uuid::Uuid;

use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::domain::record::{Kept, KeyDigest, Record};
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::records;
use crate::ports::state_store::{Space, StateBatch, StateStore};
use crate::store::journal::snapshot::Snapshots;
use crate::store::journal::writer::WriterHandle;

/// Hand-overs that wait for the thread. Each is one group commit of the journal: some seconds of full load.
const QUEUE: usize = 4_096;
/// Ended conversations in one hand-over; more of them (after a start) are cut, so that a batch stays some megabytes.
const HAND_CONVERSATIONS: usize = 1_000;
/// Puts after which a batch takes no further hand-over.
const BATCH_PUTS: usize = 2_048;
/// How long a batch waits for more: the store's cost is by the batch, and nobody waits for the archive.
const LINGER: Duration = Duration::from_millis(50);
/// How often a failed batch is tried again at once before the store is given up.
const TRIES: u32 = 3;

/// Told which ended conversations have left memory, so that the stage forgets them too. Must not block.
pub type OnPassed = Box<dyn Fn(Vec<ConversationId>) + Send>;

/// What the archive's thread works with.
pub struct Archive {
    /// Where it writes.
    pub store: Arc<dyn StateStore>,
    /// What it takes from, and lets go.
    pub read: Arc<ReadSide>,
    /// Stage time.
    pub now: Now,
    /// Told what has passed.
    pub on_passed: OnPassed,
    /// Where snapshots go; `None` in a house without a disk.
    pub snapshots: Option<Arc<Snapshots>>,
    /// How long the journal may become, in bytes.
    pub journal_bytes: u64,
    /// Told when the thread panics.
    pub health: Arc<Health>,
}

/// A journal to fill the store from.
pub struct Source {
    /// What the log holds.
    pub reader: crate::store::journal::Reader,
    /// Position of the snapshot that the house started from.
    pub snapshot: Position,
}

/// How far the archive is behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lag {
    /// Units of the journal.
    pub units: u64,
    /// Ended conversations in memory that wait for it.
    pub conversations: usize,
}

#[derive(Default)]
struct Progress {
    handed: AtomicU64,
    passed: AtomicU64,
    waiting: AtomicUsize,
    /// Who lingers, to be hurried.
    thread: OnceLock<Thread>,
}

enum Command {
    Passing(Position, Passing),
    Snapshot(Position, Frozen),
    /// The way to the journal whose segments may go.
    Journal(WriterHandle<Ride>),
    /// Found in the journal: an ended conversation, or an answer.
    Found(Vec<Put>, rebuild::Permit),
    /// All answers of the journal were found.
    AnswersFound,
    /// What was counted in the quarter hour of the snapshot, before it.
    Counted(BTreeMap<Quarter, Rows>),
    /// All conversations were found, or the journal could not be read.
    RebuildEnded(bool),
    Stop,
}

type Put = (Space, Vec<u8>, Vec<u8>);

/// The way to the archive's thread.
#[derive(Clone)]
pub struct ArchiveHandle {
    tell: SyncSender<Command>,
    progress: Arc<Progress>,
}

/// The running thread.
pub struct ArchiveThread {
    handle: ArchiveHandle,
    thread: JoinHandle<()>,
}

impl ArchiveHandle {
    /// How far the archive is behind.
    pub fn lag(&self) -> Lag {
        let handed = self.progress.handed.load(Ordering::Relaxed);
        let units = handed.saturating_sub(self.progress.passed.load(Ordering::Relaxed));
        Lag { units, conversations: self.progress.waiting.load(Ordering::Relaxed) }
    }

    /// Hands over what ended up to a position; waits while the thread is too far behind.
    pub(super) fn hand(&self, upto: Position, mut passing: Passing) {
        self.progress.handed.store(upto.0, Ordering::Relaxed);
        self.progress.waiting.fetch_add(passing.conversations.len(), Ordering::Relaxed);
        while passing.conversations.len() > HAND_CONVERSATIONS {
            let rest = passing.conversations.split_off(HAND_CONVERSATIONS);
            let conversations = std::mem::replace(&mut passing.conversations, rest);
            // The position is reached with the last part.
            self.send(Command::Passing(Position(0), Passing { conversations, ..Passing::default() }));
        }
        self.send(Command::Passing(upto, passing));
    }

    /// Writes a snapshot, when everything before it has passed; `counted` goes into the store before it.
    pub(super) fn snapshot(&self, at: Position, frozen: Frozen, counted: Put) {
        self.hand(at, Passing { stats: vec![counted], ..Passing::default() });
        self.send(Command::Snapshot(at, frozen));
    }

    /// From now on segments of this journal go when nothing needs them.
    pub(super) fn retire_from(&self, journal: WriterHandle<Ride>) {
        self.send(Command::Journal(journal));
    }

    fn send(&self, command: Command) {
        let patient = matches!(command, Command::Passing(..));
        // Gone only when the house is closing.
        let _ = self.tell.send(command);
        if let (false, Some(thread)) = (patient, self.progress.thread.get()) {
            thread.unpark();
        }
    }
}

impl ArchiveThread {
    /// The way to the thread.
    pub fn handle(&self) -> ArchiveHandle {
        self.handle.clone()
    }

    /// Applies what was handed over before and ends the thread. Blocks until then; call it after the READ thread's end.
    pub fn stop(self) {
        self.handle.send(Command::Stop);
        let _ = self.thread.join();
    }
}

impl Archive {
    /// Starts the thread, before the READ thread. With a `source`, a store that is behind the snapshot is filled from it on
    /// a thread of its own, while history says `Rebuilding`. Fails if the store cannot say where it is.
    ///
    /// # Panics
    /// If the system gives the process no thread.
    pub fn start(self, source: Option<Source>) -> Result<ArchiveThread, StoreError> {
        let at = self.store.position()?;
        self.read.set_store(&self.store);
        let (tell, told) = sync_channel(QUEUE);
        let handle = ArchiveHandle { tell, progress: Arc::default() };
        let health = Arc::clone(&self.health);
        let mut worker = Worker::new(self, at, Arc::clone(&handle.progress));
        if let Some(source) = source.filter(|source| at < source.snapshot) {
            tracing::warn!(%at, snapshot = %source.snapshot, "the archive is behind and is filled from the journal");
            worker.begin_rebuild();
            rebuild::start(source, at, handle.clone(), Arc::clone(&health));
        }
        let thread = std::thread::Builder::new()
            .name("archive".to_owned())
            .spawn(move || {
                health.watch(Part::Archive, || worker.run(&told));
            })
            .expect("the system gives the process the one thread that its archive needs");
        Ok(ArchiveThread { handle, thread })
    }
}

struct Worker {
    archive: Archive,
    progress: Arc<Progress>,
    /// The store's position. It stays where it is while the store is filled, so that a crash begins that anew.
    at: Position,
    /// The highest position that was handed over.
    seen: Position,
    rebuilding: bool,
    /// The store was given up.
    failed: bool,
    sweep: Sweep,
    journal: Option<WriterHandle<Ride>>,
}

/// What goes into the store together.
#[derive(Default)]
struct Gathered {
    puts: Vec<Put>,
    conversations: Vec<ConversationId>,
    keys: Vec<KeyDigest>,
    acts: Vec<Uuid>,
    /// Dropped when it is done, which lets more be found.
    permits: Vec<rebuild::Permit>,
}

impl Worker {
    fn new(archive: Archive, at: Position, progress: Arc<Progress>) -> Self {
        progress.handed.store(at.0, Ordering::Relaxed);
        progress.passed.store(at.0, Ordering::Relaxed);
        let (rebuilding, failed, sweep) = (false, false, Sweep::default());
        Self { archive, progress, at, seen: at, rebuilding, failed, sweep, journal: None }
    }

    fn begin_rebuild(&mut self) {
        self.rebuilding = true;
        self.archive.read.set_rebuilding(true);
        self.archive.read.claims().set_incomplete(true);
    }

    fn run(&mut self, told: &Receiver<Command>) {
        let _ = self.progress.thread.set(std::thread::current());
        while let Ok(first) = told.recv() {
            let mut gathered = Gathered::default();
            let patient = matches!(first, Command::Passing(..));
            let mut barrier = self.gather(first, &mut gathered);
            if patient {
                // Whatever cannot wait unparks.
                std::thread::park_timeout(LINGER);
            }
            while barrier.is_none() && gathered.puts.len() < BATCH_PUTS {
                let Ok(next) = told.try_recv() else { break };
                barrier = self.gather(next, &mut gathered);
            }
            self.apply(gathered);
            match barrier {
                Some(Command::Stop) => return self.flush(),
                Some(command) => self.after(command),
                None => {}
            }
        }
    }

    /// Adds what can be applied together; gives back what must wait for it.
    fn gather(&mut self, command: Command, gathered: &mut Gathered) -> Option<Command> {
        match command {
            Command::Passing(upto, passing) => {
                self.seen = self.seen.max(upto);
                self.gather_passing(passing, gathered);
                None
            }
            Command::Found(puts, permit) => {
                gathered.puts.extend(puts);
                gathered.permits.push(permit);
                None
            }
            other => Some(other),
        }
    }

    fn gather_passing(&self, passing: Passing, gathered: &mut Gathered) {
        for (conversation, events) in
            passing.conversations.iter().filter_map(|id| self.archive.read.timeline(*id))
        {
            gathered.puts.extend(conversation_puts(&conversation, &events));
        }
        gathered.conversations.extend(passing.conversations);
        for kept in &passing.kept {
            gathered.puts.push(answer_put(kept));
            gathered.keys.push(kept.key);
        }
        for (version, configured) in &passing.configured {
            let key = version.to_be_bytes().to_vec();
            gathered.puts.push((Space::ConfigHistory, key, codec::encode(configured)));
        }
        for act in &passing.acts {
            gathered.puts.push(act_put(act));
            gathered.acts.push(act.id);
        }
        gathered.puts.extend_from_slice(&passing.stats);
    }

    fn apply(&mut self, gathered: Gathered) {
        let Gathered { puts, conversations, keys, acts, permits: _permits } = gathered;
        let upto = if self.rebuilding { self.at } else { self.seen };
        if puts.is_empty() && upto == self.at {
            return;
        }
        if !self.failed {
            let deletes = self.sweep.next(&self.archive, &puts);
            self.store(&StateBatch { upto, puts, deletes });
        }
        if self.failed {
            self.archive.read.claims().expire((self.archive.now)());
        } else {
            self.at = upto;
            self.archive.read.claims().passed(keys.into_iter());
        }
        self.progress.passed.store(self.at.0, Ordering::Relaxed);
        self.archive.read.acts_passed(&acts);
        self.progress.waiting.fetch_sub(conversations.len(), Ordering::Relaxed);
        if !conversations.is_empty() {
            self.archive.read.passed(&conversations);
            (self.archive.on_passed)(conversations);
        }
    }

    fn store(&mut self, batch: &StateBatch) {
        for tried in 1..=TRIES {
            match self.archive.store.apply(batch) {
                Ok(()) => return,
                Err(error) if tried == TRIES => {
                    tracing::error!(%error, "the archive is given up until the next start fills it from the journal");
                    self.failed = true;
                    self.archive.read.set_rebuilding(true);
                }
                Err(error) => tracing::warn!(%error, tried, "the archive failed and is tried again"),
            }
        }
    }

    fn after(&mut self, command: Command) {
        match command {
            Command::Snapshot(at, frozen) => self.write_snapshot(at, &frozen),
            Command::Journal(journal) => {
                self.journal = Some(journal);
                // What the last snapshot of the life before made superfluous: the journal was closed by then.
                let flushed = self.archive.store.flush().is_ok();
                self.retire(flushed, self.archive.read.oldest_unfinished());
            }
            Command::AnswersFound => self.archive.read.claims().set_incomplete(false),
            Command::Counted(found) => self.archive.read.absorb(found),
            Command::RebuildEnded(whole) => {
                // Nothing is waited for any longer, whatever was found.
                self.archive.read.absorb(BTreeMap::new());
                self.rebuilding = false;
                // Also when the journal could not be read: better an old key judged as new than no hand-off at all.
                self.archive.read.claims().set_incomplete(false);
                self.failed |= !whole;
                if !self.failed {
                    self.apply(Gathered::default());
                    self.archive.read.set_rebuilding(false);
                    tracing::info!("the archive is filled");
                }
            }
            Command::Passing(..) | Command::Found(..) | Command::Stop => {}
        }
    }

    fn write_snapshot(&mut self, at: Position, frozen: &Frozen) {
        let Some(snapshots) = &self.archive.snapshots else { return };
        let flushed = self.archive.store.flush();
        if let Err(error) = &flushed {
            tracing::warn!(%error, "the archive could not be flushed before a snapshot");
        }
        let mut units = frozen.records().map(|record| {
            let mut unit = Vec::new();
            records::encode(&mut unit, [&*record]);
            unit
        });
        match snapshots.write(at, &mut units) {
            Ok(()) => {
                tracing::info!(%at, "snapshot written");
                self.retire(flushed.is_ok(), frozen.oldest());
            }
            Err(error) => {
                tracing::error!(%error, %at, "no snapshot: the next start replays more of the journal");
            }
        }
    }

    /// Lets segments of the journal go, if the store is whole. `unfinished`: when the oldest unfinished conversation began.
    fn retire(&self, flushed: bool, unfinished: Option<Timestamp>) {
        let whole = !self.rebuilding && !self.failed && flushed;
        if let (true, Some(journal)) = (whole, &self.journal) {
            retire::retire(&self.archive, journal, self.at, unfinished);
        }
    }

    fn flush(&mut self) {
        if let Err(error) = self.archive.store.flush() {
            tracing::warn!(%error, "the archive could not be flushed at the end");
        }
    }
}

/// An ended conversation and its index keys.
fn conversation_puts(
    conversation: &Conversation,
    events: &[Arc<Record>],
) -> impl Iterator<Item = Put> + use<> {
    let id = conversation.id().0.as_bytes().to_vec();
    let itself = (Space::Conversation, id, value(conversation, events));
    std::iter::once(itself).chain(index_keys(conversation).map(|(space, key)| (space, key, Vec::new())))
}

fn act_put(act: &Act) -> Put {
    (Space::Audit, act.key(), codec::encode(act))
}

fn answer_put(kept: &Kept) -> Put {
    (Space::Answers, kept.key.0.to_vec(), codec::encode(kept))
}
