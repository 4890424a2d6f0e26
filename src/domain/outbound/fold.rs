//! The fold: events against the configuration in force, less the outcomes on record.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::early::Early;
use super::lines::{Lines, Pending};
use super::receipts::{DeliveryState, Receipt, Receipts};
use super::record::{Carried, Delivery, OutboundHappening, OutboundRecord, Spot, Target, TrialResult};
use crate::config::{Change, Channel, Config, Key, Settings, Webhook};
use crate::conversation::{Event, Happening, Sender, Visibility};
use crate::ids::{ChannelId, ConversationId, WebhookId, WorkStreamId};
use crate::record::Record;
use crate::time::Timestamp;

const DAY_MS: i64 = 86_400_000;
/// Reason of a dead letter that was never given up but had no room.
const OVERFLOW: &str = "overflow";
/// Why a message failed that an administrator gave up before anybody tried it.
const DISCARDED: &str = "discarded";

/// Where a conversation came in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Over which channel.
    pub channel: ChannelId,
    /// For which work stream.
    pub work_stream: WorkStreamId,
}

/// The outbound machine, and the read side's copy of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Outbound {
    /// As configured now.
    webhooks: BTreeMap<WebhookId, Arc<Webhook>>,
    channels: BTreeMap<ChannelId, Arc<Channel>>,
    retention_days: u32,
    /// Conversations that have not ended.
    places: BTreeMap<ConversationId, Place>,
    pub(super) targets: BTreeMap<Target, Lines>,
    pub(super) receipts: Receipts,
    pub(super) early: Early,
    /// Events are a snapshot's: history.
    restoring: bool,
}

impl Default for Outbound {
    fn default() -> Self {
        Self {
            webhooks: BTreeMap::new(),
            channels: BTreeMap::new(),
            retention_days: Settings::default().retention_days,
            places: BTreeMap::new(),
            targets: BTreeMap::new(),
            receipts: Receipts::default(),
            early: Early::default(),
            restoring: false,
        }
    }
}

impl Outbound {
    /// Nothing to do.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the fold is another one after this record, by the configuration in force: others need not be told of.
    pub fn cares(record: &Record, config: &Config) -> bool {
        match record {
            Record::Event(event) => {
                matches!(event.what, Happening::Created(_) | Happening::Closed { .. })
                    || !config.webhooks.is_empty()
                    || config.channels.values().any(|channel| speaks(channel))
            }
            Record::Configured(configured) => match &configured.change {
                Change::PutWebhook(..) | Change::PutChannel(..) | Change::PutSettings(_) => true,
                Change::Delete(key) => matches!(key, Key::Webhook(_) | Key::Channel(_)),
                _ => false,
            },
            Record::Outbound(_) => true,
            _ => false,
        }
    }

    /// Those of a target, if there are any.
    pub fn lines(&self, target: &Target) -> Option<&Lines> {
        self.targets.get(target)
    }

    /// All targets that have, or had, something to be told.
    pub fn targets(&self) -> impl Iterator<Item = (&Target, &Lines)> {
        self.targets.iter()
    }

    /// Whether a target is told anything now.
    pub fn is_active(&self, target: &Target) -> bool {
        match target {
            Target::Webhook(id) => self.webhooks.get(id).is_some_and(|webhook| webhook.active),
            Target::Channel(id) => self.channels.get(id).is_some_and(|channel| speaks(channel)),
        }
    }

    /// Whether there is such a target.
    pub fn has(&self, target: &Target) -> bool {
        match target {
            Target::Webhook(id) => self.webhooks.contains_key(id),
            Target::Channel(id) => self.channels.contains_key(id),
        }
    }

    /// One that waits.
    pub fn pending(&self, delivery: &Delivery) -> Option<&Pending> {
        self.targets.get(&delivery.target)?.pending(delivery.spot)
    }

    /// Whether `target` is told of `event`, of a conversation that came in at `place`.
    pub fn wants(&self, target: &Target, event: &Event, place: &Place) -> bool {
        match target {
            Target::Webhook(id) => self
                .webhooks
                .get(id)
                .is_some_and(|webhook| webhook.wants(event.what.kind(), &place.channel, &place.work_stream)),
            Target::Channel(id) => {
                *id == place.channel
                    && is_for_customer(&event.what)
                    && self.channels.get(id).is_some_and(|channel| speaks(channel))
            }
        }
    }

    /// Folds a record; the same live and at a start.
    pub(super) fn fold(&mut self, record: &Record) {
        match record {
            Record::Event(event) => self.event(event),
            Record::Configured(configured) => self.configured(&configured.change),
            Record::Outbound(record) => self.happened(record),
            _ => {}
        }
    }

    fn event(&mut self, event: &Event) {
        if let Happening::Created(born) = &event.what {
            let place = Place { channel: born.channel_id.clone(), work_stream: born.work_stream_id.clone() };
            self.places.insert(event.conversation, place);
        }
        let over = matches!(event.what, Happening::Closed { .. });
        let place = if over {
            self.places.remove(&event.conversation)
        } else {
            self.places.get(&event.conversation).cloned()
        };
        let Some(place) = place.filter(|_| !self.restoring) else { return };
        let all = self.webhooks.keys().cloned().map(Target::Webhook);
        let all = all.chain(std::iter::once(Target::Channel(place.channel.clone())));
        let wanting: Vec<Target> = all.filter(|target| self.wants(target, event, &place)).collect();
        let spot = Spot { conversation: event.conversation, seq: event.seq };
        for target in wanting {
            let pending = Pending { at: event.at, attempts: 0, due: event.at, problem: None };
            self.targets.entry(target).or_default().add(spot, pending);
        }
    }

