//! The house: opens what is stored, starts the threads in order, and stops them in order.
//!
//! Threads: the journal's writer, the stage, the READ thread, the archive. `open` returns when the gate is open.

mod storage;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

pub use self::storage::Storage;
use arc_swap::ArcSwap;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::archive::{Archive, ArchiveHandle, ArchiveThread, JOURNAL_BYTES, Source};
use super::cast::Players;
use super::dispatcher::{Dispatcher, Parts};
use super::feeds::{Feeds, PickThread};
use super::gate::{FULL_RETRY_AFTER, Gate, Knock, MAX_UNFINISHED, Room, Taking, gate};
use super::health::Health;
use super::lent::Lent;
use super::manager::{Manager, Signals, Stored};
use super::place::Places;
use super::read_side::ReadSide;
use super::recording::Log;
use super::ride::Ride;
use super::shown::FrameWriter;
use super::stage::{Backstage, Cue};
use super::start::{Ensemble, StartError};
use super::stats::shelf;
use super::voice::{ReadSink, ReadThread, Reader};
use crate::domain::command::AgentAct;
use crate::domain::config::Config;
use crate::domain::machine::Notice;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::error::StoreError;
use crate::ports::ids::Seeds;
use crate::ports::journal::{Files, Position};
use crate::ports::state_store::StateStore;
use crate::store::directory::Directory;
use crate::store::journal::snapshot::{Snapshot, Snapshots};
use crate::store::journal::writer::{self, Sink, WriterHandle};
use crate::store::journal::{self, Journal, Options};

/// How long a stop waits for questions that are under way, in ms.
const DRAIN_MS: u64 = 3_000;
/// How long it then waits for the last hand-over to leave, in ms.
const LEAVE_MS: u64 = 3_000;
/// How long it then waits for the threads, in ms. All three together stay below CONTRACT §1's 10 s.
const JOIN_MS: u64 = 3_000;
/// How often a stop looks whether questions are still under way, in ms.
const LOOK_MS: u64 = 5;
/// Close code of sockets while the stage is rebuilt: the service restarts, come back.
const CLOSE_RESTART: u16 = 1012;

/// How a house is opened.
pub struct HouseConfig {
    /// Where it is stored; `None` in memory, for tests and for looking around.
    pub data_dir: Option<PathBuf>,
    /// Gives frames their wire form.
    pub frame_writer: Arc<dyn FrameWriter>,
    /// How much it holds.
    pub bounds: Bounds,
}

/// How much a house holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Unfinished conversations.
    pub unfinished: usize,
    /// Length of a segment of the journal, in bytes.
    pub segment_bytes: u64,
    /// Length of the journal above which its oldest segments go before their time, in bytes.
    pub journal_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            unfinished: MAX_UNFINISHED,
            segment_bytes: Options::default().segment_bytes,
            journal_bytes: JOURNAL_BYTES,
        }
    }
}

/// Why a house does not open; one clear line each.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What is stored does not become a stage.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system gives no thread.
    #[error("the system gives no thread ({0}): look at its limits")]
    Thread(#[from] std::io::Error),
    /// The stage's thread ended before it was ready.
    #[error("the stage's thread ended at its start: see the log, and report it")]
    Ended,
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Start(error.into())
    }
}

/// An open house.
pub struct House {
    dispatcher: Dispatcher,
    gate: Gate,
    cues: UnboundedSender<Cue>,
    stage: JoinHandle<()>,
    ended: oneshot::Receiver<()>,
    writer: WriterHandle<Ride>,
    read: ReadThread,
    archive: ArchiveThread,
    picks: PickThread,
    /// Taken back at a stop, since dispatchers may live on.
    state: Arc<Lent>,
    /// Locked while the house is open.
    directory: Option<Directory>,
}

impl House {
    /// Opens what is stored and starts everything; the gate is open when it returns. Blocks for the replay.
    pub fn open(config: HouseConfig) -> Result<Self, OpenError> {
        let storage = match &config.data_dir {
            Some(path) => Storage::on_disk(path)?,
            None => Storage::in_memory(),
        };
        Self::open_on(storage, config.frame_writer, config.bounds)
    }

    /// The same on a storage of the caller's: tests bring a faulty one.
    pub fn open_on(
        storage: Storage,
        frame_writer: Arc<dyn FrameWriter>,
        bounds: Bounds,
    ) -> Result<Self, OpenError> {
        let (rest, directory) = Rest::of(storage, frame_writer, bounds)?;
        let state = rest.state.clone();
        let (tell, told) = mpsc::sync_channel(1);
        let (ends, ended) = oneshot::channel();
        let stage = std::thread::Builder::new().name("stage".to_owned()).spawn(move || {
            let _ends: oneshot::Sender<()> = ends;
            actix::System::new().block_on(async move {
                match rest.rise() {
                    Ok((manager, up)) => {
                        // Whoever opens waits for this.
                        let _ = tell.send(Ok(up));
                        manager.run().await;
                    }
                    Err(error) => drop(tell.send(Err(error))),
                }
            });
        })?;
        let Up { dispatcher, gate, cues, writer, read, archive, picks } =
            told.recv().map_err(|_| OpenError::Ended)??;
        Ok(Self { dispatcher, gate, cues, stage, ended, writer, read, archive, picks, state, directory })
    }

