//! What one comparison, or its opposite, implies about another of the same variable.
//!
//! A comparison stands for the set of values (no data, texts, numbers) for which it holds, as
//! [`compare`] decides. The steps rest on these facts about it: whether it holds for a text depends on the
//! text's folded form alone; texts that read as a number meet numbers as that number does; and with data,
//! `not_…` is the opposite of its positive operator (for `contains` and its kin: among texts).

use super::interval::Interval;
use crate::config::{Comparison, Operand, Operator};
use crate::context::Value;
use crate::rules::{compare, fold, operand_text, read_number};

/// A comparison or its negation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Literal<'a> {
    variable: &'a str,
    positive: bool,
    set: Set<'a>,
}

/// The values for which a comparison holds.
#[derive(Clone, Copy, Debug)]
struct Set<'a> {
    operator: Operator,
    values: &'a [Operand],
}

impl<'a> Literal<'a> {
    /// `comparison`, or its negation. A negated `has_data` is `no_data`, and the other way round.
    pub fn new(comparison: &'a Comparison, positive: bool) -> Self {
        let (operator, positive) = match (comparison.operator, positive) {
            (Operator::HasData, false) => (Operator::NoData, true),
            (Operator::NoData, false) => (Operator::HasData, true),
            other => other,
        };
        let values = match operator {
            Operator::Equals | Operator::NotEquals => comparison.values.get(..1).unwrap_or_default(),
            _ => &comparison.values,
        };
        let set = Set { operator, values };
        Self { variable: &comparison.variable, positive, set }
    }

    /// How much work [`implies`](Self::implies) is: each operand may meet each other one.
    pub fn cost(&self, other: &Self) -> usize {
        (1 + self.set.values.len()) * (1 + other.set.values.len())
    }

    /// Whether `other` holds for every value for which this one does, as far as the steps here prove it.
    pub fn implies(&self, other: &Self) -> bool {
        self.variable == other.variable
            && match (self.positive, other.positive) {
                (true, true) => self.set.within(other.set),
                (false, false) => other.set.within(self.set),
                (true, false) => self.set.apart(other.set),
                (false, true) => false,
            }
    }
}

impl Set<'_> {
    /// Whether every value of this set is in `other`.
    fn within(self, other: Self) -> bool {
        use Operator as O;
        if self.operator == other.operator && self.values == other.values {
            return true;
        }
        match (self.operator, other.operator) {
            (O::NoData, _) | (_, O::NoData) => return self.operator == other.operator,
            (_, O::HasData) => return true,
            (O::Equals | O::In, _) => return self.decides(other, true),
            (O::NotEquals | O::NotIn, O::NotEquals | O::NotIn) => return other.listed_in(self),
            _ => {}
        }
        if let (Some(a), Some(b)) = (self.interval(), other.interval()) {
            return a.within(&b);
        }
        match (self.text(), other.text()) {
            (Some(a), Some(b)) if a.positive && b.positive => a.part_within(&b),
            (Some(a), Some(b)) if !a.positive && !b.positive => b.part_within(&a),
            _ => false,
        }
    }

    /// Whether no value is in both sets.
    fn apart(self, other: Self) -> bool {
        use Operator as O;
        match (self.operator, other.operator) {
            (O::NoData, b) => return b != O::NoData,
            (a, O::NoData) => return a != O::NoData,
            (O::Equals | O::In, _) => return self.decides(other, false),
            (_, O::Equals | O::In) if other.decides(self, false) => return true,
            (O::NotEquals | O::NotIn, O::Equals | O::In) => return other.listed_in(self),
            _ => {}
        }
        if let (Some(a), Some(b)) = (self.interval(), other.interval()) {
            return a.apart(&b);
        }
        match (self.text(), other.text()) {
            (Some(a), Some(b)) if a.positive && !b.positive => a.part_within(&b),
            (Some(a), Some(b)) if !a.positive && b.positive => b.part_within(&a),
            _ => false,
        }
    }

    /// Whether `other` is `expected` for every value of this set of `equals` or `in`.
    fn decides(self, other: Self, expected: bool) -> bool {
        let says = |value: Value| compare(other.operator, other.values, Some(&value)) == expected;
        !self.values.is_empty()
            && self.values.iter().all(|operand| match (operand_text(operand), operand) {
                // The texts of this folded form, and the number that they read as.
                (Some(""), _) => false,
                (Some(text), _) => {
                    says(Value::Text(text.into()))
                        && read_number(text).is_none_or(|number| says(Value::Number(number)))
                }
                // The number, and all texts that read as it: they do the same only where they meet numbers.
                (None, Operand::Number(number)) => other.sees_numbers_only() && says(Value::Number(*number)),
                (None, _) => false,
            })
    }

    /// Whether a text that reads as a number is in this set just when the number is.
    fn sees_numbers_only(self) -> bool {
        use Operator as O;
        let operator = matches!(
            self.operator,
            O::Equals | O::NotEquals | O::In | O::NotIn | O::Gt | O::Gte | O::Lt | O::Lte | O::Between
        );
        operator && self.values.iter().all(|operand| matches!(operand, Operand::Number(_)))
    }

    /// Whether each operand of this `equals`, `in` or opposite is one of `other`'s, and there is one.
    fn listed_in(self, other: Self) -> bool {
        let same = |a: &Operand, b: &Operand| match (operand_text(a), operand_text(b)) {
            (Some(a), Some(b)) => fold(a) == fold(b),
            _ => a == b,
        };
        !self.values.is_empty() && self.values.iter().all(|a| other.values.iter().any(|b| same(a, b)))
    }

    fn interval(self) -> Option<Interval> {
        Interval::of(self.operator, self.values)
    }

    fn text(self) -> Option<Part> {
        use Operator as O;
        let (place, positive) = match self.operator {
            O::Contains => (Place::Anywhere, true),
            O::NotContains => (Place::Anywhere, false),
            O::BeginsWith => (Place::Beginning, true),
            O::NotBeginsWith => (Place::Beginning, false),
            O::EndsWith => (Place::End, true),
            O::NotEndsWith => (Place::End, false),
            _ => return None,
        };
        let text = fold(operand_text(self.values.first()?)?).into_owned();
        Some(Part { place, positive, text })
    }
}

/// A part that texts have, or have not, at a place.
#[derive(Debug)]
struct Part {
    place: Place,
    positive: bool,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Anywhere,
    Beginning,
    End,
}

impl Part {
    /// Whether every text with this part has the other one too.
    fn part_within(&self, other: &Self) -> bool {
        match other.place {
            Place::Anywhere => self.text.contains(&other.text),
            Place::Beginning => self.place == Place::Beginning && self.text.starts_with(&other.text),
            Place::End => self.place == Place::End && self.text.ends_with(&other.text),
        }
    }
}
