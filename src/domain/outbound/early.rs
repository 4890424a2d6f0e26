//! Notices that came before their message was known: a provider may tell that a message was delivered before its answer to
//! the call that brought the message, which has its name, is here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::receipts::DeliveryState;
use crate::ids::ChannelId;
use crate::time::Timestamp;

/// Early notices kept in the house, about 200 B each; above it the oldest are forgotten.
pub const MAX_EARLY: usize = 10_000;
/// How long one is kept: far longer than an attempt and its report take.
pub const EARLY_FOR_MS: i64 = 10 * 60_000;

/// What a provider told of a message that has no receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EarlyNotice {
    /// Over which channel.
    pub channel: ChannelId,
    /// The provider's name of the message.
    pub provider_id: Arc<str>,
    /// When it came.
    pub at: Timestamp,
    /// How far the message is.
    pub state: DeliveryState,
    /// Why it failed, in the provider's words.
    pub problem: Option<Arc<str>>,
}

type Name = (ChannelId, Arc<str>);

/// The early notices of the house: of each name the one that says most.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Early {
    all: BTreeMap<Name, EarlyNotice>,
    /// By age.
    ages: BTreeSet<(Timestamp, Name)>,
}

impl Early {
    /// That of a message which a provider calls so.
    pub fn named(&self, channel: &ChannelId, provider_id: &Arc<str>) -> Option<&EarlyNotice> {
        self.all.get(&(channel.clone(), provider_id.clone()))
    }

    /// All, by age.
    pub(super) fn iter(&self) -> impl Iterator<Item = &EarlyNotice> {
        self.ages.iter().filter_map(|(_, name)| self.all.get(name))
    }

    /// One more, in the place of what was told of that message before.
    pub(super) fn put(&mut self, notice: EarlyNotice) {
        let name = (notice.channel.clone(), notice.provider_id.clone());
        self.take(&name);
        self.ages.insert((notice.at, name.clone()));
        self.all.insert(name, notice);
        while self.all.len() > MAX_EARLY
            && let Some((_, oldest)) = self.ages.pop_first()
        {
            self.all.remove(&oldest);
        }
    }

    /// The notice of this name, which is one no more.
    pub(super) fn take(&mut self, name: &Name) -> Option<EarlyNotice> {
        let notice = self.all.remove(name)?;
        self.ages.remove(&(notice.at, name.clone()));
        Some(notice)
    }

    /// Those that have waited too long at `now`.
    pub(super) fn forget(&mut self, now: Timestamp) {
        let before = now.plus_ms(-EARLY_FOR_MS);
        while self.ages.first().is_some_and(|(at, _)| *at < before)
            && let Some((_, name)) = self.ages.pop_first()
        {
            self.all.remove(&name);
        }
    }

    /// Those of a channel.
    pub(super) fn forget_channel(&mut self, channel: &ChannelId) {
        self.all.retain(|(its, _), _| its != channel);
        self.ages.retain(|(_, (its, _))| its != channel);
    }
}
