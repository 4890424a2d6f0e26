//! Where conversations are now, counted by subject. Live and at a start the same: also a snapshot's conversations count.

use std::collections::BTreeSet;

use crate::domain::conversation::{Conversation, Status};
use crate::domain::ids::{AgentId, ConversationId, QueueId, WorkStreamId};
use crate::domain::time::Timestamp;

/// Where an unfinished conversation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Open, on offer to nobody.
    Waiting,
    /// Open, on offer.
    OnOffer,
    /// With an agent.
    Active,
    /// The agent closed its session without ending.
    WaitingForCustomer,
    /// The agent writes up.
    WrapUp,
}

impl Stage {
    /// Whether it waits for an agent.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::OnOffer)
    }

    /// Whether an agent works on it.
    pub fn is_handled(self) -> bool {
        matches!(self, Self::Active | Self::WrapUp)
    }
}

/// What is counted of one unfinished conversation; compared before and after an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spot {
    /// Where it is.
    pub stage: Stage,
    /// Home queue.
    pub queue: QueueId,
    /// Work stream.
    pub work_stream: WorkStreamId,
    /// Who has it, had it last and still counts it, or has it on offer.
    pub agent: Option<AgentId>,
    /// Units that it holds of that agent.
    pub units: u32,
    /// Since when it has this status.
    pub since: Timestamp,
    /// Its last assignment.
    pub assigned_at: Timestamp,
}

impl Spot {
    /// Where a conversation is; `None` when it has ended.
    pub fn of(conversation: &Conversation) -> Option<Self> {
        let stage = match conversation.status {
            Status::Open if conversation.offer.is_some() => Stage::OnOffer,
            Status::Open => Stage::Waiting,
            Status::Active => Stage::Active,
            Status::Waiting => Stage::WaitingForCustomer,
            Status::WrapUp => Stage::WrapUp,
            Status::Closed => return None,
        };
        let offered = conversation.offer.as_ref().map(|offer| &offer.grant.agent);
        let agent = if stage.is_open() { offered } else { conversation.agent.as_ref() };
        let held = conversation.grant.as_ref().filter(|_| stage.is_handled());
        Some(Self {
            stage,
            queue: conversation.queue_id.clone(),
            work_stream: conversation.born.work_stream_id.clone(),
            agent: agent.cloned(),
            units: held.map_or(0, |grant| grant.units),
            since: conversation.status_since,
            assigned_at: conversation.assigned_at.unwrap_or(conversation.status_since),
        })
    }
}

/// How many conversations of one subject are where.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Level {
    /// Open, on offer to nobody.
    pub waiting: u32,
    /// On offer; of an agent: to it.
    pub on_offer: u32,
    /// Active.
    pub active: u32,
    /// Waiting for the customer.
    pub waiting_for_customer: u32,
    /// In wrap-up.
    pub wrap_up: u32,
    /// Units of what is active or holds in wrap-up.
    pub units: u32,
    /// The open ones by the beginning of their wait.
    open: BTreeSet<(Timestamp, ConversationId)>,
}

impl Level {
    /// Since when the one that waits longest waits for an agent.
    pub fn waiting_since(&self) -> Option<Timestamp> {
        self.open.first().map(|(since, _)| *since)
    }

    /// Conversations that an agent works on.
    pub fn handled(&self) -> u32 {
        self.active + self.wrap_up
    }

    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A conversation came to be here.
    pub(super) fn enter(&mut self, id: ConversationId, spot: &Spot) {
        *self.count(spot.stage) += 1;
        self.units += spot.units;
        if spot.stage.is_open() {
            self.open.insert((spot.since, id));
        }
    }

    /// A conversation is here no more.
    pub(super) fn leave(&mut self, id: ConversationId, spot: &Spot) {
        let count = self.count(spot.stage);
        *count = count.saturating_sub(1);
        self.units = self.units.saturating_sub(spot.units);
        self.open.remove(&(spot.since, id));
    }

    fn count(&mut self, stage: Stage) -> &mut u32 {
        match stage {
            Stage::Waiting => &mut self.waiting,
            Stage::OnOffer => &mut self.on_offer,
            Stage::Active => &mut self.active,
            Stage::WaitingForCustomer => &mut self.waiting_for_customer,
            Stage::WrapUp => &mut self.wrap_up,
        }
    }
}
