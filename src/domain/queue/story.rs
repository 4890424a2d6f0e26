//! Writing events: gapless numbers within one decide (invariant 8).

use super::Out;
use super::consult::left;
use crate::conversation::{By, Conversation, Event, Happening, LeaveReason, Participant};
use crate::ids::ConversationId;
use crate::machine::Ctx;
use crate::offer::{OfferEnd, Withdrawal};
use crate::record::Record;
use crate::time::Timestamp;

/// The next events of one conversation in one decide.
pub struct Story<'a> {
    conversation: ConversationId,
    seq: u32,
    at: Timestamp,
    by: &'a By,
    /// Who takes part; each leaves before the event that ends that.
    parts: &'a [Participant],
}

impl<'a> Story<'a> {
    /// Goes on after the conversation's last event.
    pub fn of(ctx: &Ctx<'_>, conversation: &'a Conversation, by: &'a By) -> Self {
        Self {
            conversation: conversation.id(),
            seq: conversation.version,
            at: ctx.now,
            by,
            parts: &conversation.participants,
        }
    }

    /// Begins a new conversation.
    pub fn new(ctx: &Ctx<'_>, conversation: ConversationId, by: &'a By) -> Self {
        Self { conversation, seq: 0, at: ctx.now, by, parts: &[] }
    }

    /// Records the next event and says its number.
    pub fn tell(&mut self, out: &mut Out, what: Happening) -> u32 {
        if what.ends_parts() {
            for participant in std::mem::take(&mut self.parts) {
                self.put(out, left(participant, LeaveReason::PrimaryLeft));
            }
        }
        self.put(out, what)
    }

    /// Records the next event, and folds it into a copy of the conversation that goes on with it.
    pub fn tell_into(&mut self, out: &mut Out, what: Happening, after: &mut Conversation) {
        let seq = self.tell(out, what.clone());
        let (conversation, at, by) = (self.conversation, self.at, self.by.clone());
        after.apply(&Event { conversation, seq, at, by, what });
    }

    fn put(&mut self, out: &mut Out, what: Happening) -> u32 {
        self.seq += 1;
        out.record(Record::Event(Event {
            conversation: self.conversation,
            seq: self.seq,
            at: self.at,
            by: self.by.clone(),
            what,
        }));
        self.seq
    }

    /// Number of the move that [`Self::tell`] records next, behind those who leave for it; the move carries it.
    pub fn next(&self) -> u32 {
        self.seq + 1 + self.parts.len() as u32
    }

    /// Number of the last event; the conversation's version after this decide.
    pub fn version(&self) -> u32 {
        self.seq
    }

    /// Takes an open offer back, if there is one.
    pub fn withdraw(&mut self, out: &mut Out, conversation: &Conversation, cause: Withdrawal) {
        if let Some(offer) = &conversation.offer {
            let ended = Happening::OfferEnded {
                grant: offer.grant.clone(),
                end: OfferEnd::Withdrawn,
                cause: Some(cause),
                cooldown_until: None,
                missed: false,
            };
            self.tell(out, ended);
        }
    }
}
