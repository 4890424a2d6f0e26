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
    /// Reads the header.
    pub fn of(request: &HttpRequest) -> Self {
        match Named::of(request, &IF_MATCH) {
            Named::Nothing => Self::Unset,
            Named::Any => Self::Any,
            // Weak tags never match here: RFC 9110 §13.1.1 asks for the strong comparison.
            Named::Tags(tags) => Self::OneOf(
                tags.iter().filter(|tag| !tag.weak).filter_map(|tag| tag.opaque.parse().ok()).collect(),
            ),
        }
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
    Named::of(request, &IF_NONE_MATCH) == Named::Any
}

/// Whether the caller has what is there under this tag (`If-None-Match`): a 304 then. `*` is whatever there is, and weak tags
/// count like strong ones (RFC 9110 §13.1.2).
pub fn has_already(request: &HttpRequest, tag: &str) -> bool {
    match Named::of(request, &IF_NONE_MATCH) {
        Named::Nothing => false,
        Named::Any => true,
        Named::Tags(tags) => tags.iter().any(|known| known.opaque == tag.trim_matches('"')),
    }
}

/// What a condition names: one list, over however many header lines.
#[derive(PartialEq, Eq, Debug)]
enum Named {
    /// There is no such header.
    Nothing,
    /// `*`
    Any,
    /// Entity tags; what is none is left out.
    Tags(Vec<Tag>),
}

/// `"opaque"` or `W/"opaque"`.
#[derive(PartialEq, Eq, Debug)]
struct Tag {
    weak: bool,
    opaque: String,
}

impl Named {
    fn of(request: &HttpRequest, name: &HeaderName) -> Self {
        let mut lines = request.headers().get_all(name).peekable();
        if lines.peek().is_none() {
            return Self::Nothing;
        }
        let mut all = Vec::new();
        for line in lines {
            let line = line.to_str().unwrap_or_default();
            if line.trim() == "*" {
                return Self::Any;
            }
            all.extend(tags(line));
        }
        Self::Tags(all)
    }
}

/// The tags of a list. A tag may hold commas; what is not followed by a comma or the end is none.
fn tags(line: &str) -> Vec<Tag> {
    let (mut tags, mut rest) = (Vec::new(), line.trim());
    loop {
        let weak = rest.strip_prefix("W/");
        let quoted = weak.unwrap_or(rest).strip_prefix('"').and_then(|quoted| quoted.split_once('"'));
        let behind = match quoted {
            Some((opaque, behind)) => {
                if matches!(behind.trim_start().chars().next(), None | Some(',')) {
                    tags.push(Tag { weak: weak.is_some(), opaque: opaque.to_owned() });
                }
                behind
            }
            None => rest,
        };
        let Some((_, next)) = behind.split_once(',') else { return tags };
        rest = next.trim();
    }
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

    #[test]
    fn a_caller_has_it_already_under_any_tag_of_its_list_weak_or_strong_and_under_a_star() {
        let has = |lines: &[&str]| {
            let mut request = TestRequest::default();
            for line in lines {
                request = request.append_header((IF_NONE_MATCH, *line));
            }
            has_already(&request.to_http_request(), "\"7a\"")
        };
        for good in ["\"7a\"", "W/\"7a\"", "\"x\" , W/\"7a\"", "\"a,b\",\"7a\"", "*", " * ", ",\"7a\","] {
            assert!(has(&[good]), "{good}");
        }
        assert!(has(&["\"x\"", "\"7a\""]), "lines are one list");
        for wrong in ["", "7a", "\"7b\"", "w/\"7a\"", "\"7a", "\"x,\"7a\"", "\"*\"", "\"x\"\"7a\""] {
            assert!(!has(&[wrong]), "{wrong}");
        }
        assert!(!has(&[]));
    }

    #[test]
    fn only_a_star_says_that_it_must_be_new() {
        let new = |line: &str| {
            must_be_new(&TestRequest::default().insert_header((IF_NONE_MATCH, line)).to_http_request())
        };
        assert!(new("*"));
        assert!(!new("\"*\"") && !new("\"7\""));
    }
}
