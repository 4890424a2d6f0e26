//! C1: what classification writes, by an evaluation of its own over what was given, which it keeps apart.

use std::collections::BTreeMap;

use callboard::domain::config::{
    Condition, Config, Operand, Operator, RequiredSkill, Route, SkillRule, WorkStream,
};
use callboard::domain::context::{Context, Given, Value};
use callboard::domain::conversation::{Event, Happening};
use callboard::domain::decision::RoutingTrace;
use callboard::domain::ids::{ConversationId, QueueId, SkillId};
use callboard::domain::machine::{Effect, Outbox, Send};
use callboard::domain::queue::{self, Queue};
use callboard::domain::record::Record;
use callboard::domain::work_stream::{Input, Reclassify, WorkStreamMachine};

use super::Check;
use crate::words;

/// A context of texts; the configurations of the simulation have no others.
type Texts = BTreeMap<String, String>;

/// What was given about each conversation after the event of this number, the newest last.
pub type GivenBook = BTreeMap<ConversationId, Vec<(u32, Texts)>>;

fn holds(when: &Condition, context: &Texts) -> bool {
    match when {
        Condition::All(parts) => parts.iter().all(|part| holds(part, context)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, context)),
        Condition::Not(part) => !holds(part, context),
        Condition::Is(is) => match (is.operator, is.values.first(), context.get(&is.variable)) {
            (Operator::HasData, _, value) => value.is_some(),
            (Operator::Equals, Some(Operand::Text(text)), Some(value)) => text == value,
            _ => false,
        },
    }
}

struct Expected {
    context: Texts,
    priority: i32,
    skills: BTreeMap<SkillId, u32>,
    queue: Option<QueueId>,
}

fn expected(stream: &WorkStream, given: &Texts, priority: Option<i32>, asked: &[RequiredSkill]) -> Expected {
    let mut context = given.clone();
    let (mut ruled, mut required) = (None, asked.to_vec());
    for set in &stream.classification {
        let Some(rule) = set.rules.iter().find(|rule| holds(&rule.when, &context)) else { continue };
        for (name, operand) in &rule.set.variables {
            if let Operand::Text(text) = operand {
                context.insert(name.clone(), text.clone());
            }
        }
        ruled = rule.set.priority.or(ruled);
        required.extend(rule.set.skills.clone());
    }
    let rules = stream.skill_rules.iter().filter(|rule: &&SkillRule| holds(&rule.when, &context));
    required.extend(rules.flat_map(|rule| rule.skills.clone()));
    let mut skills = BTreeMap::new();
    for skill in required {
        let level = skills.entry(skill.skill_id).or_insert(0);
        *level = skill.min_level.max(*level);
    }
    let route = stream.routing_rules.iter().find(|rule| holds(&rule.when, &context));
    let queue = match route.map(|rule| &rule.route_to) {
        Some(Route::Queue(queue)) => Some(queue.clone()),
        _ => None,
    };
    Expected { context, priority: priority.or(ruled).unwrap_or(0), skills, queue }
}

fn texts(context: &Context) -> Texts {
    let text = |value: &Value| match value {
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
    };
    context.iter().map(|(key, value)| (key.to_string(), text(value))).collect()
}

fn given(value: &Given) -> String {
    match value {
        Given::Text(text) | Given::Number(_, text) => text.clone(),
        Given::Bool(value) => value.to_string(),
    }
}

/// What came out.
struct Came<'a> {
    context: &'a Context,
    priority: i32,
    skills: &'a [RequiredSkill],
    trace: &'a RoutingTrace,
}

impl Check {
    /// A work stream decided: an arrival is classified under the configuration in force.
    pub fn stream_decides(
        &mut self,
        machine: &WorkStreamMachine,
        input: &Input,
        out: &Outbox<WorkStreamMachine>,
        config: &Config,
    ) {
        let Input::Arrive { draft, id, .. } = input else { return };
        let Some(stream) = config.work_streams.get(&machine.id) else { return };
        let texts: Texts = draft.context.iter().map(|(key, value)| (key.clone(), given(value))).collect();
        for send in &out.sends {
            let Send::Queue(_, queue::Input::Enqueue { born, trace, .. }) = send else { continue };
            let asked: Vec<_> =
                draft.skills.iter().filter(|s| config.skills.contains_key(&s.skill_id)).cloned().collect();
            let came = Came { context: &born.context, priority: born.priority, skills: &born.skills, trace };
            self.came(*id, &expected(stream, &texts, draft.priority, &asked), &came, config);
            self.given.insert(*id, vec![(1, texts.clone())]);
        }
    }

