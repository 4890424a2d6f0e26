//! What people do to a conversation: the customer, the agent who has it, a supervisor, a backend.
//! Each act is checked against the status chart; what the chart does not know is a 409 with the present state.

use std::sync::Arc;

use super::Out;
use super::consult::speaker;
use super::grants::Wish;
use super::input::Input;
use super::intake::{message, moved, refuse};
use super::prompts::{announce, announce_move, farewell};
use super::state::Queue;
use super::story::Story;
use crate::command::{Act, Answer, Caller, Code, Draft, FieldProblem, Refusal, Reply, Say, Target};
use crate::config::{BlockCapacity, Mode, Occasion, Role};
use crate::context::{Given, Value};
use crate::conversation::chart;
use crate::conversation::{
    By, CloseReason, Conversation, First, Happening, ReturnReason, Sender, Status, Step,
};
use crate::decision::Trigger;
use crate::ids::{AgentId, ConversationId, QueueId};
use crate::machine::{Ctx, Send};
use crate::offer::{Grant, GrantKind, Withdrawal};
use crate::time::Timestamp;
use crate::{channel, work_stream};

/// An act with who asks.
pub(super) struct Asked<'a> {
    pub id: ConversationId,
    pub act: &'a Act,
    pub if_match: Option<u32>,
    pub caller: &'a Caller,
    pub reply: Reply,
}

impl Asked<'_> {
    /// Whether the caller is the agent who has the conversation, or had it last. One that is open again is nobody's.
    fn is_holder(&self, conversation: &Conversation) -> bool {
        conversation.status != Status::Open
            && self.caller.agent.is_some()
            && self.caller.agent == conversation.agent
    }

    /// Whether the caller stands for the customer: a backend, a customer socket, or the administrator's key.
    fn is_customer(&self) -> bool {
        self.caller.agent.is_none() && matches!(self.caller.role, Role::Backend | Role::Admin)
    }

    /// Whether it came over a customer's socket, which hears of this conversation alone (CONTRACT §6): what is over for
    /// it cannot go on elsewhere.
    fn is_bound(&self) -> bool {
        self.caller.by == By::Customer && self.caller.session.is_some()
    }

    pub fn done(&self, story: &Story<'_>, out: &mut Out) {
        out.answer(self.reply, Ok(Answer::Conversation { id: self.id, version: story.version() }));
    }
}

impl Queue {
    pub(super) fn act(&self, ctx: &Ctx<'_>, asked: &Asked<'_>, out: &mut Out) {
        let Some(conversation) = self.homes.get(&asked.id) else {
            let input = Input::Act {
                id: asked.id,
                act: asked.act.clone(),
                if_match: asked.if_match,
                caller: asked.caller.clone(),
                reply: asked.reply,
            };
            return self.elsewhere(asked.id, input, asked.reply, out);
        };
        if asked.if_match.is_some_and(|version| version != conversation.version) {
            return out.refuse(asked.reply, refuse(conversation, Code::VersionMismatch));
        }
        let result = match asked.act {
            Act::Say(say) => self.say(ctx, asked, conversation, say, out),
            Act::Rejoin => rejoin(asked, conversation, out),
            Act::End => self.end_conversation(ctx, asked, conversation, out),
            Act::Wait => wait(ctx, asked, conversation, out),
            Act::Close(note) => close(ctx, asked, conversation, note.clone(), out),
            Act::Transfer(target) => self.transfer(ctx, asked, conversation, target, out),
            Act::Release => self.release(ctx, asked, conversation, out),
            Act::Assign(agent) => self.assign(ctx, asked, conversation, agent, out),
            Act::Context(patch) => reclassify(asked, conversation, patch, out),
            Act::Pick => self.pick(ctx, asked, conversation, out),
            Act::Reopen => self.reopen(ctx, asked, conversation, out),
            Act::Consult(act) => self.consult(ctx, asked, conversation, act, out),
            Act::Record(act) => self.of_record(ctx, asked, conversation, *act, out),
        };
        if let Err(refusal) = result {
            out.refuse(asked.reply, refusal);
        }
    }

