//! What an agent's frames ask for: one small function a frame (CONTRACT §5).
//!
//! Each ends in one reply, which the house's answer becomes on its way out, in order with the notices around it.

use serde_json::Value;
use uuid::Uuid;

use super::{Session, second_hello};
use crate::actors::feeds::{Outbox, Subscription};
use crate::actors::shown::{Pending, Shown};
use crate::domain::command::{Act, AgentAct, Code, Command, Refusal, Request};
use crate::domain::conversation::{Conversation, Sender, Status};
use crate::domain::ids::{ConversationId, GrantId};
use crate::http::Edge;
use crate::http::conversations::access::{default_visibility, find};
use crate::http::conversations::closed;
use crate::http::error::{Kind, Problem};
use crate::http::wire::request::{NewMessage, TransferRequest};
use crate::ws::client::{
    Close, Incoming, MessageSend, Nothing, OfConversation, OfferAnswer, PickSubscribe, PresenceSet, Transfer,
    unknown,
};
use crate::ws::reply::{self, Audience};

/// One frame on its way.
pub(super) struct Turn<'a> {
    pub edge: &'a Edge,
    pub outbox: &'a Outbox,
    pub session: &'a Session,
    pub id: &'a Value,
}

/// A frame's end: replied to, or on its way. The offer that it named, if it named one of the agent's.
pub(super) type Taken = Result<Option<GrantId>, Problem>;

