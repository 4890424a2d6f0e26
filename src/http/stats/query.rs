//! What is asked of statistics: `id`, `from`, `to` and `interval`. Bounds are rounded outwards to the interval.

use actix_web::HttpRequest;

use crate::actors::stats::row::Quarter;
use crate::actors::stats::shelf::KEPT_DAYS;
use crate::domain::time::Timestamp;
use crate::http::error::{FieldError, Problem};
use crate::http::paging;
use crate::http::wire::time;

/// Quarter hours of a day.
const DAY: u32 = 96;
/// Most intervals in one answer, over all items: some ten megabytes.
const MOST_INTERVALS: usize = 20_000;
/// Most quarter hours that one answer may have to read, over all items: some seconds of the store's time.
const MOST_QUARTERS: usize = 2_000_000;

/// A question that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// One alone.
    pub id: Option<String>,
    /// The first quarter hour.
    pub from: Quarter,
    /// Where each interval ends, in order.
    pub ends: Vec<Quarter>,
    /// As it was asked for.
    pub interval: &'static str,
}

impl Asked {
    /// Reads the query; every wrong parameter is named.
    pub fn of(request: &HttpRequest, now: Timestamp) -> Result<Self, Problem> {
        let query = paging::query(request)?;
        let mut errors = Vec::new();
        for name in query.keys().filter(|name| !["id", "from", "to", "interval"].contains(&name.as_str())) {
            errors.push(FieldError::new(format!("/{name}"), "is not a parameter here"));
        }
        let mut wrong = |name: &str, text: String| errors.push(FieldError::new(format!("/{name}"), text));
        let (interval, width) = match query.get("interval").map_or("total", String::as_str) {
            "15m" => ("15m", Some(1)),
            "1h" => ("1h", Some(4)),
            "1d" => ("1d", Some(DAY)),
            "total" => ("total", None),
            _ => {
                wrong("interval", "must be 15m, 1h, 1d or total".to_owned());
                ("total", None)
            }
        };
        let mut instant = |name: &str, default: Timestamp| match query.get(name).map(|text| time::parse(text))
        {
            None => default,
            Some(Some(at)) => at,
            Some(None) => {
                wrong(name, "must be an RFC 3339 instant".to_owned());
                default
            }
        };
        let today = Quarter(Quarter::of(now).0 / DAY * DAY);
        let (from, to) = (instant("from", today.begins()), instant("to", now));
        if from >= to && errors.is_empty() {
            errors.push(FieldError::new(
                "/to",
                "must be later than from, which is the beginning of today (UTC) if not given",
            ));
        }
        let kept = Quarter(today.0.saturating_sub(KEPT_DAYS * DAY));
        if from < kept.begins() {
            errors.push(FieldError::new("/from", format!("statistics are kept for {KEPT_DAYS} days")));
        }
        let end = Quarter::of(now).next().begins();
        // What is to come is empty: the answer ends with the quarter hour at hand.
        let to = to.min(end.max(from.plus_ms(1)));
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        let (from, ends) = cut(from, to, width);
        Ok(Self { id: query.get("id").cloned(), from, ends, interval })
    }

    /// Refuses an answer that would be too large.
    pub fn check_size(&self, items: usize) -> Result<(), Problem> {
        if self.ends.len() * items > MOST_INTERVALS {
            let text = format!(
                "gives more than {MOST_INTERVALS} intervals: ask for longer ones, less time or one id"
            );
            return Err(Problem::field("/interval", &text));
        }
        let quarters = self.ends.last().map_or(0, |end| (end.0 - self.from.0) as usize);
        if quarters * items > MOST_QUARTERS {
            return Err(Problem::field("/from", "is too long ago for so many: ask for less time or one id"));
        }
        Ok(())
    }
}

/// The first quarter hour, and where each interval of this width ends.
fn cut(from: Timestamp, to: Timestamp, width: Option<u32>) -> (Quarter, Vec<Quarter>) {
    let end = Quarter::of(to.plus_ms(-1)).next();
    let Some(width) = width else { return (Quarter::of(from), vec![end]) };
    let first = Quarter::of(from).0 / width * width;
    let ends = (first + width..end.0 + width).step_by(width as usize).map(Quarter);
    (Quarter(first), ends.collect())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// 2026-01-31T09:05:00Z, in the 36th quarter hour of its day.
    const NOW: Timestamp = Timestamp(1_769_850_300_000);

    fn ask(query: &str) -> Result<Asked, Problem> {
        Asked::of(&TestRequest::with_uri(&format!("/v1/stats/queues?{query}")).to_http_request(), NOW)
    }

    fn fields(query: &str) -> Vec<String> {
        ask(query).unwrap_err().errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn nothing_asked_for_is_today_in_one_piece() {
        let today = ask("").unwrap();
        assert_eq!(time::format(today.from.begins()), "2026-01-31T00:00:00.000Z");
        assert_eq!(today.ends, [Quarter(today.from.0 + 37)]);
        assert_eq!((today.interval, today.id), ("total", None));
    }

    #[test]
    fn bounds_are_rounded_outwards_to_the_interval() {
        let asked =
            ask("from=2026-01-31T06:59:00Z&to=2026-01-31T08:00:01%2B00:00&interval=1h&id=vip").unwrap();
        let ends: Vec<String> = asked.ends.iter().map(|end| time::format(end.begins())).collect();
        assert_eq!(time::format(asked.from.begins()), "2026-01-31T06:00:00.000Z");
        assert_eq!(
            ends,
            ["2026-01-31T07:00:00.000Z", "2026-01-31T08:00:00.000Z", "2026-01-31T09:00:00.000Z"]
        );
        let quarter = ask("from=2026-01-31T06:45:00Z&to=2026-01-31T07:00:00Z&interval=15m").unwrap();
        assert_eq!(quarter.ends, [quarter.from.next()]);
        assert_eq!(ask("from=2026-01-29T06:00:00Z&interval=1d").unwrap().ends.len(), 3);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(fields("from=yesterday&to=x&interval=5m"), ["/interval", "/from", "/to"]);
        assert_eq!(fields("fron=2026-01-31T06:59:00Z"), ["/fron"]);
        assert_eq!(fields("from=2026-01-31T06:59:00Z&to=2026-01-31T06:59:00Z"), ["/to"]);
        assert_eq!(fields("from=2025-06-01T00:00:00Z"), ["/from"]);
    }

    #[test]
    fn an_answer_that_would_be_too_large_is_refused() {
        let long = ask("from=2026-01-01T00:00:00Z&interval=15m").unwrap();
        assert_eq!(long.check_size(1), Ok(()));
        assert_eq!(long.check_size(1_000).unwrap_err().errors[0].field, "/interval");
        let total = ask("from=2026-01-01T00:00:00Z").unwrap();
        assert_eq!(total.check_size(500), Ok(()));
        assert_eq!(total.check_size(10_000).unwrap_err().errors[0].field, "/from");
    }
}
