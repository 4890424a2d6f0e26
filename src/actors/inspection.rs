//! The offline check of a store: reads the log, the snapshots and the archive without changing a byte, and says what is
//! wrong, a line each.
//!
//! Called by `callboard check` under the data directory's lock. Order: the files themselves; then one pass over the log
//! for each timeline as the log has it (`timelines`: invariants 2 and 8), the machines folded from it, and what the archive
//! holds against it (`ended`: invariants 4 and 8); last the machines folded from each snapshot with the log behind it,
//! which must come out the same (`folds`: invariants 1, 2, 3, 5, 7, 8).
//! What is in memory at a time are unfinished conversations. Invariant 6 is about messages: nothing stored shows it.

mod ended;
mod folds;
#[cfg(test)]
mod tests;
mod timelines;

use std::sync::Arc;

use self::ended::Closes;
use self::folds::Fold;
use self::timelines::{Walk, each_record};
use crate::domain::config::Config;
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::journal::{Files, Position};
use crate::ports::state_store::StateStore;
use crate::store::journal::snapshot::{Snapshot, Snapshots};
use crate::store::journal::{Journal, Reader};

/// Findings that are listed; a broken store repeats itself.
const MAX_FINDINGS: usize = 1_000;

/// What is looked at.
pub struct Stored {
    /// Files of the journal's segments.
    pub journal: Arc<dyn Files>,
    /// Files of the snapshots.
    pub snapshots: Arc<dyn Files>,
    /// The archive, or a copy of it, if there is one.
    pub archive: Option<Arc<dyn StateStore>>,
}

/// What was seen.
#[derive(Default)]
pub struct Inspected {
    /// The configuration in force; `None` if the log could not be folded.
    pub config: Option<Arc<Config>>,
    /// What is wrong, a line each; empty is sound.
    pub findings: Findings,
}

/// Lines, up to a bound.
#[derive(Default, Debug)]
pub struct Findings(Vec<String>);

impl Findings {
    /// The lines.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// One more.
    pub fn add(&mut self, line: impl std::fmt::Display) {
        if self.0.len() < MAX_FINDINGS {
            self.0.push(line.to_string());
        }
    }
}

/// Looks at everything. `now` is when agents count as gone since, as at a start.
pub fn inspect(stored: &Stored, now: Timestamp) -> Inspected {
    let mut seen = Inspected::default();
    let log = match Journal::look(stored.journal.clone()) {
        Ok(log) => log,
        Err(error) => {
            // Without its truth nothing else can be judged.
            seen.findings.add(format_args!("journal: {error}"));
            return seen;
        }
    };
    let snapshots = snapshots(stored, &log, &mut seen.findings);
    let (mut walk, mut whole) = (Walk::of(&log), Fold::new(now));
    let mut closes = stored.archive.as_ref().map(|archive| Closes::of(&**archive, &log, &mut seen.findings));
    let begins = log.begins() == Position(0);
    let read = each_record(&log, &mut |at, record| {
        walk.take(at, record, &mut seen.findings);
        if begins {
            whole.take(at, record);
        }
        closes.iter_mut().for_each(|closes| closes.take(at, record));
    });
    if let Err(line) = &read {
        seen.findings.add(format_args!("journal: {line}"));
    }
    let whole = (begins && read.is_ok()).then_some(whole);
    seen.config = folds::compare(&log, whole, snapshots, now, &mut seen.findings);
    if let Some(closes) = closes {
        closes.end(seen.config.as_deref(), now, &mut seen.findings);
    }
    seen
}

/// Snapshots that check out, newest first.
fn snapshots(stored: &Stored, log: &Reader, findings: &mut Findings) -> Vec<Snapshot> {
    let files = Snapshots::new(stored.snapshots.clone());
    let positions = files.positions().unwrap_or_else(|error| {
        findings.add(format_args!("snapshots: {error}"));
        Vec::new()
    });
    let mut good = Vec::new();
    for at in positions {
        match files.load(at) {
            Ok(_) if at > log.tail() => {
                findings.add(format_args!(
                    "snapshots: {}",
                    StoreError::EndsEarly { tail: log.tail(), known: at }
                ));
            }
            Ok(snapshot) => good.push(snapshot),
            Err(error) => findings.add(format_args!("snapshots: {error}")),
        }
    }
    good
}
