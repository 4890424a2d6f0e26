//! Work streams and their rules (CONTRACT §3, SPEC §§2, 3).

use serde_json::{Value, json};

use crate::helpers::Server;

fn example() -> Value {
    json!({"name": "Web chat", "channel_type": "live_chat", "capacity": 1,
        "auto_close_after_inactivity_seconds": 1800,
        "distribution": {"mode": "push",
            "notification": {"kind": "screen_pop_decline", "timeout_seconds": 120, "template_id": null},
            "allowed_presences": ["available", "busy"], "select_from_push": false, "agent_affinity": false,
            "refusal": {"decline_cooldown_seconds": 60, "timeout_cooldown_seconds": 60, "max_refusals": 3}},
        "wrap_up": {"block_capacity": "always"},
        "context_variables": [{"name": "tier", "display_name": "Tier", "type": "text"},
            {"name": "amount", "display_name": "Amount", "type": "number"}],
        "routing_rules": [{"name": "gold", "description": "",
            "when": {"all": [{"variable": "tier", "operator": "equals", "value": "gold"}]},
            "route_to": {"queue_id": "vip"}}],
        "fallback_queue_id": "default-messaging", "skill_rules": [], "entity_configurations": [], "active": true})
}

async fn with_vip() -> Server {
    let server = Server::start();
    server.put("/v1/queues/vip", json!({"name": "VIP"})).await;
    server.put("/v1/agents/ana", json!({"name": "Ana", "queue_ids": ["vip"]})).await;
    server
}

#[tokio::test]
async fn the_contracts_example_is_taken_and_shown_as_it_is() {
    let server = with_vip().await;
    let created = server.put("/v1/work-streams/web", example()).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let mut expected = example();
    expected["id"] = json!("web");
    expected["warnings"] = json!([]);
    // Not in the contract's example: shown with their defaults.
    expected["classification"] = json!([]);
    expected["skill_relaxation"] = json!([]);
    assert_eq!(created.body, expected);
    assert_eq!(server.get("/v1/work-streams/web").await.body, expected);
}

#[tokio::test]
async fn conditions_come_back_as_they_were_written() {
    let server = with_vip().await;
    let mut stream = example();
    stream["routing_rules"] = json!([
        {"name": "nested", "description": "", "when": {"any": [
            {"not": {"variable": "tier", "operator": "has_data"}},
            {"all": [{"variable": "amount", "operator": "between", "value": [10, 20.5]},
                {"variable": "tier", "operator": "in", "value": ["gold", "silver"]}]}]},
            "route_to": {"split": [{"queue_id": "vip", "percent": 30},
                {"queue_id": "default-messaging", "percent": 70}]}},
        {"name": "agent", "description": "", "when": {"variable": "customer.name", "operator": "contains", "value": "x"},
            "route_to": {"agent_id": "ana"}}]);
    let created = server.put("/v1/work-streams/web", stream.clone()).await;
    assert_eq!(created.status, 201, "{}", created.text);
    // Numbers are decimals: 10 may come back as 10.0.
    let rules = &created.body["routing_rules"];
    assert_eq!(rules[0]["when"]["any"][1]["all"][0]["value"][0].as_f64(), Some(10.0));
    assert_eq!(rules[0]["route_to"], stream["routing_rules"][0]["route_to"]);
    assert_eq!(rules[1], stream["routing_rules"][1]);
    let again = server.put("/v1/work-streams/web", created.body.clone()).await;
    assert_eq!(again.body, created.body);
}

#[tokio::test]
async fn a_rule_set_that_cannot_work_is_refused_by_its_fields() {
    let server = with_vip().await;
    let mut stream = example();
    stream["fallback_queue_id"] = json!("nowhere");
    stream["distribution"]["mode"] = json!("pick");
    stream["distribution"]["agent_affinity"] = json!(true);
    stream["routing_rules"] = json!([
        {"name": "a", "when": {"variable": "colour", "operator": "equals", "value": "red"},
            "route_to": {"queue_id": "lost"}},
        {"name": "b", "when": {"variable": "tier", "operator": "gt", "value": 3}, "route_to": {"queue_id": "vip"}},
        {"name": "c", "when": {"variable": "amount", "operator": "contains", "value": "3"},
            "route_to": {"split": [{"queue_id": "vip", "percent": 60}]}}]);
    let refused = server.put("/v1/work-streams/web", stream).await;
    assert_eq!(refused.problem(), (422, "invalid"));
    let fields = refused.fields();
    for field in [
        "/fallback_queue_id",
        "/distribution/agent_affinity",
        "/routing_rules/0/when/variable",
        "/routing_rules/0/route_to/queue_id",
        "/routing_rules/1/when/operator",
        "/routing_rules/2/when/operator",
        "/routing_rules/2/route_to/split",
    ] {
        assert!(fields.contains(&field), "{field} is not in {fields:?}");
    }
    assert_eq!(server.get("/v1/work-streams/web").await.status, 404);
}

#[tokio::test]
async fn a_rule_that_cannot_be_reached_is_a_warning_in_every_answer() {
    let server = with_vip().await;
    let mut stream = example();
    stream["routing_rules"] = json!([stream["routing_rules"][0], stream["routing_rules"][0]]);
    let created = server.put("/v1/work-streams/web", stream).await;
    let got = server.get("/v1/work-streams/web").await;
    for answer in [&created, &got] {
        let warning = &answer.body["warnings"][0];
        assert_eq!(
            (&warning["code"], &warning["field"]),
            (&json!("shadowed_rule"), &json!("/routing_rules/1"))
        );
        assert!(warning["message"].is_string());
    }
    let list = server.get("/v1/work-streams").await;
    assert_eq!(list.body["items"][1]["warnings"][0]["code"], "shadowed_rule");
}

#[tokio::test]
async fn a_merge_patch_reaches_inside_and_null_means_never_where_that_is_a_value() {
    let server = with_vip().await;
    server.put("/v1/work-streams/web", example()).await;
    let patch = json!({"distribution": {"notification": {"timeout_seconds": 30}, "mode": "push"},
        "auto_close_after_inactivity_seconds": null, "wrap_up": {"block_capacity": 45}});
    let changed = server.patch("/v1/work-streams/web", patch).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.body["distribution"]["notification"]["timeout_seconds"], 30);
    assert_eq!(changed.body["distribution"]["notification"]["kind"], "screen_pop_decline");
    assert_eq!(changed.body["auto_close_after_inactivity_seconds"], Value::Null);
    assert_eq!(changed.body["wrap_up"]["block_capacity"], 45);
    let reset = server.patch("/v1/work-streams/web", json!({"distribution": {"notification": null}})).await;
    assert_eq!(reset.body["distribution"]["notification"]["timeout_seconds"], 120);
}
