//! Tokens and roles (CONTRACT §2).

use reqwest::Method;
use serde_json::json;

use crate::helpers::{ADMIN, Server};

#[tokio::test]
async fn without_a_good_token_nothing_is_said() {
    let server = Server::start();
    for token in ["", "nonsense", "a.b.c"] {
        let refused = server.send(server.request(Method::GET, "/v1/queues", token)).await;
        assert_eq!(refused.problem(), (401, "unauthorized"));
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn supervisors_read_backends_and_agents_do_not_and_only_administrators_write() {
    let server = Server::start();
    let (supervisor, backend) = (server.key("supervisor").await, server.key("backend").await);
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let other_admin = server.key("admin").await;
    for path in ["/v1/queues", "/v1/queues/default-record", "/v1/settings", "/v1/api-keys", "/v1/agents"] {
        let status =
            |token: String| async { server.send(server.request(Method::GET, path, &{ token })).await.status };
        assert_eq!(status(supervisor.clone()).await, 200, "{path}");
        assert_eq!(status(backend.clone()).await, 403, "{path}");
        assert_eq!(status(agent.clone()).await, 403, "{path}");
    }
    for token in [&supervisor, &backend, &agent] {
        // The role comes before the body: even nonsense is a 403.
        let refused = server.send(server.request(Method::PUT, "/v1/queues/q", token).body("nonsense")).await;
        assert_eq!(refused.problem(), (403, "forbidden"));
        assert!(
            refused.body["detail"].as_str().unwrap().contains("takes the role admin"),
            "{}",
            refused.text
        );
    }
    let made = server.request(Method::PUT, "/v1/queues/q", &other_admin).json(&json!({"name": "Q"}));
    assert_eq!(server.send(made).await.status, 201);
}

#[tokio::test]
async fn an_agent_reads_itself_and_nobody_else() {
    let server = Server::start();
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    server.put("/v1/agents/ben", json!({"name": "Ben"})).await;
    let own = server.send(server.request(Method::GET, "/v1/agents/ana", &token)).await;
    assert_eq!((own.status, &own.body["name"]), (200, &json!("Ana")));
    assert_eq!(own.body["runtime"]["connected"], false);
    for member in ["presence", "base_presence", "sessions", "capacity_used", "status_since"] {
        assert!(!own.body["runtime"][member].is_null(), "{member}: {}", own.text);
    }
    assert_eq!(server.send(server.request(Method::GET, "/v1/agents/ben", &token)).await.status, 403);
}

#[tokio::test]
async fn tokens_of_an_agent_are_made_bounded_and_revoked() {
    let server = Server::start();
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let tokens = "/v1/agents/ana/tokens";
    for ttl in [59, 86_401] {
        assert_eq!(server.post(tokens, json!({"ttl_seconds": ttl})).await.fields(), ["/ttl_seconds"]);
    }
    assert_eq!(server.post(tokens, json!({})).await.fields(), ["/ttl_seconds"]);
    let made = server.post("/v1/agents/nobody/tokens", json!({"ttl_seconds": 60})).await;
    assert_eq!(made.problem(), (404, "not_found"));
    let made = server.post(tokens, json!({"ttl_seconds": 60})).await;
    assert_eq!(made.status, 201);
    assert!(made.body["expires_at"].as_str().unwrap().ends_with('Z'));
    let me = |token: String| async {
        server.send(server.request(Method::GET, "/v1/agents/ana", &{ token })).await.status
    };
    assert_eq!(me(token.clone()).await, 200);
    assert_eq!(server.delete(tokens).await.status, 204);
    assert_eq!(me(token.clone()).await, 401);
    // An agent of the same id later is somebody else.
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    server.delete("/v1/agents/ana").await;
    server.put("/v1/agents/ana", json!({"name": "Another Ana"})).await;
    assert_eq!(me(token).await, 401);
}

#[tokio::test]
async fn an_api_key_shows_its_token_once() {
    let server = Server::start();
    let created = server.put("/v1/api-keys/shop", json!({"name": "Shop", "role": "supervisor"})).await;
    let token = created.body["token"].as_str().unwrap().to_owned();
    assert_eq!(token.len(), 43);
    let again = server.put("/v1/api-keys/shop", json!({"name": "Shop 2", "role": "supervisor"})).await;
    for answer in [&again, &server.get("/v1/api-keys/shop").await] {
        assert_eq!((answer.status, answer.body.get("token"), answer.body.get("digest")), (200, None, None));
    }
    assert_eq!(server.send(server.request(Method::GET, "/v1/queues", &token)).await.status, 200);
    assert_eq!(server.put("/v1/api-keys/x", json!({"name": "X", "role": "agent"})).await.fields(), ["/role"]);
    server.delete("/v1/api-keys/shop").await;
    assert_eq!(server.send(server.request(Method::GET, "/v1/queues", &token)).await.status, 401);
    assert!(!server.get("/v1/configuration").await.text.contains(&token));
    assert!(!server.get("/v1/configuration").await.text.contains(ADMIN));
}
