//! The page that the widget shows in a frame (`GET /widget`).
//!
//! It may be framed by our own pages and by the one origin that its address names, if the channel allows that one: a
//! list of all of them could be longer than a header may be. A page that names another one than its own stays out.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::{channel_of, origin};
use crate::http::Edge;
use crate::http::error::Problem;
use crate::http::pages::{self, CONTENT_SECURITY_POLICY};

/// Longest origin that is looked at, in bytes.
const MAX_ORIGIN: usize = 300;

#[derive(Deserialize)]
struct Asked {
    channel: Option<String>,
    origin: Option<String>,
}

pub(super) async fn frame(edge: web::Data<Edge>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let asked = web::Query::<Asked>::from_query(request.query_string());
    let (id, framing) = asked.map_or((None, None), |asked| {
        let Asked { channel, origin } = asked.into_inner();
        (channel, origin)
    });
    let config = edge.dispatcher.config();
    let channel = id.and_then(|id| channel_of(&config, &id).ok());
    let allowed = channel.map(|(_, channel)| channel.allowed_origins.clone()).unwrap_or_default();
    pages::fresh("widget.html", policy(framing.as_deref(), &allowed))
}

/// Who may frame the page, beside all that every page keeps to.
fn policy(framing: Option<&str>, allowed: &[String]) -> String {
    match framing.filter(|framing| is_source(framing) && origin::is_allowed(framing, allowed)) {
        Some(framing) => format!("{CONTENT_SECURITY_POLICY} {framing}"),
        None => CONTENT_SECURITY_POLICY.to_owned(),
    }
}

/// One scheme and host, perhaps a port: nothing that could end a directive or stand for several hosts.
fn is_source(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    text.len() <= MAX_ORIGIN && host.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_framed_by_the_named_origin_only_if_the_channel_allows_it() {
        let allowed = ["https://shop.example".to_owned()];
        let ours = "frame-ancestors 'self'";
        assert!(policy(None, &allowed).ends_with(ours));
        assert!(policy(Some("https://evil.example"), &allowed).ends_with(ours));
        let shop = policy(Some("https://shop.example"), &allowed);
        assert!(shop.ends_with("frame-ancestors 'self' https://shop.example"));
        assert!(shop.starts_with("default-src 'self';"));
    }

    #[test]
    fn an_origin_cannot_smuggle_a_directive_or_a_wildcard_into_the_policy() {
        let all = ["*".to_owned()];
        for bad in [
            "*",
            "https://*",
            "https://a; script-src *",
            "https://a b",
            "https://a\r\nx: y",
            "https://",
            "data:",
        ] {
            assert_eq!(policy(Some(bad), &all), CONTENT_SECURITY_POLICY, "{bad}");
        }
        assert!(policy(Some("http://localhost:8080"), &all).ends_with(" http://localhost:8080"));
    }
}
