//! The program `callboard`; see [`callboard::cli`].

use std::process::ExitCode;

/// Records, frames and events are allocated on one thread and freed on another all day; docs/load.md has what it gives.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    callboard::cli::run()
}
