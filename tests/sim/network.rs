//! The network between machines, what a message or a record does where it arrives, and the table of timers.

use std::sync::Arc;

use callboard::domain::agent::{self, Agent};
use callboard::domain::channel::Channel;
use callboard::domain::command::{Code, Refusal, Reply};
use callboard::domain::configuration::Configuration;
use callboard::domain::entity::Entities;
use callboard::domain::ids::{AgentId, QueueId};
use callboard::domain::machine::{Machine, Send, audience};
use callboard::domain::queue::{self, Queue};
use callboard::domain::record::Record;
use callboard::domain::work_stream::WorkStreamMachine;

use crate::house::Address;
use crate::journal::Said;
use crate::planted;
use crate::records;
use crate::words;
use crate::world::{Job, Mail, World};

impl World {
    /// Sends a message over the network: in order per sender and receiver, any order across.
    pub fn post(&mut self, from: &Address, mail: Mail, to: Address) {
        let delay = match self.rough {
            0 => self.random.network.between(0, 2),
            1 => self.random.network.between(0, 20),
            _ if self.random.network.chance(5) => self.random.network.between(50, 300),
            _ => self.random.network.between(0, 40),
        };
        let last = self.lines.entry((from.clone(), to.clone())).or_default();
        let at = (*last).max(self.real + delay);
        *last = at;
        self.push(at - self.real, Job::Mail(from.clone(), to, mail));
    }

    /// Sends what a machine, or the edge, wants sent.
    pub fn send(&mut self, from: &Address, send: Send) {
        if let Send::Everyone = send {
            for id in self.house.queues.keys().cloned().collect::<Vec<_>>() {
                self.send(from, Send::Queue(id, queue::Input::Configured(None)));
            }
            for id in self.house.agents.keys().cloned().collect::<Vec<_>>() {
                self.send(from, Send::Agent(id, agent::Input::Configured));
            }
            return;
        }
        let to = match &send {
            Send::Channel(id, _) => Address::Channel(id.clone()),
            Send::WorkStream(id, _) => Address::Stream(id.clone()),
            Send::Queue(id, _) => Address::Queue(id.clone()),
            Send::Home(id, _) => match self.house.directory.get(id) {
                Some(queue) => Address::Queue(queue.clone()),
                None => Address::Configuration,
            },
            Send::Agent(id, _) => Address::Agent(id.clone()),
            Send::Configuration(_) | Send::Everyone => Address::Configuration,
            Send::Entities(_) => Address::Entities,
        };
        if !self.planted.swallows(&send) {
            self.post(from, Mail::Send(send), to);
        }
    }

    pub(crate) fn deliver(&mut self, from: &Address, to: &Address, mail: Mail) {
        match mail {
            Mail::Fold(record) => self.deliver_fold(to, &record),
            Mail::Send(send) => {
                self.say(|| format!("{from} -> {to}: {}", words::send(&send)));
                self.deliver_send(send);
            }
        }
    }

    fn deliver_send(&mut self, send: Send) {
        let house = &self.house;
        match send {
            Send::Channel(id, input) => self.turn::<Channel>(&id, &input, 0),
            Send::WorkStream(id, input) => self.turn::<WorkStreamMachine>(&id, &input, 0),
            Send::Queue(id, input) => self.turn::<Queue>(&id, &input, 0),
            Send::Home(id, input) => match house.directory.get(&id).cloned() {
                Some(queue) => self.turn::<Queue>(&queue, &input, 0),
                None => self.nowhere(&input),
            },
            Send::Agent(id, agent::Input::Act { reply, .. }) if !house.agents.contains_key(&id) => {
                self.refuse(reply, Code::UnknownResource);
            }
            Send::Agent(id, agent::Input::Consult { reply, .. }) if !house.agents.contains_key(&id) => {
                self.refuse(reply, Code::NotConnected);
            }
            Send::Agent(id, input) => self.turn::<Agent>(&id, &input, 0),
            Send::Configuration(input) => self.turn::<Configuration>(&(), &input, 0),
            Send::Entities(input) => self.turn::<Entities>(&(), &input, 0),
            Send::Everyone => {}
        }
    }

    fn refuse(&mut self, reply: Reply, code: Code) {
        if reply != Reply::NONE {
            self.journal.say(Said::Answer(reply, Err(Refusal::of(code))));
        }
    }

    /// The host's answer for a conversation that no directory knows.
    fn nowhere(&mut self, input: &queue::Input) {
        let reply = match input {
            queue::Input::Act { reply, .. }
            | queue::Input::Answer { reply, .. }
            | queue::Input::Consultable { reply, .. } => *reply,
            _ => Reply::NONE,
        };
        self.refuse(reply, Code::UnknownConversation);
    }

    fn deliver_fold(&mut self, to: &Address, record: &Arc<Record>) {
        self.say(|| format!("{to} folds {}", words::record(record)));
        match to {
            Address::Queue(id) => {
                let home = audience(record).home;
                if let Some(machine) = self.house.queues.get_mut(id) {
                    machine.apply(record);
                }
                if let Some(conversation) = home {
                    self.house.directory.insert(conversation, id.clone());
                }
                if let Some(input) = Queue::folded(record) {
                    self.turn::<Queue>(id, &input, 0);
                }
            }
            Address::Agent(id) => {
                if let Some(machine) = self.house.agents.get_mut(id) {
                    planted::fold(machine, record, self.planted);
                }
                if let Some(input) = Agent::folded(record) {
                    self.turn::<Agent>(id, &input, 0);
                }
            }
            Address::Channel(id) => {
                if let Some(machine) = self.house.channels.get_mut(id) {
                    machine.apply(record);
                }
                if let Some(input) = Channel::folded(record) {
                    self.turn::<Channel>(id, &input, 0);
                }
            }
            Address::Entities => records::fold(self, record),
            Address::Stream(id) => drop(self.house.streams.get_mut(id).map(|m| m.apply(record))),
            _ => {}
        }
    }

    /// Looks when a machine wants to be told the time.
    pub(crate) fn plan(&mut self, address: &Address) {
        let due = match address {
            Address::Queue(id) => self.house.queues.get(id).and_then(|m| m.next_due(&self.house.config)),
            Address::Agent(id) => self.house.agents.get(id).and_then(|m| m.next_due(&self.house.config)),
            _ => None,
        };
        let Some(due) = due else { return };
        if self.restarting {
            return;
        }
        let at = (due.0 - self.offset).max(self.real);
        if self.ticks.get(address).is_none_or(|known| *known > at) {
            self.ticks.insert(address.clone(), at);
            let late = self.random.network.between(0, 20);
            self.push(at - self.real + late, Job::Tick(address.clone()));
        }
    }

    pub(crate) fn plan_all(&mut self) {
        for id in self.house.queues.keys().cloned().collect::<Vec<QueueId>>() {
            self.plan(&Address::Queue(id));
        }
        for id in self.house.agents.keys().cloned().collect::<Vec<AgentId>>() {
            self.plan(&Address::Agent(id));
        }
    }

    pub(crate) fn tick(&mut self, address: &Address) {
        self.ticks.remove(address);
        match address {
            Address::Queue(id) => self.turn::<Queue>(id, &queue::Input::Tick, 0),
            Address::Agent(id) => self.turn::<Agent>(id, &agent::Input::Tick, 0),
            _ => {}
        }
    }
}
