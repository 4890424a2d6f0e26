//! Checks every resource but the work stream.

use super::bounds::{
    MAX_CAPACITY, MAX_CASE_NUMBERS, MAX_DESCRIPTION_CHARS, MAX_EMAIL_CHARS, MAX_LEVEL, MAX_LISTED,
    MAX_NAME_CHARS, MAX_ORIGIN_CHARS, MAX_PAIRS, MAX_PATH_CHARS, MAX_PER_AGENT, MAX_RULES,
};
use super::checker::Checker;
use super::condition;
use super::problem::Problem;
use crate::config::{
    Agent, ApiKey, Channel, ChannelType, CustomPresence, Customer, IdentificationRule, IntakeRule, Role,
    Settings, Skill, stream_of_entity_channel,
};
use crate::ids::{AgentId, ApiKeyId, ChannelId, CustomerId, PresenceId, SkillId};
use crate::presence::BasePresence;

/// Checks the settings.
pub(super) fn settings(checker: &mut Checker<'_>, settings: &Settings) {
    checker.name("organization_id", &settings.organization_id);
    checker.range("max_open_offers", settings.max_open_offers, 1, u32::MAX);
    checker.range("retention_days", settings.retention_days, 1, u32::MAX);
    checker.each("intake_rules", &settings.intake_rules, MAX_RULES, |checker, _, rule| {
        intake_rule(checker, rule);
    });
    checker.field("age_limits", |checker| {
        for kind in ChannelType::ALL {
            let Some(limits) = settings.age_limits.get(&kind) else {
                checker.require(false, kind.as_str(), Problem::MissingAgeLimits);
                continue;
            };
            checker.field(kind.as_str(), |checker| {
                for (field, seconds) in [
                    ("open_seconds", limits.open_seconds),
                    ("active_seconds", limits.active_seconds),
                    ("waiting_seconds", limits.waiting_seconds),
                    ("wrap_up_seconds", limits.wrap_up_seconds),
                ] {
                    checker.range(field, seconds.unwrap_or(1), 1, u32::MAX);
                }
            });
        }
    });
}

fn intake_rule(checker: &mut Checker<'_>, rule: &IntakeRule) {
    checker.name("name", &rule.name);
    if let Some(entity) = &rule.entity_logical_name {
        checker.name("entity_logical_name", entity);
    }
    checker.field("when", |checker| condition::check(checker, &rule.when, &[]));
    let problem = match checker.config.work_streams.get(&rule.work_stream_id) {
        None => Some(Problem::UnknownWorkStream),
        Some(stream) if stream.channel_type != ChannelType::Entity => Some(Problem::NotEntity),
        Some(_) => None,
    };
    if let Some(problem) = problem {
        checker.require(false, "work_stream_id", problem);
    }
}

/// Checks an agent.
pub(super) fn agent(checker: &mut Checker<'_>, id: &AgentId, agent: &Agent) {
    checker.id(id.as_str());
    checker.name("name", &agent.name);
    if let Some(email) = &agent.email {
        checker.line("email", email, MAX_EMAIL_CHARS);
    }
    checker.require(agent.role != Role::Backend, "role", Problem::RoleNotAllowed);
    checker.range("capacity", agent.capacity, 0, MAX_CAPACITY);
    checker.each("queue_ids", &agent.queue_ids, MAX_PER_AGENT, |checker, index, queue| {
        if !checker.config.queues.contains_key(queue) {
            checker.report(Problem::UnknownQueue);
        }
        if agent.queue_ids[..index].contains(queue) {
            checker.report(Problem::Duplicate);
        }
    });
    let presence = &agent.default_presence;
    if presence.as_str() == BasePresence::Inactive.as_str() {
        checker.require(false, "default_presence", Problem::InactiveNotAllowed);
    } else {
        let known = checker.config.base_presence(presence).is_some();
        checker.require(known, "default_presence", Problem::UnknownPresence);
    }
    checker.each("skills", &agent.skills, MAX_PER_AGENT, |checker, index, skill| {
        match checker.config.skills.get(&skill.skill_id).map(|skill| skill.max_level) {
            None => checker.require(false, "skill_id", Problem::UnknownSkill),
            Some(max) => {
                let within = (1..=max).contains(&skill.level);
                checker.require(within, "level", Problem::LevelOutOfRange { max });
            }
        }
        let again = agent.skills[..index].iter().any(|other| other.skill_id == skill.skill_id);
        checker.require(!again, "skill_id", Problem::Duplicate);
    });
    super::profiles::of_agent(checker, &agent.capacity_profiles);
}

