//! Seeded chance: the same seed gives the same arrivals, choices and kill moments.

/// A `SplitMix64` generator: small, fast, good enough for arrivals and choices, never for secrets.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Starts a stream from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Starts a named stream of the same seed, so that one consumer's draws do not shift another's.
    pub fn stream(seed: u64, name: u64) -> Self {
        let mut parent = Self(seed ^ name.wrapping_mul(0xA24B_AED4_963E_E407));
        Self(parent.draw())
    }

    /// Draws the next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// Draws an integer below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(bound)) >> 64) as u64
    }

    /// Draws an integer in `low..=high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Says yes `percent` times in a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Draws a fraction in (0, 1].
    pub fn unit(&mut self) -> f64 {
        ((self.draw() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Draws from the exponential distribution with this mean: the gaps of a Poisson process.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.unit().ln()
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn same_seed_draws_the_same_and_another_does_not() {
        let draws = |seed| {
            let mut chance = Chance::new(seed);
            [chance.draw(), chance.draw(), chance.draw()]
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[test]
    fn exponential_gaps_have_their_mean() {
        let mut chance = Chance::new(1);
        let sum: f64 = (0..100_000).map(|_| chance.exponential(5.0)).sum();
        assert!((4.9..5.1).contains(&(sum / 100_000.0)));
    }

    #[test]
    fn integers_stay_in_their_range() {
        let mut chance = Chance::new(3);
        assert!((0..10_000).all(|_| (5..=9).contains(&chance.between(5, 9))));
        assert_eq!(chance.below(0), 0);
    }
}
