//! The numbers for which a comparison of order holds.

use crate::config::{Operand, Operator};

/// An interval of numbers; a bound is itself in it or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    low: f64,
    with_low: bool,
    high: f64,
    with_high: bool,
}

impl Interval {
    /// The interval of a comparison of order; `None` for another operator, or operands that are no numbers.
    pub fn of(operator: Operator, values: &[Operand]) -> Option<Self> {
        let number = |index: usize| match values.get(index) {
            Some(Operand::Number(number)) if number.is_finite() => Some(*number),
            _ => None,
        };
        let first = number(0)?;
        let (low, with_low, high, with_high) = match operator {
            Operator::Gt => (first, false, f64::INFINITY, true),
            Operator::Gte => (first, true, f64::INFINITY, true),
            Operator::Lt => (f64::NEG_INFINITY, true, first, false),
            Operator::Lte => (f64::NEG_INFINITY, true, first, true),
            Operator::Between => (first, true, number(1)?, true),
            _ => return None,
        };
        Some(Self { low, with_low, high, with_high })
    }

    /// Whether every number of this interval is in `other`.
    pub fn within(&self, other: &Self) -> bool {
        let low = self.low > other.low || (self.low >= other.low && (other.with_low || !self.with_low));
        let high =
            self.high < other.high || (self.high <= other.high && (other.with_high || !self.with_high));
        low && high
    }

    /// Whether no number is in both.
    pub fn apart(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.high < b.low || (a.high <= b.low && !(a.with_high && b.with_low));
        before(self, other) || before(other, self)
    }
}
