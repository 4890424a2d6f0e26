//! Decision records on the wire: why a conversation went where it went (CONTRACT §4, SPEC §9).

pub mod overflow;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::common::RequiredSkill;
use super::time::At;
use super::value::ValueView;
use crate::actors::shown::Decision;
use crate::domain::classification::Written;
use crate::domain::command::Simulated;
use crate::domain::context::Value;
use crate::domain::decision::{
    Candidate, MatchTrace, OverflowTrace, Reason, RoutingProblem, RoutingTrace, RuleVerdict, Scores,
};
use crate::domain::ids::{AgentId, DecisionId, QueueId};
use crate::domain::time::Timestamp;
use overflow::OverflowView;

/// A variable that a rule read, and what it found.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleRead)]
pub struct ReadView<'a> {
    variable: &'a str,
    /// `null` is no data.
    #[schema(value_type = Option<String>)]
    value: Option<ValueView<'a>>,
}

/// What one rule said.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleVerdict)]
pub struct VerdictView<'a> {
    /// Classification rules only: the set that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<&'a str>,
    name: &'a str,
    /// `matched` or `not_matched`.
    verdict: &'static str,
    reads: Vec<ReadView<'a>>,
}

impl<'a> From<&'a RuleVerdict> for VerdictView<'a> {
    fn from(rule: &'a RuleVerdict) -> Self {
        let read = |(variable, value): &'a (std::sync::Arc<str>, Option<Value>)| ReadView {
            variable,
            value: value.as_ref().map(ValueView),
        };
        Self {
            set: rule.set.as_deref(),
            name: &rule.name,
            verdict: if rule.matched { "matched" } else { "not_matched" },
            reads: rule.reads.iter().map(read).collect(),
        }
    }
}

/// The wire form of evaluated rules, in order.
pub fn verdicts(rules: &[RuleVerdict]) -> Vec<VerdictView<'_>> {
    rules.iter().map(VerdictView::from).collect()
}

/// What the classification wrote.
#[derive(Serialize, ToSchema)]
#[schema(as = Classified)]
pub struct WrittenView<'a> {
    /// Context variables by name.
    #[schema(value_type = Object)]
    variables: Values<'a>,
    /// Required skills.
    skills: Vec<RequiredSkill>,
    /// Priority; `null` if no rule said one.
    priority: Option<i32>,
}

struct Values<'a>(&'a Written);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let variables = self.0.variables.iter();
        serializer.collect_map(variables.map(|(name, overlay)| (name, ValueView(&overlay.value))))
    }
}

impl<'a> WrittenView<'a> {
    /// The wire form, unless nothing was written.
    pub fn new(written: &'a Written) -> Option<Self> {
        let skills = written.skills.iter().map(Into::into).collect();
        let view = Self { variables: Values(written), skills, priority: written.priority };
        (!written.is_empty()).then_some(view)
    }
}

/// What the queue's method ordered by, as the queue saw it.
#[derive(Serialize, ToSchema)]
#[schema(as = Scores)]
pub struct ScoresView {
    free_units: i64,
    /// Active conversations of this work stream.
    in_work_stream: u32,
    active: u32,
    /// End of the last conversation, or since when connected; `null` if neither.
    idle_since: Option<At>,
    /// Last offer in this queue; `null` if none.
    last_offered_at: Option<At>,
}

impl From<&Scores> for ScoresView {
    fn from(scores: &Scores) -> Self {
        let known = |at: Timestamp| (at != Timestamp::default()).then_some(At(at));
        Self {
            free_units: scores.free_units,
            in_work_stream: scores.in_work_stream,
            active: scores.active,
            idle_since: known(scores.idle_since),
            last_offered_at: known(scores.last_offered_at),
        }
    }
}

/// An agent that was looked at.
#[derive(Serialize, ToSchema)]
#[schema(as = Candidate)]
pub struct CandidateView<'a> {
    #[schema(value_type = String)]
    agent_id: &'a AgentId,
    eligible: bool,
    /// The first that holds of `not_connected presence capacity skill cooling_down refused`; `null` if eligible.
    reason: Option<&'static str>,
    scores: ScoresView,
}

impl<'a> From<&'a Candidate> for CandidateView<'a> {
    fn from(candidate: &'a Candidate) -> Self {
        Self {
            agent_id: &candidate.agent_id,
            eligible: candidate.reason.is_none(),
            reason: candidate.reason.map(Reason::as_str),
            scores: ScoresView::from(&candidate.scores),
        }
    }
}

struct Counts<'a>(Option<&'a BTreeMap<Reason, u32>>);

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.into_iter().flatten().map(|(reason, count)| (reason.as_str(), count)))
    }
}

