//! The `AsyncAPI` 3.0 document of the three sockets: what is served at `/asyncapi.json` is what is said and heard.
//!
//! Owns how the tables of frames become channels, messages and operations. Payloads are the types that are written and
//! read, and their parts those of the `OpenAPI` document; the socket tests hold every frame that they see against it.

mod frames;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use self::frames::{Answer, Asked, Numbered, SOCKETS, Socket, Told};
use super::close;
use crate::http::error::Problem;
use crate::http::openapi::{component, notices};
use crate::http::resource;

/// Makes a body's schema: one object. What it refers to goes into the map.
type Shape = fn(&mut Map<String, Value>) -> Value;

/// The document. Made once.
pub fn document() -> Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(make);
    DOCUMENT.clone()
}

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    let text = web::Bytes::from(serde_json::to_vec(&document()).unwrap_or_default());
    app.service(resource("/asyncapi.json").route(web::get().to(move || {
        let text = text.clone();
        async move { HttpResponse::Ok().content_type("application/json").body(text) }
    })));
}

fn make() -> Value {
    let (mut schemas, mut messages) = (Map::new(), Map::new());
    let (mut channels, mut operations) = (Map::new(), Map::new());
    component::<Problem>(&mut schemas);
    for socket in &SOCKETS {
        let own = socket_messages(socket, &mut schemas);
        let listed = own.iter().map(|(key, _)| {
            (key.clone(), json!({"$ref": format!("#/components/messages/{}.{key}", socket.name)}))
        });
        channels.insert(socket.name.to_owned(), channel(socket, &listed.collect()));
        operate(socket, &mut operations);
        messages.extend(own.into_iter().map(|(key, message)| (format!("{}.{key}", socket.name), message)));
    }
    let known = schemas.clone();
    schemas.values_mut().for_each(|schema| flatten(schema, &known));
    let schemas = used(&messages, schemas);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Callboard sockets",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"callboard": {"host": "{host}", "protocol": "ws", "description": "wss behind TLS.",
            "variables": {"host": {"default": "127.0.0.1:8080", "description": "Where the server listens."}}}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
        "x-close-codes": close_codes(),
        "x-notice-codes": notices(),
    })
}

fn channel(socket: &Socket, messages: &Map<String, Value>) -> Value {
    json!({"address": socket.path, "title": socket.title, "description": socket.about, "messages": messages,
        "bindings": {"ws": {"method": "GET"}}})
}

