//! Grants by id with their sums: what an agent shows is asked for at every settle, and must not cost a walk over
//! everything that the agent has.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use super::state::{Entry, Hold, Stage};
use crate::capacity::Place;
use crate::ids::{CapacityProfileId, GrantId, WorkStreamId};

/// What one grant takes.
#[derive(Clone, Copy, Debug)]
pub struct Takes<'a> {
    work_stream: &'a WorkStreamId,
    units: u32,
    places: &'a [Place],
    /// It takes an offer slot.
    offers: bool,
    /// Firm; `None` while it is held softly.
    stage: Option<Stage>,
}

/// Something that takes units and places.
pub trait Taking {
    /// What it takes.
    fn takes(&self) -> Takes<'_>;
}

impl Taking for Entry {
    fn takes(&self) -> Takes<'_> {
        let Self { work_stream, units, places, stage, .. } = self;
        Takes { work_stream, units: *units, places, offers: *stage == Stage::Offered, stage: Some(*stage) }
    }
}

impl Taking for Hold {
    fn takes(&self) -> Takes<'_> {
        let Self { work_stream, units, places, offers, .. } = self;
        Takes { work_stream, units: *units, places, offers: *offers, stage: None }
    }
}

/// What all of them take together. A count of 0 is left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// Units.
    pub units: u32,
    /// Units of what is active or holding.
    pub load: u32,
    /// Offer slots.
    pub offers: u32,
    /// Active ones.
    pub active: u32,
    /// Active ones by work stream.
    pub active_by_stream: BTreeMap<WorkStreamId, u32>,
    /// All by work stream.
    pub by_stream: BTreeMap<WorkStreamId, u32>,
    /// Places that are given back with their grant, by profile.
    pub ordinary: BTreeMap<CapacityProfileId, u32>,
    /// All places by profile.
    pub by_profile: BTreeMap<CapacityProfileId, u32>,
    /// Grants with daily places that were not assigned yet.
    pub daily: BTreeSet<GrantId>,
}

impl Sums {
    fn add(&mut self, grant: GrantId, taken: Takes<'_>) {
        self.units += taken.units;
        self.offers += u32::from(taken.offers);
        if matches!(taken.stage, Some(Stage::Active | Stage::Holding)) {
            self.load += taken.units;
        } else if taken.places.iter().any(|place| place.until.is_some()) {
            self.daily.insert(grant);
        }
        if taken.stage == Some(Stage::Active) {
            self.active += 1;
            one_more(&mut self.active_by_stream, taken.work_stream);
        }
        one_more(&mut self.by_stream, taken.work_stream);
        for place in taken.places {
            one_more(&mut self.by_profile, &place.profile);
            if place.until.is_none() {
                one_more(&mut self.ordinary, &place.profile);
            }
        }
    }

    fn subtract(&mut self, grant: GrantId, taken: Takes<'_>) {
        self.units -= taken.units;
        self.offers -= u32::from(taken.offers);
        if matches!(taken.stage, Some(Stage::Active | Stage::Holding)) {
            self.load -= taken.units;
        }
        self.daily.remove(&grant);
        if taken.stage == Some(Stage::Active) {
            self.active -= 1;
            one_less(&mut self.active_by_stream, taken.work_stream);
        }
        one_less(&mut self.by_stream, taken.work_stream);
        for place in taken.places {
            one_less(&mut self.by_profile, &place.profile);
            if place.until.is_none() {
                one_less(&mut self.ordinary, &place.profile);
            }
        }
    }
}

/// Grants by id. Read as a map; changed by its own functions alone, which keep the sums.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Book<T> {
    entries: BTreeMap<GrantId, T>,
    sums: Sums,
}

impl<T> Default for Book<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), sums: Sums::default() }
    }
}

impl<T> Deref for Book<T> {
    type Target = BTreeMap<GrantId, T>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl<T: Taking> Book<T> {
    /// What all of them take together.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// The sums as they follow from the entries alone; the same as [`Self::sums`], or the index is wrong.
    pub fn sums_anew(&self) -> Sums {
        let mut sums = Sums::default();
        self.entries.iter().for_each(|(grant, entry)| sums.add(*grant, entry.takes()));
        sums
    }

    /// Puts one in, in the place of what had its id.
    pub fn insert(&mut self, grant: GrantId, entry: T) -> Option<T> {
        let known = self.remove(grant);
        self.sums.add(grant, entry.takes());
        self.entries.insert(grant, entry);
        known
    }

    /// Takes one out.
    pub fn remove(&mut self, grant: GrantId) -> Option<T> {
        let known = self.entries.remove(&grant)?;
        self.sums.subtract(grant, known.takes());
        Some(known)
    }
}

fn one_more<K: Ord + Clone>(counts: &mut BTreeMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count += 1;
    } else {
        counts.insert(key.clone(), 1);
    }
}

fn one_less<K: Ord>(counts: &mut BTreeMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::ConversationId;
    use crate::time::Timestamp;

    fn grant(n: u128) -> GrantId {
        GrantId(Uuid::from_u128(n))
    }

    fn entry(stage: Stage, units: u32, places: &[(&str, Option<i64>)]) -> Entry {
        let place = |(id, until): &(&str, Option<i64>)| Place {
            profile: CapacityProfileId::from(*id),
            until: until.map(Timestamp),
        };
        Entry {
            conversation: ConversationId(Uuid::from_u128(1)),
            work_stream: "chat".into(),
            units,
            places: places.iter().map(place).collect(),
            stage,
        }
    }

    #[test]
    fn sums_follow_every_insert_replacement_and_removal() {
        let mut book = Book::default();
        let places: &[(&str, Option<i64>)] = &[("tall", None), ("calls", Some(9))];
        let mut step = |n: u128, entry: Option<Entry>| {
            match entry {
                Some(entry) => drop(book.insert(grant(n), entry)),
                None => drop(book.remove(grant(n))),
            }
            assert_eq!(*book.sums(), book.sums_anew());
            let sums = book.sums();
            (sums.units, sums.load, sums.offers, sums.active, sums.daily.len(), sums.ordinary.len())
        };
        assert_eq!(step(1, Some(entry(Stage::Offered, 3, places))), (3, 0, 1, 0, 1, 1));
        assert_eq!(step(2, Some(entry(Stage::Active, 2, &[("tall", None)]))), (5, 2, 1, 1, 1, 1));
        assert_eq!(step(1, Some(entry(Stage::Active, 4, places))), (6, 6, 0, 2, 0, 1));
        assert_eq!(step(2, Some(entry(Stage::Holding, 2, &[("tall", None)]))), (6, 6, 0, 1, 0, 1));
        assert_eq!(step(1, None), (2, 2, 0, 0, 0, 1));
        assert_eq!(step(1, None), (2, 2, 0, 0, 0, 1), "what is not there takes nothing");
        assert_eq!(step(2, None), (0, 0, 0, 0, 0, 0));
        assert_eq!(*book.sums(), Sums::default(), "counts of 0 are left out");
    }
}
