//! A rule's agent: home is the fallback queue, offered to that agent first, then to everyone (F76).

use std::sync::Arc;

use crate::command::{AgentAct, Command};
use crate::config::{
    AgentSkill, Change, Condition, Queue, QueueType, RequiredSkill, Route, RoutingRule, Skill,
};
use crate::conversation::Happening;
use crate::ids::ConversationId;
use crate::kit::{Kit, by_agent};
use crate::record::Record;

/// Every conversation goes to ana first; ben is in the same queue with more free units.
fn house() -> Kit {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.put_agent("ben", 5);
    kit.put_stream(|stream| {
        stream.routing_rules = vec![RoutingRule {
            name: "ana".into(),
            description: String::new(),
            when: Condition::All(Vec::new()),
            route_to: Route::Agent("ana".into()),
        }];
    });
    kit
}

fn happened(kit: &Kit, id: ConversationId, is: impl Fn(&Happening) -> bool) -> bool {
    kit.log.iter().any(|record| match &**record {
        Record::Event(event) => event.conversation == id && is(&event.what),
        _ => false,
    })
}

#[test]
fn home_is_the_fallback_queue_and_the_rules_agent_is_offered_it_first() {
    let mut kit = house();
    kit.connect("ben");
    kit.connect("ana");
    let id = kit.create();
    assert_eq!(kit.conversation(id).queue_id, "q".into());
    assert_eq!(kit.offered_to(id), Some("ana"), "though ben has more free units");
    let routed = |what: &Happening| matches!(what, Happening::Routed { trace, .. } if !trace.fallback && trace.agent_id == Some("ana".into()));
    assert!(happened(&kit, id, routed));
}

#[test]
fn a_decline_and_a_timeout_of_the_rules_agent_let_everyone_have_it_at_once() {
    let mut kit = house();
    kit.connect("ana");
    kit.connect("ben");
    let declined = kit.create();
    kit.answer("ana", declined, false).unwrap();
    assert_eq!(kit.offered_to(declined), Some("ben"));
    let missed = kit.create();
    assert_eq!(kit.offered_to(missed), Some("ana"));
    let timeout = kit.conversation(missed).offer.clone().unwrap().expires_at;
    kit.answer("ben", declined, true).unwrap();
    kit.pass(timeout.ms_since(kit.now));
    assert_eq!(kit.offered_to(missed), Some("ben"));
}

#[test]
fn a_rules_agent_who_is_not_eligible_is_passed_over_at_once() {
    let mut kit = house();
    kit.connect("ana");
    kit.connect("ben");
    let first = kit.create();
    assert_eq!(kit.offered_to(first), Some("ana"));
    let full = kit.create();
    assert_eq!(kit.offered_to(full), Some("ben"), "ana has no free unit");
    kit.answer("ana", first, false).unwrap();
    let away = AgentAct::SetPresence("away".into());
    kit.ask(Command::Agent { id: "ana".into(), act: away }, by_agent("ana")).unwrap();
    let id = kit.create();
    assert_eq!(kit.offered_to(id), Some("ben"), "ana is away");
}

#[test]
fn a_rules_agent_without_the_skill_or_outside_the_queue_is_passed_over() {
    let mut kit = house();
    kit.put(Change::PutSkill("tax".into(), Arc::new(Skill { name: "Tax".into(), max_level: 5 })));
    let skilled = |id: &str, level: u32| {
        let mut agent = crate::config::Agent::named(id);
        agent.queue_ids = vec!["q".into()];
        agent.skills = vec![AgentSkill { skill_id: "tax".into(), level }];
        Change::PutAgent(id.into(), Arc::new(agent))
    };
    kit.put(skilled("ana", 1));
    kit.put(skilled("ben", 3));
    kit.connect("ana");
    kit.connect("ben");
    let skills = vec![RequiredSkill { skill_id: "tax".into(), min_level: 2 }];
    let id = kit.create_with(|draft| draft.skills = skills);
    assert_eq!(kit.offered_to(id), Some("ben"));
    kit.put(Change::PutQueue("other".into(), Arc::new(Queue::named("Other", QueueType::Messaging))));
    let mut ana = crate::config::Agent::named("ana");
    ana.queue_ids = vec!["other".into()];
    kit.put(Change::PutAgent("ana".into(), Arc::new(ana)));
    let id = kit.create();
    assert_eq!(kit.offered_to(id), Some("ben"), "ana does not serve the fallback queue");
}

#[test]
fn a_rules_agent_who_is_not_connected_is_waited_for_within_the_grace_and_no_longer() {
    let mut kit = house();
    kit.connect("ben");
    let back = kit.create();
    kit.pass(149_000);
    assert_eq!(kit.offered_to(back), None, "ben could take it, but ana may come");
    kit.connect("ana");
    assert_eq!(kit.offered_to(back), Some("ana"));
    kit.answer("ana", back, true).unwrap();
    kit.disconnect("ana");
    let lost = kit.create();
    kit.pass(149_999);
    assert_eq!(kit.offered_to(lost), None);
    kit.pass(1);
    assert_eq!(kit.offered_to(lost), Some("ben"));
    assert!(happened(&kit, lost, |what| matches!(what, Happening::FirstGivenUp)));
}

#[test]
fn of_those_who_wait_for_a_rules_agent_the_highest_priority_goes_first_then_the_oldest() {
    let mut kit = house();
    let low = kit.create_with(|draft| draft.priority = Some(-5));
    kit.pass(10);
    let old = kit.create();
    kit.pass(10);
    let (young, high) = (kit.create(), kit.create_with(|draft| draft.priority = Some(5)));
    kit.connect("ana");
    assert_eq!(kit.offered_to(high), Some("ana"), "she has one unit, and came back within the grace");
    assert_eq!([low, old, young].map(|id| kit.offered_to(id)), [None; 3]);
}
