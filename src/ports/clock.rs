//! The clock: the only file that asks what time it is.
//!
//! Stage time is the wall clock at the start plus the monotonic clock, so that a step of the wall clock never turns
//! time back (ARCHITECTURE §2.9). The monotonic half is tokio's, so that paused time in tests is stage time too.

#![allow(clippy::disallowed_methods)] // this is the file that the ban points to

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::domain::time::Timestamp;

/// Gives stage time. Cheap to copy; all copies agree.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    began_at: Timestamp,
    began: Instant,
}

impl Clock {
    /// A clock that begins at the wall clock's time.
    pub fn system() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self::beginning_at(Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This clock, or one that begins at `at` if that is later: for a start after records from the future.
    #[must_use]
    pub fn not_before(self, at: Timestamp) -> Self {
        if self.now() < at { Self::beginning_at(at) } else { self }
    }

    /// A clock that begins at `at`: for tests.
    pub fn beginning_at(at: Timestamp) -> Self {
        Self { began_at: at, began: Instant::now() }
    }

    /// Stage time.
    pub fn now(&self) -> Timestamp {
        self.began_at.plus_ms(i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    /// The instant at which [`Clock::now`] is `at`; for the one sleep of the timer table.
    pub fn instant_of(&self, at: Timestamp) -> Instant {
        let ms = u64::try_from(at.ms_since(self.began_at)).unwrap_or(0);
        self.began + Duration::from_millis(ms)
    }
}

/// Measures how long a decide took, for decision records.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Microseconds since the start.
    pub fn elapsed_us(&self) -> u32 {
        u32::try_from(self.0.elapsed().as_micros()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn stage_time_follows_paused_time() {
        let clock = Clock::beginning_at(Timestamp(1_000));
        tokio::time::advance(Duration::from_hours(30 * 24)).await;
        assert_eq!(clock.now(), Timestamp(1_000 + 30 * 86_400_000));
        assert_eq!(clock.instant_of(Timestamp(500)), clock.instant_of(Timestamp(1_000)));
    }
}
