//! `GET /v1/me`: whose a token is, so that a page knows what to show.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::auth::{Authenticated, Source};
use super::openapi::component;
use super::wire::time::At;
use super::{Edge, resource};

/// Whose a token is, and what it may do.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// `admin`, `supervisor`, `backend` or `agent`: what the token may do now.
    #[schema(example = "supervisor")]
    role: &'static str,
    /// The agent resource behind it. Only such a token opens the agent socket.
    agent_id: Option<String>,
    /// The API key that it is.
    api_key_id: Option<String>,
    /// The agent's or the key's name; null for the administrator's token.
    name: Option<String>,
    /// The channels that the key is limited to; empty: it is not limited.
    channel_ids: Vec<String>,
    /// When it ends by itself; null: not by time.
    expires_at: Option<At>,
}

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/me").route(web::get().to(get)));
}

async fn get(auth: Authenticated, edge: web::Data<Edge>) -> HttpResponse {
    let config = edge.dispatcher.config();
    let (agent_id, api_key_id, name) = match &auth.identity.source {
        Source::Administrator => (None, None, None),
        Source::ApiKey(id, _) => {
            (None, Some(id.0.to_string()), config.api_keys.get(id).map(|key| key.name.clone()))
        }
        Source::Agent(id, _) => {
            (Some(id.0.to_string()), None, config.agents.get(id).map(|agent| agent.name.clone()))
        }
    };
    let role = auth.caller.role.as_str();
    let expires_at = auth.identity.expires_at.map(At);
    let channel_ids = auth.channels.iter().map(ToString::to_string).collect();
    let me = Me { role, agent_id, api_key_id, name, channel_ids, expires_at };
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(me)
}

/// This part of the `OpenAPI` document.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<Me>(&mut schemas);
    let answer = json!({"description": "It.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Me"}}}});
    json!({"components": {"schemas": schemas}, "paths": {"/v1/me": {
        "get": {"tags": ["agents"], "operationId": "get_me", "summary": "Whose the token is and what it may do (any good token).",
            "responses": {"200": answer, "default": {"$ref": "#/components/responses/Problem"}}}
    }}})
}
