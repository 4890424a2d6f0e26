//! Paths of the configuration and of the process.

use serde_json::{Map, Value, json};

use crate::http::config::Resource;
use crate::http::config::collections::hours::Hours;
use crate::http::config::collections::webhooks::Webhooks;
use crate::http::config::collections::{
    Agents, ApiKeys, CapacityProfiles, Channels, Customers, IdentificationRules, Presences, Queues,
    QuickReplies, Skills, Templates, WorkStreams,
};
use crate::http::paging::{list_parameters, list_schema};
use utoipa::ToSchema;

/// The paths of this half of the edge.
pub fn document() -> Value {
    let mut paths = Map::new();
    collection::<WorkStreams>(&mut paths);
    collection::<Queues>(&mut paths);
    collection::<Agents>(&mut paths);
    collection::<Channels>(&mut paths);
    collection::<Presences>(&mut paths);
    collection::<Skills>(&mut paths);
    collection::<CapacityProfiles>(&mut paths);
    collection::<Customers>(&mut paths);
    collection::<IdentificationRules>(&mut paths);
    collection::<Templates>(&mut paths);
    collection::<QuickReplies>(&mut paths);
    collection::<ApiKeys>(&mut paths);
    collection::<Hours>(&mut paths);
    collection::<Webhooks>(&mut paths);
    created(&mut paths, "/v1/api-keys/{id}", "Created; the token is shown this once.", "NewApiKey");
    let secret = "Created; the secret is shown this once, unless the body brought one.";
    created(&mut paths, "/v1/webhooks/{id}", secret, "NewWebhook");
    paths.insert("/v1/settings".to_owned(), settings());
    paths.insert("/v1/agents/{id}/tokens".to_owned(), tokens());
    paths.insert("/v1/configuration".to_owned(), whole());
    paths.extend(process());
    json!({ "paths": paths })
}

fn reference(component: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{component}")})
}

fn body(component: &str, media_type: &str) -> Value {
    json!({"required": true, "content": {media_type: {"schema": reference(component)}}})
}

fn answer(description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}},
        "headers": {"ETag": {"description": "Version of the resource.", "schema": {"type": "string"}}}})
}

fn problem() -> Value {
    json!({"$ref": "#/components/responses/Problem"})
}

fn id_parameter() -> Value {
    json!({"name": "id", "in": "path", "required": true,
        "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"}})
}

fn if_match() -> Value {
    json!({"name": "If-Match", "in": "header", "required": false, "schema": {"type": "string"},
        "description": "Only at this version; 412 else."})
}

fn collection<R: Resource>(paths: &mut Map<String, Value>) {
    let (name, what, tag) = (R::Wire::name(), R::WHAT, R::COLLECTION);
    let schema = reference(&name);
    let operation = |verb: &str| format!("{verb}_{}", what.replace(' ', "_").to_lowercase());
    paths.insert(
        format!("/v1/{tag}"),
        json!({"get": {"tags": [tag], "operationId": format!("list_{}", tag.replace('-', "_")),
            "summary": format!("Lists every {what}, by id."), "parameters": list_parameters(),
            "responses": {"200": {"description": "One page.", "content":
                {"application/json": {"schema": list_schema(&name)}}}, "default": problem()}}}),
    );
    let item = json!({
        "parameters": [id_parameter()],
        "get": {"tags": [tag], "operationId": operation("get"), "summary": format!("Gives one {what}."),
            "responses": {"200": answer("It.", &schema), "default": problem()}},
        "put": {"tags": [tag], "operationId": operation("put"),
            "summary": format!("Creates or replaces one {what}."),
            "parameters": [if_match(), {"name": "If-None-Match", "in": "header", "required": false,
                "schema": {"type": "string"}, "description": "`*`: only if it does not exist; 412 else."}],
            "requestBody": body(&name, "application/json"),
            "responses": {"200": answer("Replaced.", &schema), "201": answer("Created.", &schema),
                "default": problem()}},
        "patch": {"tags": [tag], "operationId": operation("patch"),
            "summary": format!("Changes one {what} by a merge patch (RFC 7396)."), "parameters": [if_match()],
            "requestBody": {"required": true, "content":
                {"application/merge-patch+json": {"schema": {"type": "object"}}}},
            "responses": {"200": answer("Changed.", &schema), "default": problem()}},
        "delete": {"tags": [tag], "operationId": operation("delete"), "summary": format!("Deletes one {what}."),
            "parameters": [if_match()],
            "responses": {"204": {"description": "Deleted."}, "default": problem()}},
    });
    paths.insert(format!("/v1/{tag}/{{id}}"), item);
}

