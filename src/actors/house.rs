//! Stands in for the house until it lands; then this file is the shell's. Takes changes of the configuration, in memory.
#![allow(missing_docs, clippy::unused_async, clippy::unnecessary_wraps, clippy::needless_pass_by_value)]
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::dispatcher::{Dispatcher, Parts};
use super::feeds::Feeds;
use super::gate::{Gate, Knock, Taking, gate};
use super::read_side::ReadSide;
use super::shown::{AskError, FrameWriter, Outcome, Shown};
use crate::domain::command::{Code, Command, Refusal};
use crate::domain::config::{Change, Config, check};
use crate::domain::record::KeptAnswer;
use crate::ports::clock::Clock;

pub struct HouseConfig {
    pub data_dir: Option<PathBuf>,
    pub frame_writer: Arc<dyn FrameWriter>,
}

#[derive(Debug, thiserror::Error)]
#[error("no house yet")]
pub struct OpenError;

pub struct House {
    dispatcher: Dispatcher,
    gate: Gate,
}

impl House {
    pub fn open(config: HouseConfig) -> Result<Self, OpenError> {
        if let Some(directory) = config.data_dir {
            std::fs::create_dir_all(directory).map_err(|_| OpenError)?;
        }
        let (gate, mut inside) = gate();
        let config = Arc::new(ArcSwap::from_pointee(Config::default()));
        let read = Arc::new(ReadSide::new(config.clone()));
        let feeds = Arc::new(Feeds {});
        let parts = Parts { gate: gate.clone(), clock: Clock::system(), config: config.clone(), read, feeds };
        std::thread::spawn(move || {
            while let Some(knock) = inside.blocking_recv() {
                if let Knock::Ask(request, pending) = knock {
                    (pending.0)(answer(&config, request.command));
                }
            }
        });
        gate.take(Taking::All);
        Ok(Self { dispatcher: Dispatcher::new(parts), gate })
    }
    pub fn dispatcher(&self) -> Dispatcher {
        self.dispatcher.clone()
    }
    pub async fn stop(self) {
        self.gate.take(Taking::Closing);
    }
}

fn answer(config: &ArcSwap<Config>, command: Command) -> Outcome {
    let refuse = |code| Err(AskError::Refused(Refusal::of(code)));
    match command {
        Command::Configure { changes, if_match } => {
            let mut after = config.load().as_ref().clone();
            if if_match.iter().any(|(key, version)| after.written.get(key).copied() != *version) {
                return refuse(Code::VersionMismatch);
            }
            for change in &changes {
                if let Change::Delete(key) = change {
                    if !check::references(key, &after).is_empty() {
                        return refuse(Code::InUse);
                    }
                } else if !check::check(change, &after).is_empty() {
                    return refuse(Code::Invalid);
                }
                after.apply(change);
            }
            let after = Arc::new(after);
            config.store(after.clone());
            Ok(Shown::Configured(after))
        }
        Command::Keep(KeptAnswer::Rendered { status, body }) => Ok(Shown::Rendered(status, body.into())),
        _ => refuse(Code::UnknownConversation),
    }
}
