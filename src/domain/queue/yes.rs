//! What must still stand when an agent says yes (PROTOCOL rule 2): between the question and the yes, the
//! conversation, the configuration and the agent may have changed.

use std::sync::Arc;

use super::intake::refuse;
use super::line::fits;
use super::matching::excluded;
use super::relaxation::required;
use super::state::{Queue, Reservation};
use crate::agent::Snapshot;
use crate::command::{Code, Refusal};
use crate::config::Mode;
use crate::conversation::{Conversation, Status};
use crate::decision::Reason;
use crate::machine::Ctx;
use crate::offer::GrantKind;

impl Queue {
    /// Whether a reservation may become what it was asked for; the refusal is the caller's.
    pub(super) fn valid(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        wanted: &Reservation,
        snapshot: &Arc<Snapshot>,
    ) -> Result<(), Refusal> {
        if wanted.if_match.is_some_and(|version| version != conversation.version) {
            return Err(refuse(conversation, Code::VersionMismatch));
        }
        let open = conversation.status == Status::Open;
        let free = open && conversation.offer.is_none();
        let stands = match wanted.kind {
            GrantKind::Push => {
                free && !conversation.stranded
                    && !self.is_held(conversation)
                    && self.may_be_pushed(ctx, conversation, snapshot)
            }
            GrantKind::Affinity => free && !conversation.stranded,
            GrantKind::Pick => free,
            GrantKind::SelfSelect | GrantKind::Supervisor => open,
            GrantKind::Reopen => {
                conversation.status == Status::Waiting && conversation.agent.as_ref() == Some(&wanted.agent)
            }
            GrantKind::Transfer => match wanted.giver {
                Some(giver) => {
                    let has = conversation.grant.as_ref().is_some_and(|g| g.id == giver);
                    has && conversation.status == Status::Active
                }
                None => open,
            },
        };
        if !stands {
            return Err(refuse(conversation, Code::Taken));
        }
        let anyone = matches!(wanted.kind, GrantKind::Transfer | GrantKind::Supervisor | GrantKind::Reopen);
        let serves = if anyone {
            ctx.config.agents.contains_key(&wanted.agent)
        } else {
            ctx.config.is_member(&self.id, &wanted.agent)
        };
        if serves { Ok(()) } else { Err(refuse(conversation, Code::NotAMember)) }
    }

    /// Whether the dispatcher may give it to this agent, by the snapshot of the yes. Units and slots are not
    /// looked at: that snapshot is already without those of the yes.
    pub(super) fn may_be_pushed(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        snapshot: &Arc<Snapshot>,
    ) -> bool {
        let Some(stream) = ctx.config.work_streams.get(&conversation.born.work_stream_id) else {
            return false;
        };
        let max = stream.distribution.refusal.max_refusals;
        // A rule's agent is asked in any mode.
        let first = conversation.first.as_ref().is_some_and(|first| first.agent == snapshot.agent);
        (first || stream.distribution.mode == Mode::Push)
            && fits(stream, snapshot, &required(conversation, Some(stream), ctx.now))
            && excluded(conversation.refused.get(&snapshot.agent), max, ctx.now).is_none()
    }
}

/// Why an agent said no, as its caller is told: a decision record knows full slots as too little capacity.
pub(super) fn code_of(reason: Reason, wanted: &Reservation, snapshot: &Snapshot) -> Code {
    if reason == Reason::Capacity && wanted.offers && snapshot.slots == 0 {
        Code::TooManyOffers
    } else {
        reason.into()
    }
}