/// The 201 of a resource that carries a secret.
fn created(paths: &mut Map<String, Value>, path: &str, what: &str, component: &str) {
    if let Some(created) = paths.get_mut(path).and_then(|path| path.pointer_mut("/put/responses/201")) {
        *created = answer(what, &reference(component));
    }
}

fn settings() -> Value {
    let schema = reference("Settings");
    json!({
        "get": {"tags": ["settings"], "operationId": "get_settings", "summary": "Gives the settings.",
            "responses": {"200": answer("Them.", &schema), "default": problem()}},
        "patch": {"tags": ["settings"], "operationId": "patch_settings",
            "summary": "Changes settings by a merge patch (RFC 7396); a null age limit is no limit.",
            "parameters": [if_match()],
            "requestBody": {"required": true, "content":
                {"application/merge-patch+json": {"schema": {"type": "object"}}}},
            "responses": {"200": answer("Changed.", &schema), "default": problem()}},
    })
}

fn tokens() -> Value {
    json!({
        "parameters": [id_parameter()],
        "post": {"tags": ["agents"], "operationId": "create_agent_token", "summary": "Makes a token of an agent.",
            "parameters": [{"name": "Idempotency-Key", "in": "header", "required": false,
                "schema": {"type": "string", "maxLength": 255},
                "description": "The answer carries a secret and is not kept; its problems are."}],
            "requestBody": body("TokenRequest", "application/json"),
            "responses": {"201": {"description": "The token, shown this once.", "content":
                {"application/json": {"schema": reference("AgentToken")}}}, "default": problem()}},
        "delete": {"tags": ["agents"], "operationId": "revoke_agent_tokens",
            "summary": "Revokes every token of an agent and closes its sockets.",
            "responses": {"204": {"description": "Revoked."}, "default": problem()}},
    })
}

fn whole() -> Value {
    json!({
        "get": {"tags": ["configuration"], "operationId": "get_configuration",
            "summary": "Gives the whole configuration as one document.",
            "responses": {"200": answer("It.", &reference("Configuration")), "default": problem()}},
        "put": {"tags": ["configuration"], "operationId": "put_configuration",
            "summary": "Makes the configuration what a document says, all or nothing; at most 8 MiB.",
            "parameters": [if_match(), {"name": "plan", "in": "query", "required": false,
                "schema": {"type": "boolean", "default": false}, "description": "Only plan; change nothing."}],
            "requestBody": body("Configuration", "application/json"),
            "responses": {"200": answer("What it does, or did.", &reference("Plan")), "default": problem()}},
    })
}

fn process() -> Map<String, Value> {
    let plain = |id: &str, summary: &str, media_type: &str, refused: &str| {
        json!({"get": {"tags": ["process"], "operationId": id, "summary": summary, "security": [],
            "responses": {"200": {"description": "It.", "content": {media_type: {}}},
                "default": {"description": refused}}}})
    };
    [
        ("/healthz", plain("healthz", "Whether the process lives.", "text/plain", "It does not.")),
        ("/readyz", plain("readyz", "Whether store and actors are ready.", "text/plain", "503: not now.")),
        ("/openapi.json", plain("openapi", "This document.", "application/json", "An error.")),
        (
            "/asyncapi.json",
            plain(
                "asyncapi",
                "The sockets and their frames (AsyncAPI 3.0).",
                "application/json",
                "An error.",
            ),
        ),
        (
            "/metrics",
            plain(
                "metrics",
                "Prometheus metrics; takes a token except from loopback.",
                "text/plain",
                "401: no token.",
            ),
        ),
    ]
    .into_iter()
    .map(|(path, value)| (path.to_owned(), value))
    .collect()
}
