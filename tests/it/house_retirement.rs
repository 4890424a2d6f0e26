//! A house whose journal may not grow: snapshots at its stops, and segments that go at its starts.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use callboard::actors::house::{Bounds, House, HouseConfig};
use callboard::actors::inspection::{Stored, inspect};
use callboard::domain::command::{Act, Command};
use callboard::domain::conversation::Status;
use callboard::domain::ids::ConversationId;
use callboard::ports::journal::Files;
use callboard::store::directory::Directory;
use futures_util::future::join_all;

use crate::helpers::PATIENCE;
use crate::house::{Names, ask, configure, conversation, draft};

/// Conversations of one life: with their closes more units than a stop leaves without a snapshot.
const CONVERSATIONS: usize = 600;

fn open(data: &Path) -> House {
    let bounds = Bounds { segment_bytes: 16 << 10, journal_bytes: 64 << 10, ..Bounds::default() };
    House::open(HouseConfig { data_dir: Some(data.to_owned()), frame_writer: Arc::new(Names), bounds })
        .unwrap()
}

fn segments(data: &Path) -> BTreeSet<String> {
    let directory = Directory::look(data).unwrap();
    directory.journal().list().unwrap().into_iter().collect()
}

async fn close(house: &House, id: ConversationId) {
    let close = Command::Conversation { id, act: Act::Close(None), if_match: None };
    assert_eq!(conversation(ask(&house.dispatcher(), close).await).status, Status::Closed);
}

/// Makes so many conversations and closes all of them but the first; gives back the first two.
async fn life(house: &House) -> [ConversationId; 2] {
    let handle = house.dispatcher();
    let made = join_all((0..CONVERSATIONS).map(|_| ask(&handle, draft()))).await;
    let ids: Vec<_> = made.into_iter().map(|outcome| conversation(outcome).id()).collect();
    join_all(ids[1..].iter().map(|id| close(house, *id))).await;
    [ids[0], ids[1]]
}

#[tokio::test]
async fn old_segments_go_and_the_house_still_starts_and_answers() {
    let data = tempfile::tempdir().unwrap();
    let house = open(data.path());
    configure(&house.dispatcher()).await;
    let [unfinished, ended] = life(&house).await;
    house.stop().await.unwrap();
    let first = segments(data.path());
    let house = open(data.path());
    life(&house).await;
    house.stop().await.unwrap();
    let second = segments(data.path());
    assert!(first.is_subset(&second), "a start needs them until there are two snapshots");

    // They go behind the start, on the archive's thread.
    let house = open(data.path());
    let files = || std::fs::read_dir(data.path().join("journal")).unwrap().count();
    let gone = async {
        while files() >= second.len() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("segments go");
    house.stop().await.unwrap();
    let third = segments(data.path());
    let gone = first.difference(&third).count();
    assert!(gone > first.len() / 2, "{gone} of {} segments of the first life are gone", first.len());

    let house = open(data.path());
    let handle = house.dispatcher();
    let found = handle.read().conversation(ended).unwrap().unwrap();
    assert_eq!(found.status, Status::Closed);
    assert_eq!(handle.read().events(ended, 0, 100).unwrap().len(), found.version as usize);
    assert_eq!(handle.read().conversation(unfinished).unwrap().unwrap().status, Status::Open);
    close(&house, unfinished).await;
    conversation(ask(&handle, draft()).await);
    let now = handle.now();
    house.stop().await.unwrap();
    let directory = Directory::look(data.path()).unwrap();
    let stored = Stored { journal: directory.journal(), snapshots: directory.snapshots(), archive: None };
    assert_eq!(inspect(&stored, now).findings.lines(), [""; 0]);
}
