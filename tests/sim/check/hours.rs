//! O1, O2 and what I5 to I7 owe to the hours and the overflow of queues, by code of its own.

use std::collections::BTreeSet;

use callboard::domain::config::{Config, Key, OverflowAction, OverflowWhen};
use callboard::domain::conversation::{Event, Happening, Status};
use callboard::domain::decision::{OverflowOutcome, OverflowTrace, OverflowVerdict, Trigger};
use callboard::domain::ids::QueueId;
use callboard::domain::offer::{Grant, GrantKind};
use callboard::domain::time::Timestamp;

use super::{Check, Failure, Seen};
use crate::house::House;
use crate::words;

const MINUTE: i64 = 60_000;
/// How long the beginning of the hours, or a wait, may stay unnoticed: its tick comes within this.
const TICK_MS: i64 = 1_000;

/// What the records say of a conversation's wait.
#[derive(Clone, Default)]
pub struct SeenWait {
    /// Every queue where it has been.
    pub been: BTreeSet<QueueId>,
    /// When it came into its line.
    pub since: Timestamp,
    /// Waits up to here were looked at.
    pub looked: u32,
    /// By which version of the configuration.
    pub looked_by: u64,
    /// Out of hours was looked at until then.
    pub settled: Timestamp,
    /// By which version of the configuration.
    pub settled_by: u64,
    /// To be matched out of hours too.
    pub anyway: bool,
    /// That it is late was said.
    pub late: bool,
}

impl SeenWait {
    /// It comes into a line, its own or another's.
    pub fn begins(&mut self, at: Timestamp) {
        (self.since, self.looked, self.settled, self.anyway) = (at, 0, Timestamp::default(), false);
    }
}

/// Whether a queue is open. The simulation's hours are the same every day, by UTC.
pub fn open(config: &Config, queue: &QueueId, at: Timestamp) -> bool {
    let id = config.queues.get(queue).and_then(|queue| queue.operating_hours_id.as_ref());
    let Some(hours) = id.and_then(|id| config.operating_hours.get(id)) else { return true };
    let minute = at.0.div_euclid(MINUTE).rem_euclid(1440);
    hours.weekly.iter().any(|w| (i64::from(w.span.from)..i64::from(w.span.to)).contains(&minute))
}

/// Whether it is kept from being pushed.
pub fn held(seen: &Seen, config: &Config, at: Timestamp) -> bool {
    !seen.wait.anyway && !open(config, &seen.home, at)
}

/// What overflow of this conversation is due, with words.
pub fn due(seen: &Seen, config: &Config, now: Timestamp) -> Vec<(Timestamp, &'static str)> {
    let Some(queue) = config.queues.get(&seen.home).filter(|_| seen.status == Status::Open) else {
        return Vec::new();
    };
    let mut due = Vec::new();
    // What was looked at before the queue was written last is to be looked at again.
    let written = config.written.get(&Key::Queue(seen.home.clone())).copied().unwrap_or_default();
    let looked = if written > seen.wait.looked_by { 0 } else { seen.wait.looked };
    let settled = if written > seen.wait.settled_by { Timestamp::default() } else { seen.wait.settled };
    for item in &queue.overflow {
        match item.when {
            OverflowWhen::WaitSeconds(seconds) if seconds > looked => {
                due.push((seen.wait.since.plus_seconds(seconds), "the wait of an overflow"));
            }
            OverflowWhen::OutOfHours if !open(config, &seen.home, now) && settled <= now => {
                let minute = now.0.div_euclid(MINUTE);
                let closed =
                    (0..1440).find(|back| open(config, &seen.home, Timestamp((minute - back) * MINUTE - 1)));
                let closed = Timestamp((minute - closed.unwrap_or(1440)) * MINUTE);
                due.push((closed.max(seen.wait.since).max(settled), "the end of the hours"));
            }
            _ => {}
        }
    }
    due
}

