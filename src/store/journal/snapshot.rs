//! Snapshots: all live state at a position, so that a start does not fold all history.
//!
//! Owns the snapshots' files: one each, named by its position. Knows nothing of what the units mean. A snapshot counts
//! only after it was written under another name, synced, renamed, its directory synced, and read back whole. The two
//! newest that check out are kept; the log's segments are kept back to the older one (`Journal::retire`).
//!
//! ```text
//! file    = magic(8) version(4) zero(4) position(8) (length(4) unit)* trailer
//! trailer = count(8) length of all before the trailer(8) crc of all before the crc(4) magic(4)
//! ```
//! Limit: the reading back comes from the system's cache, so it proves what was written, not what the platter holds.

use std::sync::Arc;

use crate::ports::journal::{FileHandle, Files, Position};
use crate::store::error::StoreError;

const MAGIC: [u8; 8] = *b"CALLBRDS";
const VERSION: u32 = 1;
const HEADER: u64 = 24;
const END_MAGIC: [u8; 4] = *b"END!";
const TRAILER: u64 = 24;
/// How much is written and read at once, in bytes.
const CHUNK_BYTES: usize = 1 << 20;
/// How many snapshots are kept.
const KEPT: usize = 2;

const SUFFIX: &str = ".snapshot";
const TEMPORARY: &str = "snapshot.new";

/// A snapshot as it is read: its position and its units, in the order in which they were written.
pub type Snapshot = (Position, Vec<Vec<u8>>);

/// The snapshots of a directory. One thread writes at a time.
pub struct Snapshots {
    files: Arc<dyn Files>,
}

