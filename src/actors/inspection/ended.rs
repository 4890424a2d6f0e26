//! Ended conversations: what the log closed up to the archive's position is in the archive, as it ended, and each of its
//! values is the replay of the events beside it.

use std::ops::Bound;

use super::{Findings, MAX_FINDINGS};
use crate::actors::codec;
use crate::actors::panics::caught;
use crate::actors::read_side::index_keys;
use crate::domain::config::{Config, Settings};
use crate::domain::conversation::{Conversation, Event, Happening};
use crate::domain::ids::ConversationId;
use crate::domain::invariants::Invariant;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::state_store::{Space, StateStore};
use crate::store::journal::Reader;

/// Values read at once.
const AT_ONCE: usize = 256;
/// A day, in ms.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// The archive against the log, as far as it has been read. One that is behind is no finding: the next start fills it.
pub(super) struct Closes<'a> {
    archive: &'a dyn StateStore,
    /// The archive's position; `None` if it cannot be compared.
    at: Option<Position>,
    /// What is wrong, with when the conversation was closed: after the retention it may be gone.
    wrong: Vec<(Timestamp, String)>,
    failed: Option<StoreError>,
}

impl<'a> Closes<'a> {
    /// Looks at every value by itself, before the first record of the log.
    pub(super) fn of(archive: &'a dyn StateStore, log: &Reader, findings: &mut Findings) -> Self {
        let mut closes = Self { archive, at: None, wrong: Vec::new(), failed: None };
        match values(archive, findings).and_then(|()| archive.position()) {
            Ok(at) if at > log.tail() => findings.add(format_args!(
                "archive: it is at position {at} and the journal ends at {}: the next start fills it anew",
                log.tail()
            )),
            Ok(at) => closes.at = Some(at),
            Err(error) => closes.failed = Some(error),
        }
        closes
    }

    /// Takes the next record.
    pub(super) fn take(&mut self, position: Position, record: &Record) {
        let Record::Event(Event { conversation, at, seq, what: Happening::Closed { .. }, .. }) = record
        else {
            return;
        };
        let behind = self.at.is_none_or(|reached| position > reached);
        if behind || self.failed.is_some() || self.wrong.len() >= MAX_FINDINGS {
            return;
        }
        match missing(self.archive, *conversation, *seq) {
            Ok(wrong) => self.wrong.extend(wrong.map(|line| (*at, line))),
            Err(error) => self.failed = Some(error),
        }
    }

    /// Says what is wrong. The configuration at the log's end has the retention.
    pub(super) fn end(self, config: Option<&Config>, now: Timestamp, findings: &mut Findings) {
        let days = config.map_or(Settings::default().retention_days, |config| config.settings.retention_days);
        let swept = |at: &Timestamp| now.ms_since(*at) >= i64::from(days) * DAY_MS;
        self.wrong.iter().filter(|(at, _)| !swept(at)).for_each(|(_, line)| findings.add(line));
        if let Some(error) = self.failed {
            findings.add(format_args!("archive: {error}"));
        }
    }
}

/// What the archive lacks of a conversation that was closed at this version.
fn missing(archive: &dyn StateStore, id: ConversationId, version: u32) -> Result<Option<String>, StoreError> {
    let lost = Invariant::NothingLost.id();
    let value = archive.get(Space::Conversation, id.0.as_bytes())?;
    Ok(match value.as_deref().and_then(codec::decode::<Conversation>) {
        None => Some(format!("{lost}: archive: conversation {id}: closed and not there")),
        Some(found) if found.version != version => {
            let there = found.version;
            Some(format!("{lost}: archive: conversation {id}: at version {there} and closed at {version}"))
        }
        Some(_) => None,
    })
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
