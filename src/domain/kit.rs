//! A small stage for unit tests: all machines in one struct, one message after the other, nothing lost.
//! The simulation (`tests/sim`) is the one with faults.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::agent::{self, Agent};
use super::channel::{self, Channel};
use super::command::{Act, AgentAct, Answer, Caller, Command, Draft, Refusal, Reply, Say};
use super::config::{self, Change, Config, WorkStream};
use super::configuration::{self, Configuration};
use super::conversation::{By, Conversation, CustomerRef, Visibility};
use super::entity::{self, Entities};
use super::ids::{AgentId, ConversationId, Mint, QueueId, SessionId, WorkStreamId, mix};
use super::invariants::{House, audit};
use super::machine::{self, Ctx, Effect, Machine, Notice, Outbox, Send};
use super::queue::{self, Queue};
use super::record::Record;
use super::time::Timestamp;
use super::work_stream::WorkStreamMachine;

/// All machines, the log, and what left.
pub struct Kit {
    pub config: Config,
    pub now: Timestamp,
    pub queues: BTreeMap<QueueId, Queue>,
    pub agents: BTreeMap<AgentId, Agent>,
    pub streams: BTreeMap<WorkStreamId, WorkStreamMachine>,
    pub channels: BTreeMap<config_channel::Id, Channel>,
    pub configuration: Configuration,
    pub entities: Entities,
    pub homes: BTreeMap<ConversationId, QueueId>,
    pub log: Vec<Arc<Record>>,
    pub notices: Vec<Notice>,
    pub answers: BTreeMap<Reply, Result<Answer, Refusal>>,
    mail: VecDeque<Send>,
    folds: VecDeque<Arc<Record>>,
    seed: u64,
    replies: u64,
}

mod config_channel {
    pub use super::super::ids::ChannelId as Id;
}

impl Default for Kit {
    fn default() -> Self {
        Self::new()
    }
}

impl Kit {
    /// The built-in configuration, a chat channel `chat` on a push stream `push`, a queue `q`.
    pub fn new() -> Self {
        let mut kit = Self {
            config: Config::default(),
            now: Timestamp(1_000_000),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            streams: BTreeMap::new(),
            channels: BTreeMap::new(),
            configuration: Configuration::new(),
            entities: Entities::new(),
            homes: BTreeMap::new(),
            log: Vec::new(),
            notices: Vec::new(),
            answers: BTreeMap::new(),
            mail: VecDeque::new(),
            folds: VecDeque::new(),
            seed: 1,
            replies: 0,
        };
        kit.hire();
        let queue = config::Queue::named("Q", config::QueueType::Messaging);
        kit.put(Change::PutQueue("q".into(), Arc::new(queue)));
        kit.put_stream(|_| {});
        let chat = config::Channel {
            provider: None,
            name: "Chat".into(),
            kind: config::ChannelType::LiveChat,
            work_stream_id: "push".into(),
            allowed_origins: Vec::new(),
            live_chat: Box::default(),
        };
        kit.put(Change::PutChannel("chat".into(), Arc::new(chat)));
        kit
    }

    pub fn put_stream(&mut self, change: impl FnOnce(&mut WorkStream)) {
        let mut stream = WorkStream::named("Push", config::ChannelType::LiveChat);
        stream.fallback_queue_id = "q".into();
        change(&mut stream);
        self.put(Change::PutWorkStream("push".into(), Arc::new(stream)));
    }

    pub fn put_agent(&mut self, id: &str, capacity: u32) {
        let mut agent = config::Agent::named(id);
        agent.capacity = capacity;
        agent.queue_ids = vec!["q".into()];
        self.put(Change::PutAgent(id.into(), Arc::new(agent)));
    }

    /// The queue `id`, changed.
    pub fn put_queue(&mut self, id: &str, change: impl FnOnce(&mut config::Queue)) {
        let mut queue = config::Queue::named(id, config::QueueType::Messaging);
        change(&mut queue);
        self.put(Change::PutQueue(id.into(), Arc::new(queue)));
    }

