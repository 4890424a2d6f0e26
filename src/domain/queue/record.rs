//! What a connector says became of a routed record (SPEC §13): its work item ends, or goes back to its queue.

use super::Out;
use super::acts::{Asked, closed, held, step_to};
use super::intake::refuse;
use super::state::Queue;
use super::story::Story;
use crate::command::{Code, RecordAct, Refusal};
use crate::conversation::{CloseReason, Conversation, Happening, ReturnReason, Status, Step};
use crate::decision::Trigger;
use crate::machine::Ctx;
use crate::offer::Withdrawal;

impl Queue {
    /// A record whose work item is over has none that anything could be done with.
    pub(super) fn of_record(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        act: RecordAct,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        if conversation.born.record.is_none() || conversation.status == Status::Closed {
            return Err(refuse(conversation, Code::UnknownRecord));
        }
        match act {
            RecordAct::Resolve => end(ctx, asked, conversation, CloseReason::Resolved, out),
            RecordAct::Cancel => end(ctx, asked, conversation, CloseReason::Cancelled, out),
            RecordAct::Unassign => self.unassign(ctx, asked, conversation, out),
        }
    }

    /// Back to its queue, with its age. One that nobody has is there already; an offer of it stands.
    fn unassign(
        &self,
        ctx: &Ctx<'_>,
        asked: &Asked<'_>,
        conversation: &Conversation,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let mut story = Story::of(ctx, conversation, &asked.caller.by);
        if conversation.status != Status::Open {
            step_to(conversation, Step::Return)?;
            let ends = held(conversation)?;
            story.tell(out, Happening::Released { ends, reason: ReturnReason::Unassigned, first: None });
            self.look_for_agent(ctx, &conversation.born, Trigger::Returned, out);
        }
        asked.done(&story, out);
        Ok(())
    }
}

/// From any state; what it cost is free.
fn end(
    ctx: &Ctx<'_>,
    asked: &Asked<'_>,
    conversation: &Conversation,
    reason: CloseReason,
    out: &mut Out,
) -> Result<(), Refusal> {
    step_to(conversation, Step::ForceClose)?;
    let mut story = Story::of(ctx, conversation, &asked.caller.by);
    story.withdraw(out, conversation, Withdrawal::RecordEnded);
    story.tell(out, closed(conversation, reason, None));
    asked.done(&story, out);
    Ok(())
}
