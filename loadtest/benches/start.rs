//! How long a start takes over a large store (SPEC §19: under 5 s with a million closed and ten thousand open
//! conversations), and what it costs in memory.
//!
//! ```text
//! cargo bench -p loadtest --bench start -- fill DIR 1000000   # multiplies the closed conversations in DIR
//! cargo bench -p loadtest --bench start -- time DIR           # opens it and says how long that took
//! ```
//! `DIR` is a data directory that `loadtest start --cycle --data DIR` has worked in: its own records are the pattern, with
//! other ids, so that sizes are real. The copies go through the journal and the product's own start: every some ten
//! thousand the house is opened, archives them, writes its snapshot and is stopped. Without arguments it does nothing.

#![allow(clippy::disallowed_methods)] // a bench measures time

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use callboard::actors::archive::Lag;
use callboard::actors::house::{Bounds, House, HouseConfig};
use callboard::domain::conversation::{Event, Happening};
use callboard::domain::ids::ConversationId;
use callboard::domain::record::Record;
use callboard::ports::journal::{Position, Units};
use callboard::ports::records;
use callboard::store::directory::Directory;
use callboard::store::journal::snapshot::Snapshots;
use callboard::store::journal::{Journal, Options};
use callboard::ws::frames::Frames;

type Failure = Box<dyn std::error::Error>;

/// Units that are appended before the house takes them over: more than those between two snapshots.
const UNITS_AT_ONCE: usize = 250_000;
/// Units of one batch of the journal.
const BATCH: usize = 2_000;
/// How long the house may take over one portion.
const LIMIT: Duration = Duration::from_mins(2);

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["fill", path, count] => fill(Path::new(path), count.parse()?),
        ["time", path] => time(Path::new(path)),
        _ => {
            println!("fill DIR COUNT, or time DIR: see the head of benches/start.rs");
            Ok(())
        }
    }
}

/// One unit of the pattern, and where ids stand in it.
struct Unit {
    bytes: Vec<u8>,
    ids: Vec<usize>,
}

fn fill(path: &Path, count: usize) -> Result<(), Failure> {
    let (pattern, closed) = pattern(path)?;
    if closed == 0 {
        return Err("there is no closed conversation in it: run `loadtest start --cycle` first".into());
    }
    println!("pattern: {closed} closed conversations in {} units", pattern.len());
    let rounds = count.div_ceil(closed);
    let portion = (UNITS_AT_ONCE / pattern.len()).max(1);
    let began = Instant::now();
    for first in (1..=rounds).step_by(portion) {
        let last = (first + portion - 1).min(rounds);
        append(path, &pattern, first..=last)?;
        let open = take_over(path)?;
        let done = last * closed;
        println!("{done} conversations after {:.0} s; open in {open:.2} s", began.elapsed().as_secs_f64());
    }
    Ok(())
}

/// The units that belong to conversations which begin and end in the log, and how many those are.
fn pattern(path: &Path) -> Result<(Vec<Unit>, usize), Failure> {
    let directory = Directory::open(path)?;
    let log = Journal::look(directory.journal())?;
    let (mut begun, mut closed) = (BTreeSet::new(), BTreeSet::new());
    #[allow(clippy::type_complexity)] // bytes, conversations and keys of a unit, used here alone
    let mut units: Vec<(Vec<u8>, BTreeSet<ConversationId>, BTreeSet<[u8; 16]>)> = Vec::new();
    let mut unreadable = None;
    log.replay(Position(0), &mut |at, bytes| {
        let (mut whose, mut ids, mut alien) = (BTreeSet::new(), BTreeSet::new(), false);
        let decoded = records::decode(at, bytes, &mut |record| match &record {
            Record::Event(event) => {
                whose.insert(event.conversation);
                ids.extend(named(event));
                match event.what {
                    Happening::Created(_) => drop(begun.insert(event.conversation)),
                    Happening::Closed { .. } => drop(closed.insert(event.conversation)),
                    _ => {}
                }
            }
            Record::Kept(kept) => drop(ids.insert(kept.key.0)),
            _ => alien = true,
        });
        unreadable = unreadable.take().or(decoded.err());
        if !whose.is_empty() && !alien {
            units.push((bytes.to_vec(), whose, ids));
        }
        Ok(())
    })?;
    if let Some(finding) = unreadable {
        return Err(finding.into());
    }
    let whole: BTreeSet<_> = begun.intersection(&closed).copied().collect();
    let units = units.into_iter().filter(|(_, whose, _)| whose.is_subset(&whole)).map(|(bytes, _, ids)| {
        let found = bytes.windows(16).enumerate().filter(|(_, window)| ids.contains(*window));
        Unit { ids: found.map(|(at, _)| at).collect(), bytes }
    });
    Ok((units.collect(), whole.len()))
}

