//! Frames for customers' sockets, made from the records themselves. All of this runs on the READ thread, but for
//! positions and typing, which are soft.

use super::Feeds;
use crate::actors::outbox::{CLOSE_TRY_AGAIN, Outbox};
use crate::actors::shown::{CustomerFrame, Frame};
use crate::domain::conversation::{Conversation, Event, Happening, Message, Sender, Status, Visibility};
use crate::domain::ids::{AgentId, ConversationId, SessionId};
use crate::domain::record::Record;

/// Messages in a customer's `welcome`.
const WELCOME_MESSAGES: usize = 200;
/// Sockets of one customer at a time: a few tabs. One more closes the oldest.
const CUSTOMER_SOCKETS: usize = 8;
/// Close code of a socket whose conversation is not here: its token is worth nothing.
const CLOSE_BAD_TOKEN: u16 = 4401;

/// The sockets of one conversation's customer.
#[derive(Default)]
pub(super) struct CustomerFeed {
    sockets: Vec<(SessionId, Outbox)>,
    /// `conversation.ended` was sent.
    ended: bool,
    /// The place that was told last.
    told: Option<usize>,
}

impl CustomerFeed {
    pub(super) fn close(&self, code: u16) {
        self.sockets.iter().for_each(|(_, outbox)| outbox.close(code, "going away"));
    }

    pub(super) fn sockets(&self) -> usize {
        self.sockets.len()
    }
}

impl Feeds {
    /// Attaches a socket at this point of the log.
    pub(in crate::actors) fn customer_attached(
        &self,
        session: SessionId,
        id: ConversationId,
        outbox: Outbox,
    ) {
        let Some(conversation) = self.read.in_memory(id) else {
            outbox.close(CLOSE_BAD_TOKEN, "the conversation has ended");
            return;
        };
        let messages = self.read.recent_messages(id, WELCOME_MESSAGES, false);
        let agent = conversation.agent.as_ref().filter(|_| conversation.status == Status::Active);
        let writers = messages.iter().filter_map(|message| writer(message));
        let names = writers.chain(agent).filter_map(|id| Some((id.clone(), self.name_of(id)?))).collect();
        let frame =
            CustomerFrame::Welcome { conversation: &conversation, messages: &messages, agent, names: &names };
        outbox.try_push(self.writer.customer(&frame, (self.now)()));
        let ended = ended_reason(&conversation);
        if let Some(reason) = ended {
            let survey = self.survey_of(&conversation);
            let frame = CustomerFrame::Ended { reason, survey: survey.as_deref() };
            outbox.try_push(self.writer.customer(&frame, (self.now)()));
        }
        let mut feed = self.customers.entry(id).or_default();
        if feed.sockets.len() == CUSTOMER_SOCKETS {
            let (_, oldest) = feed.sockets.remove(0);
            oldest.close(CLOSE_TRY_AGAIN, "too many sockets");
        }
        feed.sockets.push((session, outbox));
        feed.ended |= ended.is_some();
        // Told again to all, with the next look.
        feed.told = None;
        drop(feed);
        self.tell_picks(super::PickCommand::Position(id));
    }

    /// Forgets a socket.
    pub(in crate::actors) fn customer_detached(&self, session: SessionId, id: ConversationId) {
        let Some(mut feed) = self.customers.get_mut(&id) else { return };
        feed.sockets.retain(|(other, _)| *other != session);
        drop(feed);
        self.customers.remove_if(&id, |_, feed| feed.sockets.is_empty());
    }

    /// Sends what a record means to the customer, after the read side has folded it.
    pub(in crate::actors) fn recorded(&self, record: &Record) {
        let Record::Event(Event { conversation: id, what, .. }) = record else { return };
        if self.customers.is_empty() || !self.customers.contains_key(id) {
            return;
        }
        match what {
            Happening::Message { message, via, .. } if message.visibility == Visibility::Public => {
                let name = writer(message).and_then(|agent| self.name_of(agent));
                let agent_name = name.as_deref();
                self.to_customers(
                    *id,
                    *via,
                    &CustomerFrame::Message { conversation: *id, message, agent_name },
                );
            }
            Happening::Assigned { grant, .. } => {
                let name = self.name_of(&grant.agent).unwrap_or_default();
                self.to_customers(
                    *id,
                    None,
                    &CustomerFrame::AgentJoined { agent: &grant.agent, name: &name },
                );
            }
            Happening::WrapUp { .. } | Happening::Closed { .. } => {
                let first = self
                    .customers
                    .get_mut(id)
                    .is_some_and(|mut feed| !std::mem::replace(&mut feed.ended, true));
                let ended = self.read.in_memory(*id).filter(|_| first);
                if let Some((conversation, reason)) =
                    ended.and_then(|it| ended_reason(&it).map(|why| (it, why)))
                {
                    let survey = self.survey_of(&conversation);
                    self.to_customers(*id, None, &CustomerFrame::Ended { reason, survey: survey.as_deref() });
                }
            }
            _ => {}
        }
    }

    /// Sends a frame to the sockets of a conversation's customer but `via`.
    pub(super) fn to_customers(&self, id: ConversationId, via: Option<SessionId>, frame: &CustomerFrame<'_>) {
        let Some(mut feed) = self.customers.get_mut(&id) else { return };
        let text = self.writer.customer(frame, (self.now)());
        feed.sockets.retain(|(session, outbox)| via == Some(*session) || outbox.try_push(text.clone()));
    }

    /// Tells the customer its place if it is another one than last told.
    pub(super) fn tell_position(&self, id: ConversationId) {
        let Some(place) = self.read.position(id) else { return };
        let news = self
            .customers
            .get_mut(&id)
            .is_some_and(|mut feed| feed.told.replace(place.position) != Some(place.position));
        if news {
            let wait = self.read.wait(id, (self.now)());
            let frame = CustomerFrame::Position { position: place.position, ahead: place.ahead, wait };
            self.to_customers(id, None, &frame);
        }
    }

    /// The conversations whose customers have a socket.
    pub(super) fn attached_customers(&self) -> Vec<ConversationId> {
        self.customers.iter().map(|feed| *feed.key()).collect()
    }

    /// Tells the agent who has it that the customer types.
    pub(in crate::actors) fn customer_types(&self, conversation: ConversationId) {
        let Some(found) = self.read.in_memory(conversation).filter(|c| c.status == Status::Active) else {
            return;
        };
        if let Some(agent) = &found.agent {
            self.to_agent(agent, &Frame::CustomerTyping { conversation }, None);
        }
    }

    /// The link of the survey after the chat, if the channel has one.
    fn survey_of(&self, conversation: &Conversation) -> Option<String> {
        let config = self.read.config();
        let channel = config.channels.get(&conversation.born.channel_id)?;
        channel.live_chat.survey_link(&conversation.id().to_string())
    }

    fn name_of(&self, agent: &AgentId) -> Option<String> {
        self.read.config().agents.get(agent).map(|agent| agent.name.clone())
    }
}

/// The agent who wrote it, if one did.
fn writer(message: &Message) -> Option<&AgentId> {
    match &message.sender {
        Sender::Agent(agent) => Some(agent),
        Sender::Customer | Sender::System => None,
    }
}

/// Why the customer's part of it is over, if it is.
fn ended_reason(conversation: &Conversation) -> Option<&'static str> {
    match conversation.status {
        Status::WrapUp => Some("ended"),
        Status::Closed => Some(conversation.close_reason.map_or("ended", |reason| reason.as_str())),
        Status::Open | Status::Active | Status::Waiting => None,
    }
}
