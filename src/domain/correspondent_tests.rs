//! Correspondents: one conversation for each address, whatever the order of messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::command::{Act, Answer, Command, Draft, Reply, Say};
use crate::config::{Comparison, Condition, Operand, Operator, Route, RoutingRule};
use crate::conversation::{Status, Visibility};
use crate::correspondent::{Attachment, Correspondent};
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent};
use crate::machine::{self, Machine};

use crate::channel::Channel;

fn text(text: &str) -> Say {
    Say {
        text: text.into(),
        visibility: Visibility::Public,
        client_message_id: None,
        attachments: Vec::new(),
    }
}

fn from(address: &str, say: Say) -> Command {
    let correspondent = Correspondent {
        address: address.into(),
        attributes: BTreeMap::from([("country".into(), "ES".into()), ("id".into(), "forged".into())]),
        ..Correspondent::default()
    };
    Command::Create(Box::new(Draft {
        channel_id: "chat".into(),
        customer: crate::conversation::CustomerRef::default(),
        context: BTreeMap::new(),
        message: Some(say),
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: true,
        record: None,
        party: Some(address.into()),
        language: None,
        correspondent: Some(Arc::new(correspondent)),
    }))
}

fn said(kit: &mut Kit, reply: Reply) -> ConversationId {
    match kit.answers.remove(&reply) {
        Some(Ok(Answer::Message { conversation, .. })) => conversation,
        Some(Ok(Answer::Conversation { id, .. })) => id,
        other => panic!("{other:?}"),
    }
}

fn write(kit: &mut Kit, address: &str) -> ConversationId {
    let reply = kit.tell(from(address, text("hello")), backend());
    said(kit, reply)
}

#[test]
fn what_one_address_writes_joins_its_conversation_and_another_address_has_its_own() {
    let mut kit = Kit::new();
    let first = write(&mut kit, "+34600");
    assert_eq!(write(&mut kit, "+34600"), first);
    assert_eq!(kit.conversation(first).messages, 2);
    assert_ne!(write(&mut kit, "+34601"), first);
}

#[test]
fn two_first_messages_of_one_address_at_once_make_one_conversation() {
    let mut kit = Kit::new();
    let replies: Vec<Reply> = (0..3).map(|_| kit.post(from("+34600", text("hello")), backend())).collect();
    kit.run();
    let conversations: Vec<_> = replies.into_iter().map(|reply| said(&mut kit, reply)).collect();
    assert!(conversations.iter().all(|id| *id == conversations[0]), "{conversations:?}");
    assert_eq!(kit.conversation(conversations[0]).messages, 3);
}

#[test]
fn what_is_written_after_the_end_starts_another_conversation() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 10);
    kit.connect("ana");
    let first = write(&mut kit, "+34600");
    kit.answer("ana", first, true).unwrap();
    kit.act(first, Act::End, by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(first).status, Status::WrapUp);
    let second = write(&mut kit, "+34600");
    assert_ne!(second, first);
    assert_eq!(write(&mut kit, "+34600"), second);
}

#[test]
fn a_message_that_meets_the_end_on_its_way_is_in_the_next_conversation_and_so_are_those_behind_it() {
    let mut kit = Kit::new();
    let first = write(&mut kit, "+34600");
    let end = Command::Conversation { id: first, act: Act::End, if_match: None };
    kit.post(end, backend());
    let replies: Vec<Reply> = (0..2).map(|_| kit.post(from("+34600", text("wait!")), backend())).collect();
    kit.run();
    let [a, b] = [replies[0], replies[1]].map(|reply| said(&mut kit, reply));
    assert_ne!(a, first);
    assert_eq!(a, b);
}

#[test]
fn a_conversation_that_was_not_taken_does_not_swallow_what_is_written_later() {
    let mut kit = Kit::new();
    kit.put_stream(|s| s.active = false);
    kit.ask(from("+34600", text("hello")), backend()).unwrap_err();
    kit.put_stream(|_| {});
    write(&mut kit, "+34600");
}

#[test]
fn a_start_knows_who_has_a_conversation() {
    let mut kit = Kit::new();
    let kept = write(&mut kit, "+34600");
    let ended = write(&mut kit, "+34601");
    kit.act(ended, Act::End, backend()).unwrap();
    let mut again = Channel::new("chat".into());
    kit.log.iter().filter(|record| machine::audience(record).entry.is_some()).for_each(|r| again.apply(r));
    assert_eq!(again.parties, kit.channels[&"chat".into()].parties);
    assert_eq!(again.parties.values().copied().collect::<Vec<_>>(), [kept]);
}

#[test]
fn rules_read_what_the_provider_says_of_a_customer_but_not_over_the_channels_own_words() {
    let mut kit = Kit::new();
    let is = |variable: &str, value: &str| {
        Condition::Is(Comparison {
            variable: variable.to_owned(),
            operator: Operator::Equals,
            values: vec![Operand::Text(value.into())],
        })
    };
    kit.put_stream(|stream| {
        let when = Condition::All(vec![is("channel.country", "ES"), is("channel.id", "chat")]);
        let route_to = Route::Queue("default-messaging".into());
        stream.routing_rules =
            vec![RoutingRule { name: "es".to_owned(), description: String::new(), when, route_to }];
    });
    let id = write(&mut kit, "+34600");
    assert_eq!(kit.conversation(id).queue_id, "default-messaging".into());
}

#[test]
fn attachments_stay_with_their_message() {
    let mut kit = Kit::new();
    let photo =
        Attachment { url: "https://cdn.example/1".into(), media_type: None, name: None, size: Some(7) };
    let reply = kit.tell(from("+34600", Say { attachments: vec![photo.clone()], ..text("") }), backend());
    said(&mut kit, reply);
    let kept = kit.log.iter().find_map(|record| match &**record {
        crate::record::Record::Event(event) => match &event.what {
            crate::conversation::Happening::Message { message, .. } => Some(message.attachments.clone()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(kept, Some(vec![photo]));
}
