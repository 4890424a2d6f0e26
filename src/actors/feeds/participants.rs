//! Frames for who takes part in a conversation beside the agent who has it, and for supervisors who watch; made from
//! the records themselves, on the READ thread. Watching is soft: it ends with its socket or with the conversation's
//! activity, and its frames belong to one socket and carry no `seq`.

use std::sync::Arc;

use super::Feeds;
use crate::actors::shown::Frame;
use crate::domain::conversation::{Conversation, Event, Happening, LeaveReason, Participant, Status};
use crate::domain::ids::{AgentId, ConversationId, SessionId};
use crate::domain::record::Record;

/// Most conversations that one socket watches at a time: a wall of tabs.
pub const MAX_WATCHED: usize = 50;

impl Feeds {
    /// Lets a socket of a supervisor watch a conversation; `false` if it watches as many as it may.
    pub fn watch(&self, session: SessionId, conversation: ConversationId) -> bool {
        let others = self.watchers.iter().filter(|entry| *entry.key() != conversation);
        if others.filter(|entry| entry.value().contains(&session)).count() >= MAX_WATCHED {
            return false;
        }
        let mut watchers = self.watchers.entry(conversation).or_default();
        if !watchers.contains(&session) {
            watchers.push(session);
        }
        true
    }

    /// Ends that.
    pub fn unwatch(&self, session: SessionId, conversation: ConversationId) {
        if let Some(mut watchers) = self.watchers.get_mut(&conversation) {
            watchers.retain(|other| *other != session);
        }
        self.watchers.remove_if(&conversation, |_, watchers| watchers.is_empty());
    }

    /// Ends all that a socket watches, and says so: its role was taken away.
    pub fn end_watching(&self, session: SessionId) {
        let watched: Vec<ConversationId> = self
            .watchers
            .iter()
            .filter(|entry| entry.value().contains(&session))
            .map(|entry| *entry.key())
            .collect();
        self.unwatch_all(session);
        let Some(outbox) = self.sessions.get(&session).map(|session| session.outbox.clone()) else { return };
        for conversation in watched {
            let frame = Frame::WatchEnded { conversation, reason: LeaveReason::RoleLost.as_str() };
            outbox.try_push(self.writer.agent(&frame, None, (self.now)(), &self.read.config()));
        }
    }

    /// Ends all that a socket watched.
    pub(super) fn unwatch_all(&self, session: SessionId) {
        self.watchers.retain(|_, watchers| {
            watchers.retain(|other| *other != session);
            !watchers.is_empty()
        });
    }

    /// Sends what a record means to participants and watchers, after the read side has folded it.
    pub(in crate::actors) fn parts(&self, record: &Record) {
        let Record::Event(event) = record else { return };
        let Some(conversation) = self.read.in_memory(event.conversation) else { return };
        self.to_watchers(event, &conversation);
        match &event.what {
            Happening::Message { message, via, .. } => {
                let frame = Frame::Message { conversation: event.conversation, message };
                for participant in conversation.participants.iter().filter(|p| p.joined()) {
                    self.to_agent(&participant.agent, &frame, *via);
                }
            }
            Happening::ContextChanged { .. } => {
                for participant in conversation.participants.iter().filter(|p| p.joined()) {
                    self.to_agent(&participant.agent, &Frame::Updated { conversation: &conversation }, None);
                }
            }
            Happening::Invited { agent, until } => {
                let frame = Frame::ConsultInvited { conversation: &conversation, until: *until };
                self.to_agent(agent, &frame, None);
                self.to_others(&conversation, agent);
            }
            Happening::Joined { agent, .. } => {
                let recent = self.recent(&conversation);
                let frame = Frame::ConsultStarted { conversation: &conversation, recent: &recent };
                self.to_agent(agent, &frame, None);
                self.to_others(&conversation, agent);
            }
            Happening::Left { agent, reason, .. } => {
                let frame = Frame::ConsultEnded { conversation: event.conversation, reason: reason.as_str() };
                self.to_agent(agent, &frame, None);
                if *reason != LeaveReason::PrimaryLeft {
                    self.to_others(&conversation, agent);
                }
            }
            _ => {}
        }
    }

    /// Tells the agent who has it, and the other participants, who takes part now.
    fn to_others(&self, conversation: &Arc<Conversation>, agent: &AgentId) {
        let joined = conversation.participants.iter().filter(|p| p.joined()).map(|p| &p.agent);
        for other in conversation.agent.iter().chain(joined).filter(|other| *other != agent) {
            self.to_agent(other, &Frame::ConsultChanged { conversation }, None);
        }
    }

    fn to_watchers(&self, event: &Event, conversation: &Arc<Conversation>) {
        if self.watchers.is_empty() {
            return;
        }
        let id = event.conversation;
        let Some(watchers) = self.watchers.get(&id).map(|watchers| watchers.clone()) else { return };
        let tell = |frame: &Frame<'_>, but: Option<SessionId>| {
            let (now, config) = ((self.now)(), self.read.config());
            let text = self.writer.agent(frame, None, now, &config);
            for watcher in watchers.iter().filter(|watcher| but != Some(**watcher)) {
                let Some(session) = self.sessions.get(watcher).map(|session| session.clone()) else {
                    continue;
                };
                // Who has it or takes part hears of it anyway.
                let part = conversation.agent.as_ref() == Some(&session.agent)
                    || conversation.participant(&session.agent).is_some_and(Participant::joined);
                if !part {
                    session.outbox.try_push(text.clone());
                }
            }
        };
        match &event.what {
            Happening::Message { message, via, .. } => {
                tell(&Frame::Message { conversation: id, message }, *via);
            }
            _ => tell(&Frame::Updated { conversation }, None),
        }
        if conversation.status != Status::Active {
            tell(&Frame::WatchEnded { conversation: id, reason: conversation.status.as_str() }, None);
            self.watchers.remove(&id);
        }
    }
}
