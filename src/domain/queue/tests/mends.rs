//! What a review found: what is under way when the configuration changes, and what a yes may not assume.

use std::sync::Arc;

use uuid::Uuid;

use crate::command::{Act, Answer, Code, Command, Draft, Refusal, Reply, Say, Target};
use crate::config::{self, Change, ChannelType, Key, Mode, RequiredSkill, WorkStream};
use crate::conversation::{CustomerRef, Status, Visibility};
use crate::decision::Trigger;
use crate::ids::{ConversationId, GrantId, QueueId};
use crate::kit::{Kit, admin, backend, by_agent, supervisor};
use crate::machine::Send;
use crate::offer::{GrantKind, OfferEnd};
use crate::queue::{Input, Reservation, Soft};

fn create() -> Command {
    Command::Create(Box::new(Draft {
        channel_id: "chat".into(),
        customer: CustomerRef::default(),
        context: std::collections::BTreeMap::new(),
        message: None,
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: false,
        record: None,
        correspondent: None,
        party: None,
        language: None,
    }))
}

fn configure(changes: Vec<Change>) -> Command {
    Command::Configure { changes, if_match: Vec::new() }
}

fn act(id: ConversationId, act: Act, if_match: Option<u32>) -> Command {
    Command::Conversation { id, act, if_match }
}

fn to_queue(queue: &str) -> Act {
    Act::Transfer(Target::Queue(queue.into()))
}

fn put_queue(kit: &mut Kit, id: &str) {
    let queue = config::Queue::named("R", config::QueueType::Messaging);
    kit.put(Change::PutQueue(id.into(), Arc::new(queue)));
}

fn put_skill(kit: &mut Kit, id: &str) {
    kit.put(Change::PutSkill(id.into(), Arc::new(config::Skill { name: id.into(), max_level: 10 })));
}

fn required(skill: &str) -> Vec<RequiredSkill> {
    vec![RequiredSkill { skill_id: skill.into(), min_level: 1 }]
}

/// The channel moves to another work stream and the old one goes.
fn repointed() -> Vec<Change> {
    let mut stream = WorkStream::named("Other", ChannelType::LiveChat);
    stream.fallback_queue_id = "q".into();
    let chat = config::Channel {
        provider: None,
        name: "Chat".into(),
        kind: ChannelType::LiveChat,
        work_stream_id: "other".into(),
        allowed_origins: Vec::new(),
        live_chat: Box::default(),
    };
    vec![
        Change::PutWorkStream("other".into(), Arc::new(stream)),
        Change::PutChannel("chat".into(), Arc::new(chat)),
        Change::Delete(Key::WorkStream("push".into())),
    ]
}

/// Posts these at once and says what each was answered.
fn at_once<const N: usize>(
    kit: &mut Kit,
    commands: [(Command, crate::command::Caller); N],
) -> [Result<Answer, Refusal>; N] {
    let replies = commands.map(|(command, caller)| kit.post(command, caller));
    kit.run();
    replies.map(|reply| kit.answers.remove(&reply).expect("an answer"))
}

#[test]
fn a_work_stream_with_a_creation_under_way_is_in_use() {
    let mut kit = Kit::new();
    let [created, deleted] = at_once(&mut kit, [(create(), backend()), (configure(repointed()), admin())]);
    assert!(created.is_ok());
    assert_eq!(deleted.unwrap_err().code, Code::InUse);
    assert!(kit.streams[&"push".into()].coming.is_empty());
}

#[test]
fn a_channel_with_a_creation_under_way_is_in_use() {
    let mut kit = Kit::new();
    let delete = configure(vec![Change::Delete(Key::Channel("chat".into()))]);
    let [created, deleted] = at_once(&mut kit, [(create(), backend()), (delete, admin())]);
    assert!(created.is_ok());
    assert_eq!(deleted.unwrap_err().code, Code::InUse);
    assert!(kit.channels[&"chat".into()].coming.is_empty());
}

#[test]
fn what_arrives_after_the_yes_to_a_deletion_is_refused() {
    let mut kit = Kit::new();
    let [deleted, created] = at_once(&mut kit, [(configure(repointed()), admin()), (create(), backend())]);
    assert!(deleted.is_ok());
    assert_eq!(created.unwrap_err().code, Code::WorkStreamInactive);
    assert!(kit.channels[&"chat".into()].coming.is_empty());
    let id = kit.create();
    assert_eq!(kit.conversation(id).born.work_stream_id, "other".into());
}

