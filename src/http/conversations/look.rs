//! Looking at one conversation: itself, its timeline, its decisions, its place in line.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{sees_internal, visible};
use super::conversation_answer;
use crate::actors::stats::estimate::{WaitRange, method};
use crate::domain::config::Role;
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::error::Problem;
use crate::http::paging::{List, Page, encode, query};
use crate::http::wire::decision::DecisionView;
use crate::http::wire::event::EventView;
use crate::http::wire::time::At;
use crate::limits::MAX_PAGE;

/// Whoever looks at conversations.
pub const ALL: [Role; 3] = [Role::Backend, Role::Supervisor, Role::Agent];

/// `GET …/{id}`
pub async fn get(
    auth: Authenticated,
    edge: web::Data<Edge>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&ALL)?;
    let conversation = visible(&edge, &auth, &id)?;
    Ok(conversation_answer(&mut HttpResponse::Ok(), &conversation))
}

/// `?after=` of timelines and messages: only what has a higher number. A cursor holds such a number too.
pub fn after(request: &HttpRequest, page: &Page) -> Result<u32, Problem> {
    let query = query(request)?;
    let given = match query.get("after") {
        Some(text) => text.parse().map_err(|_| Problem::field("/after", "must be a number from 0"))?,
        None => 0,
    };
    let Some(cursor) = &page.after else { return Ok(given) };
    cursor.parse().map_err(|_| Problem::field("/cursor", "is not a cursor of this list"))
}

/// `GET …/{id}/events`: the whole timeline unless `limit` says less, at most 1,000 at a time.
pub async fn events(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&ALL)?;
    let conversation = visible(&edge, &auth, &id)?;
    let page = Page::of(&request)?;
    let limit = if query(&request)?.contains_key("limit") { page.limit } else { MAX_PAGE };
    let records = edge.dispatcher.read().events(conversation.id(), after(&request, &page)?, limit + 1)?;
    let more = records.len() > limit;
    let internal = sees_internal(&auth);
    let items: Vec<_> =
        records.iter().take(limit).filter_map(|record| EventView::of(record, internal)).collect();
    let next_cursor = items.last().filter(|_| more).map(|event| encode(&event.seq().to_string()));
    Ok(HttpResponse::Ok().json(List { items, next_cursor }))
}

/// `GET …/{id}/decisions`
pub async fn decisions(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&ALL)?;
    let conversation = visible(&edge, &auth, &id)?;
    let page = Page::of(&request)?;
    let all = edge.dispatcher.read().decisions(conversation.id())?;
    let skipped = match &page.after {
        None => 0,
        Some(text) => {
            text.parse::<usize>().map_err(|_| Problem::field("/cursor", "is not a cursor of this list"))?
        }
    };
    let rest = all.get(skipped..).unwrap_or_default();
    let items: Vec<_> = rest.iter().take(page.limit).map(DecisionView::from).collect();
    let next_cursor = (rest.len() > page.limit).then(|| encode(&(skipped + page.limit).to_string()));
    Ok(HttpResponse::Ok().json(List { items, next_cursor }))
}

/// Place in line. All `null` for a conversation that does not wait for an agent.
#[derive(Serialize, ToSchema)]
#[schema(as = Position)]
pub struct PositionView {
    /// 1 is next.
    position: Option<usize>,
    /// How many are before it.
    ahead: Option<usize>,
    /// How much longer it will wait, in eight of ten cases; `null` where too little is known.
    estimated_wait_seconds: Option<EstimatedWait>,
    /// How the wait was estimated: `recent_assignments`, or `none`.
    method: &'static str,
    as_of: At,
}

/// Bounds of an estimated wait, in seconds from `as_of`: the 10th and the 90th percentile.
#[derive(Serialize, ToSchema)]
pub struct EstimatedWait {
    low: u64,
    high: u64,
}

impl From<WaitRange> for EstimatedWait {
    fn from(range: WaitRange) -> Self {
        Self { low: range.low_ms / 1000, high: range.high_ms.div_ceil(1000) }
    }
}

/// `GET …/{id}/position`
pub async fn position(
    auth: Authenticated,
    edge: web::Data<Edge>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&ALL)?;
    let conversation = visible(&edge, &auth, &id)?;
    let (read, now) = (edge.dispatcher.read(), edge.dispatcher.now());
    let place = read.position(conversation.id());
    let wait = place.and_then(|_| read.wait(conversation.id(), now));
    Ok(HttpResponse::Ok().json(PositionView {
        position: place.map(|place| place.position),
        ahead: place.map(|place| place.ahead),
        estimated_wait_seconds: wait.map(EstimatedWait::from),
        method: method(wait),
        as_of: At(now),
    }))
}
