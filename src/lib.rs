//! Callboard: an open, self-hosted dispatcher. One house, four floors (see `docs/` and the README):
//!
//! 1. [`domain`]: pure machines that decide and apply; no clock, no chance, no IO.
//! 2. [`ports`] and [`store`]: what the house needs from outside, and the journal that is the truth.
//! 3. [`actors`]: the stage; one actor a machine, one arbiter for all of them.
//! 4. [`http`] and [`ws`]: the edge; wire types, roles, sockets.
//!
//! A floor imports only lower floors (`tests/it/tidy.rs` reads the `use` lines).

pub mod actors;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod limits;
pub mod ports;
pub mod store;
pub mod telemetry;
pub mod ws;
