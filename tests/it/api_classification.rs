//! Classification, skills and their relaxation, from the configuration to the decision record (SPEC §§2, 3, 8).

use serde_json::{Value, json};

use crate::helpers::{Answer, Server};
use crate::socket::Socket;

fn is(variable: &str, value: &str) -> Value {
    json!({"variable": variable, "operator": "equals", "value": value})
}

/// `plan` makes `segment`; that routes to `vip`, requires tax and raises the priority.
fn stream() -> Value {
    json!({"name": "Chat", "channel_type": "live_chat",
        "context_variables": [{"name": "plan"}, {"name": "segment"}, {"name": "score", "type": "number"}],
        "classification": [
            {"name": "plans", "description": "By plan.", "rules": [
                {"name": "pro", "description": "", "when": is("plan", "pro"), "set":
                    {"variables": {"segment": "vip", "score": 12.5}, "skills": [], "priority": 50}},
                {"name": "other", "description": "", "when": {"all": []},
                    "set": {"variables": {"segment": "mass"}, "skills": []}}]},
            {"name": "needs", "description": "", "rules": [
                {"name": "expert", "description": "", "when": {"variable": "score", "operator": "gt", "value": 10.0},
                    "set": {"variables": {}, "skills": [{"skill_id": "tax", "min_level": 5}]}}]}],
        "routing_rules": [{"name": "vip", "when": is("segment", "vip"), "route_to": {"queue_id": "vip"}}],
        "skill_relaxation": [{"after_seconds": 1, "min_level": 3}, {"after_seconds": 3600, "drop": ["tax"]}]})
}

