//! What was decided and not yet handed over to the journal, and when it is: when no message is ready. No timed window.

use std::rc::Rc;
use std::sync::Arc;

use super::Stage;
use crate::actors::cast::Cast;
use crate::actors::ride::Item;
use crate::domain::record::Record;
use crate::ports::journal::Units;
use crate::ports::records;

/// How often the hand-over steps back for messages that are ready. A chain from hand-off to offer is shorter; under
/// steady load this is what bounds the wait.
const MAX_YIELDS: usize = 16;
/// Units at which it does not wait any more, in bytes: a writer's batch takes several.
const ENOUGH_BYTES: usize = 1 << 20;

/// Decided, not yet handed over.
#[derive(Default)]
pub struct Open {
    units: Units,
    /// In exact stage order.
    pub items: Vec<Item>,
    /// A hand-over is on its way.
    coming: bool,
}

impl Open {
    /// Adds the records of one decide as one unit.
    pub fn unit(&mut self, records: &[Arc<Record>]) {
        self.units.push_with(|bytes| records::encode(bytes, records.iter().map(|record| &**record)));
        self.items.push(Item::Unit(records.to_vec()));
    }
}

impl<C: Cast> Stage<C> {
    /// Makes sure that what is open is handed over when no message is ready.
    pub(super) fn hand_over_soon(self: &Rc<Self>) {
        let mut open = self.open.borrow_mut();
        if open.coming || open.items.is_empty() {
            return;
        }
        open.coming = true;
        drop(open);
        let stage = self.clone();
        actix::spawn(async move {
            for _ in 0..MAX_YIELDS {
                if stage.ready.get() == 0 || stage.open.borrow().units.bytes() >= ENOUGH_BYTES {
                    break;
                }
                tokio::task::yield_now().await;
            }
            stage.hand_over();
        });
    }

    /// Hands over what is open.
    pub(in crate::actors) fn hand_over(&self) {
        let Open { units, items, .. } = self.open.take();
        if !items.is_empty() {
            self.backstage.hand_over(units, items);
        }
    }

    /// Drops what is open: whoever waits for it is told `Unavailable`.
    pub(in crate::actors) fn drop_open(&self) {
        drop(self.open.take());
    }
}
