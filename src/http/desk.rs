//! `GET /v1/desk`: the names and choices that an agent's page shows.
//!
//! Agents may not read the configuration; this is the part of it that their work needs: no addresses, capacities or
//! rules. As long as the configuration makes it. Its tag is a digest of its content, so that asking again is cheap.

use std::fmt::Write;

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::auth::Authenticated;
use super::config::Resource;
use super::config::collections::Presences;
use super::error::{Kind, Problem};
use super::etag::has_already;
use super::openapi::component;
use super::wire::agent::Presence;
use super::wire::desk::Desk;
use super::{Edge, resource};
use crate::domain::config::Config;

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/desk").route(web::get().to(get)));
}

async fn get(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let config = edge.dispatcher.config();
    let agent = auth.caller.agent.as_ref().and_then(|id| config.agents.get_key_value(id));
    let Some((id, agent)) = agent else {
        return Err(Problem::new(Kind::Forbidden, "this takes the token of an agent resource, of any role"));
    };
    let read = edge.dispatcher.read();
    let desk = Desk::new(id, agent, &config, presences(&config), |id| read.seen(id));
    let body = serde_json::to_vec(&desk).map_err(|_| Problem::new(Kind::Internal, "it cannot be written"))?;
    let tag = tag(&body);
    let unchanged = has_already(&request, &tag);
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((CACHE_CONTROL, "private, no-cache")).insert_header((ETAG, tag));
    if unchanged {
        return Ok(response.finish());
    }
    Ok(response.content_type("application/json").body(body))
}

fn presences(config: &Config) -> Vec<Presence> {
    let of = |id: String| Presences::show(&id, config).map(|shown| Presence { id: Some(id), ..shown });
    Presences::ids(config).into_iter().filter_map(of).collect()
}

fn tag(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let hex = digest.iter().take(12).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("\"{hex}\"")
}

/// This part of the `OpenAPI` document.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<Desk>(&mut schemas);
    let summary = "Names and choices for an agent's page (the token of an agent resource, of any role): itself, queues, \
        agents with their presence now, presences, work streams with their declared variables, channels, quick replies. The \
        answer's `ETag` is of its content: with `If-None-Match` an unchanged one is a 304 without a body.";
    let answer = json!({"description": "It.",
        "headers": {"ETag": {"description": "Digest of the content.", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Desk"}}}});
    let condition = json!({"name": "If-None-Match", "in": "header", "required": false,
        "schema": {"type": "string"}, "description": "The `ETag` that the caller has, several of them, or `*`."});
    json!({"components": {"schemas": schemas}, "paths": {"/v1/desk": {
        "get": {"tags": ["agents"], "operationId": "get_desk", "summary": summary, "parameters": [condition],
            "responses": {"200": answer, "304": {"description": "As the caller has it."},
                "default": {"$ref": "#/components/responses/Problem"}}}
    }}})
}
