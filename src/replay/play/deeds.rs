//! What people do when their time has come.

use super::super::house::Followed;
use super::super::people::Presence;
use super::{Job, Play};
use crate::domain::command::{Act, AgentAct, Caller, Reply};
use crate::domain::config::Role;
use crate::domain::conversation::{By, Status};
use crate::domain::ids::{AgentId, ApiKeyId, ConversationId, Mint, SessionId, mix};
use crate::domain::machine::Send;
use crate::domain::{agent, channel, queue};

fn backend(by: By) -> Caller {
    Caller { by, role: Role::Backend, agent: None, session: None }
}

fn colleague(id: &AgentId) -> Caller {
    Caller { by: By::Agent(id.clone()), role: Role::Agent, agent: Some(id.clone()), session: None }
}

impl Play<'_> {
    /// The next customer comes.
    pub(super) fn arrive(&mut self) -> Followed {
        let Some(customer) = self.customers.next() else { return Followed::default() };
        let reply = Reply((self.all.len() - self.customers.len()) as u64);
        if let Some(patience) = customer.patience_ms {
            self.plan(customer.at.plus_ms(patience), Job::Leave(customer.id));
        }
        self.expect(customer);
        let draft = Box::new(customer.draft.clone());
        let caller = backend(By::Backend(ApiKeyId::from("replay")));
        let input = channel::Input::Create { draft, caller, reply };
        let channel = customer.draft.channel_id.clone();
        self.house.tell_with_id(Send::Channel(channel, input), Some(customer.id))
    }

    /// The next agent comes, goes or chooses a presence.
    pub(super) fn move_on(&mut self) -> Followed {
        let Some(step) = self.moves.next() else { return Followed::default() };
        let act = match &step.what {
            Presence::Connect => {
                self.planned += 1;
                let session = SessionId(Mint::new(self.house.now, mix(self.planned)).uuid());
                let open = *self.sessions.entry(step.agent.clone()).or_insert(session);
                AgentAct::Connect(open)
            }
            Presence::Disconnect => {
                let Some(session) = self.sessions.remove(&step.agent) else { return Followed::default() };
                AgentAct::Disconnect(session)
            }
            Presence::Choose(presence) => AgentAct::SetPresence(presence.clone()),
        };
        self.agent_act(&step.agent, act)
    }

    /// The next planned deed.
    pub(super) fn job(&mut self) -> Followed {
        let Some((_, job)) = self.jobs.pop_first() else { return Followed::default() };
        match job {
            Job::Answer { agent, offer, conversation, accept } => {
                self.agent_act(&agent, AgentAct::Answer { offer, conversation, accept })
            }
            Job::Leave(id) => {
                let open = self.house.conversation(id).is_some_and(|c| c.status == Status::Open);
                if open { self.act(id, Act::End, backend(By::Customer)) } else { Followed::default() }
            }
            Job::End { conversation, grant } => {
                let has = |c: &crate::domain::conversation::Conversation| {
                    let agent =
                        c.grant.as_ref().filter(|held| held.id == grant).map(|held| held.agent.clone());
                    agent.filter(|_| c.status == Status::Active)
                };
                let agent = self.house.conversation(conversation).and_then(has);
                agent.map(|agent| self.act(conversation, Act::End, colleague(&agent))).unwrap_or_default()
            }
            Job::Close(id) => {
                let writes = self.house.conversation(id).filter(|c| c.status == Status::WrapUp);
                let agent = writes.and_then(|c| c.agent.clone());
                agent.map(|agent| self.act(id, Act::Close(None), colleague(&agent))).unwrap_or_default()
            }
            Job::Look(agent) => {
                self.looking.remove(&agent);
                let first = self.first_listed(&agent);
                first.map(|id| self.act(id, Act::Pick, colleague(&agent))).unwrap_or_default()
            }
        }
    }

    fn act(&mut self, id: ConversationId, act: Act, caller: Caller) -> Followed {
        let input = queue::Input::Act { id, act, if_match: None, caller, reply: Reply::NONE };
        self.house.tell(Send::Home(id, input))
    }

    fn agent_act(&mut self, id: &AgentId, act: AgentAct) -> Followed {
        let input = agent::Input::Act { act, caller: colleague(id), reply: Reply::NONE };
        self.house.tell(Send::Agent(id.clone(), input))
    }
}
