use super::*;

fn skill(id: &str, min_level: u32) -> RequiredSkill {
    RequiredSkill { skill_id: id.into(), min_level }
}

fn levels(levels: &[(&str, u32)]) -> BTreeMap<SkillId, u32> {
    levels.iter().map(|(id, level)| ((*id).into(), *level)).collect()
}

fn steps() -> Vec<RelaxationStep> {
    vec![
        RelaxationStep { after_seconds: 60, ease: Ease::MinLevel(3) },
        RelaxationStep { after_seconds: 120, ease: Ease::Drop(vec!["spanish".into()]) },
        RelaxationStep { after_seconds: 180, ease: Ease::MinLevel(1) },
    ]
}

#[test]
fn each_step_takes_off_what_it_says_from_its_age_on() {
    let required = [skill("spanish", 5), skill("tax", 2)];
    let at = |age_ms| Requirement::at_age(&required, &steps(), age_ms);
    assert_eq!(at(59_999), Requirement::exact(&required));
    assert_eq!(at(60_000).skills, [skill("spanish", 3), skill("tax", 2)]);
    assert_eq!(at(60_000).dropped, []);
    assert_eq!(at(120_000), Requirement { skills: vec![skill("tax", 2)], dropped: vec!["spanish".into()] });
    assert_eq!(at(180_000).skills, [skill("tax", 1)]);
    assert_eq!([59_999, 60_000, 120_000, i64::MAX].map(|age| steps_taken(&steps(), age)), [0, 1, 2, 3]);
    assert_eq!(Requirement::at_age(&required, &[], i64::MAX), Requirement::exact(&required));
}

#[test]
fn who_has_a_dropped_skill_comes_before_who_lacks_it_and_then_the_nearest_level() {
    let required = [skill("spanish", 5), skill("tax", 2)];
    let requirement = Requirement::at_age(&required, &steps(), 120_000);
    let near = |have: &[(&str, u32)]| requirement.nearness(&levels(have));
    assert_eq!(near(&[("spanish", 9)]), None, "tax is still required");
    assert_eq!(near(&[("tax", 1)]), None, "and at its level");
    let order = [
        near(&[("tax", 2), ("spanish", 1)]),
        near(&[("tax", 4), ("spanish", 1)]),
        near(&[("tax", 2)]),
        near(&[("tax", 3)]),
    ];
    assert!(order.iter().all(Option::is_some) && order.is_sorted());
    let numbers: Vec<i64> = order.iter().flatten().map(|near| near.order()).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
}

#[test]
fn skills_of_several_sources_stand_once_with_the_highest_level() {
    let all = [skill("tax", 2), skill("french", 1), skill("tax", 4), skill("french", 1)];
    assert_eq!(together(&all), [skill("french", 1), skill("tax", 4)]);
}
