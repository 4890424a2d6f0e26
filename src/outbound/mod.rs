//! Outgoing HTTP: the one client of the process, behind a guard (`docs/adr/0017-outgoing-http.md`).
//!
//! Owns bounds and the way out: no redirects, no proxy of the environment, a time and a size for each call, and no private
//! address unless the process was told so. What is said and what an answer means is the caller's.

pub mod guard;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::redirect::Policy;

use self::guard::Guard;

/// Longest wait for a connection. The whole call has its own.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// Why nothing came back that can be used. Never says what was sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OutboundError {
    /// The guard did not let it out.
    #[error("{0}")]
    Refused(#[from] guard::Refused),
    /// No connection, or it broke off.
    #[error("there is no answer from there")]
    Unreachable,
    /// Not within the time.
    #[error("there was no answer in time")]
    TimedOut,
    /// Another status than asked for; a redirect is one.
    #[error("the answer was {0}")]
    Status(u16),
    /// More than would be read.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
}

/// The client. One for the process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    /// None: it could not be set up, which the log says; every call is then refused.
    inner: Option<reqwest::Client>,
    guard: Arc<Guard>,
}

impl Client {
    /// With this guard.
    pub fn new(guard: Guard) -> Self {
        let guard = Arc::new(guard);
        let built = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_WITHIN)
            // The threads that call end one by one, and with them what they keep open.
            .pool_max_idle_per_host(0)
            .dns_resolver(guard.clone())
            .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
            .build();
        let inner = built.inspect_err(|error| tracing::error!(%error, "outgoing calls cannot be made")).ok();
        Self { inner, guard }
    }

    /// Gets the body of a 200 of at most `most` bytes, within a time.
    pub async fn get(&self, url: &str, most: usize, within: Duration) -> Result<Vec<u8>, OutboundError> {
        let url = self.guard.check(url)?;
        let fetched = tokio::time::timeout(within, self.fetch(url, most)).await;
        fetched.unwrap_or(Err(OutboundError::TimedOut))
    }

    async fn fetch(&self, url: Url, most: usize) -> Result<Vec<u8>, OutboundError> {
        let client = self.inner.as_ref().ok_or(OutboundError::Unreachable)?;
        let mut answer = client.get(url).send().await.map_err(|error| failed(&error))?;
        if answer.status().as_u16() != 200 {
            return Err(OutboundError::Status(answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + chunk.len() > most {
                return Err(OutboundError::TooLarge(most));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// The guard speaks from within the resolver; all other reasons are one.
fn failed(error: &reqwest::Error) -> OutboundError {
    if error.is_timeout() {
        return OutboundError::TimedOut;
    }
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref::<guard::Refused>() {
            return OutboundError::Refused(*refused);
        }
        source = inner.source();
    }
    OutboundError::Unreachable
}
