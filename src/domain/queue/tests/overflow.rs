//! Overflow and operating hours, one story a test. The kit's clock begins at 1970-01-01 00:16:40 UTC, a Thursday.

use std::sync::Arc;

use crate::command::{Act, Code, Target};
use crate::config::{
    AgeLimits, Change, ChannelType, Condition, Holiday, LocalDate, Mode, OperatingHours, OverflowAction,
    OverflowItem, OverflowWhen, Queue, QueueType, Route, RoutingRule, Settings, Span, Weekday, WeeklySpan,
};
use crate::conversation::{CloseReason, Event, Happening, Sender, Status, Visibility};
use crate::decision::{OverflowOutcome, OverflowTrace, OverflowVerdict, Trigger};
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent, supervisor};
use crate::machine::Notice;
use crate::offer::{OfferEnd, Withdrawal};
use crate::record::Record;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A kit whose conversations do not age.
fn kit() -> Kit {
    let mut kit = Kit::new();
    let mut settings = Settings::default();
    settings.age_limits.insert(ChannelType::LiveChat, AgeLimits::default());
    kit.put(Change::PutSettings(Arc::new(settings)));
    kit
}

fn item(when: OverflowWhen, action: OverflowAction) -> OverflowItem {
    OverflowItem { when, action }
}

fn to(queue: &str) -> OverflowAction {
    OverflowAction::Queue(queue.into())
}

/// Open from one to two o'clock, and from eight to twenty, every day.
fn hours(kit: &mut Kit) {
    let span = |from: u16, to: u16| WeeklySpan {
        days: Weekday::ALL.to_vec(),
        span: Span { from: from * 60, to: to * 60 },
    };
    let it = OperatingHours {
        name: "H".into(),
        time_zone: "UTC".into(),
        weekly: vec![span(1, 2), span(8, 20)],
        holidays: vec![Holiday { date: LocalDate { year: 1970, month: 1, day: 2 }, name: None, span: None }],
    };
    kit.put(Change::PutOperatingHours("h".into(), Arc::new(it)));
}

fn events(kit: &Kit, id: ConversationId) -> Vec<&Event> {
    let all = kit.log.iter().filter_map(|record| match &**record {
        Record::Event(event) => Some(event),
        _ => None,
    });
    all.filter(|event| event.conversation == id).collect()
}

fn traces(kit: &Kit, id: ConversationId) -> Vec<OverflowTrace> {
    let trace = |event: &&Event| match &event.what {
        Happening::Overflowed { trace, .. } => Some((**trace).clone()),
        _ => None,
    };
    events(kit, id).iter().filter_map(trace).collect()
}

fn verdicts(trace: &OverflowTrace) -> Vec<(u32, OverflowVerdict)> {
    trace.steps.iter().map(|step| (step.item, step.verdict)).collect()
}

fn alarms(kit: &Kit, wanted: &str) -> usize {
    kit.notices.iter().filter(|n| matches!(n, Notice::Alarm { code, .. } if *code == wanted)).count()
}

fn home(kit: &Kit, id: ConversationId) -> &str {
    kit.homes[&id].as_str()
}

#[test]
fn overflow_moves_a_conversation_that_waited_too_long() {
    let mut kit = kit();
    kit.put_queue("b", |_| {});
    kit.put_queue("q", |q| q.overflow = vec![item(OverflowWhen::WaitSeconds(60), to("b"))]);
    let id = kit.create();
    let queued_at = kit.conversation(id).queued_at;
    kit.pass(59_999);
    assert_eq!(home(&kit, id), "q");
    kit.pass(1);
    assert_eq!((home(&kit, id), kit.conversation(id).queued_at), ("b", queued_at), "it keeps its age");
    let trace = &traces(&kit, id)[0];
    assert_eq!((trace.trigger, trace.waited_seconds), (Trigger::TimeElapsed, 60));
    assert_eq!(trace.outcome, OverflowOutcome::Moved("b".into()));
    assert_eq!(events(&kit, id).iter().find(|e| e.what.moved().is_some()).unwrap().what.kind(), "overflowed");
    kit.put_agent("ana", 1);
    kit.connect("ana");
    assert_eq!(kit.offered_to(id), None, "ana does not serve b");
}

