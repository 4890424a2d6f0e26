//! Bodies that callers send about conversations (CONTRACT §4). Taken strictly: see `http/schema.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use super::common::RequiredSkill;
use super::message::visibility_of;
use super::value::{GivenMap, given};
use super::work_stream::WorkStream;
use crate::domain::command::{Draft, Say};
use crate::domain::context::Given;
use crate::domain::conversation::{CustomerRef, Visibility};
use crate::domain::ids::ChannelId;
use crate::http::error::{FieldError, Problem, escape_pointer};

/// Longest message, in characters.
pub const MAX_TEXT: usize = 10_000;

/// Who writes in, as a backend says it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenCustomer {
    /// Of a customer record, or the backend's own.
    #[schema(min_length = 1, max_length = 200)]
    id: Option<String>,
    #[schema(max_length = 200)]
    name: Option<String>,
    #[schema(max_length = 320)]
    email: Option<String>,
    #[schema(max_length = 50)]
    phone: Option<String>,
}

impl From<GivenCustomer> for CustomerRef {
    fn from(given: GivenCustomer) -> Self {
        let GivenCustomer { id, name, email, phone } = given;
        Self { id: id.map(Into::into), identified: false, name, email, phone }
    }
}

/// A first message.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstMessage {
    /// What.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
}

impl From<FirstMessage> for Say {
    fn from(message: FirstMessage) -> Self {
        Self {
            attachments: Vec::new(),
            text: message.text.into(),
            visibility: Visibility::Public,
            client_message_id: None,
        }
    }
}

/// A hand-off.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConversation {
    #[schema(min_length = 1)]
    channel_id: String,
    customer: Option<GivenCustomer>,
    /// Strings, numbers and booleans by key.
    #[serde(default)]
    #[schema(schema_with = context_schema, required = false)]
    context: Option<BTreeMap<String, Value>>,
    message: Option<FirstMessage>,
    /// Higher first. Said here, no classification rule changes it; 0 if neither says one.
    #[schema(minimum = -100, maximum = 100)]
    priority: Option<i32>,
    #[serde(default)]
    #[schema(max_items = 50)]
    skills: Option<Vec<RequiredSkill>>,
}

impl NewConversation {
    /// The hand-off that this is.
    pub fn draft(self) -> Draft {
        Draft {
            correspondent: None,
            channel_id: self.channel_id.into(),
            customer: self.customer.unwrap_or_default().into(),
            context: context(self.context),
            message: self.message.map(Into::into),
            priority: self.priority,
            skills: self.skills.unwrap_or_default().into_iter().map(Into::into).collect(),
            previous: None,
            lenient: false,
            record: None,
            party: None,
            language: None,
        }
    }
}

/// What would happen to such a conversation: either `channel_id` or `work_stream_id`, or with a draft of a work stream
/// that is not saved yet, neither.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Simulation {
    /// Where it would come in.
    pub channel_id: Option<String>,
    /// The work stream that would route it.
    pub work_stream_id: Option<String>,
    /// A draft, which routes and distributes it in place of the saved work stream of that channel or id. Its `id`,
    /// if it says one, is that work stream's; where neither is given, it says what it would be saved as. Problems of it are
    /// named under `/work_stream`. Nothing of it is kept.
    #[schema(nullable = false)]
    pub work_stream: Option<Box<WorkStream>>,
    customer: Option<GivenCustomer>,
    #[serde(default)]
    #[schema(schema_with = context_schema, required = false)]
    context: Option<BTreeMap<String, Value>>,
    /// Skills that it would ask for.
    #[serde(default)]
    #[schema(max_items = 50)]
    skills: Option<Vec<RequiredSkill>>,
    /// RFC 3339; now if not given.
    #[schema(max_length = 64)]
    pub at: Option<String>,
}

impl Simulation {
    /// The hand-off, over this channel.
    pub fn draft(self, channel_id: ChannelId) -> Draft {
        Draft {
            correspondent: None,
            channel_id,
            customer: self.customer.unwrap_or_default().into(),
            context: context(self.context),
            message: None,
            priority: None,
            skills: self.skills.unwrap_or_default().into_iter().map(Into::into).collect(),
            previous: None,
            lenient: false,
            record: None,
            party: None,
            language: None,
        }
    }
}