    /// The handle for floor 4.
    pub fn dispatcher(&self) -> Dispatcher {
        self.dispatcher.clone()
    }

    /// How far the archive is behind; for metrics.
    pub fn archive(&self) -> ArchiveHandle {
        self.archive.handle()
    }

    /// Returns when the stage has ended by itself, which it does only when it cannot go on: the process should end.
    pub async fn ended(&mut self) {
        // Its end drops the sender.
        let _ = (&mut self.ended).await;
    }

    /// Refuses new work, waits for what is under way, hands over, flushes, ends the threads. Sockets are the edge's matter.
    pub async fn stop(self) -> Result<(), StoreError> {
        self.gate.take(Taking::Closing);
        let looks = DRAIN_MS / LOOK_MS;
        for _ in 0..looks {
            if self.gate.under_way() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
        }
        let (tell, left) = oneshot::channel();
        // A stage that has ended drops the cue, and with it the sender.
        let _ = self.cues.send(Cue::Stop(tell));
        if tokio::time::timeout(Duration::from_millis(LEAVE_MS), left).await.is_err() {
            tracing::error!("the last hand-over did not leave in time; what was acknowledged is durable");
        }
        let (tell, joined) = oneshot::channel();
        let Self { stage, writer, read, archive, picks, state, directory, .. } = self;
        std::thread::spawn(move || {
            let stopped = stop_threads(stage, writer, read, archive);
            picks.stop();
            state.take_back();
            drop(directory);
            // Whoever waited may have given up.
            let _ = tell.send(stopped);
        });
        match tokio::time::timeout(Duration::from_millis(JOIN_MS), joined).await {
            Ok(Ok(stopped)) => stopped,
            _ => Err(StoreError::WriterStopped),
        }
    }
}

fn stop_threads(
    stage: JoinHandle<()>,
    writer: WriterHandle<Ride>,
    read: ReadThread,
    archive: ArchiveThread,
) -> Result<(), StoreError> {
    if stage.join().is_err() {
        tracing::error!("the stage's thread had panicked");
    }
    let journal = writer.stop();
    read.stop();
    archive.stop();
    journal.map(drop)
}

/// Folds snapshot and journal into the machines and the read side. What the snapshot has was counted before it: statistics
/// count on from its checkpoint, or, where the store lost that and is filled anew, wait for what the filling finds.
fn fold(
    read: &ReadSide,
    now: Timestamp,
    snapshot: Option<Snapshot>,
    log: &journal::Reader,
    state: &dyn StateStore,
) -> Result<Ensemble<Players>, OpenError> {
    let snapshot_at = snapshot.as_ref().map_or(Position(0), |(at, _)| *at);
    let rebuilds = state.position()? < snapshot_at;
    let mut counted = Some(shelf::checkpoint(state, snapshot_at)?.filter(|_| !rebuilds));
    let mut places = Places::default();
    let mut begin = || counted.take().into_iter().for_each(|known| read.begin_counting(known, rebuilds));
    let ensemble = Ensemble::read_with(now, snapshot, log, &mut |ensemble, record| {
        if ensemble.tail > snapshot_at {
            begin();
            read.apply_at(places.next(ensemble.tail), record);
        } else {
            read.apply(record);
        }
    })?;
    begin();
    Ok(ensemble)
}

/// What the stage's thread starts with.
struct Rest {
    bounds: Bounds,
    frame_writer: Arc<dyn FrameWriter>,
    journal: Journal,
    tail: Position,
    snapshot: Option<Snapshot>,
    snapshot_files: Arc<dyn Files>,
    state: Arc<Lent>,
}

/// What the opener gets back.
struct Up {
    dispatcher: Dispatcher,
    gate: Gate,
    cues: UnboundedSender<Cue>,
    writer: WriterHandle<Ride>,
    read: ReadThread,
    archive: ArchiveThread,
    picks: PickThread,
}

impl Rest {
    fn of(
        storage: Storage,
        frame_writer: Arc<dyn FrameWriter>,
        bounds: Bounds,
    ) -> Result<(Self, Option<Directory>), StoreError> {
        let snapshot = Snapshots::new(storage.snapshots.clone()).latest()?;
        let known = snapshot.as_ref().map_or(Position(0), |(at, _)| *at);
        let options = Options { known, segment_bytes: bounds.segment_bytes };
        let opened = Journal::open(storage.journal.clone(), options)?;
        let state = Arc::new(Lent::new(storage.state(opened.tail)?));
        let Storage { directory, snapshots: snapshot_files, .. } = storage;
        let (journal, tail) = (opened.journal, opened.tail);
        Ok((Self { bounds, frame_writer, journal, tail, snapshot, snapshot_files, state }, directory))
    }

