//! Checks a work stream.

use std::collections::BTreeSet;

use super::bounds::{
    MAX_CAPACITY, MAX_DESCRIPTION_CHARS, MAX_ENTITIES, MAX_LEVEL, MAX_RELAXATION_SECONDS,
    MAX_RELAXATION_STEPS, MAX_REQUIRED_SKILLS, MAX_RULES, MAX_SHARES, MAX_TIMEOUT_SECONDS, MAX_VARIABLES,
};
use super::checker::Checker;
use super::classification;
use super::condition;
use super::problem::Problem;
use crate::config::{
    ChannelType, Distribution, ENTITY_CHANNEL, Ease, Mode, QueueType, RelaxationStep, RequiredSkill, Route,
    RoutingRule, SkillRule, Split, WorkStream, entity_channel,
};
use crate::context::Variable;
use crate::ids::{MAX_CONFIG_ID, TemplateId, WorkStreamId};
use crate::presence::BasePresence;

/// Checks a work stream that is put under `id`.
pub(super) fn check(checker: &mut Checker<'_>, id: &WorkStreamId, stream: &WorkStream) {
    checker.id(id.as_str());
    if stream.channel_type == ChannelType::Entity {
        checker.length("id", id.as_str(), MAX_CONFIG_ID - ENTITY_CHANNEL.len());
    }
    checker.name("name", &stream.name);
    // The entity channel comes and goes with the type.
    let made_with_it = entity_channel(id);
    let channels = checker.checks.channels_of(id).iter();
    let mut channels = channels.filter(|(channel, _)| **channel != made_with_it);
    let fits = channels.all(|(_, channel)| channel.kind == stream.channel_type);
    checker.require(fits, "channel_type", Problem::TypeMismatch);
    checker.range("capacity", stream.capacity, 0, MAX_CAPACITY);
    super::profiles::of_stream(checker, &stream.capacity_profile_ids);
    if let Some(seconds) = stream.auto_close_after_inactivity_seconds {
        checker.range("auto_close_after_inactivity_seconds", seconds, 1, u32::MAX);
    }
    checker.field("distribution", |checker| {
        distribution(checker, &stream.distribution, stream.channel_type);
    });
    variables(checker, &stream.context_variables);
    super::live_chat::of_work_stream(checker, id, stream);
    classification::check(checker, &stream.classification, &stream.context_variables);
    checker.each("routing_rules", &stream.routing_rules, MAX_RULES, |checker, _, rule| {
        routing_rule(checker, rule, stream);
    });
    checker.queue_of("fallback_queue_id", &stream.fallback_queue_id, stream.channel_type.queue_type());
    checker.each("skill_rules", &stream.skill_rules, MAX_RULES, |checker, _, rule| {
        skill_rule(checker, rule, &stream.context_variables);
    });
    relaxation(checker, &stream.skill_relaxation);
    entities(checker, stream);
}

fn template(checker: &mut Checker<'_>, field: &'static str, id: Option<&TemplateId>) {
    let known = id.is_none_or(|id| checker.config.templates.contains_key(id));
    checker.require(known, field, Problem::UnknownTemplate);
}

fn distribution(checker: &mut Checker<'_>, distribution: &Distribution, kind: ChannelType) {
    let pick = distribution.mode == Mode::Pick;
    checker.field("notification", |checker| {
        let notification = &distribution.notification;
        checker.range("timeout_seconds", notification.timeout_seconds, 1, MAX_TIMEOUT_SECONDS);
        template(checker, "template_id", notification.template_id.as_ref());
        checker.field("templates", |checker| {
            for (scenario, id) in notification.templates.all() {
                template(checker, scenario, id);
            }
        });
    });
    let allowed = &distribution.allowed_presences;
    checker.require(!allowed.is_empty(), "allowed_presences", Problem::EmptyList);
    checker.each("allowed_presences", allowed, BasePresence::CHOOSABLE.len(), |checker, index, base| {
        if *base == BasePresence::Inactive {
            checker.report(Problem::InactiveNotAllowed);
        }
        if allowed[..index].contains(base) {
            checker.report(Problem::Duplicate);
        }
    });
    checker.require(
        !(distribution.select_from_push && pick),
        "select_from_push",
        Problem::SelectFromPushWithPick,
    );
    let affinity = distribution.agent_affinity;
    checker.require(!(affinity && pick), "agent_affinity", Problem::AffinityWithPick);
    let entity = kind == ChannelType::Entity;
    checker.require(!(affinity && entity), "agent_affinity", Problem::AffinityWithEntity);
    if let Some(most) = distribution.max_conversations_per_agent {
        checker.range("max_conversations_per_agent", most, 1, MAX_CAPACITY);
    }
    checker.field("refusal", |checker| {
        checker.range("max_refusals", distribution.refusal.max_refusals, 1, u32::MAX);
    });
}

