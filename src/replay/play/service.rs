//! What agents do for a conversation: how long it is active in all, then how long its wrap-up takes.

use super::super::people::{Customer, Reaction};
use super::{Job, Play};
use crate::domain::conversation::{Event, Happening};
use crate::domain::ids::ConversationId;
use crate::domain::offer::Grant;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// What is left to do for a conversation.
pub(super) struct Service {
    handling_ms: i64,
    wrap_up_ms: i64,
    /// Since when somebody has it active.
    since: Option<Timestamp>,
}

impl Play<'_> {
    /// A customer comes who will take this much work.
    pub(super) fn expect(&mut self, customer: &Customer) {
        let service =
            Service { handling_ms: customer.handling_ms, wrap_up_ms: customer.wrap_up_ms, since: None };
        self.services.insert(customer.id, service);
    }

    /// People see what is on record, and plan what they do about it.
    pub(super) fn see(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        let id = event.conversation;
        self.list(event);
        match &event.what {
            Happening::Offered { offer, .. } => {
                let (agent, offer) = (offer.grant.agent.clone(), offer.grant.id);
                let (after, accept) = match self.manner.reaction(&agent, id) {
                    Reaction::Accept(after) => (after, true),
                    Reaction::Decline(after) => (after, false),
                    Reaction::Ignore => return,
                };
                let answer = Job::Answer { agent, offer, conversation: id, accept };
                self.plan(event.at.plus_ms(after), answer);
            }
            Happening::Assigned { grant, .. } => self.begin(event, grant),
            Happening::WrapUp { .. } => {
                let after = self.services.get(&id).map_or(0, |service| service.wrap_up_ms);
                self.plan(event.at.plus_ms(after), Job::Close(id));
            }
            Happening::Closed { .. } => drop(self.services.remove(&id)),
            what if what.ended().is_some() => self.pause(id, event.at),
            _ => {}
        }
    }

    fn begin(&mut self, event: &Event, grant: &Grant) {
        // It may be taken over from somebody who had it.
        self.pause(event.conversation, event.at);
        let Some(service) = self.services.get_mut(&event.conversation) else { return };
        service.since = Some(event.at);
        let done = event.at.plus_ms(service.handling_ms);
        self.plan(done, Job::End { conversation: event.conversation, grant: grant.id });
    }

    /// Nobody has it any more; what was done stays done.
    fn pause(&mut self, id: ConversationId, at: Timestamp) {
        let Some(service) = self.services.get_mut(&id) else { return };
        if let Some(since) = service.since.take() {
            service.handling_ms = (service.handling_ms - at.ms_since(since)).max(0);
        }
    }
}
