//! Request bodies: read once under a bound, then taken strictly.
//!
//! A handler takes [`Body`], checks the role, and only then asks for the value, so that a caller without the
//! role learns nothing about the body. Values are checked against the very schema that `/openapi.json` serves.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{Kind, Problem};
use super::schema::Schemas;
use crate::limits::{MAX_BODY, MAX_DRAIN, MAX_LARGE_BODY};

/// A request body, not yet looked at.
#[derive(Clone, Debug)]
pub struct Body {
    bytes: Bytes,
    media_type: String,
}

impl Body {
    /// The bytes as they came; what the idempotency memory compares.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The value. 415, 400, or a 422 that names every wrong field.
    pub fn json<T: DeserializeOwned + ToSchema>(&self, schemas: &Schemas) -> Result<T, Problem> {
        schemas.take_read(&self.value()?, &self.bytes)
    }

    /// The value, or its default where there is no body at all.
    pub fn json_or_default<T: DeserializeOwned + ToSchema + Default>(
        &self,
        schemas: &Schemas,
    ) -> Result<T, Problem> {
        if self.bytes.is_empty() { Ok(T::default()) } else { self.json(schemas) }
    }

    /// The body as JSON of any shape.
    pub fn value(&self) -> Result<Value, Problem> {
        self.value_of(&["application/json"])
    }

    /// A merge patch (RFC 7396): an object.
    pub fn merge_patch(&self) -> Result<Value, Problem> {
        let patch = self.value_of(&["application/merge-patch+json", "application/json"])?;
        if patch.is_object() { Ok(patch) } else { Err(Problem::field("", "a merge patch here is an object")) }
    }

    fn value_of(&self, media_types: &[&str]) -> Result<Value, Problem> {
        if !media_types.contains(&self.media_type.as_str()) {
            return Err(Problem::new(Kind::MediaType, format!("send Content-Type: {}", media_types[0])));
        }
        serde_json::from_slice(&self.bytes).map_err(|error| not_json(&error))
    }
}

/// The body of a path that takes more than others: the whole configuration.
#[derive(Clone, Debug)]
pub struct LargeBody(pub Body);

fn not_json(error: &serde_json::Error) -> Problem {
    // The library's message may quote the text; the place is enough.
    Problem::new(Kind::NotJson, format!("not JSON at line {}, column {}", error.line(), error.column()))
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        take(request, payload, MAX_BODY)
    }
}

impl FromRequest for LargeBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = take(request, payload, MAX_LARGE_BODY);
        Box::pin(async move { body.await.map(Self) })
    }
}

fn take(request: &HttpRequest, payload: &mut Payload, limit: usize) -> <Body as FromRequest>::Future {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let media_type =
        header(CONTENT_TYPE).unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let announced = header(CONTENT_LENGTH).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let payload = payload.take();
    Box::pin(async move { Ok(Body { bytes: read(payload, announced, limit).await?, media_type }) })
}

async fn read(payload: Payload, announced: usize, limit: usize) -> Result<Bytes, Problem> {
    let mut payload = std::pin::pin!(payload);
    let mut bytes = Vec::with_capacity(announced.min(limit));
    let mut thrown_away = 0;
    while let Some(chunk) = std::future::poll_fn(|cx| payload.as_mut().poll_next(cx)).await {
        let chunk = chunk.map_err(|_| Problem::new(Kind::BadRequest, "the body broke off"))?;
        if thrown_away == 0 && bytes.len() + chunk.len() <= limit {
            bytes.extend_from_slice(&chunk);
            continue;
        }
        thrown_away += chunk.len();
        if thrown_away > MAX_DRAIN {
            break;
        }
    }
    if thrown_away > 0 {
        return Err(Problem::new(Kind::TooLarge, format!("a body has at most {limit} bytes")));
    }
    Ok(bytes.into())
}
