//! The work stream's machine: takes what was handed over, evaluates rules, chooses the queue (SPEC §§2, 3).
//!
//! Owns which of its conversations are unfinished, so that it can say whether it may be deleted. Writes no
//! records: what it decides travels to the home queue, the one author. Routing never loses a conversation:
//! whatever fails lands in the fallback queue with the reason on record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::channel;
use super::command::{Answer, Caller, Code, Draft, FieldProblem, Refusal, Reply};
use super::config::{
    ChannelType, Config, DEFAULT_MESSAGING, DEFAULT_RECORD, RequiredSkill, Route, WorkStream,
};
use super::configuration;
use super::context::{self, Context, ContextError, Given, Taken, Value};
use super::conversation::{Born, Conversation, CustomerRef, First, Happening, Status};
use super::decision::{RoutingProblem, RoutingTrace};
use super::identification::identify;
use super::ids::{ChannelId, ConversationId, QueueId, WorkStreamId};
use super::machine::{Ctx, Machine, Outbox, Send};
use super::queue::{self, Classified};
use super::record::Record;
use super::rules::{self, Reads, Scope};
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
    /// What is set (`None` removes).
    pub patch: BTreeMap<String, Option<Given>>,
    /// Customer before.
    pub customer: CustomerRef,
    /// Skills that the hand-off asked for.
    pub skills: Vec<RequiredSkill>,
    /// Where it came in.
    pub channel: ChannelId,
    /// Its home, where it stays if it is not routed anew.
    pub queue: QueueId,
    /// Whether it is routed anew (unassigned), or only taken.
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
    /// What would happen to such a conversation.
    Simulate {
        /// As it would be handed over.
        draft: Box<Draft>,
        /// At this time, instead of now.
        at: Option<Timestamp>,
        /// Who waits.
        reply: Reply,
    },
    /// It folded a record of a queue's; nothing follows.
    Folded,
    /// Whether it could be deleted; answered to the configuration.
    MayDelete(Reply),
}

/// A work stream's machine.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkStreamMachine {
    /// Its id.
    pub id: WorkStreamId,
    /// Its conversations that are not over.
    pub unfinished: BTreeSet<ConversationId>,
    /// Closed by another queue than the one that created them, whose record is still on its way.
    pub over: BTreeSet<ConversationId>,
}

type Out = Outbox<WorkStreamMachine>;

impl Machine for WorkStreamMachine {
    type Input = Input;
    type Soft = ();

