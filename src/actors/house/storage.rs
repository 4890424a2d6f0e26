//! Where a house is stored: a data directory, memory, or what a test brings.

use std::path::Path;
use std::sync::Arc;

use crate::ports::error::StoreError;
use crate::ports::journal::{Files, Position};
use crate::ports::state_store::StateStore;
use crate::store::directory::Directory;
use crate::store::memory::{MemoryFiles, MemoryStore};
use crate::store::sled::SledStore;

/// The files of the journal and the snapshots, and the archive behind them.
pub struct Storage {
    /// Files of the journal's segments.
    pub journal: Arc<dyn Files>,
    /// Files of the snapshots.
    pub snapshots: Arc<dyn Files>,
    /// Locked while the house is open; has the archive.
    pub(super) directory: Option<Directory>,
    given: Option<Arc<dyn StateStore>>,
}

impl Storage {
    /// A data directory, made if it is not there. Fails when it is in use, not writable or of a newer format.
    pub fn on_disk(path: &Path) -> Result<Self, StoreError> {
        let directory = Directory::open(path)?;
        let (journal, snapshots) = (directory.journal(), directory.snapshots());
        Ok(Self { journal, snapshots, directory: Some(directory), given: None })
    }

    /// Gone with the house.
    pub fn in_memory() -> Self {
        let state = Arc::<MemoryStore>::default();
        Self::of(Arc::<MemoryFiles>::default(), Arc::<MemoryFiles>::default(), state)
    }

    /// What the caller brings.
    pub fn of(journal: Arc<dyn Files>, snapshots: Arc<dyn Files>, state: Arc<dyn StateStore>) -> Self {
        Self { journal, snapshots, directory: None, given: Some(state) }
    }

    /// The archive of a log that ends at `tail`. A store ahead of the log knows what never happened: it is moved aside
    /// and filled again.
    pub(super) fn state(&self, tail: Position) -> Result<Arc<dyn StateStore>, StoreError> {
        let (Some(directory), None) = (&self.directory, &self.given) else {
            return Ok(self.given.clone().unwrap_or_else(|| Arc::<MemoryStore>::default()));
        };
        let mut opened = SledStore::open(&directory.state())?;
        if opened.store.position()? > tail {
            drop(opened);
            opened = SledStore::move_aside(&directory.state(), "it is ahead of the journal")?;
        }
        Ok(Arc::new(opened.store))
    }
}
