//! A change of a queue's overflow, for what already waits; what the wait and the line count.

use crate::command::{Act, Target};
use crate::config::{AgeLimits, Change, ChannelType, OperatingHours, OverflowAction, OverflowItem};
use crate::config::{OverflowWhen, Settings};
use crate::conversation::{Conversation, Event, Happening};
use crate::decision::{OverflowTrace, OverflowVerdict};
use crate::ids::ConversationId;
use crate::kit::{Kit, supervisor};
use crate::record::Record;
use std::sync::Arc;

const MINUTE: i64 = 60_000;

/// A kit with the queues `b` and `c`, whose conversations do not age.
fn kit() -> Kit {
    let mut kit = Kit::new();
    let mut settings = Settings::default();
    settings.age_limits.insert(ChannelType::LiveChat, AgeLimits::default());
    kit.put(Change::PutSettings(Arc::new(settings)));
    kit.put_queue("b", |_| {});
    kit.put_queue("c", |_| {});
    kit
}

fn after(seconds: u32, action: OverflowAction) -> OverflowItem {
    OverflowItem { when: OverflowWhen::WaitSeconds(seconds), action }
}

fn to(queue: &str) -> OverflowAction {
    OverflowAction::Queue(queue.into())
}

/// Makes this the overflow of `q`.
fn put(kit: &mut Kit, overflow: Vec<OverflowItem>) {
    kit.put_queue("q", |q| q.overflow = overflow);
}

