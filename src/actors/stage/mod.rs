//! The stage: what the machines of one life of the house share. All on one arbiter; a rebuild makes a new stage.
//!
//! Owns the configuration in force, the directory, the hosts, the timer table, who waits for an answer, and what was
//! decided but not yet handed over. Does not know what machines decide.

mod backstage;
mod hosts;
mod open;
mod post;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::Notify;

pub(super) use self::backstage::{Backstage, Cue};
use self::hosts::Hosts;
use self::open::Open;
use super::cast::Cast;
use super::directory::Directory;
use super::messages::{Address, Origin};
use super::ride::Item;
use super::shown::Pending;
use super::start::Ensemble;
use super::timers::Timers;
use crate::domain::command::{Answer, Code, Refusal, Reply};
use crate::domain::config::{Config, Key};
use crate::domain::machine::{Notice, Send};
use crate::domain::record::{Kept, KeptAnswer, KeyDigest, Record};
use crate::domain::time::Timestamp;

/// What one decide says to others, its records already applied by their author.
pub struct Spoken {
    /// One unit of the journal.
    pub records: Vec<Arc<Record>>,
    /// To other machines.
    pub sends: Vec<Send>,
    /// To sockets.
    pub notices: Vec<Notice>,
    /// To whoever asked.
    pub answers: Vec<(Reply, Result<Answer, Refusal>)>,
}

/// Who waits for an answer.
struct Asker {
    pending: Pending,
    /// Digest of the idempotency key and of the body that it came with.
    key: Option<(KeyDigest, [u8; 16])>,
    /// What is kept of a good answer, where the edge rendered it beforehand.
    good: Option<KeptAnswer>,
}

/// One life of the machines.
pub struct Stage<C: Cast> {
    backstage: Rc<Backstage>,
    config: RefCell<Arc<Config>>,
    directory: RefCell<Directory>,
    hosts: RefCell<Hosts<C>>,
    asked: RefCell<HashMap<Reply, Asker>>,
    open: RefCell<Open>,
    timers: RefCell<Timers>,
    timer_changed: Notify,
    /// Messages sent less messages taken.
    ready: Cell<usize>,
    /// Set when the machines are not to be trusted or not to be heard any more.
    over: Cell<bool>,
}

impl<C: Cast> Stage<C> {
    /// Raises the curtain: every machine of the ensemble gets its host, every queue and agent `Started`.
    pub(super) fn raise(backstage: Rc<Backstage>, ensemble: Ensemble<C>) -> Rc<Self> {
        let stage = Rc::new(Self {
            backstage,
            config: RefCell::new(ensemble.config.clone()),
            directory: RefCell::new(ensemble.directory),
            hosts: RefCell::default(),
            asked: RefCell::default(),
            open: RefCell::default(),
            timers: RefCell::default(),
            timer_changed: Notify::new(),
            ready: Cell::new(0),
            over: Cell::new(false),
        });
        stage.enter_all(ensemble.machines);
        actix::spawn(stage.clone().keep_time());
        stage
    }

    /// Lowers the curtain: hosts drop what they still get, and whoever waits for a decide is told `Unavailable`.
    /// What was decided stays open.
    pub(super) fn lower(&self) {
        self.over.set(true);
        *self.hosts.borrow_mut() = Hosts::default();
        drop(self.asked.take());
        self.timer_changed.notify_one();
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.get()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.backstage.clock.now()
    }

    pub(super) fn draw(&self) -> u64 {
        self.backstage.seeds.draw()
    }

    pub(super) fn config(&self) -> Arc<Config> {
        self.config.borrow().clone()
    }

    /// A message came out of a mailbox.
    pub(super) fn taken(&self) {
        self.ready.set(self.ready.get().saturating_sub(1));
    }

    /// A message went into a mailbox.
    pub(super) fn sent(&self) {
        self.ready.set(self.ready.get() + 1);
    }

