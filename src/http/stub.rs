//! Stands in for `actors::dispatcher::Dispatcher` until it lands; then this file goes away.
#![allow(missing_docs, clippy::unused_async)]

use std::sync::Arc;

use crate::actors::shown::{Outcome, Pending};
use crate::domain::command::{AgentAct, Request};
use crate::domain::config::Config;
use crate::domain::ids::AgentId;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug)]
pub struct Dispatcher;

#[derive(Debug)]
pub struct Asked {
    pub outcome: Outcome,
    pub replayed: bool,
}

impl Dispatcher {
    pub fn config(&self) -> Arc<Config> {
        Arc::default()
    }
    pub fn now(&self) -> Timestamp {
        Timestamp(0)
    }
    pub fn submit(&self, _: Request, _: Pending) {}
    pub async fn ask(&self, _: Request) -> Asked {
        Asked { outcome: Ok(crate::actors::shown::Shown::Done), replayed: false }
    }
    pub fn tell(&self, _: AgentId, _: AgentAct) {}
    pub fn random_bytes<const N: usize>() -> [u8; N] {
        [0; N]
    }
}