/// Every message of a socket, by its key there.
fn socket_messages(socket: &Socket, schemas: &mut Map<String, Value>) -> Vec<(String, Value)> {
    let mut all = vec![
        ("pong".to_owned(), message("pong", "Answers `ping`.", framed("pong", Some(client_id()), no_body()))),
        ("reply.problem".to_owned(), message("reply", "Why not.", refused())),
    ];
    for Asked { kind, about, body, answer } in socket.asked {
        let body = body(schemas);
        all.push((format!("client.{kind}"), message(kind, about, framed(kind, Some(client_id()), body))));
        if let Answer::Result(name, shape) = answer {
            let key = format!("reply.{name}");
            if all.iter().all(|(known, _)| *known != key) {
                all.push((key, message("reply", "It is done, and durable.", done(&shape(schemas)))));
            }
        }
    }
    for Told { kind, about, body, numbered } in socket.told {
        let mut payload = framed(kind, None, body(schemas));
        number(&mut payload, *numbered);
        all.push((format!("server.{kind}"), message(kind, about, payload)));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn message(kind: &str, about: &str, mut payload: Value) -> Value {
    flatten(&mut payload, &Map::new());
    let mut message = json!({"name": kind, "title": kind, "summary": about, "payload": payload});
    if message.pointer("/payload/properties/id").is_some() {
        message["correlationId"] = json!({"location": "$message.payload#/id"});
    }
    message
}

/// What the server is asked and what it tells, as operations.
fn operate(socket: &Socket, operations: &mut Map<String, Value>) {
    let name = socket.name;
    let channel = json!({"$ref": format!("#/channels/{name}")});
    let reference = |key: &str| json!({"$ref": format!("#/channels/{name}/messages/{key}")});
    for Asked { kind, about, answer, .. } in socket.asked {
        let answers = match answer {
            Answer::Result(result, _) => {
                vec![reference(&format!("reply.{result}")), reference("reply.problem")]
            }
            Answer::Pong => vec![reference("pong")],
            Answer::Welcome => vec![reference("server.welcome")],
        };
        operations.insert(
            format!("{name}.receive.{kind}"),
            json!({"action": "receive", "channel": channel, "summary": about,
                "messages": [reference(&format!("client.{kind}"))],
                "reply": {"channel": channel, "messages": answers}}),
        );
    }
    let told: Vec<Value> =
        socket.told.iter().map(|told| reference(&format!("server.{}", told.kind))).collect();
    operations.insert(
        format!("{name}.send"),
        json!({"action": "send", "channel": channel, "summary": "What the server tells by itself.", "messages": told}),
    );
}

/// A frame: its type and the client's id before the fields of its body.
fn framed(kind: &str, id: Option<Value>, mut body: Value) -> Value {
    prepend(&mut body, "type", json!({"type": "string", "const": kind}), true);
    if let Some(id) = id {
        prepend(&mut body, "id", id, false);
    }
    body
}

fn prepend(body: &mut Value, name: &str, schema: Value, required: bool) {
    body["properties"][name] = schema;
    if required {
        let mut names = vec![Value::from(name)];
        names.extend(body["required"].as_array().cloned().unwrap_or_default());
        body["required"] = names.into();
    }
}

fn number(payload: &mut Value, numbered: Numbered) {
    let (about, required) = match numbered {
        Numbered::Never => return,
        Numbered::Always => ("Rises by one for each agent.", true),
        Numbered::BothWays => ("Rises by one for each agent; absent in what a supervisor watches.", false),
    };
    prepend(payload, "seq", json!({"type": "integer", "minimum": 0, "description": about}), required);
}

fn client_id() -> Value {
    json!({"type": ["string", "number", "null"], "description": "The client's own; its reply carries the same."})
}

fn no_body() -> Value {
    json!({"type": "object"})
}

fn done(result: &Value) -> Value {
    json!({"type": "object", "required": ["type", "id", "ok", "result"], "properties": {
        "type": {"type": "string", "const": "reply"}, "id": client_id(),
        "ok": {"type": "boolean", "const": true}, "result": result}})
}

fn refused() -> Value {
    json!({"type": "object", "required": ["type", "id", "ok", "problem"], "properties": {
        "type": {"type": "string", "const": "reply"}, "id": client_id(),
        "ok": {"type": "boolean", "const": false}, "problem": {"$ref": "#/components/schemas/Problem"}}})
}

/// The [`Shape`] of a wire type.
fn shape<T: ToSchema>(schemas: &mut Map<String, Value>) -> Value {
    let mut own = Map::new();
    component::<T>(&mut own);
    let mut body = own.get(&*T::name()).cloned().unwrap_or_else(no_body);
    flatten(&mut body, &own);
    if let Some(members) = body.as_object_mut() {
        members.remove("description");
        members.entry("properties").or_insert_with(|| json!({}));
    }
    schemas.extend(own);
    body
}

/// Makes one object of a schema that is composed of several (a flattened field), wherever it stands.
fn flatten(schema: &mut Value, known: &Map<String, Value>) {
    if let Some(Value::Array(parts)) = schema.get("allOf").cloned() {
        let whole = schema.as_object_mut().map(std::mem::take).unwrap_or_default();
        *schema = json!({"type": "object"});
        if let Some(about) = whole.get("description") {
            schema["description"] = about.clone();
        }
        for part in parts {
            // One that may be missing is an alternative to nothing: its members may be there, none must.
            let choices = part["oneOf"].as_array().cloned();
            for mut choice in choices.clone().unwrap_or_else(|| vec![part]) {
                choice = named(&choice, known).unwrap_or(choice);
                if let (true, Some(members)) = (choices.is_some(), choice.as_object_mut()) {
                    members.remove("required");
                }
                join(schema, choice, known);
            }
        }
    }
    match schema {
        Value::Object(members) => members.values_mut().for_each(|value| flatten(value, known)),
        Value::Array(values) => values.iter_mut().for_each(|value| flatten(value, known)),
        _ => {}
    }
}

/// The schema that a reference names.
fn named(part: &Value, known: &Map<String, Value>) -> Option<Value> {
    part["$ref"].as_str()?.rsplit('/').next().and_then(|name| known.get(name)).cloned()
}

fn join(whole: &mut Value, mut part: Value, known: &Map<String, Value>) {
    flatten(&mut part, known);
    for (name, property) in part["properties"].as_object().cloned().unwrap_or_default() {
        whole["properties"][name] = property;
    }
    let mut required = whole["required"].as_array().cloned().unwrap_or_default();
    required.extend(part["required"].as_array().cloned().unwrap_or_default());
    if !required.is_empty() {
        whole["required"] = required.into();
    }
}

/// The schemas that messages refer to, and what these refer to.
fn used(messages: &Map<String, Value>, schemas: Map<String, Value>) -> Map<String, Value> {
    let mut names = BTreeSet::new();
    messages.values().for_each(|message| references(message, &schemas, &mut names));
    schemas.into_iter().filter(|(name, _)| names.contains(name)).collect()
}

fn references(value: &Value, schemas: &Map<String, Value>, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| into.insert((*name).to_owned())) {
                references(&schemas[name], schemas, into);
            }
            members.values().for_each(|value| references(value, schemas, into));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, schemas, into)),
        _ => {}
    }
}