    /// `author` decided: records first, then folds, sends, notices, answers.
    pub(super) fn commit(self: &Rc<Self>, author: &Address, spoken: Spoken) {
        let Spoken { mut records, sends, notices, answers } = spoken;
        self.keep_answers(&answers, &mut records);
        if !records.is_empty() {
            self.open.borrow_mut().unit(&records);
        }
        self.reconfigure(&records);
        for record in &records {
            self.folded(author, record);
            self.post_folds(author, record);
        }
        for send in sends {
            self.post(send);
        }
        let mut open = self.open.borrow_mut();
        open.items.extend(notices.into_iter().map(Item::Notice));
        for (reply, answer) in answers {
            // Nobody waits any more for what was answered in an earlier attempt.
            if let Some(asker) = self.asked.borrow_mut().remove(&reply) {
                open.items.push(Item::Answer(asker.pending, answer));
            }
        }
        drop(open);
        self.hand_over_soon();
    }

    /// Good answers to requests with an idempotency key are kept in the unit of their effect.
    fn keep_answers(&self, answers: &[(Reply, Result<Answer, Refusal>)], records: &mut Vec<Arc<Record>>) {
        for (reply, answer) in answers {
            let asked = self.asked.borrow();
            let Some(Asker { key: Some((key, body)), good, .. }) = asked.get(reply) else { continue };
            let (Ok(answer), key, body) = (answer, *key, *body) else { continue };
            if let Some(answer) = good.clone().or_else(|| kept(answer)) {
                records.push(Arc::new(Record::Kept(Kept { key, body, at: self.now(), answer })));
            }
        }
    }

    /// `folder` folded `record`: moves the conversation in the directory if `folder` is its new home.
    pub(super) fn folded(&self, folder: &Address, record: &Record) {
        if let (Address::Queue(queue), Record::Event(event)) = (folder, record) {
            self.directory.borrow_mut().folded(queue, event);
        }
    }

    /// The unit's changes of the configuration become current for every following decide; hosts come and go.
    fn reconfigure(self: &Rc<Self>, records: &[Arc<Record>]) {
        let mut keys: Vec<Key> = Vec::new();
        for record in records {
            if let Record::Configured(configured) = &**record {
                Arc::make_mut(&mut self.config.borrow_mut()).apply(&configured.change);
                keys.push(configured.change.key());
            }
        }
        if keys.is_empty() {
            return;
        }
        self.open.borrow_mut().items.push(Item::Config(self.config()));
        for key in keys {
            self.recast(&key);
        }
    }

    /// A message failed for the last time: it is put on record, whoever waits is told, and the stage is rebuilt without.
    pub(super) fn park(
        self: &Rc<Self>,
        address: &Address,
        id: u64,
        origin: Origin,
        reply: Reply,
        panic: &str,
    ) {
        tracing::error!(
            message.id = id,
            ?address,
            ?origin,
            panic,
            "a message was parked; the stage is rebuilt"
        );
        self.backstage.park(origin, address);
        let records = vec![Arc::new(Record::Parked { message: id, at: self.now() })];
        let notices = vec![Notice::Alarm { code: "parked", conversation: None, queue: None }];
        let answers = vec![(reply, Err(Refusal::of(Code::Parked)))];
        self.commit(address, Spoken { records, sends: Vec::new(), notices, answers });
        self.lower();
        self.backstage.cue(Cue::Broken);
    }

    /// A fold failed: the machine is not what the journal says, so the stage is rebuilt.
    pub(super) fn broken(&self, address: &Address, id: u64, panic: &str) {
        tracing::error!(message.id = id, ?address, panic, "a fold failed; the stage is rebuilt");
        self.lower();
        self.backstage.cue(Cue::Broken);
    }

    /// The directory, for tests and the manager.
    pub(super) fn directory(&self) -> std::cell::Ref<'_, Directory> {
        self.directory.borrow()
    }
}

/// What is kept of an answer; others are kept by the edge, rendered (`Command::Keep`).
fn kept(answer: &Answer) -> Option<KeptAnswer> {
    match answer {
        Answer::Conversation { id, version } => Some(KeptAnswer::Conversation { id: *id, version: *version }),
        Answer::Message { conversation, seq, moved } => {
            Some(KeptAnswer::Message { conversation: *conversation, seq: *seq, moved: *moved })
        }
        _ => None,
    }
}
