//! Every collection: create, replace, change, delete, conditions, lists (CONTRACT §§2, 3).

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Server};

/// A collection, a body of its least members, and what else its answer has.
fn collections() -> Vec<(&'static str, Value, Value)> {
    vec![
        (
            "queues",
            json!({"name": "Support"}),
            json!({"type": "messaging", "priority": 100, "assignment_method": "highest_capacity",
                "service_level_seconds": null, "operating_hours_id": null, "overflow": [], "members": []}),
        ),
        (
            "agents",
            json!({"name": "Ana"}),
            json!({"email": null, "role": "agent", "capacity": 100, "queue_ids": [], "default_presence": "available",
                "skills": [], "capacity_profiles": []}),
        ),
        (
            "channels",
            json!({"name": "Chat", "type": "live_chat"}),
            json!({"work_stream_id": "default-live-chat", "settings": {"languages": ["en"], "title": {},
                "theme": {"color": null, "position": "right"}, "survey": [], "page_variables": [], "authentication":
                {"mode": "none", "public_key": null, "key_url": null, "audience": null, "issuer": null},
                "transcript_minutes": 60, "messages": []}}),
        ),
        (
            "operating-hours",
            json!({"name": "Office", "time_zone": "Europe/Berlin"}),
            json!({"weekly": [], "holidays": [], "open": false, "changes_at": null}),
        ),
        ("presences", json!({"text": "Lunch", "base": "away"}), json!({"description": null})),
        ("skills", json!({"name": "French"}), json!({"max_level": 10})),
        (
            "capacity-profiles",
            json!({"name": "Chats"}),
            json!({"limit": 1, "blocking": false, "reset": "none", "time_zone": "UTC"}),
        ),
        (
            "customers",
            json!({"name": "Dora"}),
            json!({"email": null, "phone": null, "case_numbers": [], "active": true}),
        ),
        (
            "record-identification-rules",
            json!({"match": [{"field": "email", "variable": "email"}]}),
            json!({"work_stream_id": null}),
        ),
        (
            "notification-templates",
            json!({"name": "Gold"}),
            json!({"title": null, "fields": null, "theme": "standard", "desktop": "background", "show_timer": true}),
        ),
        (
            "webhooks",
            json!({"name": "CRM", "url": "https://crm.example/in"}),
            json!({"event_types": [], "work_stream_ids": [], "channel_ids": [], "active": true}),
        ),
        (
            "quick-replies",
            json!({"title": "Hello", "text": "Hi {customer.name}"}),
            json!({"language": null, "tags": [], "work_stream_ids": []}),
        ),
        ("api-keys", json!({"name": "Shop"}), json!({"role": "backend", "channel_ids": []})),
        (
            "work-streams",
            json!({"name": "SMS", "channel_type": "sms"}),
            json!({"capacity": 1, "capacity_profile_ids": [], "auto_close_after_inactivity_seconds": 86_400, "active": true, "warnings": []}),
        ),
    ]
}

#[tokio::test]
async fn each_collection_creates_replaces_changes_and_deletes() {
    let server = Server::start();
    for (collection, least, defaults) in collections() {
        let path = format!("/v1/{collection}/one");
        let created = server.put(&path, least.clone()).await;
        assert_eq!(created.status, 201, "{collection}: {}", created.text);
        assert_eq!(created.header("location"), path);
        assert_eq!(created.body["id"], "one");
        let expected = defaults.as_object().unwrap().iter().chain(least.as_object().unwrap());
        expected.for_each(|(name, value)| assert_eq!(created.body[name], *value, "{collection} {name}"));

        let got = server.get(&path).await;
        assert_eq!((got.status, got.header("etag")), (200, created.header("etag")), "{collection}");
        // What a GET gave can be put back as it is; its read-only members are ignored.
        let replaced = server.put(&path, got.body.clone()).await;
        assert_eq!(replaced.status, 200, "{collection}: {}", replaced.text);
        assert_ne!(replaced.header("etag"), created.header("etag"));
        assert_eq!(replaced.body, got.body, "{collection}");

        let name = match collection {
            "presences" => "text",
            "quick-replies" => "title",
            _ => "name",
        };
        if collection != "record-identification-rules" {
            let changed = server.patch(&path, json!({ name: "Another" })).await;
            assert_eq!((changed.status, &changed.body[name]), (200, &json!("Another")), "{collection}");
            let restored = server.patch(&path, json!({ name: least[name] })).await;
            assert_eq!(restored.body, got.body, "{collection}");
        }
        let wrong = server.put(&path, json!({"surely_not": 1})).await;
        assert_eq!(wrong.problem(), (422, "invalid"));
        assert!(wrong.fields().contains(&"/surely_not"), "{collection}: {:?}", wrong.fields());
        assert_eq!(server.patch(&path, json!({"surely_not": 1})).await.fields(), ["/surely_not"]);

        assert_eq!(server.delete(&path).await.status, 204, "{collection}");
        assert_eq!(server.get(&path).await.problem(), (404, "not_found"));
        assert_eq!(server.delete(&path).await.problem(), (404, "not_found"));
        assert_eq!(server.patch(&path, json!({})).await.problem(), (404, "not_found"));
    }
}

