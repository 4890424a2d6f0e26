//! `callboard whatif --data DIR --config NEW.yaml`: plays what a store recorded through the real machines, under the store's
//! configuration and under another, and prints both beside what really happened (`docs/whatif.md`).
//!
//! Nothing in the directory is changed, and none that a server has open is read.

mod read;
mod table;

use std::path::PathBuf;

use clap::Args;

use super::{Failure, apply};
use crate::config::{DEFAULT_DATA, Options};
use crate::domain::time::Timestamp;
use crate::http::config::whole::plan;
use crate::http::whatif::compare::{Nothing, compare, range};
use crate::http::wire::time::parse;
use crate::ports::clock::Clock;
use crate::telemetry;

/// Flags of `whatif`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Directory of a store that no server has open
    #[arg(long, value_name = "DIR", env = "CALLBOARD_DATA")]
    pub data: Option<PathBuf>,
    /// The other configuration, as `apply` takes it; - is stdin
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// Only conversations created from this time on (RFC 3339); the first recorded one if not given
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only conversations created before this time (RFC 3339); the end of the recording if not given
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints the comparison.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    telemetry::init("error", Options::default().log_format);
    let from = arguments.from.as_deref().map(|text| time("--from", text)).transpose()?;
    let to = arguments.to.as_deref().map(|text| time("--to", text)).transpose()?;
    let document = apply::document(apply::read(&arguments.config)?)?;
    let path = arguments.data.clone().unwrap_or_else(|| DEFAULT_DATA.into());
    let (recording, old) = read::store(&path)?;
    let planned = plan(document, &old, Clock::system().now());
    if !planned.errors.is_empty() {
        let count = planned.errors.len();
        return Err(apply::told(&planned.errors, &format!("{count} fields are wrong")));
    }
    let mut new = old.clone();
    planned.changes.iter().for_each(|change| new.apply(change));
    let range = range(&recording, from, to).map_err(nothing)?;
    let report = compare(&recording, &old, &new, range, &|| true).ok_or("the play was stopped")?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        table::print(&report);
    }
    Ok(())
}

fn time(flag: &str, text: &str) -> Result<Timestamp, Failure> {
    parse(text).ok_or_else(|| format!("{flag}: {text:?} is not an RFC 3339 time").into())
}

/// Why there is nothing to play, in the words of the flags.
fn nothing(why: Nothing) -> Failure {
    match why {
        Nothing::Recorded => "the store has no recorded conversation to play",
        Nothing::Range => "--from must be before --to, and before the end of the recording",
        Nothing::Finished => "no agent finished a recorded conversation: there are no handling times to play",
        Nothing::InRange => "no recorded conversation was created in that time",
    }
    .into()
}
