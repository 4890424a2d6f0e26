//! What every machine is: `decide` reads and fills the outbox, `apply` and `note` are the only mutators.

use std::sync::Arc;

use super::command::{AgentShown, Answer, Refusal, Reply};
use super::config::Config;
use super::conversation::Event;
use super::ids::{AgentId, ChannelId, ConversationId, GrantId, Mint, QueueId, WorkStreamId};
use super::offer::{OfferEnd, Withdrawal};
use super::record::Record;
use super::time::Timestamp;
use super::{agent, channel, configuration, entity, queue, work_stream};

/// What a decide is given: time, configuration, ids. Nothing else comes from outside.
pub struct Ctx<'a> {
    /// Stage time.
    pub now: Timestamp,
    /// The configuration in force.
    pub config: &'a Config,
    /// Makes ids.
    pub mint: Mint,
    /// Microseconds since this decide began, for decision records; 0 in the simulation.
    pub elapsed_us: &'a dyn Fn() -> u32,
}

impl Ctx<'_> {
    /// The same instant under another configuration, to look at what is not in force.
    pub fn under<'a>(&'a self, config: &'a Config) -> Ctx<'a> {
        Ctx { now: self.now, config, mint: self.mint.another(), elapsed_us: self.elapsed_us }
    }
}

/// A machine: a plain struct that a test holds in a variable.
pub trait Machine {
    /// What it is told.
    type Input: std::marker::Send + Clone + 'static;
    /// Changes of its soft state: what is announced anew after a start.
    type Soft: std::fmt::Debug;

    /// Reads the state and says what follows. Never mutates; a panic here has changed nothing.
    fn decide(&self, ctx: &Ctx<'_>, input: &Self::Input, out: &mut Outbox<Self>)
    where
        Self: Sized;

    /// Folds a record, its own or somebody else's: the only mutator of hard state.
    fn apply(&mut self, record: &Record);

    /// Changes soft state.
    fn note(&mut self, soft: &Self::Soft);

    /// The input that tells the machine that it has just folded somebody else's record; `None` if it need not react.
    fn folded(record: &Arc<Record>) -> Option<Self::Input>;

    /// When it wants to be told [`Machine::tick`] next.
    fn next_due(&self, config: &Config) -> Option<Timestamp>;

    /// The input that says that time has come. A stale one changes nothing.
    fn tick() -> Self::Input;
}

/// A change of the machine's own state, in order.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // moved once, into the log; a box would cost an allocation each
pub enum Effect<S> {
    /// Goes to the journal, is applied here, and folded by whoever cares ([`audience`]).
    Record(Record),
    /// Stays here.
    Soft(S),
}

/// What a decide wants done. Effects first, then the folds at others, sends, notices, answers; then `then`.
pub struct Outbox<M: Machine> {
    /// Changes of own state, in order. All records of one decide are one unit of the journal.
    pub effects: Vec<Effect<M::Soft>>,
    /// To other machines.
    pub sends: Vec<Send>,
    /// To sockets.
    pub notices: Vec<Notice>,
    /// To whoever asked.
    pub answers: Vec<(Reply, Result<Answer, Refusal>)>,
    /// Told to this same machine at once, after the effects, each as a decide of its own.
    pub then: Vec<M::Input>,
}

impl<M: Machine> Default for Outbox<M> {
    fn default() -> Self {
        Self {
            effects: Vec::new(),
            sends: Vec::new(),
            notices: Vec::new(),
            answers: Vec::new(),
            then: Vec::new(),
        }
    }
}

impl<M: Machine> Outbox<M> {
    /// Adds a record.
    pub fn record(&mut self, record: Record) {
        self.effects.push(Effect::Record(record));
    }

    /// Adds a change of soft state.
    pub fn soft(&mut self, soft: M::Soft) {
        self.effects.push(Effect::Soft(soft));
    }

    /// Sends to another machine.
    pub fn send(&mut self, send: Send) {
        self.sends.push(send);
    }

    /// Tells sockets.
    pub fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// Answers, unless nobody waits.
    pub fn answer(&mut self, reply: Reply, answer: Result<Answer, Refusal>) {
        if reply != Reply::NONE {
            self.answers.push((reply, answer));
        }
    }

