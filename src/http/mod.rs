//! Floor 4: HTTP.
pub mod wire;
