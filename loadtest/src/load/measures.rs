//! The histograms of a run, and how they are told.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::clock::Nanos;

/// The longest time that is told apart (ten minutes).
const MAX_NANOS: u64 = 600_000_000_000;

/// What is measured. Everything that starts at the hand-off starts at the moment it was *due*, sent or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Due → written to the socket: the generator's own lateness.
    Late,
    /// Due → 201.
    Created,
    /// Due → offer at the agent (push), assignment at the agent (direct), or seen in a pick list (pick).
    Reached,
    /// Accept (or pick) sent → reply.
    Accept,
    /// Accept (or pick) sent → `conversation.assigned`.
    Assigned,
    /// `conversation.end` sent → reply.
    End,
    /// `conversation.close` sent → reply.
    Close,
    /// Due → the close's reply.
    Cycle,
}

impl Measure {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 8] = [
        Self::Late,
        Self::Created,
        Self::Reached,
        Self::Accept,
        Self::Assigned,
        Self::End,
        Self::Close,
        Self::Cycle,
    ];

    /// The name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Late => "due_to_sent",
            Self::Created => "due_to_201",
            Self::Reached => "due_to_agent",
            Self::Accept => "accept_to_reply",
            Self::Assigned => "accept_to_assigned",
            Self::End => "end_to_reply",
            Self::Close => "close_to_reply",
            Self::Cycle => "due_to_closed",
        }
    }
}

/// One histogram a measure; what began before the warm-up's end is left out.
#[derive(Debug)]
pub struct Measures {
    histograms: Vec<Histogram<u64>>,
    from: Nanos,
}

impl Measures {
    /// Makes empty ones that count what begins at `from` or later.
    pub fn new(from: Nanos) -> Self {
        let empty = || Histogram::new_with_bounds(1, MAX_NANOS, 3).expect("fixed bounds are valid");
        Self { histograms: Measure::ALL.iter().map(|_| empty()).collect(), from }
    }

    /// Records `start → end` if it belongs to what was begun at `begun` after the warm-up.
    pub fn record(&mut self, measure: Measure, begun: Nanos, start: Nanos, end: Nanos) {
        if begun >= self.from {
            self.histograms[measure as usize].saturating_record(end.saturating_sub(start).max(1));
        }
    }

    /// How many were recorded.
    pub fn count(&self, measure: Measure) -> u64 {
        self.histograms[measure as usize].len()
    }

    /// The rows of the report; measures that saw nothing are left out.
    pub fn rows(&self) -> Vec<Row> {
        let row = |measure: &Measure| {
            let histogram = &self.histograms[*measure as usize];
            let ms = |nanos: u64| nanos as f64 / 1e6;
            let at = |quantile: f64| ms(histogram.value_at_quantile(quantile));
            (!histogram.is_empty()).then(|| Row {
                measure: measure.name().to_owned(),
                count: histogram.len(),
                p50_ms: at(0.5),
                p90_ms: at(0.9),
                p99_ms: at(0.99),
                p999_ms: at(0.999),
                max_ms: ms(histogram.max()),
            })
        };
        Measure::ALL.iter().filter_map(row).collect()
    }
}

/// One line of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// The measure's name.
    pub measure: String,
    /// How many were recorded.
    pub count: u64,
    /// Median.
    pub p50_ms: f64,
    /// 90th percentile.
    pub p90_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
    /// 99.9th percentile.
    pub p999_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

#[cfg(test)]
mod tests {
    use super::{Measure, Measures};

    #[test]
    fn warm_up_is_left_out_and_milliseconds_are_right() {
        let mut measures = Measures::new(1_000);
        measures.record(Measure::Created, 999, 999, 5_000_000);
        measures.record(Measure::Created, 1_000, 0, 2_000_000);
        let rows = measures.rows();
        assert_eq!((rows.len(), rows[0].count), (1, 1));
        assert!((rows[0].p50_ms - 2.0).abs() < 0.01 && (rows[0].max_ms - 2.0).abs() < 0.01);
    }
}
