//! The house: every machine, the directory, and how records are folded at a start.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard::domain::agent::Agent;
use callboard::domain::channel::Channel;
use callboard::domain::config::Config;
use callboard::domain::configuration::Configuration;
use callboard::domain::conversation::Happening;
use callboard::domain::entity::Entities;
use callboard::domain::ids::{AgentId, ChannelId, ConversationId, QueueId, WorkStreamId};
use callboard::domain::machine::{Machine, audience};
use callboard::domain::queue::Queue;
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;
use callboard::domain::work_stream::WorkStreamMachine;

/// Where a message comes from and where it goes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Address {
    /// Somebody outside, by number.
    Edge(u32),
    /// A channel.
    Channel(ChannelId),
    /// A work stream.
    Stream(WorkStreamId),
    /// A queue.
    Queue(QueueId),
    /// An agent.
    Agent(AgentId),
    /// The configuration.
    Configuration,
    /// The owner of records.
    Entities,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Edge(n) => write!(f, "edge{n}"),
            Self::Channel(id) => write!(f, "{id}"),
            Self::Stream(id) => write!(f, "{id}"),
            Self::Queue(id) => write!(f, "{id}"),
            Self::Agent(id) => write!(f, "{id}"),
            Self::Configuration => write!(f, "configuration"),
            Self::Entities => write!(f, "entities"),
        }
    }
}

/// All machines.
pub struct House {
    /// The configuration in force.
    pub config: Arc<Config>,
    /// Queues.
    pub queues: BTreeMap<QueueId, Queue>,
    /// Agents; deleted ones stay until the next start.
    pub agents: BTreeMap<AgentId, Agent>,
    /// Work streams.
    pub streams: BTreeMap<WorkStreamId, WorkStreamMachine>,
    /// Channels.
    pub channels: BTreeMap<ChannelId, Channel>,
    /// The configuration's machine.
    pub configuration: Configuration,
    /// The owner of records.
    pub entities: Entities,
    /// Which queue is home.
    pub directory: BTreeMap<ConversationId, QueueId>,
    /// Where each conversation came in.
    pub entries: BTreeMap<ConversationId, (ChannelId, WorkStreamId)>,
}

impl House {
    /// A house with the built-in configuration.
    pub fn empty(started_at: Timestamp) -> Self {
        let mut house = Self {
            config: Arc::new(Config::default()),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            streams: BTreeMap::new(),
            channels: BTreeMap::new(),
            configuration: Configuration::new(),
            entities: Entities::new(),
            directory: BTreeMap::new(),
            entries: BTreeMap::new(),
        };
        house.hire(started_at);
        house
    }

    /// The house that these records make, before `Started`.
    pub fn folded<'a>(records: impl Iterator<Item = &'a Arc<Record>>, started_at: Timestamp) -> Self {
        let mut house = Self::empty(started_at);
        for record in records {
            house.fold(record, started_at);
        }
        let config = house.config.clone();
        house.agents.retain(|id, _| config.agents.contains_key(id));
        let homed = |queue: &Queue| queue.unfinished() > 0;
        house.queues.retain(|id, queue| config.queues.contains_key(id) || homed(queue));
        house.streams.retain(|id, _| config.work_streams.contains_key(id));
        house.channels.retain(|id, _| config.channels.contains_key(id));
        house
    }

    fn fold(&mut self, record: &Arc<Record>, started_at: Timestamp) {
        if let Record::Configured(configured) = &**record {
            self.configure(&configured.change, started_at);
        }
        let audience = audience(record);
        self.note_entry(record);
        if let Some(id) = audience.home {
            if let Some(queue) = self.directory.get(&id).cloned()
                && let Some(machine) = self.queues.get_mut(&queue)
            {
                machine.apply(record);
            }
            if let Some(new) = audience.new_home {
                let author = self.directory.insert(id, new.clone());
                if author.as_ref() != Some(new)
                    && let Some(machine) = self.queues.get_mut(new)
                {
                    machine.apply(record);
                }
            }
        }
        for agent in agents_of(record) {
            if let Some(machine) = self.agents.get_mut(&agent) {
                machine.apply(record);
            }
        }
        if let Some((channel, stream)) = audience.entry.and_then(|id| self.entries.get(&id)).cloned() {
            if let Some(machine) = self.channels.get_mut(&channel) {
                machine.apply(record);
            }
            if let Some(machine) = self.streams.get_mut(&stream) {
                machine.apply(record);
            }
            if crate::records::is_entity(&channel) {
                self.entities.apply(record);
            }
        }
    }

    /// Remembers where a conversation came in.
    pub fn note_entry(&mut self, record: &Record) {
        if let Record::Event(event) = record
            && let Happening::Created(born) = &event.what
        {
            let entry = (born.channel_id.clone(), born.work_stream_id.clone());
            self.entries.insert(event.conversation, entry);
        }
    }

    /// Takes a change of the configuration, and machines for what is new.
    pub fn configure(&mut self, change: &callboard::domain::config::Change, now: Timestamp) {
        Arc::make_mut(&mut self.config).apply(change);
        self.hire(now);
    }

    fn hire(&mut self, now: Timestamp) {
        for id in self.config.queues.keys() {
            self.queues.entry(id.clone()).or_insert_with(|| Queue::new(id.clone()));
        }
        for id in self.config.agents.keys() {
            self.agents.entry(id.clone()).or_insert_with(|| Agent::new(id.clone(), now));
        }
        for id in self.config.work_streams.keys() {
            self.streams.entry(id.clone()).or_insert_with(|| WorkStreamMachine::new(id.clone()));
        }
        for id in self.config.channels.keys() {
            self.channels.entry(id.clone()).or_insert_with(|| Channel::new(id.clone()));
        }
    }
}

/// The agents that fold a record, each once.
pub fn agents_of(record: &Record) -> Vec<AgentId> {
    let mut agents: Vec<AgentId> = audience(record).agents.into_iter().flatten().cloned().collect();
    agents.dedup();
    agents
}
