//! Who asks: tokens, roles, and what each of them may do.
//!
//! Three kinds of token: the administrator's (given or generated), API keys (only their SHA-256 is kept) and
//! agents' JWTs (HS256; their role is the agent's at each use). Does not know paths; handlers say which role
//! they take. Reads no clock: the time is an argument.

mod keys;

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use sha2::{Digest, Sha256};

pub use keys::{Issued, OpenKeysError, encode_bytes};

use super::Edge;
use super::error::{Kind, Problem};
use crate::domain::command::Caller;
use crate::domain::config::{Config, Role};
use crate::domain::conversation::By;
use crate::domain::ids::{AgentId, ApiKeyId, ChannelId};
use crate::domain::time::Timestamp;

/// What stands behind a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// The administrator's token.
    Administrator,
    /// An API key, with the digest that it had.
    ApiKey(ApiKeyId, [u8; 32]),
    /// An agent's token, made at this time.
    Agent(AgentId, Timestamp),
}

/// A token that is good, and whose it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Identity {
    /// Role and name, without a session. An agent resource that supervises stands as a supervisor; a socket
    /// on which it works as an agent says [`By::Agent`] instead.
    pub caller: Caller,
    /// Channels that it is limited to; empty for all.
    pub channels: Vec<ChannelId>,
    /// What stands behind it.
    pub source: Source,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// Why a token is not good. What the caller hears is the same for all but the first: 401.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthError {
    /// There is none.
    Missing,
    /// Nobody's.
    Unknown,
    /// Its time is over.
    Expired,
    /// Revoked, or its agent or key is gone.
    Revoked,
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "send Authorization: Bearer TOKEN",
            Self::Unknown => "this token is not known here",
            Self::Expired => "this token has expired",
            Self::Revoked => "this token was revoked",
        })
    }
}

impl std::error::Error for AuthError {}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        Self::new(Kind::Unauthorized, error.to_string())
    }
}

/// Checks and makes tokens. One for the process.
pub struct Auth {
    administrator: [u8; 32],
    keys: keys::SigningKey,
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auth")
    }
}

impl Auth {
    /// With the administrator's token and the key that agents' tokens are signed with.
    pub fn new(administrator: &str, signing_key: [u8; 32]) -> Self {
        Self { administrator: digest(administrator), keys: keys::SigningKey::new(&signing_key) }
    }

    /// Whose token this is, as the configuration has it now.
    pub fn verify(&self, token: &str, config: &Config, now: Timestamp) -> Result<Identity, AuthError> {
        if token.is_empty() {
            return Err(AuthError::Missing);
        }
        let given = digest(token);
        if same(&given, &self.administrator) {
            return Ok(Identity {
                caller: caller(By::Supervisor("admin".into()), Role::Admin, None),
                channels: Vec::new(),
                source: Source::Administrator,
                expires_at: None,
            });
        }
        if token.bytes().filter(|b| *b == b'.').count() == 2 {
            return self.verify_agent(token, config, now);
        }
        // All are compared, found or not.
        let key = config
            .api_keys
            .iter()
            .fold(None, |found, entry| if same(&given, &entry.1.digest) { Some(entry) } else { found });
        let (id, key) = key.ok_or(AuthError::Unknown)?;
        let by = match key.role {
            Role::Backend | Role::Agent => By::Backend(id.clone()),
            Role::Supervisor | Role::Admin => By::Supervisor(id.0.clone()),
        };
        Ok(Identity {
            caller: caller(by, key.role, None),
            channels: key.channel_ids.clone(),
            source: Source::ApiKey(id.clone(), key.digest),
            expires_at: None,
        })
    }

    fn verify_agent(&self, token: &str, config: &Config, now: Timestamp) -> Result<Identity, AuthError> {
        let issued = self.keys.read_agent(token).ok_or(AuthError::Unknown)?;
        let identity = self.agent_identity(issued, config)?;
        still_good(&identity, config, now)?;
        Ok(identity)
    }

    #[allow(clippy::unused_self)] // an identity is made here alone
    fn agent_identity(&self, issued: Issued, config: &Config) -> Result<Identity, AuthError> {
        let agent = config.agents.get(&issued.agent).ok_or(AuthError::Revoked)?;
        let by = match agent.role {
            Role::Supervisor | Role::Admin => By::Supervisor(issued.agent.0.clone()),
            Role::Agent | Role::Backend => By::Agent(issued.agent.clone()),
        };
        Ok(Identity {
            caller: caller(by, agent.role, Some(issued.agent.clone())),
            channels: Vec::new(),
            source: Source::Agent(issued.agent, issued.made_at),
            expires_at: Some(issued.expires_at),
        })
    }

