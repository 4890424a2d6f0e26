//! Floor 2: what the house needs from outside, as traits and plain data.

pub mod clock;
pub mod error;
pub mod ids;
pub mod journal;
pub mod records;
pub mod state_store;