#[test]
fn the_wait_counts_from_entering_this_queue() {
    let mut kit = kit();
    kit.put_queue("c", |_| {});
    kit.put_queue("b", |q| q.overflow = vec![item(OverflowWhen::WaitSeconds(60), to("c"))]);
    let id = kit.create();
    kit.pass(10 * MINUTE);
    kit.act(id, Act::Transfer(Target::Queue("b".into())), supervisor()).unwrap();
    kit.pass(59_999);
    assert_eq!(home(&kit, id), "b");
    kit.pass(1);
    assert_eq!(home(&kit, id), "c");
}

#[test]
fn one_that_comes_back_to_its_line_waits_anew() {
    let mut kit = kit();
    kit.put_queue("b", |_| {});
    kit.put_queue("q", |q| q.overflow = vec![item(OverflowWhen::WaitSeconds(60), to("b"))]);
    kit.put_stream(|s| s.distribution.mode = Mode::Pick);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.act(id, Act::Pick, by_agent("ana")).unwrap();
    kit.pass(10 * MINUTE);
    assert_eq!(home(&kit, id), "q", "who is served does not overflow");
    kit.act(id, Act::Release, by_agent("ana")).unwrap();
    kit.pass(59_999);
    assert_eq!(home(&kit, id), "q");
    kit.pass(1);
    assert_eq!(home(&kit, id), "b");
}

#[test]
fn an_arrival_beside_as_many_as_may_wait_overflows_at_once() {
    let mut kit = kit();
    kit.put_queue("b", |_| {});
    kit.put_queue("q", |q| q.overflow = vec![item(OverflowWhen::Waiting(2), to("b"))]);
    let ids = [kit.create(), kit.create(), kit.create()];
    assert_eq!(ids.map(|id| home(&kit, id).to_owned()), ["q", "q", "b"]);
    assert_eq!(traces(&kit, ids[1]), [], "what does not hold leaves no record");
    let trace = &traces(&kit, ids[2])[0];
    assert_eq!((trace.trigger, trace.waiting), (Trigger::Created, 2));
}

#[test]
fn overflow_never_goes_where_it_has_been_and_tries_the_next_item() {
    let mut kit = kit();
    let ring = |to_first: &str, then: Option<&str>| {
        let mut items = vec![item(OverflowWhen::WaitSeconds(10), to(to_first))];
        items.extend(then.map(|queue| item(OverflowWhen::WaitSeconds(5), to(queue))));
        items
    };
    for queue in ["b", "c"] {
        kit.put_queue(queue, |_| {});
    }
    kit.put_queue("q", |q| q.overflow = ring("b", None));
    kit.put_queue("b", |q| q.overflow = ring("q", Some("c")));
    kit.put_queue("c", |q| q.overflow = ring("q", Some("b")));
    let id = kit.create();
    kit.pass(10_000);
    assert_eq!(home(&kit, id), "b");
    kit.pass(5_000);
    assert_eq!(home(&kit, id), "c", "the item of ten seconds does not hold yet");
    kit.pass(10 * MINUTE);
    assert_eq!(home(&kit, id), "c");
    let all = traces(&kit, id);
    let last: Vec<_> = all[2..].iter().map(verdicts).collect();
    let visited = OverflowVerdict::Visited;
    assert_eq!(
        last,
        [vec![(0, OverflowVerdict::NotHeld), (1, visited)], vec![(0, visited), (1, visited)]],
        "each wait is looked at once"
    );
    assert_eq!(events(&kit, id).last().unwrap().what.kind(), "overflow_kept");
}

