//! How an agent spent a quarter hour, as it was measured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::ids::PresenceId;

/// What was measured of one agent in one quarter hour. All but units in ms.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Times {
    /// With a socket open and heard.
    pub connected_ms: u64,
    /// Of this, with a conversation active or in wrap-up.
    pub busy_ms: u64,
    /// Units of what is active or holds, times ms, while connected.
    pub used_unit_ms: u64,
    /// Total units, times ms, while connected.
    pub total_unit_ms: u64,
    /// By presence, base or custom, while connected.
    pub presence_ms: BTreeMap<PresenceId, u64>,
}

impl Times {
    /// Adds another quarter hour, or another part of the same.
    pub fn add(&mut self, other: &Self) {
        self.connected_ms += other.connected_ms;
        self.busy_ms += other.busy_ms;
        self.used_unit_ms += other.used_unit_ms;
        self.total_unit_ms += other.total_unit_ms;
        for (presence, ms) in &other.presence_ms {
            *self.presence_ms.entry(presence.clone()).or_default() += ms;
        }
    }
}
