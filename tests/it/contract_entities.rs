//! Routed records (CONTRACT §7): handing over, what makes one of two, which work stream, who may.

use reqwest::Method;
use serde_json::{Value, json};

use crate::cli::{Running, call, check};
use crate::helpers::{ADMIN, Answer, Server};
use callboard::app::AppConfig;

/// Entity streams `cases` (push) and `files` (pick) for incidents, and the record queue `urgent` for what is high.
pub fn document() -> Value {
    let stream = |name: &str, mode: &str| {
        json!({"name": name, "channel_type": "entity", "distribution": {"mode": mode},
            "entity_configurations": [{"entity_logical_name": "incident", "entity_set_name": "incidents",
                "relationship_name": "incident_work_items"}],
            "routing_rules": [{"name": "high", "route_to": {"queue_id": "urgent"}, "when": {"any": [
                {"variable": "record.Priority", "operator": "equals", "value": "high"},
                {"variable": "record.amount", "operator": "gte", "value": 1000}]}}]})
    };
    json!({"queues": {"urgent": {"name": "Urgent", "type": "record"}},
        "work_streams": {"cases": stream("Cases", "push"), "files": stream("Files", "pick"),
            "chat": {"name": "Chat", "channel_type": "live_chat"}}})
}

pub async fn with_streams() -> Server {
    let server = Server::start();
    let applied = server.put("/v1/configuration", document()).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    server
}

pub fn record(stream: &str, id: &str) -> Value {
    json!({"organization_id": "default", "work_stream_id": stream, "entity_logical_name": "incident",
        "entity_set_name": "incidents", "record_id": id})
}

pub async fn route(server: &Server, body: Value) -> Value {
    let routed = server.post("/v1/entities/route", body).await;
    assert_eq!(routed.status, 202, "{}", routed.text);
    routed.body
}

pub async fn conversation(server: &Server, routed: &Value) -> Value {
    server.get(routed["location"].as_str().expect("a location")).await.body
}

async fn as_key(server: &Server, token: &str, path: &str, body: &Value) -> Answer {
    server.send(server.request(Method::POST, path, token).json(body)).await
}

#[tokio::test]
async fn a_record_is_routed_with_202_and_its_details_decide_where() {
    let server = with_streams().await;
    let mut body = record("cases", "7f3e");
    body["relationship_name"] = "incident_work_items".into();
    body["record_details"] = json!([{"key": "Priority", "value": "High"}, {"key": "title", "value": "Broken lamp"},
        {"key": "amount", "value": "12.50"}, {"key": "vip", "value": true}, {"key": "owner", "value": null}]);
    let routed = server.post("/v1/entities/route", body).await;
    assert_eq!(routed.status, 202, "{}", routed.text);
    let id = routed.body["conversation_id"].as_str().unwrap();
    assert_eq!(routed.body["work_item_id"], id);
    assert_eq!(routed.body["location"], format!("/v1/conversations/{id}"));
    assert_eq!(routed.header("location"), format!("/v1/conversations/{id}"));
    assert_eq!(routed.body.as_object().unwrap().len(), 3);

    let conversation = conversation(&server, &routed.body).await;
    assert_eq!(
        (&conversation["channel_id"], &conversation["channel_type"]),
        (&json!("entity-cases"), &json!("entity"))
    );
    assert_eq!((&conversation["queue_id"], &conversation["state"]), (&json!("urgent"), &json!("open")));
    assert_eq!(
        conversation["record"],
        json!({"entity_logical_name": "incident", "entity_set_name": "incidents", "record_id": "7f3e",
            "relationship_name": "incident_work_items", "intake_rule": null,
            "details": {"Priority": "High", "title": "Broken lamp", "amount": "12.50", "vip": "true"}})
    );
    assert_eq!(conversation["context"], json!({}), "details are the record's, not context");
    let events = server.get(&format!("/v1/conversations/{id}/events")).await;
    assert_eq!(events.body["items"][0]["data"]["record"]["record_id"], "7f3e");
    let decisions = server.get(&format!("/v1/conversations/{id}/decisions")).await;
    let reads = &decisions.body["items"][0]["rules"][0]["reads"];
    assert_eq!(reads[0], json!({"variable": "record.Priority", "value": "High"}), "{reads}");

    let mut rich = record("cases", "8");
    rich["record_details"] = json!([{"key": "amount", "value": "1000.0"}]);
    let rich = route(&server, rich).await;
    assert_eq!(
        self::conversation(&server, &rich).await["queue_id"],
        "urgent",
        "a number as text is a number"
    );
    let plain = route(&server, record("cases", "9")).await;
    assert_eq!(self::conversation(&server, &plain).await["queue_id"], "default-record");
}

