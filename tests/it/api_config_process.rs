//! What the process serves beside its API: health, metrics, the document, pages; and how it refuses.

use reqwest::Method;
use serde_json::json;

use crate::helpers::{ADMIN, Server};

#[tokio::test]
async fn every_documented_path_takes_its_methods_and_no_others() {
    let server = Server::start();
    let document = server.send(server.request(Method::GET, "/openapi.json", "")).await.body;
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().unwrap() {
        let concrete =
            path.replace("{id}", "0190d1c4-0000-7000-8000-000000000000").replace("{channel_id}", "x");
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
            let request = server.request(method.parse().unwrap(), &concrete, "");
            let answer = server.send(request).await;
            let documented = !item[method.to_lowercase()].is_null();
            assert_eq!(answer.status != 405, documented, "{method} {path}: {}", answer.status);
            // Nothing at all at a path is a 404 even without a token.
            let nothing = answer.body["detail"] == "there is nothing at this path";
            assert!(!nothing, "{method} {path} is not served");
        }
    }
}

#[tokio::test]
async fn bodies_are_refused_by_what_is_wrong_with_them() {
    let server = Server::start();
    let put = |kind: &'static str, body: Vec<u8>| {
        server
            .send(server.request(Method::PUT, "/v1/queues/q", ADMIN).header("content-type", kind).body(body))
    };
    assert_eq!(put("text/plain", b"{}".to_vec()).await.problem(), (415, "unsupported_media_type"));
    assert_eq!(put("application/json", b"{".to_vec()).await.problem(), (400, "not_json"));
    assert_eq!(put("application/json; charset=utf-8", b"[]".to_vec()).await.problem(), (422, "invalid"));
    let twice = br#"{"name": "a", "name": "b"}"#.to_vec();
    assert!(matches!(put("application/json", twice).await.status, 201 | 422));
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(300 * 1024));
    assert_eq!(put("application/json", large.into_bytes()).await.problem(), (413, "too_large"));
    let padded = format!("{{\"name\": \"a\"{}}}", " ".repeat(255 * 1024));
    assert!(put("application/json", padded.into_bytes()).await.status < 300);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let server = Server::start();
    for path in ["/v1/nothing", "/v1/operating-hours/x", "/v1/queues/a/b", "/nothing"] {
        assert_eq!(server.get(path).await.problem(), (404, "not_found"), "{path}");
    }
    let wrong = server.post("/v1/queues/a", json!({})).await;
    assert_eq!(wrong.problem(), (405, "method_not_allowed"));
    assert_eq!(wrong.header("allow"), "GET, PUT, PATCH, DELETE");
}

#[tokio::test]
async fn health_metrics_and_pages_are_there() {
    let server = Server::start();
    let get = |path: &'static str| server.send(server.request(Method::GET, path, ""));
    assert_eq!(get("/healthz").await.status, 200);
    assert_eq!(get("/readyz").await.status, 200);
    let metrics = get("/metrics").await;
    assert!(metrics.text.contains("callboard_http_answers_total{class=\"2xx\"} "), "{}", metrics.text);
    for path in ["/", "/agent", "/chat", "/widget", "/docs"] {
        let page = get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert!(page.header("content-security-policy").starts_with("default-src 'self'"), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(
            !page.text.contains("<script>") && !page.text.contains("style="),
            "{path} has nothing inline"
        );
        assert!(!page.text.contains("https://"), "{path} asks nobody else");
    }
    let style = get("/static/css/base.css").await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    let again =
        server.request(Method::GET, "/static/css/base.css", "").header("if-none-match", style.header("etag"));
    assert_eq!(server.send(again).await.status, 304);
    for path in ["/static/nothing.js", "/static/../Cargo.toml", "/static/%2e%2e/Cargo.toml"] {
        assert_eq!(get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn problems_of_a_keyed_post_are_given_again() {
    let server = Server::start();
    let post = || {
        let request = server.request(Method::POST, "/v1/agents/nobody/tokens", ADMIN);
        server.send(request.header("idempotency-key", "k1").json(&json!({"ttl_seconds": 60})))
    };
    let first = post().await;
    assert_eq!(first.problem(), (404, "not_found"));
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = post().await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
    let other =
        server.request(Method::POST, "/v1/agents/nobody/tokens", ADMIN).header("idempotency-key", "k1");
    let other = server.send(other.json(&json!({"ttl_seconds": 61}))).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused"));
}
