//! From what is to what should be, step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::super::collections::hours::Hours;
use super::super::collections::webhooks::Webhooks;
use super::super::collections::{
    Agents, ApiKeys, CapacityProfiles, Channels, Customers, IdentificationRules, Presences, Queues,
    QuickReplies, Skills, Templates, WorkStreams,
};
use super::super::{Resource, anothers, checks};
use super::is_base_presence;
use crate::domain::config::check::Checks;
use crate::domain::config::{ApiKey, Change, Config, Key, stream_of_entity_channel};
use crate::domain::ids::{ApiKeyId, is_config_id};
use crate::domain::time::Timestamp;
use crate::http::error::{FieldError, escape_pointer};
use crate::http::wire::document::{ApiKeyEntry, Configuration, PlanStep, PlanWarning};
use crate::http::wire::settings::Settings;

/// A plan: the changes in order and what they say to people, or what is wrong.
#[derive(Debug, Default)]
pub struct Planned {
    /// For the house.
    pub changes: Vec<Change>,
    /// Each resource that changes, with its version now.
    pub if_match: Vec<(Key, Option<u64>)>,
    /// For people.
    pub steps: Vec<PlanStep>,
    /// Lint of the configuration after it.
    pub warnings: Vec<PlanWarning>,
    /// What is wrong; if anything is, nothing may be done.
    pub errors: Vec<FieldError>,
}

/// Plans a document over a configuration.
pub fn plan(document: Configuration, config: &Config, now: Timestamp) -> Planned {
    let mut planner = Planner {
        scratch: config.clone(),
        before: config,
        now,
        written: Vec::new(),
        planned: Planned::default(),
    };
    let named = Named::of(&document);
    if let Some(settings) = document.settings {
        planner.settings(settings);
    }
    planner.puts::<Skills>(document.skills);
    planner.puts::<CapacityProfiles>(document.capacity_profiles);
    planner.puts::<Presences>(document.presences);
    planner.puts::<Hours>(document.operating_hours);
    planner.puts::<Queues>(document.queues);
    planner.puts::<Agents>(document.agents);
    planner.puts::<Templates>(document.notification_templates);
    planner.puts::<WorkStreams>(document.work_streams);
    planner.puts::<Channels>(document.channels);
    planner.puts::<Customers>(document.customers);
    planner.puts::<IdentificationRules>(document.record_identification_rules);
    planner.puts::<Webhooks>(document.webhooks);
    planner.puts::<QuickReplies>(document.quick_replies);
    planner.api_keys(document.api_keys);
    // What refers goes before what is referred to.
    planner.deletes::<QuickReplies>(named.quick_replies.as_ref());
    planner.deletes::<Webhooks>(named.webhooks.as_ref());
    planner.deletes::<ApiKeys>(named.api_keys.as_ref());
    planner.deletes::<IdentificationRules>(named.identification_rules.as_ref());
    planner.deletes::<Customers>(named.customers.as_ref());
    planner.deletes::<Channels>(named.channels.as_ref());
    planner.deletes::<WorkStreams>(named.work_streams.as_ref());
    planner.deletes::<Templates>(named.notification_templates.as_ref());
    planner.deletes::<Agents>(named.agents.as_ref());
    planner.deletes::<Queues>(named.queues.as_ref());
    planner.deletes::<Hours>(named.operating_hours.as_ref());
    planner.deletes::<Presences>(named.presences.as_ref());
    planner.deletes::<Skills>(named.skills.as_ref());
    planner.deletes::<CapacityProfiles>(named.capacity_profiles.as_ref());
    planner.judge();
    planner.planned
}

type Ids = Option<BTreeSet<String>>;

/// The ids that each section names; `None` for a section that is not there.
struct Named {
    skills: Ids,
    capacity_profiles: Ids,
    presences: Ids,
    operating_hours: Ids,
    queues: Ids,
    agents: Ids,
    work_streams: Ids,
    notification_templates: Ids,
    channels: Ids,
    customers: Ids,
    identification_rules: Ids,
    webhooks: Ids,
    quick_replies: Ids,
    api_keys: Ids,
}

