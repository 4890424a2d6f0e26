//! The journal's one thread: group commit without a timed window.
//!
//! It takes everything that has queued, appends it as one batch, syncs once, tells the sink, and begins again: whoever
//! comes while it syncs is in the next batch, so waiting would only lose. When nothing has been queued for a moment it
//! seals the log.
//!
//! After a failed append or sync everything handed over, then and later, goes to `Sink::failed` until
//! [`WriterHandle::reopen`] has cut and probed the log. Callers of a failed hand-over may be told "not now", never "not
//! done": until the cut, a crash can bring the units back.

use std::collections::VecDeque;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Journal, MAX_BATCH_BYTES};
use crate::ports::journal::{Position, Units};
use crate::store::error::StoreError;

/// Where a batch takes no further hand-over, in bytes of units: about what a disk writes in some ten milliseconds, so
/// that a burst does not make the first one wait for the last.
const BATCH_BYTES: usize = 4 << 20;

/// How long nothing is queued before the log is sealed: under load the next batch says what the seal would.
const SEAL_AFTER: Duration = Duration::from_millis(20);

/// Units for the log, and what rides along until they are durable: held answers, frames, webhooks.
pub struct Handover<T> {
    /// May be empty: then the ride waits for what was handed over before it.
    pub units: Units,
    /// Given back to the sink.
    pub ride: T,
}

/// Who is told, on the writer's thread: it should only pass on, and must not call the handle's blocking methods.
pub trait Sink<T>: Send {
    /// Everything up to `tail` is durable, with it the units of these rides, in the order of their hand-over.
    fn durable(&mut self, tail: Position, rides: Vec<T>);
    /// The units of these rides are not durable; `error` is the first failure since the log was opened or reopened.
    fn failed(&mut self, error: &StoreError, rides: Vec<T>);
}

/// The way to the writer's thread. Clones share it; when the last one is dropped the thread flushes and ends.
pub struct WriterHandle<T> {
    inner: Arc<Inner<T>>,
}

impl<T> Clone for WriterHandle<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<T> {
    queue: Arc<Queue<T>>,
    thread: Mutex<Option<JoinHandle<Journal>>>,
}

struct Queue<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
}

struct State<T> {
    commands: VecDeque<Command<T>>,
    /// Bytes of units in `commands`.
    bytes: usize,
    /// The thread has ended or will not take anything more.
    ended: bool,
}

enum Command<T> {
    Handover(Handover<T>),
    Job(Box<dyn FnOnce(&mut Journal) + Send>),
    Reopen(SyncSender<Result<Position, StoreError>>),
    Stop,
}

/// Starts the thread. Called once at a start, and again after [`WriterHandle::stop`].
pub fn spawn<T: Send + 'static>(journal: Journal, sink: Box<dyn Sink<T>>) -> WriterHandle<T> {
    let state = State { commands: VecDeque::new(), bytes: 0, ended: false };
    let queue = Arc::new(Queue { state: Mutex::new(state), wake: Condvar::new() });
    let ends = Ends(Arc::clone(&queue));
    let writer = Writer { journal, sink, failure: None };
    let thread = std::thread::Builder::new()
        .name("journal".to_owned())
        .spawn(move || writer.run(&ends.0))
        .expect("the system gives the process the one thread that its journal needs");
    WriterHandle { inner: Arc::new(Inner { queue, thread: Mutex::new(Some(thread)) }) }
}

impl<T: Send + 'static> WriterHandle<T> {
    /// Queues units and their ride; never blocks. The queue is bounded by its caller, who sees [`Self::queued_bytes`].
    ///
    /// After the writer has stopped the hand-over is dropped, and with it the ride.
    pub fn submit(&self, handover: Handover<T>) {
        let bytes = handover.units.bytes();
        self.inner.queue.push(Command::Handover(handover), bytes);
    }

    /// Bytes of units that wait for the thread, without the batch that it is writing.
    pub fn queued_bytes(&self) -> usize {
        self.inner.queue.lock().bytes
    }

    /// After `Sink::failed`: cuts the log to its durable position, proves a new segment writable and takes hand-overs
    /// again; what was submitted before this call bounces first. Blocks the calling thread.
    ///
    /// Returns the durable position. Without a failure nothing is cut. Fails with what the file layer said (call again),
    /// or with `WriterStopped`.
    pub fn reopen(&self) -> Result<Position, StoreError> {
        let (reply, answer) = sync_channel(1);
        self.inner.queue.push(Command::Reopen(reply), 0);
        answer.recv().unwrap_or(Err(StoreError::WriterStopped))
    }

    /// Runs `f` with the journal between two batches, on the writer's thread: for `retire`, `segments` and `reader`.
    /// Blocks the calling thread, and the writer for as long as `f` runs: replay through a `Reader` elsewhere.
    ///
    /// Fails with `WriterStopped`.
    pub fn with_journal<R: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Journal) -> R + Send + 'static,
    ) -> Result<R, StoreError> {
        let (reply, answer) = sync_channel(1);
        let job = move |journal: &mut Journal| {
            // Whoever asked may have gone.
            let _ = reply.send(f(journal));
        };
        self.inner.queue.push(Command::Job(Box::new(job)), 0);
        answer.recv().map_err(|_| StoreError::WriterStopped)
    }

    /// Writes what was handed over before, seals and syncs the log, ends the thread and gives the journal back.
    /// Blocks the calling thread. What is submitted after this is dropped.
    ///
    /// Fails with `WriterStopped` when it has ended before, or by a panic of the sink.
    pub fn stop(self) -> Result<Journal, StoreError> {
        self.inner.queue.push(Command::Stop, 0);
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread.and_then(|thread| thread.join().ok()).ok_or(StoreError::WriterStopped)
    }
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        self.queue.push(Command::Stop, 0);
    }
}

