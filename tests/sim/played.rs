//! How the host plays each kind of machine: where it stands, how it is watched and tampered with.

use callboard::domain::agent::Agent;
use callboard::domain::channel::{self, Channel};
use callboard::domain::config::Config;
use callboard::domain::configuration::Configuration;
use callboard::domain::ids::{AgentId, ChannelId, QueueId, WorkStreamId};
use callboard::domain::machine::{Effect, Machine, Outbox};
use callboard::domain::queue::Queue;
use callboard::domain::time::Timestamp;
use callboard::domain::work_stream::WorkStreamMachine;

use crate::check::Check;
use crate::house::{Address, House};
use crate::planted::{self, Planted};

/// A machine in the house.
pub trait Played: Machine + Sized {
    /// Its id.
    type Id;
    /// Where it stands.
    fn find<'a>(house: &'a mut House, id: &Self::Id) -> Option<&'a mut Self>;
    /// Its address.
    fn address(id: &Self::Id) -> Address;
    /// Plants a bug in what it decided.
    fn tamper(&self, _input: &Self::Input, _out: &mut Outbox<Self>, _planted: Planted, _now: Timestamp) {}
    /// Shows the checkers what it decided, before anything of it is done.
    fn watch(
        &self,
        _in: &Self::Input,
        _out: &Outbox<Self>,
        _check: &mut Check,
        _config: &Config,
        _now: Timestamp,
    ) {
    }
    /// Shows the checkers what it became.
    fn after(&self, _check: &mut Check, _config: &Config) {}
}

impl Played for Queue {
    type Id = QueueId;
    fn find<'a>(house: &'a mut House, id: &QueueId) -> Option<&'a mut Self> {
        house.queues.get_mut(id)
    }
    fn address(id: &QueueId) -> Address {
        Address::Queue(id.clone())
    }
    fn tamper(&self, input: &Self::Input, out: &mut Outbox<Self>, planted: Planted, now: Timestamp) {
        planted::queue(self, input, out, planted, now);
    }
    fn watch(
        &self,
        input: &Self::Input,
        out: &Outbox<Self>,
        check: &mut Check,
        config: &Config,
        now: Timestamp,
    ) {
        check.queue_decides(self, input, out, config, now);
    }
}

impl Played for Agent {
    type Id = AgentId;
    fn find<'a>(house: &'a mut House, id: &AgentId) -> Option<&'a mut Self> {
        house.agents.get_mut(id)
    }
    fn address(id: &AgentId) -> Address {
        Address::Agent(id.clone())
    }
    fn tamper(&self, input: &Self::Input, out: &mut Outbox<Self>, planted: Planted, _now: Timestamp) {
        planted::agent(self, input, out, planted);
    }
    fn watch(
        &self,
        _input: &Self::Input,
        out: &Outbox<Self>,
        check: &mut Check,
        config: &Config,
        now: Timestamp,
    ) {
        check.agent_decides(self, out, config, now);
    }
    fn after(&self, check: &mut Check, config: &Config) {
        check.agent_became(self, config);
    }
}

impl Played for Channel {
    type Id = ChannelId;
    fn find<'a>(house: &'a mut House, id: &ChannelId) -> Option<&'a mut Self> {
        house.channels.get_mut(id)
    }
    fn address(id: &ChannelId) -> Address {
        Address::Channel(id.clone())
    }
    fn tamper(&self, _input: &Self::Input, out: &mut Outbox<Self>, planted: Planted, _now: Timestamp) {
        if planted == Planted::FirstMessageForgotten {
            out.effects.retain(|effect| !matches!(effect, Effect::Soft(channel::Soft::Met { .. })));
        }
    }
}

impl Played for WorkStreamMachine {
    type Id = WorkStreamId;
    fn find<'a>(house: &'a mut House, id: &WorkStreamId) -> Option<&'a mut Self> {
        house.streams.get_mut(id)
    }
    fn address(id: &WorkStreamId) -> Address {
        Address::Stream(id.clone())
    }
    fn tamper(&self, _input: &Self::Input, out: &mut Outbox<Self>, planted: Planted, _now: Timestamp) {
        planted::stream(out, planted);
    }
    fn watch(
        &self,
        input: &Self::Input,
        out: &Outbox<Self>,
        check: &mut Check,
        config: &Config,
        _now: Timestamp,
    ) {
        check.stream_decides(self, input, out, config);
    }
}

impl Played for Configuration {
    type Id = ();
    fn find<'a>(house: &'a mut House, _id: &()) -> Option<&'a mut Self> {
        Some(&mut house.configuration)
    }
    fn address(_id: &()) -> Address {
        Address::Configuration
    }
}
