//! Caps of concurrent conversations and capacity profiles, with queue and agent together.

use std::sync::Arc;

use crate::command::{Act, Code, Target};
use crate::config::{
    self, AgentProfile, BlockCapacity, CapacityProfile, Change, Mode, NotificationKind, Reset, Settings,
};
use crate::conversation::{Happening, Status};
use crate::decision::Reason;
use crate::ids::ConversationId;
use crate::kit::{Kit, by_agent, supervisor};
use crate::record::Record;
use crate::time::Timestamp;

fn profile(limit: u32) -> CapacityProfile {
    CapacityProfile {
        name: "Profile".into(),
        limit,
        blocking: false,
        reset: Reset::None,
        time_zone: "UTC".into(),
    }
}

fn put_profile(kit: &mut Kit, id: &str, profile: CapacityProfile) {
    kit.put(Change::PutCapacityProfile(id.into(), Arc::new(profile)));
}

fn put_agent(kit: &mut Kit, id: &str, profiles: &[(&str, Option<u32>)]) {
    let mut agent = config::Agent::named(id);
    agent.queue_ids = vec!["q".into()];
    let mine = |(id, limit): &(&str, Option<u32>)| AgentProfile { profile_id: (*id).into(), limit: *limit };
    agent.capacity_profiles = profiles.iter().map(mine).collect();
    kit.put(Change::PutAgent(id.into(), Arc::new(agent)));
}

fn need(kit: &mut Kit, profiles: &[&str]) {
    let ids = profiles.iter().map(|id| (*id).into()).collect();
    kit.put_stream(|stream| stream.capacity_profile_ids = ids);
}

/// Why agents were passed over at the last look for this conversation.
fn passed_over(kit: &Kit, id: ConversationId) -> Vec<(Reason, u32)> {
    let trace = kit.log.iter().rev().find_map(|record| match &**record {
        Record::Event(event) if event.conversation == id => match &event.what {
            Happening::Unmatched { trace } => Some(trace.clone()),
            _ => None,
        },
        _ => None,
    });
    trace.expect("a look").passed_over.into_iter().collect()
}

fn finish(kit: &mut Kit, agent: &str, id: ConversationId) {
    kit.act(id, Act::End, by_agent(agent)).unwrap();
    kit.act(id, Act::Close(None), by_agent(agent)).unwrap();
}

#[test]
fn a_cap_of_concurrent_conversations_counts_offers_active_ones_and_wrap_up_that_holds() {
    let mut kit = Kit::new();
    kit.put_stream(|stream| stream.distribution.max_conversations_per_agent = Some(1));
    kit.put_agent("ana", 10);
    kit.connect("ana");
    let (first, second) = (kit.create(), kit.create());
    assert_eq!((kit.offered_to(first), kit.offered_to(second)), (Some("ana"), None), "on offer");
    assert_eq!(passed_over(&kit, second), [(Reason::Capacity, 1)]);
    kit.answer("ana", first, true).unwrap();
    assert_eq!(kit.offered_to(second), None, "active");
    kit.act(first, Act::End, by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(second), None, "wrap-up that holds");
    kit.act(first, Act::Close(None), by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(second), Some("ana"));
}

#[test]
fn a_cap_holds_for_conversations_that_open_directly() {
    let mut kit = Kit::new();
    kit.put_stream(|stream| {
        stream.distribution.max_conversations_per_agent = Some(2);
        stream.distribution.notification.kind = NotificationKind::OpenDirectly;
    });
    kit.put_agent("ana", 10);
    kit.connect("ana");
    let ids = [kit.create(), kit.create(), kit.create()];
    let active = ids.map(|id| kit.conversation(id).status);
    assert_eq!(active, [Status::Active, Status::Active, Status::Open]);
}

#[test]
fn a_cap_counts_conversations_that_cost_nothing_and_their_end_brings_the_next() {
    let mut kit = Kit::new();
    kit.put_stream(|stream| {
        stream.capacity = 0;
        stream.distribution.max_conversations_per_agent = Some(1);
    });
    kit.put_agent("ana", 0);
    kit.connect("ana");
    let (first, second) = (kit.create(), kit.create());
    kit.answer("ana", first, true).unwrap();
    assert_eq!(kit.offered_to(second), None);
    finish(&mut kit, "ana", first);
    assert_eq!(kit.offered_to(second), Some("ana"));
}

