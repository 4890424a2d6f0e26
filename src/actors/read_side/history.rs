//! Ended conversations in the archive: their keys and values, and how they are found again.
//!
//! `Space::Conversation` holds one value under the id: the conversation, then its events. Index keys point to it: by queue
//! and by last agent (name, a zero byte, id), in id order, which is the order of creation; and by who writes
//! (`earlier`), the other way round.

use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use super::earlier::{Who, id_in};
use super::{Filter, Rebuilding};
use crate::actors::codec;
use crate::domain::conversation::{Conversation, Event};
use crate::domain::ids::ConversationId;
use crate::domain::record::Record;
use crate::ports::error::StoreError;
use crate::ports::state_store::{Space, StateStore};

/// How many keys one step of a list reads at once.
pub(super) const SCAN_KEYS: usize = 256;

/// The archive as the read side sees it.
#[derive(Default)]
pub(super) struct History {
    store: OnceLock<Arc<dyn StateStore>>,
    rebuilding: AtomicBool,
}

/// An ended conversation with its timeline, as it is written.
pub(in crate::actors) fn value(conversation: &Conversation, events: &[Arc<Record>]) -> Vec<u8> {
    let events: Vec<&Event> = events.iter().filter_map(|record| super::live::event(record)).collect();
    codec::encode(&(conversation, events))
}

/// The index keys of an ended conversation.
pub(in crate::actors) fn index_keys(
    conversation: &Conversation,
) -> impl Iterator<Item = (Space, Vec<u8>)> + use<> {
    let id = conversation.id();
    let by_queue = (Space::ByQueue, index_key(conversation.queue_id.as_str(), id));
    let by_agent = conversation.agent.as_ref().map(|agent| (Space::ByAgent, index_key(agent.as_str(), id)));
    let by_customer = Who::all(conversation).map(move |who| (Space::ByCustomer, who.key(id)));
    std::iter::once(by_queue).chain(by_agent).chain(by_customer)
}

fn index_prefix(name: &str) -> Vec<u8> {
    let mut key = name.as_bytes().to_vec();
    key.push(0);
    key
}

fn index_key(name: &str, id: ConversationId) -> Vec<u8> {
    let mut key = index_prefix(name);
    key.extend_from_slice(id.0.as_bytes());
    key
}

impl History {
    pub(super) fn set_store(&self, store: Arc<dyn StateStore>) {
        // Set once, at the start.
        let _ = self.store.set(store);
    }

    pub(super) fn set_rebuilding(&self, rebuilding: bool) {
        self.rebuilding.store(rebuilding, Ordering::Release);
    }

    pub(super) fn is_rebuilding(&self) -> bool {
        self.rebuilding.load(Ordering::Acquire)
    }

    /// Where it is.
    pub(super) fn store(&self) -> Option<&Arc<dyn StateStore>> {
        self.store.get()
    }

    /// Whether an ended conversation is here.
    pub(super) fn has(&self, id: ConversationId) -> bool {
        self.value(id).is_ok_and(|value| value.is_some())
    }

    /// An ended conversation alone.
    pub(super) fn conversation(&self, id: ConversationId) -> Result<Option<Arc<Conversation>>, Rebuilding> {
        Ok(self.value(id)?.as_deref().and_then(codec::decode::<Conversation>).map(Arc::new))
    }

    /// The timeline of an ended conversation; empty if there is none.
    pub(super) fn events(&self, id: ConversationId) -> Result<Vec<Arc<Record>>, Rebuilding> {
        let value = self.value(id)?;
        let decoded = value.as_deref().and_then(codec::decode::<(Conversation, Vec<Event>)>);
        let events = decoded.map_or_else(Vec::new, |(_, events)| events);
        Ok(events.into_iter().map(|event| Arc::new(Record::Event(event))).collect())
    }

    /// The first `limit` after `after` that match, oldest first.
    pub(super) fn list(
        &self,
        filter: &Filter,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<Arc<Conversation>>, Rebuilding> {
        if self.is_rebuilding() {
            return Err(Rebuilding);
        }
        let Some(store) = self.store.get() else { return Ok(Vec::new()) };
        let (space, prefix) = match (&filter.agent_id, &filter.queue_id) {
            (Some(agent), _) => (Space::ByAgent, index_prefix(agent.as_str())),
            (None, Some(queue)) => (Space::ByQueue, index_prefix(queue.as_str())),
            (None, None) => (Space::Conversation, Vec::new()),
        };
        let mut from = prefix.clone();
        from.extend_from_slice(after.map_or(Uuid::nil(), |id| id.0).as_bytes());
        let mut found = Vec::new();
        loop {
            let entries =
                store.scan(space, Bound::Excluded(&from), &prefix, SCAN_KEYS).map_err(unreadable)?;
            let Some((last, _)) = entries.last() else { return Ok(found) };
            from.clone_from(last);
            for (key, value) in &entries {
                let conversation = if space == Space::Conversation {
                    codec::decode::<Conversation>(value).map(Arc::new)
                } else {
                    self.conversation(id_of(&key[prefix.len()..]))?
                };
                found.extend(conversation.filter(|conversation| filter.matches(conversation)));
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
    }

    /// The first `limit` of this customer's that were created before `before`, newest first.
    pub(super) fn earlier(
        &self,
        who: &Who,
        before: ConversationId,
        limit: usize,
    ) -> Result<Vec<Arc<Conversation>>, Rebuilding> {
        if self.is_rebuilding() {
            return Err(Rebuilding);
        }
        let Some(store) = self.store.get() else { return Ok(Vec::new()) };
        let (prefix, mut from) = (who.prefix(), who.key(before));
        let mut found = Vec::new();
        loop {
            let entries = store
                .scan(Space::ByCustomer, Bound::Excluded(&from), &prefix, SCAN_KEYS)
                .map_err(unreadable)?;
            let Some((last, _)) = entries.last() else { return Ok(found) };
            from.clone_from(last);
            for id in entries.iter().filter_map(|(key, _)| id_in(key, &prefix)) {
                found.extend(self.conversation(id)?);
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
    }

    fn value(&self, id: ConversationId) -> Result<Option<Vec<u8>>, Rebuilding> {
        let Some(store) = self.store.get() else { return Ok(None) };
        match store.get(Space::Conversation, id.0.as_bytes()).map_err(unreadable)? {
            // What is not there yet may come.
            None if self.is_rebuilding() => Err(Rebuilding),
            value => Ok(value),
        }
    }
}

fn id_of(bytes: &[u8]) -> ConversationId {
    ConversationId(Uuid::from_slice(bytes).unwrap_or_default())
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub(super) fn unreadable(error: StoreError) -> Rebuilding {
    tracing::error!(%error, "the archive could not be read");
    Rebuilding
}
