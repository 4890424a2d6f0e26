//! Work streams on the wire: the form of CONTRACT §3 and its defaults.

mod classification;
mod parts;
mod relaxation;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use classification::{ClassificationOutputs, ClassificationRule, ClassificationSet};
pub use parts::{
    BlockCapacity, Distribution, EntityConfiguration, Mode, Notification, NotificationKind, Refusal, Route,
    RouteToAgent, RouteToQueue, RouteToSplit, RoutingRule, SkillRule, Split, Variable, VariableType, WrapUp,
};
pub use relaxation::RelaxationStep;

use super::common::{ChannelType, given, one, yes};
use crate::domain::config as domain;
use crate::http::error::FieldError;

/// Something that is allowed but hardly meant.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// JSON Pointer into the work stream.
    pub field: String,
    /// Stable name, e.g. `shadowed_rule`.
    pub code: String,
    /// What is meant by it.
    pub message: String,
}

/// A work stream: which queue a conversation goes to, and how an agent of that queue gets it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkStream {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Type of all its channels.
    pub channel_type: ChannelType,
    /// Units that one conversation costs.
    #[serde(default = "one")]
    #[schema(default = 1, minimum = 0, maximum = 1_000_000)]
    pub capacity: u32,
    /// A waiting conversation closes after this long without a word; null never. Default 1800 for live
    /// chat, null for entity, 86400 else. In a merge patch, null sets null.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 315_360_000)]
    pub auto_close_after_inactivity_seconds: Option<Option<u32>>,
    /// How agents get it.
    #[serde(default)]
    pub distribution: Distribution,
    /// What happens after the end.
    #[serde(default)]
    pub wrap_up: WrapUp,
    /// Variables that rules and agents see under these names and types.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub context_variables: Vec<Variable>,
    /// Ordered rule sets, evaluated before the routing rules, which read the variables that they write.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub classification: Vec<ClassificationSet>,
    /// The first rule whose condition holds decides.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub routing_rules: Vec<RoutingRule>,
    /// Where what no rule takes goes. Default `default-messaging`; for entity `default-record`.
    #[serde(default)]
    #[schema(max_length = 64, nullable = false)]
    pub fallback_queue_id: Option<String>,
    /// Rules that require skills; all that hold apply.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub skill_rules: Vec<SkillRule>,
    /// Steps that relax required skills, by the conversation's age; none: skills stay exact.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub skill_relaxation: Vec<RelaxationStep>,
    /// Records that it routes; only with type entity.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub entity_configurations: Vec<EntityConfiguration>,
    /// An inactive one takes nothing new and finishes what it has.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub active: bool,
    /// What is allowed but hardly meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub warnings: Option<Vec<Warning>>,
}

impl WorkStream {
    /// The domain's form with every default, or what is wrong beyond the schema.
    pub fn into_domain(self) -> Result<domain::WorkStream, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut stream = domain::WorkStream::named(&self.name, self.channel_type.into());
        stream.capacity = self.capacity;
        if let Some(seconds) = self.auto_close_after_inactivity_seconds {
            stream.auto_close_after_inactivity_seconds = seconds;
        }
        stream.distribution = self.distribution.into_domain(self.channel_type.into());
        stream.block_capacity = self.wrap_up.block_capacity.into();
        stream.context_variables = self.context_variables.into_iter().map(Into::into).collect();
        for (index, set) in self.classification.into_iter().enumerate() {
            stream.classification.push(set.into_domain(&format!("/classification/{index}"), &mut errors));
        }
        for (index, rule) in self.routing_rules.into_iter().enumerate() {
            stream.routing_rules.push(rule.into_domain(&format!("/routing_rules/{index}"), &mut errors));
        }
        for (index, rule) in self.skill_rules.into_iter().enumerate() {
            stream.skill_rules.push(rule.into_domain(&format!("/skill_rules/{index}"), &mut errors));
        }
        for (index, step) in self.skill_relaxation.into_iter().enumerate() {
            stream
                .skill_relaxation
                .push(step.into_domain(&format!("/skill_relaxation/{index}"), &mut errors));
        }
        if let Some(queue) = self.fallback_queue_id {
            stream.fallback_queue_id = queue.into();
        }
        stream.entity_configurations = self.entity_configurations.into_iter().map(Into::into).collect();
        stream.active = self.active;
        if errors.is_empty() { Ok(stream) } else { Err(errors) }
    }
}

impl From<&domain::WorkStream> for WorkStream {
    fn from(stream: &domain::WorkStream) -> Self {
        Self {
            id: None,
            name: stream.name.clone(),
            channel_type: stream.channel_type.into(),
            capacity: stream.capacity,
            auto_close_after_inactivity_seconds: Some(stream.auto_close_after_inactivity_seconds),
            distribution: (&stream.distribution).into(),
            wrap_up: WrapUp { block_capacity: stream.block_capacity.into() },
            context_variables: stream.context_variables.iter().map(Into::into).collect(),
            classification: stream.classification.iter().map(Into::into).collect(),
            routing_rules: stream.routing_rules.iter().map(Into::into).collect(),
            fallback_queue_id: Some(stream.fallback_queue_id.to_string()),
            skill_rules: stream.skill_rules.iter().map(Into::into).collect(),
            skill_relaxation: stream.skill_relaxation.iter().map(Into::into).collect(),
            entity_configurations: stream.entity_configurations.iter().map(Into::into).collect(),
            active: stream.active,
            warnings: None,
        }
    }
}

#[cfg(test)]
mod tests;
