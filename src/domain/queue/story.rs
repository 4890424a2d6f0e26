//! Writing events: gapless numbers within one decide (invariant 8).

use super::Out;
use crate::domain::conversation::{By, Conversation, Event, Happening};
use crate::domain::ids::ConversationId;
use crate::domain::machine::Ctx;
use crate::domain::offer::{OfferEnd, Withdrawal};
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// The next events of one conversation in one decide.
pub struct Story<'a> {
    conversation: ConversationId,
    seq: u32,
    at: Timestamp,
    by: &'a By,
}

impl<'a> Story<'a> {
    /// Goes on after the conversation's last event.
    pub fn of(ctx: &Ctx<'_>, conversation: &Conversation, by: &'a By) -> Self {
        Self { conversation: conversation.id(), seq: conversation.version, at: ctx.now, by }
    }

    /// Begins a new conversation.
    pub fn new(ctx: &Ctx<'_>, conversation: ConversationId, by: &'a By) -> Self {
        Self { conversation, seq: 0, at: ctx.now, by }
    }

    /// Records the next event and says its number.
    pub fn tell(&mut self, out: &mut Out, what: Happening) -> u32 {
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

    /// Number of the event that [`Self::tell`] records next; a move carries it.
    pub fn next(&self) -> u32 {
        self.seq + 1
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
