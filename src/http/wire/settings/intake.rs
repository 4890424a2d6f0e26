//! Intake rules on the wire: which work stream a record goes to when the connector names none.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::config as domain;
use crate::http::error::FieldError;
use crate::http::wire::condition::{self, AllOf, Condition};

/// Chooses the work stream of a record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeRule {
    /// What people see, also on the conversation.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Only records of this entity; null for all.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub entity_logical_name: Option<String>,
    /// Over `record.…` and `time.…`; always, if not given.
    #[serde(default = "always")]
    #[schema(required = false)]
    pub when: Condition,
    /// An entity work stream. It takes the record if it is active and routes its entity; else the next rule is looked at.
    #[schema(max_length = 64)]
    pub work_stream_id: String,
}

fn always() -> Condition {
    Condition::All(AllOf { all: Vec::new() })
}

/// The domain's form of them all, or what is wrong beyond the schema.
pub(super) fn to_domain(rules: Vec<IntakeRule>) -> Result<Vec<domain::IntakeRule>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let rules = rules.into_iter().enumerate().map(|(at, rule)| domain::IntakeRule {
        name: rule.name,
        entity_logical_name: rule.entity_logical_name,
        when: condition::to_domain(rule.when, &format!("/intake_rules/{at}/when"), &mut errors),
        work_stream_id: rule.work_stream_id.into(),
    });
    let rules = rules.collect();
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}

impl From<&domain::IntakeRule> for IntakeRule {
    fn from(rule: &domain::IntakeRule) -> Self {
        Self {
            name: rule.name.clone(),
            entity_logical_name: rule.entity_logical_name.clone(),
            when: (&rule.when).into(),
            work_stream_id: rule.work_stream_id.to_string(),
        }
    }
}
