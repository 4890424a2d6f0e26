//! What is too old leaves the store: kept answers after a day, ended conversations and acts after the retention, statistics after
//! theirs.
//!
//! Keys of answers have no order in time, so the sweep goes round and round: with each batch it looks at a few entries,
//! more than the batch adds, so that it is always faster than what it sweeps, and a quiet house sweeps little.

use std::collections::BTreeSet;
use std::ops::Bound;

use uuid::Uuid;

use super::{Archive, Put};
use crate::actors::audit::time_of;
use crate::actors::codec;
use crate::actors::idempotency::stands;
use crate::actors::read_side::index_keys;
use crate::actors::stats::shelf;
use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::domain::record::Kept;
use crate::domain::time::Timestamp;
use crate::ports::state_store::{Entry, Space};

/// Answers looked at with each batch, beside twice as many as it writes.
const ANSWERS: usize = 64;
/// Ended conversations looked at with each batch, beside twice as many as it writes; their values are larger.
const CONVERSATIONS: usize = 8;
/// Rows of statistics looked at with each batch that writes some, beside twice as many.
const ROWS: usize = 64;
/// Acts looked at with each batch, beside twice as many as it writes; their values may be large.
const ACTS: usize = 4;
/// A day, in ms.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Where the rounds stand.
#[derive(Default)]
pub(super) struct Sweep {
    answers: Vec<u8>,
    conversations: Vec<u8>,
    statistics: Vec<u8>,
}

impl Sweep {
    /// What of the next few entries is too old; never anything that this batch writes.
    pub(super) fn next(&mut self, archive: &Archive, puts: &[Put]) -> Vec<(Space, Vec<u8>)> {
        let now = (archive.now)();
        let retention_ms = i64::from(archive.read.config().settings.retention_days) * DAY_MS;
        let mut gone = Vec::new();
        for (key, value) in step(archive, Space::Answers, ANSWERS, puts, &mut self.answers) {
            if codec::decode::<Kept>(&value).is_none_or(|kept| !stands(&kept, now)) {
                gone.push((Space::Answers, key));
            }
        }
        gone.extend(self.statistics(archive, puts, now));
        gone.extend(acts(archive, puts, now.plus_ms(-retention_ms)));
        if !self.may_be_over(archive, now.plus_ms(-retention_ms)) {
            return gone;
        }
        for (key, value) in step(archive, Space::Conversation, CONVERSATIONS, puts, &mut self.conversations) {
            let Some(conversation) = codec::decode::<Conversation>(&value) else { continue };
            if conversation.closed_at.is_some_and(|at| now.ms_since(at) >= retention_ms) {
                gone.push((Space::Conversation, key));
                gone.extend(index_keys(&conversation));
            }
        }
        gone
    }

    /// Statistics that are too old; checkpoints go when a later one is written.
    fn statistics(&mut self, archive: &Archive, puts: &[Put], now: Timestamp) -> Vec<(Space, Vec<u8>)> {
        let written =
            |kind: u8| puts.iter().any(|put| put.0 == Space::Statistics && put.1.first() == Some(&kind));
        let mut old = if written(b'k') { shelf::old_checkpoints(&*archive.store) } else { Vec::new() };
        if written(b'r') || written(b't') {
            if self.statistics.is_empty() {
                self.statistics = shelf::FIRST_SWEPT.to_vec();
            }
            let looked_at = step(archive, Space::Statistics, ROWS, puts, &mut self.statistics);
            old.extend(looked_at.into_iter().map(|(key, _)| key).filter(|key| shelf::is_over(key, now)));
        }
        old.into_iter().map(|key| (Space::Statistics, key)).collect()
    }

    /// Whether the next ended conversation may have been closed by `before`. Keys are in the order of creation: where one
    /// was created later, so were all that follow, and the round begins again without a look at them.
    fn may_be_over(&mut self, archive: &Archive, before: Timestamp) -> bool {
        let next = archive.store.scan(Space::Conversation, after(&self.conversations), &[], 1);
        let Some((key, _)) = next.ok().and_then(|mut entries| entries.pop()) else { return true };
        let created = Uuid::from_slice(&key).ok().and_then(|id| ConversationId(id).minted_at());
        let young = created.is_some_and(|at| at > before);
        if young {
            self.conversations.clear();
        }
        !young
    }
}

/// Acts up to `before`. Their keys are in the order of time: the oldest are looked at each time.
fn acts(archive: &Archive, puts: &[Put], before: Timestamp) -> Vec<(Space, Vec<u8>)> {
    let old = |key: &[u8]| Uuid::from_slice(key).is_ok_and(|id| time_of(id) <= before);
    let oldest = step(archive, Space::Audit, ACTS, puts, &mut Vec::new());
    oldest.into_iter().filter(|(key, _)| old(key)).map(|(key, _)| (Space::Audit, key)).collect()
}

/// Where a round goes on.
fn after(at: &[u8]) -> Bound<&[u8]> {
    if at.is_empty() { Bound::Unbounded } else { Bound::Excluded(at) }
}

/// The next entries of a space that the batch does not write; at the end it begins again.
fn step(archive: &Archive, space: Space, few: usize, puts: &[Put], at: &mut Vec<u8>) -> Vec<Entry> {
    let written: BTreeSet<&[u8]> =
        puts.iter().filter(|put| put.0 == space).map(|put| put.1.as_slice()).collect();
    let limit = few + 2 * written.len();
    let Ok(mut entries) = archive.store.scan(space, after(at), &[], limit) else { return Vec::new() };
    *at = entries.last().filter(|_| entries.len() == limit).map_or_else(Vec::new, |last| last.0.clone());
    entries.retain(|(key, _)| !written.contains(&**key));
    entries
}
