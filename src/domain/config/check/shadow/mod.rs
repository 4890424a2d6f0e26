//! Rules that can never be reached, because an earlier one holds whenever they would.
//!
//! Whether one condition implies another is proved, never guessed: each step of the proof is sound for every
//! scope, and where none applies, or the proof grows too long, nothing is said. Conditions are two-valued (no
//! data makes a comparison false, `not` makes that true), so that plain propositional steps are sound.
//! What a single comparison implies is in `literal`.

mod interval;
mod literal;

use literal::Literal;

use crate::config::Condition;

/// Most steps spent on one pair of rules: two conditions of a hundred parts each need that many.
const MAX_STEPS_A_PAIR: u32 = 10_000;
/// Most steps spent on one list of rules, so that saving a work stream never takes long.
const MAX_STEPS: u32 = 200_000;

/// Each condition of an ordered list of rules that is never reached, with the first earlier one that takes all it
/// would.
pub(super) fn shadowed<'r>(conditions: impl Iterator<Item = &'r Condition>) -> Vec<(usize, usize)> {
    let forms: Vec<Form<'_>> = conditions.map(|when| form(when, true)).collect();
    let mut left = MAX_STEPS;
    let mut found = Vec::new();
    for (index, later) in forms.iter().enumerate() {
        let by = forms[..index].iter().position(|earlier| {
            let mut steps = Steps(left.min(MAX_STEPS_A_PAIR));
            let given = steps.0;
            let implied = implies(later, earlier, &mut steps);
            left -= given - steps.0;
            implied
        });
        found.extend(by.map(|by| (index, by)));
    }
    found
}

/// A condition with its negations pushed down to the comparisons.
#[derive(Debug)]
enum Form<'a> {
    All(Vec<Form<'a>>),
    Any(Vec<Form<'a>>),
    Is(Literal<'a>),
}

fn form(condition: &Condition, positive: bool) -> Form<'_> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            let all = matches!(condition, Condition::All(_)) == positive;
            let mut forms = Vec::with_capacity(parts.len());
            for part in parts {
                match form(part, positive) {
                    Form::All(inner) if all => forms.extend(inner),
                    Form::Any(inner) if !all => forms.extend(inner),
                    other => forms.push(other),
                }
            }
            if forms.len() == 1 {
                return forms.remove(0);
            }
            if all { Form::All(forms) } else { Form::Any(forms) }
        }
        Condition::Not(part) => form(part, !positive),
        Condition::Is(comparison) => Form::Is(Literal::new(comparison, positive)),
    }
}

/// What is left to spend on a proof.
#[derive(Debug)]
struct Steps(u32);

impl Steps {
    /// Pays `cost`; false when it is not there, which ends the proof without a result.
    fn spend(&mut self, cost: usize) -> bool {
        let cost = u32::try_from(cost).unwrap_or(u32::MAX);
        let affordable = cost <= self.0;
        self.0 = self.0.saturating_sub(cost);
        affordable
    }
}

/// Whether `q` holds in every scope in which `p` does, as far as it can be proved. An empty `any` never
/// holds, which is another mistake than a shadowed rule: nothing is claimed of it.
fn implies(p: &Form<'_>, q: &Form<'_>, steps: &mut Steps) -> bool {
    if !steps.spend(1) {
        return false;
    }
    match (p, q) {
        (Form::Any(ps), _) if ps.is_empty() => false,
        (_, Form::All(qs)) => qs.iter().all(|q| implies(p, q, steps)),
        (Form::Any(ps), _) => ps.iter().all(|p| implies(p, q, steps)),
        (Form::Is(p), Form::Is(q)) => steps.spend(p.cost(q)) && p.implies(q),
        (Form::All(ps), Form::Is(_)) => ps.iter().any(|p| implies(p, q, steps)),
        (Form::Is(_), Form::Any(qs)) => qs.iter().any(|q| implies(p, q, steps)),
        (Form::All(ps), Form::Any(qs)) => {
            qs.iter().any(|q| implies(p, q, steps)) || ps.iter().any(|p| implies(p, q, steps))
        }
    }
}
