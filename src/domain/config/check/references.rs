//! Who refers to a resource, and what is built in: both keep it from being deleted (409).

use crate::config::{
    Agent, Channel, Config, DEFAULT_LIVE_CHAT, Ease, IdentificationRule, Key, Queue, RelaxationStep, Route,
    RoutingRule, Webhook, WorkStream, entity_channel, is_default_queue, stream_of_entity_channel,
};
use crate::ids::{AgentId, ChannelId, QueueId, SkillId, TemplateId};
use crate::presence::BasePresence;

/// The resources that refer to `key`, each once, in a fixed order. Open conversations are not among them.
///
/// A queue is referred to by work streams (fallback, rules, splits), agents and other queues (overflow); a work
/// stream by channels but for the entity channel made with it, by API keys limited to that one, by identification and
/// intake rules; an agent by work streams' rules; a skill and a capacity profile by agents and work streams; a custom
/// presence by agents; a channel by API keys, an entity channel by its work stream, too; a notification template by work
/// streams; operating hours by queues and channels. A webhook that is limited to a work stream or a
/// channel refers to it, too, and so does a quick reply that is for some work streams only.
pub fn references(key: &Key, config: &Config) -> Vec<Key> {
    match key {
        Key::Queue(id) => {
            let streams = streams(config, |stream| routes_to_queue(stream, id));
            let agents = config.agents.iter().filter(|(_, agent)| agent.queue_ids.contains(id));
            let queues = config.queues.iter().filter(|(from, queue)| *from != id && queue.overflows_to(id));
            let queues = queues.map(|(id, _)| Key::Queue(id.clone()));
            streams.chain(agents.map(|(id, _)| Key::Agent(id.clone()))).chain(queues).collect()
        }
        Key::WorkStream(id) => {
            let made_with_it = entity_channel(id);
            let channels = config.channels.iter().filter(|(_, channel)| channel.work_stream_id == *id);
            let channels = channels.filter(|(channel, _)| **channel != made_with_it);
            let keys = keys_limited_to(config, &made_with_it);
            let takes_in = config.settings.intake_rules.iter().any(|rule| rule.work_stream_id == *id);
            let settings = takes_in.then_some(Key::Settings);
            let only = |rule: &IdentificationRule| rule.work_stream_id.as_ref() == Some(id);
            let rules = config.identification_rules.iter().filter(|(_, rule)| only(rule));
            let rules = rules.map(|(id, _)| Key::IdentificationRule(id.clone()));
            let told = webhooks(config, |webhook| webhook.work_stream_ids.contains(id));
            let replies = config.quick_replies.iter().filter(|(_, reply)| reply.work_stream_ids.contains(id));
            channels
                .map(|(id, _)| Key::Channel(id.clone()))
                .chain(rules)
                .chain(keys)
                .chain(settings)
                .chain(told)
                .chain(replies.map(|(id, _)| Key::QuickReply(id.clone())))
                .collect()
        }
        Key::Agent(id) => streams(config, |stream| routes_to_agent(stream, id)).collect(),
        Key::Skill(id) => {
            let agents = config.agents.iter().filter(|(_, agent)| agent.level(id).is_some());
            let agents = agents.map(|(id, _)| Key::Agent(id.clone()));
            streams(config, |stream| requires(stream, id)).chain(agents).collect()
        }
        Key::CapacityProfile(id) => {
            let has = |agent: &Agent| agent.capacity_profiles.iter().any(|mine| mine.profile_id == *id);
            let agents = config.agents.iter().filter(|(_, agent)| has(agent));
            let agents = agents.map(|(id, _)| Key::Agent(id.clone()));
            streams(config, |stream| stream.capacity_profile_ids.contains(id)).chain(agents).collect()
        }
        Key::Presence(id) => {
            let agents = config.agents.iter().filter(|(_, agent)| agent.default_presence == *id);
            agents.map(|(id, _)| Key::Agent(id.clone())).collect()
        }
        Key::Template(id) => streams(config, |stream| shows(stream, id)).collect(),
        Key::Channel(id) => {
            let told = webhooks(config, |webhook| webhook.channel_ids.contains(id));
            let stream = stream_of_entity_channel(id).filter(|stream| config.is_entity_stream(stream));
            keys_limited_to(config, id).chain(stream.map(Key::WorkStream)).chain(told).collect()
        }
        Key::OperatingHours(id) => {
            let keeps = |queue: &Queue| queue.operating_hours_id.as_ref() == Some(id);
            let queues = config.queues.iter().filter(|(_, queue)| keeps(queue));
            let chats = |channel: &Channel| channel.live_chat.operating_hours_id.as_ref() == Some(id);
            let channels = config.channels.iter().filter(|(_, channel)| chats(channel));
            let queues = queues.map(|(id, _)| Key::Queue(id.clone()));
            queues.chain(channels.map(|(id, _)| Key::Channel(id.clone()))).collect()
        }
        Key::Settings
        | Key::Customer(_)
        | Key::IdentificationRule(_)
        | Key::ApiKey(_)
        | Key::Webhook(_)
        | Key::QuickReply(_) => Vec::new(),
    }
}