/// Folds what was decided about a wait.
pub fn fold(seen: &mut Seen, event: &Event, trace: &OverflowTrace) -> Result<(), Failure> {
    let fail =
        |id, what: String| Err(Failure::new(id, format!("{} {what}", words::conversation(seen.born.id))));
    if trace.queue_id != seen.home {
        return fail("O1", format!("overflows in {}, its home is {}", trace.queue_id, seen.home));
    }
    for step in trace.steps.iter().filter(|step| step.verdict != OverflowVerdict::NotHeld) {
        if let OverflowWhen::WaitSeconds(seconds) = step.when
            && event.at < seen.wait.since.plus_seconds(seconds)
        {
            return fail("I7", format!("overflows before it has waited for {seconds} s"));
        }
    }
    let by_hours = !trace.open && trace.steps.iter().any(|step| step.when == OverflowWhen::OutOfHours);
    if let Happening::Overflowed { wait, .. } = &event.what
        && by_hours
    {
        (seen.wait.settled, seen.wait.settled_by) = (wait.settled_until, trace.config_version);
        seen.wait.anyway = false;
    }
    if trace.trigger == Trigger::TimeElapsed {
        (seen.wait.looked, seen.wait.looked_by) = (trace.waited_seconds, trace.config_version);
    }
    seen.wait.anyway |= trace.outcome == OverflowOutcome::AssignAnyway;
    if let OverflowOutcome::Moved(to) = &trace.outcome
        && seen.wait.been.contains(to)
    {
        return fail("O1", format!("overflows to {to}, where it has been"));
    }
    Ok(())
}

impl Check {
    /// A push on record was within the hours, or was to be made anyway.
    pub(super) fn within_hours(&mut self, event: &Event, config: &Config) {
        let pushed: Option<&Grant> = match &event.what {
            Happening::Offered { offer, .. } => Some(&offer.grant),
            Happening::Assigned { grant, from_offer: false, .. } => Some(grant),
            _ => None,
        };
        if pushed.is_none_or(|grant| grant.kind != GrantKind::Push) {
            return;
        }
        let Some(seen) = self.ghost.conversations.get(&event.conversation) else { return };
        // An assignment begins a new wait: what it was before is what counts, and that is in the queue's hours.
        let anyway = seen.wait.anyway || self.ghost.anyway_before == Some(event.conversation);
        let good = anyway || open(config, &seen.home, event.at);
        let what =
            format!("{} is pushed in {} out of hours", words::conversation(event.conversation), seen.home);
        self.demand(good, "O2", || what);
    }

    /// When quiet: nobody past the service level whom nobody was told of.
    pub(super) fn nobody_late(&self, house: &House, now: Timestamp) -> Result<(), Failure> {
        let config = &house.config;
        let before = now.plus_ms(-TICK_MS);
        for id in &self.ghost.unfinished {
            let seen = &self.ghost.conversations[id];
            let limit = config.queues.get(&seen.home).and_then(|queue| queue.service_level_seconds);
            let alone = seen.status == Status::Open && seen.offer.is_none() && seen.first.is_none();
            let Some(limit) = limit.filter(|_| alone && !seen.wait.late) else { continue };
            let since = seen.queued_at.plus_seconds(limit).max(seen.wait.since).max(self.disturbed);
            let opened = !held(seen, config, now) && !held(seen, config, before);
            if opened && now.ms_since(since) > TICK_MS && now.ms_since(self.unassigned_since(seen)) > TICK_MS
            {
                let what =
                    format!("{} is past the service level, and that was not said", words::conversation(*id));
                return Err(Failure::new("I7", what));
            }
        }
        Ok(())
    }

    /// When the last of its events was: an offer that ends makes it late at once, by a tick.
    fn unassigned_since(&self, seen: &Seen) -> Timestamp {
        let last = seen.events.last().map(|record| match &**record {
            callboard::domain::record::Record::Event(event) => event.at,
            _ => Timestamp::default(),
        });
        last.unwrap_or_default()
    }
}

/// Words for coverage.
pub fn word(trace: &OverflowTrace) -> String {
    let chosen = trace.steps.iter().find(|step| step.verdict == OverflowVerdict::Chosen);
    let barred: BTreeSet<&str> = trace
        .steps
        .iter()
        .filter(|step| !matches!(step.verdict, OverflowVerdict::NotHeld | OverflowVerdict::Chosen))
        .map(|step| step.verdict.as_str())
        .collect();
    let when = chosen.map_or("nothing", |step| match step.when {
        OverflowWhen::Waiting(_) => "line",
        OverflowWhen::WaitSeconds(_) => "wait",
        OverflowWhen::OutOfHours => "hours",
    });
    let fallback = chosen.is_some_and(|step| step.action == OverflowAction::Fallback);
    format!(
        "overflow {} by {when} fallback {fallback} ({}) barred {barred:?}",
        trace.outcome.as_str(),
        trace.trigger.as_str()
    )
}

/// It has moved to another queue.
pub fn moved_on(seen: &mut Seen, to: &QueueId, at: Timestamp) {
    // The next queue has a service level of its own.
    seen.wait.late &= seen.home == *to;
    seen.home = to.clone();
    seen.wait.been.insert(to.clone());
    seen.wait.begins(at);
    seen.grant = None;
    seen.agent = None;
    seen.preferred = None;
    seen.stranded = false;
}
