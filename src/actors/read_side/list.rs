//! Lists of conversations: memory and archive merged, oldest first.

use std::ops::Bound;
use std::sync::Arc;

use super::{ReadSide, Rebuilding};
use crate::domain::conversation::{Conversation, Status};
use crate::domain::ids::{AgentId, ConversationId, CustomerId, QueueId, WorkStreamId};
use crate::domain::time::Timestamp;

/// How many ids are copied under the lock at once, so that a long list never holds up the READ thread.
const STEP: usize = 512;

/// What a list is narrowed to; `None` is anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Status.
    pub state: Option<Status>,
    /// Home queue.
    pub queue_id: Option<QueueId>,
    /// Who has it, or had it last.
    pub agent_id: Option<AgentId>,
    /// Work stream.
    pub work_stream_id: Option<WorkStreamId>,
    /// Linked customer record.
    pub customer_id: Option<CustomerId>,
    /// Closed at this instant or later.
    pub closed_from: Option<Timestamp>,
}

impl Filter {
    /// Whether a conversation is one of those asked for.
    pub fn matches(&self, conversation: &Conversation) -> bool {
        fn is<T: PartialEq>(wanted: Option<&T>, have: Option<&T>) -> bool {
            wanted.is_none_or(|wanted| have == Some(wanted))
        }
        is(self.state.as_ref(), Some(&conversation.status))
            && is(self.queue_id.as_ref(), Some(&conversation.queue_id))
            && is(self.agent_id.as_ref(), conversation.agent.as_ref())
            && is(self.work_stream_id.as_ref(), Some(&conversation.born.work_stream_id))
            && is(self.customer_id.as_ref(), conversation.customer.id.as_ref())
            && self.closed_from.is_none_or(|from| conversation.closed_at.is_some_and(|at| at >= from))
    }

    /// Whether ended ones can match.
    fn takes_ended(&self) -> bool {
        self.state.is_none_or(|state| state == Status::Closed)
    }
}

impl ReadSide {
    /// Conversations created after `after`, oldest first, at most `limit`. Fails while the archive is being filled,
    /// unless only unfinished ones are asked for.
    pub fn list(
        &self,
        filter: &Filter,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<Arc<Conversation>>, Rebuilding> {
        // Memory first: what passes into the archive in between is then in both, never in neither.
        let mut all = self.list_memory(filter, after, limit);
        if filter.takes_ended() {
            all.extend(self.history.list(filter, after, limit)?);
            all.sort_by_key(|conversation| conversation.id());
            all.dedup_by_key(|conversation| conversation.id());
            all.truncate(limit);
        }
        Ok(all)
    }

    fn list_memory(
        &self,
        filter: &Filter,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Vec<Arc<Conversation>> {
        let mut found = Vec::new();
        let mut from = after.map_or(Bound::Unbounded, Bound::Excluded);
        loop {
            let step: Vec<ConversationId> =
                super::read(&self.ids).range((from, Bound::Unbounded)).take(STEP).copied().collect();
            let Some(last) = step.last() else { return found };
            from = Bound::Excluded(*last);
            for conversation in step.iter().filter_map(|id| self.in_memory(*id)) {
                if filter.matches(&conversation) {
                    found.push(conversation);
                }
                if found.len() == limit {
                    return found;
                }
            }
        }
    }
}
