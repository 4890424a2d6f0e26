//! Floor 3: the stage, and beside it the read side.
//!
//! Reading order: [`dispatcher`] (what floor 4 sees), [`gate`], [`stage`], [`host`], [`start`], [`manager`], [`house`];
//! then [`ride`], [`voice`], [`read_side`], [`feeds`], [`archive`], [`stats`].

pub mod archive;
pub mod audit;
pub mod cast;
mod codec;
pub mod directory;
pub mod dispatcher;
pub mod feeds;
#[cfg(test)]
mod fixtures;
pub mod gate;
pub mod health;
pub mod host;
pub mod house;
pub mod idempotency;
pub mod inspection;
pub mod lent;
pub mod manager;
pub mod messages;
pub mod outbox;
mod panics;
pub mod pick_list;
pub mod place;
pub mod read_side;
pub mod recording;
pub mod ride;
pub mod shown;
pub mod stage;
pub mod start;
pub mod stats;
pub mod timers;
pub mod voice;

#[cfg(test)]
mod stage_tests;