    pub fn put(&mut self, change: Change) {
        let answer = self.ask(Command::Configure { changes: vec![change], if_match: Vec::new() }, admin());
        assert!(answer.is_ok(), "{answer:?}");
    }

    pub fn connect(&mut self, agent: &str) {
        let session = SessionId(Mint::new(self.now, mix(self.seed)).uuid());
        self.seed += 1;
        let act = AgentAct::Connect(session);
        self.ask(Command::Agent { id: agent.into(), act }, by_agent(agent)).unwrap();
    }

    pub fn disconnect(&mut self, agent: &str) {
        let sessions: Vec<_> = self.agents[&AgentId::from(agent)].sessions.iter().copied().collect();
        for session in sessions {
            let act = AgentAct::Disconnect(session);
            self.tell(Command::Agent { id: agent.into(), act }, by_agent(agent));
        }
    }

    pub fn create(&mut self) -> ConversationId {
        self.create_with(|_| {})
    }

    pub fn create_with(&mut self, change: impl FnOnce(&mut Draft)) -> ConversationId {
        let mut draft = draft();
        change(&mut draft);
        match self.ask(Command::Create(Box::new(draft)), backend()) {
            Ok(Answer::Conversation { id, .. }) => id,
            other => panic!("{other:?}"),
        }
    }

    pub fn act(&mut self, id: ConversationId, act: Act, caller: Caller) -> Result<Answer, Refusal> {
        self.ask(Command::Conversation { id, act, if_match: None }, caller)
    }

    pub fn say(&mut self, id: ConversationId, text: &str, caller: Caller) -> Result<Answer, Refusal> {
        let say = Say {
            text: text.into(),
            visibility: Visibility::Public,
            client_message_id: None,
            attachments: Vec::new(),
        };
        self.act(id, Act::Say(say), caller)
    }

    /// Answers the offer that the agent has of this conversation.
    pub fn answer(&mut self, agent: &str, id: ConversationId, accept: bool) -> Result<Answer, Refusal> {
        let offer = self.conversation(id).offer.as_ref().expect("an offer").grant.id;
        let act = AgentAct::Answer { offer, conversation: id, accept };
        self.ask(Command::Agent { id: agent.into(), act }, by_agent(agent))
    }

    pub fn conversation(&self, id: ConversationId) -> &Conversation {
        &self.queues[&self.homes[&id]].homes[&id]
    }

    /// To whom it is offered.
    pub fn offered_to(&self, id: ConversationId) -> Option<&str> {
        self.conversation(id).offer.as_ref().map(|offer| offer.grant.agent.as_str())
    }

    /// Lets time pass, firing what is due on the way.
    pub fn pass(&mut self, ms: i64) {
        let end = self.now.plus_ms(ms);
        loop {
            let config = self.config.clone();
            let queue =
                self.queues.iter().filter_map(|(id, q)| Some((q.next_due(&config)?, Some(id.clone()), None)));
            let agent =
                self.agents.iter().filter_map(|(id, a)| Some((a.next_due(&config)?, None, Some(id.clone()))));
            let Some((at, queue, agent)) = queue.chain(agent).min().filter(|(at, _, _)| *at <= end) else {
                break;
            };
            self.now = self.now.max(at);
            queue.into_iter().for_each(|id| self.mail.push_back(Send::Queue(id, queue::Input::Tick)));
            agent.into_iter().for_each(|id| self.mail.push_back(Send::Agent(id, agent::Input::Tick)));
            self.run();
        }
        self.now = end;
    }

    pub fn ask(&mut self, command: Command, caller: Caller) -> Result<Answer, Refusal> {
        let reply = self.tell(command, caller);
        self.answers.remove(&reply).expect("an answer")
    }

