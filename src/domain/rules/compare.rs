//! What one comparison means.

use std::cmp::Ordering;

use super::fold::fold;
use crate::config::{Operand, Operator};
use crate::context::{Value, parse_decimal};

/// Whether `value operator operands` holds; `None` and an empty text are no data.
///
/// - No data: only `no_data` holds; every other comparison is false, negative ones too.
/// - With data, `not_equals` and `not_in` are the opposite of `equals` and `in`.
/// - Texts compare in their folded form, numbers as decimals. A text that reads as a decimal is that number
///   where it meets a number (`"12.0"` equals `12`), and two texts are always compared as texts.
/// - `contains`, `begins_with`, `ends_with` and their opposites hold only between texts, `gt` to `between`
///   only between numbers; anything else is false. Too few operands are false.
pub fn compare(operator: Operator, operands: &[Operand], value: Option<&Value>) -> bool {
    let Some(value) = value.filter(|value| has_data(value)) else { return operator == Operator::NoData };
    let first = operands.first();
    match operator {
        Operator::HasData => true,
        Operator::NoData => false,
        Operator::Equals => first.is_some_and(|operand| equals(value, operand)),
        Operator::NotEquals => first.is_some_and(|operand| !equals(value, operand)),
        Operator::In => operands.iter().any(|operand| equals(value, operand)),
        Operator::NotIn => !operands.iter().any(|operand| equals(value, operand)),
        Operator::Contains => between_texts(value, first, |text, part| text.contains(part)),
        Operator::NotContains => between_texts(value, first, |text, part| !text.contains(part)),
        Operator::BeginsWith => between_texts(value, first, |text, part| text.starts_with(part)),
        Operator::NotBeginsWith => between_texts(value, first, |text, part| !text.starts_with(part)),
        Operator::EndsWith => between_texts(value, first, |text, part| text.ends_with(part)),
        Operator::NotEndsWith => between_texts(value, first, |text, part| !text.ends_with(part)),
        Operator::Gt => order(value, first).is_some_and(Ordering::is_gt),
        Operator::Gte => order(value, first).is_some_and(Ordering::is_ge),
        Operator::Lt => order(value, first).is_some_and(Ordering::is_lt),
        Operator::Lte => order(value, first).is_some_and(Ordering::is_le),
        Operator::Between => {
            order(value, first).is_some_and(Ordering::is_ge)
                && order(value, operands.get(1)).is_some_and(Ordering::is_le)
        }
    }
}

/// Whether there is data: anything but an empty text.
pub(super) fn has_data(value: &Value) -> bool {
    !matches!(value, Value::Text(text) if text.is_empty())
}

/// The operand as a text, if it is one; a boolean is the text `true` or `false`.
pub(crate) fn operand_text(operand: &Operand) -> Option<&str> {
    match operand {
        Operand::Text(text) => Some(text),
        Operand::Bool(true) => Some("true"),
        Operand::Bool(false) => Some("false"),
        Operand::Number(_) => None,
    }
}

/// The number that a text reads as. Depends on the folded form alone, so that texts which compare equal
/// read as the same number.
pub(crate) fn read_number(text: &str) -> Option<f64> {
    parse_decimal(&fold(text))
}

fn equals(value: &Value, operand: &Operand) -> bool {
    match (value, operand_text(operand), operand) {
        (Value::Text(text), Some(other), _) => fold(text) == fold(other),
        (Value::Number(number), Some(other), _) => read_number(other) == Some(*number),
        (_, None, Operand::Number(other)) => number_of(value) == Some(*other),
        (_, None, _) => false,
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => read_number(text),
    }
}

fn between_texts(value: &Value, operand: Option<&Operand>, holds: impl Fn(&str, &str) -> bool) -> bool {
    let Value::Text(text) = value else { return false };
    operand.and_then(operand_text).is_some_and(|part| holds(&fold(text), &fold(part)))
}

fn order(value: &Value, operand: Option<&Operand>) -> Option<Ordering> {
    let Some(Operand::Number(bound)) = operand else { return None };
    number_of(value)?.partial_cmp(bound)
}
