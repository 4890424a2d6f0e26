//! How long a text is, in the unit that a provider counts in, and telephone numbers.

use super::{Outbound, Unsendable};

/// What a provider counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Unicode characters.
    Characters,
    /// UTF-16 code units: an emoji counts two.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// The length of a text in this unit.
    pub fn of(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// Whether the provider takes a text of this length. It takes none that is empty.
pub fn fits(text: &str, most: usize, unit: Unit) -> Result<(), Unsendable> {
    let is = unit.of(text);
    if is > most {
        return Err(Unsendable::TooLong { most, is });
    }
    if text.trim().is_empty() {
        return Err(Unsendable::Other("the provider takes no message without text".to_owned()));
    }
    Ok(())
}

/// Whether the customer wrote within so many hours; one who never wrote cannot be written to.
pub fn within(message: &Outbound<'_>, hours: u32) -> Result<(), Unsendable> {
    let open =
        message.last_inbound_at.is_some_and(|at| message.now <= at.plus_seconds(hours.saturating_mul(3600)));
    if open { Ok(()) } else { Err(Unsendable::WindowClosed { hours }) }
}

/// At most so many characters of a text.
pub fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// A number in E.164 (`+` and 7 to 15 digits), from one with or without the sign; `None` if it is none: short codes,
/// names.
pub fn e164(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let good = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    good.then(|| format!("+{digits}"))
}

/// Characters of GSM 03.38's basic alphabet that ASCII lacks or places elsewhere.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Characters that take two places there.
const GSM_EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Into how many short messages a text is cut: 160 septets alone and 153 each in a chain, or 70 and 67 UTF-16 units where
/// a character is outside GSM 03.38. A character of two units or two septets is never split.
pub fn sms_segments(text: &str) -> usize {
    let gsm: Option<Vec<usize>> = text.chars().map(gsm_septets).collect();
    match gsm {
        Some(sizes) => segments(&sizes, 160, 153),
        None => segments(&text.chars().map(char::len_utf16).collect::<Vec<_>>(), 70, 67),
    }
}

fn gsm_septets(character: char) -> Option<usize> {
    if character.is_ascii_alphanumeric() || GSM_BASIC.contains(character) {
        return Some(1);
    }
    GSM_EXTENDED.contains(character).then_some(2)
}

fn segments(sizes: &[usize], alone: usize, each: usize) -> usize {
    if sizes.iter().sum::<usize>() <= alone {
        return 1;
    }
    let mut count = 1;
    let mut used = 0;
    for size in sizes {
        if used + size > each {
            count += 1;
            used = 0;
        }
        used += size;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn an_emoji_is_one_character_two_units_and_four_bytes() {
        let sizes = [Unit::Characters, Unit::Utf16, Unit::Bytes].map(|unit| unit.of("😀"));
        assert_eq!(sizes, [1, 2, 4]);
        assert_eq!(fits("éé", 3, Unit::Bytes), Err(Unsendable::TooLong { most: 3, is: 4 }));
        assert_eq!(fits("éé", 2, Unit::Characters), Ok(()));
        assert!(matches!(fits(" \n", 10, Unit::Bytes), Err(Unsendable::Other(_))));
    }

    #[test]
    fn a_window_is_open_to_its_last_millisecond_and_never_without_a_message() {
        let message = |last: Option<i64>, now: i64| Outbound {
            to: "a",
            reply_to: None,
            text: "t",
            id: "1",
            last_inbound_at: last.map(Timestamp),
            now: Timestamp(now),
            access: None,
        };
        let day = 24 * 3_600_000;
        assert_eq!(within(&message(Some(5), day + 5), 24), Ok(()));
        assert_eq!(within(&message(Some(5), day + 6), 24), Err(Unsendable::WindowClosed { hours: 24 }));
        assert_eq!(within(&message(None, 0), 24), Err(Unsendable::WindowClosed { hours: 24 }));
    }

    #[test]
    fn telephone_numbers_are_told_from_short_codes_and_names() {
        assert_eq!(e164("+15558675310").as_deref(), Some("+15558675310"));
        assert_eq!(e164("447700900123").as_deref(), Some("+447700900123"));
        for other in
            ["12345", "+0123456789", "CALLBOARD", "+1 555 867 5310", "", "+1234567890123456", "++15558675310"]
        {
            assert_eq!(e164(other), None, "{other}");
        }
    }

    #[test]
    fn segments_are_counted_as_networks_cut_them() {
        let n = |text: &str, times: usize| sms_segments(&text.repeat(times));
        assert_eq!((n("a", 0), n("a", 160), n("a", 161), n("a", 306), n("a", 307)), (1, 1, 2, 2, 3));
        assert_eq!((n("€", 80), n("€", 81)), (1, 2), "an extended character takes two septets");
        assert_eq!((n("ж", 70), n("ж", 71), n("ж", 134), n("ж", 135)), (1, 2, 2, 3));
        assert_eq!(n("😀", 67), 3, "67 units hold 33 whole pairs");
    }
}