    pub fn tell(&mut self, command: Command, caller: Caller) -> Reply {
        let reply = self.post(command, caller);
        self.run();
        reply
    }

    /// Puts a command into the mail and lets it lie, so that the next ones come before what follows from it.
    pub fn post(&mut self, command: Command, caller: Caller) -> Reply {
        self.replies += 1;
        let reply = Reply(self.replies);
        self.mail.push_back(match command {
            Command::Create(draft) if draft.record.is_some() => {
                Send::Entities(entity::Input::Route { draft, caller, reply })
            }
            Command::FindRecord(key) => Send::Entities(entity::Input::Find { key, reply }),
            Command::Create(draft) => {
                Send::Channel(draft.channel_id.clone(), channel::Input::Create { draft, caller, reply })
            }
            Command::Conversation { id, act, if_match } => {
                Send::Home(id, queue::Input::Act { id, act, if_match, caller, reply })
            }
            Command::Agent { id, act } => Send::Agent(id, agent::Input::Act { act, caller, reply }),
            Command::Configure { changes, if_match } => {
                Send::Configuration(configuration::Input::Configure { changes, if_match, caller, reply })
            }
            other => panic!("{other:?}"),
        });
        reply
    }

    /// Puts a message of a machine into the mail.
    pub fn send(&mut self, send: Send) {
        self.mail.push_back(send);
    }

    /// Every invariant that a folded state shows.
    pub fn audit(&self) {
        let house = House {
            config: &self.config,
            queues: &self.queues,
            agents: &self.agents,
            entities: &self.entities,
        };
        assert_eq!(audit(&house), Vec::new());
    }

    /// Delivers everything, then looks at the invariants.
    pub fn run(&mut self) {
        self.run_all();
        self.audit();
    }

    fn run_all(&mut self) {
        loop {
            if let Some(record) = self.folds.pop_front() {
                self.deliver_fold(&record);
            } else if let Some(send) = self.mail.pop_front() {
                self.deliver(send);
            } else {
                return;
            }
        }
    }

    fn deliver(&mut self, send: Send) {
        match send {
            Send::Channel(id, input) => self.turn(|k| k.channels.get_mut(&id), &input),
            Send::WorkStream(id, input) => self.turn(|k| k.streams.get_mut(&id), &input),
            Send::Queue(id, input) if !self.queues.contains_key(&id) => {
                self.mail.extend(input.returned(&id));
            }
            Send::Queue(id, input) => self.turn(|k| k.queues.get_mut(&id), &input),
            Send::Home(id, input) => {
                let home = self.homes[&id].clone();
                self.turn(|k| k.queues.get_mut(&home), &input);
            }
            Send::Agent(id, input) => self.turn(|k| k.agents.get_mut(&id), &input),
            Send::Configuration(input) => self.turn(|k| Some(&mut k.configuration), &input),
            Send::Entities(input) => self.turn(|k| Some(&mut k.entities), &input),
            Send::Everyone => {
                for id in self.queues.keys() {
                    self.mail.push_back(Send::Queue(id.clone(), queue::Input::Configured(None)));
                }
                for id in self.agents.keys() {
                    self.mail.push_back(Send::Agent(id.clone(), agent::Input::Configured));
                }
            }
        }
    }

