//! Deliveries as the read side has them: what the sender looks at, and by what it is woken.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::{ReadSide, Rebuilding, message};
use crate::domain::conversation::Conversation;
use crate::domain::machine::Machine;
use crate::domain::outbound::{Outbound, Progress};
use crate::domain::record::Record;

/// The fold, and who is woken when it changes.
#[derive(Default)]
pub(super) struct Outgoing {
    fold: Mutex<Outbound>,
    changed: Arc<Notify>,
}

impl Outgoing {
    /// Folds a record. Wakes the sender if something may be due that was not.
    pub(super) fn apply(&self, record: &Record) {
        if !matches!(record, Record::Event(_) | Record::Configured(_) | Record::Outbound(_)) {
            return;
        }
        let mut fold = super::lock(&self.fold);
        fold.apply(record);
        if fold.targets().next().is_some() {
            self.changed.notify_one();
        }
    }
}

impl ReadSide {
    /// Looks at deliveries. Short: records wait meanwhile.
    pub fn outbound<R>(&self, look: impl FnOnce(&Outbound) -> R) -> R {
        look(&super::lock(&self.outbound.fold))
    }

    /// How far its messages to the customer are, by their numbers; nothing where no provider brings them.
    pub fn progress(&self, conversation: &Conversation) -> Result<BTreeMap<u32, Progress>, Rebuilding> {
        let known = self.outbound(|fold| fold.progress(&conversation.born.channel_id, conversation.id()));
        if known.is_empty() {
            return Ok(BTreeMap::new());
        }
        let events = self.events(conversation.id(), 0, usize::MAX)?;
        let of = |(seq, progress): (u32, Progress)| {
            Some((message(events.get(seq.checked_sub(1)? as usize)?)?.seq, progress))
        };
        Ok(known.into_iter().filter_map(of).collect())
    }

    /// Told when deliveries changed; one waits.
    pub fn outbound_changed(&self) -> Arc<Notify> {
        Arc::clone(&self.outbound.changed)
    }
}