#[test]
fn out_of_hours_a_conversation_stays_in_line_and_is_matched_when_they_begin() {
    let mut kit = kit();
    hours(&mut kit);
    kit.put_queue("q", |q| q.operating_hours_id = Some("h".into()));
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    assert_eq!((kit.offered_to(id), home(&kit, id)), (None, "q"));
    let unmatched = events(&kit, id).into_iter().find_map(|event| match &event.what {
        Happening::Unmatched { trace } => Some(trace.out_of_hours),
        _ => None,
    });
    assert_eq!(unmatched, Some(true), "the reason is on record at once");
    // 00:16:40 to 01:00:00.
    kit.pass(HOUR - 1_000_000 - 1);
    assert_eq!(kit.offered_to(id), None);
    kit.pass(1);
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn nothing_new_is_pushed_when_the_hours_end_and_an_open_offer_stands() {
    let mut kit = kit();
    hours(&mut kit);
    kit.put_queue("q", |q| q.operating_hours_id = Some("h".into()));
    kit.put_stream(|s| s.distribution.notification.timeout_seconds = 3600);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.pass(2 * HOUR - 1_000_000 - MINUTE);
    let offered = kit.create();
    let waits = kit.create();
    kit.pass(2 * MINUTE);
    assert_eq!(kit.offered_to(offered), Some("ana"));
    kit.act(offered, Act::End, backend()).unwrap();
    assert_eq!(kit.offered_to(waits), None, "free, but out of hours");
    kit.put_agent("ben", 1);
    kit.connect("ben");
    assert_eq!(kit.offered_to(waits), None, "nor to one who signs in");
    kit.pass(6 * HOUR);
    assert!(kit.offered_to(waits).is_some(), "eight o'clock");
}

#[test]
fn picks_and_a_supervisors_assignment_go_on_out_of_hours() {
    let mut kit = kit();
    hours(&mut kit);
    kit.put_queue("q", |q| q.operating_hours_id = Some("h".into()));
    kit.put_stream(|s| s.distribution.select_from_push = true);
    kit.put_agent("ana", 5);
    kit.connect("ana");
    let picked = kit.create();
    let assigned = kit.create();
    kit.act(picked, Act::Pick, by_agent("ana")).unwrap();
    kit.act(assigned, Act::Assign("ana".into()), supervisor()).unwrap();
    assert_eq!([picked, assigned].map(|id| kit.conversation(id).status), [Status::Active; 2]);
}

#[test]
fn the_previous_agent_gets_a_returning_customer_out_of_hours_too() {
    let mut kit = kit();
    hours(&mut kit);
    kit.put_stream(|s| s.distribution.agent_affinity = true);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.act(id, Act::Wait, by_agent("ana")).unwrap();
    kit.put_queue("q", |q| q.operating_hours_id = Some("h".into()));
    kit.say(id, "hello again", backend()).unwrap();
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn assign_anyway_matches_out_of_hours() {
    let mut kit = kit();
    hours(&mut kit);
    kit.put_queue("q", |q| {
        q.operating_hours_id = Some("h".into());
        q.overflow = vec![item(OverflowWhen::OutOfHours, OverflowAction::AssignAnyway)];
    });
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    assert_eq!(kit.offered_to(id), Some("ana"));
    assert_eq!(traces(&kit, id)[0].outcome, OverflowOutcome::AssignAnyway);
    // So does one that was there when the hours ended: 01:59 to 02:01.
    kit.put_agent("ana", 0);
    kit.pass(2 * HOUR - 1_000_000 - MINUTE);
    let late = kit.create();
    kit.pass(2 * MINUTE);
    assert_eq!((kit.offered_to(late), traces(&kit, late)[0].trigger), (None, Trigger::HoursEnded));
    kit.put_agent("ana", 5);
    assert_eq!(kit.offered_to(late), Some("ana"));
}

#[test]
fn out_of_hours_goes_before_the_order_of_the_list() {
    let mut kit = kit();
    hours(&mut kit);
    for queue in ["b", "c"] {
        kit.put_queue(queue, |_| {});
    }
    kit.put_queue("q", |q| {
        q.operating_hours_id = Some("h".into());
        q.overflow = vec![item(OverflowWhen::Waiting(1), to("b")), item(OverflowWhen::OutOfHours, to("c"))];
    });
    let first = kit.create();
    assert_eq!(
        (home(&kit, first), verdicts(&traces(&kit, first)[0])),
        ("c", vec![(1, OverflowVerdict::Chosen)])
    );
    kit.pass(HOUR);
    let (ahead, second) = (kit.create(), kit.create());
    assert_eq!((home(&kit, ahead), home(&kit, second)), ("q", "b"), "in hours the line counts");
    assert_eq!(traces(&kit, ahead), []);
}

#[test]
fn who_waits_when_the_hours_end_overflows_and_its_open_offer_is_withdrawn() {
    let mut kit = kit();
    hours(&mut kit);
    kit.put_queue("night", |_| {});
    kit.put_queue("q", |q| {
        q.operating_hours_id = Some("h".into());
        q.overflow = vec![item(OverflowWhen::OutOfHours, to("night"))];
    });
    kit.put_stream(|s| s.distribution.notification.timeout_seconds = 3600);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.pass(2 * HOUR - 1_000_000 - MINUTE);
    let (offered, waits) = (kit.create(), kit.create());
    assert_eq!(kit.offered_to(offered), Some("ana"));
    let offer = kit.conversation(offered).offer.clone().unwrap().grant.id;
    kit.pass(MINUTE);
    assert_eq!([offered, waits].map(|id| home(&kit, id).to_owned()), ["night", "night"]);
    assert_eq!(kit.conversation(offered).offer_end(offer), Some(OfferEnd::Withdrawn));
    let ended = kit.notices.iter().find_map(|notice| match notice {
        Notice::OfferEnded { grant, cause, .. } if *grant == offer => Some(*cause),
        _ => None,
    });
    assert_eq!(ended, Some(Some(Withdrawal::Overflowed)));
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
}

#[test]
fn an_end_says_its_message_to_the_customer_first() {
    let mut kit = kit();
    let words = OverflowAction::End(Some("We are closed.".into()));
    kit.put_queue("q", |q| q.overflow = vec![item(OverflowWhen::Waiting(1), words)]);
    kit.create();
    let id = kit.create_with(|draft| {
        draft.message = Some(crate::command::Say {
            text: "hi".into(),
            visibility: Visibility::Public,
            client_message_id: None,
            attachments: Vec::new(),
        });
    });
    let conversation = kit.conversation(id);
    assert_eq!(
        (conversation.status, conversation.close_reason),
        (Status::Closed, Some(CloseReason::Overflow))
    );
    let kinds: Vec<&str> = events(&kit, id).iter().map(|event| event.what.kind()).collect();
    assert_eq!(kinds[3..], ["overflowed", "message", "closed"]);
    let said = events(&kit, id).into_iter().find_map(|event| match &event.what {
        Happening::Message { message, .. } if message.seq == 2 => Some(message.clone()),
        _ => None,
    });
    let said = said.unwrap();
    assert_eq!(
        (&*said.text, &said.sender, said.visibility),
        ("We are closed.", &Sender::System, Visibility::Public)
    );
}

#[test]
fn fallback_is_the_work_streams_queue_unless_it_has_been_there() {
    let mut kit = kit();
    let fallback = || vec![item(OverflowWhen::WaitSeconds(5), OverflowAction::Fallback)];
    kit.put_queue("b", |q| q.overflow = fallback());
    kit.put_queue("q", |q| q.overflow = fallback());
    kit.put_stream(|s| {
        s.routing_rules.push(RoutingRule {
            name: "all".into(),
            description: String::new(),
            when: Condition::All(vec![]),
            route_to: Route::Queue("b".into()),
        });
    });
    let id = kit.create();
    assert_eq!(home(&kit, id), "b");
    kit.pass(5_000);
    assert_eq!(home(&kit, id), "q");
    kit.pass(MINUTE);
    let last = traces(&kit, id).pop().unwrap();
    assert_eq!((home(&kit, id), verdicts(&last)), ("q", vec![(0, OverflowVerdict::Visited)]));
}

#[test]
fn a_reservation_under_way_is_let_go_when_its_conversation_overflows() {
    let mut kit = kit();
    kit.put_queue("night", |_| {});
    kit.put_queue("q", |q| q.overflow = vec![item(OverflowWhen::WaitSeconds(60), to("night"))]);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    // The cooldown ends with the wait: ana is asked, and the conversation goes before she answers.
    kit.answer("ana", id, false).unwrap();
    kit.pass(60_000);
    assert_eq!((home(&kit, id), kit.conversation(id).offer.is_some()), ("night", false));
    let ana = &kit.agents[&"ana".into()];
    assert_eq!((ana.used(), ana.holds.len()), (0, 0));
    assert_eq!(kit.queues[&"q".into()].reservations.len(), 0);
}

#[test]
fn messages_and_records_do_not_share_a_queue() {
    let mut kit = kit();
    let id = kit.create();
    let refused =
        kit.act(id, Act::Transfer(Target::Queue("default-record".into())), supervisor()).unwrap_err();
    assert_eq!((refused.code, refused.status), (Code::QueueTypeMismatch, Some(Status::Open)));
    assert_eq!(home(&kit, id), "q");
}

#[test]
fn a_queue_without_members_says_so_once_and_again_when_the_last_one_leaves() {
    let mut kit = kit();
    for _ in 0..5 {
        kit.create();
    }
    assert_eq!(alarms(&kit, "queue_without_members"), 1, "not for each of a burst");
    kit.put_agent("ana", 0);
    kit.create();
    assert_eq!(alarms(&kit, "queue_without_members"), 1);
    kit.put(Change::Delete(crate::config::Key::Agent("ana".into())));
    assert_eq!(alarms(&kit, "queue_without_members"), 2);
    kit.create();
    assert_eq!(alarms(&kit, "queue_without_members"), 2);
}

#[test]
fn past_the_service_level_one_that_fits_nobody_is_told_of_once() {
    let mut kit = kit();
    kit.put_queue("q", |q| q.service_level_seconds = Some(30));
    kit.put_stream(|s| s.capacity = 2);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.pass(29_999);
    assert_eq!(alarms(&kit, "service_level_passed"), 0);
    kit.pass(1);
    assert_eq!(alarms(&kit, "service_level_passed"), 1);
    assert_eq!(events(&kit, id).last().unwrap().what.kind(), "service_level_passed");
    kit.pass(10 * MINUTE);
    assert_eq!(alarms(&kit, "service_level_passed"), 1);
}

#[test]
fn one_on_offer_past_the_service_level_is_told_of_when_nobody_is_left() {
    let mut kit = kit();
    kit.put_queue("q", |q| q.service_level_seconds = Some(30));
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.pass(MINUTE);
    assert_eq!((kit.offered_to(id), alarms(&kit, "service_level_passed")), (Some("ana"), 0));
    kit.answer("ana", id, false).unwrap();
    kit.pass(1);
    assert_eq!(alarms(&kit, "service_level_passed"), 1);
}

#[test]
fn the_service_level_is_not_passed_out_of_hours() {
    let mut kit = kit();
    hours(&mut kit);
    kit.put_queue("q", |q| {
        q.operating_hours_id = Some("h".into());
        q.service_level_seconds = Some(30);
    });
    kit.create();
    kit.pass(HOUR - 1_000_000 - 1);
    assert_eq!(alarms(&kit, "service_level_passed"), 0);
    kit.pass(1);
    assert_eq!(alarms(&kit, "service_level_passed"), 1, "the hours begin, and nobody is there");
}

#[test]
fn queues_may_overflow_in_a_ring_that_is_put_at_once() {
    let mut kit = kit();
    let ring = |other: &str| {
        let overflow = vec![item(OverflowWhen::WaitSeconds(1), to(other))];
        Arc::new(Queue { overflow, ..Queue::named("Ring", QueueType::Messaging) })
    };
    let changes = vec![Change::PutQueue("x".into(), ring("y")), Change::PutQueue("y".into(), ring("x"))];
    let command = crate::command::Command::Configure { changes, if_match: Vec::new() };
    assert!(kit.ask(command, crate::kit::admin()).is_ok());
}
