//! Skills: the nearest level first, and requirements that age relaxes.

use std::sync::Arc;

use crate::command::{Act, Target};
use crate::config::{
    Agent, AgentSkill, AssignmentMethod, Change, Ease, Queue, QueueType, RelaxationStep, RequiredSkill,
    Skill, WorkStream,
};
use crate::conversation::Happening;
use crate::decision::{MatchTrace, Reason};
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent, supervisor};
use crate::machine::Machine;
use crate::offer::OfferEnd;
use crate::record::Record;

/// A house with the skills spanish and tax of five levels; at 60 s levels come down to 3, at 120 s spanish goes.
fn house() -> Kit {
    let mut kit = Kit::new();
    for id in ["spanish", "tax"] {
        kit.put(Change::PutSkill(id.into(), Arc::new(Skill { name: id.into(), max_level: 5 })));
    }
    kit.put_stream(|stream| stream.skill_relaxation = steps());
    kit
}

fn steps() -> Vec<RelaxationStep> {
    vec![
        RelaxationStep { after_seconds: 60, ease: Ease::MinLevel(3) },
        RelaxationStep { after_seconds: 120, ease: Ease::Drop(vec!["spanish".into()]) },
    ]
}

fn hire(kit: &mut Kit, id: &str, skills: &[(&str, u32)]) {
    let mut agent = Agent::named(id);
    agent.queue_ids = vec!["q".into()];
    let skill = |(id, level): &(&str, u32)| AgentSkill { skill_id: (*id).into(), level: *level };
    agent.skills = skills.iter().map(skill).collect();
    kit.put(Change::PutAgent(id.into(), Arc::new(agent)));
    kit.connect(id);
}

fn ask(kit: &mut Kit, skills: &[(&str, u32)]) -> ConversationId {
    let skill = |(id, level): &(&str, u32)| RequiredSkill { skill_id: (*id).into(), min_level: *level };
    kit.create_with(|draft| draft.skills = skills.iter().map(skill).collect())
}

fn traces(kit: &Kit, id: ConversationId) -> Vec<MatchTrace> {
    let of = |record: &Arc<Record>| match &**record {
        Record::Event(event) if event.conversation == id => match &event.what {
            Happening::Offered { trace, .. } => trace.as_deref().cloned(),
            Happening::Unmatched { trace } => Some((**trace).clone()),
            _ => None,
        },
        _ => None,
    };
    kit.log.iter().filter_map(of).collect()
}

#[test]
fn the_nearest_level_comes_first_and_then_the_queues_method() {
    let mut kit = house();
    hire(&mut kit, "far", &[("tax", 5)]);
    hire(&mut kit, "near", &[("tax", 3)]);
    hire(&mut kit, "low", &[("tax", 1)]);
    let id = ask(&mut kit, &[("tax", 2)]);
    assert_eq!(kit.offered_to(id), Some("near"));
    kit.pass(10);
    kit.answer("near", id, true).unwrap();
    kit.put(Change::PutQueue("q".into(), {
        let method = AssignmentMethod::LeastActive;
        Arc::new(Queue { assignment_method: method, ..Queue::named("Q", QueueType::Messaging) })
    }));
    hire(&mut kit, "twin", &[("tax", 3)]);
    let id = ask(&mut kit, &[("tax", 2)]);
    assert_eq!(kit.offered_to(id), Some("twin"), "as near, and fewer active");
}

#[test]
fn the_excess_is_summed_over_all_required_skills() {
    let mut kit = house();
    hire(&mut kit, "one", &[("tax", 5), ("spanish", 1)]);
    hire(&mut kit, "two", &[("tax", 3), ("spanish", 2)]);
    let id = ask(&mut kit, &[("tax", 2), ("spanish", 1)]);
    assert_eq!(kit.offered_to(id), Some("two"), "2 levels above, not 3");
}

#[test]
fn without_steps_skills_stay_exact() {
    let mut kit = house();
    kit.put_stream(|_| {});
    hire(&mut kit, "ana", &[("tax", 3)]);
    let id = ask(&mut kit, &[("tax", 4)]);
    kit.pass(1_000_000);
    assert_eq!(kit.offered_to(id), None);
}

#[test]
fn a_step_lowers_the_level_at_its_time_and_not_before_and_the_conversation_is_matched() {
    let mut kit = house();
    hire(&mut kit, "ana", &[("spanish", 3)]);
    let id = ask(&mut kit, &[("spanish", 5)]);
    kit.pass(59_999);
    assert_eq!(kit.offered_to(id), None);
    kit.pass(1);
    assert_eq!(kit.offered_to(id), Some("ana"));
    let traces = traces(&kit, id);
    let level = |n: usize| (traces[n].requirement[0].min_level, traces[n].relaxed_steps);
    assert_eq!((traces.len(), level(0), level(1)), (2, (5, 0), (3, 1)));
    assert_eq!(traces[0].candidates[0].reason, Some(Reason::Skill));
}

#[test]
fn a_dropped_skill_lets_anybody_in_but_those_who_have_it_come_first() {
    let mut kit = house();
    hire(&mut kit, "none", &[]);
    let id = ask(&mut kit, &[("spanish", 4)]);
    kit.pass(119_999);
    assert_eq!(kit.offered_to(id), None);
    hire(&mut kit, "some", &[("spanish", 1)]);
    assert_eq!(kit.offered_to(id), None);
    kit.pass(1);
    assert_eq!(kit.offered_to(id), Some("some"));
    kit.answer("some", id, false).unwrap();
    assert_eq!(kit.offered_to(id), Some("none"));
}

