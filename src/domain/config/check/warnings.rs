//! What is allowed and yet odd.

use std::fmt;

use super::checks::Checks;
use super::problem::Step;
use super::shadow;
use crate::config::{Config, Route, WorkStream, is_default_queue};
use crate::ids::QueueId;
use crate::presence::BasePresence;

/// Something odd about a work stream; it is saved all the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Warning {
    /// The rule is never reached: the one at index `by` holds whenever this one would.
    ShadowedRule {
        /// Index of the earlier rule.
        by: usize,
    },
    /// Away is allowed, and missed offers make agents inactive: who is away misses offers.
    AwayWithMissed,
    /// Work is routed to a queue that nobody serves. Not said of the default queues, which hold everybody.
    QueueWithoutMembers,
}

impl Warning {
    /// The name on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::ShadowedRule { .. } => "shadowed_rule",
            Self::AwayWithMissed => "away_with_missed",
            Self::QueueWithoutMembers => "queue_without_members",
        }
    }
}

impl fmt::Display for Warning {
    /// A sentence for people, without the field.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShadowedRule { by } => {
                return write!(f, "never reached: rule {} holds whenever this one would", by + 1);
            }
            Self::AwayWithMissed => "offers go to agents who are away, and missing one makes them inactive",
            Self::QueueWithoutMembers => "no agent serves this queue",
        })
    }
}

/// What is odd about `work_stream` in `config`, in the order of its fields. A shadowed rule is only named
/// where it is certain: no conversation whatsoever would reach it. The work is bounded.
pub fn warnings(work_stream: &WorkStream, config: &Config) -> Vec<(Vec<Step>, Warning)> {
    of(work_stream, &Checks::new(config))
}

pub(super) fn of(work_stream: &WorkStream, checks: &Checks<'_>) -> Vec<(Vec<Step>, Warning)> {
    let config = checks.config;
    let mut found = Vec::new();
    let away = work_stream.distribution.allowed_presences.contains(&BasePresence::Away);
    if away && config.settings.missed_notifications {
        let path = vec![Step::Field("distribution"), Step::Field("allowed_presences")];
        found.push((path, Warning::AwayWithMissed));
    }
    for (set, rules) in work_stream.classification.iter().enumerate() {
        for (rule, by) in shadow::shadowed(rules.rules.iter().map(|rule| &rule.when)) {
            let set = [Step::Field("classification"), Step::Index(set)];
            let path = [&set[..], &[Step::Field("rules"), Step::Index(rule)]].concat();
            found.push((path, Warning::ShadowedRule { by }));
        }
    }
    for (rule, by) in shadow::shadowed(work_stream.routing_rules.iter().map(|rule| &rule.when)) {
        let path = vec![Step::Field("routing_rules"), Step::Index(rule)];
        found.push((path, Warning::ShadowedRule { by }));
    }
    for (path, queue) in queues(work_stream) {
        let served = is_default_queue(queue) || checks.is_served(queue);
        if !served && config.queues.contains_key(queue) {
            found.push((path, Warning::QueueWithoutMembers));
        }
    }
    found
}

/// Every queue that the work stream routes to, with its field.
fn queues(work_stream: &WorkStream) -> Vec<(Vec<Step>, &QueueId)> {
    let mut queues = Vec::new();
    for (index, rule) in work_stream.routing_rules.iter().enumerate() {
        let path = [Step::Field("routing_rules"), Step::Index(index), Step::Field("route_to")];
        let mut push = |rest: &[Step], queue| queues.push(([&path, rest].concat(), queue));
        match &rule.route_to {
            Route::Queue(queue) => push(&[Step::Field("queue_id")], queue),
            Route::Agent(_) => {}
            Route::Split(shares) => {
                for (share, split) in shares.iter().enumerate() {
                    push(
                        &[Step::Field("split"), Step::Index(share), Step::Field("queue_id")],
                        &split.queue_id,
                    );
                }
            }
        }
    }
    queues.push((vec![Step::Field("fallback_queue_id")], &work_stream.fallback_queue_id));
    queues
}
