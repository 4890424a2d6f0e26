//! Which parts of the house have fallen: threads beside the stage, without which it works on, but not whole.
//!
//! A thread that panics is not silent: a line in the log, an alarm to supervisors, and `/readyz` says 503 with its name
//! until the process is started again, which makes the part anew from what is stored. (The threads that nothing leaves the
//! house without, the journal's, the stage's and the read side's, end the house instead.)

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::panics::caught;

/// A part that can fall by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// Ended conversations do not leave memory any more, and no snapshot is written.
    Archive,
    /// The archive is not filled from the journal any more; history says `Rebuilding`.
    Rebuild,
    /// Pick lists, positions in line and supervisors' boards stand still.
    PickLists,
    /// Nothing goes out to webhooks and providers; it is kept, and goes after the next start.
    Sender,
}

impl Part {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Rebuild => "rebuild of the archive",
            Self::PickLists => "pick lists",
            Self::Sender => "sender",
        }
    }

    /// Code of its alarm.
    pub fn alarm(self) -> &'static str {
        match self {
            Self::Archive => "archive_fallen",
            Self::Rebuild => "rebuild_fallen",
            Self::PickLists => "pick_lists_fallen",
            Self::Sender => "sender_fallen",
        }
    }
}

/// What has fallen so far. Any thread.
pub struct Health {
    fallen: Mutex<BTreeSet<Part>>,
    alarm: Box<dyn Fn(Part) + Send + Sync>,
}

impl Health {
    /// Everything stands. `alarm` is told of each fall.
    pub fn new(alarm: Box<dyn Fn(Part) + Send + Sync>) -> Arc<Self> {
        Arc::new(Self { fallen: Mutex::default(), alarm })
    }

    /// What has fallen.
    pub fn fallen(&self) -> Vec<Part> {
        self.fallen.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Runs the whole life of a part's thread; says whether it came to its end.
    pub(super) fn watch(&self, part: Part, life: impl FnOnce()) -> bool {
        let Err(panic) = caught(life) else { return true };
        let part_name = part.name();
        tracing::error!(part_name, panic, "a part of the house has fallen; start the process again");
        self.fallen.lock().unwrap_or_else(PoisonError::into_inner).insert(part);
        (self.alarm)(part);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_falls_is_named_and_an_alarm_is_given_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let alarms = told.clone();
        let health = Health::new(Box::new(move |part| alarms.lock().unwrap().push(part)));
        assert!(health.watch(Part::PickLists, || {}));
        assert_eq!(health.fallen(), []);
        assert!(!health.watch(Part::Archive, || panic!("a test's panic")));
        assert_eq!(health.fallen(), [Part::Archive]);
        assert_eq!(*told.lock().unwrap(), [Part::Archive]);
    }
}
