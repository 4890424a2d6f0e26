//! What record connectors send and get (CONTRACT §7).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use super::value::given;
use crate::domain::config::{ChannelType, EntityConfiguration, WorkStream};
use crate::domain::context::{self, Given};
use crate::domain::conversation::Conversation;
use crate::domain::entity::RoutedRecord;
use crate::http::error::FieldError;

/// One attribute of a record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDetail {
    /// Rules read it as `record.` and this key, as it is written.
    #[schema(min_length = 1, max_length = 100)]
    key: String,
    /// A string of at most 4,000 characters, a number, or a boolean; null is no data.
    #[serde(default)]
    #[schema(schema_with = value_schema, required = false)]
    value: Value,
}

fn value_schema() -> RefOr<Schema> {
    let types = vec![Type::String, Type::Number, Type::Boolean, Type::Null];
    let any = ObjectBuilder::new().schema_type(SchemaType::Array(types)).max_length(Some(4000));
    any.description(Some("A string, a number or a boolean; null is no data.")).build().into()
}

/// A record, as every call that hands one over names it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteRecord {
    /// The organization that the connector speaks for; the settings' `organization_id`.
    #[schema(min_length = 1, max_length = 100)]
    pub organization_id: String,
    /// The work stream that routes it; of type entity.
    #[schema(min_length = 1, max_length = 64)]
    pub work_stream_id: String,
    /// Entity of the record, as the work stream has it.
    #[schema(min_length = 1, max_length = 100, example = "incident")]
    entity_logical_name: String,
    /// Plural name of the entity, as the work stream has it.
    #[schema(min_length = 1, max_length = 100, example = "incidents")]
    entity_set_name: String,
    /// Id of the record itself; compared exactly.
    #[schema(min_length = 1, max_length = 200)]
    record_id: String,
    /// Relationship of the entity with work items; where the work stream names one it is that.
    #[schema(max_length = 100)]
    relationship_name: Option<String>,
    /// Attributes that rules read as `record.…`; each key once.
    #[serde(default)]
    #[schema(max_items = 200)]
    record_details: Option<Vec<RecordDetail>>,
}

/// A record whose work stream the intake rules choose.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeRecord {
    /// The organization that the connector speaks for; the settings' `organization_id`.
    #[schema(min_length = 1, max_length = 100)]
    organization_id: String,
    /// Entity of the record, as the work streams have it.
    #[schema(min_length = 1, max_length = 100, example = "incident")]
    entity_logical_name: String,
    /// Plural name of the entity, as the work streams have it.
    #[schema(min_length = 1, max_length = 100, example = "incidents")]
    entity_set_name: String,
    /// Id of the record itself; compared exactly.
    #[schema(min_length = 1, max_length = 200)]
    record_id: String,
    /// Relationship of the entity with work items; where the work stream names one it is that.
    #[schema(max_length = 100)]
    relationship_name: Option<String>,
    /// Attributes that rules read as `record.…`; each key once.
    #[serde(default)]
    #[schema(max_items = 200)]
    record_details: Option<Vec<RecordDetail>>,
}

impl IntakeRecord {
    /// The same for a work stream that is not known yet.
    pub fn without_stream(self) -> RouteRecord {
        RouteRecord {
            organization_id: self.organization_id,
            work_stream_id: String::new(),
            entity_logical_name: self.entity_logical_name,
            entity_set_name: self.entity_set_name,
            record_id: self.record_id,
            relationship_name: self.relationship_name,
            record_details: self.record_details,
        }
    }
}

