//! The work stream's machine: takes what was handed over, evaluates rules, chooses the queue (SPEC §§2, 3).
//!
//! Owns which of its conversations are unfinished, so that it can say whether it may be deleted. Writes no
//! records: what it decides travels to the home queue, the one author. Routing never loses a conversation:
//! whatever fails lands in the fallback queue with the reason on record.

mod simulation;
mod taking;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::simulation::Asked;
use self::taking::{asked_skills, channel_values, kept, known_customer, patched, take};
use super::channel;
use super::classification::{Classification, Written, classify};
use super::command::{Caller, Code, Draft, FieldProblem, Refusal, Reply};
use super::config::{
    ChannelType, Config, DEFAULT_MESSAGING, DEFAULT_RECORD, RequiredSkill, Route, WorkStream,
};
use super::configuration;
use super::context::{Context, Given};
use super::conversation::{Born, Conversation, CustomerRef, First, Happening, Status};
use super::correspondent::Correspondent;
use super::decision::{RoutingProblem, RoutingTrace};
use super::entity::{self, RoutedRecord};
use super::identification::identify;
use super::ids::{ChannelId, ConversationId, QueueId, WorkStreamId};
use super::machine::{Ctx, Machine, Outbox, Send};
use super::queue::{self, Classified};
use super::record::Record;
use super::rules::{self, Reads, Scope};
use super::skills;
use super::time::Timestamp;

/// A conversation whose context is to be changed and which is to be routed anew.
#[derive(Clone, PartialEq, Debug)]
pub struct Reclassify {
    /// Which.
    pub id: ConversationId,
    /// Context before.
    pub context: Context,
    /// Undeclared keys before.
    pub undeclared: Vec<Arc<str>>,
    /// What of the context classification wrote before.
    pub written: Written,
    /// What is set (`None` removes).
    pub patch: BTreeMap<String, Option<Given>>,
    /// Customer before.
    pub customer: CustomerRef,
    /// Priority that the hand-off said.
    pub priority: Option<i32>,
    /// Skills that the hand-off asked for.
    pub skills: Vec<RequiredSkill>,
    /// Where it came in.
    pub channel: ChannelId,
    /// The record that it is about.
    pub record: Option<Arc<RoutedRecord>>,
    /// Who writes, over a provider's channel.
    pub correspondent: Option<Arc<Correspondent>>,
    /// Its home, where it stays if it is not routed anew.
    pub queue: QueueId,
    /// Whether it is classified and routed anew (unassigned), or only taken.
    pub route: bool,
    /// Only at this version.
    pub if_match: Option<u32>,
}

impl Reclassify {
    /// The same question of the conversation as it is now. One that has moved or left its line meanwhile is not
    /// routed any more: whoever moved it said where it goes.
    #[must_use]
    pub fn anew(&self, conversation: &Conversation) -> Self {
        let still = conversation.status == Status::Open && conversation.queue_id == self.queue;
        Self {
            context: conversation.context.clone(),
            undeclared: conversation.undeclared.clone(),
            written: conversation.written.clone(),
            customer: conversation.customer.clone(),
            queue: conversation.queue_id.clone(),
            route: self.route && still,
            ..self.clone()
        }
    }
}

