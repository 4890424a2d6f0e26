//! The command line: `serve`, `demo`, `apply`, `export`, `check` (CONTRACT §1), `whatif`.
//!
//! Owns what is printed and the exit code: 0 done, 1 not done with one clear line on stderr, 2 a flag that is not known.

mod apply;
mod check;
mod client;
mod demo;
mod export;
mod offline;
mod serve;
mod traffic;
mod whatif;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Flags, Options};
use crate::telemetry;

#[derive(Debug, Parser)]
#[command(
    name = "callboard",
    version,
    about = "The open, self-hosted dispatcher: conversations in, the right agent out"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server
    Serve(Flags),
    /// Start the server with a small ready-made configuration, and print where to click
    Demo(demo::Arguments),
    /// Make the configuration what a YAML document says: plan, lint, all or nothing
    Apply(apply::Arguments),
    /// Print the whole configuration as one YAML document
    Export(export::Arguments),
    /// Check a store that no server has open: one line a finding
    Check(check::Arguments),
    /// Play a store's recorded conversations under another configuration and compare the waits
    Whatif(whatif::Arguments),
}

/// What went wrong, as the one line that is printed.
type Failure = Box<dyn std::error::Error>;

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let system = actix_web::rt::System::new();
    let done = system.block_on(async {
        match cli.command {
            Command::Serve(flags) => serve::run(&read(&flags)?).await,
            Command::Demo(arguments) => demo::run(&read(&arguments.flags)?, arguments.traffic).await,
            Command::Apply(arguments) => apply::run(&arguments).await,
            Command::Export(arguments) => export::run(&arguments).await,
            Command::Check(arguments) => return check::run(&arguments),
            Command::Whatif(arguments) => whatif::run(&arguments),
        }
        .map(|()| ExitCode::SUCCESS)
    });
    done.unwrap_or_else(|failure| {
        eprintln!("error: {}", one_line(&failure.to_string()));
        ExitCode::FAILURE
    })
}

fn read(flags: &Flags) -> Result<Options, Failure> {
    let options = Options::read(flags)?;
    telemetry::init(&options.log, options.log_format);
    Ok(options)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
