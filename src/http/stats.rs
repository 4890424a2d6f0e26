//! `GET /v1/stats/{queues,agents,work-streams}`: now, and by interval (supervisor, admin). JSON, or CSV where `Accept` asks.

mod csv;
pub mod doc;
mod query;

use std::collections::BTreeMap;

use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use self::query::Asked;
use super::auth::Authenticated;
use super::error::{Kind, Problem};
use super::wire::stats::{
    AgentInterval, AgentStats, MannedView, QueueStats, ServedInterval, ServedView, SpreadView,
    WorkStreamStats,
};
use super::wire::time::At;
use super::{Edge, resource};
use crate::actors::read_side::Parts;
use crate::actors::stats::row::{Quarter, Subject};
use crate::domain::config::Role;
use crate::domain::time::Timestamp;

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/stats/queues").route(web::get().to(queues)));
    app.service(resource("/v1/stats/agents").route(web::get().to(agents)));
    app.service(resource("/v1/stats/work-streams").route(web::get().to(work_streams)));
}

#[derive(Serialize)]
struct Answer<T> {
    as_of: At,
    from: At,
    to: At,
    interval: &'static str,
    items: Vec<T>,
}

/// A question that was understood, with who is asked about and what was found.
struct Found {
    asked: Asked,
    now: Timestamp,
    figures: BTreeMap<Subject, Parts>,
    as_csv: bool,
}

impl Found {
    /// `all`: everybody who is configured. Somebody named who is not there any more still has a past.
    async fn of(
        auth: &Authenticated,
        edge: &web::Data<Edge>,
        request: &HttpRequest,
        all: impl Fn(&Edge) -> Vec<Subject>,
        named: impl Fn(&str) -> Subject,
    ) -> Result<Self, Problem> {
        auth.require(&[Role::Supervisor])?;
        let now = edge.dispatcher.now();
        let asked = Asked::of(request, now)?;
        let subjects = asked.id.as_ref().map_or_else(|| all(edge), |id| vec![named(id)]);
        asked.check_size(subjects.len())?;
        let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
        let as_csv = accept.is_some_and(|accept| accept.contains("text/csv"));
        let (from, ends, edge) = (asked.from, asked.ends.clone(), edge.clone());
        let look = move || edge.dispatcher.read().figures(&subjects, from, &ends, now);
        let figures = web::block(look).await;
        let figures =
            figures.map_err(|_| Problem::new(Kind::Internal, "the figures could not be read"))??;
        Ok(Self { asked, now, figures, as_csv })
    }

    /// The intervals of a subject: from, to and what was found.
    fn intervals<T>(&self, parts: &Parts, view: impl Fn(Timestamp, Timestamp, &Parts, usize) -> T) -> Vec<T> {
        let begins = std::iter::once(self.asked.from).chain(self.asked.ends.iter().copied());
        let spans = begins.zip(&self.asked.ends).enumerate();
        spans.map(|(at, (from, to))| view(from.begins(), to.begins(), parts, at)).collect()
    }

    /// Whether to show a subject: what is configured, and what has a past.
    fn shows(&self, parts: &Parts, configured: bool) -> bool {
        configured || parts.iter().any(|part| *part != Default::default())
    }

    fn answer<T: Serialize>(&self, items: Vec<T>) -> HttpResponse {
        let end = self.asked.ends.last().copied().unwrap_or(Quarter::of(self.now));
        if self.as_csv {
            return HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(csv::write(&items));
        }
        HttpResponse::Ok().json(Answer {
            as_of: At(self.now),
            from: At(self.asked.from.begins()),
            to: At(end.begins()),
            interval: self.asked.interval,
            items,
        })
    }
}

async fn queues(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let all = |edge: &Edge| edge.dispatcher.config().queues.keys().cloned().map(Subject::Queue).collect();
    let found = Found::of(&auth, &edge, &request, all, |id| Subject::Queue(id.into())).await?;
    let (config, board) = (edge.dispatcher.config(), edge.dispatcher.read().board());
    let named = found.asked.id.is_some();
    let items = found.figures.iter().filter_map(|(subject, parts)| {
        let Subject::Queue(id) = subject else { return None };
        let now = board.queues.get(id).filter(|_| config.queues.contains_key(id));
        let spread = |parts: &Parts, at: usize| SpreadView::new(&parts[at].0, config.members(id), named);
        let view = |from, to, parts: &Parts, at: usize| {
            ServedInterval::new(from, to, &parts[at].0, Some(spread(parts, at)))
        };
        found.shows(parts, now.is_some()).then(|| QueueStats {
            queue_id: id.clone(),
            now: now.map(|served| ServedView::new(served, found.now)),
            intervals: Some(found.intervals(parts, view)),
        })
    });
    Ok(found.answer(items.collect()))
}

async fn work_streams(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let all = |edge: &Edge| {
        edge.dispatcher.config().work_streams.keys().cloned().map(Subject::WorkStream).collect()
    };
    let found = Found::of(&auth, &edge, &request, all, |id| Subject::WorkStream(id.into())).await?;
    let (config, board) = (edge.dispatcher.config(), edge.dispatcher.read().board());
    let items = found.figures.iter().filter_map(|(subject, parts)| {
        let Subject::WorkStream(id) = subject else { return None };
        let now = board.work_streams.get(id).filter(|_| config.work_streams.contains_key(id));
        let view = |from, to, parts: &Parts, at: usize| ServedInterval::new(from, to, &parts[at].0, None);
        found.shows(parts, now.is_some()).then(|| WorkStreamStats {
            work_stream_id: id.clone(),
            now: now.map(|served| ServedView::new(served, found.now)),
            intervals: Some(found.intervals(parts, view)),
        })
    });
    Ok(found.answer(items.collect()))
}

async fn agents(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let all = |edge: &Edge| edge.dispatcher.config().agents.keys().cloned().map(Subject::Agent).collect();
    let found = Found::of(&auth, &edge, &request, all, |id| Subject::Agent(id.into())).await?;
    let board = edge.dispatcher.read().board();
    let items = found.figures.iter().filter_map(|(subject, parts)| {
        let Subject::Agent(id) = subject else { return None };
        let now = board.agents.get(id);
        let view = |from, to, parts: &Parts, at: usize| {
            let (row, times) = &parts[at];
            AgentInterval::new(from, to, row, times)
        };
        found.shows(parts, now.is_some()).then(|| AgentStats {
            agent_id: id.clone(),
            now: now.map(MannedView::from),
            intervals: Some(found.intervals(parts, view)),
        })
    });
    Ok(found.answer(items.collect()))
}
