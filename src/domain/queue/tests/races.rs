//! Orders of messages, and states, that only a review looks for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::command::{Act, AgentAct, Answer, Code, Command, Reply, Say, Target};
use crate::config::{AssignmentMethod, Change, Key, NotificationKind, Queue, QueueType};
use crate::context::Given;
use crate::conversation::{Event, Happening, KEPT_CLIENT_MESSAGES, Status, Visibility};
use crate::ids::{ConversationId, QueueId};
use crate::kit::{Kit, admin, backend, by_agent, supervisor};
use crate::machine::Send;
use crate::queue::Input;
use crate::record::Record;

fn events(kit: &Kit, id: ConversationId) -> Vec<Event> {
    let event = |record: &Arc<Record>| match &**record {
        Record::Event(event) if event.conversation == id => Some(event.clone()),
        _ => None,
    };
    kit.log.iter().filter_map(event).collect()
}

fn act(id: ConversationId, act: Act) -> Command {
    Command::Conversation { id, act, if_match: None }
}

fn context(key: &str, value: &str) -> Act {
    Act::Context(BTreeMap::from([(key.to_owned(), Some(Given::Text(value.to_owned())))]))
}

#[test]
fn nobody_found_is_recorded_once_not_at_each_later_match() {
    let mut kit = Kit::new();
    let id = kit.create();
    for _ in 0..5 {
        kit.create();
    }
    let unmatched = events(&kit, id).iter().filter(|e| matches!(e.what, Happening::Unmatched { .. })).count();
    assert_eq!(unmatched, 1);
    kit.act(id, Act::End, backend()).unwrap();
    assert!(!kit.queues[&"q".into()].unexplained.contains_key(&id));
}

#[test]
fn a_successor_that_could_not_start_does_not_swallow_later_messages() {
    let mut kit = Kit::new();
    let id = kit.create();
    kit.act(id, Act::End, backend()).unwrap();
    kit.put_stream(|s| s.active = false);
    assert_eq!(kit.say(id, "one", backend()).unwrap_err().code, Code::WorkStreamInactive);
    kit.put_stream(|_| {});
    assert!(matches!(kit.say(id, "two", backend()), Ok(Answer::Message { seq: 1, moved: true, .. })));
}

#[test]
fn two_changes_of_context_at_once_both_stand() {
    let mut kit = Kit::new();
    let id = kit.create();
    kit.post(act(id, context("a", "1")), backend());
    kit.post(act(id, context("b", "2")), backend());
    kit.run();
    let keys: Vec<&str> = kit.conversation(id).context.keys().map(|key| &**key).collect();
    assert_eq!(keys, ["a", "b"]);
}

#[test]
fn of_two_changes_of_context_at_the_same_version_the_second_is_refused() {
    let mut kit = Kit::new();
    let id = kit.create();
    let if_match = Some(kit.conversation(id).version);
    let first = Command::Conversation { id, act: context("a", "1"), if_match };
    let second = Command::Conversation { id, act: context("b", "2"), if_match };
    let replies = [kit.post(first, backend()), kit.post(second, backend())];
    kit.run();
    let [first, second] = replies.map(|reply| kit.answers.remove(&reply).unwrap());
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err().code, Code::VersionMismatch);
}

#[test]
fn a_change_of_context_does_not_undo_the_transfer_behind_it() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.post(act(id, context("a", "1")), backend());
    kit.post(act(id, Act::Transfer(Target::Queue("default-messaging".into()))), by_agent("ana"));
    kit.run();
    assert_eq!(kit.conversation(id).queue_id, "default-messaging".into());
    assert_eq!(kit.conversation(id).context.len(), 1);
}

#[test]
fn who_is_left_decides_whether_it_is_stranded() {
    let mut kit = Kit::new();
    kit.put_stream(|s| s.distribution.refusal.max_refusals = 1);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.put_agent("ben", 1);
    let id = kit.create();
    kit.answer("ana", id, false).unwrap();
    assert!(!kit.conversation(id).stranded, "ben may come");
    kit.put(Change::Delete(Key::Agent("ben".into())));
    assert!(kit.conversation(id).stranded);
}

#[test]
fn a_stranded_conversation_that_is_picked_and_released_is_stranded_again() {
    let mut kit = Kit::new();
    kit.put_stream(|s| s.distribution.refusal.max_refusals = 1);
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, false).unwrap();
    kit.act(id, Act::Pick, by_agent("ana")).unwrap();
    kit.act(id, Act::Release, by_agent("ana")).unwrap();
    assert!(kit.conversation(id).stranded);
    kit.act(id, Act::Transfer(Target::Queue("default-messaging".into())), supervisor()).unwrap();
    assert!(kit.conversation(id).stranded, "only ana is there, too");
    kit.act(id, Act::Pick, by_agent("ana")).unwrap();
}

#[test]
fn a_refusal_that_comes_after_the_close_writes_nothing() {
    let mut kit = Kit::new();
    let mut settings = (*kit.config.settings).clone();
    settings.max_open_offers = 1;
    kit.put(Change::PutSettings(Arc::new(settings)));
    kit.put_stream(|s| s.distribution.agent_affinity = true);
    kit.put_agent("ana", 2);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.act(id, Act::Wait, by_agent("ana")).unwrap();
    kit.create();
    let say = Say {
        text: "back".into(),
        visibility: Visibility::Public,
        client_message_id: None,
        attachments: Vec::new(),
    };
    kit.post(act(id, Act::Say(say)), backend());
    kit.post(act(id, Act::End), backend());
    kit.run();
    assert_eq!(kit.conversation(id).status, Status::Closed);
    assert!(matches!(events(&kit, id).last().unwrap().what, Happening::Closed { .. }));
}

