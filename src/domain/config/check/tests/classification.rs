use super::*;
use crate::config::{ClassificationRule, Ease, Outputs, RelaxationStep, RequiredSkill, RuleSet};

fn required(skill: &str, min_level: u32) -> RequiredSkill {
    RequiredSkill { skill_id: skill.into(), min_level }
}

fn writes(name: &str, value: Operand) -> Outputs {
    Outputs { variables: [(name.to_owned(), value)].into(), ..Outputs::default() }
}

fn set(rules: Vec<(Condition, Outputs)>) -> RuleSet {
    let rule = |(when, set)| ClassificationRule { name: "r".into(), description: String::new(), when, set };
    RuleSet { name: "set".into(), description: String::new(), rules: rules.into_iter().map(rule).collect() }
}

fn of_output(outputs: Outputs) -> Vec<(String, Problem)> {
    of_stream(|stream| stream.classification = vec![set(vec![(all(&[]), outputs)])])
}

#[test]
fn a_rule_writes_declared_variables_of_their_types_and_the_pointer_names_the_variable() {
    let long = || t(&"x".repeat(4001));
    for (name, value) in
        [("tier", t("gold")), ("tier", Operand::Bool(true)), ("tier", t("")), ("amount", n(2.5))]
    {
        expect(&of_output(writes(name, value)), &[]);
    }
    let at = |name: &str| format!("/classification/0/rules/0/set/variables/{name}");
    for (name, value, problem) in [
        ("tier", n(1.0), Problem::WrongOperandType),
        ("amount", t("1"), Problem::WrongOperandType),
        ("amount", Operand::Bool(true), Problem::WrongOperandType),
        ("amount", n(f64::INFINITY), Problem::WrongOperandType),
        ("tier", long(), Problem::TooLong { max: 4000 }),
        ("colour", t("red"), Problem::UndeclaredVariable),
    ] {
        expect(&of_output(writes(name, value)), &[(&at(name), problem)]);
    }
    let found = of_output(writes("a/b~c", t("x")));
    expect(&found, &[(&at("a~1b~0c"), Problem::UndeclaredVariable)]);
}

#[test]
fn skills_and_priority_of_a_rule_exist_within_their_bounds() {
    let found = of_output(Outputs {
        skills: vec![required("french", 6), required("tax", 1), required("french", 5), required("french", 0)],
        priority: Some(101),
        ..Outputs::default()
    });
    let level = Problem::LevelOutOfRange { max: 5 };
    expect(
        &found,
        &[
            ("/classification/0/rules/0/set/skills/0/min_level", level),
            ("/classification/0/rules/0/set/skills/1/skill_id", Problem::UnknownSkill),
            ("/classification/0/rules/0/set/skills/2/skill_id", Problem::Duplicate),
            ("/classification/0/rules/0/set/skills/3/min_level", level),
            ("/classification/0/rules/0/set/skills/3/skill_id", Problem::Duplicate),
            ("/classification/0/rules/0/set/priority", Problem::OutOfRange { min: -100, max: 100 }),
        ],
    );
    for priority in [-100, 0, 100] {
        expect(&of_output(Outputs { priority: Some(priority), ..Outputs::default() }), &[]);
    }
}

#[test]
fn sets_rules_and_outputs_are_bounded_and_conditions_are_checked_like_routing_rules() {
    let one = || set(vec![(all(&[]), Outputs::default())]);
    expect(&of_stream(|s| s.classification = vec![one(); MAX_RULE_SETS]), &[]);
    let found = of_stream(|s| s.classification = vec![one(); MAX_RULE_SETS + 1]);
    expect(&found, &[("/classification", Problem::TooMany { max: MAX_RULE_SETS })]);
    let rules = vec![(is("tier", Operator::HasData, &[]), Outputs::default()); MAX_RULES + 1];
    let found = of_stream(|s| s.classification = vec![set(rules)]);
    expect(&found, &[("/classification/0/rules", Problem::TooMany { max: MAX_RULES })]);
    let many = (0..=MAX_OUTPUTS).map(|n| (format!("v{n:02}"), t("x"))).collect();
    let found = of_output(Outputs { variables: many, ..Outputs::default() });
    assert_eq!(found[0].1, Problem::TooMany { max: MAX_OUTPUTS });
    assert_eq!(found.len(), 1 + MAX_OUTPUTS, "each looked at is undeclared");
    let wrong = vec![
        (is("colour", Operator::Equals, &[t("red")]), Outputs::default()),
        (is("tier", Operator::Gt, &[n(1.0)]), Outputs::default()),
    ];
    let found = of_stream(|s| {
        s.classification = vec![set(wrong)];
        s.classification[0].name = String::new();
    });
    expect(
        &found,
        &[
            ("/classification/0/name", Problem::Blank),
            ("/classification/0/rules/0/when/variable", Problem::UndeclaredVariable),
            ("/classification/0/rules/1/when/operator", Problem::OperatorNeedsNumber),
        ],
    );
}

