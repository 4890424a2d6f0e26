//! What belongs to work streams of type entity: their channel, which is made and deleted with them, and the intake rules
//! that choose one of them for a record.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Change, Channel, ChannelType, Condition, Config, Key};
use crate::ids::{ChannelId, WorkStreamId};

/// What the id of an entity channel begins with; the id of its work stream follows.
pub const ENTITY_CHANNEL: &str = "entity-";

/// Chooses a work stream for a record whose caller names none. Ordered; the first that takes it decides.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct IntakeRule {
    /// What people see, also on the conversation.
    pub name: String,
    /// Only records of this entity; `None` for all.
    pub entity_logical_name: Option<String>,
    /// Over `record.…` and `time.…`.
    pub when: Condition,
    /// Where it goes, if that work stream routes its entity.
    pub work_stream_id: WorkStreamId,
}

/// The channel over which records come to this work stream.
pub fn entity_channel(stream: &WorkStreamId) -> ChannelId {
    format!("{ENTITY_CHANNEL}{stream}").into()
}

/// The work stream whose entity channel this is, by its id.
pub fn stream_of_entity_channel(channel: &ChannelId) -> Option<WorkStreamId> {
    channel.as_str().strip_prefix(ENTITY_CHANNEL).map(Into::into)
}

impl Config {
    /// Whether there is such a work stream of type entity.
    pub fn is_entity_stream(&self, id: &WorkStreamId) -> bool {
        self.work_streams.get(id).is_some_and(|stream| stream.channel_type == ChannelType::Entity)
    }

    /// What follows from `changes`: a work stream of type entity has its channel, any other has none. Folded behind them.
    pub fn entailed(&self, changes: &[Change]) -> Vec<Change> {
        // What the changes leave, looked at where they write: no more is copied of a configuration of thousands.
        let (mut streams, mut channels) = (BTreeMap::new(), BTreeMap::new());
        for change in changes {
            match change {
                Change::PutWorkStream(id, stream) => {
                    streams.insert(id, Some(stream));
                }
                Change::Delete(Key::WorkStream(id)) => {
                    streams.insert(id, None);
                }
                Change::PutChannel(id, channel) => {
                    channels.insert(id.clone(), Some(&channel.work_stream_id));
                }
                Change::Delete(Key::Channel(id)) => {
                    channels.insert(id.clone(), None);
                }
                _ => {}
            }
        }
        let mut entailed = Vec::new();
        for change in changes {
            let (Change::PutWorkStream(id, _) | Change::Delete(Key::WorkStream(id))) = change else {
                continue;
            };
            let channel = entity_channel(id);
            let saved = || self.channels.get(&channel).map(|channel| &channel.work_stream_id);
            let there = channels.get(&channel).copied().unwrap_or_else(saved) == Some(id);
            let stream = streams.get(id).copied().flatten();
            let wanted = stream.filter(|stream| stream.channel_type == ChannelType::Entity);
            let follows = match (wanted, there) {
                (Some(stream), false) => {
                    channels.insert(channel.clone(), Some(id));
                    let made = Channel {
                        provider: None,
                        live_chat: Box::default(),
                        name: stream.name.clone(),
                        kind: ChannelType::Entity,
                        work_stream_id: id.clone(),
                        allowed_origins: Vec::new(),
                    };
                    Change::PutChannel(channel, Arc::new(made))
                }
                (None, true) => {
                    channels.insert(channel.clone(), None);
                    Change::Delete(Key::Channel(channel))
                }
                _ => continue,
            };
            entailed.push(follows);
        }
        entailed
    }
}
