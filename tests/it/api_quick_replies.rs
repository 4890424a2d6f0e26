//! Quick replies over HTTP: who writes and reads them, what is wrong with them, what keeps a work stream.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::Server;

#[tokio::test]
async fn a_quick_reply_names_every_wrong_field() {
    let server = Server::start();
    let put = |body| server.put("/v1/quick-replies/hello", body);
    assert_eq!(put(json!({"title": "Hello"})).await.fields(), ["/text"]);
    let wrong = json!({"title": " ", "text": "Hi {customer.shoe_size}", "language": "german!",
        "tags": ["hi", "hi", ""], "work_stream_ids": ["default-live-chat", "nowhere"]});
    let answer = put(wrong).await;
    assert_eq!(answer.problem(), (422, "invalid"));
    let fields = ["/title", "/text", "/language", "/tags/1", "/tags/2", "/work_stream_ids/1"];
    assert_eq!(answer.fields(), fields, "{}", answer.text);
    for text in ["{queue.name}", "so {customer.name", "{context.}", "", &"x".repeat(4001)] {
        let answer = put(json!({"title": "Hello", "text": text})).await;
        assert_eq!(answer.fields(), ["/text"], "{text}");
    }
    let text = "Hi {customer.name}, {agent.name} here about {context.order}. {{sic}}";
    let good = put(json!({"title": "Hello", "text": text, "language": "pt-BR", "tags": ["hi"],
        "work_stream_ids": ["default-live-chat"]}));
    let made = good.await;
    assert_eq!(
        (made.status, &made.body["text"], &made.body["language"]),
        (201, &json!(text), &json!("pt-BR"))
    );
}

#[tokio::test]
async fn administrators_write_quick_replies_and_supervisors_read_them() {
    let server = Server::start();
    server.put("/v1/quick-replies/hello", json!({"title": "Hello", "text": "Hi"})).await;
    let (supervisor, backend) = (server.key("supervisor").await, server.key("backend").await);
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let path = "/v1/quick-replies/hello";
    let status = async |method: Method, token: &str| {
        let body = json!({"title": "Hello", "text": "Hi"});
        server.send(server.request(method, path, token).json(&body)).await.status
    };
    assert_eq!((status(Method::GET, &supervisor).await, status(Method::PUT, &supervisor).await), (200, 403));
    for token in [&backend, &agent] {
        assert_eq!((status(Method::GET, token).await, status(Method::PUT, token).await), (403, 403));
    }
}

#[tokio::test]
async fn a_work_stream_that_a_quick_reply_is_for_cannot_be_deleted() {
    let server = Server::start();
    server.put("/v1/work-streams/sms", json!({"name": "SMS", "channel_type": "sms"})).await;
    let reply = json!({"title": "Hello", "text": "Hi", "work_stream_ids": ["sms"]});
    server.put("/v1/quick-replies/hello", reply).await;
    let refused = server.delete("/v1/work-streams/sms").await;
    assert_eq!(refused.problem(), (409, "in_use"));
    assert!(refused.body["detail"].as_str().unwrap().contains("quick reply hello"), "{}", refused.text);
    server.patch("/v1/quick-replies/hello", json!({"work_stream_ids": null})).await;
    assert_eq!(server.delete("/v1/work-streams/sms").await.status, 204);
}

#[tokio::test]
async fn quick_replies_are_part_of_the_document_of_the_configuration() {
    let server = Server::start();
    let hello = json!({"title": "Hallo", "text": "Guten Tag {customer.name}", "language": "de", "tags": ["gruss"],
        "work_stream_ids": ["chat"]});
    let document = json!({"quick_replies": {"hello": hello},
        "work_streams": {"chat": {"name": "Chat", "channel_type": "live_chat"}}});
    let applied = server.put("/v1/configuration", document).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    let exported = server.get("/v1/configuration").await.body;
    assert_eq!(exported["quick_replies"], json!({"hello": hello}));
    let again = server.put("/v1/configuration", exported).await;
    assert_eq!(again.body["steps"], Value::Array(Vec::new()), "{}", again.text);
    // A document that takes the work stream and its quick reply away does so in this order.
    let gone = server.put("/v1/configuration", json!({"quick_replies": {}, "work_streams": {}})).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    assert_eq!(server.get("/v1/quick-replies").await.body["items"], json!([]));
}

#[tokio::test]
async fn quick_replies_outlive_the_process() {
    use callboard::app::AppConfig;
    let directory = tempfile::tempdir().unwrap();
    let config = || AppConfig { data: Some(directory.path().to_owned()), ..AppConfig::default() };
    let server = Server::start_with(config());
    let reply = json!({"title": "Hello", "text": "Hi", "tags": ["hi"]});
    let made = server.put("/v1/quick-replies/hello", reply).await;
    drop(server);
    let server = Server::start_with(config());
    assert_eq!(server.get("/v1/quick-replies/hello").await.body, made.body);
}
