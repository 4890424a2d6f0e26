//! Instants on the wire: RFC 3339, UTC, exactly milliseconds (CONTRACT §2).

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::domain::time::Timestamp;

/// An instant, written as `2026-01-31T09:05:00.000Z`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ToSchema)]
#[schema(as = Timestamp, value_type = String, format = DateTime, examples("2026-01-31T09:05:00.000Z"))]
pub struct At(pub Timestamp);

impl At {
    /// Writes the text into `buffer` and gives it back: no allocation, some 20 ns. Years outside 0..=9999 are
    /// cut to that range, which no clock of ours leaves.
    pub fn write(self, buffer: &mut [u8; 24]) -> &str {
        const DAY: i64 = 86_400_000;
        const FIRST: i64 = -62_167_219_200_000; // 0000-01-01
        const LAST: i64 = 253_402_300_799_999; // 9999-12-31T23:59:59.999
        let ms = self.0.0.clamp(FIRST, LAST);
        let (year, month, day) = civil(ms.div_euclid(DAY));
        let rest = ms.rem_euclid(DAY);
        buffer.copy_from_slice(b"0000-00-00T00:00:00.000Z");
        digits(&mut buffer[0..4], year);
        digits(&mut buffer[5..7], month);
        digits(&mut buffer[8..10], day);
        digits(&mut buffer[11..13], rest / 3_600_000);
        digits(&mut buffer[14..16], rest / 60_000 % 60);
        digits(&mut buffer[17..19], rest / 1000 % 60);
        digits(&mut buffer[20..23], rest % 1000);
        std::str::from_utf8(buffer).expect("digits are ASCII")
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.write(&mut [0; 24]))
    }
}

fn digits(into: &mut [u8], mut value: i64) {
    for digit in into.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Year, month and day of a number of days since 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let mp = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The text of an instant: `2026-11-20T09:30:00.000Z`.
pub fn format(at: Timestamp) -> String {
    At(at).write(&mut [0; 24]).to_owned()
}

/// Reads an RFC 3339 instant with any offset, finer than a millisecond is cut; `None` if it is none.
pub fn parse(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(ms: i64) -> String {
        format(Timestamp(ms))
    }

    #[test]
    fn instants_are_utc_with_exactly_milliseconds() {
        assert_eq!(text(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(text(951_782_400_001), "2000-02-29T00:00:00.001Z");
        assert_eq!(text(1_700_000_000_120), "2023-11-14T22:13:20.120Z");
        assert_eq!(text(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(text(i64::MAX), "9999-12-31T23:59:59.999Z");
        assert_eq!(text(i64::MIN), "0000-01-01T00:00:00.000Z");
    }

    #[test]
    fn an_offset_is_taken_into_account() {
        assert_eq!(parse("1970-01-01T01:00:00+01:00"), Some(Timestamp(0)));
        assert_eq!(parse("yesterday"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_agrees_with_a_calendar(ms in -62_167_219_200_000_i64..253_402_000_000_000) {
            prop_assert_eq!(parse(&text(ms)), Some(Timestamp(ms)));
        }
    }
}
