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

use super::archive::ArchiveHandle;
use super::feeds::Feeds;
use super::outbox;
use super::place::{Place, units_up_to};
use super::read_side::{RETRY_AFTER_SECONDS, ReadSide};
use super::ride::{Command, Item, Ride};
use super::shown::{AskError, Outcome, Pending, Shown};
use crate::domain::command::{AgentShown, Answer, Refusal};
use crate::domain::ids::PresenceId;
use crate::domain::presence::BasePresence;
use crate::domain::record::{AgentRecord, Record};
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::store::journal::writer::Sink;

/// Units between two snapshots: replaying so many takes well under a second, so that a start keeps its 5 s (SPEC §19),
/// and writing one each several seconds at full load costs little beside the log itself.
pub const SNAPSHOT_UNITS: u64 = 200_000;

/// Units since the last snapshot above which a stop writes one: fewer are replayed in no time.
const STOP_UNITS: u64 = 1_000;

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
    /// Position of what was taken last.
    tail: Position,
    /// The last presence that was chosen: the record that the next presence answer is about.
    chosen: Option<AgentRecord>,
    /// Told when the thread panics.
    fallen: Option<Box<dyn Fn() + Send>>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let (true, Some(tell)) = (std::thread::panicking(), &self.fallen) {
            tell();
        }
    }
}

impl Reader {
    /// A reader at a start. `snapshot`: the position of the snapshot that the house started from.
    pub fn new(
        read: Arc<ReadSide>,
        feeds: Arc<Feeds>,
        archive: Option<ArchiveHandle>,
        snapshot: Position,
    ) -> Self {
        Self { read, feeds, archive, snapshot, tail: snapshot, chosen: None, fallen: None }
    }

    /// Who is to be told if the thread panics: without it nothing leaves the house.
    #[must_use]
    pub fn telling(mut self, fallen: Box<dyn Fn() + Send>) -> Self {
        self.fallen = Some(fallen);
        self
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
                self.take(Command::Measure);
                return self.snapshot_after(STOP_UNITS);
            }
            self.take(command);
        }
    }

    /// Takes one command; a test calls it without a thread.
    pub(super) fn take(&mut self, command: Command) {
        match command {
            Command::Durable(tail, rides) => {
                outbox::together(|| {
                    rides.into_iter().for_each(|ride| self.release(ride));
                });
                self.pass_on(tail);
            }
            Command::Failed(rides) => rides.into_iter().flat_map(|ride| ride.items).for_each(fail),
            Command::AttachCustomer { session, conversation, outbox } => {
                self.feeds.customer_attached(session, conversation, outbox);
            }
            Command::DetachCustomer { session, conversation } => {
                self.feeds.customer_detached(session, conversation);
            }
            Command::CustomerTyping(conversation) => self.feeds.customer_types(conversation),
            Command::Measure => {
                self.read.measure(self.feeds.now());
                self.pass_on(self.tail);
            }
            Command::End => {}
        }
    }

    fn release(&mut self, ride: Ride) {
        let count = ride.items.iter().filter(|item| matches!(item, Item::Unit(_))).count();
        let mut units = units_up_to(ride.tail, count);
        for item in ride.items {
            match item {
                Item::Unit(records) => {
                    let places = units.next().into_iter().flat_map(Place::in_unit);
                    places.zip(records).for_each(|(place, record)| self.record(place, &record));
                }
                other => self.let_out(other),
            }
        }
    }

    fn record(&mut self, place: Place, record: &Arc<Record>) {
        self.read.apply_at(place, record);
        self.feeds.recorded(record);
        self.feeds.parts(record);
        self.feeds.deliveries(record);
        if let Record::Agent(about) = &**record {
            self.chosen = Some(about.clone());
        }
    }

    fn let_out(&mut self, item: Item) {
        match item {
            Item::Unit(_) => {}
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
            Answer::Presence { presence, base } => {
                Ok(self.chosen_presence(presence, base).map_or(Shown::Done, Shown::Agent))
            }
            Answer::Welcome(welcome) => self.feeds.welcome(&welcome),
            Answer::Simulated(traces) => Ok(Shown::Simulated(traces)),
            Answer::Done => Ok(Shown::Done),
        }
    }

    /// The agent of the last chosen presence as it shows from then on; its machine says so itself only after the answer.
    fn chosen_presence(&self, presence: PresenceId, base: BasePresence) -> Option<AgentShown> {
        let about = self.chosen.as_ref()?;
        let shown = self.read.agent(&about.agent).shown;
        Some(AgentShown { presence, base, since: about.at, ..shown })
    }

    /// Hands over to the archive what ended, and from time to time everything that is live.
    fn pass_on(&mut self, tail: Position) {
        let passing = self.read.take_passing();
        self.tail = tail;
        let Some(archive) = &self.archive else { return };
        archive.hand(tail, passing);
        self.snapshot_after(SNAPSHOT_UNITS);
    }

    /// Has a snapshot written if there were so many units since the last one.
    fn snapshot_after(&mut self, units: u64) {
        let Some(archive) = &self.archive else { return };
        if self.tail.0.saturating_sub(self.snapshot.0) >= units {
            self.snapshot = self.tail;
            archive.snapshot(self.tail, self.read.freeze(), self.read.checkpoint(self.tail));
        }
    }
}

