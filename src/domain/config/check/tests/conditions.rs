use super::*;
use Operator as O;

use crate::context::MAX_VALUE_CHARS;
use crate::rules::{MAX_DEPTH, MAX_PARTS};

/// Findings below the condition of the first routing rule.
fn of(when: Condition) -> Vec<(String, Problem)> {
    let found = of_stream(|s| s.routing_rules = vec![rule(when, Route::Queue("vip".into()))]);
    let below = |(path, problem): (String, Problem)| {
        (path.strip_prefix("/routing_rules/0/when").expect("below the condition").to_owned(), problem)
    };
    found.into_iter().map(below).collect()
}

#[test]
fn good_comparisons_have_no_findings() {
    for condition in [
        is("tier", O::Equals, &[t("gold")]),
        is("tier", O::Equals, &[n(1.0)]),
        is("tier", O::NotEquals, &[Operand::Bool(true)]),
        is("tier", O::Contains, &[t("old")]),
        is("tier", O::HasData, &[]),
        is("amount", O::NoData, &[]),
        is("amount", O::Equals, &[n(1.0)]),
        is("amount", O::NotIn, &[n(1.0), n(2.0)]),
        is("amount", O::Between, &[n(1.0), n(1.0)]),
        is("channel.type", O::In, &[t("sms"), t("line")]),
        is("channel.page", O::Gt, &[n(1.0)]),
        is("record.title", O::BeginsWith, &[t("x")]),
        is("record.priority", O::Lte, &[n(1.0)]),
        is("customer.known", O::Equals, &[Operand::Bool(true)]),
        is("time.hour", O::Between, &[n(9.0), n(17.0)]),
        is("time.weekday", O::In, &[n(6.0), n(7.0)]),
        is("time.date", O::Equals, &[t("2026-12-24")]),
        all(&[]),
    ] {
        assert_eq!(of(condition.clone()), [], "{condition:?}");
    }
}

#[test]
fn each_bad_comparison_names_its_field() {
    let long = "x".repeat(MAX_VALUE_CHARS + 1);
    let too_long = Problem::TooLong { max: MAX_VALUE_CHARS };
    let count = |expected| Problem::WrongOperandCount { expected };
    let table: &[(Condition, &str, Problem)] = &[
        (is("teir", O::Equals, &[t("gold")]), "/variable", Problem::UndeclaredVariable),
        (is("Tier", O::HasData, &[]), "/variable", Problem::UndeclaredVariable),
        (is("teir", O::NoData, &[]), "/variable", Problem::UndeclaredVariable),
        (is("", O::NoData, &[]), "/variable", Problem::UndeclaredVariable),
        (is("customer.age", O::HasData, &[]), "/variable", Problem::UnknownPath),
        (is("time.zone", O::HasData, &[]), "/variable", Problem::UnknownPath),
        (is("record.", O::HasData, &[]), "/variable", Problem::UnknownPath),
        (is("amount", O::Contains, &[t("1")]), "/operator", Problem::OperatorNeedsText),
        (is("time.hour", O::NotBeginsWith, &[t("1")]), "/operator", Problem::OperatorNeedsText),
        (is("tier", O::Gt, &[n(1.0)]), "/operator", Problem::OperatorNeedsNumber),
        (is("customer.email", O::Lt, &[n(1.0)]), "/operator", Problem::OperatorNeedsNumber),
        (is("tier", O::Between, &[n(1.0), n(2.0)]), "/operator", Problem::OperatorNeedsNumber),
        (is("amount", O::Equals, &[t("gold")]), "/value", Problem::WrongOperandType),
        (is("amount", O::Equals, &[Operand::Bool(true)]), "/value", Problem::WrongOperandType),
        (is("amount", O::Gt, &[t("9")]), "/value", Problem::WrongOperandType),
        (is("amount", O::Gt, &[n(f64::NAN)]), "/value", Problem::WrongOperandType),
        (is("amount", O::In, &[n(1.0), t("x")]), "/value/1", Problem::WrongOperandType),
        (is("record.x", O::Gt, &[t("9")]), "/value", Problem::WrongOperandType),
        (is("tier", O::Contains, &[n(9.0)]), "/value", Problem::WrongOperandType),
        (is("amount", O::Between, &[n(1.0), t("2")]), "/value/1", Problem::WrongOperandType),
        (is("amount", O::Between, &[n(2.0), n(1.0)]), "/value", Problem::LowAboveHigh),
        (is("amount", O::Between, &[n(2.0)]), "/value", count(2)),
        (is("tier", O::HasData, &[t("x")]), "/value", count(0)),
        (is("tier", O::Equals, &[]), "/value", count(1)),
        (is("tier", O::Equals, &[t("a"), t("b")]), "/value", count(1)),
        (is("tier", O::In, &[]), "/value", Problem::EmptyList),
        (is("tier", O::Equals, &[t(&long)]), "/value", too_long),
    ];
    for (condition, path, problem) in table {
        let got = of(condition.clone());
        assert_eq!(got, [((*path).to_owned(), *problem)], "{condition:?}");
    }
}

#[test]
fn all_findings_of_a_nested_condition_are_named_with_their_paths() {
    let condition = all(&[
        is("tier", O::Equals, &[t("gold")]),
        any(&[is("x", O::HasData, &[]), not(is("amount", O::EndsWith, &[t("x")]))]),
        not(not(is("tier", O::Lt, &[n(1.0)]))),
    ]);
    expect(
        &of(condition),
        &[
            ("/all/1/any/0/variable", Problem::UndeclaredVariable),
            ("/all/1/any/1/not/operator", Problem::OperatorNeedsText),
            ("/all/2/not/not/operator", Problem::OperatorNeedsNumber),
        ],
    );
}

#[test]
fn depth_and_size_are_bounded() {
    let nest = |levels: usize| (1..levels).fold(is("tier", O::HasData, &[]), |part, _| not(part));
    assert_eq!(of(nest(MAX_DEPTH)), []);
    let deep = "/not".repeat(MAX_DEPTH);
    expect(&of(nest(5000)), &[(&deep, Problem::TooDeep { max: MAX_DEPTH })]);
    let wide = |parts| any(&vec![is("tier", O::HasData, &[]); parts]);
    assert_eq!(of(wide(MAX_PARTS - 1)), []);
    expect(&of(wide(MAX_PARTS)), &[("", Problem::TooMany { max: MAX_PARTS })]);
}

#[test]
fn skill_rules_are_checked_as_routing_rules_are() {
    use crate::config::{RequiredSkill, SkillRule};
    let skill = |id: &str, min_level| RequiredSkill { skill_id: id.into(), min_level };
    let rule = |when, skills: &[RequiredSkill]| SkillRule { name: "s".into(), when, skills: skills.into() };
    let found = of_stream(|s| {
        s.skill_rules = vec![
            rule(is("x", O::HasData, &[]), &[skill("french", 5), skill("latin", 1)]),
            rule(all(&[]), &[skill("french", 6)]),
            rule(all(&[]), &[skill("french", 0), skill("french", 1)]),
            rule(all(&[]), &[]),
        ];
    });
    let level = Problem::LevelOutOfRange { max: 5 };
    expect(
        &found,
        &[
            ("/skill_rules/0/when/variable", Problem::UndeclaredVariable),
            ("/skill_rules/0/skills/1/skill_id", Problem::UnknownSkill),
            ("/skill_rules/1/skills/0/min_level", level),
            ("/skill_rules/2/skills/0/min_level", level),
            ("/skill_rules/2/skills/1/skill_id", Problem::Duplicate),
            ("/skill_rules/3/skills", Problem::EmptyList),
        ],
    );
}
