//! placeholder until the machine lands
use super::command::{Caller, Refusal, Reply};
use super::config::{Change, Key};

/// Inputs of the configuration.
#[derive(Clone, Debug)]
pub enum Input {
    /// Changes, all or none.
    Configure {
        /// In order.
        changes: Vec<Change>,
        /// Versions that must hold.
        if_match: Vec<(Key, Option<u64>)>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A machine says whether its resource could be deleted.
    Deletable {
        /// Of which question.
        reply: Reply,
        /// Why not.
        result: Result<(), Refusal>,
    },
}
