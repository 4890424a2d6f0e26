//! Problems: every error answer of the product, over HTTP and on sockets, as RFC 9457 has it.
//!
//! Owns the one table from codes to statuses. Does not know which path asked, nor how a socket frames it.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::time::At;
use crate::actors::shown::AskError;
use crate::domain::command::{Code, FieldProblem, Refusal};
use crate::domain::context::ContextError;
use crate::domain::conversation::Status;
use crate::domain::offer::OfferEnd;

/// Media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, as a stable name. [`Kind::Refused`] is a refusal of the house; the others are the edge's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // the table below says what each is
pub enum Kind {
    Refused(Code),
    NotJson,
    BadRequest,
    UnknownFrame,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    PreconditionFailed,
    TooLarge,
    MediaType,
    Invalid,
    KeyReused,
    Conflict,
    OutsideHours,
    RateLimited,
    IdentityKeys,
    Busy,
    Full,
    Rebuilding,
    Unavailable,
    Stopping,
    Internal,
}

impl Kind {
    /// THE table: status, code, title. Codes are stable and documented; titles are for people.
    pub fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Refused(code) => refusal_row(code),
            Self::NotJson => (400, "not_json", "The body is not JSON"),
            Self::BadRequest => (400, "bad_request", "The request cannot be read"),
            Self::UnknownFrame => (400, "unknown_frame", "There is no frame of this type"),
            Self::Unauthorized => (401, "unauthorized", "No token, or one that is not valid"),
            Self::Forbidden => (403, "forbidden", "The role of this token does not allow it"),
            Self::NotFound => (404, "not_found", "There is no such thing"),
            Self::MethodNotAllowed => (405, "method_not_allowed", "This path does not take that method"),
            Self::PreconditionFailed => (412, "version_mismatch", "It has changed since"),
            Self::TooLarge => (413, "too_large", "The body is too large"),
            Self::MediaType => (415, "unsupported_media_type", "The body is not of a media type taken here"),
            Self::Invalid => (422, "invalid", "Some values are wrong"),
            Self::KeyReused => (422, "idempotency_key_reused", "This idempotency key came with another body"),
            Self::Conflict => (409, "conflict", "The present state does not allow it"),
            Self::OutsideHours => (409, "outside_hours", "The channel takes nothing at this hour"),
            Self::IdentityKeys => (
                503,
                "identity_keys_unavailable",
                "The key that visitors' tokens are signed with is not at hand",
            ),
            Self::RateLimited => (429, "rate_limited", "Too many requests"),
            Self::Busy => (503, "busy", "Too much is under way"),
            Self::Full => (503, "full", "As many conversations are unfinished as this server holds"),
            Self::Rebuilding => (503, "rebuilding", "The archive is being rebuilt"),
            Self::Unavailable => {
                (503, "unavailable", "The store did not take it; whether it happened is not known")
            }
            Self::Stopping => (503, "stopping", "The server is closing"),
            Self::Internal => (500, "internal", "Something broke here"),
        }
    }

    /// Every kind, for the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        const OWN: [Kind; 22] = [
            Kind::NotJson,
            Kind::BadRequest,
            Kind::UnknownFrame,
            Kind::Unauthorized,
            Kind::Forbidden,
            Kind::NotFound,
            Kind::MethodNotAllowed,
            Kind::PreconditionFailed,
            Kind::TooLarge,
            Kind::MediaType,
            Kind::Invalid,
            Kind::KeyReused,
            Kind::Conflict,
            Kind::OutsideHours,
            Kind::RateLimited,
            Kind::IdentityKeys,
            Kind::Busy,
            Kind::Full,
            Kind::Rebuilding,
            Kind::Unavailable,
            Kind::Stopping,
            Kind::Internal,
        ];
        OWN.into_iter().chain(CODES.into_iter().map(Kind::Refused))
    }
}

/// Every code of a refusal.
const CODES: [Code; 28] = [
    Code::UnknownConversation,
    Code::UnknownRecord,
    Code::UnknownOffer,
    Code::UnknownResource,
    Code::Invalid,
    Code::NotYours,
    Code::IllegalTransition,
    Code::ConversationEnded,
    Code::OfferEnded,
    Code::NotDeclinable,
    Code::Taken,
    Code::NotPickable,
    Code::NotAMember,
    Code::NoCapacity,
    Code::NotConnected,
    Code::Inactive,
    Code::TooManyOffers,
    Code::NotAParticipant,
    Code::AlreadyAParticipant,
    Code::TooManyParticipants,
    Code::InternalOnly,
    Code::ConversationFull,
    Code::WorkStreamInactive,
    Code::InUse,
    Code::BuiltIn,
    Code::QueueTypeMismatch,
    Code::VersionMismatch,
    Code::Parked,
];

