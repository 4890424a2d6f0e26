//! The widget's calls (CONTRACT §6): what a page's visitor is shown, a conversation that it opens, its transcript.
//!
//! Priority and skills cannot be said here, and an identity only by a token that the page's own server signed
//! (`identity`). Context comes from survey answers of declared variables and from that token. An anonymous visitor is known by
//! an `HttpOnly` cookie that holds the token of its last conversation on this channel: while that one is open, another is
//! a 409. A verified one joins its open conversation instead, from whichever device.

mod describe;
pub mod doc;
mod frame;
mod identity;
mod keys;
mod limit;
mod origin;
mod survey;
mod transcript;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use keys::VisitorKeys;
pub use limit::Limits;

use super::body::Body;
use super::error::{Kind, Problem};
use super::wire::conversation::PublicView;
use super::wire::request::{MAX_TEXT, survey_schema};
use super::wire::time::At;
use super::{Edge, resource};
use crate::actors::shown::Shown;
use crate::domain::command::{Command, Draft, Request, Say};
use crate::domain::config::{Channel, ChannelType, Config};
use crate::domain::context::Variable;
use crate::domain::conversation::{Conversation, CustomerRef, Status, Visibility};
use crate::domain::ids::{ChannelId, ConversationId};
use crate::ws::customer::visitor;

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    let asked = || web::method(actix_web::http::Method::OPTIONS).to(preflight);
    let path = resource("/v1/widgets/{channel_id}/conversations");
    app.service(path.route(web::post().to(open)).route(asked()));
    let path = resource("/v1/widgets/{channel_id}/transcript");
    app.service(path.route(web::get().to(transcript::transcript)).route(asked()));
    let path = resource("/v1/widgets/{channel_id}");
    app.service(path.route(web::get().to(describe::describe)).route(asked()));
    app.service(resource("/widget").route(web::get().to(frame::frame)));
}

/// A first message: the text, or `{text}` as over `POST /v1/conversations`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum WidgetMessage {
    /// The text.
    Text(String),
    /// The text in an object.
    Object(super::wire::request::FirstMessage),
}

/// What a visitor opens a conversation with.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetConversation {
    message: Option<WidgetMessage>,
    /// Answers by variable: those of the channel's survey and page variables (every declared one where it names none),
    /// and name, email and phone. Others are left out.
    #[serde(default)]
    #[schema(schema_with = survey_schema, required = false)]
    survey: Option<BTreeMap<String, Value>>,
    /// Who the visitor is: a JWT (RS256) of the page's own server, where the channel takes one.
    token: Option<String>,
    /// Language tag of the visitor, for automated messages; the channel's first one if it has none like it.
    #[schema(max_length = 35)]
    language: Option<String>,
}

/// The visitor's conversation and the token for its socket.
#[derive(Serialize, ToSchema)]
pub struct OpenedConversation<'a> {
    conversation: PublicView<'a>,
    /// For `GET /v1/customer-session`.
    customer_token: String,
    /// Always `null`: the token ends with its conversation.
    #[schema(value_type = Option<String>)]
    expires_at: Option<At>,
    /// Whether it was open already: a verified visitor's, on another device.
    joined: bool,
}

async fn preflight(
    edge: web::Data<Edge>,
    request: HttpRequest,
    channel: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let (_, channel) = channel_of(&edge.dispatcher.config(), &channel)?;
    let origin = origin::check(&request, |host| edge.is_host(&request, host), &channel.allowed_origins)?;
    Ok(origin.preflight())
}

async fn open(
    edge: web::Data<Edge>,
    request: HttpRequest,
    channel: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let config = edge.dispatcher.config();
    let (id, channel) = channel_of(&config, &channel)?;
    let origin = origin::check(&request, |host| edge.is_host(&request, host), &channel.allowed_origins)?;
    let visit = Visit { edge: &edge, config: &config, request: &request, id: &id, channel: &channel };
    let mut response = match visit.open(&body).await {
        Ok(opened) => {
            let mut response = if opened.joined { HttpResponse::Ok() } else { HttpResponse::Created() };
            response
                .insert_header((SET_COOKIE, origin.cookie(&id, &opened.token)))
                .content_type("application/json")
                .body(opened.body)
        }
        Err(problem) => problem.error_response(),
    };
    origin.mark(&mut response);
    Ok(response)
}

