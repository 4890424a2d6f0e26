//! Entity tags: the version of a resource, and the conditions that callers put on it.

use actix_web::HttpRequest;
use actix_web::http::header::{ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH};

use super::error::{Kind, Problem};

/// The header for a version.
pub fn etag(version: u64) -> (HeaderName, String) {
    (ETAG, format!("\"{version}\""))
}

/// What a caller's `If-Match` demands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IfMatch {
    /// Nothing.
    Unset,
    /// That it exists.
    Any,
    /// That it is at one of these versions. Tags that are not ours match nothing.
    OneOf(Vec<u64>),
}

impl IfMatch {
    /// Reads the header; several header lines count as one list.
    pub fn of(request: &HttpRequest) -> Self {
        let mut lines = request.headers().get_all(IF_MATCH).peekable();
        if lines.peek().is_none() {
            return Self::Unset;
        }
        let mut versions = Vec::new();
        for line in lines {
            for tag in line.to_str().unwrap_or_default().split(',').map(str::trim) {
                if tag == "*" {
                    return Self::Any;
                }
                // Weak tags never match here: RFC 9110 §13.1.1 asks for the strong comparison.
                versions.extend(
                    tag.strip_prefix('"')
                        .and_then(|t| t.strip_suffix('"'))
                        .and_then(|t| t.parse::<u64>().ok()),
                );
            }
        }
        Self::OneOf(versions)
    }

    /// Checks it against what is there now (`None`: nothing). Gives the version that the house must find
    /// when it decides; `None` where the caller demands none.
    pub fn expect(&self, current: Option<u64>) -> Result<Option<u64>, Problem> {
        match (self, current) {
            (Self::Unset, _) => Ok(None),
            (Self::Any, Some(version)) => Ok(Some(version)),
            (Self::OneOf(versions), Some(version)) if versions.contains(&version) => Ok(Some(version)),
            _ => Err(mismatch("it is not at the version that If-Match names")),
        }
    }
}

/// Whether the caller demands that the resource does not exist (`If-None-Match: *`).
pub fn must_be_new(request: &HttpRequest) -> bool {
    request.headers().get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == b"*")
}

/// A condition that does not hold (412).
pub fn mismatch(detail: &str) -> Problem {
    Problem::new(Kind::PreconditionFailed, detail)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_a_strong_tag_of_the_present_version_matches() {
        let of = |text: &str| {
            IfMatch::of(&TestRequest::default().insert_header((IF_MATCH, text)).to_http_request())
        };
        assert_eq!(of("\"7\", \"9\"").expect(Some(9)).unwrap(), Some(9));
        assert_eq!(of("*").expect(Some(3)).unwrap(), Some(3));
        for (tag, current) in [("\"7\"", Some(8)), ("W/\"7\"", Some(7)), ("*", None), ("nonsense", Some(1))] {
            assert_eq!(of(tag).expect(current).unwrap_err().status, 412, "{tag}");
        }
        assert_eq!(IfMatch::of(&TestRequest::default().to_http_request()).expect(None).unwrap(), None);
    }
}
