//! What a queue waits for, derived from its conversations: a closed list, indexed by time (ARCHITECTURE §2.9).
//!
//! Limits that are configured stand as "since when", not "until when", so that a change of the limit needs no
//! new index. Each key names an id, so that a stale firing changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::relaxation::Relaxation;
use crate::config::{ChannelType, Config, Occasion};
use crate::conversation::{Conversation, Status};
use crate::ids::{AgentId, ConversationId, GrantId, WorkStreamId};
use crate::time::Timestamp;

/// What is due.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Due {
    /// The offer's deadline.
    Offer(ConversationId, GrantId),
    /// An invitation to be consulted ends.
    Invitation(ConversationId, AgentId),
    /// A cooldown is over.
    Cooldown(ConversationId, AgentId),
    /// Wrap-up has held the units long enough.
    Hold(ConversationId),
    /// A rule's agent was waited for long enough.
    First(ConversationId),
    /// The age limit of the state.
    Age(ConversationId),
    /// Silent for too long while waiting.
    Silence(ConversationId),
    /// A step relaxes its required skills.
    Relaxation(ConversationId),
    /// It has waited for so long as an overflow item says.
    Overflow(ConversationId),
    /// It waits out of hours, which overflow has not looked at yet.
    OutOfHours(ConversationId),
    /// Something is to be said on this occasion.
    Prompt(ConversationId, Occasion),
    /// Past the queue's service level.
    ServiceLevel(ConversationId),
    /// The queue's hours begin or end.
    Opening,
}

/// The timers of all conversations of a queue.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Timers {
    fixed: BTreeSet<(Timestamp, Due)>,
    ages: BTreeMap<(ChannelType, Status), BTreeSet<(Timestamp, ConversationId)>>,
    silent: BTreeMap<WorkStreamId, BTreeSet<(Timestamp, ConversationId)>>,
    /// Who waits for a step that relaxes required skills.
    pub relaxation: Relaxation,
    /// Cooldowns up to here were acted on: they leave no trace in the conversations.
    cooled: Timestamp,
}

impl Timers {
    /// No timers, with the cooldowns up to `self.cooled` acted on.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { cooled: self.cooled, relaxation: self.relaxation.emptied(), ..Self::default() }
    }

    /// Indexes what this conversation waits for.
    pub fn insert(&mut self, conversation: &Conversation) {
        for (at, due) in fixed(conversation) {
            if at > self.cooled || !matches!(due, Due::Cooldown(..)) {
                self.fixed.insert((at, due));
            }
        }
        self.relaxation.insert(conversation);
        let (key, entry) = age(conversation);
        if conversation.status != Status::Closed {
            self.ages.entry(key).or_default().insert(entry);
        }
        if conversation.status == Status::Waiting {
            let stream = conversation.born.work_stream_id.clone();
            self.silent.entry(stream).or_default().insert((conversation.last_activity_at, conversation.id()));
        }
    }

    /// Takes out what [`Self::insert`] put in for this same state.
    pub fn remove(&mut self, conversation: &Conversation) {
        for entry in fixed(conversation) {
            self.fixed.remove(&entry);
        }
        self.relaxation.remove(conversation);
        let (key, entry) = age(conversation);
        take(&mut self.ages, &key, &entry);
        let stream = &conversation.born.work_stream_id;
        take(&mut self.silent, stream, &(conversation.last_activity_at, conversation.id()));
    }

    /// A cooldown that has been acted on.
    pub fn done(&mut self, at: Timestamp, conversation: ConversationId, agent: &AgentId) {
        self.fixed.remove(&(at, Due::Cooldown(conversation, agent.clone())));
        self.cooled = self.cooled.max(at);
    }

    /// What is due first, and when.
    pub fn first(&self, config: &Config) -> Option<(Timestamp, Due)> {
        let fixed = self.fixed.first().cloned();
        let aged = self.ages.iter().filter_map(|((kind, status), set)| {
            let limit = limit_seconds(config, *kind, *status)?;
            set.first().map(|(since, id)| (since.plus_seconds(limit), Due::Age(*id)))
        });
        let silent = self.silent.iter().filter_map(|(stream, set)| {
            let limit = config.work_streams.get(stream)?.auto_close_after_inactivity_seconds?;
            set.first().map(|(since, id)| (since.plus_seconds(limit), Due::Silence(*id)))
        });
        let relaxed = self.relaxation.first(config).map(|(at, id)| (at, Due::Relaxation(id)));
        fixed.into_iter().chain(aged).chain(silent).chain(relaxed).min()
    }
}

pub(super) fn take<K: Ord, V: Ord>(map: &mut BTreeMap<K, BTreeSet<V>>, key: &K, entry: &V) {
    if let Some(set) = map.get_mut(key) {
        set.remove(entry);
        if set.is_empty() {
            map.remove(key);
        }
    }
}

fn limit_seconds(config: &Config, kind: ChannelType, status: Status) -> Option<u32> {
    let limits = config.settings.age_limits.get(&kind)?;
    match status {
        Status::Open => limits.open_seconds,
        Status::Active => limits.active_seconds,
        Status::Waiting => limits.waiting_seconds,
        Status::WrapUp => limits.wrap_up_seconds,
        Status::Closed => None,
    }
}

fn age(conversation: &Conversation) -> ((ChannelType, Status), (Timestamp, ConversationId)) {
    let key = (conversation.born.channel_type, conversation.status);
    (key, (conversation.status_since, conversation.id()))
}

fn fixed(conversation: &Conversation) -> Vec<(Timestamp, Due)> {
    let id = conversation.id();
    let mut entries = Vec::new();
    if let Some(offer) = &conversation.offer {
        entries.push((offer.expires_at, Due::Offer(id, offer.grant.id)));
    }
    if let Some(until) = conversation.hold_until {
        entries.push((until, Due::Hold(id)));
    }
    for participant in &conversation.participants {
        if let Some(until) = participant.until {
            entries.push((until, Due::Invitation(id, participant.agent.clone())));
        }
    }
    if conversation.status != Status::Open {
        return entries;
    }
    if let Some(first) = conversation.first.as_ref().filter(|first| !first.affinity) {
        entries.push((first.until, Due::First(id)));
    }
    for (agent, refusals) in conversation.refused.iter().filter(|(_, refusals)| refusals.count > 0) {
        entries.push((refusals.until, Due::Cooldown(id, agent.clone())));
    }
    entries
}
