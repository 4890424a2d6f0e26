//! How often a visitor may do something: a small bucket each, in a bounded table. Conversations are counted by address (of
//! IPv6 a network of 64 bits is one address: whoever has one of it has all), what is said in one by that conversation,
//! over however many sockets it comes.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::domain::ids::ConversationId;
use crate::domain::time::Timestamp;
use crate::limits::{Pace, VISITOR_BAD_TOKENS, VISITOR_MESSAGES, VISITOR_OPENINGS, VISITOR_TYPING};

/// Buckets remembered in one table; 64 bytes each. Beyond it those that have been quiet longest are forgotten.
const MAX_BUCKETS: usize = 10_000;

/// What visitors are held to. One for the process.
#[derive(Debug)]
pub struct Limits {
    /// Conversations opened or joined from an address.
    pub openings: Limiter<IpAddr>,
    /// Tokens from an address that were not good.
    pub bad_tokens: Limiter<IpAddr>,
    /// Messages of a conversation's visitor.
    pub messages: Limiter<ConversationId>,
    /// Its signs of typing.
    pub typing: Limiter<ConversationId>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            openings: Limiter::new(VISITOR_OPENINGS),
            bad_tokens: Limiter::new(VISITOR_BAD_TOKENS),
            messages: Limiter::new(VISITOR_MESSAGES),
            typing: Limiter::new(VISITOR_TYPING),
        }
    }
}

/// The buckets of one kind. Time is an argument.
#[derive(Debug)]
pub struct Limiter<K> {
    pace: Pace,
    /// When each bucket is full again.
    full_at: Mutex<BTreeMap<K, Timestamp>>,
}

impl<K: Ord + Copy> Limiter<K> {
    /// All buckets are full.
    pub fn new(pace: Pace) -> Self {
        Self { pace, full_at: Mutex::default() }
    }

    /// Takes one; else the seconds to wait.
    pub fn take(&self, key: K, now: Timestamp) -> Result<(), u32> {
        let mut table = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MAX_BUCKETS && !table.contains_key(&key) {
            make_room(&mut table, now);
        }
        let after = self.after(&table, key, now)?;
        table.insert(key, after);
        Ok(())
    }

    /// Gives back one that was taken and is not to count.
    pub fn give_back(&self, key: K, now: Timestamp) {
        let mut table = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(full_at) = table.get_mut(&key) else { return };
        *full_at = full_at.plus_ms(-self.pace.each_ms);
        if *full_at <= now {
            table.remove(&key);
        }
    }

    /// When the bucket will be full if one is taken now.
    fn after(&self, table: &BTreeMap<K, Timestamp>, key: K, now: Timestamp) -> Result<Timestamp, u32> {
        let full_at = table.get(&key).copied().unwrap_or(now).max(now);
        let after = full_at.plus_ms(self.pace.each_ms);
        let over = after.ms_since(now) - self.pace.at_once * self.pace.each_ms;
        if over > 0 { Err(u32::try_from((over + 999) / 1000).unwrap_or(u32::MAX)) } else { Ok(after) }
    }
}

/// Who is behind an address: itself, or its network. No address is one of its own.
pub fn holder(address: Option<IpAddr>) -> IpAddr {
    const NETWORK: u128 = u128::MAX << 64;
    match address.unwrap_or(IpAddr::from([0, 0, 0, 0])).to_canonical() {
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & NETWORK).into(),
        four @ IpAddr::V4(_) => four,
    }
}

fn make_room<K: Ord + Copy>(table: &mut BTreeMap<K, Timestamp>, now: Timestamp) {
    table.retain(|_, full_at| *full_at > now);
    if table.len() >= MAX_BUCKETS {
        let quietest = table.iter().min_by_key(|(_, full_at)| **full_at).map(|(key, _)| *key);
        quietest.map(|key| table.remove(&key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn openings() -> impl Fn(&str, i64) -> Result<(), u32> {
        let limiter = Limiter::new(VISITOR_OPENINGS);
        move |address, ms| limiter.take(holder(Some(address.parse().unwrap())), Timestamp(ms))
    }

    #[test]
    fn ten_at_once_then_one_every_six_seconds() {
        let from = openings();
        let taken = (0..15).filter(|_| from("10.0.0.1", 0).is_ok()).count();
        assert_eq!(taken, 10);
        assert_eq!(from("10.0.0.1", 1), Err(6));
        assert_eq!(from("10.0.0.1", 6_000), Ok(()));
        assert_eq!(from("10.0.0.2", 1), Ok(()));
    }

    #[test]
    fn twenty_messages_at_once_then_two_a_second() {
        let (limiter, key) = (Limiter::new(VISITOR_MESSAGES), 7);
        let taken = (0..30).filter(|_| limiter.take(key, Timestamp(0)).is_ok()).count();
        assert_eq!(taken, 20);
        assert_eq!(limiter.take(key, Timestamp(1)), Err(1));
        let in_ten_seconds = (0..10_000).filter(|ms| limiter.take(key, Timestamp(*ms)).is_ok()).count();
        assert_eq!(in_ten_seconds, 19, "the twentieth comes with the tenth second");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_and_never_more_than_there_was() {
        let (limiter, key) = (Limiter::new(VISITOR_BAD_TOKENS), 7);
        let taken = |now| (0..100).filter(|_| limiter.take(key, Timestamp(now)).is_ok()).count();
        assert_eq!(taken(0), 60);
        limiter.give_back(key, Timestamp(0));
        limiter.give_back(key, Timestamp(0));
        assert_eq!(taken(0), 2);
        for _ in 0..100 {
            limiter.give_back(key, Timestamp(5));
        }
        assert_eq!(taken(5), 60);
        limiter.give_back(8, Timestamp(5));
        assert_eq!(limiter.full_at.lock().unwrap().len(), 1, "who took none has nothing to give back");
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_share_a_bucket() {
        let from = openings();
        let taken = (0..15).filter(|n| from(&format!("2001:db8:0:7::{n}"), 0).is_ok()).count();
        assert_eq!(taken, 10);
        assert_eq!(from("2001:db8:0:8::1", 0), Ok(()));
        for _ in 0..10 {
            assert_eq!(from("::ffff:10.0.0.1", 0), Ok(()));
        }
        assert_eq!(from("10.0.0.1", 0), Err(6), "the same caller over either socket");
        assert_eq!(from("::ffff:10.0.0.2", 0), Ok(()));
    }

    #[test]
    fn the_table_is_bounded() {
        let limiter = Limiter::new(VISITOR_OPENINGS);
        for n in 0..MAX_BUCKETS + 50 {
            let _ = limiter.take(n, Timestamp(0));
        }
        assert_eq!(limiter.full_at.lock().unwrap().len(), MAX_BUCKETS);
    }
}
