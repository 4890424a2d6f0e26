//! Base presences: what routing looks at. Custom presences are configuration over these.

use serde::{Deserialize, Serialize};

/// A base presence. `Inactive` is set by the system alone and never allowed for assignment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum BasePresence {
    /// Free for work.
    Available,
    /// Some work.
    Busy,
    /// Do not disturb; also all capacity used.
    BusyDnd,
    /// Away from the desk.
    Away,
    /// Signed out, or vanished.
    Offline,
    /// After a missed offer, until reset.
    Inactive,
}

impl BasePresence {
    /// The five that people can choose and work streams can allow.
    pub const CHOOSABLE: [Self; 5] = [Self::Available, Self::Busy, Self::BusyDnd, Self::Away, Self::Offline];

    /// The name on the wire, and the id of the base presence itself.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Busy => "busy",
            Self::BusyDnd => "busy_dnd",
            Self::Away => "away",
            Self::Offline => "offline",
            Self::Inactive => "inactive",
        }
    }

    /// The choosable base presence of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::CHOOSABLE.into_iter().find(|base| base.as_str() == id)
    }

    /// Whether it stays until the agent changes it, whatever the load (SPEC §5).
    pub fn is_sticky(self) -> bool {
        matches!(self, Self::BusyDnd | Self::Away | Self::Offline)
    }

    /// The automatic presence at this load: none available, some busy, all `busy_dnd`.
    pub fn at_load(load: u32, capacity: u32) -> Self {
        if load == 0 {
            Self::Available
        } else if load >= capacity {
            Self::BusyDnd
        } else {
            Self::Busy
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BasePresence as B;

    #[test]
    fn the_automatic_presence_follows_the_load() {
        assert_eq!(B::at_load(0, 0), B::Available);
        assert_eq!(B::at_load(1, 100), B::Busy);
        assert_eq!(B::at_load(100, 100), B::BusyDnd);
        assert_eq!(B::at_load(1, 0), B::BusyDnd);
    }

    #[test]
    fn inactive_cannot_be_chosen() {
        assert_eq!(B::from_id("inactive"), None);
        assert_eq!(B::from_id("busy_dnd"), Some(B::BusyDnd));
    }
}
