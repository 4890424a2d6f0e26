//! A stage for tests: toys, a journal on faulty files, and a read side that writes down what it hears.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::toys::Toys;
use crate::actors::gate::{Gate, Room, Taking, gate};
use crate::actors::manager::{Manager, Signals, Stored};
use crate::actors::ride::{Item, Ride};
use crate::actors::shown::{AskError, Pending, Shown};
use crate::actors::stage::{Backstage, Cue};
use crate::actors::start::Ensemble;
use crate::domain::command::{Act, Answer, Caller, Command, Draft, Refusal, Request, Say};
use crate::domain::config::{Change, Channel, ChannelType};
use crate::domain::conversation::{CustomerRef, Visibility};
use crate::domain::ids::ConversationId;
use crate::domain::machine::Notice;
use crate::domain::record::{KeyDigest, Record};
use crate::ports::clock::Clock;
use crate::ports::error::StoreError;
use crate::ports::ids::Seeds;
use crate::ports::journal::Position;
use crate::store::faulty::FaultyFiles;
use crate::store::journal::snapshot::Snapshots;
use crate::store::journal::writer::{self, Sink};
use crate::store::journal::{Journal, Options};
use crate::store::memory::MemoryFiles;

/// What a question came to: the version of the conversation, or why not.
pub type Told = Result<u32, String>;

/// The house of one test.
pub struct Play {
    pub files: FaultyFiles,
    gate: Gate,
    stored: Stored,
    heard: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Vec<ConversationId>>>,
    rebuilds: Arc<AtomicUsize>,
    cues: UnboundedSender<Cue>,
}

/// Runs a test on a stage of its own.
pub fn play(test: impl AsyncFnOnce(Play)) {
    run(false, test);
}

/// The same under paused time: it passes when nobody has anything to do.
pub fn play_paused(test: impl AsyncFnOnce(Play)) {
    run(true, test);
}

fn run(paused: bool, test: impl AsyncFnOnce(Play)) {
    let runtime = move || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(paused).build().unwrap()
    };
    actix::System::with_tokio_rt(runtime).block_on(async {
        let (play, manager) = raise();
        let cues = play.cues.clone();
        let running = actix::spawn(manager.run());
        test(play).await;
        let (told, stopped) = oneshot::channel();
        drop(cues.send(Cue::Stop(told)));
        // A stage whose writer failed drops the stop.
        drop(stopped.await);
        running.await.unwrap();
    });
}

fn raise() -> (Play, Manager<Toys>) {
    let files = FaultyFiles::default();
    let journal = Journal::open(Arc::new(files.clone()), Options::default()).unwrap().journal;
    let ensemble = Ensemble::read(Clock::system().now(), None, &journal.reader(), &mut |_| {}).unwrap();
    let (cues, cued) = unbounded_channel();
    let (heard, answers) =
        (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<Vec<ConversationId>>>::default());
    let ear = Ear { heard: heard.clone(), answers: answers.clone(), cues: cues.clone() };
    let writer = writer::spawn(journal, Box::new(ear));
    let snapshots = Arc::new(Snapshots::new(Arc::new(MemoryFiles::default())));
    let stored = Stored { writer: writer.clone(), snapshots };
    let (gate, knocks) = gate(Room { most: usize::MAX, taken: Box::new(|| 0), retry_after: 1 });
    let tail = ensemble.tail;
    let backstage = Backstage::new(Clock::system(), Seeds::from(1), writer, tail, cues.clone());
    let rebuilds = Arc::<AtomicUsize>::default();
    let counted = rebuilds.clone();
    let signals = Signals {
        rebuilding: Box::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        }),
        archived: Box::new(|_| false),
    };
    let manager = Manager::begin(backstage, ensemble, stored.clone(), signals, (gate.clone(), knocks), cued);
    (Play { files, gate, stored, heard, answers, rebuilds, cues }, manager)
}

