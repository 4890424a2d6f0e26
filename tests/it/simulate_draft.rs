//! `POST /v1/routing/simulate` with a draft of a work stream: what would come of rules that are not saved.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Answer, Server};
use crate::socket::Socket;

fn rule(tier: &str, queue: &str) -> Value {
    json!({"name": tier, "when": {"variable": "tier", "operator": "equals", "value": tier}, "route_to": {"queue_id": queue}})
}

fn stream(rules: &[Value]) -> Value {
    json!({"name": "Chat", "channel_type": "live_chat", "context_variables": [{"name": "tier"}], "routing_rules": rules})
}

/// `gold` goes to `vip`, whose one agent is here.
async fn house() -> (Server, Socket) {
    let server = Server::start();
    for (path, body) in [
        ("/v1/queues/vip", json!({"name": "VIP"})),
        ("/v1/queues/plain", json!({"name": "Plain"})),
        ("/v1/work-streams/chat", stream(&[rule("gold", "vip")])),
        ("/v1/channels/web", json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat"})),
    ] {
        let made = server.put(path, body).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let ana = server.agent("ana", json!({"name": "Ana", "capacity": 2, "queue_ids": ["vip"]})).await;
    let (socket, _) = Socket::agent(&server, &ana).await;
    (server, socket)
}

async fn simulate(server: &Server, body: Value) -> Answer {
    server.post("/v1/routing/simulate", body).await
}

#[tokio::test]
async fn a_draft_is_tried_in_place_of_the_saved_work_stream_and_nothing_of_it_is_kept() {
    let (server, _socket) = house().await;
    let context = json!({"tier": "gold"});
    let saved = simulate(&server, json!({"channel_id": "web", "context": context})).await.body;
    assert_eq!((&saved["queue_id"], &saved["winner"]), (&json!("vip"), &json!("ana")));
    let version = server.get("/v1/work-streams/chat").await.header("etag").to_owned();

    let rules = stream(&[rule("silver", "vip"), rule("gold", "plain")]);
    for place in [json!({"channel_id": "web"}), json!({"work_stream_id": "chat"})] {
        let mut body = place;
        body["context"] = context.clone();
        body["work_stream"] = rules.clone();
        let tried = simulate(&server, body).await;
        assert_eq!(tried.status, 200, "{}", tried.text);
        let verdicts: Vec<&str> = tried.body["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| rule["verdict"].as_str().unwrap())
            .collect();
        assert_eq!(verdicts, ["not_matched", "matched"]);
        assert_eq!((&tried.body["queue_id"], &tried.body["winner"]), (&json!("plain"), &Value::Null));
        assert_eq!(tried.body["config_version"], saved["config_version"]);
    }
    assert_eq!(server.get("/v1/work-streams/chat").await.header("etag"), version);
    let after = simulate(&server, json!({"channel_id": "web", "context": context})).await.body;
    assert_eq!(after["queue_id"], "vip");
}

#[tokio::test]
async fn a_draft_of_a_work_stream_that_does_not_exist_stands_alone_and_distributes_as_it_says() {
    let (server, _socket) = house().await;
    let mut draft = stream(&[rule("gold", "vip")]);
    let asked = json!({"work_stream": draft, "context": {"tier": "GOLD"}});
    assert_eq!(simulate(&server, asked).await.body["winner"], "ana");
    draft["capacity"] = json!(3);
    for mut asked in [json!({}), json!({"work_stream_id": "to-be-made"})] {
        asked["work_stream"] = draft.clone();
        asked["context"] = json!({"tier": "gold"});
        let tried = simulate(&server, asked).await.body;
        assert_eq!((&tried["winner"], &tried["passed_over"]), (&Value::Null, &json!({"capacity": 1})));
    }
    assert_eq!(server.get("/v1/work-streams/to-be-made").await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_a_draft_is_named_within_it() {
    let (server, _socket) = house().await;
    let refused = async |draft: Value| {
        let answer = simulate(&server, json!({"channel_id": "web", "work_stream": draft})).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        answer.fields().join(" ")
    };
    assert_eq!(
        refused(stream(&[rule("gold", "nowhere")])).await,
        "/work_stream/routing_rules/0/route_to/queue_id"
    );
    let misspelt = json!({"name": "Chat", "channel_type": "live_chat", "routing_rule": []});
    assert_eq!(refused(misspelt).await, "/work_stream/routing_rule");
    let mut between = rule("gold", "vip");
    between["when"] = json!({"variable": "tier", "operator": "equals"});
    assert_eq!(refused(stream(&[between])).await, "/work_stream/routing_rules/0/when/value");
    let other = json!({"name": "Texts", "channel_type": "sms"});
    assert_eq!(refused(other).await, "/work_stream/channel_type");
    let bad = simulate(&server, json!({"work_stream_id": "No!", "work_stream": stream(&[])})).await;
    assert_eq!(bad.fields(), ["/work_stream_id"]);
}

#[tokio::test]
async fn a_value_is_taken_by_the_type_that_the_draft_declares() {
    let (server, _socket) = house().await;
    let mut draft = stream(&[]);
    draft["context_variables"] = json!([{"name": "tier", "type": "number"}]);
    let asked = json!({"channel_id": "web", "work_stream": draft, "context": {"tier": "gold"}});
    assert_eq!(simulate(&server, asked).await.fields(), ["/context/tier"]);
}

#[tokio::test]
async fn a_key_that_is_limited_to_channels_tries_drafts_of_those_alone() {
    let (server, _socket) = house().await;
    let key = json!({"name": "Web", "role": "supervisor", "channel_ids": ["web"]});
    let token = server.put("/v1/api-keys/web", key).await.body["token"].as_str().unwrap().to_owned();
    for (place, status) in [
        (json!({"channel_id": "web"}), 200),
        (json!({"work_stream_id": "default-live-chat"}), 403),
        (json!({}), 403),
    ] {
        let mut body = place;
        body["work_stream"] = stream(&[]);
        let request = server.request(Method::POST, "/v1/routing/simulate", &token).json(&body);
        assert_eq!(server.send(request).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn the_id_of_a_draft_is_what_it_stands_for_or_is_refused() {
    let (server, _socket) = house().await;
    let draft = |id: &str| {
        let mut draft = stream(&[rule("gold", "plain")]);
        draft["id"] = json!(id);
        draft
    };
    let tried = async |place: Value, id: &str| {
        let mut body = place;
        body["work_stream"] = draft(id);
        body["context"] = json!({"tier": "gold"});
        simulate(&server, body).await
    };
    for place in [json!({"channel_id": "web"}), json!({"work_stream_id": "chat"}), json!({})] {
        let same = tried(place.clone(), "chat").await;
        assert_eq!((same.status, &same.body["queue_id"]), (200, &json!("plain")), "{}", same.text);
    }
    for place in [json!({"channel_id": "web"}), json!({"work_stream_id": "chat"})] {
        let other = tried(place, "sms").await;
        assert_eq!((other.status, other.fields()), (422, vec!["/work_stream/id"]), "{}", other.text);
    }
    assert_eq!(tried(json!({}), "No!").await.fields(), ["/work_stream/id"]);
    // What may only be saved under that id is judged by it: the type of its channels.
    let mut texts = draft("chat");
    texts["channel_type"] = json!("sms");
    let refused = simulate(&server, json!({"work_stream": texts})).await;
    assert_eq!(refused.fields(), ["/work_stream/channel_type"]);
}
