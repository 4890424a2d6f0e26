//! The audit log: acts in memory until the archive has them, and acts in the archive.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use uuid::Uuid;

use super::history::{SCAN_KEYS, unreadable};
use super::{ReadSide, Rebuilding, lock};
use crate::actors::audit::{Act, Deed, Past, first_id};
use crate::actors::codec;
use crate::actors::place::Place;
use crate::domain::record::{Configured, Record};
use crate::domain::time::Timestamp;
use crate::ports::state_store::Space;

/// Acts as the READ thread folds them.
pub(super) struct Acts {
    pub past: Past,
    /// Where the record that is being folded stands; `None`: in a snapshot, whose acts the archive has.
    place: Option<Place>,
    /// Those that the archive does not have yet.
    recent: BTreeMap<Uuid, Arc<Act>>,
    passing: Vec<Arc<Act>>,
}

impl Default for Acts {
    fn default() -> Self {
        Self { past: Past::new(true), place: None, recent: BTreeMap::new(), passing: Vec::new() }
    }
}

impl Acts {
    /// Takes a change of the configuration.
    pub fn configured(&mut self, configured: &Configured) {
        let deed = self.past.configured(configured);
        self.keep(deed);
    }

    /// Keeps an act, if it is one and the record stands in the journal.
    pub fn keep(&mut self, deed: Option<Deed>) {
        let Some((deed, place)) = deed.zip(self.place) else { return };
        let act = Arc::new(deed.recorded(place));
        self.recent.insert(act.id, Arc::clone(&act));
        self.passing.push(act);
    }

    /// What the archive is to take over since the last call.
    pub fn take_passing(&mut self) -> Vec<Arc<Act>> {
        std::mem::take(&mut self.passing)
    }
}

impl ReadSide {
    /// Folds a record of the journal, which stands at this place. Called by the READ thread, and at a start.
    pub fn apply_at(&self, place: Place, record: &Arc<Record>) {
        lock(&self.acts).place = Some(place);
        self.apply(record);
        lock(&self.acts).place = None;
    }

    /// Acts that match from `from` on and before `to`, after the one of id `after`, oldest first, at most `limit`.
    pub fn acts(
        &self,
        matches: &dyn Fn(&Act) -> bool,
        (from, to): (Timestamp, Timestamp),
        after: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<Arc<Act>>, Rebuilding> {
        let begin = match after.filter(|after| *after >= first_id(from)) {
            Some(after) => Bound::Excluded(after),
            None => Bound::Included(first_id(from)),
        };
        let end = first_id(to);
        let fits = |act: &Act| act.id < end && matches(act);
        // Memory first: what passes into the archive in between is then in both, never in neither.
        let mut found: Vec<Arc<Act>> = {
            let acts = lock(&self.acts);
            let from_there = acts.recent.range((begin, Bound::Unbounded)).map(|(_, act)| act);
            from_there.filter(|act| fits(act)).take(limit).cloned().collect()
        };
        found.extend(self.archived_acts(&fits, begin, end, limit)?);
        found.sort_by_key(|act| act.id);
        found.dedup_by_key(|act| act.id);
        found.truncate(limit);
        Ok(found)
    }

    fn archived_acts(
        &self,
        fits: &dyn Fn(&Act) -> bool,
        begin: Bound<Uuid>,
        end: Uuid,
        limit: usize,
    ) -> Result<Vec<Arc<Act>>, Rebuilding> {
        if self.is_rebuilding() {
            return Err(Rebuilding);
        }
        let mut found = Vec::new();
        let Some(store) = self.history.store() else { return Ok(found) };
        let mut begin = begin.map(|id| id.as_bytes().to_vec());
        loop {
            let from = begin.as_ref().map(Vec::as_slice);
            let entries = store.scan(Space::Audit, from, &[], SCAN_KEYS).map_err(unreadable)?;
            let Some((last, _)) = entries.last() else { return Ok(found) };
            let over = last.as_slice() >= end.as_bytes().as_slice();
            begin = Bound::Excluded(last.clone());
            for act in entries.iter().filter_map(|(_, value)| codec::decode::<Act>(value)) {
                if fits(&act) {
                    found.push(Arc::new(act));
                }
                if found.len() == limit {
                    return Ok(found);
                }
            }
            if over {
                return Ok(found);
            }
        }
    }

    /// Drops acts that the archive has, or has been given up for.
    pub(in crate::actors) fn acts_passed(&self, ids: &[Uuid]) {
        let mut acts = lock(&self.acts);
        for id in ids {
            acts.recent.remove(id);
        }
    }
}
