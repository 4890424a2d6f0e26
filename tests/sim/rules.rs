//! A random classification and relaxation for a work stream.

use callboard::domain::config::{
    ClassificationRule, Condition, Ease, Operand, Outputs, RelaxationStep, RequiredSkill, Route, RoutingRule,
    RuleSet, SkillRule, WorkStream,
};
use callboard::domain::ids::QueueId;

use crate::random::Random;
use crate::topology::{TOPICS, equals, topic};

/// Ages at which skills may be relaxed, in seconds.
const AGES: [u32; 6] = [2, 5, 10, 20, 40, 90];

/// Gives a work stream rule sets that chain, a routing rule and a skill rule that read what they write, and steps.
pub fn classify(random: &mut Random, stream: &mut WorkStream, fast: QueueId) {
    if random.chance(60) {
        let grades = ["high", "low", "high"];
        let rule = |random: &mut Random, grade: &str| {
            let when = topic(random.of(&TOPICS));
            rule(when, outputs(random, "grade", grade))
        };
        let grades = grades.iter().map(|grade| rule(random, grade)).collect();
        stream.classification = vec![set("grades", grades), set("lanes", lanes(random))];
        let by_lane = |name: &str, when, route_to| RoutingRule {
            name: name.into(),
            description: String::new(),
            when,
            route_to,
        };
        if random.chance(50) {
            let when = equals("lane", "fast");
            stream.routing_rules.insert(0, by_lane("fast", when, Route::Queue(fast)));
        }
        let skills = vec![skill(random)];
        let when = equals("lane", "slow");
        stream.skill_rules.push(SkillRule { name: "slow".into(), when, skills });
    }
    if random.chance(60) {
        let ages = AGES.into_iter().filter(|_| random.chance(40));
        let ages: Vec<u32> = ages.collect();
        stream.skill_relaxation = ages.into_iter().map(|age| step(random, age)).collect();
    }
}

fn lanes(random: &mut Random) -> Vec<ClassificationRule> {
    let mut lanes = vec![
        rule(equals("grade", "high"), outputs(random, "lane", "fast")),
        rule(equals("grade", "low"), outputs(random, "lane", "slow")),
    ];
    if random.chance(20) {
        lanes.push(rule(Condition::All(Vec::new()), outputs(random, "grade", "none")));
    }
    lanes
}

fn set(name: &str, rules: Vec<ClassificationRule>) -> RuleSet {
    RuleSet { name: name.into(), description: String::new(), rules }
}

fn rule(when: Condition, set: Outputs) -> ClassificationRule {
    ClassificationRule { name: "rule".into(), description: String::new(), when, set }
}

fn outputs(random: &mut Random, name: &str, value: &str) -> Outputs {
    Outputs {
        variables: [(name.to_owned(), Operand::Text(value.to_owned()))].into(),
        skills: if random.chance(40) { vec![skill(random)] } else { Vec::new() },
        priority: random.chance(40).then(|| random.of(&[-3, 0, 3, 8])),
    }
}

fn skill(random: &mut Random) -> RequiredSkill {
    RequiredSkill { skill_id: random.of(&["french", "tax"]).into(), min_level: random.number(1, 3) }
}

fn step(random: &mut Random, after_seconds: u32) -> RelaxationStep {
    let ease = if random.chance(50) {
        Ease::MinLevel(random.number(1, 2))
    } else {
        Ease::Drop(vec![random.of(&["french", "tax"]).into()])
    };
    RelaxationStep { after_seconds, ease }
}
