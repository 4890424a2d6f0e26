use serde_json::{Value, json};

use super::*;
use crate::http::openapi;
use crate::http::schema::Schemas;

fn take(value: Value) -> Result<domain::WorkStream, Vec<String>> {
    let schemas = Schemas::new(&openapi::document());
    let wire: WorkStream = schemas.take(value).map_err(|problem| fields(&problem.errors))?;
    wire.into_domain().map_err(|errors| fields(&errors))
}

fn fields(errors: &[FieldError]) -> Vec<String> {
    errors.iter().map(|error| error.field.clone()).collect()
}

#[test]
fn only_name_and_channel_type_must_be_given_and_the_defaults_are_the_contracts() {
    for (text, kind) in [("live_chat", "LiveChat"), ("sms", "Sms"), ("entity", "Entity")] {
        let stream = take(json!({"name": "S", "channel_type": text})).unwrap();
        assert_eq!(format!("{:?}", stream.channel_type), kind);
        assert_eq!(stream, domain::WorkStream::named("S", stream.channel_type));
    }
    let chat = take(json!({"name": "S", "channel_type": "live_chat"})).unwrap();
    let shown = serde_json::to_value(WorkStream::from(&chat)).unwrap();
    assert_eq!(
        shown,
        json!({"name": "S", "channel_type": "live_chat", "capacity": 1, "auto_close_after_inactivity_seconds": 1800,
            "distribution": {"mode": "push",
                "notification": {"kind": "screen_pop_decline", "timeout_seconds": 120, "template_id": null},
                "allowed_presences": ["available", "busy"], "select_from_push": false, "agent_affinity": false,
                "refusal": {"decline_cooldown_seconds": 60, "timeout_cooldown_seconds": 60, "max_refusals": 3}},
            "wrap_up": {"block_capacity": "always"}, "context_variables": [], "classification": [],
            "routing_rules": [], "fallback_queue_id": "default-messaging", "skill_rules": [], "skill_relaxation": [], "entity_configurations": [], "active": true})
    );
}

#[test]
fn a_nested_default_does_not_depend_on_its_neighbours() {
    let stream = take(json!({"name": "S", "channel_type": "sms",
        "distribution": {"notification": {"timeout_seconds": 30}, "refusal": {"max_refusals": 1}}}))
    .unwrap();
    assert_eq!(stream.distribution.notification.timeout_seconds, 30);
    assert_eq!(stream.distribution.refusal.decline_cooldown_seconds, 60);
    assert!(stream.distribution.agent_affinity);
    let pick = take(json!({"name": "S", "channel_type": "sms", "distribution": {"mode": "pick"}})).unwrap();
    assert!(!pick.distribution.agent_affinity);
}

#[test]
fn null_is_never_and_absent_is_the_default() {
    let with =
        |value| json!({"name": "S", "channel_type": "sms", "auto_close_after_inactivity_seconds": value});
    assert_eq!(take(with(Value::Null)).unwrap().auto_close_after_inactivity_seconds, None);
    assert_eq!(take(with(json!(5))).unwrap().auto_close_after_inactivity_seconds, Some(5));
    assert_eq!(take(with(json!(0))).unwrap_err(), ["/auto_close_after_inactivity_seconds"]);
}

#[test]
fn every_wrong_or_unknown_field_is_named() {
    let wrong = take(json!({"nam": "S", "channel_type": "smoke", "capacity": -1, "distribution": {
        "mode": "shove", "notification": {"timeout_seconds": 0, "kind": "banner"}, "allowed_presences": [],
        "agent_afinity": true}, "wrap_up": {"block_capacity": "sometimes"},
        "context_variables": [{"name": "a b", "type": "date"}],
        "routing_rules": [{"name": "r", "when": {"all": [{"variable": "x", "operator": "like", "value": 1}]},
            "route_to": {"queue": "q"}}]}))
    .unwrap_err();
    assert_eq!(
        wrong,
        [
            "/capacity",
            "/channel_type",
            "/context_variables/0/name",
            "/context_variables/0/type",
            "/distribution/agent_afinity",
            "/distribution/allowed_presences",
            "/distribution/mode",
            "/distribution/notification/kind",
            "/distribution/notification/timeout_seconds",
            "/nam",
            "/name",
            "/routing_rules/0/route_to/queue",
            "/routing_rules/0/route_to/queue_id",
            "/routing_rules/0/when/all/0/operator",
            "/wrap_up/block_capacity",
        ]
    );
}

