//! What the outbound machine is told, and what it decides.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::early::EarlyNotice;
use super::fold::Outbound;
use super::receipts::DeliveryState;
use super::record::{Delivery, OutboundHappening, OutboundRecord, Spot, Target, Trial, TrialResult};
use super::schedule;
use crate::command::{Answer, Caller, Code, Refusal, Reply};
use crate::config::Config;
use crate::conversation::By;
use crate::ids::{ChannelId, mix};
use crate::machine::{Ctx, Machine, Outbox};
use crate::record::Record;
use crate::time::Timestamp;

/// Longest reason that is kept, in characters.
const MAX_PROBLEM_CHARS: usize = 256;

/// What came of an attempt, as whoever sends saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Of which delivery.
    pub delivery: Delivery,
    /// What.
    pub outcome: Outcome,
}

/// How an attempt ended, before it is decided what follows.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The target has it.
    Delivered { provider_id: Option<Arc<str>> },
    /// Not this time; not again before so many seconds, if the target said so.
    Failed { problem: String, retry_after: Option<u64> },
    /// It never will.
    Refused { problem: String },
}

/// What is done about deliveries.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, PartialEq, Debug)]
pub enum Act {
    /// The sender says what came of attempts.
    Report(Vec<Report>),
    /// An administrator has these sent (again), each with the time of its event. What waits already stays as it is.
    Replay { target: Target, spots: Vec<(Spot, Timestamp)> },
    /// An administrator gives one up for good, waiting or dead.
    Discard { target: Target, spot: Spot },
    /// A provider tells how far a message is that it took, under its own name of it. An unknown name is kept for a while
    /// if something is on its way to the provider, whose answer may give it; else it changes nothing.
    State { channel: ChannelId, provider_id: Arc<str>, state: DeliveryState, problem: Option<Arc<str>> },
}

/// Inputs of the outbound machine.
#[derive(Clone, Debug)]
pub enum Input {
    /// Somebody asks.
    Act {
        /// What.
        act: Act,
        /// Who.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// It folded an event or a change: more may wait than may.
    Folded,
}

type Out = Outbox<Outbound>;

impl Machine for Outbound {
    type Input = Input;
    type Soft = ();

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        match input {
            Input::Act { act: Act::Report(reports), caller, reply } => {
                let trials = self.judged(ctx, reports);
                if !trials.is_empty() {
                    record(ctx, &caller.by, OutboundHappening::Tried(trials), out);
                }
                out.answer(*reply, Ok(Answer::Done));
            }
            Input::Act { act: Act::Replay { target, spots }, caller, reply } => {
                if !self.has(target) {
                    return out.refuse(*reply, Refusal::of(Code::UnknownResource));
                }
                let waits = |spot: Spot| self.pending(&Delivery { target: target.clone(), spot }).is_some();
                let spots: Vec<_> = spots.iter().filter(|(spot, _)| !waits(*spot)).copied().collect();
                if !spots.is_empty() {
                    let what = OutboundHappening::Replayed { target: target.clone(), spots };
                    record(ctx, &caller.by, what, out);
                    out.then.push(Input::Folded);
                }
                out.answer(*reply, Ok(Answer::Done));
            }
            Input::Act { act: Act::Discard { target, spot }, caller, reply } => {
                let known =
                    |lines: &super::Lines| lines.pending(*spot).is_some() || lines.dead(*spot).is_some();
                if !self.lines(target).is_some_and(known) {
                    return out.refuse(*reply, Refusal::of(Code::UnknownResource));
                }
                let what = OutboundHappening::Discarded { target: target.clone(), spots: vec![*spot] };
                record(ctx, &caller.by, what, out);
                out.answer(*reply, Ok(Answer::Done));
            }
            Input::Act { act: Act::State { channel, provider_id, state, problem }, caller, reply } => {
                let problem = problem.as_deref().filter(|_| *state == DeliveryState::Failed).map(cut);
                if let Some(what) = self.stated(ctx, channel, provider_id, *state, problem) {
                    record(ctx, &caller.by, what, out);
                }
                out.answer(*reply, Ok(Answer::Done));
            }
            Input::Folded => {
                for (target, lines) in self.targets() {
                    let spots = lines.overflowing();
                    if !spots.is_empty() {
                        let what = OutboundHappening::Overflowed { target: target.clone(), spots };
                        record(ctx, &By::System, what, out);
                    }
                }
            }
        }
    }

    fn apply(&mut self, record: &Record) {
        self.fold(record);
    }

    fn note(&mut self, (): &()) {}

    fn folded(record: &Arc<Record>) -> Option<Input> {
        matches!(&**record, Record::Event(_)).then_some(Input::Folded)
    }

    /// When something is due is the sender's matter, who looks at the read side.
    fn next_due(&self, _config: &Config) -> Option<Timestamp> {
        None
    }

    fn tick() -> Input {
        Input::Folded
    }
}

impl Outbound {
    /// What is new in what a provider tells of a message. One without a receipt may be the answer that is on its way just
    /// now, of which the provider tells before it has answered; where nothing is, it is somebody else's.
    fn stated(
        &self,
        ctx: &Ctx<'_>,
        channel: &ChannelId,
        provider_id: &Arc<str>,
        state: DeliveryState,
        problem: Option<Arc<str>>,
    ) -> Option<OutboundHappening> {
        let target = Target::Channel(channel.clone());
        if let Some((spot, receipt)) = self.receipts.named(channel, provider_id) {
            let delivery = Delivery { target, spot };
            return (receipt.state < state).then_some(OutboundHappening::Stated { delivery, state, problem });
        }
        self.lines(&target)?.due(ctx.now, &|_| false).next()?;
        if self.early.named(channel, provider_id).is_some_and(|known| known.state >= state) {
            return None;
        }
        let (channel, provider_id) = (channel.clone(), provider_id.clone());
        let notice = EarlyNotice { channel, provider_id, at: ctx.now, state, problem };
        Some(OutboundHappening::Early(vec![notice]))
    }

    /// What follows from reports about what still waits; the first one of a delivery counts.
    fn judged(&self, ctx: &Ctx<'_>, reports: &[Report]) -> Vec<Trial> {
        let mut seen = BTreeSet::new();
        let mut trials = Vec::new();
        for Report { delivery, outcome } in reports {
            let Some(pending) = self.pending(delivery).filter(|_| seen.insert(delivery)) else { continue };
            let attempt = pending.attempts + 1;
            let result = match outcome {
                Outcome::Delivered { provider_id } => {
                    TrialResult::Delivered { provider_id: provider_id.clone() }
                }
                Outcome::Refused { problem } => TrialResult::Dead { problem: cut(problem) },
                Outcome::Failed { problem, retry_after } => {
                    let problem = cut(problem);
                    let Spot { conversation, seq } = delivery.spot;
                    let seed = mix(conversation.0.as_u64_pair().1 ^ u64::from(seq));
                    match schedule::retry_at(attempt, ctx.now, seed, *retry_after) {
                        Some(retry_at) => TrialResult::Later { retry_at, problem },
                        None => TrialResult::Dead { problem },
                    }
                }
            };
            trials.push(Trial { delivery: delivery.clone(), attempt, result });
        }
        trials
    }
}

fn record(ctx: &Ctx<'_>, by: &By, what: OutboundHappening, out: &mut Out) {
    out.record(Record::Outbound(OutboundRecord { at: ctx.now, by: by.clone(), what }));
}

fn cut(problem: &str) -> Arc<str> {
    problem.chars().take(MAX_PROBLEM_CHARS).collect::<String>().into()
}
