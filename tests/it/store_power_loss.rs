//! Power loss at any moment: what was acknowledged is there, exactly; nothing is half there; the log always opens.
//!
//! A run drives the journal's writer and the snapshots over a recording disk, with failing writes and syncs, restarts
//! and reopenings. Then, at random cuts of the recording, disks that a power loss could have left are opened. The same
//! checker must find a file layer that forgets to sync, or it proves nothing.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use callboard::ports::journal::{FileHandle, Files, Position, Units};
use callboard::store::error::StoreError;
use callboard::store::faulty::{DiskModel, FaultyFiles};
use callboard::store::journal::snapshot::Snapshots;
use callboard::store::journal::writer::{Handover, Sink, WriterHandle, spawn};
use callboard::store::journal::{Journal, Options};
use callboard::store::memory::MemoryFiles;

/// Small, so that a run has many segments.
const SEGMENT_BYTES: u64 = 20_000;

/// What happened to the log, with the length of the recording before (appended) or after (all others) it.
enum Event {
    Appended(usize, Vec<u8>),
    Cut(usize, Position),
    Acknowledged(usize, Position),
    Snapshot(usize, Position),
}

struct Run {
    files: FaultyFiles,
    /// Units that were on the disk when the run began.
    before: Vec<Vec<u8>>,
    events: Vec<Event>,
}

/// Numbers from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn unit(&mut self) -> Vec<u8> {
        let len = match self.below(4) {
            0 => self.below(9000),
            1 => self.below(3),
            _ => self.below(300),
        };
        let byte = self.below(256) as u8;
        let mut unit = vec![byte; len];
        unit.extend_from_slice(&self.0.to_le_bytes());
        unit
    }
}

/// Notes each acknowledgement together with what the disk had done by then.
struct Note {
    files: FaultyFiles,
    acknowledged: Arc<Mutex<Vec<Event>>>,
    resolved: Sender<bool>,
}

impl Note {
    fn resolve(&self, rides: usize, durable: bool) {
        for _ in 0..rides {
            self.resolved.send(durable).unwrap();
        }
    }
}

impl Sink<()> for Note {
    fn durable(&mut self, tail: Position, rides: Vec<()>) {
        let event = Event::Acknowledged(self.files.ops(), tail);
        self.acknowledged.lock().unwrap().push(event);
        self.resolve(rides.len(), true);
    }

    fn failed(&mut self, _: &StoreError, rides: Vec<()>) {
        self.resolve(rides.len(), false);
    }
}

struct Driver {
    run: Run,
    /// What the journal and the snapshots are given: the recording disk, or a liar before it.
    layer: Arc<dyn Files>,
    dice: Dice,
    /// What the log should hold now.
    units: Vec<Vec<u8>>,
    acknowledged: Arc<Mutex<Vec<Event>>>,
}

fn options(known: Position) -> Options {
    Options { segment_bytes: SEGMENT_BYTES, known }
}

impl Driver {
    fn new(files: FaultyFiles, layer: Arc<dyn Files>, before: Vec<Vec<u8>>, seed: u64) -> Self {
        let run = Run { files, before: before.clone(), events: Vec::new() };
        Self { run, layer, dice: Dice(seed), units: before, acknowledged: Arc::default() }
    }

    /// Several lives of a process, each ended by a stop or by a kill.
    fn drive(mut self, faults: bool) -> Run {
        for _ in 0..=self.dice.below(3) {
            self.maybe_fault(faults);
            let (writer, resolved) = self.start();
            for _ in 0..=self.dice.below(8) {
                self.maybe_fault(faults);
                self.burst(&writer, &resolved);
                if self.dice.below(6) == 0 {
                    self.snapshot();
                }
            }
            // A failed stop is a kill: both leave the log to recovery.
            let _ = writer.stop();
        }
        self.run.events.append(&mut self.acknowledged.lock().unwrap());
        self.run
    }

    fn maybe_fault(&mut self, faults: bool) {
        if faults && self.dice.below(4) == 0 {
            let nth = 1 + self.dice.below(3) as u64;
            if self.dice.below(2) == 0 {
                self.run.files.fail_sync(nth);
            } else {
                self.run.files.fail_write(nth, self.dice.below(6000));
            }
        }
    }

