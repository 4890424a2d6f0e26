//! Overflow, operating hours and queue types, walked over HTTP.

use serde_json::{Value, json};

use crate::helpers::Server;

/// A server with a push stream `chat` into the queue `desk`, its channel `web`, and the queue `night` beside it. The
/// hours `never` never begin.
async fn house(overflow: Value, hours: Value) -> Server {
    let server = Server::start();
    let desk = json!({"name": "Desk", "overflow": overflow, "operating_hours_id": hours});
    let document = json!({
        "operating_hours": {"never": {"name": "Never"}},
        "queues": {"desk": desk, "night": {"name": "Night"}, "files": {"name": "Files", "type": "record"}},
        "work_streams": {"chat": {"name": "Chat", "channel_type": "live_chat", "fallback_queue_id": "desk"}},
        "channels": {"web": {"name": "Web", "type": "live_chat", "work_stream_id": "chat"}}});
    let applied = server.put("/v1/configuration", document).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    server
}

/// A conversation as it is after everything that its arrival caused.
async fn arrive(server: &Server) -> Value {
    let made =
        server.post("/v1/conversations", json!({"channel_id": "web", "message": {"text": "hello"}})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    // An answer leaves with what its turn made; another turn of the same queue is behind all of it.
    let path = format!("/v1/conversations/{}", made.body["id"].as_str().unwrap());
    server.post(&format!("{path}/messages"), json!({"text": "anybody there?"})).await;
    let mut now = server.get(&path).await.body;
    now["path"] = path.into();
    now
}

async fn list(server: &Server, conversation: &Value, what: &str) -> Vec<Value> {
    let path = conversation["path"].as_str().unwrap();
    server.get(&format!("{path}/{what}")).await.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn overflow_comes_back_as_it_was_given() {
    let items = json!([
        {"when": {"waiting": 3}, "action": {"queue_id": "night"}},
        {"when": {"wait_seconds": 60}, "action": {"fallback": true}},
        {"when": {"out_of_hours": true}, "action": {"end": {"message": "We are closed."}}},
        {"when": {"out_of_hours": true}, "action": {"end": {}}},
        {"when": {"waiting": 9}, "action": {"assign_anyway": true}}]);
    let server = house(items.clone(), Value::Null).await;
    assert_eq!(server.get("/v1/queues/desk").await.body["overflow"], items);
    let exported = server.get("/v1/configuration").await.body;
    assert_eq!(server.put("/v1/configuration", exported).await.body["steps"], json!([]));
    let refused = server.delete("/v1/queues/night").await;
    assert_eq!(refused.problem(), (409, "in_use"));
    assert!(refused.body["detail"].as_str().unwrap().contains("queue desk"), "{}", refused.text);
    let cleared = server.patch("/v1/queues/desk", json!({"overflow": []})).await;
    assert_eq!(cleared.body["overflow"], json!([]));
    assert_eq!(server.delete("/v1/queues/night").await.status, 204);
}

#[tokio::test]
async fn wrong_overflow_is_refused_at_its_field() {
    let server = house(json!([]), Value::Null).await;
    let good = json!({"queue_id": "night"});
    let table = [
        (json!({"waiting": 0}), good.clone(), "/overflow/0/when/waiting"),
        (json!({"wait_seconds": 0}), good.clone(), "/overflow/0/when/wait_seconds"),
        (json!({"out_of_hours": false}), good.clone(), "/overflow/0/when/out_of_hours"),
        (json!({"waiting": 1}), json!({"queue_id": "lost"}), "/overflow/0/action/queue_id"),
        (json!({"waiting": 1}), json!({"queue_id": "desk"}), "/overflow/0/action/queue_id"),
        (json!({"waiting": 1}), json!({"queue_id": "files"}), "/overflow/0/action/queue_id"),
        (json!({"waiting": 1}), json!({"fallback": false}), "/overflow/0/action/fallback"),
        (json!({"waiting": 1}), json!({"end": {"message": " "}}), "/overflow/0/action/end/message"),
    ];
    for (when, action, field) in table {
        let overflow = json!([{"when": when, "action": action}]);
        let refused = server.put("/v1/queues/desk", json!({"name": "Desk", "overflow": overflow})).await;
        assert_eq!(
            (refused.problem(), refused.fields()),
            ((422, "invalid"), vec![field]),
            "{}",
            refused.text
        );
    }
}

#[tokio::test]
async fn a_line_that_is_long_enough_overflows_with_its_reason() {
    let items = json!([{"when": {"waiting": 1}, "action": {"queue_id": "night"}}]);
    let server = house(items, Value::Null).await;
    let (first, second) = (arrive(&server).await, arrive(&server).await);
    assert_eq!((&first["queue_id"], &second["queue_id"]), (&json!("desk"), &json!("night")));
    let events = list(&server, &second, "events").await;
    let overflowed = events.iter().find(|event| event["type"] == "overflowed").unwrap();
    assert_eq!(overflowed["data"]["to_queue_id"], "night");
    assert_eq!(overflowed["by"]["kind"], "system");
    let decisions = list(&server, &second, "decisions").await;
    let decision = decisions.iter().find(|decision| decision["overflow"] != json!([])).unwrap();
    let overflow = &decision["overflow"][0];
    assert_eq!((&decision["trigger"], &overflow["outcome"]), (&json!("created"), &json!("moved")));
    assert_eq!(
        overflow["items"],
        json!([{"item": 0, "when": {"waiting": 1}, "action": {"queue_id": "night"}, "to_queue_id": "night",
            "verdict": "chosen"}])
    );
    let last = decisions.last().unwrap();
    assert_eq!((&last["trigger"], &last["queue_id"]), (&json!("overflowed"), &json!("night")));
    // What would become of another is told, and nothing happens.
    let asked = server.post("/v1/routing/simulate", json!({"channel_id": "web"})).await;
    assert_eq!((asked.status, &asked.body["queue_id"]), (200, &json!("night")), "{}", asked.text);
    assert_eq!(asked.body["overflow"][0]["waiting"], 1);
    let waiting = server.get("/v1/conversations?queue_id=night").await;
    assert_eq!(waiting.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn out_of_hours_it_stays_in_line_and_the_decision_says_so() {
    let server = house(json!([]), json!("never")).await;
    let conversation = arrive(&server).await;
    assert_eq!((&conversation["state"], &conversation["queue_id"]), (&json!("open"), &json!("desk")));
    let decisions = list(&server, &conversation, "decisions").await;
    assert_eq!(decisions[0]["out_of_hours"], true, "{decisions:?}");
    let asked = server.post("/v1/routing/simulate", json!({"work_stream_id": "chat"})).await;
    assert_eq!((&asked.body["out_of_hours"], &asked.body["winner"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn simulate_looks_at_the_hours_of_the_instant_that_is_asked_for() {
    let items = json!([{"when": {"out_of_hours": true}, "action": {"queue_id": "night"}}]);
    let server = house(items, json!("never")).await;
    let office = json!({"name": "Office", "time_zone": "Europe/Berlin",
        "weekly": [{"days": ["mon"], "from": "09:00", "to": "17:00"}]});
    server.put("/v1/operating-hours/never", office).await;
    for (at, queue) in [("2026-11-23T08:00:00Z", "desk"), ("2026-11-23T16:00:00Z", "night")] {
        let asked = server.post("/v1/routing/simulate", json!({"channel_id": "web", "at": at})).await;
        assert_eq!(asked.body["queue_id"], queue, "{}", asked.text);
    }
}

#[tokio::test]
async fn an_end_out_of_hours_says_its_message_and_closes() {
    let items = json!([{"when": {"out_of_hours": true}, "action": {"end": {"message": "We are closed."}}}]);
    let server = house(items, json!("never")).await;
    let conversation = arrive(&server).await;
    assert_eq!(
        (&conversation["state"], &conversation["close_reason"]),
        (&json!("closed"), &json!("overflow"))
    );
    let messages = list(&server, &conversation, "messages").await;
    let last = messages.last().unwrap();
    assert_eq!(
        (&last["sender"], &last["text"], &last["visibility"]),
        (&json!("system"), &json!("We are closed."), &json!("public"))
    );
}

#[tokio::test]
async fn messages_and_records_keep_to_queues_of_their_own() {
    let server = house(json!([]), Value::Null).await;
    let conversation = arrive(&server).await;
    let path = conversation["path"].as_str().unwrap();
    let refused = server.post(&format!("{path}/transfer"), json!({"queue_id": "files"})).await;
    assert_eq!(refused.problem(), (409, "queue_type_mismatch"));
    assert_eq!(refused.body["current_state"], "open");
    let stream =
        |kind: &str, queue: &str| json!({"name": "S", "channel_type": kind, "fallback_queue_id": queue});
    for (kind, queue) in [("live_chat", "files"), ("entity", "desk")] {
        let refused = server.put("/v1/work-streams/s", stream(kind, queue)).await;
        assert_eq!((refused.status, refused.fields()), (422, vec!["/fallback_queue_id"]), "{}", refused.text);
    }
    let mut ruled = stream("live_chat", "desk");
    ruled["routing_rules"] = json!([{"name": "r", "when": {"all": []}, "route_to": {"queue_id": "files"}}]);
    let refused = server.put("/v1/work-streams/s", ruled).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/routing_rules/0/route_to/queue_id"]));
    assert_eq!(server.put("/v1/work-streams/s", stream("entity", "files")).await.status, 201);
    for (queue, kind) in [("desk", "record"), ("files", "messaging"), ("default-record", "messaging")] {
        let refused = server.put(&format!("/v1/queues/{queue}"), json!({"name": "Q", "type": kind})).await;
        assert_eq!((refused.status, refused.fields()), (422, vec!["/type"]), "{queue}: {}", refused.text);
    }
}

#[tokio::test]
async fn queues_that_overflow_in_a_ring_are_applied_and_deleted_together() {
    let server = house(json!([]), Value::Null).await;
    let ring = |to: &str| json!({"name": "R", "overflow": [{"when": {"wait_seconds": 60}, "action": {"queue_id": to}}]});
    let mut queues = server.get("/v1/configuration").await.body["queues"].clone();
    let before = queues.clone();
    queues["x"] = ring("y");
    queues["y"] = ring("x");
    let applied = server.put("/v1/configuration", json!({"queues": queues})).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    assert_eq!(server.delete("/v1/queues/x").await.problem(), (409, "in_use"));
    let gone = server.put("/v1/configuration", json!({"queues": before})).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    assert_eq!(server.get("/v1/queues/x").await.status, 404);
}
