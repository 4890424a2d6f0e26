//! What a conversation requires at its age, and how near somebody comes to it, by code of its own.

use std::collections::BTreeMap;

use callboard::domain::config::{Ease, RelaxationStep, RequiredSkill};
use callboard::domain::ids::SkillId;
use callboard::domain::skills::Requirement;
use callboard::domain::time::Timestamp;

/// Least level by skill; `None` is one that was dropped.
pub type Need = BTreeMap<SkillId, Option<u32>>;

/// What is required of these skills, so long after `queued_at`.
pub fn need(
    skills: &[RequiredSkill],
    steps: &[RelaxationStep],
    queued_at: Timestamp,
    now: Timestamp,
) -> Need {
    let mut need: Need = skills.iter().map(|s| (s.skill_id.clone(), Some(s.min_level))).collect();
    for step in steps {
        if queued_at.plus_seconds(step.after_seconds) > now {
            continue;
        }
        for (id, level) in &mut need {
            match &step.ease {
                Ease::MinLevel(most) => *level = level.map(|level| level.min(*most)),
                Ease::Drop(names) if names.contains(id) => *level = None,
                Ease::Drop(_) => {}
            }
        }
    }
    need
}

/// How many dropped skills somebody lacks and how far above the others it is; `None` if one is missing or too low.
pub fn above(have: &BTreeMap<SkillId, u32>, need: &Need) -> Option<(u32, u32)> {
    let (mut lacking, mut sum) = (0, 0);
    for (id, least) in need {
        match (have.get(id), least) {
            (None, None) => lacking += 1,
            (Some(_), None) => {}
            (Some(level), Some(least)) if level >= least => sum += level - least,
            (_, Some(_)) => return None,
        }
    }
    Some((lacking, sum))
}

/// The key of the class in which somebody with this need waits.
pub fn requirement(need: &Need) -> Requirement {
    let mut requirement = Requirement::default();
    for (id, level) in need {
        match level {
            Some(level) => {
                requirement.skills.push(RequiredSkill { skill_id: id.clone(), min_level: *level });
            }
            None => requirement.dropped.push(id.clone()),
        }
    }
    requirement
}
