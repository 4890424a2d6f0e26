//! Who a request comes from, and what was asked for, behind proxies that are trusted (`--trusted-proxies`).
//!
//! What a header says of the way so far is believed only of those who are known to say the truth: from the right, entry
//! by entry, as long as whoever wrote it is trusted. So a caller's own entries, which stand left of that, change nothing.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

/// The entries of this one count where there are any; else those of `Forwarded` (RFC 7239).
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// More networks than anybody's proxies have.
const MAX_NETWORKS: usize = 100;

/// Networks of proxies; none by default, and then no header says who it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrustedProxies(Vec<Network>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Network {
    address: IpAddr,
    bits: u8,
}

/// The way that a request came.
struct Way {
    /// The client's address, or of the last one on the way that is known.
    nearest: IpAddr,
    /// Proxies that are trusted, from here on.
    hops: usize,
    /// Whether nobody on the way hides.
    known: bool,
}

/// What a client asked for, as trusted proxies say it; `None` where none does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AskedFor {
    /// `http` or `https`, if the proxies are right.
    pub scheme: Option<String>,
    /// With its port.
    pub host: Option<String>,
}

/// Not a network.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotProxies {
    /// One of them.
    #[error("{0:?} is not a network such as 10.0.0.0/8 or 2001:db8::/32 (all bits behind the prefix are 0)")]
    Network(String),
    /// All of them.
    #[error("at most {MAX_NETWORKS} networks")]
    TooMany,
}

impl TrustedProxies {
    /// Reads the option: networks between commas; one address is a network, too. Empty: none.
    pub fn read(text: &str) -> Result<Self, NotProxies> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let networks = text.split(',').map(str::trim);
        let read = |one: &str| Network::read(one).ok_or_else(|| NotProxies::Network(one.to_owned()));
        let networks = networks.map(read).collect::<Result<Vec<_>, _>>()?;
        if networks.len() > MAX_NETWORKS {
            return Err(NotProxies::TooMany);
        }
        Ok(Self(networks))
    }

    /// The address of a request's client; `None`: it is not known (a socket without one).
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        Some(self.behind(peer, request.headers()).nearest)
    }

    /// Whether a request surely comes from this machine: its connection does, and so does every entry of the proxies that
    /// passed it on. A proxy on this machine that is not trusted, or that names nobody, may have it from anywhere.
    pub fn is_local(&self, request: &HttpRequest) -> bool {
        let Some(peer) = request.peer_addr() else { return false };
        let (peer, headers) = (peer.ip().to_canonical(), request.headers());
        let has = |names: &[HeaderName]| names.iter().any(|name| headers.contains_key(name));
        if has(&[X_FORWARDED_FOR, FORWARDED]) {
            let way = self.behind(peer, headers);
            return peer.is_loopback() && way.hops > 0 && way.known && way.nearest.is_loopback();
        }
        peer.is_loopback() && !has(&[X_FORWARDED_HOST, X_FORWARDED_PROTO])
    }

    /// What the client asked for: of each list, what the outermost trusted proxy says, since what stands left of it is the
    /// client's own. A list that is shorter than the way was written by the outermost and passed on.
    pub fn asked_for(&self, request: &HttpRequest) -> AskedFor {
        let Some(peer) = request.peer_addr() else { return AskedFor::default() };
        let headers = request.headers();
        let Way { hops, .. } = self.behind(peer.ip().to_canonical(), headers);
        if hops == 0 {
            return AskedFor::default();
        }
        let said_by = |name: &HeaderName| {
            let line = lines(headers, name);
            let said: Vec<&str> = pieces(&line, ',').map(str::trim).collect();
            said[said.len() - hops.min(said.len())].to_owned()
        };
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        if [X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO]
            .iter()
            .any(|name| headers.contains_key(name))
        {
            let (scheme, host) = (said_by(&X_FORWARDED_PROTO), said_by(&X_FORWARDED_HOST));
            return AskedFor { scheme: some(scheme), host: some(host) };
        }
        let element = said_by(&FORWARDED);
        let named = |name| parameter(&element, name).map(str::to_owned).and_then(some);
        AskedFor { scheme: named("proto"), host: named("host") }
    }

    fn behind(&self, peer: IpAddr, headers: &HeaderMap) -> Way {
        let mut way = Way { nearest: peer, hops: 0, known: true };
        if !self.trust(peer) {
            return way;
        }
        way.hops = 1;
        for entry in entries(headers).into_iter().rev() {
            // What cannot be read may be anybody: then it is the one before, who is known.
            let Some(address) = entry else {
                way.known = false;
                break;
            };
            way.nearest = address;
            if !self.trust(address) {
                break;
            }
            way.hops += 1;
        }
        way
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address))
    }
}

