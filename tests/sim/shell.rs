//! The shell's part that decisions depend on: idempotency keys, and starts from a snapshot. The read side is the house's
//! own, behind the durable records as its thread has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use callboard::actors::idempotency::Claim;
use callboard::actors::inspection::{Stored, inspect};
use callboard::actors::read_side::{Frozen, ReadSide};
use callboard::domain::channel;
use callboard::domain::command::{Answer, Draft, Refusal, Reply};
use callboard::domain::config::Config;
use callboard::domain::conversation::Happening;
use callboard::domain::ids::ConversationId;
use callboard::domain::machine::Send;
use callboard::domain::record::{AgentHappening, Kept, KeptAnswer, KeyDigest, Record};
use callboard::domain::time::Timestamp;
use callboard::ports::journal::{Position, Units};
use callboard::ports::records;
use callboard::store::journal::snapshot::Snapshots;
use callboard::store::journal::{Journal as Log, Options};
use callboard::store::memory::MemoryFiles;

use crate::check::Failure;
use crate::journal::Unit;
use crate::outside::backend;
use crate::people::Asker;
use crate::planted::Planted;
use crate::world::{Job, World};

/// Bodies are the same with each repetition.
const BODY: [u8; 16] = [7; 16];

/// The read side, fed with what is durable.
pub struct Shell {
    read: ReadSide,
    config: Arc<Config>,
    fed: usize,
}

impl Default for Shell {
    fn default() -> Self {
        let config = Arc::new(Config::default());
        Self { read: ReadSide::new(Arc::new(ArcSwap::new(config.clone()))), config, fed: 0 }
    }
}

impl Shell {
    /// Takes what has become durable.
    pub fn feed(&mut self, units: &[Unit], durable: usize, planted: Planted) {
        let before = self.config.version;
        for record in units[self.fed..durable].iter().flatten() {
            if let Record::Configured(configured) = &**record {
                Arc::make_mut(&mut self.config).apply(&configured.change);
            }
            if planted != Planted::KeysForgotten || !matches!(&**record, Record::Kept(_)) {
                self.read.apply(record);
            }
        }
        self.fed = durable;
        if self.config.version != before {
            self.read.configured(self.config.clone());
        }
    }

    fn freeze(&self) -> (Position, Frozen) {
        (Position(self.fed as u64), self.read.freeze())
    }
}

/// A hand-off with an idempotency key.
struct Keyed {
    draft: Box<Draft>,
    /// The first answer.
    answered: Option<ConversationId>,
}

/// All hand-offs with keys.
#[derive(Default)]
pub struct Keys {
    keyed: Vec<Keyed>,
    asked: BTreeMap<Reply, usize>,
    /// What each key has brought about, by the records.
    effects: BTreeMap<String, ConversationId>,
}

fn digest(n: usize) -> KeyDigest {
    KeyDigest((n as u128).to_be_bytes())
}

impl World {
    /// A backend hands over with a key, and repeats itself: at once, or later, as if it had not heard.
    pub fn create_with_key(&mut self, mut draft: Box<Draft>) {
        let n = self.keys.keyed.len();
        draft.customer.name = Some(format!("key {n}"));
        self.keys.keyed.push(Keyed { draft, answered: None });
        self.try_key(n);
        if self.random.people.chance(50) {
            let wait = self.random.people.between(0, 60);
            self.push(wait, Job::Again(n));
        }
        if self.random.people.chance(50) {
            let wait = self.random.people.between(500, 30_000);
            self.push(wait, Job::Again(n));
        }
    }

    /// The backend asks (again) with a key.
    pub fn try_key(&mut self, n: usize) {
        if !self.phase.faults {
            return;
        }
        match self.shell.read.claims().begin(digest(n), BODY, self.now()) {
            Claim::Go => {
                let draft = self.keys.keyed[n].draft.clone();
                let reply = self.ask(100, Asker::Creation, |reply| {
                    let input = channel::Input::Create { draft: draft.clone(), caller: backend(), reply };
                    Send::Channel(draft.channel_id.clone(), input)
                });
                self.keys.asked.insert(reply, n);
            }
            Claim::Wait(_) => self.push(200, Job::Again(n)),
            Claim::Replay(KeptAnswer::Conversation { id, .. }) => self.key_answered(n, id),
            other => self.check.fail(Failure::new("K1", format!("key {n}: {other:?}"))),
        }
    }