/// The ids in an event that must be other ones in a copy.
fn named(event: &Event) -> Vec<[u8; 16]> {
    let mut ids = vec![event.conversation.0.into_bytes()];
    match &event.what {
        Happening::Offered { offer, .. } => ids.push(offer.grant.id.0.into_bytes()),
        Happening::OfferEnded { grant, .. }
        | Happening::Assigned { grant, .. }
        | Happening::WrapUp { grant, .. } => ids.push(grant.id.0.into_bytes()),
        Happening::Message { message, .. } => ids.push(message.id.0.into_bytes()),
        _ => {}
    }
    ids.extend(event.what.ended().map(|grant| grant.id.0.into_bytes()));
    ids
}

/// Copies of the pattern behind the log, each round with ids of its own that rise with the round.
fn append(path: &Path, pattern: &[Unit], rounds: std::ops::RangeInclusive<usize>) -> Result<(), Failure> {
    let directory = Directory::open(path)?;
    let known = Snapshots::new(directory.snapshots()).positions()?.first().copied().unwrap_or_default();
    let options = Options { known, ..Options::default() };
    let mut journal = Journal::open(directory.journal(), options)?.journal;
    for round in rounds {
        // Into the random bits behind the time and the version of a UUID v7.
        let mark = (round as u32).to_be_bytes();
        for batch in pattern.chunks(BATCH) {
            let mut units = Units::default();
            for unit in batch {
                let mut bytes = unit.bytes.clone();
                for at in &unit.ids {
                    bytes[at + 9..at + 13].iter_mut().zip(mark).for_each(|(byte, mark)| *byte ^= mark);
                }
                units.push(&bytes);
            }
            journal.append(&[&units])?;
        }
    }
    journal.close()?;
    Ok(())
}

/// Opens the house, waits until the archive has everything, and stops it. Gives the seconds that opening took.
fn take_over(path: &Path) -> Result<f64, Failure> {
    let began = Instant::now();
    let house = House::open(HouseConfig {
        data_dir: Some(path.to_owned()),
        frame_writer: Arc::new(Frames),
        bounds: Bounds::default(),
    })?;
    let open = began.elapsed().as_secs_f64();
    while house.archive().lag() != Lag::default() {
        if began.elapsed() > LIMIT {
            return Err("the archive does not come along".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    stop(house)?;
    Ok(open)
}

fn stop(house: House) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(house.stop())?)
}

fn time(path: &Path) -> Result<(), Failure> {
    let began = Instant::now();
    let house = House::open(HouseConfig {
        data_dir: Some(path.to_owned()),
        frame_writer: Arc::new(Frames),
        bounds: Bounds::default(),
    })?;
    println!("open after {:.2} s, {} MB resident", began.elapsed().as_secs_f64(), resident_mb());
    while house.archive().lag() != Lag::default() {
        std::thread::sleep(Duration::from_millis(20));
    }
    println!(
        "the archive is level after {:.2} s, {} MB resident",
        began.elapsed().as_secs_f64(),
        resident_mb()
    );
    stop(house)
}

/// Resident memory of this process, in MB.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse::<u64>().ok());
    kb.unwrap_or(0) / 1024
}
