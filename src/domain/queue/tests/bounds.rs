//! What one conversation may grow to.

use std::collections::BTreeMap;

use crate::command::{Act, Answer, Caller, Code, Command, Refusal, Say, Target};
use crate::config::{Queue, QueueType, Role};
use crate::context::Given;
use crate::conversation::{By, MAX_EVENTS, MAX_TEXT_BYTES, Status, Visibility};
use crate::ids::{ConversationId, SessionId};
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

/// A customer at a socket that is bound to its conversation.
fn visitor() -> Caller {
    let session = Some(SessionId(uuid::Uuid::from_u128(9)));
    Caller { by: By::Customer, role: Role::Backend, agent: None, session }
}

#[test]
fn a_full_conversation_takes_no_message_but_goes_on_to_its_end() {
    let (mut kit, id) = full();
    for caller in [visitor(), by_agent("ana")] {
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

/// Where a message went, and its number there.
fn moved(answer: Result<Answer, Refusal>) -> (ConversationId, u32) {
    match answer {
        Ok(Answer::Message { conversation, seq, moved: true }) => (conversation, seq),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_customers_message_to_a_full_conversation_begins_its_successor_and_the_next_one_joins_it() {
    let (mut kit, id) = full();
    let (next, first) = moved(kit.say(id, "one more", backend()));
    assert_ne!(next, id);
    let joined = kit.say(id, "and another", backend());
    assert!(matches!(joined, Ok(Answer::Message { conversation, seq: 2, .. }) if conversation == next));
    assert_eq!(first, 1);
    let successor = kit.conversation(next);
    assert_eq!((successor.born.previous, successor.messages), (Some(id), 2));
    assert_eq!(kit.conversation(id).status, Status::Active, "the agent still has it, to end it");
    kit.act(id, Act::End, by_agent("ana")).unwrap();
    kit.act(id, Act::Close(None), by_agent("ana")).unwrap();
    let joined = kit.say(id, "still here", backend());
    assert!(matches!(joined, Ok(Answer::Message { conversation, seq: 3, .. }) if conversation == next));
    kit.audit();
}

#[test]
fn a_known_sender_whose_conversation_is_full_goes_on_in_another_one() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let party = Some("+15550100".into());
    let id = kit.create_with(|draft| draft.party.clone_from(&party));
    kit.answer("ana", id, true).unwrap();
    while kit.conversation(id).version < MAX_EVENTS {
        kit.say(id, "hello", backend()).unwrap();
    }
    let mut write = |text: &str| {
        let say = Say {
            text: text.into(),
            visibility: Visibility::Public,
            client_message_id: None,
            attachments: Vec::new(),
        };
        let mut draft = crate::kit::draft();
        (draft.party, draft.message) = (party.clone(), Some(say));
        match kit.ask(Command::Create(Box::new(draft)), backend()) {
            Ok(Answer::Message { conversation, seq, .. }) => (conversation, seq),
            other => panic!("{other:?}"),
        }
    };
    let (next, first) = write("one more");
    assert_ne!(next, id);
    assert_eq!((first, write("and another")), (1, (next, 2)));
    kit.audit();
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
    assert_eq!(kit.say(id, "more", visitor()).unwrap_err().code, Code::ConversationFull);
    assert_ne!(moved(kit.say(id, "more", backend())).0, id);
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
