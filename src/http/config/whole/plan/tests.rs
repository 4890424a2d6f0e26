use serde_json::json;

use super::super::document;
use super::*;

const NOW: Timestamp = Timestamp(1);

fn read(value: Value) -> Configuration {
    serde_json::from_value(value).unwrap()
}

fn applied(config: &Config, value: Value) -> Config {
    let planned = plan(read(value), config, NOW);
    assert_eq!(planned.errors, []);
    let mut next = config.clone();
    planned.changes.iter().for_each(|change| next.apply(change));
    next
}

#[test]
fn what_was_exported_is_already_applied() {
    let config = applied(
        &Config::default(),
        json!({"queues": {"vip": {"name": "VIP", "priority": 1}},
            "agents": {"ana": {"name": "Ana", "queue_ids": ["vip"]}},
            "presences": {"lunch": {"text": "Lunch", "base": "away"}},
            "api_keys": {"shop": {"name": "Shop", "token_sha256": "ab".repeat(32)}}}),
    );
    let planned = plan(document(&config), &config, NOW);
    assert_eq!((planned.steps, planned.errors), (vec![], vec![]));
    let fresh = plan(document(&config), &Config::default(), NOW);
    assert_eq!(fresh.errors, []);
    let mut other = Config::default();
    fresh.changes.iter().for_each(|change| other.apply(change));
    assert_eq!(other.agents, config.agents);
    assert_eq!(other.api_keys, config.api_keys);
}

#[test]
fn a_section_that_is_there_is_complete_and_one_that_is_not_is_left() {
    let config = applied(
        &Config::default(),
        json!({"queues": {"a": {"name": "A"}, "b": {"name": "B"}}, "agents": {"ana": {"name": "Ana"}}}),
    );
    let planned = plan(read(json!({"queues": {"a": {"name": "A", "priority": 3}}})), &config, NOW);
    let steps: Vec<String> = planned
        .steps
        .iter()
        .map(|s| format!("{} {} {}", s.action, s.resource, s.changes.join(", ")))
        .collect();
    assert_eq!(steps, ["change queues/a /priority: 100 -> 3", "delete queues/b "]);
}

#[test]
fn what_is_wrong_is_named_by_its_place_in_the_document() {
    let wrong = json!({"queues": {"A": {"name": "A"}}, "presences": {"away": {"text": "x", "base": "busy"}},
        "channels": {"sms": {"name": "S", "type": "sms"}}, "api_keys": {"k": {"name": "K"}}});
    let errors = plan(read(wrong), &Config::default(), NOW).errors;
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        fields,
        ["/presences/away", "/queues/A", "/channels/sms/work_stream_id", "/api_keys/k/token_sha256"]
    );
}
