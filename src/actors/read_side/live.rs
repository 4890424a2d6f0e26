//! Conversations in memory: unfinished ones, and ended ones until the archive has passed them.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use dashmap::mapref::entry::Entry;

use super::earlier::Who;
use super::{PASSED_OFFERS, ReadSide};
use crate::actors::audit;
use crate::actors::stats::Reply;
use crate::actors::stats::level::Spot;
use crate::domain::conversation::{Conversation, Event, Happening, Rank, Status};
use crate::domain::ids::{AgentId, ConversationId, CustomerId, GrantId, QueueId};
use crate::domain::record::Record;

/// One conversation with its timeline.
pub(super) struct Live {
    pub conversation: Arc<Conversation>,
    /// `Record::Event`s in order; the one at `n` has the number `n + 1`.
    pub events: Vec<Arc<Record>>,
}

/// What indexes know of a conversation; compared before and after each event.
#[derive(Default, PartialEq)]
struct Facets {
    /// In this line, while nobody has it.
    line: Option<(QueueId, Rank)>,
    /// Active, in wrap-up or waiting with this agent.
    with: Option<AgentId>,
    /// On offer to this agent.
    offered: Option<AgentId>,
    /// Of this record.
    customer: Option<CustomerId>,
}

/// What an event changed.
struct Folded {
    before: Facets,
    after: Facets,
    /// The home queue after it.
    home: QueueId,
    /// Where the conversation was and is, for statistics.
    spots: [Option<Spot>; 2],
    reply: Option<Reply>,
}

impl Facets {
    fn of(conversation: &Conversation) -> Self {
        let status = conversation.status;
        let open = status == Status::Open;
        let held = matches!(status, Status::Active | Status::WrapUp | Status::Waiting);
        Self {
            line: open.then(|| (conversation.queue_id.clone(), conversation.rank())),
            with: conversation.agent.clone().filter(|_| held),
            offered: conversation.offer.as_ref().filter(|_| open).map(|offer| offer.grant.agent.clone()),
            customer: conversation.customer.id.clone(),
        }
    }
}

impl ReadSide {
    /// Folds an event; an older one, or one of a conversation that is not here, changes nothing.
    pub(super) fn apply_event(&self, record: &Arc<Record>, event: &Event) {
        let Some(Folded { before, after, home, spots: [was, is], reply }) = self.fold(record, event) else {
            return;
        };
        let id = event.conversation;
        self.stats().event(event, was.as_ref(), is.as_ref(), reply);
        if let Happening::Created(born) = &event.what {
            self.unfinished.fetch_add(1, Ordering::Relaxed);
            super::write(&self.ids).insert(id);
            if let Some(party) = &born.party {
                self.writers.add(Who::Address(born.channel_id.clone(), party.clone()), id);
            }
        }
        if let Happening::Offered { offer, .. } = &event.what {
            self.offers.insert(offer.grant.id, (id, offer.grant.agent.clone()));
        }
        if let Happening::Closed { .. } = event.what {
            self.unfinished.fetch_sub(1, Ordering::Relaxed);
            super::lock(&self.passing).conversations.push(id);
        }
        self.move_in_line(&before, &after);
        self.move_between_people(id, &before, &after);
        self.move_between_customers(id, before.customer, after.customer);
        match &event.what {
            Happening::Invited { agent, .. } | Happening::Joined { agent, .. } => {
                self.person(agent, |person| person.parts.insert(id));
            }
            Happening::Left { agent, .. } => {
                self.person(agent, |person| person.parts.remove(&id));
            }
            _ => {}
        }
        for agent in event.what.agents().into_iter().flatten() {
            self.person(agent, |person| person.carried.apply(agent, record, Some(&home)));
        }
    }