impl Named {
    fn of(document: &Configuration) -> Self {
        fn ids<T>(section: Option<&BTreeMap<String, T>>) -> Ids {
            section.map(|section| section.keys().cloned().collect())
        }
        Self {
            skills: ids(document.skills.as_ref()),
            capacity_profiles: ids(document.capacity_profiles.as_ref()),
            presences: ids(document.presences.as_ref()),
            operating_hours: ids(document.operating_hours.as_ref()),
            queues: ids(document.queues.as_ref()),
            agents: ids(document.agents.as_ref()),
            work_streams: ids(document.work_streams.as_ref()),
            notification_templates: ids(document.notification_templates.as_ref()),
            channels: ids(document.channels.as_ref()),
            customers: ids(document.customers.as_ref()),
            identification_rules: ids(document.record_identification_rules.as_ref()),
            webhooks: ids(document.webhooks.as_ref()),
            quick_replies: ids(document.quick_replies.as_ref()),
            api_keys: ids(document.api_keys.as_ref()),
        }
    }
}

struct Planner<'a> {
    scratch: Config,
    before: &'a Config,
    now: Timestamp,
    written: Vec<(Change, String)>,
    planned: Planned,
}

impl Planner<'_> {
    fn settings(&mut self, wire: Settings) {
        let before = value(Some(Settings::from(self.scratch.settings.as_ref())));
        let settings = match wire.into_domain() {
            Ok(settings) => settings,
            Err(errors) => return self.wrong("/settings", errors),
        };
        let change = Change::PutSettings(Arc::new(settings));
        self.written.push((change.clone(), "/settings".to_owned()));
        self.scratch.apply(&change);
        let after = value(Some(Settings::from(self.scratch.settings.as_ref())));
        self.step("settings".to_owned(), &before, &after, change);
    }

    fn puts<R: Resource>(&mut self, section: Option<BTreeMap<String, R::Wire>>) {
        for (id, wire) in section.into_iter().flatten() {
            let given = serde_json::to_value(&wire).ok().and_then(|wire| wire.get("id").cloned());
            if given.is_some_and(|given| given != id.as_str()) {
                self.planned.errors.push(anothers(format!("{}/id", pointer::<R>(&id))));
            }
            self.put::<R>(&id, |scratch| R::change(&id, wire, scratch));
        }
    }

    fn api_keys(&mut self, section: Option<BTreeMap<String, ApiKeyEntry>>) {
        for (id, entry) in section.into_iter().flatten() {
            self.put::<ApiKeys>(&id, |scratch| key_change(&id, entry, scratch));
        }
    }

    fn put<R: Resource>(
        &mut self,
        id: &str,
        change: impl FnOnce(&Config) -> Result<Change, Vec<FieldError>>,
    ) {
        let at = pointer::<R>(id);
        if !is_config_id(id) {
            self.planned.errors.push(FieldError::new(at, "an id is [a-z0-9][a-z0-9._-]{0,63}"));
            return;
        }
        if is_base_presence::<R>(id) {
            self.planned.errors.push(FieldError::new(at, "this presence is built in"));
            return;
        }
        let before = value(R::show(id, &self.scratch));
        let change = match change(&self.scratch) {
            Ok(change) => change,
            Err(errors) => return self.wrong(&at, errors),
        };
        self.written.push((change.clone(), at));
        let secret_before = secret_of(&change, &self.scratch);
        self.scratch.apply(&change);
        let mut after = value(R::show(id, &self.scratch));
        if secret_before != secret_of(&change, &self.scratch) && !before.is_null() {
            after[R::SECRET] = "another".into();
        }
        let mut born = if before.is_null() { R::born(id, self.now) } else { Vec::new() };
        born.extend(self.scratch.entailed(std::slice::from_ref(&change)));
        self.step(format!("{}/{id}", R::COLLECTION), &before, &after, change);
        self.follow(born);
    }

    /// What comes with a step.
    fn follow(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.scratch.apply(&change);
            self.planned.changes.push(change);
        }
    }

    fn deletes<R: Resource>(&mut self, named: Option<&BTreeSet<String>>) {
        let Some(named) = named else { return };
        let goes = |id: &String| {
            let key = R::key(id);
            // An entity channel goes with its work stream, never alone.
            let stays = matches!(&key, Key::Channel(id) if stream_of_entity_channel(id).is_some());
            !(named.contains(id) || stays || is_base_presence::<R>(id) || checks::is_built_in(&key))
        };
        let ids: Vec<String> = R::ids(self.before).into_iter().filter(goes).collect();
        // What refers to it and goes too does not count: queues may overflow in a ring. Other collections are gone
        // already, by the order of deletions.
        let mut without = self.scratch.clone();
        ids.iter().for_each(|id| without.apply(&Change::Delete(R::key(id))));
        for id in ids {
            let key = R::key(&id);
            if let Err(problem) = checks::deletable(&key, &without) {
                self.planned.errors.push(FieldError::new(pointer::<R>(&id), problem.detail));
                continue;
            }
            let before = value(R::show(&id, &self.scratch));
            let change = Change::Delete(key);
            let entailed = self.scratch.entailed(std::slice::from_ref(&change));
            self.scratch.apply(&change);
            self.step(format!("{}/{id}", R::COLLECTION), &before, &Value::Null, change);
            self.follow(entailed);
        }
    }

    /// Everything that the document writes, in the configuration that it makes, since its parts may refer to one another;
    /// then its lint.
    fn judge(&mut self) {
        let scratch = std::mem::take(&mut self.scratch);
        let checks = Checks::new(&scratch);
        for (change, at) in std::mem::take(&mut self.written) {
            self.wrong(&at, checks::check_with(&checks, &change));
        }
        for (id, stream) in &scratch.work_streams {
            for warning in checks::warnings_with(&checks, stream) {
                let field = format!("/work_streams/{}{}", escape_pointer(id.as_str()), warning.field);
                self.planned.warnings.push(PlanWarning {
                    field,
                    code: warning.code,
                    message: warning.message,
                });
            }
        }
    }

    fn wrong(&mut self, at: &str, errors: Vec<FieldError>) {
        let under = |error: FieldError| FieldError::new(format!("{at}{}", error.field), error.message);
        self.planned.errors.extend(errors.into_iter().map(under));
    }

    fn step(&mut self, resource: String, before: &Value, after: &Value, change: Change) {
        let mut changes = Vec::new();
        let action = match (before.is_null(), after.is_null()) {
            (true, _) => "create",
            (_, true) => "delete",
            _ => {
                differences(before, after, "", &mut changes);
                if changes.is_empty() {
                    return;
                }
                "change"
            }
        };
        let key = change.key();
        let version = self.before.written.get(&key).copied();
        self.planned.if_match.push((key, version));
        self.planned.steps.push(PlanStep { action: action.to_owned(), resource, changes });
        self.planned.changes.push(change);
    }
}

