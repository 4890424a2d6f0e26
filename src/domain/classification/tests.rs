//! Sets over a context, then whole conversations on the small stage.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::command::{Act, Answer, Code, Command, FieldProblem};
use crate::config::{
    Change, ClassificationRule, Comparison, Condition, Operator, Outputs, Queue, QueueType, Route,
    RoutingRule, Skill, SkillRule, WorkStream,
};
use crate::context::{Given, Variable, VariableType};
use crate::conversation::{Conversation, CustomerRef, Happening, Status};
use crate::ids::{ConversationId, Mint};
use crate::kit::{Kit, backend, by_agent};
use crate::record::Record;
use crate::time::Timestamp;

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn equals(variable: &str, value: &str) -> Condition {
    let values = vec![Operand::Text(value.into())];
    Condition::Is(Comparison { variable: variable.into(), operator: Operator::Equals, values })
}

fn always() -> Condition {
    Condition::All(Vec::new())
}

fn skill(id: &str, min_level: u32) -> RequiredSkill {
    RequiredSkill { skill_id: id.into(), min_level }
}

fn writes(variables: &[(&str, &str)]) -> Outputs {
    let one = |(name, value): &(&str, &str)| ((*name).to_owned(), Operand::Text((*value).to_owned()));
    Outputs { variables: variables.iter().map(one).collect(), ..Outputs::default() }
}

fn set(name: &str, rules: Vec<(Condition, Outputs)>) -> RuleSet {
    let rule = |(n, (when, set))| ClassificationRule {
        name: format!("{name} {n}"),
        description: String::new(),
        when,
        set,
    };
    let rules = rules.into_iter().enumerate().map(rule).collect();
    RuleSet { name: name.into(), description: String::new(), rules }
}

fn classified(sets: &[RuleSet], context: &[(&str, &str)]) -> Classification {
    let context: Context = context.iter().map(|(k, v)| (Arc::from(*k), text(v))).collect();
    let (channel, record) = (BTreeMap::new(), BTreeMap::new());
    let now = Timestamp(1_800_000_000_000);
    let conversation = ConversationId(Mint::new(now, 1).uuid());
    let customer = CustomerRef::default();
    let scope = Scope {
        context: &context,
        channel: &channel,
        customer: &customer,
        record: &record,
        now,
        conversation,
    };
    classify(sets, &scope)
}

#[test]
fn in_each_set_the_first_rule_that_holds_writes_and_later_sets_read_it() {
    let sets = [
        set(
            "tier",
            vec![
                (equals("plan", "basic"), writes(&[("tier", "bronze")])),
                (equals("plan", "pro"), writes(&[("tier", "gold")])),
                (always(), writes(&[("tier", "none")])),
            ],
        ),
        set("segment", vec![(equals("tier", "gold"), writes(&[("segment", "vip")]))]),
        set("empty", vec![(equals("segment", "poor"), writes(&[("segment", "lost")]))]),
    ];
    let found = classified(&sets, &[("plan", "pro")]);
    assert_eq!((&found.context["tier"], &found.context["segment"]), (&text("gold"), &text("vip")));
    let verdicts: Vec<_> =
        found.verdicts.iter().map(|v| (v.set.as_deref().unwrap(), &*v.name, v.matched)).collect();
    assert_eq!(
        verdicts,
        [
            ("tier", "tier 0", false),
            ("tier", "tier 1", true),
            ("segment", "segment 0", true),
            ("empty", "empty 0", false)
        ]
    );
    assert_eq!(found.verdicts[2].reads, [("tier".into(), Some(text("gold")))]);
}

#[test]
fn a_set_reads_what_stood_before_it_not_what_its_own_rule_writes() {
    let sets = [set(
        "swap",
        vec![(equals("a", "1"), writes(&[("a", "2")])), (equals("a", "2"), writes(&[("a", "3")]))],
    )];
    assert_eq!(classified(&sets, &[("a", "1")]).context["a"], text("2"));
}