    /// Opens the log, again if an injected fault meets the start.
    fn start(&mut self) -> (WriterHandle<()>, Receiver<bool>) {
        let opened = (0..5)
            .find_map(|_| match Journal::open(Arc::clone(&self.layer), options(Position(0))) {
                Ok(opened) => Some(opened),
                Err(StoreError::Io { .. }) => None,
                Err(error) => panic!("a start after a kill must not be refused: {error}"),
            })
            .expect("faults come one by one");
        self.units.truncate(opened.tail.0 as usize);
        let now = self.run.files.ops();
        self.run.events.push(Event::Cut(now, opened.tail));
        self.run.events.push(Event::Acknowledged(now, opened.tail));
        let (resolved, results) = channel();
        let (files, acknowledged) = (self.run.files.clone(), Arc::clone(&self.acknowledged));
        (spawn(opened.journal, Box::new(Note { files, acknowledged, resolved })), results)
    }

    /// A few hand-overs at once; a failure is answered as the stage does.
    fn burst(&mut self, writer: &WriterHandle<()>, resolved: &Receiver<bool>) {
        let handovers = 1 + self.dice.below(4);
        for _ in 0..handovers {
            let mut units = Units::default();
            for _ in 0..self.dice.below(4) {
                let unit = self.dice.unit();
                units.push(&unit);
                self.run.events.push(Event::Appended(self.run.files.ops(), unit.clone()));
                self.units.push(unit);
            }
            writer.submit(Handover { units, ride: () });
        }
        let results: Vec<bool> = resolved.iter().take(handovers).collect();
        if results.contains(&false) {
            let durable = (0..5).find_map(|_| writer.reopen().ok()).expect("faults come one by one");
            self.units.truncate(durable.0 as usize);
            self.run.events.push(Event::Cut(self.run.files.ops(), durable));
        }
    }

    /// A snapshot of everything acknowledged; one that fails does not count.
    fn snapshot(&mut self) {
        let at = Position(self.units.len() as u64);
        let snapshots = Snapshots::new(Arc::clone(&self.layer));
        if snapshots.write(at, &mut self.units.clone().into_iter()).is_ok() {
            self.run.events.push(Event::Snapshot(self.run.files.ops(), at));
        }
    }
}

impl Run {
    /// What could be in the log at a cut, in order; any beginning of it that has everything acknowledged is right.
    fn possible(&self, cut: usize) -> Vec<Vec<u8>> {
        let mut units = self.before.clone();
        for event in &self.events {
            match event {
                Event::Appended(at, unit) if *at <= cut => units.push(unit.clone()),
                Event::Cut(at, tail) if *at <= cut => units.truncate(tail.0 as usize),
                _ => {}
            }
        }
        units
    }

    fn acknowledged(&self, cut: usize) -> u64 {
        let tails = self.events.iter().filter_map(|event| match event {
            Event::Acknowledged(at, tail) if *at <= cut => Some(tail.0),
            _ => None,
        });
        tails.max().unwrap_or(0).max(self.before.len() as u64)
    }

    fn snapshot(&self, cut: usize) -> Option<Position> {
        let positions = self.events.iter().filter_map(|event| match event {
            Event::Snapshot(at, position) if *at <= cut => Some(*position),
            _ => None,
        });
        positions.max()
    }

