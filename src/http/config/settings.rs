//! `/v1/settings`: one object.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::ToSchema;

use super::merge::{merge, misspelt_nulls};
use super::{checks, configure};
use crate::domain::config::{Change, Config, Key, Role};
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::error::Problem;
use crate::http::etag::{IfMatch, etag};
use crate::http::wire::settings::Settings;
use crate::http::{Edge, resource};

/// Members where null is a value of its own: no limit.
pub const NULLABLE: [&str; 4] = ["open_seconds", "active_seconds", "waiting_seconds", "wrap_up_seconds"];

/// How often a patch without a condition is tried again when somebody else was faster.
const ATTEMPTS: usize = 5;

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/settings").route(web::get().to(get)).route(web::patch().to(patch)));
}

async fn get(auth: Authenticated, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Supervisor])?;
    Ok(answer(&edge.dispatcher.config()))
}

async fn patch(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let condition = IfMatch::of(&request);
    let patch = body.merge_patch()?;
    let _turn = edge.configuring.lock().await;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let config = edge.dispatcher.config();
        let current = version(&config);
        condition.expect(Some(current))?;
        let mut value = serde_json::to_value(Settings::from(config.settings.as_ref())).unwrap_or_default();
        merge(&mut value, &patch, &NULLABLE);
        misspelt_nulls(&patch, &edge.schemas.errors(&Settings::name(), &patch), &mut value);
        let wire: Settings = edge.schemas.take(value)?;
        let change = Change::PutSettings(Arc::new(wire.into_domain().map_err(Problem::invalid)?));
        let findings = checks::check(&change, &config);
        if !findings.is_empty() {
            return Err(Problem::invalid(findings));
        }
        match configure(&edge, &auth.caller, vec![change], vec![(Key::Settings, Some(current))]).await {
            Err(problem) if problem.status == 412 && condition == IfMatch::Unset && attempts < ATTEMPTS => {}
            done => {
                let config = done?;
                return Ok(answer(&config));
            }
        }
    }
}

fn version(config: &Config) -> u64 {
    config.written.get(&Key::Settings).copied().unwrap_or(1)
}

fn answer(config: &Config) -> HttpResponse {
    let shown = Settings::from(config.settings.as_ref());
    HttpResponse::Ok().insert_header(etag(version(config))).json(shown)
}