async fn house() -> Server {
    let server = Server::start();
    for (path, body) in [
        ("/v1/skills/tax", json!({"name": "Tax", "max_level": 5})),
        ("/v1/queues/vip", json!({"name": "VIP"})),
        ("/v1/work-streams/chat", stream()),
        ("/v1/channels/web", json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat"})),
    ] {
        let made = server.put(path, body).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    server
}

fn path(conversation: &Value, tail: &str) -> String {
    format!("/v1/conversations/{}{tail}", conversation["id"].as_str().expect("an id"))
}

async fn create(server: &Server, body: Value) -> Answer {
    let mut body = body;
    body["channel_id"] = json!("web");
    server.post("/v1/conversations", body).await
}

async fn decisions(server: &Server, conversation: &Value) -> Value {
    server.get(&path(conversation, "/decisions")).await.body["items"].clone()
}

#[tokio::test]
async fn a_conversation_is_classified_routed_and_explained_and_a_simulation_says_the_same() {
    let server = house().await;
    let made = create(&server, json!({"context": {"plan": "Pro", "note": "x"}})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!((&made.body["queue_id"], &made.body["priority"]), (&json!("vip"), &json!(50)));
    assert_eq!(made.body["context"], json!({"plan": "Pro", "note": "x", "segment": "vip", "score": 12.5}));
    assert_eq!(made.body["undeclared"], json!(["note"]));
    let decision = decisions(&server, &made.body).await[0].clone();
    let rules = json!([
        {"set": "plans", "name": "pro", "verdict": "matched", "reads": [{"variable": "plan", "value": "Pro"}]},
        {"set": "needs", "name": "expert", "verdict": "matched", "reads": [{"variable": "score", "value": 12.5}]},
        {"name": "vip", "verdict": "matched", "reads": [{"variable": "segment", "value": "vip"}]}]);
    assert_eq!(decision["rules"], rules);
    let classified = json!({"variables": {"segment": "vip", "score": 12.5},
        "skills": [{"skill_id": "tax", "min_level": 5}], "priority": 50});
    assert_eq!(decision["classified"], classified);
    assert_eq!(decision["requirement"], json!([{"skill_id": "tax", "min_level": 5}]));
    let simulated = server
        .post("/v1/routing/simulate", json!({"channel_id": "web", "context": {"plan": "pro"}}))
        .await
        .body;
    assert_eq!(simulated["classified"], classified);
    assert_eq!((&simulated["queue_id"], &simulated["relaxed_steps"]), (&json!("vip"), &json!(0)));
    assert_eq!(simulated["rules"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_change_of_context_classifies_anew_and_what_callers_gave_stays() {
    let server = house().await;
    let made = create(
        &server,
        json!({"context": {"plan": "pro", "segment": "given"}, "priority": 7,
        "skills": [{"skill_id": "tax", "min_level": 2}]}),
    )
    .await
    .body;
    assert_eq!((&made["priority"], &made["context"]["segment"]), (&json!(7), &json!("vip")));
    let changed = server.patch(&path(&made, "/context"), json!({"plan": "none"})).await.body;
    assert_eq!(changed["context"], json!({"plan": "none", "segment": "mass"}));
    assert_eq!((&changed["queue_id"], &changed["priority"]), (&json!("default-messaging"), &json!(7)));
    // What its new home answers comes after the turn in which it took the conversation over and looked for an agent.
    assert_eq!(server.post(&path(&made, "/messages"), json!({"text": "hello?"})).await.status, 201);
    let last = decisions(&server, &made).await.as_array().and_then(|all| all.last().cloned()).unwrap();
    assert_eq!(
        (&last["trigger"], &last["requirement"]),
        (&json!("rerouted"), &json!([{"skill_id": "tax", "min_level": 2}]))
    );
    let names: Vec<&Value> = last["rules"].as_array().unwrap().iter().map(|rule| &rule["name"]).collect();
    assert_eq!(names, ["pro", "other", "expert", "vip"]);
    let mut without = stream();
    without["classification"] = json!([]);
    assert_eq!(server.put("/v1/work-streams/chat", without).await.status, 200);
    let changed = server.patch(&path(&made, "/context"), json!({"plan": "x"})).await.body;
    assert_eq!(changed["context"], json!({"plan": "x", "segment": "given"}));
}

#[tokio::test]
async fn a_step_of_the_relaxation_offers_to_whom_the_exact_requirement_kept_out() {
    let server = house().await;
    let agent = |name: &str, level: u32| json!({"name": name, "queue_ids": ["vip"], "skills": [{"skill_id": "tax", "level": level}]});
    let far = server.agent("far", agent("Far", 4)).await;
    let near = server.agent("near", agent("Near", 3)).await;
    let (_far, _) = Socket::agent(&server, &far).await;
    let (mut near, _) = Socket::agent(&server, &near).await;
    let made = create(&server, json!({"context": {"plan": "pro"}})).await.body;
    assert_eq!(made["offer"], Value::Null);
    let offer = near.frame("offer.created").await;
    assert_eq!(offer["offer"]["conversation_id"], made["id"]);
    let decisions = decisions(&server, &made).await;
    let all = decisions.as_array().unwrap();
    assert_eq!((&all[0]["winner"], &all[0]["passed_over"]), (&Value::Null, &json!({"skill": 2})));
    let last = all.last().unwrap();
    assert_eq!((&last["winner"], &last["relaxed_steps"]), (&json!("near"), &json!(1)));
    assert_eq!(last["requirement"], json!([{"skill_id": "tax", "min_level": 3}]));
    assert_eq!(last["trigger"], "time_elapsed");
}

#[tokio::test]
async fn what_cannot_work_is_refused_with_its_field_when_it_is_saved() {
    let server = house().await;
    let mut wrong = stream();
    wrong["classification"][0]["rules"][0]["set"] = json!({"variables": {"colour": "red", "score": "12", "segment": 3},
            "skills": [{"skill_id": "tax", "min_level": 6}, {"skill_id": "lost"}]});
    wrong["classification"][1]["rules"][0]["when"] = is("colour", "red");
    wrong["skill_relaxation"] =
        json!([{"after_seconds": 60, "drop": ["lost"]}, {"after_seconds": 60, "min_level": 1}]);
    let refused = server.put("/v1/work-streams/chat", wrong).await;
    assert_eq!(refused.problem(), (422, "invalid"));
    let set = "/classification/0/rules/0/set";
    assert_eq!(
        refused.fields(),
        [
            &format!("{set}/variables/colour"),
            &format!("{set}/variables/score"),
            &format!("{set}/variables/segment"),
            &format!("{set}/skills/0/min_level"),
            &format!("{set}/skills/1/skill_id"),
            "/classification/1/rules/0/when/variable",
            "/skill_relaxation/0/drop/0",
            "/skill_relaxation/1/after_seconds",
        ]
    );
    let mut shadowed = stream();
    let rule = shadowed["classification"][0]["rules"][0].clone();
    shadowed["classification"][0]["rules"][1] = rule;
    let saved = server.put("/v1/work-streams/chat", shadowed).await;
    let warning = &saved.body["warnings"][0];
    assert_eq!(
        (&warning["code"], &warning["field"]),
        (&json!("shadowed_rule"), &json!("/classification/0/rules/1"))
    );
    let in_use = server.delete("/v1/skills/tax").await;
    assert_eq!(in_use.problem(), (409, "in_use"));
    let low = server.put("/v1/skills/tax", json!({"name": "Tax", "max_level": 4})).await;
    assert_eq!((low.status, low.fields()), (422, vec!["/max_level"]));
    let unknown = json!({"skills": [{"skill_id": "tax", "min_level": 6}, {"skill_id": "lost"}]});
    let refused = create(&server, unknown).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/skills/0/min_level", "/skills/1/skill_id"]));
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
}

#[tokio::test]
async fn the_whole_configuration_carries_classification_and_relaxation_there_and_back() {
    let server = house().await;
    let exported = server.get("/v1/configuration").await.body;
    let chat = &exported["work_streams"]["chat"];
    assert_eq!(chat["classification"], stream()["classification"]);
    assert_eq!(chat["skill_relaxation"], stream()["skill_relaxation"]);
    let other = Server::start();
    let applied = other.put("/v1/configuration", exported.clone()).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    assert_eq!(other.get("/v1/configuration").await.body["work_streams"], exported["work_streams"]);
    assert_eq!(other.put("/v1/configuration", exported).await.body["steps"], json!([]));
}
