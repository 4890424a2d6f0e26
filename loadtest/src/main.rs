//! `loadtest`: the command line of the harness. `docs/load.md` says how to read what it prints.

mod commands;

use clap::Parser;

fn main() -> std::process::ExitCode {
    match commands::Cli::parse().run() {
        Ok(true) => std::process::ExitCode::SUCCESS,
        Ok(false) => std::process::ExitCode::FAILURE,
        Err(error) => {
            eprintln!("loadtest: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
