use super::*;
use crate::config::{
    AgentSkill, ApiKey, Customer, IdentificationField, IdentificationRule, Match, QuickReply, Role, Settings,
};

fn range(min: u32, max: u32) -> Problem {
    Problem::OutOfRange { min: min.into(), max: max.into() }
}

#[test]
fn settings_are_bounded_and_every_channel_type_has_limits() {
    let mut settings = Settings {
        organization_id: String::new(),
        max_open_offers: 0,
        presence_grace_seconds: 0,
        ..Settings::default()
    };
    settings.age_limits.remove(&ChannelType::Line);
    settings.age_limits.get_mut(&ChannelType::Sms).unwrap().open_seconds = Some(0);
    expect(
        &findings(&Change::PutSettings(Arc::new(settings))),
        &[
            ("/organization_id", Problem::Blank),
            ("/max_open_offers", range(1, u32::MAX)),
            ("/age_limits/sms/open_seconds", range(1, u32::MAX)),
            ("/age_limits/line", Problem::MissingAgeLimits),
        ],
    );
}

#[test]
fn an_agent_names_what_exists_and_a_presence_that_people_can_choose() {
    let skill = |id: &str, level| AgentSkill { skill_id: id.into(), level };
    let agent = Agent {
        role: Role::Backend,
        capacity: MAX_CAPACITY + 1,
        queue_ids: vec!["vip".into(), "nowhere".into(), "vip".into()],
        default_presence: "siesta".into(),
        skills: vec![skill("french", 6), skill("latin", 1), skill("french", 5)],
        ..Agent::named("Ann")
    };
    expect(
        &findings(&Change::PutAgent("ann".into(), Arc::new(agent))),
        &[
            ("/role", Problem::RoleNotAllowed),
            ("/capacity", range(0, MAX_CAPACITY)),
            ("/queue_ids/1", Problem::UnknownQueue),
            ("/queue_ids/2", Problem::Duplicate),
            ("/default_presence", Problem::UnknownPresence),
            ("/skills/0/level", Problem::LevelOutOfRange { max: 5 }),
            ("/skills/1/skill_id", Problem::UnknownSkill),
            ("/skills/2/skill_id", Problem::Duplicate),
        ],
    );
    let with = |presence: &str| {
        let agent = Agent { default_presence: presence.into(), ..Agent::named("Ann") };
        findings(&Change::PutAgent("ann".into(), Arc::new(agent)))
    };
    expect(&with("lunch"), &[]);
    expect(&with("offline"), &[]);
    expect(&with("inactive"), &[("/default_presence", Problem::InactiveNotAllowed)]);
}

#[test]
fn a_channel_is_of_its_work_streams_type() {
    let put = |channel| findings(&Change::PutChannel("site".into(), Arc::new(channel)));
    expect(&put(channel()), &[]);
    expect(&put(Channel { kind: ChannelType::Sms, ..channel() }), &[("/type", Problem::TypeMismatch)]);
    let nowhere = Channel { work_stream_id: "nowhere".into(), ..channel() };
    expect(&put(nowhere), &[("/work_stream_id", Problem::UnknownWorkStream)]);
}

#[test]
fn origins_are_what_a_browser_sends() {
    let origins = ["https://shop.example", "http://localhost:8080", "https://[::1]:1", "*"];
    let bad = ["shop.example", "https://", "https://shop.example/", "ftp://x", ""];
    let allowed_origins = origins.iter().chain(&bad).map(|text| (*text).to_owned()).collect();
    let found =
        findings(&Change::PutChannel("site".into(), Arc::new(Channel { allowed_origins, ..channel() })));
    let paths: Vec<_> =
        (4..9).map(|i| (format!("/settings/allowed_origins/{i}"), Problem::BadOrigin)).collect();
    assert_eq!(found, paths);
}

#[test]
fn base_presences_are_locked_and_inactive_is_no_base() {
    let put = |id: &str, base| {
        let presence = CustomPresence { text: "X".into(), base, description: None };
        findings(&Change::PutPresence(id.into(), Arc::new(presence)))
    };
    expect(&put("tea", BasePresence::Away), &[]);
    expect(&put("away", BasePresence::Away), &[("/id", Problem::BuiltIn)]);
    expect(&put("inactive", BasePresence::Away), &[("/id", Problem::BuiltIn)]);
    expect(&put("tea", BasePresence::Inactive), &[("/base", Problem::InactiveNotAllowed)]);
}

#[test]
fn a_skill_keeps_the_levels_that_are_in_use() {
    let mut config = house();
    let skills = vec![AgentSkill { skill_id: "french".into(), level: 4 }];
    config.agents.insert("bob".into(), Arc::new(Agent { skills, ..Agent::named("Bob") }));
    let put = |max_level| {
        let change = Change::PutSkill("french".into(), Arc::new(Skill { name: "French".into(), max_level }));
        check(&change, &config).into_iter().map(|found| found.problem).collect::<Vec<_>>()
    };
    assert_eq!(put(4), []);
    assert_eq!(put(3), [range(4, MAX_LEVEL)]);
    expect(
        &findings(&Change::PutSkill("new".into(), Arc::new(Skill { name: "New".into(), max_level: 0 }))),
        &[("/max_level", range(1, MAX_LEVEL))],
    );
}

