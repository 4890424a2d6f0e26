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
        json!({"name": "S", "channel_type": "live_chat", "capacity": 1, "capacity_profile_ids": [],
            "auto_close_after_inactivity_seconds": 1800,
            "distribution": {"mode": "push",
                "notification": {"kind": "screen_pop_decline", "timeout_seconds": 120, "template_id": null},
                "allowed_presences": ["available", "busy"], "select_from_push": false, "agent_affinity": false,
                "refusal": {"decline_cooldown_seconds": 60, "timeout_cooldown_seconds": 60, "max_refusals": 3},
                "max_conversations_per_agent": null},
            "wrap_up": {"block_capacity": "always"}, "context_variables": [], "routing_rules": [],
            "fallback_queue_id": "default-messaging", "skill_rules": [], "entity_configurations": [], "active": true})
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
