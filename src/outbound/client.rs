//! The way out: one client of the process, behind the guard.
//!
//! Owns bounds: no redirects, no proxy of the environment, a time and a size for each call, and no private address unless
//! the process was told so. What is said and what an answer means is the caller's.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, Response, Url};

use super::guard::{Guard, Refused};
use super::retry_after;
use super::tally::Tallies;
use crate::channels::Call;
use crate::domain::time::Timestamp;

/// Time for the name, the connection and its encryption.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Time for a whole [`Client::call`], the answer's body included.
pub const CALL_WITHIN: Duration = Duration::from_secs(15);
/// How much of the body of an answer to a [`Client::call`] is read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Idle connections that the sender keeps to one host, and for how long: a burst of events reuses them.
const IDLE_CONNECTIONS: usize = super::sender::MAX_PER_TARGET;
const IDLE_FOR: Duration = Duration::from_secs(30);

/// Why nothing came back that can be used. Never says what was sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OutboundError {
    /// The guard did not let it out.
    #[error("the address {0}")]
    Refused(#[from] Refused),
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

/// What came back of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Status code; a redirect is one.
    pub status: u16,
    /// What `Retry-After` asks for, in seconds.
    pub retry_after: Option<u64>,
    /// Body, cut to 64 KiB.
    pub body: Vec<u8>,
}

/// The client. One for the process; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    /// None: it could not be set up, which the log says; no call gets through then.
    inner: Option<reqwest::Client>,
    guard: Guard,
    tallies: Arc<Tallies>,
}

impl Client {
    /// With this guard. It keeps no connection open: whoever calls may be a thread that ends.
    pub fn new(guard: Guard) -> Self {
        Self { inner: build(guard, 0), guard, tallies: Arc::default() }
    }

    /// The same for one lasting thread, which keeps connections for the next call.
    #[must_use]
    pub fn lasting(&self) -> Self {
        Self { inner: build(self.guard, IDLE_CONNECTIONS), ..self.clone() }
    }

    /// Says what may be called.
    pub fn guard(&self) -> Guard {
        self.guard
    }

    /// What came of deliveries since the process began.
    pub fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    /// Gets the body of a 200 of at most `most` bytes, within a time.
    pub async fn get(&self, url: &str, most: usize, within: Duration) -> Result<Vec<u8>, OutboundError> {
        let url = self.guard.check(url)?;
        let fetch = async {
            let answer = self.request(Method::GET, url, Vec::new(), &[]).await?;
            if answer.status().as_u16() != 200 {
                return Err(OutboundError::Status(answer.status().as_u16()));
            }
            let (body, whole) = read(answer, most).await?;
            if whole { Ok(body) } else { Err(OutboundError::TooLarge(most)) }
        };
        tokio::time::timeout(within, fetch).await.unwrap_or(Err(OutboundError::TimedOut))
    }

    /// Makes a call, whatever its answer is, within `CALL_WITHIN`. `now`: from when on a date in the answer counts.
    pub async fn call(&self, call: Call, now: Timestamp) -> Result<Answer, OutboundError> {
        let url = self.guard.check(&call.url)?;
        let method = if call.method == "GET" { Method::GET } else { Method::POST };
        let whole = async {
            let answer = self.request(method, url, call.body, &call.headers).await?;
            let status = answer.status().as_u16();
            let retry_after = answer.headers().get("retry-after");
            let retry_after = retry_after.and_then(|value| retry_after::seconds(value.to_str().ok()?, now));
            // The status says what matters, also where the body breaks off.
            let body = read(answer, MAX_ANSWER_BYTES).await.map(|(body, _)| body).unwrap_or_default();
            Ok(Answer { status, retry_after, body })
        };
        tokio::time::timeout(CALL_WITHIN, whole).await.unwrap_or(Err(OutboundError::TimedOut))
    }

    async fn request(
        &self,
        method: Method,
        url: Url,
        body: Vec<u8>,
        headers: &[(&'static str, String)],
    ) -> Result<Response, OutboundError> {
        let client = self.inner.as_ref().ok_or(OutboundError::Unreachable)?;
        let mut request = client.request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.send().await.map_err(|error| failed(&error))
    }
}

fn build(guard: Guard, idle: usize) -> Option<reqwest::Client> {
    let built = guard
        .client()
        .connect_timeout(CONNECT_WITHIN)
        .pool_max_idle_per_host(idle)
        .pool_idle_timeout(IDLE_FOR)
        .build();
    built.inspect_err(|error| tracing::error!(%error, "outgoing calls cannot be made")).ok()
}

/// At most so many bytes of a body, and whether that is all of it.
async fn read(mut answer: Response, most: usize) -> Result<(Vec<u8>, bool), OutboundError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
        let room = most - body.len();
        body.extend_from_slice(&chunk[..room.min(chunk.len())]);
        if chunk.len() > room {
            return Ok((body, false));
        }
    }
    Ok((body, true))
}

/// The guard speaks from within the resolver; all other reasons are one.
fn failed(error: &reqwest::Error) -> OutboundError {
    if error.is_timeout() {
        return OutboundError::TimedOut;
    }
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref::<Refused>() {
            return OutboundError::Refused(*refused);
        }
        source = inner.source();
    }
    OutboundError::Unreachable
}
