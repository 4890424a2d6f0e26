//! The start: what the journal says becomes machines. The same fold as live, each record by its audience.
//!
//! Owns the order (snapshot, then journal) and what is made and dropped with configured resources. Does not open files
//! (`house`) and starts no actor (`stage`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cast::Cast;
use super::directory::Directory;
use super::messages::Address;
use super::panics::caught;
use crate::domain::config::{Config, Key};
use crate::domain::ids::{AgentId, ChannelId, QueueId, WorkStreamId};
use crate::domain::machine::{Machine, audience};
use crate::domain::outbound::Outbound;
use crate::domain::record::{AgentHappening, AgentRecord, Record};
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::records::{self, Finding};
use crate::store::journal::Reader;
use crate::store::journal::snapshot::Snapshot;

/// Why the stage cannot be made from what is stored.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store failed, or is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A unit does not read as records.
    #[error(transparent)]
    Finding(#[from] Finding),
    /// A machine could not fold a record: our own broken invariant.
    #[error(
        "the record at position {at} cannot be folded ({what}): use the program that wrote it, and report this"
    )]
    Fold {
        /// Unit of the record.
        at: Position,
        /// What the machine said.
        what: String,
    },
}

/// All machines by id.
pub struct Machines<C: Cast> {
    /// The configuration's.
    pub configuration: C::Configuration,
    /// The owner of records.
    pub entities: C::Entities,
    /// Channels.
    pub channels: BTreeMap<ChannelId, C::Channel>,
    /// Work streams.
    pub work_streams: BTreeMap<WorkStreamId, C::WorkStream>,
    /// Queues.
    pub queues: BTreeMap<QueueId, C::Queue>,
    /// Agents.
    pub agents: BTreeMap<AgentId, C::Agent>,
    /// What goes out.
    pub outbound: C::Outbound,
}

/// Machines with what the stage knows about them, before the curtain rises.
pub struct Ensemble<C: Cast> {
    /// The configuration in force.
    pub config: Arc<Config>,
    /// Where conversations are.
    pub directory: Directory,
    /// Who plays.
    pub machines: Machines<C>,
    /// The unit that is being folded, or was last; in a snapshot what was before it.
    pub tail: Position,
    /// The latest time in any record.
    pub last_at: Timestamp,
    started_at: Timestamp,
}

impl<C: Cast> Ensemble<C> {
    /// The machines of an empty store: what is built in. Agents count as gone since `started_at`.
    pub fn new(started_at: Timestamp) -> Self {
        let machines = Machines {
            configuration: C::configuration(),
            entities: C::entities(),
            channels: BTreeMap::new(),
            work_streams: BTreeMap::new(),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            outbound: C::outbound(),
        };
        let config = Arc::new(Config::default());
        let mut ensemble = Self {
            config: config.clone(),
            directory: Directory::default(),
            machines,
            tail: Position(0),
            last_at: Timestamp::default(),
            started_at,
        };
        config.written.keys().for_each(|key| ensemble.recast(key));
        ensemble
    }

    /// The machines of a snapshot and what the journal holds after it. Gives each record to `each`, too.
    pub fn read(
        started_at: Timestamp,
        snapshot: Option<Snapshot>,
        journal: &Reader,
        each: &mut dyn FnMut(&Arc<Record>),
    ) -> Result<Self, StartError> {
        Self::read_with(started_at, snapshot, journal, &mut |_, record| each(record))
    }

    /// The same; `each` gets the machines as well, as they are after the record.
    pub fn read_with(
        started_at: Timestamp,
        snapshot: Option<Snapshot>,
        journal: &Reader,
        each: &mut dyn FnMut(&mut Self, &Arc<Record>),
    ) -> Result<Self, StartError> {
        let mut ensemble = Self::new(started_at);
        if let Some((at, units)) = snapshot {
            for unit in units {
                ensemble.unit(at, &unit, each)?;
            }
            ensemble.tail = at;
        }
        let mut why = None;
        let replayed = journal.replay(ensemble.tail, &mut |at, unit| {
            ensemble.tail = at;
            ensemble.unit(at, unit, each).map_err(|error| {
                why = Some(error);
                StoreError::Halted
            })
        });
        if let Some(error) = why {
            return Err(error);
        }
        ensemble.tail = replayed?;
        ensemble.dismiss();
        Ok(ensemble)
    }