/// What each close code means, and whether to come back.
fn close_codes() -> Value {
    let rows = [
        (close::GOING_AWAY, true, "The server closes, or heard nothing for 30 s."),
        (close::PROTOCOL_ERROR, true, "A frame that WebSocket does not allow."),
        (close::BINARY, true, "A binary frame."),
        (close::NOT_UTF8, true, "Text that is not UTF-8."),
        (close::TOO_LARGE, true, "A frame over 64 KiB."),
        (close::TRY_AGAIN, true, "Too slow a reader, or too much is under way: come back and resume."),
        (close::NOT_HELLO, false, "The first frame was not hello."),
        (
            close::BAD_TOKEN,
            false,
            "No or a bad token, or one that has ended; a customer's ends with its conversation.",
        ),
        (close::WRONG_ROLE, false, "Not a socket for this token, or a resume of somebody else's session."),
        (close::NO_HELLO, true, "No hello within 5 s."),
    ];
    rows.into_iter()
        .map(|(code, again, about)| json!({"code": code, "again": again, "description": about}))
        .collect()
}

const DESCRIPTION: &str = "\
Three WebSockets, subprotocol `callboard.v1`, text frames, one JSON object a frame with its `type`; a client's has at most \
64 KiB. The first client frame, within 5 s, is `hello`; the server answers `welcome`, or closes. Every later client frame has an \
`id` of the client's and gets one `reply` with it (`ping` gets `pong`); `ok: true` means that it is on disk. A field that a client \
frame does not have is refused with 422; clients should ignore fields that they do not know. Liveness is WebSocket ping and pong.

On the agent socket server frames carry `seq`: a socket that comes back with `resume` gets what it missed, once and in order, or \
`resumed: false` and the whole state. The numbers of an agent's own messages may be missing: they go to its other sessions only.

`docs/client.md` in the repository describes a client library, `/static/js/lib/client.js`. HTTP is in `/openapi.json`.";

#[cfg(test)]
mod tests;
