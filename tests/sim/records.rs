//! Routed records: connectors hand them over, twice at once and again after a crash, and say what became of them.
//! E1 looks that a record has at most one unfinished work item; a bug is planted that makes two.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard::domain::channel;
use callboard::domain::command::{Act, Draft, RecordAct};
use callboard::domain::config::stream_of_entity_channel;
use callboard::domain::conversation::{Happening, Status};
use callboard::domain::entity::{self, Entities, RecordKey, RoutedRecord, Soft};
use callboard::domain::ids::{ChannelId, ConversationId};
use callboard::domain::machine::{Effect, Machine, Outbox, Send};
use callboard::domain::queue;
use callboard::domain::record::Record;
use uuid::Uuid;

use crate::check::{Check, Failure};
use crate::house::{Address, House};
use crate::outside::backend;
use crate::people::Asker;
use crate::planted::Planted;
use crate::played::Played;
use crate::world::World;

/// Records that there are: few, so that they meet themselves.
const RECORDS: u64 = 6;

impl World {
    /// A connector hands a record over, often twice: over another connection at once, or because it did not hear.
    pub fn route_record(&mut self, mut draft: Box<Draft>) {
        let n = self.random.people.below(RECORDS);
        draft.message = None;
        draft.party = None;
        draft.record = Some(Arc::new(RoutedRecord {
            entity_logical_name: "incident".into(),
            entity_set_name: "incidents".into(),
            record_id: format!("r{n}").into(),
            relationship_name: None,
            details: BTreeMap::new(),
            intake_rule: None,
        }));
        let others: Vec<ChannelId> =
            self.house.config.channels.keys().filter(|id| is_entity(id)).cloned().collect();
        for edge in 0..self.random.people.of(&[1, 1, 2, 3]) {
            if edge > 0 {
                draft.channel_id = self.random.people.pick(&others).cloned().unwrap_or(draft.channel_id);
            }
            let draft = draft.clone();
            self.ask(500 + edge, Asker::Creation, |reply| {
                Send::Entities(entity::Input::Route { draft, caller: backend(), reply })
            });
        }
    }

    /// A connector says what became of a record, or asks for its work item.
    pub fn end_record(&mut self) {
        let key = RecordKey::new("incident", &format!("r{}", self.random.people.below(RECORDS)));
        let known = self.house.entities.work_items.get(&key).copied();
        let act = self.random.people.of(&[RecordAct::Resolve, RecordAct::Cancel, RecordAct::Unassign]);
        match known.filter(|_| self.random.people.chance(80)) {
            Some(id) => self.ask(500, Asker::Other, |reply| {
                let act = Act::Record(act);
                Send::Home(id, queue::Input::Act { id, act, if_match: None, caller: backend(), reply })
            }),
            None => self.ask(500, Asker::Other, |reply| Send::Entities(entity::Input::Find { key, reply })),
        };
    }
}

/// Whether records come in over this channel.
pub fn is_entity(channel: &ChannelId) -> bool {
    stream_of_entity_channel(channel).is_some()
}

impl Played for Entities {
    type Id = ();
    fn find<'a>(house: &'a mut House, _id: &()) -> Option<&'a mut Self> {
        Some(&mut house.entities)
    }
    fn address(_id: &()) -> Address {
        Address::Entities
    }
    fn tamper(
        &self,
        input: &Self::Input,
        out: &mut Outbox<Self>,
        planted: Planted,
        _now: callboard::domain::time::Timestamp,
    ) {
        if planted == Planted::SecondWorkItem {
            second(self, input, out);
        }
    }
}

/// The same record again while its work item is on its way: a second one is made.
fn second(entities: &Entities, input: &entity::Input, out: &mut Outbox<Entities>) {
    let entity::Input::Route { draft, caller, reply } = input else { return };
    let waits = out.effects.iter().any(|effect| matches!(effect, Effect::Soft(Soft::Wait(..))));
    let Some(record) = draft.record.as_ref().filter(|_| waits) else { return };
    let Some(coming) = entities.coming.get(&record.key()) else { return };
    out.effects.clear();
    let id = ConversationId(Uuid::from_u128(coming.id.0.as_u128() + 1 + coming.waiting.len() as u128));
    let channel = draft.channel_id.clone();
    let (draft, caller, reply) = (draft.clone(), caller.clone(), *reply);
    out.send(Send::Channel(channel, channel::Input::Record { draft, id, caller, reply }));
}

impl Check {
    /// A record has at most one unfinished work item, and one that comes over an entity channel has a record.
    pub fn one_work_item(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        let Happening::Created(born) = &event.what else { return };
        self.looked_at_record(is_entity(&born.channel_id) == born.record.is_some(), || {
            format!(
                "{} has a record and no entity channel, or the other way",
                crate::words::conversation(born.id)
            )
        });
        let Some(record) = &born.record else { return };
        let all = self.ghost.unfinished.iter().filter_map(|id| self.ghost.conversations.get(id));
        let mut others = all.filter(|seen| seen.born.id != born.id && seen.status != Status::Closed);
        let same = |other: &RoutedRecord| {
            other.record_id == record.record_id && other.entity_logical_name == record.entity_logical_name
        };
        let other =
            others.find(|seen| seen.born.record.as_deref().is_some_and(same)).map(|seen| seen.born.id);
        self.looked_at_record(other.is_none(), || {
            let ids: Vec<_> = other.into_iter().chain([born.id]).map(crate::words::conversation).collect();
            format!("{} has two unfinished work items: {ids:?}", record.record_id)
        });
    }

    /// When quiet, the owner of records knows just the unfinished work items, and none is on its way.
    pub fn owner_knows(&self, house: &House) -> Result<(), Failure> {
        let unfinished =
            self.ghost.unfinished.iter().map(|id| (id, &self.ghost.conversations[id].born.record));
        let by_records: BTreeMap<RecordKey, ConversationId> =
            unfinished.filter_map(|(id, record)| Some((record.as_ref()?.key(), *id))).collect();
        let owner = &house.entities;
        if owner.work_items == by_records && owner.coming.is_empty() && owner.over.is_empty() {
            return Ok(());
        }
        Err(Failure::new("E1", format!("the owner of records has {owner:?}, by the records {by_records:?}")))
    }
}

/// Folds what the owner of records folds.
pub fn fold(world: &mut World, record: &Arc<Record>) {
    world.house.entities.apply(record);
    if let Some(input) = Entities::folded(record) {
        world.turn::<Entities>(&(), &input, 0);
    }
}