impl<T> Queue<T> {
    /// Nothing under this lock can panic but an allocation, so a poisoned one is as good as another.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, command: Command<T>, bytes: usize) {
        let mut state = self.lock();
        if state.ended {
            // Dropped outside the lock: a ride's drop may do anything.
            drop(state);
            drop(command);
            return;
        }
        state.commands.push_back(command);
        state.bytes += bytes;
        drop(state);
        self.wake.notify_one();
    }

    /// Waits for a command, but not for longer than this; whether there is none.
    fn quiet(&self, patience: Duration) -> bool {
        let nothing = |state: &mut State<T>| state.commands.is_empty();
        let (state, _) = self
            .wake
            .wait_timeout_while(self.lock(), patience, nothing)
            .unwrap_or_else(PoisonError::into_inner);
        state.commands.is_empty()
    }

    /// Waits for something to do: hand-overs up to [`BATCH_BYTES`], or one other command.
    fn take(&self) -> (Vec<Handover<T>>, Option<Command<T>>) {
        let mut state = self.lock();
        while state.commands.is_empty() {
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let mut batch = Vec::new();
        let mut bytes = 0;
        while bytes < BATCH_BYTES {
            match state.commands.pop_front() {
                Some(Command::Handover(handover)) => {
                    bytes += handover.units.bytes();
                    batch.push(handover);
                }
                Some(other) if batch.is_empty() => return (batch, Some(other)),
                Some(other) => {
                    state.commands.push_front(other);
                    break;
                }
                None => break,
            }
        }
        state.bytes -= bytes;
        (batch, None)
    }
}

/// Ends the queue when the thread does, also by a panic, so that nobody waits for it.
struct Ends<T>(Arc<Queue<T>>);

impl<T> Drop for Ends<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.ended = true;
        let left = std::mem::take(&mut state.commands);
        state.bytes = 0;
        drop(state);
        drop(left);
    }
}

struct Writer<T> {
    journal: Journal,
    sink: Box<dyn Sink<T>>,
    /// The first failure since the log was opened or reopened.
    failure: Option<StoreError>,
}

impl<T> Writer<T> {
    fn run(mut self, queue: &Queue<T>) -> Journal {
        loop {
            if self.failure.is_none() && queue.quiet(SEAL_AFTER) {
                self.idle();
            }
            let (batch, command) = queue.take();
            match command {
                None => self.commit(batch),
                Some(Command::Job(job)) => job(&mut self.journal),
                Some(Command::Reopen(reply)) => {
                    // Whoever asked may have gone.
                    let _ = reply.send(self.reopen());
                }
                Some(Command::Handover(handover)) => self.commit(vec![handover]),
                Some(Command::Stop) => break,
            }
        }
        if self.failure.is_none()
            && let Err(error) = self.journal.close()
        {
            tracing::error!(%error, "the journal could not be sealed at its stop; nothing acknowledged is lost");
        }
        self.journal
    }

    fn commit(&mut self, batch: Vec<Handover<T>>) {
        let (units, rides): (Vec<Units>, Vec<T>) =
            batch.into_iter().map(|handover| (handover.units, handover.ride)).unzip();
        if self.failure.is_none() {
            match self.write(&units) {
                Ok(tail) => return self.sink.durable(tail, rides),
                Err(error) => self.fail(error),
            }
        }
        if let Some(error) = &self.failure {
            self.sink.failed(error, rides);
        }
    }

    fn write(&mut self, units: &[Units]) -> Result<Position, StoreError> {
        let units: Vec<&Units> = units.iter().collect();
        self.journal.append(&units)?;
        self.journal.sync()
    }

    /// A seal that fails halts the log; the next hand-over meets that.
    fn idle(&mut self) {
        if let Err(error) = self.journal.seal() {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: StoreError) {
        tracing::error!(%error, "the journal failed; nothing is taken until it is reopened");
        self.failure = Some(error);
    }

    fn reopen(&mut self) -> Result<Position, StoreError> {
        if self.failure.is_some() {
            self.journal.cut_and_probe()?;
            self.failure = None;
        }
        Ok(self.journal.durable())
    }
}

const _: () = assert!(BATCH_BYTES < MAX_BATCH_BYTES, "a batch of the writer fits");

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
