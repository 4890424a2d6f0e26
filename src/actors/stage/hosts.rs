//! The hosts of a stage: who enters with which machine, and who leaves.

use std::collections::BTreeMap;
use std::rc::Rc;

use actix::{Actor, Addr};

use super::Stage;
use crate::actors::cast::Cast;
use crate::actors::host::Host;
use crate::actors::messages::{Address, Asks, Origin, What};
use crate::actors::start::Machines;
use crate::domain::config::Key;
use crate::domain::ids::{AgentId, ChannelId, ConversationId, QueueId, WorkStreamId};
use crate::domain::machine::Machine;
use crate::domain::{agent, queue};

/// The address of a host; only the stage holds any.
pub(super) type HostOf<C, M> = Addr<Host<C, M>>;

/// All hosts by id. A host ends when its address here is dropped and its mailbox is empty.
pub struct Hosts<C: Cast> {
    pub(super) configuration: Option<HostOf<C, C::Configuration>>,
    pub(super) entities: Option<HostOf<C, C::Entities>>,
    pub(super) channels: BTreeMap<ChannelId, HostOf<C, C::Channel>>,
    pub(super) work_streams: BTreeMap<WorkStreamId, HostOf<C, C::WorkStream>>,
    pub(super) queues: BTreeMap<QueueId, HostOf<C, C::Queue>>,
    pub(super) agents: BTreeMap<AgentId, HostOf<C, C::Agent>>,
    pub(super) outbound: Option<HostOf<C, C::Outbound>>,
}

impl<C: Cast> Default for Hosts<C> {
    fn default() -> Self {
        Self {
            configuration: None,
            entities: None,
            channels: BTreeMap::new(),
            work_streams: BTreeMap::new(),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            outbound: None,
        }
    }
}

impl<C: Cast> Stage<C> {
    /// Everyone enters; only then queues and agents are told `Started`, since they speak to each other at once.
    pub(super) fn enter_all(self: &Rc<Self>, machines: Machines<C>) {
        let Machines { configuration, entities, channels, work_streams, queues, agents, outbound } = machines;
        let mut hosts = self.hosts.borrow_mut();
        hosts.configuration = Some(self.enter(configuration, Address::Configuration));
        hosts.entities = Some(self.enter(entities, Address::Entities));
        hosts.outbound = Some(self.enter(outbound, Address::Outbound));
        for (id, machine) in channels {
            hosts.channels.insert(id.clone(), self.enter(machine, Address::Channel(id)));
        }
        for (id, machine) in work_streams {
            hosts.work_streams.insert(id.clone(), self.enter(machine, Address::WorkStream(id)));
        }
        for (id, machine) in queues {
            hosts.queues.insert(id.clone(), self.enter(machine, Address::Queue(id)));
        }
        for (id, machine) in agents {
            hosts.agents.insert(id.clone(), self.enter(machine, Address::Agent(id)));
        }
        for (id, host) in &hosts.queues {
            self.start_queue(id, host);
        }
        for (id, host) in &hosts.agents {
            self.start_agent(id, host);
        }
    }

    fn enter<M: Machine + Unpin + 'static>(self: &Rc<Self>, machine: M, address: Address) -> HostOf<C, M>
    where
        M::Input: Asks,
    {
        Host::new(machine, address, self.clone()).start()
    }

    fn start_queue(&self, id: &QueueId, host: &HostOf<C, C::Queue>) {
        self.derived(host, &Address::Queue(id.clone()), Origin::Started, queue::Input::Started);
    }

    fn start_agent(&self, id: &AgentId, host: &HostOf<C, C::Agent>) {
        self.derived(host, &Address::Agent(id.clone()), Origin::Started, agent::Input::Started);
    }

    /// A derived message comes, unless it was parked.
    pub(super) fn derived<M: Machine + Unpin + 'static>(
        &self,
        host: &HostOf<C, M>,
        address: &Address,
        origin: Origin,
        input: M::Input,
    ) where
        M::Input: Asks,
    {
        if !self.backstage.is_parked(origin, address) {
            self.put(host, origin, What::Input(input));
        }
    }

    /// A resource was written or deleted: its host enters or leaves.
    pub(super) fn recast(self: &Rc<Self>, key: &Key) {
        let config = self.config();
        let mut hosts = self.hosts.borrow_mut();
        match key {
            Key::Channel(id) if !config.channels.contains_key(id) => drop(hosts.channels.remove(id)),
            Key::Channel(id) if !hosts.channels.contains_key(id) => {
                let host = self.enter(C::channel(id.clone()), Address::Channel(id.clone()));
                hosts.channels.insert(id.clone(), host);
            }
            Key::WorkStream(id) if !config.work_streams.contains_key(id) => {
                hosts.work_streams.remove(id);
            }
            Key::WorkStream(id) if !hosts.work_streams.contains_key(id) => {
                let host = self.enter(C::work_stream(id.clone()), Address::WorkStream(id.clone()));
                hosts.work_streams.insert(id.clone(), host);
            }
            Key::Queue(id) if !config.queues.contains_key(id) => {
                // Behind what is still in its mailbox: a conversation may be on its way there.
                if let Some(host) = hosts.queues.get(id) {
                    self.put(host, Origin::Sent, What::Leave);
                }
            }
            Key::Queue(id) if !hosts.queues.contains_key(id) => {
                let host = self.enter(C::queue(id.clone()), Address::Queue(id.clone()));
                self.start_queue(id, &host);
                hosts.queues.insert(id.clone(), host);
            }
            // A deleted agent's machine stays until the next start and says no: a queue may be asking it just now.
            Key::Agent(id) if !config.agents.contains_key(id) => {}
            Key::Agent(id) if !hosts.agents.contains_key(id) => {
                let machine = C::agent(id.clone(), self.now());
                let host = self.enter(machine, Address::Agent(id.clone()));
                self.start_agent(id, &host);
                hosts.agents.insert(id.clone(), host);
            }
            _ => {}
        }
    }

    /// A deleted queue's host ends once no conversation has its home there.
    pub(in crate::actors) fn leave(&self, address: &Address) {
        let Address::Queue(id) = address else { return };
        if !self.config.borrow().queues.contains_key(id) && self.directory.borrow().homed(id) == 0 {
            self.hosts.borrow_mut().queues.remove(id);
        }
    }

    /// The archive has these: their queue forgets them, and the directory.
    pub(in crate::actors) fn forget(&self, conversations: Vec<ConversationId>) {
        for id in conversations {
            let Some(entry) = self.directory.borrow_mut().forget(id) else { continue };
            let hosts = self.hosts.borrow();
            if let Some(host) = hosts.queues.get(&entry.home) {
                self.put(host, Origin::Sent, What::Input(queue::Input::Forget(id)));
                if !self.config.borrow().queues.contains_key(&entry.home) {
                    self.put(host, Origin::Sent, What::Leave);
                }
            }
        }
    }
}
