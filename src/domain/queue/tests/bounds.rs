//! What one conversation may grow to.

use std::collections::BTreeMap;

use crate::command::{Act, Code, Target};
use crate::config::{Queue, QueueType};
use crate::context::Given;
use crate::conversation::{MAX_EVENTS, MAX_TEXT_BYTES, Status};
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent, supervisor};

/// A conversation with Ana that has as many events as it may have.
fn full() -> (Kit, ConversationId) {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    while kit.conversation(id).version < MAX_EVENTS {
        kit.say(id, "hello", backend()).unwrap();
    }
    (kit, id)
}

fn context() -> Act {
    Act::Context(BTreeMap::from([("note".to_owned(), Some(Given::Text("x".repeat(4_000))))]))
}

#[test]
fn a_full_conversation_takes_no_message_but_goes_on_to_its_end() {
    let (mut kit, id) = full();
    for caller in [backend(), by_agent("ana")] {
        let refused = kit.say(id, "one more", caller).unwrap_err();
        assert_eq!((refused.code, refused.status), (Code::ConversationFull, Some(Status::Active)));
    }
    assert_eq!(kit.act(id, context(), backend()).unwrap_err().code, Code::ConversationFull);
    assert_eq!(kit.conversation(id).version, MAX_EVENTS);
    kit.put(crate::config::Change::PutQueue(
        "other".into(),
        std::sync::Arc::new(Queue::named("Other", QueueType::Messaging)),
    ));
    kit.act(id, Act::Transfer(Target::Queue("other".into())), by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(id).queue_id, "other".into());
    kit.act(id, Act::Assign("ana".into()), supervisor()).unwrap();
    kit.act(id, Act::End, by_agent("ana")).unwrap();
    kit.act(id, Act::Close(None), by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(id).status, Status::Closed);
}

#[test]
fn text_counts_by_itself() {
    let mut kit = Kit::new();
    let id = kit.create();
    let text = "x".repeat(10_000);
    while kit.conversation(id).text_bytes < MAX_TEXT_BYTES / 2 {
        kit.say(id, &text, backend()).unwrap();
    }
    while kit.conversation(id).text_bytes < MAX_TEXT_BYTES {
        kit.act(id, context(), backend()).unwrap();
    }
    assert!(kit.conversation(id).version < MAX_EVENTS);
    assert_eq!(kit.say(id, "more", backend()).unwrap_err().code, Code::ConversationFull);
    kit.act(id, Act::End, backend()).unwrap();
}

#[test]
fn offers_that_nobody_takes_do_not_lengthen_a_full_conversation_without_end() {
    let (mut kit, id) = full();
    kit.put_stream(|stream| stream.distribution.refusal.max_refusals = u32::MAX);
    kit.act(id, Act::Release, by_agent("ana")).unwrap();
    for _ in 0..10 {
        if kit.offered_to(id).is_some() {
            kit.answer("ana", id, false).unwrap();
        }
        kit.pass(3_600_000);
    }
    let conversation = kit.conversation(id);
    assert!(conversation.stranded, "it waits on the pick list");
    assert!(conversation.version < MAX_EVENTS + 10, "{}", conversation.version);
}
