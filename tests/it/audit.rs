//! The audit log (SPEC §17): who did what when, with before and after.

use std::path::Path;

use callboard::app::AppConfig;
use reqwest::Method;
use serde_json::{Value, json};

use crate::contract_entities::{record, route, with_streams};
use crate::helpers::{ADMIN, Server};
use crate::socket::Socket;

/// All acts that a query finds.
async fn acts(server: &Server, query: &str) -> Vec<Value> {
    let found = server.get(&format!("/v1/audit?limit=1000&{query}")).await;
    assert_eq!((found.status, &found.body["next_cursor"]), (200, &Value::Null), "{}", found.text);
    found.body["items"].as_array().expect("items").clone()
}

/// The names of the acts.
fn names(acts: &[Value]) -> Vec<&str> {
    acts.iter().map(|act| act["act"].as_str().expect("a name")).collect()
}

fn on(data: &Path) -> Server {
    Server::start_with(AppConfig { data: Some(data.to_owned()), ..AppConfig::default() })
}

/// Ana and Ben are there, Ana has a conversation, and Sue supervises; gives Sue's token and socket, and the id.
async fn active(server: &Server) -> (String, Socket, Vec<Socket>, String) {
    server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    let ana = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(server, &ana).await;
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    let ben = server.agent("ben", json!({"name": "Ben"})).await;
    let (ben, _) = Socket::agent(server, &ben).await;
    let sue = server.agent("sue", json!({"name": "Sue", "role": "supervisor", "queue_ids": []})).await;
    let (socket, _) = Socket::agent(server, &sue).await;
    (sue, socket, vec![ana, ben], made.body["id"].as_str().expect("an id").to_owned())
}

#[tokio::test]
async fn a_change_of_the_configuration_is_an_act_with_before_and_after() {
    let server = Server::start();
    server.put("/v1/queues/vip", json!({"name": "VIP", "priority": 3})).await;
    server.patch("/v1/queues/vip", json!({"priority": 1})).await;
    assert_eq!(server.delete("/v1/queues/vip").await.status, 204);
    let found = acts(&server, "subject=queues/vip").await;
    assert_eq!(names(&found), ["config.put", "config.put", "config.delete"]);
    let shown = |act: &Value| {
        ["before", "after"].map(|side| (act[side]["name"].clone(), act[side]["priority"].clone()))
    };
    let none = (Value::Null, Value::Null);
    let with = |priority: u32| (json!("VIP"), json!(priority));
    assert_eq!(shown(&found[0]), [none.clone(), with(3)]);
    assert_eq!(shown(&found[1]), [with(3), with(1)]);
    assert_eq!(shown(&found[2]), [with(1), none]);
    assert_eq!(found[0]["before"], Value::Null);
    for act in &found {
        assert_eq!(act["by"], json!({"role": "admin", "id": "admin"}));
        assert_eq!(act["subject"], json!({"collection": "queues", "id": "vip"}));
        assert!(act["at"].as_str().is_some_and(|at| at.ends_with('Z')) && act["before_unknown"].is_null());
    }
    server.patch("/v1/settings", json!({"retention_days": 30})).await;
    let settings = acts(&server, "subject=settings").await;
    assert_eq!(
        (&settings[0]["before"]["retention_days"], &settings[0]["after"]["retention_days"]),
        (&json!(90), &json!(30))
    );
    assert_eq!(settings[0]["subject"], json!({"collection": "settings", "id": null}));
}