    fn say(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        say: &Say,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let sender = if asked.is_customer() { Sender::Customer } else { speaker(asked, conversation, say)? };
        let known = say.client_message_id.as_ref().map(|id| (sender.clone(), id.clone()));
        if let Some(seq) = known.and_then(|key| conversation.client_messages.get(&key)) {
            let answer = Answer::Message { conversation: asked.id, seq: *seq, moved: false };
            out.answer(asked.reply, Ok(answer));
            return Ok(());
        }
        let from_customer = sender == Sender::Customer;
        let goes_on = from_customer && !asked.is_bound() && conversation.born.record.is_none();
        match conversation.status {
            Status::WrapUp | Status::Closed if asked.is_bound() => {
                return Err(refuse(conversation, Code::ConversationEnded));
            }
            Status::WrapUp | Status::Closed if goes_on => {
                continue_elsewhere(asked, conversation, say, out);
                return Ok(());
            }
            Status::Active => {}
            Status::Open | Status::Waiting if from_customer => {}
            _ => return Err(refuse(conversation, Code::IllegalTransition)),
        }
        if conversation.is_full() && goes_on {
            continue_elsewhere(asked, conversation, say, out);
            return Ok(());
        }
        if conversation.is_full() {
            return Err(refuse(conversation, Code::ConversationFull));
        }
        let mut story = Story::of(ctx, conversation, &asked.caller.by);
        let seq = conversation.messages + 1;
        let to = conversation.grant.as_ref().map(|g| g.agent.clone());
        let message = message(ctx, say, sender, seq);
        story.tell(out, Happening::Message { message, to, via: asked.caller.session });
        if conversation.status == Status::Waiting {
            let first = affinity(ctx, conversation);
            story.tell(out, Happening::Reopened { first, agent: conversation.agent.clone() });
            self.look_for_agent(ctx, &conversation.born, Trigger::Returned, out);
        }
        out.answer(asked.reply, Ok(Answer::Message { conversation: asked.id, seq, moved: false }));
        Ok(())
    }

    fn end_conversation(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let step = if asked.is_customer() {
            Step::CustomerEnds
        } else {
            holder(asked, conversation)?;
            Step::AgentEnds
        };
        let over = matches!(conversation.status, Status::WrapUp | Status::Closed);
        if over && asked.is_bound() {
            return Err(refuse(conversation, Code::ConversationEnded));
        }
        let next = step_to(conversation, step)?;
        let mut story = Story::of(ctx, conversation, &asked.caller.by);
        if next == Status::Closed {
            story.withdraw(out, conversation, Withdrawal::CustomerLeft);
        }
        farewell(ctx, conversation, &mut story, out);
        if next == Status::WrapUp {
            let grant = held(conversation)?;
            let hold_until = hold_until(ctx, conversation);
            story.tell(out, Happening::WrapUp { grant, hold_until, by_customer: step == Step::CustomerEnds });
        } else {
            story.tell(out, closed(conversation, CloseReason::CustomerEnded, None));
        }
        asked.done(&story, out);
        Ok(())
    }

    fn release(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        holder(asked, conversation)?;
        step_to(conversation, Step::Return)?;
        let ends = held(conversation)?;
        let mut story = Story::of(ctx, conversation, &asked.caller.by);
        let agent = ends.agent.clone();
        story.tell(out, Happening::Released { ends, reason: ReturnReason::Released, first: None });
        announce(ctx, conversation, Occasion::AgentLeft, Some(&agent), &mut story, out);
        asked.done(&story, out);
        self.look_for_agent(ctx, &conversation.born, Trigger::Returned, out);
        Ok(())
    }

    fn transfer(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        target: &Target,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        if !asked.caller.supervises() || asked.is_holder(conversation) {
            holder(asked, conversation)?;
            step_to(conversation, Step::Return)?;
        } else if !matches!(conversation.status, Status::Open | Status::Active) {
            return Err(refuse(conversation, Code::IllegalTransition));
        }
        match target {
            Target::Queue(to) => self.transfer_to_queue(ctx, asked, conversation, to, out),
            Target::Agent(to) => {
                if !ctx.config.agents.contains_key(to) {
                    return Err(Refusal::fields(vec![FieldProblem::UnknownAgent(to.clone())]));
                }
                if conversation.grant.as_ref().is_some_and(|grant| grant.agent == *to) {
                    return Err(refuse(conversation, Code::Taken));
                }
                let giver = conversation.grant.as_ref().map(|g| g.id);
                let wish = Wish {
                    agent: to,
                    kind: GrantKind::Transfer,
                    by: &asked.caller.by,
                    reply: asked.reply,
                    giver,
                    if_match: asked.if_match,
                    trace: None,
                };
                self.reserve(ctx, conversation, wish, out);
                Ok(())
            }
        }
    }

