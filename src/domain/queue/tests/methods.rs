//! The assignment methods and their ties, each by the queue's own choice (SPEC §8).

use crate::command::Act;
use crate::config::{AssignmentMethod, Change, ChannelType, Key, NotificationKind, WorkStream};
use crate::ids::ConversationId;
use crate::kit::{Kit, by_agent, supervisor};

/// Agents with these capacities, connected a millisecond apart, in a queue of this method.
fn house(method: AssignmentMethod, agents: &[(&str, u32)]) -> Kit {
    let mut kit = Kit::new();
    kit.put_queue("q", |queue| queue.assignment_method = method);
    for (agent, capacity) in agents {
        kit.put_agent(agent, *capacity);
        kit.pass(1);
        kit.connect(agent);
    }
    kit
}

/// A conversation that is offered to, and accepted by, whoever the queue chooses.
fn taken(kit: &mut Kit) -> (ConversationId, String) {
    kit.pass(1);
    let id = kit.create();
    let agent = kit.offered_to(id).expect("an offer").to_owned();
    kit.answer(&agent, id, true).unwrap();
    (id, agent)
}

fn end(kit: &mut Kit, (id, agent): &(ConversationId, String)) {
    kit.pass(1);
    kit.act(*id, Act::End, by_agent(agent)).unwrap();
    kit.act(*id, Act::Close(None), by_agent(agent)).unwrap();
}

#[test]
fn highest_capacity_takes_most_free_units_then_fewest_of_the_stream_then_the_longest_idle_then_the_id() {
    let method = AssignmentMethod::HighestCapacity;
    let mut kit = house(method, &[("ben", 3), ("ana", 3), ("cid", 5)]);
    assert_eq!(taken(&mut kit).1, "cid");
    let second = taken(&mut kit);
    assert_eq!(second.1, "cid", "4 units of 5 are still most");
    assert_eq!(
        taken(&mut kit).1,
        "ben",
        "3 free each: cid has two of this stream, ben is idle for longer than ana"
    );
    end(&mut kit, &second);
    assert_eq!(taken(&mut kit).1, "cid", "4 free");
    let mut other = WorkStream::named("Other", ChannelType::LiveChat);
    other.fallback_queue_id = "q".into();
    kit.put(Change::PutWorkStream("other".into(), std::sync::Arc::new(other)));
    let mut kit = house(method, &[("zoe", 2), ("amy", 2)]);
    assert_eq!(taken(&mut kit).1, "zoe", "connected first, though its id is the greater");
    kit.disconnect("zoe");
    kit.disconnect("amy");
    let mut kit = house(method, &[]);
    for agent in ["zoe", "amy"] {
        kit.put_agent(agent, 2);
    }
    kit.connect("zoe");
    kit.connect("amy");
    assert_eq!(taken(&mut kit).1, "amy", "all else the same: the id");
}

#[test]
fn round_robin_takes_whoever_was_offered_nothing_for_longest_whatever_became_of_it() {
    let mut kit = house(AssignmentMethod::RoundRobin, &[("cid", 9), ("ben", 9), ("ana", 9)]);
    let order: Vec<String> = (0..6).map(|_| taken(&mut kit).1).collect();
    assert_eq!(order, ["ana", "ben", "cid", "ana", "ben", "cid"]);
    kit.pass(1);
    let id = kit.create();
    kit.answer("ana", id, false).unwrap();
    assert_eq!(kit.offered_to(id), Some("ben"));
    assert_eq!(taken(&mut kit).1, "cid", "ana declined, but was asked");
}

#[test]
fn round_robin_counts_offers_and_not_what_agents_take_or_are_given() {
    let mut kit = house(AssignmentMethod::RoundRobin, &[("cid", 9), ("ben", 9), ("ana", 9)]);
    kit.put_stream(|s| s.distribution.select_from_push = true);
    let picked = kit.create();
    assert_eq!(kit.offered_to(picked), Some("ana"));
    kit.act(picked, Act::Pick, by_agent("ben")).unwrap();
    kit.pass(1);
    let assigned = kit.create();
    assert_eq!(kit.offered_to(assigned), Some("ben"), "a pick is no offer");
    kit.act(assigned, Act::Assign("cid".into()), supervisor()).unwrap();
    assert_eq!(taken(&mut kit).1, "cid", "an assignment by a supervisor is none either");
    kit.put_stream(|s| s.distribution.notification.kind = NotificationKind::OpenDirectly);
    let opened: Vec<_> = (0..4)
        .map(|_| {
            kit.pass(1);
            let id = kit.create();
            kit.conversation(id).agent.clone().expect("opened directly").to_string()
        })
        .collect();
    assert_eq!(opened, ["ana", "ben", "cid", "ana"], "what opens directly takes a turn as an offer does");
}

#[test]
fn longest_idle_takes_whose_last_conversation_ended_first_or_who_connected_first() {
    let mut kit = house(AssignmentMethod::LongestIdle, &[("ben", 1), ("ana", 9), ("cid", 1)]);
    let (first, second) = (taken(&mut kit), taken(&mut kit));
    assert_eq!((first.1.as_str(), second.1.as_str()), ("ben", "ana"));
    end(&mut kit, &second);
    end(&mut kit, &first);
    assert_eq!(taken(&mut kit).1, "cid", "since it connected");
    assert_eq!(taken(&mut kit).1, "ana", "its last one ended before ben's");
}

#[test]
fn an_agent_deleted_and_made_anew_is_somebody_who_was_never_offered_anything() {
    let mut kit = house(AssignmentMethod::RoundRobin, &[("ana", 9), ("ben", 9)]);
    let order: Vec<_> = (0..4).map(|_| taken(&mut kit)).collect();
    order.iter().for_each(|one| end(&mut kit, one));
    assert_eq!(order.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(), ["ana", "ben", "ana", "ben"]);
    kit.disconnect("ben");
    kit.pass(200_000);
    kit.put(Change::Delete(Key::Agent("ben".into())));
    kit.pass(1);
    kit.put_agent("ben", 9);
    kit.connect("ben");
    assert_eq!(taken(&mut kit).1, "ben", "else its place would hang on whether the house started between");
    assert_eq!(taken(&mut kit).1, "ana");
}
