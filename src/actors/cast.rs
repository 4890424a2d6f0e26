//! The cast: which machine plays which part. The house has one; tests bring toys.

use crate::domain::ids::{AgentId, ChannelId, QueueId, WorkStreamId};
use crate::domain::machine::Machine;
use crate::domain::time::Timestamp;
use crate::domain::{agent, channel, configuration, entity, outbound, queue, work_stream};

/// A machine for each part, each made from its id alone.
pub trait Cast: 'static {
    /// Plays a channel.
    type Channel: Machine<Input = channel::Input> + Unpin + 'static;
    /// Plays a work stream.
    type WorkStream: Machine<Input = work_stream::Input> + Unpin + 'static;
    /// Plays a queue.
    type Queue: Machine<Input = queue::Input> + Unpin + 'static;
    /// Plays an agent.
    type Agent: Machine<Input = agent::Input> + Unpin + 'static;
    /// Plays the configuration.
    type Configuration: Machine<Input = configuration::Input> + Unpin + 'static;
    /// Plays what goes out.
    type Outbound: Machine<Input = outbound::Input> + Unpin + 'static;
    /// Plays the owner of records.
    type Entities: Machine<Input = entity::Input> + Unpin + 'static;

    /// A channel before its first record.
    fn channel(id: ChannelId) -> Self::Channel;
    /// A work stream before its first record.
    fn work_stream(id: WorkStreamId) -> Self::WorkStream;
    /// A queue before its first record.
    fn queue(id: QueueId) -> Self::Queue;
    /// An agent before its first record, in a house that started (or made it) at `started_at`.
    fn agent(id: AgentId, started_at: Timestamp) -> Self::Agent;
    /// The configuration before its first record.
    fn configuration() -> Self::Configuration;
    /// What goes out before its first record.
    fn outbound() -> Self::Outbound;
    /// The owner of records before its first one.
    fn entities() -> Self::Entities;
}

/// The house's own cast.
pub struct Players;

impl Cast for Players {
    type Channel = channel::Channel;
    type WorkStream = work_stream::WorkStreamMachine;
    type Queue = queue::Queue;
    type Agent = agent::Agent;
    type Configuration = configuration::Configuration;
    type Outbound = outbound::Outbound;
    type Entities = entity::Entities;

    fn channel(id: ChannelId) -> Self::Channel {
        channel::Channel::new(id)
    }

    fn work_stream(id: WorkStreamId) -> Self::WorkStream {
        work_stream::WorkStreamMachine::new(id)
    }

    fn queue(id: QueueId) -> Self::Queue {
        queue::Queue::new(id)
    }

    fn agent(id: AgentId, started_at: Timestamp) -> Self::Agent {
        agent::Agent::new(id, started_at)
    }

    fn configuration() -> Self::Configuration {
        configuration::Configuration::new()
    }

    fn outbound() -> Self::Outbound {
        outbound::Outbound::new()
    }

    fn entities() -> Self::Entities {
        entity::Entities::new()
    }
}
