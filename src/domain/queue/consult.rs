//! Consult, and supervisors who join (SPEC §§15, 16): who takes part in an active conversation beside the agent who
//! has it. Whether an agent may be invited is that agent's word; everything else is decided here.

use super::Out;
use super::acts::{Asked, holder};
use super::input::Input;
use super::intake::refuse;
use super::state::Queue;
use super::story::Story;
use crate::agent;
use crate::command::{Caller, Code, ConsultAct, FieldProblem, Refusal, Reply, Say};
use crate::configuration::supervises;
use crate::conversation::{
    By, Conversation, Happening, LeaveReason, MAX_PARTICIPANTS, Participant, ParticipantKind, Sender, Status,
    Visibility,
};
use crate::ids::{AgentId, ConversationId};
use crate::machine::{Ctx, Send};

impl Queue {
    pub(super) fn consult(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        act: &ConsultAct,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let what = match act {
            ConsultAct::Invite(agent) => {
                may_invite(ctx, asked, conversation, agent)?;
                let ask = agent::Input::Consult {
                    conversation: asked.id,
                    caller: asked.caller.clone(),
                    reply: asked.reply,
                };
                out.send(Send::Agent(agent.clone(), ask));
                return Ok(());
            }
            ConsultAct::End(agent) => {
                primary(asked, conversation)?;
                let consulted = |p: &&Participant| p.kind == ParticipantKind::Consult;
                let found = conversation.participant(agent).filter(consulted);
                left(found.ok_or_else(|| refuse(conversation, Code::NotAParticipant))?, LeaveReason::Ended)
            }
            ConsultAct::Answer(accept) => {
                let me = own_part(asked, conversation)?;
                if me.joined() {
                    return Err(refuse(conversation, Code::AlreadyAParticipant));
                }
                if *accept {
                    Happening::Joined { agent: me.agent.clone(), kind: me.kind }
                } else {
                    left(me, LeaveReason::Declined)
                }
            }
            ConsultAct::Leave => {
                let me = own_part(asked, conversation)?;
                left(me, if me.joined() { LeaveReason::Left } else { LeaveReason::Declined })
            }
            ConsultAct::Join => {
                // By the configuration of now, not of when it was asked: the queues have let go of one that is
                // deleted or supervises no more, and nobody would end its part.
                let agent = asked.caller.agent.clone().filter(|agent| supervises(ctx.config, agent));
                let agent = agent.ok_or_else(|| Refusal::of(Code::NotYours))?;
                if conversation.status != Status::Active {
                    return Err(refuse(conversation, Code::IllegalTransition));
                }
                has_room(conversation, &agent)?;
                Happening::Joined { agent, kind: ParticipantKind::Supervisor }
            }
        };
        let mut story = Story::of(ctx, conversation, &asked.caller.by);
        story.tell(out, what);
        asked.done(&story, out);
        Ok(())
    }

