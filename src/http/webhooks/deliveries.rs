//! Deliveries of one webhook, or of one channel to its provider: those that wait and those that were given up.

use actix_web::{HttpRequest, HttpResponse, web};

use super::find;
use crate::domain::config::Role;
use crate::domain::ids::ChannelId;
use crate::domain::outbound::{Act, Dead, Pending, Spot, Target};
use crate::domain::record::KeptAnswer;
use crate::domain::time::Timestamp;
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::conversations::Question;
use crate::http::error::Problem;
use crate::http::paging::{List, Page, query};
use crate::http::wire::time::At;
use crate::http::wire::webhook::{DeliveryView, Replayed};

/// `GET …/deliveries?state=`: pending ones unless it says dead, the oldest first.
pub async fn list(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Supervisor])?;
    let target = target(&edge, &request, &id)?;
    let page = Page::of(&request)?;
    let dead = match query(&request)?.get("state").map(String::as_str) {
        None | Some("pending") => false,
        Some("dead") => true,
        Some(_) => return Err(Problem::field("/state", "must be pending or dead")),
    };
    let after = page.after.as_deref().map(cursor).transpose()?;
    let found: Vec<(Timestamp, DeliveryView)> = edge.dispatcher.read().outbound(|outbound| {
        let Some(lines) = outbound.lines(&target) else { return Vec::new() };
        let most = page.limit + 1;
        if dead {
            let all = lines.all_dead(after).take(most);
            all.map(|(spot, dead)| (dead.died_at, of_dead(spot, dead))).collect()
        } else {
            let all = lines.all_pending(after).take(most);
            all.map(|(spot, pending)| (pending.at, of_pending(spot, pending))).collect()
        }
    });
    let List { items, next_cursor } =
        List::cut(found, page.limit, |(at, view)| format!("{} {}", at.0, view.id));
    let items: Vec<DeliveryView> = items.into_iter().map(|(_, view)| view).collect();
    Ok(HttpResponse::Ok().json(List { items, next_cursor }))
}

fn cursor(text: &str) -> Result<(Timestamp, Spot), Problem> {
    let read = || {
        let (at, spot) = text.split_once(' ')?;
        Some((Timestamp(at.parse().ok()?), Spot::read(spot)?))
    };
    read().ok_or_else(|| Problem::field("/cursor", "is not a cursor of this list"))
}

fn of_pending(spot: Spot, pending: &Pending) -> DeliveryView {
    DeliveryView {
        id: spot.to_string(),
        state: "pending",
        conversation_id: spot.conversation.to_string(),
        seq: spot.seq,
        at: At(pending.at),
        attempts: pending.attempts,
        next_attempt_at: Some(At(pending.due)),
        died_at: None,
        problem: pending.problem.as_deref().map(str::to_owned),
    }
}

fn of_dead(spot: Spot, dead: &Dead) -> DeliveryView {
    DeliveryView {
        id: spot.to_string(),
        state: "dead",
        conversation_id: spot.conversation.to_string(),
        seq: spot.seq,
        at: At(dead.at),
        attempts: dead.attempts,
        next_attempt_at: None,
        died_at: Some(At(dead.died_at)),
        problem: Some(dead.problem.to_string()),
    }
}

/// `POST …/{delivery_id}/replay`: a dead letter is tried again from the beginning.
pub async fn replay(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(202, async |question| {
            let (target, spot) = named(&edge, &request, &path)?;
            let at = edge.dispatcher.read().outbound(|outbound| {
                let lines = outbound.lines(&target)?;
                lines.dead(spot).map(|dead| dead.at).or_else(|| lines.pending(spot).map(|it| it.at))
            });
            let at = at.ok_or_else(|| Problem::not_found("delivery"))?;
            let replayed = Replayed { queued: 1, next_cursor: None };
            let body = serde_json::to_vec(&replayed).unwrap_or_default();
            let act = Act::Replay { target, spots: vec![(spot, at)] };
            question.outbound(act, KeptAnswer::Rendered { status: 202, body }).await?;
            Ok(HttpResponse::Accepted().json(replayed))
        })
        .await
}

/// `POST …/{delivery_id}/discard`: it is not told any more, whether it waits or was given up.
pub async fn discard(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(204, async |question| {
            let (target, spot) = named(&edge, &request, &path)?;
            let answer = KeptAnswer::Rendered { status: 204, body: Vec::new() };
            question.outbound(Act::Discard { target, spot }, answer).await?;
            Ok(HttpResponse::NoContent().finish())
        })
        .await
}

fn named(
    edge: &Edge,
    request: &HttpRequest,
    (id, delivery): &(String, String),
) -> Result<(Target, Spot), Problem> {
    let target = target(edge, request, id)?;
    let spot = Spot::read(delivery).ok_or_else(|| Problem::not_found("delivery"))?;
    Ok((target, spot))
}

/// Whose deliveries a path is about: a webhook's, or those of a channel that a provider speaks for.
fn target(edge: &Edge, request: &HttpRequest, id: &str) -> Result<Target, Problem> {
    if !request.path().starts_with("/v1/channels/") {
        return find(edge, id).map(|(id, _)| Target::Webhook(id));
    }
    let id = ChannelId::from(id);
    let spoken = edge.dispatcher.config().channels.get(&id).is_some_and(|channel| channel.provider.is_some());
    if spoken { Ok(Target::Channel(id)) } else { Err(Problem::not_found("provider of this channel")) }
}
