//! The pick list: agents with free units take the first that they may.

use super::{Job, Play};
use crate::domain::config::Mode;
use crate::domain::conversation::{Conversation, Event, Happening, Status};
use crate::domain::ids::{AgentId, ConversationId};

impl Play<'_> {
    /// Keeps in mind what may be on a list.
    pub(super) fn list(&mut self, event: &Event) {
        match &event.what {
            Happening::Assigned { .. } | Happening::Closed { .. } => {
                self.listed.remove(&event.conversation);
            }
            Happening::Created(_)
            | Happening::Routed { .. }
            | Happening::Transferred { .. }
            | Happening::Released { .. }
            | Happening::Reopened { .. }
            | Happening::Stranded(_) => {
                let open = self.house.conversation(event.conversation);
                if open.is_some_and(|conversation| self.is_listed(conversation)) {
                    self.listed.insert(event.conversation);
                }
            }
            _ => {}
        }
    }

    fn is_listed(&self, conversation: &Conversation) -> bool {
        let stream = self.house.config.work_streams.get(&conversation.born.work_stream_id);
        conversation.status == Status::Open
            && (conversation.stranded || stream.is_none_or(|stream| stream.distribution.mode == Mode::Pick))
    }

    /// Agents who could take something will look at the list.
    pub(super) fn look_at_lists(&mut self) {
        if self.listed.is_empty() {
            return;
        }
        let there: Vec<AgentId> =
            self.sessions.keys().filter(|agent| !self.looking.contains(*agent)).cloned().collect();
        for agent in there {
            if self.first_listed(&agent).is_some() {
                let after = self.manner.picks_after_ms(&agent);
                self.looking.insert(agent.clone());
                self.plan(self.house.now.plus_ms(after), Job::Look(agent));
            }
        }
    }

    /// The first in line that this agent may take and has room for.
    pub(super) fn first_listed(&self, id: &AgentId) -> Option<ConversationId> {
        let house = &self.house;
        let agent = house.agents.get(id)?;
        if !agent.connected() || !agent.carried.missed.is_empty() {
            return None;
        }
        let total = house.config.agents.get(id).map_or(0, |agent| agent.capacity);
        let free = i64::from(total) - i64::from(agent.used());
        let fits = |c: &&Conversation| {
            let units = house.config.work_streams.get(&c.born.work_stream_id).map_or(c.units, |s| s.capacity);
            self.is_listed(c)
                && c.offer.is_none()
                && i64::from(units) <= free
                && house.config.is_member(&c.queue_id, id)
        };
        let listed = self.listed.iter().filter_map(|id| house.conversation(*id)).filter(fits);
        listed.min_by_key(|conversation| conversation.rank()).map(Conversation::id)
    }
}
