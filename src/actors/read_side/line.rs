//! A queue's line: the ranks of its unassigned conversations, in order, in chunks.
//!
//! A place is found without counting everyone before it: the lengths of the chunks before, then a binary search in one.
//! With chunks of a few hundred a line of a million costs some thousand additions.

use crate::domain::conversation::Rank;

/// A chunk that grows past this is cut in two: near the square root of the longest line that we plan for (100,000), so
/// that the walk over chunks and the move within one cost about the same.
const CHUNK: usize = 512;

/// Ranks in ascending order; no chunk is empty.
#[derive(Default, Debug)]
pub struct Line {
    chunks: Vec<Vec<Rank>>,
}

impl Line {
    /// Adds a rank; one that is there already changes nothing.
    pub fn insert(&mut self, rank: Rank) {
        if self.chunks.is_empty() {
            self.chunks.push(vec![rank]);
            return;
        }
        let at = self.chunk_of(&rank).min(self.chunks.len() - 1);
        let chunk = &mut self.chunks[at];
        if let Err(place) = chunk.binary_search(&rank) {
            chunk.insert(place, rank);
        }
        if chunk.len() > CHUNK {
            let tail = chunk.split_off(CHUNK / 2);
            self.chunks.insert(at + 1, tail);
        }
    }

    /// Removes a rank, if it is there.
    pub fn remove(&mut self, rank: &Rank) {
        let at = self.chunk_of(rank);
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        if let Ok(place) = chunk.binary_search(rank) {
            chunk.remove(place);
        }
        if chunk.is_empty() {
            self.chunks.remove(at);
        }
    }

    /// How many are before this one; `None` if it is not in line.
    pub fn before(&self, rank: &Rank) -> Option<usize> {
        let at = self.chunk_of(rank);
        let place = self.chunks.get(at)?.binary_search(rank).ok()?;
        Some(self.chunks[..at].iter().map(Vec::len).sum::<usize>() + place)
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Rank> {
        self.chunks.iter().flatten()
    }

    /// The first chunk whose last rank is not before `rank`.
    fn chunk_of(&self, rank: &Rank) -> usize {
        self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| last < rank))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::ConversationId;
    use crate::domain::time::Timestamp;

    fn rank(n: u16) -> Rank {
        let id = ConversationId(Uuid::from_u128(u128::from(n)));
        Rank { after_priority: i32::from(n % 3), queued_at: Timestamp(i64::from(n % 7)), id }
    }

    proptest! {
        #[test]
        fn a_line_is_an_ordered_set_that_knows_places(steps in prop::collection::vec((any::<bool>(), 0_u16..3_000), 1..4_000)) {
            let (mut line, mut model) = (Line::default(), BTreeSet::new());
            for (add, n) in steps {
                if add {
                    line.insert(rank(n));
                    model.insert(rank(n));
                } else {
                    line.remove(&rank(n));
                    model.remove(&rank(n));
                }
            }
            prop_assert!(line.iter().eq(model.iter()));
            prop_assert!(line.chunks.iter().all(|chunk| !chunk.is_empty() && chunk.len() <= CHUNK));
            for (place, rank) in model.iter().enumerate() {
                prop_assert_eq!(line.before(rank), Some(place));
            }
            prop_assert_eq!(line.before(&rank(9_999)), None);
        }
    }
}
