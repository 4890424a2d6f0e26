//! What the estimate of waits goes by: the last assignments that left a queue's line while others waited.
//!
//! Time counts while somebody waits whom nobody is offered: an idle house answers at once, which says nothing about how
//! fast a line moves.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::estimate::{WaitRange, estimate};
use crate::domain::time::Timestamp;

/// Assignments that are remembered: the range does not narrow much with more, and a change of pace shows sooner.
const MOST: usize = 50;
/// Who gets an agent within this, in ms, did not wait in line.
const AT_ONCE_MS: i64 = 1000;
/// How long one is remembered, in ms: an hour.
const KEPT_MS: i64 = 3600 * 1000;

/// Recent assignments of one queue.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Departures {
    /// When, and how long somebody had waited since the one before, in ms.
    recent: VecDeque<(Timestamp, u64)>,
    /// The same since the last one, without the stretch that runs.
    exposed_ms: u64,
    /// Since when somebody waits.
    since: Option<Timestamp>,
}

impl Departures {
    /// Whether somebody waits unoffered, from this instant on.
    pub(super) fn waits(&mut self, waits: bool, at: Timestamp) {
        match (waits, self.since) {
            (true, None) => self.since = Some(at),
            (false, Some(since)) => {
                self.exposed_ms += span(since, at);
                self.since = None;
            }
            _ => {}
        }
    }

    /// An agent got one that had waited for so long; call it before [`Departures::waits`]. It counts if it had to wait, and
    /// somebody waits unoffered, itself or another.
    pub(super) fn assigned(&mut self, waited_ms: i64, at: Timestamp) {
        let Some(since) = self.since.filter(|_| waited_ms >= AT_ONCE_MS) else { return };
        self.recent.push_back((at, self.exposed_ms + span(since, at)));
        self.exposed_ms = 0;
        self.since = Some(at);
        if self.recent.len() > MOST {
            self.recent.pop_front();
        }
    }

    /// Whether there is anything left to go by.
    pub(super) fn matters(&self, now: Timestamp) -> bool {
        self.since.is_some() || self.recent.back().is_some_and(|(at, _)| now.ms_since(*at) <= KEPT_MS)
    }

    /// The wait of whom `ahead` others precede.
    pub fn estimate(&self, ahead: usize, now: Timestamp) -> Option<WaitRange> {
        let young = |entry: &&(Timestamp, u64)| now.ms_since(entry.0) <= KEPT_MS;
        let (mut assignments, mut exposure_ms) = (0, self.exposed_ms);
        for (_, exposed_ms) in self.recent.iter().filter(young) {
            assignments += 1;
            exposure_ms += exposed_ms;
        }
        exposure_ms += self.since.map_or(0, |since| span(since, now));
        estimate(assignments, exposure_ms, ahead)
    }
}

fn span(since: Timestamp, until: Timestamp) -> u64 {
    u64::try_from(until.ms_since(since)).unwrap_or(0)
}