fn fail(item: Item) {
    match item {
        Item::Answer(Pending(tell), _) => {
            tell(Err(AskError::Unavailable { retry_after: RETRY_AFTER_SECONDS }));
        }
        Item::Stop(tell) => drop(tell.send(())),
        Item::Unit(_) | Item::Config(_) | Item::Notice(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::oneshot;

    use super::*;
    use crate::actors::fixtures::{Words, created, id, read_side, said};
    use crate::domain::command::Code;
    use crate::domain::conversation::{By, Visibility};
    use crate::domain::record::AgentHappening;
    use crate::domain::time::Timestamp;

    type Heard = Arc<Mutex<Vec<Outcome>>>;

    fn reader() -> (Arc<ReadSide>, Reader) {
        let read = read_side(&[]);
        let now: crate::actors::feeds::Now = Arc::new(|| Timestamp(0));
        let feeds = Feeds::new(Arc::clone(&read), Arc::new(Words), now, Box::new(|_, _| ()));
        let reader = Reader::new(Arc::clone(&read), Arc::new(feeds), None, Position(0));
        (read, reader)
    }

    fn asks(answer: Result<Answer, Refusal>) -> (Heard, Item) {
        let heard = Heard::default();
        let told = Arc::clone(&heard);
        let tell = move |outcome| told.lock().unwrap_or_else(|_| unreachable!()).push(outcome);
        (heard, Item::Answer(Pending(Box::new(tell)), answer))
    }

    fn one(heard: &Heard) -> Outcome {
        let mut heard = heard.lock().unwrap_or_else(|_| unreachable!());
        assert_eq!(heard.len(), 1, "told exactly once");
        heard.remove(0)
    }

    fn ride(items: Vec<Item>) -> Vec<Ride> {
        vec![Ride { tail: Position(1), items }]
    }

    #[test]
    fn an_answer_shows_the_conversation_as_it_was_when_it_was_given() {
        let (read, mut reader) = reader();
        let (heard, answer) = asks(Ok(Answer::Conversation { id: id(1), version: 1 }));
        let (message, second) = asks(Ok(Answer::Message { conversation: id(1), seq: 1, moved: false }));
        let said = said(1, 2, 1, Visibility::Public, None);
        let items = vec![Item::Unit(vec![created(1)]), Item::Unit(vec![said]), answer, second];
        reader.take(Command::Durable(Position(1), ride(items)));
        assert!(matches!(one(&heard), Ok(Shown::Conversation(shown)) if shown.version == 1));
        assert!(matches!(one(&message), Ok(Shown::Message { message, .. }) if message.seq == 1));
        assert!(read.in_memory(id(1)).is_some_and(|now| now.version == 2));
    }

    #[test]
    fn what_was_not_written_is_unavailable_and_leaves_no_trace() {
        let (read, mut reader) = reader();
        let (heard, answer) = asks(Ok(Answer::Done));
        let (stop, mut stopped) = oneshot::channel();
        reader.take(Command::Failed(ride(vec![Item::Unit(vec![created(1)]), answer, Item::Stop(stop)])));
        assert!(matches!(one(&heard), Err(AskError::Unavailable { .. })));
        assert_eq!(stopped.try_recv(), Ok(()));
        assert!(read.in_memory(id(1)).is_none());
    }

    #[test]
    fn a_refusal_leaves_as_it_is_and_a_presence_with_the_agent_that_chose_it() {
        let (_, mut reader) = reader();
        let (refused, refusal) = asks(Err(Refusal::of(Code::Taken)));
        let (chosen, presence) =
            asks(Ok(Answer::Presence { presence: "away".into(), base: BasePresence::Away }));
        let what =
            AgentHappening::PresenceSet { presence: "away".into(), base: BasePresence::Away, resets: vec![] };
        let about = AgentRecord { agent: "a".into(), at: Timestamp(7), by: By::System, what };
        let items = vec![refusal, Item::Unit(vec![Arc::new(Record::Agent(about))]), presence];
        reader.take(Command::Durable(Position(1), ride(items)));
        assert!(matches!(one(&refused), Err(AskError::Refused(refusal)) if refusal.code == Code::Taken));
        assert!(matches!(one(&chosen), Ok(Shown::Agent(shown)) if shown.base == BasePresence::Away));
    }

    #[test]
    fn a_thread_that_panics_tells_of_it_once() {
        let (_, reader) = reader();
        let fallen = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let told = Arc::clone(&fallen);
        let tell = move || {
            told.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        };
        let (mut sink, thread) = reader.telling(Box::new(tell)).start(Position(0));
        let panics = Pending(Box::new(|_| panic!("a test's panic")));
        sink.durable(Position(1), ride(vec![Item::Answer(panics, Ok(Answer::Done))]));
        thread.stop();
        assert_eq!(fallen.load(std::sync::atomic::Ordering::Relaxed), 1);
    }

    #[test]
    fn the_thread_takes_what_the_journal_gives_it_and_ends_after_it() {
        let (read, reader) = reader();
        let (mut sink, thread) = reader.start(Position(0));
        sink.durable(Position(1), ride(vec![Item::Unit(vec![created(1)])]));
        thread.stop();
        assert!(read.in_memory(id(1)).is_some());
    }
}
