//! The whole configuration as one document.

use serde_json::json;

use crate::helpers::Server;

#[tokio::test]
async fn a_document_is_planned_applied_and_exported() {
    let server = Server::start();
    let document = json!({"queues": {"vip": {"name": "VIP"}},
        "agents": {"ana": {"name": "Ana", "queue_ids": ["vip"]}},
        "work_streams": {"web": {"name": "Web", "channel_type": "live_chat", "fallback_queue_id": "vip"}},
        "channels": {"chat": {"name": "Chat", "type": "live_chat", "work_stream_id": "web"}}});
    let planned = server.put("/v1/configuration?plan=true", document.clone()).await;
    assert_eq!((planned.status, &planned.body["applied"]), (200, &json!(false)), "{}", planned.text);
    assert_eq!(server.get("/v1/queues/vip").await.status, 404);
    let applied = server.put("/v1/configuration", document).await;
    assert_eq!((applied.status, &applied.body["applied"]), (200, &json!(true)), "{}", applied.text);
    assert_eq!(applied.body["steps"], planned.body["steps"]);
    assert_eq!(server.get("/v1/queues/vip").await.body["members"], json!(["ana"]));
    let exported = server.get("/v1/configuration").await;
    let again = server.put("/v1/configuration", exported.body.clone()).await;
    assert_eq!(again.body["steps"], json!([]), "{}", again.text);
    let gone = server
        .put("/v1/configuration", json!({"channels": {}, "work_streams": {}, "agents": {}, "queues": {}}))
        .await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    assert_eq!(server.get("/v1/work-streams").await.body["items"][0]["id"], "default-live-chat");
    assert_eq!(server.get("/v1/queues/vip").await.status, 404);
}

#[tokio::test]
async fn a_document_is_taken_whole_or_not_at_all() {
    let server = Server::start();
    let wrong = json!({"queues": {"vip": {"name": "VIP"}}, "agents": {"ana": {"name": "Ana", "queue_ids": ["lost"]}}});
    let refused = server.put("/v1/configuration", wrong).await;
    assert_eq!(refused.problem(), (422, "invalid"));
    assert_eq!(refused.fields(), ["/agents/ana/queue_ids/0"]);
    let unknown = json!({"queues": {"vip": {"name": "VIP", "prioritee": 1}}, "robots": {}});
    assert_eq!(server.put("/v1/configuration", unknown).await.fields(), ["/queues/vip/prioritee", "/robots"]);
    assert_eq!(server.get("/v1/queues/vip").await.status, 404);
    server.put("/v1/queues/vip", json!({"name": "VIP"})).await;
    server.put("/v1/agents/ana", json!({"name": "Ana", "queue_ids": ["vip"]})).await;
    let refused = server.put("/v1/configuration", json!({"queues": {}})).await;
    assert_eq!(refused.fields(), ["/queues/vip"]);
}
