//! Messages of the stage: plain ids as addresses, an envelope with a rising id, and who waits for an input.

use std::sync::Arc;

use crate::domain::command::{Code, FieldProblem, Refusal, Reply};
use crate::domain::ids::{AgentId, ChannelId, QueueId, WorkStreamId};
use crate::domain::record::Record;
use crate::domain::{agent, channel, configuration, entity, outbound, queue, work_stream};

/// How often one message may fail before it is parked for good (ARCHITECTURE §2.7).
pub const MAX_FAILURES: u8 = 3;

/// Names a machine.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Address {
    /// The configuration.
    Configuration,
    /// The owner of records.
    Entities,
    /// A channel.
    Channel(ChannelId),
    /// A work stream.
    WorkStream(WorkStreamId),
    /// A queue.
    Queue(QueueId),
    /// An agent.
    Agent(AgentId),
    /// What goes out.
    Outbound,
}

/// A message to a host.
pub struct Envelope<I> {
    /// Rises; the same in every attempt. Names the message in logs and when it is parked.
    pub id: u64,
    /// How often it has failed.
    pub failures: u8,
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    pub what: What<I>,
}

/// Where a message comes from: a derived one comes back after every rebuild, so it is parked by what it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// Somebody sent it; once lost, it is gone.
    Sent,
    /// The start makes it.
    Started,
    /// The timer table makes it.
    Timer,
}

/// What a message says.
pub enum What<I> {
    /// Fold somebody else's record, then react.
    Fold(Arc<Record>),
    /// An input.
    Input(I),
    /// What is left of a turn whose next input failed; the next one stands last.
    Again(Vec<I>),
    /// The resource was deleted: end as soon as nothing needs the machine.
    Leave,
}

impl<I: Send + 'static> actix::Message for Envelope<I> {
    type Result = ();
}

/// Inputs that somebody may wait for.
pub trait Asks {
    /// Who waits; `NONE` is nobody.
    fn reply(&self) -> Reply;

    /// What to answer where there is no such machine.
    fn nobody_there(&self) -> Refusal;
}

impl Asks for channel::Input {
    fn reply(&self) -> Reply {
        match self {
            Self::Create { reply, .. } | Self::Continue { reply, .. } | Self::Record { reply, .. } => *reply,
            _ => Reply::NONE,
        }
    }

    fn nobody_there(&self) -> Refusal {
        match self {
            Self::Create { draft, .. } | Self::Continue { draft, .. } => {
                Refusal::fields(vec![FieldProblem::UnknownChannel(draft.channel_id.clone())])
            }
            _ => Refusal::of(Code::UnknownResource),
        }
    }
}

impl Asks for work_stream::Input {
    fn reply(&self) -> Reply {
        match self {
            Self::Arrive { reply, .. } | Self::Reclassify { reply, .. } => *reply,
            Self::Simulate(_, asked) => asked.reply,
            _ => Reply::NONE,
        }
    }

    fn nobody_there(&self) -> Refusal {
        Refusal::of(Code::UnknownResource)
    }
}

impl Asks for queue::Input {
    fn reply(&self) -> Reply {
        match self {
            Self::Enqueue { reply, .. }
            | Self::Act { reply, .. }
            | Self::Classified { reply, .. }
            | Self::Answer { reply, .. }
            | Self::Consultable { reply, .. } => *reply,
            Self::Simulate(asked) => asked.reply,
            _ => Reply::NONE,
        }
    }

    fn nobody_there(&self) -> Refusal {
        match self {
            Self::Enqueue { .. } | Self::Simulate(_) => Refusal::of(Code::UnknownResource),
            _ => Refusal::of(Code::UnknownConversation),
        }
    }
}

impl Asks for agent::Input {
    fn reply(&self) -> Reply {
        match self {
            Self::Act { reply, .. } | Self::Consult { reply, .. } => *reply,
            _ => Reply::NONE,
        }
    }

    fn nobody_there(&self) -> Refusal {
        match self {
            Self::Consult { .. } => Refusal::of(Code::NotConnected),
            _ => Refusal::of(Code::UnknownResource),
        }
    }
}

impl Asks for configuration::Input {
    fn reply(&self) -> Reply {
        match self {
            Self::Configure { reply, .. } => *reply,
            Self::Deletable { .. } | Self::Commit(_) | Self::Folded => Reply::NONE,
        }
    }

    fn nobody_there(&self) -> Refusal {
        Refusal::of(Code::UnknownResource)
    }
}

impl Asks for outbound::Input {
    fn reply(&self) -> Reply {
        match self {
            Self::Act { reply, .. } => *reply,
            Self::Folded => Reply::NONE,
        }
    }

    fn nobody_there(&self) -> Refusal {
        Refusal::of(Code::UnknownResource)
    }
}

impl Asks for entity::Input {
    fn reply(&self) -> Reply {
        match self {
            Self::Route { reply, .. } | Self::Find { reply, .. } | Self::Refused { reply, .. } => *reply,
            Self::Created(_) | Self::Folded => Reply::NONE,
        }
    }

    fn nobody_there(&self) -> Refusal {
        Refusal::of(Code::UnknownRecord)
    }
}
