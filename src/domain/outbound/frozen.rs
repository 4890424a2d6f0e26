//! What a snapshot keeps of what is pending and dead.

use super::fold::Outbound;
use super::record::{Carried, OutboundHappening, Spot};

/// Deliveries in one record: a unit of the journal stays small.
const CHUNK: usize = 1_000;

impl Outbound {
    /// All that is pending and dead, receipts, and early notices. In a snapshot [`OutboundHappening::Restoring`] comes before its events, and these
    /// with [`OutboundHappening::Restored`] behind them.
    pub fn freeze(&self) -> Vec<OutboundHappening> {
        let mut frozen = Vec::new();
        for (target, lines) in self.targets() {
            let mut carry = |pending, dead| {
                let target = target.clone();
                frozen.push(OutboundHappening::Carried(Carried { target, pending, dead }));
            };
            chunks(lines.all_pending(None)).for_each(|pending| carry(pending, Vec::new()));
            chunks(lines.all_dead(None)).for_each(|dead| carry(Vec::new(), dead));
        }
        frozen.extend(chunks(self.receipts.iter()).map(OutboundHappening::Receipts));
        let early: Vec<_> = self.early.iter().cloned().collect();
        frozen.extend(early.chunks(CHUNK).map(|early| OutboundHappening::Early(early.to_vec())));
        frozen
    }
}

fn chunks<'a, T: Clone + 'a>(
    all: impl Iterator<Item = (Spot, &'a T)>,
) -> impl Iterator<Item = Vec<(Spot, T)>> {
    let mut all = all.map(|(spot, value)| (spot, value.clone()));
    std::iter::from_fn(move || {
        let chunk: Vec<_> = all.by_ref().take(CHUNK).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
