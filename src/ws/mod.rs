//! Floor 4: `WebSockets`. Frames and what they ask for; the sockets themselves are in `session.rs` alone.

pub mod frames;
pub mod pop;
