//! Classification: ordered rule sets that write what later sets, routing rules and skill rules read (SPEC §3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::work_stream::{Condition, Operand, RequiredSkill};

/// One rule set: the first of its rules whose condition holds writes its outputs, and the next set follows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RuleSet {
    /// What people see, also in decision records.
    pub name: String,
    /// Help for administrators.
    pub description: String,
    /// Ordered rules.
    pub rules: Vec<ClassificationRule>,
}

/// One rule of a set.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ClassificationRule {
    /// What people see, also in decision records.
    pub name: String,
    /// Help for administrators.
    pub description: String,
    /// When it holds.
    pub when: Condition,
    /// What it writes then.
    pub set: Outputs,
}

/// What a classification rule writes; nothing at all is a rule that only ends its set.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Outputs {
    /// Declared context variables, over what the caller gave. A boolean is the text `true` or `false`, and an
    /// empty text is no data.
    pub variables: BTreeMap<String, Operand>,
    /// Required skills, beside those of other rules and of the caller.
    pub skills: Vec<RequiredSkill>,
    /// −100..100, unless the caller said one; of several the last.
    pub priority: Option<i32>,
}
