//! What comes in: arrivals, moves, and what the configuration changed under those that wait.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::prompts::{announce, greeting};
use super::state::{Queue, Soft};
use super::story::Story;
use super::{Classified, Out};
use crate::agent;
use crate::command::{Answer, Caller, Code, FieldProblem, Refusal, Reply, Say};
use crate::config::Occasion;
use crate::configuration;
use crate::conversation::{
    Born, By, Conversation, Happening, Message, Moved, Prompted, ReturnReason, Sender, Status, Wait,
};
use crate::decision::{RoutingProblem, RoutingTrace, Trigger};
use crate::ids::{AgentId, MessageId, QueueId, WorkStreamId};
use crate::machine::{Ctx, Send};
use crate::offer::{GrantKind, OfferEnd, Withdrawal};
use crate::record::Record;
use crate::work_stream::{self, Reclassify, default_queue};

/// A conversation that arrives from its work stream.
pub(super) struct Arrival<'a> {
    pub born: &'a Arc<Born>,
    pub trace: &'a RoutingTrace,
    pub message: &'a Option<Say>,
    pub caller: &'a Caller,
    pub reply: Reply,
    pub answer_message: bool,
}

impl Queue {
    pub(super) fn enqueue(&self, ctx: &Ctx<'_>, arrival: &Arrival<'_>, out: &mut Out) {
        if self.is_gone(ctx) {
            return self.send_on(arrival, out);
        }
        let born = arrival.born;
        let mut story = Story::new(ctx, born.id, &arrival.caller.by);
        self.learn_of(ctx, born, out);
        story.tell(out, Happening::Created(born.clone()));
        let trace = Box::new(arrival.trace.clone());
        story.tell(out, Happening::Routed { trace, moved: None, first: born.first.clone() });
        if let Some(say) = arrival.message {
            let message = message(ctx, say, Sender::Customer, 1);
            story.tell(out, Happening::Message { message, to: None, via: arrival.caller.session });
        }
        if let Some(greeting) = greeting(ctx, born, u32::from(arrival.message.is_some())) {
            story.tell(out, greeting);
        }
        let answer = if arrival.answer_message {
            Answer::Message { conversation: born.id, seq: 1, moved: true }
        } else {
            Answer::Conversation { id: born.id, version: story.version() }
        };
        out.answer(arrival.reply, Ok(answer));
        out.then.push(super::Input::Entered(born.id, Trigger::Created));
        self.look_for_agent(ctx, born, Trigger::Created, out);
        self.check_skills(ctx, &born.skills, out);
    }

    /// This queue was deleted while the conversation was on its way here: the default queue takes it.
    fn send_on(&self, arrival: &Arrival<'_>, out: &mut Out) {
        let mut born = (**arrival.born).clone();
        born.queue_id = default_queue(born.channel_type);
        let mut trace = arrival.trace.clone();
        trace.queue_id.clone_from(&born.queue_id);
        (trace.fallback, trace.problem) = (true, Some(RoutingProblem::UnknownQueue));
        let enqueue = super::Input::Enqueue {
            born: Arc::new(born.clone()),
            trace: Box::new(trace),
            message: arrival.message.clone(),
            caller: arrival.caller.clone(),
            reply: arrival.reply,
            answer_message: arrival.answer_message,
        };
        out.send(Send::Queue(born.queue_id, enqueue));
    }

    /// Marks a conversation that has just come (back) in line and matches.
    pub(super) fn look_for_agent(&self, ctx: &Ctx<'_>, born: &Born, trigger: Trigger, out: &mut Out) {
        if is_pushed(ctx, &born.work_stream_id) {
            out.soft(Soft::Unexplained(born.id, trigger));
        }
        out.then.push(super::Input::Match(trigger));
    }

    /// A conversation moved here; its record is folded already.
    pub(super) fn arrived(&self, ctx: &Ctx<'_>, record: &Record, out: &mut Out) {
        let Record::Event(event) = record else { return };
        let Some(conversation) = self.homes.get(&event.conversation) else { return };
        self.learn_of(ctx, &conversation.born, out);
        let trigger = match event.what {
            Happening::Transferred { .. } => Trigger::Transferred,
            Happening::Overflowed { .. } => Trigger::Overflowed,
            _ => Trigger::Rerouted,
        };
        out.then.push(super::Input::Entered(event.conversation, trigger));
        self.look_for_agent(ctx, &conversation.born, trigger, out);
        self.check_skills(ctx, &conversation.skills, out);
    }