    fn unit(
        &mut self,
        at: Position,
        unit: &[u8],
        each: &mut dyn FnMut(&mut Self, &Arc<Record>),
    ) -> Result<(), StartError> {
        let mut failed = None;
        records::decode(at, unit, &mut |record| {
            if failed.is_none() {
                failed = caught(|| self.fold(&record)).err();
                each(self, &Arc::new(record));
            }
        })?;
        failed.map_or(Ok(()), |what| Err(StartError::Fold { at, what }))
    }

    /// Folds one record wherever it is cared for.
    pub fn fold(&mut self, record: &Record) {
        match record {
            Record::Event(event) => self.last_at = self.last_at.max(event.at),
            Record::Agent(record) => self.last_at = self.last_at.max(record.at),
            Record::Configured(configured) => {
                self.last_at = self.last_at.max(configured.at);
                Arc::make_mut(&mut self.config).apply(&configured.change);
                self.recast(&configured.change.key());
            }
            Record::Outbound(outbound) => self.last_at = self.last_at.max(outbound.at),
            Record::Kept(_) | Record::Parked { .. } => {}
        }
        if carries_offers(record) {
            self.machines.queues.values_mut().for_each(|queue| queue.apply(record));
        }
        if Outbound::cares(record, &self.config) {
            self.machines.outbound.apply(record);
        }
        let cares = audience(record);
        if cares.configuration {
            self.machines.configuration.apply(record);
        }
        let home = cares.home.and_then(|id| self.directory.home(id)).cloned();
        if let Some(queue) = home.as_ref().and_then(|id| self.machines.queues.get_mut(id)) {
            queue.apply(record);
        }
        if let Some(id) = cares.new_home
            && home.as_ref() != Some(id)
            && let Some(queue) = self.machines.queues.get_mut(id)
        {
            queue.apply(record);
        }
        if let (Some(id), Record::Event(event)) = (cares.new_home, record) {
            self.directory.folded(id, event);
        }
        let agents: BTreeSet<&AgentId> = cares.agents.into_iter().flatten().collect();
        for id in agents {
            if let Some(agent) = self.machines.agents.get_mut(id) {
                agent.apply(record);
            }
        }
        if let Some(entry) = cares.entry.and_then(|id| self.directory.entry(id)) {
            if let Some(channel) = self.machines.channels.get_mut(&entry.channel) {
                channel.apply(record);
            }
            if let Some(work_stream) = self.machines.work_streams.get_mut(&entry.work_stream) {
                work_stream.apply(record);
            }
            if entry.of_record {
                self.machines.entities.apply(record);
            }
        }
    }

    /// A resource was written or deleted. Deleted queues and agents stay until [`Ensemble::dismiss`].
    fn recast(&mut self, key: &Key) {
        let (config, machines) = (&self.config, &mut self.machines);
        match key {
            Key::Channel(id) if config.channels.contains_key(id) => {
                machines.channels.entry(id.clone()).or_insert_with(|| C::channel(id.clone()));
            }
            Key::Channel(id) => drop(machines.channels.remove(id)),
            Key::WorkStream(id) if config.work_streams.contains_key(id) => {
                machines.work_streams.entry(id.clone()).or_insert_with(|| C::work_stream(id.clone()));
            }
            Key::WorkStream(id) => drop(machines.work_streams.remove(id)),
            Key::Queue(id) if config.queues.contains_key(id) => {
                machines.queues.entry(id.clone()).or_insert_with(|| C::queue(id.clone()));
            }
            Key::Agent(id) if config.agents.contains_key(id) => {
                let started_at = self.started_at;
                machines.agents.entry(id.clone()).or_insert_with(|| C::agent(id.clone(), started_at));
            }
            _ => {}
        }
    }

    /// Deleted queues go once nothing has its home there, deleted agents now: live they stay until here, too.
    pub(super) fn dismiss(&mut self) {
        let (config, directory) = (&self.config, &self.directory);
        self.machines.queues.retain(|id, _| config.queues.contains_key(id) || directory.homed(id) > 0);
        self.machines.agents.retain(|id, _| config.agents.contains_key(id));
    }

    /// The machine at `address` in words, for comparing two starts.
    pub fn describe(&self, address: &Address) -> Option<String>
    where
        C::Queue: std::fmt::Debug,
        C::Agent: std::fmt::Debug,
    {
        match address {
            Address::Queue(id) => self.machines.queues.get(id).map(|machine| format!("{machine:?}")),
            Address::Agent(id) => self.machines.agents.get(id).map(|machine| format!("{machine:?}")),
            _ => None,
        }
    }
}

/// Whether this is what a snapshot keeps of an agent: its queues take their last offers from it.
fn carries_offers(record: &Record) -> bool {
    matches!(record, Record::Agent(AgentRecord { what: AgentHappening::Carried(_), .. }))
}
