//! Deliveries as the read side has them: what the sender looks at, and by what it is woken.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::ReadSide;
use crate::domain::machine::Machine;
use crate::domain::outbound::Outbound;
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

    /// Told when deliveries changed; one waits.
    pub fn outbound_changed(&self) -> Arc<Notify> {
        Arc::clone(&self.outbound.changed)
    }
}
