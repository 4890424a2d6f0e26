//! Unknown ids of a body that is wrong in other ways too, so that one answer names every wrong field.
//!
//! Looks at raw JSON by the names of its members. A body that fits its schema is checked by the domain instead.

use serde_json::Value;

use crate::domain::config::Config;
use crate::domain::ids::is_config_id;
use crate::http::error::{FieldError, escape_pointer};

/// Adds what refers to nothing to `errors`, unless that very field is named already.
pub fn add_unknown(value: &Value, config: &Config, errors: &mut Vec<FieldError>) {
    let mut found = Vec::new();
    walk(value, "", config, &mut found);
    for error in found {
        if !errors.iter().any(|known| known.field == error.field) {
            errors.push(error);
        }
    }
}

fn walk(value: &Value, at: &str, config: &Config, found: &mut Vec<FieldError>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let at = format!("{at}/{}", escape_pointer(name));
                if name == WRITTEN {
                    continue;
                }
                refer(name, member, &at, config, found);
                walk(member, &at, config, found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, &format!("{at}/{index}"), config, found);
            }
        }
        _ => {}
    }
}

/// Context variables that a classification rule writes: their names are the caller's, whatever they say.
const WRITTEN: &str = "variables";

/// A member whose name says that it holds an id, or a list of ids.
fn refer(name: &str, member: &Value, at: &str, config: &Config, found: &mut Vec<FieldError>) {
    let mut ask = |at: &str, id: &Value| {
        if let Some(what) = id.as_str().and_then(|id| unknown(name, id, config)) {
            found.push(FieldError::new(at, format!("no such {what}")));
        }
    };
    match member {
        Value::Array(ids) => {
            ids.iter().enumerate().for_each(|(index, id)| ask(&format!("{at}/{index}"), id));
        }
        id => ask(at, id),
    }
}

/// What the id should be, if there is none of it.
fn unknown(name: &str, id: &str, config: &Config) -> Option<&'static str> {
    let (known, what) = match name {
        "queue_id" | "queue_ids" | "fallback_queue_id" => (config.queues.contains_key(&id.into()), "queue"),
        "agent_id" => (config.agents.contains_key(&id.into()), "agent"),
        "work_stream_id" | "work_stream_ids" => (config.work_streams.contains_key(&id.into()), "work stream"),
        "channel_ids" => (config.channels.contains_key(&id.into()), "channel"),
        "skill_id" | "drop" => (config.skills.contains_key(&id.into()), "skill"),
        "profile_id" | "capacity_profile_ids" => {
            (config.capacity_profiles.contains_key(&id.into()), "capacity profile")
        }
        "template_id" | "known_customer" | "unknown_customer" | "transfer" | "consult" | "supervisor" => {
            (config.templates.contains_key(&id.into()), "notification template")
        }
        "operating_hours_id" => (config.operating_hours.contains_key(&id.into()), "operating hours"),
        "default_presence" => {
            let known = is_config_id(id) && config.base_presence(&id.into()).is_some();
            (known, "presence")
        }
        _ => return None,
    };
    (!known).then_some(what)
}
