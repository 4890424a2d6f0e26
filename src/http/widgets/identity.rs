//! Who a visitor is: a token (JWT, RS256 alone) that the page's own server signed.
//!
//! What it says is believed, and nothing else that a visitor sends. Time is an argument, so that its bounds are checked
//! here and not by the library's clock.

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::keys::KeySet;
use crate::domain::config::{Authentication, AuthenticationMode, VisitorKey};
use crate::domain::context::{Given, Variable};
use crate::domain::conversation::CustomerRef;
use crate::domain::time::Timestamp;
use crate::http::Edge;
use crate::http::error::{Kind, Problem};
use crate::http::wire::value::given;

/// How far the clocks of the two servers may be apart.
const SKEW_SECONDS: f64 = 60.0;
/// Longest token, in bytes.
pub const MAX_TOKEN: usize = 8 * 1024;
/// Longest `sub`, in characters.
const MAX_SUBJECT: usize = 200;
/// Longest name, e-mail address or number that is kept, in characters.
const MAX_SHOWN: usize = 320;

/// A visitor whose token is good.
#[derive(Clone, PartialEq, Debug)]
pub struct Verified {
    /// As agents see them; `id` is the token's `sub`.
    pub customer: CustomerRef,
    /// Declared variables of the claim `context`.
    pub context: BTreeMap<String, Given>,
}

#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    iss: Option<String>,
    aud: Option<Value>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    phone_number: Option<String>,
    context: Option<Map<String, Value>>,
}

/// Who the token says it is; `None` where there is none and none is needed.
pub async fn identify(
    edge: &Edge,
    it: &Authentication,
    declared: &[Variable],
    token: Option<&str>,
) -> Result<Option<Verified>, Problem> {
    let Some(token) = token else {
        let needed = it.mode == AuthenticationMode::Required;
        return if needed { Err(bad("this channel takes a visitor's token")) } else { Ok(None) };
    };
    if it.mode == AuthenticationMode::None {
        return Err(Problem::field("/token", "this channel takes no visitors' tokens"));
    }
    if token.len() > MAX_TOKEN {
        return Err(Problem::field("/token", "has at most 8,192 bytes"));
    }
    // An extension that the token says must be understood is none of those known here (RFC 7515 §4.1.11).
    let plain = |header: &Header| header.alg == Algorithm::RS256 && header.crit.is_none();
    let header = decode_header(token).ok().filter(plain);
    let header = header.ok_or_else(|| bad("the token is no JWT that is signed with RS256"))?;
    let now = edge.dispatcher.now();
    let set = match &it.key {
        Some(VisitorKey::Pem(pem)) => KeySet::read(pem.as_bytes()).map(Into::into),
        Some(VisitorKey::Url(url)) => {
            let kid = header.kid.as_deref();
            let fetched = edge.visitor_keys.at(&edge.outbound, url, kid, now).await;
            let unavailable = |why| Problem::new(Kind::IdentityKeys, why).after(10);
            Some(fetched.map_err(unavailable)?)
        }
        None => None,
    };
    let set = set.ok_or_else(|| Problem::new(Kind::IdentityKeys, "the channel has no key"))?;
    let claims = set.candidates(header.kid.as_deref()).find_map(|key| signed(token, key));
    let claims = claims.ok_or_else(|| bad("the token is not signed by the channel's key"))?;
    verified(claims, it, declared, now).map(Some).map_err(bad)
}

fn bad(why: &str) -> Problem {
    Problem::new(Kind::Unauthorized, why)
}

/// The claims, if this key signed them.
fn signed(token: &str, key: &DecodingKey) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    decode::<Claims>(token, key, &validation).ok().map(|data| data.claims)
}

fn verified(
    claims: Claims,
    it: &Authentication,
    declared: &[Variable],
    now: Timestamp,
) -> Result<Verified, &'static str> {
    let now = now.0 as f64 / 1000.0;
    let end = claims.exp.ok_or("the token has no exp")?;
    if end + SKEW_SECONDS <= now {
        return Err("the token has expired");
    }
    if claims.nbf.into_iter().chain(claims.iat).any(|start| start - SKEW_SECONDS > now) {
        return Err("the token is not valid yet");
    }
    if let Some(audience) = &it.audience {
        let named = match &claims.aud {
            Some(Value::String(one)) => **one == **audience,
            Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(&**audience)),
            _ => false,
        };
        if !named {
            return Err("the token is for another audience");
        }
    }
    if it.issuer.is_some() && claims.iss.as_deref() != it.issuer.as_deref() {
        return Err("the token is of another issuer");
    }
    let subject = claims.sub.filter(|sub| !sub.trim().is_empty() && sub.chars().count() <= MAX_SUBJECT);
    let subject = subject.ok_or("the token's sub is missing, or has more than 200 characters")?;
    let shown = |text: Option<String>| text.map(|text| text.chars().take(MAX_SHOWN).collect::<String>());
    let customer = CustomerRef {
        id: Some(subject.into()),
        identified: false,
        name: shown(claims.name),
        email: shown(claims.email),
        phone: shown(claims.phone.or(claims.phone_number)),
    };
    let said = claims.context.unwrap_or_default();
    let value = |variable: &Variable| {
        let value = given(said.get(&variable.name)?).ok()??;
        Some((variable.name.clone(), value))
    };
    Ok(Verified { customer, context: declared.iter().filter_map(value).collect() })
}
