//! A change of the configuration: what a record holds, and how it makes the next version.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Agent, ApiKey, CapacityProfile, Channel, Config, CustomPresence, Customer, IdentificationRule,
    NotificationTemplate, OperatingHours, Queue, QuickReply, Settings, Skill, Webhook, WorkStream,
};
use crate::ids::{
    AgentId, ApiKeyId, CapacityProfileId, ChannelId, CustomerId, OperatingHoursId, PresenceId, QueueId,
    QuickReplyId, SkillId, TemplateId, WebhookId, WorkStreamId,
};

/// Names one resource.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // each is its own name
pub enum Key {
    Settings,
    WorkStream(WorkStreamId),
    Queue(QueueId),
    Agent(AgentId),
    Channel(ChannelId),
    Presence(PresenceId),
    Skill(SkillId),
    CapacityProfile(CapacityProfileId),
    Customer(CustomerId),
    IdentificationRule(String),
    ApiKey(ApiKeyId),
    Template(TemplateId),
    OperatingHours(OperatingHoursId),
    Webhook(WebhookId),
    QuickReply(QuickReplyId),
}

/// One change. A whole document applied at once is a list of them in one unit of the journal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // each is a resource put under its id
pub enum Change {
    PutSettings(Arc<Settings>),
    PutWorkStream(WorkStreamId, Arc<WorkStream>),
    PutQueue(QueueId, Arc<Queue>),
    PutAgent(AgentId, Arc<Agent>),
    PutChannel(ChannelId, Arc<Channel>),
    PutPresence(PresenceId, Arc<CustomPresence>),
    PutSkill(SkillId, Arc<Skill>),
    PutCapacityProfile(CapacityProfileId, Arc<CapacityProfile>),
    PutCustomer(CustomerId, Arc<Customer>),
    PutIdentificationRule(String, Arc<IdentificationRule>),
    PutApiKey(ApiKeyId, Arc<ApiKey>),
    PutTemplate(TemplateId, Arc<NotificationTemplate>),
    PutOperatingHours(OperatingHoursId, Arc<OperatingHours>),
    Delete(Key),
    /// Tokens of this agent made before the instant (ms) are void.
    VoidTokens(AgentId, i64),
    PutWebhook(WebhookId, Arc<Webhook>),
    PutQuickReply(QuickReplyId, Arc<QuickReply>),
}

impl Change {
    /// The change that makes a resource what it is; `None` if there is none.
    pub fn putting(config: &Config, key: &Key) -> Option<Self> {
        Some(match key {
            Key::Settings => Self::PutSettings(config.settings.clone()),
            Key::WorkStream(id) => Self::PutWorkStream(id.clone(), config.work_streams.get(id)?.clone()),
            Key::Queue(id) => Self::PutQueue(id.clone(), config.queues.get(id)?.clone()),
            Key::Agent(id) => Self::PutAgent(id.clone(), config.agents.get(id)?.clone()),
            Key::Channel(id) => Self::PutChannel(id.clone(), config.channels.get(id)?.clone()),
            Key::Presence(id) => Self::PutPresence(id.clone(), config.presences.get(id)?.clone()),
            Key::Skill(id) => Self::PutSkill(id.clone(), config.skills.get(id)?.clone()),
            Key::CapacityProfile(id) => {
                Self::PutCapacityProfile(id.clone(), config.capacity_profiles.get(id)?.clone())
            }
            Key::Customer(id) => Self::PutCustomer(id.clone(), config.customers.get(id)?.clone()),
            Key::IdentificationRule(id) => {
                Self::PutIdentificationRule(id.clone(), config.identification_rules.get(id)?.clone())
            }
            Key::Template(id) => Self::PutTemplate(id.clone(), config.templates.get(id)?.clone()),
            Key::ApiKey(id) => Self::PutApiKey(id.clone(), config.api_keys.get(id)?.clone()),
            Key::Webhook(id) => Self::PutWebhook(id.clone(), config.webhooks.get(id)?.clone()),
            Key::QuickReply(id) => Self::PutQuickReply(id.clone(), config.quick_replies.get(id)?.clone()),
            Key::OperatingHours(id) => {
                Self::PutOperatingHours(id.clone(), config.operating_hours.get(id)?.clone())
            }
        })
    }

