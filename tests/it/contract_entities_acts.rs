//! What becomes of routed records (CONTRACT §7, SPEC §13): push and pick, resolved, cancelled, unassigned.

use reqwest::Method;
use serde_json::{Value, json};

use crate::contract_entities::{conversation, record, route, with_streams};
use crate::helpers::{ADMIN, Server};
use crate::socket::Socket;

async fn capacity(server: &Server, agent: &str) -> Value {
    server.get(&format!("/v1/agents/{agent}")).await.body["runtime"]["capacity_used"].clone()
}

async fn act(server: &Server, id: &str, act: &str) -> (u16, Value) {
    let answer = server.post(&format!("/v1/entities/incident/{id}/{act}"), json!({})).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn a_pushed_record_pops_with_its_details_and_resolving_it_frees_the_agent() {
    let server = with_streams().await;
    let token = server.agent("ann", json!({"name": "Ann", "capacity": 1})).await;
    let (mut ann, _) = Socket::agent(&server, &token).await;
    let mut body = record("cases", "1");
    body["record_details"] = json!([{"key": "title", "value": "Broken lamp"}, {"key": "amount", "value": 12},
        {"key": "story", "value": "x".repeat(300)}]);
    let routed = route(&server, body).await;
    let offer = ann.frame("offer.created").await["offer"].clone();
    assert_eq!(offer["title"], "Cases: Broken lamp");
    let fields = offer["fields"].as_array().unwrap();
    let shown: Vec<_> = fields.iter().map(|field| field["label"].as_str().unwrap()).collect();
    assert_eq!(
        shown,
        ["Record", "Channel", "Queue", "Waiting", "amount", "title"],
        "nothing that is too long"
    );
    assert_eq!(fields[0]["value"], "Broken lamp");
    assert_eq!(offer["conversation"]["record"]["record_id"], "1");
    ann.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
    assert_eq!(capacity(&server, "ann").await, 1);

    let (status, ended) = act(&server, "1", "resolve").await;
    assert_eq!((status, &ended["id"]), (200, &routed["work_item_id"]));
    assert_eq!((&ended["state"], &ended["close_reason"]), (&json!("closed"), &json!("resolved")));
    assert_eq!(ann.frame("conversation.removed").await["conversation_id"], ended["id"]);
    assert_eq!(capacity(&server, "ann").await, 0);
    let path = format!("/v1/conversations/{}/events", ended["id"].as_str().unwrap());
    let events = server.get(&path).await.body["items"].as_array().unwrap().clone();
    let last = events.last().unwrap();
    assert_eq!((&last["type"], &last["data"]["reason"]), (&json!("closed"), &json!("resolved")), "{last}");
    for again in ["resolve", "cancel", "unassign"] {
        let (status, problem) = act(&server, "1", again).await;
        assert_eq!((status, &problem["code"]), (404, &json!("unknown_record")));
    }
    assert_eq!(server.get("/v1/entities/incident/1").await.problem(), (404, "unknown_record"));
}

#[tokio::test]
async fn a_record_on_offer_that_is_cancelled_takes_the_pop_away() {
    let server = with_streams().await;
    let token = server.agent("ann", json!({"name": "Ann", "capacity": 1})).await;
    let (mut ann, _) = Socket::agent(&server, &token).await;
    let routed = route(&server, record("cases", "1")).await;
    let offer = ann.frame("offer.created").await["offer"].clone();
    assert_eq!(act(&server, "1", "unassign").await.0, 200, "nobody has it: it stays on offer");
    assert!(conversation(&server, &routed).await["offer"].is_object());
    assert_eq!(act(&server, "1", "cancel").await.1["close_reason"], "cancelled");
    let ended = ann.frame("offer.ended").await;
    assert_eq!((&ended["offer_id"], &ended["reason"]), (&offer["id"], &json!("withdrawn")));
    assert_eq!(capacity(&server, "ann").await, 0);
    let path = format!("/v1/conversations/{}/events", offer["conversation_id"].as_str().unwrap());
    let events = server.get(&path).await;
    let withdrawn =
        events.body["items"].as_array().unwrap().iter().find(|event| event["type"] == "offer_ended").cloned();
    assert_eq!(withdrawn.unwrap()["data"]["cause"], "record_ended");
}

#[tokio::test]
async fn a_picked_record_that_is_unassigned_is_back_on_the_list_with_its_age() {
    let server = with_streams().await;
    let token = server.agent("ann", json!({"name": "Ann", "capacity": 1})).await;
    let (mut ann, _) = Socket::agent(&server, &token).await;
    let routed = route(&server, record("files", "1")).await;
    let id = routed["conversation_id"].clone();
    ann.send(r#"{"type":"pick_list.subscribe","id":900}"#).await;
    let listed = ann.frame("pick_list.snapshot").await;
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["record"]["record_id"]), (&id, &json!("1")));
    ann.done(json!({"type": "conversation.pick", "conversation_id": id})).await;
    let before = conversation(&server, &routed).await;
    assert_eq!((&before["state"], &before["agent_id"]), (&json!("active"), &json!("ann")));
    assert_eq!(capacity(&server, "ann").await, 1);
    let (status, back) = act(&server, "1", "unassign").await;
    assert_eq!((status, &back["state"], &back["agent_id"]), (200, &json!("open"), &Value::Null));
    assert_eq!((&back["queued_at"], &back["queue_id"]), (&before["queued_at"], &json!("default-record")));
    assert_eq!(ann.frame("conversation.removed").await["reason"], "unassigned");
    assert_eq!(capacity(&server, "ann").await, 0);
    let (status, twice) = act(&server, "1", "unassign").await;
    assert_eq!((status, &twice["version"]), (200, &back["version"]), "the second changes nothing");

    ann.done(json!({"type": "conversation.pick", "conversation_id": id})).await;
    ann.done(json!({"type": "conversation.end", "conversation_id": id})).await;
    let (status, problem) = act(&server, "1", "unassign").await;
    assert_eq!(
        (status, &problem["code"], &problem["current_state"]),
        (409, &json!("illegal_transition"), &json!("wrap_up"))
    );
    assert_eq!(route(&server, record("files", "1")).await, routed, "in wrap-up it is unfinished");
    assert_eq!(act(&server, "1", "resolve").await.1["close_reason"], "resolved");
    assert_eq!(capacity(&server, "ann").await, 0);
    assert_ne!(route(&server, record("files", "1")).await, routed);
}