/// Inputs of a work stream.
#[derive(Clone, Debug)]
pub enum Input {
    /// A conversation arrives over a channel.
    Arrive {
        /// What was handed over.
        draft: Box<Draft>,
        /// Its id, chosen by the channel.
        id: ConversationId,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
        /// Whether the answer is the message rather than the conversation.
        answer_message: bool,
    },
    /// A context change of one of its conversations; answered to the home queue.
    Reclassify {
        /// What.
        what: Box<Reclassify>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// What would happen to such a conversation in this work stream: this machine's, or one that is only drafted.
    Simulate(WorkStreamId, Box<Asked>),
    /// It folded a record of a queue's; nothing follows.
    Folded,
    /// Whether it could be deleted; answered to the configuration. After a yes it takes nothing new.
    MayDelete(Reply),
    /// The deletion that it said yes to was made or dropped.
    Decided(Reply),
}

impl Input {
    /// What must be said where there is no such work stream any more: every question about a deletion is answered.
    pub fn returned(&self) -> Option<Send> {
        if let Self::MayDelete(reply) = self {
            return Some(configuration::Input::nobody_to_ask(*reply));
        }
        None
    }
}

/// Soft changes.
#[derive(Clone, PartialEq, Debug)]
pub enum Soft {
    /// A conversation is on its way to its queue, its record not folded yet.
    Coming(ConversationId),
    /// It said that it could be deleted.
    Going(Reply),
    /// That is decided.
    Decided(Reply),
}

/// A work stream's machine.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkStreamMachine {
    /// Its id.
    pub id: WorkStreamId,
    /// Its conversations that are not over.
    pub unfinished: BTreeSet<ConversationId>,
    /// Conversations on their way from here to their queue, until their record is folded: a queue that gets one
    /// takes it or sends it to another that does, and a stage that is rebuilt has none under way.
    pub coming: BTreeSet<ConversationId>,
    /// Deletions of this work stream that were said yes to and are not decided.
    pub going: BTreeSet<Reply>,
    /// Closed by another queue than the one that created them, whose record is still on its way.
    pub over: BTreeSet<ConversationId>,
}

type Out = Outbox<WorkStreamMachine>;