    /// Takes this conversation's work stream from the configuration, if it is news: what a match goes by is then
    /// what a yes is checked against.
    pub(super) fn learn_of(&self, ctx: &Ctx<'_>, born: &Born, out: &mut Out) {
        self.learn(ctx, [born.work_stream_id.clone()].into(), out);
    }

    /// Takes the queue's method and these streams from the configuration, if they are news.
    fn learn(&self, ctx: &Ctx<'_>, streams: BTreeSet<WorkStreamId>, out: &mut Out) {
        let Some(resource) = ctx.config.queues.get(&self.id) else { return };
        let news: Vec<_> = streams
            .into_iter()
            .map(|id| {
                let stream = ctx.config.work_streams.get(&id).cloned();
                (id, stream)
            })
            .filter(|(id, stream)| self.line.stream(id).map(Arc::as_ptr) != stream.as_ref().map(Arc::as_ptr))
            .collect();
        if !news.is_empty() {
            out.soft(Soft::Learn { method: resource.assignment_method, streams: news, members: None });
        }
    }

    /// At a start: takes everything from the configuration, then does what any change would have made it do.
    pub(super) fn started(&self, ctx: &Ctx<'_>, out: &mut Out) {
        self.learn_all(ctx, out);
        self.take_back_unseen(ctx, out);
        out.then.push(super::Input::Housekeep(Trigger::Started));
    }

    /// The configuration changed: for all, or one agent's membership.
    pub(super) fn configured(&self, ctx: &Ctx<'_>, agent: Option<&AgentId>, out: &mut Out) {
        match agent {
            None => {
                self.learn_all(ctx, out);
                ctx.config.members(&self.id).for_each(|agent| self.greet_member(agent, out));
            }
            Some(agent) if ctx.config.is_member(&self.id, agent) => {
                out.soft(Soft::Join(agent.clone()));
                self.greet_member(agent, out);
            }
            Some(agent) => out.soft(Soft::Leave(agent.clone())),
        }
        out.then.push(super::Input::Housekeep(Trigger::Configured));
    }

    /// What a new member showed before this queue knew of the membership was not kept: it shows itself again.
    fn greet_member(&self, agent: &AgentId, out: &mut Out) {
        if !self.members.contains_key(agent) {
            out.send(Send::Agent(agent.clone(), agent::Input::Configured));
        }
    }

    fn learn_all(&self, ctx: &Ctx<'_>, out: &mut Out) {
        let Some(resource) = ctx.config.queues.get(&self.id) else { return };
        let mut streams = self.line.streams_in_use();
        streams.extend(self.homes.values().map(|c| c.born.work_stream_id.clone()));
        let streams = streams.into_iter().map(|id| {
            let stream = ctx.config.work_streams.get(&id).cloned();
            (id, stream)
        });
        out.soft(Soft::Learn {
            method: resource.assignment_method,
            streams: streams.collect(),
            members: Some(ctx.config.members(&self.id).cloned().collect()),
        });
    }

    /// Withdraws offers of agents that serve this queue no more, and lets the stranded try again where
    /// somebody is left to ask. A crash between a change and this is mended by `Started`.
    pub(super) fn housekeep(&self, ctx: &Ctx<'_>, trigger: Trigger, out: &mut Out) {
        if self.is_gone(ctx) {
            self.give_up_deleted(ctx, trigger, out);
            self.part_from_deleted(ctx, out);
            return out.then.push(super::Input::Match(trigger));
        }
        if self.forgo_deleted_skills(ctx, trigger, out) {
            return out.then.push(super::Input::Housekeep(trigger));
        }
        for (id, agent) in &self.offers {
            let Some(conversation) = self.homes.get(id) else { continue };
            let kept = conversation.offer.as_ref().is_some_and(|o| o.grant.kind == GrantKind::Transfer);
            let serves = if kept {
                ctx.config.agents.contains_key(agent)
            } else {
                ctx.config.is_member(&self.id, agent)
            };
            if !serves {
                Story::of(ctx, conversation, &By::System).withdraw(out, conversation, Withdrawal::Membership);
                out.soft(Soft::Unexplained(*id, trigger));
            }
        }
        self.give_up_deleted(ctx, trigger, out);
        self.part_from_deleted(ctx, out);
        if self.told_empty || !self.standing.unassigned.is_empty() {
            self.look_for_members(ctx, out);
        }
        for id in &self.stranded {
            if let Some(conversation) = self.homes.get(id).filter(|c| !self.is_stranded(ctx, c, None)) {
                Story::of(ctx, conversation, &By::System).tell(out, Happening::Stranded(false));
            }
        }
        let refused = self.homes.values().filter(|c| !c.refused.is_empty() && self.in_line(c));
        for conversation in refused.filter(|c| self.is_stranded(ctx, c, None)) {
            let mut story = Story::of(ctx, conversation, &By::System);
            self.strand(conversation, &mut story, out);
        }
        out.then.push(super::Input::Match(trigger));
    }

