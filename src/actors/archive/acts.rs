//! The audit log filled from the journal. In memory are the configuration, what agents chose last, and conversations that
//! are unfinished at the point of reading.

use std::collections::BTreeMap;

use super::rebuild::replay;
use super::{Put, Source, act_put};
use crate::actors::audit::{Before, Deed, Past, of_agent, of_event, of_outbound};
use crate::actors::place::Places;
use crate::domain::conversation::{Conversation, Event, Status};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::record::{Carried, Record};
use crate::ports::error::StoreError;
use crate::ports::journal::Position;

/// Gives every act of the log to `each`.
pub(super) fn acts(source: &Source, each: &mut dyn FnMut(Put)) -> Result<(), StoreError> {
    let whole = source.reader.begins() == Position(0);
    let mut fold =
        Fold { past: Past::new(whole), whole, people: BTreeMap::new(), conversations: BTreeMap::new() };
    let mut places = Places::default();
    replay(source, Position(0), &mut |at, record| {
        let place = places.next(at);
        if let Some(deed) = fold.take(&record) {
            each(act_put(&deed.recorded(place)));
        }
    })
}

struct Fold {
    past: Past,
    whole: bool,
    people: BTreeMap<AgentId, Carried>,
    conversations: BTreeMap<ConversationId, Conversation>,
}

impl Fold {
    fn take(&mut self, record: &Record) -> Option<Deed> {
        match record {
            Record::Event(event) => self.event(event),
            Record::Agent(about) => {
                let carried = self.people.get(&about.agent);
                let chosen = carried.and_then(|carried| carried.chosen.clone()).map(|(id, _, _)| id);
                let known = self.whole || carried.is_some();
                let act = of_agent(about, if known { Before::Was(chosen) } else { Before::Unknown });
                self.people.entry(about.agent.clone()).or_default().apply(&about.agent, record, None);
                act
            }
            Record::Configured(configured) => {
                if let Some(agent) = configured.change.agent() {
                    self.people.entry(agent.clone()).or_default().apply(agent, record, None);
                }
                self.past.configured(configured)
            }
            Record::Outbound(outbound) => of_outbound(outbound),
            Record::Kept(_) | Record::Parked { .. } => None,
        }
    }

    fn event(&mut self, event: &Event) -> Option<Deed> {
        let Some(conversation) = self.conversations.get_mut(&event.conversation) else {
            let begun = Conversation::begin(event);
            let act = of_event(event, None, begun.as_ref());
            self.conversations.extend(begun.map(|begun| (event.conversation, begun)));
            return act;
        };
        let before =
            crate::actors::audit::intervention(event, Some(conversation)).map(|_| conversation.clone());
        conversation.apply(event);
        let act = before.and_then(|before| of_event(event, Some(&before), Some(conversation)));
        if conversation.status == Status::Closed {
            self.conversations.remove(&event.conversation);
        }
        act
    }
}
