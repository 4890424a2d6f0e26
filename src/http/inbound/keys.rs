//! Providers' public keys: fetched from where an adapter says, kept for a bounded time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::time::Timestamp;
use crate::http::error::{Kind, Problem};
use crate::outbound::Client;

/// How long they are good for.
const KEPT_MS: i64 = 60 * 60_000;
/// For a key that is not among them they are fetched again no sooner than this: anybody can name one.
const AGAIN_MS: i64 = 60_000;
const WITHIN: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 256 * 1024;
const MOST_URLS: usize = 1_000;

/// What was fetched, with when, by URL.
#[derive(Default)]
pub struct ProviderKeys(Mutex<BTreeMap<String, (Timestamp, Arc<str>)>>);

impl ProviderKeys {
    /// The keys of a URL. `again`: one of them is not known.
    pub async fn of(
        &self,
        client: &Client,
        url: &str,
        now: Timestamp,
        again: bool,
    ) -> Result<Arc<str>, Problem> {
        let good = if again { AGAIN_MS } else { KEPT_MS };
        if let Some((at, keys)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(url)
            && now.ms_since(*at) < good
        {
            return Ok(keys.clone());
        }
        let unavailable =
            |_| Problem::new(Kind::IdentityKeys, "the provider's keys cannot be fetched").after(10);
        let body = client.get(url, MOST_BYTES, WITHIN).await.map_err(unavailable)?;
        let keys: Arc<str> = String::from_utf8_lossy(&body).into();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_URLS {
            kept.pop_first();
        }
        kept.insert(url.to_owned(), (now, keys.clone()));
        Ok(keys)
    }
}
