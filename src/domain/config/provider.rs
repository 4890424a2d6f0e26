//! Who carries a channel's messages to customers: a provider with its settings, as its adapter declares them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A provider behind a channel. What may stand in its settings, and which of them are secrets, is its adapter's to say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Which.
    pub name: Arc<str>,
    /// Settings by name, with defaults filled in.
    pub settings: BTreeMap<String, String>,
}

impl fmt::Debug for Provider {
    /// Names alone: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("name", &self.name)
            .field("settings", &self.settings.keys().collect::<Vec<_>>())
            .finish()
    }
}
