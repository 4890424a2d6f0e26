//! Plays a recording under two configurations. Shared by `POST /v1/routing/whatif` and `callboard whatif` (`docs/whatif.md`).

use super::report::{Report, Side};
use crate::domain::config::Config;
use crate::domain::time::Timestamp;
use crate::replay::figures::Range;
use crate::replay::outcome::{Outcome, Outcomes};
use crate::replay::play::Play;
use crate::replay::recorded::Recording;

/// How long before the range the play begins, so that the range does not begin with an empty house; milliseconds.
pub const LEAD_IN_MS: i64 = 24 * 3_600_000;
/// What draws are made from: always the same, so that the same question gets the same answer.
const SEED: u64 = 1;

/// Why there is nothing to play.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nothing {
    /// No conversation at all.
    Recorded,
    /// The range ends before it begins, or begins after the recording's end.
    Range,
    /// No agent finished a conversation: there are no handling times.
    Finished,
    /// None was created in the range.
    InRange,
}

/// The range that is asked for, within what is recorded.
pub fn range(
    recording: &Recording,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Range, Nothing> {
    let first = recording.first_at().ok_or(Nothing::Recorded)?;
    let range = Range { from: from.unwrap_or(first), to: to.unwrap_or_else(|| recording.last_at.plus_ms(1)) };
    if range.from >= range.to {
        return Err(Nothing::Range);
    }
    let mut outcomes = recording.outcomes.0.values();
    if !outcomes.clone().any(Outcome::is_finished) {
        return Err(Nothing::Finished);
    }
    let any = outcomes.any(|outcome| range.contains(outcome.created_at));
    if any { Ok(range) } else { Err(Nothing::InRange) }
}

/// Both plays beside what happened. `go_on` is asked before every step; `None`: it said no.
pub fn compare(
    recording: &Recording,
    old: &Config,
    new: &Config,
    range: Range,
    go_on: &dyn Fn() -> bool,
) -> Option<Report> {
    let recorded = Side::recorded(recording, old, range);
    let (old, new) = (play(recording, old, range, go_on)?, play(recording, new, range, go_on)?);
    Some(Report::of(recording, range, &recorded, &old, &new))
}

fn play(recording: &Recording, config: &Config, range: Range, go_on: &dyn Fn() -> bool) -> Option<Side> {
    let (customers, filled) = recording.customers(range.from.plus_ms(-LEAD_IN_MS), range.to, SEED);
    let moves = recording.moves(config);
    let mut habits = recording.habits.for_play(SEED);
    let mut outcomes = Outcomes::default();
    let mut play = Play::new(config.clone(), &customers, &moves, &mut habits, SEED);
    // Who still waits when the recording ends still waits in the play.
    while play.next_at().is_some_and(|at| at <= recording.last_at) {
        if !go_on() {
            return None;
        }
        for record in play.step().unwrap_or_default() {
            outcomes.see(&record);
        }
    }
    let refused = play.refused.iter().filter_map(|id| recording.outcomes.0.get(id));
    let not_taken = refused.filter(|outcome| range.contains(outcome.created_at)).count() as u64;
    let unknown = recording.unknown_agents(config);
    Some(Side {
        not_taken,
        filled,
        answers_drawn: habits.drawn,
        unknown,
        ..Side::of(outcomes, &moves, config, range)
    })
}
