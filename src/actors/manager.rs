//! The stage manager: raises the curtain, lets knocks in, watches, and rebuilds the stage from snapshot and journal.
//!
//! Runs on the stage's thread. A rebuild keeps the read side, which holds nothing that is not durable.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

use super::cast::Cast;
use super::gate::{Gate, Knock, Taking};
use super::ride::{Item, Ride};
use super::stage::{Backstage, Cue, Stage};
use super::start::{Ensemble, StartError};
use crate::domain::ids::ConversationId;
use crate::ports::error::StoreError;
use crate::ports::journal::{Position, Units};
use crate::store::journal::Reader;
use crate::store::journal::snapshot::{Snapshot, Snapshots};
use crate::store::journal::writer::WriterHandle;

/// Knocks that are let in at a time, before the machines' own messages and the hand-over get their turn.
const KNOCKS: usize = 256;
/// Between two attempts at a rebuild, in ms: twice as long each time, up to the second.
const FIRST_PAUSE_MS: u64 = 50;
/// The longest pause between two attempts.
const LONGEST_PAUSE_MS: u64 = 5_000;

/// What is stored, for a rebuild.
#[derive(Clone)]
pub struct Stored {
    /// The way to the journal.
    pub writer: WriterHandle<Ride>,
    /// The snapshots.
    pub snapshots: Arc<Snapshots>,
}

/// What the manager tells the rest of the house.
pub struct Signals {
    /// The stage is rebuilt: sockets close, so that they resume.
    pub rebuilding: Box<dyn Fn()>,
    /// Whether the archive has this ended conversation, so that a rebuilt stage forgets it again.
    pub archived: Box<dyn Fn(ConversationId) -> bool>,
}

/// Runs one stage after the other.
pub struct Manager<C: Cast> {
    backstage: Rc<Backstage>,
    stored: Stored,
    signals: Signals,
    gate: Gate,
    knocks: UnboundedReceiver<Knock>,
    cues: UnboundedReceiver<Cue>,
    stage: Rc<Stage<C>>,
    /// The read side's thread was found dead while cues were drained.
    fallen: bool,
}

impl<C: Cast> Manager<C> {
    /// Raises the first curtain and opens the gate.
    pub fn begin(
        backstage: Backstage,
        ensemble: Ensemble<C>,
        stored: Stored,
        signals: Signals,
        (gate, knocks): (Gate, UnboundedReceiver<Knock>),
        cues: UnboundedReceiver<Cue>,
    ) -> Self {
        let backstage = Rc::new(backstage);
        let stage = Stage::raise(backstage.clone(), ensemble);
        forget_again(&stage, &signals);
        gate.take(Taking::All);
        Self { backstage, stored, signals, gate, knocks, cues, stage, fallen: false }
    }

