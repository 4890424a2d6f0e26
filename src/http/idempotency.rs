//! `Idempotency-Key`: what it covers, and how a replayed answer is marked. The memory is the house's.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::Edge;
use super::error::{PROBLEM_JSON, Problem};
use crate::actors::shown::Shown;
use crate::domain::command::{Caller, Command, Request};
use crate::domain::record::{KeptAnswer, KeyDigest};
use crate::limits::MAX_IDEMPOTENCY_KEY;

/// Name of the request header.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Marks an answer that was given before.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Digests of the key (with caller, method and path) and of the body, if the request has a key.
pub fn key(
    request: &HttpRequest,
    caller: &Caller,
    body: &[u8],
) -> Result<Option<(KeyDigest, [u8; 16])>, Problem> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let value = value.as_bytes();
    if value.is_empty() || value.len() > MAX_IDEMPOTENCY_KEY {
        return Err(Problem::field("/Idempotency-Key", "a key has 1 to 255 characters"));
    }
    let caller = format!("{:?}", caller.by);
    let digest =
        cut(&[caller.as_bytes(), request.method().as_str().as_bytes(), request.path().as_bytes(), value]);
    Ok(Some((KeyDigest(digest), cut(&[body]))))
}

/// Digest of parts, each with its length, so that no two lists of parts run together.
fn cut(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

/// Marks the answer if it was given before.
pub fn mark(response: &mut HttpResponse, replayed: bool) {
    if replayed {
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
}

/// Keeps a problem that the edge found by itself (404, 422) for the key, and gives what the first request
/// with that key was answered: this problem, or what was kept. Other problems are not kept.
pub async fn keep(
    edge: &Edge,
    caller: &Caller,
    key: Option<(KeyDigest, [u8; 16])>,
    problem: Problem,
) -> Result<HttpResponse, Problem> {
    if key.is_none() || !matches!(problem.status, 404 | 409 | 422) {
        return Err(problem);
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let command = Command::Keep(KeptAnswer::Rendered { status: problem.status, body });
    let asked = edge.dispatcher.ask(Request { caller: caller.clone(), command, key }).await;
    match asked.outcome {
        Ok(Shown::Rendered(status, body)) => {
            let mut response = rendered(status, &body);
            mark(&mut response, asked.replayed);
            Ok(response)
        }
        Ok(_) => Err(problem),
        Err(error) => Err(error.into()),
    }
}

/// A kept answer, as it was sent.
pub fn rendered(status: u16, body: &[u8]) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let media_type = if status.is_success() { "application/json" } else { PROBLEM_JSON };
    HttpResponse::build(status).insert_header((CONTENT_TYPE, media_type)).body(body.to_vec())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_digest_covers_caller_path_and_key_and_the_body_apart() {
        let at = |path: &str, text: &'static str| {
            let request =
                TestRequest::post().uri(path).insert_header((IDEMPOTENCY_KEY, text)).to_http_request();
            key(&request, &Caller::system(), b"{}").unwrap().unwrap()
        };
        assert_eq!(at("/a", "1"), at("/a", "1"));
        assert_ne!(at("/a", "1").0, at("/b", "1").0);
        assert_ne!(at("/a", "1").0, at("/a", "2").0);
        assert_eq!(at("/a", "1").1, at("/b", "2").1);
    }
}
