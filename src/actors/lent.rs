//! A state store that can be taken back: handles of the house may outlive it, the store behind it must not, since its
//! lock belongs to whoever opens the directory next.

use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};

use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::state_store::{Entry, Space, StateBatch, StateStore};

/// A store until [`Lent::take_back`]; then every call fails.
pub struct Lent(RwLock<Option<Arc<dyn StateStore>>>);

impl Lent {
    /// Lends `store` out.
    pub fn new(store: Arc<dyn StateStore>) -> Self {
        Self(RwLock::new(Some(store)))
    }

    /// Closes the store, when the calls under way are done.
    pub fn take_back(&self) {
        drop(self.0.write().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn with<R>(&self, f: impl FnOnce(&dyn StateStore) -> Result<R, StoreError>) -> Result<R, StoreError> {
        match &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            Some(store) => f(&**store),
            None => Err(StoreError::State { doing: "answer", what: "the house is closed".to_owned() }),
        }
    }
}

impl StateStore for Lent {
    fn position(&self) -> Result<Position, StoreError> {
        self.with(|store| store.position())
    }

    fn apply(&self, batch: &StateBatch) -> Result<(), StoreError> {
        self.with(|store| store.apply(batch))
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|store| store.get(space, key))
    }

    fn scan(
        &self,
        space: Space,
        from: Bound<&[u8]>,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.with(|store| store.scan(space, from, prefix, limit))
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.with(|store| store.flush())
    }
}
