//! Floor 3: the stage, and beside it the read side.

pub mod archive;
mod codec;
pub mod feeds;
pub mod idempotency;
pub mod pick_list;
pub mod read_side;
pub mod shown;
pub mod voice;
