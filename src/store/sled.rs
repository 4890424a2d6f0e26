//! The archive and index on sled 0.34.7. It is never the only copy of anything: the journal is.
//!
//! sled never calls fsync on Linux, and after a power loss it may have lost what it acknowledged, may fail to open and
//! may panic while it opens. So every change carries its position in the same sled batch, nothing waits for it, and a
//! directory that does not open or does not check out is moved aside to `state.bad-N` and filled again.
//!
//! One tree: a key is its space's prefix byte and the key itself.

use std::any::Any;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::StoreError;
use super::files::sync_directory;
use super::memory::scan_start;
use crate::ports::journal::Position;
use crate::ports::state_store::{Entry, Space, StateBatch, StateStore};

/// How much sled keeps in memory, in bytes: the working set of indexes and recent answers, not the archive.
const CACHE_BYTES: u64 = 64 << 20;
/// How many directories that were moved aside are kept: enough to look into a defect, not enough to fill a disk.
const BAD_KEPT: usize = 2;
/// Key of the position; outside all spaces.
const POSITION: &[u8] = b"\0position";
/// Format of what is in here; another one is moved aside and rebuilt.
const VERSION: u8 = 1;
const POSITION_LEN: usize = 13;

/// The archive. Reads from any thread, `apply` from one.
pub struct SledStore {
    db: sled::Db,
}

/// What [`SledStore::open`] found.
pub struct OpenedState {
    /// The store, usable.
    pub store: SledStore,
    /// Set when what was there could not be used: the store is empty, at position 0, and must be filled from the log.
    pub moved_aside: Option<MovedAside>,
}

/// A store that could not be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MovedAside {
    /// Where it is now.
    pub to: PathBuf,
    /// Why, for the log and the operator.
    pub why: String,
}

enum Unusable {
    /// Filled again from the log.
    Rebuild(String),
    /// Another try may help, or an operator: nothing is moved.
    Refuse(StoreError),
}

impl SledStore {
    /// Opens the store of `dir`, or makes one. Called at a start, under the data directory's lock.
    ///
    /// Fails only when the disk is full, permission is missing, sled's own lock is held, or the directory cannot be
    /// moved aside. The caller compares [`StateStore::position`] with the journal's tail and replays what is missing; if
    /// it is ahead of the tail, [`SledStore::move_aside`] is the answer.
    pub fn open(dir: &Path) -> Result<OpenedState, StoreError> {
        match Self::open_in_place(dir) {
            Ok(store) => Ok(OpenedState { store, moved_aside: None }),
            Err(Unusable::Refuse(error)) => Err(error),
            Err(Unusable::Rebuild(why)) => Self::move_aside(dir, &why),
        }
    }

    /// Moves the directory aside and opens an empty store; the old one must be dropped before.
    pub fn move_aside(dir: &Path, why: &str) -> Result<OpenedState, StoreError> {
        let to = aside(dir).map_err(StoreError::io("move aside", &dir.display().to_string()))?;
        tracing::error!(to = %to.display(), why, "the state store was moved aside and is rebuilt from the journal");
        match Self::open_in_place(dir) {
            Ok(store) => Ok(OpenedState { store, moved_aside: Some(MovedAside { to, why: why.to_owned() }) }),
            Err(Unusable::Refuse(error)) => Err(error),
            Err(Unusable::Rebuild(what)) => Err(StoreError::State { doing: "make an empty store", what }),
        }
    }

    fn open_in_place(dir: &Path) -> Result<Self, Unusable> {
        let config = sled::Config::new().path(dir).flush_every_ms(None).cache_capacity(CACHE_BYTES);
        let db = match catch_unwind(AssertUnwindSafe(|| config.open())) {
            Ok(Ok(db)) => db,
            Ok(Err(error)) => return Err(judge(&error)),
            Err(panic) => return Err(Unusable::Rebuild(panic_text(&*panic))),
        };
        let store = Self { db };
        match store.check() {
            Ok(()) => Ok(store),
            Err(why) => {
                drop(catch_unwind(AssertUnwindSafe(|| drop(store))));
                Err(Unusable::Rebuild(why))
            }
        }
    }

    /// What must hold for the content to be believed: a position that checks out, or nothing at all.
    fn check(&self) -> Result<(), String> {
        let position = self.guarded("read", |db| db.get(POSITION)).map_err(|error| error.to_string())?;
        let empty = self.guarded("read", |db| db.first()).map_err(|error| error.to_string())?.is_none();
        match position {
            None if empty => Ok(()),
            None => Err("it holds entries and no position".to_owned()),
            Some(bytes) => decode_position(&bytes)
                .map(|_| ())
                .ok_or_else(|| "its position does not check out".to_owned()),
        }
    }

    /// Reads everything; for `callboard check`. Returns the number of entries. Fails when sled does, or panics inside.
    pub fn verify(&self) -> Result<usize, StoreError> {
        self.guarded("read everything", |db| {
            db.verify_integrity()?;
            db.iter().try_fold(0, |count, entry| entry.map(|_| count + 1))
        })
    }

