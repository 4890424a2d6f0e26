//! Backstage: what outlives a stage. The clock, seeds, message ids, parked messages, the way to the journal.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::actors::messages::{Address, Origin};
use crate::actors::voice::{Item, Ride};
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::ids::Seeds;
use crate::ports::journal::{Position, Units};
use crate::store::journal::writer::{Handover, WriterHandle};

/// What the stage manager is told, before any knock.
pub enum Cue {
    /// The journal failed: what was handed over since its durable position is lost.
    JournalFailed,
    /// A machine is not to be trusted. What was decided before is good.
    Broken,
    /// The thread that lets everything out has panicked: nobody can be answered any more.
    Fallen,
    /// Hand over what is open and end; the sender is told when all of it has left the house.
    Stop(oneshot::Sender<()>),
}

/// What outlives a stage; on the stage's thread.
pub struct Backstage {
    pub clock: Clock,
    pub seeds: Seeds,
    next_id: Cell<u64>,
    /// Derived messages that were parked: they would come back with each rebuild.
    parked: RefCell<BTreeSet<(Origin, Address)>>,
    writer: WriterHandle<Ride>,
    /// Position of the last unit that was handed over.
    tail: Cell<Position>,
    cues: UnboundedSender<Cue>,
}

impl Backstage {
    /// Message ids begin above all of an earlier start: 22 bits of counter behind the milliseconds.
    pub fn new(
        clock: Clock,
        seeds: Seeds,
        writer: WriterHandle<Ride>,
        tail: Position,
        cues: UnboundedSender<Cue>,
    ) -> Self {
        let first = u64::try_from(clock.now().0).unwrap_or(0) << 22 | 1;
        Self {
            clock,
            seeds,
            next_id: Cell::new(first),
            parked: RefCell::default(),
            writer,
            tail: Cell::new(tail),
            cues,
        }
    }

    /// The next id of a message or a question.
    pub fn next_id(&self) -> u64 {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        id
    }

    /// Parks a derived message until the next start of the process; a sent one is gone by itself.
    pub fn park(&self, origin: Origin, address: &Address) {
        if origin != Origin::Sent {
            self.parked.borrow_mut().insert((origin, address.clone()));
        }
    }

    /// Whether such a message was parked.
    pub fn is_parked(&self, origin: Origin, address: &Address) -> bool {
        let parked = self.parked.borrow();
        !parked.is_empty() && parked.contains(&(origin, address.clone()))
    }

    /// Hands over to the journal's writer.
    pub fn hand_over(&self, units: Units, items: Vec<Item>) {
        let tail = self.tail.get().plus(units.len() as u64);
        self.tail.set(tail);
        self.writer.submit(Handover { units, ride: Ride { tail, items } });
    }

    /// After a cut: the log ends here.
    pub fn cut_to(&self, tail: Position) {
        self.tail.set(tail);
    }

    /// Tells the stage manager.
    pub fn cue(&self, cue: Cue) {
        // A manager that is gone has nothing to rebuild.
        let _ = self.cues.send(cue);
    }

    /// When the house's time began, for agents that were never seen.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