/// Always closed.
fn never_open(kit: &mut Kit, action: OverflowAction) {
    let hours = OperatingHours {
        name: "Never".into(),
        time_zone: "UTC".into(),
        weekly: Vec::new(),
        holidays: Vec::new(),
    };
    kit.put(Change::PutOperatingHours("never".into(), Arc::new(hours)));
    kit.put_queue("q", |q| {
        q.operating_hours_id = Some("never".into());
        q.overflow = vec![OverflowItem { when: OverflowWhen::OutOfHours, action }];
    });
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

fn home(kit: &Kit, id: ConversationId) -> &str {
    kit.homes[&id].as_str()
}

#[test]
fn an_item_of_a_shorter_wait_that_is_added_later_applies_to_what_was_looked_at_already() {
    let mut kit = kit();
    put(&mut kit, vec![after(60, OverflowAction::AssignAnyway)]);
    let id = kit.create();
    kit.pass(MINUTE);
    assert_eq!(traces(&kit, id).len(), 1, "assigned anyway, and stays");
    put(&mut kit, vec![after(30, to("b")), after(60, OverflowAction::AssignAnyway)]);
    kit.pass(0);
    assert_eq!(home(&kit, id), "b", "at once");
    assert_eq!(traces(&kit, id).last().unwrap().waited_seconds, 60);
}

#[test]
fn an_item_that_is_changed_applies_to_what_the_old_one_barred() {
    let mut kit = kit();
    kit.put_queue("b", |q| q.overflow = vec![after(60, to("q"))]);
    let id = kit.create();
    kit.act(id, Act::Transfer(Target::Queue("b".into())), supervisor()).unwrap();
    kit.pass(5 * MINUTE);
    assert_eq!(traces(&kit, id)[0].steps[0].verdict, OverflowVerdict::Visited);
    kit.put_queue("b", |q| q.overflow = vec![after(60, to("c"))]);
    kit.pass(0);
    assert_eq!(home(&kit, id), "c");
}

#[test]
fn each_writing_of_the_queue_is_looked_at_once_and_a_start_looks_at_nothing_again() {
    let mut kit = kit();
    put(&mut kit, vec![after(60, OverflowAction::AssignAnyway)]);
    let id = kit.create();
    kit.pass(MINUTE);
    put(&mut kit, vec![after(60, OverflowAction::AssignAnyway), after(120, OverflowAction::AssignAnyway)]);
    kit.pass(30_000);
    assert_eq!(traces(&kit, id).len(), 2, "the new list, once");
    kit.put_queue("other", |_| {});
    kit.pass(MINUTE);
    let waited: Vec<u32> = traces(&kit, id).iter().map(|trace| trace.waited_seconds).collect();
    assert_eq!(waited, [60, 60, 120], "another queue's change is nothing to this one");
    let folded = Conversation::replay(events(&kit, id)).unwrap();
    assert_eq!(folded.wait, kit.conversation(id).wait, "what was looked at is on record");
    kit.pass(10 * MINUTE);
    assert_eq!(traces(&kit, id).len(), 3);
}

#[test]
fn an_item_about_the_hours_that_is_changed_out_of_hours_applies_to_what_already_waits() {
    let mut kit = kit();
    never_open(&mut kit, OverflowAction::AssignAnyway);
    let id = kit.create();
    assert_eq!((home(&kit, id), traces(&kit, id).len()), ("q", 1));
    never_open(&mut kit, to("b"));
    kit.pass(0);
    assert_eq!(home(&kit, id), "b");
}

#[test]
fn waits_and_hours_that_were_changed_are_both_looked_at_again() {
    let mut kit = kit();
    let both = |hours: OverflowAction| {
        vec![
            after(60, OverflowAction::AssignAnyway),
            OverflowItem { when: OverflowWhen::OutOfHours, action: hours },
        ]
    };
    never_open(&mut kit, OverflowAction::AssignAnyway);
    let closed = |kit: &mut Kit, overflow: Vec<OverflowItem>| {
        kit.put_queue("q", |q| {
            q.operating_hours_id = Some("never".into());
            q.overflow = overflow;
        });
    };
    closed(&mut kit, both(OverflowAction::AssignAnyway));
    let id = kit.create();
    kit.pass(MINUTE);
    assert_eq!(traces(&kit, id).len(), 2, "the hours, then the wait");
    closed(&mut kit, both(OverflowAction::Fallback));
    kit.pass(0);
    let verdicts: Vec<OverflowVerdict> =
        traces(&kit, id)[2..].iter().flat_map(|trace| &trace.steps).map(|step| step.verdict).collect();
    assert_eq!(verdicts.len(), 2, "each once");
    assert!(verdicts.contains(&OverflowVerdict::Visited) && verdicts.contains(&OverflowVerdict::Chosen));
    kit.pass(10 * MINUTE);
    assert_eq!(traces(&kit, id).len(), 4);
}

#[test]
fn the_whole_line_counts_also_what_comes_after_a_more_urgent_arrival() {
    let mut kit = kit();
    put(&mut kit, vec![OverflowItem { when: OverflowWhen::Waiting(2), action: to("b") }]);
    kit.create();
    let urgent = kit.create_with(|draft| draft.priority = Some(100));
    assert_eq!(home(&kit, urgent), "q", "one waits beside it");
    let more_urgent = kit.create_with(|draft| draft.priority = Some(100));
    assert_eq!((home(&kit, more_urgent), traces(&kit, more_urgent)[0].waiting), ("b", 2));
    assert_eq!([home(&kit, urgent)], ["q"], "who is in line is not looked at again for its length");
}

#[test]
fn an_offer_that_is_declined_or_runs_out_does_not_begin_the_wait_anew() {
    let mut kit = kit();
    put(&mut kit, vec![after(60, to("b"))]);
    kit.put_stream(|s| s.distribution.notification.timeout_seconds = 20);
    for agent in ["ana", "ben"] {
        kit.put_agent(agent, 1);
        kit.connect(agent);
    }
    let id = kit.create();
    kit.pass(10_000);
    kit.answer("ana", id, false).unwrap();
    assert_eq!(kit.offered_to(id), Some("ben"));
    kit.pass(20_000);
    assert_eq!((kit.offered_to(id), kit.conversation(id).refusals), (None, 2));
    kit.pass(29_999);
    assert_eq!(home(&kit, id), "q");
    kit.pass(1);
    assert_eq!(home(&kit, id), "b", "60 s after it came into this queue");
}
