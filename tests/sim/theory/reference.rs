//! The same line by a few lines of arithmetic: who comes is served by the agent who is free first, unless patience ends
//! before (J. Kiefer, J. Wolfowitz, *On the theory of queues with many servers*, 1955, with those who leave left out of the
//! agents' work). Knows nothing of the house. It is the control variate: played on the very people whom the house had.

use super::erlang::{Line, Measures};
use crate::random::Random;

/// Somebody who comes, all in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Person {
    /// When.
    pub at: i64,
    /// How long the service takes.
    pub service: i64,
    /// How long patience lasts; `i64::MAX` for ever.
    pub patience: i64,
}

/// What came of somebody: time in line, and whether an agent took them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fate {
    /// Milliseconds.
    pub wait: i64,
    /// Or they left.
    pub served: bool,
}

/// People of a line.
pub struct People {
    line: Line,
    random: Random,
    at: f64,
}

impl People {
    /// The people of `line` by this seed.
    pub fn of(line: Line, seed: u64) -> Self {
        Self { line, random: Random::named(seed, "theory"), at: 0.0 }
    }

    /// An exponential time of this rate a second, in milliseconds.
    fn exponential(&mut self, rate: f64) -> f64 {
        let uniform = (self.random.next() >> 11) as f64 / (1_u64 << 53) as f64;
        -(-uniform).ln_1p() * 1_000.0 / rate
    }
}

impl Iterator for People {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        self.at += self.exponential(self.line.lambda);
        let service = self.exponential(self.line.mu).round() as i64;
        let patience = self.line.theta.map_or(i64::MAX, |theta| self.exponential(theta).round() as i64);
        Some(Person { at: self.at.round() as i64, service, patience })
    }
}

/// The agents by when each is free.
pub struct Desk {
    /// A heap: the least first.
    free_at: Vec<i64>,
}

impl Desk {
    /// So many agents, all free.
    pub fn of(agents: u32) -> Self {
        Self { free_at: vec![i64::MIN / 2; agents as usize] }
    }

    /// Somebody comes.
    pub fn take(&mut self, person: Person) -> Fate {
        let offered = (self.free_at[0] - person.at).max(0);
        if offered > person.patience {
            return Fate { wait: person.patience, served: false };
        }
        self.free_at[0] = person.at + offered + person.service;
        self.sift();
        Fate { wait: offered, served: true }
    }

    fn sift(&mut self) {
        let heap = &mut self.free_at;
        let mut at = 0;
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let least = match (heap.get(left), heap.get(right)) {
                (Some(l), Some(r)) if r < l => right,
                (Some(_), _) => left,
                _ => return,
            };
            if heap[at] <= heap[least] {
                return;
            }
            heap.swap(at, least);
            at = least;
        }
    }
}

/// Measures of many fates.
#[derive(Default)]
pub struct Tally {
    count: u64,
    wait: i64,
    waits: u64,
    level: u64,
    leaves: u64,
}

impl Tally {
    /// Counts one.
    pub fn add(&mut self, fate: Fate, line: &Line) {
        self.count += 1;
        self.wait += fate.wait;
        self.waits += u64::from(fate.wait > 0 || !fate.served);
        self.level += u64::from(fate.served && fate.wait <= (line.within * 1_000.0) as i64);
        self.leaves += u64::from(!fate.served);
    }

    /// What they come to.
    pub fn measures(&self) -> Measures {
        let share = |n: u64| n as f64 / self.count as f64;
        Measures {
            wait: self.wait as f64 / 1_000.0 / self.count as f64,
            waits: share(self.waits),
            level: share(self.level),
            leaves: share(self.leaves),
        }
    }
}
