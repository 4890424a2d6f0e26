//! Context variables and identification, from the hand-off to the record (SPEC §§2, 12).

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Answer, Server};

async fn house() -> Server {
    let server = Server::start();
    let known = json!({"variable": "customer.known", "operator": "equals", "value": true});
    let stream = json!({"name": "Chat", "channel_type": "live_chat",
        "context_variables": [{"name": "tier", "display_name": "Customer tier"},
            {"name": "amount", "type": "number"}, {"name": "email"}, {"name": "case"}],
        "routing_rules": [{"name": "known", "when": known, "route_to": {"queue_id": "known"}}]});
    for (path, body) in [
        ("/v1/queues/known", json!({"name": "Known"})),
        ("/v1/work-streams/chat", stream),
        ("/v1/channels/web", json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat"})),
        (
            "/v1/customers/ann",
            json!({"name": "Ann", "email": "ann@x.example", "case_numbers": ["C-1", "C-2"]}),
        ),
        ("/v1/customers/ben", json!({"name": "Ben", "email": "shared@x.example"})),
        ("/v1/customers/cid", json!({"name": "Cid", "email": "shared@x.example", "case_numbers": ["C-3"]})),
        ("/v1/customers/old", json!({"name": "Old", "email": "old@x.example", "active": false})),
        ("/v1/record-identification-rules/mail", json!({"match": [{"field": "email", "variable": "email"}]})),
        (
            "/v1/record-identification-rules/case",
            json!({"work_stream_id": "chat", "match": [{"field": "email", "variable": "customer.email"},
                {"field": "case_number", "variable": "case"}]}),
        ),
    ] {
        let made = server.put(path, body).await;
        assert_eq!(made.status, 201, "{path} {}", made.text);
    }
    server
}

async fn create(server: &Server, body: Value) -> Answer {
    let mut body = body;
    body["channel_id"] = json!("web");
    server.post("/v1/conversations", body).await
}

#[tokio::test]
async fn declared_values_take_their_types_and_undeclared_ones_stay_text_and_are_marked() {
    let server = house().await;
    let context = json!({"tier": 12.50, "amount": "12.5", "ratio": 12.34, "flag": true, "Tier": "other"});
    let made = create(&server, json!({"context": context})).await.body;
    assert_eq!(
        made["context"],
        json!({"tier": "12.5", "amount": 12.5, "ratio": "12.34", "flag": "true", "Tier": "other"})
    );
    assert_eq!(made["undeclared"], json!(["Tier", "flag", "ratio"]));
    let stream = server.get("/v1/work-streams/chat").await.body;
    let shown: Vec<_> = stream["context_variables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (&v["display_name"], &v["type"]))
        .collect();
    assert_eq!(shown[0], (&json!("Customer tier"), &json!("text")));
    assert_eq!(shown[1], (&json!("amount"), &json!("number")));
}

#[tokio::test]
async fn a_context_that_does_not_fit_is_refused_by_name_and_nothing_is_made_or_changed() {
    let server = house().await;
    let wrong = json!({"context": {"amount": "many", "tier": "x".repeat(4001), "a/b": "x".repeat(4001)}});
    let refused = create(&server, wrong).await;
    assert_eq!(refused.problem(), (422, "invalid"));
    assert_eq!(refused.fields(), ["/context/amount", "/context/a~1b", "/context/tier"]);
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
    let made = create(&server, json!({"context": {"amount": 1, "tier": "x".repeat(4000)}})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/v1/conversations/{}", made.body["id"].as_str().unwrap());
    let changes = async || {
        let events = server.get(&format!("{path}/events")).await.body["items"].clone();
        events.as_array().unwrap().iter().filter(|event| event["type"] == "context_changed").count()
    };
    let refused = server.patch(&format!("{path}/context"), json!({"amount": true, "tier": "new"})).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/amount"]));
    assert_eq!(server.get(&path).await.body["context"], made.body["context"]);
    assert_eq!(changes().await, 0);
}

#[tokio::test]
async fn a_survey_answer_that_is_no_number_is_kept_as_text_with_a_warning() {
    let server = house().await;
    let request = server.request(Method::POST, "/v1/widgets/web/conversations", "");
    let survey = json!({"survey": {"amount": "a lot", "tier": "gold", "undeclared": "gone"}});
    let opened = server.send(request.json(&survey)).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let made = server.get("/v1/conversations").await.body["items"][0].clone();
    assert_eq!(made["context"], json!({"amount": "a lot", "tier": "gold"}));
    let path = format!("/v1/conversations/{}/events", made["id"].as_str().unwrap());
    let created = server.get(&path).await.body["items"][0].clone();
    assert_eq!(created["data"]["warnings"], json!([{"code": "not_a_number", "variable": "amount"}]));
}

#[tokio::test]
async fn one_active_hit_links_the_customer_and_rules_see_that_it_is_known() {
    let server = house().await;
    let who = async |body: Value| {
        let made = create(&server, body).await.body;
        (made["customer"]["id"].clone(), made["queue_id"].clone())
    };
    let known = |id: &str| (json!(id), json!("known"));
    let unknown = (Value::Null, json!("default-messaging"));
    assert_eq!(who(json!({"context": {"email": "ann@x.example"}})).await, known("ann"));
    assert_eq!(who(json!({"context": {"email": "shared@x.example"}})).await, unknown, "two hits");
    assert_eq!(who(json!({"context": {"email": "old@x.example"}})).await, unknown, "inactive");
    assert_eq!(who(json!({"context": {"email": "nobody@x.example"}})).await, unknown);
    assert_eq!(who(json!({"context": {"email": "Ann@x.example"}})).await, unknown, "not exactly");
    let case = |mail: &str, case: &str| json!({"customer": {"email": mail}, "context": {"case": case}});
    assert_eq!(who(case("ann@x.example", "C-2")).await, known("ann"));
    assert_eq!(who(case("ann@x.example", "C-3")).await, unknown, "all given fields must match");
    assert_eq!(who(case("shared@x.example", "C-3")).await, known("cid"), "the case tells them apart");
    let both = json!({"customer": {"email": "shared@x.example"}, "context": {"case": "C-3", "email": "ann@x.example"}});
    assert_eq!(who(both).await, unknown, "the rules point at two people");
}

#[tokio::test]
async fn an_answer_that_comes_later_identifies_and_routes_anew() {
    let server = house().await;
    let made = create(&server, json!({})).await.body;
    assert_eq!(made["queue_id"], "default-messaging");
    let path = format!("/v1/conversations/{}/context", made["id"].as_str().unwrap());
    let changed = server.patch(&path, json!({"email": "ann@x.example"})).await.body;
    assert_eq!((&changed["customer"]["id"], &changed["queue_id"]), (&json!("ann"), &json!("known")));
}

#[tokio::test]
async fn answers_that_change_link_anew_and_never_away_from_the_record_that_a_caller_named() {
    let server = house().await;
    let who = async |made: &Value, email: &str| {
        let path = format!("/v1/conversations/{}/context", made["id"].as_str().unwrap());
        let changed = server.patch(&path, json!({"email": email})).await.body;
        (changed["customer"]["id"].clone(), changed["queue_id"].clone())
    };
    let made = create(&server, json!({"context": {"email": "ann@x.example"}})).await.body;
    assert_eq!(made["customer"]["id"], "ann");
    let unknown = (Value::Null, json!("default-messaging"));
    assert_eq!(who(&made, "shared@x.example").await, unknown, "two hits now");
    assert_eq!(who(&made, "ann@x.example").await, (json!("ann"), json!("known")));
    assert_eq!(who(&made, "nobody@x.example").await, unknown, "no hit any more");
    let named =
        create(&server, json!({"customer": {"id": "ben"}, "context": {"email": "ann@x.example"}})).await;
    assert_eq!(who(&named.body, "nobody@x.example").await.0, "ben");
}

#[tokio::test]
async fn a_customer_record_that_does_not_exist_is_refused_by_name_and_nothing_is_made() {
    let server = house().await;
    let unknown = json!({"customer": {"id": "nobody"}, "context": {"amount": "many"}});
    assert_eq!(create(&server, unknown).await.fields(), ["/context/amount", "/customer/id"]);
    let refused = create(&server, json!({"customer": {"id": "nobody"}})).await;
    assert_eq!((refused.problem(), refused.fields()), ((422, "invalid"), vec!["/customer/id"]));
    let asked = json!({"channel_id": "web", "customer": {"id": "nobody"}});
    assert_eq!(server.post("/v1/routing/simulate", asked).await.fields(), ["/customer/id"]);
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
    assert_eq!(create(&server, json!({"customer": {"id": "ann"}})).await.body["queue_id"], "known");
}
