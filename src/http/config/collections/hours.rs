//! `/v1/operating-hours`: what a calendar says of them stands beside what was configured.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::domain::config::{Change, Config, Key};
use crate::domain::hours;
use crate::domain::ids::OperatingHoursId;
use crate::http::Edge;
use crate::http::config::Resource;
use crate::http::error::FieldError;
use crate::http::wire::hours::OperatingHours;
use crate::http::wire::time;

/// `/v1/operating-hours`
#[derive(Debug)]
pub struct Hours;

impl Resource for Hours {
    type Wire = OperatingHours;
    const COLLECTION: &'static str = "operating-hours";
    const WHAT: &'static str = "operating hours";
    const READ_ONLY: &'static [&'static str] = &["open", "changes_at"];

    fn key(id: &str) -> Key {
        Key::OperatingHours(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.operating_hours.keys().map(ToString::to_string).collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.operating_hours.get(&OperatingHoursId::from(id)).map(|hours| hours.as_ref().into())
    }
    fn change(id: &str, wire: Self::Wire, _: &Config) -> Result<Change, Vec<FieldError>> {
        Ok(Change::PutOperatingHours(id.into(), Arc::new(wire.into_domain()?)))
    }
    fn decorate(id: &str, shown: &mut Map<String, Value>, config: &Config, edge: &Edge) {
        let Some(it) = config.operating_hours.get(&OperatingHoursId::from(id)) else { return };
        let now = edge.dispatcher.now();
        let changes_at = hours::next_change(it, now).map(time::format);
        shown.insert("open".to_owned(), hours::is_open(it, now).into());
        shown.insert("changes_at".to_owned(), changes_at.into());
    }
}
