//! Chance: the only file that asks the system for randomness. Everything else gets a seed as an argument.

#![allow(clippy::disallowed_methods)] // this is the file that the ban points to

use std::cell::Cell;

use uuid::Uuid;

use crate::domain::ids::{Mint, mix};
use crate::domain::time::Timestamp;

/// Bytes that nobody can guess: for tokens.
///
/// # Panics
/// If the system has no entropy: nothing here could work without.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// One UUID v7, for what is named outside a decide (a socket's session).
pub fn uuid_at(now: Timestamp) -> Uuid {
    Mint::new(now, u64::from_le_bytes(random_bytes())).uuid()
}

/// Draws the seeds of mints: one draw from the system, then a counter, spread.
#[derive(Debug)]
pub struct Seeds {
    start: u64,
    drawn: Cell<u64>,
}

impl Seeds {
    /// Seeds that nobody drew before.
    pub fn from_system() -> Self {
        Self::from(u64::from_le_bytes(random_bytes()))
    }

    /// The same seeds each time: for tests.
    pub fn from(start: u64) -> Self {
        Self { start, drawn: Cell::new(0) }
    }

    /// The next seed.
    pub fn draw(&self) -> u64 {
        let n = self.drawn.get();
        self.drawn.set(n + 1);
        mix(self.start ^ mix(n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_differ_and_can_be_drawn_again() {
        let (a, b) = (Seeds::from(7), Seeds::from(7));
        let drawn: Vec<u64> = (0..100).map(|_| a.draw()).collect();
        assert!((0..100).map(|_| b.draw()).eq(drawn.iter().copied()));
        let distinct: std::collections::BTreeSet<u64> = drawn.into_iter().collect();
        assert_eq!(distinct.len(), 100);
    }

    #[test]
    fn two_ids_of_one_instant_differ() {
        assert_ne!(uuid_at(Timestamp(5)), uuid_at(Timestamp(5)));
    }
}