#[test]
fn what_was_given_comes_back_out_of_what_was_written() {
    let sets = [
        set("one", vec![(always(), writes(&[("tier", "gold"), ("new", "x")]))]),
        set("two", vec![(always(), writes(&[("tier", "platinum")]))]),
    ];
    let found = classified(&sets, &[("tier", "silver"), ("kept", "y")]);
    assert_eq!(found.context["tier"], text("platinum"));
    let given = found.written.given(&found.context);
    let expected: Context =
        [("tier", "silver"), ("kept", "y")].iter().map(|(k, v)| (Arc::from(*k), text(v))).collect();
    assert_eq!(given, expected);
    assert_eq!(found.written.over(given), found.context);
}

#[test]
fn skills_add_up_with_the_higher_level_and_the_last_priority_counts() {
    let with = |skills: Vec<RequiredSkill>, priority| Outputs { skills, priority, ..Outputs::default() };
    let sets = [
        set("a", vec![(always(), with(vec![skill("tax", 2), skill("french", 1)], Some(10)))]),
        set("b", vec![(always(), with(vec![skill("tax", 1), skill("french", 3)], None))]),
        set("c", vec![(always(), with(Vec::new(), Some(-20)))]),
    ];
    let found = classified(&sets, &[]);
    assert_eq!(found.written.skills, [skill("french", 3), skill("tax", 2)]);
    assert_eq!(found.written.priority, Some(-20));
}

#[test]
fn numbers_and_booleans_are_written_as_their_variables_take_them() {
    let outputs = Outputs {
        variables: [("n".to_owned(), Operand::Number(2.5)), ("b".to_owned(), Operand::Bool(true))].into(),
        ..Outputs::default()
    };
    let found = classified(&[set("a", vec![(always(), outputs)])], &[]);
    assert_eq!((&found.context["n"], &found.context["b"]), (&Value::Number(2.5), &text("true")));
}

/// A house where `plan` makes `segment`, which routes to the queue `vip`, requires tax and raises the priority.
fn house() -> Kit {
    let mut kit = Kit::new();
    kit.put(Change::PutQueue("vip".into(), Arc::new(Queue::named("VIP", QueueType::Messaging))));
    for id in ["tax", "french"] {
        kit.put(Change::PutSkill(id.into(), Arc::new(Skill { name: id.into(), max_level: 5 })));
    }
    kit.put_stream(rules);
    kit
}

fn rules(stream: &mut WorkStream) {
    for name in ["plan", "segment"] {
        let kind = VariableType::Text;
        stream.context_variables.push(Variable { name: name.into(), display_name: name.into(), kind });
    }
    let outputs =
        Outputs { skills: vec![skill("tax", 2)], priority: Some(50), ..writes(&[("segment", "vip")]) };
    stream.classification = vec![set("plans", vec![(equals("plan", "pro"), outputs)])];
    stream.routing_rules = vec![RoutingRule {
        name: "vip".into(),
        description: String::new(),
        when: equals("segment", "vip"),
        route_to: Route::Queue("vip".into()),
    }];
    let skills = vec![skill("french", 1)];
    stream.skill_rules = vec![SkillRule { name: "vip".into(), when: equals("segment", "vip"), skills }];
}

fn create(kit: &mut Kit, context: &[(&str, &str)]) -> ConversationId {
    kit.create_with(|draft| draft.context = given(context))
}

fn given(context: &[(&str, &str)]) -> BTreeMap<String, Given> {
    context.iter().map(|(k, v)| ((*k).to_owned(), Given::Text((*v).to_owned()))).collect()
}

fn patch(kit: &mut Kit, id: ConversationId, key: &str, value: Option<&str>) {
    let value = value.map(|value| Given::Text(value.into()));
    kit.act(id, Act::Context([(key.to_owned(), value)].into()), backend()).unwrap();
}

fn shown<'a>(conversation: &'a Conversation, key: &str) -> Option<&'a Value> {
    conversation.context.get(key)
}

