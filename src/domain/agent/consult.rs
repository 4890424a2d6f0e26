//! Being consulted: whether the agent may be invited, and what becomes of its parts when it is gone (SPEC §15).
//! Taking part costs no capacity.

use super::Out;
use super::state::Agent;
use crate::command::{Caller, Code, Reply};
use crate::conversation::{Event, Happening};
use crate::ids::ConversationId;
use crate::machine::{Ctx, Send};
use crate::presence::BasePresence;
use crate::queue;

impl Agent {
    /// A queue asks whether the agent may be invited: connected, and not inactive.
    pub(super) fn consulted(
        &self,
        ctx: &Ctx<'_>,
        conversation: ConversationId,
        caller: &Caller,
        reply: Reply,
        out: &mut Out,
    ) {
        let result = if !ctx.config.agents.contains_key(&self.id) || !self.connected() {
            Err(Code::NotConnected)
        } else if self.base(ctx) == BasePresence::Inactive {
            Err(Code::Inactive)
        } else {
            Ok(())
        };
        let (agent, caller) = (self.id.clone(), caller.clone());
        let answer = queue::Input::Consultable { conversation, agent, result, caller, reply };
        out.send(Send::Home(conversation, answer));
    }

    /// Gone for longer than the grace: it takes part in nothing any more.
    pub(super) fn depart_all(&self, out: &mut Out) {
        self.parts.iter().for_each(|conversation| self.depart(*conversation, out));
    }

    pub(super) fn depart(&self, conversation: ConversationId, out: &mut Out) {
        let agent = self.id.clone();
        out.send(Send::Home(conversation, queue::Input::Depart { conversation, agent }));
    }

    pub(super) fn fold_part(&mut self, event: &Event) {
        match &event.what {
            Happening::Invited { agent, .. } | Happening::Joined { agent, .. } if *agent == self.id => {
                self.parts.insert(event.conversation);
            }
            Happening::Left { agent, .. } if *agent == self.id => {
                self.parts.remove(&event.conversation);
            }
            _ => {}
        }
    }
}
