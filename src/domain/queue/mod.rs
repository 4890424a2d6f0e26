//! The queue's machine.
mod input;
pub use input::{Classified, GrantEnd, Input, Token};