impl Network {
    fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => {
                let digits = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
                (address, Some(bits).filter(|_| digits)?.parse().ok().map(Some)?)
            }
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        // An IPv4 address in IPv6's clothes is compared undressed; a network in them would hold nobody.
        let address = address.to_canonical();
        let network = Self { address, bits: bits.unwrap_or(width(address)) };
        let exact = network.bits <= width(address) && number(address) & !network.mask() == 0;
        exact.then_some(network)
    }

    fn mask(self) -> u128 {
        let free = u32::from(width(self.address) - self.bits);
        u128::MAX.checked_shl(free).unwrap_or(0)
    }

    fn has(self, address: IpAddr) -> bool {
        width(address) == width(self.address) && number(address) & self.mask() == number(self.address)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => four.to_bits().into(),
        IpAddr::V6(six) => six.to_bits(),
    }
}

/// Who was where on the way, the client first; `None`: an entry that names no address.
fn entries(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    if headers.contains_key(X_FORWARDED_FOR) {
        return lines(headers, &X_FORWARDED_FOR).split(',').map(|entry| node(entry.trim())).collect();
    }
    if headers.contains_key(FORWARDED) {
        let line = lines(headers, &FORWARDED);
        return pieces(&line, ',').map(|element| parameter(element, "for").and_then(node)).collect();
    }
    Vec::new()
}

/// All lines of a header are one list.
fn lines(headers: &HeaderMap, name: &HeaderName) -> String {
    let lines: Vec<&str> = headers.get_all(name).map(|line| line.to_str().unwrap_or("?")).collect();
    lines.join(",")
}

/// A parameter of an element of `Forwarded`, if it is there once: `for=192.0.2.60;proto=http`, `for="[2001:db8::1]:4711"`.
fn parameter<'a>(element: &'a str, wanted: &str) -> Option<&'a str> {
    let mut named = pieces(element, ';')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    let (_, value) = named.next()?;
    if named.next().is_some() {
        return None;
    }
    let value = value.trim();
    let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some(bare.unwrap_or(value))
}

/// `192.0.2.60`, `192.0.2.60:47011`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:47011`.
fn node(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match bracketed {
        Some(six) => six.parse().map(IpAddr::V6).ok(),
        None => text.parse().ok().or_else(|| text.parse::<SocketAddr>().map(|socket| socket.ip()).ok()),
    };
    address.map(|address| address.to_canonical())
}

