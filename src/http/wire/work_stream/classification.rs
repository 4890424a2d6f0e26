//! Classification on the wire: rule sets and what their rules write.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::common::RequiredSkill;
use super::super::condition::{self, Condition, Operand};
use crate::domain::config as domain;
use crate::http::error::FieldError;

/// One rule set: the first of its rules whose condition holds writes its outputs, and the next set follows. Within
/// a set, rules read what the caller gave and what earlier sets wrote.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassificationSet {
    /// What people see, also in decision records.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Help for administrators.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: String,
    /// Ordered rules.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub rules: Vec<ClassificationRule>,
}

/// One rule of a set.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassificationRule {
    /// What people see, also in decision records.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Help for administrators.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: String,
    /// When it holds.
    pub when: Condition,
    /// What it writes then; with nothing in it the rule only ends its set.
    pub set: ClassificationOutputs,
}

/// What a classification rule writes.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClassificationOutputs {
    /// Declared context variables by name, at most 20: a string or a boolean (kept as that text) for a text, a number
    /// for a number. They cover what the caller gave for as long as the rule holds.
    #[schema(required = false)]
    pub variables: BTreeMap<String, Operand>,
    /// Required skills, beside those of other rules and of the caller; of one that is required twice the higher level.
    #[schema(max_items = 20, required = false)]
    pub skills: Vec<RequiredSkill>,
    /// Priority of the conversation, higher first, unless the caller said one; of several sets the last counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -100, maximum = 100, nullable = false)]
    pub priority: Option<i32>,
}

impl ClassificationSet {
    /// The domain's form; what is wrong goes to `errors` under `at`.
    pub fn into_domain(self, at: &str, errors: &mut Vec<FieldError>) -> domain::RuleSet {
        let rules = self.rules.into_iter().enumerate();
        let rules = rules.map(|(index, rule)| rule.into_domain(&format!("{at}/rules/{index}"), errors));
        domain::RuleSet { name: self.name, description: self.description, rules: rules.collect() }
    }
}

impl ClassificationRule {
    fn into_domain(self, at: &str, errors: &mut Vec<FieldError>) -> domain::ClassificationRule {
        domain::ClassificationRule {
            name: self.name,
            description: self.description,
            when: condition::to_domain(self.when, &format!("{at}/when"), errors),
            set: domain::Outputs {
                variables: self.set.variables.into_iter().map(|(name, value)| (name, value.into())).collect(),
                skills: self.set.skills.into_iter().map(Into::into).collect(),
                priority: self.set.priority,
            },
        }
    }
}

impl From<&domain::RuleSet> for ClassificationSet {
    fn from(set: &domain::RuleSet) -> Self {
        Self {
            name: set.name.clone(),
            description: set.description.clone(),
            rules: set.rules.iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::ClassificationRule> for ClassificationRule {
    fn from(rule: &domain::ClassificationRule) -> Self {
        let variables = rule.set.variables.iter();
        Self {
            name: rule.name.clone(),
            description: rule.description.clone(),
            when: (&rule.when).into(),
            set: ClassificationOutputs {
                variables: variables.map(|(name, value)| (name.clone(), value.into())).collect(),
                skills: rule.set.skills.iter().map(Into::into).collect(),
                priority: rule.set.priority,
            },
        }
    }
}
