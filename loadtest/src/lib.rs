//! The load harness of Callboard: it drives a running server over its wire contract and checks what it says.
//!
//! Owns the open-loop generator, the durability test and the reference floor. Knows the contract only: nothing here
//! imports the product, so that a mistake in the product cannot hide in a type that both share.
//!
//! Reading order: [`load`] (the run), [`kill`] (the durability test), [`floor`] (the reference), then the small parts
//! they stand on: [`http`], [`socket`], [`frames`], [`clock`], [`chance`], [`process`].

pub mod api;
pub mod chance;
pub mod clock;
pub mod error;
pub mod floor;
pub mod frames;
pub mod http;
pub mod idle;
pub mod kill;
pub mod load;
pub mod process;
pub mod setup;
pub mod socket;
pub mod websocket;

pub use error::{Error, Result};