fn value<T: serde::Serialize>(wire: Option<T>) -> Value {
    wire.and_then(|wire| serde_json::to_value(wire).ok()).unwrap_or(Value::Null)
}

/// Pointer of a resource in the document: sections have underscores where paths have hyphens.
fn pointer<R: Resource>(id: &str) -> String {
    format!("/{}/{}", R::COLLECTION.replace('-', "_"), escape_pointer(id))
}

fn key_change(id: &str, entry: ApiKeyEntry, config: &Config) -> Result<Change, Vec<FieldError>> {
    let there = config.api_keys.get(&ApiKeyId::from(id)).map(|key| key.digest);
    let given = entry.token_sha256.as_deref().and_then(from_hex);
    let Some(digest) = given.or(there) else {
        let message =
            "must be given for a new key; or make the key with PUT /v1/api-keys, which shows its token";
        return Err(vec![FieldError::new("/token_sha256", message)]);
    };
    Ok(Change::PutApiKey(
        id.into(),
        Arc::new(ApiKey {
            name: entry.name,
            role: entry.role.into(),
            channel_ids: entry.channel_ids.into_iter().map(Into::into).collect(),
            digest,
        }),
    ))
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let byte = |index: usize| u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    bytes?.try_into().ok()
}

/// What is never shown of a resource, to see whether it changes.
fn secret_of(change: &Change, config: &Config) -> Option<Vec<u8>> {
    match change {
        Change::PutApiKey(id, _) => config.api_keys.get(id).map(|key| key.digest.to_vec()),
        Change::PutWebhook(id, _) => config.webhooks.get(id).map(|webhook| webhook.secret.0.to_vec()),
        _ => None,
    }
}

/// Lists what differs, deepest first named by its pointer.
fn differences(before: &Value, after: &Value, at: &str, into: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let (a, b) = (a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null));
                differences(a, b, &format!("{at}/{}", escape_pointer(name)), into);
            }
        }
        (a, b) if a == b => {}
        (a, b) => into.push(format!("{at}: {a} -> {b}")),
    }
}

#[cfg(test)]
mod tests;
