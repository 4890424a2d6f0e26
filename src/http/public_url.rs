//! Where this server is reached from outside: an option (`--public-url`), else what the request at hand says.

use actix_web::HttpRequest;
use actix_web::http::Uri;
use actix_web::http::header::HOST;
use actix_web::http::uri::Authority;

use super::proxies::TrustedProxies;

/// Scheme, host and the path in front of all of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl {
    /// `http` or `https`.
    pub scheme: String,
    /// With the port, where it is not the scheme's.
    pub host: String,
    /// Empty, or begins with a slash and ends without one.
    pub path: String,
}

/// Not the URL of a server.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is not a URL such as https://desk.example or https://example.com/callboard")]
pub struct NotAPublicUrl(String);

impl PublicUrl {
    /// Reads the option.
    pub fn read(text: &str) -> Result<Self, NotAPublicUrl> {
        let wrong = || NotAPublicUrl(text.to_owned());
        let url: Uri = text.parse().map_err(|_| wrong())?;
        let scheme =
            url.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(wrong)?;
        let host =
            url.authority().map(Authority::as_str).filter(|host| !host.is_empty() && !host.contains('@'));
        if url.query().is_some() || text.contains('#') {
            return Err(wrong());
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            host: host.ok_or_else(wrong)?.to_owned(),
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }

    /// What a request says: its `Host`, over http; of what proxies say, that of those who are trusted.
    pub fn of(request: &HttpRequest, proxies: &TrustedProxies) -> Self {
        let asked_for = proxies.asked_for(request);
        let scheme = if asked_for.scheme.as_deref() == Some("https") { "https" } else { "http" };
        let named = || {
            let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
            let host = header.or_else(|| request.uri().authority().map(Authority::as_str));
            host.unwrap_or_else(|| request.app_config().host()).to_owned()
        };
        let host = asked_for.host.unwrap_or_else(named);
        Self { scheme: scheme.to_owned(), host, path: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_a_scheme_a_host_and_perhaps_a_path() {
        let read = |text| PublicUrl::read(text).map(|url| (url.scheme, url.host, url.path));
        let some = |scheme: &str, host: &str, path: &str| Ok((scheme.into(), host.into(), path.into()));
        assert_eq!(read("https://desk.example"), some("https", "desk.example", ""));
        assert_eq!(read("http://10.0.0.1:8080/"), some("http", "10.0.0.1:8080", ""));
        assert_eq!(read("https://example.com/desk/"), some("https", "example.com", "/desk"));
        for wrong in [
            "",
            "desk.example",
            "ftp://desk.example",
            "https://",
            "https://a@b.example",
            "https://b.example?x",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
