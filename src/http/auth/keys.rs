//! Signed tokens: the key, what stands in them, and the files of the data directory that hold secrets.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::time::Timestamp;

/// File of the key that tokens are signed with.
const SIGNING_KEY_FILE: &str = "token.key";
/// File of the administrator's generated token.
const ADMIN_TOKEN_FILE: &str = "admin.token";

/// What stands in an agent's token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issued {
    /// Whose.
    pub agent: AgentId,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Claims on the wire. Times in milliseconds have names of their own: `iat` and `exp` are seconds by RFC 7519.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    aud: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_ms: Option<i64>,
}

const AGENT: &str = "callboard-agent";
const CUSTOMER: &str = "callboard-customer";

/// Signs and reads tokens.
pub struct SigningKey {
    sign: EncodingKey,
    read: DecodingKey,
}

impl SigningKey {
    /// Over 32 random bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { sign: EncodingKey::from_secret(key), read: DecodingKey::from_secret(key) }
    }

    /// A token for an agent.
    pub fn sign_agent(&self, issued: &Issued) -> String {
        self.sign(&Claims {
            sub: issued.agent.to_string(),
            aud: AGENT.to_owned(),
            exp: Some(issued.expires_at.0.div_euclid(1000)),
            made_ms: Some(issued.made_at.0),
            expires_ms: Some(issued.expires_at.0),
        })
    }

    /// What stands in an agent's token of ours; its end is the caller's to check.
    pub fn read_agent(&self, token: &str) -> Option<Issued> {
        let claims = self.read(token, AGENT)?;
        Some(Issued {
            agent: claims.sub.into(),
            made_at: Timestamp(claims.made_ms?),
            expires_at: Timestamp(claims.expires_ms?),
        })
    }

    /// A token for the visitor of one conversation.
    pub fn sign_customer(&self, conversation: ConversationId) -> String {
        self.sign(&Claims {
            sub: conversation.to_string(),
            aud: CUSTOMER.to_owned(),
            exp: None,
            made_ms: None,
            expires_ms: None,
        })
    }

    /// The conversation of a visitor's token of ours.
    pub fn read_customer(&self, token: &str) -> Option<ConversationId> {
        Uuid::parse_str(&self.read(token, CUSTOMER)?.sub).ok().map(ConversationId)
    }

    fn sign(&self, claims: &Claims) -> String {
        encode(&Header::new(Algorithm::HS256), claims, &self.sign).unwrap_or_else(|error| {
            // Claims of two strings and three numbers always encode; a crypto library that cannot
            // compute an HMAC is a build that must not run.
            panic!("tokens cannot be signed: {error}")
        })
    }

    fn read(&self, token: &str, audience: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Time is an argument here, so the end is checked by the caller and not by the library's clock.
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["sub", "aud"]);
        validation.set_audience(&[audience]);
        decode::<Claims>(token, &self.read, &validation).ok().map(|data| data.claims)
    }
}

/// A file of the data directory that holds a secret could not be read or made.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}", path = path.display())]
pub struct OpenKeysError {
    path: PathBuf,
    source: io::Error,
}

impl super::Auth {
    /// Reads the secrets of a data directory, or makes them (mode 0600). `random` gives a secret's bytes.
    /// Without a directory nothing is kept.
    pub fn open(
        directory: Option<&Path>,
        admin_token: Option<&str>,
        random: impl Fn() -> [u8; 32],
    ) -> Result<(Self, String), OpenKeysError> {
        let key = match directory {
            Some(directory) => secret_file(&directory.join(SIGNING_KEY_FILE), || encode_bytes(&random()))?,
            None => encode_bytes(&random()),
        };
        let admin = match (admin_token, directory) {
            (Some(given), _) => given.to_owned(),
            (None, Some(directory)) => {
                secret_file(&directory.join(ADMIN_TOKEN_FILE), || encode_bytes(&random()))?
            }
            (None, None) => encode_bytes(&random()),
        };
        Ok((Self::new(&admin, super::digest(&key)), admin))
    }
}

fn secret_file(path: &Path, make: impl Fn() -> String) -> Result<String, OpenKeysError> {
    let failed = |source| OpenKeysError { path: path.to_owned(), source };
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
        Ok(_) => fs::remove_file(path).map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let secret = make();
    let write = || -> io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{secret}")?;
        file.sync_all()
    };
    write().map_err(failed)?;
    Ok(secret)
}

/// Base64url without padding (RFC 4648 §5).
pub fn encode_bytes(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|i| u32::from(chunk.get(i).copied().unwrap_or(0)));
        let group = (a << 16) | (b << 8) | c;
        for place in 0..=chunk.len() {
            text.push(ALPHABET[(group >> (18 - 6 * place)) as usize & 63] as char);
        }
    }
    text
}
