//! This part of the `OpenAPI` document: routed records.

use serde_json::{Map, Value, json};

use crate::http::openapi::component;
use crate::http::wire::entity::{
    IntakeRecord, RecordRequest, RecordWorkStreams, RouteRecord, RoutedWorkItem,
};

/// Paths and components.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<RouteRecord>(&mut schemas);
    component::<IntakeRecord>(&mut schemas);
    component::<RecordRequest>(&mut schemas);
    component::<RoutedWorkItem>(&mut schemas);
    component::<RecordWorkStreams>(&mut schemas);
    json!({"paths": paths(), "components": {"schemas": schemas}})
}

fn paths() -> Value {
    let of = |id: &str, summary: &str| json!({"parameters": names(), "post": act(id, summary)});
    let resolve = "The record was resolved: its work item ends from any state with close_reason resolved, and what it cost \
        is free (backend). 404 unknown_record where none is unfinished, so also the second time.";
    let cancel = "The same with close_reason cancelled (backend).";
    let unassign = "Nobody works on the record any more: back to its queue, with its age (backend). One that is open stays \
        as it is, on offer or not; 409 while it waits or is in wrap-up.";
    let get = "The unfinished work item of a record (backend, supervisor).";
    json!({
        "/v1/entities/route": {"post": hand_over("route_record", ROUTE, "RouteRecord")},
        "/v1/entities/intake": {"post": hand_over("take_in_record", INTAKE, "IntakeRecord")},
        "/v1/entities/work-streams": {"get": operation("list_record_work_streams", WORK_STREAMS, "200", "RecordWorkStreams")},
        "/v1/entities/{entity_logical_name}/{record_id}": {
            "parameters": names(), "get": operation("get_record", get, "200", "Conversation")},
        "/v1/entities/{entity_logical_name}/{record_id}/resolve": of("resolve_record", resolve),
        "/v1/entities/{entity_logical_name}/{record_id}/cancel": of("cancel_record", cancel),
        "/v1/entities/{entity_logical_name}/{record_id}/unassign": of("unassign_record", unassign),
        "/connectors/entity.swagger.json": {"get": swagger()},
    })
}

const ROUTE: &str = "Hands a record over (backend). Asynchronous: the 202 says that its work item is on disk, not who gets \
    it. The same organization, entity and record again gives the same work item while it is unfinished, whatever else the \
    call says, and a new one after. 404 unknown work stream; 422 wrong organization, a work stream that is not of type \
    entity, or an entity that it does not route; 409 work_stream_inactive.";

const INTAKE: &str = "The same where the caller does not know the work stream (backend): the first of the settings' \
    intake_rules that takes the record chooses it; 422 if none does. The rule's name is on the conversation.";

const WORK_STREAMS: &str = "Where records may be handed over: active work streams of type entity, for a key that is limited \
    to channels only those of its channels (backend, supervisor). Changes nothing: connectors try their connection with it.";

fn operation(id: &str, summary: &str, status: &str, answer: &str) -> Value {
    json!({"tags": ["entities"], "operationId": id, "summary": summary, "parameters": [], "responses": {
        status: {"description": "It.", "content": {"application/json": {"schema": reference(answer)}}},
        "default": {"$ref": "#/components/responses/Problem"}}})
}

fn hand_over(id: &str, summary: &str, body: &str) -> Value {
    let mut operation = operation(id, summary, "202", "RoutedWorkItem");
    operation["parameters"] = json!([key()]);
    operation["requestBody"] =
        json!({"required": true, "content": {"application/json": {"schema": reference(body)}}});
    operation["responses"]["202"]["headers"] =
        json!({"Location": {"description": "Of the conversation.", "schema": {"type": "string"}}});
    operation
}

fn act(id: &str, summary: &str) -> Value {
    let mut operation = operation(id, summary, "200", "Conversation");
    let if_match = json!({"name": "If-Match", "in": "header", "required": false, "schema": {"type": "string"},
        "description": "Only at this version; 412 else."});
    operation["parameters"] = json!([if_match, key()]);
    operation["requestBody"] =
        json!({"content": {"application/json": {"schema": reference("RecordRequest")}}});
    operation
}

fn swagger() -> Value {
    json!({"tags": ["entities"], "operationId": "entity_connector", "security": [],
        "summary": "The calls of this section as a Swagger 2.0 document, to be imported as a custom connector.",
        "responses": {"200": {"description": "It.", "content": {"application/json": {"schema": {"type": "object"}}}},
            "default": {"$ref": "#/components/responses/Problem"}}})
}

fn key() -> Value {
    json!({"name": "Idempotency-Key", "in": "header", "required": false, "schema": {"type": "string", "maxLength": 255},
        "description": "The same key and body within 24 h gives the first answer again."})
}

fn names() -> Value {
    let name = |name: &str, description: &str| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}, "description": description});
    json!([
        name("entity_logical_name", "Entity of the record, as it was handed over."),
        name("record_id", "Id of the record, as it was handed over.")
    ])
}

fn reference(component: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{component}")})
}
