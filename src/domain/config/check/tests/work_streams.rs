use super::*;
use crate::config::{EntityConfiguration, Mode};

fn within(min: i64, max: i64) -> Problem {
    Problem::OutOfRange { min, max }
}

fn range(min: u32, max: u32) -> Problem {
    within(min.into(), max.into())
}

#[test]
fn bounds_are_included_and_what_is_beyond_names_its_field() {
    let found = |edit: fn(&mut WorkStream)| of_stream(edit);
    let timeout = range(1, 3600);
    expect(&found(|s| s.distribution.notification.timeout_seconds = 1), &[]);
    expect(&found(|s| s.distribution.notification.timeout_seconds = 3600), &[]);
    let path = "/distribution/notification/timeout_seconds";
    expect(&found(|s| s.distribution.notification.timeout_seconds = 0), &[(path, timeout)]);
    expect(&found(|s| s.distribution.notification.timeout_seconds = 3601), &[(path, timeout)]);
    expect(&found(|s| s.capacity = 0), &[]);
    expect(&found(|s| s.capacity = u32::MAX), &[("/capacity", range(0, MAX_CAPACITY))]);
    let path = "/auto_close_after_inactivity_seconds";
    expect(&found(|s| s.auto_close_after_inactivity_seconds = Some(0)), &[(path, range(1, u32::MAX))]);
    expect(&found(|s| s.auto_close_after_inactivity_seconds = None), &[]);
    let path = "/distribution/refusal/max_refusals";
    expect(&found(|s| s.distribution.refusal.max_refusals = 0), &[(path, range(1, u32::MAX))]);
    expect(&found(|s| s.distribution.refusal.decline_cooldown_seconds = 0), &[]);
}

#[test]
fn names_are_neither_blank_nor_too_long() {
    expect(&of_stream(|s| s.name = "é".repeat(100)), &[]);
    let long = Problem::TooLong { max: MAX_NAME_CHARS };
    expect(&of_stream(|s| s.name = "é".repeat(101)), &[("/name", long)]);
    for blank in ["", "  "] {
        expect(&of_stream(|s| s.name = blank.into()), &[("/name", Problem::Blank)]);
    }
}

#[test]
fn an_id_is_well_formed() {
    let found = findings(&Change::PutWorkStream("Web chat".into(), Arc::new(stream())));
    expect(&found, &[("/id", Problem::BadId)]);
}

#[test]
fn affinity_and_select_from_push_take_push_and_records_have_no_affinity() {
    let pick = of_stream(|s| {
        s.distribution.mode = Mode::Pick;
        s.distribution.agent_affinity = true;
        s.distribution.select_from_push = true;
    });
    expect(
        &pick,
        &[
            ("/distribution/select_from_push", Problem::SelectFromPushWithPick),
            ("/distribution/agent_affinity", Problem::AffinityWithPick),
        ],
    );
    let mut entity = WorkStream::named("Cases", ChannelType::Entity);
    entity.distribution.agent_affinity = true;
    let entity = findings(&Change::PutWorkStream("cases".into(), Arc::new(entity)));
    expect(&entity, &[("/distribution/agent_affinity", Problem::AffinityWithEntity)]);
    expect(&of_stream(|s| s.distribution.agent_affinity = true), &[]);
}

#[test]
fn allowed_presences_are_some_and_never_inactive() {
    let found = |bases: &[BasePresence]| of_stream(|s| s.distribution.allowed_presences = bases.to_vec());
    expect(&found(&BasePresence::CHOOSABLE), &[]);
    expect(&found(&[]), &[("/distribution/allowed_presences", Problem::EmptyList)]);
    let bad = found(&[BasePresence::Busy, BasePresence::Inactive, BasePresence::Busy]);
    expect(
        &bad,
        &[
            ("/distribution/allowed_presences/1", Problem::InactiveNotAllowed),
            ("/distribution/allowed_presences/2", Problem::Duplicate),
        ],
    );
}

#[test]
fn variables_have_names_of_letters_digits_and_underscores_each_once() {
    let found = of_stream(|s| {
        let one = s.context_variables[0].clone();
        for name in ["tier", "Tier", "größe_2", "a b", "a.b", "", "x\u{300}"] {
            s.context_variables.push(Variable { name: name.into(), ..one.clone() });
        }
        s.context_variables[3].display_name.clear();
    });
    expect(
        &found,
        &[
            ("/context_variables/2/name", Problem::DuplicateName),
            ("/context_variables/3/display_name", Problem::Blank),
            ("/context_variables/5/name", Problem::BadName),
            ("/context_variables/6/name", Problem::BadName),
            ("/context_variables/7/name", Problem::Blank),
            ("/context_variables/8/name", Problem::BadName),
        ],
    );
}

