//! The fold: how each event changes the conversation. The same code live, at a start, and for `GET … at version`.

use super::{
    Conversation, Event, Happening, KEPT_CLIENT_MESSAGES, KEPT_OFFER_ENDS, Message, Moved, Prompted,
    Refusals, Status, Wait,
};
use crate::classification::Written;
use crate::context::Value;
use crate::ids::AgentId;
use crate::offer::{Grant, OfferEnd};
use crate::time::Timestamp;

impl Conversation {
    /// The conversation of its first event; `None` if that is not a creation.
    pub fn begin(event: &Event) -> Option<Self> {
        let Happening::Created(born) = &event.what else { return None };
        Some(Self {
            status: Status::Open,
            queue_id: born.queue_id.clone(),
            context: born.context.clone(),
            undeclared: born.undeclared.clone(),
            written: Written::default(),
            priority: born.priority,
            skills: born.skills.clone(),
            customer: born.customer.clone(),
            offer: None,
            grant: None,
            hold_until: None,
            agent: None,
            participants: Vec::new(),
            units: born.units,
            first: born.first.clone(),
            preferred: None,
            refused: std::collections::BTreeMap::new(),
            refusals: 0,
            stranded: false,
            transfer_count: 0,
            visited: [born.queue_id.clone()].into(),
            ended_offers: Vec::new(),
            client_messages: std::collections::BTreeMap::new(),
            messages: 0,
            text_bytes: 0,
            version: event.seq,
            created_at: event.at,
            queued_at: event.at,
            entered_queue_at: event.at,
            wait: Wait::new(event.at),
            prompted: Prompted::default(),
            late: false,
            last_customer_at: None,
            status_since: event.at,
            last_activity_at: event.at,
            assigned_at: None,
            wrap_up_at: None,
            closed_at: None,
            close_reason: None,
            close_note: None,
            born: born.clone(),
        })
    }

