//! Customers, the rules that identify them, and skills, on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::channel::IdentificationField;
use super::common::yes;
use crate::domain::config as domain;

/// A skill definition.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Levels run from 1 to this.
    #[serde(default = "ten")]
    #[schema(default = 10, minimum = 1, maximum = 1000)]
    pub max_level: u32,
}

fn ten() -> u32 {
    10
}

impl From<Skill> for domain::Skill {
    fn from(wire: Skill) -> Self {
        Self { name: wire.name, max_level: wire.max_level }
    }
}

impl From<&domain::Skill> for Skill {
    fn from(skill: &domain::Skill) -> Self {
        Self { id: None, name: skill.name.clone(), max_level: skill.max_level }
    }
}

/// A customer record, for identification.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerRecord {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// Full name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Address.
    #[serde(default)]
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Number.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub phone: Option<String>,
    /// Open case numbers.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub case_numbers: Vec<String>,
    /// Only active records are linked.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub active: bool,
}

impl From<CustomerRecord> for domain::Customer {
    fn from(wire: CustomerRecord) -> Self {
        Self {
            name: wire.name,
            email: wire.email,
            phone: wire.phone,
            case_numbers: wire.case_numbers,
            active: wire.active,
        }
    }
}

impl From<&domain::Customer> for CustomerRecord {
    fn from(customer: &domain::Customer) -> Self {
        Self {
            id: None,
            name: customer.name.clone(),
            email: customer.email.clone(),
            phone: customer.phone.clone(),
            case_numbers: customer.case_numbers.clone(),
            active: customer.active,
        }
    }
}

/// One pair that must match.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentificationMatch {
    /// Field of the customer record.
    pub field: IdentificationField,
    /// Context variable whose value must equal it.
    #[schema(min_length = 1, max_length = 100)]
    pub variable: String,
}

/// How answers find a customer record: all pairs must match, exactly one active hit links.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordIdentificationRule {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// Only for this work stream; null for all.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub work_stream_id: Option<String>,
    /// All must match.
    #[serde(rename = "match")]
    #[schema(min_items = 1, max_items = 10)]
    pub matches: Vec<IdentificationMatch>,
}

impl From<RecordIdentificationRule> for domain::IdentificationRule {
    fn from(wire: RecordIdentificationRule) -> Self {
        let pair =
            |pair: IdentificationMatch| domain::Match { field: pair.field.into(), variable: pair.variable };
        Self {
            work_stream_id: wire.work_stream_id.map(Into::into),
            matches: wire.matches.into_iter().map(pair).collect(),
        }
    }
}

impl From<&domain::IdentificationRule> for RecordIdentificationRule {
    fn from(rule: &domain::IdentificationRule) -> Self {
        let pair = |pair: &domain::Match| IdentificationMatch {
            field: pair.field.into(),
            variable: pair.variable.clone(),
        };
        Self {
            id: None,
            work_stream_id: rule.work_stream_id.as_ref().map(ToString::to_string),
            matches: rule.matches.iter().map(pair).collect(),
        }
    }
}
