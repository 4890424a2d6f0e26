//! Keys that visitors' tokens are checked with: given in the settings, or fetched from where they say.
//!
//! Owns what was fetched, each for a bounded time. Reads no clock: the time is an argument.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use crate::domain::time::Timestamp;
use crate::outbound::Client;

/// How long what was fetched is good for.
const KEPT_MS: i64 = 10 * 60_000;
/// A key that is not among them is looked for again no sooner than this: anybody can name one.
const AGAIN_MS: i64 = 30_000;
/// After a failure it is not tried again for this long.
const PAUSE_MS: i64 = 10_000;
/// Longest wait for it, and most bytes of it: a set of ten keys has some 5 KB.
const WITHIN: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 64 * 1024;
/// Most keys of a set that are kept, and most addresses: one for each of the channels there may be.
const MOST_KEYS: usize = 50;
const MOST_URLS: usize = 1_000;

/// The keys of one place.
#[derive(Default)]
pub struct KeySet {
    keys: Vec<(Option<String>, DecodingKey)>,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
}

impl KeySet {
    /// A public key in PEM, or a JWK set; of that the RSA keys for signatures. `None`: it holds none.
    pub fn read(body: &[u8]) -> Option<Self> {
        if body.trim_ascii_start().starts_with(b"-----BEGIN") {
            return Some(Self { keys: vec![(None, DecodingKey::from_rsa_pem(body).ok()?)] });
        }
        let set: Jwks = serde_json::from_slice(body).ok()?;
        let fits = |key: &Jwk| {
            key.kty == "RSA"
                && key.usage.as_deref().is_none_or(|usage| usage == "sig")
                && key.alg.as_deref().is_none_or(|alg| alg == "RS256")
        };
        let keys = set.keys.into_iter().filter(fits).filter_map(|key| {
            Some((key.kid, DecodingKey::from_rsa_components(key.n.as_ref()?, key.e.as_ref()?).ok()?))
        });
        let keys: Vec<_> = keys.take(MOST_KEYS).collect();
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// Those that a token may be signed with: of its key id, if it names one, and those without.
    pub fn candidates<'a>(&'a self, kid: Option<&'a str>) -> impl Iterator<Item = &'a DecodingKey> {
        let fits = move |own: &Option<String>| kid.is_none() || own.is_none() || own.as_deref() == kid;
        self.keys.iter().filter(move |(own, _)| fits(own)).map(|(_, key)| key)
    }
}

#[derive(Default)]
struct Held {
    set: Option<Arc<KeySet>>,
    fetched_at: Timestamp,
    asked_at: Option<Timestamp>,
}

/// What was fetched. One for the process.
#[derive(Default)]
pub struct VisitorKeys {
    held: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Held>>>>,
}

impl VisitorKeys {
    /// The keys at an address, fetched if need be; one call at a time for each. `Err` is for people.
    pub async fn at(
        &self,
        client: &Client,
        url: &str,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, String> {
        let place = self.place(url);
        let mut held = place.lock().await;
        let fresh = held.set.clone().filter(|_| now.ms_since(held.fetched_at) < KEPT_MS);
        let since = |at: Timestamp| now.ms_since(at);
        if let Some(set) = &fresh
            && (set.candidates(kid).next().is_some() || held.asked_at.is_some_and(|at| since(at) < AGAIN_MS))
        {
            return Ok(set.clone());
        }
        if fresh.is_none() && held.asked_at.is_some_and(|at| since(at) < PAUSE_MS) {
            return Err("the keys could not be fetched a moment ago".to_owned());
        }
        held.asked_at = Some(now);
        let fetched = client.get(url, MOST_BYTES, WITHIN).await.map_err(|error| error.to_string());
        let read =
            fetched.and_then(|body| KeySet::read(&body).ok_or_else(|| "it holds no RSA key".to_owned()));
        match read {
            Ok(set) => {
                let set = Arc::new(set);
                (held.set, held.fetched_at) = (Some(set.clone()), now);
                Ok(set)
            }
            Err(error) => {
                tracing::warn!(%error, "the keys of a channel's visitors cannot be fetched");
                fresh.ok_or(error)
            }
        }
    }

    fn place(&self, url: &str) -> Arc<tokio::sync::Mutex<Held>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST_URLS && !held.contains_key(url) {
            held.clear();
        }
        held.entry(url.to_owned()).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rsa_keys_for_signatures_are_taken() {
        let set =
            br#"{"keys":[{"kty":"EC","kid":"e"},{"kty":"RSA","kid":"enc","use":"enc","n":"AQAB","e":"AQAB"},
            {"kty":"RSA","kid":"old","alg":"RS512","n":"AQAB","e":"AQAB"},
            {"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"},{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#;
        let set = KeySet::read(set).unwrap();
        assert_eq!(set.candidates(None).count(), 2);
        assert_eq!(set.candidates(Some("a")).count(), 2);
        assert_eq!(set.candidates(Some("b")).count(), 1);
        for none in [
            &b"{}"[..],
            b"",
            b"{\"keys\":[]}",
            b"-----BEGIN nothing",
            b"{\"keys\":[{\"kty\":\"oct\",\"k\":\"x\"}]}",
        ] {
            assert!(KeySet::read(none).is_none());
        }
    }
}