    /// The shell ends the claim when the answer leaves.
    pub fn release_key(&mut self, reply: Reply, result: &Result<Answer, Refusal>) {
        let Some(n) = self.keys.asked.remove(&reply) else { return };
        self.shell.read.claims().release(digest(n));
        if let Ok(Answer::Conversation { id, .. }) = result {
            self.key_answered(n, *id);
        }
    }

    fn key_answered(&mut self, n: usize, id: ConversationId) {
        let first = *self.keys.keyed[n].answered.get_or_insert(id);
        self.check.one_effect(first == id, || format!("key {n} was answered with two conversations"));
    }

    /// The records that keep the answers to keyed requests.
    pub fn kept(&self, answers: &[(Reply, Result<Answer, Refusal>)]) -> Vec<Arc<Record>> {
        let kept = |(reply, answer): &(Reply, Result<Answer, Refusal>)| {
            let n = *self.keys.asked.get(reply)?;
            let Ok(Answer::Conversation { id, version }) = answer else { return None };
            let answer = KeptAnswer::Conversation { id: *id, version: *version };
            Some(Arc::new(Record::Kept(Kept { key: digest(n), body: BODY, at: self.now(), answer })))
        };
        answers.iter().filter_map(kept).collect()
    }

    /// Looks for a second effect of a key.
    pub fn note_effect(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        let Happening::Created(born) = &event.what else { return };
        // A successor has the customer of the one that it continues.
        let Some(key) = born.customer.name.clone().filter(|_| born.previous.is_none()) else { return };
        let before = self.keys.effects.insert(key.clone(), event.conversation);
        self.check.one_effect(before.is_none(), || format!("{key} has made a second conversation"));
    }

    /// A start: the read side is made anew from what survived, and backends repeat what was not answered.
    pub fn restart_shell(&mut self) {
        if self.planted != Planted::TornBatch && !self.check.deleted_any() && self.random.checks.chance(25) {
            self.start_from_snapshot();
        }
        self.shell = Shell::default();
        self.shell.feed(&self.journal.units, self.journal.durable, self.planted);
        self.keys.asked.clear();
        self.keys.effects.clear();
        let survived: Vec<_> = self.journal.records().cloned().collect();
        survived.iter().for_each(|record| self.note_effect(record));
        for n in self.keys.keyed.len().saturating_sub(8)..self.keys.keyed.len() {
            if self.keys.keyed[n].answered.is_none() || self.random.people.chance(30) {
                let wait = self.random.people.between(100, 5_000);
                self.push(wait, Job::Again(n));
            }
        }
    }

    /// A snapshot of the life before, with what survived behind it, makes the same house as the whole log.
    fn start_from_snapshot(&mut self) {
        let (at, frozen) = self.shell.freeze();
        let (journal, snapshots) = (MemoryFiles::default(), MemoryFiles::default());
        let forgets = self.planted == Planted::SnapshotForgets;
        let carried = |record: &Record| matches!(record, Record::Agent(about) if matches!(about.what, AgentHappening::Carried(_)));
        let frozen = frozen.records().filter(|record| !(forgets && carried(record)));
        let mut written = frozen.map(|record| {
            let mut unit = Vec::new();
            records::encode(&mut unit, [&*record]);
            unit
        });
        let made = Log::open(Arc::new(journal.clone()), Options::default()).and_then(|opened| {
            let mut log = opened.journal;
            let mut units = Units::default();
            for unit in &self.journal.units {
                units.push_with(|bytes| records::encode(bytes, unit.iter().map(|record| &**record)));
            }
            log.append(&[&units])?;
            log.close()?;
            Snapshots::new(Arc::new(snapshots.clone())).write(at, &mut written)
        });
        let found = match made {
            Ok(()) => {
                let stored =
                    Stored { journal: Arc::new(journal), snapshots: Arc::new(snapshots), archive: None };
                inspect(&stored, Timestamp(0)).findings.lines().to_vec()
            }
            Err(error) => vec![error.to_string()],
        };
        self.check.same_start(&found, at.0);
    }
}
