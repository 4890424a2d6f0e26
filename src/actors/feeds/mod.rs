//! Feeds: frames towards agents' and customers' sockets.

mod outbox;

pub use outbox::{CLOSE_TRY_AGAIN, OUTBOX_BYTES, OUTBOX_FRAMES, Outbox, OutboxReader, Outgoing, outbox};

use crate::domain::ids::{AgentId, ConversationId, QueueId, SessionId, WorkStreamId};

/// Order of a pick list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum PickSort {
    /// Oldest first.
    #[default]
    Age,
    /// As the queue would serve them.
    Priority,
    /// By queue, then as it would serve them.
    Queue,
    /// By work stream, then by age.
    WorkStream,
    /// By the customer's name, then by age.
    Customer,
}

/// What a session wants to see of the pick list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subscription {
    /// Only of this queue.
    pub queue_id: Option<QueueId>,
    /// Only of this work stream.
    pub work_stream_id: Option<WorkStreamId>,
    /// Only where name, e-mail, phone or a context text contains this, whatever the case.
    pub search: Option<String>,
    /// Order.
    pub sort: PickSort,
    /// Most items, 1..=500.
    pub limit: usize,
}

/// All sockets and what they have been told.
pub struct Feeds {}

impl Feeds {
    /// Announces a socket, before its `Connect` is submitted. It hears nothing before its `welcome`. `resume`: the session
    /// and `seq` that it comes back with.
    pub fn register(
        &self,
        session: SessionId,
        agent: AgentId,
        outbox: Outbox,
        resume: Option<(SessionId, u64)>,
    ) {
        let _ = (session, agent, outbox, resume);
    }

    /// Forgets a socket of an agent.
    pub fn detach(&self, session: SessionId) {
        let _ = session;
    }

    /// Sends `pick_list.snapshot`, then changes, until unsubscribed or detached. A second one replaces the first.
    pub fn subscribe_picks(&self, session: SessionId, subscription: Subscription) {
        let _ = (session, subscription);
    }

    /// Ends the pick list of a session.
    pub fn unsubscribe_picks(&self, session: SessionId) {
        let _ = session;
    }

    /// Attaches a customer's socket: its `welcome`, then what happens.
    pub fn attach_customer(&self, session: SessionId, conversation: ConversationId, outbox: Outbox) {
        let _ = (session, conversation, outbox);
    }

    /// Forgets a customer's socket.
    pub fn detach_customer(&self, session: SessionId, conversation: ConversationId) {
        let _ = (session, conversation);
    }

    /// Tells the customer that the agent types.
    pub fn agent_typing(&self, conversation: ConversationId) {
        let _ = conversation;
    }

    /// Closes all sockets of an agent (4401: its tokens are void).
    pub fn close_agent(&self, agent: &AgentId, code: u16) {
        let _ = (agent, code);
    }

    /// Tells every socket `going_away`.
    pub fn going_away(&self, in_ms: u32) {
        let _ = in_ms;
    }

    /// Closes every socket.
    pub fn close_all(&self, code: u16) {
        let _ = code;
    }
}
