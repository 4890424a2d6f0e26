//! The configuration's machine: takes changes, all or none, and puts them on record (ARCHITECTURE §2.11).
//!
//! The edge has checked fields and references; here versions are compared, deletions are asked of the
//! machines that use the resource, and whoever is concerned is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::{Answer, Caller, Code, Refusal, Reply};
use super::config::check::{Checks, is_built_in, references};
use super::config::{Change, Config, DEFAULT_MESSAGING, DEFAULT_RECORD, Key, Role};
use super::ids::{AgentId, QueueId};
use super::machine::{Ctx, Machine, Outbox, Send};
use super::record::{Configured, Record};
use super::time::Timestamp;
use super::{agent, channel, queue, work_stream};

/// Inputs of the configuration.
#[derive(Clone, Debug)]
pub enum Input {
    /// Changes, all or none.
    Configure {
        /// In order.
        changes: Vec<Change>,
        /// Versions that must hold.
        if_match: Vec<(Key, Option<u64>)>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A machine says whether its resource could be deleted.
    Deletable {
        /// Of which question.
        reply: Reply,
        /// Why not.
        result: Result<(), Refusal>,
    },
    /// All questions about deletions are answered well: puts the changes on record.
    Commit(Reply),
    /// It folded its own record; nothing follows.
    Folded,
}

impl Input {
    /// The answer of a machine that is not there to be asked: somebody else has deleted its resource.
    pub fn nobody_to_ask(reply: Reply) -> Send {
        let result = Err(Refusal::of(Code::UnknownResource));
        Send::Configuration(Self::Deletable { reply, result })
    }
}

/// Changes that wait for machines to say whether their resources may go.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// The changes.
    pub changes: Vec<Change>,
    /// Versions that must hold, still at the commit.
    pub if_match: Vec<(Key, Option<u64>)>,
    /// By whom.
    pub caller: Caller,
    /// Answers still to come.
    pub open: usize,
}

/// Soft changes.
#[derive(Clone, PartialEq, Debug)]
pub enum Soft {
    /// Machines were asked.
    Ask(Reply, Box<Asked>),
    /// One said yes.
    Yes(Reply),
    /// Done with these, either way.
    Done(Reply),
}

/// The configuration's machine. Names each round of questions by the reply that waits for it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Configuration {
    /// Changes that wait for answers.
    pub asked: BTreeMap<Reply, Asked>,
}

type Out = Outbox<Configuration>;

impl Machine for Configuration {
    type Input = Input;
    type Soft = Soft;

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        match input {
            Input::Configure { changes, if_match, caller, reply } => {
                let mut changes = changes.clone();
                changes.extend(ctx.config.entailed(&changes));
                match refusal(ctx.config, &changes, if_match) {
                    Some(refusal) => out.refuse(*reply, refusal),
                    None => ask(ctx, &changes, if_match, caller, *reply, out),
                }
            }
            Input::Deletable { reply, result } => self.deletable(*reply, result, out),
            Input::Commit(reply) => {
                if let Some(asked) = self.asked.get(reply) {
                    out.soft(Soft::Done(*reply));
                    // Others may have changed the configuration while the machines were asked.
                    match refusal(ctx.config, &asked.changes, &asked.if_match) {
                        Some(refusal) => out.refuse(*reply, refusal),
                        None => commit(ctx, &asked.changes, &asked.caller, *reply, out),
                    }
                    decided(&asked.changes, *reply, out);
                }
            }
            Input::Folded => {}
        }
    }

    fn apply(&mut self, _record: &Record) {}

    fn note(&mut self, soft: &Soft) {
        match soft {
            Soft::Ask(reply, asked) => drop(self.asked.insert(*reply, (**asked).clone())),
            Soft::Yes(reply) => {
                if let Some(asked) = self.asked.get_mut(reply) {
                    asked.open = asked.open.saturating_sub(1);
                }
            }
            Soft::Done(reply) => drop(self.asked.remove(reply)),
        }
    }

    fn folded(_record: &Arc<Record>) -> Option<Input> {
        None
    }

    fn next_due(&self, _config: &Config) -> Option<Timestamp> {
        None
    }

    fn tick() -> Input {
        Input::Folded
    }
}

impl Configuration {
    /// Nothing under way.
    pub fn new() -> Self {
        Self::default()
    }

    fn deletable(&self, reply: Reply, result: &Result<(), Refusal>, out: &mut Out) {
        let Some(asked) = self.asked.get(&reply) else { return };
        if let Err(refusal) = result {
            out.soft(Soft::Done(reply));
            out.refuse(reply, refusal.clone());
            decided(&asked.changes, reply, out);
        } else {
            out.soft(Soft::Yes(reply));
            if asked.open <= 1 {
                out.then.push(Input::Commit(reply));
            }
        }
    }
}