    fn transfer_to_queue(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        to: &QueueId,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        match ctx.config.queues.get(to) {
            None => return Err(Refusal::fields(vec![FieldProblem::UnknownQueue(to.clone())])),
            Some(queue) if queue.kind != conversation.born.channel_type.queue_type() => {
                return Err(refuse(conversation, Code::QueueTypeMismatch));
            }
            Some(_) => {}
        }
        let mut story = Story::of(ctx, conversation, &asked.caller.by);
        let mut after = conversation.clone();
        if conversation.status == Status::Active {
            announce_move(ctx, &mut after, Occasion::Transferred, &mut story, out);
        }
        story.withdraw(out, conversation, Withdrawal::Supervisor);
        after.transfer_count += 1;
        let moved = moved(ctx, after, to, story.next());
        story.tell(out, Happening::Transferred { moved, ends: conversation.grant.clone() });
        asked.done(&story, out);
        if *to == self.id {
            out.then.push(Input::Entered(asked.id, Trigger::Transferred));
            self.look_for_agent(ctx, &conversation.born, Trigger::Transferred, out);
        }
        Ok(())
    }

    fn assign(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        agent: &AgentId,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        if !ctx.config.agents.contains_key(agent) {
            return Err(Refusal::fields(vec![FieldProblem::UnknownAgent(agent.clone())]));
        }
        step_to(conversation, Step::Assign)?;
        self.take_for(ctx, asked, conversation, agent, GrantKind::Supervisor, Trigger::Assigned, out);
        Ok(())
    }

    fn pick(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let agent = asked.caller.agent.as_ref().ok_or_else(|| Refusal::of(Code::NotYours))?;
        if !ctx.config.is_member(&self.id, agent) {
            return Err(Refusal::of(Code::NotAMember));
        }
        if conversation.status != Status::Open {
            return Err(refuse(conversation, Code::Taken));
        }
        let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id);
        let distribution = stream.map(|s| &s.distribution);
        let self_select = distribution.is_some_and(|d| d.mode == Mode::Push && d.select_from_push);
        let listed = conversation.stranded || distribution.is_none_or(|d| d.mode == Mode::Pick);
        if !self_select && !listed {
            return Err(refuse(conversation, Code::NotPickable));
        }
        if !self_select && conversation.offer.is_some() {
            return Err(refuse(conversation, Code::Taken));
        }
        let kind = if self_select { GrantKind::SelfSelect } else { GrantKind::Pick };
        self.take_for(ctx, asked, conversation, agent, kind, Trigger::Picked, out);
        Ok(())
    }

    fn reopen(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        holder(asked, conversation)?;
        step_to(conversation, Step::Reopen)?;
        let agent = conversation.agent.clone().ok_or_else(|| refuse(conversation, Code::NotYours))?;
        self.take_for(ctx, asked, conversation, &agent, GrantKind::Reopen, Trigger::Picked, out);
        Ok(())
    }

    #[allow(clippy::too_many_arguments)] // the pieces of one wish
    fn take_for(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        agent: &AgentId,
        kind: GrantKind,
        trigger: Trigger,
        out: &mut Out,
    ) {
        let trace = Some(self.explain(ctx, conversation, trigger, Some(agent)));
        let (by, reply, if_match) = (&asked.caller.by, asked.reply, asked.if_match);
        let wish = Wish { agent, kind, by, reply, giver: None, if_match, trace };
        self.reserve(ctx, conversation, wish, out);
    }
}

/// Shows the conversation as it is to the customer whose it is.
fn rejoin(asked: &Asked<'_>, conversation: &Conversation, out: &mut Out) -> Result<(), Refusal> {
    if matches!(conversation.status, Status::WrapUp | Status::Closed) {
        return Err(refuse(conversation, Code::ConversationEnded));
    }
    let answer = Answer::Conversation { id: asked.id, version: conversation.version };
    out.answer(asked.reply, Ok(answer));
    Ok(())
}

fn wait(ctx: &Ctx<'_>, asked: &Asked<'_>, conversation: &Conversation, out: &mut Out) -> Result<(), Refusal> {
    holder(asked, conversation)?;
    step_to(conversation, Step::Wait)?;
    let ends = held(conversation)?;
    let mut story = Story::of(ctx, conversation, &asked.caller.by);
    story.tell(out, Happening::Waiting { ends });
    asked.done(&story, out);
    Ok(())
}

/// The agent after wrap-up, or a supervisor by force.
fn close(
    ctx: &Ctx<'_>,
    asked: &Asked<'_>,
    conversation: &Conversation,
    note: Option<Arc<str>>,
    out: &mut Out,
) -> Result<(), Refusal> {
    let mine = asked.is_holder(conversation) && conversation.status == Status::WrapUp;
    let (step, reason) = if mine || !asked.caller.supervises() {
        holder(asked, conversation)?;
        (Step::AgentCloses, CloseReason::AgentClosed)
    } else {
        (Step::ForceClose, CloseReason::ForceClosed)
    };
    step_to(conversation, step)?;
    let mut story = Story::of(ctx, conversation, &asked.caller.by);
    story.withdraw(out, conversation, Withdrawal::Supervisor);
    farewell(ctx, conversation, &mut story, out);
    story.tell(out, closed(conversation, reason, note));
    asked.done(&story, out);
    Ok(())
}