    /// The resource that this change writes or removes.
    pub fn key(&self) -> Key {
        match self {
            Self::PutSettings(_) => Key::Settings,
            Self::PutWorkStream(id, _) => Key::WorkStream(id.clone()),
            Self::PutQueue(id, _) => Key::Queue(id.clone()),
            Self::PutAgent(id, _) | Self::VoidTokens(id, _) => Key::Agent(id.clone()),
            Self::PutChannel(id, _) => Key::Channel(id.clone()),
            Self::PutPresence(id, _) => Key::Presence(id.clone()),
            Self::PutSkill(id, _) => Key::Skill(id.clone()),
            Self::PutCapacityProfile(id, _) => Key::CapacityProfile(id.clone()),
            Self::PutCustomer(id, _) => Key::Customer(id.clone()),
            Self::PutIdentificationRule(id, _) => Key::IdentificationRule(id.clone()),
            Self::PutApiKey(id, _) => Key::ApiKey(id.clone()),
            Self::PutTemplate(id, _) => Key::Template(id.clone()),
            Self::PutOperatingHours(id, _) => Key::OperatingHours(id.clone()),
            Self::PutWebhook(id, _) => Key::Webhook(id.clone()),
            Self::PutQuickReply(id, _) => Key::QuickReply(id.clone()),
            Self::Delete(key) => key.clone(),
        }
    }

    /// The agent that this change makes, changes or deletes.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::PutAgent(id, _) | Self::Delete(Key::Agent(id)) => Some(id),
            _ => None,
        }
    }
}

impl Config {
    /// Folds one change; the version rises by one. Total: deleting what is not there changes nothing else.
    pub fn apply(&mut self, change: &Change) {
        self.version += 1;
        if !matches!(change, Change::Delete(_) | Change::VoidTokens(..)) {
            self.written.insert(change.key(), self.version);
        }
        match change {
            Change::PutSettings(value) => self.settings = value.clone(),
            Change::PutWorkStream(id, value) => drop(self.work_streams.insert(id.clone(), value.clone())),
            Change::PutQueue(id, value) => drop(self.queues.insert(id.clone(), value.clone())),
            Change::PutAgent(id, value) => drop(self.agents.insert(id.clone(), value.clone())),
            Change::PutChannel(id, value) => drop(self.channels.insert(id.clone(), value.clone())),
            Change::PutPresence(id, value) => drop(self.presences.insert(id.clone(), value.clone())),
            Change::PutSkill(id, value) => drop(self.skills.insert(id.clone(), value.clone())),
            Change::PutCapacityProfile(id, value) => {
                drop(self.capacity_profiles.insert(id.clone(), value.clone()));
            }
            Change::PutCustomer(id, value) => {
                let index = Arc::make_mut(&mut self.customer_index);
                if let Some(before) = self.customers.insert(id.clone(), value.clone()) {
                    index.remove(id, &before);
                }
                index.insert(id, value);
            }
            Change::PutIdentificationRule(id, value) => {
                drop(self.identification_rules.insert(id.clone(), value.clone()));
            }
            Change::PutApiKey(id, value) => drop(self.api_keys.insert(id.clone(), value.clone())),
            Change::PutTemplate(id, value) => drop(self.templates.insert(id.clone(), value.clone())),
            Change::PutOperatingHours(id, value) => {
                drop(self.operating_hours.insert(id.clone(), value.clone()));
            }
            Change::PutWebhook(id, value) => drop(self.webhooks.insert(id.clone(), value.clone())),
            Change::PutQuickReply(id, value) => drop(self.quick_replies.insert(id.clone(), value.clone())),
            Change::VoidTokens(id, before) => drop(self.tokens_void_before.insert(id.clone(), *before)),
            Change::Delete(key) => self.remove(key),
        }
    }

    fn remove(&mut self, key: &Key) {
        self.written.remove(key);
        match key {
            Key::Settings => {}
            Key::WorkStream(id) => drop(self.work_streams.remove(id)),
            Key::Queue(id) => drop(self.queues.remove(id)),
            Key::Agent(id) => {
                self.agents.remove(id);
                self.tokens_void_before.remove(id);
            }
            Key::Channel(id) => drop(self.channels.remove(id)),
            Key::Presence(id) => drop(self.presences.remove(id)),
            Key::Skill(id) => drop(self.skills.remove(id)),
            Key::CapacityProfile(id) => drop(self.capacity_profiles.remove(id)),
            Key::Customer(id) => {
                if let Some(before) = self.customers.remove(id) {
                    Arc::make_mut(&mut self.customer_index).remove(id, &before);
                }
            }
            Key::IdentificationRule(id) => drop(self.identification_rules.remove(id)),
            Key::ApiKey(id) => drop(self.api_keys.remove(id)),
            Key::Template(id) => drop(self.templates.remove(id)),
            Key::OperatingHours(id) => drop(self.operating_hours.remove(id)),
            Key::Webhook(id) => drop(self.webhooks.remove(id)),
            Key::QuickReply(id) => drop(self.quick_replies.remove(id)),
        }
    }
}
