//! Customers, backends, supervisors and administrators, and what breaks.

use std::collections::BTreeMap;

use callboard::domain::agent;
use callboard::domain::channel;
use callboard::domain::command::{Act, AgentAct, Caller, ConsultAct, Draft, Say, Target};
use callboard::domain::config::{RequiredSkill, Role};
use callboard::domain::configuration;
use callboard::domain::context::Given;
use callboard::domain::conversation::{By, CustomerRef, Status, Visibility};
use callboard::domain::ids::{AgentId, ChannelId, ConversationId};
use callboard::domain::machine::Send;
use callboard::domain::queue;

use crate::people::Asker;
use crate::planted::Planted;
use crate::topology;
use crate::world::{Job, World};

/// A public message.
pub fn say(text: &str, client_message_id: Option<String>) -> Say {
    Say {
        attachments: Vec::new(),
        text: text.into(),
        visibility: Visibility::Public,
        client_message_id: client_message_id.map(Into::into),
    }
}

/// A backend.
pub fn backend() -> Caller {
    Caller { by: By::Backend("shop".into()), role: Role::Backend, agent: None, session: None }
}

fn supervisor() -> Caller {
    Caller { by: By::Supervisor("boss".into()), role: Role::Supervisor, agent: None, session: None }
}

impl World {
    /// Somebody outside does something.
    pub fn outside(&mut self) {
        let next = self.random.people.between(50, 3_000);
        self.push(next, Job::Outside);
        if !self.phase.faults {
            return;
        }
        let unfinished = self.check.ghost.unfinished.len();
        match self.random.people.below(100) {
            0..45 if self.phase.arrivals && unfinished < 25 => self.create(),
            45..75 => self.customer(),
            75..85 => self.consult(),
            85..95 => self.supervise(),
            95..97 => self.reset_presence(),
            97..99 => self.end_record(),
            _ => {}
        }
    }

    fn create(&mut self) {
        let channels: Vec<ChannelId> = self.house.config.channels.keys().cloned().collect();
        let Some(channel_id) = self.random.people.pick(&channels).cloned() else { return };
        let mut context = BTreeMap::new();
        if self.random.people.chance(80) {
            context
                .insert("topic".to_owned(), Given::Text(self.random.people.of(&topology::TOPICS).to_owned()));
        }
        let mut skills = Vec::new();
        if self.random.people.chance(10) {
            skills.push(RequiredSkill { skill_id: "tax".into(), min_level: self.random.people.number(1, 3) });
        }
        // A verified customer comes back without words: then the conversation is the answer, new or not.
        let party = self.random.people.chance(20).then(|| self.random.people.of(&["kim", "lee"]).into());
        let words = party.is_none() && self.random.people.chance(50);
        let draft = Box::new(Draft {
            correspondent: None,
            channel_id: channel_id.clone(),
            customer: CustomerRef::default(),
            context,
            message: words.then(|| say("first", None)),
            priority: self.random.people.of(&[None, None, Some(0), Some(5), Some(-5)]),
            skills,
            previous: None,
            lenient: false,
            record: None,
            party,
            language: None,
        });
        if crate::records::is_entity(&channel_id) {
            return self.route_record(draft);
        }
        // From two devices at once, too: the second finds the conversation that is on its way for the first.
        if draft.party.is_some() && self.random.people.chance(40) {
            let (draft, to) = (draft.clone(), channel_id.clone());
            self.ask(101, Asker::Creation, |reply| {
                Send::Channel(to, channel::Input::Create { draft, caller: backend(), reply })
            });
        }
        if self.random.people.chance(40) {
            return self.create_with_key(draft);
        }
        self.ask(100, Asker::Creation, |reply| {
            Send::Channel(channel_id, channel::Input::Create { draft, caller: backend(), reply })
        });
    }

    fn some_conversation(&mut self) -> Option<ConversationId> {
        let recent = self.people.known.len().saturating_sub(12);
        self.random.people.pick(&self.people.known[recent..]).copied()
    }

    fn customer(&mut self) {
        let Some(id) = self.some_conversation() else { return };
        let edge = 200 + (id.0.as_u128() % 50) as u32;
        let (act, asker) = match self.random.people.below(10) {
            0..6 => {
                let number = self.people.number();
                let twice = self.random.people.chance(20);
                let act = Act::Say(say("hello?", twice.then(|| number.to_string())));
                if twice {
                    self.customer_act(edge, id, act.clone(), Asker::Message);
                }
                (act, Asker::Message)
            }
            6 | 7 => (Act::End, Asker::Other),
            _ => {
                let topic = self.random.people.of(&topology::TOPICS).to_owned();
                let given = self.random.people.chance(90).then_some(Given::Text(topic));
                (Act::Context([("topic".to_owned(), given)].into()), Asker::Other)
            }
        };
        self.customer_act(edge, id, act, asker);
    }

    fn customer_act(&mut self, edge: u32, id: ConversationId, act: Act, asker: Asker) {
        self.ask(edge, asker, |reply| {
            Send::Home(id, queue::Input::Act { id, act, if_match: None, caller: backend(), reply })
        });
    }

    fn supervise(&mut self) {
        let Some(id) = self.some_conversation() else { return };
        let agent: AgentId = format!("a{}", self.random.people.below(5)).into();
        let act = match self.random.people.below(5) {
            0 | 1 => Act::Assign(agent),
            2 => Act::Close(Some("enough".into())),
            3 => Act::Transfer(Target::Agent(agent)),
            _ => Act::Transfer(Target::Queue(crate::topology::some_queue(&mut self.random.people))),
        };
        self.ask(300, Asker::Other, |reply| {
            Send::Home(id, queue::Input::Act { id, act, if_match: None, caller: supervisor(), reply })
        });
    }

