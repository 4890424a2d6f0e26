//! How far messages to customers are, for the agent who has the conversation; made from the records themselves, on the
//! READ thread.

use super::Feeds;
use crate::actors::shown::{Frame, Recent};
use crate::domain::conversation::{Conversation, Event, Happening, Status};
use crate::domain::outbound::{Delivery, OutboundHappening, Spot, Target};
use crate::domain::record::Record;

/// Messages that come with `conversation.assigned`; older ones are a `GET` away.
const RECENT_MESSAGES: usize = 50;

impl Feeds {
    /// The last messages of a conversation in memory, and how far they are.
    pub(super) fn recent(&self, conversation: &Conversation) -> Recent {
        let messages = self.read.recent_messages(conversation.id(), RECENT_MESSAGES, true);
        // It is in memory, so nothing is being filled in.
        Recent { messages, progress: self.read.progress(conversation).unwrap_or_default() }
    }

    /// Sends what a record means to agents' messages, after the read side has folded it.
    pub(in crate::actors) fn deliveries(&self, record: &Record) {
        let Record::Outbound(record) = record else { return };
        let of_channel = |target: &Target| matches!(target, Target::Channel(_));
        match &record.what {
            OutboundHappening::Tried(trials) => {
                let tried = trials.iter().map(|trial| &trial.delivery);
                tried.filter(|delivery| of_channel(&delivery.target)).for_each(|one| self.delivery(one.spot));
            }
            OutboundHappening::Stated { delivery: Delivery { spot, .. }, .. } => self.delivery(*spot),
            OutboundHappening::Overflowed { target, spots }
            | OutboundHappening::Discarded { target, spots }
                if of_channel(target) =>
            {
                spots.iter().for_each(|spot| self.delivery(*spot));
            }
            OutboundHappening::Replayed { target, spots } if of_channel(target) => {
                spots.iter().for_each(|(spot, _)| self.delivery(*spot));
            }
            _ => {}
        }
    }

    fn delivery(&self, spot: Spot) {
        let Some(conversation) = self.read.in_memory(spot.conversation) else { return };
        if matches!(conversation.status, Status::Open | Status::Closed) {
            return;
        }
        let Some(agent) = &conversation.agent else { return };
        let progress =
            self.read.outbound(|fold| fold.progress(&conversation.born.channel_id, spot.conversation));
        let events = self.read.events(spot.conversation, spot.seq.saturating_sub(1), 1).unwrap_or_default();
        if let Some(progress) = progress.get(&spot.seq)
            && let Some(Record::Event(Event { what: Happening::Message { message, .. }, .. })) =
                events.first().map(|record| &**record)
        {
            let (conversation, message) = (spot.conversation, message.id);
            self.to_agent(agent, &Frame::MessageDelivery { conversation, message, progress }, None);
        }
    }
}
