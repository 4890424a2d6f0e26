//! Relaxation of required skills on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::config as domain;
use crate::http::error::FieldError;

/// One step that relaxes required skills: either `min_level` or `drop`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelaxationStep {
    /// Age of the conversation (since `queued_at`, so that transfers and restarts do not begin it anew); each step
    /// later than the one before.
    #[schema(minimum = 1, maximum = 31_536_000)]
    pub after_seconds: u32,
    /// Every required level above this one comes down to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    pub min_level: Option<u32>,
    /// Skills that are no longer required. Who lacks one comes after those who have them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 20, nullable = false)]
    pub drop: Option<Vec<String>>,
}

impl RelaxationStep {
    /// The domain's form; what is wrong goes to `errors` under `at`.
    pub fn into_domain(self, at: &str, errors: &mut Vec<FieldError>) -> domain::RelaxationStep {
        let ease = match (self.min_level, self.drop) {
            (Some(level), None) => domain::Ease::MinLevel(level),
            (None, Some(skills)) => domain::Ease::Drop(skills.into_iter().map(Into::into).collect()),
            (level, _) => {
                let (field, message) = match level {
                    Some(_) => ("drop", "give either min_level or drop"),
                    None => ("min_level", "give min_level or drop"),
                };
                errors.push(FieldError::new(format!("{at}/{field}"), message));
                domain::Ease::Drop(Vec::new())
            }
        };
        domain::RelaxationStep { after_seconds: self.after_seconds, ease }
    }
}

impl From<&domain::RelaxationStep> for RelaxationStep {
    fn from(step: &domain::RelaxationStep) -> Self {
        let (min_level, drop) = match &step.ease {
            domain::Ease::MinLevel(level) => (Some(*level), None),
            domain::Ease::Drop(skills) => (None, Some(skills.iter().map(ToString::to_string).collect())),
        };
        Self { after_seconds: step.after_seconds, min_level, drop }
    }
}
