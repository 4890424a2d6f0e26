//! The handlers of every collection.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::merge::{merge, misspelt_nulls};
use super::{Resource, checks, configure, references, shown, without_read_only};
use crate::domain::command::Code;
use crate::domain::config::Key;
use crate::domain::config::{Change, Config, Role};
use crate::domain::ids::is_config_id;
use crate::domain::presence::BasePresence;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::error::{FieldError, Kind, Problem};
use crate::http::etag::{IfMatch, etag, mismatch, must_be_new};
use crate::http::paging::{List, Page};
use crate::http::{Edge, resource};

/// How often a write without a condition is tried again when somebody else was faster: the document of the
/// whole configuration alone can be, since writes of one resource take turns.
const ATTEMPTS: usize = 5;

/// Registers a collection.
pub fn register<R: Resource>(app: &mut web::ServiceConfig) {
    let collection = format!("/v1/{}", R::COLLECTION);
    app.service(resource(&collection).route(web::get().to(list::<R>)));
    app.service(
        resource(&format!("{collection}/{{id}}"))
            .route(web::get().to(get::<R>))
            .route(web::put().to(put::<R>))
            .route(web::patch().to(patch::<R>))
            .route(web::delete().to(delete::<R>)),
    );
}

async fn list<R: Resource>(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> Result<web::Json<List<Map<String, Value>>>, Problem> {
    auth.require(&[Role::Supervisor])?;
    let page = Page::of(&request)?;
    let config = edge.dispatcher.config();
    let after = page.after.as_deref();
    let ids = R::ids(&config).into_iter().filter(|id| after.is_none_or(|after| id.as_str() > after));
    let ids: Vec<String> = ids.take(page.limit + 1).collect();
    let list = List::cut(ids, page.limit, Clone::clone);
    let items = list.items.iter().filter_map(|id| shown::<R>(id, &config, &edge)).collect();
    Ok(web::Json(List { items, next_cursor: list.next_cursor }))
}

async fn get<R: Resource>(
    auth: Authenticated,
    edge: web::Data<Edge>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let own = R::key(&id) == own_key(&auth);
    if !own {
        auth.require(&[Role::Supervisor])?;
    }
    answer::<R>(&mut HttpResponse::Ok(), &id, &edge.dispatcher.config(), &edge, None)
}

/// An agent may read itself; anything else compares unequal.
fn own_key(auth: &Authenticated) -> Key {
    auth.caller.agent.clone().map_or(Key::Settings, Key::Agent)
}

async fn put<R: Resource>(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    writable::<R>(&id)?;
    let value = without_read_only::<R>(body.value()?, &id)?;
    let condition = IfMatch::of(&request);
    let must_be_new = must_be_new(&request);
    let unset = condition == IfMatch::Unset && !must_be_new;
    let _turn = edge.configuring.lock().await;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let config = edge.dispatcher.config();
        let current = version::<R>(&id, &config);
        condition.expect(current)?;
        if must_be_new && current.is_some() {
            return Err(mismatch("it exists already"));
        }
        match write::<R>(&edge, &auth, &id, &value, &config).await {
            Err(problem) if problem.status == 412 && unset && attempts < ATTEMPTS => {}
            done => return done,
        }
    }
}

/// Puts a resource over the version that this configuration has, or as a new one: of two at once only one
/// may create it, or the other would show a secret that is none.
async fn write<R: Resource>(
    edge: &Edge,
    auth: &Authenticated,
    id: &str,
    value: &Value,
    config: &Config,
) -> Result<HttpResponse, Problem> {
    let current = version::<R>(id, config);
    let mut change = to_change::<R>(edge, id, value, config)?;
    let mut response = if current.is_none() { HttpResponse::Created() } else { HttpResponse::Ok() };
    let mut secret = None;
    let mut born = Vec::new();
    if current.is_none() {
        secret = R::secret(&mut change, config);
        born = R::born(id, edge.dispatcher.now());
        response.insert_header((LOCATION, format!("/v1/{}/{id}", R::COLLECTION)));
    }
    let changes = std::iter::once(change).chain(born).collect();
    let config = configure(edge, &auth.caller, changes, vec![(R::key(id), current)]).await?;
    answer::<R>(&mut response, id, &config, edge, secret)
}