#[test]
fn the_small_resources_name_their_fields() {
    let customer = Customer {
        name: String::new(),
        email: Some("x".repeat(255)),
        phone: Some("1".repeat(101)),
        case_numbers: vec!["1".into(), " ".into()],
        active: true,
    };
    expect(
        &findings(&Change::PutCustomer("c".into(), Arc::new(customer))),
        &[
            ("/name", Problem::Blank),
            ("/email", Problem::TooLong { max: 254 }),
            ("/phone", Problem::TooLong { max: 100 }),
            ("/case_numbers/1", Problem::Blank),
        ],
    );
    let pair = Match { field: IdentificationField::Email, variable: String::new() };
    let rule = |matches| IdentificationRule { work_stream_id: Some("nowhere".into()), matches };
    expect(
        &findings(&Change::PutIdentificationRule("R".into(), Arc::new(rule(vec![pair])))),
        &[
            ("/id", Problem::BadId),
            ("/work_stream_id", Problem::UnknownWorkStream),
            ("/match/0/variable", Problem::Blank),
        ],
    );
    expect(
        &findings(&Change::PutIdentificationRule("r".into(), Arc::new(rule(vec![])))),
        &[("/work_stream_id", Problem::UnknownWorkStream), ("/match", Problem::EmptyList)],
    );
    let channel_ids = vec!["site".into(), "nowhere".into()];
    let key = ApiKey { name: "K".into(), role: Role::Agent, channel_ids, digest: [0; 32] };
    expect(
        &findings(&Change::PutApiKey("k".into(), Arc::new(key))),
        &[("/role", Problem::RoleNotAllowed), ("/channel_ids/1", Problem::UnknownChannel)],
    );
    let queue = Queue { service_level_seconds: Some(0), ..Queue::named(" ", QueueType::Record) };
    expect(
        &findings(&Change::PutQueue("q".into(), Arc::new(queue))),
        &[("/name", Problem::Blank), ("/service_level_seconds", range(1, u32::MAX))],
    );
}

#[test]
fn names_are_one_line_and_texts_have_no_control_character_but_line_breaks_and_tabs() {
    let reply = |title: &str, text: &str, tag: &str| {
        let reply = QuickReply {
            title: title.into(),
            text: text.into(),
            language: None,
            tags: vec![tag.into()],
            work_stream_ids: vec![],
        };
        findings(&Change::PutQuickReply("hello".into(), Arc::new(reply)))
    };
    expect(&reply("Hello", "Hi,\r\n\twelcome\nhere \u{2028}é", "greeting"), &[]);
    expect(
        &reply("Hel\nlo", "Hi\u{7}", "gree\tting"),
        &[
            ("/title", Problem::NotOneLine),
            ("/text", Problem::ControlCharacter),
            ("/tags/0", Problem::NotOneLine),
        ],
    );
    for control in ["\0", "\u{1b}[2J", "\u{7f}", "\u{85}", "\u{9b}"] {
        let found = reply("Hello", &format!("Hi{control}"), "x");
        expect(&found, &[("/text", Problem::ControlCharacter)]);
        let queue = Queue::named(&format!("V{control}IP"), QueueType::Messaging);
        let found = findings(&Change::PutQueue("vip".into(), Arc::new(queue)));
        expect(&found, &[("/name", Problem::NotOneLine)]);
    }
    let presence = CustomPresence {
        text: "Tea\r".into(),
        base: BasePresence::Away,
        description: Some("Back\nsoon\u{0}".into()),
    };
    expect(
        &findings(&Change::PutPresence("tea".into(), Arc::new(presence))),
        &[("/text", Problem::NotOneLine), ("/description", Problem::ControlCharacter)],
    );
}

#[test]
fn of_a_thousand_quick_replies_each_can_change_and_none_can_be_added() {
    let reply = QuickReply {
        title: "Hello".into(),
        text: "Hi".into(),
        language: None,
        tags: vec![],
        work_stream_ids: vec![],
    };
    let put = |n: usize| Change::PutQuickReply(format!("r{n}").into(), Arc::new(reply.clone()));
    let mut config = house();
    (0..MAX_QUICK_REPLIES).for_each(|n| config.apply(&put(n)));
    let checks = Checks::new(&config);
    assert_eq!(checks.of(&put(7)), []);
    let more = checks.of(&put(MAX_QUICK_REPLIES));
    assert_eq!(more.len(), 1);
    assert_eq!(more[0].problem, Problem::TooMany { max: MAX_QUICK_REPLIES });
    config.apply(&put(MAX_QUICK_REPLIES));
    assert_eq!(Checks::new(&config).of(&put(7)).len(), 1, "one too many, whichever it is");
}
