//! Frames for agents' sockets. All of this runs on the READ thread, in the order of the log, but for the end of a socket.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Feeds;
use super::notices::{NoticeCode, notice_of};
use super::ring::Ring;
use crate::actors::outbox::Outbox;
use crate::actors::shown::{AskError, BoardFrame, Frame, Outcome, Shown};
use crate::domain::command::{Code, Refusal, Welcome};
use crate::domain::config::Role;
use crate::domain::conversation::{Event, Happening};
use crate::domain::ids::{AgentId, ConversationId, GrantId, QueueId, SessionId};
use crate::domain::machine::Notice;
use crate::domain::offer::Withdrawal;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

/// Sessions of one agent that a resume is known of: several tabs, each reloaded a few times.
const KNOWN_SESSIONS: usize = 32;
/// How long frames are kept for an agent without a socket: twice and more the default grace, after which a socket that
/// comes back gets the whole state anyway.
const RING_KEPT_MS: i64 = 10 * 60 * 1000;

/// One agent's sockets and recent frames.
#[derive(Default)]
pub(super) struct AgentFeed {
    ring: Ring,
    sockets: Vec<(SessionId, Outbox)>,
    /// Sessions that may come back, oldest first.
    known: VecDeque<SessionId>,
    /// Since when there is no socket.
    quiet_since: Option<Timestamp>,
}

impl AgentFeed {
    pub(super) fn detach(&mut self, session: SessionId, now: Timestamp) {
        self.sockets.retain(|(other, _)| *other != session);
        if self.sockets.is_empty() {
            self.quiet_since = Some(now);
        }
    }

    /// Remembers a session; the one that is forgotten for it.
    fn attach(&mut self, session: SessionId, outbox: Outbox) -> Option<SessionId> {
        // A `Connect` that was told twice attaches once.
        self.sockets.retain(|(other, _)| *other != session);
        self.known.retain(|other| *other != session);
        self.sockets.push((session, outbox));
        self.quiet_since = None;
        self.known.push_back(session);
        if self.known.len() > KNOWN_SESSIONS { self.known.pop_front() } else { None }
    }

    /// Pushes to every socket but `via`; those that are closed are dropped. Whether anybody got it.
    fn push(&mut self, text: &bytestring::ByteString, ping: Option<GrantId>, via: Option<SessionId>) -> bool {
        let mut reached = false;
        self.sockets.retain(|(session, outbox)| {
            if via == Some(*session) {
                return true;
            }
            let taken =
                outbox.try_push(text.clone()) && ping.is_none_or(|grant| outbox.try_offer_ping(grant));
            reached |= taken;
            taken
        });
        reached
    }
}

impl Feeds {
    /// Sends what a notice says, as the state is at this point of the log.
    pub(in crate::actors) fn notice(&self, notice: &Notice) {
        match notice {
            Notice::OfferCreated { agent, conversation, grant } => {
                let Some(conversation) = self.read.in_memory(*conversation) else { return };
                let frame = Frame::OfferCreated { grant: *grant, conversation: &conversation };
                self.to_agent_checked(agent, &frame, *grant);
            }
            Notice::OfferEnded { agent, conversation, grant, end, cause } => {
                let (grant, conversation, end, cause) = (*grant, *conversation, *end, *cause);
                let taken = cause == Some(Withdrawal::Taken);
                let taker =
                    self.read.in_memory(conversation).filter(|_| taken).and_then(|c| c.holder().cloned());
                let taker = taker.as_ref();
                self.to_agent(agent, &Frame::OfferEnded { grant, conversation, end, cause, taker }, None);
            }
            Notice::Assigned { agent, conversation, grant, direct } => {
                let Some(conversation) = self.read.in_memory(*conversation) else { return };
                let recent = self.recent(&conversation);
                let frame = Frame::Assigned { conversation: &conversation, recent: &recent };
                if *direct {
                    self.to_agent_checked(agent, &frame, *grant);
                } else {
                    self.to_agent(agent, &frame, None);
                }
            }
            Notice::Updated { agent, conversation } => {
                let Some(conversation) = self.read.in_memory(*conversation) else { return };
                self.to_agent(agent, &Frame::Updated { conversation: &conversation }, None);
            }
            Notice::Removed { agent, conversation, reason } => {
                let version = self.read.in_memory(*conversation).map_or(0, |found| found.version);
                let conversation = *conversation;
                self.to_agent(agent, &Frame::Removed { conversation, version, reason }, None);
            }
            Notice::Message { agent, event } => self.message(agent, event),
            Notice::Presence { agent, shown, by, reason } => {
                self.read.show(agent, shown, (self.now)());
                self.to_agent(agent, &Frame::Presence { shown, by, reason }, None);
            }
            Notice::Capacity { agent, shown } => {
                self.read.show(agent, shown, (self.now)());
                self.to_agent(agent, &Frame::Capacity { shown }, None);
            }
            Notice::Shown { agent, shown } => self.read.show(agent, shown, (self.now)()),
            Notice::Banner { agent, code } => self.banner(agent, code),
            Notice::Alarm { code, conversation, queue } => self.alarm(code, *conversation, queue.as_ref()),
        }
    }