#[test]
fn routing_rules_and_skill_rules_read_what_classification_wrote() {
    let mut kit = house();
    let id = create(&mut kit, &[("plan", "pro")]);
    let conversation = kit.conversation(id);
    assert_eq!(conversation.queue_id, "vip".into());
    assert_eq!(shown(conversation, "segment"), Some(&text("vip")));
    assert_eq!(conversation.skills, [skill("french", 1), skill("tax", 2)]);
    assert_eq!((conversation.priority, conversation.rank().after_priority), (50, -50));
    let plain = create(&mut kit, &[("plan", "basic")]);
    let conversation = kit.conversation(plain);
    assert_eq!((&conversation.queue_id, conversation.priority), (&"q".into(), 0));
    assert!(conversation.skills.is_empty() && shown(conversation, "segment").is_none());
}

#[test]
fn a_callers_priority_wins_over_a_rules_even_if_it_is_zero_and_skills_add_up() {
    let mut kit = house();
    let id = kit.create_with(|draft| {
        draft.context = given(&[("plan", "pro")]);
        draft.priority = Some(0);
        draft.skills = vec![skill("tax", 4)];
    });
    let conversation = kit.conversation(id);
    assert_eq!(conversation.priority, 0);
    assert_eq!(conversation.skills, [skill("french", 1), skill("tax", 4)]);
    patch(&mut kit, id, "plan", Some("basic"));
    let conversation = kit.conversation(id);
    assert_eq!((conversation.priority, &conversation.skills), (0, &vec![skill("tax", 4)]));
}

#[test]
fn what_an_earlier_classification_wrote_does_not_stick_when_its_rule_no_longer_holds() {
    let mut kit = house();
    let id = create(&mut kit, &[("plan", "pro")]);
    patch(&mut kit, id, "plan", Some("basic"));
    let conversation = kit.conversation(id);
    assert_eq!((&conversation.queue_id, conversation.priority), (&"q".into(), 0));
    assert!(conversation.skills.is_empty() && shown(conversation, "segment").is_none());
    assert!(conversation.written.is_empty());
    patch(&mut kit, id, "plan", Some("pro"));
    assert_eq!((&kit.conversation(id).queue_id, kit.conversation(id).priority), (&"vip".into(), 50));
    patch(&mut kit, id, "plan", None);
    assert_eq!((&kit.conversation(id).queue_id, shown(kit.conversation(id), "segment")), (&"q".into(), None));
}

#[test]
fn a_given_value_that_a_rule_covers_shows_again_when_the_rule_no_longer_holds() {
    let mut kit = house();
    let id = create(&mut kit, &[("plan", "pro"), ("segment", "plain")]);
    assert_eq!(shown(kit.conversation(id), "segment"), Some(&text("vip")));
    patch(&mut kit, id, "segment", Some("other"));
    assert_eq!(shown(kit.conversation(id), "segment"), Some(&text("vip")), "the rule still holds");
    patch(&mut kit, id, "plan", Some("basic"));
    assert_eq!(shown(kit.conversation(id), "segment"), Some(&text("other")));
}

#[test]
fn once_assigned_nothing_is_classified_and_what_is_set_by_hand_stands() {
    let mut kit = house();
    kit.put(Change::PutAgent("ana".into(), {
        let mut agent = crate::config::Agent::named("Ana");
        agent.queue_ids = vec!["vip".into()];
        let levels = [("tax", 3), ("french", 3)];
        agent.skills = levels
            .iter()
            .map(|(id, level)| crate::config::AgentSkill { skill_id: (*id).into(), level: *level })
            .collect();
        Arc::new(agent)
    }));
    kit.connect("ana");
    let id = create(&mut kit, &[("plan", "pro")]);
    kit.answer("ana", id, true).unwrap();
    assert_eq!(kit.conversation(id).status, Status::Active);
    patch(&mut kit, id, "plan", Some("basic"));
    let conversation = kit.conversation(id);
    assert_eq!((shown(conversation, "segment"), conversation.priority), (Some(&text("vip")), 50));
    patch(&mut kit, id, "segment", Some("by hand"));
    assert_eq!(shown(kit.conversation(id), "segment"), Some(&text("by hand")));
    kit.act(id, Act::Release, by_agent("ana")).unwrap();
    patch(&mut kit, id, "plan", Some("none"));
    let conversation = kit.conversation(id);
    assert_eq!((shown(conversation, "segment"), conversation.priority), (Some(&text("by hand")), 0));
}

