//! The agent's state and its two mutators. `ledger` and `carried` are folds of records; the rest is soft.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::book::Book;
use super::input::Snapshot;
use super::token::Round;
use crate::capacity::Place;
use crate::command::AgentShown;
use crate::conversation::{Event, Happening};
use crate::ids::{AgentId, ConversationId, GrantId, QueueId, SessionId, WorkStreamId};
use crate::offer::{Grant, GrantKind};
use crate::record::{Carried, Record};
use crate::time::Timestamp;

/// What a firm grant is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// An open offer.
    Offered,
    /// An active conversation.
    Active,
    /// Wrap-up that holds the units.
    Holding,
}

/// A firm grant of the ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Of which work stream.
    pub work_stream: WorkStreamId,
    /// How many units.
    pub units: u32,
    /// Places beside them.
    pub places: Vec<Place>,
    /// What it is.
    pub stage: Stage,
}

/// Units held softly for a reservation that was said yes to; ends by the record or by `LetGo`, never by a timer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// For which conversation.
    pub conversation: ConversationId,
    /// Of which queue.
    pub queue: QueueId,
    /// Of which work stream.
    pub work_stream: WorkStreamId,
    /// How many units.
    pub units: u32,
    /// Places beside them.
    pub places: Vec<Place>,
    /// Whether it takes an offer slot.
    pub offers: bool,
    /// Why.
    pub kind: GrantKind,
}

/// Delivery of an offer or a direct assignment: acknowledged within 5 s of leaving the house, or withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// When the frame left; `None`: not yet.
    pub left_at: Option<Timestamp>,
}

/// Soft changes.
#[derive(Clone, PartialEq, Debug)]
pub enum Soft {
    /// The curtain is up: only now can a socket come, so that the hold and the grace begin.
    Started(Timestamp),
    /// A socket is in.
    Connected(SessionId, Timestamp),
    /// A socket is gone.
    Disconnected(SessionId, Timestamp),
    /// Open offers were asked back after 5 s.
    OffersGivenBack,
    /// Active conversations were given up after the grace.
    SignedOut,
    /// Units are held.
    Hold(GrantId, Hold),
    /// A queue does not need them.
    LetGo(GrantId),
    /// The frame with this grant left.
    Left(GrantId, Timestamp),
    /// Something was heard; these are acknowledged.
    Heard(Vec<GrantId>),
    /// Nobody acknowledged this grant: not connected until something is heard.
    Unheard(GrantId),
    /// The token, or its end.
    Token(Option<Box<Round>>),
    /// Daily places up to here are given back.
    DayOver(Timestamp),
    /// Availability counts as grown, whatever the snapshot says.
    Grow,
    /// The snapshot that the queues have now.
    Sent(Arc<Snapshot>),
    /// What sockets and the read side were told.
    Announced(Box<AgentShown>),
}

/// An agent: what it can take, what it has, and whether it is there.
#[derive(Clone, PartialEq, Debug)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Firm grants.
    pub ledger: Book<Entry>,
    /// Conversations in which it takes part, or is invited to.
    pub parts: BTreeSet<ConversationId>,
    /// What outlives conversations.
    pub carried: Carried,
    /// Open sockets.
    pub sessions: BTreeSet<SessionId>,
    /// Since when there is no socket, or when the house started.
    pub gone_since: Timestamp,
    /// Since when there is one.
    pub connected_at: Timestamp,
    /// Whether it was connected since the house started; until then it shows as offline.
    pub met: bool,
    /// Whether open offers have been asked back since it is gone.
    pub offers_given_back: bool,
    /// Whether the grace is over.
    pub signed_out: bool,
    /// Whether it counts as not connected although a socket is open.
    pub unheard: bool,
    /// Units held.
    pub holds: Book<Hold>,
    /// Deliveries not acknowledged.
    pub deliveries: BTreeMap<GrantId, Delivery>,
    /// Daily places that were to be given back by then were looked at.
    pub days_over: Timestamp,
    /// The round of asking under way.
    pub round: Option<Box<Round>>,
    /// Rounds started so far; names the next.
    pub rounds: u64,
    /// Availability counts as grown at the next settle.
    pub grown: bool,
    /// The snapshot that the queues have.
    pub sent: Option<Arc<Snapshot>>,
    /// What was announced.
    pub announced: Option<Box<AgentShown>>,
}

impl Agent {
    /// An agent that was never seen; gone since the house started.
    pub fn new(id: AgentId, started_at: Timestamp) -> Self {
        Self {
            id,
            ledger: Book::default(),
            parts: BTreeSet::new(),
            carried: Carried::default(),
            sessions: BTreeSet::new(),
            gone_since: started_at,
            connected_at: started_at,
            met: false,
            offers_given_back: false,
            signed_out: false,
            unheard: false,
            holds: Book::default(),
            deliveries: BTreeMap::new(),
            days_over: started_at,
            round: None,
            rounds: 0,
            grown: false,
            sent: None,
            announced: None,
        }
    }

