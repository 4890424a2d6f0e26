//! `PUT /v1/agents/{id}/presence`: a supervisor sets an agent's presence, which also resets an inactive one (SPEC §5).
//!
//! The agent decides: one that is not connected is a 409, since offline is all that it shows and its default applies when
//! it signs in. Its own sockets set its presence by `presence.set`.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::auth::Authenticated;
use super::body::Body;
use super::config::collections::Agents;
use super::config::{handlers, shown};
use super::error::Problem;
use super::etag::etag;
use super::openapi::component;
use super::{Edge, resource};
use crate::actors::shown::Shown;
use crate::domain::command::{AgentAct, Command, Request};
use crate::domain::config::Role;
use crate::domain::ids::AgentId;

/// Which presence.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceRequest {
    /// Base or custom; `inactive` is set by the system alone.
    #[schema(max_length = 64)]
    presence: String,
}

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/agents/{id}/presence").route(web::put().to(put)));
}

async fn put(
    auth: Authenticated,
    edge: web::Data<Edge>,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Supervisor])?;
    let agent = AgentId::from(id.as_str());
    if !edge.dispatcher.config().agents.contains_key(&agent) {
        return Err(Problem::not_found("agent"));
    }
    let PresenceRequest { presence } = body.json(&edge.schemas)?;
    let command = Command::Agent { id: agent.clone(), act: AgentAct::SetPresence(presence.into()) };
    let asked = edge.dispatcher.ask(Request { caller: auth.caller.clone(), command, key: None }).await;
    let outcome = asked.outcome?;
    let config = edge.dispatcher.config();
    let mut answer = shown::<Agents>(&id, &config, &edge).ok_or_else(|| Problem::not_found("agent"))?;
    if let Shown::Agent(now) = outcome {
        // As it was when the presence was set; what the read side shows may come a moment later.
        let runtime = edge.runtime_as(&agent, &now);
        answer.insert("runtime".to_owned(), serde_json::to_value(runtime).unwrap_or_default());
    }
    let version = handlers::version::<Agents>(&id, &config).unwrap_or(config.version);
    Ok(HttpResponse::Ok().insert_header(etag(version)).json(answer))
}

/// This part of the `OpenAPI` document.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<PresenceRequest>(&mut schemas);
    let schema = |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let summary = "Sets a connected agent's presence, and resets an inactive one, there or not (supervisor). 409 \
        `not_connected` else: it shows offline, and its default applies when it signs in. Its sockets hear `presence.changed` by `supervisor`.";
    json!({"components": {"schemas": schemas}, "paths": {"/v1/agents/{id}/presence": {
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "put": {"tags": ["agents"], "operationId": "put_agent_presence", "summary": summary,
            "requestBody": {"required": true, "content": schema("PresenceRequest")},
            "responses": {"200": {"description": "The agent, with its runtime.", "content": schema("Agent")},
                "default": {"$ref": "#/components/responses/Problem"}}}
    }}})
}
