//! Floor 3: the stage, and beside it the read side.

pub mod feeds;
pub mod read_side;
pub mod shown;
pub mod voice;