    /// Somebody invites, answers, leaves or joins, rightly or not.
    fn consult(&mut self) {
        let active = |id: &ConversationId| {
            self.check.ghost.conversations.get(id).is_some_and(|seen| seen.status == Status::Active)
        };
        let all: Vec<ConversationId> = self.check.ghost.unfinished.iter().copied().filter(active).collect();
        let Some(id) = self.random.people.pick(&all).copied() else { return };
        let seen = &self.check.ghost.conversations[&id];
        let (primary, parts) = (seen.agent.clone(), seen.parts.keys().cloned().collect::<Vec<_>>());
        let anybody: AgentId = format!("a{}", self.random.people.below(5)).into();
        let part = self.random.people.pick(&parts).cloned().unwrap_or_else(|| anybody.clone());
        let primary = primary.unwrap_or_else(|| anybody.clone());
        let (by, act) = match self.random.people.below(12) {
            0..5 => (primary, ConsultAct::Invite(anybody)),
            5..8 => (part, ConsultAct::Answer(true)),
            8 => (part, ConsultAct::Answer(false)),
            9 => (part, ConsultAct::Leave),
            10 => (primary, ConsultAct::End(part)),
            _ => (anybody, ConsultAct::Join),
        };
        let role = if act == ConsultAct::Join { Role::Supervisor } else { Role::Agent };
        let caller = Caller { by: By::Agent(by.clone()), role, agent: Some(by), session: None };
        let speaks = self.random.people.chance(20);
        let act = if speaks {
            Act::Say(Say { visibility: Visibility::Internal, ..say("psst", None) })
        } else {
            Act::Consult(act)
        };
        self.ask(300, Asker::Other, |reply| {
            Send::Home(id, queue::Input::Act { id, act, if_match: None, caller, reply })
        });
    }

    fn reset_presence(&mut self) {
        let id: AgentId = format!("a{}", self.random.people.below(5)).into();
        let act = AgentAct::SetPresence("available".into());
        self.ask(300, Asker::Other, |reply| {
            Send::Agent(id, agent::Input::Act { act, caller: supervisor(), reply })
        });
    }

    /// Something breaks, or is configured.
    pub fn fault(&mut self) {
        if !self.phase.faults {
            return;
        }
        let next = self.random.faults.between(500, 20_000);
        self.push(next, Job::Fault);
        let n = self.random.faults.below(self.people.agents.len() as u64) as usize;
        match self.random.faults.below(100) {
            0..30 => {
                let away = self.random.faults.of(&[500, 2_000, 4_500, 5_500, 9_000, 16_000, 40_000, 200_000]);
                self.lose_socket(n, self.real + away);
            }
            30..42 => {
                let deaf = self.random.faults.between(1_000, 12_000);
                self.people.agents[n].deaf_until = self.real + deaf;
            }
            42..60 => self.crash(),
            60..65 => self.failed_sync(),
            _ => self.configure(),
        }
    }

    fn configure(&mut self) {
        let changes = topology::later(&mut self.random.topology, &self.house.config);
        if changes.is_empty() {
            return;
        }
        let caller =
            Caller { by: By::Supervisor("admin".into()), role: Role::Admin, agent: None, session: None };
        self.ask(400, Asker::Other, |reply| {
            let input = configuration::Input::Configure { changes, if_match: Vec::new(), caller, reply };
            Send::Configuration(input)
        });
    }

    /// Power is lost: some of what was not synced may be on the disk all the same, at the border of a unit.
    fn crash(&mut self) {
        let spared = self.random.faults.below((self.journal.units.len() - self.journal.durable + 1) as u64);
        let cut = self.journal.durable + if self.random.faults.chance(50) { 0 } else { spared as usize };
        let down = self.random.faults.of(&[10, 1_000, 4_000, 8_000, 40_000]);
        let jump =
            if self.random.faults.chance(20) { self.random.faults.between(-20_000, 300_000) } else { 0 };
        self.say(|| format!("crash: {cut} units left, down {down} ms, clock jumps {jump} ms"));
        self.rebuild(cut, down, jump);
    }

    /// A sync fails: held voices fail, machines are rebuilt from what is durable.
    fn failed_sync(&mut self) {
        let cut = self.journal.durable;
        self.say(|| format!("sync failed: {cut} units left"));
        self.rebuild(cut, 50, 0);
    }

    fn rebuild(&mut self, cut: usize, down: i64, jump: i64) {
        self.journal.cut(cut);
        self.people.replies.clear();
        self.real += down;
        self.offset += jump;
        for n in 0..self.people.agents.len() {
            let wait = self.random.people.of(&[100, 1_000, 3_000, 7_000, 30_000]);
            self.people.agents[n].gone(self.real + wait);
        }
        let late: Vec<(i64, u64)> = self.jobs.range(..(self.real, 0)).map(|(key, _)| *key).collect();
        for key in late {
            if let Some(job) = self.jobs.remove(&key)
                && matches!(job, Job::Wake(_) | Job::Outside | Job::Fault)
            {
                let delay = self.random.people.between(1, 500);
                self.push(delay, job);
            }
        }
        self.restarting = self.planted == Planted::TimersNotDerived;
        self.start();
        self.restarting = false;
    }
}