    /// Folds an event that is the next of its conversation.
    fn fold(&self, record: &Arc<Record>, event: &Event) -> Option<Folded> {
        match self.live.entry(event.conversation) {
            Entry::Vacant(entry) => {
                let conversation = Arc::new(Conversation::begin(event)?);
                let (after, home) = (Facets::of(&conversation), conversation.queue_id.clone());
                let spots = [None, Spot::of(&conversation)];
                entry.insert(Live { conversation, events: vec![Arc::clone(record)] });
                Some(Folded { before: Facets::default(), after, home, spots, reply: None })
            }
            Entry::Occupied(mut entry) => {
                let live = entry.get_mut();
                if event.seq <= live.conversation.version {
                    return None;
                }
                let (before, was) = (Facets::of(&live.conversation), Spot::of(&live.conversation));
                let reply = super::reply(event, &live.events, &live.conversation);
                let old =
                    audit::intervention(event, Some(&live.conversation)).map(|_| live.conversation.clone());
                Arc::make_mut(&mut live.conversation).apply(event);
                live.events.push(Arc::clone(record));
                if let Some(old) = old {
                    let act = audit::of_event(event, Some(&old), Some(&live.conversation));
                    super::lock(&self.acts).keep(act);
                }
                let (after, home) = (Facets::of(&live.conversation), live.conversation.queue_id.clone());
                Some(Folded { before, after, home, spots: [was, Spot::of(&live.conversation)], reply })
            }
        }
    }

    fn move_in_line(&self, before: &Facets, after: &Facets) {
        if before.line != after.line {
            if let Some((queue, rank)) = &before.line
                && let Some(mut line) = self.lines.get_mut(queue)
            {
                line.remove(rank);
            }
            if let Some((queue, rank)) = &after.line {
                self.lines.entry(queue.clone()).or_default().insert(*rank);
            }
        }
        // Any event of an unassigned conversation changes what is listed of it.
        self.touched([&before.line, &after.line].into_iter().flatten().map(|(queue, _)| queue));
    }

    fn move_between_people(&self, id: ConversationId, before: &Facets, after: &Facets) {
        if before.with != after.with {
            if let Some(agent) = &before.with {
                self.person(agent, |person| person.with.remove(&id));
            }
            if let Some(agent) = &after.with {
                self.person(agent, |person| person.with.insert(id));
            }
        }
        if before.offered != after.offered {
            if let Some(agent) = &before.offered {
                self.person(agent, |person| person.offered.remove(&id));
            }
            if let Some(agent) = &after.offered {
                self.person(agent, |person| person.offered.insert(id));
            }
        }
    }

    fn move_between_customers(
        &self,
        id: ConversationId,
        before: Option<CustomerId>,
        after: Option<CustomerId>,
    ) {
        if before == after {
            return;
        }
        if let Some(customer) = before {
            self.writers.remove(&Who::Customer(customer), id);
        }
        if let Some(customer) = after {
            self.writers.add(Who::Customer(customer), id);
        }
    }

    /// Drops ended conversations that the archive has.
    pub(in crate::actors) fn passed(&self, ids: &[ConversationId]) {
        for id in ids {
            let Some((_, live)) = self.live.remove(id) else { continue };
            super::write(&self.ids).remove(id);
            Who::all(&live.conversation).for_each(|who| self.writers.remove(&who, *id));
            for record in &live.events {
                if let Record::Event(Event { what: Happening::Offered { offer, .. }, .. }) = &**record {
                    self.let_offer_go(offer.grant.id);
                }
            }
        }
    }

    /// An offer of a conversation that left memory is still known for a while: a late answer is told how it ended.
    fn let_offer_go(&self, grant: GrantId) {
        let mut passed = self.passed_offers.lock().unwrap_or_else(PoisonError::into_inner);
        passed.push_back(grant);
        if passed.len() > PASSED_OFFERS
            && let Some(oldest) = passed.pop_front()
        {
            self.offers.remove(&oldest);
        }
    }
}

/// The event in a record of a timeline.
pub(super) fn event(record: &Record) -> Option<&Event> {
    match record {
        Record::Event(event) => Some(event),
        _ => None,
    }
}
