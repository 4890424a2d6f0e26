//! Intake: which work stream a record goes to when the caller does not name one.

use std::collections::BTreeMap;

use super::RoutedRecord;
use crate::config::{Config, IntakeRule};
use crate::conversation::CustomerRef;
use crate::ids::ConversationId;
use crate::rules::{self, Reads, Scope};
use crate::time::Timestamp;

/// The first intake rule of the settings, in order, that takes this record: its entity is the rule's (or the rule has
/// none), its work stream routes that entity, and its condition holds. Pure: the edge asks before it hands over.
pub fn choose<'a>(config: &'a Config, record: &RoutedRecord, now: Timestamp) -> Option<&'a IntakeRule> {
    let (values, nothing) = (record.values(), BTreeMap::new());
    let scope = Scope {
        context: &BTreeMap::new(),
        channel: &nothing,
        customer: &CustomerRef::default(),
        record: &values,
        now,
        conversation: ConversationId(uuid::Uuid::nil()),
    };
    let takes = |rule: &&IntakeRule| {
        let entity = rule.entity_logical_name.as_deref();
        let stream = config.work_streams.get(&rule.work_stream_id);
        entity.is_none_or(|name| *name == *record.entity_logical_name)
            && stream
                .is_some_and(|stream| stream.active && stream.entity(&record.entity_logical_name).is_some())
            && rules::holds(&rule.when, &scope, &mut Reads::new())
    };
    config.settings.intake_rules.iter().find(takes)
}
