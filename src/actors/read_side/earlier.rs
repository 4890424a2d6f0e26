//! What the same customer said before: conversations by who writes, newest first, memory and archive merged.
//!
//! A customer is known by a linked record, on whatever channel, else by the verified address on one channel. Neither
//! says anything of somebody who gave a name only: they have no earlier conversations.

use std::collections::BTreeSet;
use std::sync::Arc;

use dashmap::DashMap;

use super::{ReadSide, Rebuilding};
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ChannelId, ConversationId, CustomerId};

/// Who writes, as far as that is known for sure.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Who {
    /// Of this record.
    Customer(CustomerId),
    /// At this verified address of a channel.
    Address(ChannelId, Arc<str>),
}

impl Who {
    /// Whose conversation this is: the record's if it has one.
    pub fn of(conversation: &Conversation) -> Option<Self> {
        Self::customer(conversation).or_else(|| Self::address(conversation))
    }

    /// Everything that this conversation is found by.
    pub(super) fn all(conversation: &Conversation) -> impl Iterator<Item = Self> + use<> {
        Self::customer(conversation).into_iter().chain(Self::address(conversation))
    }

    fn customer(conversation: &Conversation) -> Option<Self> {
        conversation.customer.id.clone().map(Self::Customer)
    }

    fn address(conversation: &Conversation) -> Option<Self> {
        let born = &conversation.born;
        born.party.clone().map(|party| Self::Address(born.channel_id.clone(), party))
    }

    /// Whether this conversation is this one's.
    pub fn wrote(&self, conversation: &Conversation) -> bool {
        Self::all(conversation).any(|who| who == *self)
    }

    /// What the keys of its ended conversations begin with.
    pub(super) fn prefix(&self) -> Vec<u8> {
        let parts: [&str; 3] = match self {
            Self::Customer(id) => ["c", id.as_str(), ""],
            Self::Address(channel, party) => ["a", channel.as_str(), party],
        };
        parts.iter().flat_map(|part| part.bytes().chain([0])).collect()
    }

    /// The key of an ended conversation: in the order of keys the newest is first.
    pub(super) fn key(&self, id: ConversationId) -> Vec<u8> {
        let mut key = self.prefix();
        key.extend(id.0.as_bytes().map(|byte| !byte));
        key
    }
}

/// The conversation at the end of a key with that prefix; `None` if the prefix is of a longer name.
pub(super) fn id_in(key: &[u8], prefix: &[u8]) -> Option<ConversationId> {
    let turned: [u8; 16] = key.strip_prefix(prefix)?.try_into().ok()?;
    Some(ConversationId(uuid::Uuid::from_bytes(turned.map(|byte| !byte))))
}

/// Conversations in memory by who writes; nobody without one is kept.
#[derive(Default)]
pub(super) struct Writers(DashMap<Who, BTreeSet<ConversationId>>);

impl Writers {
    pub(super) fn add(&self, who: Who, id: ConversationId) {
        self.0.entry(who).or_default().insert(id);
    }

    pub(super) fn remove(&self, who: &Who, id: ConversationId) {
        if let Some(mut ids) = self.0.get_mut(who) {
            ids.remove(&id);
        }
        self.0.remove_if(who, |_, ids| ids.is_empty());
    }

    /// The newest `limit` before `before`, newest first.
    fn before(&self, who: &Who, before: ConversationId, limit: usize) -> Vec<ConversationId> {
        let newest =
            |ids: &BTreeSet<ConversationId>| ids.range(..before).rev().take(limit).copied().collect();
        self.0.get(who).map_or_else(Vec::new, |ids| newest(&ids))
    }
}

impl ReadSide {
    /// Conversations of this customer that were created before `before`, newest first, at most `limit`. Fails while the
    /// archive is being filled.
    pub fn earlier(
        &self,
        who: &Who,
        before: ConversationId,
        limit: usize,
    ) -> Result<Vec<Arc<Conversation>>, Rebuilding> {
        // Memory first: what passes into the archive in between is then in both, never in neither.
        let ids = self.writers.before(who, before, limit);
        let mut all: Vec<_> = ids.into_iter().filter_map(|id| self.in_memory(id)).collect();
        all.extend(self.history.earlier(who, before, limit)?);
        all.retain(|conversation| who.wrote(conversation));
        all.sort_by_key(|conversation| std::cmp::Reverse(conversation.id()));
        all.dedup_by_key(|conversation| conversation.id());
        all.truncate(limit);
        Ok(all)
    }
}
