//! `callboard check --data DIR`: the command line of the offline check, and what it needs of the edge: the references of
//! the configuration. The store itself is judged by [`inspection`](crate::actors::inspection).
//!
//! Nothing in the directory is changed. sled cannot be opened without writing, so the archive is looked at in a copy,
//! which takes as much room in the directory for temporary files while the check runs.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::{fs, io};

use clap::Args;

use super::Failure;
use crate::actors::inspection::{Findings, Stored, inspect};
use crate::config::{DEFAULT_DATA, Options};
use crate::domain::config::{Change, Config};
use crate::http::config::checks;
use crate::ports::clock::Clock;
use crate::ports::state_store::StateStore;
use crate::store::directory::Directory;
use crate::store::sled::{OpenedState, SledStore};
use crate::telemetry;

/// Flags of `check`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Directory of a store that no server has open
    #[arg(long, value_name = "DIR", env = "CALLBOARD_DATA")]
    pub data: Option<PathBuf>,
}

/// Prints one line a finding; exit 0 without findings, 1 with.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    telemetry::init("error", Options::default().log_format);
    let path = arguments.data.clone().unwrap_or_else(|| DEFAULT_DATA.into());
    let directory = Directory::look(&path)?;
    let mut findings = Findings::default();
    let copy = Copy::of(&directory.state())?;
    let archive = match &copy {
        Some(copy) => archive(&copy.0, &mut findings)?,
        None => None,
    };
    let stored = Stored { journal: directory.journal(), snapshots: directory.snapshots(), archive };
    let seen = inspect(&stored, Clock::system().now());
    seen.findings.lines().iter().for_each(|line| findings.add(line));
    if let Some(config) = &seen.config {
        configuration(config).into_iter().for_each(|line| findings.add(line));
    }
    findings.lines().iter().for_each(|finding| println!("{finding}"));
    Ok(if findings.lines().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A copy of the archive, opened. One that does not open is a finding; the next start fills it anew.
fn archive(copy: &Path, findings: &mut Findings) -> Result<Option<Arc<dyn StateStore>>, Failure> {
    let OpenedState { store, moved_aside } = SledStore::open(copy)?;
    if let Some(aside) = moved_aside {
        findings.add(format_args!("archive: {}: the next start fills it anew from the journal", aside.why));
        return Ok(None);
    }
    if let Err(error) = store.verify() {
        findings.add(format_args!("archive: {error}"));
        return Ok(None);
    }
    Ok(Some(Arc::new(store)))
}

/// A copy of the archive's directory among the temporary files; removed when it is dropped.
struct Copy(PathBuf);

impl Copy {
    /// `None` if there is no archive yet.
    fn of(state: &Path) -> Result<Option<Self>, Failure> {
        if !state.is_dir() {
            return Ok(None);
        }
        let place = std::env::temp_dir().join(format!("callboard-check-{}", std::process::id()));
        // Of its user alone, as the directory itself is.
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&place)
            .map_err(|error| format!("no copy of the archive can be made in {}: {error}", place.display()))?;
        let copy = Self(place.join("state"));
        copy_files(state, &copy.0)
            .map_err(|error| format!("the archive could not be copied to {}: {error}", place.display()))?;
        Ok(Some(copy))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Some(place) = self.0.parent() {
            // What is left of it is only a copy.
            let _ = fs::remove_dir_all(place);
        }
    }
}

fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_files(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Every resource as if it were written now.
fn configuration(config: &Config) -> Vec<String> {
    let mut changes = vec![Change::PutSettings(config.settings.clone())];
    changes.extend(
        config.work_streams.iter().map(|(id, value)| Change::PutWorkStream(id.clone(), value.clone())),
    );
    changes.extend(config.queues.iter().map(|(id, value)| Change::PutQueue(id.clone(), value.clone())));
    changes.extend(config.agents.iter().map(|(id, value)| Change::PutAgent(id.clone(), value.clone())));
    changes.extend(config.channels.iter().map(|(id, value)| Change::PutChannel(id.clone(), value.clone())));
    changes.extend(config.presences.iter().map(|(id, value)| Change::PutPresence(id.clone(), value.clone())));
    changes.extend(config.skills.iter().map(|(id, value)| Change::PutSkill(id.clone(), value.clone())));
    let profiles = config.capacity_profiles.iter();
    changes.extend(profiles.map(|(id, value)| Change::PutCapacityProfile(id.clone(), value.clone())));
    changes.extend(config.customers.iter().map(|(id, value)| Change::PutCustomer(id.clone(), value.clone())));
    let rules = config.identification_rules.iter();
    changes.extend(rules.map(|(id, value)| Change::PutIdentificationRule(id.clone(), value.clone())));
    changes.extend(config.templates.iter().map(|(id, value)| Change::PutTemplate(id.clone(), value.clone())));
    changes.extend(config.api_keys.iter().map(|(id, value)| Change::PutApiKey(id.clone(), value.clone())));
    let hours = config.operating_hours.iter();
    changes.extend(hours.map(|(id, value)| Change::PutOperatingHours(id.clone(), value.clone())));
    let replies = config.quick_replies.iter();
    changes.extend(replies.map(|(id, value)| Change::PutQuickReply(id.clone(), value.clone())));
    let mut findings = Vec::new();
    for change in &changes {
        for error in checks::check(change, config) {
            findings.push(format!(
                "configuration: {}: {}: {}",
                checks::name(&change.key()),
                error.field,
                error.message
            ));
        }
    }
    findings
}