    fn configured(&mut self, change: &Change) {
        match change {
            Change::PutWebhook(id, webhook) => drop(self.webhooks.insert(id.clone(), webhook.clone())),
            Change::PutChannel(id, channel) => drop(self.channels.insert(id.clone(), channel.clone())),
            Change::PutSettings(settings) => self.retention_days = settings.retention_days,
            Change::Delete(Key::Webhook(id)) => {
                self.webhooks.remove(id);
                self.targets.remove(&Target::Webhook(id.clone()));
            }
            Change::Delete(Key::Channel(id)) => {
                self.channels.remove(id);
                self.targets.remove(&Target::Channel(id.clone()));
                self.receipts.forget_channel(id);
                self.early.forget_channel(id);
            }
            _ => {}
        }
    }

    fn happened(&mut self, record: &OutboundRecord) {
        let at = record.at;
        match &record.what {
            OutboundHappening::Tried(trials) => {
                for trial in trials {
                    let Delivery { target, spot } = &trial.delivery;
                    let Some(lines) = self.targets.get_mut(target) else { continue };
                    match &trial.result {
                        TrialResult::Delivered { provider_id } => {
                            lines.remove(*spot);
                            self.took(target, *spot, at, provider_id.clone());
                        }
                        TrialResult::Later { retry_at, problem } => {
                            lines.later(*spot, trial.attempt, *retry_at, problem);
                        }
                        TrialResult::Dead { problem } => {
                            lines.bury(*spot, Some(trial.attempt), at, problem);
                        }
                    }
                }
            }
            OutboundHappening::Overflowed { target, spots } => {
                let Some(lines) = self.targets.get_mut(target) else { return };
                spots.iter().for_each(|spot| lines.bury(*spot, None, at, &OVERFLOW.into()));
            }
            OutboundHappening::Replayed { target, spots } if self.has(target) => {
                let lines = self.targets.entry(target.clone()).or_default();
                for (spot, happened_at) in spots {
                    lines.exhume(*spot);
                    lines.add(*spot, Pending { at: *happened_at, attempts: 0, due: at, problem: None });
                }
            }
            OutboundHappening::Discarded { target, spots } => {
                let Some(lines) = self.targets.get_mut(target) else { return };
                let mut discarded = Vec::new();
                for spot in spots {
                    let waited = lines.remove(*spot).and_then(|pending| pending.problem);
                    let problem = lines.exhume(*spot).map(|dead| dead.problem).or(waited);
                    discarded.push((*spot, problem));
                }
                self.discarded(target, at, discarded);
            }
            OutboundHappening::Stated { delivery, state, problem } => {
                self.receipts.state(delivery.spot, *state, problem.as_ref());
            }
            OutboundHappening::Restoring => self.restoring = true,
            OutboundHappening::Carried(carried) => self.carried(carried),
            OutboundHappening::Receipts(receipts) => {
                receipts.iter().for_each(|(spot, receipt)| self.receipts.put(*spot, receipt.clone()));
            }
            OutboundHappening::Early(notices) => {
                notices.iter().for_each(|notice| self.early.put(notice.clone()));
            }
            OutboundHappening::Restored => self.restoring = false,
            OutboundHappening::Replayed { .. } => {}
        }
        self.forget(at);
    }

    /// A provider took a message, and may have told more of it already.
    fn took(&mut self, target: &Target, spot: Spot, at: Timestamp, provider_id: Option<Arc<str>>) {
        if let Target::Channel(channel) = target {
            let channel = channel.clone();
            let early = provider_id.clone().and_then(|name| self.early.take(&(channel.clone(), name)));
            let (state, problem) =
                early.map_or((DeliveryState::Sent, None), |early| (early.state, early.problem));
            self.receipts.put(spot, Receipt { channel, provider_id, at, state, problem });
        }
    }

    /// Messages that are given up failed, unless a provider has them.
    fn discarded(&mut self, target: &Target, at: Timestamp, spots: Vec<(Spot, Option<Arc<str>>)>) {
        let Target::Channel(channel) = target else { return };
        for (spot, problem) in spots {
            if self.receipts.get(spot).is_some() {
                continue;
            }
            let problem = problem.or_else(|| Some(DISCARDED.into()));
            let (channel, state) = (channel.clone(), DeliveryState::Failed);
            self.receipts.put(spot, Receipt { channel, provider_id: None, at, state, problem });
        }
    }

    fn carried(&mut self, carried: &Carried) {
        let lines = self.targets.entry(carried.target.clone()).or_default();
        carried.pending.iter().for_each(|(spot, pending)| lines.add(*spot, pending.clone()));
        carried.dead.iter().for_each(|(spot, dead)| lines.keep_dead(*spot, dead.clone()));
    }

    /// Dead letters and receipts live as long as what they are about.
    fn forget(&mut self, now: Timestamp) {
        let before = now.plus_ms(-i64::from(self.retention_days) * DAY_MS);
        self.targets.values_mut().for_each(|lines| lines.forget_dead(before));
        self.receipts.forget(before);
        self.early.forget(now);
    }
}

/// Whether the customer is to read it: what the provider of a channel brings.
fn is_for_customer(what: &Happening) -> bool {
    let Happening::Message { message, .. } = what else { return false };
    message.visibility == Visibility::Public && message.sender != Sender::Customer
}

/// Whether messages on this channel go out to a provider.
fn speaks(channel: &Channel) -> bool {
    channel.provider.is_some()
}
