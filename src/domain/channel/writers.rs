//! Which conversation takes the messages of an address. Hard entries are folded from creations and ends; those of
//! conversations on their way are soft.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ids::ConversationId;

/// At most one conversation that still takes messages for each address.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Writers {
    open: BTreeMap<Arc<str>, ConversationId>,
    addresses: BTreeMap<ConversationId, Arc<str>>,
}

impl Writers {
    /// The conversation that takes what this address writes.
    pub fn of(&self, address: &str) -> Option<ConversationId> {
        self.open.get(address).copied()
    }

    /// From now on this one does.
    pub fn write(&mut self, address: &Arc<str>, id: ConversationId) {
        if let Some(before) = self.open.insert(address.clone(), id) {
            self.addresses.remove(&before);
        }
        self.addresses.insert(id, address.clone());
    }

    /// This one takes no more messages, or will not come.
    pub fn end(&mut self, id: ConversationId) {
        if let Some(address) = self.addresses.remove(&id) {
            self.open.remove(&address);
        }
    }

    /// Every address with its conversation.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, ConversationId)> {
        self.open.iter().map(|(address, id)| (address, *id))
    }
}
