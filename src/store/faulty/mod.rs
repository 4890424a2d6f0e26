//! A disk that fails, tears, stalls and forgets; and a recording of what was done to it, from which any disk that a
//! power loss could have left can be made. For tests and the simulator.
//!
//! Everything is decided by the caller or by a seed: two runs are alike. `disk` has the model of what survives.

mod disk;

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

pub use self::disk::DiskModel;

use self::disk::{Disk, Op};
use super::memory::{MemoryFiles, copy_from};
use crate::ports::journal::{FileHandle, Files};

/// Files on a disk that does what the test says; clones share it.
#[derive(Clone, Default)]
pub struct FaultyFiles {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// As the running system sees it, with what a crash would forget.
    disk: Disk,
    ops: Vec<Op>,
    /// Operations that only put the first files there.
    given: usize,
    /// Writes until one fails, and how many of its bytes land.
    write_fails: Option<(u64, usize)>,
    /// Syncs until one fails.
    sync_fails: Option<u64>,
    /// Everything that writes fails.
    dead: bool,
    /// Syncs wait.
    stalled: bool,
    /// Syncs that wait now.
    waiting: usize,
}

impl FaultyFiles {
    /// A disk that begins with these files, all of them synced; the recording begins behind them.
    pub fn from_disk(files: &MemoryFiles) -> io::Result<Self> {
        let faulty = Self::default();
        let mut state = faulty.lock();
        for name in files.list()? {
            let bytes = files.bytes(&name).unwrap_or_default();
            let inode = state.disk.inodes.len();
            let ops =
                [Op::Create { name }, Op::Write { inode, offset: 0, bytes }, Op::Sync { inode }, Op::SyncDir];
            for op in ops {
                state.run(op);
            }
        }
        state.given = state.ops.len();
        drop(state);
        Ok(faulty)
    }

    /// The `nth` write from now (1 = the next) fails after the first `landed` of its bytes.
    pub fn fail_write(&self, nth: u64, landed: usize) {
        self.lock().write_fails = Some((nth, landed));
    }

    /// The `nth` sync of a file from now (1 = the next) fails. What was dirty is then lost for later syncs, as on Linux:
    /// reads still show it, and no later sync makes it durable unless it is written again.
    pub fn fail_sync(&self, nth: u64) {
        self.lock().sync_fails = Some(nth);
    }

    /// While true everything that writes or syncs fails.
    pub fn set_dead(&self, dead: bool) {
        self.lock().dead = dead;
    }

    /// Lets every sync wait until the gate is opened.
    pub fn stall_syncs(&self) -> Gate {
        self.lock().stalled = true;
        Gate { shared: Arc::clone(&self.shared) }
    }

    /// Power loss on the strictest disk: everything that was not synced is forgotten.
    pub fn crash(&self) {
        self.lock().run(Op::Crash);
    }

    /// How many operations were recorded; a cut is a number up to this.
    pub fn ops(&self) -> usize {
        let state = self.lock();
        state.ops.len() - state.given
    }

