//! This part of the `OpenAPI` document.

use serde_json::{Map, Value, json};

use crate::http::openapi::component;
use crate::http::paging::{list_parameters, list_schema};
use crate::http::wire::webhook::{
    DeliveryView, NewWebhook, ReplayRequest, Replayed, RotatedSecret, TestResult, WebhookEvent,
};

/// Paths and schemas.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<NewWebhook>(&mut schemas);
    component::<DeliveryView>(&mut schemas);
    component::<ReplayRequest>(&mut schemas);
    component::<Replayed>(&mut schemas);
    component::<RotatedSecret>(&mut schemas);
    component::<TestResult>(&mut schemas);
    component::<WebhookEvent<'_>>(&mut schemas);
    let of = |rest: &str| format!("/v1/webhooks/{{id}}/{rest}");
    let mut paths = Map::new();
    let waiting = "Lists deliveries that wait or were given up (supervisor).";
    paths.insert(of("deliveries"), deliveries("list_webhook_deliveries", waiting));
    let replay = "Has a dead letter told again, from its first attempt, before later events of its conversation \
        that still wait.";
    paths.insert(of("deliveries/{delivery_id}/replay"), act("replay_delivery", replay, &queued()));
    let discard = "Gives a delivery up for good, whether it waits or is a dead letter.";
    let gone = json!({"204": {"description": "It is gone."}});
    paths.insert(of("deliveries/{delivery_id}/discard"), act("discard_delivery", discard, &gone));
    paths.insert(of("replay"), history());
    let test = "Calls the endpoint once, with an event of the type `ping`, and says how that went.";
    paths
        .insert(of("test"), act("test_webhook", test, &json!({"200": answer("How it went.", "TestResult")})));
    let rotate = "Gives the webhook another secret; the one before signs, too, for 24 hours. The answer carries a \
        secret and is not kept for an idempotency key.";
    let secret = json!({"200": answer("The new secret, shown this once.", "RotatedSecret")});
    paths.insert(of("rotate-secret"), act("rotate_webhook_secret", rotate, &secret));
    let of_channel = |rest: &str| format!("/v1/channels/{{id}}/{rest}");
    let answers =
        "Lists answers that wait for the channel's provider, or that it will never take (supervisor).";
    paths.insert(of_channel("deliveries"), deliveries("list_channel_deliveries", answers));
    let again =
        "Has an answer that was given up sent again, before later ones of its conversation that still wait.";
    paths.insert(
        of_channel("deliveries/{delivery_id}/replay"),
        act("replay_channel_delivery", again, &queued()),
    );
    let never = "Gives an answer up for good, whether it waits or was given up.";
    paths.insert(
        of_channel("deliveries/{delivery_id}/discard"),
        act("discard_channel_delivery", never, &gone),
    );
    json!({"components": {"schemas": schemas}, "paths": paths})
}

fn answer(description: &str, component: &str) -> Value {
    json!({"description": description, "content": {"application/json":
        {"schema": {"$ref": format!("#/components/schemas/{component}")}}}})
}

fn queued() -> Value {
    json!({"202": answer("What is told again.", "Replayed")})
}

fn parameters(of_delivery: bool) -> Vec<Value> {
    let parameter =
        |name: &str| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
    let mut all = vec![parameter("id")];
    if of_delivery {
        all.push(parameter("delivery_id"));
    }
    all
}

fn act(id: &str, summary: &str, good: &Value) -> Value {
    let mut responses = good.clone();
    responses["default"] = json!({"$ref": "#/components/responses/Problem"});
    json!({
        "parameters": parameters(id.ends_with("_delivery")),
        "post": {"tags": ["webhooks"], "operationId": id, "summary": format!("{summary} (admin)"),
            "parameters": [key()], "responses": responses}
    })
}

fn key() -> Value {
    json!({"name": "Idempotency-Key", "in": "header", "required": false,
        "schema": {"type": "string", "maxLength": 255},
        "description": "The same key and body within 24 h gives the first answer again."})
}

fn history() -> Value {
    let summary = "Has the webhook told of the past (again): what is kept, what it wants, by conversations in the order \
        of their creation; at most about 10,000 events at a time.";
    let mut path = act("replay_webhook", summary, &queued());
    path["post"]["requestBody"] = json!({"required": false, "content": {"application/json":
        {"schema": {"$ref": "#/components/schemas/ReplayRequest"}}}});
    path
}

fn deliveries(id: &str, summary: &str) -> Value {
    let mut query = list_parameters();
    query.push(json!({"name": "state", "in": "query", "required": false,
        "description": "Those that wait, by the time of their event, or dead letters, by when they were given up.",
        "schema": {"type": "string", "enum": ["pending", "dead"], "default": "pending"}}));
    json!({
        "parameters": parameters(false),
        "get": {"tags": ["webhooks"], "operationId": id, "summary": summary, "parameters": query,
            "responses": {"200": {"description": "One page.", "content":
                {"application/json": {"schema": list_schema("Delivery")}}},
                "default": {"$ref": "#/components/responses/Problem"}}}
    })
}
