//! Transfer, release, assignment and force close: capacity and age (SPEC §§6, 7, 15, 16).

use std::sync::Arc;

use crate::command::{Act, Code, Target};
use crate::config::{Change, Queue, QueueType};
use crate::conversation::{CloseReason, Status};
use crate::ids::ConversationId;
use crate::kit::{Kit, by_agent, supervisor};
use crate::offer::OfferEnd;

/// Ana has a conversation that is 50 ms old; ben is there with room for one.
fn active() -> (Kit, ConversationId) {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.pass(50);
    kit.answer("ana", id, true).unwrap();
    kit.put_agent("ben", 1);
    kit.connect("ben");
    (kit, id)
}

#[test]
fn a_transfer_that_its_agent_refuses_comes_back_to_the_home_queue_with_its_age() {
    let (mut kit, id) = active();
    let (home, queued_at) = (kit.conversation(id).queue_id.clone(), kit.conversation(id).queued_at);
    kit.act(id, Act::Transfer(Target::Agent("ben".into())), by_agent("ana")).unwrap();
    assert_eq!((kit.offered_to(id), kit.conversation(id).transfer_count), (Some("ben"), 1));
    assert_eq!(kit.agents[&"ana".into()].used(), 0, "the giver is free at the offer");
    kit.answer("ben", id, false).unwrap();
    let back = kit.conversation(id);
    assert_eq!((&back.queue_id, back.queued_at, back.transfer_count), (&home, queued_at, 1));
    assert_eq!(kit.offered_to(id), Some("ana"), "everyone of the queue but who refused");
}

#[test]
fn a_transfer_to_an_agent_without_room_or_socket_is_refused_and_changes_nothing() {
    let (mut kit, id) = active();
    let busy = kit.create();
    assert_eq!(kit.offered_to(busy), Some("ben"));
    let to = || Act::Transfer(Target::Agent("ben".into()));
    assert_eq!(kit.act(id, to(), by_agent("ana")).unwrap_err().code, Code::NoCapacity);
    kit.disconnect("ben");
    assert_eq!(kit.act(id, to(), by_agent("ana")).unwrap_err().code, Code::NotConnected);
    let still = kit.conversation(id);
    assert_eq!((still.status, still.transfer_count), (Status::Active, 0));
}

#[test]
fn a_release_frees_at_once_keeps_the_age_and_asks_the_giver_last() {
    let (mut kit, id) = active();
    let queued_at = kit.conversation(id).queued_at;
    kit.act(id, Act::Release, by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(id).queued_at, queued_at);
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
    assert_eq!(kit.offered_to(id), Some("ben"));
    assert_eq!(kit.conversation(id).transfer_count, 0, "a release is no transfer");
}

#[test]
fn a_transfer_to_a_queue_counts_and_goes_before_what_is_younger_there() {
    let (mut kit, id) = active();
    let other = Queue::named("Other", QueueType::Messaging);
    kit.put(Change::PutQueue("other".into(), Arc::new(other)));
    let queued_at = kit.conversation(id).queued_at;
    let younger = kit.create();
    assert_eq!(kit.offered_to(younger), Some("ben"));
    kit.act(younger, Act::Transfer(Target::Queue("other".into())), supervisor()).unwrap();
    kit.act(id, Act::Transfer(Target::Queue("other".into())), by_agent("ana")).unwrap();
    let moved = kit.conversation(id);
    assert_eq!((moved.queue_id.as_str(), moved.queued_at, moved.transfer_count), ("other", queued_at, 1));
    assert!(moved.rank() < kit.conversation(younger).rank());
    assert_eq!(kit.agents[&"ana".into()].used() + kit.agents[&"ben".into()].used(), 0);
}

#[test]
fn a_supervisor_assigns_over_capacity_and_pushes_wait_until_it_is_below_again() {
    let (mut kit, _) = active();
    let (first, second) = (kit.create(), kit.create());
    assert_eq!(kit.offered_to(first), Some("ben"));
    kit.act(second, Act::Assign("ana".into()), supervisor()).unwrap();
    assert_eq!(kit.conversation(second).status, Status::Active);
    assert_eq!(kit.agents[&"ana".into()].used(), 2);
    let third = kit.create();
    kit.act(second, Act::Close(None), supervisor()).unwrap();
    assert_eq!(kit.offered_to(third), None, "one of one is used still");
    let refused = kit.act(first, Act::Assign("nobody".into()), supervisor()).unwrap_err();
    assert_eq!(refused.code, Code::Invalid);
}

#[test]
fn a_force_close_ends_an_offer_and_frees_what_is_held_in_every_state() {
    let (mut kit, id) = active();
    let offered = kit.create();
    let offer = kit.conversation(offered).offer.clone().unwrap().grant.id;
    kit.act(offered, Act::Close(None), supervisor()).unwrap();
    assert_eq!(kit.conversation(offered).offer_end(offer), Some(OfferEnd::Withdrawn));
    assert_eq!(kit.agents[&"ben".into()].used(), 0);
    kit.act(id, Act::End, by_agent("ana")).unwrap();
    assert_eq!(kit.agents[&"ana".into()].used(), 1, "wrap-up holds");
    kit.act(id, Act::Close(None), supervisor()).unwrap();
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
    assert_eq!(kit.conversation(id).close_reason, Some(CloseReason::ForceClosed));
    let again = kit.act(id, Act::Close(None), supervisor()).unwrap_err();
    assert_eq!((again.code, again.status), (Code::IllegalTransition, Some(Status::Closed)));
}
