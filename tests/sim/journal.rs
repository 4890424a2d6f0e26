//! The journal as the house sees it: units, group commit, what a crash leaves, and voices that wait for it.

use std::collections::VecDeque;
use std::sync::Arc;

use callboard::domain::command::{Answer, Refusal, Reply};
use callboard::domain::machine::Notice;
use callboard::domain::record::Record;

/// The records of one decide.
pub type Unit = Vec<Arc<Record>>;

/// What leaves the house.
#[derive(Clone, Debug)]
pub enum Said {
    /// To whoever asked.
    Answer(Reply, Result<Answer, Refusal>),
    /// To sockets.
    Notice(Notice),
}

/// Something said that leaves when the unit before it is durable.
pub struct Voice {
    /// Units that must be durable.
    pub tail: usize,
    /// What.
    pub said: Said,
}

/// Units in order, how many are durable, and what waits for that.
#[derive(Default)]
pub struct Journal {
    /// All units.
    pub units: Vec<Unit>,
    /// How many survive a crash for certain.
    pub durable: usize,
    /// The sync under way covers so many.
    pub syncing: Option<usize>,
    /// Voices in order of being said.
    pub held: VecDeque<Voice>,
    /// Planted: a sync that writes only the beginning of its last unit still counts.
    pub torn: Option<(usize, usize)>,
}

impl Journal {
    /// Appends the unit of one decide.
    pub fn append(&mut self, unit: Unit) {
        self.units.push(unit);
    }

    /// Whether a sync should begin.
    pub fn wants_sync(&self) -> bool {
        self.syncing.is_none() && self.durable < self.units.len()
    }

    /// Holds something said until what is on record now is durable.
    pub fn say(&mut self, said: Said) {
        self.held.push_back(Voice { tail: self.units.len(), said });
    }

    /// The next thing said that may leave.
    pub fn speak(&mut self, at_once: bool) -> Option<Said> {
        let may = self.held.front().is_some_and(|voice| at_once || voice.tail <= self.durable);
        if may { self.held.pop_front().map(|voice| voice.said) } else { None }
    }

    /// Cuts the log: what was after `cut` never was. All voices that were held fail.
    pub fn cut(&mut self, cut: usize) {
        self.units.truncate(cut);
        if let Some((unit, kept)) = self.torn.take()
            && let Some(unit) = self.units.get_mut(unit)
        {
            unit.truncate(kept);
        }
        self.durable = self.units.len();
        self.syncing = None;
        self.held.clear();
    }

    /// All records, oldest first.
    pub fn records(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.units.iter().flatten()
    }
}
