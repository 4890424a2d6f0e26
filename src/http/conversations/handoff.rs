//! Everything that is wrong with a hand-off, in one answer: what the schema, the channel's work stream and the house each
//! find alone.
//!
//! Asked only when a hand-off was refused for its fields, so that good ones are checked once.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::command::FieldProblem;
use crate::domain::config::Config;
use crate::domain::context;
use crate::domain::ids::ChannelId;
use crate::http::body::Body;
use crate::http::error::{Problem, field_error};
use crate::http::wire::value::given;

/// The same problem with every wrong field of the body, by name; problems that are not about fields stay as they are.
pub fn complete(problem: Problem, body: &Body, config: &Config) -> Problem {
    let Ok(body) = body.value() else { return problem };
    if problem.errors.is_empty() {
        return problem;
    }
    let mut errors = problem.errors;
    for found in wrong(&body, config).iter().map(|found| field_error(found, "/context")) {
        if !errors.iter().any(|known| known.field == found.field) {
            errors.push(found);
        }
    }
    errors.sort_by(|a, b| a.field.cmp(&b.field));
    Problem::invalid(errors)
}

/// What refers to nothing, and context that its variables do not take. Members of a wrong type are the schema's to name.
fn wrong(body: &Value, config: &Config) -> Vec<FieldProblem> {
    let mut found = Vec::new();
    let channel = body["channel_id"].as_str().map(ChannelId::from);
    let known = channel.as_ref().and_then(|id| config.channels.get(id));
    if let (Some(id), None) = (channel, known) {
        found.push(FieldProblem::UnknownChannel(id));
    }
    match body["customer"]["id"].as_str() {
        Some(id) if !config.customers.contains_key(&id.into()) => {
            found.push(FieldProblem::UnknownCustomer(id.into()));
        }
        _ => {}
    }
    for (at, skill) in body["skills"].as_array().into_iter().flatten().enumerate() {
        match skill["skill_id"].as_str() {
            Some(id) if !config.skills.contains_key(&id.into()) => {
                found.push(FieldProblem::UnknownSkill(at, id.into()));
            }
            _ => {}
        }
    }
    let stream = known.and_then(|channel| config.work_streams.get(&channel.work_stream_id));
    let declared = stream.map(|stream| stream.context_variables.as_slice()).unwrap_or_default();
    let values = body["context"].as_object().into_iter().flatten();
    let values: BTreeMap<_, _> =
        values.filter_map(|(key, value)| Some((key.clone(), given(value).ok()??))).collect();
    let errors = context::take(&values, declared).err().unwrap_or_default();
    found.extend(errors.into_iter().map(FieldProblem::Context));
    found
}