    /// Lets knocks in until it is told to stop.
    pub async fn run(mut self) {
        let mut knocks = Vec::with_capacity(KNOCKS);
        loop {
            tokio::select! {
                biased;
                cue = self.cues.recv() => {
                    let rebuilt = match cue {
                        Some(Cue::JournalFailed) => self.rebuild(true).await,
                        Some(Cue::Broken) => self.rebuild(false).await,
                        Some(Cue::Stop(told)) => return self.end(told),
                        Some(Cue::Fallen) => self.fall(),
                        None => false,
                    };
                    if !rebuilt {
                        return;
                    }
                }
                _ = self.knocks.recv_many(&mut knocks, KNOCKS) => {
                    knocks.drain(..).for_each(|knock| self.stage.take(knock));
                    // The machines' turn.
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    /// The last hand-over; when its `Stop` comes out at the other side, everything has left the house.
    fn end(self, told: oneshot::Sender<()>) {
        self.gate.take(Taking::Closing);
        self.stage.lower();
        self.stage.hand_over();
        self.backstage.hand_over(Units::default(), vec![Item::Stop(told)]);
    }

    /// Without its read side the house decides what nobody hears of: it ends, and the process with it.
    fn fall(&mut self) -> bool {
        tracing::error!("the read side's thread has panicked; the house ends");
        self.gate.take(Taking::Closing);
        self.stage.lower();
        self.stage.drop_open();
        false
    }

    /// Drops the machines and makes them again; tries until it works, the house is stopped, or what is stored turns out
    /// to be unreadable. Returns whether there is a stage.
    async fn rebuild(&mut self, journal_failed: bool) -> bool {
        self.gate.take(Taking::Nothing);
        self.stage.lower();
        if journal_failed {
            self.stage.drop_open();
        } else {
            self.stage.hand_over();
        }
        (self.signals.rebuilding)();
        let mut pause = Duration::from_millis(FIRST_PAUSE_MS);
        loop {
            match self.try_rebuild().await {
                Ok(()) => break,
                Err(error @ (StartError::Fold { .. } | StartError::Finding(_))) => {
                    tracing::error!(%error, "the stage cannot be rebuilt; the house ends");
                    return false;
                }
                Err(StartError::Store(error)) => {
                    tracing::error!(%error, "the stage cannot be rebuilt yet");
                    if self.turn_away() {
                        return false;
                    }
                    if self.fallen {
                        return self.fall();
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(LONGEST_PAUSE_MS));
                }
            }
        }
        self.gate.take(Taking::All);
        tracing::info!("the stage was rebuilt");
        true
    }

    async fn try_rebuild(&mut self) -> Result<(), StartError> {
        let stored = self.stored.clone();
        let read = tokio::task::spawn_blocking(move || stored.read());
        let (durable, snapshot, reader) = read.await.map_err(|_| StoreError::WriterStopped)??;
        let ensemble = Ensemble::<C>::read(self.backstage.now(), snapshot, &reader, &mut |_| {})?;
        // The writer has told of everything that failed before; nothing was handed over since. A stop is not forgotten.
        if let Some(told) = self.drain_cues() {
            self.backstage.cue(Cue::Stop(told));
        }
        self.backstage.cut_to(durable);
        // The read side is asked what has left it only when it has taken everything that is durable.
        let (tell, caught_up) = oneshot::channel();
        self.backstage.hand_over(Units::default(), vec![Item::Stop(tell)]);
        caught_up.await.map_err(|_| StoreError::WriterStopped)?;
        self.stage = Stage::raise(self.backstage.clone(), ensemble);
        forget_again(&self.stage, &self.signals);
        Ok(())
    }

    /// While the store does not work nobody waits for it: questions are answered, what machines are told is lost with
    /// their soft state. Returns whether the house is stopped, which then cannot be waited for either.
    fn turn_away(&mut self) -> bool {
        while self.knocks.try_recv().is_ok() {}
        self.drain_cues().is_some()
    }

    /// Takes all cues; what comes back is a stop.
    fn drain_cues(&mut self) -> Option<oneshot::Sender<()>> {
        let mut stop = None;
        while let Ok(cue) = self.cues.try_recv() {
            match cue {
                Cue::Stop(told) => stop = Some(told),
                Cue::Fallen => self.fallen = true,
                Cue::JournalFailed | Cue::Broken => {}
            }
        }
        stop
    }
}

impl Stored {
    /// Blocks: the writer's attempt at a new segment, then the newest snapshot. Everything that was handed over before
    /// is either durable or cut off by then.
    fn read(&self) -> Result<(Position, Option<Snapshot>, Reader), StoreError> {
        self.writer.reopen()?;
        let (durable, reader) = self.writer.with_journal(|journal| (journal.durable(), journal.reader()))?;
        Ok((durable, self.snapshots.latest()?, reader))
    }
}

/// Ended conversations that the archive has come back with the journal's records.
fn forget_again<C: Cast>(stage: &Rc<Stage<C>>, signals: &Signals) {
    let archived: Vec<_> = stage.directory().conversations().filter(|id| (signals.archived)(*id)).collect();
    stage.forget(archived);
}
