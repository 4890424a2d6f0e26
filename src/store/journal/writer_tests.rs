//! The writer in sentences: order, one sync for many, what bounces, reopening, stopping.

use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;
use crate::store::faulty::{DiskModel, FaultyFiles};
use crate::store::journal::Options;

#[derive(PartialEq, Eq, Debug)]
enum Said {
    Durable(Position, Vec<u32>),
    Failed(Vec<u32>),
}

struct Tell(Sender<Said>);

impl Sink<u32> for Tell {
    fn durable(&mut self, tail: Position, rides: Vec<u32>) {
        self.0.send(Said::Durable(tail, rides)).unwrap();
    }

    fn failed(&mut self, _: &StoreError, rides: Vec<u32>) {
        self.0.send(Said::Failed(rides)).unwrap();
    }
}

fn start(files: &FaultyFiles) -> (WriterHandle<u32>, Receiver<Said>) {
    let journal = Journal::open(Arc::new(files.clone()), Options::default()).unwrap().journal;
    let (tell, said) = channel();
    (spawn(journal, Box::new(Tell(tell))), said)
}

fn submit(writer: &WriterHandle<u32>, ride: u32, all: &[&str]) {
    let mut units = Units::default();
    for unit in all {
        units.push(unit.as_bytes());
    }
    writer.submit(Handover { units, ride });
}

fn read(journal: &Journal) -> Vec<String> {
    let mut all = Vec::new();
    let mut note = |_, unit: &[u8]| {
        all.push(String::from_utf8(unit.to_vec()).unwrap());
        Ok(())
    };
    journal.replay(Position(0), &mut note).unwrap();
    all
}

#[test]
fn everything_that_queued_during_a_sync_shares_the_next_one() {
    let files = FaultyFiles::default();
    let (writer, said) = start(&files);
    let gate = files.stall_syncs();
    submit(&writer, 1, &["a"]);
    gate.reached();
    submit(&writer, 2, &["b", "c"]);
    submit(&writer, 3, &[]);
    submit(&writer, 4, &["d"]);
    assert_eq!(writer.queued_bytes(), 3);
    drop(gate);
    assert_eq!(said.recv().unwrap(), Said::Durable(Position(1), vec![1]));
    assert_eq!(said.recv().unwrap(), Said::Durable(Position(4), vec![2, 3, 4]));
    assert_eq!(read(&writer.stop().unwrap()), ["a", "b", "c", "d"]);
}

#[test]
fn ride_without_units_waits_for_nothing_new() {
    let files = FaultyFiles::default();
    let (writer, said) = start(&files);
    files.set_dead(true);
    submit(&writer, 1, &[]);
    assert_eq!(said.recv().unwrap(), Said::Durable(Position(0), vec![1]));
}

#[test]
fn after_a_failed_sync_everything_bounces_until_it_is_reopened() {
    let files = FaultyFiles::default();
    let (writer, said) = start(&files);
    submit(&writer, 1, &["kept"]);
    assert_eq!(said.recv().unwrap(), Said::Durable(Position(1), vec![1]));
    files.fail_sync(1);
    submit(&writer, 2, &["failed"]);
    assert_eq!(said.recv().unwrap(), Said::Failed(vec![2]));
    submit(&writer, 3, &["bounced"]);
    assert_eq!(said.recv().unwrap(), Said::Failed(vec![3]));
    files.set_dead(true);
    assert!(matches!(writer.reopen(), Err(StoreError::Io { .. })));
    submit(&writer, 4, &["bounced too"]);
    assert_eq!(said.recv().unwrap(), Said::Failed(vec![4]));
    files.set_dead(false);
    assert_eq!(writer.reopen().unwrap(), Position(1));
    submit(&writer, 5, &["next"]);
    assert_eq!(said.recv().unwrap(), Said::Durable(Position(2), vec![5]));
    drop(writer.stop().unwrap());
    for seed in 0..20 {
        let disk = files.disk_at(files.ops(), DiskModel::Page, seed);
        let opened = Journal::open(Arc::new(disk), Options::default()).unwrap();
        assert_eq!(read(&opened.journal), ["kept", "next"]);
    }
}

#[test]
fn reopening_a_sound_log_cuts_nothing() {
    let files = FaultyFiles::default();
    let (writer, _said) = start(&files);
    submit(&writer, 1, &["a"]);
    assert_eq!(writer.reopen().unwrap(), Position(1));
    assert_eq!(writer.with_journal(|journal| journal.segments().len()).unwrap(), 1);
}

#[test]
fn stop_writes_what_was_handed_over_and_seals() {
    let files = FaultyFiles::default();
    let (writer, said) = start(&files);
    let other = writer.clone();
    for ride in 0..100 {
        submit(&writer, ride, &["unit"]);
    }
    assert_eq!(writer.stop().unwrap().durable(), Position(100));
    submit(&other, 100, &["too late"]);
    assert!(matches!(other.reopen(), Err(StoreError::WriterStopped)));
    assert!(matches!(other.stop(), Err(StoreError::WriterStopped)));
    let rides: Vec<u32> = said
        .iter()
        .flat_map(|said| match said {
            Said::Durable(_, rides) => rides,
            Said::Failed(_) => panic!("nothing fails here"),
        })
        .collect();
    assert_eq!(rides, (0..100).collect::<Vec<_>>());
    // The seal is durable: a bit of the last batch is then damage, not a torn tail.
    let disk = files.disk_at(files.ops(), DiskModel::Strict, 0);
    let name = "0000000001.journal";
    let mut bytes = disk.bytes(name).unwrap();
    let at = bytes.len() - 57;
    bytes[at] ^= 1;
    disk.put(name, bytes);
    assert!(matches!(Journal::open(Arc::new(disk), Options::default()), Err(StoreError::Damaged { .. })));
}

#[test]
fn dropping_the_last_handle_ends_the_thread_after_its_work() {
    let files = FaultyFiles::default();
    let (writer, said) = start(&files);
    submit(&writer, 1, &["a"]);
    drop(writer);
    assert_eq!(said.iter().collect::<Vec<_>>(), [Said::Durable(Position(1), vec![1])]);
}