#[tokio::test]
async fn every_collection_shows_its_resources_in_the_audit_log() {
    let server = Server::start();
    let bodies = [
        ("skills/french", json!({"name": "French"})),
        ("capacity-profiles/mail", json!({"name": "Mail", "limit": 3})),
        ("presences/lunch", json!({"text": "Lunch", "base": "away"})),
        ("operating-hours/office", json!({"name": "Office"})),
        ("queues/vip", json!({"name": "VIP"})),
        ("agents/ana", json!({"name": "Ana"})),
        ("work-streams/chat", json!({"name": "Chat", "channel_type": "live_chat"})),
        ("channels/web", json!({"name": "Web", "type": "live_chat"})),
        ("customers/acme", json!({"name": "Acme"})),
        ("record-identification-rules/mail", json!({"match": [{"field": "email", "variable": "email"}]})),
        ("notification-templates/calm", json!({"name": "Calm"})),
        ("quick-replies/hello", json!({"title": "Hello", "text": "Hi"})),
        ("api-keys/shop", json!({"name": "Shop"})),
    ];
    for (path, body) in bodies {
        let made = server.put(&format!("/v1/{path}"), body).await;
        assert_eq!(made.status, 201, "{path}: {}", made.text);
        let found = acts(&server, &format!("subject={path}")).await;
        assert_eq!(names(&found), ["config.put"], "{path}");
        let after = found[0]["after"].as_object().expect("a resource");
        assert!(!after.is_empty(), "{path}");
        for (name, value) in after {
            assert_eq!(value, &made.body[name], "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn tokens_and_keys_are_in_the_audit_log_and_their_secrets_are_not() {
    let server = Server::start();
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let key = server.key("backend").await;
    server.delete("/v1/agents/ana/tokens").await;
    server.delete("/v1/api-keys/backend-key").await;
    let ana = acts(&server, "subject=agents/ana").await;
    assert_eq!(names(&ana), ["config.put", "agent.token_made", "agent.tokens_revoked"]);
    assert!(ana[1]["after"]["expires_at"].is_string() && ana[2]["after"]["void_before"].is_string());
    let void = |side: &str| ana[2][side]["void_before"].as_str().expect("an instant");
    assert!(void("before") <= void("after"));
    assert_eq!(ana[1]["by"], json!({"role": "admin", "id": "admin"}));
    let keys = acts(&server, "subject=api-keys").await;
    assert_eq!(names(&keys), ["config.put", "config.delete"]);
    let digest = |n: u32| format!("{n:064x}");
    for n in [1, 2] {
        let document = json!({"api_keys": {"shop": {"name": "Shop", "token_sha256": digest(n)}}});
        assert_eq!(server.put("/v1/configuration", document).await.status, 200);
    }
    let shop = acts(&server, "subject=api-keys/shop").await;
    assert_eq!(shop.last().expect("an act")["after"]["token"], "another", "{shop:?}");
    let all = server.get("/v1/audit?limit=1000").await.text;
    for secret in [&token, &key, &digest(1), &digest(2)] {
        assert!(!all.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn another_secret_of_a_provider_is_an_act_that_says_so_and_does_not_show_it() {
    let server = Server::start();
    server.put("/v1/work-streams/text", json!({"name": "Text", "channel_type": "sms"})).await;
    let settings = |key: &str| json!({"provider": "telesign", "customer_id": "7", "api_key": key, "sender_id": "15550100"});
    let channel = |key: &str| json!({"name": "Text", "type": "sms", "work_stream_id": "text", "settings": settings(key)});
    let keys = ["Zmlyc3Qga2V5IG9mIHRoZSB0ZXN0cw==", "c2Vjb25kIGtleSBvZiB0aGUgdGVzdHM="];
    for (key, status) in [(keys[0], 201), (keys[1], 200)] {
        let put = server.put("/v1/channels/text", channel(key)).await;
        assert_eq!(put.status, status, "{}", put.text);
    }
    server.patch("/v1/channels/text", json!({"name": "Words"})).await;
    let found = acts(&server, "subject=channels/text").await;
    let shown: Vec<&Value> = found.iter().map(|act| &act["after"]["settings"]["api_key"]).collect();
    assert_eq!(shown, [&json!("********"), &json!("another"), &json!("********")]);
    assert_eq!(found[1]["before"]["settings"]["api_key"], "********");
    let all = server.get("/v1/audit?limit=1000").await.text;
    assert!(keys.iter().all(|key| !all.contains(key)));
}

#[tokio::test]
async fn what_a_supervisor_does_to_a_conversation_is_an_act_with_its_state_before_and_after() {
    let server = Server::start();
    let (token, mut sue, mut others, id) = active(&server).await;
    sue.done(json!({"type": "conversation.watch", "conversation_id": id})).await;
    sue.done(json!({"type": "conversation.join", "conversation_id": id})).await;
    sue.done(json!({"type": "consult.leave", "conversation_id": id})).await;
    let act = async |name: &str, body: Value| {
        let path = format!("/v1/conversations/{id}/{name}");
        let done = server.send(server.request(Method::POST, &path, &token).json(&body)).await;
        assert_eq!(done.status, 200, "{}", done.text);
    };
    act("transfer", json!({"agent_id": "ben"})).await;
    let offer = others[1].frame("offer.created").await["offer"]["id"].clone();
    others[1].done(json!({"type": "offer.accept", "offer_id": offer})).await;
    act("transfer", json!({"queue_id": "default-messaging"})).await;
    act("assign", json!({"agent_id": "ana"})).await;
    act("close", json!({"reason": "spam"})).await;
    let found = acts(&server, &format!("subject=conversations/{id}")).await;
    let expected = ["watch", "join", "leave", "transfer", "transfer", "assign", "close"];
    assert_eq!(names(&found), expected.map(|name| format!("conversation.{name}")));
    for act in &found {
        assert_eq!(act["by"], json!({"role": "supervisor", "id": "sue"}), "{act}");
    }
    assert_eq!((&found[0]["before"], &found[0]["after"]), (&Value::Null, &Value::Null));
    let change =
        |n: usize, field: &str| (found[n]["before"][field].clone(), found[n]["after"][field].clone());
    assert_eq!(change(1, "supervisors"), (json!([]), json!(["sue"])));
    assert_eq!(change(2, "supervisors"), (json!(["sue"]), json!([])));
    assert_eq!(change(3, "offered_to"), (json!(null), json!("ben")));
    assert_eq!(found[3]["before"]["agent_id"], "ana");
    assert_eq!(change(4, "state"), (json!("active"), json!("open")));
    assert_eq!(found[4]["before"]["agent_id"], "ben");
    assert_eq!(change(5, "state").1, json!("active"));
    assert_eq!(found[5]["after"]["agent_id"], "ana");
    assert_eq!(change(6, "state"), (json!("active"), json!("closed")));
    assert_eq!(change(6, "close_reason"), (json!(null), json!("force_closed")));
    assert_eq!(change(6, "note"), (json!(null), json!("spam")));
}

#[tokio::test]
async fn what_agents_backends_and_customers_do_is_no_act_and_neither_is_what_was_refused() {
    let server = Server::start();
    let (_, _, mut others, id) = active(&server).await;
    let backend = server.key("backend").await;
    let before = acts(&server, "").await;
    others[0].done(json!({"type": "message.send", "conversation_id": id, "text": "hi"})).await;
    others[0].done(json!({"type": "presence.set", "presence": "busy"})).await;
    others[0]
        .done(
            json!({"type": "conversation.transfer", "conversation_id": id, "queue_id": "default-messaging"}),
        )
        .await;
    let path = format!("/v1/conversations/{id}");
    for (method, path, body) in [
        (Method::POST, format!("{path}/close"), json!({})),
        (Method::PUT, "/v1/agents/ana/presence".to_owned(), json!({"presence": "away"})),
        (Method::PUT, "/v1/queues/vip".to_owned(), json!({"name": "VIP"})),
        (Method::POST, "/v1/agents/ana/tokens".to_owned(), json!({"ttl_seconds": 600})),
        (Method::GET, "/v1/audit".to_owned(), json!({})),
    ] {
        let refused = server.send(server.request(method, &path, &backend).json(&body)).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.text);
    }
    assert_eq!(server.put("/v1/queues/vip", json!({"nam": "VIP"})).await.status, 422);
    let ended = server.send(server.request(Method::POST, &format!("{path}/end"), &backend)).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    assert_eq!(acts(&server, "").await, before);
}

#[tokio::test]
async fn what_an_administrator_does_in_a_customers_place_to_a_conversation_is_an_act() {
    let server = Server::start();
    let (_, _, _others, id) = active(&server).await;
    server.patch(&format!("/v1/conversations/{id}/context"), json!({"city": "Bern"})).await;
    server.post(&format!("/v1/conversations/{id}/end"), json!({})).await;
    let found = acts(&server, &format!("subject=conversations/{id}")).await;
    assert_eq!(names(&found), ["conversation.context", "conversation.end"], "its hand-off was none");
    assert_eq!(
        (&found[0]["before"]["context"], &found[0]["after"]["context"]),
        (&json!({}), &json!({"city": "Bern"}))
    );
    assert_eq!(
        (&found[1]["before"]["state"], &found[1]["after"]["state"]),
        (&json!("active"), &json!("wrap_up"))
    );
}

#[tokio::test]
async fn what_an_administrator_does_in_a_connectors_place_to_a_record_is_an_act() {
    let server = with_streams().await;
    let ana = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &ana).await;
    for (id, done) in [("one", ["unassign", "resolve"].as_slice()), ("two", &["cancel"])] {
        let routed = route(&server, record("cases", id)).await;
        let item = routed["work_item_id"].clone();
        let of_it =
            |frame: &Value| frame["type"] == "offer.created" && frame["offer"]["conversation_id"] == item;
        let offer = ana.wait(of_it).await["offer"]["id"].clone();
        ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
        for act in done {
            let path = format!("/v1/entities/incident/{id}/{act}");
            assert_eq!(server.post(&path, json!({})).await.status, 200, "{path}");
        }
        let item = item.as_str().expect("an id");
        let found = acts(&server, &format!("subject=conversations/{item}")).await;
        let expected: Vec<String> = done.iter().map(|act| format!("conversation.{act}")).collect();
        assert_eq!(names(&found), expected);
        assert_eq!(
            (&found[0]["before"]["state"], &found[0]["by"]["id"]),
            (&json!("active"), &json!("admin"))
        );
    }
    let key = server.key("backend").await;
    route(&server, record("cases", "three")).await;
    let before = acts(&server, "").await;
    let resolve = server.request(Method::POST, "/v1/entities/incident/three/resolve", &key);
    assert_eq!(server.send(resolve.json(&json!({}))).await.status, 200);
    assert_eq!(acts(&server, "").await, before, "a connector's own is none");
}

#[tokio::test]
async fn a_presence_that_a_supervisor_set_is_an_act_over_http_and_on_its_socket() {
    let server = Server::start();
    let (token, mut sue, _others, _) = active(&server).await;
    let set = server.request(Method::PUT, "/v1/agents/ana/presence", &token);
    assert_eq!(server.send(set.json(&json!({"presence": "away"}))).await.status, 200);
    sue.done(json!({"type": "agent.presence.set", "agent_id": "ana", "presence": "busy"})).await;
    let found = acts(&server, "actor=sue").await;
    assert_eq!(names(&found), ["agent.presence_set"; 2]);
    let presences = |act: &Value| [act["before"]["presence"].clone(), act["after"]["presence"].clone()];
    assert_eq!(presences(&found[0]), [json!(null), json!("away")], "before, its default");
    assert_eq!(presences(&found[1]), [json!("away"), json!("busy")]);
    assert_eq!(found[1]["after"]["resets_missed"], 0);
}

#[tokio::test]
async fn supervisors_and_administrators_read_the_audit_log_and_nobody_else_does() {
    let server = Server::start();
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    for (token, status) in [
        (ADMIN, 200),
        (&server.key("supervisor").await, 200),
        (&server.key("backend").await, 403),
        (&agent, 403),
        ("", 401),
    ] {
        assert_eq!(server.send(server.request(Method::GET, "/v1/audit", token)).await.status, status);
    }
}

#[tokio::test]
async fn pages_of_the_audit_log_follow_one_another_and_times_cut_it() {
    let server = Server::start();
    let of = |act: &Value| act["at"].as_str().expect("a time").to_owned();
    let mut all = Vec::new();
    // Until the last is of a later millisecond than the third.
    while all.len() < 7 || of(&all[2]) == of(&all[all.len() - 1]) {
        server.put(&format!("/v1/skills/s{}", all.len()), json!({"name": "S"})).await;
        all = acts(&server, "").await;
    }
    assert!(all.windows(2).all(|pair| pair[0]["id"].as_str() < pair[1]["id"].as_str()));
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/v1/audit?limit=3{cursor}")).await.body;
        let items = page["items"].as_array().expect("items").clone();
        assert!((1..=3).contains(&items.len()));
        paged.extend(items);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, all);
    let (third, last) = (of(&all[2]), of(all.last().expect("acts")));
    let cut = acts(&server, &format!("from={third}&to={last}")).await;
    let expected: Vec<Value> = all.iter().filter(|act| of(act) >= third && of(act) < last).cloned().collect();
    assert_eq!(cut, expected);
    assert_eq!(acts(&server, "actor=nobody").await, Vec::<Value>::new());
    let wrong = server.get("/v1/audit?limit=0&subject=queue&since=x").await;
    assert_eq!((wrong.status, wrong.fields()), (422, vec!["/since", "/limit", "/subject"]));
}

#[tokio::test]
async fn the_audit_log_is_the_same_after_a_restart_and_when_the_archive_is_lost() {
    let data = tempfile::tempdir().unwrap();
    let server = on(data.path());
    let (token, mut sue, others, id) = active(&server).await;
    sue.done(json!({"type": "agent.presence.set", "agent_id": "ana", "presence": "busy"})).await;
    sue.done(json!({"type": "conversation.watch", "conversation_id": id})).await;
    let close = server.request(Method::POST, &format!("/v1/conversations/{id}/close"), &token);
    assert_eq!(server.send(close.json(&json!({}))).await.status, 200);
    server.put("/v1/queues/vip", json!({"name": "VIP"})).await;
    server.patch("/v1/queues/vip", json!({"priority": 1})).await;
    let before = acts(&server, "").await;
    drop((sue, others, server));
    let server = on(data.path());
    assert_eq!(acts(&server, "").await, before, "after a restart");
    server.delete("/v1/queues/vip").await;
    let more = acts(&server, "").await;
    assert_eq!((more.len(), &more[..before.len()]), (before.len() + 1, &before[..]));
    assert_eq!(more.last().expect("an act")["before"]["priority"], 1);
    drop(server);
    std::fs::remove_dir_all(data.path().join("state")).expect("the archive is there");
    let server = on(data.path());
    assert_eq!(acts(&server, "").await, more, "filled from the journal");
}

#[tokio::test]
async fn a_document_that_is_applied_is_an_act_for_each_resource_that_it_changes() {
    let server = Server::start();
    server.put("/v1/skills/french", json!({"name": "French"})).await;
    let before = acts(&server, "").await.len();
    let document = json!({"skills": {"french": {"name": "Français"}, "german": {"name": "German"}}});
    assert_eq!(server.put("/v1/configuration", document.clone()).await.status, 200);
    let found = acts(&server, "").await.split_off(before);
    let mut subjects: Vec<&str> = found.iter().filter_map(|act| act["subject"]["id"].as_str()).collect();
    subjects.sort_unstable();
    assert_eq!((names(&found), subjects), (vec!["config.put"; 2], vec!["french", "german"]));
    assert_eq!(server.put("/v1/configuration", document).await.status, 200);
    assert_eq!(acts(&server, "").await.len(), before + 2, "the same again changes nothing");
}