    /// An agent with active conversations cannot be deleted, but one may become active between the question
    /// and the change: it is lost with its agent. One that is in wrap-up already holds nothing any more.
    fn give_up_deleted(&self, ctx: &Ctx<'_>, trigger: Trigger, out: &mut Out) {
        for conversation in self.homes.values() {
            let Some(ends) = &conversation.grant else { continue };
            if ctx.config.agents.contains_key(&ends.agent) {
                continue;
            }
            if conversation.status == Status::WrapUp {
                let ended = Happening::HoldEnded { ends: ends.clone() };
                Story::of(ctx, conversation, &By::System).tell(out, ended);
            } else {
                let released =
                    Happening::Released { ends: ends.clone(), reason: ReturnReason::AgentLost, first: None };
                let mut story = Story::of(ctx, conversation, &By::System);
                story.tell(out, released);
                announce(ctx, conversation, Occasion::AgentLeft, Some(&ends.agent), &mut story, out);
                out.soft(Soft::Unexplained(conversation.id(), trigger));
            }
        }
    }

    /// Whether every member has refused this conversation as often as it may be asked; `one_more` has just
    /// done so once more. A queue without members strands nothing: it waits for members. Nor is one offered to anybody any
    /// more that is full: offers that nobody takes would make its timeline grow without end.
    pub(super) fn is_stranded(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        one_more: Option<&AgentId>,
    ) -> bool {
        if conversation.is_full() {
            return true;
        }
        let Some(stream) = ctx.config.work_streams.get(&conversation.born.work_stream_id) else {
            return false;
        };
        let max = stream.distribution.refusal.max_refusals;
        let mut exhausted = 0;
        for (agent, refusals) in &conversation.refused {
            let count = refusals.count + u32::from(one_more == Some(agent));
            exhausted += usize::from(count >= max && self.members.contains_key(agent));
        }
        if let Some(agent) = one_more
            && !conversation.refused.contains_key(agent)
        {
            exhausted += usize::from(max <= 1 && self.members.contains_key(agent));
        }
        !self.members.is_empty() && exhausted == self.members.len()
    }

    /// The work stream's answer to a change of context.
    pub(super) fn classified(
        &self,
        ctx: &Ctx<'_>,
        what: &Reclassify,
        result: &Result<Box<Classified>, Vec<FieldProblem>>,
        caller: &Caller,
        reply: Reply,
        out: &mut Out,
    ) {
        let id = what.id;
        let Some(conversation) = self.homes.get(&id) else {
            let (what, caller) = (Box::new(what.clone()), caller.clone());
            let input = super::Input::Classified { what, result: result.clone(), caller, reply };
            self.elsewhere(id, input, reply, out);
            return;
        };
        let classified = match result {
            Ok(classified) => classified,
            Err(fields) => return out.refuse(reply, Refusal::fields(fields.clone())),
        };
        if conversation.status == Status::Closed {
            return out.refuse(reply, refuse(conversation, Code::IllegalTransition));
        }
        if what.if_match.is_some_and(|version| version != conversation.version) {
            return out.refuse(reply, refuse(conversation, Code::VersionMismatch));
        }
        let now = what.anew(conversation);
        if now != *what {
            // Changed meanwhile by somebody else: what came out would undo that.
            let input = work_stream::Input::Reclassify { what: Box::new(now), caller: caller.clone(), reply };
            return out.send(Send::WorkStream(conversation.born.work_stream_id.clone(), input));
        }
        let mut story = Story::of(ctx, conversation, &caller.by);
        story.tell(
            out,
            Happening::ContextChanged {
                context: classified.context.clone(),
                undeclared: classified.undeclared.clone(),
                written: classified.trace.written.clone(),
                customer: classified.customer.clone(),
                priority: classified.priority,
                skills: classified.skills.clone(),
                to: conversation.agent.clone(),
            },
        );
        if what.route {
            self.reroute(ctx, conversation, classified, &mut story, out);
        } else if conversation.status == Status::Open {
            self.look_for_agent(ctx, &conversation.born, Trigger::Rerouted, out);
        }
        self.check_skills(ctx, &classified.skills, out);
        out.answer(reply, Ok(Answer::Conversation { id, version: story.version() }));
    }

