//! Ended conversations: what the log closed up to the archive's position is in the archive, as it ended, and each of its
//! values is the replay of the events beside it.

use std::ops::Bound;

use super::Findings;
use super::timelines::each_record;
use crate::actors::codec;
use crate::actors::host::caught;
use crate::actors::read_side::index_keys;
use crate::domain::config::{Config, Settings};
use crate::domain::conversation::{Conversation, Event, Happening};
use crate::domain::ids::ConversationId;
use crate::domain::invariants::Invariant;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::state_store::{Space, StateStore};
use crate::store::journal::Reader;

/// Values read at once.
const AT_ONCE: usize = 256;
/// A day, in ms.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Compares an archive with the log. One that is behind is no finding: the next start fills it.
pub(super) fn compare(
    log: &Reader,
    archive: &dyn StateStore,
    config: Option<&Config>,
    now: Timestamp,
    findings: &mut Findings,
) {
    let days = config.map_or(Settings::default().retention_days, |config| config.settings.retention_days);
    let looked = values(archive, findings).and_then(|()| {
        let at = archive.position()?;
        if at > log.tail() {
            findings.add(format_args!(
                "archive: it is at position {at} and the journal ends at {}: the next start fills it anew",
                log.tail()
            ));
            return Ok(());
        }
        let mut failed = None;
        // What does not read was found before.
        let _ = each_record(log, &mut |position, record| {
            let Record::Event(Event { conversation, at: when, seq, what: Happening::Closed { .. }, .. }) =
                record
            else {
                return;
            };
            let swept = now.ms_since(*when) >= i64::from(days) * DAY_MS;
            if position <= at && !swept && failed.is_none() {
                failed = missing(archive, *conversation, *seq, findings).err();
            }
        });
        failed.map_or(Ok(()), Err)
    });
    if let Err(error) = looked {
        findings.add(format_args!("archive: {error}"));
    }
}

fn missing(
    archive: &dyn StateStore,
    id: ConversationId,
    version: u32,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let lost = Invariant::NothingLost.id();
    let value = archive.get(Space::Conversation, id.0.as_bytes())?;
    match value.as_deref().and_then(codec::decode::<Conversation>) {
        None => findings.add(format_args!("{lost}: archive: conversation {id}: closed and not there")),
        Some(found) if found.version != version => {
            let there = found.version;
            findings.add(format_args!(
                "{lost}: archive: conversation {id}: at version {there} and closed at {version}"
            ));
        }
        Some(_) => {}
    }
    Ok(())
}

/// Every value by itself.
fn values(archive: &dyn StateStore, findings: &mut Findings) -> Result<(), StoreError> {
    let gapless = Invariant::Gapless.id();
    let mut after: Option<Vec<u8>> = None;
    loop {
        let from = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let entries = archive.scan(Space::Conversation, from, &[], AT_ONCE)?;
        let Some((last, _)) = entries.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, value) in &entries {
            let name = uuid::Uuid::from_slice(key).unwrap_or_default();
            let Some((conversation, events)) = codec::decode::<(Conversation, Vec<Event>)>(value) else {
                findings
                    .add(format_args!("{gapless}: archive: conversation {name}: its value does not read"));
                continue;
            };
            let replayed = caught(|| Conversation::replay(&events)).ok().flatten();
            if replayed.as_ref() != Some(&conversation) || conversation.id().0 != name {
                findings.add(format_args!(
                    "{gapless}: archive: conversation {name}: its events do not replay to its state"
                ));
            }
            for (space, key) in index_keys(&conversation) {
                if archive.get(space, &key)?.is_none() {
                    findings.add(format_args!(
                        "archive: conversation {name}: it is missing in the index {space:?}"
                    ));
                }
            }
        }
    }
}
