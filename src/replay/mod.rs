//! The replay: the house's own machines played under virtual time, without actors, files, sockets or a clock.
//!
//! Owns the order in which messages are delivered ([`house`]), the clock that jumps from one happening to the next and
//! the people who act in between ([`play`], [`people`]), and what a timeline comes to, played or recorded ([`outcome`],
//! [`figures`]). What people of a recording would do is read from its records ([`recorded`]). Deliberately has no rule of
//! its own about who gets what: the machines of [`domain`](crate::domain) decide with the real configuration, and whatever they
//! learn to do is played from then on.
//!
//! The same people, configuration and seed give the same play, record by record. Nothing breaks here: faults are the
//! simulation's (`tests/sim`), which also proves this driver against queueing theory (`docs/theory.md`).

pub mod figures;
pub mod house;
pub mod outcome;
pub mod patience;
pub mod people;
pub mod play;
pub mod recorded;
#[cfg(test)]
mod tests;
