//! The parts of a work stream on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use super::super::common::{BasePresence, RequiredSkill, wire_enum};
use super::super::condition::{self, Condition};
use super::super::template::Templates;
use crate::domain::config as domain;
use crate::domain::context;
use crate::http::error::FieldError;

wire_enum! {
    /// How conversations reach agents: offered by the dispatcher, or taken from the pick list.
    Mode = domain::Mode { Push, Pick }
}

wire_enum! {
    /// What an offer looks like to the agent.
    NotificationKind = domain::NotificationKind { OpenDirectly, ScreenPopTimeout, ScreenPopDecline }
}

wire_enum! {
    /// Type of a context variable.
    VariableType = context::VariableType { Text, Number }
}

/// The prompt.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Notification {
    /// Which.
    #[schema(default = "screen_pop_decline", required = false)]
    pub kind: NotificationKind,
    /// How long it stands.
    #[schema(minimum = 1, maximum = 3600, default = 120, required = false)]
    pub timeout_seconds: u32,
    /// Template that shapes it in every scenario that `templates` does not name; null: as built in.
    #[schema(max_length = 64)]
    pub template_id: Option<String>,
    /// Templates by scenario; not shown when none is named.
    #[serde(skip_serializing_if = "Templates::is_empty")]
    #[schema(required = false)]
    pub templates: Templates,
}

impl Default for Notification {
    fn default() -> Self {
        Self {
            kind: NotificationKind::ScreenPopDecline,
            timeout_seconds: 120,
            template_id: None,
            templates: Templates::default(),
        }
    }
}

/// What follows a decline or a timeout.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Refusal {
    /// Pause for that agent and conversation after a decline.
    #[schema(minimum = 0, maximum = 31_536_000, default = 60, required = false)]
    pub decline_cooldown_seconds: u32,
    /// The same after a timeout.
    #[schema(minimum = 0, maximum = 31_536_000, default = 60, required = false)]
    pub timeout_cooldown_seconds: u32,
    /// After this many by one agent, never again automatically to that one.
    #[schema(minimum = 1, maximum = 1_000_000, default = 3, required = false)]
    pub max_refusals: u32,
}

impl Default for Refusal {
    fn default() -> Self {
        Self { decline_cooldown_seconds: 60, timeout_cooldown_seconds: 60, max_refusals: 3 }
    }
}

/// How agents get it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Distribution {
    /// Push or pick.
    #[schema(default = "push", required = false)]
    pub mode: Mode,
    /// The prompt.
    #[schema(required = false)]
    pub notification: Notification,
    /// Base presences in which an agent is offered this stream. Default available and busy.
    #[schema(min_items = 1, max_items = 5, nullable = false, default = json!(["available", "busy"]))]
    pub allowed_presences: Option<Vec<BasePresence>>,
    /// Whether agents may also take waiting push conversations themselves; only with push.
    #[schema(default = false, required = false)]
    pub select_from_push: bool,
    /// Whether a returning customer is offered to the previous agent first; not with pick or entity.
    /// Default true for push over sms and the social types, false else.
    #[schema(nullable = false)]
    pub agent_affinity: Option<bool>,
    /// Cooldowns and limits.
    #[schema(required = false)]
    pub refusal: Refusal,
}

#[allow(clippy::derivable_impls)] // the macro makes the enum
impl Default for Mode {
    fn default() -> Self {
        Self::Push
    }
}

impl Distribution {
    /// The domain's form; affinity's default depends on the channel type and the mode.
    pub fn into_domain(self, channel_type: domain::ChannelType) -> domain::Distribution {
        let defaults = domain::WorkStream::named("", channel_type).distribution;
        let mode = domain::Mode::from(self.mode);
        domain::Distribution {
            mode,
            notification: domain::Notification {
                kind: self.notification.kind.into(),
                timeout_seconds: self.notification.timeout_seconds,
                template_id: self.notification.template_id.map(Into::into),
                templates: self.notification.templates.into(),
            },
            allowed_presences: match self.allowed_presences {
                Some(presences) => presences.into_iter().map(Into::into).collect(),
                None => defaults.allowed_presences,
            },
            select_from_push: self.select_from_push,
            agent_affinity: self
                .agent_affinity
                .unwrap_or(mode == domain::Mode::Push && channel_type.keeps_agent()),
            refusal: domain::Refusal {
                decline_cooldown_seconds: self.refusal.decline_cooldown_seconds,
                timeout_cooldown_seconds: self.refusal.timeout_cooldown_seconds,
                max_refusals: self.refusal.max_refusals,
            },
        }
    }
}