#[tokio::test]
async fn the_same_record_gives_the_same_work_item_while_it_is_unfinished_and_a_new_one_after() {
    let server = with_streams().await;
    let first = route(&server, record("cases", "1")).await;
    assert_eq!(route(&server, record("cases", "1")).await, first);
    assert_eq!(
        route(&server, record("files", "1")).await,
        first,
        "the record is the same, wherever it should go"
    );
    let id = first["conversation_id"].as_str().unwrap();
    let closed = server.post(&format!("/v1/conversations/{id}/close"), json!({})).await;
    assert_eq!(closed.status, 200);
    let second = route(&server, record("files", "1")).await;
    assert_ne!(second["work_item_id"], first["work_item_id"]);
    let said = server.post(&format!("/v1/conversations/{id}/messages"), json!({"text": "hello"})).await;
    assert_eq!(said.problem(), (409, "illegal_transition"), "a record is never continued");
    assert_eq!(
        server.get("/v1/conversations?work_stream_id=cases").await.body["items"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn many_at_once_make_one_work_item_and_each_is_answered_202() {
    let server = with_streams().await;
    let calls = (0..20).map(|n| {
        let stream = if n % 2 == 0 { "cases" } else { "files" };
        server.post("/v1/entities/route", record(stream, "1"))
    });
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| answer.status == 202), "{answers:?}");
    assert!(answers.iter().all(|answer| answer.body == answers[0].body), "{answers:?}");
    let all = server.get("/v1/conversations").await;
    assert_eq!(all.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_idempotency_key_gives_the_first_202_again_even_when_the_work_item_is_over() {
    let server = with_streams().await;
    let keyed = |body: Value| {
        let request =
            server.request(Method::POST, "/v1/entities/route", ADMIN).header("idempotency-key", "k1");
        server.send(request.json(&body))
    };
    let first = keyed(record("cases", "1")).await;
    assert_eq!(first.status, 202);
    let path = "/v1/entities/incident/1/resolve";
    assert_eq!(server.post(path, json!({})).await.status, 200);
    let again = keyed(record("cases", "1")).await;
    assert_eq!((again.status, &again.body), (202, &first.body));
    assert_eq!(
        (again.header("idempotent-replayed"), again.header("location")),
        ("true", first.header("location"))
    );
    assert_eq!(keyed(record("cases", "2")).await.problem(), (422, "idempotency_key_reused"));
    assert_ne!(route(&server, record("cases", "1")).await, first.body, "without the key it is a new one");
}

#[tokio::test]
async fn what_cannot_be_routed_is_refused_and_nothing_is_created() {
    let server = with_streams().await;
    let with = |field: &str, value: Value| {
        let mut body = record("cases", "1");
        body[field] = value;
        body
    };
    let without = |field: &str| {
        let mut body = record("cases", "1");
        body.as_object_mut().unwrap().remove(field);
        body
    };
    let details = |details: Value| with("record_details", details);
    let refused = [
        (with("organization_id", json!("other")), "/organization_id"),
        (with("work_stream_id", json!("chat")), "/work_stream_id"),
        (with("entity_logical_name", json!("lead")), "/entity_logical_name"),
        (with("entity_set_name", json!("leads")), "/entity_set_name"),
        (with("relationship_name", json!("something_else")), "/relationship_name"),
        (with("record_id", json!("")), "/record_id"),
        (with("record_id", json!(7)), "/record_id"),
        (with("priority", json!(7)), "/priority"),
        (without("organization_id"), "/organization_id"),
        (without("work_stream_id"), "/work_stream_id"),
        (without("entity_logical_name"), "/entity_logical_name"),
        (without("entity_set_name"), "/entity_set_name"),
        (without("record_id"), "/record_id"),
        (details(json!([{"value": 1}])), "/record_details/0/key"),
        (details(json!([{"key": "a", "value": []}])), "/record_details/0/value"),
        (details(json!([{"key": "a", "value": "x".repeat(4001)}])), "/record_details/0/value"),
        (details(json!([{"key": "a"}, {"key": "a"}])), "/record_details/1/key"),
        (details((0..201).map(|n| json!({"key": n.to_string()})).collect()), "/record_details"),
    ];
    for (body, field) in refused {
        let answer = server.post("/v1/entities/route", body).await;
        assert_eq!((answer.problem(), answer.fields()), ((422, "invalid"), vec![field]), "{}", answer.text);
    }
    let many = json!({"organization_id": "other", "work_stream_id": "cases", "entity_logical_name": "lead",
        "entity_set_name": "leads", "record_id": "1", "record_details": [{"key": "a"}, {"key": "a"}]});
    let many = server.post("/v1/entities/route", many).await;
    assert_eq!(many.fields(), ["/organization_id", "/entity_logical_name", "/record_details/1/key"]);
    assert_eq!(
        server.post("/v1/entities/route", with("work_stream_id", json!("lost"))).await.problem(),
        (404, "not_found")
    );
    let raw =
        server.request(Method::POST, "/v1/entities/route", ADMIN).header("content-type", "application/json");
    assert_eq!(server.send(raw.body("{nonsense")).await.problem(), (400, "not_json"));
    let raw = server.request(Method::POST, "/v1/entities/route", ADMIN).header("content-type", "text/plain");
    assert_eq!(server.send(raw.body("x")).await.status, 415);
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));

    let inactive = server.patch("/v1/work-streams/cases", json!({"active": false})).await;
    assert_eq!(inactive.status, 200);
    let refused = server.post("/v1/entities/route", record("cases", "1")).await;
    assert_eq!(refused.problem(), (409, "work_stream_inactive"));
    assert_eq!(server.patch("/v1/work-streams/cases", json!({"active": true})).await.status, 200);
    route(&server, record("cases", "1")).await;
}

#[tokio::test]
async fn backends_route_within_their_channels_and_nobody_else_does() {
    let server = with_streams().await;
    let body = record("cases", "1");
    let path = "/v1/entities/route";
    assert_eq!(as_key(&server, "", path, &body).await.problem(), (401, "unauthorized"));
    let ann = server.agent("ann", json!({"name": "Ann"})).await;
    for token in [ann, server.key("supervisor").await] {
        for path in [
            path,
            "/v1/entities/intake",
            "/v1/entities/incident/1/resolve",
            "/v1/entities/incident/1/unassign",
        ] {
            assert_eq!(as_key(&server, &token, path, &body).await.problem(), (403, "forbidden"), "{path}");
        }
    }
    let backend = server.key("backend").await;
    assert_eq!(as_key(&server, &backend, path, &body).await.status, 202);
    let limited = json!({"name": "Files only", "role": "backend", "channel_ids": ["entity-files"]});
    let limited = server.put("/v1/api-keys/files", limited).await.body["token"].as_str().unwrap().to_owned();
    assert_eq!(as_key(&server, &limited, path, &record("cases", "2")).await.problem(), (403, "forbidden"));
    assert_eq!(as_key(&server, &limited, path, &record("files", "2")).await.status, 202);
    let hidden = as_key(&server, &limited, path, &record("files", "1")).await;
    assert_eq!(hidden.problem(), (403, "forbidden"), "its work item is another channel's");
    for act in ["resolve", "cancel", "unassign"] {
        let refused = as_key(&server, &limited, &format!("/v1/entities/incident/1/{act}"), &json!({})).await;
        assert_eq!(refused.problem(), (403, "forbidden"));
    }
    let streams = |token| server.send(server.request(Method::GET, "/v1/entities/work-streams", token));
    let listed = streams(&limited).await.body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&listed["organization_id"], &listed["items"][0]["work_stream_id"]),
        (&json!("default"), &json!("files"))
    );
    assert_eq!(streams(&backend).await.body["items"].as_array().unwrap().len(), 2);
    let in_use = server.delete("/v1/work-streams/files").await;
    assert_eq!(in_use.problem(), (409, "in_use"));
    assert!(in_use.body["detail"].as_str().unwrap().contains("API key files"), "{}", in_use.text);
}