fn refusal_row(code: Code) -> (u16, &'static str, &'static str) {
    match code {
        Code::UnknownConversation => (404, "unknown_conversation", "There is no such conversation"),
        Code::UnknownRecord => (404, "unknown_record", "The record has no unfinished work item"),
        Code::UnknownOffer => (404, "unknown_offer", "There is no such offer"),
        Code::UnknownResource => Kind::NotFound.row(),
        Code::Invalid => Kind::Invalid.row(),
        Code::NotYours => (403, "not_yours", "It is somebody else's; this takes the agent who has it"),
        Code::IllegalTransition => (409, "illegal_transition", "The conversation's state does not allow it"),
        Code::ConversationEnded => {
            (409, "conversation_ended", "The conversation has ended; start a new one to write again")
        }
        Code::OfferEnded => (409, "offer_ended", "The offer has ended"),
        Code::NotDeclinable => (409, "not_declinable", "This offer cannot be declined"),
        Code::Taken => (409, "taken", "Somebody else has it"),
        Code::NotPickable => (409, "not_pickable", "This work stream is not picked from"),
        Code::NotAMember => (409, "not_a_member", "The agent does not serve that queue"),
        Code::NoCapacity => (409, "no_capacity", "The agent has no capacity for it"),
        Code::NotConnected => (409, "not_connected", "The agent is not connected"),
        Code::Inactive => (409, "inactive", "The agent is inactive after a missed offer"),
        Code::TooManyOffers => (409, "too_many_offers", "As many offers are open to the agent as may be"),
        Code::NotAParticipant => (409, "not_a_participant", "The agent takes no part in it"),
        Code::AlreadyAParticipant => (409, "already_a_participant", "The agent takes part in it already"),
        Code::TooManyParticipants => (409, "too_many_participants", "As many take part in it as may"),
        Code::InternalOnly => (403, "internal_only", "A consulted agent writes internally only"),
        Code::ConversationFull => (
            409,
            "conversation_full",
            "The conversation is as long as it may be; end it and start a new one to write again",
        ),
        Code::WorkStreamInactive => (409, "work_stream_inactive", "The work stream takes nothing new"),
        Code::InUse => (409, "in_use", "It is in use"),
        Code::BuiltIn => (409, "built_in", "It is built in"),
        Code::QueueTypeMismatch => (409, "queue_type_mismatch", "Messages and records do not share a queue"),
        Code::VersionMismatch => Kind::PreconditionFailed.row(),
        Code::Parked => (500, "parked", "It failed three times and was put aside"),
    }
}

/// A wrong field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON Pointer into the body; of a query parameter, its name after a slash.
    #[schema(example = "/distribution/mode")]
    pub field: String,
    /// What is wrong with it, for people.
    pub message: String,
}

impl FieldError {
    /// A wrong field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// An error answer (RFC 9457).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Where the code is documented.
    #[serde(rename = "type")]
    #[schema(example = "/docs#problem-invalid")]
    pub kind: String,
    /// What the code means.
    pub title: &'static str,
    /// HTTP status, also on sockets.
    pub status: u16,
    /// What happened here.
    pub detail: String,
    /// Stable name.
    #[schema(example = "invalid")]
    pub code: &'static str,
    /// Every wrong field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// State of the conversation; of an offer, how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_state: Option<&'static str>,
    /// Who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// `outside_hours`: when it opens again; absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub opens_at: Option<At>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Seconds after which it may be tried again, as in `Retry-After`; absent where that would not help.
    #[serde(rename = "retry_after_seconds", skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem of this kind; `detail` says what happened here.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (status, code, title) = kind.row();
        let retryable = matches!(status, 429 | 503);
        Self {
            kind: format!("/docs#problem-{code}"),
            title,
            status,
            detail: detail.into(),
            code,
            errors: Vec::new(),
            current_state: None,
            agent_id: None,
            opens_at: None,
            retryable,
            retry_after: retryable.then_some(1),
        }
    }

    /// Wrong fields (422).
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => format!("{}: {}", only.field, only.message),
            more => format!("{} fields are wrong", more.len()),
        };
        Self { errors, ..Self::new(Kind::Invalid, detail) }
    }

    /// One wrong field (422).
    pub fn field(field: &str, message: &str) -> Self {
        Self::invalid(vec![FieldError::new(field, message)])
    }

    /// No such resource (404).
    pub fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, format!("there is no {what} of this id"))
    }

    /// The problem for a refusal; `context` is the pointer of the context map in the body
    /// (`/context`, or nothing where the body is the map itself).
    pub fn of_refusal(refusal: &Refusal, context: &str) -> Self {
        let errors: Vec<FieldError> = refusal.fields.iter().map(|f| field_error(f, context)).collect();
        let mut problem = if errors.is_empty() {
            let kind = Kind::Refused(refusal.code);
            let (_, _, title) = kind.row();
            Self::new(kind, title.to_lowercase())
        } else {
            Self { errors: Vec::new(), ..Self::invalid(errors.clone()) }
        };
        problem.errors = errors;
        problem.current_state =
            refusal.offer_end.map(OfferEnd::as_str).or(refusal.status.map(Status::as_str));
        problem.agent_id = refusal.agent.as_ref().map(ToString::to_string);
        problem
    }

    /// The problem for a question that got no good answer; `context` as in [`Self::of_refusal`].
    pub fn of_ask(error: &AskError, context: &str) -> Self {
        match error {
            AskError::Refused(refusal) => Self::of_refusal(refusal, context),
            AskError::Busy { retry_after } => {
                Self::new(Kind::Busy, "too much is under way; nothing happened").after(*retry_after)
            }
            AskError::Full { retry_after } => Self::new(
                Kind::Full,
                "as many conversations are unfinished as this server holds; nothing happened",
            )
            .after(*retry_after),
            AskError::Unavailable { retry_after } => Self::new(
                Kind::Unavailable,
                "the store did not take it; ask what happened before you repeat it",
            )
            .after(*retry_after),
            AskError::Stopping => {
                Self::new(Kind::Stopping, "the server is closing; nothing happened").after(5)
            }
            AskError::KeyReused => {
                Self::new(Kind::KeyReused, "the same Idempotency-Key came with another body before")
            }
        }
    }

    /// The same, with these seconds for `Retry-After`.
    #[must_use]
    pub fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
    }
}