    /// Refuses.
    pub fn refuse(&mut self, reply: Reply, refusal: Refusal) {
        self.answer(reply, Err(refusal));
    }
}

/// A message to another machine; addresses are plain ids.
pub enum Send {
    /// To a channel.
    Channel(ChannelId, channel::Input),
    /// To a work stream.
    WorkStream(WorkStreamId, work_stream::Input),
    /// To a queue.
    Queue(QueueId, queue::Input),
    /// To whichever queue is home to the conversation when it is delivered.
    Home(ConversationId, queue::Input),
    /// To an agent.
    Agent(AgentId, agent::Input),
    /// To the configuration.
    Configuration(configuration::Input),
    /// To the owner of records.
    Entities(entity::Input),
    /// To every queue and every agent: the configuration changed in a way that may concern all.
    Everyone,
}

/// Something for sockets. The read side renders it as the state is at that point of the log.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, PartialEq, Debug)]
pub enum Notice {
    /// To all sockets of the agent: `offer.created`.
    OfferCreated { agent: AgentId, conversation: ConversationId, grant: GrantId },
    /// `offer.ended`.
    OfferEnded {
        agent: AgentId,
        conversation: ConversationId,
        grant: GrantId,
        end: OfferEnd,
        cause: Option<Withdrawal>,
    },
    /// `conversation.assigned`; `direct`: no offer came before, so its delivery is checked too.
    Assigned { agent: AgentId, conversation: ConversationId, grant: GrantId, direct: bool },
    /// `conversation.updated`.
    Updated { agent: AgentId, conversation: ConversationId },
    /// `conversation.removed`, with the wire name of the reason.
    Removed { agent: AgentId, conversation: ConversationId, reason: &'static str },
    /// `message.received`, to all sockets but the sender's.
    Message { agent: AgentId, event: Arc<Record> },
    /// `presence.changed`; `by` is agent, system or supervisor.
    Presence { agent: AgentId, shown: AgentShown, by: &'static str, reason: &'static str },
    /// `capacity.changed`.
    Capacity { agent: AgentId, shown: AgentShown },
    /// For the read side alone: what is shown of the agent changed (sessions, connected).
    Shown { agent: AgentId, shown: AgentShown },
    /// `notice` to one agent.
    Banner { agent: AgentId, code: &'static str },
    /// `notice` to supervisors.
    Alarm { code: &'static str, conversation: Option<ConversationId>, queue: Option<QueueId> },
}

/// Who folds this record beside its author; the same live and at a start. The outbound machine says itself what it folds
/// ([`super::outbound::Outbound::cares`]).
pub fn audience(record: &Record) -> Audience<'_> {
    match record {
        Record::Event(event) => Audience::of_event(event),
        Record::Agent(record) => Audience { agents: [Some(&record.agent), None], ..Audience::default() },
        Record::Configured(configured) => {
            let agents = [configured.change.agent(), None];
            Audience { configuration: true, agents, ..Audience::default() }
        }
        Record::Kept(_) | Record::Parked { .. } | Record::Outbound(_) => Audience::default(),
    }
}

/// The machines that fold a record.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Audience<'a> {
    /// The conversation whose home folds it (the author, live).
    pub home: Option<ConversationId>,
    /// The queue that becomes home by it: of a creation, or of a move.
    pub new_home: Option<&'a QueueId>,
    /// Agents: those of an event, or the one that is configured or deleted.
    pub agents: [Option<&'a AgentId>; 2],
    /// The channel and the work stream, for creations and closes; of a record's work item the owner of records, too.
    pub entry: Option<ConversationId>,
    /// The configuration.
    pub configuration: bool,
}

impl<'a> Audience<'a> {
    fn of_event(event: &'a Event) -> Self {
        use super::conversation::Happening;
        let new_home = match &event.what {
            Happening::Created(born) => Some(&born.queue_id),
            other => other.moved().map(|moved| &moved.to),
        };
        let entry =
            matches!(event.what, Happening::Created(_) | Happening::Closed { .. } | Happening::WrapUp { .. });
        Self {
            home: Some(event.conversation),
            new_home,
            agents: event.what.agents(),
            entry: entry.then_some(event.conversation),
            configuration: false,
        }
    }
}
