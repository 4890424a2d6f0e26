//! What can be done about a webhook beside configuring it: its deliveries, replays, a test, another secret.
//!
//! Supervisors look, administrators do. Which deliveries there are is the house's.

mod body;
mod deliveries;
mod doc;
mod history;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

pub use body::Bodies;
pub use doc::part;

use super::auth::Authenticated;
use super::body::Body;
use super::config::collections::webhooks::new_secret;
use super::conversations::Question;
use super::error::Problem;
use super::wire::time;
use super::wire::webhook::{RotatedSecret, TestResult};
use super::{Edge, resource};
use crate::channels::Reply;
use crate::domain::config::{Change, Key, SECRET_OVERLAP_SECONDS, Webhook};
use crate::domain::ids::WebhookId;
use crate::domain::outbound::Outcome;
use crate::domain::record::KeptAnswer;
use crate::outbound::{Webhooks, judge_webhook, signature};
use crate::ports::clock::Stopwatch;

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    let at = |rest: &str| resource(&format!("/v1/webhooks/{{id}}/{rest}"));
    app.service(at("deliveries").route(web::get().to(deliveries::list)));
    app.service(at("deliveries/{delivery_id}/replay").route(web::post().to(deliveries::replay)));
    app.service(at("deliveries/{delivery_id}/discard").route(web::post().to(deliveries::discard)));
    let of_channel = |rest: &str| resource(&format!("/v1/channels/{{id}}/{rest}"));
    app.service(of_channel("deliveries").route(web::get().to(deliveries::list)));
    app.service(of_channel("deliveries/{delivery_id}/replay").route(web::post().to(deliveries::replay)));
    app.service(of_channel("deliveries/{delivery_id}/discard").route(web::post().to(deliveries::discard)));
    app.service(at("replay").route(web::post().to(history::replay)));
    app.service(at("test").route(web::post().to(test)));
    app.service(at("rotate-secret").route(web::post().to(rotate)));
}

/// The webhook of a path; 404.
fn find(edge: &Edge, id: &str) -> Result<(WebhookId, Arc<Webhook>), Problem> {
    let id = WebhookId::from(id);
    let found = edge.dispatcher.config().webhooks.get(&id).cloned();
    found.map(|webhook| (id, webhook)).ok_or_else(|| Problem::not_found("webhook"))
}

/// `POST …/test`: calls the endpoint once and says how that went.
async fn test(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(200, async |question| {
            let (_, webhook) = find(&edge, &id)?;
            let result = tried(&edge, &webhook).await;
            let body = serde_json::to_vec(&result).unwrap_or_default();
            question.keep(KeptAnswer::Rendered { status: 200, body }).await?;
            Ok(HttpResponse::Ok().json(result))
        })
        .await
}

async fn tried(edge: &Edge, webhook: &Webhook) -> TestResult {
    let (now, watch) = (edge.dispatcher.now(), Stopwatch::start());
    let id = format!("ping-{}", edge.dispatcher.mint_uuid());
    let answer = edge.outbound.call(Webhooks(Bodies).ping(webhook, &id, now), now).await;
    let duration_ms = u64::from(watch.elapsed_us()) / 1000;
    let (status, problem) = match answer {
        Err(error) => (None, Some(error.to_string())),
        Ok(answer) => {
            let reply = Reply { status: answer.status, retry_after: answer.retry_after, body: &answer.body };
            let problem = match judge_webhook(&reply) {
                Outcome::Delivered { .. } => None,
                Outcome::Failed { problem, .. } | Outcome::Refused { problem } => Some(problem),
            };
            (Some(answer.status), problem)
        }
    };
    TestResult { delivered: problem.is_none(), status, duration_ms, problem }
}

/// `POST …/rotate-secret`: another secret; both sign for a day. The answer carries a secret and is not kept.
async fn rotate(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(200, async |_| {
            let _turn = edge.configuring.lock().await;
            let (id, webhook) = find(&edge, &id)?;
            let (now, secret) = (edge.dispatcher.now(), new_secret());
            let change = Change::PutWebhook(id.clone(), Arc::new(webhook.rotated(secret.clone(), now)));
            let key = Key::Webhook(id);
            let version = edge.dispatcher.config().written.get(&key).copied();
            super::config::configure(&edge, &auth.caller, vec![change], vec![(key, version)]).await?;
            Ok(HttpResponse::Ok().json(RotatedSecret {
                secret: signature::show(&secret),
                previous_valid_until: time::format(now.plus_seconds(SECRET_OVERLAP_SECONDS)),
            }))
        })
        .await
}
