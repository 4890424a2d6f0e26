//! Files and a state store that live in memory: for unit tests, the simulator, and whoever wants no disk.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::error::StoreError;
use crate::ports::journal::{FileHandle, Files, Position};
use crate::ports::state_store::{Entry, Space, StateBatch, StateStore};

/// A directory in memory; clones share it. Syncs do nothing: there is no power to lose.
#[derive(Clone, Default)]
pub struct MemoryFiles {
    names: Arc<Mutex<BTreeMap<String, Arc<MemoryFile>>>>,
}

#[derive(Default)]
struct MemoryFile(Mutex<Vec<u8>>);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryFiles {
    /// The content of a file, if there is one.
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let file = locked(&self.names).get(name).cloned();
        file.map(|file| locked(&file.0).clone())
    }

    /// Makes a file with this content, or replaces it.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let file = Arc::new(MemoryFile(Mutex::new(bytes)));
        locked(&self.names).insert(name.to_owned(), file);
    }

    /// A copy that shares nothing with this one.
    #[must_use]
    pub fn copied(&self) -> Self {
        let copy = Self::default();
        for (name, file) in locked(&self.names).iter() {
            copy.put(name, locked(&file.0).clone());
        }
        copy
    }
}

fn not_found(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("no file {name}"))
}

impl Files for MemoryFiles {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(locked(&self.names).keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        let mut names = locked(&self.names);
        if names.contains_key(name) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("there is a file {name}")));
        }
        let file = Arc::new(MemoryFile::default());
        names.insert(name.to_owned(), Arc::clone(&file));
        Ok(file)
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        match locked(&self.names).get(name) {
            Some(file) => Ok(Arc::clone(file) as Arc<dyn FileHandle>),
            None => Err(not_found(name)),
        }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut names = locked(&self.names);
        let file = names.remove(from).ok_or_else(|| not_found(from))?;
        names.insert(to.to_owned(), file);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        locked(&self.names).remove(name).map(|_| ()).ok_or_else(|| not_found(name))
    }

    fn sync_dir(&self) -> io::Result<()> {
        Ok(())
    }
}

impl FileHandle for MemoryFile {
    fn size(&self) -> io::Result<u64> {
        Ok(locked(&self.0).len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(copy_from(&locked(&self.0), offset, buffer))
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        copy_into(&mut locked(&self.0), offset, bytes);
        Ok(())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        locked(&self.0).resize(len as usize, 0);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// What a read at `offset` gives; shared with the faulty files.
pub(super) fn copy_from(content: &[u8], offset: u64, buffer: &mut [u8]) -> usize {
    let start = (offset as usize).min(content.len());
    let read = buffer.len().min(content.len() - start);
    buffer[..read].copy_from_slice(&content[start..start + read]);
    read
}

/// What a write at `offset` does; a gap before it is zeros.
pub(super) fn copy_into(content: &mut Vec<u8>, offset: u64, bytes: &[u8]) {
    let (start, end) = (offset as usize, offset as usize + bytes.len());
    if content.len() < end {
        content.resize(end, 0);
    }
    content[start..end].copy_from_slice(bytes);
}

/// A state store in memory.
#[derive(Default)]
pub struct MemoryStore {
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    position: Position,
    entries: BTreeMap<(Space, Vec<u8>), Vec<u8>>,
}

impl StateStore for MemoryStore {
    fn position(&self) -> Result<Position, StoreError> {
        Ok(self.inner.read().unwrap_or_else(PoisonError::into_inner).position)
    }

    fn apply(&self, batch: &StateBatch) -> Result<(), StoreError> {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        if batch.upto < inner.position {
            return Err(StoreError::Backwards { at: inner.position, upto: batch.upto });
        }
        for (space, key, value) in &batch.puts {
            inner.entries.insert((*space, key.clone()), value.clone());
        }
        for (space, key) in &batch.deletes {
            inner.entries.remove(&(*space, key.clone()));
        }
        inner.position = batch.upto;
        Ok(())
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        Ok(inner.entries.get(&(space, key.to_vec())).cloned())
    }

    fn scan(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let start = scan_start(from, prefix).map(|key| (space, key));
        let entries = inner.entries.range((start, Bound::Unbounded));
        let within = entries.take_while(|((of, key), _)| *of == space && key.starts_with(prefix));
        Ok(within.take(limit).map(|((_, key), value)| (key.clone(), value.clone())).collect())
    }

    fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Where a scan of `prefix` that shall begin at `from` begins: never before the prefix. Shared with sled.
pub(super) fn scan_start(from: Bound<&[u8]>, prefix: &[u8]) -> Bound<Vec<u8>> {
    match from {
        Bound::Included(key) if key >= prefix => Bound::Included(key.to_vec()),
        Bound::Excluded(key) if key >= prefix => Bound::Excluded(key.to_vec()),
        _ => Bound::Included(prefix.to_vec()),
    }
}