/// Checks a channel.
pub(super) fn channel(checker: &mut Checker<'_>, id: &ChannelId, channel: &Channel) {
    checker.id(id.as_str());
    checker.name("name", &channel.name);
    match checker.config.work_streams.get(&channel.work_stream_id) {
        None => checker.require(false, "work_stream_id", Problem::UnknownWorkStream),
        Some(stream) => checker.require(channel.kind == stream.channel_type, "type", Problem::TypeMismatch),
    }
    match stream_of_entity_channel(id) {
        None => checker.require(channel.kind != ChannelType::Entity, "type", Problem::EntityChannel),
        Some(stream) => {
            let its = channel.kind == ChannelType::Entity && channel.work_stream_id == stream;
            checker.require(its, "id", Problem::EntityChannel);
        }
    }
    checker.field("settings", |checker| {
        checker.each("allowed_origins", &channel.allowed_origins, MAX_LISTED, |checker, _, origin| {
            if origin.chars().count() > MAX_ORIGIN_CHARS {
                checker.report(Problem::TooLong { max: MAX_ORIGIN_CHARS });
            } else if !is_origin(origin) {
                checker.report(Problem::BadOrigin);
            }
        });
        if channel.kind == ChannelType::LiveChat {
            super::live_chat::settings(checker, channel);
        }
    });
}

/// A scheme and a host, perhaps a port, as a browser's `Origin` has them; or `*`.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    text == "*" || host.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
}

/// Checks a custom presence; the base ones are locked.
pub(super) fn presence(checker: &mut Checker<'_>, id: &PresenceId, presence: &CustomPresence) {
    checker.id(id.as_str());
    let base = BasePresence::from_id(id.as_str()).is_some() || id.as_str() == BasePresence::Inactive.as_str();
    checker.require(!base, "id", Problem::BuiltIn);
    checker.name("text", &presence.text);
    checker.require(presence.base != BasePresence::Inactive, "base", Problem::InactiveNotAllowed);
    if let Some(description) = &presence.description {
        checker.optional_text("description", description, MAX_DESCRIPTION_CHARS);
    }
}

/// Checks a skill. Its levels still reach as high as agents have and rules require it.
pub(super) fn skill(checker: &mut Checker<'_>, id: &SkillId, skill: &Skill) {
    checker.id(id.as_str());
    checker.name("name", &skill.name);
    let used = checker.checks.highest_level(id).unwrap_or(1);
    checker.range("max_level", skill.max_level, used.clamp(1, MAX_LEVEL), MAX_LEVEL);
}

/// Checks a customer record.
pub(super) fn customer(checker: &mut Checker<'_>, id: &CustomerId, customer: &Customer) {
    checker.id(id.as_str());
    checker.name("name", &customer.name);
    if let Some(email) = &customer.email {
        checker.optional_line("email", email, MAX_EMAIL_CHARS);
    }
    if let Some(phone) = &customer.phone {
        checker.optional_line("phone", phone, MAX_NAME_CHARS);
    }
    checker.each("case_numbers", &customer.case_numbers, MAX_CASE_NUMBERS, |checker, _, case| {
        checker.line_here(case, MAX_NAME_CHARS);
    });
}

/// Checks an identification rule. Its variables need no declaration: the rule may be for all work streams.
pub(super) fn identification_rule(checker: &mut Checker<'_>, id: &str, rule: &IdentificationRule) {
    checker.id(id);
    if let Some(stream) = &rule.work_stream_id {
        let known = checker.config.work_streams.contains_key(stream);
        checker.require(known, "work_stream_id", Problem::UnknownWorkStream);
    }
    checker.require(!rule.matches.is_empty(), "match", Problem::EmptyList);
    checker.each("match", &rule.matches, MAX_PAIRS, |checker, _, pair| {
        checker.line("variable", &pair.variable, MAX_PATH_CHARS);
    });
}

/// Checks an API key.
pub(super) fn api_key(checker: &mut Checker<'_>, id: &ApiKeyId, key: &ApiKey) {
    checker.id(id.as_str());
    checker.name("name", &key.name);
    checker.require(key.role != Role::Agent, "role", Problem::RoleNotAllowed);
    checker.each("channel_ids", &key.channel_ids, MAX_LISTED, |checker, index, channel| {
        if !checker.config.channels.contains_key(channel) {
            checker.report(Problem::UnknownChannel);
        }
        if key.channel_ids[..index].contains(channel) {
            checker.report(Problem::Duplicate);
        }
    });
}
