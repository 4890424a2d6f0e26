use super::*;
use crate::config::{
    AgentSkill, ApiKey, IdentificationField, IdentificationRule, Match, RequiredSkill, Role, SkillRule,
};

/// Everything refers to something: by fallback, rule, split, member, skill, presence, channel.
fn tangle() -> Config {
    let mut config = house();
    let gold = || is("tier", Operator::Equals, &[t("gold")]);
    let mut put = |id: &str, edit: fn(&mut WorkStream)| {
        let mut stream = stream();
        edit(&mut stream);
        config.work_streams.insert(id.into(), Arc::new(stream));
    };
    put("by-fallback", |s| s.fallback_queue_id = "vip".into());
    put("by-rule", |s| s.routing_rules = vec![rule(all(&[]), Route::Queue("vip".into()))]);
    put("by-split", |s| {
        let share = |queue: &str| Split { queue_id: queue.into(), percent: 50 };
        s.routing_rules = vec![rule(all(&[]), Route::Split(vec![share("x"), share("vip")]))];
    });
    put("by-agent", |s| s.routing_rules = vec![rule(all(&[]), Route::Agent("ann".into()))]);
    put("by-skill", |s| {
        let skills = vec![RequiredSkill { skill_id: "french".into(), min_level: 1 }];
        s.skill_rules = vec![SkillRule { name: "s".into(), when: all(&[]), skills }];
    });
    let stream = config.work_streams.get_mut(&"by-agent".into()).unwrap();
    Arc::make_mut(stream).routing_rules.push(rule(gold(), Route::Agent("ann".into())));
    let skills = vec![AgentSkill { skill_id: "french".into(), level: 2 }];
    let bob = Agent { default_presence: "lunch".into(), skills, ..Agent::named("Bob") };
    config.agents.insert("bob".into(), Arc::new(bob));
    let pair = Match { field: IdentificationField::Email, variable: "mail".into() };
    let rule = IdentificationRule { work_stream_id: Some("web".into()), matches: vec![pair] };
    config.identification_rules.insert("mail".into(), Arc::new(rule));
    let key =
        ApiKey { name: "K".into(), role: Role::Backend, channel_ids: vec!["site".into()], digest: [0; 32] };
    config.api_keys.insert("bot".into(), Arc::new(key));
    config.operating_hours.insert("office".into(), Arc::new(hours()));
    let mut night = Queue::named("Night", QueueType::Messaging);
    night.operating_hours_id = Some("office".into());
    config.queues.insert("night".into(), Arc::new(night));
    config
}

#[test]
fn each_resource_names_who_refers_to_it_once() {
    let config = tangle();
    let stream = |id: &str| Key::WorkStream(id.into());
    let agent = |id: &str| Key::Agent(id.into());
    let table = [
        (
            Key::Queue("vip".into()),
            vec![stream("by-fallback"), stream("by-rule"), stream("by-split"), agent("ann")],
        ),
        (stream("web"), vec![Key::Channel("site".into()), Key::IdentificationRule("mail".into())]),
        (stream("by-rule"), vec![]),
        (agent("ann"), vec![stream("by-agent")]),
        (agent("bob"), vec![]),
        (Key::Skill("french".into()), vec![stream("by-skill"), agent("bob")]),
        (Key::Presence("lunch".into()), vec![agent("bob")]),
        (Key::Channel("site".into()), vec![Key::ApiKey("bot".into())]),
        (Key::IdentificationRule("mail".into()), vec![]),
        (Key::ApiKey("bot".into()), vec![]),
        (Key::OperatingHours("office".into()), vec![Key::Queue("night".into())]),
        (Key::Queue("nowhere".into()), vec![]),
    ];
    for (key, expected) in table {
        assert_eq!(references(&key, &config), expected, "{key:?}");
    }
}

#[test]
fn what_refers_would_have_a_finding_if_its_object_were_gone() {
    let config = tangle();
    for key in [
        Key::Queue("vip".into()),
        Key::WorkStream("web".into()),
        Key::Agent("ann".into()),
        Key::Skill("french".into()),
        Key::Presence("lunch".into()),
        Key::Channel("site".into()),
        Key::OperatingHours("office".into()),
    ] {
        let mut without = config.clone();
        without.apply(&Change::Delete(key.clone()));
        for by in references(&key, &config) {
            let put = match &by {
                Key::WorkStream(id) => Change::PutWorkStream(id.clone(), config.work_streams[id].clone()),
                Key::Queue(id) => Change::PutQueue(id.clone(), config.queues[id].clone()),
                Key::Agent(id) => Change::PutAgent(id.clone(), config.agents[id].clone()),
                Key::Channel(id) => Change::PutChannel(id.clone(), config.channels[id].clone()),
                Key::ApiKey(id) => Change::PutApiKey(id.clone(), config.api_keys[id].clone()),
                Key::IdentificationRule(id) => {
                    Change::PutIdentificationRule(id.clone(), config.identification_rules[id].clone())
                }
                other => panic!("{other:?} refers to nothing"),
            };
            let before = check(&put, &config).len();
            assert!(check(&put, &without).len() > before, "{by:?} without {key:?}");
        }
    }
}

#[test]
fn what_exists_from_the_start_is_built_in() {
    let queue = |id: &str| Key::Queue(id.into());
    let presence = |id: &str| Key::Presence(id.into());
    for key in [
        Key::Settings,
        queue("default-messaging"),
        queue("default-record"),
        Key::WorkStream("default-live-chat".into()),
        presence("available"),
        presence("busy_dnd"),
        presence("inactive"),
    ] {
        assert!(is_built_in(&key), "{key:?}");
    }
    for key in [queue("vip"), Key::WorkStream("web".into()), presence("lunch"), Key::Agent("ann".into())] {
        assert!(!is_built_in(&key), "{key:?}");
    }
}