#[test]
fn what_an_agent_takes_and_a_supervisor_assigns_may_exceed_cap_and_profiles_and_pushes_wait_until_below() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(1));
    put_agent(&mut kit, "ana", &[("chats", None)]);
    kit.connect("ana");
    let both = |stream: &mut config::WorkStream| {
        stream.capacity_profile_ids = vec!["chats".into()];
        stream.distribution.max_conversations_per_agent = Some(1);
        stream.distribution.select_from_push = true;
    };
    kit.put_stream(both);
    let ids = [kit.create(), kit.create(), kit.create(), kit.create()];
    kit.answer("ana", ids[0], true).unwrap();
    kit.act(ids[1], Act::Pick, by_agent("ana")).unwrap();
    kit.act(ids[2], Act::Assign("ana".into()), supervisor()).unwrap();
    for (n, id) in ids[..3].iter().enumerate() {
        assert_eq!(kit.conversation(*id).status, Status::Active, "{n}");
        assert_eq!(kit.offered_to(ids[3]), None, "{n} over");
        if n < 2 {
            finish(&mut kit, "ana", *id);
        }
    }
    finish(&mut kit, "ana", ids[2]);
    assert_eq!(kit.offered_to(ids[3]), Some("ana"));
}

#[test]
fn an_agent_without_a_named_profile_has_no_room_in_it() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(5));
    need(&mut kit, &["chats"]);
    put_agent(&mut kit, "ana", &[]);
    kit.connect("ana");
    let id = kit.create();
    assert_eq!(kit.offered_to(id), None);
    assert_eq!(passed_over(&kit, id), [(Reason::Capacity, 1)]);
    put_agent(&mut kit, "ana", &[("chats", None)]);
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn room_is_needed_in_every_profile_and_is_freed_with_the_grant() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(2));
    put_profile(&mut kit, "french", profile(1));
    need(&mut kit, &["chats", "french"]);
    put_agent(&mut kit, "ana", &[("chats", None), ("french", None)]);
    kit.connect("ana");
    let (first, second) = (kit.create(), kit.create());
    assert_eq!((kit.offered_to(first), kit.offered_to(second)), (Some("ana"), None));
    kit.answer("ana", first, true).unwrap();
    kit.act(first, Act::Wait, by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(second), Some("ana"), "waiting holds no place");
}

#[test]
fn wrap_up_that_holds_no_capacity_gives_its_places_back() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(1));
    put_agent(&mut kit, "ana", &[("chats", None)]);
    kit.connect("ana");
    for (block, at_once, later) in [
        (BlockCapacity::Never, Some("ana"), Some("ana")),
        (BlockCapacity::Seconds(30), None, Some("ana")),
        (BlockCapacity::Always, None, None),
    ] {
        kit.put_stream(|stream| {
            stream.capacity_profile_ids = vec!["chats".into()];
            stream.block_capacity = block;
        });
        let (first, second) = (kit.create(), kit.create());
        kit.answer("ana", first, true).unwrap();
        kit.act(first, Act::End, by_agent("ana")).unwrap();
        assert_eq!(kit.offered_to(second), at_once, "{block:?}");
        kit.pass(31_000);
        assert_eq!(kit.offered_to(second), later, "{block:?} after 31 s");
        kit.act(first, Act::Close(None), by_agent("ana")).unwrap();
        kit.act(second, Act::Close(None), supervisor()).unwrap();
    }
}

#[test]
fn an_agents_own_limit_stands_in_for_the_profiles_and_raising_it_brings_work() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(3));
    need(&mut kit, &["chats"]);
    put_agent(&mut kit, "ana", &[("chats", Some(1))]);
    put_agent(&mut kit, "ben", &[("chats", None)]);
    kit.connect("ana");
    let (first, second) = (kit.create(), kit.create());
    assert_eq!((kit.offered_to(first), kit.offered_to(second)), (Some("ana"), None));
    put_agent(&mut kit, "ana", &[("chats", Some(2))]);
    assert_eq!(kit.offered_to(second), Some("ana"));
}