    /// Makes a token for an agent; gives it with its end. Valid from now on even if all earlier ones
    /// were revoked in this very millisecond.
    pub fn issue(
        &self,
        agent: &AgentId,
        ttl_seconds: u32,
        config: &Config,
        now: Timestamp,
    ) -> (String, Timestamp) {
        let void = config.tokens_void_before.get(agent).copied().unwrap_or(0);
        let made_at = Timestamp(now.0.max(void));
        let expires_at = now.plus_seconds(ttl_seconds);
        let token = self.keys.sign_agent(&Issued { agent: agent.clone(), made_at, expires_at });
        (token, expires_at)
    }

    /// Makes the token of a page's visitor, bound to one conversation and ending with it.
    pub fn issue_customer(&self, conversation: crate::domain::ids::ConversationId) -> String {
        self.keys.sign_customer(conversation)
    }

    /// The conversation that a visitor's token is bound to. The caller checks that it has not ended.
    pub fn verify_customer(&self, token: &str) -> Result<crate::domain::ids::ConversationId, AuthError> {
        self.keys.read_customer(token).ok_or(AuthError::Unknown)
    }
}

/// Whether a token that was good still is: for open sockets, after a change of the configuration and at its end.
pub fn still_good(identity: &Identity, config: &Config, now: Timestamp) -> Result<(), AuthError> {
    if identity.expires_at.is_some_and(|end| end <= now) {
        return Err(AuthError::Expired);
    }
    let stands = match &identity.source {
        Source::Administrator => true,
        Source::ApiKey(id, digest) => config.api_keys.get(id).is_some_and(|key| key.digest == *digest),
        Source::Agent(id, made_at) => {
            config.agents.contains_key(id)
                && config.tokens_void_before.get(id).is_none_or(|before| made_at.0 >= *before)
        }
    };
    if stands { Ok(()) } else { Err(AuthError::Revoked) }
}

fn caller(by: By, role: Role, agent: Option<AgentId>) -> Caller {
    Caller { by, role, agent, session: None }
}

/// SHA-256 of a token: all that is kept of an API key.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Compares without telling by its time where they differ.
fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    std::hint::black_box(a.iter().zip(b).fold(0_u8, |difference, (x, y)| difference | (x ^ y))) == 0
}

/// The caller of a request, from its bearer token. As the first extractor of a handler it answers 401 before
/// anything else is looked at.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who.
    pub caller: Caller,
    /// Channels that it is limited to; empty for all.
    pub channels: Vec<ChannelId>,
    /// What stands behind the token.
    pub identity: Identity,
}

impl Authenticated {
    /// Asks for one of these roles; an administrator may do everything. A 403 names the roles.
    pub fn require(&self, roles: &[Role]) -> Result<(), Problem> {
        if self.caller.role == Role::Admin || roles.contains(&self.caller.role) {
            return Ok(());
        }
        Err(forbidden(self.caller.role, roles))
    }

    /// Whether it may have to do with this channel.
    pub fn allows_channel(&self, channel: &ChannelId) -> bool {
        self.channels.is_empty() || self.channels.contains(channel)
    }

    /// Who the request at hand comes from.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let Some(edge) = request.app_data::<web::Data<Edge>>() else {
            return Err(Problem::new(Kind::Internal, "the server is not set up"));
        };
        let token = bearer(request).ok_or(AuthError::Missing)?;
        let identity = edge.auth.verify(token, &edge.dispatcher.config(), edge.dispatcher.now())?;
        Ok(Self { caller: identity.caller.clone(), channels: identity.channels.clone(), identity })
    }
}

/// A 403 that names the role it takes.
pub fn forbidden(role: Role, takes: &[Role]) -> Problem {
    let mut names: Vec<&str> = takes.iter().map(|role| role.as_str()).collect();
    if !names.contains(&Role::Admin.as_str()) {
        names.push(Role::Admin.as_str());
    }
    let detail = format!("this takes the role {}; this token's is {}", names.join(" or "), role.as_str());
    Problem::new(Kind::Forbidden, detail)
}

/// The bearer token of a request.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequest for Authenticated {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

#[cfg(test)]
mod tests;
