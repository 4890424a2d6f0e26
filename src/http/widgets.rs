//! The widget call (CONTRACT §6): a page's visitor opens a conversation.
//!
//! Anonymous: neither priority nor skills nor an identity can be said. Context comes from survey answers of declared
//! variables, kept as text where they do not fit; `name`, `email` and `phone` are shown and identify nobody. A visitor is
//! known by an `HttpOnly` cookie that holds the token of its last conversation on this channel: while that one is open,
//! another is a 409.

mod limit;
mod origin;

use std::collections::BTreeMap;

use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use limit::Limiter;

use super::body::Body;
use super::error::{Kind, Problem};
use super::wire::conversation::PublicView;
use super::wire::request::{MAX_TEXT, survey_schema};
use super::wire::value::given;
use super::{Edge, resource};
use crate::actors::shown::Shown;
use crate::domain::command::{Command, Draft, Request, Say};
use crate::domain::config::{ChannelType, Config};
use crate::domain::context::Given;
use crate::domain::conversation::{CustomerRef, Status, Visibility};
use crate::domain::ids::{ChannelId, ConversationId};
use crate::ws::customer::visitor;

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    let path = resource("/v1/widgets/{channel_id}/conversations");
    app.service(
        path.route(web::post().to(open)).route(web::method(actix_web::http::Method::OPTIONS).to(preflight)),
    );
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
    /// Answers by question; only those of declared variables, and name, email and phone, are kept.
    #[serde(default)]
    #[schema(schema_with = survey_schema, required = false)]
    survey: Option<BTreeMap<String, Value>>,
    /// An identity (JWT). Not yet: 422.
    token: Option<String>,
}

/// The visitor's conversation and the token for its socket.
#[derive(Serialize, ToSchema)]
pub struct OpenedConversation<'a> {
    conversation: PublicView<'a>,
    /// For `GET /v1/customer-session`.
    customer_token: String,
    /// Always `null`: the token ends with its conversation.
    #[schema(value_type = Option<String>)]
    expires_at: Option<super::wire::time::At>,
}

async fn preflight(
    edge: web::Data<Edge>,
    request: HttpRequest,
    channel: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let (_, allowed) = channel_of(&edge.dispatcher.config(), &channel)?;
    let origin = origin::check(&request, &allowed)?;
    Ok(origin.preflight())
}

async fn open(
    edge: web::Data<Edge>,
    request: HttpRequest,
    channel: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let config = edge.dispatcher.config();
    let (channel, allowed) = channel_of(&config, &channel)?;
    let origin = origin::check(&request, &allowed)?;
    let mut response = match opened(&edge, &config, &request, &channel, &body).await {
        Ok((answer, token)) => {
            HttpResponse::Created().insert_header((SET_COOKIE, origin.cookie(&channel, &token))).body(answer)
        }
        Err(problem) => problem.error_response(),
    };
    if response.status().is_success() {
        let json = actix_web::http::header::HeaderValue::from_static("application/json");
        response.headers_mut().insert(actix_web::http::header::CONTENT_TYPE, json);
    }
    origin.mark(&mut response);
    Ok(response)
}

/// The answer and the token in it.
async fn opened(
    edge: &Edge,
    config: &Config,
    request: &HttpRequest,
    channel: &ChannelId,
    body: &Body,
) -> Result<(Vec<u8>, String), Problem> {
    let given: WidgetConversation = body.json_or_default(&edge.schemas)?;
    if given.token.is_some() {
        return Err(Problem::field("/token", "identities of visitors are not taken yet"));
    }
    let draft = draft(given, channel, config);
    if draft.message.as_ref().is_some_and(|say| say.text.chars().count() > MAX_TEXT) {
        return Err(Problem::field("/message", "must have at most 10000 characters"));
    }
    let known = known(edge, request, channel);
    if let Some(status) = known.and_then(|id| still_open(edge, id)) {
        let mut problem = Problem::new(Kind::Conflict, "this visitor has an open conversation");
        problem.current_state = Some(status.as_str());
        return Err(problem);
    }
    let address = request.peer_addr().map(|address| address.ip());
    edge.visitors.take(address, edge.dispatcher.now()).map_err(|seconds| {
        Problem::new(Kind::RateLimited, "too many conversations from this address").after(seconds)
    })?;
    let command = Command::Create(Box::new(draft));
    let asked = edge.dispatcher.ask(Request { caller: visitor(None), command, key: None }).await;
    match asked.outcome? {
        Shown::Conversation(conversation) => {
            let token = edge.auth.issue_customer(conversation.id());
            let answer = OpenedConversation {
                conversation: PublicView::from(&*conversation),
                customer_token: token.clone(),
                expires_at: None,
            };
            Ok((serde_json::to_vec(&answer).unwrap_or_default(), token))
        }
        _ => Err(Problem::new(Kind::Internal, "a creation was not answered with a conversation")),
    }
}

