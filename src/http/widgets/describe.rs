//! What a page's visitor is shown and asked: the public part of a live-chat channel's settings, and whether it is open.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{channel_of, origin};
use crate::domain::config::{Channel, ChannelType, Config};
use crate::domain::hours;
use crate::domain::time::Timestamp;
use crate::http::Edge;
use crate::http::error::Problem;
use crate::http::wire::live_chat::{
    AuthenticationMode, Invitation, OfflinePage, Question, Texts, Theme, shown,
};
use crate::http::wire::request::MAX_TEXT;
use crate::http::wire::time::At;

/// Longest time for which the answer may be kept, in seconds.
const KEPT_SECONDS: i64 = 30;

/// A chat widget as its visitors may know it.
#[derive(Serialize, ToSchema)]
pub struct Widget {
    channel_id: String,
    /// Language tags of the texts; the first is the default.
    languages: Vec<String>,
    /// Heading of the panel by language.
    title: Texts,
    theme: Theme,
    /// Asked before the first message, in order.
    survey: Vec<Question>,
    /// Variables that the page may give beside the survey.
    page_variables: Vec<String>,
    /// Whether a conversation can be opened now.
    open: bool,
    /// When that changes; null: never.
    changes_at: Option<At>,
    /// Shown while it is not open; null: the widget hides.
    offline_page: Option<OfflinePage>,
    /// Whether a visitor's token is taken, or needed.
    authentication: AuthenticationMode,
    invitation: Option<Invitation>,
    /// For how long after the end the transcript can be fetched, in minutes.
    transcript_minutes: u32,
    /// Link of the survey after the chat; `{conversation_id}` stands for the id. `conversation.ended` has it filled in.
    post_chat_survey_url: Option<String>,
    /// Longest message, in characters.
    max_message_characters: usize,
    server_time: At,
}

/// Whether a channel is open, and when that changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opening {
    /// Whether it is.
    pub open: bool,
    /// When it is not any more, or is again; `None` is never.
    pub changes_at: Option<Timestamp>,
}

/// Whether the channel is open at an instant.
pub fn opening(config: &Config, channel: &Channel, now: Timestamp) -> Opening {
    let id = channel.live_chat.operating_hours_id.as_ref();
    let Some(it) = id.and_then(|id| config.operating_hours.get(id)) else {
        return Opening { open: true, changes_at: None };
    };
    Opening { open: hours::is_open(it, now), changes_at: hours::next_change(it, now) }
}

pub(super) async fn describe(
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let config = edge.dispatcher.config();
    let checked = channel_of(&config, &id).and_then(|(id, channel)| {
        let origin = origin::check(&request, |host| edge.is_host(&request, host), &channel.allowed_origins)?;
        Ok((id, channel, origin))
    });
    let (id, channel, origin) = match checked {
        Ok(checked) => checked,
        Err(problem) => return Ok(told_to_anyone(&problem)),
    };
    debug_assert_eq!(channel.kind, ChannelType::LiveChat);
    let now = edge.dispatcher.now();
    let opening = opening(&config, &channel, now);
    let left = opening.changes_at.map_or(KEPT_SECONDS, |at| at.ms_since(now) / 1000);
    let kept = format!("public, max-age={}", left.clamp(0, KEPT_SECONDS));
    let mut response = HttpResponse::Ok().insert_header((CACHE_CONTROL, kept)).json(widget(
        &id.to_string(),
        &channel,
        opening,
        now,
    ));
    origin.mark(&mut response);
    Ok(response)
}

/// A refusal that a page of any origin may read: who embeds a widget wrongly is told why.
fn told_to_anyone(problem: &Problem) -> HttpResponse {
    let mut response = problem.error_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    response
}

fn widget(id: &str, channel: &Channel, opening: Opening, now: Timestamp) -> Widget {
    let chat = &*channel.live_chat;
    let named = || chat.languages.first().map(|tag| (tag.to_string(), channel.name.clone()));
    let title = if chat.title.is_empty() { named().into_iter().collect() } else { shown(&chat.title) };
    Widget {
        channel_id: id.to_owned(),
        languages: chat.languages.iter().map(ToString::to_string).collect(),
        title,
        theme: Theme { color: chat.color.as_ref().map(ToString::to_string), position: chat.position.into() },
        survey: chat.survey.iter().map(Into::into).collect(),
        page_variables: chat.page_variables.iter().map(ToString::to_string).collect(),
        open: opening.open,
        changes_at: opening.changes_at.map(At),
        offline_page: chat.offline_page.as_ref().map(Into::into),
        authentication: chat.authentication.mode.into(),
        invitation: chat.invitation.as_ref().map(Into::into),
        transcript_minutes: chat.transcript_minutes,
        post_chat_survey_url: chat.post_chat_survey_url.as_ref().map(ToString::to_string),
        max_message_characters: MAX_TEXT,
        server_time: At(now),
    }
}
