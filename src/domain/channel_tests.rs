//! One conversation for each verified customer of a channel.

use crate::channel::{Channel, Soft};
use crate::command::{Act, Answer, Command, Draft, Say};
use crate::conversation::{CustomerRef, Event, Happening, Status, Visibility};
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent};
use crate::machine::Machine;
use crate::record::Record;

fn draft(party: &str, text: Option<&str>) -> Draft {
    let say = |text: &str| Say {
        attachments: Vec::new(),
        text: text.into(),
        visibility: Visibility::Public,
        client_message_id: None,
    };
    Draft {
        correspondent: None,
        record: None,
        channel_id: "chat".into(),
        customer: CustomerRef { id: Some(party.into()), ..CustomerRef::default() },
        context: std::collections::BTreeMap::new(),
        message: text.map(say),
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: true,
        party: Some(party.into()),
        language: None,
    }
}

fn create(kit: &mut Kit, party: &str, text: Option<&str>) -> ConversationId {
    match kit.ask(Command::Create(Box::new(draft(party, text))), backend()) {
        Ok(Answer::Conversation { id, .. } | Answer::Message { conversation: id, .. }) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_verified_customer_joins_its_open_conversation_with_or_without_words() {
    let mut kit = Kit::new();
    let first = create(&mut kit, "kim", Some("Hello"));
    assert_eq!(create(&mut kit, "kim", Some("Me again")), first);
    assert_eq!(create(&mut kit, "kim", None), first);
    assert_ne!(create(&mut kit, "lee", None), first);
    assert_eq!(kit.conversation(first).messages, 2);
}

#[test]
fn two_first_calls_at_once_make_one_conversation() {
    let mut kit = Kit::new();
    let first = kit.post(Command::Create(Box::new(draft("kim", Some("One")))), backend());
    let second = kit.post(Command::Create(Box::new(draft("kim", Some("Two")))), backend());
    let third = kit.post(Command::Create(Box::new(draft("kim", None))), backend());
    kit.run();
    let Some(Ok(Answer::Conversation { id, .. })) = kit.answers.remove(&first) else {
        panic!("no conversation")
    };
    let joined = kit.answers.remove(&second).unwrap();
    assert_eq!(joined, Ok(Answer::Message { conversation: id, seq: 2, moved: false }));
    assert!(
        matches!(kit.answers.remove(&third), Some(Ok(Answer::Conversation { id: same, .. })) if same == id)
    );
    assert_eq!(kit.homes.len(), 1);
}

#[test]
fn after_its_end_a_verified_customer_gets_a_new_conversation_also_over_a_restart() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 100);
    kit.connect("ana");
    let first = create(&mut kit, "kim", Some("Hello"));
    kit.answer("ana", first, true).unwrap();
    let (id, channel) = kit.channels.first_key_value().map(|(id, it)| (id.clone(), it.clone())).unwrap();
    let mut anew = crate::channel::Channel::new(id);
    kit.log.iter().for_each(|record| anew.apply(record));
    assert_eq!(anew.parties, channel.parties);
    kit.act(first, Act::End, by_agent("ana")).unwrap();
    assert_eq!(kit.conversation(first).status, Status::WrapUp);
    let second = create(&mut kit, "kim", Some("One more thing"));
    assert_ne!(second, first);
    // A message to the ended one joins the customer's new one.
    let said = kit.say(first, "And another", backend());
    assert_eq!(said, Ok(Answer::Message { conversation: second, seq: 2, moved: false }));
    kit.act(second, Act::End, backend()).unwrap();
    let channel = kit.channels.values().next().unwrap();
    assert!(channel.parties.is_empty() && channel.party_of.is_empty());
}

#[test]
fn a_conversation_that_was_not_taken_has_no_claim() {
    let mut kit = Kit::new();
    kit.put_stream(|stream| stream.active = false);
    assert!(kit.ask(Command::Create(Box::new(draft("kim", None))), backend()).is_err());
    let channel = kit.channels.values().next().unwrap();
    assert!(channel.parties.is_empty() && channel.party_of.is_empty());
}

/// A conversation that another queue closes at once, by its overflow: the close overtakes the creation on its way here.
#[test]
fn a_successor_whose_close_overtakes_its_creation_takes_nobodys_messages() {
    let mut kit = Kit::new();
    let ended = kit.create();
    kit.act(ended, Act::End, backend()).unwrap();
    let next = match kit.say(ended, "wait!", backend()) {
        Ok(Answer::Message { conversation, moved: true, .. }) => conversation,
        other => panic!("{other:?}"),
    };
    kit.act(next, Act::End, backend()).unwrap();
    let of_next = |created: bool| {
        let found = kit.log.iter().find(|record| match &***record {
            Record::Event(Event { conversation, what, .. }) if *conversation == next => match what {
                Happening::Created(_) => created,
                Happening::Closed { .. } => !created,
                _ => false,
            },
            _ => false,
        });
        found.expect("it was created and closed").clone()
    };
    let mut channel = Channel::new("chat".into());
    channel.note(&Soft::Started { previous: ended, next });
    channel.apply(&of_next(false));
    channel.apply(&of_next(true));
    assert!(channel.successors.is_empty(), "whoever writes to the ended one would wait for it for ever");
    assert!(channel.unfinished.is_empty() && channel.over.is_empty());
}
