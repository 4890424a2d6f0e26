//! How long customers would wait, from a recording that shows it only of those who left.
//!
//! Who was served had patience for at least as long as they waited: their patience is censored. The product-limit estimate
//! (E. L. Kaplan, P. Meier, *Nonparametric estimation from incomplete observations*, JASA 53, 1958) takes both into account;
//! it says nothing beyond the longest time after which somebody left, and there customers count as waiting as long as
//! needed.

/// The share of customers who wait longer than a time: it falls at each time at which somebody left.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Patience {
    /// (milliseconds, share that waits longer), by time.
    steps: Vec<(i64, f64)>,
}

impl Patience {
    /// The estimate from times in line, each with whether the customer left then (else: was served, or is not over).
    pub fn estimate(mut seen: Vec<(i64, bool)>) -> Self {
        seen.sort_unstable();
        let mut steps: Vec<(i64, f64)> = Vec::new();
        let mut longer = 1.0;
        let mut n = 0;
        while n < seen.len() {
            let at = seen[n].0;
            let here = seen[n..].iter().take_while(|(time, _)| *time == at);
            let (all, left) =
                here.fold((0, 0), |(all, left), (_, leaves)| (all + 1, left + usize::from(*leaves)));
            if left > 0 {
                longer *= 1.0 - left as f64 / (seen.len() - n) as f64;
                steps.push((at, longer));
            }
            n += all;
        }
        Self { steps }
    }

    /// The share that waits longer than this, milliseconds.
    pub fn longer_than(&self, ms: i64) -> f64 {
        let below = self.steps.partition_point(|(at, _)| *at <= ms);
        below.checked_sub(1).map_or(1.0, |last| self.steps[last].1)
    }

    /// The patience of somebody who has waited so long already, by a chance from 0 to 1; `None`: as long as needed.
    pub fn beyond(&self, waited_ms: i64, chance: f64) -> Option<i64> {
        let share = self.longer_than(waited_ms) * chance;
        let later = self.steps.iter().find(|(at, longer)| *at > waited_ms && *longer <= share);
        later.map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_the_product_limit_estimate() {
        // Two of six leave at 6 and 10, one is served at 7: 5/6, then 5/6 · 3/4 = 0.625.
        let seen = vec![(6, true), (7, false), (10, true), (12, false), (15, false), (20, false)];
        let patience = Patience::estimate(seen);
        assert!((patience.longer_than(5) - 1.0).abs() < 1e-12);
        assert!((patience.longer_than(6) - 5.0 / 6.0).abs() < 1e-12);
        assert!((patience.longer_than(10) - 0.625).abs() < 1e-12);
        assert!((patience.longer_than(1_000) - 0.625).abs() < 1e-12);
    }

    #[test]
    fn who_has_waited_leaves_later_or_waits_as_long_as_needed() {
        let patience = Patience::estimate(vec![(6, true), (10, true), (20, false)]);
        assert_eq!(patience.beyond(0, 0.9), Some(6));
        assert_eq!(patience.beyond(0, 0.5), Some(10));
        assert_eq!(patience.beyond(0, 0.2), None, "a third waited longer than anybody who left");
        assert_eq!(patience.beyond(6, 0.9), Some(10));
        assert_eq!(patience.beyond(10, 0.99), None);
        assert_eq!(Patience::estimate(vec![(5, false)]).beyond(0, 0.99), None);
    }

    #[test]
    fn leaving_comes_before_being_served_at_the_same_time() {
        // At 5 both are at risk.
        let patience = Patience::estimate(vec![(5, false), (5, true)]);
        assert!((patience.longer_than(5) - 0.5).abs() < 1e-12);
    }
}