#[test]
fn a_successor_begins_with_what_was_given_not_with_what_was_written() {
    let mut kit = house();
    let id = create(&mut kit, &[("plan", "pro")]);
    kit.act(id, Act::End, backend()).unwrap();
    kit.put_stream(|stream| {
        rules(stream);
        stream.classification.clear();
    });
    let Ok(Answer::Message { conversation: next, moved: true, .. }) = kit.say(id, "again", backend()) else {
        panic!("no successor")
    };
    let next = kit.conversation(next);
    assert_eq!((shown(next, "plan"), shown(next, "segment")), (Some(&text("pro")), None));
    assert_eq!((next.priority, next.skills.len()), (0, 0));
}

#[test]
fn the_timeline_replays_to_what_was_written_and_says_it_in_the_decision() {
    let mut kit = house();
    let id = create(&mut kit, &[("plan", "pro")]);
    patch(&mut kit, id, "note", Some("x"));
    let events: Vec<_> = kit
        .log
        .iter()
        .filter_map(|record| match &**record {
            Record::Event(event) if event.conversation == id => Some(event),
            _ => None,
        })
        .collect();
    let replayed = Conversation::replay(events.iter().copied()).unwrap();
    assert_eq!(&replayed, kit.conversation(id));
    let routed: Vec<_> = events
        .iter()
        .filter_map(
            |event| if let Happening::Routed { trace, .. } = &event.what { Some(trace) } else { None },
        )
        .collect();
    assert_eq!(routed.len(), 2);
    for trace in routed {
        let sets: Vec<_> = trace.rules.iter().map(|rule| rule.set.as_deref()).collect();
        assert_eq!(sets, [Some("plans"), None]);
        assert_eq!(trace.written.priority, Some(50));
    }
}

#[test]
fn a_skill_that_does_not_exist_or_has_no_such_level_is_refused_and_nothing_is_made() {
    let mut kit = house();
    let draft = crate::command::Draft {
        channel_id: "chat".into(),
        customer: CustomerRef::default(),
        context: BTreeMap::new(),
        message: None,
        priority: None,
        skills: vec![skill("tax", 5), skill("welding", 1), skill("french", 6)],
        previous: None,
        lenient: false,
        record: None,
        correspondent: None,
        party: None,
        language: None,
    };
    let refusal = kit.ask(Command::Create(Box::new(draft)), backend()).unwrap_err();
    assert_eq!(refusal.code, Code::Invalid);
    let expected = vec![FieldProblem::UnknownSkill(1, "welding".into()), FieldProblem::SkillLevel(2, 5)];
    assert_eq!(refusal.fields, expected);
    assert!(kit.homes.is_empty());
}

#[test]
fn a_customer_who_writes_on_is_not_lost_with_a_skill_that_is_gone() {
    let mut kit = house();
    let id = kit.create_with(|draft| draft.skills = vec![skill("tax", 5), skill("french", 1)]);
    kit.act(id, Act::End, backend()).unwrap();
    kit.put_stream(|_| {});
    kit.put(Change::Delete(crate::config::Key::Skill("french".into())));
    kit.put(Change::PutSkill("tax".into(), Arc::new(Skill { name: "Tax".into(), max_level: 3 })));
    let Ok(Answer::Message { conversation: next, .. }) = kit.say(id, "again", backend()) else {
        panic!("no successor")
    };
    assert_eq!(kit.conversation(next).skills, [skill("tax", 3)]);
}
