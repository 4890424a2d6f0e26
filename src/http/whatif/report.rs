//! The comparison on the wire, and as `callboard whatif --json` prints it: durations in whole milliseconds, shares from 0 to 1,
//! null where there is nobody to speak of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

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
    /// What it comes to.
    pub figures: Figures,
    /// What came of each conversation.
    pub outcomes: Outcomes,
    /// What the recording could not say.
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

/// Recorded conversations under the configuration in force and under another, beside what really happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIf)]
pub struct Report {
    /// What was played.
    pub recording: RecordingWire,
    /// What the recording does not say and was filled in.
    pub filled_in: FilledWire,
    /// How well the play under the configuration in force matches what happened.
    pub calibration: Calibration,
    /// What happened.
    pub recorded: SideWire,
    /// The play under the configuration in force.
    pub old: SideWire,
    /// The play under the other.
    pub new: SideWire,
}

/// The conversations that were played.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfRecording)]
pub struct RecordingWire {
    /// Creations from this instant on.
    #[schema(format = "date-time")]
    pub from: String,
    /// Creations before this instant.
    #[schema(format = "date-time")]
    pub to: String,
    /// How many.
    pub conversations: u64,
    /// Conversations left out: their beginning is in the recording no more.
    pub left_out: u64,
}

/// What was filled in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfFilledIn)]
pub struct FilledWire {
    /// Customers whose patience is drawn: they did not leave.
    pub patience_drawn: u64,
    /// Of those, who wait as long as needed.
    pub patience_unbounded: u64,
    /// Conversations that no agent finished: as long as another of their work stream.
    pub work_drawn: u64,
    /// Offers that were never made, answered as that agent answered another: in the old play.
    pub answers_drawn_old: u64,
    /// And in the new.
    pub answers_drawn_new: u64,
    /// Agents of whom the recording shows nothing: there whenever anybody was.
    pub agents_assumed_there: Vec<String>,
    /// Every offer is accepted at once.
    pub no_answers_recorded: bool,
}

/// How well the old play matches what happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfCalibration)]
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

/// What was recorded, or came out of a play.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfSide)]
pub struct SideWire {
    /// All conversations.
    pub all: LineWire,
    /// By the queue that assigned a conversation first, else the last where it was.
    pub queues: BTreeMap<String, LineWire>,
    /// By agent.
    pub agents: BTreeMap<String, LoadWire>,
    /// Customers whom the configuration does not take (an inactive work stream, a channel that is gone).
    pub not_taken: u64,
}

/// How conversations fared. Waits are of those who were served, from creation to the first agent.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = WhatIfLine)]
pub struct LineWire {
    /// Created.
    pub arrived: u64,
    /// An agent had them.
    pub served: u64,
    /// Left before an agent had them.
    pub left: u64,
    /// Closed by a limit, a person or overflow before an agent had them.
    pub closed_unserved: u64,
    /// Wait when the recording ends.
    pub unfinished: u64,
    /// The mean.
    pub wait_mean_ms: Option<i64>,
    /// The median.
    pub wait_p50_ms: Option<i64>,
    /// The 90th percentile.
    pub wait_p90_ms: Option<i64>,
    /// The 99th percentile.
    pub wait_p99_ms: Option<i64>,
    /// Served within the queue's `service_level_seconds` (60 where it has none), of those who were served or left.
    pub service_level: Option<f64>,
    /// Left, of the same.
    pub abandonment: Option<f64>,
}

/// An agent's load.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = WhatIfLoad)]
pub struct LoadWire {
    /// Conversations.
    pub handled: u64,
    /// How long there.
    pub there_ms: i64,
    /// Units active or held in wrap-up, of the units that were there.
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
