//! Both state stores through the same sentences, and what sled alone has to survive.

use super::*;
use crate::store::memory::MemoryStore;

fn put(upto: u64, entries: &[(Space, &str, &str)]) -> StateBatch {
    let puts = entries
        .iter()
        .map(|(space, key, value)| (*space, key.as_bytes().to_vec(), value.as_bytes().to_vec()));
    StateBatch { upto: Position(upto), puts: puts.collect(), deletes: Vec::new() }
}

fn keys(store: &dyn StateStore, space: Space, from: Bound<&[u8]>, prefix: &str, limit: usize) -> Vec<String> {
    let entries = store.scan(space, from, prefix.as_bytes(), limit).unwrap();
    entries.into_iter().map(|(key, _)| String::from_utf8(key).unwrap()).collect()
}

fn on_both(check: impl Fn(&dyn StateStore)) {
    check(&MemoryStore::default());
    let root = tempfile::tempdir().unwrap();
    check(&SledStore::open(&root.path().join("state")).unwrap().store);
}

#[test]
fn scan_keeps_to_its_space_prefix_start_and_limit() {
    on_both(|store| {
        let all = [
            (Space::ByQueue, "a1", ""),
            (Space::ByQueue, "a2", ""),
            (Space::ByQueue, "a3", ""),
            (Space::ByQueue, "b1", ""),
            (Space::ByAgent, "a9", ""),
            (Space::Meta, "a", ""),
        ];
        store.apply(&put(1, &all)).unwrap();
        assert_eq!(keys(store, Space::ByQueue, Bound::Unbounded, "", 9), ["a1", "a2", "a3", "b1"]);
        assert_eq!(keys(store, Space::ByQueue, Bound::Unbounded, "a", 9), ["a1", "a2", "a3"]);
        assert_eq!(keys(store, Space::ByQueue, Bound::Unbounded, "a", 2), ["a1", "a2"]);
        assert_eq!(keys(store, Space::ByQueue, Bound::Excluded(b"a1"), "a", 9), ["a2", "a3"]);
        assert_eq!(keys(store, Space::ByQueue, Bound::Included(b"a2"), "a", 1), ["a2"]);
        assert_eq!(keys(store, Space::ByQueue, Bound::Included(b"a"), "b", 9), ["b1"]);
        assert_eq!(keys(store, Space::Answers, Bound::Unbounded, "", 9), [""; 0]);
    });
}

#[test]
fn batch_carries_its_position_and_never_goes_back() {
    on_both(|store| {
        assert_eq!(store.position().unwrap(), Position(0));
        store.apply(&put(5, &[(Space::Answers, "k", "v")])).unwrap();
        let mut second = put(6, &[(Space::Answers, "l", "w")]);
        second.deletes.push((Space::Answers, b"k".to_vec()));
        store.apply(&second).unwrap();
        assert_eq!(store.position().unwrap(), Position(6));
        assert_eq!(store.get(Space::Answers, b"k").unwrap(), None);
        assert_eq!(store.get(Space::Answers, b"l").unwrap(), Some(b"w".to_vec()));
        assert!(matches!(store.apply(&put(4, &[])), Err(StoreError::Backwards { .. })));
    });
}

#[test]
fn content_survives_a_reopen() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("state");
    let opened = SledStore::open(&dir).unwrap();
    opened.store.apply(&put(3, &[(Space::Conversation, "c", "value")])).unwrap();
    opened.store.flush().unwrap();
    drop(opened);
    let opened = SledStore::open(&dir).unwrap();
    assert_eq!(opened.moved_aside, None);
    assert_eq!(opened.store.position().unwrap(), Position(3));
    assert_eq!(opened.store.verify().unwrap(), 2);
}

#[test]
fn unreadable_store_is_moved_aside_and_starts_at_zero() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("state");
    for round in 1..=4_u64 {
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("conf"), vec![0xAB; 64]).unwrap();
        fs::write(dir.join("db"), vec![0xAB; 1 << 16]).unwrap();
        let opened = SledStore::open(&dir).unwrap();
        let aside = opened.moved_aside.expect("rubbish is no store");
        assert_eq!(aside.to, root.path().join(format!("state.bad-{round}")));
        assert_eq!(opened.store.position().unwrap(), Position(0));
        opened.store.apply(&put(1, &[])).unwrap();
        drop(opened.store);
        fs::remove_dir_all(&dir).unwrap();
    }
    assert_eq!(bad_numbers(&dir).unwrap(), [3, 4], "older ones are removed");
}

#[test]
fn entries_without_a_sound_position_are_not_believed() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("state");
    let opened = SledStore::open(&dir).unwrap();
    opened.store.apply(&put(3, &[(Space::Conversation, "c", "value")])).unwrap();
    opened.store.db.insert(POSITION, b"\x01garbage").unwrap();
    opened.store.flush().unwrap();
    drop(opened);
    let opened = SledStore::open(&dir).unwrap();
    assert!(opened.moved_aside.unwrap().why.contains("position"));
    assert_eq!(opened.store.get(Space::Conversation, b"c").unwrap(), None);
}

#[test]
fn store_with_overwritten_pages_always_opens_as_something() {
    let root = tempfile::tempdir().unwrap();
    let good = root.path().join("good");
    let opened = SledStore::open(&good).unwrap();
    for upto in 1..=200 {
        let key = format!("conversation {upto}");
        opened.store.apply(&put(upto, &[(Space::Conversation, &key, &key.repeat(20))])).unwrap();
    }
    opened.store.flush().unwrap();
    drop(opened);
    for round in 0..12_usize {
        let dir = root.path().join(format!("state-{round}"));
        fs::create_dir(&dir).unwrap();
        fs::copy(good.join("conf"), dir.join("conf")).unwrap();
        let mut bytes = fs::read(good.join("db")).unwrap();
        let start = bytes.len() * round / 12;
        let end = (start + 4096).min(bytes.len());
        bytes[start..end].fill((round % 2 * 0xCD) as u8);
        fs::write(dir.join("db"), bytes).unwrap();
        // Moved aside, or with what sled could save of it: then its position says how much is missing.
        let opened = SledStore::open(&dir).unwrap();
        assert!(opened.store.position().unwrap() <= Position(200));
    }
}

#[test]
fn store_that_is_open_elsewhere_is_refused_and_not_moved() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("state");
    let opened = SledStore::open(&dir).unwrap();
    assert!(matches!(SledStore::open(&dir), Err(StoreError::State { .. })));
    opened.store.apply(&put(1, &[])).unwrap();
    assert_eq!(bad_numbers(&dir).unwrap(), [0; 0]);
}