#[tokio::test]
async fn what_a_get_answers_may_come_back_but_not_to_another_path() {
    let server = Server::start();
    server.agent("ana", json!({"name": "Ana", "queue_ids": ["default-messaging"]})).await;
    server.put("/v1/operating-hours/office", json!({"name": "Office", "time_zone": "UTC"})).await;
    for (path, read_only) in [
        ("/v1/queues/default-messaging", "members"),
        ("/v1/work-streams/default-live-chat", "warnings"),
        ("/v1/agents/ana", "runtime"),
        ("/v1/operating-hours/office", "open"),
    ] {
        let got = server.get(path).await.body;
        assert!(got.get(read_only).is_some(), "{path}");
        let put = server.put(path, got.clone()).await;
        assert_eq!((put.status, &put.body), (200, &got), "{path}");
        let patched = server.patch(path, got.clone()).await;
        assert_eq!((patched.status, &patched.body), (200, &got), "{path}");
        let mut other = got;
        other["id"] = json!("other");
        let version = server.get(path).await.header("etag").to_owned();
        for refused in [server.put(path, other.clone()).await, server.patch(path, other).await] {
            assert_eq!((refused.problem(), refused.fields()), ((422, "invalid"), vec!["/id"]), "{path}");
        }
        assert_eq!(server.get(path).await.header("etag"), version, "nothing was written");
    }
    let nobody = json!({"queues": {"vip": {"id": "other", "name": "VIP"}}});
    let refused = server.put("/v1/configuration", nobody).await;
    assert_eq!((refused.problem(), refused.fields()), ((422, "invalid"), vec!["/queues/vip/id"]));
}

#[tokio::test]
async fn conditions_hold_or_nothing_happens() {
    let server = Server::start();
    let path = "/v1/queues/vip";
    let put = |name: &'static str, value: String, body: Value| {
        server.send(server.request(Method::PUT, path, ADMIN).header(name, value).json(&body))
    };
    let body = json!({"name": "VIP"});
    assert_eq!(put("if-match", "*".into(), body.clone()).await.problem(), (412, "version_mismatch"));
    let first = put("if-none-match", "*".into(), body.clone()).await;
    assert_eq!(first.status, 201);
    assert_eq!(put("if-none-match", "*".into(), body.clone()).await.status, 412);
    let second = put("if-match", first.header("etag").into(), json!({"name": "2"})).await;
    assert_eq!(second.status, 200);
    assert_eq!(put("if-match", first.header("etag").into(), json!({"name": "3"})).await.status, 412);
    let stale = server.request(Method::PATCH, path, ADMIN).header("if-match", first.header("etag"));
    assert_eq!(server.send(stale.json(&json!({"name": "4"}))).await.status, 412);
    let stale = server.request(Method::DELETE, path, ADMIN).header("if-match", first.header("etag"));
    assert_eq!(server.send(stale).await.status, 412);
    assert_eq!(server.get(path).await.body["name"], "2");
    let fresh = server.request(Method::DELETE, path, ADMIN).header("if-match", second.header("etag"));
    assert_eq!(server.send(fresh).await.status, 204);
}

