//! Replications and what they say: means with confidence intervals.

use super::erlang::Measures;

/// Independent replications of each point.
pub const REPLICATIONS: usize = 20;
/// Student's t, two-sided 99.9 %, 19 degrees of freedom (any table of the distribution, e.g. NIST/SEMATECH e-Handbook,
/// 1.3.6.7.2, column 0.9995): so wide that a sound house passes with nearly any seed.
pub const T: f64 = 3.883;

/// A mean and half the width of its confidence interval.
#[derive(Clone, Copy, Debug, Default)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Half the width.
    pub half: f64,
}

impl Estimate {
    /// Of one value from each replication.
    pub fn of(values: &[f64]) -> Self {
        assert_eq!(values.len(), REPLICATIONS, "T is for this many");
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Self { mean, half: T * (variance / n).sqrt() }
    }

    /// The sum of two independent ones.
    pub fn plus(self, other: Self) -> Self {
        Self { mean: self.mean + other.mean, half: self.half.hypot(other.half) }
    }

    /// Whether `value` is within. What rounding to milliseconds moves is left out of account.
    pub fn holds(&self, value: f64) -> bool {
        (self.mean - value).abs() <= self.half + ROUNDING
    }
}

/// Times are whole milliseconds: an arrival, a service and a patience are each off by half of one at most, of services of
/// 100 s; a wait of less than half a millisecond counts as none.
const ROUNDING: f64 = 2e-3;

/// Each measure of several replications.
pub fn estimates(replications: &[Measures]) -> [Estimate; 4] {
    std::array::from_fn(|n| Estimate::of(&replications.iter().map(|m| m.all()[n]).collect::<Vec<_>>()))
}

/// Each measure of the one less that of the other, replication by replication.
pub fn differences(ours: &[Measures], theirs: &[Measures]) -> [Estimate; 4] {
    std::array::from_fn(|n| {
        let pairs = ours.iter().zip(theirs);
        Estimate::of(&pairs.map(|(a, b)| a.all()[n] - b.all()[n]).collect::<Vec<_>>())
    })
}
