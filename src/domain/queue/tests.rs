//! The queue and the agent together, one story a test.

use crate::command::{Act, AgentAct, Answer, Caller, Code, Command, Target};
use crate::config::{BlockCapacity, Mode, NotificationKind};
use crate::conversation::{By, Status};
use crate::kit::{Kit, backend, by_agent, supervisor};
use crate::machine::Notice;
use crate::offer::OfferEnd;
use crate::presence::BasePresence;

#[test]
fn an_arrival_is_offered_accepted_ended_and_closed() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    assert_eq!(kit.offered_to(id), Some("ana"));
    kit.answer("ana", id, true).unwrap();
    assert_eq!(kit.conversation(id).status, Status::Active);
    kit.say(id, "hello", by_agent("ana")).unwrap();
    kit.say(id, "hi", backend()).unwrap();
    kit.act(id, Act::End, by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(id).status, Status::WrapUp);
    kit.act(id, Act::Close(None), by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(id).status, Status::Closed);
    assert_eq!(kit.conversation(id).messages, 2);
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
}

#[test]
fn who_waits_is_offered_when_an_agent_signs_in_oldest_first() {
    let mut kit = Kit::new();
    let first = kit.create();
    kit.pass(10);
    let second = kit.create();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    assert_eq!((kit.offered_to(first), kit.offered_to(second)), (Some("ana"), None));
    kit.answer("ana", first, true).unwrap();
    kit.act(first, Act::End, by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(second), None, "wrap-up holds the unit");
    kit.act(first, Act::Close(None), by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(second), Some("ana"));
}

#[test]
fn declined_offer_returns_to_its_place_in_line_and_goes_to_another() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    let queued_at = kit.conversation(id).queued_at;
    kit.put_agent("ben", 1);
    kit.connect("ben");
    kit.pass(50);
    let offer = kit.conversation(id).offer.clone().unwrap().grant.id;
    kit.answer("ana", id, false).unwrap();
    assert_eq!(kit.offered_to(id), Some("ben"));
    assert_eq!(kit.conversation(id).queued_at, queued_at);
    assert_eq!(kit.conversation(id).refusals, 1);
    let act = AgentAct::Answer { offer, conversation: id, accept: true };
    let late = kit.ask(Command::Agent { id: "ana".into(), act }, by_agent("ana")).unwrap_err();
    assert_eq!((late.code, late.offer_end), (Code::OfferEnded, Some(OfferEnd::Declined)));
    assert_eq!(late.agent, Some("ben".into()));
}

#[test]
fn a_timeout_ends_the_offer_and_the_cooldown_brings_it_back() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.put_stream(|s| s.distribution.notification.timeout_seconds = 30);
    let id = kit.create();
    let offer = kit.conversation(id).offer.clone().unwrap().grant.id;
    kit.pass(29_999);
    assert_eq!(kit.offered_to(id), Some("ana"));
    kit.pass(2);
    assert_eq!(kit.offered_to(id), None);
    assert_eq!(kit.conversation(id).offer_end(offer), Some(OfferEnd::TimedOut));
    kit.pass(59_000);
    assert_eq!(kit.offered_to(id), None, "cooling down");
    kit.pass(2_000);
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn after_the_last_refusal_of_every_member_it_is_stranded_and_can_be_picked() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.put_stream(|s| s.distribution.refusal.max_refusals = 1);
    let id = kit.create();
    kit.answer("ana", id, false).unwrap();
    assert!(kit.conversation(id).stranded);
    assert!(kit.notices.iter().any(|n| matches!(n, Notice::Alarm { code: "conversation_stranded", .. })));
    kit.act(id, Act::Pick, by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(id).status, Status::Active);
}

#[test]
fn open_directly_makes_no_offer() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.put_stream(|s| s.distribution.notification.kind = NotificationKind::OpenDirectly);
    let id = kit.create();
    assert_eq!(kit.conversation(id).status, Status::Active);
    assert!(kit.notices.iter().any(|n| matches!(n, Notice::Assigned { direct: true, .. })));
}

#[test]
fn a_pick_may_exceed_capacity_and_the_second_one_loses() {
    let mut kit = Kit::new();
    kit.put_stream(|s| s.distribution.mode = Mode::Pick);
    kit.put_agent("ana", 0);
    kit.put_agent("ben", 0);
    kit.connect("ana");
    kit.connect("ben");
    let id = kit.create();
    assert_eq!(kit.offered_to(id), None);
    kit.act(id, Act::Pick, by_agent("ana")).unwrap();
    let refusal = kit.act(id, Act::Pick, by_agent("ben")).unwrap_err();
    assert_eq!((refusal.code, refusal.agent), (Code::Taken, Some("ana".into())));
    assert_eq!(kit.agents[&"ana".into()].used(), 1);
}

