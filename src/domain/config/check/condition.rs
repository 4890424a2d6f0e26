//! Checks a rule's condition: depth, size, names, operators against types.

use super::bounds::{MAX_OPERANDS, MAX_PATH_CHARS};
use super::checker::Checker;
use super::problem::Problem;
use crate::config::{Comparison, Condition, Operand, Operator};
use crate::context::{MAX_VALUE_CHARS, Variable, VariableType};
use crate::rules::{MAX_DEPTH, MAX_PARTS, PathKind, path_kind};

/// Checks `condition` at the present place; `declared` are the variables of its work stream.
pub(super) fn check(checker: &mut Checker<'_>, condition: &Condition, declared: &[Variable]) {
    let mut parts = 0;
    walk(checker, condition, declared, 1, &mut parts);
    if parts > MAX_PARTS {
        checker.report(Problem::TooMany { max: MAX_PARTS });
    }
}

fn walk(
    checker: &mut Checker<'_>,
    condition: &Condition,
    declared: &[Variable],
    depth: usize,
    parts: &mut usize,
) {
    *parts += 1;
    if depth > MAX_DEPTH {
        return checker.report(Problem::TooDeep { max: MAX_DEPTH });
    }
    if *parts > MAX_PARTS {
        return;
    }
    let mut list = |checker: &mut Checker<'_>, name, list: &[Condition]| {
        checker.field(name, |checker| {
            for (index, part) in list.iter().enumerate() {
                checker.index(index, |checker| walk(checker, part, declared, depth + 1, parts));
            }
        });
    };
    match condition {
        Condition::All(all) => list(checker, "all", all),
        Condition::Any(any) => list(checker, "any", any),
        Condition::Not(part) => {
            checker.field("not", |checker| walk(checker, part, declared, depth + 1, parts));
        }
        Condition::Is(comparison) => is(checker, comparison, declared),
    }
}

/// What the operator asks of its variable and operands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Presence,
    Equality,
    List,
    Text,
    Order,
    Range,
}

fn family(operator: Operator) -> Family {
    use Operator as O;
    match operator {
        O::HasData | O::NoData => Family::Presence,
        O::Equals | O::NotEquals => Family::Equality,
        O::In | O::NotIn => Family::List,
        O::Contains | O::NotContains | O::BeginsWith | O::NotBeginsWith | O::EndsWith | O::NotEndsWith => {
            Family::Text
        }
        O::Gt | O::Gte | O::Lt | O::Lte => Family::Order,
        O::Between => Family::Range,
    }
}

fn is(checker: &mut Checker<'_>, comparison: &Comparison, declared: &[Variable]) {
    let family = family(comparison.operator);
    let kind = variable(checker, &comparison.variable, declared);
    match (family, kind) {
        (Family::Text, Some(VariableType::Number)) => {
            checker.require(false, "operator", Problem::OperatorNeedsText);
        }
        (Family::Order | Family::Range, Some(VariableType::Text)) => {
            checker.require(false, "operator", Problem::OperatorNeedsNumber);
        }
        _ => operands(checker, family, kind, &comparison.values),
    }
}

/// The type of the variable, where it has one.
fn variable(checker: &mut Checker<'_>, name: &str, declared: &[Variable]) -> Option<VariableType> {
    checker.length("variable", name, MAX_PATH_CHARS);
    match path_kind(name) {
        PathKind::Text => Some(VariableType::Text),
        PathKind::Number => Some(VariableType::Number),
        PathKind::Either => None,
        PathKind::Unknown => {
            checker.require(false, "variable", Problem::UnknownPath);
            None
        }
        PathKind::Variable => {
            let kind = declared.iter().find(|variable| variable.name == name).map(|variable| variable.kind);
            checker.require(kind.is_some(), "variable", Problem::UndeclaredVariable);
            kind
        }
    }
}

fn operands(checker: &mut Checker<'_>, family: Family, kind: Option<VariableType>, values: &[Operand]) {
    let expected = match family {
        Family::Presence => 0,
        Family::Equality | Family::Text | Family::Order => 1,
        Family::Range => 2,
        Family::List => {
            checker.require(!values.is_empty(), "value", Problem::EmptyList);
            return checker.each("value", values, MAX_OPERANDS, |checker, _, value| {
                operand(checker, family, kind, value);
            });
        }
    };
    if values.len() != expected {
        return checker.require(false, "value", Problem::WrongOperandCount { expected });
    }
    if family != Family::Range {
        for value in values {
            checker.field("value", |checker| operand(checker, family, kind, value));
        }
        return;
    }
    checker.each("value", values, 2, |checker, _, value| operand(checker, family, kind, value));
    if let [Operand::Number(low), Operand::Number(high)] = values {
        checker.require(low <= high, "value", Problem::LowAboveHigh);
    }
}

fn operand(checker: &mut Checker<'_>, family: Family, kind: Option<VariableType>, value: &Operand) {
    let needs_number = matches!(family, Family::Order | Family::Range) || kind == Some(VariableType::Number);
    let fits = match value {
        Operand::Number(number) => family != Family::Text && number.is_finite(),
        Operand::Text(_) | Operand::Bool(_) => !needs_number,
    };
    if !fits {
        checker.report(Problem::WrongOperandType);
    }
    if let Operand::Text(text) = value
        && text.chars().count() > MAX_VALUE_CHARS
    {
        checker.report(Problem::TooLong { max: MAX_VALUE_CHARS });
    }
}