impl Play {
    /// A channel for conversations.
    pub fn channel(&self) -> Change {
        let channel = Channel {
            provider: None,
            name: "web".to_owned(),
            kind: ChannelType::LiveChat,
            work_stream_id: "default-live-chat".into(),
            allowed_origins: Vec::new(),
            live_chat: Box::default(),
        };
        Change::PutChannel("web".into(), Arc::new(channel))
    }

    pub async fn configure(&self, changes: Vec<Change>) {
        let command = Command::Configure { changes, if_match: Vec::new() };
        self.ask(command, None).await.unwrap().unwrap();
    }

    pub fn create_later(&self, queue: &str) -> oneshot::Receiver<Told> {
        let message = Say {
            attachments: Vec::new(),
            text: queue.into(),
            visibility: Visibility::Public,
            client_message_id: None,
        };
        let draft = Draft {
            correspondent: None,
            channel_id: "web".into(),
            customer: CustomerRef::default(),
            context: std::collections::BTreeMap::new(),
            message: Some(message),
            priority: None,
            skills: Vec::new(),
            previous: None,
            lenient: false,
            record: None,
            party: None,
            language: None,
        };
        self.ask(Command::Create(Box::new(draft)), None)
    }

    pub async fn create(&self, queue: &str) -> ConversationId {
        self.create_later(queue).await.unwrap().unwrap();
        *self.answers.lock().unwrap().last().unwrap()
    }

    pub async fn say(&self, id: ConversationId, text: &str) -> Told {
        told(self.say_later(id, text, None)).await
    }

    pub async fn say_with_key(&self, id: ConversationId, text: &str) -> Told {
        self.say_later(id, text, Some((KeyDigest([7; 16]), [8; 16]))).await.unwrap()
    }

    fn say_later(
        &self,
        id: ConversationId,
        text: &str,
        key: Option<(KeyDigest, [u8; 16])>,
    ) -> oneshot::Receiver<Told> {
        let act = Act::Say(Say {
            attachments: Vec::new(),
            text: text.into(),
            visibility: Visibility::Public,
            client_message_id: None,
        });
        self.ask(Command::Conversation { id, act, if_match: None }, key)
    }

    fn ask(&self, command: Command, key: Option<(KeyDigest, [u8; 16])>) -> oneshot::Receiver<Told> {
        let (tell, told) = oneshot::channel();
        let pending = Pending(Box::new(move |outcome| {
            let outcome = match outcome {
                Ok(Shown::Rendered(version, _)) => Ok(u32::from(version)),
                Ok(_) => Ok(0),
                Err(AskError::Refused(refusal)) => Err(format!("Refused {:?}", refusal.code)),
                Err(AskError::Unavailable { .. }) => Err("Unavailable".to_owned()),
                Err(other) => Err(format!("{other:?}")),
            };
            drop(tell.send(outcome));
        }));
        self.gate.ask(Request { caller: Caller::system(), command, key }, pending);
        told
    }

    /// What came out since the last call, in order.
    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    pub fn rebuilds(&self) -> usize {
        self.rebuilds.load(Ordering::SeqCst)
    }

    /// Until the stage was rebuilt so often and is open.
    pub async fn until_rebuilt(&self, times: usize) {
        while self.rebuilds() < times {
            tokio::task::yield_now().await;
        }
        self.opened().await;
    }

    /// Until the manager has ended by itself.
    pub async fn until_ended(&self) {
        self.cues.closed().await;
    }

    /// Until the gate is open.
    async fn opened(&self) {
        while self.gate.taking() != Taking::All {
            tokio::task::yield_now().await;
        }
    }

    /// Until what the machines tell each other has come out: an answer behind it.
    pub async fn settle(&self) {
        let nobody =
            Command::Keep(crate::domain::record::KeptAnswer::Rendered { status: 0, body: Vec::new() });
        self.ask(nobody.clone(), None).await.unwrap().unwrap();
        self.ask(nobody, None).await.unwrap().unwrap();
        self.heard.lock().unwrap().retain(|line| line != "done");
    }