    /// Units used, firm and held.
    pub fn used(&self) -> u32 {
        self.ledger.sums().units + self.holds.sums().units
    }

    /// Units of what is active or holding: a reservation changes no presence.
    pub fn load(&self) -> u32 {
        self.ledger.sums().load
    }

    /// Offers open or about to be.
    pub fn open_offers(&self) -> u32 {
        self.ledger.sums().offers + self.holds.sums().offers
    }

    /// Whether a socket is open, and was heard.
    pub fn connected(&self) -> bool {
        !self.sessions.is_empty() && !self.unheard
    }

    /// Folds a record.
    pub fn fold(&mut self, record: &Record) {
        let id = self.id.clone();
        self.carried.apply(&id, record, None);
        if let Record::Event(event) = record {
            self.fold_event(event);
        }
    }

    fn fold_event(&mut self, event: &Event) {
        self.fold_part(event);
        if let Some(ended) = event.what.ended().filter(|grant| grant.agent == self.id) {
            self.drop_grant(ended.id);
        }
        match &event.what {
            Happening::Offered { offer, .. } => self.firm(event, &offer.grant, Stage::Offered),
            Happening::Assigned { grant, .. } => self.firm(event, grant, Stage::Active),
            Happening::OfferEnded { grant, .. } => self.drop_grant(grant.id),
            Happening::WrapUp { grant, hold_until, .. } => {
                if hold_until.is_some_and(|until| until <= event.at) {
                    self.drop_grant(grant.id);
                } else if let Some(entry) = self.ledger.remove(grant.id) {
                    self.ledger.insert(grant.id, Entry { stage: Stage::Holding, ..entry });
                    self.deliveries.remove(&grant.id);
                }
            }
            _ => {}
        }
    }

    fn firm(&mut self, event: &Event, grant: &Grant, stage: Stage) {
        if grant.agent != self.id {
            return;
        }
        self.holds.remove(grant.id);
        let known = self.ledger.insert(
            grant.id,
            Entry {
                conversation: event.conversation,
                work_stream: grant.work_stream.clone(),
                units: grant.units,
                places: grant.places.clone(),
                stage,
            },
        );
        let pushed = grant.kind.is_offered();
        if known.is_some() || !pushed {
            self.deliveries.remove(&grant.id);
        } else {
            let delivery = Delivery { conversation: event.conversation, left_at: None };
            self.deliveries.insert(grant.id, delivery);
        }
    }

    fn drop_grant(&mut self, grant: GrantId) {
        self.ledger.remove(grant);
        self.deliveries.remove(&grant);
    }

    /// Changes soft state.
    pub fn take(&mut self, soft: &Soft) {
        match soft {
            Soft::Started(at) => {
                (self.gone_since, self.connected_at, self.days_over) = (*at, *at, *at);
            }
            Soft::DayOver(at) => self.days_over = *at,
            Soft::Connected(session, at) => self.connect(*session, *at),
            Soft::Disconnected(session, at) => {
                if self.sessions.remove(session) && self.sessions.is_empty() {
                    self.gone_since = *at;
                    self.offers_given_back = false;
                    self.signed_out = false;
                }
            }
            Soft::OffersGivenBack => self.offers_given_back = true,
            Soft::SignedOut => self.signed_out = true,
            Soft::Hold(grant, hold) => drop(self.holds.insert(*grant, hold.clone())),
            Soft::LetGo(grant) => drop(self.holds.remove(*grant)),
            Soft::Left(grant, at) => {
                if let Some(delivery) = self.deliveries.get_mut(grant) {
                    delivery.left_at.get_or_insert(*at);
                }
            }
            Soft::Heard(grants) => {
                self.unheard = false;
                self.deliveries.retain(|grant, _| !grants.contains(grant));
            }
            Soft::Unheard(grant) => {
                self.unheard = true;
                self.deliveries.remove(grant);
            }
            Soft::Token(round) => {
                if round.as_ref().is_some_and(|round| round.token.0 > self.rounds) {
                    self.rounds = round.as_ref().map_or(self.rounds, |round| round.token.0);
                }
                self.round.clone_from(round);
            }
            Soft::Grow => self.grown = true,
            Soft::Sent(snapshot) => {
                self.grown = false;
                self.sent = Some(snapshot.clone());
            }
            Soft::Announced(shown) => self.announced = Some(shown.clone()),
        }
    }

    fn connect(&mut self, session: SessionId, at: Timestamp) {
        if self.sessions.is_empty() {
            self.connected_at = at;
        }
        self.sessions.insert(session);
        self.met = true;
        self.unheard = false;
        // The welcome delivers them anew; when it has left, its pings say so.
        self.deliveries.values_mut().for_each(|delivery| delivery.left_at = None);
    }
}
