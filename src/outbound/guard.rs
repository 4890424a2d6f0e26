//! The guard of outgoing calls: what is configured must not make this server call into the network that it stands in.
//!
//! Checks an address as it is written, and each name by what it resolves to at the very moment of connecting, so that a
//! name which means another address a moment later leads nowhere. Who calls it follows no redirects.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Why a call was not let out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// Not an address, or one with a name and a password in it.
    #[error("this is no address that can be called")]
    BadUrl,
    /// `http` is for private addresses alone, where those are allowed.
    #[error("only https is called")]
    Plain,
    /// Loopback, private, link-local and the like.
    #[error("private addresses are not called; --allow-private-addresses allows it")]
    Private,
}

/// Lets calls out, or not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guard {
    allow_private: bool,
}

impl Guard {
    /// `allow_private`: private addresses and `http` are let through: on a development machine, or behind a network policy.
    pub fn new(allow_private: bool) -> Self {
        Self { allow_private }
    }

    /// The address to call, if it may be called as far as it is written.
    pub fn check(&self, url: &str) -> Result<Url, Refused> {
        let url = Url::parse(url).map_err(|_| Refused::BadUrl)?;
        let host = url.host_str().ok_or(Refused::BadUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::BadUrl);
        }
        match url.scheme() {
            "https" => {}
            "http" if self.allow_private => {}
            "http" => return Err(Refused::Plain),
            _ => return Err(Refused::BadUrl),
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if literal.is_ok_and(|address| !self.lets(address)) { Err(Refused::Private) } else { Ok(url) }
    }

    /// Whether this address may be called.
    pub fn lets(&self, address: IpAddr) -> bool {
        self.allow_private || is_public(address)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One bad address among good ones is a name that is not to be trusted.
            if found.iter().any(|address| !guard.lets(address.ip())) {
                return Err(Refused::Private.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

/// Of the global unicast range (`2000::/3`), but for what leads elsewhere: addresses that carry one of version 4 are that
/// one.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let carried = match segments {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some((high, low)),
        [0x2002, high, low, ..] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = carried {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let special = matches!(segments, [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, ..]);
    segments[0] & 0xe000 == 0x2000 && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_network_around_are_refused_in_every_form() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
            "2001:db8::1",
            "fec0::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
            assert!(Guard::new(true).lets(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "100.128.0.1", "172.32.0.1"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn an_address_is_judged_as_it_is_written() {
        let check = |url: &str| Guard::default().check(url).map(|url| url.to_string());
        assert!(check("https://keys.example/jwks.json").is_ok());
        for (url, refused) in [
            ("https://127.0.0.1/", Refused::Private),
            ("https://[::1]/", Refused::Private),
            ("https://0x7f000001/", Refused::Private),
            ("https://2130706433/", Refused::Private),
            ("http://keys.example/", Refused::Plain),
            ("https://user@keys.example/", Refused::BadUrl),
            ("ftp://keys.example/", Refused::BadUrl),
            ("file:///etc/passwd", Refused::BadUrl),
            ("keys.example", Refused::BadUrl),
        ] {
            assert_eq!(check(url), Err(refused), "{url}");
        }
        assert!(Guard::new(true).check("http://127.0.0.1:1/").is_ok());
    }

    #[tokio::test]
    async fn a_name_that_means_a_private_address_is_refused_when_it_is_resolved() {
        let resolved = Guard::default().resolve("localhost".parse().unwrap()).await;
        let refused = resolved.err().unwrap();
        assert_eq!(refused.downcast_ref::<Refused>(), Some(&Refused::Private));
        assert!(Guard::new(true).resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
