//! Checks a work stream's classification: its rule sets, and what their rules write.

use super::bounds::{
    MAX_DESCRIPTION_CHARS, MAX_OUTPUTS, MAX_PRIORITY, MAX_REQUIRED_SKILLS, MAX_RULE_SETS, MAX_RULES,
};
use super::checker::Checker;
use super::condition;
use super::problem::Problem;
use super::work_stream;
use crate::config::{ClassificationRule, Operand, Outputs, RuleSet};
use crate::context::{MAX_VALUE_CHARS, Variable, VariableType};

/// Checks the sets at the field `classification`; `declared` are the variables of their work stream.
pub(super) fn check(checker: &mut Checker<'_>, sets: &[RuleSet], declared: &[Variable]) {
    checker.each("classification", sets, MAX_RULE_SETS, |checker, _, set| {
        checker.name("name", &set.name);
        checker.optional_text("description", &set.description, MAX_DESCRIPTION_CHARS);
        checker.each("rules", &set.rules, MAX_RULES, |checker, _, rule| check_rule(checker, rule, declared));
    });
}

fn check_rule(checker: &mut Checker<'_>, rule: &ClassificationRule, declared: &[Variable]) {
    checker.name("name", &rule.name);
    checker.optional_text("description", &rule.description, MAX_DESCRIPTION_CHARS);
    checker.field("when", |checker| condition::check(checker, &rule.when, declared));
    checker.field("set", |checker| outputs(checker, &rule.set, declared));
}

fn outputs(checker: &mut Checker<'_>, outputs: &Outputs, declared: &[Variable]) {
    let too_many = Problem::TooMany { max: MAX_OUTPUTS };
    checker.require(outputs.variables.len() <= MAX_OUTPUTS, "variables", too_many);
    checker.field("variables", |checker| {
        for (name, operand) in outputs.variables.iter().take(MAX_OUTPUTS) {
            let variable = declared.iter().find(|variable| variable.name == *name);
            if let Some(problem) = value_problem(operand, variable.map(|variable| variable.kind)) {
                checker.key(name, |checker| checker.report(problem));
            }
        }
    });
    checker.each("skills", &outputs.skills, MAX_REQUIRED_SKILLS, |checker, index, required| {
        work_stream::skill(checker, required);
        let again = outputs.skills[..index].iter().any(|other| other.skill_id == required.skill_id);
        checker.require(!again, "skill_id", Problem::Duplicate);
    });
    if let Some(priority) = outputs.priority {
        let within = (-MAX_PRIORITY..=MAX_PRIORITY).contains(&priority);
        let problem = Problem::OutOfRange { min: (-MAX_PRIORITY).into(), max: MAX_PRIORITY.into() };
        checker.require(within, "priority", problem);
    }
}

/// What is wrong with a value written to a variable of this type; `None` is an undeclared one.
fn value_problem(operand: &Operand, kind: Option<VariableType>) -> Option<Problem> {
    let Some(kind) = kind else { return Some(Problem::UndeclaredVariable) };
    let fits = match (operand, kind) {
        (Operand::Number(number), VariableType::Number) => number.is_finite(),
        (Operand::Text(text), VariableType::Text) if text.chars().count() > MAX_VALUE_CHARS => {
            return Some(Problem::TooLong { max: MAX_VALUE_CHARS });
        }
        (Operand::Text(_) | Operand::Bool(_), VariableType::Text) => true,
        _ => false,
    };
    (!fits).then_some(Problem::WrongOperandType)
}