#[test]
fn each_step_is_acted_on_once_and_a_step_that_helps_nobody_leaves_no_trace() {
    let mut kit = house();
    let id = ask(&mut kit, &[("spanish", 5), ("tax", 5)]);
    let due = |kit: &Kit| kit.queues[&"q".into()].next_due(&kit.config);
    let begun = kit.now;
    assert_eq!(due(&kit), Some(begun.plus_seconds(60)));
    kit.pass(60_000);
    assert_eq!(due(&kit), Some(begun.plus_seconds(120)));
    kit.pass(60_000);
    let open = kit.config.settings.age_limits.values().next().and_then(|limits| limits.open_seconds).unwrap();
    assert_eq!(due(&kit), Some(begun.plus_seconds(open)), "no step is left, only the age limit");
    let (version, log) = (kit.conversation(id).version, kit.log.len());
    kit.pass(600_000);
    assert_eq!((kit.conversation(id).version, kit.log.len()), (version, log));
    assert_eq!(traces(&kit, id).len(), 1);
}

#[test]
fn the_age_counts_through_refusal_and_transfer() {
    let mut kit = house();
    kit.put(Change::PutQueue("other".into(), Arc::new(Queue::named("Other", QueueType::Messaging))));
    let mut agent = Agent::named("ana");
    agent.queue_ids = vec!["other".into()];
    agent.skills = vec![AgentSkill { skill_id: "spanish".into(), level: 3 }];
    kit.put(Change::PutAgent("ana".into(), Arc::new(agent)));
    kit.connect("ana");
    let id = ask(&mut kit, &[("spanish", 5)]);
    kit.pass(61_000);
    kit.act(id, Act::Transfer(Target::Queue("other".into())), supervisor()).unwrap();
    assert_eq!(kit.offered_to(id), Some("ana"), "it is as old there as it was here");
    let offer = kit.conversation(id).offer.clone().unwrap().grant.id;
    kit.answer("ana", id, false).unwrap();
    assert_eq!(kit.conversation(id).offer_end(offer), Some(OfferEnd::Declined));
    kit.pass(61_000);
    assert_eq!(traces(&kit, id).last().unwrap().relaxed_steps, 2);
}

#[test]
fn a_change_of_the_steps_applies_at_once_to_those_that_wait() {
    let mut kit = house();
    hire(&mut kit, "ana", &[("spanish", 2)]);
    let id = ask(&mut kit, &[("spanish", 5)]);
    kit.pass(90_000);
    assert_eq!(kit.offered_to(id), None);
    kit.put_stream(|stream| {
        stream.skill_relaxation = vec![RelaxationStep { after_seconds: 80, ease: Ease::MinLevel(2) }];
    });
    assert_eq!(kit.offered_to(id), Some("ana"));
    kit.answer("ana", id, true).unwrap();
    kit.put_stream(|_| {});
    kit.act(id, Act::Release, by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(id), None, "exact again");
}

#[test]
fn a_change_of_context_that_asks_for_more_is_as_relaxed_as_the_conversation_is_old() {
    let mut kit = house();
    let skills = vec![RequiredSkill { skill_id: "tax".into(), min_level: 5 }];
    kit.put_stream(|stream: &mut WorkStream| {
        stream.skill_relaxation = steps();
        stream.context_variables = vec![crate::context::Variable {
            name: "topic".into(),
            display_name: "Topic".into(),
            kind: crate::context::VariableType::Text,
        }];
        let when = crate::config::Condition::Is(crate::config::Comparison {
            variable: "topic".into(),
            operator: crate::config::Operator::HasData,
            values: Vec::new(),
        });
        stream.skill_rules = vec![crate::config::SkillRule { name: "topic".into(), when, skills }];
    });
    hire(&mut kit, "ana", &[("tax", 3)]);
    let id = ask(&mut kit, &[("spanish", 5)]);
    kit.pass(70_000);
    let value = crate::context::Given::Text("tax".into());
    kit.act(id, Act::Context([("topic".to_owned(), Some(value))].into()), backend()).unwrap();
    assert_eq!(kit.offered_to(id), None, "spanish is missing still");
    kit.pass(50_000);
    assert_eq!(kit.offered_to(id), Some("ana"), "tax at 3 is enough at this age, and spanish has gone");
}

#[test]
fn after_a_start_the_steps_that_were_due_meanwhile_are_acted_on() {
    let mut kit = house();
    let id = ask(&mut kit, &[("spanish", 5)]);
    kit.pass(30_000);
    let mut queue = crate::queue::Queue::new("q".into());
    kit.log.iter().for_each(|record| queue.apply(record));
    kit.queues.insert("q".into(), queue);
    kit.now = kit.now.plus_seconds(40);
    kit.send(crate::machine::Send::Queue("q".into(), crate::queue::Input::Started));
    kit.run();
    hire(&mut kit, "ana", &[("spanish", 3)]);
    assert_eq!(kit.offered_to(id), Some("ana"));
    assert_eq!(traces(&kit, id).last().unwrap().relaxed_steps, 1);
}
