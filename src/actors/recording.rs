//! What an open house has recorded, read beside the stage: the writer's thread only says what the log holds, the reading
//! is the caller's.

use std::ops::ControlFlow;

use super::ride::Ride;
use crate::domain::record::Record;
use crate::ports::error::StoreError;
use crate::ports::records::{self, Finding};
use crate::store::journal::writer::WriterHandle;

/// Why a recording cannot be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The store failed, was closed, or retired what was being read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A unit does not read as records.
    #[error(transparent)]
    Finding(#[from] Finding),
}

/// The journal of an open house, for looking.
pub(super) struct Log(WriterHandle<Ride>);

impl Log {
    /// Of the house with this writer.
    pub(super) fn new(writer: WriterHandle<Ride>) -> Self {
        Self(writer)
    }

    /// Gives each record that the log held when this was called to `each`, oldest first, until it says to stop. Blocks
    /// the calling thread. Records that retention has removed are not there.
    pub(super) fn read(
        &self,
        each: &mut dyn FnMut(&Record) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, RecordingError> {
        let log = self.0.with_journal(|journal| journal.reader())?;
        let (mut flow, mut why) = (ControlFlow::Continue(()), None);
        let read = log.replay(log.begins(), &mut |at, unit| {
            let decoded = records::decode(at, unit, &mut |record| {
                if flow.is_continue() {
                    flow = each(&record);
                }
            });
            why = decoded.err();
            // Whatever ends a replay is an error; which one it was is known here.
            if why.is_some() || flow.is_break() { Err(StoreError::Halted) } else { Ok(()) }
        });
        match (why, flow) {
            (Some(finding), _) => Err(finding.into()),
            (None, ControlFlow::Break(())) => Ok(flow),
            (None, ControlFlow::Continue(())) => Ok(read.map(|_| flow)?),
        }
    }
}
