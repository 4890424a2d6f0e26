//! Instants on the wire: RFC 3339, UTC, milliseconds.

use crate::domain::time::Timestamp;

/// `2026-11-20T09:30:00.000Z`
pub fn format(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}

/// Reads an RFC 3339 instant of any offset; finer than a millisecond is cut.
pub fn parse(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_three_decimals_and_z() {
        assert_eq!(format(Timestamp(1_700_000_000_000)), "2023-11-14T22:13:20.000Z");
        assert_eq!(parse("2023-11-14T23:13:20.0015+01:00"), Some(Timestamp(1_700_000_000_001)));
        assert_eq!(parse("yesterday"), None);
    }
}
