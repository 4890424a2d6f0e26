//! Holds every frame that the socket tests see against `/asyncapi.json`, more strictly than a client should: an object with
//! a field that is not documented fails too.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use callboard::ws::asyncapi;
use jsonschema::Validator;
use serde_json::{Value, json};

/// The document, with every object closed.
static CLOSED: LazyLock<Value> = LazyLock::new(|| {
    let mut document = asyncapi::document();
    close(&mut document["components"]);
    document
});

fn close(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("type") == Some(&json!("object")) && members.contains_key("properties") {
                members.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// `agent`, `customer` or `supervisor`, by the path.
fn channel(path: &str) -> &'static str {
    let channels = CLOSED["channels"].as_object().expect("channels");
    let found = channels.iter().find(|(_, channel)| channel["address"] == path);
    found.unwrap_or_else(|| panic!("{path} is no documented channel")).0
}

fn validator(message: &str) -> Option<Arc<Validator>> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = compiled.get(message) {
        return Some(found.clone());
    }
    let payload = CLOSED["components"]["messages"].get(message)?["payload"].clone();
    let mut schema = payload;
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["components"] = CLOSED["components"].clone();
    let made = Arc::new(jsonschema::validator_for(&schema).expect("a schema"));
    compiled.insert(message.to_owned(), made.clone());
    Some(made)
}

/// What is wrong with a frame as this message; nothing if it is documented so.
fn wrong(message: &str, frame: &Value) -> Vec<String> {
    match validator(message) {
        None => vec![format!("there is no message {message}")],
        Some(validator) => {
            validator.iter_errors(frame).map(|error| format!("{}: {error}", error.instance_path())).collect()
        }
    }
}

fn hold(message: &str, frame: &Value) {
    let errors = wrong(message, frame);
    assert!(errors.is_empty(), "not as /asyncapi.json has {message}: {errors:?}\n{frame}");
}

/// A frame of the server's own accord, or a pong. Replies are held against what was asked, in [`answered`].
pub fn told(path: &str, frame: &Value) {
    let channel = channel(path);
    match frame["type"].as_str() {
        Some("reply") if frame["ok"] == false => hold(&format!("{channel}.reply.problem"), frame),
        Some("reply") => {}
        Some("pong") => hold(&format!("{channel}.pong"), frame),
        kind => hold(&format!("{channel}.server.{}", kind.unwrap_or_default()), frame),
    }
}

/// A frame that the server took for what it is: a hello.
pub fn said(path: &str, frame: &Value) {
    hold(&format!("{}.client.{}", channel(path), frame["type"].as_str().unwrap_or_default()), frame);
}

/// The types of client frames that are documented for a path.
pub fn asked(path: &str) -> Vec<String> {
    let start = format!("{}.client.", channel(path));
    let messages = CLOSED["components"]["messages"].as_object().expect("messages");
    messages.keys().filter_map(|key| key.strip_prefix(&start).map(str::to_owned)).collect()
}

/// What was asked, once it was answered: a type that the server knows is documented, as is the form of what it takes, and
/// so is the result.
pub fn answered(path: &str, asked: &Value, reply: &Value) {
    let channel = channel(path);
    let kind = asked["type"].as_str().unwrap_or_default();
    let message = format!("{channel}.client.{kind}");
    if reply["ok"] == false {
        let known = reply["problem"]["code"] != "unknown_frame";
        assert!(!known || validator(&message).is_some(), "{message} is not documented");
        return;
    }
    said(path, asked);
    let operation = &CLOSED["operations"][format!("{channel}.receive.{kind}")];
    let references = operation["reply"]["messages"].as_array().expect("an operation has its replies");
    let keys = references.iter().filter_map(|one| one["$ref"].as_str()?.rsplit('/').next());
    let fits = keys.into_iter().any(|key| wrong(&format!("{channel}.{key}"), reply).is_empty());
    assert!(fits, "no documented reply to {kind}: {references:?}\n{reply}");
}

#[test]
fn a_field_a_type_or_a_result_that_is_not_documented_is_found() {
    let good = json!({"type": "capacity.changed", "seq": 1, "capacity": 3, "used": 1, "free": 2});
    assert_eq!(wrong("agent.server.capacity.changed", &good), Vec::<String>::new());
    let with = |name: &str, value: Value| {
        let mut frame = good.clone();
        frame[name] = value;
        wrong("agent.server.capacity.changed", &frame).len()
    };
    assert_eq!((with("more", json!(1)), with("used", json!("1")), with("type", json!("x"))), (1, 1, 1));
    assert_eq!(wrong("agent.server.unheard_of", &good).len(), 1);
    // Also in what is referred to.
    let deep = json!({"type": "message.received", "conversation_id": "c", "message": {"surely_not": 1}});
    let errors = wrong("customer.server.message.received", &deep).join("\n");
    assert!(errors.contains("surely_not") && errors.contains("required"), "{errors}");
}