impl From<&domain::Distribution> for Distribution {
    fn from(distribution: &domain::Distribution) -> Self {
        let refusal = distribution.refusal;
        Self {
            mode: distribution.mode.into(),
            notification: Notification {
                kind: distribution.notification.kind.into(),
                timeout_seconds: distribution.notification.timeout_seconds,
                template_id: distribution.notification.template_id.as_ref().map(ToString::to_string),
                templates: (&distribution.notification.templates).into(),
            },
            allowed_presences: Some(distribution.allowed_presences.iter().copied().map(Into::into).collect()),
            select_from_push: distribution.select_from_push,
            agent_affinity: Some(distribution.agent_affinity),
            refusal: Refusal {
                decline_cooldown_seconds: refusal.decline_cooldown_seconds,
                timeout_cooldown_seconds: refusal.timeout_cooldown_seconds,
                max_refusals: refusal.max_refusals,
            },
        }
    }
}

/// Whether wrap-up holds the agent's units until it closes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is its own name
pub enum BlockCapacityRule {
    Always,
    Never,
}

/// How long wrap-up holds the agent's units: always, never, or this many seconds at most.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum BlockCapacity {
    /// `"always"` or `"never"`.
    Rule(BlockCapacityRule),
    /// Seconds.
    Seconds(u32),
}

impl From<BlockCapacity> for domain::BlockCapacity {
    fn from(wire: BlockCapacity) -> Self {
        match wire {
            BlockCapacity::Rule(BlockCapacityRule::Always) => Self::Always,
            BlockCapacity::Rule(BlockCapacityRule::Never) => Self::Never,
            BlockCapacity::Seconds(seconds) => Self::Seconds(seconds),
        }
    }
}

impl From<domain::BlockCapacity> for BlockCapacity {
    fn from(block: domain::BlockCapacity) -> Self {
        match block {
            domain::BlockCapacity::Always => Self::Rule(BlockCapacityRule::Always),
            domain::BlockCapacity::Never => Self::Rule(BlockCapacityRule::Never),
            domain::BlockCapacity::Seconds(seconds) => Self::Seconds(seconds),
        }
    }
}

/// `"always"`, `"never"` or a number of seconds.
fn block_capacity_schema() -> RefOr<Schema> {
    let rule = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["always", "never"]));
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(31_536_000));
    let any = AnyOfBuilder::new().item(rule).item(seconds).default(Some("always".into()));
    any.description(Some("How long wrap-up holds the units: always, never, or seconds at most.")).into()
}

/// What happens after the end.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WrapUp {
    /// How long the units are held.
    #[schema(schema_with = block_capacity_schema, required = false)]
    pub block_capacity: BlockCapacity,
}

impl Default for WrapUp {
    fn default() -> Self {
        Self { block_capacity: domain::BlockCapacity::Always.into() }
    }
}

/// A declared variable.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Key in the context: letters, digits, underscore.
    #[schema(pattern = "^[A-Za-z0-9_]{1,100}$")]
    pub name: String,
    /// What people see; the name if not given.
    #[serde(default)]
    #[schema(max_length = 200, nullable = false)]
    pub display_name: Option<String>,
    /// How a given value is taken.
    #[serde(rename = "type", default = "text")]
    #[schema(default = "text")]
    pub kind: VariableType,
}

fn text() -> VariableType {
    VariableType::Text
}

impl From<Variable> for context::Variable {
    fn from(wire: Variable) -> Self {
        let display_name = wire.display_name.unwrap_or_else(|| wire.name.clone());
        Self { name: wire.name, display_name, kind: wire.kind.into() }
    }
}

impl From<&context::Variable> for Variable {
    fn from(variable: &context::Variable) -> Self {
        Self {
            name: variable.name.clone(),
            display_name: Some(variable.display_name.clone()),
            kind: variable.kind.into(),
        }
    }
}

/// A share of a percentage split.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Where to.
    #[schema(max_length = 64)]
    pub queue_id: String,
    /// How much; all shares sum to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub percent: u32,
}

/// To a queue.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteToQueue {
    /// Which.
    #[schema(max_length = 64)]
    pub queue_id: String,
}

