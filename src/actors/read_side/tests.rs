use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::actors::fixtures::{
    assigned, closed, config, created, created_with, grant, id, offered, read_side, record, said,
};
use crate::domain::config::{Agent, Change, Key, Queue, QueueType};
use crate::domain::conversation::{Status, Visibility};
use crate::domain::decision::{MatchTrace, RoutingTrace, Trigger};
use crate::domain::ids::DecisionId;
use crate::domain::record::{AgentHappening, AgentRecord};

fn ids(conversations: &[Arc<Conversation>]) -> Vec<u128> {
    conversations.iter().map(|conversation| conversation.id().0.as_u128()).collect()
}

#[test]
fn a_conversation_is_shown_as_it_was_at_each_version() {
    let read = read_side(&[created(1), offered(1, 2, grant(7, "a")), assigned(1, 3, grant(7, "a"))]);
    let status = |version| read.conversation_at(id(1), version).ok().flatten().map(|c| (c.version, c.status));
    assert_eq!(status(1), Some((1, Status::Open)));
    assert_eq!(status(3), Some((3, Status::Active)));
    assert_eq!((status(0), status(4)), (None, None));
}

#[test]
fn a_record_that_was_folded_before_changes_nothing() {
    let records = [created(1), said(1, 2, 1, Visibility::Public, None)];
    let read = read_side(&records);
    records.iter().for_each(|record| read.apply(record));
    assert_eq!(read.events(id(1), 0, 10).map(|events| events.len()), Ok(2));
}

#[test]
fn events_and_messages_are_paged_and_internal_ones_only_shown_if_asked_for() {
    let (public, internal) = (Visibility::Public, Visibility::Internal);
    let read = read_side(&[
        created(1),
        said(1, 2, 1, public, None),
        said(1, 3, 2, internal, None),
        said(1, 4, 3, public, None),
    ]);
    let seqs = |after, limit, all| {
        read.messages(id(1), after, limit, all).map(|m| m.iter().map(|m| m.seq).collect::<Vec<_>>())
    };
    assert_eq!(seqs(0, 10, true), Ok(vec![1, 2, 3]));
    assert_eq!(seqs(0, 10, false), Ok(vec![1, 3]));
    assert_eq!(seqs(1, 1, false), Ok(vec![3]));
    assert_eq!(read.events(id(1), 3, 10).map(|events| events.len()), Ok(1));
    assert_eq!(read.events(id(1), 9, 10).map(|events| events.len()), Ok(0));
}

#[test]
fn places_in_line_follow_priority_then_age_and_end_with_an_assignment() {
    let read = read_side(&[created(1), created(2), created_with(3, |born| born.priority = 5)]);
    let place = |n| read.position(id(n)).map(|place| place.position);
    assert_eq!((place(3), place(1), place(2)), (Some(1), Some(2), Some(3)));
    read.apply(&assigned(1, 2, grant(7, "a")));
    assert_eq!((place(3), place(1), place(2)), (Some(1), None, Some(2)));
}

#[test]
fn an_agent_has_its_active_conversations_and_a_desk_with_its_offers() {
    let read =
        read_side(&[created(1), created(2), assigned(1, 2, grant(7, "a")), offered(2, 2, grant(8, "a"))]);
    assert_eq!(read.agent(&"a".into()).conversations, [id(1)]);
    let (with, offers) = read.desk(&"a".into());
    assert_eq!((ids(&with), ids(&offers)), (vec![1], vec![2]));
    assert_eq!(read.offer(grant(8, "a").id), Some((id(2), "a".into())));
    assert_eq!(read.agent(&"a".into()).shown.used, grant(7, "a").units + grant(8, "a").units);
    read.apply(&closed(1, 3, Some("a")));
    assert_eq!(
        read.agent(&"a".into()).shown.used,
        grant(8, "a").units,
        "without waiting for the agent's machine"
    );
    assert!(read.agent(&"a".into()).conversations.is_empty());
}

#[test]
fn lists_are_oldest_first_filtered_and_paged() {
    let read = read_side(&[created(3), created(1), created(2), assigned(2, 2, grant(7, "a"))]);
    let list = |filter: Filter, after: Option<u128>, limit| {
        read.list(&filter, after.map(id), limit).map(|found| ids(&found))
    };
    assert_eq!(list(Filter::default(), None, 2), Ok(vec![1, 2]));
    assert_eq!(list(Filter::default(), Some(2), 2), Ok(vec![3]));
    assert_eq!(list(Filter { agent_id: Some("a".into()), ..Filter::default() }, None, 9), Ok(vec![2]));
    assert_eq!(list(Filter { state: Some(Status::Open), ..Filter::default() }, None, 9), Ok(vec![1, 3]));
}

#[test]
fn what_a_customer_said_before_is_found_by_record_or_by_address_the_newest_first() {
    let by_record = |n| created_with(n, |born| born.customer.id = Some("kim".into()));
    let by_address = |n, channel: &str| {
        created_with(n, |born| {
            (born.channel_id, born.party) = (channel.into(), Some("+49 1".into()));
        })
    };
    let read = read_side(&[
        by_record(1),
        by_record(2),
        by_address(3, "sms"),
        by_address(4, "line"),
        by_record(5),
        by_address(6, "sms"),
        created(7),
    ]);
    let who = |n| read.in_memory(id(n)).and_then(|conversation| Who::of(&conversation));
    let earlier = |n, before, limit| {
        who(n)
            .map(|who| read.earlier(&who, id(before), limit).map_or_else(|_| Vec::new(), |found| ids(&found)))
    };
    assert_eq!(earlier(5, 5, 9), Some(vec![2, 1]));
    assert_eq!((earlier(5, 5, 1), earlier(5, 2, 1)), (Some(vec![2]), Some(vec![1])));
    assert_eq!(earlier(6, 6, 9), Some(vec![3]), "not from the other channel");
    assert_eq!(earlier(7, 7, 9), None, "nobody is known by nothing");
}

