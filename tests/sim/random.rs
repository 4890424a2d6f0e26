//! Chance: named streams drawn from one seed, so that a change of what people do leaves the topology alone.

use callboard::domain::ids::mix;

/// One stream of chance.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream `name` of `seed`.
    pub fn named(seed: u64, name: &str) -> Self {
        Self(name.bytes().fold(mix(seed), |sum, byte| mix(sum ^ u64::from(byte))))
    }

    /// Any value.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A value below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// A value from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).unsigned_abs()) as i64
    }

    /// The same for configured numbers.
    pub fn number(&mut self, low: u32, high: u32) -> u32 {
        self.between(i64::from(low), i64::from(high)) as u32
    }

    /// True in `percent` of cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, unless there is none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len() as u64) as usize)
    }

    /// One of `items`, which are written down in the code.
    pub fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}

/// The streams of a world.
pub struct Streams {
    /// What is configured, at first and later.
    pub topology: Random,
    /// Delays of messages, syncs and frames.
    pub network: Random,
    /// What people do, and when.
    pub people: Random,
    /// What breaks, and when.
    pub faults: Random,
    /// Which of the costly checks are made when; never what happens.
    pub checks: Random,
}

impl Streams {
    /// All streams of `seed`.
    pub fn of(seed: u64) -> Self {
        let stream = |name| Random::named(seed, name);
        Self {
            topology: stream("topology"),
            network: stream("network"),
            people: stream("people"),
            faults: stream("faults"),
            checks: stream("checks"),
        }
    }
}
