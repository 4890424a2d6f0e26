//! Which pages may embed a widget: our own, and the channel's allowed origins. A caller that is no browser names none.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::ids::ChannelId;
use crate::http::error::{Kind, Problem};

/// An origin that was let in.
pub struct Origin {
    /// Named only if it is not ours.
    foreign: Option<HeaderValue>,
}

/// Checks the `Origin` of a request; 403 for one that is neither ours nor allowed. `ours` says it of a host.
pub fn check(
    request: &HttpRequest,
    ours: impl Fn(&str) -> bool,
    allowed: &[String],
) -> Result<Origin, Problem> {
    let Some(value) = request.headers().get(ORIGIN) else { return Ok(Origin { foreign: None }) };
    let origin = value.to_str().unwrap_or_default();
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    if !host.is_empty() && ours(host) {
        return Ok(Origin { foreign: None });
    }
    if is_allowed(origin, allowed) {
        return Ok(Origin { foreign: Some(value.clone()) });
    }
    Err(Problem::new(Kind::Forbidden, "this origin is not among the channel's allowed_origins"))
}

/// Whether an origin is among a channel's.
pub fn is_allowed(origin: &str, allowed: &[String]) -> bool {
    allowed.iter().any(|one| one.trim_end_matches('/').eq_ignore_ascii_case(origin) || one == "*")
}

/// Name of the visitor's cookie on a channel.
pub fn cookie_name(channel: &ChannelId) -> String {
    format!("callboard_visitor_{}", channel.as_str().replace('.', "_"))
}

impl Origin {
    /// Lets the page read the answer.
    pub fn mark(&self, response: &mut HttpResponse) {
        let headers = response.headers_mut();
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = &self.foreign {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }

    /// The answer to a browser that asks first.
    pub fn preflight(&self) -> HttpResponse {
        let mut response = HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"))
            .insert_header((ACCESS_CONTROL_MAX_AGE, "600"))
            .finish();
        self.mark(&mut response);
        response
    }

    /// The visitor's cookie. Of a page elsewhere it must cross sites, which browsers take over TLS alone.
    pub fn cookie(&self, channel: &ChannelId, token: &str) -> String {
        let site = if self.foreign.is_some() { "None; Secure" } else { "Lax" };
        let name = cookie_name(channel);
        format!("{name}={token}; Path=/v1/widgets/{channel}; Max-Age=2592000; HttpOnly; SameSite={site}")
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_foreign_origin_is_refused_unless_the_channel_allows_it() {
        let from =
            |origin: &'static str| TestRequest::default().insert_header((ORIGIN, origin)).to_http_request();
        let allowed = ["https://shop.example".to_owned()];
        let check = |request: &HttpRequest, allowed: &[String]| {
            check(request, |host| host == "chat.example", allowed)
        };
        assert!(check(&from("https://chat.example"), &[]).is_ok());
        assert!(check(&from("https://shop.example"), &allowed).is_ok());
        assert!(check(&TestRequest::default().to_http_request(), &[]).is_ok());
        for foreign in ["https://evil.example", "null", "https://shop.example.evil", ""] {
            assert_eq!(check(&from(foreign), &allowed).err().map(|p| p.status), Some(403), "{foreign}");
        }
    }
}
