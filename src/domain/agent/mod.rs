//! The agent's machine.
mod input;
pub use input::{Bid, Input, Reserve, Snapshot};
