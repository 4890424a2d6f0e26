//! The program `callboard`; see [`callboard::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    callboard::cli::run()
}