/// One visitor's call.
struct Visit<'a> {
    edge: &'a Edge,
    config: &'a Config,
    request: &'a HttpRequest,
    id: &'a ChannelId,
    channel: &'a Channel,
}

/// Its answer, and the token in it.
struct Opened {
    body: Vec<u8>,
    token: String,
    joined: bool,
}

impl Visit<'_> {
    /// Looks at everything that may be wrong before anything is created.
    async fn open(&self, body: &Body) -> Result<Opened, Problem> {
        let mut given: WidgetConversation = body.json_or_default(&self.edge.schemas)?;
        let token = given.token.take();
        let mut draft = draft(given, self.id, self.channel, self.declared())?;
        if draft.message.as_ref().is_some_and(|say| say.text.chars().count() > MAX_TEXT) {
            return Err(Problem::field("/message", "must have at most 10000 characters"));
        }
        self.in_hours()?;
        if token.is_none() {
            self.is_new()?;
        }
        let verified = self.verified(token.as_deref()).await?;
        let (address, now) = (self.address(), self.edge.dispatcher.now());
        let taken = self.edge.visitors.openings.take(address, now);
        taken.map_err(|seconds| too_many("too many conversations from this address", seconds))?;
        if let Some(verified) = verified {
            draft.party = verified.customer.id.as_ref().map(|id| id.0.clone());
            draft.context.extend(verified.context);
            let said = std::mem::replace(&mut draft.customer, verified.customer);
            draft.customer = CustomerRef {
                name: draft.customer.name.take().or(said.name),
                email: draft.customer.email.take().or(said.email),
                phone: draft.customer.phone.take().or(said.phone),
                ..draft.customer
            };
            self.is_new()?;
        }
        self.create(draft).await
    }

    /// Whoever the limits count it for.
    fn address(&self) -> IpAddr {
        limit::holder(self.edge.trusted_proxies.client(self.request))
    }

    /// Who the token says it is. One that is not good opens nothing and takes nothing of what its address may open.
    async fn verified(&self, token: Option<&str>) -> Result<Option<identity::Verified>, Problem> {
        let (bad, address) = (&self.edge.visitors.bad_tokens, self.address());
        let many = |seconds| too_many("too many tokens from this address that are not good", seconds);
        if token.is_some() {
            // Taken before it is looked at, so that many at once are no more than many one after another. The last one is
            // told what is wrong with it; the next one is refused.
            bad.take(address, self.edge.dispatcher.now()).map_err(many)?;
        }
        let authentication = &self.channel.live_chat.authentication;
        let found = identity::identify(self.edge, authentication, self.declared(), token).await;
        if token.is_some() && !found.as_ref().is_err_and(|problem| problem.status == 401) {
            bad.give_back(address, self.edge.dispatcher.now());
        }
        found
    }

    async fn create(&self, draft: Draft) -> Result<Opened, Problem> {
        let dispatcher = &self.edge.dispatcher;
        let (before, verified) = (dispatcher.now(), draft.party.is_some());
        let command = Command::Create(Box::new(draft));
        let asked = dispatcher.ask(Request { caller: visitor(None), command, key: None }).await;
        let conversation = match asked.outcome? {
            Shown::Conversation(conversation) => conversation,
            Shown::Message { conversation, .. } => find(self.edge, conversation)?,
            _ => return Err(Problem::new(Kind::Internal, "a creation was not answered with a conversation")),
        };
        let joined = verified && conversation.created_at < before;
        let token = self.edge.auth.issue_customer(conversation.id());
        let answer = OpenedConversation {
            conversation: PublicView::from(&*conversation),
            customer_token: token.clone(),
            expires_at: None,
            joined,
        };
        Ok(Opened { body: serde_json::to_vec(&answer).unwrap_or_default(), token, joined })
    }

    /// What the work stream declares.
    fn declared(&self) -> &[Variable] {
        let stream = self.config.work_streams.get(&self.channel.work_stream_id);
        stream.map(|stream| stream.context_variables.as_slice()).unwrap_or_default()
    }

    /// Outside its hours a channel takes nothing new.
    fn in_hours(&self) -> Result<(), Problem> {
        let opening = describe::opening(self.config, self.channel, self.edge.dispatcher.now());
        if opening.open {
            return Ok(());
        }
        let mut problem =
            Problem::new(Kind::OutsideHours, "this chat is closed now; opens_at says until when");
        problem.opens_at = opening.changes_at.map(At);
        Err(problem)
    }

    /// One open conversation a visitor. A verified one's is no reason: its own is joined, and on a shared computer the one
    /// before may be another's.
    fn is_new(&self) -> Result<(), Problem> {
        let open = known(self.edge, self.request, self.id).and_then(|id| still_open(self.edge, id));
        let Some(open) = open.filter(|open| open.born.party.is_none()) else {
            return Ok(());
        };
        let mut problem = Problem::new(Kind::Conflict, "this visitor has an open conversation");
        problem.current_state = Some(open.status.as_str());
        Err(problem)
    }
}

