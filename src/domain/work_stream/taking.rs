//! What a hand-off or a patch gives: skills and context, taken as the configuration allows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reclassify;
use crate::classification::Written;
use crate::command::{Draft, FieldProblem};
use crate::config::{ChannelType, Config, RequiredSkill, WorkStream};
use crate::context::{self, Context, ContextError, Taken, Value};
use crate::ids::ChannelId;

/// The skills that a hand-off asks for, if they exist with these levels. What continues another conversation takes
/// what is left of them, since its customer must not be lost.
pub(super) fn asked_skills(config: &Config, draft: &Draft) -> Result<Vec<RequiredSkill>, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut asked = Vec::new();
    for (at, required) in draft.skills.iter().enumerate() {
        match config.skills.get(&required.skill_id).map(|skill| skill.max_level) {
            None => problems.push(FieldProblem::UnknownSkill(at, required.skill_id.clone())),
            Some(max) if required.min_level > max => {
                problems.push(FieldProblem::SkillLevel(at, max));
                asked.push(RequiredSkill { min_level: max, ..required.clone() });
            }
            Some(_) => asked.push(required.clone()),
        }
    }
    if problems.is_empty() || draft.lenient { Ok(asked) } else { Err(problems) }
}

/// The customer record that a hand-off names exists. What continues another conversation keeps its own.
pub(super) fn known_customer(config: &Config, draft: &Draft) -> Result<(), Vec<FieldProblem>> {
    match &draft.customer.id {
        Some(id) if !draft.lenient && !config.customers.contains_key(id) => {
            Err(vec![FieldProblem::UnknownCustomer(id.clone())])
        }
        _ => Ok(()),
    }
}

pub(super) fn channel_values(config: &Config, id: &ChannelId, kind: ChannelType) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    values.insert("id".to_owned(), Value::Text(id.0.clone()));
    values.insert("type".to_owned(), Value::Text(kind.as_str().into()));
    if let Some(channel) = config.channels.get(id) {
        values.insert("name".to_owned(), Value::Text(channel.name.as_str().into()));
    }
    values
}

/// Takes the context of a draft. A lenient one keeps what it can rather than lose the customer.
pub(super) fn take(draft: &Draft, stream: &WorkStream) -> Result<Taken, Vec<FieldProblem>> {
    let declared = &stream.context_variables;
    if draft.lenient {
        return Ok(context::take_what_fits(&draft.context, declared));
    }
    context::take(&draft.context, declared).map_err(problems)
}

type Patched = (Context, Vec<Arc<str>>);

/// What classification wrote, but for what the patch sets or removes: that stands until it is classified again.
pub(super) fn kept(what: &Reclassify) -> Written {
    let mut written = what.written.clone();
    written.variables.retain(|name, _| !what.patch.contains_key(&**name));
    written
}

/// The context as given, with the patch.
pub(super) fn patched(what: &Reclassify, stream: &WorkStream) -> Result<Patched, Vec<FieldProblem>> {
    let set = what.patch.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
    let taken = context::take(&set.collect(), &stream.context_variables).map_err(problems)?;
    let removed = |key: &Arc<str>| matches!(what.patch.get(&**key), Some(None));
    // What the patch sets is declared or not as the work stream is now.
    let patched = |key: &Arc<str>| what.patch.contains_key(&**key);
    let mut context = what.written.given(&what.context);
    context.retain(|key, _| !removed(key));
    context.extend(taken.context);
    if context.len() > context::MAX_KEYS {
        return Err(problems(vec![ContextError::TooMany]));
    }
    let mut undeclared: Vec<Arc<str>> = what.undeclared.iter().filter(|key| !patched(key)).cloned().collect();
    undeclared.extend(taken.undeclared);
    undeclared.sort();
    undeclared.dedup();
    Ok((context, undeclared))
}

fn problems(errors: Vec<ContextError>) -> Vec<FieldProblem> {
    errors.into_iter().map(FieldProblem::Context).collect()
}