#[tokio::test]
async fn lists_go_by_id_page_by_page() {
    let server = Server::start();
    for id in ["a", "b", "c"] {
        server.put(&format!("/v1/skills/{id}"), json!({"name": id})).await;
    }
    let ids = |body: &Value| -> Vec<String> {
        body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = server.get("/v1/skills?limit=2").await;
    assert_eq!(ids(&first.body), ["a", "b"]);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("/v1/skills?limit=2&cursor={cursor}")).await;
    assert_eq!((ids(&second.body), &second.body["next_cursor"]), (vec!["c".to_owned()], &Value::Null));
    assert_eq!(server.get("/v1/skills?limit=0").await.fields(), ["/limit"]);
    assert_eq!(server.get("/v1/skills?limit=1001&cursor=b").await.fields(), ["/limit", "/cursor"]);
    assert_eq!(ids(&server.get("/v1/queues").await.body), ["default-messaging", "default-record"]);
    let base = ["available", "away", "busy", "busy_dnd", "offline"];
    assert_eq!(ids(&server.get("/v1/presences").await.body), base);
}

#[tokio::test]
async fn what_is_built_in_or_referred_to_stays() {
    let server = Server::start();
    for path in ["/v1/queues/default-messaging", "/v1/work-streams/default-live-chat", "/v1/presences/away"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
        assert_eq!(server.delete(path).await.problem(), (409, "built_in"), "{path}");
    }
    let away = json!({"text": "Away", "base": "away"});
    assert_eq!(server.put("/v1/presences/away", away).await.problem(), (409, "built_in"));
    assert_eq!(server.patch("/v1/presences/away", json!({"text": "x"})).await.problem(), (409, "built_in"));
    server.put("/v1/queues/vip", json!({"name": "VIP"})).await;
    server.put("/v1/agents/ana", json!({"name": "Ana", "queue_ids": ["vip"]})).await;
    let refused = server.delete("/v1/queues/vip").await;
    assert_eq!(refused.problem(), (409, "in_use"));
    assert!(refused.body["detail"].as_str().unwrap().contains("agent ana"), "{}", refused.text);
    assert_eq!(server.get("/v1/queues/vip").await.body["members"], json!(["ana"]));
}

#[tokio::test]
async fn unknown_ids_in_a_body_are_named_and_so_are_ids_that_cannot_be() {
    let server = Server::start();
    let agent = json!({"name": "Ana", "queue_ids": ["nope"], "default_presence": "nap",
        "skills": [{"skill_id": "french", "level": 3}]});
    let refused = server.put("/v1/agents/ana", agent).await;
    assert_eq!(refused.problem(), (422, "invalid"));
    assert_eq!(refused.fields(), ["/queue_ids/0", "/default_presence", "/skills/0/skill_id"]);
    let sms = json!({"name": "S", "type": "sms", "work_stream_id": "default-live-chat"});
    assert_eq!(server.put("/v1/channels/s", sms).await.status, 422);
    assert_eq!(
        server.put("/v1/channels/s", json!({"name": "S", "type": "sms"})).await.fields(),
        ["/work_stream_id"]
    );
    assert_eq!(server.put("/v1/queues/Not-This", json!({"name": "N"})).await.fields(), ["/id"]);
    assert_eq!(server.get("/v1/queues/Not-This").await.problem(), (404, "not_found"));
}

#[tokio::test]
async fn settings_change_by_merge_patch_and_null_is_no_limit() {
    let server = Server::start();
    let defaults = server.get("/v1/settings").await;
    assert_eq!(defaults.body["organization_id"], "default");
    assert_eq!(defaults.body["age_limits"]["live_chat"]["open_seconds"], 1200);
    let patch = json!({"max_open_offers": 5, "age_limits": {"live_chat": {"open_seconds": null}}});
    let changed = server.patch("/v1/settings", patch).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_ne!(changed.header("etag"), defaults.header("etag"));
    assert_eq!(changed.body["max_open_offers"], 5);
    let limits = &changed.body["age_limits"]["live_chat"];
    assert_eq!((&limits["open_seconds"], &limits["wrap_up_seconds"]), (&Value::Null, &json!(900)));
    assert_eq!(
        server.patch("/v1/settings", json!({"max_open_offers": null})).await.body["max_open_offers"],
        3
    );
    let wrong = json!({"retention_days": 0, "age_limits": {"telex": {}}});
    assert_eq!(server.patch("/v1/settings", wrong).await.fields(), ["/age_limits/telex", "/retention_days"]);
    assert_eq!(server.put("/v1/settings", json!({})).await.problem(), (405, "method_not_allowed"));
}
