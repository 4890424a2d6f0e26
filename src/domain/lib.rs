//! Floor 1, the crate `callboard-domain`: pure machines. No actix, tokio, sled, `serde_json`, clock, chance or IO.

pub mod agent;
pub mod capacity;
pub mod channel;
pub mod classification;
pub mod command;
pub mod config;
pub mod configuration;
pub mod context;
pub mod conversation;
pub mod correspondent;
pub mod decision;
pub mod entity;
pub mod hours;
pub mod identification;
pub mod ids;
pub mod invariants;
#[cfg(test)]
pub(crate) mod kit;
pub mod machine;
pub mod offer;
pub mod outbound;
pub mod presence;
pub mod queue;
pub mod record;
pub mod rules;
pub mod skills;
pub mod time;
pub mod work_stream;
