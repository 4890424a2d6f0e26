//! How often one address may open conversations: a small bucket each, in a bounded table. Of IPv6 a network of 64 bits is
//! one address: whoever has one of it has all.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::domain::time::Timestamp;

/// Conversations a minute from one address, and at once.
const A_MINUTE: i64 = 10;
/// Milliseconds until one more may be opened.
const EACH_MS: i64 = 60_000 / A_MINUTE;
/// Addresses remembered; 64 bytes each. Beyond it those that have been quiet longest are forgotten.
const MAX_ADDRESSES: usize = 10_000;

/// The buckets. One for the process; time is an argument.
#[derive(Debug, Default)]
pub struct Limiter {
    /// When each address has all its conversations again.
    full_at: Mutex<BTreeMap<IpAddr, Timestamp>>,
}

impl Limiter {
    /// Takes one; else the seconds to wait. No address is one of its own.
    pub fn take(&self, address: Option<IpAddr>, now: Timestamp) -> Result<(), u32> {
        let address = holder(address.unwrap_or(IpAddr::from([0, 0, 0, 0])));
        let mut table = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MAX_ADDRESSES && !table.contains_key(&address) {
            make_room(&mut table, now);
        }
        let full_at = table.get(&address).copied().unwrap_or(now).max(now);
        let after = full_at.plus_ms(EACH_MS);
        let over = after.ms_since(now) - 60_000;
        if over > 0 {
            return Err(u32::try_from((over + 999) / 1000).unwrap_or(60));
        }
        table.insert(address, after);
        Ok(())
    }
}

/// Who is behind an address: itself, or its network.
fn holder(address: IpAddr) -> IpAddr {
    const NETWORK: u128 = u128::MAX << 64;
    match address.to_canonical() {
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & NETWORK).into(),
        four @ IpAddr::V4(_) => four,
    }
}

fn make_room(table: &mut BTreeMap<IpAddr, Timestamp>, now: Timestamp) {
    table.retain(|_, full_at| *full_at > now);
    if table.len() >= MAX_ADDRESSES {
        let quietest = table.iter().min_by_key(|(_, full_at)| **full_at).map(|(address, _)| *address);
        quietest.map(|address| table.remove(&address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_at_once_then_one_every_six_seconds() {
        let (limiter, address) = (Limiter::default(), Some(IpAddr::from([10, 0, 0, 1])));
        let taken = (0..15).filter(|_| limiter.take(address, Timestamp(0)).is_ok()).count();
        assert_eq!(taken, 10);
        assert_eq!(limiter.take(address, Timestamp(1)), Err(6));
        assert_eq!(limiter.take(address, Timestamp(6_000)), Ok(()));
        assert_eq!(limiter.take(Some(IpAddr::from([10, 0, 0, 2])), Timestamp(1)), Ok(()));
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_share_a_bucket() {
        let limiter = Limiter::default();
        let from = |address: &str| limiter.take(Some(address.parse().unwrap()), Timestamp(0));
        let taken = (0..15).filter(|n| from(&format!("2001:db8:0:7::{n}")).is_ok()).count();
        assert_eq!(taken, 10);
        assert_eq!(from("2001:db8:0:8::1"), Ok(()));
        for _ in 0..10 {
            assert_eq!(from("::ffff:10.0.0.1"), Ok(()));
        }
        assert_eq!(from("10.0.0.1"), Err(6), "the same caller over either socket");
        assert_eq!(from("::ffff:10.0.0.2"), Ok(()));
    }

    #[test]
    fn the_table_is_bounded() {
        let limiter = Limiter::default();
        for n in 0..u32::try_from(MAX_ADDRESSES + 50).unwrap() {
            let _ = limiter.take(Some(IpAddr::from(n.to_be_bytes())), Timestamp(0));
        }
        assert_eq!(limiter.full_at.lock().unwrap().len(), MAX_ADDRESSES);
    }
}
