//! An act on the wire: `{id, at, by, act, subject, before, after}`. What is before and after is in the form of the
//! resource's own answers, without what they compute; what is secret is not in it.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::actors::audit::{Act, Before, Intervention, Standing, What};
use crate::domain::config::{Change, Config, Key};
use crate::domain::conversation::{By, CloseReason};
use crate::domain::outbound::Target;
use crate::domain::time::Timestamp;
use crate::http::config::Resource;
use crate::http::config::collections::hours::Hours;
use crate::http::config::collections::webhooks::Webhooks;
use crate::http::config::collections::{
    Agents, ApiKeys, CapacityProfiles, Channels, Customers, IdentificationRules, Presences, Queues,
    QuickReplies, Skills, Templates, WorkStreams,
};
use crate::http::wire::provider::MASK;
use crate::http::wire::settings::Settings;
use crate::http::wire::time::At;
use crate::http::wire::value::ContextView;

/// Fields whose values are never shown, wherever they are: these names, and those that end in `_` and one of them.
const SECRET: [&str; 11] = [
    "token",
    "secret",
    "password",
    "passphrase",
    "credential",
    "credentials",
    "private_key",
    "access_key",
    "signing_key",
    "digest",
    "sha256",
];
/// What stands in their place.
const HIDDEN: &str = "(hidden)";

const CONVERSATIONS: &str = "conversations";
const SETTINGS: &str = "settings";

/// What acts are about.
pub const COLLECTIONS: [&str; 16] = [
    WorkStreams::COLLECTION,
    Queues::COLLECTION,
    Agents::COLLECTION,
    Channels::COLLECTION,
    Presences::COLLECTION,
    Skills::COLLECTION,
    CapacityProfiles::COLLECTION,
    Customers::COLLECTION,
    IdentificationRules::COLLECTION,
    Templates::COLLECTION,
    ApiKeys::COLLECTION,
    Hours::COLLECTION,
    Webhooks::COLLECTION,
    QuickReplies::COLLECTION,
    CONVERSATIONS,
    SETTINGS,
];

/// Who did it.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorView<'a> {
    /// The role that the act takes: `admin` or `supervisor`; `system` for the program itself.
    role: &'static str,
    /// The agent or API key; `admin` for the administrator's token; `null` for the system.
    id: Option<&'a str>,
}

/// What it was done to.
#[derive(Serialize, ToSchema)]
#[schema(as = ActSubject)]
pub struct SubjectView {
    /// As in the paths: `queues`, `agents`, `conversations`, …, or `settings`.
    collection: &'static str,
    /// Which one; `null` for the settings.
    id: Option<String>,
}

/// One act of an administrator or a supervisor.
#[derive(Serialize, ToSchema)]
#[schema(as = Act)]
pub struct ActView<'a> {
    /// UUID v7 of its time and its place in the journal: sorts as the list does.
    #[schema(format = "uuid")]
    id: String,
    at: At,
    by: ActorView<'a>,
    /// `config.put`, `config.delete`, `agent.token_made`, `agent.tokens_revoked`, `agent.presence_set`,
    /// `conversation.assign`, `conversation.transfer`, `conversation.join`, `conversation.leave`, `conversation.end`,
    /// `conversation.close`, `conversation.context`, `conversation.resolve`, `conversation.cancel`, `conversation.unassign`,
    /// `conversation.watch`, `deliveries.replay` or `deliveries.discard`.
    act: &'static str,
    subject: SubjectView,
    /// How it was; `null`: it was not, or there is nothing to compare.
    #[schema(value_type = Option<Object>)]
    before: Value,
    /// How it is after it; `null`: it is no more, or there is nothing to compare.
    #[schema(value_type = Option<Object>)]
    after: Value,
    /// There and true where `before` is `null` since the journal no longer has it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    before_unknown: bool,
}

impl<'a> From<&'a Act> for ActView<'a> {
    fn from(act: &'a Act) -> Self {
        let (collection, id) = subject(&act.what);
        let (name, [mut before, mut after], known) = told(&act.what);
        hide(&mut before);
        hide(&mut after);
        another_token(&act.what, &mut after);
        let role = match &act.by {
            By::System | By::Customer => "system",
            _ if ["config.", "agent.token", "deliveries."].iter().any(|of| name.starts_with(of)) => "admin",
            _ => "supervisor",
        };
        Self {
            id: act.id.to_string(),
            at: At(act.at),
            by: ActorView { role, id: act.actor() },
            act: name,
            subject: SubjectView { collection, id },
            before,
            after,
            before_unknown: !known,
        }
    }
}