#[test]
fn routes_lead_to_what_exists() {
    let share = |queue: &str, percent| Split { queue_id: queue.into(), percent };
    let found = of_stream(|s| {
        s.routing_rules = vec![
            rule(all(&[]), Route::Queue("vip".into())),
            rule(all(&[]), Route::Queue("nowhere".into())),
            rule(all(&[]), Route::Agent("ann".into())),
            rule(all(&[]), Route::Agent("nobody".into())),
            rule(all(&[]), Route::Split(vec![share("vip", 30), share("default-messaging", 70)])),
            rule(all(&[]), Route::Split(vec![share("vip", 30), share("nowhere", 69)])),
            rule(all(&[]), Route::Split(vec![share("vip", 101)])),
            rule(all(&[]), Route::Split(vec![])),
        ];
        s.fallback_queue_id = "nowhere".into();
    });
    expect(
        &found,
        &[
            ("/routing_rules/1/route_to/queue_id", Problem::UnknownQueue),
            ("/routing_rules/3/route_to/agent_id", Problem::UnknownAgent),
            ("/routing_rules/5/route_to/split/1/queue_id", Problem::UnknownQueue),
            ("/routing_rules/5/route_to/split", Problem::SplitSum { sum: 99 }),
            ("/routing_rules/6/route_to/split/0/percent", within(0, 100)),
            ("/routing_rules/6/route_to/split", Problem::SplitSum { sum: 101 }),
            ("/routing_rules/7/route_to/split", Problem::EmptyList),
            ("/fallback_queue_id", Problem::UnknownQueue),
        ],
    );
}

#[test]
fn a_channel_type_stays_that_of_its_channels() {
    expect(&of_stream(|s| s.channel_type = ChannelType::Sms), &[("/channel_type", Problem::TypeMismatch)]);
    let free = WorkStream::named("Free", ChannelType::Sms);
    assert_eq!(findings(&Change::PutWorkStream("free".into(), Arc::new(free))), []);
}

#[test]
fn lists_are_bounded() {
    let found = of_stream(|s| {
        s.routing_rules = vec![rule(all(&[]), Route::Queue("vip".into())); MAX_RULES + 1];
    });
    expect(&found, &[("/routing_rules", Problem::TooMany { max: MAX_RULES })]);
}

#[test]
fn an_entity_is_configured_once() {
    let entity = |name: &str| EntityConfiguration {
        entity_logical_name: name.into(),
        entity_set_name: "incidents".into(),
        relationship_name: None,
    };
    let mut cases = WorkStream::named("Cases", ChannelType::Entity);
    cases.entity_configurations = vec![entity("incident"), entity("task"), entity("incident"), entity("")];
    expect(
        &findings(&Change::PutWorkStream("cases".into(), Arc::new(cases))),
        &[
            ("/entity_configurations/2/entity_logical_name", Problem::Duplicate),
            ("/entity_configurations/3/entity_logical_name", Problem::Blank),
        ],
    );
}

#[test]
fn away_with_missed_offers_and_queues_without_members_are_warned_of() {
    let mut config = house();
    config.queues.insert("empty".into(), Arc::new(Queue::named("Empty", QueueType::Messaging)));
    let share = |queue: &str| Split { queue_id: queue.into(), percent: 50 };
    let mut stream = stream();
    stream.distribution.allowed_presences.push(BasePresence::Away);
    let gold = is("tier", Operator::Equals, &[t("gold")]);
    stream.routing_rules = vec![
        rule(gold.clone(), Route::Split(vec![share("vip"), share("empty")])),
        rule(gold, Route::Queue("default-messaging".into())),
    ];
    let codes = |config: &Config| -> Vec<_> {
        let found = warnings(&stream, config);
        found.into_iter().map(|(path, warning)| (pointer(&path), warning.code())).collect()
    };
    let shadowed = ("/routing_rules/1".to_owned(), "shadowed_rule");
    let empty = ("/routing_rules/0/route_to/split/1/queue_id".to_owned(), "queue_without_members");
    assert_eq!(codes(&config), [shadowed.clone(), empty.clone()]);
    Arc::make_mut(&mut config.settings).missed_notifications = true;
    let away = ("/distribution/allowed_presences".to_owned(), "away_with_missed");
    assert_eq!(codes(&config), [away, shadowed, empty]);
    assert_eq!(warnings(&WorkStream::named("New", ChannelType::Sms), &Config::default()), []);
}
