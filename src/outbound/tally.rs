//! What came of attempts since the process began, for `/metrics`. What waits and what is dead is the fold's.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::outbound::{Outcome, Target};

/// Attempts of one target, by how they ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// The target has it.
    pub delivered: u64,
    /// It has not.
    pub failed: u64,
}

/// Those of all targets; of deleted ones, too, until the process ends.
#[derive(Debug, Default)]
pub struct Tallies(Mutex<BTreeMap<Target, Tally>>);

impl Tallies {
    /// An attempt ended.
    pub fn count(&self, target: &Target, outcome: &Outcome) {
        let mut tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = tallies.entry(target.clone()).or_default();
        match outcome {
            Outcome::Delivered { .. } => tally.delivered += 1,
            Outcome::Failed { .. } | Outcome::Refused { .. } => tally.failed += 1,
        }
    }

    /// All of them.
    pub fn all(&self) -> BTreeMap<Target, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