    /// The conversation after all of `events`, which begin at its creation; `None` without one.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut conversation = Self::begin(events.next()?)?;
        events.for_each(|event| conversation.apply(event));
        Some(conversation)
    }

    /// Folds the next event. An older one changes nothing (receivers are idempotent).
    ///
    /// # Panics
    /// If an event is missing: our own broken invariant 8.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.version {
            return;
        }
        assert_eq!(event.seq, self.version + 1, "I8: a gap in the events of {}", self.id());
        self.version = event.seq;
        let at = event.at;
        match &event.what {
            Happening::Offered { offer, ends, .. } => {
                if ends.is_some() {
                    self.give_back(at);
                    self.transfer_count += 1;
                }
                self.units = offer.grant.units;
                self.offer = Some(offer.clone());
            }
            Happening::OfferEnded { grant, end, cooldown_until, .. } => {
                self.end_offer(grant, *end, *cooldown_until);
            }
            Happening::Assigned { grant, from_offer, ends, .. } => {
                self.assign(grant, *from_offer, ends.is_some(), at);
            }
            Happening::Message { message, .. } => self.take_message(message, at),
            Happening::Waiting { .. }
            | Happening::Reopened { .. }
            | Happening::WrapUp { .. }
            | Happening::Released { .. }
            | Happening::Closed { .. } => self.move_on(&event.what, at),
            Happening::Transferred { moved, .. } => self.enter(Some(moved)),
            Happening::Invited { agent, until } => self.invite(agent, *until, at),
            Happening::Joined { agent, kind } => self.join(agent, *kind, at),
            Happening::Left { agent, .. } => self.leave(agent),
            what => self.change(what),
        }
    }

    /// The status changes.
    fn move_on(&mut self, what: &Happening, at: Timestamp) {
        match what {
            Happening::Waiting { .. } => {
                self.grant = None;
                self.enter_status(Status::Waiting, at);
            }
            Happening::Reopened { first, .. } => {
                self.first.clone_from(first);
                self.enter_status(Status::Open, at);
            }
            Happening::WrapUp { hold_until, .. } => {
                self.enter_status(Status::WrapUp, at);
                self.wrap_up_at = Some(at);
                self.hold_until = *hold_until;
                if hold_until.is_some_and(|until| until <= at) {
                    self.grant = None;
                    self.hold_until = None;
                }
            }
            Happening::Released { ends, reason, first } => {
                self.give_back(at);
                self.first.clone_from(first);
                let lost = *reason == super::ReturnReason::AgentLost;
                self.preferred = lost.then(|| ends.agent.clone());
                if !lost {
                    self.ask_last(&ends.agent);
                }
            }
            Happening::Closed { reason, note, .. } => {
                self.enter_status(Status::Closed, at);
                self.grant = None;
                self.hold_until = None;
                self.closed_at = Some(at);
                self.close_reason = Some(*reason);
                self.close_note.clone_from(note);
            }
            _ => {}
        }
    }

    /// Something other than status, offer and grant changes.
    fn change(&mut self, what: &Happening) {
        match what {
            Happening::Routed { trace, moved, first } => {
                self.written.clone_from(&trace.written);
                self.first.clone_from(first);
                self.enter(moved.as_ref());
            }
            Happening::ContextChanged {
                context, undeclared, written, customer, priority, skills, ..
            } => {
                self.text_bytes += context.values().map(Value::text_bytes).sum::<u64>();
                self.context.clone_from(context);
                self.undeclared.clone_from(undeclared);
                self.written.clone_from(written);
                self.customer.clone_from(customer);
                self.priority = *priority;
                self.skills.clone_from(skills);
            }
            Happening::HoldEnded { .. } => {
                self.grant = None;
                self.hold_until = None;
            }
            Happening::Overflowed { wait, moved, .. } => {
                self.wait = *wait;
                self.enter(moved.as_ref());
            }
            Happening::ServiceLevelPassed => self.late = true,
            Happening::FirstGivenUp => self.first = None,
            Happening::Stranded(stranded) => self.stranded = *stranded,
            _ => {}
        }
    }

    fn enter_status(&mut self, status: Status, at: Timestamp) {
        self.status = status;
        self.wait = Wait::new(at);
        self.prompted = Prompted::default();
        self.status_since = at;
        self.last_activity_at = at;
    }

    /// Back to open and to nobody: what `Released`, a transfer and a transfer's offer have in common.
    fn give_back(&mut self, at: Timestamp) {
        self.grant = None;
        self.agent = None;
        self.stranded = false;
        self.enter_status(Status::Open, at);
    }

    /// A move replaces the whole state by the one that the record carries, which is this one after the move.
    fn enter(&mut self, moved: Option<&Moved>) {
        if let Some(moved) = moved {
            *self = (*moved.conversation).clone();
        }
    }

    fn end_offer(&mut self, grant: &Grant, end: OfferEnd, cooldown_until: Option<Timestamp>) {
        self.offer = None;
        self.remember(grant, end);
        if self.first.as_ref().is_some_and(|first| first.agent == grant.agent) {
            self.first = None;
        }
        if end.is_refusal() {
            self.refusals += 1;
            let entry = self
                .refused
                .entry(grant.agent.clone())
                .or_insert(Refusals { count: 0, until: Timestamp::default() });
            entry.count += 1;
            entry.until = entry.until.max(cooldown_until.unwrap_or_default());
        }
    }

    fn assign(&mut self, grant: &Grant, from_offer: bool, takes_over: bool, at: Timestamp) {
        if from_offer {
            self.offer = None;
            self.remember(grant, OfferEnd::Accepted);
        }
        if takes_over {
            self.transfer_count += 1;
        }
        self.units = grant.units;
        self.agent = Some(grant.agent.clone());
        self.grant = Some(grant.clone());
        self.assigned_at = Some(at);
        self.first = None;
        self.preferred = None;
        self.stranded = false;
        self.enter_status(Status::Active, at);
    }

    /// Who gave it back comes last among the eligible, like who refused it.
    fn ask_last(&mut self, agent: &AgentId) {
        let none = Refusals { count: 0, until: Timestamp::default() };
        self.refused.entry(agent.clone()).or_insert(none);
    }

    /// Remembers how an offer ended, and forgets the oldest beyond [`KEPT_OFFER_ENDS`].
    pub fn remember(&mut self, grant: &Grant, end: OfferEnd) {
        if self.ended_offers.len() == KEPT_OFFER_ENDS {
            self.ended_offers.remove(0);
        }
        self.ended_offers.push((grant.id, end));
    }

    fn take_message(&mut self, message: &Message, at: Timestamp) {
        self.messages = message.seq;
        self.text_bytes += message.text.len() as u64;
        if let Some(on) = message.automated {
            // Nobody has written.
            self.prompted.say(on);
        } else {
            self.last_activity_at = at;
            self.prompted.inactive = false;
            if message.sender == super::Sender::Customer {
                self.last_customer_at = Some(at);
            }
        }
        if let Some(id) = &message.client_message_id {
            self.client_messages.insert((message.sender.clone(), id.clone()), message.seq);
            if self.client_messages.len() > KEPT_CLIENT_MESSAGES {
                self.forget_oldest_client_message();
            }
        }
    }

    fn forget_oldest_client_message(&mut self) {
        let oldest = self.client_messages.iter().min_by_key(|(_, seq)| **seq).map(|(key, _)| key.clone());
        if let Some(key) = oldest {
            self.client_messages.remove(&key);
        }
    }
}
