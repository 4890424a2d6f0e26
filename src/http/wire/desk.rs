//! The desk on the wire: what an agent's page needs to show names and choices.

use serde::Serialize;
use utoipa::ToSchema;

use super::agent::{AgentRole, Presence};
use super::common::ChannelType;
use super::queue::QueueType;
use super::quick_reply::QuickReply;
use super::work_stream::{Mode, Variable};
use crate::domain::command::AgentShown;
use crate::domain::config::{Agent, Channel, Config, Queue, WorkStream};
use crate::domain::ids::{AgentId, ChannelId, QueueId, WorkStreamId};

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskSelf {
    id: String,
    name: String,
    role: AgentRole,
    /// Its queues beside the default ones, which hold everybody.
    queue_ids: Vec<String>,
}

/// A queue by name: where a conversation can be transferred to, and what a pick list is narrowed by.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskQueue {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: QueueType,
}

/// Another agent, or oneself: whom a conversation can be transferred to, and who can be consulted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskAgent {
    id: String,
    name: String,
    /// Base or custom; `offline` while no socket is open.
    presence: String,
    /// The base presence behind it.
    base_presence: String,
    /// Whether a socket is open and heard.
    connected: bool,
    /// Its queues beside the default ones.
    queue_ids: Vec<String>,
}

/// A work stream by name, with what a page does by it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskWorkStream {
    id: String,
    name: String,
    channel_type: ChannelType,
    mode: Mode,
    /// Whether agents may pick from it though it is pushed.
    select_from_push: bool,
    /// Declared variables, with the names to show them under.
    context_variables: Vec<Variable>,
}

/// A channel by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskChannel {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: ChannelType,
}

/// Names and choices for an agent's page, each list by id. Nothing of it is narrowed to the agent, since any conversation
/// can be transferred to anybody: a page offers a quick reply where `work_stream_ids` is empty or names the conversation's.
#[derive(Debug, Serialize, ToSchema)]
pub struct Desk {
    agent: DeskSelf,
    queues: Vec<DeskQueue>,
    agents: Vec<DeskAgent>,
    /// The five base ones and custom ones.
    presences: Vec<Presence>,
    work_streams: Vec<DeskWorkStream>,
    channels: Vec<DeskChannel>,
    quick_replies: Vec<QuickReply>,
}

impl Desk {
    /// Of this agent. `presences` are all there are, and `seen` says how an agent shows itself.
    pub fn new(
        id: &AgentId,
        agent: &Agent,
        config: &Config,
        presences: Vec<Presence>,
        seen: impl Fn(&AgentId) -> AgentShown,
    ) -> Self {
        let replies = config.quick_replies.iter();
        Self {
            agent: DeskSelf {
                id: id.to_string(),
                name: agent.name.clone(),
                role: agent.role.into(),
                queue_ids: queue_ids(agent),
            },
            queues: config.queues.iter().map(|(id, queue)| DeskQueue::new(id, queue)).collect(),
            agents: config.agents.iter().map(|(id, agent)| DeskAgent::new(id, agent, &seen(id))).collect(),
            presences,
            work_streams: config.work_streams.iter().map(|(id, it)| DeskWorkStream::new(id, it)).collect(),
            channels: config.channels.iter().map(|(id, it)| DeskChannel::new(id, it)).collect(),
            quick_replies: replies
                .map(|(id, reply)| QuickReply { id: Some(id.to_string()), ..reply.as_ref().into() })
                .collect(),
        }
    }
}

fn queue_ids(agent: &Agent) -> Vec<String> {
    agent.queue_ids.iter().map(ToString::to_string).collect()
}

impl DeskQueue {
    fn new(id: &QueueId, queue: &Queue) -> Self {
        Self { id: id.to_string(), name: queue.name.clone(), kind: queue.kind.into() }
    }
}

impl DeskAgent {
    fn new(id: &AgentId, agent: &Agent, shown: &AgentShown) -> Self {
        Self {
            id: id.to_string(),
            name: agent.name.clone(),
            presence: shown.presence.to_string(),
            base_presence: shown.base.as_str().to_owned(),
            connected: shown.connected,
            queue_ids: queue_ids(agent),
        }
    }
}

impl DeskWorkStream {
    fn new(id: &WorkStreamId, stream: &WorkStream) -> Self {
        Self {
            id: id.to_string(),
            name: stream.name.clone(),
            channel_type: stream.channel_type.into(),
            mode: stream.distribution.mode.into(),
            select_from_push: stream.distribution.select_from_push,
            context_variables: stream.context_variables.iter().map(Into::into).collect(),
        }
    }
}

impl DeskChannel {
    fn new(id: &ChannelId, channel: &Channel) -> Self {
        Self { id: id.to_string(), name: channel.name.clone(), kind: channel.kind.into() }
    }
}
