//! The ghost: what the records say, folded by code of its own. It complains about a record that cannot be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use callboard::domain::config::{Change, Key, RequiredSkill};
use callboard::domain::conversation::{Born, Event, First, Happening, ReturnReason, Status};
use callboard::domain::ids::{AgentId, CapacityProfileId, ConversationId, GrantId, PresenceId, QueueId};
use callboard::domain::offer::{Grant, Offer, OfferEnd};
use callboard::domain::presence::BasePresence;
use callboard::domain::record::{AgentHappening, Record};
use callboard::domain::time::Timestamp;

use super::Failure;
use super::hours::{self, SeenWait, moved_on};
use super::live_chat::{self, SeenPrompts};
use super::places::Granted;
use crate::house::agents_of;
use crate::words;

/// A conversation as its records say.
#[derive(Clone)]
pub struct Seen {
    pub born: Arc<Born>,
    pub home: QueueId,
    pub status: Status,
    pub seq: u32,
    pub offer: Option<Offer>,
    pub grant: Option<Grant>,
    pub agent: Option<AgentId>,
    pub hold_until: Option<Timestamp>,
    pub first: Option<First>,
    pub preferred: Option<AgentId>,
    pub refused: BTreeMap<AgentId, (u32, Timestamp)>,
    pub stranded: bool,
    /// Who takes part, with the end of an invitation.
    pub parts: BTreeMap<AgentId, (Option<Timestamp>, Timestamp)>,
    pub priority: i32,
    pub wait: SeenWait,
    pub skills: Vec<RequiredSkill>,
    pub queued_at: Timestamp,
    pub status_since: Timestamp,
    pub active_at: Timestamp,
    pub events: Vec<Arc<Record>>,
    pub grants: BTreeSet<GrantId>,
    pub prompts: SeenPrompts,
}

impl Seen {
    fn begin(event: &Event, born: &Arc<Born>) -> Self {
        Self {
            born: born.clone(),
            home: born.queue_id.clone(),
            status: Status::Open,
            seq: 0,
            offer: None,
            grant: None,
            agent: None,
            hold_until: None,
            first: born.first.clone(),
            preferred: None,
            refused: BTreeMap::new(),
            stranded: false,
            parts: BTreeMap::new(),
            priority: born.priority,
            wait: SeenWait { been: [born.queue_id.clone()].into(), since: event.at, ..SeenWait::default() },
            skills: born.skills.clone(),
            queued_at: event.at,
            status_since: event.at,
            active_at: event.at,
            events: Vec::new(),
            grants: BTreeSet::new(),
            prompts: SeenPrompts::default(),
        }
    }

    /// Place in line.
    pub fn rank(&self) -> (i32, Timestamp, ConversationId) {
        (-self.priority, self.queued_at, self.born.id)
    }

    fn enter(&mut self, status: Status, at: Timestamp) {
        self.status = status;
        self.status_since = at;
        self.active_at = at;
        self.wait.begins(at);
    }

    fn back_to_open(&mut self, at: Timestamp) {
        self.grant = None;
        self.agent = None;
        self.stranded = false;
        self.enter(Status::Open, at);
    }
}

/// What the records say of an agent alone.
#[derive(Clone, Default)]
pub struct SeenAgent {
    pub chosen: Option<(PresenceId, BasePresence, Timestamp)>,
    pub signed_in_at: Option<Timestamp>,
    pub missed: BTreeSet<GrantId>,
    pub load_changed_at: Timestamp,
    pub grants: BTreeMap<GrantId, Granted>,
    pub spent: BTreeSet<(Timestamp, CapacityProfileId, ConversationId)>,
    pub latest: Timestamp,
}

/// Everything that the records say.
#[derive(Clone, Default)]
pub struct Ghost {
    pub conversations: BTreeMap<ConversationId, Seen>,
    pub unfinished: BTreeSet<ConversationId>,
    pub agents: BTreeMap<AgentId, SeenAgent>,
    deleted: BTreeSet<AgentId>,
    /// Whether an agent was ever deleted.
    pub deleted_any: bool,
    /// The conversation of the last event, if until then it was to be matched out of hours.
    pub anyway_before: Option<ConversationId>,
}

fn no<T>(id: &'static str, what: &str, record: &Record) -> Result<T, Failure> {
    Err(Failure::new(id, format!("{what}: {}", words::record(record))))
}

impl Ghost {
    /// Units of an agent's offers, active and holding conversations.
    pub fn units(&self, agent: &AgentId) -> u32 {
        self.agents.get(agent).map_or(0, |a| a.grants.values().map(|granted| granted.grant.units).sum())
    }

