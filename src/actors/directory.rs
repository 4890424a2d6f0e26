//! The directory of the stage: which queue is home to a conversation, and over which channel and work stream it came.
//!
//! Changed when the new home folds the record that moves it (ARCHITECTURE §2.8); until then the old home forwards.
//! Holds every conversation that is in the machines' memory, ended ones until the archive has them.

use std::collections::{BTreeMap, HashMap};

use crate::domain::conversation::{Event, Happening};
use crate::domain::ids::{ChannelId, ConversationId, QueueId, WorkStreamId};

/// What the directory knows of a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Home queue.
    pub home: QueueId,
    /// Where it came in.
    pub channel: ChannelId,
    /// Its work stream.
    pub work_stream: WorkStreamId,
    /// Whether it is a record's work item.
    pub of_record: bool,
}

/// Where conversations are. One owner: the stage.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Directory {
    entries: HashMap<ConversationId, Entry>,
    at: BTreeMap<QueueId, usize>,
}

impl Directory {
    /// The entry of a conversation.
    pub fn entry(&self, id: ConversationId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// Home of a conversation.
    pub fn home(&self, id: ConversationId) -> Option<&QueueId> {
        self.entries.get(&id).map(|entry| &entry.home)
    }

    /// How many conversations a queue is home to.
    pub fn homed(&self, queue: &QueueId) -> usize {
        self.at.get(queue).copied().unwrap_or(0)
    }

    /// `home` folded `event`: what that changes here. Twice is once.
    pub fn folded(&mut self, home: &QueueId, event: &Event) {
        if let Happening::Created(born) = &event.what {
            let entry = Entry {
                home: home.clone(),
                channel: born.channel_id.clone(),
                work_stream: born.work_stream_id.clone(),
                of_record: born.record.is_some(),
            };
            if self.entries.insert(event.conversation, entry).is_none() {
                *self.at.entry(home.clone()).or_default() += 1;
            }
        } else if event.what.moved().is_some_and(|moved| moved.to == *home)
            && let Some(entry) = self.entries.get_mut(&event.conversation)
            && entry.home != *home
        {
            let old = std::mem::replace(&mut entry.home, home.clone());
            *self.at.entry(home.clone()).or_default() += 1;
            self.left(&old);
        }
    }

    /// Takes a conversation out.
    pub fn forget(&mut self, id: ConversationId) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        self.left(&entry.home);
        Some(entry)
    }

    /// All conversations, in no order.
    pub fn conversations(&self) -> impl Iterator<Item = ConversationId> {
        self.entries.keys().copied()
    }

    fn left(&mut self, queue: &QueueId) {
        if let Some(count) = self.at.get_mut(queue) {
            *count -= 1;
            if *count == 0 {
                self.at.remove(queue);
            }
        }
    }
}
