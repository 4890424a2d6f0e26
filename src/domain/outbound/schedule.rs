//! When an attempt that failed is followed by the next one.

use crate::ids::mix;
use crate::time::Timestamp;

/// Seconds between an attempt and the next: together a little less than 24 h. After the last of them a delivery is dead.
pub const STEPS_SECONDS: [u32; 10] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800];
/// Attempts after which a delivery is dead.
pub const MAX_ATTEMPTS: u32 = STEPS_SECONDS.len() as u32 + 1;
/// The longest wait that a target may ask for (`Retry-After`), in seconds: that of the last step.
pub const MAX_RETRY_AFTER_SECONDS: u32 = 28_800;
/// A step is shortened or lengthened by up to so many hundredths, so that what failed together does not come back together.
const JITTER_PERCENT: u64 = 20;

/// When the attempt after `attempt` (1, 2, …) is due, if there is one. `seed` spreads it; `after` is what the target asked
/// for, in seconds: it may lengthen a step, never shorten it.
pub fn retry_at(attempt: u32, now: Timestamp, seed: u64, after: Option<u64>) -> Option<Timestamp> {
    let step = *STEPS_SECONDS.get(usize::try_from(attempt).ok()?.checked_sub(1)?)?;
    let percent = 100 - JITTER_PERCENT + mix(seed ^ u64::from(attempt)) % (2 * JITTER_PERCENT + 1);
    let own_ms = u64::from(step) * 10 * percent;
    let asked_ms = after.unwrap_or(0).min(u64::from(MAX_RETRY_AFTER_SECONDS)) * 1000;
    i64::try_from(own_ms.max(asked_ms)).ok().map(|ms| now.plus_ms(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_spread_over_about_a_day_and_then_end() {
        let total: u32 = STEPS_SECONDS.iter().sum();
        assert!((23 * 3_600..=24 * 3_600).contains(&total), "{total}");
        for seed in 0..100 {
            for (index, step) in (1..).zip(STEPS_SECONDS) {
                let at = retry_at(index, Timestamp(0), seed, None).unwrap().0;
                let step = i64::from(step);
                assert!((step * 800..=step * 1200).contains(&at), "{step} s became {at} ms");
            }
        }
        assert_eq!(retry_at(MAX_ATTEMPTS, Timestamp(0), 1, Some(5)), None);
        assert_eq!(retry_at(0, Timestamp(0), 1, None), None);
    }

    #[test]
    fn a_target_may_ask_for_more_time_but_not_for_less_nor_for_ever() {
        assert_eq!(retry_at(1, Timestamp(7), 1, Some(60)), Some(Timestamp(60_007)));
        assert!(retry_at(1, Timestamp(0), 1, Some(0)).is_some_and(|at| at.0 >= 4_000));
        assert_eq!(retry_at(1, Timestamp(0), 1, Some(u64::MAX)), Some(Timestamp(28_800_000)));
    }
}
