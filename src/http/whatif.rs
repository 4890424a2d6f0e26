//! `POST /v1/routing/whatif`: what this server recorded, under its configuration and under another (`docs/whatif.md`).
//!
//! Owns the bounds: one play at a time, on a thread of its own, over so many conversations and for so long. Nothing changes.

pub mod compare;
pub mod doc;
pub mod report;

use std::ops::ControlFlow;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use self::compare::{LEAD_IN_MS, Nothing, compare, range};
use self::report::Report;
use super::auth::Authenticated;
use super::body::LargeBody;
use super::config::whole::plan;
use super::error::{FieldError, Kind, Problem};
use super::wire::document::Configuration;
use super::wire::time::parse;
use super::{Edge, resource};
use crate::domain::config::{Config, Role};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::limits::{MAX_PLAYED, PLAY_AGAIN_SECONDS, PLAY_WITHIN_SECONDS};
use crate::ports::clock::Stopwatch;
use crate::replay::recorded::Recording;

/// How far back the range begins when nothing is said.
const RANGE_MS: i64 = 7 * 24 * 3_600_000;

/// The other configuration: either `configuration` or `yaml`. Sections that it does not have stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhatIfRequest)]
pub struct Asked {
    /// As `PUT /v1/configuration` takes it.
    configuration: Option<Configuration>,
    /// The same as YAML, as `callboard apply` takes it. A longer one goes as `configuration`.
    #[schema(max_length = 262_144)]
    yaml: Option<String>,
    /// RFC 3339: conversations created from then on; a week ago if not given.
    #[schema(max_length = 64)]
    from: Option<String>,
    /// RFC 3339: conversations created before; now if not given.
    #[schema(max_length = 64)]
    to: Option<String>,
}

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/routing/whatif").route(web::post().to(whatif)));
}

async fn whatif(
    auth: Authenticated,
    edge: web::Data<Edge>,
    body: LargeBody,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Supervisor])?;
    if !auth.channels.is_empty() {
        return Err(Problem::new(Kind::Forbidden, "this key is limited to some channels; a play is of all"));
    }
    let asked: Asked = body.0.json(&edge.schemas)?;
    let (old, now) = (edge.dispatcher.config(), edge.dispatcher.now());
    let from = instant("/from", asked.from.as_deref())?.unwrap_or(now.plus_ms(-RANGE_MS));
    let to = instant("/to", asked.to.as_deref())?;
    let Ok(permit) = edge.plays.clone().try_acquire_owned() else {
        let problem = Problem::new(Kind::Busy, "another what-if is being played; nothing happened");
        return Err(problem.after(PLAY_AGAIN_SECONDS));
    };
    // Reading the other one is part of it: YAML can be written so that it takes seconds.
    let play = move || {
        let new = other(asked, &edge, &old, now)?;
        played(permit, &edge, &old, &new, (from, to))
    };
    let played = web::block(play).await;
    let report = played.map_err(|_| Problem::new(Kind::Internal, "the play broke off"))??;
    Ok(HttpResponse::Ok().json(report))
}

fn instant(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text else { return Ok(None) };
    parse(text).map(Some).ok_or_else(|| Problem::field(field, "must be an RFC 3339 instant"))
}

/// The other configuration, or everything that is wrong with it.
fn other(asked: Asked, edge: &Edge, old: &Config, now: Timestamp) -> Result<Config, Problem> {
    let (at, document) = match (asked.configuration, asked.yaml) {
        (Some(document), None) => ("/configuration", document),
        (None, Some(text)) => ("/yaml", read(&text, edge)?),
        (None, None) => return Err(Problem::field("/configuration", "give configuration or yaml")),
        (Some(_), Some(_)) => return Err(Problem::field("/yaml", "give either configuration or yaml")),
    };
    let planned = plan(document, old, now);
    if !planned.errors.is_empty() {
        return Err(Problem::invalid(under(at, planned.errors)));
    }
    let mut new = old.clone();
    planned.changes.iter().for_each(|change| new.apply(change));
    Ok(new)
}