    /// Opens what a disk could hold after the first `cut` operations; returns the disk and its units.
    fn check(&self, cut: usize, model: DiskModel, seed: u64) -> Result<(MemoryFiles, Vec<Vec<u8>>), String> {
        let disk = self.files.disk_at(cut, model, seed);
        let files: Arc<dyn Files> = Arc::new(disk.clone());
        let snapshot = Snapshots::new(Arc::clone(&files)).latest().map_err(|error| error.to_string())?;
        let known = snapshot.as_ref().map_or(Position(0), |(at, _)| *at);
        if self.snapshot(cut).is_some_and(|at| at > known) {
            return Err(format!(
                "the snapshot at {:?} is gone, the newest is at {known}",
                self.snapshot(cut)
            ));
        }
        let opened = Journal::open(files, options(known)).map_err(|error| format!("refused: {error}"))?;
        let mut units = Vec::new();
        let mut note = |_, unit: &[u8]| {
            units.push(unit.to_vec());
            Ok(())
        };
        opened.journal.replay(Position(0), &mut note).map_err(|error| format!("replay: {error}"))?;
        let (possible, acknowledged) = (self.possible(cut), self.acknowledged(cut) as usize);
        if units.len() < acknowledged {
            return Err(format!("{acknowledged} units were acknowledged, {} are there", units.len()));
        }
        if !possible.starts_with(&units) {
            return Err("units are there that were never appended like this".to_owned());
        }
        match snapshot {
            Some((at, held)) if held[..] != units[..at.0 as usize] => {
                Err("the snapshot holds other units".to_owned())
            }
            _ => Ok((disk, units)),
        }
    }

    /// The first of many random cuts that is not right, told so that it can be found again.
    fn first_fault(&self, cuts: usize, dice: &mut Dice) -> Option<String> {
        (0..cuts).find_map(|_| {
            let (cut, seed) = (dice.below(self.files.ops() + 1), dice.below(1 << 30) as u64);
            let mut models = [DiskModel::Strict, DiskModel::Page].into_iter();
            models.find_map(|model| {
                self.check(cut, model, seed).err().map(|what| format!("cut {cut} {model:?} {seed}: {what}"))
            })
        })
    }
}

/// Runs that go on from what a power loss left of the one before.
fn generations(seed: u64, faults: bool) {
    let mut dice = Dice(seed);
    let mut files = FaultyFiles::default();
    let mut units = Vec::new();
    for generation in 0..3 {
        let layer = Arc::new(files.clone());
        let run = Driver::new(files, layer, units, dice.0).drive(faults);
        if let Some(what) = run.first_fault(30, &mut dice) {
            panic!("seed {seed}, generation {generation}: {what}");
        }
        let cut = dice.below(run.files.ops() + 1);
        let (disk, survived) = run.check(cut, DiskModel::Page, dice.0).expect("a disk as those above");
        files = FaultyFiles::from_disk(&disk).unwrap();
        units = survived;
    }
}

#[test]
fn power_loss_at_any_moment_loses_nothing_acknowledged() {
    (0..12).for_each(|seed| generations(seed, false));
}

#[test]
fn power_loss_around_failing_writes_and_syncs_loses_nothing_acknowledged() {
    (100..124).for_each(|seed| generations(seed, true));
}

/// A file layer with a planted bug.
struct Liar {
    files: FaultyFiles,
    bug: Bug,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bug {
    SkipsFileSync,
    SkipsDirectorySync,
}

struct LyingFile(Arc<dyn FileHandle>, Bug);

impl Files for Liar {
    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        Ok(Arc::new(LyingFile(self.files.create(name)?, self.bug)))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        Ok(Arc::new(LyingFile(self.files.open(name)?, self.bug)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.files.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.files.remove(name)
    }

    fn sync_dir(&self) -> io::Result<()> {
        if self.bug == Bug::SkipsDirectorySync { Ok(()) } else { self.files.sync_dir() }
    }
}

impl FileHandle for LyingFile {
    fn size(&self) -> io::Result<u64> {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, buffer)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.truncate(len)
    }

    fn sync(&self) -> io::Result<()> {
        if self.1 == Bug::SkipsFileSync { Ok(()) } else { self.0.sync() }
    }
}

#[test]
fn file_layer_that_skips_a_sync_is_found_by_the_same_checker() {
    for bug in [Bug::SkipsFileSync, Bug::SkipsDirectorySync] {
        let files = FaultyFiles::default();
        let layer = Arc::new(Liar { files: files.clone(), bug });
        let run = Driver::new(files, layer, Vec::new(), 7).drive(false);
        let found = run.first_fault(50, &mut Dice(7));
        assert!(found.is_some(), "{bug:?} was not found");
    }
}
