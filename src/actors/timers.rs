//! The timer table: when each machine wants to be told the time next. One for the stage, one sleep, only an index:
//! machines derive their times from state, and a stale firing changes nothing (ARCHITECTURE §2.9).

use std::collections::BTreeSet;

use super::messages::Address;
use crate::domain::time::Timestamp;

/// At most one time for each machine, and one more while its tick is parked.
#[derive(Debug, Default)]
pub struct Timers {
    due: BTreeSet<(Timestamp, Address)>,
}

impl Timers {
    /// Changes the time of a machine. Returns whether the earliest of all has changed, so that the sleep must.
    pub fn set(&mut self, address: &Address, old: Option<Timestamp>, new: Option<Timestamp>) -> bool {
        let first = self.first();
        if let Some(old) = old {
            self.due.remove(&(old, address.clone()));
        }
        if let Some(new) = new {
            self.due.insert((new, address.clone()));
        }
        self.first() != first
    }

    /// The earliest time of all.
    pub fn first(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Takes one machine out whose time has come.
    pub fn take_due(&mut self, now: Timestamp) -> Option<Address> {
        if self.first()? > now {
            return None;
        }
        self.due.pop_first().map(|(_, address)| address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_machine_has_one_time_and_the_earliest_comes_first() {
        let (a, b) = (Address::Queue("a".into()), Address::Queue("b".into()));
        let mut timers = Timers::default();
        assert!(timers.set(&a, None, Some(Timestamp(20))));
        assert!(timers.set(&b, None, Some(Timestamp(10))));
        assert!(!timers.set(&a, Some(Timestamp(20)), Some(Timestamp(30))));
        assert_eq!(timers.take_due(Timestamp(9)), None);
        assert_eq!(timers.take_due(Timestamp(30)), Some(b));
        assert_eq!(timers.take_due(Timestamp(30)), Some(a));
        assert_eq!(timers.take_due(Timestamp(30)), None);
    }
}
