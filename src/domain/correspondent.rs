//! Who writes over a provider's channel, and what comes with a message beside its text.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::context::Value;

/// Most attributes that a provider says of a customer.
pub const MAX_ATTRIBUTES: usize = 32;

/// Most attachments of one message.
pub const MAX_ATTACHMENTS: usize = 10;

/// A customer as a provider knows them. Its address has at most one conversation of the channel that still takes messages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Correspondent {
    /// Address with the provider: a number, a page-scoped id; unique in the channel.
    pub address: Arc<str>,
    /// Where an answer goes, if the address is not enough; the provider's own words.
    pub reply_to: Option<Arc<str>>,
    /// What the provider says of the customer: `channel.…` in rules.
    pub attributes: BTreeMap<Arc<str>, Arc<str>>,
}

impl Correspondent {
    /// The attributes as rules read them.
    pub fn values(&self) -> impl Iterator<Item = (String, Value)> + '_ {
        self.attributes.iter().map(|(key, value)| (key.to_string(), Value::Text(value.clone())))
    }
}

/// Something that stands elsewhere; by reference alone (SPEC §11).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// Where, or the provider's reference of it.
    pub url: Arc<str>,
    /// Media type.
    pub media_type: Option<Arc<str>>,
    /// File name.
    pub name: Option<Arc<str>>,
    /// Bytes.
    pub size: Option<u64>,
}

#[cfg(test)]
#[path = "correspondent_tests.rs"]
mod tests;
