//! Agents at their desks: sockets that come and go, what they saw, what they do about it. They know only
//! what left the house.

use std::collections::{BTreeMap, BTreeSet};

use callboard::domain::agent;
use callboard::domain::command::{Act, AgentAct, Answer, Caller, Code, Refusal, Reply, Target};
use callboard::domain::config::Role;
use callboard::domain::conversation::{By, Status};
use callboard::domain::ids::{AgentId, ConversationId, GrantId, SessionId};
use callboard::domain::machine::{Notice, Send};
use callboard::domain::queue;

use crate::check::Failure;
use crate::house::Address;
use crate::journal::Said;
use crate::random::Random;
use crate::world::{Job, World};

/// Who waits for an answer, and what was asked.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Asker {
    /// A hand-off.
    Creation,
    /// A socket's hello.
    Hello(usize, SessionId),
    /// A customer's message.
    Message,
    /// Anything else.
    Other,
}

/// An agent's person.
pub struct Person {
    /// Who.
    pub agent: AgentId,
    /// The socket, if one is open.
    pub session: Option<SessionId>,
    /// A second window.
    pub second: Option<SessionId>,
    /// Offers seen.
    pub offers: BTreeMap<GrantId, ConversationId>,
    /// Conversations seen as own.
    pub mine: BTreeSet<ConversationId>,
    /// How often an offer is accepted, percent.
    pub eager: u64,
    /// How often anything is answered at all, percent.
    pub awake: u64,
    /// Frames get lost until then.
    pub deaf_until: i64,
    /// Not back before.
    pub back_at: i64,
    /// When the last frame reached the socket; frames keep their order.
    pub heard_at: i64,
}

impl Person {
    /// Somebody at the desk of `agent`.
    pub fn new(agent: AgentId, random: &mut Random) -> Self {
        Self {
            agent,
            session: None,
            second: None,
            offers: BTreeMap::new(),
            mine: BTreeSet::new(),
            eager: random.of(&[50, 80, 100]),
            awake: random.of(&[60, 90, 100]),
            deaf_until: 0,
            back_at: 0,
            heard_at: 0,
        }
    }

    /// Forgets everything: the socket is gone.
    pub fn gone(&mut self, back_at: i64) {
        self.session = None;
        self.second = None;
        self.offers.clear();
        self.mine.clear();
        self.back_at = back_at;
    }

    fn caller(&self) -> Caller {
        Caller {
            by: By::Agent(self.agent.clone()),
            role: Role::Agent,
            agent: Some(self.agent.clone()),
            session: self.session,
        }
    }
}

/// Everybody outside.
#[derive(Default)]
pub struct People {
    /// Agents.
    pub agents: Vec<Person>,
    /// Conversations that a backend or customer was told of.
    pub known: Vec<ConversationId>,
    /// Who waits for what.
    pub replies: BTreeMap<Reply, Asker>,
    next: u64,
}

impl People {
    /// A number that was not given before.
    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

impl World {
    /// Asks something over the edge.
    pub fn ask(&mut self, edge: u32, asker: Asker, make: impl FnOnce(Reply) -> Send) -> Reply {
        let reply = Reply(self.people.number());
        self.people.replies.insert(reply, asker);
        let send = make(reply);
        self.send(&Address::Edge(edge), send);
        reply
    }

    fn agent_act(&mut self, n: usize, act: AgentAct, asker: Asker) {
        let caller = self.people.agents[n].caller();
        let id = self.people.agents[n].agent.clone();
        if matches!(act, AgentAct::Left(_) | AgentAct::Heard(_) | AgentAct::Disconnect(_)) {
            let input = agent::Input::Act { act, caller, reply: Reply::NONE };
            return self.send(&Address::Edge(n as u32), Send::Agent(id, input));
        }
        self.ask(n as u32, asker, |reply| Send::Agent(id, agent::Input::Act { act, caller, reply }));
    }

    fn act(&mut self, n: usize, id: ConversationId, act: Act) {
        let caller = self.people.agents[n].caller();
        let seen = self.check.ghost.conversations.get(&id).map(|seen| seen.seq);
        let if_match = seen.filter(|_| self.random.people.chance(15));
        self.ask(n as u32, Asker::Other, |reply| {
            Send::Home(id, queue::Input::Act { id, act, if_match, caller, reply })
        });
    }

    /// Something leaves the house: from here on it was said.
    pub fn leaves(&mut self, said: Said) {
        self.say(|| format!("leaves: {}", crate::words::said(&said)));
        match said {
            Said::Answer(reply, result) => self.answered(reply, &result),
            Said::Notice(notice) => self.frame(notice),
        }
    }