#[test]
fn operators_take_the_operands_that_the_contract_says() {
    let rule = |operator: &str, value: Value| {
        let mut when = json!({"variable": "x", "operator": operator});
        if !value.is_null() {
            when["value"] = value;
        }
        take(json!({"name": "S", "channel_type": "sms", "routing_rules":
            [{"name": "r", "when": {"not": when}, "route_to": {"queue_id": "q"}}]}))
    };
    for (operator, value) in [
        ("has_data", Value::Null),
        ("equals", json!("a")),
        ("equals", json!(true)),
        ("in", json!(["a", 1])),
        ("between", json!([1, 2])),
    ] {
        let stream = rule(operator, value).unwrap();
        let shown = serde_json::to_value(WorkStream::from(&stream)).unwrap();
        assert_eq!(take(shown).unwrap(), stream, "{operator}");
    }
    for (operator, value) in [
        ("has_data", json!("a")),
        ("equals", Value::Null),
        ("equals", json!(["a"])),
        ("in", json!("a")),
        ("between", json!([1])),
    ] {
        assert_eq!(rule(operator, value).unwrap_err(), ["/routing_rules/0/when/not/value"], "{operator}");
    }
}

#[test]
fn classification_and_relaxation_come_back_as_they_were_written() {
    let body = json!({"name": "S", "channel_type": "sms",
        "classification": [{"name": "plans", "description": "By plan.", "rules": [
            {"name": "pro", "description": "", "when": {"variable": "plan", "operator": "equals", "value": "pro"},
                "set": {"variables": {"vip": true, "segment": "gold", "weight": 2.5},
                    "skills": [{"skill_id": "tax", "min_level": 3}], "priority": -20}},
            {"name": "else", "description": "", "when": {"all": []}, "set": {"variables": {}, "skills": []}}]}],
        "skill_relaxation": [{"after_seconds": 60, "min_level": 3}, {"after_seconds": 120, "drop": ["spanish"]}]});
    let stream = take(body.clone()).unwrap();
    let shown = serde_json::to_value(WorkStream::from(&stream)).unwrap();
    assert_eq!(shown["classification"], body["classification"]);
    assert_eq!(shown["skill_relaxation"], body["skill_relaxation"]);
    assert_eq!(take(shown).unwrap(), stream);
    let short = json!({"name": "S", "channel_type": "sms", "classification": [{"name": "a", "rules": [
        {"name": "r", "when": {"all": []}, "set": {"skills": [{"skill_id": "tax"}]}}]}]});
    let stream = take(short).unwrap();
    assert_eq!(stream.classification[0].rules[0].set.skills[0].min_level, 1);
}

#[test]
fn every_wrong_field_of_a_classification_and_of_a_relaxation_is_named() {
    let when = json!({"all": []});
    let wrong = take(json!({"name": "S", "channel_type": "sms",
        "classification": [{"nam": "x", "rules": [
            {"name": "r", "when": when, "set": {"variables": {"a/b": null, "c": [1]}, "priority": 101}},
            {"name": "r", "when": {"variable": "x", "operator": "between", "value": 1}, "set": {"skill": []}},
            {"name": "r", "when": when}]}],
        "skill_relaxation": [{"after_seconds": 0, "min_level": 0}, {"drop": []}]}))
    .unwrap_err();
    assert_eq!(
        wrong,
        [
            "/classification/0/nam",
            "/classification/0/name",
            "/classification/0/rules/0/set/priority",
            "/classification/0/rules/0/set/variables/a~1b",
            "/classification/0/rules/0/set/variables/c",
            "/classification/0/rules/1/set/skill",
            "/classification/0/rules/2/set",
            "/skill_relaxation/0/after_seconds",
            "/skill_relaxation/0/min_level",
            "/skill_relaxation/1/after_seconds",
            "/skill_relaxation/1/drop",
        ]
    );
    let both = take(json!({"name": "S", "channel_type": "sms",
        "classification": [{"name": "a", "rules": [{"name": "r", "set": {},
            "when": {"not": {"variable": "x", "operator": "between", "value": 1}}}]}],
        "skill_relaxation": [{"after_seconds": 1}, {"after_seconds": 2, "min_level": 1, "drop": ["tax"]}]}))
    .unwrap_err();
    assert_eq!(
        both,
        [
            "/classification/0/rules/0/when/not/value",
            "/skill_relaxation/0/min_level",
            "/skill_relaxation/1/drop"
        ]
    );
}
