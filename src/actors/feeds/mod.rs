//! Feeds: frames towards agents', customers' and supervisors' sockets.
//!
//! Owns who is attached, the number of each frame (`seq`, rising by one for each agent), a ring of recent frames for a
//! resume, and the windows of pick lists. Frames of agents and customers leave on the READ thread, in the order of the
//! log (`agents`, `customers`, `deliveries`); pick lists and queue positions are soft and leave on a thread of their own, at most four
//! times a second (`picks`), and boards at most twice (`boards`). Does not know sockets: an [`Outbox`] is a bounded queue, and a full one closes.
//!
//! A map's entry is never held over a call into another map of this module.

mod agents;
mod boards;
mod customers;
mod deliveries;
mod notices;
mod participants;
mod picks;
mod ring;
#[cfg(test)]
mod tests;

use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;

pub use notices::{NOTICES, NoticeCode};
pub use picks::PickThread;

use self::agents::AgentFeed;
use self::customers::CustomerFeed;
use self::picks::PickCommand;
use super::outbox::Outbox;
use super::pick_list::Subscription;
use super::read_side::ReadSide;
use super::ride::Command;
use super::shown::{BoardFrame, CustomerFrame, Frame, FrameWriter};
use crate::domain::ids::{AgentId, ConversationId, GrantId, SessionId};
use crate::domain::time::Timestamp;

/// Tells the stage's time; the clock is a port, so it comes as a function.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Told, on the READ thread, that the frame of this offer or assignment left towards at least one socket of the agent.
/// Must not block.
pub type OnLeft = Box<dyn Fn(&AgentId, GrantId) + Send + Sync>;

/// A socket of an agent, from [`Feeds::register`] to [`Feeds::detach`].
#[derive(Clone)]
struct Session {
    agent: AgentId,
    outbox: Outbox,
    resume: Option<(SessionId, u64)>,
}

/// All sockets and what they have been told. Any thread.
pub struct Feeds {
    read: Arc<ReadSide>,
    writer: Arc<dyn FrameWriter>,
    now: Now,
    on_left: OnLeft,
    sessions: DashMap<SessionId, Session>,
    agents: DashMap<AgentId, AgentFeed>,
    /// Whose each session was, as long as a resume of it is known.
    owners: DashMap<SessionId, AgentId>,
    customers: DashMap<ConversationId, CustomerFeed>,
    /// Supervisors' sockets.
    boards: DashMap<SessionId, Outbox>,
    /// Sockets of supervisors that watch.
    watchers: DashMap<ConversationId, Vec<SessionId>>,
    reader: OnceLock<Sender<Command>>,
    picks: OnceLock<Sender<PickCommand>>,
}

impl Feeds {
    /// Nobody is attached.
    pub fn new(read: Arc<ReadSide>, writer: Arc<dyn FrameWriter>, now: Now, on_left: OnLeft) -> Self {
        Self {
            read,
            writer,
            now,
            on_left,
            sessions: DashMap::new(),
            agents: DashMap::new(),
            owners: DashMap::new(),
            customers: DashMap::new(),
            boards: DashMap::new(),
            watchers: DashMap::new(),
            reader: OnceLock::new(),
            picks: OnceLock::new(),
        }
    }

    /// Announces a socket, before its `Connect` is submitted. It hears nothing before its `welcome`. `resume`: the session
    /// and `seq` that it comes back with.
    pub fn register(
        &self,
        session: SessionId,
        agent: AgentId,
        outbox: Outbox,
        resume: Option<(SessionId, u64)>,
    ) {
        self.sessions.insert(session, Session { agent, outbox, resume });
    }

    /// Forgets a socket of an agent. Frames are kept for its resume.
    pub fn detach(&self, session: SessionId) {
        let Some((_, gone)) = self.sessions.remove(&session) else { return };
        self.unwatch_all(session);
        if let Some(mut feed) = self.agents.get_mut(&gone.agent) {
            feed.detach(session, (self.now)());
        }
        self.unsubscribe_picks(session);
    }

    /// Sends `pick_list.snapshot`, then changes, until unsubscribed or detached. A second one replaces the first.
    pub fn subscribe_picks(&self, session: SessionId, subscription: Subscription) {
        self.tell_picks(PickCommand::Subscribe(session, subscription));
    }

    /// Ends the pick list of a session.
    pub fn unsubscribe_picks(&self, session: SessionId) {
        self.tell_picks(PickCommand::Unsubscribe(session));
    }

    /// Attaches a customer's socket: its `welcome`, then what happens. `session` is the one that its messages name, so that
    /// they do not come back to it.
    pub fn attach_customer(&self, session: SessionId, conversation: ConversationId, outbox: Outbox) {
        self.tell_reader(Command::AttachCustomer { session, conversation, outbox });
    }

    /// Forgets a customer's socket.
    pub fn detach_customer(&self, session: SessionId, conversation: ConversationId) {
        // By the same way as the attach, so that it never overtakes it.
        self.tell_reader(Command::DetachCustomer { session, conversation });
    }

    /// Tells the customer that the agent types.
    pub fn agent_typing(&self, conversation: ConversationId) {
        self.to_customers(conversation, None, &CustomerFrame::AgentTyping);
    }

    /// Tells the agent who has it that the customer types: on the READ thread, as every frame of an agent.
    pub fn customer_typing(&self, conversation: ConversationId) {
        self.tell_reader(Command::CustomerTyping(conversation));
    }

    /// Closes all sockets of an agent (4401: its tokens are void).
    pub fn close_agent(&self, agent: &AgentId, code: u16) {
        for session in self.sessions.iter().filter(|session| session.agent == *agent) {
            session.outbox.close(code, "closed by the house");
        }
    }

    /// Tells every socket `going_away`.
    pub fn going_away(&self, in_ms: u32) {
        let agents: Vec<AgentId> = self.agents.iter().map(|feed| feed.key().clone()).collect();
        agents.iter().for_each(|agent| {
            self.to_agent(agent, &Frame::GoingAway { in_ms }, None);
        });
        self.to_boards(&BoardFrame::GoingAway { in_ms });
        let conversations: Vec<ConversationId> = self.customers.iter().map(|feed| *feed.key()).collect();
        for conversation in conversations {
            self.to_customers(conversation, None, &CustomerFrame::GoingAway { in_ms });
        }
    }

    /// Closes every socket after what it was told.
    pub fn close_all(&self, code: u16) {
        self.sessions.iter().for_each(|session| session.outbox.close(code, "going away"));
        self.customers.iter().for_each(|feed| feed.close(code));
        self.boards.iter().for_each(|outbox| outbox.close(code, "going away"));
    }

    /// How many sockets there are, of agents, customers and supervisors.
    pub fn sockets(&self) -> usize {
        let customers: usize = self.customers.iter().map(|feed| feed.sockets()).sum();
        self.sessions.len() + customers + self.boards.len()
    }

    /// The way onto the READ thread, once it runs.
    pub(super) fn bind(&self, reader: Sender<Command>) {
        // Once, by whoever starts the thread.
        let _ = self.reader.set(reader);
    }

    /// The stage's time.
    pub(super) fn now(&self) -> Timestamp {
        (self.now)()
    }

    fn tell_reader(&self, command: Command) {
        if let Some(reader) = self.reader.get() {
            // Gone only when the house is closing.
            let _ = reader.send(command);
        }
    }

    fn tell_picks(&self, command: PickCommand) {
        if let Some(picks) = self.picks.get() {
            // Gone only when the house is closing.
            let _ = picks.send(command);
        }
    }
}
