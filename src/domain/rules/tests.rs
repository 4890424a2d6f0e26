use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::config::{Operand, Operator, Route};
use crate::context::Context;
use crate::conversation::CustomerRef;
use crate::ids::ConversationId;
use crate::time::Timestamp;

/// Sunday, 2023-11-05T13:07:09Z.
const SUNDAY: Timestamp = Timestamp(1_699_189_629_000);

#[derive(Default)]
struct World {
    context: Context,
    channel: BTreeMap<String, Value>,
    customer: CustomerRef,
    record: BTreeMap<String, Value>,
}

impl World {
    fn with(pairs: &[(&str, Value)]) -> Self {
        let context = pairs.iter().map(|(key, value)| (Arc::from(*key), value.clone())).collect();
        Self { context, ..Self::default() }
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            context: &self.context,
            channel: &self.channel,
            customer: &self.customer,
            record: &self.record,
            now: SUNDAY,
            conversation: ConversationId(Uuid::nil()),
        }
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn t(text: &str) -> Operand {
    Operand::Text(text.to_owned())
}

fn n(number: f64) -> Operand {
    Operand::Number(number)
}

fn is(variable: &str, operator: Operator, values: &[Operand]) -> Condition {
    Condition::Is(Comparison { variable: variable.to_owned(), operator, values: values.to_vec() })
}

fn rule(name: &str, when: Condition) -> RoutingRule {
    RoutingRule { name: name.into(), description: String::new(), when, route_to: Route::Queue("q".into()) }
}

fn always() -> Condition {
    Condition::All(vec![])
}

fn never() -> Condition {
    Condition::Any(vec![])
}

const ALL: [Operator; 17] = [
    Operator::Equals,
    Operator::NotEquals,
    Operator::Contains,
    Operator::NotContains,
    Operator::BeginsWith,
    Operator::NotBeginsWith,
    Operator::EndsWith,
    Operator::NotEndsWith,
    Operator::HasData,
    Operator::NoData,
    Operator::In,
    Operator::NotIn,
    Operator::Gt,
    Operator::Gte,
    Operator::Lt,
    Operator::Lte,
    Operator::Between,
];

#[test]
fn each_operator_says_what_the_table_says() {
    use Operator as O;
    let (yes, no) = (true, false);
    let number = Value::Number;
    let table: &[(Value, O, &[Operand], bool)] = &[
        (text("Gold"), O::Equals, &[t("gold")], yes),
        (text("Gold"), O::Equals, &[t("silver")], no),
        (text("Gold"), O::NotEquals, &[t("silver")], yes),
        (text("Gold"), O::NotEquals, &[t("GOLD")], no),
        (text("cafe\u{301}"), O::Equals, &[t("CAFÉ")], yes),
        (text("true"), O::Equals, &[Operand::Bool(true)], yes),
        (text("true"), O::Equals, &[Operand::Bool(false)], no),
        (text("12.0"), O::Equals, &[n(12.0)], yes),
        (text("12.0"), O::Equals, &[t("12")], no),
        (text("twelve"), O::Equals, &[n(12.0)], no),
        (text("twelve"), O::NotEquals, &[n(12.0)], yes),
        (number(0.1 + 0.2), O::Equals, &[n(0.3)], no),
        (number(12.5), O::Equals, &[n(12.5)], yes),
        (number(12.5), O::Equals, &[t("12.50")], yes),
        (number(12.5), O::NotEquals, &[n(12.5)], no),
        (text("a gold ring"), O::Contains, &[t("GOLD")], yes),
        (text("a ring"), O::Contains, &[t("gold")], no),
        (text("a ring"), O::NotContains, &[t("gold")], yes),
        (text("a gold ring"), O::NotContains, &[t("gold")], no),
        (text("ΟΔΟΣ 7"), O::BeginsWith, &[t("οδος")], yes),
        (text("+49 30"), O::BeginsWith, &[t("+49")], yes),
        (text("+48 30"), O::BeginsWith, &[t("+49")], no),
        (text("+48 30"), O::NotBeginsWith, &[t("+49")], yes),
        (text("+49 30"), O::NotBeginsWith, &[t("+49")], no),
        (text("ann@Shop.example"), O::EndsWith, &[t("@shop.example")], yes),
        (text("ann@shop.test"), O::EndsWith, &[t("@shop.example")], no),
        (text("ann@shop.test"), O::NotEndsWith, &[t("@shop.example")], yes),
        (text("ann@shop.example"), O::NotEndsWith, &[t("@shop.example")], no),
        (number(123.0), O::Contains, &[t("2")], no),
        (number(123.0), O::NotContains, &[t("9")], no),
        (text("123"), O::Contains, &[n(2.0)], no),
        (text("x"), O::HasData, &[], yes),
        (number(0.0), O::HasData, &[], yes),
        (text("x"), O::NoData, &[], no),
        (text("De"), O::In, &[t("en"), t("de")], yes),
        (text("fr"), O::In, &[t("en"), t("de")], no),
        (text("fr"), O::In, &[], no),
        (text("fr"), O::NotIn, &[t("en"), t("de")], yes),
        (text("DE"), O::NotIn, &[t("en"), t("de")], no),
        (number(2.0), O::In, &[n(1.0), n(2.0)], yes),
        (number(2.0), O::Gt, &[n(1.0)], yes),
        (number(2.0), O::Gt, &[n(2.0)], no),
        (number(2.0), O::Gte, &[n(2.0)], yes),
        (number(1.9), O::Gte, &[n(2.0)], no),
        (number(1.0), O::Lt, &[n(2.0)], yes),
        (number(2.0), O::Lt, &[n(2.0)], no),
        (number(2.0), O::Lte, &[n(2.0)], yes),
        (number(2.1), O::Lte, &[n(2.0)], no),
        (number(9.0), O::Between, &[n(9.0), n(17.0)], yes),
        (number(17.0), O::Between, &[n(9.0), n(17.0)], yes),
        (number(17.1), O::Between, &[n(9.0), n(17.0)], no),
        (number(8.9), O::Between, &[n(9.0), n(17.0)], no),
        (number(9.0), O::Between, &[n(9.0)], no),
        (text("ten"), O::Gt, &[n(1.0)], no),
        (text("ten"), O::Lt, &[n(1.0)], no),
        (text("10"), O::Gt, &[n(9.0)], yes),
        (number(10.0), O::Gt, &[t("9")], no),
    ];
    for (value, operator, operands, expected) in table {
        let got = compare(*operator, operands, Some(value));
        assert_eq!(got, *expected, "{value:?} {operator:?} {operands:?}");
    }
}

#[test]
fn without_data_every_comparison_is_false_negative_ones_too() {
    for value in [None, Some(text(""))] {
        for operator in ALL {
            let operands = [t("gold"), t("silver")];
            let got = compare(operator, &operands, value.as_ref());
            assert_eq!(got, operator == Operator::NoData, "{operator:?}");
        }
    }
}

#[test]
fn not_negates_the_truth_of_a_comparison_without_data() {
    let world = World::default();
    let gold = is("tier", Operator::Equals, &[t("gold")]);
    let not_gold = is("tier", Operator::NotEquals, &[t("gold")]);
    let mut reads = Reads::new();
    assert!(!holds(&not_gold, &world.scope(), &mut reads));
    assert!(holds(&Condition::Not(Box::new(gold)), &world.scope(), &mut reads));
}

#[test]
fn conditions_nest_and_empty_groups_are_always_and_never() {
    let world = World::with(&[("tier", text("gold")), ("amount", Value::Number(12.5))]);
    let gold = || is("tier", Operator::Equals, &[t("gold")]);
    let dear = || is("amount", Operator::Gt, &[n(100.0)]);
    let not = |condition| Condition::Not(Box::new(condition));
    let table = [
        (always(), true),
        (never(), false),
        (not(never()), true),
        (Condition::All(vec![gold(), dear()]), false),
        (Condition::Any(vec![dear(), gold()]), true),
        (Condition::All(vec![gold(), not(dear())]), true),
        (Condition::All(vec![gold(), Condition::Any(vec![dear(), not(not(gold()))])]), true),
        (not(Condition::Any(vec![gold(), dear()])), false),
    ];
    for (condition, expected) in table {
        assert_eq!(holds(&condition, &world.scope(), &mut Reads::new()), expected, "{condition:?}");
    }
}

#[test]
fn the_first_rule_that_holds_decides_and_later_ones_are_not_evaluated() {
    let world = World::with(&[("tier", text("gold"))]);
    let gold = is("tier", Operator::Equals, &[t("gold")]);
    let dear = is("amount", Operator::Gt, &[n(1.0)]);
    let rules = [rule("dear", dear), rule("gold", gold.clone()), rule("again", gold)];
    let outcome = evaluate(&rules, &world.scope());
    assert_eq!(outcome.matched, Some(1));
    let said: Vec<_> = outcome.verdicts.iter().map(|v| (&*v.name, v.matched, v.reads.clone())).collect();
    assert_eq!(
        said,
        [
            ("dear", false, vec![("amount".into(), None)]),
            ("gold", true, vec![("tier".into(), Some(text("gold")))]),
        ]
    );
}

#[test]
fn no_rule_that_holds_is_no_match() {
    let world = World::default();
    assert_eq!(evaluate(&[], &world.scope()), Outcome::default());
    let outcome = evaluate(&[rule("never", never())], &world.scope());
    assert_eq!((outcome.matched, outcome.verdicts.len()), (None, 1));
}

#[test]
fn each_variable_is_recorded_once_in_the_order_of_its_first_reading() {
    let world = World::with(&[("a", text("1")), ("empty", text(""))]);
    let condition = Condition::Any(vec![
        is("empty", Operator::HasData, &[]),
        is("a", Operator::Equals, &[t("2")]),
        is("empty", Operator::Equals, &[t("x")]),
        is("a", Operator::Equals, &[t("1")]),
        is("never_read", Operator::HasData, &[]),
    ]);
    let mut reads = Reads::new();
    assert!(holds(&condition, &world.scope(), &mut reads));
    assert_eq!(reads.into_vec(), [("empty".into(), None), ("a".into(), Some(text("1")))]);
}

#[test]
fn paths_reach_channel_customer_record_and_time_and_nothing_else() {
    let mut world = World::with(&[
        ("tier", text("gold")),
        ("channel.type", text("forged")),
        ("customer.id", text("forged")),
        ("time.hour", Value::Number(99.0)),
    ]);
    world.channel.insert("type".into(), text("live_chat"));
    world.record.insert("priority".into(), Value::Number(3.0));
    world.customer.email = Some("ann@shop.example".into());
    let get = |world: &World, name: &str| world.scope().get(name);
    assert_eq!(get(&world, "tier"), Some(text("gold")));
    assert_eq!(get(&world, "Tier"), None);
    assert_eq!(get(&world, "channel.type"), Some(text("live_chat")));
    assert_eq!(get(&world, "channel.name"), None);
    assert_eq!(get(&world, "record.priority"), Some(Value::Number(3.0)));
    assert_eq!(get(&world, "customer.id"), None);
    assert_eq!(get(&world, "customer.email"), Some(text("ann@shop.example")));
    assert_eq!(get(&world, "customer.known"), Some(text("false")));
    assert_eq!(get(&world, "customer.shoe_size"), None);
    assert_eq!(get(&world, "time.hour"), Some(Value::Number(13.0)));
    assert_eq!(get(&world, "time.minute"), Some(Value::Number(7.0)));
    assert_eq!(get(&world, "time.weekday"), Some(Value::Number(7.0)));
    assert_eq!(get(&world, "time.date"), Some(text("2023-11-05")));
    assert_eq!(get(&world, "time.zone"), None);
    world.customer.id = Some("ann".into());
    assert_eq!(get(&world, "customer.id"), Some(text("ann")));
    assert_eq!(get(&world, "customer.known"), Some(text("true")));
    let known = is("customer.known", Operator::Equals, &[Operand::Bool(true)]);
    assert!(holds(&known, &world.scope(), &mut Reads::new()));
}

#[test]
fn an_instant_that_no_calendar_has_is_no_data() {
    let world = World::default();
    for now in [i64::MIN, i64::MAX] {
        let scope = Scope { now: Timestamp(now), ..world.scope() };
        assert_eq!(scope.get("time.hour"), None);
    }
    let before = Scope { now: Timestamp(-1), ..world.scope() };
    assert_eq!(before.get("time.date"), Some(text("1969-12-31")));
    assert_eq!(before.get("time.weekday"), Some(Value::Number(3.0)));
}

#[test]
fn a_condition_deeper_than_the_bound_does_not_hold_and_does_not_overflow() {
    let nest = |levels: usize| {
        (1..levels).fold(is("x", Operator::NoData, &[]), |part, _| Condition::All(vec![part]))
    };
    let world = World::default();
    let says = |levels| holds(&nest(levels), &world.scope(), &mut Reads::new());
    assert!(says(MAX_DEPTH));
    assert!(!says(MAX_DEPTH + 1));
    assert!(!says(1000));
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "\\PC{0,8}".prop_map(|s| Value::Text(s.into())),
        "[-+]?[0-9]{1,3}(\\.[0-9])?".prop_map(|s| Value::Text(s.into())),
        any::<f64>().prop_map(Value::Number),
    ]
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        "\\PC{0,8}".prop_map(Operand::Text),
        any::<f64>().prop_map(Operand::Number),
        any::<bool>().prop_map(Operand::Bool),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let names = prop::sample::select(vec!["a", "b", "customer.known", "time.hour", "record.x", "time.", "."]);
    let leaf = (names, prop::sample::select(ALL.to_vec()), prop::collection::vec(operand(), 0..3))
        .prop_map(|(name, operator, values)| is(name, operator, &values));
    leaf.prop_recursive(4, 24, 4, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 0..4).prop_map(Condition::All),
            prop::collection::vec(part.clone(), 0..4).prop_map(Condition::Any),
            part.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn evaluation_is_total_and_deterministic(
        conditions in prop::collection::vec(condition(), 0..5),
        a in prop::option::of(value()),
        b in prop::option::of(value()),
        now in any::<i64>(),
    ) {
        let mut world = World::default();
        for (key, value) in [("a", a), ("b", b)] {
            world.context.extend(value.map(|value| (Arc::from(key), value)));
        }
        let scope = Scope { now: Timestamp(now), ..world.scope() };
        let rules: Vec<_> = conditions.into_iter().map(|when| rule("r", when)).collect();
        let outcome = evaluate(&rules, &scope);
        prop_assert_eq!(format!("{outcome:?}"), format!("{:?}", evaluate(&rules, &scope)));
        let evaluated = outcome.matched.map_or(rules.len(), |index| index + 1);
        prop_assert_eq!(outcome.verdicts.len(), evaluated);
        for (index, verdict) in outcome.verdicts.iter().enumerate() {
            prop_assert_eq!(verdict.matched, outcome.matched == Some(index));
        }
    }

