//! Reading a store: its configuration and everything that its journal still has.

use std::path::Path;

use super::super::Failure;
use crate::domain::config::Config;
use crate::domain::record::Record;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::records;
use crate::replay::recorded::Recording;
use crate::store::directory::Directory;
use crate::store::journal::Journal;
use crate::store::journal::snapshot::Snapshots;

/// The recording and the configuration in force at its end. Changes nothing; refuses a store that a server has open.
pub(super) fn store(path: &Path) -> Result<(Recording, Config), Failure> {
    let directory = Directory::look(path)?;
    let log = Journal::look(directory.journal())?;
    let mut config = Config::default();
    let mut known = Position(0);
    if log.begins() > Position(0) {
        // Older segments are retired: what they configured is in the snapshot.
        let snapshot = Snapshots::new(directory.snapshots()).latest()?;
        let (at, units) =
            snapshot.ok_or("the journal's beginning is gone and there is no snapshot: see check")?;
        for unit in &units {
            records::decode(at, unit, &mut |record| configure(&mut config, &record))?;
        }
        known = at;
    }
    let mut recording = Recording::default();
    let mut why = None;
    let read = log.replay(log.begins(), &mut |at, unit| {
        let decoded = records::decode(at, unit, &mut |record| {
            if at > known {
                configure(&mut config, &record);
            }
            recording.see(&record);
        });
        decoded.map_err(|finding| {
            why = Some(finding);
            StoreError::Halted
        })
    });
    if let Some(finding) = why {
        return Err(finding.into());
    }
    read?;
    Ok((recording, config))
}

fn configure(config: &mut Config, record: &Record) {
    if let Record::Configured(configured) = record {
        config.apply(&configured.change);
    }
}