    fn came(&mut self, id: ConversationId, expected: &Expected, came: &Came<'_>, config: &Config) {
        let context = texts(came.context);
        let skills = came.skills.iter().map(|s| (s.skill_id.clone(), s.min_level)).collect();
        let queue = expected.queue.as_ref().filter(|queue| config.queues.contains_key(*queue));
        let wrong = if context != expected.context {
            Some(format!("has the context {context:?}, not {:?}", expected.context))
        } else if came.priority != expected.priority {
            Some(format!("has the priority {}, not {}", came.priority, expected.priority))
        } else if expected.skills != skills {
            Some(format!("requires {skills:?}, not {:?}", expected.skills))
        } else {
            let elsewhere = queue.filter(|queue| came.trace.queue_id != **queue);
            elsewhere.map(|queue| format!("goes to {}, not to {queue}", came.trace.queue_id))
        };
        self.demand(wrong.is_none(), "C1", || {
            format!("{} {}", words::conversation(id), wrong.unwrap_or_default())
        });
    }

    /// A queue takes what a change of context came to.
    pub(super) fn context_taken(
        &mut self,
        queue: &Queue,
        input: &queue::Input,
        out: &Outbox<Queue>,
        config: &Config,
    ) {
        let queue::Input::Classified { what, .. } = input else { return };
        let Some(before) = queue.homes.get(&what.id) else { return };
        let mut events = out.effects.iter().filter_map(|effect| match effect {
            Effect::Record(Record::Event(event)) => Some(event),
            _ => None,
        });
        let Some(Event { seq, what: Happening::ContextChanged { context, priority, skills, .. }, .. }) =
            events.next()
        else {
            return;
        };
        let patched = patched(what, self.given.get(&what.id).and_then(|book| book.last()));
        let routed = events.find_map(|event| match &event.what {
            Happening::Routed { trace, .. } => Some(trace),
            _ => None,
        });
        match routed {
            Some(trace) if trace.config_version == config.version => {
                if let Some(stream) = config.work_streams.get(&before.born.work_stream_id) {
                    let born = &before.born;
                    let expected = expected(stream, &patched, born.asked_priority, &born.asked_skills);
                    let came = Came { context, priority: *priority, skills, trace };
                    self.came(what.id, &expected, &came, config);
                }
            }
            Some(_) => {}
            None => self.by_hand(what, &texts(&before.context), &texts(context)),
        }
        self.given.entry(what.id).or_default().push((*seq, patched));
    }

    /// While somebody has it, what is set stands, and all the rest stays as it was.
    fn by_hand(&mut self, what: &Reclassify, before: &Texts, after: &Texts) {
        let mut expected = before.clone();
        patch(what, &mut expected);
        self.demand(*after == expected, "C1", || {
            format!("{} has the context {after:?}, not {expected:?}", words::conversation(what.id))
        });
    }

    /// After a crash what was given is what the journal still says.
    pub(super) fn given_again(&mut self) {
        for (id, book) in &mut self.given {
            let last = self.ghost.conversations.get(id).map_or(0, |seen| seen.seq);
            book.retain(|(seq, _)| *seq <= last);
        }
    }
}

fn patched(what: &Reclassify, last: Option<&(u32, Texts)>) -> Texts {
    let mut texts = last.map(|(_, texts)| texts.clone()).unwrap_or_default();
    patch(what, &mut texts);
    texts
}

fn patch(what: &Reclassify, texts: &mut Texts) {
    for (key, value) in &what.patch {
        match value {
            Some(value) => texts.insert(key.clone(), given(value)),
            None => texts.remove(key),
        };
    }
}