impl RouteRecord {
    /// Why this work stream does not route it, by field.
    pub fn not_routed_by(&self, stream: &WorkStream) -> Option<FieldError> {
        if stream.channel_type != ChannelType::Entity {
            return Some(FieldError::new("/work_stream_id", "the work stream is not of type entity"));
        }
        let Some(entity) = stream.entity(&self.entity_logical_name) else {
            return Some(FieldError::new(
                "/entity_logical_name",
                "the work stream does not route this entity",
            ));
        };
        let has = |field: &str, known: &str| {
            FieldError::new(field, format!("the work stream has {known} for this entity"))
        };
        if entity.entity_set_name != self.entity_set_name {
            return Some(has("/entity_set_name", &entity.entity_set_name));
        }
        let given = self.relationship_name.as_ref().filter(|name| !name.is_empty());
        let known =
            entity.relationship_name.as_ref().filter(|known| given.is_some_and(|given| given != *known));
        known.map(|known| has("/relationship_name", known))
    }

    /// The domain's form, or what is wrong beyond the schema.
    pub fn record(self) -> Result<RoutedRecord, Vec<FieldError>> {
        let mut seen = BTreeSet::new();
        let mut errors = Vec::new();
        let mut details: BTreeMap<String, Given> = BTreeMap::new();
        for (at, detail) in self.record_details.unwrap_or_default().into_iter().enumerate() {
            if !seen.insert(detail.key.clone()) {
                errors
                    .push(FieldError::new(format!("/record_details/{at}/key"), "stands in the list already"));
            }
            if let Ok(Some(value)) = given(&detail.value) {
                details.insert(detail.key, value);
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let taken = context::take_what_fits(&details, &[]);
        Ok(RoutedRecord {
            entity_logical_name: self.entity_logical_name.into(),
            entity_set_name: self.entity_set_name.into(),
            record_id: self.record_id.into(),
            relationship_name: self.relationship_name.filter(|name| !name.is_empty()).map(Into::into),
            details: taken.context,
            intake_rule: None,
        })
    }
}

/// What is said about a record's work item.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRequest {
    /// The organization that the connector speaks for; not looked at if it is not given.
    #[schema(min_length = 1, max_length = 100)]
    pub organization_id: Option<String>,
}

/// The work item of a record.
#[derive(Serialize, ToSchema)]
pub struct RoutedWorkItem {
    /// Id of the work item; the conversation's.
    #[schema(format = "uuid")]
    work_item_id: String,
    /// Id of the conversation that it is.
    #[schema(format = "uuid")]
    conversation_id: String,
    /// Where it is looked at.
    location: String,
}

impl From<&Conversation> for RoutedWorkItem {
    fn from(conversation: &Conversation) -> Self {
        let id = conversation.id().to_string();
        let location = format!("/v1/conversations/{id}");
        Self { work_item_id: id.clone(), conversation_id: id, location }
    }
}

impl RoutedWorkItem {
    /// Where it is looked at.
    pub fn location(&self) -> &str {
        &self.location
    }
}

/// Where a connector may hand records over.
#[derive(Serialize, ToSchema)]
pub struct RecordWorkStreams {
    /// What `organization_id` of every call must be.
    pub organization_id: String,
    /// Active work streams of type entity, by id; at most 1,000.
    pub items: Vec<RecordWorkStream>,
}

/// A work stream that routes records.
#[derive(Serialize, ToSchema)]
pub struct RecordWorkStream {
    /// Its id.
    work_stream_id: String,
    /// What people see.
    name: String,
    /// What it routes.
    entities: Vec<RecordEntity>,
}

/// A kind of record.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_field_names)] // as CONTRACT §3 calls them
pub struct RecordEntity {
    /// e.g. `incident`
    entity_logical_name: String,
    /// e.g. `incidents`
    entity_set_name: String,
    /// e.g. `incident_msdyn_ocliveworkitems`
    relationship_name: Option<String>,
}

impl RecordWorkStream {
    /// Of this id.
    pub fn new(id: &str, stream: &Arc<WorkStream>) -> Self {
        let entities = stream.entity_configurations.iter().map(|entity: &EntityConfiguration| RecordEntity {
            entity_logical_name: entity.entity_logical_name.clone(),
            entity_set_name: entity.entity_set_name.clone(),
            relationship_name: entity.relationship_name.clone(),
        });
        Self { work_stream_id: id.to_owned(), name: stream.name.clone(), entities: entities.collect() }
    }
}