#[tokio::test]
async fn what_is_said_of_a_record_keeps_the_conditions_and_keys_of_every_other_call() {
    let server = with_streams().await;
    let routed = route(&server, record("files", "a b%2F")).await;
    let path = "/v1/entities/incident/a%20b%252F";
    let found = server.get(path).await;
    assert_eq!((found.status, &found.body["id"]), (200, &routed["work_item_id"]), "{}", found.text);
    let resolve = |header: &'static str, value: &str, body: Value| {
        let request = server.request(Method::POST, &format!("{path}/resolve"), ADMIN).header(header, value);
        server.send(request.json(&body))
    };
    let other = resolve("x-none", "", json!({"organization_id": "other"})).await;
    assert_eq!((other.problem(), other.fields()), ((422, "invalid"), vec!["/organization_id"]));
    let unknown = resolve("x-none", "", json!({"reason": "done"})).await;
    assert_eq!(unknown.fields(), ["/reason"]);
    assert_eq!(resolve("if-match", "\"99\"", json!({})).await.problem(), (412, "version_mismatch"));
    let body = json!({"organization_id": "default"});
    let first = resolve("idempotency-key", "r1", body.clone()).await;
    assert_eq!((first.status, &first.body["close_reason"]), (200, &json!("resolved")), "{}", first.text);
    let again = resolve("idempotency-key", "r1", body).await;
    assert_eq!((again.status, again.header("idempotent-replayed"), &again.body), (200, "true", &first.body));
    assert_eq!(
        server.post("/v1/entities/incident/nobody/cancel", json!({})).await.problem(),
        (404, "unknown_record")
    );
    assert_eq!(server.post("/v1/entities/lead/a/cancel", json!({})).await.problem(), (404, "unknown_record"));
}

#[tokio::test]
async fn records_have_no_affinity_and_no_age_limit_of_their_own() {
    let server = with_streams().await;
    let refused =
        server.patch("/v1/work-streams/cases", json!({"distribution": {"agent_affinity": true}})).await;
    assert_eq!(refused.fields(), ["/distribution/agent_affinity"]);
    let stream = server.get("/v1/work-streams/cases").await.body;
    assert_eq!(stream["auto_close_after_inactivity_seconds"], Value::Null);
    let limits = server.get("/v1/settings").await.body["age_limits"]["entity"].clone();
    assert!(limits.as_object().unwrap().values().all(Value::is_null), "{limits}");
}