/// A decision record: the routing half (rules → queue) and the matching half (queue → agent), whichever there were.
#[derive(Serialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: DecisionId,
    at: At,
    /// What made the dispatcher look: `created`, `rerouted`, `returned`, `agent_available`, `refused`,
    /// `time_elapsed`, `picked`, `assigned`, `transferred`, `overflowed`, `hours_began`, `hours_ended`, `configured`,
    /// `started` or `simulated`.
    trigger: &'static str,
    config_version: u64,
    /// Rules that were evaluated, in order: those of the classification, then the routing rules. Empty where nothing
    /// was routed.
    rules: Vec<VerdictView<'a>>,
    /// What the classification wrote, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    classified: Option<WrittenView<'a>>,
    #[schema(value_type = String)]
    queue_id: &'a QueueId,
    /// Whether the fallback queue was taken.
    fallback: bool,
    /// Why, if something else was meant: `unknown_queue` or `unknown_agent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Agent to whom a rule gives it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    first_agent_id: Option<&'a AgentId>,
    /// Skills required at that moment; absent where nobody was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<Vec<RequiredSkill>>,
    /// How many steps of the work stream's `skill_relaxation` have relaxed them; absent where nobody was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    relaxed_steps: Option<u32>,
    /// Best first, then those passed over: at most 10 with a winner, else 50; the rest is in `passed_over`.
    candidates: Vec<CandidateView<'a>>,
    /// Number of agents passed over, by reason.
    #[schema(value_type = Object)]
    passed_over: Counts<'a>,
    #[schema(value_type = Option<String>)]
    winner: Option<&'a AgentId>,
    /// Whether it stays in line until its queue's hours begin, so that nobody was looked for.
    out_of_hours: bool,
    /// What overflow made of it, queue by queue; only `simulate` has more than one.
    overflow: Vec<OverflowView<'a>>,
    /// Microseconds that all parts took.
    duration_us: u32,
}

impl<'a> DecisionView<'a> {
    fn new(
        head: &Head<'a>,
        routing: Option<&'a RoutingTrace>,
        matching: Option<&'a MatchTrace>,
        overflow: &[&'a OverflowTrace],
    ) -> Self {
        let version = matching.map(|m| m.config_version).or(routing.map(|r| r.config_version));
        let version = version.or(overflow.first().map(|o| o.config_version));
        let took = |us: Option<u32>| us.unwrap_or(0);
        Self {
            id: head.id,
            at: At(head.at),
            trigger: head.trigger,
            config_version: version.unwrap_or(0),
            rules: routing.map(|r| verdicts(&r.rules)).unwrap_or_default(),
            classified: routing.and_then(|r| WrittenView::new(&r.written)),
            queue_id: head.queue_id,
            fallback: routing.is_some_and(|r| r.fallback),
            reason: routing.and_then(|r| r.problem).map(RoutingProblem::as_str),
            first_agent_id: routing.and_then(|r| r.agent_id.as_ref()),
            requirement: matching.map(|m| m.requirement.iter().map(Into::into).collect()),
            relaxed_steps: matching.map(|m| m.relaxed_steps),
            candidates: matching
                .map(|m| m.candidates.iter().map(CandidateView::from).collect())
                .unwrap_or_default(),
            passed_over: Counts(matching.map(|m| &m.passed_over)),
            winner: matching.and_then(|m| m.winner.as_ref()),
            out_of_hours: matching.is_some_and(|m| m.out_of_hours),
            overflow: overflow.iter().map(|trace| OverflowView::from(*trace)).collect(),
            duration_us: overflow.iter().fold(
                took(routing.map(|r| r.duration_us)).saturating_add(took(matching.map(|m| m.duration_us))),
                |sum, trace| sum.saturating_add(trace.duration_us),
            ),
        }
    }

    /// The record that a simulated conversation would get.
    pub fn simulated(found: &'a Simulated) -> Self {
        let Simulated { routing, overflow, matching } = found;
        let head =
            Head { id: matching.id, at: matching.at, trigger: "simulated", queue_id: &matching.queue_id };
        Self::new(&head, Some(routing), Some(matching), &overflow.iter().collect::<Vec<_>>())
    }
}

impl<'a> From<&'a Decision> for DecisionView<'a> {
    fn from(decision: &'a Decision) -> Self {
        let Decision { id, at, routing, matching, overflow, trigger, queue_id } = decision;
        let head = Head { id: *id, at: *at, trigger, queue_id };
        let overflow: Vec<&OverflowTrace> = overflow.as_deref().into_iter().collect();
        Self::new(&head, routing.as_deref(), matching.as_deref(), &overflow)
    }
}

struct Head<'a> {
    id: DecisionId,
    at: Timestamp,
    trigger: &'static str,
    queue_id: &'a QueueId,
}