    /// The agent says whether it may be invited. What stood when it was asked may not stand now.
    #[allow(clippy::too_many_arguments)] // the fields of one input
    pub(super) fn consultable(
        &self,
        ctx: &Ctx<'_>,
        id: ConversationId,
        agent: &AgentId,
        result: Result<(), Code>,
        caller: &Caller,
        reply: Reply,
        out: &mut Out,
    ) {
        let Some(conversation) = self.homes.get(&id) else {
            let (agent, caller) = (agent.clone(), caller.clone());
            let input = Input::Consultable { conversation: id, agent, result, caller, reply };
            return self.elsewhere(id, input, reply, out);
        };
        let act = crate::command::Act::Consult(ConsultAct::Invite(agent.clone()));
        let asked = Asked { id, act: &act, if_match: None, caller, reply };
        let valid = result.map_err(|code| refuse(conversation, code));
        if let Err(refusal) = valid.and_then(|()| may_invite(ctx, &asked, conversation, agent)) {
            return out.refuse(reply, refusal);
        }
        let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id);
        let seconds = stream.map_or(120, |stream| stream.distribution.notification.timeout_seconds);
        let mut story = Story::of(ctx, conversation, &caller.by);
        story.tell(out, Happening::Invited { agent: agent.clone(), until: ctx.now.plus_seconds(seconds) });
        asked.done(&story, out);
    }

    /// A participant's machine says that it is gone for longer than the grace.
    pub(super) fn depart(&self, ctx: &Ctx<'_>, id: ConversationId, agent: &AgentId, out: &mut Out) {
        let Some(conversation) = self.homes.get(&id) else {
            let input = Input::Depart { conversation: id, agent: agent.clone() };
            return self.elsewhere(id, input, Reply::NONE, out);
        };
        if let Some(participant) = conversation.participant(agent) {
            let mut story = Story::of(ctx, conversation, &By::System);
            story.tell(out, left(participant, LeaveReason::AgentLost));
        }
    }

    /// Participants who are configured no more, and supervisors who are none any more.
    pub(super) fn part_from_deleted(&self, ctx: &Ctx<'_>, out: &mut Out) {
        let configured = |agent: &AgentId| ctx.config.agents.contains_key(agent);
        let why = |p: &Participant| {
            if !configured(&p.agent) {
                return Some(LeaveReason::AgentLost);
            }
            let stays = p.kind == ParticipantKind::Consult || supervises(ctx.config, &p.agent);
            (!stays).then_some(LeaveReason::RoleLost)
        };
        for conversation in self.homes.values().filter(|c| c.participants.iter().any(|p| why(p).is_some())) {
            // One whose agent is deleted too is released in this same decide, and that ends all of them.
            if conversation.grant.as_ref().is_none_or(|grant| !configured(&grant.agent)) {
                continue;
            }
            let mut story = Story::of(ctx, conversation, &By::System);
            for participant in &conversation.participants {
                if let Some(reason) = why(participant) {
                    story.tell(out, left(participant, reason));
                }
            }
        }
    }
}

/// Who speaks for the agents' side: who has the conversation, or who takes part in it.
pub(super) fn speaker(asked: &Asked<'_>, conversation: &Conversation, say: &Say) -> Result<Sender, Refusal> {
    match own_part(asked, conversation) {
        Ok(me) if me.joined() => {
            if me.kind == ParticipantKind::Consult && say.visibility == Visibility::Public {
                return Err(refuse(conversation, Code::InternalOnly));
            }
            Ok(Sender::Agent(me.agent.clone()))
        }
        _ => {
            holder(asked, conversation)?;
            let agent = conversation.agent.clone();
            Ok(Sender::Agent(agent.ok_or_else(|| refuse(conversation, Code::NotYours))?))
        }
    }
}

/// The end of a part in the conversation.
pub(super) fn left(participant: &Participant, reason: LeaveReason) -> Happening {
    Happening::Left { agent: participant.agent.clone(), kind: participant.kind, reason }
}

fn own_part<'a>(asked: &Asked<'_>, conversation: &'a Conversation) -> Result<&'a Participant, Refusal> {
    let me = asked.caller.agent.as_ref().and_then(|agent| conversation.participant(agent));
    me.ok_or_else(|| refuse(conversation, Code::NotAParticipant))
}

/// Only the agent who has it, while it is active.
fn primary(asked: &Asked<'_>, conversation: &Conversation) -> Result<(), Refusal> {
    holder(asked, conversation)?;
    let active = conversation.status == Status::Active;
    if active { Ok(()) } else { Err(refuse(conversation, Code::IllegalTransition)) }
}

fn may_invite(
    ctx: &Ctx<'_>,
    asked: &Asked<'_>,
    conversation: &Conversation,
    agent: &AgentId,
) -> Result<(), Refusal> {
    primary(asked, conversation)?;
    if !ctx.config.agents.contains_key(agent) {
        return Err(Refusal::fields(vec![FieldProblem::UnknownAgent(agent.clone())]));
    }
    has_room(conversation, agent)
}

/// Not in it yet, not too many, and the timeline has room.
fn has_room(conversation: &Conversation, agent: &AgentId) -> Result<(), Refusal> {
    if conversation.agent.as_ref() == Some(agent) || conversation.participant(agent).is_some() {
        Err(refuse(conversation, Code::AlreadyAParticipant))
    } else if conversation.participants.len() >= MAX_PARTICIPANTS {
        Err(refuse(conversation, Code::TooManyParticipants))
    } else if conversation.is_full() {
        Err(refuse(conversation, Code::ConversationFull))
    } else {
        Ok(())
    }
}