#[test]
fn a_transfer_to_a_queue_frees_the_giver_at_once_and_keeps_the_age() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    let queued_at = kit.conversation(id).queued_at;
    kit.pass(1000);
    kit.disconnect("ana");
    kit.act(id, Act::Transfer(Target::Queue("default-messaging".into())), by_agent("ana")).unwrap();
    let conversation = kit.conversation(id);
    assert_eq!(conversation.queue_id, "default-messaging".into());
    assert_eq!((conversation.status, conversation.queued_at), (Status::Open, queued_at));
    assert_eq!(conversation.transfer_count, 1);
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
    kit.connect("ana");
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn a_transfer_to_an_agent_keeps_the_giver_until_the_yes() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.put_agent("ben", 1);
    let to_ben = || Act::Transfer(Target::Agent("ben".into()));
    let refusal = kit.act(id, to_ben(), by_agent("ana")).unwrap_err();
    assert_eq!(refusal.code, Code::NotConnected);
    assert_eq!(kit.conversation(id).status, Status::Active);
    kit.connect("ben");
    kit.act(id, to_ben(), by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(id), Some("ben"));
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
    kit.answer("ben", id, true).unwrap();
    assert_eq!(kit.conversation(id).agent, Some("ben".into()));
}

#[test]
fn an_agent_that_vanishes_loses_offers_after_5_s_and_conversations_after_the_grace() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 2);
    kit.connect("ana");
    let active = kit.create();
    kit.answer("ana", active, true).unwrap();
    let offered = kit.create();
    kit.disconnect("ana");
    kit.pass(4_900);
    assert_eq!(kit.offered_to(offered), Some("ana"));
    kit.pass(200);
    assert_eq!(kit.offered_to(offered), None);
    assert_eq!(kit.conversation(active).status, Status::Active);
    kit.pass(144_800);
    assert_eq!(kit.conversation(active).status, Status::Active);
    kit.pass(200);
    assert_eq!(kit.conversation(active).status, Status::Open);
    assert_eq!(kit.conversation(active).preferred, Some("ana".into()));
}

#[test]
fn wrap_up_frees_the_units_as_the_work_stream_says() {
    for (block, at_end, after_30) in
        [(BlockCapacity::Always, 1, 1), (BlockCapacity::Never, 0, 0), (BlockCapacity::Seconds(30), 1, 0)]
    {
        let mut kit = Kit::new();
        kit.put_agent("ana", 1);
        kit.connect("ana");
        kit.put_stream(|s| s.block_capacity = block);
        let id = kit.create();
        kit.answer("ana", id, true).unwrap();
        kit.act(id, Act::End, by_agent("ana")).unwrap();
        assert_eq!(kit.agents[&"ana".into()].used(), at_end, "{block:?}");
        kit.pass(30_000);
        assert_eq!(kit.agents[&"ana".into()].used(), after_30, "{block:?}");
    }
}

#[test]
fn a_waiting_conversation_comes_back_to_its_agent_first_with_affinity() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.put_agent("ben", 9);
    kit.connect("ana");
    kit.put_stream(|s| s.distribution.agent_affinity = true);
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.connect("ben");
    kit.act(id, Act::Wait, by_agent("ana")).unwrap();
    let other = kit.create();
    assert_eq!(kit.offered_to(other), Some("ben"));
    kit.answer("ben", other, false).unwrap();
    assert_eq!(kit.offered_to(other), Some("ana"));
    kit.answer("ana", other, true).unwrap();
    kit.say(id, "back again", backend()).unwrap();
    assert_eq!(kit.offered_to(id), Some("ana"), "regardless of capacity and presence");
    kit.answer("ana", id, false).unwrap();
    assert_eq!(kit.offered_to(id), Some("ben"));
}

#[test]
fn a_supervisor_assigns_what_is_on_offer_and_closes_by_force() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.put_agent("ben", 0);
    kit.connect("ana");
    kit.connect("ben");
    let id = kit.create();
    assert_eq!(kit.offered_to(id), Some("ana"));
    kit.act(id, Act::Assign("ben".into()), supervisor()).unwrap();
    assert_eq!(kit.conversation(id).agent, Some("ben".into()));
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
    kit.act(id, Act::Close(Some("spam".into())), supervisor()).unwrap();
    assert_eq!(kit.conversation(id).status, Status::Closed);
    assert_eq!(kit.agents[&"ben".into()].used(), 0);
}

