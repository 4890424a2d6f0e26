//! What the state store has of statistics: keys and values in `Space::Statistics`.
//!
//! `r` rows of quarter hours that are over, `t` agents' times, both by subject and then by quarter hour, so that those of
//! one subject lie together in time; `k` checkpoints by position. Written by the archive's thread; a row is written
//! again with the same value when a start replays it. Rows are kept for [`KEPT_DAYS`].

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use super::Rows;
use super::departures::Departures;
use super::row::{Quarter, Row, Subject};
use super::times::Times;
use crate::actors::codec;
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::state_store::{Space, StateStore};

/// How long quarter hours are kept.
pub const KEPT_DAYS: u32 = 90;
/// Checkpoints that are kept: two snapshots are, and some may have failed to be written.
const CHECKPOINTS: usize = 8;
/// Entries that one look at the store reads.
const SCAN: usize = 1_024;

/// What is swept comes after this key, which is after the checkpoints.
pub const FIRST_SWEPT: &[u8] = b"l";

/// A key and a value to be written.
pub type Put = (Space, Vec<u8>, Vec<u8>);

/// What goes with a snapshot, so that a start counts on from there.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The quarter hour at hand.
    pub quarter: Quarter,
    /// Its rows.
    pub rows: Rows,
    /// Recent assignments.
    pub departures: BTreeMap<QueueId, Departures>,
}

fn subject_prefix(kind: u8, subject: &Subject) -> Vec<u8> {
    let letter = match subject {
        Subject::Queue(_) => b'q',
        Subject::WorkStream(_) => b'w',
        Subject::Agent(_) => b'a',
    };
    let mut key = vec![kind, letter];
    key.extend_from_slice(subject.id().as_bytes());
    key.push(0);
    key
}

fn key(kind: u8, subject: &Subject, quarter: Quarter) -> Vec<u8> {
    let mut key = subject_prefix(kind, subject);
    key.extend_from_slice(&quarter.0.to_be_bytes());
    key
}

fn quarter_of(key: &[u8]) -> Option<Quarter> {
    key.last_chunk().map(|bytes| Quarter(u32::from_be_bytes(*bytes)))
}

/// The rows of a quarter hour as they are written.
pub fn row_puts(quarter: Quarter, rows: &Rows) -> Vec<Put> {
    let put = |(subject, row)| (Space::Statistics, key(b'r', subject, quarter), codec::encode(row));
    rows.iter().map(put).collect()
}

/// An agent's times of a quarter hour as they are written.
pub fn times_put(quarter: Quarter, agent: &AgentId, times: &Times) -> Put {
    (Space::Statistics, key(b't', &Subject::Agent(agent.clone()), quarter), codec::encode(times))
}

/// The checkpoint of a snapshot as it is written.
pub fn checkpoint_put(at: Position, checkpoint: &Checkpoint) -> Put {
    (Space::Statistics, checkpoint_key(at), codec::encode(checkpoint))
}

fn checkpoint_key(at: Position) -> Vec<u8> {
    let mut key = vec![b'k'];
    key.extend_from_slice(&at.0.to_be_bytes());
    key
}

/// The checkpoint of the snapshot at a position.
pub fn checkpoint(store: &dyn StateStore, at: Position) -> Result<Option<Checkpoint>, StoreError> {
    let value = store.get(Space::Statistics, &checkpoint_key(at))?;
    Ok(value.as_deref().and_then(codec::decode))
}

/// Rows of a subject in quarter hours from `from` until before `to`, in order.
pub fn rows(
    store: &dyn StateStore,
    subject: &Subject,
    from: Quarter,
    to: Quarter,
    each: &mut dyn FnMut(Quarter, Row),
) -> Result<(), StoreError> {
    range(store, b'r', subject, from, to, &mut |quarter, value| {
        codec::decode(value).into_iter().for_each(|row| each(quarter, row));
    })
}

/// An agent's times, likewise.
pub fn times(
    store: &dyn StateStore,
    agent: &AgentId,
    from: Quarter,
    to: Quarter,
    each: &mut dyn FnMut(Quarter, Times),
) -> Result<(), StoreError> {
    range(store, b't', &Subject::Agent(agent.clone()), from, to, &mut |quarter, value| {
        codec::decode(value).into_iter().for_each(|times| each(quarter, times));
    })
}

fn range(
    store: &dyn StateStore,
    kind: u8,
    subject: &Subject,
    from: Quarter,
    to: Quarter,
    each: &mut dyn FnMut(Quarter, &[u8]),
) -> Result<(), StoreError> {
    let prefix = subject_prefix(kind, subject);
    let mut at = key(kind, subject, from);
    let mut begin = Bound::Included(&at[..]);
    loop {
        let limit = SCAN.min(to.0.saturating_sub(from.0) as usize).max(1);
        let entries = store.scan(Space::Statistics, begin, &prefix, limit)?;
        for (key, value) in &entries {
            match quarter_of(key) {
                Some(quarter) if quarter < to => each(quarter, value),
                _ => return Ok(()),
            }
        }
        let Some((last, _)) = entries.last().filter(|_| entries.len() == limit) else { return Ok(()) };
        at.clone_from(last);
        begin = Bound::Excluded(&at);
    }
}

/// Whether an entry is too old to be kept.
pub fn is_over(key: &[u8], now: Timestamp) -> bool {
    let kept_ms = i64::from(KEPT_DAYS) * 24 * 3600 * 1000;
    let over = |quarter: Quarter| quarter.ends() <= now.plus_ms(-kept_ms);
    matches!(key.first(), Some(b'r' | b't')) && quarter_of(key).is_some_and(over)
}

/// Checkpoints that no snapshot can need any more.
pub fn old_checkpoints(store: &dyn StateStore) -> Vec<Vec<u8>> {
    let found = store.scan(Space::Statistics, Bound::Unbounded, b"k", SCAN).unwrap_or_default();
    let old = found.len().saturating_sub(CHECKPOINTS);
    found.into_iter().take(old).map(|(key, _)| key).collect()
}
