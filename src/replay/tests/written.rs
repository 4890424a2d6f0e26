//! What rules wrote in a recording is not what customers handed over.

use super::*;
use crate::domain::classification::{Overlay, Written};
use crate::domain::config::{
    ClassificationRule, Comparison, Condition, Operand, Operator, Outputs, Route, RoutingRule, RuleSet,
};
use crate::domain::context::{Given, Value, Variable, VariableType};
use crate::domain::conversation::Happening;
use crate::replay::recorded::Recording;

fn is(variable: &str, value: &str) -> Condition {
    Condition::Is(Comparison {
        variable: variable.into(),
        operator: Operator::Equals,
        values: vec![Operand::Text(value.into())],
    })
}

/// Who says `lang` fr is written over: `lang` becomes en and `team` is named; the team goes to its own queue.
fn writes(rules: bool) -> Config {
    let mut config = config(&[("ana", 9)]);
    config.apply(&Change::PutQueue("team".into(), Arc::new(Queue::named("Team", QueueType::Messaging))));
    let mut stream = WorkStream::clone(&config.work_streams[&"push".into()]);
    let variable =
        |name: &str| Variable { name: name.into(), display_name: name.into(), kind: VariableType::Text };
    stream.context_variables = vec![variable("lang"), variable("team")];
    let text = |name: &str, value: &str| (name.to_owned(), Operand::Text(value.into()));
    let set = Outputs { variables: [text("lang", "en"), text("team", "west")].into(), ..Outputs::default() };
    let (name, description) = ("french".to_owned(), String::new());
    let rule = ClassificationRule { name, description, when: is("lang", "fr"), set };
    if rules {
        let (name, description) = ("languages".to_owned(), String::new());
        stream.classification = vec![RuleSet { name, description, rules: vec![rule] }];
    }
    stream.routing_rules = vec![RoutingRule {
        name: "team".into(),
        description: String::new(),
        when: is("team", "west"),
        route_to: Route::Queue("team".into()),
    }];
    config.apply(&Change::PutWorkStream("push".into(), Arc::new(stream)));
    config
}

/// Customer `n` with this language; without one it says nothing.
fn speaks(n: u64, lang: Option<&str>) -> Customer {
    let mut one = customer(n, 10 * n as i64);
    one.draft.context =
        lang.map(|lang| ("lang".to_owned(), Given::Text(lang.to_owned()))).into_iter().collect();
    one
}

fn customers() -> [Customer; 3] {
    [speaks(1, Some("fr")), speaks(2, Some("de")), speaks(3, None)]
}

fn recording(records: &[Arc<Record>]) -> Recording {
    let mut recording = Recording::default();
    records.iter().for_each(|record| recording.see(record));
    recording
}

fn contexts(recording: &Recording) -> Vec<BTreeMap<String, Given>> {
    let (customers, _) = recording.customers(BEGIN, recording.last_at, 1);
    customers.into_iter().map(|customer| customer.draft.context).collect()
}

fn given() -> Vec<BTreeMap<String, Given>> {
    customers().into_iter().map(|customer| customer.draft.context).collect()
}

#[test]
fn what_rules_wrote_is_taken_out_of_what_customers_hand_over_and_what_it_covered_comes_back() {
    let all = records(&writes(true), &customers(), &connects(&["ana"]), &mut Scripted(Vec::new()));
    let born = all.iter().find_map(|record| match &**record {
        Record::Event(event) if event.conversation == id(1) => match &event.what {
            Happening::Created(born) => Some(born.context.clone()),
            _ => None,
        },
        _ => None,
    });
    let written = |name: &str| born.as_ref().and_then(|context| context.get(name)).cloned();
    assert_eq!(written("lang"), Some(Value::Text("en".into())), "the record has what the rule wrote");
    assert_eq!(written("team"), Some(Value::Text("west".into())));
    assert_eq!(contexts(&recording(&all)), given());
}

#[test]
fn a_play_without_the_rules_routes_by_what_customers_gave_and_one_with_them_as_it_went() {
    let all = records(&writes(true), &customers(), &connects(&["ana"]), &mut Scripted(Vec::new()));
    let recording = recording(&all);
    let queues = |config: &Config| {
        let (customers, _) = recording.customers(BEGIN, recording.last_at, 1);
        let moves = recording.moves(config);
        let played = records(config, &customers, &moves, &mut recording.habits.for_play(1));
        let outcomes = outcomes(&played);
        [1, 2, 3].map(|n| outcomes.0[&id(n)].queue.to_string())
    };
    assert_eq!(queues(&writes(true)), ["team", "q", "q"]);
    assert_eq!(queues(&writes(false)), ["q", "q", "q"]);
}

#[test]
fn what_rules_write_when_a_conversation_is_routed_anew_takes_nothing_from_its_creation() {
    let all = records(&writes(true), &customers(), &connects(&["ana"]), &mut Scripted(Vec::new()));
    let last = all.iter().filter_map(|record| match &**record {
        Record::Event(event) if event.conversation == id(2) => Some(event),
        _ => None,
    });
    let mut anew = last.clone().find(|event| matches!(event.what, Happening::Routed { .. })).unwrap().clone();
    assert_eq!(anew.seq, 2, "the routing of the creation follows it at once");
    anew.seq = last.map(|event| event.seq).max().unwrap() + 1;
    let Happening::Routed { trace, .. } = &mut anew.what else { unreachable!("found as such") };
    let overlay = Overlay { value: Value::Text("en".into()), given: Some(Value::Text("it".into())) };
    trace.written = Written { variables: [("lang".into(), overlay)].into(), ..Written::default() };
    let records: Vec<_> = all.iter().cloned().chain([Arc::new(Record::Event(anew))]).collect();
    assert_eq!(contexts(&recording(&records)), given());
}