/// What stands between separators that are not in quotes.
fn pieces(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |letter| {
        if escaped {
            escaped = false;
            return false;
        }
        escaped = quoted && letter == '\\';
        quoted ^= letter == '"';
        letter == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// Who it is, from `peer`, with these headers, where 10.0.0.0/8 and `fd00::/16` are proxies.
    fn client(peer: &str, headers: &[(&str, &str)]) -> String {
        let proxies = TrustedProxies::read("10.0.0.0/8, fd00::/16").unwrap();
        let mut request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().unwrap(), 4711));
        for header in headers {
            request = request.append_header(*header);
        }
        proxies.client(&request.to_http_request()).unwrap().to_string()
    }

    #[test]
    fn a_header_of_who_is_not_trusted_is_not_read() {
        for header in ["x-forwarded-for", "forwarded"] {
            assert_eq!(client("192.0.2.7", &[(header, "198.51.100.1")]), "192.0.2.7");
            assert_eq!(client("192.0.2.7", &[(header, "for=198.51.100.1")]), "192.0.2.7");
        }
        assert_eq!(client("::ffff:192.0.2.7", &[("x-forwarded-for", "10.0.0.1")]), "192.0.2.7");
    }

    #[test]
    fn behind_proxies_it_is_the_rightmost_that_is_none_of_them() {
        let of = |line: &str| client("10.0.0.1", &[("x-forwarded-for", line)]);
        assert_eq!(of("198.51.100.1"), "198.51.100.1");
        assert_eq!(of("203.0.113.9, 198.51.100.1"), "198.51.100.1", "the first was made up by the client");
        assert_eq!(of("203.0.113.9, 198.51.100.1, 10.2.3.4 ,fd00::1"), "198.51.100.1");
        assert_eq!(of("10.0.0.7, 10.0.0.8"), "10.0.0.7", "all of them are trusted: the first");
        assert_eq!(of("198.51.100.1:5123"), "198.51.100.1");
        assert_eq!(of("[2001:db8::1]:5123"), "2001:db8::1");
        assert_eq!(of("::ffff:198.51.100.1"), "198.51.100.1");
        let lines = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "198.51.100.1, 10.0.0.2")];
        assert_eq!(client("::ffff:10.0.0.1", &lines), "198.51.100.1", "lines are one list");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn an_entry_that_is_no_address_ends_the_search_at_the_one_behind_it() {
        let of = |line: &str| client("10.0.0.1", &[("x-forwarded-for", line)]);
        for (line, expected) in [
            ("198.51.100.1, unknown", "10.0.0.1"),
            ("198.51.100.1, _hidden, 10.0.0.2", "10.0.0.2"),
            ("198.51.100.1,", "10.0.0.1"),
            ("", "10.0.0.1"),
            ("198.51.100.1.5", "10.0.0.1"),
            ("198.51.100.01", "10.0.0.1"),
            ("[198.51.100.1]", "10.0.0.1"),
            ("1\u{e9}", "10.0.0.1"),
        ] {
            assert_eq!(of(line), expected, "{line:?}");
        }
    }

    #[test]
    fn only_a_request_that_surely_comes_from_this_machine_is_local() {
        let local = |trusted: &str, peer: &str, headers: &[(&str, &str)]| {
            let proxies = TrustedProxies::read(trusted).unwrap();
            let mut request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().unwrap(), 4711));
            for header in headers {
                request = request.append_header(*header);
            }
            proxies.is_local(&request.to_http_request())
        };
        let (far, near, other) = ("x-forwarded-for", "127.0.0.1", "x-forwarded-proto");
        for peer in [near, "::1", "::ffff:127.0.0.1"] {
            assert!(local("", peer, &[]) && local("127.0.0.0/8", peer, &[]), "{peer}");
            assert!(
                !local("", peer, &[(far, "203.0.113.9")]),
                "a proxy of this machine that nobody told us of"
            );
            assert!(!local("", peer, &[(far, near)]), "anybody can say that");
        }
        assert!(!local("", "192.0.2.7", &[]));
        let behind = |headers: &[(&str, &str)]| local("127.0.0.0/8, 10.0.0.0/8", near, headers);
        assert!(behind(&[(far, near)]) && behind(&[("forwarded", "for=127.0.0.1")]));
        for line in
            ["203.0.113.9", "unknown", "203.0.113.9, unknown", "", "10.0.0.2", "203.0.113.9, 127.0.0.1"]
        {
            assert!(!behind(&[(far, line)]), "{line:?}");
        }
        assert!(!behind(&[("forwarded", "by=127.0.0.1")]));
        assert!(behind(&[(far, near), (other, "http")]) && !behind(&[(other, "http")]));
        assert!(!local("10.0.0.0/8", "10.0.0.1", &[(far, near)]), "another machine's own word");
    }

    #[test]
    fn forwarded_says_the_same_where_there_is_no_x_forwarded_for() {
        let of = |line: &str| client("10.0.0.1", &[("forwarded", line)]);
        assert_eq!(of("for=198.51.100.1;proto=https;by=10.0.0.1"), "198.51.100.1");
        assert_eq!(of("proto=https; For=\"[2001:db8::1]:4711\""), "2001:db8::1");
        assert_eq!(
            of("for=203.0.113.9, for=198.51.100.1;host=\"a,b;for=1.2.3.4\", for=10.0.0.9"),
            "198.51.100.1"
        );
        assert_eq!(of("for=198.51.100.1, by=10.0.0.2"), "10.0.0.1", "an element that does not say for whom");
        assert_eq!(of("for=198.51.100.1;for=203.0.113.9"), "10.0.0.1");
        assert_eq!(of("for=\"_gazonk\""), "10.0.0.1");
        let both = [("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(client("10.0.0.1", &both), "198.51.100.1");
    }

    #[test]
    fn what_was_asked_for_is_what_the_outermost_trusted_proxy_says() {
        let asked = |peer: &str, headers: &[(&str, &str)]| {
            let proxies = TrustedProxies::read("10.0.0.0/8").unwrap();
            let mut request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().unwrap(), 4711));
            for header in headers {
                request = request.append_header(*header);
            }
            let AskedFor { scheme, host } = proxies.asked_for(&request.to_http_request());
            format!("{} {}", scheme.unwrap_or_default(), host.unwrap_or_default())
        };
        let (far, host, proto) = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");
        let set = [(host, "desk.example"), (proto, "https")];
        assert_eq!(asked("10.0.0.1", &set), "https desk.example");
        assert_eq!(asked("192.0.2.7", &set), " ", "anybody can say that");
        let appended = [(far, "198.51.100.1"), (host, "evil.example, desk.example"), (proto, "http, https")];
        assert_eq!(asked("10.0.0.1", &appended), "https desk.example", "the first was the client's");
        let two = [(far, "198.51.100.1, 10.0.0.2"), (host, "desk.example, inner"), (proto, "https")];
        assert_eq!(asked("10.0.0.1", &two), "https desk.example", "the inner one passes on the scheme");
        let passed = [("forwarded", "host=evil.example;proto=ftp"), (far, "198.51.100.1"), (proto, "https")];
        assert_eq!(
            asked("10.0.0.1", &passed),
            "https ",
            "a proxy that writes these knows nothing of that one"
        );
        let line = "host=evil.example, for=198.51.100.1;host=\"desk.example:8443\";proto=https, for=10.0.0.2;host=inner";
        assert_eq!(asked("10.0.0.1", &[("forwarded", line)]), "https desk.example:8443");
        assert_eq!(asked("10.0.0.1", &[]), " ");
    }

    #[test]
    fn proxies_are_networks_and_anything_else_is_refused_by_name() {
        for good in [
            "",
            " ",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "192.0.2.1",
            "::1/128, 10.1.2.3/32",
            "::ffff:10.0.0.1",
        ] {
            assert!(TrustedProxies::read(good).is_ok(), "{good}");
        }
        for wrong in [
            "10.0.0.1/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "10.0/16",
            "proxy",
            "2001:db8::1/32",
            "::ffff:10.0.0.0/104",
        ] {
            let error = TrustedProxies::read(&format!("127.0.0.1, {wrong}")).unwrap_err();
            assert_eq!(error, NotProxies::Network(wrong.to_owned()));
        }
        assert!(TrustedProxies::read("10.0.0.0/8,").is_err());
        assert_eq!(TrustedProxies::read(&["10.0.0.1"; 101].join(",")), Err(NotProxies::TooMany));
        let network = TrustedProxies::read("10.1.0.0/16,2001:db8::/32,::ffff:10.9.9.9").unwrap();
        for (address, trusted) in [
            ("10.1.255.255", true),
            ("10.2.0.0", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("10.9.9.9", true),
            ("::a01:0", false),
        ] {
            assert_eq!(network.trust(address.parse().unwrap()), trusted, "{address}");
        }
    }
}
