//! `POST …/{id}/copy`: a work stream or a queue under a new id.
//!
//! Everything is copied but what belongs to one of them alone: channels name their work stream, and agents the queues
//! that they serve (`queue_ids`), so a copy begins without either. What is built in is copied as something that is not.

use actix_web::http::header::HeaderValue;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::collections::{Queues, WorkStreams};
use super::handlers::{to_change, version, writable};
use super::{Resource, shown};
use crate::domain::record::KeptAnswer;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::conversations::Question;
use crate::http::error::{Kind, Problem};
use crate::http::etag::etag;
use crate::http::openapi::component;
use crate::http::{Edge, resource};

/// Under which id, and what people see.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyRequest {
    /// Of the copy; there must be none of it yet.
    #[schema(pattern = "^[a-z0-9][a-z0-9._-]{0,63}$")]
    id: String,
    /// The source's if not given.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
}

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    of::<WorkStreams>(app);
    of::<Queues>(app);
}

fn of<R: Resource>(app: &mut web::ServiceConfig) {
    app.service(resource(&format!("/v1/{}/{{id}}/copy", R::COLLECTION)).route(web::post().to(copy::<R>)));
}

async fn copy<R: Resource>(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    let mut response =
        question.once(201, async |question| made::<R>(&edge, question, &id, &body).await).await?;
    // Of an answer that is given again only the body was kept.
    if response.status().is_success()
        && let Ok(CopyRequest { id, .. }) = body.json(&edge.schemas)
        && let Ok(location) = HeaderValue::from_str(&format!("/v1/{}/{id}", R::COLLECTION))
    {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

async fn made<R: Resource>(
    edge: &Edge,
    question: &Question<'_>,
    source: &str,
    body: &Body,
) -> Result<HttpResponse, Problem> {
    let _turn = edge.configuring.lock().await;
    let config = edge.dispatcher.config();
    let source = R::show(source, &config).ok_or_else(|| Problem::not_found(R::WHAT))?;
    let CopyRequest { id, name } = body.json(&edge.schemas)?;
    writable::<R>(&id)?;
    if version::<R>(&id, &config).is_some() {
        return Err(Problem::new(Kind::Conflict, format!("there is a {} {id} already", R::WHAT)));
    }
    let mut value = serde_json::to_value(source).unwrap_or_default();
    if let Some(name) = name {
        value["name"] = name.into();
    }
    let change = to_change::<R>(edge, &id, &value, &config)?;
    let mut after = (*config).clone();
    after.apply(&change);
    let copy = shown::<R>(&id, &after, edge).ok_or_else(|| Problem::not_found(R::WHAT))?;
    let answer = KeptAnswer::Rendered { status: 201, body: serde_json::to_vec(&copy).unwrap_or_default() };
    let config = question.configure(vec![change], vec![(R::key(&id), None)], answer).await?;
    let version = version::<R>(&id, &config).unwrap_or(config.version);
    Ok(HttpResponse::Created().insert_header(etag(version)).json(copy))
}

/// This part of the `OpenAPI` document.
pub fn part() -> Value {
    let mut schemas = Map::new();
    component::<CopyRequest>(&mut schemas);
    let streams = "Copies a work stream under a new id (admin): everything but its channels, which go on naming the source.";
    let queues = "Copies a queue's settings under a new id (admin). Not its members: agents name the queues that they \
        serve in `queue_ids`.";
    json!({"components": {"schemas": schemas}, "paths": {
        "/v1/work-streams/{id}/copy": operation::<WorkStreams>("copy_work_stream", streams),
        "/v1/queues/{id}/copy": operation::<Queues>("copy_queue", queues),
    }})
}

fn operation<R: Resource>(id: &str, summary: &str) -> Value {
    let schema = |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    json!({
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "post": {"tags": [R::COLLECTION], "operationId": id, "summary": summary,
            "parameters": [{"name": "Idempotency-Key", "in": "header", "required": false,
                "schema": {"type": "string", "maxLength": 255},
                "description": "The same key and body within 24 h gives the first answer again, without its ETag."}],
            "requestBody": {"required": true, "content": schema("CopyRequest")},
            "responses": {"201": {"description": "The copy.", "content": schema(&R::Wire::name()), "headers": {
                    "Location": {"description": "Of the copy.", "schema": {"type": "string"}},
                    "ETag": {"description": "Version of the copy.", "schema": {"type": "string"}}}},
                "default": {"$ref": "#/components/responses/Problem"}}}
    })
}