/// Refuses what comes too often.
pub fn too_many(what: &str, seconds: u32) -> Problem {
    Problem::new(Kind::RateLimited, what).after(seconds)
}

fn find(edge: &Edge, id: ConversationId) -> Result<Arc<Conversation>, Problem> {
    let found = edge.dispatcher.read().conversation(id);
    let found = found.map_err(|_| Problem::new(Kind::Rebuilding, "the archive is being rebuilt"))?;
    found.ok_or_else(|| Problem::not_found("conversation"))
}

/// The live-chat channel of this id.
fn channel_of(config: &Config, id: &str) -> Result<(ChannelId, Arc<Channel>), Problem> {
    let id = ChannelId::from(id);
    let channel = config.channels.get(&id).filter(|channel| channel.kind == ChannelType::LiveChat);
    let channel = channel.ok_or_else(|| Problem::not_found("live-chat channel"))?.clone();
    Ok((id, channel))
}

fn draft(
    given_by: WidgetConversation,
    id: &ChannelId,
    channel: &Channel,
    declared: &[Variable],
) -> Result<Draft, Problem> {
    let survey = given_by.survey.unwrap_or_default();
    let answers = survey::take(channel, declared, &survey).map_err(Problem::invalid)?;
    let text = match given_by.message {
        Some(WidgetMessage::Text(text)) => Some(text).filter(|text| !text.is_empty()),
        Some(WidgetMessage::Object(message)) => Some(message.text),
        None => None,
    };
    let say = |text: String| Say {
        attachments: Vec::new(),
        text: text.into(),
        visibility: Visibility::Public,
        client_message_id: None,
    };
    let language = given_by.language.as_deref().and_then(|wanted| channel.live_chat.language(wanted));
    Ok(Draft {
        correspondent: None,
        channel_id: id.clone(),
        customer: answers.customer,
        context: answers.context,
        message: text.map(say),
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: true,
        record: None,
        party: None,
        language: language.cloned(),
    })
}

/// The visitor's last conversation on this channel, by its cookie.
fn known(edge: &Edge, request: &HttpRequest, channel: &ChannelId) -> Option<ConversationId> {
    let name = origin::cookie_name(channel);
    let pairs = request
        .headers()
        .get_all(COOKIE)
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let token = pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name)?.1;
    edge.auth.verify_customer(token).ok()
}

fn still_open(edge: &Edge, id: ConversationId) -> Option<Arc<Conversation>> {
    let conversation = edge.dispatcher.read().conversation(id).ok()??;
    Some(conversation).filter(|open| !matches!(open.status, Status::WrapUp | Status::Closed))
}

#[cfg(test)]
mod tests;