    fn decide(&self, ctx: &Ctx<'_>, input: &Input, out: &mut Out) {
        match input {
            Input::Arrive { draft, id, caller, reply, answer_message } => {
                match self.born(ctx, draft, *id, ctx.now) {
                    Ok((born, trace)) => {
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
                        if draft.previous.is_some() {
                            let refused = channel::Input::Refused { next: *id, refusal: refusal.clone() };
                            out.send(Send::Channel(draft.channel_id.clone(), refused));
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
            Input::Simulate { draft, at, reply } => self.simulate(ctx, draft, *at, *reply, out),
            Input::Folded => {}
            Input::MayDelete(reply) => {
                let free = self.unfinished.is_empty();
                let result = if free { Ok(()) } else { Err(Refusal::of(Code::InUse)) };
                out.send(Send::Configuration(configuration::Input::Deletable { reply: *reply, result }));
            }
        }
    }

    fn apply(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        match &event.what {
            Happening::Created(_) if self.over.remove(&event.conversation) => {}
            Happening::Created(born) if born.work_stream_id == self.id => {
                self.unfinished.insert(event.conversation);
            }
            Happening::Closed { .. } if !self.unfinished.remove(&event.conversation) => {
                self.over.insert(event.conversation);
            }
            _ => {}
        }
    }

    fn note(&mut self, _soft: &()) {}

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
        Self { id, unfinished: BTreeSet::new(), over: BTreeSet::new() }
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
        let asked = draft.skills.iter().enumerate();
        let unknown = asked.filter(|(_, s)| !ctx.config.skills.contains_key(&s.skill_id));
        let unknown: Vec<_> =
            unknown.map(|(at, s)| FieldProblem::UnknownSkill(at, s.skill_id.clone())).collect();
        if !unknown.is_empty() {
            return Err(Refusal::fields(unknown));
        }
        let mut customer = draft.customer.clone();
        customer.id = identify(
            &ctx.config.identification_rules,
            &ctx.config.customer_index,
            &self.id,
            &taken.context,
            &customer,
        );
        let routed =
            self.route(ctx, stream, &draft.channel_id, &taken.context, &customer, &draft.skills, id, at);
        let born = Born {
            id,
            channel_id: draft.channel_id.clone(),
            channel_type: stream.channel_type,
            work_stream_id: self.id.clone(),
            queue_id: routed.trace.queue_id.clone(),
            customer,
            context: taken.context,
            undeclared: taken.undeclared,
            priority: draft.priority,
            asked_skills: draft.skills.clone(),
            skills: routed.skills,
            units: stream.capacity,
            previous: draft.previous,
            first: routed.first,
        };
        Ok((born, routed.trace))
    }

    #[allow(clippy::too_many_arguments)] // everything that rules may read
    fn route(
        &self,
        ctx: &Ctx<'_>,
        stream: &WorkStream,
        channel_id: &ChannelId,
        context: &Context,
        customer: &CustomerRef,
        asked: &[RequiredSkill],
        id: ConversationId,
        at: Timestamp,
    ) -> Routed {
        let channel = channel_values(ctx.config, channel_id, stream.channel_type);
        let record = BTreeMap::new();
        let scope =
            Scope { context, channel: &channel, customer, record: &record, now: at, conversation: id };
        let outcome = rules::evaluate(&stream.routing_rules, &scope);
        let route = outcome.matched.map(|index| &stream.routing_rules[index].route_to);
        let chosen = choose(ctx.config, stream, route, id);
        let grace = ctx.config.settings.presence_grace_seconds;
        let first =
            chosen.first.map(|agent| First { agent, affinity: false, until: ctx.now.plus_seconds(grace) });
        Routed {
            trace: RoutingTrace {
                config_version: ctx.config.version,
                rules: outcome.verdicts,
                queue_id: chosen.queue,
                agent_id: first.as_ref().map(|first| first.agent.clone()),
                fallback: chosen.fallback,
                problem: chosen.problem,
                duration_us: (ctx.elapsed_us)(),
            },
            first,
            skills: required_skills(stream, asked, &scope),
        }
    }

    fn reclassify(&self, ctx: &Ctx<'_>, what: &Reclassify) -> Result<Classified, Vec<FieldProblem>> {
        let stream = ctx.config.work_streams.get(&self.id);
        let stream = stream.ok_or_else(|| vec![FieldProblem::UnknownWorkStream(self.id.clone())])?;
        let (context, undeclared) = patched(what, stream)?;
        let customer = CustomerRef {
            id: identify(
                &ctx.config.identification_rules,
                &ctx.config.customer_index,
                &self.id,
                &context,
                &what.customer,
            ),
            ..what.customer.clone()
        };
        let routed =
            self.route(ctx, stream, &what.channel, &context, &customer, &what.skills, what.id, ctx.now);
        let mut trace = routed.trace;
        if !what.route {
            trace.queue_id = what.queue.clone();
        }
        Ok(Classified { context, undeclared, customer, skills: routed.skills, trace, first: routed.first })
    }

    fn simulate(&self, ctx: &Ctx<'_>, draft: &Draft, at: Option<Timestamp>, reply: Reply, out: &mut Out) {
        let id = ConversationId(ctx.mint.uuid());
        match self.born(ctx, draft, id, at.unwrap_or(ctx.now)) {
            Ok((born, trace)) => {
                let queue = born.queue_id.clone();
                let (born, at) = (Arc::new(born), at.unwrap_or(ctx.now));
                let asked = queue::Simulation { born, routing: trace, overflow: Vec::new(), at, reply };
                out.send(Send::Queue(queue, queue::Input::Simulate(Box::new(asked))));
            }
            Err(refusal) => out.answer(reply, Err::<Answer, _>(refusal)),
        }
    }
}

struct Routed {
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

/// Skills asked for and those that rules add, each once with the higher level, in id order.
fn required_skills(stream: &WorkStream, asked: &[RequiredSkill], scope: &Scope<'_>) -> Vec<RequiredSkill> {
    let mut reads = Reads::new();
    let ruled = stream.skill_rules.iter().filter(|rule| rules::holds(&rule.when, scope, &mut reads));
    let mut skills: Vec<RequiredSkill> = Vec::new();
    for skill in ruled.flat_map(|rule| &rule.skills).chain(asked) {
        match skills.iter_mut().find(|known| known.skill_id == skill.skill_id) {
            Some(known) => known.min_level = known.min_level.max(skill.min_level),
            None => skills.push(skill.clone()),
        }
    }
    skills.sort();
    skills
}

fn channel_values(config: &Config, id: &ChannelId, kind: ChannelType) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    values.insert("id".to_owned(), Value::Text(id.0.clone()));
    values.insert("type".to_owned(), Value::Text(kind.as_str().into()));
    if let Some(channel) = config.channels.get(id) {
        values.insert("name".to_owned(), Value::Text(channel.name.as_str().into()));
    }
    values
}

/// Takes the context of a draft. A lenient one keeps what does not fit as text rather than lose the customer.
fn take(draft: &Draft, stream: &WorkStream) -> Result<Taken, Vec<FieldProblem>> {
    let declared = &stream.context_variables;
    match context::take(&draft.context, declared) {
        Err(errors) if draft.lenient => Ok(keep(&draft.context, declared, &errors)),
        other => other.map_err(problems),
    }
}

fn keep(given: &BTreeMap<String, Given>, declared: &[context::Variable], errors: &[ContextError]) -> Taken {
    let bad = |key: &String| {
        errors.iter().any(|e| matches!(e, ContextError::TooLong(k) | ContextError::BadKey(k) if k == key))
    };
    let words = |key: &String| errors.iter().any(|e| matches!(e, ContextError::NotANumber(k) if k == key));
    let fits = given.iter().filter(|(key, _)| !bad(key)).take(context::MAX_KEYS);
    let (texts, rest): (Vec<_>, Vec<_>) = fits.partition(|(key, _)| words(key));
    let rest: BTreeMap<String, Given> = rest.into_iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut taken = context::take(&rest, declared).unwrap_or_default();
    for (key, value) in texts {
        if let Given::Text(text) = value {
            taken.context.insert(key.as_str().into(), Value::Text(text.as_str().into()));
        }
    }
    taken
}

type Patched = (Context, Vec<Arc<str>>);

fn patched(what: &Reclassify, stream: &WorkStream) -> Result<Patched, Vec<FieldProblem>> {
    let set = what.patch.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
    let taken = context::take(&set.collect(), &stream.context_variables).map_err(problems)?;
    let removed = |key: &Arc<str>| matches!(what.patch.get(&**key), Some(None));
    let mut context = what.context.clone();
    context.retain(|key, _| !removed(key));
    context.extend(taken.context);
    if context.len() > context::MAX_KEYS {
        return Err(problems(vec![ContextError::TooMany]));
    }
    let mut undeclared: Vec<Arc<str>> = what.undeclared.iter().filter(|key| !removed(key)).cloned().collect();
    undeclared.extend(taken.undeclared);
    undeclared.sort();
    undeclared.dedup();
    Ok((context, undeclared))
}

fn problems(errors: Vec<ContextError>) -> Vec<FieldProblem> {
    errors.into_iter().map(FieldProblem::Context).collect()
}
