//! The store on a real directory: what a stop and a kill leave, and who may open it.

use std::sync::Arc;

use callboard::ports::journal::{Position, Units};
use callboard::ports::state_store::{Space, StateBatch, StateStore};
use callboard::store::directory::Directory;
use callboard::store::journal::snapshot::Snapshots;
use callboard::store::journal::{Journal, Opened, Options};
use callboard::store::sled::SledStore;

fn open(directory: &Directory) -> Opened {
    Journal::open(directory.journal(), Options { segment_bytes: 1000, ..Options::default() }).unwrap()
}

fn append(journal: &mut Journal, range: std::ops::Range<u64>) {
    for number in range {
        let mut units = Units::default();
        units.push(&number.to_le_bytes());
        journal.append(&[&units]).unwrap();
        journal.sync().unwrap();
    }
}

fn numbers(journal: &Journal, after: Position) -> Vec<u64> {
    let mut all = Vec::new();
    let mut note = |_, unit: &[u8]| {
        all.push(u64::from_le_bytes(unit.try_into().unwrap()));
        Ok(())
    };
    journal.replay(after, &mut note).unwrap();
    all
}

#[test]
fn log_and_snapshot_come_back_after_a_stop_and_after_a_kill() {
    let root = tempfile::tempdir().unwrap();
    let directory = Directory::open(root.path()).unwrap();
    let mut journal = open(&directory).journal;
    append(&mut journal, 0..50);
    journal.close().unwrap();
    let snapshots = Snapshots::new(directory.snapshots());
    snapshots.write(Position(40), &mut (0..3).map(|number| vec![number; 10])).unwrap();
    append(&mut journal, 50..60);
    // Dropped without a stop: what a kill leaves.
    drop((journal, directory));

    let directory = Directory::open(root.path()).unwrap();
    let (at, units) = Snapshots::new(directory.snapshots()).latest().unwrap().unwrap();
    assert_eq!((at, units.len()), (Position(40), 3));
    let mut opened = open(&directory);
    assert_eq!((opened.tail, opened.torn), (Position(60), None));
    assert_eq!(numbers(&opened.journal, at), (40..60).collect::<Vec<_>>());
    assert!(opened.journal.retire(at).unwrap() > 0);
    assert_eq!(numbers(&opened.journal, at), (40..60).collect::<Vec<_>>());
    assert_eq!(Journal::check(&*directory.journal()).unwrap(), Position(60));
}

#[test]
fn archive_that_lost_its_place_is_filled_again_from_the_log() {
    let root = tempfile::tempdir().unwrap();
    let directory = Directory::open(root.path()).unwrap();
    let mut journal = open(&directory).journal;
    append(&mut journal, 0..20);
    let follow = |store: &dyn StateStore| {
        let mut apply = |upto, unit: &[u8]| {
            let puts = vec![(Space::Conversation, unit.to_vec(), b"closed".to_vec())];
            store.apply(&StateBatch { upto, puts, deletes: Vec::new() })
        };
        journal.reader().replay(store.position().unwrap(), &mut apply).unwrap();
    };
    follow(&SledStore::open(&directory.state()).unwrap().store);
    let opened = SledStore::move_aside(&directory.state(), "the test says so").unwrap();
    assert!(opened.moved_aside.unwrap().to.exists());
    let store: Arc<dyn StateStore> = Arc::new(opened.store);
    assert_eq!(store.position().unwrap(), Position(0));
    follow(&*store);
    assert_eq!(store.position().unwrap(), Position(20));
    assert_eq!(store.get(Space::Conversation, &7_u64.to_le_bytes()).unwrap(), Some(b"closed".to_vec()));
}