    fn deliver_fold(&mut self, record: &Arc<Record>) {
        let audience = machine::audience(record);
        if let (Some(id), Some(queue)) = (audience.home, audience.new_home) {
            let author = self.homes.insert(id, queue.clone());
            if author.is_some_and(|author| author != *queue) {
                self.queues.get_mut(queue).unwrap().apply(record);
                if let Some(input) = Queue::folded(record) {
                    self.turn(|k| k.queues.get_mut(queue), &input);
                }
            }
        }
        if audience.entry.is_some() {
            self.streams.values_mut().for_each(|stream| stream.apply(record));
            self.channels.values_mut().for_each(|channel| channel.apply(record));
            for id in self.channels.keys().cloned().collect::<Vec<_>>() {
                if let Some(input) = channel::Channel::folded(record) {
                    self.turn(|k| k.channels.get_mut(&id), &input);
                }
            }
            self.entities.apply(record);
            if let Some(input) = Entities::folded(record) {
                self.turn(|k| Some(&mut k.entities), &input);
            }
            for id in self.channels.keys().cloned().collect::<Vec<_>>() {
                if let Some(input) = Channel::folded(record) {
                    self.turn(|k| k.channels.get_mut(&id), &input);
                }
            }
        }
        if matches!(&**record, Record::Event(_) | Record::Configured(_)) {
            let mut agents: Vec<AgentId> = audience.agents.iter().flatten().map(|id| (*id).clone()).collect();
            agents.dedup();
            for id in agents {
                self.agents.get_mut(&id).unwrap().apply(record);
                if let Some(input) = Agent::folded(record) {
                    self.turn(|k| k.agents.get_mut(&id), &input);
                }
            }
        }
    }

    fn turn<M: Machine>(&mut self, find: impl Fn(&mut Self) -> Option<&mut M>, input: &M::Input) {
        self.turn_dyn(&find, input);
    }

    fn turn_dyn<M: Machine>(&mut self, find: &dyn Fn(&mut Self) -> Option<&mut M>, input: &M::Input) {
        let config = self.config.clone();
        self.seed += 1;
        let mint = Mint::new(self.now, mix(self.seed));
        let ctx = Ctx { now: self.now, config: &config, mint, elapsed_us: &|| 0 };
        let mut out = Outbox::default();
        let Some(machine) = find(self) else { return };
        machine.decide(&ctx, input, &mut out);
        let mut records = Vec::new();
        for effect in out.effects {
            match effect {
                Effect::Record(record) => {
                    machine.apply(&record);
                    records.push(Arc::new(record));
                }
                Effect::Soft(soft) => machine.note(&soft),
            }
        }
        for record in records {
            if let Record::Configured(configured) = &*record {
                self.config.apply(&configured.change);
                self.hire();
            }
            self.log.push(record.clone());
            self.folds.push_back(record);
        }
        self.mail.extend(out.sends);
        self.notices.extend(out.notices);
        self.answers.extend(out.answers);
        for input in out.then {
            self.turn_dyn(find, &input);
        }
    }

    /// Machines for what is configured.
    fn hire(&mut self) {
        for id in self.config.queues.keys().cloned() {
            self.queues.entry(id.clone()).or_insert_with(|| Queue::new(id));
        }
        for id in self.config.agents.keys().cloned() {
            let now = self.now;
            self.agents.entry(id.clone()).or_insert_with(|| Agent::new(id, now));
        }
        for id in self.config.work_streams.keys().cloned() {
            self.streams.entry(id.clone()).or_insert_with(|| WorkStreamMachine::new(id));
        }
        for id in self.config.channels.keys().cloned() {
            self.channels.entry(id.clone()).or_insert_with(|| Channel::new(id));
        }
    }
}

/// A hand-off that says nothing.
pub fn draft() -> Draft {
    Draft {
        channel_id: "chat".into(),
        customer: CustomerRef::default(),
        context: BTreeMap::new(),
        message: None,
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: false,
        record: None,
        correspondent: None,
        party: None,
        language: None,
    }
}

pub fn admin() -> Caller {
    Caller { by: By::Supervisor("admin".into()), role: config::Role::Admin, agent: None, session: None }
}

pub fn supervisor() -> Caller {
    Caller { by: By::Supervisor("boss".into()), role: config::Role::Supervisor, agent: None, session: None }
}

pub fn backend() -> Caller {
    Caller { by: By::Backend("shop".into()), role: config::Role::Backend, agent: None, session: None }
}

pub fn by_agent(id: &str) -> Caller {
    Caller { by: By::Agent(id.into()), role: config::Role::Agent, agent: Some(id.into()), session: None }
}
