//! The harness's only clock, and a pacer that wakes on time.
//!
//! tokio's timers round up to a whole millisecond, which at 2,000 hand-offs a second would be most of what is
//! measured; a timerfd in the same epoll wakes within some tens of microseconds and costs no thread.
#![allow(clippy::disallowed_methods, reason = "the one file of the harness that reads the time")]

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use crate::{Error, Result};

/// Nanoseconds since the start of this [`Clock`].
pub type Nanos = u64;

/// Monotonic time since a fixed moment, as a plain number.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// Starts counting now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Reads the nanoseconds since the start.
    pub fn now(&self) -> Nanos {
        self.0.elapsed().as_nanos() as Nanos
    }
}

/// Makes a name that no earlier run on this machine had: the wall clock in base 36.
pub fn run_name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let mut left = since.as_micros() as u64;
    let mut name = Vec::new();
    while left > 0 {
        name.push(char::from_digit((left % 36) as u32, 36).unwrap_or('0'));
        left /= 36;
    }
    name.iter().rev().collect()
}

/// Wakes one task at exact moments.
#[derive(Debug)]
pub struct Pacer {
    timer: AsyncFd<OwnedFd>,
    clock: Clock,
}

impl Pacer {
    /// Makes a pacer on `clock`; it must be called inside a tokio runtime.
    pub fn new(clock: Clock) -> Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let failed = |source| Error::io("make a timer", source);
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags).map_err(|errno| failed(errno.into()))?;
        #[allow(
            deprecated,
            reason = "its successor is an unsafe fn, which the workspace forbids; the concern behind \
            the deprecation is descriptors that change or close under tokio, and an OwnedFd of our own does neither"
        )]
        let timer = AsyncFd::new(timer).map_err(failed)?;
        Ok(Self { timer, clock })
    }

    /// Waits until `at`; a moment that has passed only gives the other tasks a turn.
    pub async fn until(&self, at: Nanos) -> Result<()> {
        let left = at.saturating_sub(self.clock.now());
        if left == 0 {
            tokio::task::yield_now().await;
            return Ok(());
        }
        let failed = |source| Error::io("wait for a timer", source);
        let once = Itimerspec { it_interval: timespec(0), it_value: timespec(left) };
        timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::empty(), &once)
            .map_err(|errno| failed(errno.into()))?;
        // A wake-up left over from an earlier setting is harmless: the loop looks at the clock. The timer is never
        // read: setting it anew resets it, and epoll reports each expiry as an edge.
        while self.clock.now() < at {
            self.timer.readable().await.map_err(failed)?.clear_ready();
        }
        Ok(())
    }
}

fn timespec(nanos: u64) -> Timespec {
    Timespec { tv_sec: (nanos / 1_000_000_000) as i64, tv_nsec: (nanos % 1_000_000_000) as i64 }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Pacer};

    #[tokio::test]
    async fn pacer_never_wakes_early() {
        let clock = Clock::start();
        let pacer = Pacer::new(clock).expect("timer");
        for at in [200_000, 300_000, 1_500_000, 1_000_000] {
            pacer.until(at).await.expect("wait");
            assert!(clock.now() >= at);
        }
    }
}