/// Whether `key` names something that exists from the start and cannot be deleted: the settings, the
/// default queues, the work stream `default-live-chat`, the base presences and `inactive`.
pub fn is_built_in(key: &Key) -> bool {
    match key {
        Key::Settings => true,
        Key::Queue(id) => is_default_queue(id),
        Key::WorkStream(id) => id.as_str() == DEFAULT_LIVE_CHAT,
        Key::Presence(id) => {
            BasePresence::from_id(id.as_str()).is_some() || id.as_str() == BasePresence::Inactive.as_str()
        }
        Key::Agent(_)
        | Key::Channel(_)
        | Key::Skill(_)
        | Key::CapacityProfile(_)
        | Key::Customer(_)
        | Key::IdentificationRule(_)
        | Key::ApiKey(_)
        | Key::Template(_)
        | Key::OperatingHours(_)
        | Key::Webhook(_)
        | Key::QuickReply(_) => false,
    }
}

fn keys_limited_to(config: &Config, channel: &ChannelId) -> impl Iterator<Item = Key> {
    let keys = config.api_keys.iter().filter(move |(_, key)| key.channel_ids.contains(channel));
    keys.map(|(id, _)| Key::ApiKey(id.clone()))
}

fn streams(config: &Config, refers: impl Fn(&WorkStream) -> bool) -> impl Iterator<Item = Key> {
    let streams = config.work_streams.iter().filter(move |(_, stream)| refers(stream));
    streams.map(|(id, _)| Key::WorkStream(id.clone()))
}

fn webhooks(config: &Config, refers: impl Fn(&Webhook) -> bool) -> impl Iterator<Item = Key> {
    let webhooks = config.webhooks.iter().filter(move |(_, webhook)| refers(webhook));
    webhooks.map(|(id, _)| Key::Webhook(id.clone()))
}

/// Whether a work stream's fallback or one of its rules names that queue.
fn routes_to_queue(stream: &WorkStream, queue: &QueueId) -> bool {
    let by_rule = |rule: &RoutingRule| match &rule.route_to {
        Route::Queue(id) => id == queue,
        Route::Split(shares) => shares.iter().any(|share| share.queue_id == *queue),
        Route::Agent(_) => false,
    };
    stream.fallback_queue_id == *queue || stream.routing_rules.iter().any(by_rule)
}

fn routes_to_agent(stream: &WorkStream, agent: &AgentId) -> bool {
    let by_rule = |rule: &RoutingRule| matches!(&rule.route_to, Route::Agent(id) if id == agent);
    stream.routing_rules.iter().any(by_rule)
}

fn shows(stream: &WorkStream, template: &TemplateId) -> bool {
    let notification = &stream.distribution.notification;
    let mut named = notification.templates.all().into_iter().filter_map(|(_, id)| id);
    notification.template_id.as_ref() == Some(template) || named.any(|id| id == template)
}

fn requires(stream: &WorkStream, skill: &SkillId) -> bool {
    let drops = |step: &RelaxationStep| matches!(&step.ease, Ease::Drop(skills) if skills.contains(skill));
    stream.required_skills().any(|required| required.skill_id == *skill)
        || stream.skill_relaxation.iter().any(drops)
}
