//! Classification before routing: rule sets write variables, skills and a priority (SPEC §3, F67).
//!
//! Owns how the sets chain and how what rules wrote is kept apart from what callers gave, so that a rule
//! that no longer holds leaves nothing behind. Does not know queues: where it goes then is the work stream's.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::config::{Operand, RequiredSkill, RuleSet};
use super::context::{Context, Value};
use super::decision::RuleVerdict;
use super::rules::{self, Scope, operand_text};
use super::skills;

/// What classification wrote about one conversation.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Written {
    /// Variables by name, with what they cover.
    pub variables: BTreeMap<Arc<str>, Overlay>,
    /// Required skills, each once, in id order.
    pub skills: Vec<RequiredSkill>,
    /// Priority, if a rule said one.
    pub priority: Option<i32>,
}

/// A written value over what callers gave for that variable.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Overlay {
    /// What the rule wrote.
    pub value: Value,
    /// What a caller gave; `None` is nothing.
    pub given: Option<Value>,
}

impl Written {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty() && self.skills.is_empty() && self.priority.is_none()
    }

    /// The context as callers gave it, out of the one with all that was written.
    pub fn given(&self, context: &Context) -> Context {
        let mut given = context.clone();
        for (name, overlay) in &self.variables {
            match &overlay.given {
                Some(value) => given.insert(name.clone(), value.clone()),
                None => given.remove(name),
            };
        }
        given
    }

    /// The context with all that was written, out of the one that callers gave.
    pub fn over(&self, mut given: Context) -> Context {
        given.extend(self.variables.iter().map(|(name, overlay)| (name.clone(), overlay.value.clone())));
        given
    }

    fn write(&mut self, name: &Arc<str>, value: Value, given: &Context) {
        let overlay = Overlay { value, given: given.get(name).cloned() };
        self.variables.insert(name.clone(), overlay);
    }
}

/// What the rule sets of a work stream said.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Classification {
    /// The context with what was written.
    pub context: Context,
    /// What was written.
    pub written: Written,
    /// Every rule that was evaluated, in order, each with the name of its set.
    pub verdicts: Vec<RuleVerdict>,
}

/// Evaluates the sets in order over what was given (`scope.context`); each reads what those before it wrote.
pub fn classify(sets: &[RuleSet], scope: &Scope<'_>) -> Classification {
    let given = scope.context;
    let mut found = Classification { context: given.clone(), ..Classification::default() };
    for set in sets {
        let scope = Scope { context: &found.context, ..*scope };
        let rules = set.rules.iter().map(|rule| (rule.name.as_str(), &rule.when));
        let outcome = rules::first(rules, Some(&set.name), &scope);
        found.verdicts.extend(outcome.verdicts);
        let Some(rule) = outcome.matched.and_then(|index| set.rules.get(index)) else { continue };
        for (name, operand) in &rule.set.variables {
            let name: Arc<str> = name.as_str().into();
            found.written.write(&name, value(operand), given);
            found.context.insert(name, value(operand));
        }
        found.written.skills = skills::together(found.written.skills.iter().chain(&rule.set.skills));
        found.written.priority = rule.set.priority.or(found.written.priority);
    }
    found
}

fn value(operand: &Operand) -> Value {
    match operand {
        Operand::Number(number) => Value::Number(*number),
        other => Value::Text(operand_text(other).unwrap_or_default().into()),
    }
}

#[cfg(test)]
mod tests;
