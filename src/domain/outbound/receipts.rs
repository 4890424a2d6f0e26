//! Receipts: what providers call the messages that they took, and how far they say each is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::record::Spot;
use crate::ids::{ChannelId, ConversationId};
use crate::time::Timestamp;

/// Receipts kept in the house, about 300 B each; above it the oldest are forgotten.
pub const MAX_RECEIPTS: usize = 100_000;

/// How far a message is that a provider has taken. Providers' notices come in any order: the greatest stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum DeliveryState {
    /// The provider has it.
    Sent,
    /// It never will reach the customer. A success says more, whichever came first.
    Failed,
    /// It reached the customer's device.
    Delivered,
    /// The customer has seen it.
    Read,
}

impl DeliveryState {
    /// Name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }
}

/// What is known of a message that a provider has taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// Over which channel.
    pub channel: ChannelId,
    /// The provider's name of the message, if it gave one.
    pub provider_id: Option<Arc<str>>,
    /// When the provider took it.
    pub at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
    /// Why it failed, in the provider's words.
    pub problem: Option<Arc<str>>,
}

/// The receipts of the house.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Receipts {
    all: BTreeMap<Spot, Receipt>,
    /// By age.
    ages: BTreeSet<(Timestamp, Spot)>,
    names: BTreeMap<(ChannelId, Arc<str>), Spot>,
}

impl Receipts {
    /// That of a message.
    pub fn get(&self, spot: Spot) -> Option<&Receipt> {
        self.all.get(&spot)
    }

    /// Those of a conversation's messages.
    pub fn of(&self, conversation: ConversationId) -> impl Iterator<Item = (Spot, &Receipt)> {
        self.all.range(Spot::all_of(conversation)).map(|(spot, receipt)| (*spot, receipt))
    }

    /// All, by age.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Spot, &Receipt)> {
        self.ages.iter().filter_map(|(_, spot)| Some((*spot, self.all.get(spot)?)))
    }

    /// The message that a provider calls so.
    pub fn named(&self, channel: &ChannelId, provider_id: &Arc<str>) -> Option<(Spot, &Receipt)> {
        let spot = *self.names.get(&(channel.clone(), provider_id.clone()))?;
        Some((spot, self.all.get(&spot)?))
    }

    /// One more, in the place of an older one of the same message; above the bound the oldest is forgotten.
    pub(super) fn put(&mut self, spot: Spot, receipt: Receipt) {
        self.remove(spot);
        self.ages.insert((receipt.at, spot));
        if let Some(provider_id) = &receipt.provider_id {
            self.names.insert((receipt.channel.clone(), provider_id.clone()), spot);
        }
        self.all.insert(spot, receipt);
        while self.all.len() > MAX_RECEIPTS
            && let Some((_, oldest)) = self.ages.first().copied()
        {
            self.remove(oldest);
        }
    }

    /// A provider told how far it is.
    pub(super) fn state(&mut self, spot: Spot, state: DeliveryState, problem: Option<&Arc<str>>) {
        if let Some(receipt) = self.all.get_mut(&spot) {
            (receipt.state, receipt.problem) = (state, problem.cloned());
        }
    }

    /// Those before this are forgotten.
    pub(super) fn forget(&mut self, before: Timestamp) {
        while let Some((at, spot)) = self.ages.first().copied()
            && at < before
        {
            self.remove(spot);
        }
    }

    /// Those of a channel are forgotten.
    pub(super) fn forget_channel(&mut self, channel: &ChannelId) {
        let gone = self.all.iter().filter(|(_, receipt)| receipt.channel == *channel);
        for spot in gone.map(|(spot, _)| *spot).collect::<Vec<_>>() {
            self.remove(spot);
        }
    }

    fn remove(&mut self, spot: Spot) {
        let Some(Receipt { channel, provider_id, at, .. }) = self.all.remove(&spot) else { return };
        self.ages.remove(&(at, spot));
        if let Some(provider_id) = provider_id
            && let name = (channel, provider_id)
            && self.names.get(&name) == Some(&spot)
        {
            self.names.remove(&name);
        }
    }
}