    /// On the stage's thread: folds, starts the other threads, raises the curtain, opens the gate.
    fn rise(self) -> Result<(Manager<Players>, Up), OpenError> {
        let config = Arc::new(ArcSwap::from_pointee(Config::default()));
        let read = Arc::new(ReadSide::new(config.clone()));
        let snapshot_at = self.snapshot.as_ref().map_or(Position(0), |(at, _)| *at);
        let (clock, log) = (Clock::system(), self.journal.reader());
        let ensemble = fold(&read, clock.now(), self.snapshot, &log, &*self.state)?;
        debug_assert_eq!(ensemble.tail, self.tail, "the journal was read to its end");
        read.configured(ensemble.config.clone());
        read.resume_times(&*self.state, clock.now())?;
        let clock = clock.not_before(ensemble.last_at);

        let (gate, knocks) = gate(room(self.bounds.unfinished, read.clone()));
        let feeds = self::feeds(&read, &gate, clock, self.frame_writer);
        let health = self::health(feeds.clone());
        let snapshots = Arc::new(Snapshots::new(self.snapshot_files));
        let archive = Archive {
            store: self.state,
            read: read.clone(),
            now: Arc::new(move || clock.now()),
            on_passed: Box::new({
                let gate = gate.clone();
                move |passed| gate.forget(passed)
            }),
            snapshots: Some(snapshots.clone()),
            journal_bytes: self.bounds.journal_bytes,
            health: health.clone(),
        };
        let archive = archive.start(Some(Source { reader: log, snapshot: snapshot_at }))?;
        let reader = Reader::new(read.clone(), feeds.clone(), Some(archive.handle()), snapshot_at);
        let (cues, cued) = unbounded_channel();
        let fallen = {
            let cues = cues.clone();
            // A manager that is gone has ended already.
            move || drop(cues.send(Cue::Fallen))
        };
        let (sink, reading) = reader.telling(Box::new(fallen)).start(ensemble.tail);
        let picks = PickThread::start(&feeds, health.clone());
        let writer = writer::spawn(self.journal, Box::new(Voice { sink, cues: cues.clone() }));
        archive.handle().retire_from(writer.clone());

        let stored = Stored { writer: writer.clone(), snapshots };
        let signals = Signals {
            rebuilding: Box::new({
                let feeds = feeds.clone();
                move || feeds.close_all(CLOSE_RESTART)
            }),
            archived: Box::new({
                let read = read.clone();
                move |id| read.in_memory(id).is_none()
            }),
        };
        let backstage =
            Backstage::new(clock, Seeds::from_system(), writer.clone(), ensemble.tail, cues.clone());
        let log = Log::new(writer.clone());
        let dispatcher =
            Dispatcher::new(Parts { gate: gate.clone(), clock, config, read, feeds, health, log });
        let door: (Gate, tokio::sync::mpsc::UnboundedReceiver<Knock>) = (gate.clone(), knocks);
        let manager = Manager::begin(backstage, ensemble, stored, signals, door, cued);
        Ok((manager, Up { dispatcher, gate, cues, writer, read: reading, archive, picks }))
    }
}

fn room(most: usize, read: Arc<ReadSide>) -> Room {
    Room { most, taken: Box::new(move || read.unfinished()), retry_after: FULL_RETRY_AFTER }
}

fn health(feeds: Arc<Feeds>) -> Arc<Health> {
    Health::new(Box::new(move |part| {
        feeds.notice(&Notice::Alarm { code: part.alarm(), conversation: None, queue: None });
    }))
}

fn feeds(read: &Arc<ReadSide>, gate: &Gate, clock: Clock, writer: Arc<dyn FrameWriter>) -> Arc<Feeds> {
    let gate = gate.clone();
    let on_left = move |agent: &_, grant| gate.tell(Clone::clone(agent), AgentAct::Left(grant));
    Arc::new(Feeds::new(read.clone(), writer, Arc::new(move || clock.now()), Box::new(on_left)))
}

/// The journal's sink: passes on to the READ thread, and tells the stage manager of a failure.
struct Voice {
    sink: ReadSink,
    cues: UnboundedSender<Cue>,
}

impl Drop for Voice {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The journal's thread: the same as if nobody were there to let things out.
            drop(self.cues.send(Cue::Fallen));
        }
    }
}

impl Sink<Ride> for Voice {
    fn durable(&mut self, tail: Position, rides: Vec<Ride>) {
        self.sink.durable(tail, rides);
    }

    fn failed(&mut self, error: &StoreError, rides: Vec<Ride>) {
        self.sink.failed(error, rides);
        // A manager that is gone rebuilds nothing.
        let _ = self.cues.send(Cue::JournalFailed);
    }
}