#[allow(clippy::unnecessary_wraps)] // as the events take it
fn trace(n: u128, trigger: Trigger) -> Option<Box<MatchTrace>> {
    Some(Box::new(MatchTrace {
        out_of_hours: false,
        id: DecisionId(Uuid::from_u128(n)),
        at: Timestamp(1),
        trigger,
        config_version: 1,
        queue_id: "q".into(),
        requirement: Vec::new(),
        relaxed_steps: 0,
        candidates: Vec::new(),
        passed_over: std::collections::BTreeMap::new(),
        winner: None,
        duration_us: 0,
    }))
}

#[test]
fn a_routing_and_the_match_that_the_arrival_caused_are_one_decision() {
    let routing = RoutingTrace {
        config_version: 1,
        rules: Vec::new(),
        written: crate::domain::classification::Written::default(),
        queue_id: "q".into(),
        agent_id: None,
        fallback: true,
        problem: None,
        duration_us: 0,
    };
    let routed = Happening::Routed { trace: Box::new(routing), moved: None, first: None };
    let unmatched =
        |n, trigger| Happening::Unmatched { trace: trace(n, trigger).unwrap_or_else(|| unreachable!()) };
    let read = read_side(&[created(1), record(1, 2, routed.clone())]);
    let all = || read.decisions(id(1)).unwrap_or_default();
    assert_eq!(all().len(), 1);
    assert_eq!(all()[0].id, all()[0].id);
    read.apply(&record(1, 3, unmatched(5, Trigger::Created)));
    read.apply(&record(1, 4, unmatched(6, Trigger::AgentAvailable)));
    read.apply(&record(1, 5, routed));
    let shown: Vec<_> = all()
        .iter()
        .map(|d| (d.trigger, d.routing.is_some(), d.matching.as_ref().map(|m| m.id.0.as_u128())))
        .collect();
    assert_eq!(
        shown,
        [("created", true, Some(5)), ("agent_available", false, Some(6)), ("rerouted", true, None)]
    );
}

#[test]
fn a_snapshot_rebuilds_the_read_side() {
    let own = |what| {
        let by = crate::domain::conversation::By::System;
        Arc::new(Record::Agent(AgentRecord { agent: "b".into(), at: Timestamp(5), by, what }))
    };
    let read = read_side(&[
        created(1),
        offered(1, 2, grant(7, "a")),
        created(2),
        closed(2, 2, None),
        own(AgentHappening::PresenceSet {
            presence: "away".into(),
            base: crate::domain::presence::BasePresence::Away,
            resets: vec![],
        }),
        Arc::new(Record::Parked { message: 9, at: Timestamp(3) }),
    ]);
    let records: Vec<_> = read.freeze().records().collect();
    let again = read_side(&records);
    assert_eq!(again.freeze().records().collect::<Vec<_>>(), records);
    assert_eq!(again.conversation(id(1)), read.conversation(id(1)));
    assert_eq!(again.conversation(id(2)), Ok(None));
}

#[test]
fn only_the_newest_parked_messages_are_remembered() {
    let read = read_side(&[]);
    for message in 1..=KEPT_PARKED as u64 + 2 {
        read.apply(&Arc::new(Record::Parked { message, at: Timestamp(3) }));
    }
    let kept: Vec<u64> = read
        .freeze()
        .records()
        .filter_map(|record| if let Record::Parked { message, .. } = *record { Some(message) } else { None })
        .collect();
    assert_eq!((kept.len(), kept[0]), (KEPT_PARKED, 3));
}

#[test]
fn a_configuration_comes_out_of_its_records_with_its_versions() {
    let mut config = Config::default();
    let queue = |name| Arc::new(Queue::named(name, QueueType::Messaging));
    for change in [
        Change::PutQueue("q".into(), queue("one")),
        Change::PutAgent("a".into(), Arc::new(Agent::named("a"))),
        Change::PutQueue("q".into(), queue("two")),
        Change::VoidTokens("a".into(), 77),
        Change::PutQueue("r".into(), queue("gone")),
        Change::Delete(Key::WorkStream("default-live-chat".into())),
        Change::Delete(Key::Queue("r".into())),
    ] {
        config.apply(&change);
    }
    let mut again = Config::default();
    config_records(&config).for_each(|record| again.apply(&record.change));
    assert_eq!(again, config);
    assert_eq!(super::config_records(&self::config()).count(), 0);
}

#[test]
fn whatever_is_pickable_is_so_for_members_while_it_is_unassigned() {
    let read =
        read_side(&[created(1), created_with(2, |born| born.work_stream_id = "default-live-chat".into())]);
    assert!(read.pickable(&"a".into(), id(1)));
    assert!(!read.pickable(&"nobody".into(), id(1)));
    assert!(!read.pickable(&"a".into(), id(2)));
    read.apply(&record(2, 2, Happening::Stranded(true)));
    assert!(read.pickable(&"a".into(), id(2)));
    read.apply(&assigned(1, 2, grant(7, "a")));
    assert!(!read.pickable(&"a".into(), id(1)));
}

#[test]
fn an_offer_is_known_for_a_while_after_its_conversation_left_memory() {
    let read = read_side(&[created(1), offered(1, 2, grant(7, "a")), closed(1, 3, None)]);
    read.passed(&[id(1)]);
    assert_eq!(read.offer(grant(7, "a").id), Some((id(1), "a".into())));
}
