//! What leaves the house, and the READ thread that lets it go.
//!
//! A [`Ride`] travels beside the encoded units through the journal. When its units are durable the READ thread takes its
//! items in their exact stage order: records into the read side, notices to sockets, answers to whoever waits. So every
//! view is as it was at that moment, a `GET` after a 201 finds it, and nobody hears of what could vanish
//! (ARCHITECTURE §2.6). After a failed write the answers become `Unavailable` and the notices are dropped.
//!
//! The thread's queue has no bound of its own: what is in it was let in by the gate and written by the journal.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::archive::ArchiveHandle;
use super::feeds::{Feeds, Outbox};
use super::read_side::{RETRY_AFTER_SECONDS, ReadSide};
use super::shown::{AskError, Outcome, Pending, Shown};
use crate::domain::command::{Answer, Refusal};
use crate::domain::config::Config;
use crate::domain::ids::{ConversationId, SessionId};
use crate::domain::machine::Notice;
use crate::domain::record::Record;
use crate::ports::journal::Position;
use crate::store::error::StoreError;
use crate::store::journal::writer::Sink;

/// Units between two snapshots: replaying so many takes well under a second, so that a start keeps its 5 s (SPEC §19),
/// and writing one each several seconds at full load costs little beside the log itself.
pub const SNAPSHOT_UNITS: u64 = 200_000;

/// One thing that happened on the stage, in stage order.
pub enum Item {
    /// A record that is in the ride's units.
    Record(Arc<Record>),
    /// The configuration in force from here on.
    Config(Arc<Config>),
    /// Something for sockets.
    Notice(Notice),
    /// How a request ended.
    Answer(Pending, Result<Answer, Refusal>),
    /// Tells that everything before it has left.
    Stop(oneshot::Sender<()>),
}

/// What rides beside the units of a hand-over.
pub struct Ride {
    /// The journal's position behind the ride's units.
    pub tail: Position,
    /// A record precedes the notices and answers that it caused.
    pub items: Vec<Item>,
}

/// What the READ thread is told.
pub(super) enum Command {
    /// These rides are durable.
    Durable(Position, Vec<Ride>),
    /// These never will be.
    Failed(Vec<Ride>),
    /// A customer's socket came.
    AttachCustomer { session: SessionId, conversation: ConversationId, outbox: Outbox },
    /// A customer's socket went.
    DetachCustomer { session: SessionId, conversation: ConversationId },
    /// End the thread.
    End,
}

/// Gives the journal's rides to the READ thread; lives on the journal's thread.
pub struct ReadSink(Sender<Command>);

impl Sink<Ride> for ReadSink {
    fn durable(&mut self, tail: Position, rides: Vec<Ride>) {
        // Gone only when the house is closing, after everything has left.
        let _ = self.0.send(Command::Durable(tail, rides));
    }

    fn failed(&mut self, error: &StoreError, rides: Vec<Ride>) {
        tracing::error!(%error, rides = rides.len(), "what was to leave the house is held back for good");
        let _ = self.0.send(Command::Failed(rides));
    }
}

/// The running READ thread.
pub struct ReadThread {
    tell: Sender<Command>,
    thread: JoinHandle<()>,
}

impl ReadThread {
    /// Ends the thread after everything that it was given. Blocks until then.
    pub fn stop(self) {
        let _ = self.tell.send(Command::End);
        let _ = self.thread.join();
    }
}

/// What the READ thread works with.
pub struct Reader {
    read: Arc<ReadSide>,
    feeds: Arc<Feeds>,
    archive: Option<ArchiveHandle>,
    /// Position of the last snapshot.
    snapshot: Position,
}

impl Reader {
    /// A reader at a start. `snapshot`: the position of the snapshot that the house started from.
    pub fn new(
        read: Arc<ReadSide>,
        feeds: Arc<Feeds>,
        archive: Option<ArchiveHandle>,
        snapshot: Position,
    ) -> Self {
        Self { read, feeds, archive, snapshot }
    }

    /// Starts the thread, after the read side has all records of the start. `tail` is their position. Gives the sink for
    /// the journal's writer.
    ///
    /// # Panics
    /// If the system gives the process no thread.
    pub fn start(mut self, tail: Position) -> (ReadSink, ReadThread) {
        let (tell, told) = channel();
        self.feeds.bind(tell.clone());
        self.pass_on(tail);
        let thread = std::thread::Builder::new()
            .name("read".to_owned())
            .spawn(move || self.run(&told))
            .expect("the system gives the process the one thread that its read side needs");
        (ReadSink(tell.clone()), ReadThread { tell, thread })
    }

    fn run(&mut self, told: &Receiver<Command>) {
        while let Ok(command) = told.recv() {
            if matches!(command, Command::End) {
                return;
            }
            self.take(command);
        }
    }

    /// Takes one command; a test calls it without a thread.
    pub(super) fn take(&mut self, command: Command) {
        match command {
            Command::Durable(tail, rides) => {
                rides.into_iter().flat_map(|ride| ride.items).for_each(|item| self.release(item));
                self.pass_on(tail);
            }
            Command::Failed(rides) => rides.into_iter().flat_map(|ride| ride.items).for_each(fail),
            Command::AttachCustomer { session, conversation, outbox } => {
                self.feeds.customer_attached(session, conversation, outbox);
            }
            Command::DetachCustomer { session, conversation } => {
                self.feeds.customer_detached(session, conversation);
            }
            Command::End => {}
        }
    }

    fn release(&self, item: Item) {
        match item {
            Item::Record(record) => {
                self.read.apply(&record);
                self.feeds.recorded(&record);
            }
            Item::Config(config) => self.read.configured(config),
            Item::Notice(notice) => self.feeds.notice(&notice),
            Item::Answer(Pending(tell), answer) => tell(self.shown(answer)),
            // Whoever asked may have gone.
            Item::Stop(tell) => drop(tell.send(())),
        }
    }

    /// What an answer shows, as it is at this point of the log.
    fn shown(&self, answer: Result<Answer, Refusal>) -> Outcome {
        match answer.map_err(AskError::Refused)? {
            Answer::Conversation { id, version } => self.read.shown_conversation(id, version),
            Answer::Message { conversation, seq, moved } => self.read.shown_message(conversation, seq, moved),
            Answer::Configured { .. } => Ok(Shown::Configured(self.read.config())),
            // The presence itself is in the notice before it, which the read side has taken.
            Answer::Presence { presence } => {
                tracing::trace!(presence.id = %presence, "presence set");
                Ok(Shown::Done)
            }
            Answer::Welcome(welcome) => self.feeds.welcome(&welcome),
            Answer::Simulated(traces) => Ok(Shown::Simulated(traces)),
            Answer::Done => Ok(Shown::Done),
        }
    }

    /// Hands over to the archive what ended, and from time to time everything that is live.
    fn pass_on(&mut self, tail: Position) {
        let passing = self.read.take_passing();
        let Some(archive) = &self.archive else { return };
        archive.hand(tail, passing);
        if tail.0.saturating_sub(self.snapshot.0) >= SNAPSHOT_UNITS {
            self.snapshot = tail;
            archive.snapshot(tail, self.read.freeze());
        }
    }
}

fn fail(item: Item) {
    match item {
        Item::Answer(Pending(tell), _) => {
            tell(Err(AskError::Unavailable { retry_after: RETRY_AFTER_SECONDS }));
        }
        Item::Stop(tell) => drop(tell.send(())),
        Item::Record(_) | Item::Config(_) | Item::Notice(_) => {}
    }
}