fn variables(checker: &mut Checker<'_>, variables: &[Variable]) {
    let mut names = BTreeSet::new();
    checker.each("context_variables", variables, MAX_VARIABLES, |checker, _, variable| {
        let name = &variable.name;
        checker.name("name", name);
        let word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        checker.require(word || name.trim().is_empty(), "name", Problem::BadName);
        checker.require(names.insert(name.clone()), "name", Problem::DuplicateName);
        checker.name("display_name", &variable.display_name);
    });
}

fn routing_rule(checker: &mut Checker<'_>, rule: &RoutingRule, stream: &WorkStream) {
    let kind = stream.channel_type.queue_type();
    checker.name("name", &rule.name);
    checker.optional_text("description", &rule.description, MAX_DESCRIPTION_CHARS);
    checker.field("when", |checker| condition::check(checker, &rule.when, &stream.context_variables));
    checker.field("route_to", |checker| match &rule.route_to {
        Route::Queue(queue) => checker.queue_of("queue_id", queue, kind),
        Route::Agent(agent) => {
            let known = checker.config.agents.contains_key(agent);
            checker.require(known, "agent_id", Problem::UnknownAgent);
        }
        Route::Split(shares) => split(checker, shares, kind),
    });
}

fn split(checker: &mut Checker<'_>, shares: &[Split], kind: QueueType) {
    checker.each("split", shares, MAX_SHARES, |checker, _, share| {
        checker.queue_of("queue_id", &share.queue_id, kind);
        checker.range("percent", share.percent, 0, 100);
    });
    let sum: u64 = shares.iter().map(|share| u64::from(share.percent)).sum();
    let problem = if shares.is_empty() { Problem::EmptyList } else { Problem::SplitSum { sum } };
    checker.require(sum == 100, "split", problem);
}

fn skill_rule(checker: &mut Checker<'_>, rule: &SkillRule, declared: &[Variable]) {
    checker.name("name", &rule.name);
    checker.field("when", |checker| condition::check(checker, &rule.when, declared));
    checker.require(!rule.skills.is_empty(), "skills", Problem::EmptyList);
    checker.each("skills", &rule.skills, MAX_REQUIRED_SKILLS, |checker, index, required| {
        skill(checker, required);
        let again = rule.skills[..index].iter().any(|other| other.skill_id == required.skill_id);
        checker.require(!again, "skill_id", Problem::Duplicate);
    });
}

/// Checks a required skill at the present place.
pub(super) fn skill(checker: &mut Checker<'_>, required: &RequiredSkill) {
    match checker.config.skills.get(&required.skill_id) {
        None => checker.require(false, "skill_id", Problem::UnknownSkill),
        Some(skill) => {
            let max = skill.max_level;
            let within = (1..=max).contains(&required.min_level);
            checker.require(within, "min_level", Problem::LevelOutOfRange { max });
        }
    }
}

fn relaxation(checker: &mut Checker<'_>, steps: &[RelaxationStep]) {
    checker.each("skill_relaxation", steps, MAX_RELAXATION_STEPS, |checker, index, step| {
        checker.range("after_seconds", step.after_seconds, 1, MAX_RELAXATION_SECONDS);
        let before = index.checked_sub(1).map(|before| steps[before].after_seconds);
        let ascends = before.is_none_or(|before| before < step.after_seconds);
        checker.require(ascends, "after_seconds", Problem::NotAscending);
        match &step.ease {
            Ease::MinLevel(level) => checker.range("min_level", *level, 1, MAX_LEVEL),
            Ease::Drop(skills) => {
                checker.require(!skills.is_empty(), "drop", Problem::EmptyList);
                checker.each("drop", skills, MAX_REQUIRED_SKILLS, |checker, index, skill| {
                    if !checker.config.skills.contains_key(skill) {
                        checker.report(Problem::UnknownSkill);
                    }
                    if skills[..index].contains(skill) {
                        checker.report(Problem::Duplicate);
                    }
                });
            }
        }
    });
}

fn entities(checker: &mut Checker<'_>, stream: &WorkStream) {
    let all = &stream.entity_configurations;
    checker.each("entity_configurations", all, MAX_ENTITIES, |checker, index, entity| {
        checker.name("entity_logical_name", &entity.entity_logical_name);
        let again = all[..index].iter().any(|other| other.entity_logical_name == entity.entity_logical_name);
        checker.require(!again, "entity_logical_name", Problem::Duplicate);
        checker.name("entity_set_name", &entity.entity_set_name);
        if let Some(name) = &entity.relationship_name {
            checker.name("relationship_name", name);
        }
    });
}
