//! What folding a queue's record means for the agent's sockets, and for an agent that is gone.

use std::sync::Arc;

use super::Out;
use super::connection::end;
use super::input::Input;
use super::state::Agent;
use crate::conversation::{Event, Happening};
use crate::machine::{Ctx, Notice};
use crate::offer::{Grant, OfferEnd};
use crate::queue::GrantEnd;
use crate::record::Record;

impl Agent {
    /// The record is folded; says what follows.
    pub(super) fn folded_record(&self, _ctx: &Ctx<'_>, record: &Arc<Record>, out: &mut Out) {
        if let Record::Event(event) = &**record {
            self.lost_meanwhile(event, out);
            self.tell_sockets(record, event, out);
            if matches!(event.what, Happening::OfferEnded { missed: true, .. }) {
                return out.then.push(Input::Settle { by: "system", reason: "missed_notification" });
            }
        }
        out.then.push(Input::settle());
    }

    /// A grant that arrives at an agent who is gone: the rules of the disconnect apply as of now (PROTOCOL 3).
    fn lost_meanwhile(&self, event: &Event, out: &mut Out) {
        let gone = self.sessions.is_empty();
        match &event.what {
            Happening::Offered { offer, .. }
                if offer.grant.agent == self.id && gone && self.offers_given_back =>
            {
                end(offer.grant.id, event.conversation, GrantEnd::Disconnected, out);
            }
            Happening::Assigned { grant, .. } if grant.agent == self.id && gone && self.signed_out => {
                end(grant.id, event.conversation, GrantEnd::Lost, out);
            }
            Happening::Invited { agent, .. } | Happening::Joined { agent, .. }
                if *agent == self.id && gone && self.signed_out =>
            {
                self.depart(event.conversation, out);
            }
            _ => {}
        }
    }

    fn tell_sockets(&self, record: &Arc<Record>, event: &Event, out: &mut Out) {
        let conversation = event.conversation;
        let agent = self.id.clone();
        if event.what.ended().is_some_and(|grant| grant.agent == self.id) && self.lost_to_other(&event.what) {
            out.notice(Notice::Removed { agent: agent.clone(), conversation, reason: "transferred" });
        }
        match &event.what {
            Happening::Offered { offer, .. } if offer.grant.agent == self.id => {
                out.notice(Notice::OfferCreated { agent, conversation, grant: offer.grant.id });
            }
            Happening::OfferEnded { grant, end, cause, missed, .. } => {
                let (end, cause) = (*end, *cause);
                out.notice(Notice::OfferEnded {
                    agent: agent.clone(),
                    conversation,
                    grant: grant.id,
                    end,
                    cause,
                });
                if *missed {
                    out.notice(Notice::Banner { agent, code: "missed_notification" });
                }
            }
            Happening::Assigned { grant, from_offer, .. } if grant.agent == self.id => {
                self.assigned(event, grant, *from_offer, out);
            }
            Happening::Message { to, .. } if to.as_ref() == Some(&self.id) => {
                out.notice(Notice::Message { agent, event: record.clone() });
            }
            Happening::ContextChanged { .. }
            | Happening::Waiting { .. }
            | Happening::WrapUp { .. }
            | Happening::HoldEnded { .. } => out.notice(Notice::Updated { agent, conversation }),
            Happening::Reopened { .. } => {
                out.notice(Notice::Removed { agent, conversation, reason: "reopened" });
            }
            Happening::Transferred { .. } => {
                out.notice(Notice::Removed { agent, conversation, reason: "transferred" });
            }
            Happening::Released { reason, .. } => {
                out.notice(Notice::Removed { agent, conversation, reason: reason.as_str() });
            }
            Happening::Closed { .. } => {
                out.notice(Notice::Removed { agent, conversation, reason: "closed" });
            }
            _ => {}
        }
    }

    fn assigned(&self, event: &Event, grant: &Grant, from_offer: bool, out: &mut Out) {
        let conversation = event.conversation;
        if from_offer {
            out.notice(Notice::OfferEnded {
                agent: self.id.clone(),
                conversation,
                grant: grant.id,
                end: OfferEnd::Accepted,
                cause: None,
            });
        }
        let direct = !from_offer && grant.kind.is_offered();
        out.notice(Notice::Assigned { agent: self.id.clone(), conversation, grant: grant.id, direct });
    }

    /// Whether the event gave to somebody else what this agent had.
    fn lost_to_other(&self, what: &Happening) -> bool {
        match what {
            Happening::Offered { offer, .. } => offer.grant.agent != self.id,
            Happening::Assigned { grant, .. } => grant.agent != self.id,
            _ => false,
        }
    }
}
