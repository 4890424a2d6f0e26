//! How a work stream relaxes required skills with the age of a conversation.

use serde::{Deserialize, Serialize};

use crate::ids::SkillId;

/// One step: from this age on less is required.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RelaxationStep {
    /// Age of the conversation, 1 or more; the steps of a work stream ascend.
    pub after_seconds: u32,
    /// What is no longer required.
    pub ease: Ease,
}

/// What a step takes off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Ease {
    /// Every level above this one comes down to it.
    MinLevel(u32),
    /// These skills are no longer required.
    Drop(Vec<SkillId>),
}