#[tokio::test]
async fn the_entity_channel_is_made_and_deleted_with_its_work_stream_and_takes_records_only() {
    let server = with_streams().await;
    let channel = server.get("/v1/channels/entity-cases").await;
    assert_eq!(
        (channel.status, &channel.body["type"], &channel.body["work_stream_id"]),
        (200, &json!("entity"), &json!("cases"))
    );
    let refused = server.delete("/v1/channels/entity-cases").await;
    assert_eq!(refused.problem(), (409, "in_use"));
    let handed = server.post("/v1/conversations", json!({"channel_id": "entity-cases"})).await;
    assert_eq!(handed.fields(), ["/channel_id"], "{}", handed.text);
    for (id, field) in [("other", "/type"), ("entity-files", "/id")] {
        let body = json!({"name": "X", "type": "entity", "work_stream_id": "cases"});
        let refused = server.put(&format!("/v1/channels/{id}"), body).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field]), "{}", refused.text);
    }
    let renamed = server.patch("/v1/channels/entity-cases", json!({"name": "Our cases"})).await;
    assert_eq!(renamed.status, 200);

    let exported = server.get("/v1/configuration").await.body;
    assert_eq!(exported["channels"]["entity-cases"]["name"], "Our cases");
    assert_eq!(server.put("/v1/configuration", exported.clone()).await.body["steps"], json!([]));
    let fresh = Server::start();
    assert_eq!(fresh.put("/v1/configuration", exported).await.status, 200);
    assert_eq!(fresh.get("/v1/channels/entity-cases").await.body["name"], "Our cases");
    let fewer = fresh.put("/v1/configuration", json!({"channels": {}})).await;
    assert_eq!(
        (fewer.status, &fewer.body["steps"]),
        (200, &json!([])),
        "it stays with its work stream: {}",
        fewer.text
    );

    let routed = route(&server, record("cases", "1")).await;
    assert_eq!(server.delete("/v1/work-streams/cases").await.problem(), (409, "in_use"));
    server.post("/v1/entities/incident/1/cancel", json!({})).await;
    assert_eq!(server.delete("/v1/work-streams/cases").await.status, 204);
    assert_eq!(server.get("/v1/channels/entity-cases").await.status, 404);
    assert_eq!(
        conversation(&server, &routed).await["close_reason"],
        "cancelled",
        "what is over stays to be seen"
    );
    let copied = server.post("/v1/work-streams/files/copy", json!({"id": "more"})).await;
    assert_eq!(copied.status, 201, "{}", copied.text);
    assert_eq!(server.get("/v1/channels/entity-more").await.status, 200);
    let long = server
        .put(&format!("/v1/work-streams/{}", "x".repeat(60)), json!({"name": "L", "channel_type": "entity"}))
        .await;
    assert_eq!(long.fields(), ["/id"]);
}

