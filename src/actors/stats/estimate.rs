//! How long a conversation will wait: a range, from how fast its queue's line has moved of late.
//!
//! While a queue has somebody waiting whom nobody is offered, its agents are all at work, and assignments leave the line
//! about as a Poisson process of unknown rate. After `n` of them in `T` of such time the rate is Gamma(n, T)
//! distributed, and the time to the k-th next assignment is T·k/n times an F(2k, 2n) variable. The range is that one's
//! 10th to 90th percentile, so that in eight of ten cases the wait ends within it. The F quantiles are Paulson's
//! approximation (the cube-root transform of Wilson and Hilferty for a ratio), which needs no iteration.
//!
//! Pure: `docs/statistics.md` has the back-test.

/// Fewer assignments than this say nothing.
pub const FEWEST: usize = 5;
/// The 90th percentile of the standard normal distribution.
const Z90: f64 = 1.281_551_565_545;
/// No longer wait is told, in ms: a day.
const LONGEST_MS: f64 = 24.0 * 3600.0 * 1000.0;

/// Between which bounds a wait ends in eight of ten cases, in ms from now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitRange {
    /// One in ten is shorter.
    pub low_ms: u64,
    /// One in ten is longer.
    pub high_ms: u64,
}

/// The name of the method on the wire; `none` where there is no estimate.
pub fn method(range: Option<WaitRange>) -> &'static str {
    if range.is_some() { "recent_assignments" } else { "none" }
}

/// The wait of whom `ahead` others precede, after `assignments` left the line within `exposure_ms` of a line that waited.
/// `None` with too little to go by.
pub fn estimate(assignments: usize, exposure_ms: u64, ahead: usize) -> Option<WaitRange> {
    if assignments < FEWEST || exposure_ms == 0 {
        return None;
    }
    let (k, n) = (ahead as f64 + 1.0, assignments as f64);
    let mean_ms = exposure_ms as f64 / n * k;
    let bound = |z: f64| (mean_ms * f_quantile(2.0 * k, 2.0 * n, z)).min(LONGEST_MS).round() as u64;
    Some(WaitRange { low_ms: bound(-Z90), high_ms: bound(Z90) })
}

/// The quantile of an F distribution that belongs to a standard normal's `z`; `d2` is at least 10.
fn f_quantile(d1: f64, d2: f64, z: f64) -> f64 {
    let (variance1, variance2) = (2.0 / (9.0 * d1), 2.0 / (9.0 * d2));
    let (mean1, mean2) = (1.0 - variance1, 1.0 - variance2);
    // (mean2·x − mean1)² = z²·(variance2·x² + variance1), x the cube root; the root on z's side.
    let square = mean2 * mean2 - z * z * variance2;
    let middle = mean1 * mean2;
    let rest = mean1 * mean1 - z * z * variance1;
    let root = (middle * middle - square * rest).max(0.0).sqrt();
    let cube_root = (middle + z.signum() * root) / square;
    cube_root.max(0.0).powi(3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds(n: usize, exposure_ms: u64, ahead: usize) -> (u64, u64) {
        estimate(n, exposure_ms, ahead).map(|range| (range.low_ms, range.high_ms)).unwrap()
    }

    #[test]
    fn too_few_assignments_give_no_estimate() {
        assert_eq!(estimate(FEWEST - 1, 60_000, 0), None);
        assert_eq!(estimate(FEWEST, 0, 0), None);
        assert_eq!((method(None), method(estimate(FEWEST, 1, 0))), ("none", "recent_assignments"));
    }

    #[test]
    fn the_next_in_line_gets_the_exact_quantiles_of_a_pareto_distribution() {
        // P(W > w) = (1 + w/T)^−n for k = 1.
        for n in [5_u32, 10, 30, 100] {
            let exposure = 600_000.0;
            let exact = |p: f64| exposure * ((1.0 - p).powf(-1.0 / f64::from(n)) - 1.0);
            let (low, high) = bounds(n as usize, 600_000, 0);
            assert!((low as f64 / exact(0.1) - 1.0).abs() < 0.08, "{n}: {low} for {}", exact(0.1));
            assert!((high as f64 / exact(0.9) - 1.0).abs() < 0.08, "{n}: {high} for {}", exact(0.9));
        }
    }

    #[test]
    fn a_long_line_and_many_data_narrow_the_range_around_the_mean() {
        let (low, high) = bounds(10_000, 10_000_000, 9_999);
        assert!(low > 9_700_000 && low < 10_000_000, "{low}");
        assert!(high < 10_300_000 && high > 10_000_000, "{high}");
    }

    proptest! {
        #[test]
        fn the_range_is_in_order_and_grows_with_the_line(n in FEWEST..2_000, exposure in 1_000_u64..3_600_000, ahead in 0_usize..5_000) {
            let (low, high) = bounds(n, exposure, ahead);
            let (next_low, next_high) = bounds(n, exposure, ahead + 1);
            prop_assert!(low <= high && low <= next_low && high <= next_high);
        }

        #[test]
        fn a_slower_line_waits_longer(n in FEWEST..500, exposure in 1_000_u64..3_600_000, ahead in 0_usize..500) {
            let (low, high) = bounds(n, exposure, ahead);
            let (slow_low, slow_high) = bounds(n, exposure * 2, ahead);
            prop_assert!(low <= slow_low && high <= slow_high);
        }
    }
}