impl Snapshots {
    /// Snapshots in `files`, a directory of their own.
    pub fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }

    /// Writes a snapshot of what holds at `at`, reads it back, and then removes those that are no longer kept.
    ///
    /// `at` must be durable in the journal: a snapshot ahead of the log would bring back what nobody was told of. Fails
    /// with what the file layer said or with `BadSnapshot`; the older snapshots are then as they were.
    pub fn write(&self, at: Position, units: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), StoreError> {
        let names = self.files.list().map_err(StoreError::io("list", "the snapshots' directory"))?;
        if names.iter().any(|name| name == TEMPORARY) {
            self.remove(TEMPORARY)?;
        }
        let handle = self.files.create(TEMPORARY).map_err(StoreError::io("create", TEMPORARY))?;
        let mut out = Out { handle, buffer: Vec::new(), at: 0, crc: crc32fast::Hasher::new() };
        out.header(at)?;
        out.units(units)?;
        out.handle.sync().map_err(StoreError::io("sync", TEMPORARY))?;
        let name = name(at);
        self.files.rename(TEMPORARY, &name).map_err(StoreError::io("rename", TEMPORARY))?;
        self.sync_dir()?;
        if let Err(error) = self.verify(&name) {
            self.remove(&name)?;
            return Err(error);
        }
        self.prune(at)
    }

    /// The newest snapshot that checks out; `None` if there is none. Those that do not are logged and left.
    ///
    /// Called at a start. The caller replays the log from its position; a log that no longer has what is needed then
    /// says so (`BeginsLate`).
    pub fn latest(&self) -> Result<Option<Snapshot>, StoreError> {
        for at in self.positions()? {
            match self.load(at) {
                Ok(snapshot) => return Ok(Some(snapshot)),
                Err(error @ (StoreError::BadSnapshot { .. } | StoreError::Io { .. })) => {
                    tracing::error!(%error, "a snapshot is left out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The positions of all snapshots, newest first, unread. The log is needed from the last of them on.
    pub fn positions(&self) -> Result<Vec<Position>, StoreError> {
        let names = self.files.list().map_err(StoreError::io("list", "the snapshots' directory"))?;
        let mut all: Vec<Position> = names.iter().filter_map(|name| position(name)).collect();
        all.sort_unstable();
        all.reverse();
        Ok(all)
    }

    /// Keeps the one just written and the newest before it that checks out; one that claims to be newer is from a log
    /// that was cut behind our back and goes as well.
    fn prune(&self, written: Position) -> Result<(), StoreError> {
        let mut kept = 1;
        for at in self.positions()?.into_iter().filter(|at| *at != written) {
            let name = name(at);
            if kept < KEPT && at < written && self.verify(&name).is_ok() {
                kept += 1;
            } else {
                self.remove(&name)?;
            }
        }
        self.sync_dir()
    }

    /// The snapshot at a position. Fails with `BadSnapshot`, or with what the file layer said.
    pub fn load(&self, at: Position) -> Result<Snapshot, StoreError> {
        let name = name(at);
        let (mut source, count) = self.verify(&name)?;
        let mut units = Vec::new();
        for _ in 0..count {
            let length = source.bytes(4)?;
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
            units.push(source.bytes(length as usize)?.to_vec());
        }
        if source.left() != TRAILER {
            return Err(bad(&name, "its units do not fill it"));
        }
        Ok((at, units))
    }

    /// Reads the whole file and checks header, trailer and checksum; returns a source that stands behind the header,
    /// and the number of units.
    fn verify(&self, name: &str) -> Result<(Source, u64), StoreError> {
        let mut source = self.source(name)?;
        let len = source.left();
        if len < HEADER + TRAILER {
            return Err(bad(name, "it is too short"));
        }
        let mut crc = crc32fast::Hasher::new();
        let header = source.bytes(HEADER as usize)?;
        crc.update(header);
        let (magic, version) = (header[..8] == MAGIC, &header[8..16]);
        let newer = magic && *version != [VERSION as u8, 0, 0, 0, 0, 0, 0, 0];
        let at = Position(u64_at(header, 16));
        while source.left() > TRAILER {
            let chunk = (source.left() - TRAILER).min(CHUNK_BYTES as u64) as usize;
            crc.update(source.bytes(chunk)?);
        }
        let trailer = source.bytes(TRAILER as usize)?;
        crc.update(&trailer[..16]);
        let (count, body) = (u64_at(trailer, 0), u64_at(trailer, 8));
        if trailer[16..20] != crc.finalize().to_le_bytes() || trailer[20..] != END_MAGIC {
            return Err(bad(name, "its checksum is wrong"));
        }
        if newer {
            return Err(bad(name, "it has a format that this version does not read"));
        }
        if !magic || body != len - TRAILER || position(name).is_some_and(|named| named != at) {
            return Err(bad(name, "its header does not fit it"));
        }
        let mut source = self.source(name)?;
        source.bytes(HEADER as usize)?;
        Ok((source, count))
    }

    fn source(&self, name: &str) -> Result<Source, StoreError> {
        let handle = self.files.open(name).map_err(StoreError::io("open", name))?;
        let end = handle.size().map_err(StoreError::io("read", name))?;
        Ok(Source { handle, name: name.to_owned(), at: 0, end, buffer: Vec::new() })
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.files.remove(name).map_err(StoreError::io("remove", name))
    }

    fn sync_dir(&self) -> Result<(), StoreError> {
        self.files.sync_dir().map_err(StoreError::io("sync", "the snapshots' directory"))
    }
}

/// A file that is written in chunks, with its checksum.
struct Out {
    handle: Arc<dyn FileHandle>,
    buffer: Vec<u8>,
    at: u64,
    crc: crc32fast::Hasher,
}

impl Out {
    fn header(&mut self, at: Position) -> Result<(), StoreError> {
        self.add(&MAGIC)?;
        self.add(&VERSION.to_le_bytes())?;
        self.add(&[0; 4])?;
        self.add(&at.0.to_le_bytes())
    }

    fn units(&mut self, units: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), StoreError> {
        let mut count: u64 = 0;
        for unit in units {
            self.add(&(unit.len() as u32).to_le_bytes())?;
            self.add(&unit)?;
            count += 1;
        }
        let body = self.at + self.buffer.len() as u64;
        self.add(&count.to_le_bytes())?;
        self.add(&body.to_le_bytes())?;
        let crc = self.crc.clone().finalize();
        self.add(&crc.to_le_bytes())?;
        self.add(&END_MAGIC)?;
        self.drain()
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.crc.update(bytes);
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK_BYTES { self.drain() } else { Ok(()) }
    }

    fn drain(&mut self) -> Result<(), StoreError> {
        self.handle.write_at(self.at, &self.buffer).map_err(StoreError::io("write", TEMPORARY))?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// A file that is read from front to back.
struct Source {
    handle: Arc<dyn FileHandle>,
    name: String,
    at: u64,
    end: u64,
    buffer: Vec<u8>,
}

impl Source {
    fn left(&self) -> u64 {
        self.end - self.at
    }

    fn bytes(&mut self, len: usize) -> Result<&[u8], StoreError> {
        if len as u64 > self.left() {
            return Err(bad(&self.name, "a unit runs over its end"));
        }
        self.buffer.resize(len, 0);
        let read =
            self.handle.read_at(self.at, &mut self.buffer).map_err(StoreError::io("read", &self.name))?;
        if read < len {
            return Err(bad(&self.name, "it ends early"));
        }
        self.at += len as u64;
        Ok(&self.buffer)
    }
}

fn name(at: Position) -> String {
    format!("{at:020}{SUFFIX}", at = at.0)
}

fn position(name: &str) -> Option<Position> {
    let digits = name.strip_suffix(SUFFIX)?;
    let plain = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok().map(Position)).flatten()
}

fn bad(name: &str, what: &str) -> StoreError {
    StoreError::BadSnapshot { name: name.to_owned(), what: what.to_owned() }
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut field = [0; 8];
    field.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory::MemoryFiles;

    fn write(files: &MemoryFiles, at: u64, units: &[&[u8]]) {
        let snapshots = Snapshots::new(Arc::new(files.clone()));
        snapshots.write(Position(at), &mut units.iter().map(|unit| unit.to_vec())).unwrap();
    }

    fn latest(files: &MemoryFiles) -> Option<Snapshot> {
        Snapshots::new(Arc::new(files.clone())).latest().unwrap()
    }

    #[test]
    fn newest_comes_back_and_two_are_kept() {
        let files = MemoryFiles::default();
        assert_eq!(latest(&files), None);
        write(&files, 3, &[]);
        write(&files, 7, &[b"a", b"", b"ccc"]);
        write(&files, 9, &[b"d"]);
        assert_eq!(latest(&files), Some((Position(9), vec![b"d".to_vec()])));
        let kept = Snapshots::new(Arc::new(files)).positions().unwrap();
        assert_eq!(kept, [Position(9), Position(7)]);
    }

    #[test]
    fn damaged_newest_falls_back_to_the_older_one_whatever_bit_it_is() {
        let files = MemoryFiles::default();
        write(&files, 7, &[b"old"]);
        write(&files, 9, &[b"new"]);
        let good = files.bytes(&name(Position(9))).unwrap();
        for bit in 0..good.len() * 8 {
            let mut bytes = good.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            files.put(&name(Position(9)), bytes);
            assert_eq!(latest(&files), Some((Position(7), vec![b"old".to_vec()])), "bit {bit}");
        }
        for len in 0..good.len() {
            files.put(&name(Position(9)), good[..len].to_vec());
            assert_eq!(latest(&files).unwrap().0, Position(7), "cut to {len}");
        }
    }

    #[test]
    fn damaged_one_does_not_push_out_the_good_one() {
        let files = MemoryFiles::default();
        write(&files, 5, &[b"five"]);
        write(&files, 7, &[b"seven"]);
        files.put(&name(Position(7)), b"rubbish".to_vec());
        write(&files, 9, &[b"nine"]);
        let kept = Snapshots::new(Arc::new(files)).positions().unwrap();
        assert_eq!(kept, [Position(9), Position(5)]);
    }

    #[test]
    fn units_larger_than_a_chunk_come_back() {
        let files = MemoryFiles::default();
        let large = vec![7; CHUNK_BYTES * 2 + 3];
        write(&files, 1, &[b"small", &large, b"small"]);
        assert_eq!(latest(&files).unwrap().1[1], large);
    }
}