    /// A disk as it could be after a power loss when the first `cut` operations had been done. The same arguments give
    /// the same disk.
    pub fn disk_at(&self, cut: usize, model: DiskModel, seed: u64) -> MemoryFiles {
        let mut disk = Disk::default();
        let state = self.lock();
        for op in state.ops.iter().take(state.given + cut) {
            disk.apply(op);
        }
        drop(state);
        disk.survivor(model, seed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock()
    }

    fn handle(&self, inode: usize) -> Arc<dyn FileHandle> {
        Arc::new(FaultyFile { shared: Arc::clone(&self.shared), inode })
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn run(&mut self, op: Op) {
        self.disk.apply(&op);
        self.ops.push(op);
    }

    fn alive(&self) -> io::Result<()> {
        if self.dead { Err(io::Error::other("the disk is dead, by order of the test")) } else { Ok(()) }
    }
}

/// Counts down; true when it is over.
fn due(counter: &mut u64) -> bool {
    *counter = counter.saturating_sub(1);
    *counter == 0
}

/// Holds syncs back; dropping it lets them go.
pub struct Gate {
    shared: Arc<Shared>,
}

impl Gate {
    /// Blocks until a sync waits at the gate.
    pub fn reached(&self) {
        let mut state = self.shared.lock();
        while state.waiting == 0 {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.shared.lock().stalled = false;
        self.shared.changed.notify_all();
    }
}

impl Files for FaultyFiles {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.lock().disk.names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        let mut state = self.lock();
        state.alive()?;
        if state.disk.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let inode = state.disk.inodes.len();
        state.run(Op::Create { name: name.to_owned() });
        drop(state);
        Ok(self.handle(inode))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn FileHandle>> {
        let inode = self.lock().disk.names.get(name).copied();
        inode.map(|inode| self.handle(inode)).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.lock();
        state.alive()?;
        if !state.disk.names.contains_key(from) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.run(Op::Rename { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.lock();
        state.alive()?;
        if !state.disk.names.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.run(Op::Remove { name: name.to_owned() });
        Ok(())
    }

    fn sync_dir(&self) -> io::Result<()> {
        let mut state = self.lock();
        state.alive()?;
        state.run(Op::SyncDir);
        Ok(())
    }
}

struct FaultyFile {
    shared: Arc<Shared>,
    inode: usize,
}

impl FileHandle for FaultyFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.shared.lock().disk.inodes[self.inode].now.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(copy_from(&self.shared.lock().disk.inodes[self.inode].now, offset, buffer))
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.shared.lock();
        state.alive()?;
        let landed = state.write_fails.as_mut().and_then(|(counter, landed)| due(counter).then_some(*landed));
        let kept = &bytes[..landed.unwrap_or(bytes.len()).min(bytes.len())];
        state.run(Op::Write { inode: self.inode, offset, bytes: kept.to_vec() });
        if landed.is_some() {
            state.write_fails = None;
            return Err(io::Error::other("a write failed, by order of the test"));
        }
        Ok(())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let mut state = self.shared.lock();
        state.alive()?;
        state.run(Op::Truncate { inode: self.inode, len });
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.shared.lock();
        state.waiting += 1;
        self.shared.changed.notify_all();
        while state.stalled {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        let failed = state.sync_fails.as_mut().is_some_and(due);
        if failed || state.dead {
            if failed {
                state.sync_fails = None;
            }
            state.run(Op::SyncFailed { inode: self.inode });
            return Err(io::Error::other("a sync failed, by order of the test"));
        }
        state.run(Op::Sync { inode: self.inode });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crash_forgets_what_was_not_synced() {
        let files = FaultyFiles::default();
        let kept = files.create("kept").unwrap();
        files.sync_dir().unwrap();
        kept.write_at(0, b"synced").unwrap();
        kept.sync().unwrap();
        kept.write_at(6, b" and not").unwrap();
        files.create("nameless").unwrap().sync().unwrap();
        files.crash();
        assert_eq!(files.list().unwrap(), ["kept"]);
        assert_eq!(files.open("kept").unwrap().size().unwrap(), 6);
    }

    #[test]
    fn sync_after_a_failed_one_saves_nothing_old() {
        let files = FaultyFiles::default();
        let file = files.create("file").unwrap();
        files.sync_dir().unwrap();
        file.write_at(0, &[1; 4096]).unwrap();
        files.fail_sync(1);
        file.sync().unwrap_err();
        file.write_at(4096, &[2; 4096]).unwrap();
        file.sync().unwrap();
        files.crash();
        let mut bytes = vec![9; 8192];
        assert_eq!(files.open("file").unwrap().read_at(0, &mut bytes).unwrap(), 8192);
        assert_eq!((bytes[0], bytes[4096]), (0, 2));
    }

    #[test]
    fn pages_survive_in_any_mix() {
        let files = FaultyFiles::default();
        let file = files.create("file").unwrap();
        files.sync_dir().unwrap();
        file.sync().unwrap();
        file.write_at(0, &[1; 8192]).unwrap();
        let mixes: std::collections::BTreeSet<(Option<u8>, Option<u8>)> = (0..200)
            .map(|seed| {
                let bytes = files.disk_at(files.ops(), DiskModel::Page, seed).bytes("file").unwrap();
                (bytes.first().copied(), bytes.get(4096).copied())
            })
            .collect();
        for mix in [(None, None), (Some(0), None), (Some(0), Some(1)), (Some(1), Some(0)), (Some(1), Some(1))]
        {
            assert!(mixes.contains(&mix), "{mix:?} of {mixes:?}");
        }
    }
}
