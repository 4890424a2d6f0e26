//! Floor 3: the stage, and beside it the read side.
//!
//! Reading order: [`dispatcher`] (what floor 4 sees), [`gate`], [`stage`], [`host`], [`start`], [`manager`], [`house`];
//! then [`voice`], [`read_side`], [`feeds`].

pub mod dispatcher;
pub mod feeds;
pub mod gate;
pub mod house;
pub mod read_side;
pub mod shown;
pub mod voice;
