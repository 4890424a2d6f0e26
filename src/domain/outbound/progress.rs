//! How far a message to a customer is, as those see it who wrote it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fold::Outbound;
use super::receipts::{DeliveryState, Receipt};
use super::record::Target;
use crate::ids::{ChannelId, ConversationId};

/// How far a message to a customer is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Not tried yet.
    Pending,
    /// Tried in vain, and it will be again.
    Retrying {
        /// Why.
        problem: Arc<str>,
    },
    /// The provider has it, or nobody tries any more.
    Stands {
        /// How far.
        state: DeliveryState,
        /// Why it failed.
        problem: Option<Arc<str>>,
    },
}

impl Progress {
    /// Name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Retrying { .. } => "retrying",
            Self::Stands { state, .. } => state.as_str(),
        }
    }

    /// Why it is not with the customer, where somebody said so.
    pub fn problem(&self) -> Option<&Arc<str>> {
        match self {
            Self::Pending => None,
            Self::Retrying { problem } => Some(problem),
            Self::Stands { problem, .. } => problem.as_ref(),
        }
    }
}

impl From<&Receipt> for Progress {
    fn from(receipt: &Receipt) -> Self {
        Self::Stands { state: receipt.state, problem: receipt.problem.clone() }
    }
}

impl Outbound {
    /// How far each message to the customer of a conversation on `channel` is, by the numbers of their events. Without
    /// those of which nothing is known any more, or never was.
    pub fn progress(&self, channel: &ChannelId, conversation: ConversationId) -> BTreeMap<u32, Progress> {
        let mut all: BTreeMap<u32, Progress> =
            self.receipts.of(conversation).map(|(spot, receipt)| (spot.seq, receipt.into())).collect();
        let Some(lines) = self.targets.get(&Target::Channel(channel.clone())) else { return all };
        for (seq, dead) in lines.dead_of(conversation) {
            let problem = Some(dead.problem.clone());
            all.insert(seq, Progress::Stands { state: DeliveryState::Failed, problem });
        }
        for (seq, pending) in lines.pending_of(conversation) {
            let retrying = |problem: &Arc<str>| Progress::Retrying { problem: problem.clone() };
            all.insert(seq, pending.problem.as_ref().map_or(Progress::Pending, retrying));
        }
        all
    }
}
