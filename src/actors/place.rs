//! Where a record stands in the journal: the order in which everything was recorded, the same for whoever reads it.

use std::iter;

use crate::ports::journal::Position;

/// The place of one record. Later records have higher ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The unit that holds it.
    pub unit: Position,
    /// Which of the unit's records it is; the first is 0.
    pub nth: u32,
}

impl Place {
    /// The places in one unit, in order.
    pub fn in_unit(unit: Position) -> impl Iterator<Item = Self> {
        (0..=u32::MAX).map(move |nth| Self { unit, nth })
    }
}

/// Finds the places of records that come in the journal's order, each with its unit.
#[derive(Default)]
pub struct Places(Option<Place>);

impl Places {
    /// The place of the next record, which is of this unit.
    pub fn next(&mut self, unit: Position) -> Place {
        let nth = self.0.filter(|last| last.unit == unit).map_or(0, |last| last.nth + 1);
        *self.0.insert(Place { unit, nth })
    }
}

/// The positions of `count` units of which the last ends at `tail`, in order.
pub fn units_up_to(tail: Position, count: usize) -> impl Iterator<Item = Position> {
    let first = tail.0.saturating_sub(count as u64) + 1;
    iter::successors(Some(Position(first)), |unit| Some(unit.plus(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_the_same_places_whether_they_come_with_their_units_or_one_by_one() {
        let by_unit: Vec<Place> =
            units_up_to(Position(9), 2).take(2).flat_map(|unit| Place::in_unit(unit).take(3)).collect();
        let mut places = Places::default();
        let one_by_one: Vec<Place> = [8, 8, 8, 9, 9, 9].map(|unit| places.next(Position(unit))).into();
        assert_eq!(by_unit, one_by_one);
        assert!(by_unit.is_sorted() && by_unit[3] == Place { unit: Position(9), nth: 0 });
    }
}
