//! What an agent's frames ask for: one small function a frame (CONTRACT §5).
//!
//! Each ends in one reply, which the house's answer becomes on its way out, in order with the notices around it.

use serde_json::Value;
use uuid::Uuid;

use super::{Session, second_hello};
use crate::actors::outbox::Outbox;
use crate::actors::pick_list::Subscription;
use crate::actors::shown::Pending;
use crate::domain::command::{Act, AgentAct, Caller, Code, Command, Refusal, Request};
use crate::domain::config::Role;
use crate::domain::conversation::{By, Sender, Status};
use crate::domain::ids::{AgentId, ConversationId, GrantId};
use crate::http::Edge;
use crate::http::auth::forbidden;
use crate::http::conversations::access::{default_visibility, find};
use crate::http::conversations::closed;
use crate::http::error::{Kind, Problem};
use crate::http::inbound::unsendable;
use crate::http::messages::said_before;
use crate::http::wire::request::{NewMessage, TransferRequest};
use crate::ws::client::{
    AgentPresenceSet, Close, Incoming, MessageSend, Nothing, OfConversation, OfferAnswer, PickSubscribe,
    PresenceSet, Transfer, unknown,
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
            "agent.presence.set" => self.presence_of_another(frame),
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

    /// A supervisor sets an agent's presence, or resets an inactive one.
    fn presence_of_another(&self, frame: Incoming) -> Taken {
        let caller = &self.session.caller;
        if !caller.supervises() {
            return Err(forbidden(caller.role, &[Role::Supervisor]));
        }
        let set: AgentPresenceSet = frame.take(&self.edge.schemas)?;
        let id = AgentId::from(set.agent_id.as_str());
        if !self.edge.dispatcher.config().agents.contains_key(&id) {
            return Err(Problem::field("/agent_id", "no such agent"));
        }
        // Here it is no agent at work.
        let by = By::Supervisor(self.session.agent.0.clone());
        let command = Command::Agent { id, act: AgentAct::SetPresence(set.presence.into()) };
        self.submit_by(Caller { by, ..caller.clone() }, command);
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
            let sender = Sender::Agent(self.session.agent.clone());
            let known = said_before(self.edge, &conversation, &say, sender);
            let shown = known.ok_or_else(|| Problem::from(closed(&conversation)))?;
            self.outbox.try_push(reply::outcome(self.id, &Ok(shown), Audience::Agent));
            return Ok(None);
        }
        if let Some(problem) = unsendable(self.edge, &conversation, &say) {
            return Err(problem);
        }
        self.submit(Command::Conversation { id: conversation.id(), act: Act::Say(say), if_match: None });
        Ok(None)
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
        self.submit_by(self.session.caller.clone(), command);
    }

    fn submit_by(&self, caller: Caller, command: Command) {
        let request = Request { caller, command, key: None };
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