/// First reason why the changes cannot be made as a whole. What is put is looked at with all of them in force, since
/// its parts may refer to one another.
fn refusal(config: &Config, changes: &[Change], if_match: &[(Key, Option<u64>)]) -> Option<Refusal> {
    if if_match.iter().any(|(key, version)| config.written.get(key).copied() != *version) {
        return Some(Refusal::of(Code::VersionMismatch));
    }
    let mut after = config.clone();
    for change in changes {
        if let Change::Delete(key) = change {
            if !after.written.contains_key(key) {
                return Some(Refusal::of(Code::UnknownResource));
            }
            if is_built_in(key) {
                return Some(Refusal::of(Code::BuiltIn));
            }
        }
        after.apply(change);
    }
    let checks = Checks::new(&after);
    if changes.iter().any(|change| !checks.of(change).is_empty()) {
        return Some(Refusal::of(Code::Invalid));
    }
    let deleted = changes.iter().filter_map(|c| if let Change::Delete(key) = c { Some(key) } else { None });
    let mut referenced = deleted.filter(|key| !references(key, &after).is_empty());
    referenced.next().map(|_| Refusal::of(Code::InUse))
}

/// Asks the machines behind deleted resources; without any, commits at once.
fn ask(
    ctx: &Ctx<'_>,
    changes: &[Change],
    if_match: &[(Key, Option<u64>)],
    caller: &Caller,
    reply: Reply,
    out: &mut Out,
) {
    let mut open = 0;
    for change in changes {
        let Change::Delete(key) = change else { continue };
        if !ctx.config.written.contains_key(key) {
            // Made by these same changes: nothing uses it yet, and nobody is there to ask.
            continue;
        }
        let question = match key {
            Key::Queue(id) => Send::Queue(id.clone(), queue::Input::MayDelete(reply)),
            Key::Agent(id) => Send::Agent(id.clone(), agent::Input::MayDelete(reply)),
            Key::WorkStream(id) => Send::WorkStream(id.clone(), work_stream::Input::MayDelete(reply)),
            Key::Channel(id) => Send::Channel(id.clone(), channel::Input::MayDelete(reply)),
            _ => continue,
        };
        open += 1;
        out.send(question);
    }
    if open == 0 {
        return commit(ctx, changes, caller, reply, out);
    }
    let (changes, if_match) = (changes.to_vec(), if_match.to_vec());
    out.soft(Soft::Ask(reply, Box::new(Asked { changes, if_match, caller: caller.clone(), open })));
}

/// Tells those who take nothing new since they were asked that it is decided, either way.
fn decided(changes: &[Change], reply: Reply, out: &mut Out) {
    for change in changes {
        match change {
            Change::Delete(Key::WorkStream(id)) => {
                out.send(Send::WorkStream(id.clone(), work_stream::Input::Decided(reply)));
            }
            Change::Delete(Key::Channel(id)) => {
                out.send(Send::Channel(id.clone(), channel::Input::Decided(reply)));
            }
            _ => {}
        }
    }
}

fn commit(ctx: &Ctx<'_>, changes: &[Change], caller: &Caller, reply: Reply, out: &mut Out) {
    let mut everyone = false;
    let mut after = ctx.config.clone();
    for change in changes {
        out.record(Record::Configured(Configured {
            at: ctx.now,
            by: caller.by.clone(),
            change: change.clone(),
        }));
        let before = change.agent().map(|agent| after.queues_of(agent)).unwrap_or_default();
        let supervised = change.agent().is_some_and(|agent| supervises(&after, agent));
        after.apply(change);
        match change.agent() {
            Some(agent) => {
                // An offer by transfer, a conversation that a supervisor gave, or one that it joined, may be in any queue.
                let gone = !after.agents.contains_key(agent) || supervised && !supervises(&after, agent);
                let elsewhere = after.queues.keys().filter(|_| gone).cloned();
                tell_agent(agent, before.into_iter().chain(elsewhere).collect(), &after, out);
            }
            None => everyone |= concerns_all(change),
        }
    }
    if everyone {
        out.send(Send::Everyone);
    }
    out.answer(reply, Ok(Answer::Configured { version: after.version }));
}

fn concerns_all(change: &Change) -> bool {
    matches!(
        change.key(),
        Key::Settings
            | Key::WorkStream(_)
            | Key::Queue(_)
            | Key::Presence(_)
            | Key::CapacityProfile(_)
            | Key::OperatingHours(_)
    ) || matches!(change, Change::Delete(Key::Skill(_)))
}

/// Whether an agent of this id is configured that may intervene anywhere.
pub fn supervises(config: &Config, agent: &AgentId) -> bool {
    config.agents.get(agent).is_some_and(|agent| matches!(agent.role, Role::Supervisor | Role::Admin))
}

/// The agent's queues of before and after learn of it first, then the agent, whose snapshot follows.
fn tell_agent(agent: &AgentId, before: Vec<QueueId>, after: &Config, out: &mut Out) {
    let mut queues = before;
    queues.extend(after.queues_of(agent));
    queues.extend([DEFAULT_MESSAGING.into(), DEFAULT_RECORD.into()]);
    queues.sort();
    queues.dedup();
    for queue in queues {
        out.send(Send::Queue(queue, queue::Input::Configured(Some(agent.clone()))));
    }
    out.send(Send::Agent(agent.clone(), agent::Input::Configured));
}
