//! Skills: what a conversation requires, how that is relaxed with its age, and how near an agent comes to it
//! (SPEC §8, F66).
//!
//! Owns the requirement in force, a pure function of (skills required, steps of the work stream, age), so that
//! nothing of it is stored. Does not know queues: who waits for which step is `queue::relaxation`.

use std::collections::BTreeMap;

use super::config::{Ease, RelaxationStep, RequiredSkill};
use super::ids::SkillId;

/// A requirement in force. Conversations of the same one can be taken by the same agents.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Requirement {
    /// Skills with the levels that an agent must have.
    pub skills: Vec<RequiredSkill>,
    /// Skills that were dropped: who lacks one may take it all the same, after those who have them all.
    pub dropped: Vec<SkillId>,
}

impl Requirement {
    /// These skills as they stand.
    pub fn exact(skills: &[RequiredSkill]) -> Self {
        Self { skills: skills.to_vec(), dropped: Vec::new() }
    }

    /// What is required of skills at this age, in ms, after the steps that it has reached.
    pub fn at_age(skills: &[RequiredSkill], steps: &[RelaxationStep], age_ms: i64) -> Self {
        let mut requirement = Self::exact(skills);
        steps.iter().take(steps_taken(steps, age_ms)).for_each(|step| requirement.ease(step));
        requirement.dropped.sort();
        requirement
    }

    fn ease(&mut self, step: &RelaxationStep) {
        match &step.ease {
            Ease::MinLevel(level) => {
                self.skills.iter_mut().for_each(|skill| skill.min_level = skill.min_level.min(*level));
            }
            Ease::Drop(names) => {
                let (dropped, kept) =
                    self.skills.drain(..).partition(|skill: &RequiredSkill| names.contains(&skill.skill_id));
                self.skills = kept;
                self.dropped.extend(dropped.into_iter().map(|skill| skill.skill_id));
            }
        }
    }

    /// How near somebody with these levels comes; the least is nearest. `None` if a skill is missing or too low.
    pub fn nearness(&self, levels: &BTreeMap<SkillId, u32>) -> Option<Nearness> {
        let above = |skill: &RequiredSkill| levels.get(&skill.skill_id)?.checked_sub(skill.min_level);
        let excess = self.skills.iter().map(above).sum::<Option<u32>>()?;
        let lacking = self.dropped.iter().filter(|skill| !levels.contains_key(skill)).count();
        Some(Nearness { lacking: u32::try_from(lacking).unwrap_or(u32::MAX), excess })
    }
}

/// How near an agent's levels come to a requirement that they meet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Nearness {
    /// Dropped skills that the agent does not have.
    pub lacking: u32,
    /// Levels above those required, over all of them.
    pub excess: u32,
}

impl Nearness {
    /// The same order as one number.
    pub fn order(self) -> i64 {
        (i64::from(self.lacking) << 32) | i64::from(self.excess)
    }
}

/// How many of the steps an age, in ms, has reached. They ascend.
pub fn steps_taken(steps: &[RelaxationStep], age_ms: i64) -> usize {
    steps.iter().take_while(|step| i64::from(step.after_seconds) * 1000 <= age_ms).count()
}

/// All of these skills, each once with the highest level, in id order.
pub fn together<'a>(all: impl IntoIterator<Item = &'a RequiredSkill>) -> Vec<RequiredSkill> {
    let mut levels: BTreeMap<&SkillId, u32> = BTreeMap::new();
    for skill in all {
        let level = levels.entry(&skill.skill_id).or_default();
        *level = (*level).max(skill.min_level);
    }
    let required =
        |(skill_id, min_level): (&SkillId, u32)| RequiredSkill { skill_id: skill_id.clone(), min_level };
    levels.into_iter().map(required).collect()
}

#[cfg(test)]
mod tests;
