//! The comparison as it is printed with `--json`: durations in whole milliseconds, shares from 0 to 1, null where there is
//! nobody to speak of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::config::Config;
use crate::domain::ids::{AgentId, ConversationId};
use crate::http::wire::time::format as rfc3339;
use crate::replay::figures::{Figures, Line, Load, Range, figures};
use crate::replay::outcome::{Fate, Outcomes};
use crate::replay::people::Move;
use crate::replay::recorded::{Filled, Recording};

/// What was recorded, or came out of a play.
#[derive(Default)]
pub struct Side {
    pub figures: Figures,
    pub outcomes: Outcomes,
    pub filled: Filled,
    /// Answers to offers that were drawn.
    pub answers_drawn: u64,
    /// Customers whom the configuration does not take.
    pub not_taken: u64,
    /// Agents of whom the recording shows nothing.
    pub unknown: Vec<AgentId>,
}

impl Side {
    /// What really happened.
    pub fn recorded(recording: &Recording, config: &Config, range: Range) -> Self {
        Self::of(recording.outcomes.clone(), &recording.moves(config), config, range)
    }

    /// Outcomes and what they come to.
    pub fn of(outcomes: Outcomes, moves: &[Move], config: &Config, range: Range) -> Self {
        Self { figures: figures(&outcomes, moves, config, range), outcomes, ..Self::default() }
    }
}

#[derive(Debug, Serialize)]
pub struct Report {
    pub recording: RecordingWire,
    pub filled_in: FilledWire,
    /// How well the play under the store's configuration matches what happened.
    pub calibration: Calibration,
    pub recorded: SideWire,
    pub old: SideWire,
    pub new: SideWire,
}

#[derive(Debug, Serialize)]
pub struct RecordingWire {
    pub from: String,
    pub to: String,
    pub conversations: u64,
    /// Conversations left out: their beginning is in the recording no more.
    pub left_out: u64,
}

#[derive(Debug, Serialize)]
pub struct FilledWire {
    pub patience_drawn: u64,
    pub patience_unbounded: u64,
    pub work_drawn: u64,
    pub answers_drawn_old: u64,
    pub answers_drawn_new: u64,
    /// Agents of whom the recording shows nothing: there whenever anybody was.
    pub agents_assumed_there: Vec<String>,
    pub no_answers_recorded: bool,
}

#[derive(Debug, Serialize)]
pub struct Calibration {
    /// Conversations that an agent had both in the recording and in the play.
    pub served_in_both: u64,
    /// Of those, the share that the same agent had first.
    pub same_agent: Option<f64>,
    /// Of those, how far the wait was off on average, whatever the direction.
    pub mean_absolute_wait_error_ms: Option<i64>,
    /// Mean wait in the play less that in the recording.
    pub mean_wait_error_ms: Option<i64>,
    /// Service level in the play less that in the recording.
    pub service_level_error: Option<f64>,
    /// Share who left in the play less that in the recording.
    pub abandonment_error: Option<f64>,
}

#[derive(Debug, Serialize)]
pub struct SideWire {
    pub all: LineWire,
    pub queues: BTreeMap<String, LineWire>,
    pub agents: BTreeMap<String, LoadWire>,
    /// Customers whom the configuration does not take (an inactive work stream, a channel that is gone).
    pub not_taken: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct LineWire {
    pub arrived: u64,
    pub served: u64,
    pub left: u64,
    pub closed_unserved: u64,
    pub unfinished: u64,
    pub wait_mean_ms: Option<i64>,
    pub wait_p50_ms: Option<i64>,
    pub wait_p90_ms: Option<i64>,
    pub wait_p99_ms: Option<i64>,
    pub service_level: Option<f64>,
    pub abandonment: Option<f64>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct LoadWire {
    pub handled: u64,
    pub there_ms: i64,
    pub occupancy: Option<f64>,
}

impl From<&Line> for LineWire {
    fn from(line: &Line) -> Self {
        Self {
            arrived: line.arrived,
            served: line.served,
            left: line.left,
            closed_unserved: line.closed_unserved,
            unfinished: line.unfinished,
            wait_mean_ms: line.waits.map(|waits| waits.mean),
            wait_p50_ms: line.waits.map(|waits| waits.p50),
            wait_p90_ms: line.waits.map(|waits| waits.p90),
            wait_p99_ms: line.waits.map(|waits| waits.p99),
            service_level: line.service_level(),
            abandonment: line.abandonment(),
        }
    }
}

impl From<&Load> for LoadWire {
    fn from(load: &Load) -> Self {
        Self { handled: load.handled, there_ms: load.there_ms, occupancy: load.occupancy() }
    }
}

impl From<&Side> for SideWire {
    fn from(side: &Side) -> Self {
        let Figures { all, queues, agents } = &side.figures;
        Self {
            all: all.into(),
            queues: queues.iter().map(|(id, line)| (id.to_string(), line.into())).collect(),
            agents: agents.iter().map(|(id, load)| (id.to_string(), load.into())).collect(),
            not_taken: side.not_taken,
        }
    }
}

impl Report {
    /// Sets the plays beside the recording.
    pub fn of(recording: &Recording, range: Range, recorded: &Side, old: &Side, new: &Side) -> Self {
        let unknown: BTreeSet<&AgentId> = old.unknown.iter().chain(&new.unknown).collect();
        let filled = old.filled;
        Self {
            recording: RecordingWire {
                from: rfc3339(range.from),
                to: rfc3339(range.to),
                conversations: recorded.figures.all.arrived,
                left_out: recording.headless,
            },
            filled_in: FilledWire {
                patience_drawn: filled.patience_drawn,
                patience_unbounded: filled.patience_unbounded,
                work_drawn: filled.work_drawn,
                answers_drawn_old: old.answers_drawn,
                answers_drawn_new: new.answers_drawn,
                agents_assumed_there: unknown.into_iter().map(ToString::to_string).collect(),
                no_answers_recorded: !recording.habits.knows_answers(),
            },
            calibration: calibration(recorded, old, range),
            recorded: recorded.into(),
            old: old.into(),
            new: new.into(),
        }
    }
}

fn calibration(recorded: &Side, old: &Side, range: Range) -> Calibration {
    let (mut both, mut same, mut off) = (0_i64, 0_i64, 0_i64);
    for (id, truth) in &recorded.outcomes.0 {
        let (Some(wait), Some((agent, played))) = (truth.wait_ms(), served(old, *id)) else { continue };
        if truth.fate() != Fate::Served || !range.contains(truth.created_at) {
            continue;
        }
        both += 1;
        same += i64::from(truth.spells.first().map(|spell| &spell.agent) == Some(&agent));
        off += (played - wait).abs();
    }
    let (truth, played) = (&recorded.figures.all, &old.figures.all);
    let difference = |a: Option<f64>, b: Option<f64>| Some(a? - b?);
    Calibration {
        served_in_both: both as u64,
        same_agent: (both > 0).then(|| same as f64 / both as f64),
        mean_absolute_wait_error_ms: off.checked_div(both),
        mean_wait_error_ms: played.waits.zip(truth.waits).map(|(a, b)| a.mean - b.mean),
        service_level_error: difference(played.service_level(), truth.service_level()),
        abandonment_error: difference(played.abandonment(), truth.abandonment()),
    }
}

fn served(side: &Side, id: ConversationId) -> Option<(AgentId, i64)> {
    let outcome = side.outcomes.0.get(&id)?;
    let spell = outcome.spells.first()?;
    Some((spell.agent.clone(), outcome.wait_ms()?))
}