#[tokio::test]
async fn intake_rules_choose_the_work_stream_of_a_record() {
    let server = with_streams().await;
    let rules = json!([
        {"name": "high", "entity_logical_name": "incident", "work_stream_id": "cases",
            "when": {"variable": "record.priority", "operator": "in", "value": ["high", "urgent"]}},
        {"name": "long", "entity_logical_name": null, "work_stream_id": "files",
            "when": {"variable": "record.minutes", "operator": "gt", "value": 30.5}}]);
    let set = server.patch("/v1/settings", json!({"intake_rules": rules})).await;
    assert_eq!((set.status, &set.body["intake_rules"]), (200, &rules), "{}", set.text);
    let take_in = |id: &str, key: &str, value: Value| {
        let mut body = record("", id);
        body.as_object_mut().unwrap().remove("work_stream_id");
        body["record_details"] = json!([{"key": key, "value": value}]);
        server.post("/v1/entities/intake", body)
    };
    let high = take_in("1", "priority", json!("High")).await;
    assert_eq!(high.status, 202, "{}", high.text);
    let high = conversation(&server, &high.body).await;
    assert_eq!((&high["work_stream_id"], &high["record"]["intake_rule"]), (&json!("cases"), &json!("high")));
    let long = take_in("2", "minutes", json!(45)).await;
    assert_eq!(conversation(&server, &long.body).await["work_stream_id"], "files");
    let none = take_in("3", "minutes", json!(5)).await;
    assert_eq!(none.problem(), (422, "invalid"));
    let again = take_in("2", "minutes", json!(5)).await;
    assert_eq!(
        (again.status, &again.body),
        (202, &long.body),
        "it has a work item, whatever the rules say now"
    );

    let wrong = json!({"intake_rules": [{"name": "x", "work_stream_id": "chat"}, {"name": "y", "work_stream_id": "lost"},
        {"name": "z", "work_stream_id": "cases", "when": {"variable": "tier", "operator": "has_data"}}]});
    let wrong = server.patch("/v1/settings", wrong).await;
    let fields =
        ["/intake_rules/0/work_stream_id", "/intake_rules/1/work_stream_id", "/intake_rules/2/when/variable"];
    assert_eq!((wrong.status, wrong.fields()), (422, fields.to_vec()), "{}", wrong.text);
    let exported = server.get("/v1/configuration").await.body;
    assert_eq!(exported["settings"]["intake_rules"], rules);
    assert_eq!(server.put("/v1/configuration", exported).await.body["steps"], json!([]));
    assert_eq!(server.delete("/v1/work-streams/cases").await.problem(), (409, "in_use"));
}

