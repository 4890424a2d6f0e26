use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, Strategy, prop, prop_assert, prop_assert_ne, prop_oneof, proptest};
use uuid::Uuid;

use super::*;
use crate::context::{Context, Value};
use crate::conversation::CustomerRef;
use crate::ids::ConversationId;
use crate::rules::{Scope, evaluate};
use crate::time::Timestamp;
use Operator as O;

/// Which rules are flagged, each with the one that takes all it would.
fn shadowed(conditions: &[Condition]) -> Vec<(usize, usize)> {
    let mut stream = stream();
    let route = || Route::Queue("default-messaging".into());
    stream.routing_rules = conditions.iter().map(|when| rule(when.clone(), route())).collect();
    let found = warnings(&stream, &Config::default()).into_iter();
    found
        .map(|(path, warning)| match (path.as_slice(), warning) {
            ([Step::Field("routing_rules"), Step::Index(rule)], Warning::ShadowedRule { by }) => (*rule, by),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn gold() -> Condition {
    is("tier", O::Equals, &[t("gold")])
}

fn dear() -> Condition {
    is("amount", O::Gt, &[n(100.0)])
}

#[test]
fn a_rule_behind_one_that_takes_all_it_would_is_flagged() {
    let (begins, contains) = (|x| is("tier", O::BeginsWith, &[t(x)]), |x| is("tier", O::Contains, &[t(x)]));
    let within = |op, values: &[Operand]| is("tier", op, values);
    let amount = |op, values: &[f64]| is("amount", op, &values.iter().map(|v| n(*v)).collect::<Vec<_>>());
    let table = [
        (gold(), gold()),
        (gold(), is("tier", O::Equals, &[t("GOLD")])),
        (all(&[]), dear()),
        (gold(), all(&[gold(), dear()])),
        (gold(), all(&[all(&[dear(), gold()])])),
        (all(&[gold(), dear()]), all(&[dear(), gold()])),
        (any(&[gold(), dear()]), dear()),
        (any(&[gold(), dear()]), any(&[dear(), gold()])),
        (within(O::In, &[t("a"), t("b"), t("c")]), within(O::In, &[t("C"), t("a")])),
        (within(O::In, &[t("gold"), t("b")]), gold()),
        (within(O::NotIn, &[t("a")]), within(O::NotIn, &[t("b"), t("A")])),
        (within(O::NotEquals, &[t("silver")]), gold()),
        (is("tier", O::HasData, &[]), gold()),
        (is("tier", O::HasData, &[]), within(O::NotEquals, &[t("x")])),
        (not(is("tier", O::NoData, &[])), gold()),
        (begins("go"), gold()),
        (begins("go"), begins("GOLD")),
        (contains("old"), begins("gold")),
        (within(O::NotContains, &[t("o")]), within(O::NotContains, &[t("o")])),
        (within(O::NotBeginsWith, &[t("gold")]), within(O::NotContains, &[t("gold")])),
        (amount(O::Gt, &[1.0]), dear()),
        (amount(O::Gte, &[100.0]), dear()),
        (amount(O::Between, &[1.0, 9.0]), amount(O::Between, &[1.0, 8.0])),
        (amount(O::Gt, &[1.0]), amount(O::Equals, &[2.0])),
        (amount(O::Gt, &[1.0]), amount(O::In, &[2.0, 3.0])),
        (not(gold()), not(any(&[gold(), dear()]))),
        (not(gold()), within(O::Equals, &[t("silver")])),
        (not(gold()), within(O::NotEquals, &[t("gold")])),
        (not(begins("gold")), within(O::NotBeginsWith, &[t("go")])),
        (not(dear()), amount(O::Lt, &[100.0])),
        (not(not(gold())), gold()),
    ];
    for (earlier, later) in table {
        assert_eq!(shadowed(&[earlier.clone(), later.clone()]), [(1, 0)], "{earlier:?} {later:?}");
    }
}

#[test]
fn a_rule_that_something_still_reaches_is_not_flagged() {
    let within = |op, values: &[Operand]| is("tier", op, values);
    let table = [
        (gold(), dear()),
        (all(&[gold(), dear()]), gold()),
        (dear(), any(&[gold(), dear()])),
        (within(O::NotEquals, &[t("silver")]), not(within(O::Equals, &[t("silver")]))),
        (gold(), within(O::In, &[t("gold"), t("silver")])),
        (within(O::NotIn, &[t("a"), t("b")]), within(O::NotIn, &[t("a")])),
        (dear(), is("amount", O::Gte, &[n(100.0)])),
        (is("tier", O::Equals, &[t("12")]), is("tier", O::Equals, &[n(12.0)])),
        (within(O::BeginsWith, &[t("gold")]), within(O::Contains, &[t("gold")])),
        (within(O::NotContains, &[t("gold")]), within(O::NotBeginsWith, &[t("gold")])),
        (within(O::BeginsWith, &[t("1")]), is("tier", O::Equals, &[t("12")])),
        (within(O::Contains, &[t("a")]), within(O::NotBeginsWith, &[t("a")])),
        (any(&[]), gold()),
        (gold(), any(&[])),
        (gold(), all(&[])),
    ];
    for (earlier, later) in table {
        assert_eq!(shadowed(&[earlier.clone(), later.clone()]), [], "{earlier:?} {later:?}");
    }
}

#[test]
fn the_first_rule_that_takes_it_all_is_named() {
    let rules = [dear(), is("tier", O::HasData, &[]), gold(), gold(), all(&[]), dear()];
    assert_eq!(shadowed(&rules), [(2, 1), (3, 1), (5, 0)]);
}

#[test]
fn a_pathological_list_of_rules_ends_without_a_claim() {
    fn tree(depth: usize, all: bool) -> Condition {
        if depth == 0 {
            return is("tier", O::Contains, &[t("never the same")]);
        }
        let parts = vec![tree(depth - 1, !all), tree(depth - 1, !all)];
        if all { Condition::All(parts) } else { Condition::Any(parts) }
    }
    let rules: Vec<_> = (0..MAX_RULES).map(|i| all(&[tree(5, i % 2 == 0), gold()])).collect();
    let found = shadowed(&rules);
    assert!(found.len() < MAX_RULES);
}

fn small_operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        4 => prop::sample::select(vec!["a", "A", "ab", "ba", "1", "1.0", "2", "é", "e\u{301}", "true", ""]).prop_map(t),
        3 => prop::sample::select(vec![0.0, -0.0, 1.0, 2.0, 3.0]).prop_map(n),
        1 => prop::sample::select(vec![true, false]).prop_map(Operand::Bool),
    ]
}

fn small_comparison(variables: Vec<&'static str>) -> impl Strategy<Value = Condition> {
    let operators = vec![
        O::Equals,
        O::NotEquals,
        O::Contains,
        O::NotContains,
        O::BeginsWith,
        O::NotBeginsWith,
        O::EndsWith,
        O::NotEndsWith,
        O::HasData,
        O::NoData,
        O::In,
        O::NotIn,
        O::Gt,
        O::Gte,
        O::Lt,
        O::Lte,
        O::Between,
    ];
    let operands = prop::collection::vec(small_operand(), 0..3);
    (prop::sample::select(variables), prop::sample::select(operators), operands)
        .prop_map(|(variable, operator, values)| is(variable, operator, &values))
}

fn small_condition() -> impl Strategy<Value = Condition> {
    small_comparison(vec!["x", "x", "y"]).prop_recursive(3, 8, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 0..3).prop_map(Condition::All),
            prop::collection::vec(part.clone(), 0..3).prop_map(Condition::Any),
            part.prop_map(not),
        ]
    })
}

