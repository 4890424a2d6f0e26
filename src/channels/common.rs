//! What the adapters share: settings and their declarations, refusals, and the plain meaning of HTTP answers.

use std::collections::BTreeMap;

use super::text::cut;
use super::{Answer, Field, FieldKind, Received, Rejected, Reply, Request, Sent, Settings, malformed};

/// Most characters of an attribute's value and of a provider's words that are kept.
pub const MAX_WORDS: usize = 256;
/// Most characters of a name that a provider gives.
const MAX_NAME: usize = 100;
/// Most attributes of a message.
pub const MAX_ATTRIBUTES: usize = 32;

impl Field {
    /// Text that must be given.
    pub(super) const fn text(name: &'static str, most: usize, help: &'static str) -> Self {
        Self { name, kind: FieldKind::Text(most), secret: false, default: None, optional: false, help }
    }

    /// Text that must be given and is never shown.
    pub(super) const fn secret(name: &'static str, most: usize, help: &'static str) -> Self {
        Self { secret: true, ..Self::text(name, most, help) }
    }

    /// A URL that must be given.
    pub(super) const fn url(name: &'static str, help: &'static str) -> Self {
        Self { kind: FieldKind::Url, ..Self::text(name, 0, help) }
    }

    /// One of several words; the first is the default.
    pub(super) const fn choice(name: &'static str, of: &'static [&'static str], help: &'static str) -> Self {
        Self { kind: FieldKind::Choice(of), default: Some(of[0]), ..Self::text(name, 0, help) }
    }

    /// With what holds where nothing is given.
    pub(super) const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// May be left out.
    pub(super) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// A setting's value; empty where it is not given.
pub fn setting<'a>(settings: &'a Settings, name: &str) -> &'a str {
    settings.get(name).map_or("", String::as_str)
}

/// A setting's value, where it is given.
pub fn given<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

/// The setting of a base URL with a path after it.
pub fn url(settings: &Settings, base: &str, path: &str) -> String {
    format!("{}{path}", setting(settings, base).trim_end_matches('/'))
}

/// A header of the request.
pub fn header<'a>(request: &Request<'a>, name: &str) -> Option<&'a str> {
    request.headers.get(name).map(String::as_str)
}

/// A parameter of the query.
pub fn query<'a>(request: &'a Request<'_>, name: &str) -> Option<&'a str> {
    super::form::value(&request.query, name)
}

/// Refuses what no provider does: another method than this.
pub fn must_post(request: &Request<'_>) -> Result<(), Rejected> {
    if request.method == "POST" { Ok(()) } else { Err(malformed("method", "must be POST")) }
}

/// Taken, answered 200 without a body.
pub fn taken(events: Vec<super::Inbound>) -> Received {
    Received { events, answer: Answer { status: 200, body: None } }
}

/// Taken, answered 200 with plain text: a handshake.
pub fn taken_with_text(text: &str) -> Received {
    let body = Some(("text/plain; charset=utf-8", text.to_owned()));
    Received { events: Vec::new(), answer: Answer { status: 200, body } }
}

/// Attributes of those that are there, cut to their bounds.
pub fn attributes<'a>(
    pairs: impl IntoIterator<Item = (&'static str, Option<&'a str>)>,
) -> BTreeMap<String, String> {
    let there = pairs.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?)));
    there.take(MAX_ATTRIBUTES).map(|(name, value)| (name.to_owned(), cut(value, MAX_WORDS))).collect()
}

/// A name as a provider gives it, cut to its bound; `None` if there is nothing in it.
pub fn name(name: Option<&str>) -> Option<String> {
    name.map(str::trim).filter(|name| !name.is_empty()).map(|name| cut(name, MAX_NAME))
}

/// A provider's code and words, cut to their bound.
pub fn words(code: &str, message: &str) -> String {
    cut(format!("{code} {message}").trim(), MAX_WORDS)
}

/// Whether the provider has it.
pub fn is_success(reply: &Reply<'_>) -> bool {
    (200..300).contains(&reply.status)
}

/// The meaning of a failure that says nothing of its own: the provider's overload, limits and faults pass, everything
/// else stays.
pub fn failed(reply: &Reply<'_>, problem: &str) -> Sent {
    let problem = words(&format!("HTTP {}", reply.status), problem);
    if matches!(reply.status, 408 | 425 | 429 | 500..=599) {
        return Sent::Later { problem, after: reply.retry_after };
    }
    Sent::Refused(problem)
}

/// Reads an OAuth answer with a token in it.
pub fn token(reply: &Reply<'_>) -> Result<super::Access, String> {
    let body = super::json::lenient(reply.body);
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    match (body["access_token"].as_str(), body["expires_in"].as_u64()) {
        (Some(token), Some(expires_in)) if is_success(reply) && !token.is_empty() => {
            Ok(super::Access { token: token.to_owned(), expires_in })
        }
        _ => Err(words(
            &format!("HTTP {}", reply.status),
            &format!("{} {}", text("error"), text("error_description")),
        )),
    }
}
