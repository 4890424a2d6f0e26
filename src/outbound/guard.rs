//! The guard: what this server may call on somebody's word. Whoever configures a webhook, a provider's base URL or a key
//! URL must not thereby reach what only this machine or its network can reach.
//!
//! Addresses are judged after the name has been resolved, and the judged address is the one that is connected to: a name
//! that resolves to something else the second time gains nothing. Redirects are not followed and no proxy is used.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};

/// Longest URL that is called.
pub const MAX_URL_CHARS: usize = 2_000;
/// The address where Azure answers its machines: public by its number, reachable from within only.
const AZURE_WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Why something is not called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// It cannot be read as an absolute URL with a host.
    #[error("must be an absolute URL")]
    NotAUrl,
    /// Longer than [`MAX_URL_CHARS`].
    #[error("must have at most {MAX_URL_CHARS} characters")]
    TooLong,
    /// Not encrypted.
    #[error("must begin with https://: only https is called")]
    NotHttps,
    /// It carries a user, a password or a fragment, which belong elsewhere or nowhere.
    #[error("must have no user, password or fragment")]
    Decorated,
    /// The address is not one of the public internet.
    #[error("leads to a private or reserved address, which is refused unless private addresses are allowed")]
    Private,
}

/// Says what may be called. Cheap to copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Guard {
    private: bool,
}

impl Guard {
    /// `private`: addresses of this machine and its network may be called, and `http` is enough (`allow_private_addresses`).
    pub fn new(private: bool) -> Self {
        Self { private }
    }

    /// Whether private addresses and `http` are allowed.
    pub fn allows_private(&self) -> bool {
        self.private
    }

    /// Whether this address may be connected to.
    pub fn lets(&self, address: IpAddr) -> bool {
        self.private || is_public(address)
    }

    /// The URL, if it may be called as far as can be seen without resolving its name. For checks at save, and before each
    /// call: a literal address never passes the resolver.
    pub fn check(&self, text: &str) -> Result<Url, Refused> {
        if text.chars().count() > MAX_URL_CHARS {
            return Err(Refused::TooLong);
        }
        let url = Url::parse(text).map_err(|_| Refused::NotAUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if self.private => {}
            _ => return Err(Refused::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(Refused::Decorated);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Refused::NotAUrl)?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse();
        match literal {
            Ok(address) if !self.lets(address) => Err(Refused::Private),
            Err(_) if !self.private && is_local_name(host) => Err(Refused::Private),
            _ => Ok(url),
        }
    }

    /// What a client is made of that keeps to this: names are resolved and judged here, and redirects are answers like any
    /// other. Pass each URL through [`Guard::check`] first.
    pub fn client(&self) -> ClientBuilder {
        Client::builder()
            .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Judged(*self)))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
    }
}

/// Resolves names and keeps what the guard allows.
struct Judged(Guard);

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0;
        Box::pin(async move {
            // The port is the URL's; 0 stands for "as it says".
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| guard.lets(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Refused::Private.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Names that mean this machine whatever the resolver says (RFC 6761 §6.3).
fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost")
}

/// Whether an address is one of the public internet, by the special-purpose registries of IANA (RFC 6890 and later).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = match a {
        0 | 10 | 127 | 224..=255 => true,
        100 => (64..128).contains(&b), // behind a carrier's translation; some clouds' metadata
        169 => b == 254,               // link-local; most clouds' metadata
        172 => (16..32).contains(&b),  // private
        192 => matches!((b, c), (0, 0 | 2) | (88, 99) | (168, _)), // protocols, documentation, relays, private
        198 => matches!((b, c), (18 | 19, _) | (51, 100)),         // benchmarks, documentation
        203 => (b, c) == (0, 113),                                 // documentation
        _ => false,
    };
    !reserved && address != AZURE_WIRE_SERVER
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [first, second, third, fourth, fifth, sixth, seventh, eighth] = address.segments();
    if (first, second, third, fourth, fifth, sixth) == (0x64, 0xff9b, 0, 0, 0, 0) {
        // A network without IPv4 of its own reaches it by these (RFC 6052).
        let [a, b] = seventh.to_be_bytes();
        let [c, d] = eighth.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let global = (first & 0xe000) == 0x2000;
    let reserved = match first {
        0x2001 => second < 0x200 || second == 0xdb8, // protocols with IPv4 inside (Teredo), documentation
        0x2002 => true,                              // IPv4 inside (6to4)
        0x3fff => second < 0x1000,                   // documentation
        _ => false,
    };
    global && !reserved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_reserved_and_metadata_addresses_are_not_public() {
        let refused = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.1.1",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ];
        for text in refused {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_of_the_public_internet_are_public() {
        let taken = [
            "1.1.1.1",
            "9.9.9.9",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.254",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ];
        for text in taken {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_url_is_refused_for_what_can_be_seen_of_it() {
        let guard = Guard::default();
        let refused = [
            ("nothing", Refused::NotAUrl),
            ("https://", Refused::NotAUrl),
            ("/relative", Refused::NotAUrl),
            ("http://example.com/", Refused::NotHttps),
            ("ftp://example.com/", Refused::NotHttps),
            ("https://me@example.com/", Refused::Decorated),
            ("https://me:it@example.com/", Refused::Decorated),
            ("https://example.com/#part", Refused::Decorated),
            ("https://127.0.0.1/", Refused::Private),
            ("https://0x7f.1/", Refused::Private),
            ("https://2130706433/", Refused::Private),
            ("https://[::1]:8443/", Refused::Private),
            ("https://[::ffff:10.0.0.1]/", Refused::Private),
            ("https://localhost/", Refused::Private),
            ("https://LOCALHOST./", Refused::Private),
            ("https://a.localhost/", Refused::Private),
        ];
        for (text, reason) in refused {
            assert_eq!(guard.check(text), Err(reason), "{text}");
        }
        let long = format!("https://example.com/{}", "a".repeat(MAX_URL_CHARS));
        assert_eq!(guard.check(&long), Err(Refused::TooLong));
        for text in ["https://example.com", "https://example.com:8443/a?b=c", "https://1.1.1.1/"] {
            assert!(guard.check(text).is_ok(), "{text}");
        }
        for text in ["http://127.0.0.1:1/", "http://localhost/", "https://[::1]/"] {
            assert!(Guard::new(true).check(text).is_ok(), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_not_connected_to() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let error = Guard::default().client().build().unwrap().get(&url).send().await.unwrap_err();
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        assert_eq!(cause.to_string(), Refused::Private.to_string());
        assert!(listener.accept().is_err(), "nobody has connected");
    }
}
