//! This part of the `OpenAPI` document: the widget's calls.

use serde_json::{Map, Value, json};

use super::describe::Widget;
use super::transcript::Transcript;
use super::{OpenedConversation, WidgetConversation};
use crate::http::openapi::component;

/// Paths and components.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<WidgetConversation>(&mut schemas);
    component::<OpenedConversation<'static>>(&mut schemas);
    component::<Widget>(&mut schemas);
    component::<Transcript>(&mut schemas);
    json!({"paths": {
        "/v1/widgets/{channel_id}": describe(),
        "/v1/widgets/{channel_id}/conversations": open(),
        "/v1/widgets/{channel_id}/transcript": transcript(),
    }, "components": {"schemas": schemas}})
}

fn reference(component: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{component}")})
}

fn channel() -> Value {
    json!([{"name": "channel_id", "in": "path", "required": true, "schema": {"type": "string"}}])
}

fn problem() -> Value {
    json!({"$ref": "#/components/responses/Problem"})
}

fn answer(description: &str, component: &str) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": reference(component)}}})
}

fn describe() -> Value {
    let summary = "What a page's visitor is shown and asked, and whether the chat is open. No token; the Origin must be ours or \
        the channel's (403). May be kept for up to 30 s, never past the next change of the hours.";
    json!({"parameters": channel(), "get": {"tags": ["widgets"], "operationId": "get_widget", "summary": summary,
        "security": [], "responses": {"200": answer("It.", "Widget"), "default": problem()}}})
}

fn open() -> Value {
    let summary = "A page's visitor opens a conversation. No bearer token; the Origin must be ours or the channel's (403). \
        Outside the channel's hours: 409 `outside_hours` with `opens_at`. A survey that lacks a mandatory answer: 422 that \
        names it. An anonymous visitor is known by a cookie: while its conversation is open another is a 409 `conflict`. A \
        `token` that is not good is a 401, one whose key cannot be fetched a 503 `identity_keys_unavailable`; nothing is created \
        then. A verified visitor who has an open conversation on this channel joins it (200, `joined`). 10 a minute an \
        address (429); a token that is not good does not count there, and has a bound of its own.";
    json!({"parameters": channel(), "post": {"tags": ["widgets"], "operationId": "open_widget_conversation",
        "summary": summary, "security": [],
        "requestBody": {"content": {"application/json": {"schema": reference("WidgetConversation")}}},
        "responses": {"201": answer("Opened.", "OpenedConversation"),
            "200": answer("The verified visitor's open one; a message in the body was said in it.", "OpenedConversation"),
            "default": problem()}}})
}

fn transcript() -> Value {
    let summary = "What was said publicly, in order. Takes the `customer_token` as bearer token, of a conversation on this \
        channel: while it is unfinished, and for the channel's `transcript_minutes` after it closed. For nothing else is the \
        token good then. 401 else.";
    let format = json!({"name": "format", "in": "query", "required": false,
        "schema": {"type": "string", "enum": ["text", "json"]},
        "description": "Else by Accept: text/plain is text, all else JSON."});
    json!({"parameters": channel(), "get": {"tags": ["widgets"], "operationId": "get_transcript", "summary": summary,
        "parameters": [format], "responses": {"200": {"description": "It; the text as an attachment.", "content": {
            "application/json": {"schema": reference("Transcript")}, "text/plain": {"schema": {"type": "string"}}}},
            "default": problem()}}})
}
