//! The model of what a disk holds: the operations since the last sync, and which of them a power loss may keep.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::memory::{MemoryFiles, copy_into};

/// The unit in which a system writes back.
const PAGE: usize = 4096;
/// The unit in which a drive writes: what a torn page is made of.
const SECTOR: usize = 512;

/// What a power loss leaves of what was not synced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiskModel {
    /// Nothing.
    Strict,
    /// Any page, or in some files any sector of it, at any version since its last sync; any length since then; any of
    /// the names' changes.
    Page,
}

/// What was done to the files. Inodes are numbered in the order of their creation.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Create { name: String },
    Write { inode: usize, offset: u64, bytes: Vec<u8> },
    Truncate { inode: usize, len: u64 },
    Sync { inode: usize },
    SyncFailed { inode: usize },
    Rename { from: String, to: String },
    Remove { name: String },
    SyncDir,
    Crash,
}

/// Files with everything that a power loss could bring back.
#[derive(Default)]
pub(super) struct Disk {
    pub inodes: Vec<Inode>,
    pub names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
    /// Changes of names since the last sync of the directory.
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Create(String, usize),
    Rename(String, String),
    Remove(String),
}

#[derive(Default)]
pub(super) struct Inode {
    /// As a read sees it.
    pub now: Vec<u8>,
    /// All versions of each page that is not synced, the synced one first.
    pages: BTreeMap<usize, Vec<Vec<u8>>>,
    /// All lengths since the last sync, the synced one first; never empty once something was done.
    lens: Vec<usize>,
    /// Pages whose write-back failed: the system takes them for clean.
    lost: BTreeSet<usize>,
}

impl Disk {
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Create { name } => {
                let inode = self.inodes.len();
                self.inodes.push(Inode { lens: vec![0], ..Inode::default() });
                self.change(Change::Create(name.clone(), inode));
            }
            Op::Write { inode, offset, bytes } => self.inodes[*inode].write(*offset, bytes),
            Op::Truncate { inode, len } => self.inodes[*inode].truncate(*len as usize),
            Op::Sync { inode } => self.inodes[*inode].sync(),
            Op::SyncFailed { inode } => self.inodes[*inode].sync_failed(),
            Op::Rename { from, to } => self.change(Change::Rename(from.clone(), to.clone())),
            Op::Remove { name } => self.change(Change::Remove(name.clone())),
            Op::SyncDir => {
                self.synced_names = self.names.clone();
                self.pending.clear();
            }
            Op::Crash => self.crash(),
        }
    }

    /// The files that a power loss leaves.
    pub fn survivor(&self, model: DiskModel, seed: u64) -> MemoryFiles {
        let mut dice = Dice(seed);
        let mut names = self.synced_names.clone();
        for change in &self.pending {
            if model == DiskModel::Page && dice.below(2) == 0 {
                change.apply(&mut names);
            }
        }
        let files = MemoryFiles::default();
        for (name, inode) in names {
            let inode = &self.inodes[inode];
            let bytes = match model {
                DiskModel::Strict => inode.strict(),
                DiskModel::Page => inode.any(&mut dice),
            };
            files.put(&name, bytes);
        }
        files
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        self.pending.push(change);
    }

    fn crash(&mut self) {
        self.names = self.synced_names.clone();
        self.pending.clear();
        for inode in &mut self.inodes {
            let now = inode.strict();
            *inode = Inode { lens: vec![now.len()], now, ..Inode::default() };
        }
    }
}

impl Change {
    /// A change whose file is not there does nothing: the one that made it was lost.
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Create(name, inode) => {
                names.insert(name.clone(), *inode);
            }
            Self::Rename(from, to) => {
                if let Some(inode) = names.remove(from) {
                    names.insert(to.clone(), inode);
                }
            }
            Self::Remove(name) => {
                names.remove(name);
            }
        }
    }
}

impl Inode {
    fn page(&self, page: usize) -> Vec<u8> {
        let start = (page * PAGE).min(self.now.len());
        let end = (start + PAGE).min(self.now.len());
        let mut bytes = self.now[start..end].to_vec();
        bytes.resize(PAGE, 0);
        bytes
    }

    /// Does `change`, and keeps the versions of the pages in `touched` before and after it.
    fn touch(&mut self, touched: std::ops::Range<usize>, change: impl FnOnce(&mut Vec<u8>)) {
        for page in touched.clone() {
            let before = self.page(page);
            self.pages.entry(page).or_insert_with(|| vec![before]);
        }
        change(&mut self.now);
        for page in touched {
            let after = self.page(page);
            self.lost.remove(&page);
            self.pages.entry(page).or_default().push(after);
        }
        self.lens.push(self.now.len());
    }

    fn write(&mut self, offset: u64, bytes: &[u8]) {
        let (start, end) = (offset as usize, offset as usize + bytes.len());
        let first = start.min(self.now.len()) / PAGE;
        self.touch(first..end.div_ceil(PAGE), |now| copy_into(now, offset, bytes));
    }

    fn truncate(&mut self, len: usize) {
        let end = self.now.len().max(len).div_ceil(PAGE);
        self.touch(len / PAGE..end, |now| now.resize(len, 0));
    }

    fn sync(&mut self) {
        let lost = &self.lost;
        self.pages.retain(|page, _| lost.contains(page));
        self.lens = vec![self.now.len()];
    }

    fn sync_failed(&mut self) {
        self.lost.extend(self.pages.keys());
    }

    fn strict(&self) -> Vec<u8> {
        self.assemble(self.lens[0], |versions| versions[0].clone())
    }

    fn any(&self, dice: &mut Dice) -> Vec<u8> {
        let lowest = self.lens.iter().copied().min().unwrap_or(0);
        let highest = self.lens.iter().copied().max().unwrap_or(0);
        // A length that was, or one that write-back passed on the way.
        let len = match dice.below(3) {
            0 => lowest + dice.below(highest - lowest + 1),
            1 => highest,
            _ => self.lens[dice.below(self.lens.len())],
        };
        let whole_pages = dice.below(2) == 0;
        self.assemble(len, |versions| {
            if whole_pages {
                return versions[dice.below(versions.len())].clone();
            }
            let mut page = Vec::with_capacity(PAGE);
            for start in (0..PAGE).step_by(SECTOR) {
                page.extend_from_slice(&versions[dice.below(versions.len())][start..start + SECTOR]);
            }
            page
        })
    }

    fn assemble(&self, len: usize, mut choose: impl FnMut(&[Vec<u8>]) -> Vec<u8>) -> Vec<u8> {
        let mut bytes = self.now.clone();
        bytes.resize(len.div_ceil(PAGE) * PAGE, 0);
        for (page, versions) in &self.pages {
            let chosen = choose(versions);
            if let Some(place) = bytes.get_mut(page * PAGE..(page + 1) * PAGE) {
                place.copy_from_slice(&chosen);
            }
        }
        bytes.truncate(len);
        bytes
    }
}

/// Numbers from a seed (splitmix64): no state outside, the same on every machine.
pub(super) struct Dice(pub u64);

impl Dice {
    /// A number below `bound`, which is above 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
