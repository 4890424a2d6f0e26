//! `callboard check --data DIR`: the command line of the offline check.
//!
//! Opening the store checks its journal and folds it through every machine. Here the configuration's references are
//! checked and each conversation's timeline (invariant 8).

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, offline};
use crate::actors::read_side::{Filter, ReadSide, Rebuilding};
use crate::config::{DEFAULT_DATA, Options};
use crate::domain::config::{Change, Config};
use crate::domain::ids::ConversationId;
use crate::domain::record::Record;
use crate::http::config::checks;
use crate::telemetry;

/// Flags of `check`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Directory of a store that no server has open
    #[arg(long, value_name = "DIR", env = "CALLBOARD_DATA")]
    pub data: Option<PathBuf>,
}

/// Prints one line a finding; exit 0 without findings, 1 with.
pub async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    telemetry::init("warn", Options::default().log_format);
    let directory = arguments.data.clone().unwrap_or_else(|| DEFAULT_DATA.into());
    if !directory.is_dir() {
        return Err(format!("{} is not a directory", directory.display()).into());
    }
    let house = offline::open(&directory)?;
    let dispatcher = house.dispatcher();
    let mut findings = configuration(&dispatcher.config());
    let read = timelines(dispatcher.read(), &mut findings);
    house.stop().await?;
    read.map_err(
        |Rebuilding| "the archive is being rebuilt from the journal; start the server once, then check again",
    )?;
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
    changes.extend(config.customers.iter().map(|(id, value)| Change::PutCustomer(id.clone(), value.clone())));
    let rules = config.identification_rules.iter();
    changes.extend(rules.map(|(id, value)| Change::PutIdentificationRule(id.clone(), value.clone())));
    changes.extend(config.api_keys.iter().map(|(id, value)| Change::PutApiKey(id.clone(), value.clone())));
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

const AT_ONCE: usize = 1000;

/// Events of a conversation are numbered 1, 2, … without a gap, and their number is its version.
fn timelines(read: &ReadSide, findings: &mut Vec<String>) -> Result<(), Rebuilding> {
    let mut after: Option<ConversationId> = None;
    loop {
        let page = read.list(&Filter::default(), after, AT_ONCE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id());
        for conversation in page {
            let events = read.events(conversation.id(), 0, usize::MAX)?;
            let numbered = events.iter().filter_map(|record| match record.as_ref() {
                Record::Event(event) => Some(event.seq),
                _ => None,
            });
            if !numbered.eq(1..=conversation.version) {
                findings
                    .push(format!("invariant 8: conversation {}: its events have a gap", conversation.id()));
            }
        }
    }
}