    /// Routed anew: to another queue (an open offer is withdrawn), or to the same (it stands).
    fn reroute(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        classified: &Classified,
        story: &mut Story<'_>,
        out: &mut Out,
    ) {
        let to = &classified.trace.queue_id;
        let trace = Box::new(classified.trace.clone());
        // A queue may be deleted between the routing and now: then it stays where it is.
        if *to == self.id || !ctx.config.queues.contains_key(to) {
            let first = classified.first.clone().filter(|_| conversation.offer.is_none());
            story.tell(out, Happening::Routed { trace, moved: None, first });
            return self.look_for_agent(ctx, &conversation.born, Trigger::Rerouted, out);
        }
        story.withdraw(out, conversation, Withdrawal::Rerouted);
        let mut after = conversation.clone();
        after.context.clone_from(&classified.context);
        after.undeclared.clone_from(&classified.undeclared);
        after.written.clone_from(&classified.trace.written);
        after.customer.clone_from(&classified.customer);
        after.priority = classified.priority;
        after.skills.clone_from(&classified.skills);
        let first = classified.first.clone();
        let mut moved = moved(ctx, after, to, story.next());
        moved.conversation.first.clone_from(&first);
        story.tell(out, Happening::Routed { trace, moved: Some(moved), first });
    }

    pub(super) fn may_delete(&self, reply: Reply, out: &mut Out) {
        let result = if self.unfinished() == 0 { Ok(()) } else { Err(Refusal::of(Code::InUse)) };
        out.send(Send::Configuration(configuration::Input::Deletable { reply, result }));
    }
}

/// Whether conversations of this stream are pushed.
pub(super) fn is_pushed(ctx: &Ctx<'_>, stream: &WorkStreamId) -> bool {
    use crate::config::Mode;
    ctx.config.work_streams.get(stream).is_some_and(|s| s.distribution.mode == Mode::Push)
}

/// The conversation as its new home takes it: open, with nobody, with its age.
pub(super) fn moved(ctx: &Ctx<'_>, mut after: Conversation, to: &QueueId, version: u32) -> Moved {
    if after.status != Status::Open {
        after.status = Status::Open;
        after.status_since = ctx.now;
        after.prompted = Prompted::default();
    }
    if let Some(offer) = after.offer.take() {
        after.remember(&offer.grant, OfferEnd::Withdrawn);
    }
    after.grant = None;
    after.agent = None;
    after.participants.clear();
    after.first = None;
    after.preferred = None;
    after.stranded = false;
    // Its next queue has a service level of its own.
    after.late &= after.queue_id == *to;
    after.queue_id = to.clone();
    after.entered_queue_at = ctx.now;
    after.last_activity_at = ctx.now;
    after.visit(to);
    after.wait = Wait::new(ctx.now);
    after.version = version;
    Moved { to: to.clone(), conversation: Box::new(after) }
}

/// A message as it goes on record.
pub(super) fn message(ctx: &Ctx<'_>, say: &Say, sender: Sender, seq: u32) -> Arc<Message> {
    Arc::new(Message {
        id: MessageId(ctx.mint.uuid()),
        seq,
        sender,
        text: say.text.clone(),
        visibility: say.visibility,
        client_message_id: say.client_message_id.clone(),
        attachments: say.attachments.clone(),
        created_at: ctx.now,
        automated: None,
    })
}

/// A refusal that says how the conversation stands and who has it.
pub(super) fn refuse(conversation: &Conversation, code: Code) -> Refusal {
    Refusal { status: Some(conversation.status), agent: conversation.holder().cloned(), ..Refusal::of(code) }
}