fn context(values: Option<BTreeMap<String, Value>>) -> BTreeMap<String, Given> {
    let values = values.unwrap_or_default().into_iter();
    values.filter_map(|(key, value)| given(&value).ok().flatten().map(|value| (key, value))).collect()
}

/// A message, as a backend or an agent sends it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
    /// `public` or `internal`; agents only. The default is `public`, but `internal` for who only takes part.
    #[schema(pattern = "^(public|internal)$")]
    visibility: Option<String>,
    /// The sender's own id: the same again gives the first message.
    #[schema(min_length = 1, max_length = 200)]
    client_message_id: Option<String>,
}

impl NewMessage {
    /// From a frame that was taken under the same bounds.
    pub fn new(text: String, visibility: Option<String>, client_message_id: Option<String>) -> Self {
        Self { text, visibility, client_message_id }
    }

    /// The message that this is. `agent`: whether an agent speaks, who alone may whisper.
    /// `default`: to whom it goes if it does not say.
    pub fn say(self, agent: bool, default: Visibility) -> Result<Say, Problem> {
        let visibility = self.visibility.as_deref().and_then(visibility_of).unwrap_or(default);
        if visibility == Visibility::Internal && !agent {
            return Err(Problem::field("/visibility", "only agents write internally"));
        }
        let client_message_id = self.client_message_id.map(Arc::from);
        Ok(Say { attachments: Vec::new(), text: self.text.into(), visibility, client_message_id })
    }
}

/// A supervisor's reason.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseRequest {
    /// Kept with the conversation.
    #[schema(max_length = 4000)]
    pub reason: Option<String>,
}

/// Where a transfer goes: either `queue_id` or `agent_id`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferRequest {
    queue_id: Option<String>,
    agent_id: Option<String>,
}

impl TransferRequest {
    /// From a frame.
    pub fn new(queue_id: Option<String>, agent_id: Option<String>) -> Self {
        Self { queue_id, agent_id }
    }

    /// The target; exactly one of both.
    pub fn target(self) -> Result<crate::domain::command::Target, Problem> {
        use crate::domain::command::Target;
        match (self.queue_id, self.agent_id) {
            (Some(queue), None) => Ok(Target::Queue(queue.into())),
            (None, Some(agent)) => Ok(Target::Agent(agent.into())),
            (None, None) => Err(Problem::field("/queue_id", "give queue_id or agent_id")),
            (Some(_), Some(_)) => Err(Problem::field("/agent_id", "give either queue_id or agent_id")),
        }
    }
}

/// To whom a supervisor assigns.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignRequest {
    /// Who gets it.
    pub agent_id: String,
}

/// Who is invited to be consulted, or consulted no more.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultRequest {
    /// Who.
    #[schema(max_length = 64)]
    pub agent_id: String,
}

/// No fields at all.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// A context patch: the map itself; `null` removes a key.
pub fn patch(value: &Value) -> Result<GivenMap, Problem> {
    let mut errors = Vec::new();
    let mut patch = GivenMap::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        if let Ok(value) = given(value) {
            patch.insert(key.clone(), value);
        } else {
            let field = format!("/{}", escape_pointer(key));
            errors.push(FieldError::new(field, "must be a string, a number, true, false or null"));
        }
    }
    if errors.is_empty() { Ok(patch) } else { Err(Problem::invalid(errors)) }
}

/// Survey answers: any of them may be left empty.
pub fn survey_schema() -> RefOr<Schema> {
    let value = SchemaType::from_iter([Type::String, Type::Number, Type::Boolean, Type::Null]);
    let values = AdditionalProperties::RefOr(RefOr::T(Schema::Object(
        ObjectBuilder::new().schema_type(value).build(),
    )));
    let map = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .additional_properties(Some(values));
    RefOr::T(Schema::Object(map.build()))
}

fn context_schema() -> RefOr<Schema> {
    let value =
        ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Number, Type::Boolean]));
    let values = AdditionalProperties::RefOr(RefOr::T(Schema::Object(value.build())));
    let map = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .additional_properties(Some(values))
        .description(Some("Strings, numbers and booleans by key."));
    RefOr::T(Schema::Object(map.build()))
}