/// The field that the house found wrong; `context` as in [`Problem::of_refusal`].
pub fn field_error(problem: &FieldProblem, context: &str) -> FieldError {
    let at = |key: &str| format!("{context}/{}", escape_pointer(key));
    match problem {
        FieldProblem::UnknownChannel(id) => FieldError::new("/channel_id", format!("no channel {id}")),
        FieldProblem::EntityChannel(id) => FieldError::new(
            "/channel_id",
            format!("{id} takes records, which come in over /v1/entities/route"),
        ),
        FieldProblem::UnknownWorkStream(id) => {
            FieldError::new("/work_stream_id", format!("no work stream {id}"))
        }
        FieldProblem::UnknownQueue(id) => FieldError::new("/queue_id", format!("no queue {id}")),
        FieldProblem::UnknownAgent(id) => FieldError::new("/agent_id", format!("no agent {id}")),
        FieldProblem::UnknownCustomer(id) => {
            FieldError::new("/customer/id", format!("no customer record {id}"))
        }
        FieldProblem::UnknownSkill(at, id) => {
            FieldError::new(format!("/skills/{at}/skill_id"), format!("no skill {id}"))
        }
        FieldProblem::SkillLevel(at, max) => FieldError::new(
            format!("/skills/{at}/min_level"),
            format!("the skill's levels run from 1 to {max}"),
        ),
        FieldProblem::UnknownPresence(id) => FieldError::new("/presence", format!("no presence {id}")),
        FieldProblem::Context(ContextError::NotANumber(key)) => {
            FieldError::new(at(key), "this variable is a number")
        }
        FieldProblem::Context(ContextError::TooLong(key)) => {
            FieldError::new(at(key), "a value has at most 4,000 characters")
        }
        FieldProblem::Context(ContextError::BadKey(key)) => {
            FieldError::new(at(key), "a key has 1 to 100 characters")
        }
        FieldProblem::Context(ContextError::TooMany) => FieldError::new(context, "at most 200 keys"),
    }
}

/// One reference token of a JSON Pointer (RFC 6901).
pub fn escape_pointer(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::of_refusal(&refusal, "/context")
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        Self::of_ask(&error, "/context")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CONTENT_TYPE, PROBLEM_JSON));
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if self.status == 401 {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        response.body(serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_code_means_one_status_and_one_title() {
        let mut seen = BTreeMap::new();
        for kind in Kind::all() {
            let (status, code, title) = kind.row();
            assert_eq!(
                seen.insert(code, (status, title)).unwrap_or((status, title)),
                (status, title),
                "{code}"
            );
        }
        assert!(seen.len() > 30);
    }

    #[test]
    fn a_lost_race_says_the_state_and_who_has_it() {
        let refusal = Refusal {
            status: Some(Status::Active),
            agent: Some("ben".into()),
            ..Refusal::of(Code::IllegalTransition)
        };
        let json = serde_json::to_value(Problem::from(refusal)).unwrap();
        assert_eq!(json["status"], 409);
        assert_eq!(json["current_state"], "active");
        assert_eq!(json["agent_id"], "ben");
        assert_eq!(json["retryable"], false);
        assert!(json.get("errors").is_none() && json.get("retry_after").is_none());
    }

    #[test]
    fn context_errors_point_into_the_body_that_was_sent() {
        let wrong = ContextError::NotANumber("a/b".into());
        let refusal = Refusal::fields(vec![FieldProblem::Context(wrong)]);
        assert_eq!(Problem::of_refusal(&refusal, "").errors[0].field, "/a~1b");
        assert_eq!(Problem::from(refusal).errors[0].field, "/context/a~1b");
    }
}