#[test]
fn a_deletion_that_somebody_else_forbids_leaves_everything_open() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    let mut spare = repointed();
    spare.pop();
    kit.put(spare.remove(0));
    let channel = config::Channel {
        provider: None,
        name: "Spare".into(),
        kind: ChannelType::LiveChat,
        work_stream_id: "other".into(),
        allowed_origins: Vec::new(),
        live_chat: Box::default(),
    };
    kit.put(Change::PutChannel("spare".into(), Arc::new(channel)));
    let both = vec![
        Change::Delete(Key::Channel("spare".into())),
        Change::Delete(Key::WorkStream("other".into())),
        Change::Delete(Key::Agent("ana".into())),
    ];
    assert_eq!(kit.ask(configure(both), admin()).unwrap_err().code, Code::InUse);
    let id = kit.create_with(|draft| draft.channel_id = "spare".into());
    assert_eq!(kit.conversation(id).born.work_stream_id, "other".into());
}

#[test]
fn an_arrival_that_is_refused_is_not_under_way_for_ever() {
    let mut kit = Kit::new();
    kit.put_stream(|s| s.active = false);
    assert_eq!(kit.ask(create(), backend()).unwrap_err().code, Code::WorkStreamInactive);
    kit.put(Change::Delete(Key::Channel("chat".into())));
    assert!(!kit.config.channels.contains_key(&"chat".into()));
}

#[test]
fn a_deletion_is_checked_again_when_all_have_said_yes() {
    let mut kit = Kit::new();
    let mut changes = repointed();
    kit.put(changes.remove(0));
    let delete = configure(vec![Change::Delete(Key::WorkStream("other".into()))]);
    let refer = configure(vec![changes.remove(0)]);
    let [deleted, referred] = at_once(&mut kit, [(delete, admin()), (refer, admin())]);
    assert!(referred.is_ok());
    assert_eq!(deleted.unwrap_err().code, Code::InUse);
    kit.create();
}

