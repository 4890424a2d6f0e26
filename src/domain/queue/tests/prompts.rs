//! Automated messages, one story a test. The kit's clock begins at 1970-01-01 00:16:40 UTC, a Thursday.

use std::sync::Arc;

use crate::command::{Act, Target};
use crate::config::{
    AgeLimits, AutomatedMessage, Change, Channel, ChannelType, LiveChat, Occasion, OperatingHours, Settings,
    Span, Weekday, WeeklySpan,
};
use crate::conversation::{Event, Happening, Sender, Status};
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent, supervisor};
use crate::machine::Machine;
use crate::queue::Queue;
use crate::record::Record;

const MINUTE: i64 = 60_000;

fn message(on: Occasion, text: &str) -> AutomatedMessage {
    AutomatedMessage { on, text: [("en".into(), text.into())].into() }
}

/// A kit whose conversations do not age, with these messages on its channel.
fn kit(messages: Vec<AutomatedMessage>) -> Kit {
    let mut kit = Kit::new();
    let mut settings = Settings::default();
    settings.age_limits.insert(ChannelType::LiveChat, AgeLimits::default());
    kit.put(Change::PutSettings(Arc::new(settings)));
    put(&mut kit, LiveChat { languages: vec!["en".into(), "de".into()], messages, ..LiveChat::default() });
    kit
}

fn put(kit: &mut Kit, chat: LiveChat) {
    let channel = Channel { live_chat: Box::new(chat), ..(*kit.config.channels[&"chat".into()]).clone() };
    kit.put(Change::PutChannel("chat".into(), Arc::new(channel)));
}

/// What the house said of itself, in order.
fn said(kit: &Kit, id: ConversationId) -> Vec<String> {
    let text = |record: &Arc<Record>| match &**record {
        Record::Event(Event { conversation, what: Happening::Message { message, .. }, .. }) => {
            let own = message.sender == Sender::System && *conversation == id;
            own.then(|| message.text.to_string())
        }
        _ => None,
    };
    kit.log.iter().filter_map(text).collect()
}

/// The kinds of a conversation's events, in order.
fn kinds(kit: &Kit, id: ConversationId) -> Vec<&'static str> {
    let kind = |record: &Arc<Record>| match &**record {
        Record::Event(event) if event.conversation == id => Some(event.what.kind()),
        _ => None,
    };
    kit.log.iter().filter_map(kind).collect()
}

/// Every queue anew from the log, as at a start.
fn restart(kit: &mut Kit) {
    for (id, queue) in &mut kit.queues {
        *queue = Queue::new(id.clone());
        kit.log.iter().for_each(|record| queue.apply(record));
    }
}

fn active(kit: &mut Kit) -> ConversationId {
    kit.put_agent("ana", 100);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    id
}

#[test]
fn a_conversation_is_greeted_when_it_begins_in_its_language_with_its_own_values() {
    let mut kit = kit(Vec::new());
    let text =
        [("en".into(), "Hello {customer.name}".into()), ("de".into(), "Hallo {{}} {queue.name}".into())]
            .into();
    let messages = vec![AutomatedMessage { on: Occasion::Started, text }];
    put(&mut kit, LiveChat { languages: vec!["en".into(), "de".into()], messages, ..LiveChat::default() });
    let english = kit.create_with(|draft| draft.customer.name = Some("Kim".into()));
    let german = kit.create_with(|draft| draft.language = Some("de".into()));
    assert_eq!(said(&kit, english), ["Hello Kim"]);
    assert_eq!(said(&kit, german), ["Hallo {} Q"]);
    assert_eq!(kit.conversation(english).messages, 1);
}

#[test]
fn waiting_is_spoken_of_once_for_each_wait_also_over_a_restart() {
    let mut kit =
        kit(vec![message(Occasion::Waiting(60), "1 min"), message(Occasion::Waiting(180), "3 min")]);
    let id = kit.create();
    kit.pass(59_999);
    assert_eq!(said(&kit, id), [""; 0]);
    kit.pass(1);
    assert_eq!(said(&kit, id), ["1 min"]);
    restart(&mut kit);
    kit.pass(2 * MINUTE);
    assert_eq!(said(&kit, id), ["1 min", "3 min"]);
    restart(&mut kit);
    kit.pass(60 * MINUTE);
    assert_eq!(said(&kit, id).len(), 2);
}

#[test]
fn of_several_waits_that_passed_while_nobody_looked_the_last_is_spoken_of() {
    let mut kit = kit(Vec::new());
    let id = kit.create();
    kit.pass(10 * MINUTE);
    let messages = vec![message(Occasion::Waiting(60), "1 min"), message(Occasion::Waiting(180), "3 min")];
    put(&mut kit, LiveChat { messages, ..LiveChat::default() });
    kit.pass(MINUTE);
    assert_eq!(said(&kit, id), ["3 min"]);
}

#[test]
fn a_place_in_line_is_told_when_it_is_reached_and_not_again() {
    let mut kit =
        kit(vec![message(Occasion::Position(1), "next"), message(Occasion::Position(3), "place {position}")]);
    let ids: Vec<ConversationId> = (0..5)
        .map(|_| {
            kit.pass(1);
            kit.create()
        })
        .collect();
    kit.pass(1);
    let told = |kit: &Kit| ids.iter().map(|id| said(kit, *id).join(", ")).collect::<Vec<_>>();
    assert_eq!(told(&kit), ["next", "place 2", "place 3", "", ""]);
    kit.act(ids[0], Act::End, backend()).unwrap();
    kit.pass(1);
    assert_eq!(told(&kit), ["next", "place 2, next", "place 3", "place 3", ""]);
    restart(&mut kit);
    kit.pass(MINUTE);
    assert_eq!(told(&kit), ["next", "place 2, next", "place 3", "place 3", ""]);
}

