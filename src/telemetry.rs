//! What the process says of itself: log lines on stderr and counters for `/metrics`.
//!
//! Log lines are lower case with fields such as `conversation.id`; never tokens, message text or variables.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Turns logging on, once. `filter` is a `tracing` filter such as `info` or `callboard=debug`.
pub fn init(filter: &str, format: LogFormat) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    // A second init (tests, an embedding program) keeps the first.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

/// A count that only rises.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counters of the edge.
#[derive(Debug, Default)]
pub struct Counters {
    /// Answers by class of status: 1xx … 5xx.
    pub answers: [Counter; 5],
    /// Microseconds spent in requests that were answered.
    pub request_us: Counter,
    /// Requests refused because a bound was reached (429, 503).
    pub refused_at_a_bound: Counter,
}

impl Counters {
    /// Counts an answer.
    pub fn answered(&self, status: u16, took_us: u64) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.answers[class].increment();
        self.request_us.add(took_us);
        if matches!(status, 429 | 503) {
            self.refused_at_a_bound.increment();
        }
    }
}