#[test]
fn a_conversation_that_moves_in_after_the_yes_of_a_queue_moves_on() {
    let mut kit = Kit::new();
    put_queue(&mut kit, "r");
    let id = kit.create();
    for queue in ["default-messaging", "q"] {
        kit.act(id, to_queue(queue), supervisor()).unwrap();
    }
    let deletion = kit.post(configure(vec![Change::Delete(Key::Queue("r".into()))]), admin());
    // By way of its last queue, so that it comes after the question to `r` and before the answer.
    let (act, caller, reply) = (to_queue("r"), supervisor(), Reply::NONE);
    kit.send(Send::Queue("default-messaging".into(), Input::Act { id, act, if_match: None, caller, reply }));
    kit.run();
    assert!(kit.answers.remove(&deletion).unwrap().is_ok());
    assert!(kit.conversation(id).visited.contains(&"r".into()));
    assert_eq!(kit.conversation(id).queue_id, QueueId::from("default-messaging"));
    kit.put_agent("ana", 1);
    kit.connect("ana");
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn a_push_that_meets_a_change_to_pick_makes_no_offer() {
    let mut kit = Kit::new();
    put_queue(&mut kit, "r");
    let id = kit.create();
    kit.act(id, to_queue("r"), supervisor()).unwrap();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let mut stream = (*kit.config.work_streams[&"push".into()]).clone();
    stream.distribution.mode = Mode::Pick;
    kit.post(act(id, to_queue("q"), None), supervisor());
    kit.post(configure(vec![Change::PutWorkStream("push".into(), Arc::new(stream))]), admin());
    kit.run();
    assert_eq!(kit.offered_to(id), None);
    assert_eq!(kit.agents[&"ana".into()].used(), 0);
    kit.act(id, Act::Pick, by_agent("ana")).unwrap();
}

#[test]
fn a_bid_that_meets_a_new_requirement_makes_no_offer() {
    let mut kit = Kit::new();
    put_skill(&mut kit, "german");
    let id = kit.create_with(|draft| draft.skills = required("german"));
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let snapshot = kit.agents[&"ana".into()].sent.clone().unwrap();
    let grant = GrantId(Uuid::from_u128(1));
    kit.send(Send::Queue(
        "q".into(),
        Input::Won { grant, conversation: id, units: 1, places: Vec::new(), snapshot },
    ));
    kit.run();
    assert_eq!(kit.offered_to(id), None);
}

#[test]
fn a_deleted_skill_is_required_no_more_and_the_record_says_so() {
    let mut kit = Kit::new();
    put_skill(&mut kit, "german");
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create_with(|draft| draft.skills = required("german"));
    assert_eq!(kit.offered_to(id), None);
    let version = kit.conversation(id).version;
    kit.put(Change::Delete(Key::Skill("german".into())));
    assert!(kit.conversation(id).skills.is_empty());
    assert!(kit.conversation(id).version > version);
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn a_skill_that_is_deleted_while_a_conversation_travels_strands_nothing() {
    let mut kit = Kit::new();
    let skills = required("german");
    let mut elsewhere = Kit::new();
    put_skill(&mut elsewhere, "german");
    let id = elsewhere.create_with(|draft| draft.skills = skills);
    let born = elsewhere.conversation(id).born.clone();
    let trace = elsewhere.log.iter().find_map(|record| match &**record {
        crate::record::Record::Event(event) => match &event.what {
            crate::conversation::Happening::Routed { trace, .. } => Some(trace.clone()),
            _ => None,
        },
        _ => None,
    });
    let (message, caller, reply) = (None, backend(), Reply::NONE);
    let trace = trace.unwrap();
    kit.send(Send::Queue(
        "q".into(),
        Input::Enqueue { born, trace, message, caller, reply, answer_message: false },
    ));
    kit.run();
    assert!(kit.conversation(id).skills.is_empty());
    kit.put_agent("ana", 1);
    kit.connect("ana");
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn a_customer_comes_back_although_a_skill_asked_for_then_is_deleted() {
    let mut kit = Kit::new();
    put_skill(&mut kit, "german");
    let id = kit.create_with(|draft| draft.skills = required("german"));
    kit.act(id, Act::End, backend()).unwrap();
    kit.put(Change::Delete(Key::Skill("german".into())));
    let said = kit.say(id, "hello again", backend());
    assert!(matches!(said, Ok(Answer::Message { moved: true, .. })), "{said:?}");
}

#[test]
fn an_offer_that_ran_out_while_the_house_was_down_is_not_held_against_the_agent() {
    let mut kit = Kit::new();
    let mut settings = (*kit.config.settings).clone();
    settings.missed_notifications = true;
    kit.put(Change::PutSettings(settings.into()));
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    let before = kit.conversation(id).offer.as_ref().unwrap().grant.id;
    kit.now = kit.now.plus_ms(200_000);
    kit.send(Send::Queue("q".into(), Input::Started));
    kit.run();
    kit.pass(1);
    let conversation = kit.conversation(id);
    assert_eq!(conversation.offer_end(before), Some(OfferEnd::Withdrawn));
    assert_eq!((conversation.refusals, conversation.refused.len()), (0, 0));
    assert!(kit.agents[&"ana".into()].carried.missed.is_empty());
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn a_version_that_has_passed_by_the_yes_is_refused() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 0);
    kit.connect("ana");
    let id = kit.create();
    let if_match = Some(kit.conversation(id).version);
    let say = Say {
        text: "wait".into(),
        visibility: Visibility::Public,
        client_message_id: None,
        attachments: Vec::new(),
    };
    let assign = act(id, Act::Assign("ana".into()), if_match);
    let [assigned, said] =
        at_once(&mut kit, [(assign, supervisor()), (act(id, Act::Say(say), None), backend())]);
    assert!(said.is_ok());
    assert_eq!(assigned.unwrap_err().code, Code::VersionMismatch);
    assert_eq!((kit.conversation(id).status, kit.agents[&"ana".into()].used()), (Status::Open, 0));
    kit.act(id, Act::Assign("ana".into()), supervisor()).unwrap();
}

#[test]
fn a_transfer_whose_conversation_ended_before_the_yes_is_refused_though_wrap_up_holds_the_units() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.put_agent("ben", 1);
    kit.connect("ben");
    let transfer = act(id, Act::Transfer(Target::Agent("ben".into())), None);
    let [transferred, ended] =
        at_once(&mut kit, [(transfer, by_agent("ana")), (act(id, Act::End, None), backend())]);
    assert!(ended.is_ok());
    assert_eq!(transferred.unwrap_err().code, Code::Taken);
    assert_eq!((kit.conversation(id).status, kit.agents[&"ben".into()].used()), (Status::WrapUp, 0));
}

#[test]
fn a_transfer_to_an_agent_with_as_many_offers_as_may_be_says_so() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.put_agent("ben", 100);
    kit.connect("ben");
    for _ in 0..3 {
        let id = kit.create();
        assert_eq!(kit.offered_to(id), Some("ben"));
        kit.pass(1);
    }
    let refusal = kit.act(id, Act::Transfer(Target::Agent("ben".into())), by_agent("ana")).unwrap_err();
    assert_eq!(refusal.code, Code::TooManyOffers);
}

#[test]
fn a_match_looks_at_no_arrival_that_an_agent_is_being_asked_for() {
    let mut kit = Kit::new();
    let id = kit.create();
    let mut queue = kit.queues[&"q".into()].clone();
    queue.take(&Soft::Unexplained(id, Trigger::Created));
    assert!(queue.to_explain.contains(&id));
    let grant = GrantId(Uuid::from_u128(1));
    queue.take(&Soft::Reserve(Box::new(Reservation {
        grant,
        conversation: id,
        agent: "ana".into(),
        work_stream: "push".into(),
        places: Vec::new(),
        units: 1,
        kind: GrantKind::Push,
        offers: true,
        giver: None,
        if_match: None,
        by: crate::conversation::By::System,
        reply: Reply::NONE,
        trace: None,
    })));
    assert!(queue.to_explain.is_empty());
    queue.take(&Soft::Unreserve(grant));
    assert!(queue.to_explain.contains(&id));
}
