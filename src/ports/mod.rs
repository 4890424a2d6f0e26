//! Floor 2: what the house needs from outside, as traits and plain data.

pub mod error;
pub mod journal;
pub mod state_store;