    #[test]
    fn a_negative_operator_with_data_is_the_opposite_of_its_positive_one(
        text in "\\PC{1,8}",
        part in "\\PC{0,3}",
    ) {
        use Operator as O;
        let (value, operands) = (Value::Text(text.into()), [Operand::Text(part)]);
        for (positive, negative) in [
            (O::Equals, O::NotEquals),
            (O::In, O::NotIn),
            (O::Contains, O::NotContains),
            (O::BeginsWith, O::NotBeginsWith),
            (O::EndsWith, O::NotEndsWith),
            (O::HasData, O::NoData),
        ] {
            let says = |operator| compare(operator, &operands, Some(&value));
            prop_assert_ne!(says(positive), says(negative));
        }
    }

    #[test]
    fn case_and_composition_of_value_and_operand_do_not_matter(
        text in "[a-zA-ZäöüÄÖÜßéÉñα-ωА-я ]{1,6}",
        part in "[a-zA-ZäöüÄÖÜßéÉñα-ωА-я ]{1,2}",
    ) {
        use unicode_normalization::UnicodeNormalization;
        let decomposed: String = part.to_uppercase().nfd().collect();
        for operator in [Operator::Equals, Operator::Contains, Operator::BeginsWith, Operator::EndsWith] {
            let says = |value: &str, operand: &str| {
                compare(operator, &[t(operand)], Some(&Value::Text(value.into())))
            };
            let expected = says(&text, &part);
            prop_assert_eq!(expected, says(&text.to_uppercase(), &part));
            prop_assert_eq!(expected, says(&text, &decomposed));
        }
    }
}
