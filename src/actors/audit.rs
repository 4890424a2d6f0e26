//! The audit log: what administrators and supervisors did, read from the journal's records (SPEC §17).
//!
//! An act is one record seen from outside: who, when, what about, and how it was before and after. Nothing is
//! recorded for the log that another record says already. An act's id is made of its time and of its record's place in the
//! journal: so acts stand in the order in which they were recorded, also those of one millisecond, and one that is folded
//! again (after a start, or while the archive is filled) takes its own place.
//!
//! Not acts: what the dispatcher, customers, backends and agents do; and what an administrator's token does in the place
//! of one of them that is no intervention: hand-offs and messages, which the timeline has.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::place::Place;
use crate::domain::config::{Change, Config, Key};
use crate::domain::context::Context;
use crate::domain::conversation::{
    By, CloseReason, Conversation, Event, Happening, ParticipantKind, ReturnReason, Status,
};
use crate::domain::ids::{AgentId, ConversationId, PresenceId, QueueId};
use crate::domain::offer::GrantKind;
use crate::domain::outbound::{OutboundHappening, OutboundRecord, Target};
use crate::domain::record::{AgentHappening, AgentRecord, Audited, Configured};
use crate::domain::time::Timestamp;

/// One act.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Act {
    /// UUID v7 of its time and its record's place.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: By,
    /// What.
    pub what: What,
}

/// An act that has no id yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: By,
    /// What.
    pub what: What,
}

/// What was done.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum What {
    /// A resource of the configuration was put or deleted; `None`: it was not there.
    Configured { key: Key, before: Before<Change>, after: Option<Change> },
    /// Tokens of an agent that were made before an instant (ms) are void.
    TokensRevoked { agent: AgentId, before: Before<i64>, after: i64 },
    /// A token of an agent was made.
    TokenMade { agent: AgentId, expires_at: Timestamp },
    /// An agent's presence was set; `None`: its default. `resets`: missed notifications that it answers.
    PresenceSet { agent: AgentId, before: Before<PresenceId>, after: PresenceId, resets: u32 },
    /// An intervention in a conversation.
    Conversation {
        id: ConversationId,
        intervention: Intervention,
        before: Before<Box<Standing>>,
        after: Option<Box<Standing>>,
    },
    /// A supervisor began to watch a conversation.
    Watched(ConversationId),
    /// Deliveries are to go (again), or are given up for good.
    Deliveries { target: Target, replayed: bool, count: u32 },
}

/// How it was before, as far as the log reaches.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Before<T> {
    /// So; `None`: not at all.
    Was(Option<T>),
    /// What made it so is no longer in the log.
    Unknown,
}

/// What a supervisor does to a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // each is its own name
pub enum Intervention {
    Assign,
    Transfer,
    Join,
    Leave,
    /// In the customer's place.
    End,
    /// By force.
    Close,
    Context,
    /// In a connector's place: what became of a record.
    Resolve,
    Cancel,
    Unassign,
}

/// What acts show of a conversation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// Status.
    pub status: Status,
    /// Home queue.
    pub queue: QueueId,
    /// Who has it, or had it last.
    pub agent: Option<AgentId>,
    /// To whom it is on offer.
    pub offered_to: Option<AgentId>,
    /// Supervisors who take part.
    pub supervisors: Vec<AgentId>,
    /// Why it ended.
    pub close_reason: Option<CloseReason>,
    /// What was noted at the close.
    pub close_note: Option<Arc<str>>,
    /// Its context, in acts that change it.
    pub context: Option<Context>,
}

impl Standing {
    fn of(conversation: &Conversation, intervention: Intervention) -> Self {
        let supervisors = conversation.participants.iter().filter(|p| p.kind == ParticipantKind::Supervisor);
        Self {
            status: conversation.status,
            queue: conversation.queue_id.clone(),
            agent: conversation.agent.clone(),
            offered_to: conversation.offer.as_ref().map(|offer| offer.grant.agent.clone()),
            supervisors: supervisors.map(|p| p.agent.clone()).collect(),
            close_reason: conversation.close_reason,
            close_note: conversation.close_note.clone(),
            context: (intervention == Intervention::Context).then(|| conversation.context.clone()),
        }
    }
}

impl Deed {
    /// The act that it is, by the record at this place.
    pub fn recorded(self, place: Place) -> Act {
        Act { id: id(self.at, place), at: self.at, by: self.by, what: self.what }
    }
}