#[test]
fn lowering_a_limit_ends_nothing_and_raising_it_brings_work() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(2));
    need(&mut kit, &["chats"]);
    put_agent(&mut kit, "ana", &[("chats", None)]);
    kit.connect("ana");
    let ids = [kit.create(), kit.create(), kit.create()];
    kit.answer("ana", ids[0], true).unwrap();
    put_profile(&mut kit, "chats", profile(1));
    assert_eq!(kit.offered_to(ids[1]), Some("ana"));
    finish(&mut kit, "ana", ids[0]);
    assert_eq!(kit.offered_to(ids[2]), None, "one of one is taken");
    put_profile(&mut kit, "chats", profile(2));
    assert_eq!(kit.offered_to(ids[2]), Some("ana"));
}

#[test]
fn a_blocking_profile_keeps_everything_else_away_but_what_takes_a_place_in_it_too() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "calls", CapacityProfile { blocking: true, ..profile(2) });
    put_agent(&mut kit, "ana", &[("calls", None)]);
    kit.connect("ana");
    need(&mut kit, &["calls"]);
    let call = kit.create();
    assert_eq!(kit.offered_to(call), Some("ana"));
    kit.put_stream(|_| {});
    let chat = kit.create();
    assert_eq!(kit.offered_to(chat), None);
    assert_eq!(passed_over(&kit, chat), [(Reason::Capacity, 1)]);
    need(&mut kit, &["calls"]);
    let another = kit.create();
    assert_eq!(kit.offered_to(chat), Some("ana"), "its stream takes a place now");
    assert_eq!(kit.offered_to(another), None, "both places are taken");
    kit.put_stream(|_| {});
    kit.answer("ana", chat, true).unwrap();
    kit.answer("ana", call, true).unwrap();
    finish(&mut kit, "ana", chat);
    assert_eq!(kit.offered_to(another), None);
    finish(&mut kit, "ana", call);
    assert_eq!(kit.offered_to(another), Some("ana"), "nothing blocks any more");
}

#[test]
fn a_grant_keeps_the_places_that_it_was_made_with() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "old", profile(1));
    put_profile(&mut kit, "new", profile(1));
    put_agent(&mut kit, "ana", &[("old", None), ("new", None)]);
    kit.connect("ana");
    need(&mut kit, &["old"]);
    let first = kit.create();
    kit.answer("ana", first, true).unwrap();
    need(&mut kit, &["new"]);
    let second = kit.create();
    assert_eq!(kit.offered_to(second), Some("ana"), "the first stands in the old profile");
    need(&mut kit, &["old"]);
    let third = kit.create();
    assert_eq!(kit.offered_to(third), None);
    finish(&mut kit, "ana", first);
    assert_eq!(kit.offered_to(third), Some("ana"));
}

#[test]
fn a_transfer_to_an_agent_without_a_place_is_refused_and_the_giver_keeps_the_conversation() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(1));
    need(&mut kit, &["chats"]);
    put_agent(&mut kit, "ana", &[("chats", None)]);
    put_agent(&mut kit, "ben", &[]);
    kit.connect("ana");
    kit.connect("ben");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    let to = Act::Transfer(Target::Agent("ben".into()));
    let refused = kit.act(id, to.clone(), by_agent("ana")).unwrap_err();
    assert_eq!(refused.code, Code::NoCapacity);
    assert_eq!(kit.conversation(id).agent, Some("ana".into()));
    put_agent(&mut kit, "ben", &[("chats", None)]);
    kit.act(id, to, by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(id), Some("ben"));
}

