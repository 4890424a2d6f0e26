//! What a run tells: a table for people, the same as JSON for machines.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Settings;
use super::measures::Row;

/// The outcome of one run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// What was run.
    pub settings: Settings,
    /// Hand-offs asked for a second.
    pub rate_asked: f64,
    /// Hand-offs answered 201 a second, over the measured time and until the last of their answers.
    pub rate_achieved: f64,
    /// Hand-offs answered 201, the warm-up's too.
    pub created: u64,
    /// Conversations that reached the goal.
    pub done: u64,
    /// Hand-offs that got no answer.
    pub unanswered: u64,
    /// Conversations that the server lists for this run; null where it was not asked.
    pub listed: Option<u64>,
    /// Errors by kind.
    pub errors: BTreeMap<String, u64>,
    /// How often something happened that must never happen.
    pub violation_count: u64,
    /// The first of them.
    pub violations: Vec<String>,
    /// The measures.
    pub measures: Vec<Row>,
    /// The server's process, where its id was given.
    pub server: Option<ProcessUse>,
    /// The generator itself.
    pub client: ProcessUse,
}

/// What a process used from the first hand-off to the end of the drain.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct ProcessUse {
    /// User and system time.
    pub cpu_seconds: f64,
    /// The same for one hand-off answered 201.
    pub cpu_micros_per_hand_off: f64,
    /// Resident memory before.
    pub rss_bytes_before: u64,
    /// Resident memory after.
    pub rss_bytes_after: u64,
}

impl Report {
    /// Whether everything that was promised happened.
    pub fn passed(&self) -> bool {
        self.violation_count == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        writeln!(
            out,
            "{:?}{}, {} agents, {:?} arrivals, seed {}, {} s after {} s of warm-up, {} connections",
            settings.mode,
            if settings.cycle { " with the whole cycle" } else { "" },
            settings.agents,
            settings.arrival,
            settings.seed,
            settings.seconds,
            settings.warmup,
            settings.connections,
        )?;
        writeln!(out, "rate asked {:.0}/s, achieved {:.1}/s", self.rate_asked, self.rate_achieved)?;
        let listed = self.listed.map_or_else(|| "not asked".to_owned(), |count| count.to_string());
        writeln!(
            out,
            "created {}, reached the goal {}, unanswered {}, listed by the server {listed}",
            self.created, self.done, self.unanswered
        )?;
        writeln!(out)?;
        table(out, &self.measures)?;
        writeln!(out)?;
        if let Some(server) = &self.server {
            process(out, "server", server)?;
        }
        process(out, "client", &self.client)?;
        for (kind, count) in &self.errors {
            writeln!(out, "error    {count:>9}  {kind}")?;
        }
        if self.errors.is_empty() {
            writeln!(out, "no errors")?;
        }
        for violation in &self.violations {
            writeln!(out, "VIOLATION {violation}")?;
        }
        match self.violation_count {
            0 => writeln!(out, "PASSED: every 201 got where it should, nothing was assigned twice"),
            count => writeln!(out, "FAILED: {count} violations"),
        }
    }
}

fn table(out: &mut fmt::Formatter<'_>, rows: &[Row]) -> fmt::Result {
    let head = ["ms", "count", "p50", "p90", "p99", "p99.9", "max"];
    let [name, count, p50, p90, p99, p999, max] = head;
    writeln!(out, "{name:<20}{count:>10}{p50:>10}{p90:>10}{p99:>10}{p999:>10}{max:>10}")?;
    for row in rows {
        writeln!(
            out,
            "{:<20}{:>10}{:>10.3}{:>10.3}{:>10.3}{:>10.3}{:>10.3}",
            row.measure, row.count, row.p50_ms, row.p90_ms, row.p99_ms, row.p999_ms, row.max_ms
        )?;
    }
    Ok(())
}

fn process(out: &mut fmt::Formatter<'_>, who: &str, used: &ProcessUse) -> fmt::Result {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    writeln!(
        out,
        "{who}: {:.2} s of CPU ({:.1} us a hand-off), memory {:.1} MB before, {:.1} MB after",
        used.cpu_seconds,
        used.cpu_micros_per_hand_off,
        mb(used.rss_bytes_before),
        mb(used.rss_bytes_after)
    )
}
