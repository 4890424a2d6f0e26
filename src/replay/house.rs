//! The machines of one house and the mail between them: delivered at once, in order, nothing lost.
//!
//! A turn is as in production: decide, effects in order, folds to the audience, sends, `then`. Ended conversations leave
//! memory as they do when the archive has them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::domain::agent::{self, Agent};
use crate::domain::channel::{self, Channel};
use crate::domain::command::{Answer, FieldProblem, Refusal, Reply};
use crate::domain::config::Config;
use crate::domain::configuration::Configuration;
use crate::domain::conversation::{Conversation, Happening};
use crate::domain::ids::{AgentId, ChannelId, ConversationId, Mint, QueueId, WorkStreamId, mix};
use crate::domain::machine::{Ctx, Effect, Machine, Outbox, Send, audience};
use crate::domain::queue::{self, Queue};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::domain::work_stream::WorkStreamMachine;

/// A machine that waits for time, or folds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Address {
    Queue(QueueId),
    Agent(AgentId),
    Channel(ChannelId),
    Stream(WorkStreamId),
}

enum Mail {
    Send(Send),
    Fold(Address, Arc<Record>),
}

/// What follows from one message: records in order, and answers to those who asked.
#[derive(Default)]
pub struct Followed {
    /// Records, as the journal would hold them.
    pub records: Vec<Arc<Record>>,
    /// Answers.
    pub answers: Vec<(Reply, Result<Answer, Refusal>)>,
}

/// All machines at one virtual time.
pub struct House {
    /// The configuration in force.
    pub config: Arc<Config>,
    /// Virtual time.
    pub now: Timestamp,
    /// Queues.
    pub queues: BTreeMap<QueueId, Queue>,
    /// Agents.
    pub agents: BTreeMap<AgentId, Agent>,
    streams: BTreeMap<WorkStreamId, WorkStreamMachine>,
    channels: BTreeMap<ChannelId, Channel>,
    configuration: Configuration,
    homes: BTreeMap<ConversationId, QueueId>,
    entries: BTreeMap<ConversationId, (ChannelId, WorkStreamId)>,
    mail: VecDeque<Mail>,
    followed: Followed,
    ended: Vec<ConversationId>,
    configured: bool,
    due: BTreeSet<(Timestamp, Address)>,
    due_at: BTreeMap<Address, Timestamp>,
    seed: u64,
    turns: u64,
}

impl House {
    /// The started house of this configuration, with nobody connected and nothing waiting.
    pub fn new(config: Config, now: Timestamp, seed: u64) -> Self {
        let mut house = Self {
            config: Arc::new(config),
            now,
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            streams: BTreeMap::new(),
            channels: BTreeMap::new(),
            configuration: Configuration::new(),
            homes: BTreeMap::new(),
            entries: BTreeMap::new(),
            mail: VecDeque::new(),
            followed: Followed::default(),
            ended: Vec::new(),
            configured: false,
            due: BTreeSet::new(),
            due_at: BTreeMap::new(),
            seed,
            turns: 0,
        };
        house.hire();
        let queues: Vec<_> = house.queues.keys().cloned().collect();
        queues.into_iter().for_each(|id| drop(house.tell(Send::Queue(id, queue::Input::Started))));
        let agents: Vec<_> = house.agents.keys().cloned().collect();
        agents.into_iter().for_each(|id| drop(house.tell(Send::Agent(id, agent::Input::Started))));
        house
    }

    /// Machines for what is configured.
    fn hire(&mut self) {
        let config = self.config.clone();
        for id in config.queues.keys() {
            self.queues.entry(id.clone()).or_insert_with(|| Queue::new(id.clone()));
        }
        for id in config.agents.keys() {
            self.agents.entry(id.clone()).or_insert_with(|| Agent::new(id.clone(), self.now));
        }
        for id in config.work_streams.keys() {
            self.streams.entry(id.clone()).or_insert_with(|| WorkStreamMachine::new(id.clone()));
        }
        for id in config.channels.keys() {
            self.channels.entry(id.clone()).or_insert_with(|| Channel::new(id.clone()));
        }
    }