#[test]
fn a_stream_that_is_picked_from_asks_for_no_places() {
    let mut kit = Kit::new();
    put_profile(&mut kit, "chats", profile(1));
    put_agent(&mut kit, "ana", &[]);
    kit.connect("ana");
    kit.put_stream(|stream| {
        stream.distribution.mode = Mode::Pick;
        stream.capacity_profile_ids = vec!["chats".into()];
    });
    let id = kit.create();
    kit.act(id, Act::Pick, by_agent("ana")).unwrap();
    let taken = kit.agents[&"ana".into()].taken(kit.now);
    assert_eq!(taken.by_profile.get(&"chats".into()), Some(&1), "but they are counted");
}

const DAY_MS: i64 = 86_400_000;

/// A daily quota of `limit`; no age limits, so that conversations may wait for a day.
fn daily(limit: u32) -> Kit {
    let mut kit = Kit::new();
    let mut settings = Settings::default();
    settings.age_limits.values_mut().for_each(|limits| *limits = config::AgeLimits::default());
    kit.put(Change::PutSettings(Arc::new(settings)));
    put_profile(&mut kit, "calls", CapacityProfile { reset: Reset::EndOfDay, ..profile(limit) });
    need(&mut kit, &["calls"]);
    put_agent(&mut kit, "ana", &[("calls", None)]);
    kit.connect("ana");
    kit
}

#[test]
fn a_daily_place_comes_back_at_midnight_and_not_before() {
    let mut kit = daily(1);
    let (first, second) = (kit.create(), kit.create());
    kit.answer("ana", first, true).unwrap();
    finish(&mut kit, "ana", first);
    assert_eq!(kit.offered_to(second), None, "the day's place is spent");
    kit.pass(DAY_MS - kit.now.0 - 1);
    assert_eq!(kit.offered_to(second), None);
    kit.pass(1);
    assert_eq!(kit.offered_to(second), Some("ana"), "at midnight");
}

#[test]
fn a_reservation_just_after_midnight_does_not_hide_that_daily_places_came_back() {
    let mut kit = daily(2);
    // What costs nothing changes no presence, which would start a round of its own.
    kit.put_stream(|stream| {
        stream.capacity = 0;
        stream.capacity_profile_ids = vec!["calls".into()];
    });
    let ids: Vec<_> = (0..4).map(|_| kit.create()).collect();
    for id in &ids[..2] {
        kit.answer("ana", *id, true).unwrap();
        finish(&mut kit, "ana", *id);
    }
    kit.act(ids[2], Act::Transfer(Target::Queue("default-messaging".into())), supervisor()).unwrap();
    assert_eq!(kit.offered_to(ids[2]), None, "the day's places are spent");
    kit.now = Timestamp(DAY_MS);
    kit.act(ids[3], Act::Assign("ana".into()), supervisor()).unwrap();
    kit.pass(0);
    assert_eq!(kit.offered_to(ids[2]), Some("ana"));
}

#[test]
fn a_conversation_that_outlasts_its_day_takes_no_place_of_the_next() {
    let mut kit = daily(1);
    let (first, second) = (kit.create(), kit.create());
    kit.answer("ana", first, true).unwrap();
    kit.pass(DAY_MS - kit.now.0);
    assert_eq!(kit.conversation(first).status, Status::Active);
    assert_eq!(kit.offered_to(second), Some("ana"));
}

#[test]
fn an_offer_that_is_declined_spends_no_daily_place() {
    let mut kit = daily(1);
    let (first, second) = (kit.create(), kit.create());
    assert_eq!(kit.offered_to(second), None, "an open offer holds it");
    kit.answer("ana", first, false).unwrap();
    assert_eq!(kit.offered_to(second), Some("ana"));
}

#[test]
fn a_conversation_takes_one_daily_place_however_often_it_is_assigned() {
    let mut kit = daily(2);
    let first = kit.create();
    kit.answer("ana", first, true).unwrap();
    kit.act(first, Act::Wait, by_agent("ana")).unwrap();
    kit.act(first, Act::Reopen, by_agent("ana")).unwrap();
    let second = kit.create();
    assert_eq!(kit.offered_to(second), Some("ana"));
    let taken = kit.agents[&"ana".into()].taken(kit.now);
    assert_eq!(taken.by_profile.get(&"calls".into()), Some(&2));
}
