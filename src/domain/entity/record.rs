//! A routed record: what a connector says of it, fixed when its work item is made.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::context::{self, Context, Value};

/// Most details of a record; as many as a context has keys, with the same bounds on keys and values.
pub const MAX_DETAILS: usize = context::MAX_KEYS;
/// Longest id of a record, in characters.
pub const MAX_RECORD_ID_CHARS: usize = 200;

/// Names a record within the organization that this house serves. Compared exactly.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordKey {
    /// e.g. `incident`
    pub entity: Arc<str>,
    /// The record's own id.
    pub record: Arc<str>,
}

impl RecordKey {
    /// Of these.
    pub fn new(entity: &str, record: &str) -> Self {
        Self { entity: entity.into(), record: record.into() }
    }
}

/// A record that was routed; a conversation that has one is its work item.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RoutedRecord {
    /// e.g. `incident`
    pub entity_logical_name: Arc<str>,
    /// e.g. `incidents`
    pub entity_set_name: Arc<str>,
    /// The record's own id.
    pub record_id: Arc<str>,
    /// e.g. `incident_msdyn_ocliveworkitems`
    pub relationship_name: Option<Arc<str>>,
    /// What rules read as `record.…`; at most [`MAX_DETAILS`].
    pub details: Context,
    /// The intake rule that chose the work stream; `None` if the caller named it.
    pub intake_rule: Option<Arc<str>>,
}

impl RoutedRecord {
    /// What names it.
    pub fn key(&self) -> RecordKey {
        RecordKey { entity: self.entity_logical_name.clone(), record: self.record_id.clone() }
    }

    /// What rules may read under `record.`: the details, and what names the record where no detail has that key.
    pub fn values(&self) -> BTreeMap<String, Value> {
        let named = [
            ("entity_logical_name", &self.entity_logical_name),
            ("entity_set_name", &self.entity_set_name),
            ("record_id", &self.record_id),
        ];
        let mut values: BTreeMap<String, Value> =
            named.into_iter().map(|(key, text)| (key.to_owned(), Value::Text(text.clone()))).collect();
        values.extend(self.details.iter().map(|(key, value)| (key.to_string(), value.clone())));
        values
    }
}