/// The live-chat channel of this id, and the origins that may embed it.
fn channel_of(config: &Config, id: &str) -> Result<(ChannelId, Vec<String>), Problem> {
    let id = ChannelId::from(id);
    let channel = config.channels.get(&id).filter(|channel| channel.kind == ChannelType::LiveChat);
    let channel = channel.ok_or_else(|| Problem::not_found("live-chat channel"))?;
    Ok((id, channel.allowed_origins.clone()))
}

fn draft(given_by: WidgetConversation, channel: &ChannelId, config: &Config) -> Draft {
    let survey = given_by.survey.unwrap_or_default();
    let text = |key: &str| match survey.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.chars().take(320).collect::<String>()),
        _ => None,
    };
    let customer = CustomerRef {
        name: text("name"),
        email: text("email"),
        phone: text("phone"),
        ..CustomerRef::default()
    };
    let stream = config.channels.get(channel).and_then(|c| config.work_streams.get(&c.work_stream_id));
    let declared = stream.map(|stream| stream.context_variables.as_slice()).unwrap_or_default();
    let context: BTreeMap<String, Given> = declared
        .iter()
        .filter_map(|variable| {
            let value = given(survey.get(&variable.name)?).ok()??;
            Some((variable.name.clone(), value))
        })
        .collect();
    let text = match given_by.message {
        Some(WidgetMessage::Text(text)) => Some(text).filter(|text| !text.is_empty()),
        Some(WidgetMessage::Object(message)) => Some(message.text),
        None => None,
    };
    let say =
        |text: String| Say { text: text.into(), visibility: Visibility::Public, client_message_id: None };
    Draft {
        channel_id: channel.clone(),
        customer,
        context,
        message: text.map(say),
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: true,
    }
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

fn still_open(edge: &Edge, id: ConversationId) -> Option<Status> {
    let conversation = edge.dispatcher.read().conversation(id).ok()??;
    Some(conversation.status).filter(|status| !matches!(status, Status::WrapUp | Status::Closed))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::config::{Change, Channel};
    use crate::domain::context::{Variable, VariableType};

    fn config() -> Config {
        let mut config = Config::default();
        let id: crate::domain::ids::WorkStreamId = "default-live-chat".into();
        let mut stream = (*config.work_streams[&id]).clone();
        let tier = Variable { name: "tier".into(), display_name: "Tier".into(), kind: VariableType::Text };
        stream.context_variables = vec![tier];
        config.apply(&Change::PutWorkStream(id.clone(), Arc::new(stream)));
        let channel = Channel {
            name: "Web".into(),
            kind: ChannelType::LiveChat,
            work_stream_id: id,
            allowed_origins: Vec::new(),
        };
        config.apply(&Change::PutChannel("web".into(), Arc::new(channel)));
        config
    }

    #[test]
    fn a_survey_gives_declared_context_and_a_name_but_never_an_identity() {
        let body = r#"{"survey":{"tier":"gold","name":"Kim","id":"vip","sneaky":1},"message":"hi"}"#;
        let draft = draft(serde_json::from_str(body).unwrap(), &"web".into(), &config());
        assert_eq!(draft.context.keys().collect::<Vec<_>>(), ["tier"]);
        assert_eq!((draft.customer.id, draft.customer.name), (None, Some("Kim".to_owned())));
        assert!(draft.lenient && draft.message.is_some() && draft.priority.is_none());
    }

    #[test]
    fn only_live_chat_has_a_widget() {
        assert_eq!(channel_of(&config(), "sms").unwrap_err().status, 404);
        assert!(channel_of(&config(), "web").is_ok());
    }
}
