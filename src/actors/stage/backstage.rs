//! Backstage: what outlives a stage. The clock, seeds, message ids, parked messages, the way to the journal.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::actors::messages::{Address, Origin};
use crate::actors::ride::{Item, Ride};
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

/// How long a tick that was parked stays away, in ms: so long the first time, twice as long each further time. Each comes
/// with a rebuild of the stage, so not often.
const FIRST_PAUSE_MS: i64 = 60_000;
/// At most so long, in ms.
const LONGEST_PAUSE_MS: i64 = 3_600_000;

/// How long a derived message stays away.
#[derive(Clone, Copy)]
struct Parked {
    /// `None`: for good.
    until: Option<Timestamp>,
    /// How long it was parked last.
    pause_ms: i64,
}

impl Parked {
    fn for_good() -> Self {
        Self { until: None, pause_ms: 0 }
    }

    fn never() -> Self {
        Self { until: Some(Timestamp::default()), pause_ms: 0 }
    }
}

/// What outlives a stage; on the stage's thread.
pub struct Backstage {
    pub clock: Clock,
    pub seeds: Seeds,
    next_id: Cell<u64>,
    /// Derived messages that were parked: they would come back with each rebuild.
    parked: RefCell<BTreeMap<(Origin, Address), Parked>>,
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

    /// Parks a derived message: a start until the process starts again, a tick for a while, since a machine without any
    /// would be deaf to time. A sent one is gone by itself.
    pub fn park(&self, origin: Origin, address: &Address) {
        let mut parked = self.parked.borrow_mut();
        match origin {
            Origin::Sent => {}
            Origin::Started => drop(parked.insert((origin, address.clone()), Parked::for_good())),
            Origin::Timer => {
                let entry = parked.entry((origin, address.clone())).or_insert_with(Parked::never);
                entry.pause_ms = (entry.pause_ms * 2).clamp(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
                entry.until = Some(self.now().plus_ms(entry.pause_ms));
            }
        }
    }

    /// Whether such a message is parked.
    pub fn is_parked(&self, origin: Origin, address: &Address) -> bool {
        self.parked(origin, address).is_some_and(|parked| parked.until.is_none_or(|until| until > self.now()))
    }

    /// When the machine's parked tick may come again; `None` if none is parked.
    pub fn tick_parked_until(&self, address: &Address) -> Option<Timestamp> {
        self.parked(Origin::Timer, address)?.until.filter(|until| *until > self.now())
    }

    fn parked(&self, origin: Origin, address: &Address) -> Option<Parked> {
        let parked = self.parked.borrow();
        if parked.is_empty() { None } else { parked.get(&(origin, address.clone())).copied() }
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