impl Act {
    /// The id of an agent or key that did it.
    pub fn actor(&self) -> Option<&str> {
        match &self.by {
            By::System | By::Customer => None,
            By::Backend(id) => Some(id.as_str()),
            By::Agent(id) => Some(id.as_str()),
            By::Supervisor(id) => Some(id),
        }
    }

    /// Its key in the archive: ids are in the order of time, and of the journal within a millisecond.
    pub fn key(&self) -> Vec<u8> {
        self.id.as_bytes().to_vec()
    }
}

/// The first id that an act of this time or a later one may have.
pub fn first_id(at: Timestamp) -> Uuid {
    Uuid::from_u128(u128::try_from(at.0).unwrap_or_default() << 80)
}

/// When the act of this id was.
pub fn time_of(id: Uuid) -> Timestamp {
    Timestamp(i64::try_from(id.as_u128() >> 80).unwrap_or(i64::MAX))
}

/// A UUID v7 whose bits behind the time are the place: 54 of its unit, 20 of its number in that.
fn id(at: Timestamp, place: Place) -> Uuid {
    const NTH_BITS: u32 = 20;
    let nth = place.nth.min((1 << NTH_BITS) - 1);
    let place = u128::from(place.unit.0) << NTH_BITS | u128::from(nth);
    let (high, low) = (place >> 62 & 0xfff, place & (u128::MAX >> 66));
    Uuid::from_u128(first_id(at).as_u128() | 7 << 76 | high << 64 | 2 << 62 | low)
}

/// What is known of the configuration before the next change: a configuration, and the changes since.
pub struct Past {
    base: Arc<Config>,
    since: BTreeMap<Key, Option<Change>>,
    voided: BTreeMap<AgentId, Option<i64>>,
    /// Whether `base` is what there was, or the log begins later.
    whole: bool,
    /// An agent that was just made, and when: voiding the tokens of a namesake is part of that.
    made: Option<(AgentId, Timestamp)>,
}

impl Past {
    /// Before the first change. `whole`: the records begin at the beginning.
    pub fn new(whole: bool) -> Self {
        let base = Arc::new(Config::default());
        Self { base, since: BTreeMap::new(), voided: BTreeMap::new(), whole, made: None }
    }

    /// All changes so far made this.
    pub fn is(&mut self, config: Arc<Config>) {
        *self = Self { base: config, made: self.made.take(), ..Self::new(true) };
    }

    /// Takes a change. Those of a snapshot have no time and are no acts.
    pub fn configured(&mut self, configured: &Configured) -> Option<Deed> {
        let (at, key) = (configured.at, configured.change.key());
        let what = match &configured.change {
            Change::VoidTokens(agent, after) => self.voided(agent, *after, at)?,
            Change::Delete(_) => self.resource(key, None),
            change => self.resource(key, Some(change.clone())),
        };
        if let What::Configured { key: Key::Agent(agent), before: Before::Was(None), after: Some(_) } = &what
        {
            self.made = Some((agent.clone(), at));
        }
        let deed = || Deed { at, by: configured.by.clone(), what };
        (at > Timestamp::default()).then(deed)
    }

    fn resource(&mut self, key: Key, after: Option<Change>) -> What {
        let before = match self.since.insert(key.clone(), after.clone()) {
            Some(before) => Before::Was(before),
            None if self.whole => Before::Was(Change::putting(&self.base, &key)),
            None => Before::Unknown,
        };
        if let (Key::Agent(agent), None) = (&key, &after) {
            self.voided.insert(agent.clone(), None);
        }
        What::Configured { key, before, after }
    }

    fn voided(&mut self, agent: &AgentId, after: i64, at: Timestamp) -> Option<What> {
        let before = match self.voided.insert(agent.clone(), Some(after)) {
            Some(before) => Before::Was(before),
            None if self.whole => Before::Was(self.base.tokens_void_before.get(agent).copied()),
            None => Before::Unknown,
        };
        let born = self.made.take().is_some_and(|made| made == (agent.clone(), at));
        (!born).then(|| What::TokensRevoked { agent: agent.clone(), before, after })
    }
}