#[test]
fn a_shadowed_rule_of_a_set_is_a_warning_and_sets_do_not_shadow_one_another() {
    let gold = || (is("tier", Operator::Equals, &[t("gold")]), Outputs::default());
    let mut stream = stream();
    stream.classification = vec![set(vec![gold()]), set(vec![gold(), gold()])];
    let found = warnings(&stream, &Config::default());
    let found: Vec<_> = found.iter().map(|(path, warning)| (pointer(path), *warning)).collect();
    assert_eq!(found, [("/classification/1/rules/1".to_owned(), Warning::ShadowedRule { by: 0 })]);
}

#[test]
fn relaxation_steps_ascend_and_name_skills_and_levels_that_exist() {
    let step = |after_seconds, ease| RelaxationStep { after_seconds, ease };
    let drop = |skills: &[&str]| Ease::Drop(skills.iter().map(|id| (*id).into()).collect());
    let good = vec![
        step(1, Ease::MinLevel(3)),
        step(2, drop(&["french"])),
        step(MAX_RELAXATION_SECONDS, drop(&["french"])),
    ];
    expect(&of_stream(|s| s.skill_relaxation.clone_from(&good)), &[]);
    let found = of_stream(|s| {
        s.skill_relaxation = vec![
            step(60, Ease::MinLevel(0)),
            step(60, drop(&[])),
            step(30, drop(&["french", "tax", "french"])),
            step(0, Ease::MinLevel(1001)),
        ];
    });
    let at = |rest: &str| format!("/skill_relaxation/{rest}");
    let level = Problem::OutOfRange { min: 1, max: 1000 };
    let seconds = Problem::OutOfRange { min: 1, max: MAX_RELAXATION_SECONDS.into() };
    expect(
        &found,
        &[
            (&at("0/min_level"), level),
            (&at("1/after_seconds"), Problem::NotAscending),
            (&at("1/drop"), Problem::EmptyList),
            (&at("2/after_seconds"), Problem::NotAscending),
            (&at("2/drop/1"), Problem::UnknownSkill),
            (&at("2/drop/2"), Problem::Duplicate),
            (&at("3/after_seconds"), seconds),
            (&at("3/after_seconds"), Problem::NotAscending),
            (&at("3/min_level"), level),
        ],
    );
    let found = of_stream(|s| s.skill_relaxation = (1..=11).map(|n| step(n, Ease::MinLevel(1))).collect());
    expect(&found, &[("/skill_relaxation", Problem::TooMany { max: MAX_RELAXATION_STEPS })]);
}

#[test]
fn a_skill_that_classification_writes_or_relaxation_drops_is_referred_to_and_keeps_its_levels() {
    let mut config = house();
    let skill = Key::Skill("french".into());
    assert_eq!(references(&skill, &config), []);
    let written = Outputs { skills: vec![required("french", 4)], ..Outputs::default() };
    let with = |config: &mut Config, stream: WorkStream| {
        config.work_streams.insert("web".into(), Arc::new(stream));
    };
    with(&mut config, WorkStream { classification: vec![set(vec![(all(&[]), written)])], ..stream() });
    assert_eq!(references(&skill, &config), [Key::WorkStream("web".into())]);
    let lower = Change::PutSkill("french".into(), Arc::new(Skill { name: "French".into(), max_level: 3 }));
    let found: Vec<_> = check(&lower, &config).into_iter().map(|found| found.problem).collect();
    assert_eq!(found, [Problem::OutOfRange { min: 4, max: MAX_LEVEL.into() }]);
    let steps = vec![RelaxationStep { after_seconds: 1, ease: Ease::Drop(vec!["french".into()]) }];
    with(&mut config, WorkStream { skill_relaxation: steps, ..stream() });
    assert_eq!(references(&skill, &config), [Key::WorkStream("web".into())]);
}