/// Every value that could make a difference to the operands above.
fn values() -> Vec<Option<Value>> {
    let texts = [
        "", "a", "A", "b", "ab", "ba", "aba", "bab", "1", "1.0", "01", "+1", " 1", "2", "2.0", "0", "-0",
        "1.5", "3", "9", "é", "E\u{301}", "aé", "true", "false", "TRUE", "x", "12", "21",
    ];
    let numbers = [0.0, -0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 9.0, -1.0];
    let texts = texts.into_iter().map(|text| Some(Value::Text(text.into())));
    texts.chain(numbers.into_iter().map(|number| Some(Value::Number(number)))).chain([None]).collect()
}

fn rules(conditions: Vec<Condition>) -> Vec<RoutingRule> {
    conditions.into_iter().map(|when| rule(when, Route::Queue("q".into()))).collect()
}

fn matched(rules: &[RoutingRule], x: Option<&Value>, y: Option<&Value>) -> Option<usize> {
    let mut context = Context::new();
    for (key, value) in [("x", x), ("y", y)] {
        context.extend(value.map(|value| (Arc::from(key), value.clone())));
    }
    let (nothing, customer) = (BTreeMap::new(), CustomerRef::default());
    let scope = Scope {
        context: &context,
        channel: &nothing,
        customer: &customer,
        record: &nothing,
        now: Timestamp(0),
        conversation: ConversationId(Uuid::nil()),
    };
    evaluate(rules, &scope).matched
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_scope_whatever_reaches_a_rule_that_is_flagged(
        conditions in prop::collection::vec(small_condition(), 2..5),
    ) {
        let flagged = shadowed(&conditions);
        if !flagged.is_empty() {
            let rules = rules(conditions);
            let others = [None, Some(Value::Text("a".into())), Some(Value::Text("1".into())), Some(Value::Number(1.0))];
            for (x, y) in values().iter().flat_map(|x| others.iter().map(move |y| (x, y))) {
                let matched = matched(&rules, x.as_ref(), y.as_ref());
                let bad = flagged.iter().find(|(rule, _)| Some(*rule) == matched);
                prop_assert!(bad.is_none(), "{bad:?} reached by {x:?} {y:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn of_two_comparisons_the_later_is_not_flagged_if_any_value_reaches_it(
        earlier in small_comparison(vec!["x"]),
        later in small_comparison(vec!["x"]),
        (negate_earlier, negate_later) in prop::sample::select(vec![(false, false), (false, true), (true, false), (true, true)]),
    ) {
        let earlier = if negate_earlier { not(earlier) } else { earlier };
        let later = if negate_later { not(later) } else { later };
        if !shadowed(&[earlier.clone(), later.clone()]).is_empty() {
            let rules = rules(vec![earlier, later]);
            for x in values() {
                prop_assert_ne!(matched(&rules, x.as_ref(), None), Some(1), "{:?}", x);
            }
        }
    }
}
