//! Routed records (CONTRACT §7): the connector's calls. A record's work item is a conversation over the entity channel of
//! its work stream.
//!
//! Owns what a connector may say and what it gets. Which unfinished work item a record has is the house's to say.

mod acts;
mod doc;
pub mod swagger;

use std::sync::Arc;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};

pub use doc::part;

use super::auth::Authenticated;
use super::body::Body;
use super::conversations::Question;
use super::error::{FieldError, Kind, Problem};
use super::wire::entity::{IntakeRecord, RecordWorkStream, RecordWorkStreams, RouteRecord, RoutedWorkItem};
use super::{Edge, resource};
use crate::actors::shown::{AskError, Shown};
use crate::domain::command::{Code, Command, Draft, Refusal, Request};
use crate::domain::config::{ChannelType, Config, Role, WorkStream, entity_channel};
use crate::domain::conversation::{Conversation, CustomerRef};
use crate::domain::entity::{RecordKey, RoutedRecord, choose};
use crate::domain::ids::{ChannelId, WorkStreamId};

/// Work streams that one answer lists.
const MAX_LISTED: usize = 1_000;

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/entities/route").route(web::post().to(route)));
    app.service(resource("/v1/entities/intake").route(web::post().to(intake)));
    app.service(resource("/v1/entities/work-streams").route(web::get().to(work_streams)));
    acts::register(app);
    swagger::register(app);
}

/// `POST /v1/entities/route`: to the work stream that the caller names.
async fn route(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?.of_record();
    question
        .once(202, async |question| {
            let given = body.json::<RouteRecord>(&edge.schemas)?;
            let config = edge.dispatcher.config();
            let id = WorkStreamId::from(given.work_stream_id.as_str());
            let Some(stream) = config.work_streams.get(&id) else {
                return Err(Problem::not_found("work stream"));
            };
            let channel = entity_channel(&id);
            allowed(&auth, &channel)?;
            let mut errors = Vec::from_iter(wrong_organization(&given.organization_id, &config));
            errors.extend(given.not_routed_by(stream));
            let record = given.record().map_err(|found| errors.extend(found)).ok();
            let record = record.filter(|_| errors.is_empty()).ok_or_else(|| Problem::invalid(errors))?;
            hand_over(&auth, &edge, question, record, channel).await
        })
        .await
}

/// `POST /v1/entities/intake`: to the work stream that the settings' intake rules choose. A record that has an unfinished
/// work item keeps it, whatever they say now.
async fn intake(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?.of_record();
    question
        .once(202, async |question| {
            let given = body.json::<IntakeRecord>(&edge.schemas)?.without_stream();
            let config = edge.dispatcher.config();
            let mut errors = Vec::from_iter(wrong_organization(&given.organization_id, &config));
            let record = given.clone().record().map_err(|found| errors.extend(found)).ok();
            let record = record.filter(|_| errors.is_empty()).ok_or_else(|| Problem::invalid(errors))?;
            let (record, channel) = if let Some(rule) = choose(&config, &record, edge.dispatcher.now()) {
                let stream = &config.work_streams[&rule.work_stream_id];
                if let Some(error) = given.not_routed_by(stream) {
                    return Err(Problem::invalid(vec![error]));
                }
                let intake_rule = Some(rule.name.as_str().into());
                (RoutedRecord { intake_rule, ..record }, entity_channel(&rule.work_stream_id))
            } else {
                let unfinished = find(&edge, &auth, record.key()).await?;
                let none = || Problem::field("", "no intake rule takes this record");
                (record, unfinished.ok_or_else(none)?.born.channel_id.clone())
            };
            allowed(&auth, &channel)?;
            hand_over(&auth, &edge, question, record, channel).await
        })
        .await
}

/// Where a connector may hand over; also the one call that changes nothing, to try a connection with.
async fn work_streams(
    auth: Authenticated,
    edge: web::Data<Edge>,
) -> Result<web::Json<RecordWorkStreams>, Problem> {
    auth.require(&[Role::Backend, Role::Supervisor])?;
    let config = edge.dispatcher.config();
    let open = |(id, stream): &(&WorkStreamId, &Arc<WorkStream>)| {
        stream.active
            && stream.channel_type == ChannelType::Entity
            && auth.allows_channel(&entity_channel(id))
    };
    let items = config.work_streams.iter().filter(open).take(MAX_LISTED);
    let items = items.map(|(id, stream)| RecordWorkStream::new(id.as_str(), stream)).collect();
    Ok(web::Json(RecordWorkStreams { organization_id: config.settings.organization_id.clone(), items }))
}

async fn hand_over(
    auth: &Authenticated,
    edge: &Edge,
    question: &Question<'_>,
    record: RoutedRecord,
    channel: ChannelId,
) -> Result<HttpResponse, Problem> {
    if !auth.channels.is_empty()
        && let Some(unfinished) = find(edge, auth, record.key()).await?
    {
        allowed(auth, &unfinished.born.channel_id)?;
    }
    let draft = Draft {
        correspondent: None,
        language: None,
        party: None,
        channel_id: channel,
        customer: CustomerRef::default(),
        context: std::collections::BTreeMap::new(),
        message: None,
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: false,
        record: Some(Arc::new(record)),
    };
    question.ask(Command::Create(Box::new(draft)), 202).await
}

/// The unfinished work item of a record, as it is now. Under no idempotency key: looking is no effect.
async fn find(
    edge: &Edge,
    auth: &Authenticated,
    key: RecordKey,
) -> Result<Option<Arc<Conversation>>, Problem> {
    let request = Request { caller: auth.caller.clone(), command: Command::FindRecord(key), key: None };
    match edge.dispatcher.ask(request).await.outcome {
        Ok(Shown::Conversation(found)) => Ok(edge.dispatcher.read().conversation(found.id())?),
        Err(AskError::Refused(refusal)) if refusal.code != Code::UnknownRecord => Err(refusal.into()),
        Ok(_) | Err(AskError::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn unknown_record() -> Problem {
    Refusal::of(Code::UnknownRecord).into()
}

fn allowed(auth: &Authenticated, channel: &ChannelId) -> Result<(), Problem> {
    if auth.allows_channel(channel) {
        return Ok(());
    }
    Err(Problem::new(Kind::Forbidden, "this key is limited to other channels"))
}

/// A server serves one organization.
fn wrong_organization(given: &str, config: &Config) -> Option<FieldError> {
    let other = given != config.settings.organization_id;
    other.then(|| FieldError::new("/organization_id", "this server serves another organization"))
}

/// The answer to a record that was handed over.
pub fn routed(conversation: &Conversation, response: &mut HttpResponseBuilder) -> HttpResponse {
    let item = RoutedWorkItem::from(conversation);
    response.insert_header((LOCATION, item.location().to_owned())).json(item)
}