    /// Attaches a socket at this point of the log: its `welcome`, what it missed, and from now on every frame.
    pub(in crate::actors) fn welcome(&self, welcome: &Welcome) -> Outcome {
        let agent = &welcome.agent;
        self.read.show(agent, &welcome.shown, (self.now)());
        // Gone again before it was welcomed: nothing to send.
        let Some(session) = self.sessions.get(&welcome.session).map(|session| session.clone()) else {
            return Ok(Shown::Done);
        };
        let owner = session.resume.and_then(|(old, _)| self.owners.get(&old).map(|owner| owner.clone()));
        if owner.as_ref().is_some_and(|owner| owner != agent) {
            return Err(AskError::Refused(Refusal::of(Code::NotYours)));
        }
        let (conversations, offers) = self.read.desk(agent);
        let consults = self.read.consults(agent);
        let forgotten = {
            let mut feed = self.agents.entry(agent.clone()).or_default();
            let missed = session.resume.filter(|_| owner.is_some()).and_then(|(old, seq)| {
                let frames = feed.ring.after(seq)?.filter(|sent| sent.via != Some(old));
                Some((seq, frames.map(|sent| sent.text.clone()).collect::<Vec<_>>()))
            });
            let frame = Frame::Welcome {
                session: welcome.session,
                agent,
                shown: &welcome.shown,
                conversations: &conversations,
                offers: &offers,
                consults: &consults,
                resumed: missed.is_some(),
            };
            let seq = missed.as_ref().map_or(feed.ring.last(), |(seq, _)| *seq);
            session.outbox.try_push(self.render(&frame, Some(seq)));
            for text in missed.into_iter().flat_map(|(_, texts)| texts) {
                session.outbox.try_push(text);
            }
            feed.attach(welcome.session, session.outbox.clone())
        };
        self.owners.insert(welcome.session, agent.clone());
        if let Some(forgotten) = forgotten {
            self.owners.remove(&forgotten);
        }
        // The offers and the direct assignments in the welcome are delivered by it.
        let offered = offers.iter().filter_map(|conversation| conversation.offer.as_ref()).map(|o| &o.grant);
        let given = conversations.iter().filter_map(|conversation| conversation.grant.as_ref());
        for grant in offered.chain(given.filter(|grant| grant.kind.is_offered())).map(|grant| grant.id) {
            if session.outbox.try_offer_ping(grant) {
                (self.on_left)(agent, grant);
            }
        }
        // It may have been detached since it was looked up.
        if !self.sessions.contains_key(&welcome.session)
            && let Some(mut feed) = self.agents.get_mut(agent)
        {
            feed.detach(welcome.session, (self.now)());
        }
        Ok(Shown::Done)
    }

    /// Sends a frame to all sockets of an agent but `via`, and keeps it for a resume. Whether anybody got it.
    pub(super) fn to_agent(&self, agent: &AgentId, frame: &Frame<'_>, via: Option<SessionId>) -> bool {
        self.send(agent, frame, None, via)
    }

    /// The same with a ping whose pong says that it arrived.
    fn to_agent_checked(&self, agent: &AgentId, frame: &Frame<'_>, grant: GrantId) {
        if self.send(agent, frame, Some(grant), None) {
            (self.on_left)(agent, grant);
        }
    }

    fn send(
        &self,
        agent: &AgentId,
        frame: &Frame<'_>,
        ping: Option<GrantId>,
        via: Option<SessionId>,
    ) -> bool {
        let Some(mut feed) = self.agents.get_mut(agent) else { return false };
        if feed.known.is_empty() {
            return false;
        }
        let text = feed.ring.push(|seq| self.render(frame, Some(seq)), via);
        feed.push(&text, ping, via)
    }

    fn render(&self, frame: &Frame<'_>, seq: Option<u64>) -> bytestring::ByteString {
        self.writer.agent(frame, seq, (self.now)(), &self.read.config())
    }

    fn message(&self, agent: &AgentId, record: &Arc<Record>) {
        if let Record::Event(Event { conversation, what: Happening::Message { message, via, .. }, .. }) =
            &**record
        {
            self.to_agent(agent, &Frame::Message { conversation: *conversation, message }, *via);
        }
    }

    fn banner(&self, agent: &AgentId, code: &'static str) {
        let NoticeCode { level, text, .. } = notice_of(code);
        self.to_agent(agent, &Frame::Notice { level, code, text }, None);
    }

    /// To every socket of whoever supervises, with what it is about.
    fn alarm(&self, code: &'static str, conversation: Option<ConversationId>, queue: Option<&QueueId>) {
        let config = self.read.config();
        let NoticeCode { level, text, .. } = notice_of(code);
        let mut text = text.to_owned();
        if let Some(id) = queue {
            text += &format!(" Queue: {}.", config.queues.get(id).map_or(id.as_str(), |queue| &queue.name));
        }
        if let Some(id) = conversation {
            text += &format!(" Conversation: {id}.");
        }
        self.to_boards(&BoardFrame::Notice { level, code, text: &text });
        let supervises = |agent: &AgentId| {
            config.agents.get(agent).is_some_and(|a| matches!(a.role, Role::Supervisor | Role::Admin))
        };
        let all = self.agents.iter().map(|feed| feed.key().clone()).filter(|agent| supervises(agent));
        for agent in all.collect::<Vec<_>>() {
            self.to_agent(&agent, &Frame::Notice { level, code, text: &text }, None);
        }
    }

    /// Forgets the frames of agents who have been without a socket for long.
    pub(super) fn sweep(&self) {
        let now = (self.now)();
        let mut gone = Vec::new();
        for mut feed in self.agents.iter_mut() {
            if feed.quiet_since.is_some_and(|since| now.ms_since(since) > RING_KEPT_MS) {
                feed.ring.clear();
                gone.extend(feed.known.drain(..));
            }
        }
        gone.iter().for_each(|session| drop(self.owners.remove(session)));
    }
}