/// Collection and id of what an act is about.
pub fn subject(what: &What) -> (&'static str, Option<String>) {
    match what {
        What::Configured { key, .. } => named(key),
        What::Deliveries { target: Target::Webhook(id), .. } => (Webhooks::COLLECTION, Some(id.to_string())),
        What::Deliveries { target: Target::Channel(id), .. } => (Channels::COLLECTION, Some(id.to_string())),
        What::TokensRevoked { agent, .. }
        | What::TokenMade { agent, .. }
        | What::PresenceSet { agent, .. } => (Agents::COLLECTION, Some(agent.to_string())),
        What::Conversation { id, .. } | What::Watched(id) => (CONVERSATIONS, Some(id.to_string())),
    }
}

fn named(key: &Key) -> (&'static str, Option<String>) {
    let (collection, id) = match key {
        Key::Settings => return (SETTINGS, None),
        Key::WorkStream(id) => (WorkStreams::COLLECTION, id.to_string()),
        Key::Queue(id) => (Queues::COLLECTION, id.to_string()),
        Key::Agent(id) => (Agents::COLLECTION, id.to_string()),
        Key::Channel(id) => (Channels::COLLECTION, id.to_string()),
        Key::Presence(id) => (Presences::COLLECTION, id.to_string()),
        Key::Skill(id) => (Skills::COLLECTION, id.to_string()),
        Key::CapacityProfile(id) => (CapacityProfiles::COLLECTION, id.to_string()),
        Key::Customer(id) => (Customers::COLLECTION, id.to_string()),
        Key::IdentificationRule(id) => (IdentificationRules::COLLECTION, id.clone()),
        Key::ApiKey(id) => (ApiKeys::COLLECTION, id.to_string()),
        Key::Template(id) => (Templates::COLLECTION, id.to_string()),
        Key::OperatingHours(id) => (Hours::COLLECTION, id.to_string()),
        Key::Webhook(id) => (Webhooks::COLLECTION, id.to_string()),
        Key::QuickReply(id) => (QuickReplies::COLLECTION, id.to_string()),
    };
    (collection, Some(id))
}

/// Name, before and after, and whether before is known.
fn told(what: &What) -> (&'static str, [Value; 2], bool) {
    match what {
        What::Configured { before, after, .. } => {
            let (was, known) = earlier(before, resource);
            let name = if after.is_some() { "config.put" } else { "config.delete" };
            (name, [was, after.as_ref().map_or(Value::Null, resource)], known)
        }
        What::TokensRevoked { before, after, .. } => {
            let void = |ms: &i64| json!({"void_before": At(Timestamp(*ms))});
            let (was, known) = earlier(before, void);
            ("agent.tokens_revoked", [was, void(after)], known)
        }
        What::TokenMade { expires_at, .. } => {
            ("agent.token_made", [Value::Null, json!({"expires_at": At(*expires_at)})], true)
        }
        What::PresenceSet { before, after, resets, .. } => {
            let (was, known) = earlier(before, |presence| json!({"presence": presence}));
            let is = json!({"presence": after, "resets_missed": resets});
            ("agent.presence_set", [was, is], known)
        }
        What::Conversation { intervention, before, after, .. } => {
            let (was, known) = earlier(before, |standing| standing_view(standing));
            let is = after.as_ref().map_or(Value::Null, |standing| standing_view(standing));
            (verb(*intervention), [was, is], known)
        }
        What::Watched(_) => ("conversation.watch", [Value::Null, Value::Null], true),
        What::Deliveries { replayed, count, .. } => {
            let name = if *replayed { "deliveries.replay" } else { "deliveries.discard" };
            (name, [Value::Null, json!({"deliveries": count})], true)
        }
    }
}

fn earlier<T>(before: &Before<T>, view: impl Fn(&T) -> Value) -> (Value, bool) {
    match before {
        Before::Was(was) => (was.as_ref().map_or(Value::Null, view), true),
        Before::Unknown => (Value::Null, false),
    }
}