impl Machine for WorkStreamMachine {
    type Input = Input;
    type Soft = Soft;

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        match input {
            Input::Arrive { draft, id, caller, reply, answer_message } => {
                let going = !self.going.is_empty();
                let refused = going.then(|| Refusal::of(Code::WorkStreamInactive));
                match refused.map_or_else(|| self.born(ctx, draft, *id, ctx.now), Err) {
                    Ok((born, trace)) => {
                        out.soft(Soft::Coming(*id));
                        let queue = born.queue_id.clone();
                        let enqueue = queue::Input::Enqueue {
                            born: Arc::new(born),
                            trace: Box::new(trace),
                            message: draft.message.clone(),
                            caller: caller.clone(),
                            reply: *reply,
                            answer_message: *answer_message,
                        };
                        out.send(Send::Queue(queue, enqueue));
                    }
                    Err(refusal) => {
                        let refused = channel::Input::Refused { next: *id, refusal: refusal.clone() };
                        out.send(Send::Channel(draft.channel_id.clone(), refused));
                        if let Some(record) = &draft.record {
                            let (key, refusal) = (record.key(), refusal.clone());
                            let refused = entity::Input::Refused { key, refusal, reply: Reply::NONE };
                            out.send(Send::Entities(refused));
                        }
                        out.refuse(*reply, refusal);
                    }
                }
            }
            Input::Reclassify { what, caller, reply } => {
                let result = self.reclassify(ctx, what).map(Box::new);
                let (what, caller) = (what.clone(), caller.clone());
                let id = what.id;
                out.send(Send::Home(id, queue::Input::Classified { what, result, caller, reply: *reply }));
            }
            Input::Simulate(of, asked) => Self::new(of.clone()).simulate(ctx, asked, out),
            Input::Folded => {}
            Input::MayDelete(reply) => {
                let free = self.unfinished.is_empty() && self.coming.is_empty();
                let result = if free { Ok(()) } else { Err(Refusal::of(Code::InUse)) };
                if free {
                    out.soft(Soft::Going(*reply));
                }
                out.send(Send::Configuration(configuration::Input::Deletable { reply: *reply, result }));
            }
            Input::Decided(reply) => out.soft(Soft::Decided(*reply)),
        }
    }

    fn apply(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        match &event.what {
            Happening::Created(_) if self.over.remove(&event.conversation) => {
                self.coming.remove(&event.conversation);
            }
            Happening::Created(born) if born.work_stream_id == self.id => {
                self.coming.remove(&event.conversation);
                self.unfinished.insert(event.conversation);
            }
            Happening::Closed { .. } if !self.unfinished.remove(&event.conversation) => {
                self.over.insert(event.conversation);
            }
            _ => {}
        }
    }

    fn note(&mut self, soft: &Soft) {
        match soft {
            Soft::Coming(id) => drop(self.coming.insert(*id)),
            Soft::Going(reply) => drop(self.going.insert(*reply)),
            Soft::Decided(reply) => drop(self.going.remove(reply)),
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

impl WorkStreamMachine {
    /// A work stream without conversations.
    pub fn new(id: WorkStreamId) -> Self {
        Self {
            id,
            unfinished: BTreeSet::new(),
            over: BTreeSet::new(),
            coming: BTreeSet::new(),
            going: BTreeSet::new(),
        }
    }

    /// What is handed over, as the home queue takes it, and why there.
    fn born(
        &self,
        ctx: &Ctx<'_>,
        draft: &Draft,
        id: ConversationId,
        at: Timestamp,
    ) -> Result<(Born, RoutingTrace), Refusal> {
        let stream = ctx.config.work_streams.get(&self.id);
        let stream =
            stream.ok_or_else(|| Refusal::fields(vec![FieldProblem::UnknownWorkStream(self.id.clone())]))?;
        if !stream.active {
            return Err(Refusal::of(Code::WorkStreamInactive));
        }
        let taken = take(draft, stream).map_err(Refusal::fields)?;
        let asked = asked_skills(ctx.config, draft).map_err(Refusal::fields)?;
        known_customer(ctx.config, draft).map_err(Refusal::fields)?;
        let customer = self.identified(ctx, &taken.context, draft.record.as_deref(), &draft.customer);
        let known = Known {
            id,
            channel: &draft.channel_id,
            record: draft.record.as_deref(),
            correspondent: draft.correspondent.as_deref(),
            customer: &customer,
            priority: draft.priority,
            skills: &asked,
            at,
        };
        let routed = self.route(ctx, stream, &known, &taken.context, None);
        let born = Born {
            id,
            channel_id: draft.channel_id.clone(),
            channel_type: stream.channel_type,
            work_stream_id: self.id.clone(),
            queue_id: routed.trace.queue_id.clone(),
            customer,
            context: routed.context,
            undeclared: taken.undeclared,
            misfits: taken.misfits,
            priority: routed.priority,
            asked_priority: draft.priority,
            asked_skills: asked,
            skills: routed.skills,
            units: stream.capacity,
            previous: draft.previous,
            first: routed.first,
            record: draft.record.clone(),
            correspondent: draft.correspondent.clone(),
            party: draft.party.clone(),
            language: draft.language.clone(),
        };
        Ok((born, routed.trace))
    }

    /// The customer with the record that what was given points at; what rules write identifies nobody.
    fn identified(
        &self,
        ctx: &Ctx<'_>,
        given: &Context,
        record: Option<&RoutedRecord>,
        customer: &CustomerRef,
    ) -> CustomerRef {
        let record = record.map(RoutedRecord::values).unwrap_or_default();
        let (rules, customers) = (&ctx.config.identification_rules, &ctx.config.customer_index);
        if customer.id.is_some() && !customer.identified {
            return customer.clone();
        }
        let nobody = CustomerRef { id: None, identified: false, ..customer.clone() };
        let id = identify(rules, customers, &self.id, given, &record, &nobody);
        CustomerRef { identified: id.is_some(), id, ..nobody }
    }

    /// Classifies and routes over what was given. With `kept` nothing is classified: what was written stands.
    fn route(
        &self,
        ctx: &Ctx<'_>,
        stream: &WorkStream,
        known: &Known<'_>,
        given: &Context,
        kept: Option<Written>,
    ) -> Routed {
        let mut channel = channel_values(ctx.config, known.channel, stream.channel_type);
        for (key, value) in known.correspondent.into_iter().flat_map(Correspondent::values) {
            // What the channel says of itself stands.
            channel.entry(key).or_insert(value);
        }
        let record = known.record.map(RoutedRecord::values).unwrap_or_default();
        let (customer, now, conversation) = (known.customer, known.at, known.id);
        let scope = Scope { context: given, channel: &channel, customer, record: &record, now, conversation };
        let Classification { context, written, mut verdicts } = match kept {
            None => classify(&stream.classification, &scope),
            Some(written) => {
                Classification { context: written.over(given.clone()), written, verdicts: Vec::new() }
            }
        };
        let scope = Scope { context: &context, ..scope };
        let outcome = rules::evaluate(&stream.routing_rules, &scope);
        verdicts.extend(outcome.verdicts);
        let route = outcome.matched.map(|index| &stream.routing_rules[index].route_to);
        let chosen = choose(ctx.config, stream, route, known.id);
        let grace = ctx.config.settings.presence_grace_seconds;
        let first =
            chosen.first.map(|agent| First { agent, affinity: false, until: ctx.now.plus_seconds(grace) });
        let mut reads = Reads::new();
        let ruled = stream.skill_rules.iter().filter(|rule| rules::holds(&rule.when, &scope, &mut reads));
        let ruled = ruled.flat_map(|rule| &rule.skills);
        // One that was asked for may have been deleted since.
        let exists = |skill: &&RequiredSkill| ctx.config.skills.contains_key(&skill.skill_id);
        Routed {
            skills: skills::together(ruled.chain(&written.skills).chain(known.skills).filter(exists)),
            priority: known.priority.or(written.priority).unwrap_or(0),
            trace: RoutingTrace {
                config_version: ctx.config.version,
                rules: verdicts,
                written,
                queue_id: chosen.queue,
                agent_id: first.as_ref().map(|first| first.agent.clone()),
                fallback: chosen.fallback,
                problem: chosen.problem,
                duration_us: (ctx.elapsed_us)(),
            },
            first,
            context,
        }
    }

    fn reclassify(&self, ctx: &Ctx<'_>, what: &Reclassify) -> Result<Classified, Vec<FieldProblem>> {
        let stream = ctx.config.work_streams.get(&self.id);
        let stream = stream.ok_or_else(|| vec![FieldProblem::UnknownWorkStream(self.id.clone())])?;
        let (given, undeclared) = patched(what, stream)?;
        let customer = self.identified(ctx, &given, what.record.as_deref(), &what.customer);
        let known = Known {
            id: what.id,
            channel: &what.channel,
            record: what.record.as_deref(),
            correspondent: what.correspondent.as_deref(),
            customer: &customer,
            priority: what.priority,
            skills: &what.skills,
            at: ctx.now,
        };
        let kept = (!what.route).then(|| kept(what));
        let Routed { context, priority, skills, mut trace, first } =
            self.route(ctx, stream, &known, &given, kept);
        if !what.route {
            trace.queue_id = what.queue.clone();
        }
        Ok(Classified { context, undeclared, customer, priority, skills, trace, first })
    }
}

/// What is known of a conversation beside its context when it is routed.
struct Known<'a> {
    id: ConversationId,
    channel: &'a ChannelId,
    record: Option<&'a RoutedRecord>,
    correspondent: Option<&'a Correspondent>,
    customer: &'a CustomerRef,
    priority: Option<i32>,
    skills: &'a [RequiredSkill],
    at: Timestamp,
}

struct Routed {
    context: Context,
    priority: i32,
    trace: RoutingTrace,
    first: Option<First>,
    skills: Vec<RequiredSkill>,
}

struct Chosen {
    queue: QueueId,
    first: Option<super::ids::AgentId>,
    fallback: bool,
    problem: Option<RoutingProblem>,
}

/// The built-in queue of what comes over such a channel.
pub fn default_queue(kind: ChannelType) -> QueueId {
    if kind == ChannelType::Entity { DEFAULT_RECORD.into() } else { DEFAULT_MESSAGING.into() }
}

/// Where a route leads; what does not exist any more leads to the fallback, and that to the default queue.
fn choose(config: &Config, stream: &WorkStream, route: Option<&Route>, id: ConversationId) -> Chosen {
    let fallback = |problem| {
        let known = config.queues.contains_key(&stream.fallback_queue_id);
        let queue = if known { stream.fallback_queue_id.clone() } else { default_queue(stream.channel_type) };
        Chosen { queue, first: None, fallback: true, problem }
    };
    let to = |queue: &QueueId| {
        if config.queues.contains_key(queue) {
            Chosen { queue: queue.clone(), first: None, fallback: false, problem: None }
        } else {
            fallback(Some(RoutingProblem::UnknownQueue))
        }
    };
    match route {
        None => fallback(None),
        Some(Route::Queue(queue)) => to(queue),
        Some(Route::Split(shares)) => to(rules::split(shares, id)),
        Some(Route::Agent(agent)) if config.agents.contains_key(agent) => {
            Chosen { first: Some(agent.clone()), fallback: false, ..fallback(None) }
        }
        Some(Route::Agent(_)) => fallback(Some(RoutingProblem::UnknownAgent)),
    }
}
