//! Names of things. Configuration ids are chosen by the caller; everything else is a UUID v7 made from
//! an instant and a seed that arrive as arguments ([`Mint`]), so that a replay makes the same ids.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::time::Timestamp;

/// Longest configuration id, in bytes (CONTRACT §2).
pub const MAX_CONFIG_ID: usize = 64;

/// Whether `text` is a well-formed configuration id: `[a-z0-9][a-z0-9._-]{0,63}`.
pub fn is_config_id(text: &str) -> bool {
    let first = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let rest = |b: u8| first(b) || matches!(b, b'.' | b'_' | b'-');
    let bytes = text.as_bytes();
    bytes.len() <= MAX_CONFIG_ID && bytes.first().is_some_and(|b| first(*b)) && bytes.iter().all(|b| rest(*b))
}

macro_rules! config_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Arc<str>);
        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self { Self(text.into()) }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self { Self(text.into()) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    )*};
}

config_id! {
    /// An agent resource, whatever its role.
    AgentId;
    /// A queue.
    QueueId;
    /// A work stream.
    WorkStreamId;
    /// A channel.
    ChannelId;
    /// A skill definition.
    SkillId;
    /// A capacity profile.
    CapacityProfileId;
    /// Operating hours.
    OperatingHoursId;
    /// A presence, base or custom.
    PresenceId;
    /// A customer record.
    CustomerId;
    /// A notification template.
    TemplateId;
    /// An API key of a backend, supervisor or administrator.
    ApiKeyId;
    /// A webhook.
    WebhookId;
    /// A quick reply.
    QuickReplyId;
}

macro_rules! minted_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Uuid);
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, f) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, f) }
        }
    )*};
}

minted_id! {
    /// A conversation, or a routed record.
    ConversationId;
    /// A grant: a reservation, the offer or assignment that it becomes. An offer's id is its grant's.
    GrantId;
    /// A message of a conversation.
    MessageId;
    /// A decision record.
    DecisionId;
    /// One socket of an agent.
    SessionId;
}

impl ConversationId {
    /// When it was minted, to the millisecond; `None` if its id says nothing of that.
    pub fn minted_at(self) -> Option<Timestamp> {
        let millis = i64::try_from(self.0.as_u128() >> 80).ok()?;
        (self.0.get_version_num() == 7).then_some(Timestamp(millis))
    }
}

/// Makes UUID v7 values from an instant and a seed. One mint serves one decide; the host draws the seed.
#[derive(Debug)]
pub struct Mint {
    now: Timestamp,
    seed: u64,
    made: Cell<u64>,
    given: Cell<Option<Uuid>>,
}

impl Mint {
    /// A mint for one decide at `now`. Two mints with one seed make the same ids.
    pub fn new(now: Timestamp, seed: u64) -> Self {
        Self { now, seed, made: Cell::new(0), given: Cell::new(None) }
    }

    /// The same mint, whose first id is this one: a replay keeps the ids of what was recorded.
    #[must_use]
    pub fn giving(self, id: Uuid) -> Self {
        Self { given: Cell::new(Some(id)), ..self }
    }

    /// A mint of other ids, for something apart in the same decide.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::new(self.now, mix(self.seed))
    }

    /// The next id: 48 bits of milliseconds, then 74 bits drawn from the seed.
    pub fn uuid(&self) -> Uuid {
        if let Some(given) = self.given.take() {
            return given;
        }
        let n = self.made.get();
        self.made.set(n + 1);
        let high = mix(self.seed ^ mix(n.wrapping_mul(2).wrapping_add(1)));
        let low = mix(high ^ self.seed.rotate_left(32) ^ n);
        let mut random = [0_u8; 10];
        random[..8].copy_from_slice(&high.to_be_bytes());
        random[8..].copy_from_slice(&low.to_be_bytes()[..2]);
        let millis = u64::try_from(self.now.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// The finaliser of splitmix64: spreads a counter over 64 bits.
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mint_makes_distinct_ordered_version_7_ids() {
        let mint = Mint::new(Timestamp(1_700_000_000_000), 7);
        let (a, b) = (mint.uuid(), mint.uuid());
        assert_ne!(a, b);
        assert_eq!(a.get_version_num(), 7);
        assert_eq!(ConversationId(a).minted_at(), Some(Timestamp(1_700_000_000_000)));
        assert_eq!(ConversationId(Uuid::nil()).minted_at(), None);
        assert_ne!(mint.another().uuid(), Mint::new(Timestamp(1_700_000_000_000), 7).uuid());
        let later = Mint::new(Timestamp(1_700_000_000_001), 7).uuid();
        assert!(later > a && later > b);
        assert_eq!(Mint::new(Timestamp(1_700_000_000_000), 7).uuid(), a);
    }

    #[test]
    fn a_mint_of_a_replay_makes_the_recorded_id_first_and_then_its_own() {
        let recorded = Mint::new(Timestamp(5), 1).uuid();
        let mint = Mint::new(Timestamp(1_000), 7).giving(recorded);
        assert_eq!(mint.uuid(), recorded);
        assert_eq!(mint.uuid(), Mint::new(Timestamp(1_000), 7).uuid());
    }

    #[test]
    fn config_ids_follow_the_contract() {
        for good in ["a", "0", "web-chat", "a.b_c-9", &"x".repeat(64)] {
            assert!(is_config_id(good), "{good}");
        }
        for bad in ["", "-a", "A", "a b", "é", &"x".repeat(65)] {
            assert!(!is_config_id(bad), "{bad}");
        }
    }
}