/// Context is the work stream's to take: it answers with [`Input::Classified`].
fn reclassify(
    asked: &Asked<'_>,
    conversation: &Conversation,
    patch: &std::collections::BTreeMap<String, Option<Given>>,
    out: &mut Out,
) -> Result<(), Refusal> {
    if !asked.is_customer() && !asked.is_holder(conversation) {
        return Err(refuse(conversation, Code::NotYours));
    }
    if conversation.status == Status::Closed {
        return Err(refuse(conversation, Code::IllegalTransition));
    }
    if conversation.is_full() {
        return Err(refuse(conversation, Code::ConversationFull));
    }
    let what = Box::new(work_stream::Reclassify {
        id: asked.id,
        context: conversation.context.clone(),
        undeclared: conversation.undeclared.clone(),
        written: conversation.written.clone(),
        patch: patch.clone(),
        customer: conversation.customer.clone(),
        priority: conversation.born.asked_priority,
        skills: conversation.born.asked_skills.clone(),
        channel: conversation.born.channel_id.clone(),
        record: conversation.born.record.clone(),
        correspondent: conversation.born.correspondent.clone(),
        queue: conversation.queue_id.clone(),
        route: conversation.status == Status::Open,
        if_match: asked.if_match,
    });
    let input = work_stream::Input::Reclassify { what, caller: asked.caller.clone(), reply: asked.reply };
    out.send(Send::WorkStream(conversation.born.work_stream_id.clone(), input));
    Ok(())
}

/// A customer's message to a conversation that is over or full starts a new one, or joins the one that it started.
fn continue_elsewhere(asked: &Asked<'_>, conversation: &Conversation, say: &Say, out: &mut Out) {
    let said = conversation.written.given(&conversation.context);
    let draft = Box::new(Draft {
        channel_id: conversation.born.channel_id.clone(),
        customer: conversation.customer.clone(),
        context: said.iter().map(|(key, value)| (key.to_string(), given(value))).collect(),
        message: Some(say.clone()),
        priority: conversation.born.asked_priority,
        skills: conversation.born.asked_skills.clone(),
        previous: Some(asked.id),
        lenient: true,
        record: None,
        correspondent: conversation.born.correspondent.clone(),
        party: conversation.born.party.clone(),
        language: conversation.born.language.clone(),
    });
    let input = channel::Input::Continue { draft, caller: asked.caller.clone(), reply: asked.reply };
    out.send(Send::Channel(conversation.born.channel_id.clone(), input));
}

/// A kept value as it could have been given.
pub fn given(value: &Value) -> Given {
    match value {
        Value::Text(text) => Given::Text(text.to_string()),
        Value::Number(number) => Given::Number(*number, number.to_string()),
    }
}

/// The caller must be the agent who has it (or had it last); a conversation that nobody has is no one's to act on.
pub(super) fn holder(asked: &Asked<'_>, conversation: &Conversation) -> Result<(), Refusal> {
    if asked.is_holder(conversation) {
        Ok(())
    } else if conversation.agent.is_none() || conversation.status == Status::Open {
        Err(refuse(conversation, Code::IllegalTransition))
    } else {
        Err(refuse(conversation, Code::NotYours))
    }
}

/// The grant by which its agent has it.
pub(super) fn held(conversation: &Conversation) -> Result<Grant, Refusal> {
    conversation.grant.clone().ok_or_else(|| refuse(conversation, Code::IllegalTransition))
}

pub(super) fn step_to(conversation: &Conversation, step: Step) -> Result<Status, Refusal> {
    chart::next(conversation.status, step).ok_or_else(|| refuse(conversation, Code::IllegalTransition))
}

/// The closing event: names the grant that it ends and the agent who had it.
pub(super) fn closed(conversation: &Conversation, reason: CloseReason, note: Option<Arc<str>>) -> Happening {
    Happening::Closed { reason, note, ends: conversation.grant.clone(), agent: conversation.agent.clone() }
}

fn hold_until(ctx: &Ctx<'_>, conversation: &Conversation) -> Option<Timestamp> {
    let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id)?;
    match stream.block_capacity {
        BlockCapacity::Always => None,
        BlockCapacity::Never => Some(ctx.now),
        BlockCapacity::Seconds(seconds) => Some(ctx.now.plus_seconds(seconds)),
    }
}

fn affinity(ctx: &Ctx<'_>, conversation: &Conversation) -> Option<First> {
    let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id)?;
    let agent = conversation.agent.clone()?;
    stream.distribution.agent_affinity.then_some(First { agent, affinity: true, until: ctx.now })
}
