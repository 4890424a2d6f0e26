//! What was tried, and what was acknowledged: noted before each request leaves and after its answer came.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Outcome;
use super::timeline::Event;

/// At most this many findings are kept; a broken server repeats itself.
const MAX_FINDINGS: usize = 50;

/// Effects on a conversation that a request can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// An agent took it.
    Assigned,
    /// It was ended.
    WrapUp,
    /// It was closed.
    Closed,
    /// It was given back.
    Released,
    /// An offer was declined.
    Declined,
}

impl Fact {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Assigned, Self::WrapUp, Self::Closed, Self::Released, Self::Declined];
}

/// How often each effect was tried, acknowledged or recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u32; 5]);

impl Counts {
    /// One more.
    pub fn add(&mut self, fact: Fact) {
        self.0[fact as usize] += 1;
    }

    /// How often.
    pub fn of(&self, fact: Fact) -> u32 {
        self.0[fact as usize]
    }
}

/// A message that somebody sent; texts are unique.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The answer's `id` and `seq`; empty where it was acknowledged inside a creation; `None` while unanswered.
    pub acknowledged: Option<Option<(String, u64)>>,
}

/// What a creation's answer or the first read said, and what may never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// Its age.
    pub queued_at: String,
    /// When it was made.
    pub created_at: String,
}

/// One conversation.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What may never change, once somebody heard it.
    pub birth: Option<Birth>,
    /// Requests that left.
    pub tried: Counts,
    /// Requests that were answered with success.
    pub acknowledged: Counts,
    /// Acknowledged accepts by agent.
    pub takers: BTreeMap<String, u32>,
    /// Messages by text.
    pub messages: BTreeMap<String, Sent>,
    /// The timeline as it was last read: every later one must begin with it.
    pub seen: Vec<Event>,
    /// How often it was read whole after its close.
    pub read_closed: u32,
}

/// A POST that carries an `Idempotency-Key`, kept to be repeated.
#[derive(Debug, Clone)]
pub struct Post {
    /// The key.
    pub key: String,
    /// The path.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
    /// The text of the message in it.
    pub text: String,
    /// The conversation that the answer named; `None` while unanswered.
    pub answer: Option<Uuid>,
}

/// The whole memory of a trial.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Conversations by id.
    pub conversations: BTreeMap<Uuid, Known>,
    /// Creations and customers' messages, in the order they were sent.
    pub posts: Vec<Post>,
    /// What must not be.
    pub findings: Vec<String>,
    /// The server was killed: a lost connection is no finding now.
    pub killed: bool,
    /// Conversations that customers may still write to, the latest last.
    pub recent: Vec<Uuid>,
    /// Work items of records, each with what its record is called.
    pub records: BTreeMap<Uuid, String>,
    acknowledged: u64,
    unanswered: u64,
    refusals: BTreeMap<String, u64>,
}

impl Ledger {
    /// The entry of a conversation, made at the first mention.
    pub fn known(&mut self, id: Uuid) -> &mut Known {
        self.conversations.entry(id).or_default()
    }

    /// Notes that a request with this effect is about to leave.
    pub fn tried(&mut self, id: Uuid, fact: Fact) {
        self.known(id).tried.add(fact);
    }

    /// Notes that a customer is about to leave, which ends or closes, and that nobody writes to it any more.
    pub fn leaving(&mut self, id: Uuid) {
        self.tried(id, Fact::WrapUp);
        self.tried(id, Fact::Closed);
        self.recent.retain(|other| *other != id);
    }

    /// Notes that it was acknowledged.
    pub fn acknowledged(&mut self, id: Uuid, fact: Fact) {
        self.acknowledged += 1;
        self.known(id).acknowledged.add(fact);
    }

    /// Notes a message that is about to leave.
    pub fn message_tried(&mut self, id: Uuid, text: &str) {
        self.known(id).messages.entry(text.to_owned()).or_default();
    }

    /// Notes an acknowledged message, with its id and seq where the answer had them.
    pub fn message_acknowledged(&mut self, id: Uuid, text: &str, named: Option<(String, u64)>) {
        self.acknowledged += 1;
        self.known(id).messages.entry(text.to_owned()).or_default().acknowledged = Some(named);
    }

    /// Notes what an answer says may never change, and compares it with what was heard before.
    pub fn born(&mut self, id: Uuid, birth: Birth) {
        let known = self.known(id);
        match &known.birth {
            None => known.birth = Some(birth),
            Some(before) if *before == birth => {}
            Some(before) => {
                let what = format!("{id}: was {before:?} and is now {birth:?}");
                self.finding(what);
            }
        }
    }

    /// Counts an acknowledged creation.
    pub fn creation_acknowledged(&mut self) {
        self.acknowledged += 1;
    }

    /// Notes the work item of a record; no other record may have the same.
    pub fn routed(&mut self, id: Uuid, record: &str) {
        self.acknowledged += 1;
        self.known(id);
        let before = self.records.insert(id, record.to_owned());
        if let Some(before) = before.filter(|before| before != record) {
            self.finding(format!("{id}: is the work item of `{before}` and of `{record}`"));
        }
    }

    /// Counts a refusal by kind.
    pub fn refused(&mut self, kind: String) {
        *self.refusals.entry(kind).or_default() += 1;
    }

    /// Notes a request that got no answer; before the kill that is a finding.
    pub fn unanswered(&mut self, who: &str, error: &crate::Error) {
        self.unanswered += 1;
        if !self.killed {
            self.finding(format!("{who} lost its connection before the kill: {error}"));
        }
    }

    /// Notes something that must not be.
    pub fn finding(&mut self, what: String) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(what);
        }
    }

    /// A line about the state of things.
    pub fn line(&self) -> String {
        format!(
            "{} conversations, {} acknowledged, {} unanswered, {} findings",
            self.conversations.len(),
            self.acknowledged,
            self.unanswered,
            self.findings.len()
        )
    }

    /// The outcome after `rounds` kills.
    pub fn outcome(&self, rounds: u32) -> Outcome {
        Outcome {
            rounds,
            conversations: self.conversations.len(),
            acknowledged: self.acknowledged,
            unanswered: self.unanswered,
            refusals: self.refusals.clone(),
            findings: self.findings.clone(),
        }
    }
}
