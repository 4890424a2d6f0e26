//! I7: what is due by the records, and that it does not stay due.

use callboard::domain::config::Config;
use callboard::domain::conversation::Status;
use callboard::domain::time::Timestamp;

use super::{Check, Seen};
use crate::words;

/// A second, and what a message may take meanwhile.
const SLACK_MS: i64 = 1_000;
/// How often it is looked at.
const EVERY_MS: i64 = 250;

/// What this conversation waits for, with words.
fn due(seen: &Seen, config: &Config) -> Vec<(Timestamp, &'static str)> {
    let mut due = Vec::new();
    if let Some(offer) = &seen.offer {
        due.push((offer.expires_at, "the offer's deadline"));
    }
    if let Some(until) = seen.hold_until {
        due.push((until, "the end of the wrap-up hold"));
    }
    if let Some(first) = seen.first.as_ref().filter(|f| !f.affinity && seen.status == Status::Open) {
        if seen.offer.is_none() {
            due.push((first.until, "the wait for the rule's agent"));
        }
    }
    let limits = config.settings.age_limits.get(&seen.born.channel_type).copied().unwrap_or_default();
    let limit = match seen.status {
        Status::Open => limits.open_seconds,
        Status::Active => limits.active_seconds,
        Status::Waiting => limits.waiting_seconds,
        Status::WrapUp => limits.wrap_up_seconds,
        Status::Closed => None,
    };
    if let Some(limit) = limit {
        due.push((seen.status_since.plus_seconds(limit), "the age limit"));
    }
    let stream = config.work_streams.get(&seen.born.work_stream_id);
    if let Some(silence) = stream.and_then(|s| s.auto_close_after_inactivity_seconds)
        && seen.status == Status::Waiting
    {
        due.push((seen.active_at.plus_seconds(silence), "the inactivity limit"));
    }
    due
}

impl Check {
    /// Nothing is due for longer than a second.
    pub fn overdue(&mut self, config: &Config, now: Timestamp) {
        if now.ms_since(self.overdue_at).abs() < EVERY_MS {
            return;
        }
        self.overdue_at = now;
        self.look("I7");
        let mut late = None;
        for id in &self.ghost.unfinished {
            let Some(seen) = self.ghost.conversations.get(id) else { continue };
            for (at, what) in due(seen, config) {
                if now.ms_since(at.max(self.disturbed)) > SLACK_MS {
                    late = Some(format!("{} is past {what} by {} ms", words::conversation(*id), now.ms_since(at)));
                }
            }
        }
        self.demand(late.is_none(), "I7", || late.unwrap_or_default());
    }
}
