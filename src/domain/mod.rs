//! Floor 1: pure machines. No actix, tokio, sled, serde_json, clock, chance or IO.
