//! Conditions of rules on the wire.
//!
//! The shape (how many operands an operator takes) is checked here; types and names by the rule set's check.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::wire_enum;
use crate::domain::config as domain;
use crate::domain::config::Operator as Op;
use crate::http::error::FieldError;

wire_enum! {
    /// How a variable is compared.
    Operator = domain::Operator {
        Equals, NotEquals, Contains, NotContains, BeginsWith, NotBeginsWith, EndsWith, NotEndsWith, HasData,
        NoData, In, NotIn, Gt, Gte, Lt, Lte, Between,
    }
}

/// One value to compare with.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Operand {
    /// true or false; compares as that text.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text; compared without regard to case.
    Text(String),
}

/// What a variable is compared with.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ComparisonValue {
    /// One value.
    One(Operand),
    /// `in` and `not_in`: any of these; `between`: `[low, high]`, both included.
    Many(Vec<Operand>),
}

/// `variable operator value`
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// A context variable's name, or a path: `channel.id`, `channel.type`, `channel.name`; `customer.id`,
    /// `customer.name`, `customer.email`, `customer.phone`, `customer.known` (the text `true` where a record is
    /// linked, else `false`); `record.…`, the details of a routed record by key; `time.hour` (0 to 23), `time.minute`,
    /// `time.weekday` (1 is Monday, 7 Sunday), `time.date` (`YYYY-MM-DD`), all in UTC. What is not there is no data:
    /// every comparison with it but `no_data` is false.
    #[schema(min_length = 1, max_length = 100)]
    pub variable: String,
    /// How.
    pub operator: Operator,
    /// With what; nothing for `has_data` and `no_data`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub value: Option<ComparisonValue>,
}

/// Every part holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllOf {
    /// Parts.
    #[schema(no_recursion, max_items = 100)]
    pub all: Vec<Condition>,
}

/// Some part holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnyOf {
    /// Parts.
    #[schema(no_recursion, max_items = 100)]
    pub any: Vec<Condition>,
}

/// The part does not hold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotOf {
    /// The part.
    #[schema(no_recursion)]
    pub not: Box<Condition>,
}

/// A nested condition.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Condition {
    /// Every part holds.
    All(AllOf),
    /// Some part holds.
    Any(AnyOf),
    /// The part does not hold.
    Not(NotOf),
    /// A comparison.
    Is(Comparison),
}

/// Deepest nesting of a condition; far beyond what a person can read.
const MAX_DEPTH: usize = 16;

/// The domain's form; what is wrong goes to `errors` under `at`.
pub fn to_domain(wire: Condition, at: &str, errors: &mut Vec<FieldError>) -> domain::Condition {
    nested(wire, at, 0, errors)
}

fn nested(wire: Condition, at: &str, depth: usize, errors: &mut Vec<FieldError>) -> domain::Condition {
    if depth > MAX_DEPTH {
        errors.push(FieldError::new(at, format!("conditions nest at most {MAX_DEPTH} deep")));
        return domain::Condition::All(Vec::new());
    }
    let mut list = |parts: Vec<Condition>, name: &str| {
        let part = |(index, part)| nested(part, &format!("{at}/{name}/{index}"), depth + 1, errors);
        parts.into_iter().enumerate().map(part).collect()
    };
    match wire {
        Condition::All(AllOf { all }) => domain::Condition::All(list(all, "all")),
        Condition::Any(AnyOf { any }) => domain::Condition::Any(list(any, "any")),
        Condition::Not(NotOf { not }) => {
            domain::Condition::Not(Box::new(nested(*not, &format!("{at}/not"), depth + 1, errors)))
        }
        Condition::Is(comparison) => domain::Condition::Is(compare(comparison, at, errors)),
    }
}

fn compare(wire: Comparison, at: &str, errors: &mut Vec<FieldError>) -> domain::Comparison {
    let operator = Op::from(wire.operator);
    let values: Result<Vec<Operand>, &str> = match (operator, wire.value) {
        (Op::HasData | Op::NoData, None) => Ok(Vec::new()),
        (Op::HasData | Op::NoData, Some(_)) => Err("this operator takes no value"),
        (_, None) => Err("must be given"),
        (Op::In | Op::NotIn, Some(ComparisonValue::Many(values))) => Ok(values),
        (Op::In | Op::NotIn, Some(_)) => Err("this operator takes a list"),
        (Op::Between, Some(ComparisonValue::Many(values))) if values.len() == 2 => Ok(values),
        (Op::Between, Some(_)) => Err("this operator takes [low, high]"),
        (_, Some(ComparisonValue::One(value))) => Ok(vec![value]),
        (_, Some(ComparisonValue::Many(_))) => Err("this operator takes one value"),
    };
    let values = values.unwrap_or_else(|message| {
        errors.push(FieldError::new(format!("{at}/value"), message));
        Vec::new()
    });
    domain::Comparison {
        variable: wire.variable,
        operator,
        values: values.into_iter().map(Into::into).collect(),
    }
}

impl From<Operand> for domain::Operand {
    fn from(wire: Operand) -> Self {
        match wire {
            Operand::Bool(value) => Self::Bool(value),
            Operand::Number(value) => Self::Number(value),
            Operand::Text(value) => Self::Text(value),
        }
    }
}

impl From<&domain::Operand> for Operand {
    fn from(operand: &domain::Operand) -> Self {
        match operand {
            domain::Operand::Bool(value) => Self::Bool(*value),
            domain::Operand::Number(value) => Self::Number(*value),
            domain::Operand::Text(value) => Self::Text(value.clone()),
        }
    }
}

impl From<&domain::Condition> for Condition {
    fn from(condition: &domain::Condition) -> Self {
        match condition {
            domain::Condition::All(parts) => Self::All(AllOf { all: parts.iter().map(Into::into).collect() }),
            domain::Condition::Any(parts) => Self::Any(AnyOf { any: parts.iter().map(Into::into).collect() }),
            domain::Condition::Not(part) => Self::Not(NotOf { not: Box::new(part.as_ref().into()) }),
            domain::Condition::Is(comparison) => Self::Is(comparison.into()),
        }
    }
}

impl From<&domain::Comparison> for Comparison {
    fn from(comparison: &domain::Comparison) -> Self {
        let mut values: Vec<Operand> = comparison.values.iter().map(Into::into).collect();
        let many = matches!(comparison.operator, Op::In | Op::NotIn | Op::Between);
        let value =
            if many { Some(ComparisonValue::Many(values)) } else { values.pop().map(ComparisonValue::One) };
        Self { variable: comparison.variable.clone(), operator: comparison.operator.into(), value }
    }
}
