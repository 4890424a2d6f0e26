//! `GET /v1/me`: whose a token is.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Server};

#[tokio::test]
async fn every_good_token_is_told_whose_it_is_and_what_it_may_do() {
    let server = Server::start();
    let ana = server.agent("ana", json!({"name": "Ana"})).await;
    let ben = server.agent("ben", json!({"name": "Ben", "role": "supervisor"})).await;
    let key = server.key("backend").await;
    let me = async |token: &str| server.send(server.request(Method::GET, "/v1/me", token)).await;
    let none = Value::Null;
    assert_eq!(
        me(ADMIN).await.body,
        json!({"role": "admin", "agent_id": none, "api_key_id": none, "name": none, "channel_ids": [],
            "expires_at": none})
    );
    let of_key = me(&key).await.body;
    assert_eq!((&of_key["role"], &of_key["agent_id"]), (&json!("backend"), &none));
    assert!(of_key["api_key_id"].is_string() && of_key["name"].is_string(), "{of_key}");
    assert_eq!(of_key["channel_ids"], json!([]));
    for (token, id, name, role) in [(&ana, "ana", "Ana", "agent"), (&ben, "ben", "Ben", "supervisor")] {
        let shown = me(token).await.body;
        assert_eq!(
            (&shown["agent_id"], &shown["name"], &shown["role"]),
            (&json!(id), &json!(name), &json!(role))
        );
        assert!(shown["expires_at"].is_string(), "{shown}");
    }
    server.patch("/v1/agents/ana", json!({"role": "admin"})).await;
    assert_eq!(me(&ana).await.body["role"], "admin", "the role is the agent's at each use");
    assert_eq!(me("nobody's").await.problem().0, 401);
}

#[tokio::test]
async fn a_key_that_is_limited_to_channels_is_told_to_which() {
    let server = Server::start();
    for id in ["web", "shop"] {
        let channel = json!({"name": id, "type": "live_chat", "work_stream_id": "default-live-chat"});
        assert_eq!(server.put(&format!("/v1/channels/{id}"), channel).await.status, 201);
    }
    let key = json!({"name": "Shop", "role": "backend", "channel_ids": ["web", "shop"]});
    let made = server.put("/v1/api-keys/shop", key).await;
    let token = made.body["token"].as_str().expect("a new key shows its token");
    let shown = server.send(server.request(Method::GET, "/v1/me", token)).await.body;
    assert_eq!((&shown["api_key_id"], &shown["channel_ids"]), (&json!("shop"), &json!(["web", "shop"])));
}