fn verb(intervention: Intervention) -> &'static str {
    match intervention {
        Intervention::Assign => "conversation.assign",
        Intervention::Transfer => "conversation.transfer",
        Intervention::Join => "conversation.join",
        Intervention::Leave => "conversation.leave",
        Intervention::End => "conversation.end",
        Intervention::Close => "conversation.close",
        Intervention::Context => "conversation.context",
        Intervention::Resolve => "conversation.resolve",
        Intervention::Cancel => "conversation.cancel",
        Intervention::Unassign => "conversation.unassign",
    }
}

fn standing_view(standing: &Standing) -> Value {
    let mut view = json!({
        "state": standing.status.as_str(),
        "queue_id": standing.queue,
        "agent_id": standing.agent,
        "offered_to": standing.offered_to,
        "supervisors": standing.supervisors,
        "close_reason": standing.close_reason.map(CloseReason::as_str),
        "note": standing.close_note,
    });
    if let Some(context) = &standing.context {
        view["context"] = json!(ContextView(context));
    }
    view
}

/// What a change puts, as its own path shows it.
fn resource(change: &Change) -> Value {
    let mut config = Config::default();
    config.apply(change);
    let (_, id) = named(&change.key());
    let id = id.unwrap_or_default();
    match change.key() {
        Key::Settings => json!(Settings::from(config.settings.as_ref())),
        Key::WorkStream(_) => json!(WorkStreams::show(&id, &config)),
        Key::Queue(_) => json!(Queues::show(&id, &config)),
        Key::Agent(_) => json!(Agents::show(&id, &config)),
        Key::Channel(_) => json!(Channels::show(&id, &config)),
        Key::Presence(_) => json!(Presences::show(&id, &config)),
        Key::Skill(_) => json!(Skills::show(&id, &config)),
        Key::CapacityProfile(_) => json!(CapacityProfiles::show(&id, &config)),
        Key::Customer(_) => json!(Customers::show(&id, &config)),
        Key::IdentificationRule(_) => json!(IdentificationRules::show(&id, &config)),
        Key::ApiKey(_) => json!(ApiKeys::show(&id, &config)),
        Key::Template(_) => json!(Templates::show(&id, &config)),
        Key::OperatingHours(_) => json!(Hours::show(&id, &config)),
        Key::Webhook(_) => json!(Webhooks::show(&id, &config)),
        Key::QuickReply(_) => json!(QuickReplies::show(&id, &config)),
    }
}

/// A key that got another token, and a webhook or a channel that got another secret, look the same else.
fn another_token(what: &What, after: &mut Value) {
    if let What::Configured {
        before: Before::Was(Some(Change::PutApiKey(_, before))),
        after: Some(Change::PutApiKey(_, key)),
        ..
    } = what
        && before.digest != key.digest
    {
        after["token"] = "another".into();
    }
    if let What::Configured {
        before: Before::Was(Some(Change::PutWebhook(_, before))),
        after: Some(Change::PutWebhook(_, webhook)),
        ..
    } = what
        && before.secret != webhook.secret
    {
        after["secret"] = "another".into();
    }
    if let What::Configured {
        before: Before::Was(Some(Change::PutChannel(_, before))),
        after: Some(Change::PutChannel(_, channel)),
        ..
    } = what
        && let (Some(before), Some(provider)) = (&before.provider, &channel.provider)
    {
        let another = |(name, value): &(&String, &String)| {
            before.settings.get(*name).is_some_and(|before| before != *value)
                && [HIDDEN, MASK].iter().any(|shown| after["settings"][name.as_str()] == *shown)
        };
        let others: Vec<&String> = provider.settings.iter().filter(another).map(|(name, _)| name).collect();
        for name in others {
            after["settings"][name.as_str()] = "another".into();
        }
    }
}

fn hide(value: &mut Value) {
    let secret = |name: &str| {
        SECRET
            .iter()
            .any(|word| name.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
    };
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Null => {}
                    member if secret(name) => *member = HIDDEN.into(),
                    member => hide(member),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown_however_deep_it_is_and_what_is_none_is() {
        let mut value = json!({
            "name": "Sms", "tokens": 3, "secretary": "Ana", "secret": null,
            "settings": {"auth_token": "t0", "accounts": [{"app_secret": {"v": "t1"}, "user": "u"}], "password": "t2"},
        });
        hide(&mut value);
        assert_eq!(
            value,
            json!({
                "name": "Sms", "tokens": 3, "secretary": "Ana", "secret": null,
                "settings": {"auth_token": HIDDEN, "accounts": [{"app_secret": HIDDEN, "user": "u"}], "password": HIDDEN},
            })
        );
    }
}
