//! The checks of several changes against one configuration: what they ask of all of it is looked up once, when the first
//! of them asks, so that a document of many resources costs no more for each than for one.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::warnings::{self, Warning};
use super::{Finding, Step, check_in};
use crate::config::{Change, Channel, Config, OverflowAction, QueueType, Route, WorkStream};
use crate::ids::{ChannelId, QueueId, SkillId, WorkStreamId};

type ChannelsOf<'a> = BTreeMap<&'a WorkStreamId, Vec<(&'a ChannelId, &'a Channel)>>;

/// Checks of changes against a configuration.
#[derive(Debug)]
pub struct Checks<'a> {
    /// What other resources are looked up in.
    pub(super) config: &'a Config,
    feeds: OnceCell<BTreeMap<&'a QueueId, Vec<QueueType>>>,
    channels: OnceCell<ChannelsOf<'a>>,
    levels: OnceCell<BTreeMap<&'a SkillId, u32>>,
    served: OnceCell<BTreeSet<&'a QueueId>>,
}

impl<'a> Checks<'a> {
    /// Against `config`, as [`super::check`] has it.
    pub fn new(config: &'a Config) -> Self {
        Self {
            config,
            feeds: OnceCell::new(),
            channels: OnceCell::new(),
            levels: OnceCell::new(),
            served: OnceCell::new(),
        }
    }

    /// Everything that is wrong with a change, see [`super::check`].
    pub fn of(&'a self, change: &Change) -> Vec<Finding> {
        check_in(change, self)
    }

    /// What is odd about a work stream, see [`super::warnings`].
    pub fn warnings(&self, work_stream: &WorkStream) -> Vec<(Vec<Step>, Warning)> {
        warnings::of(work_stream, self)
    }

    /// What work streams, and queues other than itself, bring to a queue; each kind once.
    pub(super) fn fed_with(&self, queue: &QueueId) -> &[QueueType] {
        let feeds = self.feeds.get_or_init(|| feeds(self.config));
        feeds.get(queue).map(Vec::as_slice).unwrap_or_default()
    }

    /// The channels of a work stream.
    pub(super) fn channels_of(&self, stream: &WorkStreamId) -> &[(&'a ChannelId, &'a Channel)] {
        let all = self.channels.get_or_init(|| {
            let mut all = ChannelsOf::new();
            for (id, channel) in &self.config.channels {
                all.entry(&channel.work_stream_id).or_default().push((id, channel));
            }
            all
        });
        all.get(stream).map(Vec::as_slice).unwrap_or_default()
    }

    /// The highest level of a skill that an agent has or a rule requires; `None`: nobody and nothing.
    pub(super) fn highest_level(&self, skill: &SkillId) -> Option<u32> {
        self.levels.get_or_init(|| levels(self.config)).get(skill).copied()
    }

    /// Whether an agent has this queue among its own.
    pub(super) fn is_served(&self, queue: &QueueId) -> bool {
        let all = self
            .served
            .get_or_init(|| self.config.agents.values().flat_map(|agent| &agent.queue_ids).collect());
        all.contains(queue)
    }
}

fn feeds(config: &Config) -> BTreeMap<&QueueId, Vec<QueueType>> {
    let mut feeds: BTreeMap<&QueueId, Vec<QueueType>> = BTreeMap::new();
    let mut feed = |queue, kind| {
        let kinds = feeds.entry(queue).or_default();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    };
    for stream in config.work_streams.values() {
        let kind = stream.channel_type.queue_type();
        feed(&stream.fallback_queue_id, kind);
        for rule in &stream.routing_rules {
            match &rule.route_to {
                Route::Queue(queue) => feed(queue, kind),
                Route::Split(shares) => shares.iter().for_each(|share| feed(&share.queue_id, kind)),
                Route::Agent(_) => {}
            }
        }
    }
    for (id, queue) in &config.queues {
        for item in &queue.overflow {
            if let OverflowAction::Queue(to) = &item.action
                && to != id
            {
                feed(to, queue.kind);
            }
        }
    }
    feeds
}

fn levels(config: &Config) -> BTreeMap<&SkillId, u32> {
    let had =
        config.agents.values().flat_map(|agent| &agent.skills).map(|skill| (&skill.skill_id, skill.level));
    let required = config.work_streams.values().flat_map(|stream| stream.required_skills());
    let required = required.map(|required| (&required.skill_id, required.min_level));
    let mut levels = BTreeMap::new();
    for (skill, level) in had.chain(required) {
        let highest = levels.entry(skill).or_insert(level);
        *highest = level.max(*highest);
    }
    levels
}