/// To an agent first; home is the fallback queue.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteToAgent {
    /// Whom.
    #[schema(max_length = 64)]
    pub agent_id: String,
}

/// To one of several queues by shares.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteToSplit {
    /// Shares.
    #[schema(min_items = 1, max_items = 100)]
    pub split: Vec<Split>,
}

/// Where a rule routes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Route {
    /// To a queue.
    Queue(RouteToQueue),
    /// To an agent first.
    Agent(RouteToAgent),
    /// To shares over queues.
    Split(RouteToSplit),
}

impl From<Route> for domain::Route {
    fn from(wire: Route) -> Self {
        match wire {
            Route::Queue(RouteToQueue { queue_id }) => Self::Queue(queue_id.into()),
            Route::Agent(RouteToAgent { agent_id }) => Self::Agent(agent_id.into()),
            Route::Split(RouteToSplit { split }) => Self::Split(
                split
                    .into_iter()
                    .map(|s| domain::Split { queue_id: s.queue_id.into(), percent: s.percent })
                    .collect(),
            ),
        }
    }
}

impl From<&domain::Route> for Route {
    fn from(route: &domain::Route) -> Self {
        match route {
            domain::Route::Queue(id) => Self::Queue(RouteToQueue { queue_id: id.to_string() }),
            domain::Route::Agent(id) => Self::Agent(RouteToAgent { agent_id: id.to_string() }),
            domain::Route::Split(shares) => Self::Split(RouteToSplit {
                split: shares
                    .iter()
                    .map(|s| Split { queue_id: s.queue_id.to_string(), percent: s.percent })
                    .collect(),
            }),
        }
    }
}

/// One routing rule item.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingRule {
    /// What people see, also in decision records.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Help for administrators.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: String,
    /// When it holds.
    pub when: Condition,
    /// Where it routes.
    pub route_to: Route,
}

impl RoutingRule {
    /// The domain's form; what is wrong goes to `errors` under `at`.
    pub fn into_domain(self, at: &str, errors: &mut Vec<FieldError>) -> domain::RoutingRule {
        domain::RoutingRule {
            name: self.name,
            description: self.description,
            when: condition::to_domain(self.when, &format!("{at}/when"), errors),
            route_to: self.route_to.into(),
        }
    }
}

impl From<&domain::RoutingRule> for RoutingRule {
    fn from(rule: &domain::RoutingRule) -> Self {
        Self {
            name: rule.name.clone(),
            description: rule.description.clone(),
            when: (&rule.when).into(),
            route_to: (&rule.route_to).into(),
        }
    }
}

/// A rule that requires skills.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillRule {
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// When it holds.
    pub when: Condition,
    /// What it requires.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub skills: Vec<RequiredSkill>,
}

impl SkillRule {
    /// The domain's form; what is wrong goes to `errors` under `at`.
    pub fn into_domain(self, at: &str, errors: &mut Vec<FieldError>) -> domain::SkillRule {
        domain::SkillRule {
            name: self.name,
            when: condition::to_domain(self.when, &format!("{at}/when"), errors),
            skills: self.skills.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::SkillRule> for SkillRule {
    fn from(rule: &domain::SkillRule) -> Self {
        Self {
            name: rule.name.clone(),
            when: (&rule.when).into(),
            skills: rule.skills.iter().map(Into::into).collect(),
        }
    }
}

/// A kind of record that the stream routes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntityConfiguration {
    /// e.g. `incident`
    #[schema(min_length = 1, max_length = 100)]
    pub entity_logical_name: String,
    /// e.g. `incidents`
    #[schema(min_length = 1, max_length = 100)]
    pub entity_set_name: String,
    /// e.g. `incident_msdyn_ocliveworkitems`
    #[serde(default)]
    #[schema(max_length = 200)]
    pub relationship_name: Option<String>,
}

impl From<EntityConfiguration> for domain::EntityConfiguration {
    fn from(wire: EntityConfiguration) -> Self {
        Self {
            entity_logical_name: wire.entity_logical_name,
            entity_set_name: wire.entity_set_name,
            relationship_name: wire.relationship_name,
        }
    }
}

impl From<&domain::EntityConfiguration> for EntityConfiguration {
    fn from(entity: &domain::EntityConfiguration) -> Self {
        Self {
            entity_logical_name: entity.entity_logical_name.clone(),
            entity_set_name: entity.entity_set_name.clone(),
            relationship_name: entity.relationship_name.clone(),
        }
    }
}