    fn answered(&mut self, reply: Reply, result: &Result<Answer, Refusal>) {
        self.release_key(reply, result);
        let Some(asker) = self.people.replies.remove(&reply) else {
            return self.check.fail(Failure::new("A1", format!("{reply:?} was answered twice")));
        };
        match (result, asker) {
            (Ok(Answer::Conversation { id, .. }), Asker::Creation) => self.people.known.push(*id),
            (Ok(Answer::Message { conversation, moved: true, .. }), Asker::Message) => {
                self.people.known.push(*conversation);
            }
            (Ok(Answer::Welcome(_)), Asker::Hello(n, session)) => self.welcome(n, session),
            (Err(refusal), Asker::Message) if refusal.code == Code::UnknownConversation => {
                self.check.fail(Failure::new(
                    "I4",
                    "a customer wrote to a conversation that exists and was told it is unknown".into(),
                ));
            }
            _ => {}
        }
        if let Ok(answer) = result {
            self.told(answer);
        }
    }

    fn frame(&mut self, notice: Notice) {
        self.check.told_notice(&notice);
        let (agent, checked) = match &notice {
            Notice::OfferCreated { agent, grant, .. } => (agent, Some(*grant)),
            Notice::Assigned { agent, grant, direct, .. } => (agent, direct.then_some(*grant)),
            Notice::OfferEnded { agent, .. } | Notice::Removed { agent, .. } => (agent, None),
            _ => return,
        };
        let Some(n) = self.people.agents.iter().position(|p| p.agent == *agent) else { return };
        if self.people.agents[n].session.is_none() {
            return;
        }
        if let Some(grant) = checked {
            self.agent_act(n, AgentAct::Left(grant), Asker::Other);
        }
        let at = (self.real + self.random.network.between(2, 120)).max(self.people.agents[n].heard_at);
        self.people.agents[n].heard_at = at;
        self.push(at - self.real, Job::Hear(Said::Notice(notice)));
    }

    /// A frame reaches the socket.
    pub fn hear(&mut self, said: Said) {
        let Said::Notice(notice) = said else { return };
        let (Notice::OfferCreated { agent, .. }
        | Notice::Assigned { agent, .. }
        | Notice::OfferEnded { agent, .. }
        | Notice::Removed { agent, .. }) = &notice
        else {
            return;
        };
        let Some(n) = self.people.agents.iter().position(|p| p.agent == *agent) else { return };
        let person = &mut self.people.agents[n];
        if person.session.is_none() || person.deaf_until > self.real {
            return;
        }
        match notice {
            Notice::OfferCreated { grant, conversation, .. } => {
                person.offers.insert(grant, conversation);
                self.agent_act(n, AgentAct::Heard(vec![grant]), Asker::Other);
                self.think(n, grant, conversation);
            }
            Notice::Assigned { conversation, grant, direct, .. } => {
                person.mine.insert(conversation);
                if direct {
                    self.agent_act(n, AgentAct::Heard(vec![grant]), Asker::Other);
                }
            }
            Notice::OfferEnded { grant, .. } => drop(person.offers.remove(&grant)),
            Notice::Removed { conversation, .. } => drop(person.mine.remove(&conversation)),
            _ => {}
        }
    }

    fn think(&mut self, n: usize, grant: GrantId, id: ConversationId) {
        if self.random.people.chance(self.people.agents[n].awake) || !self.phase.faults {
            let delay = self.random.people.between(100, 12_000);
            self.push(delay, Job::Decide(n, grant, id));
        }
    }

    /// A person answers an offer, which may be over by now.
    pub fn answer_offer(&mut self, n: usize, offer: GrantId, conversation: ConversationId) {
        let person = &self.people.agents[n];
        let late = self.random.people.chance(10);
        if person.session.is_none() || (!person.offers.contains_key(&offer) && !late) {
            return;
        }
        let accept = self.random.people.chance(person.eager) || !self.phase.faults;
        self.agent_act(n, AgentAct::Answer { offer, conversation, accept }, Asker::Other);
    }

    fn welcome(&mut self, n: usize, session: SessionId) {
        if self.people.agents[n].session != Some(session) {
            return;
        }
        let agent = self.people.agents[n].agent.clone();
        let mut grants = Vec::new();
        let mut thoughts = Vec::new();
        let person = &mut self.people.agents[n];
        for (id, seen) in &self.check.ghost.conversations {
            if let Some(offer) = seen.offer.as_ref().filter(|o| o.grant.agent == agent) {
                person.offers.insert(offer.grant.id, *id);
                grants.push(offer.grant.id);
                thoughts.push((offer.grant.id, *id));
            }
            if seen.agent.as_ref() == Some(&agent)
                && seen.status != Status::Closed
                && seen.status != Status::Open
            {
                person.mine.insert(*id);
                grants.extend(seen.grant.as_ref().map(|g| g.id));
            }
        }
        if person.deaf_until <= self.real {
            self.agent_act(n, AgentAct::Heard(grants), Asker::Other);
        }
        thoughts.into_iter().for_each(|(grant, id)| self.think(n, grant, id));
    }

