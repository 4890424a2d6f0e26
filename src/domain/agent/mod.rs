//! The agent's machine.
mod carried;
mod input;
pub use input::{Bid, Input, Reserve, Snapshot};
