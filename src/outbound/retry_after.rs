//! `Retry-After` (RFC 9110 §10.2.3): seconds, or a date in the one form that is written today (IMF-fixdate).

use jiff::civil::DateTime;

use crate::domain::time::Timestamp;

/// Characters of `Sun, 06 Nov 1994 08:49:37 GMT`: every part has its full width.
const DATE_CHARS: usize = 29;

/// The seconds that it asks for, from `now` on; a date that has passed asks for none. `None`: it is neither.
pub fn seconds(value: &str, now: Timestamp) -> Option<u64> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than a number holds is for ever; whoever waits has a bound.
        return Some(value.parse().unwrap_or(u64::MAX));
    }
    if value.len() != DATE_CHARS {
        return None;
    }
    let date = DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", value).ok()?;
    // Without a time zone, since the last days of the year 9999 are no instant of one.
    let at = date.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    let ms = at.as_secs() * 1000 - now.0;
    Some(ms.max(0).unsigned_abs().div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const AT: i64 = 784_111_777_000;

    #[test]
    fn seconds_are_taken_as_they_are() {
        for (value, expected) in [("0", 0), (" 120 ", 120), ("99999999999999999999999", u64::MAX), ("007", 7)]
        {
            assert_eq!(seconds(value, Timestamp(AT)), Some(expected), "{value:?}");
        }
    }

    #[test]
    fn a_date_is_so_many_seconds_away_rounded_up() {
        let of = |now| seconds("Sun, 06 Nov 1994 08:49:37 GMT", Timestamp(now));
        assert_eq!(of(AT - 90_000), Some(90));
        assert_eq!(of(AT - 90_001), Some(91));
        assert_eq!(of(AT - 1), Some(1));
        assert_eq!((of(AT), of(AT + 3_600_000)), (Some(0), Some(0)), "it has passed");
        assert_eq!(seconds("Fri, 31 Dec 9999 23:59:59 GMT", Timestamp(AT)), Some(252_618_189_022));
    }

    #[test]
    fn what_is_neither_is_not_taken() {
        for value in [
            "",
            "soon",
            "-5",
            "+5",
            "1.5",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 +00",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:49:37 GMT",
        ] {
            assert_eq!(seconds(value, Timestamp(AT)), None, "{value:?}");
        }
    }
}