/// The act that a record about an agent is. `before`: the presence that was chosen last.
pub fn of_agent(record: &AgentRecord, before: Before<PresenceId>) -> Option<Deed> {
    let agent = record.agent.clone();
    let what = match &record.what {
        AgentHappening::PresenceSet { presence, resets, .. } if record.by != By::Agent(agent.clone()) => {
            let resets = u32::try_from(resets.len()).unwrap_or(u32::MAX);
            What::PresenceSet { agent, before, after: presence.clone(), resets }
        }
        AgentHappening::Audited(Audited::TokenMade { expires_at }) => {
            What::TokenMade { agent, expires_at: *expires_at }
        }
        AgentHappening::Audited(Audited::Watched(conversation)) => What::Watched(*conversation),
        _ => return None,
    };
    Some(Deed { at: record.at, by: record.by.clone(), what })
}

/// The act that a record about deliveries is.
pub fn of_outbound(record: &OutboundRecord) -> Option<Deed> {
    let (target, replayed, count) = match &record.what {
        _ if record.by == By::System => return None,
        OutboundHappening::Replayed { target, spots } => (target, true, spots.len()),
        OutboundHappening::Discarded { target, spots } => (target, false, spots.len()),
        _ => return None,
    };
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let what = What::Deliveries { target: target.clone(), replayed, count };
    Some(Deed { at: record.at, by: record.by.clone(), what })
}

/// The act that an event of a conversation is; `before` and `after` as folded, if its beginning is known.
pub fn of_event(event: &Event, before: Option<&Conversation>, after: Option<&Conversation>) -> Option<Deed> {
    let intervention = intervention(event, before)?;
    let standing = |conversation: &Conversation| Box::new(Standing::of(conversation, intervention));
    let known = before.map_or(Before::Unknown, |before| Before::Was(Some(standing(before))));
    let what = What::Conversation {
        id: event.conversation,
        intervention,
        before: known,
        after: after.map(standing),
    };
    Some(Deed { at: event.at, by: event.by.clone(), what })
}

/// Whether an event is an intervention. A supervisor at its own desk stands as an agent: then what it does to a
/// conversation of somebody else is one.
pub fn intervention(event: &Event, before: Option<&Conversation>) -> Option<Intervention> {
    let supervisor = matches!(event.by, By::Supervisor(_));
    let holder = before.and_then(|before| before.grant.as_ref()).map(|grant| &grant.agent);
    let other = match &event.by {
        By::Supervisor(_) => true,
        By::Agent(agent) => before.is_some() && holder != Some(agent),
        _ => false,
    };
    Some(match &event.what {
        Happening::Closed { reason: CloseReason::ForceClosed, .. } => Intervention::Close,
        Happening::Closed { reason: CloseReason::CustomerEnded, .. } | Happening::WrapUp { .. }
            if supervisor =>
        {
            Intervention::End
        }
        Happening::Assigned { grant, .. } if grant.kind == GrantKind::Supervisor => Intervention::Assign,
        Happening::Assigned { grant, from_offer: false, .. }
            if grant.kind == GrantKind::Transfer && other =>
        {
            Intervention::Transfer
        }
        Happening::Offered { offer, .. } if offer.grant.kind == GrantKind::Transfer && other => {
            Intervention::Transfer
        }
        Happening::Transferred { .. } if other => Intervention::Transfer,
        Happening::Joined { kind: ParticipantKind::Supervisor, .. } => Intervention::Join,
        Happening::Left { kind: ParticipantKind::Supervisor, .. } if event.by != By::System => {
            Intervention::Leave
        }
        Happening::ContextChanged { .. } if supervisor => Intervention::Context,
        Happening::Closed { reason: CloseReason::Resolved, .. } if supervisor => Intervention::Resolve,
        Happening::Closed { reason: CloseReason::Cancelled, .. } if supervisor => Intervention::Cancel,
        Happening::Released { reason: ReturnReason::Unassigned, .. } if supervisor => Intervention::Unassign,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::journal::Position;

    #[test]
    fn ids_rise_with_the_time_and_then_with_the_place_and_are_uuids_of_that_time() {
        let at = |ms, unit, nth| id(Timestamp(ms), Place { unit: Position(unit), nth });
        let far = (1 << 54) - 1;
        let ids = [
            at(5, 9, 0),
            at(6, 1, 0),
            at(6, 1, 1),
            at(6, 2, 0),
            at(6, 1 << 41, u32::MAX),
            at(6, 1 << 42, 0),
            at(6, far, 0),
            at(6, far, 1),
            at(7, 1, 0),
        ];
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        for id in ids {
            assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        }
        assert_eq!(time_of(ids[6]), Timestamp(6));
        assert!(first_id(Timestamp(6)) > ids[0] && first_id(Timestamp(6)) < ids[1]);
    }
}