#[test]
fn a_queue_that_is_gone_by_now_gets_nothing() {
    let mut kit = Kit::new();
    let id = kit.create();
    let stranger = QueueId::from("gone");
    kit.queues.insert(stranger.clone(), crate::queue::Queue::new(stranger.clone()));
    let rule = |s: &mut crate::config::WorkStream| s.fallback_queue_id = "r".into();
    kit.put(Change::PutQueue("r".into(), Arc::new(Queue::named("R", QueueType::Messaging))));
    kit.put_stream(rule);
    kit.post(act(id, context("a", "1")), backend());
    kit.run();
    assert_eq!(kit.conversation(id).queue_id, "r".into());
    let mut born = (*kit.conversation(id).born).clone();
    born.id = ConversationId(uuid::Uuid::from_u128(7));
    born.queue_id = stranger.clone();
    let trace = events(&kit, id).into_iter().find_map(|event| match event.what {
        Happening::Routed { trace, .. } => Some(trace),
        _ => None,
    });
    let enqueue = Input::Enqueue {
        born: Arc::new(born.clone()),
        trace: trace.unwrap(),
        message: None,
        caller: backend(),
        reply: Reply::NONE,
        answer_message: false,
    };
    kit.send(Send::Queue(stranger, enqueue));
    kit.run();
    assert_eq!(kit.conversation(born.id).queue_id, "default-messaging".into());
}

#[test]
fn the_least_active_goes_first_also_when_only_the_count_has_changed() {
    let mut kit = Kit::new();
    let mut queue = Queue::named("Q", QueueType::Messaging);
    queue.assignment_method = AssignmentMethod::LeastActive;
    kit.put(Change::PutQueue("q".into(), Arc::new(queue)));
    kit.put_stream(|s| s.distribution.notification.kind = NotificationKind::OpenDirectly);
    for agent in ["ana", "ben"] {
        kit.put_agent(agent, 10);
        kit.connect(agent);
    }
    let mut who = || {
        let id = kit.create();
        kit.conversation(id).agent.clone().unwrap()
    };
    let order: Vec<_> = (0..6).map(|_| who().to_string()).collect();
    assert_eq!(order, ["ana", "ben", "ana", "ben", "ana", "ben"]);
}

#[test]
fn an_accept_that_meets_the_deletion_of_its_agent_strands_nothing() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    let offer = kit.conversation(id).offer.clone().unwrap().grant.id;
    let deletion =
        Command::Configure { changes: vec![Change::Delete(Key::Agent("ana".into()))], if_match: vec![] };
    kit.post(deletion, admin());
    let accept = AgentAct::Answer { offer, conversation: id, accept: true };
    kit.post(Command::Agent { id: "ana".into(), act: accept }, by_agent("ana"));
    kit.run();
    kit.disconnect("ana");
    kit.pass(151_000);
    assert_eq!(kit.conversation(id).status, Status::Open);
}

#[test]
fn a_conversation_remembers_only_so_many_ids_of_messages() {
    let mut kit = Kit::new();
    let id = kit.create();
    let mut say = |n: usize| {
        let client_message_id = Some(n.to_string().into());
        let say = Say {
            text: "x".into(),
            visibility: Visibility::Public,
            client_message_id,
            attachments: Vec::new(),
        };
        kit.act(id, Act::Say(say), backend())
    };
    for n in 0..=KEPT_CLIENT_MESSAGES {
        say(n).unwrap();
    }
    assert!(matches!(say(1), Ok(Answer::Message { seq: 2, .. })), "still known");
    let next = KEPT_CLIENT_MESSAGES as u32 + 2;
    assert!(matches!(say(0), Ok(Answer::Message { seq, .. }) if seq == next), "the oldest is forgotten");
}

#[test]
fn a_hold_for_a_queue_that_is_gone_ends() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.send(Send::Agent(
        "ana".into(),
        crate::agent::Input::Reserve(crate::agent::Reserve {
            grant: crate::ids::GrantId(uuid::Uuid::from_u128(1)),
            conversation: ConversationId(uuid::Uuid::from_u128(2)),
            queue: "gone".into(),
            work_stream: "push".into(),
            units: 1,
            places: Vec::new(),
            kind: crate::offer::GrantKind::Push,
            offers: true,
        }),
    ));
    kit.run();
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
}

#[test]
fn a_wrap_up_of_an_agent_that_was_deleted_in_between_holds_no_units() {
    let mut kit = Kit::new();
    kit.put_queue("old", |_| {});
    kit.put_stream(|stream| stream.fallback_queue_id = "old".into());
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.act(id, Act::Transfer(Target::Queue("q".into())), supervisor()).unwrap();
    let offer = kit.conversation(id).offer.clone().unwrap().grant.id;
    let deletion =
        Command::Configure { changes: vec![Change::Delete(Key::Agent("ana".into()))], if_match: vec![] };
    kit.post(deletion, admin());
    let accept = AgentAct::Answer { offer, conversation: id, accept: true };
    kit.post(Command::Agent { id: "ana".into(), act: accept }, by_agent("ana"));
    // Comes by way of the queue where it was, so that the agent's yes to its deletion is given already.
    let caller = by_agent("ana");
    kit.send(Send::Queue(
        "old".into(),
        Input::Act { id, act: Act::End, if_match: None, caller, reply: Reply::NONE },
    ));
    kit.run();
    assert!(!kit.config.agents.contains_key(&"ana".into()));
    let conversation = kit.conversation(id);
    assert_eq!((conversation.status, &conversation.grant), (Status::WrapUp, &None));
}
