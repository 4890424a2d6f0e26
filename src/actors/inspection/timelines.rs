//! Each conversation's timeline as the log has it: numbered without a gap, nothing after the close, one offer at a time
//! and each ended once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Findings;
use crate::domain::conversation::{Event, Happening};
use crate::domain::ids::{ConversationId, GrantId};
use crate::domain::invariants::Invariant;
use crate::domain::record::Record;
use crate::ports::error::StoreError;
use crate::ports::journal::Position;
use crate::ports::records;
use crate::store::journal::Reader;

/// Where the timeline of an unfinished conversation stands.
#[derive(Default)]
struct Stand {
    seq: u32,
    offer: Option<GrantId>,
    /// Its beginning is no longer in the log: what was open then is not known.
    late: bool,
}

/// All timelines of the log, as far as it has been read.
pub(super) struct Walk {
    stands: BTreeMap<ConversationId, Stand>,
    /// The log begins with the first unit of all.
    whole: bool,
}

impl Walk {
    /// Before the first record of a log.
    pub(super) fn of(log: &Reader) -> Self {
        Self { stands: BTreeMap::new(), whole: log.begins() == Position(0) }
    }

    /// Takes the next record.
    pub(super) fn take(&mut self, at: Position, record: &Record, findings: &mut Findings) {
        let Record::Event(event) = record else { return };
        step(&mut self.stands, event, self.whole, &mut |invariant, what| {
            findings.add(format_args!(
                "{}: conversation {}: position {at}: {what}",
                invariant.id(),
                event.conversation
            ));
        });
    }
}

/// Every record of the log, from where it begins. Fails with the line that says what does not read.
pub(super) fn each_record(log: &Reader, each: &mut dyn FnMut(Position, &Arc<Record>)) -> Result<(), String> {
    let mut why = None;
    let read = log.replay(log.begins(), &mut |at, unit| {
        records::decode(at, unit, &mut |record| each(at, &Arc::new(record))).map_err(|finding| {
            why = Some(finding.to_string());
            StoreError::Halted
        })
    });
    match (why, read) {
        (Some(line), _) => Err(line),
        (None, Err(error)) => Err(error.to_string()),
        (None, Ok(_)) => Ok(()),
    }
}

fn step(
    stands: &mut BTreeMap<ConversationId, Stand>,
    event: &Event,
    whole: bool,
    say: &mut dyn FnMut(Invariant, String),
) {
    let known = stands.contains_key(&event.conversation);
    let stand = stands.entry(event.conversation).or_default();
    let begins = matches!(event.what, Happening::Created(_));
    if !known && !begins && !whole {
        stand.late = true;
        stand.seq = event.seq - 1;
    }
    if known && begins {
        say(Invariant::Gapless, "it is created a second time".to_owned());
    } else if event.seq != stand.seq + 1 {
        say(Invariant::Gapless, format!("event {} follows event {}", event.seq, stand.seq));
    } else if event.seq == 1 && !begins {
        say(Invariant::Gapless, format!("it begins with {}", event.what.kind()));
    }
    stand.seq = event.seq;
    if let Happening::Offered { offer, .. } = &event.what
        && let Some(open) = stand.offer.replace(offer.grant.id)
    {
        say(Invariant::OneHolder, format!("offer {} is made while offer {open} is open", offer.grant.id));
    }
    if let Some(ended) = ended_offer(&event.what) {
        let open = stand.offer.take();
        if open != Some(ended) && !(stand.late && open.is_none()) {
            say(Invariant::OneHolder, format!("offer {ended} ends and is not open"));
        }
    }
    if matches!(event.what, Happening::Closed { .. }) {
        if let Some(open) = stand.offer {
            say(Invariant::OneHolder, format!("it is closed while offer {open} is open"));
        }
        stands.remove(&event.conversation);
    }
}

fn ended_offer(what: &Happening) -> Option<GrantId> {
    match what {
        Happening::OfferEnded { grant, .. } | Happening::Assigned { grant, from_offer: true, .. } => {
            Some(grant.id)
        }
        _ => None,
    }
}