    /// As if a fold had failed.
    pub async fn break_stage(&self) {
        let before = self.rebuilds();
        drop(self.cues.send(Cue::Broken));
        while self.rebuilds() == before {
            tokio::task::yield_now().await;
        }
        self.opened().await;
    }

    /// All units of the journal.
    pub async fn units(&self) -> Vec<(Position, Vec<u8>)> {
        let writer = self.stored.writer.clone();
        let reader = tokio::task::spawn_blocking(move || writer.with_journal(|journal| journal.reader()));
        let reader = reader.await.unwrap().unwrap();
        let mut units = Vec::new();
        reader
            .replay(Position(0), &mut |at, unit| {
                units.push((at, unit.to_vec()));
                Ok(())
            })
            .unwrap();
        units
    }

    /// The machines as a start would make them.
    pub async fn fold(&self) -> Ensemble<Toys> {
        let writer = self.stored.writer.clone();
        let reader = tokio::task::spawn_blocking(move || writer.with_journal(|journal| journal.reader()));
        Ensemble::read(Clock::system().now(), None, &reader.await.unwrap().unwrap(), &mut |_| {}).unwrap()
    }
}

/// Waits without being idle: paused time stands while another thread works.
async fn told(mut answer: oneshot::Receiver<Told>) -> Told {
    loop {
        match answer.try_recv() {
            Ok(told) => return told,
            Err(oneshot::error::TryRecvError::Empty) => tokio::task::yield_now().await,
            Err(oneshot::error::TryRecvError::Closed) => panic!("a question is always answered"),
        }
    }
}

/// A read side that writes down what it hears, in words.
struct Ear {
    heard: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Vec<ConversationId>>>,
    cues: UnboundedSender<Cue>,
}

impl Ear {
    fn hear_record(&self, record: &Record) {
        let line = match record {
            Record::Event(event) => format!("{} {}", event.what.kind(), event.seq),
            Record::Kept(_) => "kept".to_owned(),
            Record::Parked { .. } => "parked".to_owned(),
            _ => return,
        };
        self.heard.lock().unwrap().push(line);
    }

    fn hear(&self, item: Item) {
        let line = match item {
            Item::Unit(records) => return records.iter().for_each(|record| self.hear_record(record)),
            Item::Config(_) => return,
            Item::Notice(Notice::Banner { code, .. }) => code.to_owned(),
            Item::Notice(Notice::Alarm { code, .. }) => format!("alarm {code}"),
            Item::Notice(_) => return,
            Item::Answer(pending, result) => return self.answer(pending, result),
            Item::Stop(told) => {
                // Whoever waited may have given up.
                let _ = told.send(());
                return;
            }
        };
        self.heard.lock().unwrap().push(line);
    }

    fn answer(&self, pending: Pending, result: Result<Answer, Refusal>) {
        let (line, outcome) = match result {
            Ok(Answer::Conversation { id, version }) => {
                self.answers.lock().unwrap().push(id);
                let shown = Shown::Rendered(u16::try_from(version).unwrap(), [].into());
                (format!("answer v{version}"), Ok(shown))
            }
            Ok(_) => ("done".to_owned(), Ok(Shown::Done)),
            Err(refusal) => (format!("refused {:?}", refusal.code), Err(AskError::Refused(refusal))),
        };
        self.heard.lock().unwrap().push(line);
        (pending.0)(outcome);
    }
}

impl Sink<Ride> for Ear {
    fn durable(&mut self, tail: Position, rides: Vec<Ride>) {
        assert!(rides.iter().all(|ride| ride.tail <= tail), "no ride is ahead of the log");
        rides.into_iter().flat_map(|ride| ride.items).for_each(|item| self.hear(item));
    }

    fn failed(&mut self, _: &StoreError, rides: Vec<Ride>) {
        drop(self.cues.send(Cue::JournalFailed));
        drop(rides);
    }
}
