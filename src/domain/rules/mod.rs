//! Routing rules: which of an ordered list holds for what is known about a conversation (SPEC §3).
//!
//! Owns what a comparison means, what rules may read and how a percentage split draws. Does not know queues
//! or agents, and does not judge whether a rule makes sense: `config::check` does that when it is saved.
//! Everything here is total: a value of the wrong type is a comparison that does not hold, never an error.

mod compare;
mod fold;
mod scope;
mod split;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use compare::compare;
pub(crate) use compare::{operand_text, read_number};
pub use fold::fold;
pub use scope::{PathKind, Scope, path_kind};
pub use split::split;

use super::config::{Comparison, Condition, RoutingRule};
use super::context::Value;
use super::decision::RuleVerdict;

/// Deepest nesting of a condition; a lone comparison is 1. Recursion is bounded by it, and no person reads
/// deeper. `config::check` refuses more, and here a part below it does not hold.
pub const MAX_DEPTH: usize = 10;
/// Most parts of one condition, comparisons and groups together. Each arrival pays for them on the stage.
pub const MAX_PARTS: usize = 100;

/// What a condition read: each variable once, in order of the first reading.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reads(Vec<(Arc<str>, Option<Value>)>);

impl Reads {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The variables with the values they had; `None` is no data.
    pub fn into_vec(self) -> Vec<(Arc<str>, Option<Value>)> {
        self.0
    }

    /// Looks `variable` up and keeps what it found, so that a second comparison reads the same.
    fn read(&mut self, variable: &str, scope: &Scope<'_>) -> Option<&Value> {
        let at = self.0.iter().position(|(name, _)| **name == *variable).unwrap_or_else(|| {
            self.0.push((Arc::from(variable), scope.get(variable)));
            self.0.len() - 1
        });
        self.0[at].1.as_ref()
    }
}

/// What an ordered list of rules said.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    /// The rules that were evaluated, in order; the last one is the one that matched, if any.
    pub verdicts: Vec<RuleVerdict>,
    /// Index of the rule that matched; `None` is the fallback queue.
    pub matched: Option<usize>,
}

/// Evaluates routing rules in order. The first whose condition holds decides; later ones are not evaluated.
pub fn evaluate(rules: &[RoutingRule], scope: &Scope<'_>) -> Outcome {
    first(rules.iter().map(|rule| (rule.name.as_str(), &rule.when)), None, scope)
}

/// The same for any rules that have a name and a condition; `set` is the classification rule set that they stand in.
pub fn first<'r>(
    rules: impl Iterator<Item = (&'r str, &'r Condition)>,
    set: Option<&str>,
    scope: &Scope<'_>,
) -> Outcome {
    let mut outcome = Outcome::default();
    let set: Option<Arc<str>> = set.map(Arc::from);
    for (index, (name, when)) in rules.enumerate() {
        let mut reads = Reads::new();
        let matched = holds(when, scope, &mut reads);
        let (set, name) = (set.clone(), Arc::from(name));
        outcome.verdicts.push(RuleVerdict { set, name, matched, reads: reads.into_vec() });
        if matched {
            outcome.matched = Some(index);
            break;
        }
    }
    outcome
}

/// Whether `condition` holds. Skill rules use this too.
///
/// `all` and `any` stop at the part that decides, so that `reads` has only what was needed. `not` negates
/// the truth of its part, and a comparison with no data is false: `not (tier equals gold)` holds where there
/// is no tier, while `tier not_equals gold` does not.
pub fn holds(condition: &Condition, scope: &Scope<'_>, reads: &mut Reads) -> bool {
    holds_at(condition, scope, reads, 1)
}

fn holds_at(condition: &Condition, scope: &Scope<'_>, reads: &mut Reads, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds_at(part, scope, reads, depth + 1)),
        Condition::Any(parts) => parts.iter().any(|part| holds_at(part, scope, reads, depth + 1)),
        Condition::Not(part) => !holds_at(part, scope, reads, depth + 1),
        Condition::Is(Comparison { variable, operator, values }) => {
            compare(*operator, values, reads.read(variable, scope))
        }
    }
}
