//! A distribution of durations: how many of each length, to two significant digits, as an HDR histogram keeps them.
//!
//! Kept sparse: a quarter hour of one agent has a handful of values, and thousands of distributions are in memory at a
//! time. The buckets are the HDR histogram's, which also gives the quantiles. Sum and maximum are exact.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Significant digits of a bucket: 1 %, and at most some 3,500 buckets up to [`LONGEST_MS`].
const DIGITS: u8 = 2;
/// The longest duration, in ms; a longer one counts as this. As long as intervals are kept.
const LONGEST_MS: u64 = 90 * 24 * 3600 * 1000;

/// The layout of the buckets.
static LAYOUT: LazyLock<Histogram<u64>> = LazyLock::new(|| {
    Histogram::new_with_bounds(1, LONGEST_MS, DIGITS).expect("the bounds are in order and the digits allowed")
});

/// Durations, in ms.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Distribution {
    /// Number of values by the lowest one of their bucket.
    counts: BTreeMap<u64, u32>,
    total_ms: u64,
    max_ms: u64,
}

/// What is shown of a distribution, in ms; nothing of an empty one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Number of values.
    pub count: u64,
    /// Arithmetic mean.
    pub mean_ms: u64,
    /// Half of the values are not above it.
    pub p50_ms: u64,
    /// Nine of ten are not above it.
    pub p90_ms: u64,
    /// Ninety-nine of a hundred are not above it.
    pub p99_ms: u64,
    /// The greatest.
    pub max_ms: u64,
}

impl Distribution {
    /// Adds a duration; a negative one counts as 0.
    pub fn record(&mut self, ms: i64) {
        let ms = u64::try_from(ms).unwrap_or(0).min(LONGEST_MS);
        let count = self.counts.entry(LAYOUT.lowest_equivalent(ms)).or_default();
        *count = count.saturating_add(1);
        self.total_ms += ms;
        self.max_ms = self.max_ms.max(ms);
    }

    /// Adds all values of another.
    pub fn add(&mut self, other: &Self) {
        for (lowest, more) in &other.counts {
            let count = self.counts.entry(*lowest).or_default();
            *count = count.saturating_add(*more);
        }
        self.total_ms += other.total_ms;
        self.max_ms = self.max_ms.max(other.max_ms);
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.counts.values().map(|count| u64::from(*count)).sum()
    }

    /// Sum of the values, in ms.
    pub fn total_ms(&self) -> u64 {
        self.total_ms
    }

    /// Count, mean, quantiles and maximum; `None` without a value.
    pub fn summary(&self) -> Option<Summary> {
        let mut histogram = Histogram::<u64>::new(DIGITS).ok()?;
        for (lowest, count) in &self.counts {
            histogram.record_n(*lowest, u64::from(*count)).ok()?;
        }
        let count = histogram.len();
        let quantile = |q| histogram.value_at_quantile(q).min(self.max_ms);
        (count > 0).then(|| Summary {
            count,
            mean_ms: self.total_ms / count,
            p50_ms: quantile(0.5),
            p90_ms: quantile(0.9),
            p99_ms: quantile(0.99),
            max_ms: self.max_ms,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[i64]) -> Distribution {
        let mut distribution = Distribution::default();
        values.iter().for_each(|ms| distribution.record(*ms));
        distribution
    }

    #[test]
    fn an_empty_distribution_has_no_summary_and_a_negative_duration_is_none() {
        assert_eq!(Distribution::default().summary(), None);
        assert_eq!(of(&[-5]).summary().map(|s| (s.count, s.max_ms)), Some((1, 0)));
    }

    #[test]
    fn a_duration_beyond_the_longest_counts_as_the_longest() {
        assert_eq!(of(&[i64::MAX]).summary().map(|s| s.max_ms), Some(LONGEST_MS));
    }

    proptest! {
        #[test]
        fn quantiles_are_within_a_hundredth_of_the_sorted_values(mut values in prop::collection::vec(0_i64..4_000_000, 1..300)) {
            let summary = of(&values).summary().unwrap();
            values.sort_unstable();
            for (q, found) in [(0.5, summary.p50_ms), (0.9, summary.p90_ms), (0.99, summary.p99_ms)] {
                let rank = ((q * values.len() as f64).ceil() as usize).max(1) - 1;
                let exact = values[rank] as u64;
                prop_assert!(found >= exact && found <= exact + exact / 100 + 1, "{q}: {found} for {exact}");
            }
            prop_assert_eq!(summary.max_ms, values[values.len() - 1] as u64);
            prop_assert_eq!(summary.mean_ms, values.iter().sum::<i64>() as u64 / values.len() as u64);
        }

        #[test]
        fn parts_add_up_to_the_whole(values in prop::collection::vec(0_i64..4_000_000, 0..100), cut in 0_usize..100) {
            let cut = cut.min(values.len());
            let mut parts = of(&values[..cut]);
            parts.add(&of(&values[cut..]));
            prop_assert_eq!(parts, of(&values));
        }
    }
}
