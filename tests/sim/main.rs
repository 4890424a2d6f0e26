//! The simulation: the real machines under a seeded scheduler, with faults, and checkers of every invariant.
//! See `README.md`; `cargo sim -- --seed N` repeats one seed.

mod arguments;
mod check;
mod house;
mod journal;
mod network;
mod outgoing;
mod outside;
mod people;
mod planted;
mod played;
mod random;
mod records;
mod rules;
mod shell;
mod suite;
mod theory;
mod topology;
mod words;
mod world;

fn main() -> std::process::ExitCode {
    suite::main()
}
