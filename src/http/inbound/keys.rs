//! Providers' public keys: fetched from where an adapter says, kept for a bounded time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::time::Timestamp;
use crate::http::error::{Kind, Problem};
use crate::outbound::Client;

/// How long they are good for; longer only while no others can be had.
const KEPT_MS: i64 = 60 * 60_000;
/// For a key that is not among them they are fetched again no sooner than this: anybody can name one.
const AGAIN_MS: i64 = 60_000;
/// After a failure they are fetched again no sooner than this.
const PAUSE_MS: i64 = 10_000;
/// How long keys are used whose place does not answer any more.
const STALE_MS: i64 = 24 * KEPT_MS;
const WITHIN: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 256 * 1024;
const MOST_URLS: usize = 1_000;

/// What is known of one URL.
#[derive(Default)]
struct Known {
    /// What was fetched, and when.
    keys: Option<(Timestamp, Arc<str>)>,
    /// When fetching failed last.
    failed: Option<Timestamp>,
}

impl Known {
    /// Keys younger than this.
    fn within(&self, now: Timestamp, ms: i64) -> Option<Arc<str>> {
        let (at, keys) = self.keys.as_ref()?;
        (now.ms_since(*at) < ms).then(|| keys.clone())
    }
}

/// What is known, by URL. One fetches, whoever else wants the same waits for that.
#[derive(Default)]
pub struct ProviderKeys(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Known>>>>);

impl ProviderKeys {
    fn known(&self, url: &str) -> Arc<tokio::sync::Mutex<Known>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_URLS && !all.contains_key(url) {
            all.pop_first();
        }
        all.entry(url.to_owned()).or_default().clone()
    }

    /// The keys of a URL. `again`: one of them is not known.
    pub async fn of(
        &self,
        client: &Client,
        url: &str,
        now: Timestamp,
        again: bool,
    ) -> Result<Arc<str>, Problem> {
        let known = self.known(url);
        let mut known = known.lock().await;
        if let Some(keys) = known.within(now, if again { AGAIN_MS } else { KEPT_MS }) {
            return Ok(keys);
        }
        if known.failed.is_none_or(|at| now.ms_since(at) >= PAUSE_MS) {
            if let Ok(body) = client.get(url, MOST_BYTES, WITHIN).await {
                let keys: Arc<str> = String::from_utf8_lossy(&body).into();
                *known = Known { keys: Some((now, keys.clone())), failed: None };
                return Ok(keys);
            }
            known.failed = Some(now);
        }
        // Old ones do not say what a key is that is not among them.
        let stale = known.within(now, STALE_MS).filter(|_| !again);
        stale.ok_or_else(|| {
            Problem::new(Kind::IdentityKeys, "the provider's keys cannot be fetched").after(10)
        })
    }
}
