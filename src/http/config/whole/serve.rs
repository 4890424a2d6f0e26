//! `/v1/configuration`: the whole configuration as one document, for `export` and `apply` on a running server.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{document, plan};
use crate::domain::config::Change;
use crate::http::auth::Authenticated;
use crate::http::body::LargeBody;
use crate::http::config::collections::webhooks::not_called;
use crate::http::config::configure;
use crate::http::error::{FieldError, Problem};
use crate::http::etag::{IfMatch, etag};
use crate::http::paging::query;
use crate::http::wire::document::{Configuration, Plan};
use crate::http::{Edge, resource};

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/configuration").route(web::get().to(get)).route(web::put().to(put)));
}

async fn get(auth: Authenticated, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let config = edge.dispatcher.config();
    Ok(HttpResponse::Ok().insert_header(etag(config.version)).json(document(&config)))
}

async fn put(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: LargeBody,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let only_plan = match query(&request)?.get("plan").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::field("/plan", "must be true or false")),
    };
    let wanted: Configuration = body.0.json(&edge.schemas)?;
    let config = edge.dispatcher.config();
    IfMatch::of(&request).expect(Some(config.version))?;
    let mut planned = plan(wanted, &config, edge.dispatcher.now());
    for change in &planned.changes {
        let Some(error) = not_called(change, edge.outbound.guard()) else { continue };
        let at = match change {
            Change::PutChannel(id, _) => format!("/channels/{id}"),
            Change::PutWebhook(id, _) => format!("/webhooks/{id}"),
            _ => continue,
        };
        planned.errors.push(FieldError::new(format!("{at}{}", error.field), error.message));
    }
    if !planned.errors.is_empty() {
        return Err(Problem::invalid(planned.errors));
    }
    let applied = !only_plan;
    let mut version = config.version;
    if applied && !planned.changes.is_empty() {
        version = configure(&edge, &auth.caller, planned.changes, planned.if_match).await?.version;
    }
    let plan = Plan { steps: planned.steps, warnings: planned.warnings, applied };
    Ok(HttpResponse::Ok().insert_header(etag(version)).json(plan))
}