    /// A person looks up from the desk.
    pub fn wake(&mut self, n: usize) {
        let next = self.random.people.between(200, 7_000);
        self.push(next, Job::Wake(n));
        if self.people.agents[n].session.is_none() {
            if self.people.agents[n].back_at <= self.real || !self.phase.faults {
                self.connect(n);
            }
            return;
        }
        let mine: Vec<ConversationId> = self.people.agents[n].mine.iter().copied().collect();
        let id = self.random.people.pick(&mine).copied();
        match (self.random.people.below(100), id) {
            (0..60, Some(id)) => self.work(n, id),
            (60..72, _) => self.take_from_list(n),
            (72..80, _) if self.phase.faults => self.choose_presence(n),
            (80..90, _) if self.people.agents[n].deaf_until <= self.real => {
                self.agent_act(n, AgentAct::Heard(Vec::new()), Asker::Other);
            }
            _ if !self.phase.faults => self.choose_presence(n),
            (90..93, _) => self.second_socket(n),
            _ => {}
        }
    }

    /// Opens a second window, or closes one of two.
    fn second_socket(&mut self, n: usize) {
        let number = self.people.number();
        if let Some(session) = self.people.agents[n].second.take() {
            self.agent_act(n, AgentAct::Disconnect(session), Asker::Other);
        } else {
            let session = self.new_session(number);
            self.people.agents[n].second = Some(session);
            self.agent_act(n, AgentAct::Connect(session), Asker::Hello(n, session));
        }
    }

    fn new_session(&self, number: u64) -> SessionId {
        use callboard::domain::ids::{Mint, mix};
        SessionId(Mint::new(self.now(), mix(self.seed ^ (number << 32))).uuid())
    }

    fn connect(&mut self, n: usize) {
        let number = self.people.number();
        let session = self.new_session(number);
        self.people.agents[n].session = Some(session);
        self.agent_act(n, AgentAct::Connect(session), Asker::Hello(n, session));
    }

    /// The socket is lost, or closed.
    pub fn lose_socket(&mut self, n: usize, back_at: i64) {
        if let Some(session) = self.people.agents[n].session {
            if let Some(second) = self.people.agents[n].second.take() {
                self.agent_act(n, AgentAct::Disconnect(second), Asker::Other);
            }
            self.agent_act(n, AgentAct::Disconnect(session), Asker::Other);
            self.people.agents[n].gone(back_at);
        }
    }

    fn choose_presence(&mut self, n: usize) {
        let calm = ["available"];
        let wild = ["available", "available", "busy", "away", "back-office", "busy_dnd", "offline"];
        let name = if self.phase.faults { self.random.people.of(&wild) } else { calm[0] };
        self.agent_act(n, AgentAct::SetPresence(name.into()), Asker::Other);
    }

    fn take_from_list(&mut self, n: usize) {
        let open: Vec<ConversationId> = self
            .check
            .ghost
            .conversations
            .iter()
            .filter(|(_, seen)| seen.status == Status::Open)
            .map(|(id, _)| *id)
            .collect();
        if let Some(id) = self.random.people.pick(&open).copied() {
            self.act(n, id, Act::Pick);
        }
    }

    fn work(&mut self, n: usize, id: ConversationId) {
        let status = self.check.ghost.conversations.get(&id).map(|seen| seen.status);
        let calm = !self.phase.faults;
        let act = match (status, self.random.people.below(10)) {
            (Some(Status::Active), _) if calm => Act::End,
            (Some(Status::WrapUp), 0..7) => Act::Close(None),
            (Some(Status::WrapUp), _) if calm => Act::Close(None),
            (Some(Status::Waiting), _) => Act::Reopen,
            (_, 0..2) => Act::Say(crate::outside::say("hello", None)),
            (_, 2 | 3) => Act::End,
            (_, 4 | 5) => Act::Wait,
            (_, 6) => Act::Release,
            (_, 7) => Act::Transfer(Target::Queue(crate::topology::some_queue(&mut self.random.people))),
            (_, 8) => Act::Transfer(Target::Agent(format!("a{}", self.random.people.below(5)).into())),
            _ => Act::Close(None),
        };
        self.act(n, id, act);
    }
}