    /// Offers open to an agent.
    pub fn offers(&self, agent: &AgentId) -> u32 {
        self.agents.get(agent).map_or(0, |a| a.grants.values().filter(|granted| granted.offer).count() as u32)
    }

    /// Folds a record. `author` is known live only.
    pub fn fold(&mut self, record: &Arc<Record>, author: Option<&QueueId>) -> Result<(), Failure> {
        match &**record {
            Record::Event(event) => self.event(record, event, author),
            Record::Agent(entry) => {
                let agent = self.agents.entry(entry.agent.clone()).or_default();
                match &entry.what {
                    AgentHappening::PresenceSet { presence, base, resets } => {
                        agent.chosen = Some((presence.clone(), *base, entry.at));
                        agent.missed.retain(|grant| !resets.contains(grant));
                    }
                    AgentHappening::SignedIn => agent.signed_in_at = Some(entry.at),
                    AgentHappening::SignedOut => (agent.chosen, agent.signed_in_at) = (None, None),
                    AgentHappening::Carried(_) | AgentHappening::Audited(_) => {}
                }
                Ok(())
            }
            Record::Configured(configured) => {
                self.configured(&configured.change);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Who is deleted and configured again is somebody new, but for grants that records have not ended.
    fn configured(&mut self, change: &Change) {
        match change {
            Change::Delete(Key::Agent(id)) => {
                self.deleted_any = true;
                self.deleted.insert(id.clone());
            }
            Change::PutAgent(id, _) if self.deleted.remove(id) => {
                let agent = self.agents.entry(id.clone()).or_default();
                *agent = SeenAgent { grants: std::mem::take(&mut agent.grants), ..SeenAgent::default() };
            }
            _ => {}
        }
    }

    fn event(
        &mut self,
        record: &Arc<Record>,
        event: &Event,
        author: Option<&QueueId>,
    ) -> Result<(), Failure> {
        if let Happening::Created(born) = &event.what {
            if self.conversations.contains_key(&event.conversation) {
                return no("I1", "created twice", record);
            }
            self.conversations.insert(event.conversation, Seen::begin(event, born));
            self.unfinished.insert(event.conversation);
        }
        let Some(mut seen) = self.conversations.remove(&event.conversation) else {
            return no("I4", "about a conversation that was never created", record);
        };
        self.anyway_before = seen.wait.anyway.then_some(event.conversation);
        let result = self.judge(&mut seen, record, event, author);
        if seen.status == Status::Closed {
            self.unfinished.remove(&event.conversation);
        }
        seen.events.push(record.clone());
        self.conversations.insert(event.conversation, seen);
        result
    }

    fn judge(
        &mut self,
        seen: &mut Seen,
        record: &Arc<Record>,
        event: &Event,
        author: Option<&QueueId>,
    ) -> Result<(), Failure> {
        if event.seq != seen.seq + 1 {
            return no("I8", &format!("event {} follows event {}", event.seq, seen.seq), record);
        }
        seen.seq = event.seq;
        if author.is_some_and(|author| *author != seen.home) {
            return no("I1", &format!("its home is {}, not the author", seen.home), record);
        }
        if seen.status == Status::Closed {
            return no("I2", "it is closed", record);
        }
        self.grants_fit(seen, record, event)?;
        self.take(seen, record, event)
    }

    /// What ends must stand; what begins must not meet another.
    fn grants_fit(&mut self, seen: &Seen, record: &Record, event: &Event) -> Result<(), Failure> {
        let held = seen.grant.as_ref().map(|g| g.id);
        let offered = seen.offer.as_ref().map(|o| o.grant.id);
        parts_fit(seen, record, event)?;
        let ends = |ends: &Option<Grant>| ends.as_ref().map(|g| g.id) == held;
        match &event.what {
            Happening::Offered { offer, ends: e, .. } => {
                if offered.is_some() {
                    return no("I2", "an offer is open already", record);
                }
                if !ends(e) {
                    return no("I2", "somebody has it, and that does not end here", record);
                }
                if seen.grants.contains(&offer.grant.id) {
                    return no("I2", "a grant begins twice", record);
                }
            }
            Happening::OfferEnded { grant, .. } if offered != Some(grant.id) => {
                return no("I2", "an offer ends that is not open", record);
            }
            Happening::Assigned { grant, from_offer, ends: e, .. } => {
                if *from_offer && offered != Some(grant.id) {
                    return no("I2", "accepted, but that offer is not open", record);
                }
                if !*from_offer && (offered.is_some() || seen.grants.contains(&grant.id)) {
                    return no("I2", "assigned over an open offer", record);
                }
                if !ends(e) {
                    return no("I2", "somebody has it, and that does not end here", record);
                }
            }
            Happening::Waiting { ends: e }
            | Happening::Released { ends: e, .. }
            | Happening::HoldEnded { ends: e }
                if Some(e.id) != held =>
            {
                return no("I2", "a grant ends that does not stand", record);
            }
            Happening::Transferred { ends: e, .. } | Happening::Closed { ends: e, .. } => {
                if offered.is_some() {
                    return no("I2", "an offer is still open", record);
                }
                if !ends(e) {
                    return no("I2", "somebody has it, and that does not end here", record);
                }
            }
            Happening::Routed { moved: Some(_), .. } | Happening::Overflowed { moved: Some(_), .. }
                if offered.is_some() || held.is_some() =>
            {
                return no("I2", "moved with an offer or an assignment", record);
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, grant: &Grant, at: Timestamp, load: bool) {
        let agent = self.agents.entry(grant.agent.clone()).or_default();
        agent.grants.remove(&grant.id);
        if load && grant.units > 0 {
            agent.load_changed_at = agent.load_changed_at.max(at);
        }
    }

    fn begin(&mut self, conversation: ConversationId, grant: &Grant, at: Timestamp, offer: bool) {
        let agent = self.agents.entry(grant.agent.clone()).or_default();
        agent.grants.insert(grant.id, Granted { grant: grant.clone(), conversation, offer });
        if !offer {
            agent.spend(conversation, grant);
        }
        if !offer && grant.units > 0 {
            agent.load_changed_at = agent.load_changed_at.max(at);
        }
    }

    fn take(&mut self, seen: &mut Seen, record: &Record, event: &Event) -> Result<(), Failure> {
        let allowed = allowed(&event.what);
        if !allowed.is_empty() && !allowed.contains(&seen.status) {
            return no("I8", &format!("it is {}", seen.status.as_str()), record);
        }
        for agent in agents_of(record) {
            self.agents.entry(agent).or_default().days_pass(event.at);
        }
        if let Some(ends) = event.what.ended() {
            self.end(ends, event.at, true);
        }
        match &event.what {
            Happening::OfferEnded { end: OfferEnd::TimedOut, .. }
                if seen.offer.as_ref().is_some_and(|o| o.expires_at > event.at) =>
            {
                no("I7", "timed out before its time", record)
            }
            Happening::Offered { .. } | Happening::OfferEnded { .. } | Happening::Assigned { .. } => {
                self.take_grant(seen, event);
                Ok(())
            }
            Happening::WrapUp { .. } | Happening::HoldEnded { .. } | Happening::Closed { .. } => {
                self.take_end(seen, event);
                Ok(())
            }
            Happening::Overflowed { trace, moved, .. } => {
                let result = hours::fold(seen, event, trace);
                if let Some(moved) = moved {
                    seen.first = None;
                    seen.active_at = event.at;
                    moved_on(seen, &moved.to, event.at);
                }
                result
            }
            _ => {
                take_other(seen, event);
                Ok(())
            }
        }
    }

    fn take_grant(&mut self, seen: &mut Seen, event: &Event) {
        let at = event.at;
        match &event.what {
            Happening::Offered { offer, ends, .. } => {
                if ends.is_some() {
                    seen.back_to_open(at);
                }
                self.begin(event.conversation, &offer.grant, at, true);
                seen.grants.insert(offer.grant.id);
                seen.offer = Some(offer.clone());
            }
            Happening::OfferEnded { grant, end, cooldown_until, missed, .. } => {
                self.end(grant, at, false);
                if *missed {
                    self.agents.entry(grant.agent.clone()).or_default().missed.insert(grant.id);
                }
                seen.offer = None;
                seen.first = seen.first.take().filter(|first| first.agent != grant.agent);
                if matches!(end, OfferEnd::Declined | OfferEnd::TimedOut) {
                    let entry = seen.refused.entry(grant.agent.clone()).or_default();
                    *entry = (entry.0 + 1, entry.1.max(cooldown_until.unwrap_or_default()));
                }
            }
            Happening::Assigned { grant, .. } => {
                self.begin(event.conversation, grant, at, false);
                seen.grants.insert(grant.id);
                seen.offer = None;
                seen.first = None;
                seen.preferred = None;
                seen.stranded = false;
                seen.agent = Some(grant.agent.clone());
                seen.grant = Some(grant.clone());
                seen.enter(Status::Active, at);
            }
            _ => {}
        }
    }

    fn take_end(&mut self, seen: &mut Seen, event: &Event) {
        let at = event.at;
        match &event.what {
            Happening::WrapUp { grant, hold_until, .. } => {
                seen.enter(Status::WrapUp, at);
                seen.hold_until = hold_until.filter(|until| *until > at);
                if hold_until.is_some_and(|until| until <= at) {
                    seen.grant = None;
                    self.end(grant, at, false);
                    let agent = self.agents.entry(grant.agent.clone()).or_default();
                    agent.load_changed_at = agent.load_changed_at.max(at);
                }
            }
            Happening::Closed { .. } => {
                seen.enter(Status::Closed, at);
                seen.grant = None;
                seen.hold_until = None;
            }
            _ => {
                seen.grant = None;
                seen.hold_until = None;
            }
        }
    }
}

/// Nobody takes part in what is not active, or longer than the agent who has it; nobody twice, and at most five.
fn parts_fit(seen: &Seen, record: &Record, event: &Event) -> Result<(), Failure> {
    use callboard::domain::conversation::ParticipantKind::{Consult, Supervisor};
    let ends = event.what.ended().is_some()
        || matches!(event.what, Happening::WrapUp { .. } | Happening::Closed { .. });
    if ends && !seen.parts.is_empty() {
        return no("I2", "somebody still takes part", record);
    }
    let active = seen.status == Status::Active;
    let fits = match &event.what {
        Happening::Invited { agent, .. } | Happening::Joined { agent, kind: Supervisor } => {
            active
                && seen.agent.as_ref() != Some(agent)
                && !seen.parts.contains_key(agent)
                && seen.parts.len() < 5
        }
        Happening::Joined { agent, kind: Consult } => {
            seen.parts.get(agent).is_some_and(|(until, _)| until.is_some())
        }
        Happening::Left { agent, .. } => seen.parts.contains_key(agent),
        _ => true,
    };
    if fits { Ok(()) } else { no("I2", "that part does not fit", record) }
}

/// In which states this may happen; empty is any but closed.
fn allowed(what: &Happening) -> &'static [Status] {
    use Status::{Active, Open, Waiting, WrapUp};
    match what {
        Happening::Offered { ends: None, .. } | Happening::Routed { .. } => &[Open],
        Happening::Assigned { .. } | Happening::Message { .. } => &[Open, Active, Waiting],
        Happening::Offered { .. }
        | Happening::Waiting { .. }
        | Happening::WrapUp { .. }
        | Happening::Released { .. } => &[Active],
        Happening::Reopened { .. } => &[Waiting],
        Happening::HoldEnded { .. } => &[WrapUp],
        Happening::Transferred { .. } => &[Open, Active],
        Happening::Overflowed { .. } | Happening::ServiceLevelPassed => &[Open],
        _ => &[],
    }
}

fn take_other(seen: &mut Seen, event: &Event) {
    let at = event.at;
    match &event.what {
        Happening::Routed { moved, first, .. } => {
            seen.first.clone_from(first);
            if let Some(moved) = moved {
                moved_on(seen, &moved.to, at);
            }
        }
        Happening::ContextChanged { priority, skills, .. } => {
            seen.priority = *priority;
            seen.skills.clone_from(skills);
        }
        Happening::Message { message, .. } => live_chat::said(seen, message, at),
        Happening::Waiting { .. } => {
            seen.grant = None;
            seen.enter(Status::Waiting, at);
        }
        Happening::Reopened { first, .. } => {
            seen.first.clone_from(first);
            seen.enter(Status::Open, at);
        }
        Happening::Transferred { moved, .. } => {
            if seen.status != Status::Open {
                seen.enter(Status::Open, at);
            }
            seen.active_at = at;
            seen.first = None;
            moved_on(seen, &moved.to, at);
        }
        Happening::Released { ends, reason, first } => {
            seen.back_to_open(at);
            seen.first.clone_from(first);
            seen.preferred = None;
            if *reason == ReturnReason::AgentLost {
                seen.preferred = Some(ends.agent.clone());
            } else {
                seen.refused.entry(ends.agent.clone()).or_default();
            }
        }
        Happening::Invited { agent, until } => {
            seen.parts.insert(agent.clone(), (Some(*until), at));
        }
        Happening::Joined { agent, .. } => {
            seen.parts.insert(agent.clone(), (None, at));
        }
        Happening::Left { agent, .. } => drop(seen.parts.remove(agent)),
        Happening::FirstGivenUp => seen.first = None,
        Happening::ServiceLevelPassed => seen.wait.late = true,
        Happening::Stranded(stranded) => seen.stranded = *stranded,
        _ => {}
    }
}
