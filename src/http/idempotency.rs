//! `Idempotency-Key`: what it covers, and how a replayed answer is marked. The memory is the house's.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::auth::Source;
use super::error::{PROBLEM_JSON, Problem};
use crate::domain::record::KeyDigest;
use crate::limits::MAX_IDEMPOTENCY_KEY;

/// Name of the request header.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Marks an answer that was given before.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Digests of the key (with caller, method and path) and of the body, if the request has a key.
pub fn key(
    request: &HttpRequest,
    caller: &Source,
    body: &[u8],
) -> Result<Option<(KeyDigest, [u8; 16])>, Problem> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let value = value.as_bytes();
    if value.is_empty() || value.len() > MAX_IDEMPOTENCY_KEY {
        return Err(Problem::field("/Idempotency-Key", "a key has 1 to 255 characters"));
    }
    let (kind, caller) = name(caller);
    let (method, path) = (request.method().as_str(), request.path());
    let digest = cut(&[kind.as_bytes(), caller.as_bytes(), method.as_bytes(), path.as_bytes(), value]);
    Ok(Some((KeyDigest(digest), cut(&[body]))))
}

/// The key of a provider's message: the same id over the same channel is the same message, whatever comes with it.
pub fn inbound_key(channel: &str, id: &str) -> KeyDigest {
    KeyDigest(cut(&[b"inbound", channel.as_bytes(), id.as_bytes()]))
}

/// Who a caller is, whatever its token and its role are by now.
fn name(caller: &Source) -> (&'static str, &str) {
    match caller {
        Source::Administrator => ("administrator", ""),
        Source::ApiKey(id, _) => ("key", id.as_str()),
        Source::Agent(id, _) => ("agent", id.as_str()),
    }
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
    use crate::domain::time::Timestamp;

    #[test]
    fn the_digest_covers_caller_path_and_key_and_the_body_apart() {
        let by = |caller: &Source, path: &str, text: &'static str| {
            let request =
                TestRequest::post().uri(path).insert_header((IDEMPOTENCY_KEY, text)).to_http_request();
            key(&request, caller, b"{}").unwrap().unwrap()
        };
        let at = |path: &str, text: &'static str| by(&Source::Administrator, path, text);
        assert_eq!(at("/a", "1"), at("/a", "1"));
        assert_ne!(at("/a", "1").0, at("/b", "1").0);
        assert_ne!(at("/a", "1").0, at("/a", "2").0);
        assert_eq!(at("/a", "1").1, at("/b", "2").1);
        let agent = |made| by(&Source::Agent("ann".into(), Timestamp(made)), "/a", "1");
        let api_key = by(&Source::ApiKey("ann".into(), [0; 32]), "/a", "1");
        assert_eq!(agent(1), agent(2), "another token of the same agent");
        assert_ne!(agent(1).0, api_key.0);
    }
}
