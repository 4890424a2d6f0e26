//! Signatures of webhooks, as Standard Webhooks 1.0 has them: HMAC-SHA256 over `id.timestamp.body`, in base64 after `v1,`.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::domain::config::Secret;

/// What a secret's text begins with.
const PREFIX: &str = "whsec_";

/// A secret as it is shown.
pub fn show(secret: &Secret) -> String {
    format!("{PREFIX}{}", STANDARD.encode(&secret.0))
}

/// A secret as it was shown, or without its beginning; `None` if it is not base64.
pub fn read(text: &str) -> Option<Secret> {
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    STANDARD.decode(text).ok().map(|bytes| Secret(bytes.into()))
}

/// The value of `webhook-signature`: one signature a secret, the newest first. `seconds` is `webhook-timestamp`.
pub fn sign<'a>(secrets: impl Iterator<Item = &'a Secret>, id: &str, seconds: i64, body: &[u8]) -> String {
    let mut message = format!("{id}.{seconds}.").into_bytes();
    message.extend_from_slice(body);
    let sign = |secret: &Secret| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret.0), &message);
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    };
    secrets.map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_as_it_was_shown() {
        let secret = Secret([0xfb; 32].as_slice().into());
        assert_eq!(read(&show(&secret)), Some(secret.clone()));
        assert_eq!(read(show(&secret).trim_start_matches(PREFIX)), Some(secret));
        assert_eq!(read("whsec_no base64"), None);
    }

    #[test]
    fn a_verifier_of_somebody_else_takes_the_signature_of_each_secret_and_of_no_other() {
        let secrets = [Secret([1; 32].as_slice().into()), Secret([2; 24].as_slice().into())];
        let headers = |body: &[u8]| {
            let now = 1_700_000_000;
            let mut headers = std::collections::HashMap::new();
            headers.insert("webhook-id".to_owned(), "some-id".to_owned());
            headers.insert("webhook-timestamp".to_owned(), now.to_string());
            headers.insert("webhook-signature".to_owned(), sign(secrets.iter(), "some-id", now, body));
            headers
        };
        let given = headers(b"{\"a\":1}");
        for secret in &secrets {
            let verifier = standardwebhooks::Webhook::new(&show(secret)).unwrap();
            let signed = verifier.sign("some-id", 1_700_000_000, b"{\"a\":1}").unwrap();
            assert!(given["webhook-signature"].split(' ').any(|one| one == signed));
            let other = verifier.sign("some-id", 1_700_000_000, b"{\"a\":2}").unwrap();
            assert!(!given["webhook-signature"].contains(&other));
        }
    }
}
