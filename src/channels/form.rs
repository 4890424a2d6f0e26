//! `application/x-www-form-urlencoded`, as providers post it and take it, and percent-encoding.

use super::Rejected;
use super::malformed;

/// The fields of a form, in order. Broken escapes and text that is not UTF-8 name their field.
pub fn decode(body: &[u8]) -> Result<Vec<(String, String)>, Rejected> {
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            let name =
                unescape(name).ok_or_else(|| malformed("", "a field's name is not encoded as a form's"))?;
            let value =
                unescape(value).ok_or_else(|| malformed(&name, "is not encoded as a form's value"))?;
            Ok((name, value))
        })
        .collect()
}

/// The fields as a form's body.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

/// The first field of this name.
pub fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub fn escape(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
        escaped
    })
}

fn unescape(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(*byte).to_digit(16));
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_broken_escape_names_its_field() {
        assert_eq!(decode(b"a=1&Body=%zz"), Err(malformed("Body", "is not encoded as a form's value")));
        assert_eq!(
            decode(b"Body=%C3%28").unwrap_err(),
            malformed("Body", "is not encoded as a form's value")
        );
        assert!(decode(b"%4=1").is_err());
        assert_eq!(decode(b"").unwrap(), []);
        assert_eq!(decode(b"&&a&b=&a=c+d%2B").unwrap().len(), 3);
    }

    #[test]
    fn the_first_of_several_fields_of_a_name_counts() {
        let fields = decode(b"a=1&a=2&b=").unwrap();
        assert_eq!(
            (value(&fields, "a"), value(&fields, "b"), value(&fields, "c")),
            (Some("1"), Some(""), None)
        );
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(name in ".{1,20}", text in ".*") {
            let body = encode(&[(&name, &text), ("b", "é& =+")]);
            let expected = vec![(name, text), ("b".to_owned(), "é& =+".to_owned())];
            prop_assert_eq!(decode(body.as_bytes()).unwrap(), expected);
        }

        #[test]
        fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&body);
        }
    }
}