fn read(text: &str, edge: &Edge) -> Result<Configuration, Problem> {
    let value: Value =
        serde_norway::from_str(text).map_err(|error| Problem::field("/yaml", &error.to_string()))?;
    // An empty document names no section.
    let value = if value.is_null() { Value::Object(Map::new()) } else { value };
    edge.schemas.take(value).map_err(|problem| Problem::invalid(under("/yaml", problem.errors)))
}

fn under(at: &str, errors: Vec<FieldError>) -> Vec<FieldError> {
    let below = |error: FieldError| FieldError::new(format!("{at}{}", error.field), error.message);
    errors.into_iter().map(below).collect()
}

/// Reads and plays; blocks. The permit goes when the play ends, also when nobody waits for it any more.
fn played(
    permit: OwnedSemaphorePermit,
    edge: &Edge,
    old: &Config,
    new: &Config,
    (from, to): (Timestamp, Option<Timestamp>),
) -> Result<Report, Problem> {
    let watch = Stopwatch::start();
    let go_on = || !edge.is_stopping() && watch.elapsed_us() < PLAY_WITHIN_SECONDS * 1_000_000;
    let recording = recording(edge, from.plus_ms(-LEAD_IN_MS), &go_on)?;
    let from = recording.first_at().map_or(from, |first| first.max(from));
    let range = range(&recording, Some(from), to).map_err(nothing)?;
    let report = compare(&recording, old, new, range, &go_on).ok_or_else(|| stopped(edge))?;
    drop(permit);
    tracing::info!(
        conversations = report.recording.conversations,
        took_us = watch.elapsed_us(),
        "played a what-if"
    );
    Ok(report)
}

/// What was recorded since then.
fn recording(edge: &Edge, since: Timestamp, go_on: &dyn Fn() -> bool) -> Result<Recording, Problem> {
    let mut recording = Recording::default();
    let mut too_many = false;
    let flow = edge.dispatcher.recorded(&mut |record| {
        if at(record).is_some_and(|at| at >= since) {
            recording.see(record);
        }
        too_many = recording.outcomes.0.len() > MAX_PLAYED;
        if too_many || !go_on() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match flow {
        Err(error) => {
            tracing::warn!(%error, "the journal could not be read for a what-if");
            Err(Problem::new(Kind::Unavailable, "the journal could not be read to its end; nothing happened")
                .after(5))
        }
        Ok(ControlFlow::Break(())) if too_many => Err(Problem::field(
            "/from",
            &format!(
                "more than {MAX_PLAYED} conversations since the day before: begin later, or use `callboard whatif`"
            ),
        )),
        Ok(ControlFlow::Break(())) => Err(stopped(edge)),
        Ok(ControlFlow::Continue(())) => Ok(recording),
    }
}

fn at(record: &Record) -> Option<Timestamp> {
    match record {
        Record::Event(event) => Some(event.at),
        Record::Agent(agent) => Some(agent.at),
        _ => None,
    }
}

fn stopped(edge: &Edge) -> Problem {
    if edge.is_stopping() {
        return Problem::new(Kind::Stopping, "the server is closing; nothing happened").after(5);
    }
    let message = format!(
        "took longer than {PLAY_WITHIN_SECONDS} s: choose a shorter range, or use `callboard whatif`"
    );
    Problem::field("/from", &message)
}

fn nothing(why: Nothing) -> Problem {
    match why {
        Nothing::Recorded => Problem::field("/from", "no conversation is recorded since then"),
        Nothing::Range => {
            Problem::field("/to", "must be after from, which must be before the end of the recording")
        }
        Nothing::Finished => Problem::field(
            "/from",
            "no agent finished a conversation since then: there are no handling times to play",
        ),
        Nothing::InRange => Problem::field("/from", "no conversation was created in that time"),
    }
}
