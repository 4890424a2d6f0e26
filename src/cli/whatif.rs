//! `callboard whatif --data DIR --config NEW.yaml`: plays what a store recorded through the real machines, under the store's
//! configuration and under another, and prints both beside what really happened (`docs/whatif.md`).
//!
//! Nothing in the directory is changed, and none that a server has open is read.

mod read;
mod report;
mod table;

use std::path::PathBuf;

use clap::Args;

use self::report::{Report, Side};
use super::{Failure, apply};
use crate::config::{DEFAULT_DATA, Options};
use crate::domain::config::Config;
use crate::domain::time::Timestamp;
use crate::http::config::whole::plan;
use crate::http::wire::time::parse;
use crate::ports::clock::Clock;
use crate::replay::figures::Range;
use crate::replay::outcome::{Outcome, Outcomes};
use crate::replay::play::Play;
use crate::replay::recorded::Recording;
use crate::telemetry;

/// How long before the range the play begins, so that the range does not begin with an empty house; milliseconds.
const LEAD_IN_MS: i64 = 24 * 3_600_000;
/// What draws are made from: always the same, so that the same command prints the same.
const SEED: u64 = 1;

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
    let range = range(&recording, from, to)?;
    let report = compare(&recording, &old, &new, range);
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

fn range(recording: &Recording, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Range, Failure> {
    let first = recording.first_at().ok_or("the store has no recorded conversation to play")?;
    let range = Range { from: from.unwrap_or(first), to: to.unwrap_or_else(|| recording.last_at.plus_ms(1)) };
    if range.from >= range.to {
        return Err("--from must be before --to, and before the end of the recording".into());
    }
    let mut outcomes = recording.outcomes.0.values();
    if !outcomes.clone().any(Outcome::is_finished) {
        return Err("no agent finished a recorded conversation: there are no handling times to play".into());
    }
    let any = outcomes.any(|outcome| range.contains(outcome.created_at));
    if any { Ok(range) } else { Err("no recorded conversation was created in that time".into()) }
}

fn compare(recording: &Recording, old: &Config, new: &Config, range: Range) -> Report {
    let recorded = Side::recorded(recording, old, range);
    let (old, new) = (play(recording, old, range), play(recording, new, range));
    Report::of(recording, range, &recorded, &old, &new)
}

fn play(recording: &Recording, config: &Config, range: Range) -> Side {
    let (customers, filled) = recording.customers(range.from.plus_ms(-LEAD_IN_MS), range.to, SEED);
    let moves = recording.moves(config);
    let mut habits = recording.habits.for_play(SEED);
    let mut outcomes = Outcomes::default();
    let mut play = Play::new(config.clone(), &customers, &moves, &mut habits, SEED);
    // Who still waits when the recording ends still waits in the play.
    while play.next_at().is_some_and(|at| at <= recording.last_at) {
        for record in play.step().unwrap_or_default() {
            outcomes.see(&record);
        }
    }
    let refused = play.refused.iter().filter_map(|id| recording.outcomes.0.get(id));
    let not_taken = refused.filter(|outcome| range.contains(outcome.created_at)).count() as u64;
    let unknown = recording.unknown_agents(config);
    Side {
        not_taken,
        filled,
        answers_drawn: habits.drawn,
        unknown,
        ..Side::of(outcomes, &moves, config, range)
    }
}