async fn patch<R: Resource>(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let condition = IfMatch::of(&request);
    let patch = without_read_only::<R>(body.merge_patch()?, &id)?;
    let _turn = edge.configuring.lock().await;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let config = edge.dispatcher.config();
        let current = version::<R>(&id, &config).ok_or_else(|| Problem::not_found(R::WHAT))?;
        writable::<R>(&id)?;
        condition.expect(Some(current))?;
        let mut value = R::show(&id, &config)
            .and_then(|wire| serde_json::to_value(wire).ok())
            .ok_or_else(|| Problem::not_found(R::WHAT))?;
        merge(&mut value, &patch, R::NULLABLE);
        misspelt_nulls(&patch, &edge.schemas.errors(&R::Wire::name(), &patch), &mut value);
        let change = to_change::<R>(&edge, &id, &value, &config)?;
        // Always on the version that was read, so that two patches at once both take effect.
        let done = configure(&edge, &auth.caller, vec![change], vec![(R::key(&id), Some(current))]).await;
        match done {
            Err(problem) if problem.status == 412 && condition == IfMatch::Unset && attempts < ATTEMPTS => {}
            done => {
                let config = done?;
                return answer::<R>(&mut HttpResponse::Ok(), &id, &config, &edge, None);
            }
        }
    }
}

async fn delete<R: Resource>(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let config = edge.dispatcher.config();
    let key = R::key(&id);
    let current = version::<R>(&id, &config).ok_or_else(|| Problem::not_found(R::WHAT))?;
    writable::<R>(&id)?;
    checks::deletable(&key, &config)?;
    let expected = IfMatch::of(&request).expect(Some(current))?;
    let if_match = expected.map(|version| (key.clone(), Some(version))).into_iter().collect();
    let done = configure(&edge, &auth.caller, vec![Change::Delete(key.clone())], if_match).await;
    match done {
        Ok(_) => Ok(HttpResponse::NoContent().finish()),
        // The configuration refers to it no more, as was checked above: so it is live work that does.
        Err(problem) if problem.code == Kind::Refused(Code::InUse).row().1 => {
            Err(in_use(format!("{} has conversations that are not closed", checks::name(&key))))
        }
        Err(problem) => Err(problem),
    }
}

/// Schema, then the domain's own check.
pub(super) fn to_change<R: Resource>(
    edge: &Edge,
    id: &str,
    value: &Value,
    config: &Config,
) -> Result<Change, Problem> {
    let every = |mut errors: Vec<FieldError>| {
        references::add_unknown(value, config, &mut errors);
        Problem::invalid(errors)
    };
    let wire: R::Wire = edge.schemas.take(value.clone()).map_err(|problem| every(problem.errors))?;
    let change = R::change(id, wire, config).map_err(every)?;
    let mut findings = checks::check(&change, config);
    findings.extend(R::not_called(&change, edge.outbound.guard()).filter(|_| findings.is_empty()));
    if findings.is_empty() { Ok(change) } else { Err(Problem::invalid(findings)) }
}

/// Refuses ids that cannot be, and the base presences, which are built in.
pub(super) fn writable<R: Resource>(id: &str) -> Result<(), Problem> {
    if !is_config_id(id) {
        return Err(Problem::field("/id", "an id is [a-z0-9][a-z0-9._-]{0,63}"));
    }
    match R::key(id) {
        Key::Presence(id) if BasePresence::from_id(id.as_str()).is_some() || id.as_str() == "inactive" => {
            Err(checks::built_in(&format!("presence {id}")))
        }
        _ => Ok(()),
    }
}

/// Version of a resource; the base presences never change.
pub fn version<R: Resource>(id: &str, config: &Config) -> Option<u64> {
    R::show(id, config)?;
    Some(config.written.get(&R::key(id)).copied().unwrap_or(1))
}

fn answer<R: Resource>(
    response: &mut actix_web::HttpResponseBuilder,
    id: &str,
    config: &Config,
    edge: &Edge,
    secret: Option<String>,
) -> Result<HttpResponse, Problem> {
    let mut shown = shown::<R>(id, config, edge).ok_or_else(|| Problem::not_found(R::WHAT))?;
    if let Some(token) = secret {
        shown.insert(R::SECRET.to_owned(), token.into());
    }
    let version = version::<R>(id, config).unwrap_or(1);
    Ok(response.insert_header(etag(version)).json(shown))
}

/// A refusal of the house that names why something is in use.
pub fn in_use(detail: String) -> Problem {
    Problem::new(Kind::Refused(Code::InUse), detail)
}