#[tokio::test]
async fn a_record_finds_its_customer_by_its_details() {
    let server = with_streams().await;
    server.put("/v1/customers/kim", json!({"name": "Kim", "email": "kim@shop.example"})).await;
    let rule =
        json!({"work_stream_id": "cases", "match": [{"field": "email", "variable": "record.emailaddress"}]});
    assert_eq!(server.put("/v1/record-identification-rules/mail", rule).await.status, 201);
    let mut body = record("cases", "1");
    body["record_details"] = json!([{"key": "emailaddress", "value": "kim@shop.example"}]);
    let routed = route(&server, body).await;
    assert_eq!(conversation(&server, &routed).await["customer"]["id"], "kim");
}

#[tokio::test]
async fn the_connector_document_says_the_public_url_or_what_the_request_says() {
    let server = with_streams().await;
    let asked = server.send(server.request(Method::GET, "/connectors/entity.swagger.json", "")).await;
    assert_eq!((asked.status, asked.header("content-type")), (200, "application/json"));
    assert_eq!(format!("http://{}", asked.body["host"].as_str().unwrap()), server.base);
    assert_eq!((&asked.body["basePath"], &asked.body["schemes"]), (&json!("/v1"), &json!(["http"])));
    let known = AppConfig { public_url: Some("https://desk.example/".to_owned()), ..AppConfig::default() };
    let server = Server::start_with(known);
    let asked = server.get("/connectors/entity.swagger.json").await.body;
    assert_eq!((&asked["host"], &asked["schemes"]), (&json!("desk.example"), &json!(["https"])));
    for (path, methods) in asked["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let request =
                server.request(method.to_uppercase().parse().unwrap(), &format!("/v1{path}"), ADMIN);
            let answer = server.send(request.header("content-type", "application/json").body("{}")).await;
            assert!(![405, 500].contains(&answer.status), "{method} {path}: {}", answer.text);
            assert_ne!(answer.body["detail"], "there is nothing at this path", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn where_the_server_is_reached_is_believed_of_trusted_proxies_alone() {
    let trusted = AppConfig { trusted_proxies: "127.0.0.1".to_owned(), ..AppConfig::default() };
    for (config, believed) in [(AppConfig::default(), false), (trusted, true)] {
        let server = Server::start_with(config);
        let asked = server.request(Method::GET, "/connectors/entity.swagger.json", "");
        let asked = asked.header("x-forwarded-host", "desk.example").header("x-forwarded-proto", "https");
        let asked = server.send(asked).await.body;
        assert_eq!(asked["host"] == "desk.example", believed, "{}", asked["host"]);
        assert_eq!(asked["schemes"] == json!(["https"]), believed);
        let forwarded = server.request(Method::GET, "/connectors/entity.swagger.json", "");
        let forwarded = forwarded.header("forwarded", "host=desk.example;proto=https");
        assert_eq!(server.send(forwarded).await.body["host"] == "desk.example", believed);
    }
}

#[tokio::test]
async fn a_202_survives_a_kill_and_the_same_record_is_still_one() {
    let data = tempfile::tempdir().unwrap();
    let server = Running::serve(data.path());
    let admin = std::fs::read_to_string(data.path().join("admin.token")).unwrap().trim().to_owned();
    let at = |server: &Running, path: &str| format!("{}{path}", server.base);
    assert_eq!(call("PUT", &at(&server, "/v1/configuration"), &admin, Some(document())).await.0, 200);
    let mut first = Vec::new();
    for id in ["1", "2"] {
        let routed =
            call("POST", &at(&server, "/v1/entities/route"), &admin, Some(record("cases", id))).await;
        assert_eq!(routed.0, 202);
        first.push(routed.1);
    }
    let ended = call("POST", &at(&server, "/v1/entities/incident/2/resolve"), &admin, Some(json!({}))).await;
    assert_eq!((ended.0, &ended.1["state"]), (200, &json!("closed")));
    server.signal("-KILL");
    drop(server);

    for stops in [false, true] {
        // After a kill, then after a stop, whose start comes from a snapshot.
        let server = Running::serve(data.path());
        let again =
            call("POST", &at(&server, "/v1/entities/route"), &admin, Some(record("files", "1"))).await;
        assert_eq!((again.0, &again.1), (202, &first[0]));
        if stops {
            let ended = call("POST", &at(&server, "/v1/entities/incident/1/cancel"), &admin, None).await;
            assert_eq!((ended.0, &ended.1["close_reason"]), (200, &json!("cancelled")));
            let fresh =
                call("POST", &at(&server, "/v1/entities/route"), &admin, Some(record("files", "2"))).await;
            assert_eq!(fresh.0, 202);
            assert_ne!(fresh.1["work_item_id"], first[1]["work_item_id"]);
        }
        assert_eq!(server.stop(), Some(0));
    }
    assert_eq!(check(data.path()), (Some(0), String::new()));
}
