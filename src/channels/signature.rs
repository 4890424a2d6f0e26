//! Signatures over what providers send, and over what they are sent. Comparisons take the same time wherever the
//! first difference is; an empty secret signs nothing and verifies nothing.

use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, STANDARD_NO_PAD};

use crate::domain::time::Timestamp;

/// Seconds that a Standard Webhooks timestamp may lie before or after now.
pub const TOLERANCE_SECONDS: i64 = 300;

/// HMAC-SHA1, for the protocols that still ask for it.
pub fn hmac_sha1(secret: &[u8], message: &[u8]) -> Vec<u8> {
    tag(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret, message)
}

/// HMAC-SHA256.
pub fn hmac_sha256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    tag(hmac::HMAC_SHA256, secret, message)
}

/// SHA-1, for the protocols that still ask for it.
pub fn sha1(message: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message).as_ref().to_vec()
}

fn tag(algorithm: hmac::Algorithm, secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, secret), message).as_ref().to_vec()
}

/// Whether this HMAC-SHA1 is that of the message under the secret.
pub fn holds_sha1(secret: &[u8], message: &[u8], signature: &[u8]) -> bool {
    !secret.is_empty() && same(&hmac_sha1(secret, message), signature)
}

/// Whether this HMAC-SHA256 is that of the message under the secret.
pub fn holds_sha256(secret: &[u8], message: &[u8], signature: &[u8]) -> bool {
    !secret.is_empty() && same(&hmac_sha256(secret, message), signature)
}

/// Whether both are the same, in a time that depends on their lengths only.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(one, other).is_ok()
}

/// Whether a shared word was given as it is set; an unset one never matches.
pub fn same_word(set: &str, given: &str) -> bool {
    !set.is_empty() && same(set.as_bytes(), given.as_bytes())
}

/// Base 64, padded.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads base 64, padded or not.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Reads a key that a provider cut out of base 64: bits at its end that encode nothing are left out.
pub fn key_from_base64(text: &str) -> Option<Vec<u8>> {
    const CUT: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&base64::alphabet::STANDARD, CUT).decode(text).ok()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
        text
    })
}

/// Reads hexadecimal of either case.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.as_bytes().chunks(2).map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()).collect()
}

/// The value of an `Authorization: Basic` header.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
}

/// The key of a `whsec_…` secret of Standard Webhooks; `None` if it is none.
pub fn standard_key(secret: &str) -> Option<Vec<u8>> {
    let key = from_base64(secret.strip_prefix("whsec_").unwrap_or(secret))?;
    (!key.is_empty()).then_some(key)
}

/// The value of `webhook-signature` by Standard Webhooks, for a message with this id at this Unix second.
pub fn standard_sign(key: &[u8], id: &str, seconds: i64, body: &[u8]) -> String {
    format!("v1,{}", base64(&hmac_sha256(key, &standard_content(id, seconds, body))))
}

/// Verifies the three headers of Standard Webhooks: any of several signatures may hold, so that senders can change
/// their secret.
pub fn standard_verify(
    key: &[u8],
    (id, timestamp, signatures): (&str, &str, &str),
    body: &[u8],
    now: Timestamp,
) -> Result<(), &'static str> {
    let seconds: i64 = timestamp.parse().map_err(|_| "webhook-timestamp is not a Unix time in seconds")?;
    let content = standard_content(id, seconds, body);
    let given = signatures.split(' ').filter_map(|part| from_base64(part.strip_prefix("v1,")?));
    // Each is compared: which of them holds does not show in the time taken.
    let holds = given.fold(false, |held, signature| holds_sha256(key, &content, &signature) | held);
    if !holds {
        return Err("webhook-signature does not hold");
    }
    if now.0.div_euclid(1000).abs_diff(seconds) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err("webhook-timestamp is more than five minutes from now");
    }
    Ok(())
}

fn standard_content(id: &str, seconds: i64, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", seconds.to_string().as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_published_vectors() {
        // RFC 2202 and RFC 4231, test case 2; FIPS 180-4, "abc".
        let what = b"what do ya want for nothing?";
        assert_eq!(hex(&hmac_sha1(b"Jefe", what)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            hex(&hmac_sha256(b"Jefe", what)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(hex(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn an_empty_secret_verifies_nothing() {
        assert!(!holds_sha1(b"", b"x", &hmac_sha1(b"", b"x")));
        assert!(!holds_sha256(b"", b"x", &hmac_sha256(b"", b"x")));
        assert!(!same_word("", ""));
        assert!(standard_key("whsec_").is_none() && standard_key("whsec_%").is_none());
    }

    #[test]
    fn hexadecimal_and_base_64_read_what_they_write_and_nothing_else() {
        assert_eq!(from_hex(&hex(&[0, 1, 254, 255])).unwrap(), [0, 1, 254, 255]);
        assert!(from_hex("0").is_none() && from_hex("0g").is_none() && from_hex("+1").is_none());
        assert_eq!(from_base64(&base64(b"ab")).unwrap(), b"ab");
        assert_eq!(from_base64("YWI").unwrap(), b"ab");
        assert!(from_base64("YWJ").is_none(), "bits that encode nothing are refused");
        assert_eq!(key_from_base64("YWJ").unwrap(), b"ab");
    }

    #[test]
    fn a_standard_signature_holds_for_five_minutes_for_its_id_its_time_and_its_body() {
        // Computed with Python's hmac and base64.
        let key = standard_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed =
            standard_sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let verify = |id: &str, time: &str, signatures: &str, body: &[u8], now: i64| {
            standard_verify(&key, (id, time, signatures), body, Timestamp(now * 1000))
        };
        let sign = standard_sign(&key, "a", 1000, b"x");
        for now in [700, 1000, 1300] {
            assert_eq!(verify("a", "1000", &sign, b"x", now), Ok(()));
        }
        let old = Err("webhook-timestamp is more than five minutes from now");
        assert_eq!(verify("a", "1000", &sign, b"x", 1301), old);
        assert_eq!(verify("a", "1000", &sign, b"x", 699), old);
        let wrong = Err("webhook-signature does not hold");
        assert_eq!(verify("b", "1000", &sign, b"x", 1000), wrong);
        assert_eq!(verify("a", "1001", &sign, b"x", 1000), wrong);
        assert_eq!(verify("a", "1000", &sign, b"y", 1000), wrong);
        assert_eq!(verify("a", "1000", &sign.replace("v1,", "v2,"), b"x", 1000), wrong);
        assert_eq!(verify("a", "1000", "", b"x", 1000), wrong);
        assert!(verify("a", "soon", &sign, b"x", 1000).is_err());
        let several = format!("v1,AAAA v1a,{} {sign}", base64(b"other"));
        assert_eq!(verify("a", "1000", &several, b"x", 1000), Ok(()), "one of several holds");
    }
}
