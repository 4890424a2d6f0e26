//! What `WhatsApp` and Messenger share: the subscription handshake, the signature, and the Graph API's errors.
//!
//! Formats: <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>,
//! <https://developers.facebook.com/docs/graph-api/guides/error-handling>.

use serde_json::Value;

use super::common::{failed, header, query, setting, taken_with_text, words};
use super::json::lenient;
use super::{Received, Rejected, Reply, Request, Sent, Settings, malformed, signature};

/// Most characters of a challenge.
const MAX_CHALLENGE: usize = 1000;

/// Answers `hub.challenge` where `hub.verify_token` is the one that is set.
pub fn handshake(settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
    if query(request, "hub.mode") != Some("subscribe") {
        return Err(malformed("hub.mode", "must be subscribe"));
    }
    let token = query(request, "hub.verify_token").unwrap_or_default();
    if !signature::same_word(setting(settings, "verify_token"), token) {
        return Err(Rejected::Refused("hub.verify_token is not the one that is set"));
    }
    let challenge =
        query(request, "hub.challenge").ok_or_else(|| malformed("hub.challenge", "is missing"))?;
    if challenge.is_empty() || challenge.chars().count() > MAX_CHALLENGE {
        return Err(malformed("hub.challenge", "must be 1 to 1,000 characters long"));
    }
    Ok(taken_with_text(challenge))
}

/// Checks `X-Hub-Signature-256`: HMAC-SHA256 of the body under the app's secret, in hexadecimal.
pub fn signed(settings: &Settings, request: &Request<'_>) -> Result<(), Rejected> {
    let given =
        header(request, "x-hub-signature-256").ok_or(Rejected::Unsigned("X-Hub-Signature-256 is missing"))?;
    let given = given.strip_prefix("sha256=").and_then(signature::from_hex);
    let given = given.ok_or(Rejected::Unsigned("X-Hub-Signature-256 is not sha256= and hexadecimal"))?;
    if signature::holds_sha256(setting(settings, "app_secret").as_bytes(), request.body, &given) {
        return Ok(());
    }
    Err(Rejected::Unsigned("X-Hub-Signature-256 does not hold"))
}

/// Reads an error of the Graph API; `passing` are the product's own codes that pass with time.
pub fn refused(reply: &Reply<'_>, passing: &[i64]) -> Sent {
    let body = lenient(reply.body);
    let error = &body["error"];
    let Some(code) = error["code"].as_i64() else { return failed(reply, "") };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let subcode = error["error_subcode"].as_i64().map(|sub| format!("/{sub}")).unwrap_or_default();
    let details = text(&error["error_data"]["details"]);
    let words = words(
        &format!("{code}{subcode}"),
        &if details.is_empty() { text(&error["message"]) } else { details },
    );
    // 1, 2: the API is down or overloaded; 4, 17, 32, 613: too many calls by app, user, page or custom limit.
    if matches!(code, 1 | 2 | 4 | 17 | 32 | 613)
        || passing.contains(&code)
        || matches!(reply.status, 429 | 500..=599)
    {
        return Sent::Later { problem: words, after: reply.retry_after };
    }
    Sent::Refused(words)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::channels::kit::NOW;

    #[test]
    fn a_challenge_is_answered_for_the_token_that_is_set_and_no_other() {
        let shake = |set: &str, query: &[(&str, &str)]| {
            let request = Request {
                method: "GET",
                url: "",
                query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
                headers: &BTreeMap::new(),
                body: b"",
                keys: None,
                now: NOW,
            };
            handshake(&[("verify_token".to_owned(), set.to_owned())].into(), &request)
        };
        let (mode, token, challenge) =
            (("hub.mode", "subscribe"), ("hub.verify_token", "t"), ("hub.challenge", "1158201444"));
        let answer = shake("t", &[mode, token, challenge]).unwrap().answer;
        assert_eq!((answer.status, answer.body.unwrap().1.as_str()), (200, "1158201444"));
        for (set, query) in [
            ("other", vec![mode, token, challenge]),
            ("", vec![mode, ("hub.verify_token", ""), challenge]),
            ("t", vec![mode, challenge]),
        ] {
            assert!(matches!(shake(set, &query), Err(Rejected::Refused(_))), "{set}");
        }
        for query in [vec![token, challenge], vec![mode, token], vec![mode, token, ("hub.challenge", "")]] {
            assert!(matches!(shake("t", &query), Err(Rejected::Malformed { .. })));
        }
    }
}