impl Turn<'_> {
    /// Takes a frame, by its type.
    pub fn take(&self, frame: Incoming) -> Taken {
        let frame = match self.part(frame) {
            Ok(taken) => return taken,
            Err(frame) => frame,
        };
        match frame.kind.as_str() {
            "ping" => self.ping(frame),
            "presence.set" => self.presence(frame),
            "offer.accept" => self.answer(frame, true),
            "offer.decline" => self.answer(frame, false),
            "pick_list.subscribe" => self.subscribe(frame),
            "pick_list.unsubscribe" => self.unsubscribe(frame),
            "message.send" => self.message(frame),
            "conversation.close" => self.close(frame),
            "conversation.transfer" => self.transfer(frame),
            "conversation.pick" => self.of_conversation(frame, Act::Pick),
            "conversation.wait" => self.of_conversation(frame, Act::Wait),
            "conversation.end" => self.of_conversation(frame, Act::End),
            "conversation.open" => self.of_conversation(frame, Act::Reopen),
            "conversation.release" => self.of_conversation(frame, Act::Release),
            "typing" => self.typing(frame),
            "hello" => Err(second_hello()),
            other => Err(unknown(other)),
        }
    }

    fn ping(&self, frame: Incoming) -> Taken {
        frame.take::<Nothing>(&self.edge.schemas)?;
        self.outbox.try_push(reply::pong(self.id));
        Ok(None)
    }

    fn presence(&self, frame: Incoming) -> Taken {
        let set: PresenceSet = frame.take(&self.edge.schemas)?;
        self.of_agent(AgentAct::SetPresence(set.presence.into()));
        Ok(None)
    }

    fn answer(&self, frame: Incoming, accept: bool) -> Taken {
        let answer: OfferAnswer = frame.take(&self.edge.schemas)?;
        let (offer, conversation) = self.offer(&answer.offer_id).ok_or_else(unknown_offer)?;
        self.edge.dispatcher.tell(self.session.agent.clone(), AgentAct::Heard(vec![offer]));
        if let Some(late) = self.too_late(offer, conversation) {
            return Err(late.into());
        }
        self.of_agent(AgentAct::Answer { offer, conversation, accept });
        Ok(Some(offer))
    }

    /// How the offer ended, where its conversation is over: it may have left the house's memory.
    fn too_late(&self, offer: GrantId, conversation: ConversationId) -> Option<Refusal> {
        let conversation = self.edge.dispatcher.read().conversation(conversation).ok().flatten()?;
        let offer_end = conversation.offer_end(offer).filter(|_| conversation.status == Status::Closed);
        offer_end.map(|end| Refusal { code: Code::OfferEnded, offer_end: Some(end), ..closed(&conversation) })
    }

    /// An offer that was made to this agent.
    fn offer(&self, text: &str) -> Option<(GrantId, ConversationId)> {
        let grant = GrantId(Uuid::try_parse(text).ok()?);
        let (conversation, agent) = self.edge.dispatcher.read().offer(grant)?;
        (agent == self.session.agent).then_some((grant, conversation))
    }

    fn subscribe(&self, frame: Incoming) -> Taken {
        let wanted: PickSubscribe = frame.take(&self.edge.schemas)?;
        let config = self.edge.dispatcher.config();
        let subscription = Subscription {
            queue_id: wanted.queue_id.map(Into::into),
            work_stream_id: wanted.work_stream_id.map(Into::into),
            search: wanted.search.filter(|text| !text.is_empty()),
            sort: wanted.sort.unwrap_or_default().into(),
            limit: wanted.limit.unwrap_or(100),
        };
        if subscription.queue_id.as_ref().is_some_and(|id| !config.queues.contains_key(id)) {
            return Err(Problem::field("/queue_id", "no such queue"));
        }
        if subscription.work_stream_id.as_ref().is_some_and(|id| !config.work_streams.contains_key(id)) {
            return Err(Problem::field("/work_stream_id", "no such work stream"));
        }
        // The reply first: the snapshot may follow from another thread at once.
        self.outbox.try_push(reply::done(self.id));
        self.edge.dispatcher.feeds().subscribe_picks(self.session.id, subscription);
        Ok(None)
    }

    fn unsubscribe(&self, frame: Incoming) -> Taken {
        frame.take::<Nothing>(&self.edge.schemas)?;
        self.edge.dispatcher.feeds().unsubscribe_picks(self.session.id);
        self.outbox.try_push(reply::done(self.id));
        Ok(None)
    }

    fn message(&self, frame: Incoming) -> Taken {
        let send: MessageSend = frame.take(&self.edge.schemas)?;
        let conversation = find(self.edge, &send.conversation_id)?;
        let default = default_visibility(&conversation, Some(&self.session.agent));
        let say = NewMessage::new(send.text, send.visibility, send.client_message_id).say(true, default)?;
        if conversation.status == Status::Closed {
            let known = say.client_message_id.as_ref().and_then(|id| self.said_before(&conversation, id));
            let shown = known.ok_or_else(|| Problem::from(closed(&conversation)))?;
            self.outbox.try_push(reply::outcome(self.id, &Ok(shown), Audience::Agent));
            return Ok(None);
        }
        self.submit(Command::Conversation { id: conversation.id(), act: Act::Say(say), if_match: None });
        Ok(None)
    }

    /// This agent's first message with that client id.
    fn said_before(&self, conversation: &Conversation, id: &std::sync::Arc<str>) -> Option<Shown> {
        let sender = Sender::Agent(self.session.agent.clone());
        let seq = *conversation.client_messages.get(&(sender, id.clone()))?;
        let read = self.edge.dispatcher.read();
        let message =
            read.messages(conversation.id(), seq.checked_sub(1)?, 1, true).ok()?.into_iter().next()?;
        Some(Shown::Message { conversation: conversation.id(), message, moved: false })
    }

    fn close(&self, frame: Incoming) -> Taken {
        let close: Close = frame.take(&self.edge.schemas)?;
        self.act(&close.conversation_id, Act::Close(close.note.map(Into::into)))
    }

    fn transfer(&self, frame: Incoming) -> Taken {
        let transfer: Transfer = frame.take(&self.edge.schemas)?;
        let target = TransferRequest::new(transfer.queue_id, transfer.agent_id).target()?;
        self.act(&transfer.conversation_id, Act::Transfer(target))
    }

    pub(super) fn of_conversation(&self, frame: Incoming, act: Act) -> Taken {
        let named: OfConversation = frame.take(&self.edge.schemas)?;
        self.act(&named.conversation_id, act)
    }

    /// The customer sees that the agent types. Not in the contract's table; a courtesy that nothing waits for.
    fn typing(&self, frame: Incoming) -> Taken {
        let named: OfConversation = frame.take(&self.edge.schemas)?;
        let conversation = find(self.edge, &named.conversation_id)?;
        if conversation.status != Status::Active {
            return Err(closed(&conversation).into());
        }
        if conversation.agent.as_ref() != Some(&self.session.agent) {
            return Err(Problem::new(Kind::Refused(Code::NotYours), "somebody else has it"));
        }
        self.edge.dispatcher.feeds().agent_typing(conversation.id());
        self.outbox.try_push(reply::done(self.id));
        Ok(None)
    }

    /// An act on a conversation; one that is over takes none.
    pub(super) fn act(&self, conversation: &str, act: Act) -> Taken {
        let conversation = find(self.edge, conversation)?;
        if conversation.status == Status::Closed {
            return Err(closed(&conversation).into());
        }
        self.submit(Command::Conversation { id: conversation.id(), act, if_match: None });
        Ok(None)
    }

    fn of_agent(&self, act: AgentAct) {
        self.submit(Command::Agent { id: self.session.agent.clone(), act });
    }

    /// Asks the house; its answer becomes the reply, in its place among the frames.
    fn submit(&self, command: Command) {
        let request = Request { caller: self.session.caller.clone(), command, key: None };
        let (outbox, id) = (self.outbox.clone(), self.id.clone());
        let told = move |outcome| {
            outbox.try_push(reply::outcome(&id, &outcome, Audience::Agent));
        };
        self.edge.dispatcher.submit(request, Pending(Box::new(told)));
    }
}

fn unknown_offer() -> Problem {
    Problem::new(Kind::Refused(Code::UnknownOffer), "no offer of this id was made to you")
}