    /// A conversation that is not over.
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.queues.get(self.homes.get(&id)?)?.homes.get(&id).map(|conversation| &**conversation)
    }

    /// Tells one machine something and lets everything that follows happen, at this same time.
    pub fn tell(&mut self, send: Send) -> Followed {
        self.tell_with_id(send, None)
    }

    /// The same; `first` is the first id that the first machine told makes, so that a recorded conversation keeps its own.
    pub fn tell_with_id(&mut self, send: Send, first: Option<ConversationId>) -> Followed {
        let mut first = first;
        self.mail.push_back(Mail::Send(send));
        while let Some(mail) = self.mail.pop_front() {
            match mail {
                Mail::Send(send) => self.deliver(send, first.take()),
                Mail::Fold(to, record) => self.deliver_fold(to, &record),
            }
        }
        for id in std::mem::take(&mut self.ended) {
            self.entries.remove(&id);
            let home = self.homes.remove(&id);
            if let Some(queue) = home.and_then(|home| self.queues.get_mut(&home)) {
                queue.note(&queue::Soft::Forget(id));
            }
        }
        if std::mem::take(&mut self.configured) {
            let queues = self.queues.keys().cloned().map(Address::Queue);
            let all: Vec<_> = queues.chain(self.agents.keys().cloned().map(Address::Agent)).collect();
            all.into_iter().for_each(|address| self.plan(address));
        }
        std::mem::take(&mut self.followed)
    }

    /// When a machine wants to be told the time next.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Tells the machine that waited longest that its time has come; time moves there first.
    pub fn tick(&mut self) -> Followed {
        let Some((at, address)) = self.due.pop_first() else { return Followed::default() };
        self.due_at.remove(&address);
        self.now = self.now.max(at);
        self.tell(match address {
            Address::Queue(id) => Send::Queue(id, Queue::tick()),
            Address::Agent(id) => Send::Agent(id, Agent::tick()),
            Address::Channel(id) => Send::Channel(id, Channel::tick()),
            Address::Stream(id) => Send::WorkStream(id, WorkStreamMachine::tick()),
        })
    }

    fn deliver(&mut self, send: Send, first: Option<ConversationId>) {
        match send {
            Send::Channel(id, channel::Input::Create { reply, .. }) if !self.channels.contains_key(&id) => {
                let unknown = Refusal::fields(vec![FieldProblem::UnknownChannel(id)]);
                self.followed.answers.push((reply, Err(unknown)));
            }
            Send::Channel(id, input) => self.turn(|h| h.channels.get_mut(&id), &input, first),
            Send::WorkStream(id, input) => self.turn(|h| h.streams.get_mut(&id), &input, first),
            Send::Queue(id, input) => self.queue(id, &input),
            Send::Home(id, input) => {
                // A conversation that is over is at home nowhere; what was under way to it changes nothing.
                if let Some(home) = self.homes.get(&id).cloned() {
                    self.queue(home, &input);
                }
            }
            Send::Agent(id, input) => {
                self.turn(|h| h.agents.get_mut(&id), &input, first);
                self.plan(Address::Agent(id));
            }
            Send::Configuration(input) => self.turn(|h| Some(&mut h.configuration), &input, first),
            // What was recorded is a work item each: nothing is handed over twice.
            Send::Entities(_) => {}
            Send::Everyone => {
                for id in self.queues.keys() {
                    self.mail.push_back(Mail::Send(Send::Queue(id.clone(), queue::Input::Configured(None))));
                }
                for id in self.agents.keys() {
                    self.mail.push_back(Mail::Send(Send::Agent(id.clone(), agent::Input::Configured)));
                }
            }
        }
    }

    fn queue(&mut self, id: QueueId, input: &queue::Input) {
        if self.queues.contains_key(&id) {
            self.turn(|h| h.queues.get_mut(&id), input, None);
            self.plan(Address::Queue(id));
        } else {
            self.mail.extend(input.returned(&id).map(Mail::Send));
        }
    }

    fn deliver_fold(&mut self, to: Address, record: &Arc<Record>) {
        match &to {
            Address::Queue(id) => {
                if let Some(home) = audience(record).home {
                    self.homes.insert(home, id.clone());
                }
                self.fold(|h| h.queues.get_mut(id), record);
            }
            Address::Agent(id) => self.fold(|h| h.agents.get_mut(id), record),
            Address::Channel(id) => self.fold(|h| h.channels.get_mut(id), record),
            Address::Stream(id) => self.fold(|h| h.streams.get_mut(id), record),
        }
        self.plan(to);
    }

    fn fold<M: Machine>(&mut self, find: impl Fn(&mut Self) -> Option<&mut M>, record: &Arc<Record>) {
        let Some(machine) = find(self) else { return };
        machine.apply(record);
        if let Some(input) = M::folded(record) {
            self.turn(find, &input, None);
        }
    }

    /// One decide and everything of it.
    fn turn<M: Machine>(
        &mut self,
        find: impl Fn(&mut Self) -> Option<&mut M>,
        input: &M::Input,
        first: Option<ConversationId>,
    ) {
        let mut inputs = vec![input.clone()];
        let mut first = first;
        // What a machine tells itself comes before whatever it told itself earlier.
        while let Some(input) = inputs.pop() {
            self.turns += 1;
            let config = self.config.clone();
            let mint = Mint::new(self.now, mix(self.seed ^ mix(self.turns)));
            let mint = if let Some(id) = first.take() { mint.giving(id.0) } else { mint };
            let ctx = Ctx { now: self.now, config: &config, mint, elapsed_us: &|| 0 };
            let mut out = Outbox::default();
            let Some(machine) = find(self) else { return };
            machine.decide(&ctx, &input, &mut out);
            let mut unit = Vec::new();
            for effect in out.effects {
                match effect {
                    Effect::Record(record) => {
                        machine.apply(&record);
                        unit.push(Arc::new(record));
                    }
                    Effect::Soft(soft) => machine.note(&soft),
                }
            }
            unit.into_iter().for_each(|record| self.publish(record));
            self.mail.extend(out.sends.into_iter().map(Mail::Send));
            self.followed.answers.extend(out.answers);
            inputs.extend(out.then.into_iter().rev());
        }
    }

    /// A record goes to whoever folds it beside its author.
    fn publish(&mut self, record: Arc<Record>) {
        let audience = audience(&record);
        if let Record::Event(event) = &*record {
            match &event.what {
                Happening::Created(born) => {
                    let entry = (born.channel_id.clone(), born.work_stream_id.clone());
                    self.entries.insert(event.conversation, entry);
                    self.homes.insert(event.conversation, born.queue_id.clone());
                }
                Happening::Closed { .. } => self.ended.push(event.conversation),
                what => {
                    let to = what.moved().map(|moved| Address::Queue(moved.to.clone()));
                    self.mail.extend(to.map(|to| Mail::Fold(to, record.clone())));
                }
            }
        }
        let mut agents = audience.agents.into_iter().flatten().collect::<Vec<_>>();
        agents.dedup();
        // An agent's own record was applied by its author.
        if matches!(*record, Record::Event(_)) {
            let folds = agents.into_iter().map(|id| Mail::Fold(Address::Agent(id.clone()), record.clone()));
            self.mail.extend(folds);
        }
        if let Some((channel, stream)) = audience.entry.and_then(|id| self.entries.get(&id)) {
            self.mail.push_back(Mail::Fold(Address::Channel(channel.clone()), record.clone()));
            self.mail.push_back(Mail::Fold(Address::Stream(stream.clone()), record.clone()));
        }
        if let Record::Configured(configured) = &*record {
            Arc::make_mut(&mut self.config).apply(&configured.change);
            self.hire();
            self.configured = true;
        }
        self.followed.records.push(record);
    }

    /// Looks when a machine wants to be told the time.
    fn plan(&mut self, address: Address) {
        let due = match &address {
            Address::Queue(id) => self.queues.get(id).and_then(|m| m.next_due(&self.config)),
            Address::Agent(id) => self.agents.get(id).and_then(|m| m.next_due(&self.config)),
            Address::Channel(id) => self.channels.get(id).and_then(|m| m.next_due(&self.config)),
            Address::Stream(id) => self.streams.get(id).and_then(|m| m.next_due(&self.config)),
        };
        if self.due_at.get(&address).copied() == due {
            return;
        }
        if let Some(old) = self.due_at.remove(&address) {
            self.due.remove(&(old, address.clone()));
        }
        if let Some(at) = due {
            self.due.insert((at, address.clone()));
            self.due_at.insert(address, at);
        }
    }
}