#[test]
fn who_gets_an_agent_at_once_hears_of_the_agent_and_of_no_place() {
    let mut kit = kit(vec![
        message(Occasion::Position(5), "place"),
        message(Occasion::Assigned, "{agent.name} is here"),
    ]);
    let id = active(&mut kit);
    kit.pass(MINUTE);
    assert_eq!(said(&kit, id), ["ana is here"]);
}

#[test]
fn a_release_and_a_transfer_are_spoken_of_before_the_next_agent_is() {
    let mut kit = kit(vec![
        message(Occasion::AgentLeft, "{agent.name} left"),
        message(Occasion::Transferred, "{agent.name} passes you on"),
        message(Occasion::Assigned, "{agent.name} is here"),
    ]);
    kit.put_queue("other", |_| {});
    let id = active(&mut kit);
    kit.act(id, Act::Release, by_agent("ana")).unwrap();
    kit.answer("ana", id, true).unwrap();
    kit.act(id, Act::Transfer(Target::Queue("other".into())), by_agent("ana")).unwrap();
    assert_eq!(said(&kit, id), ["ana is here", "ana left", "ana is here", "ana passes you on"]);
    let moved = kit.conversation(id);
    assert_eq!((moved.queue_id.as_str(), moved.messages, moved.status), ("other", 4, Status::Open));
    let replayed = kit.log.iter().filter_map(|record| match &**record {
        Record::Event(event) if event.conversation == id => Some(event),
        _ => None,
    });
    assert_eq!(crate::conversation::Conversation::replay(replayed).as_ref(), Some(moved));
    restart(&mut kit);
    assert_eq!(kit.conversation(id).messages, 4);
}

#[test]
fn last_words_come_before_each_end_and_only_once() {
    let ends: [fn(&mut Kit, ConversationId); 4] = [
        |kit, id| drop(kit.act(id, Act::End, by_agent("ana")).unwrap()),
        |kit, id| drop(kit.act(id, Act::End, backend()).unwrap()),
        |kit, id| drop(kit.act(id, Act::Close(None), supervisor()).unwrap()),
        |kit, id| {
            kit.act(id, Act::Wait, by_agent("ana")).unwrap();
            kit.pass(40 * MINUTE);
        },
    ];
    for end in ends {
        let mut kit = kit(vec![message(Occasion::Ended, "Bye from {agent.name}")]);
        let id = active(&mut kit);
        end(&mut kit, id);
        if kit.conversation(id).status == Status::WrapUp {
            kit.act(id, Act::Close(None), by_agent("ana")).unwrap();
        }
        assert_eq!(kit.conversation(id).status, Status::Closed);
        assert_eq!(said(&kit, id), ["Bye from ana"]);
        let kinds = kinds(&kit, id);
        let place = |kind: &str| kinds.iter().position(|other| *other == kind).unwrap_or(usize::MAX);
        assert!(place("message") < place("wrap_up").min(place("closed")), "{kinds:?}");
    }
}

#[test]
fn silence_is_warned_of_once_until_somebody_writes_and_does_not_put_off_the_end() {
    let mut kit = kit(vec![message(Occasion::Inactivity(120), "Still there?")]);
    let id = active(&mut kit);
    kit.pass(10 * MINUTE);
    assert_eq!(said(&kit, id).len(), 1);
    restart(&mut kit);
    kit.pass(10 * MINUTE);
    assert_eq!(said(&kit, id).len(), 1);
    kit.say(id, "Yes", backend()).unwrap();
    kit.pass(119_999);
    assert_eq!(said(&kit, id).len(), 1);
    kit.pass(1);
    assert_eq!(said(&kit, id).len(), 2);
    kit.act(id, Act::Wait, by_agent("ana")).unwrap();
    let silent = 1800 * 1000;
    kit.pass(silent - 1);
    assert_eq!((kit.conversation(id).status, said(&kit, id).len()), (Status::Waiting, 3));
    kit.pass(1);
    assert_eq!(kit.conversation(id).status, Status::Closed);
}

#[test]
fn a_closed_queue_is_spoken_of_on_arrival_and_when_the_hours_end() {
    let mut kit = kit(vec![message(Occasion::OutsideHours, "We are closed")]);
    let weekly = vec![WeeklySpan { days: Weekday::ALL.to_vec(), span: Span { from: 60, to: 120 } }];
    let hours = OperatingHours { name: "H".into(), time_zone: "UTC".into(), weekly, holidays: Vec::new() };
    kit.put(Change::PutOperatingHours("h".into(), Arc::new(hours)));
    kit.put_queue("q", |queue| queue.operating_hours_id = Some("h".into()));
    let early = kit.create();
    kit.pass(0);
    assert_eq!(said(&kit, early), ["We are closed"]);
    kit.pass(60 * MINUTE);
    let during = kit.create();
    kit.pass(MINUTE);
    assert_eq!(said(&kit, during), [""; 0]);
    kit.pass(60 * MINUTE);
    assert_eq!(said(&kit, during), ["We are closed"]);
    restart(&mut kit);
    kit.pass(3 * 24 * 60 * MINUTE);
    assert_eq!((said(&kit, early).len(), said(&kit, during).len()), (1, 1));
}

#[test]
fn the_index_of_what_may_be_said_follows_from_the_conversations() {
    let mut kit = kit(vec![message(Occasion::Waiting(60), "w"), message(Occasion::Inactivity(60), "i")]);
    let id = active(&mut kit);
    kit.create();
    for _ in 0..5 {
        kit.pass(MINUTE);
        kit.say(id, "x", backend()).unwrap();
        for queue in kit.queues.values() {
            assert_eq!(queue.prompts, queue.prompts_anew());
        }
    }
}