    /// Runs `f`; a panic inside sled becomes an error like any other of its failures.
    fn guarded<R>(
        &self,
        doing: &'static str,
        f: impl FnOnce(&sled::Db) -> sled::Result<R>,
    ) -> Result<R, StoreError> {
        match catch_unwind(AssertUnwindSafe(|| f(&self.db))) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(StoreError::State { doing, what: error.to_string() }),
            Err(panic) => Err(StoreError::State { doing, what: panic_text(&*panic) }),
        }
    }
}

impl StateStore for SledStore {
    fn position(&self) -> Result<Position, StoreError> {
        let Some(bytes) = self.guarded("read its position", |db| db.get(POSITION))? else {
            return Ok(Position(0));
        };
        decode_position(&bytes).ok_or_else(|| StoreError::State {
            doing: "read its position",
            what: "it does not check out".to_owned(),
        })
    }

    fn apply(&self, batch: &StateBatch) -> Result<(), StoreError> {
        let at = self.position()?;
        if batch.upto < at {
            return Err(StoreError::Backwards { at, upto: batch.upto });
        }
        let mut all = sled::Batch::default();
        for (space, key, value) in &batch.puts {
            all.insert(full_key(*space, key), value.as_slice());
        }
        for (space, key) in &batch.deletes {
            all.remove(full_key(*space, key));
        }
        all.insert(POSITION, encode_position(batch.upto).as_slice());
        self.guarded("apply a batch", |db| db.apply_batch(all))
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.guarded("read", |db| db.get(full_key(space, key)))?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn scan(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let start = scan_start(from, prefix).map(|key| full_key(space, &key));
        let prefix = full_key(space, prefix);
        self.guarded("scan", |db| {
            let mut entries = Vec::new();
            for entry in db.range((start, Bound::Unbounded)).take(limit) {
                let (key, value) = entry?;
                if !key.starts_with(&prefix) {
                    break;
                }
                entries.push((key[1..].to_vec(), value.to_vec()));
            }
            Ok(entries)
        })
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.guarded("flush", |db| db.flush().map(|_| ()))
    }
}

fn full_key(space: Space, key: &[u8]) -> Vec<u8> {
    let mut full = Vec::with_capacity(1 + key.len());
    full.push(space.prefix());
    full.extend_from_slice(key);
    full
}

fn encode_position(position: Position) -> [u8; POSITION_LEN] {
    let mut bytes = [0; POSITION_LEN];
    bytes[0] = VERSION;
    bytes[1..9].copy_from_slice(&position.0.to_le_bytes());
    let crc = crc32fast::hash(&bytes[..9]).to_le_bytes();
    bytes[9..].copy_from_slice(&crc);
    bytes
}

fn decode_position(bytes: &[u8]) -> Option<Position> {
    let bytes: &[u8; POSITION_LEN] = bytes.try_into().ok()?;
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[1..9]);
    let position = Position(u64::from_le_bytes(number));
    (encode_position(position) == *bytes).then_some(position)
}

/// An error of the disk is not one of the content: moving the store aside would not help, and cost a rebuild.
fn judge(error: &sled::Error) -> Unusable {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull, WouldBlock};
    let what = error.to_string();
    let outside = match error {
        sled::Error::Io(error) => {
            let kind = error.kind();
            matches!(kind, PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull | WouldBlock)
        }
        _ => false,
    };
    if outside || what.contains("could not acquire lock") {
        Unusable::Refuse(StoreError::State { doing: "open", what })
    } else {
        Unusable::Rebuild(what)
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("sled panicked: {}", text.unwrap_or("no text"))
}

/// Gives `dir` the next free name `<dir>.bad-N` and removes the oldest beyond [`BAD_KEPT`].
fn aside(dir: &Path) -> io::Result<PathBuf> {
    let named = |number: u64| {
        let mut name = dir.as_os_str().to_owned();
        name.push(format!(".bad-{number}"));
        PathBuf::from(name)
    };
    let mut numbers = bad_numbers(dir)?;
    let number = numbers.last().map_or(1, |last| last + 1);
    let to = named(number);
    fs::rename(dir, &to)?;
    numbers.push(number);
    for old in numbers.iter().rev().skip(BAD_KEPT) {
        fs::remove_dir_all(named(*old))?;
    }
    if let Some(parent) = dir.parent() {
        sync_directory(parent)?;
    }
    Ok(to)
}

fn bad_numbers(dir: &Path) -> io::Result<Vec<u64>> {
    let (Some(parent), Some(name)) = (dir.parent(), dir.file_name()) else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the state store needs a directory with a parent",
        ));
    };
    let prefix = format!("{}.bad-", name.to_string_lossy());
    let mut numbers = Vec::new();
    for entry in fs::read_dir(parent)? {
        let name = entry?.file_name();
        if let Some(number) =
            name.to_str().and_then(|name| name.strip_prefix(&prefix)).and_then(|number| number.parse().ok())
        {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

#[cfg(test)]
#[path = "sled_tests.rs"]
mod tests;
