//! The `OpenAPI` 3.1 document: what is served at `/openapi.json` is what is enforced.
//!
//! Schemas are derived from the wire types; paths of the collections are made from one pattern; the other
//! parts of the edge add theirs. A test asks every documented path and method.

mod paths;

use std::sync::LazyLock;

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::error::{FieldError, Kind, Problem};
use super::resource;
use super::wire::{
    agent, capacity_profile, channel, common, condition, document as whole, hours, people, queue,
    quick_reply, settings, template, webhook, work_stream,
};
use crate::actors::feeds::{NOTICES, NoticeCode};

/// The document. Made once.
pub fn document() -> Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(make);
    DOCUMENT.clone()
}

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    let text = web::Bytes::from(serde_json::to_vec(&document()).unwrap_or_default());
    app.service(resource("/openapi.json").route(web::get().to(move || {
        let text = text.clone();
        async move { HttpResponse::Ok().content_type("application/json").body(text) }
    })));
}

fn make() -> Value {
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Callboard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "security": [{"bearer": []}],
        "paths": {},
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description":
                "The administrator's token, an API key or an agent's token."}},
            "responses": {"Problem": {"description": "An error (RFC 9457).", "content":
                {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
        },
        "x-problem-codes": codes(),
        "x-notice-codes": notices(),
    });
    add(&mut document, &paths::document());
    for part in parts() {
        add(&mut document, &part);
    }
    document
}

/// What other parts of the edge add: documents with `paths` and `components`.
fn parts() -> Vec<Value> {
    vec![
        super::conversations::doc::part(),
        super::entities::part(),
        super::inbound::part(),
        super::config::copies::part(),
        super::presence::part(),
        super::desk::part(),
        super::me::part(),
        super::stats::doc::part(),
        super::webhooks::part(),
        super::widgets::doc::part(),
        super::audit::doc::part(),
        super::whatif::doc::part(),
    ]
}

/// Adds the paths and components of `part`. Two components of one name must be the same.
fn add(document: &mut Value, part: &Value) {
    for (place, kind) in
        [("/paths", "path"), ("/components/schemas", "schema"), ("/components/responses", "response")]
    {
        let Some(Value::Object(members)) = part.pointer(place).cloned() else { continue };
        let Some(target) = document.pointer_mut(place).and_then(Value::as_object_mut) else { continue };
        for (name, value) in members {
            let before = target.insert(name.clone(), value.clone());
            assert!(before.is_none_or(|before| before == value), "two different {kind}s are called {name}");
        }
    }
}

/// A component with all that it refers to.
pub fn component<T: ToSchema + PartialSchema>(into: &mut Map<String, Value>) {
    let mut found: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut found);
    found.push((T::name().into_owned(), T::schema()));
    for (name, schema) in found {
        let mut schema = serde_json::to_value(schema).unwrap_or_default();
        without_null_defaults(&mut schema);
        let same = into.get(&name).is_none_or(|before| *before == schema);
        assert!(same, "two different schemas are called {name}");
        into.insert(name, schema);
    }
}

/// A default that is null where null is not taken means none: a strict reader of the document refuses it.
fn without_null_defaults(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let takes_null = members.get("type").is_none_or(|kind| kind.to_string().contains("\"null\""));
            if !takes_null && members.get("default").is_some_and(Value::is_null) {
                members.remove("default");
            }
            members.values_mut().for_each(without_null_defaults);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_null_defaults),
        _ => {}
    }
}

fn schemas() -> Map<String, Value> {
    let mut all = Map::new();
    component::<Problem>(&mut all);
    component::<FieldError>(&mut all);
    component::<queue::Queue>(&mut all);
    component::<agent::Agent>(&mut all);
    component::<agent::Presence>(&mut all);
    component::<channel::Channel>(&mut all);
    component::<channel::ApiKey>(&mut all);
    component::<channel::NewApiKey>(&mut all);
    component::<hours::OperatingHours>(&mut all);
    component::<webhook::Webhook>(&mut all);
    component::<people::Skill>(&mut all);
    component::<capacity_profile::CapacityProfile>(&mut all);
    component::<people::CustomerRecord>(&mut all);
    component::<people::RecordIdentificationRule>(&mut all);
    component::<template::NotificationTemplate>(&mut all);
    component::<quick_reply::QuickReply>(&mut all);
    component::<settings::Settings>(&mut all);
    component::<common::RequiredSkill>(&mut all);
    component::<condition::Condition>(&mut all);
    component::<work_stream::WorkStream>(&mut all);
    component::<whole::Configuration>(&mut all);
    component::<whole::Plan>(&mut all);
    component::<super::config::tokens::TokenRequest>(&mut all);
    component::<super::config::tokens::AgentToken>(&mut all);
    all
}

/// Every problem code with its status and title.
fn codes() -> Value {
    let mut rows: Vec<(u16, &str, &str)> = Kind::all().map(Kind::row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.into_iter()
        .map(|(status, code, title)| json!({"status": status, "code": code, "title": title}))
        .collect()
}

/// Every code of a `notice` frame.
pub fn notices() -> Value {
    let row = |notice: NoticeCode| {
        let to = if notice.to_supervisors { "supervisors" } else { "agent" };
        json!({"code": notice.code, "level": notice.level, "to": to, "text": notice.text})
    };
    NOTICES.into_iter().map(row).collect()
}

const DESCRIPTION: &str = "\
The dispatcher: conversations in, the right agent out, and a reason for every decision.

Bodies are taken strictly: a field that is not in the schema is a 422 that names it by JSON Pointer. Members \
marked read-only (`members`, `warnings`, `runtime` …) may be sent back as a GET gave them and are ignored; an `id` other than the \
path's is a 422. In a merge patch (RFC 7396) null removes a \
member, so that its default comes back; where null is a value of its own (`auto_close_after_inactivity_seconds`, \
age limits) null sets it. `Idempotency-Key` on a POST: the same key and body gives the first answer again (but for the widget call, whose \
visitors have no name and whose answer carries a secret, and for a what-if, which changes nothing). Errors \
are problems (RFC 9457); their codes are under `x-problem-codes`, those of `notice` frames under `x-notice-codes`.";

#[cfg(test)]
mod tests;