#[test]
fn presence_follows_the_load_and_a_chosen_away_stays() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 2);
    kit.connect("ana");
    let base = |kit: &Kit| kit.agents[&"ana".into()].announced.clone().unwrap().base;
    assert_eq!(base(&kit), BasePresence::Available);
    let id = kit.create();
    assert_eq!(base(&kit), BasePresence::Available, "an offer is no load");
    kit.answer("ana", id, true).unwrap();
    assert_eq!(base(&kit), BasePresence::Busy);
    let second = kit.create();
    kit.answer("ana", second, true).unwrap();
    assert_eq!(base(&kit), BasePresence::BusyDnd);
    let act = crate::command::AgentAct::SetPresence("away".into());
    kit.ask(crate::command::Command::Agent { id: "ana".into(), act }, by_agent("ana")).unwrap();
    kit.act(second, Act::End, by_agent("ana")).unwrap();
    kit.act(second, Act::Close(None), by_agent("ana")).unwrap();
    assert_eq!(base(&kit), BasePresence::Away);
}

#[test]
fn the_age_limit_of_open_closes_a_chat_and_takes_its_offer_back() {
    let mut kit = Kit::new();
    kit.put_stream(|s| s.distribution.notification.timeout_seconds = 3600);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.pass(20 * 60 * 1000);
    assert_eq!(kit.conversation(id).status, Status::Closed);
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
}

#[test]
fn a_message_to_an_ended_conversation_starts_one_successor() {
    let mut kit = Kit::new();
    let id = kit.create();
    kit.act(id, Act::End, backend()).unwrap();
    let before = kit.homes.len();
    let first = kit.say(id, "one more thing", backend()).unwrap();
    let second = kit.say(id, "and another", backend()).unwrap();
    assert_eq!(kit.homes.len(), before + 1);
    match (first, second) {
        (
            Answer::Message { conversation: a, seq: 1, moved: true },
            Answer::Message { conversation: b, seq: 2, .. },
        ) => {
            assert_eq!(a, b);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_over_a_customers_socket_starts_no_successor_that_it_could_not_hear_of() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    let session = kit.agents[&"ana".into()].sessions.first().copied();
    let visitor = Caller { by: By::Customer, session, ..backend() };
    kit.say(id, "hello", visitor.clone()).unwrap();
    kit.act(id, Act::End, by_agent("ana")).unwrap();
    let before = kit.homes.len();
    let refused = kit.say(id, "one more thing", visitor.clone()).unwrap_err();
    assert_eq!((refused.code, refused.status), (Code::ConversationEnded, Some(Status::WrapUp)));
    let refused = kit.act(id, Act::End, visitor.clone()).unwrap_err();
    assert_eq!((refused.code, refused.status), (Code::ConversationEnded, Some(Status::WrapUp)));
    kit.act(id, Act::Close(None), by_agent("ana")).unwrap();
    let refused = kit.say(id, "and another", visitor).unwrap_err();
    assert_eq!((refused.code, kit.homes.len()), (Code::ConversationEnded, before));
}

#[test]
fn an_undelivered_offer_goes_to_somebody_else_until_the_agent_is_heard() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    let grant = kit.conversation(id).offer.clone().unwrap().grant.id;
    let tell = |kit: &mut Kit, act| {
        kit.tell(Command::Agent { id: "ana".into(), act }, by_agent("ana"));
    };
    tell(&mut kit, AgentAct::Left(grant));
    kit.pass(5_000);
    assert_eq!(kit.offered_to(id), None);
    tell(&mut kit, AgentAct::Heard(Vec::new()));
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn replaying_the_log_gives_every_conversation_as_it_is() {
    use crate::conversation::{Conversation, Event};
    use crate::record::Record;
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.act(id, Act::Transfer(Target::Queue("default-messaging".into())), by_agent("ana")).unwrap();
    let events: Vec<Event> = kit
        .log
        .iter()
        .filter_map(|record| match &**record {
            Record::Event(event) if event.conversation == id => Some(event.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(Conversation::replay(&events).as_ref(), Some(kit.conversation(id)));
}

mod bounds;
mod consult;
mod mends;
mod methods;
mod overflow;
mod overflow_changes;
mod preferred;
mod prompts;
mod races;
mod relaxation;
mod returned;
mod rules;
