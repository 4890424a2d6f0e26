//! Records through all machines (`kit`): one unfinished work item each, whatever comes when.

use std::sync::Arc;

use super::*;
use crate::command::{Act, AgentAct, Command, FieldProblem, RecordAct};
use crate::config::{
    Change, ChannelType, Comparison, Condition, EntityConfiguration, IntakeRule, Key, Mode, Operand,
    Operator, Queue, QueueType, Route, RoutingRule, WorkStream, entity_channel,
};
use crate::context::{Context, Value};
use crate::conversation::{CloseReason, Status};
use crate::kit::{Kit, backend, by_agent};
use crate::machine::audience;

fn when(variable: &str, value: &str) -> Condition {
    let values = vec![Operand::Text(value.to_owned())];
    Condition::Is(Comparison { variable: variable.to_owned(), operator: Operator::Equals, values })
}

fn stream(name: &str, mode: Mode) -> WorkStream {
    let mut stream = WorkStream::named(name, ChannelType::Entity);
    stream.distribution.mode = mode;
    stream.entity_configurations = vec![EntityConfiguration {
        entity_logical_name: "incident".to_owned(),
        entity_set_name: "incidents".to_owned(),
        relationship_name: None,
    }];
    stream.routing_rules = vec![RoutingRule {
        name: "high".to_owned(),
        description: String::new(),
        when: when("record.priority", "high"),
        route_to: Route::Queue("urgent".into()),
    }];
    stream
}

/// Entity streams `cases` (push) and `files` (pick), the record queue `urgent`, and `ann`, who serves it.
fn kit() -> Kit {
    let mut kit = Kit::new();
    kit.put(Change::PutQueue("urgent".into(), Arc::new(Queue::named("Urgent", QueueType::Record))));
    kit.put(Change::PutWorkStream("cases".into(), Arc::new(stream("Cases", Mode::Push))));
    kit.put(Change::PutWorkStream("files".into(), Arc::new(stream("Files", Mode::Pick))));
    kit.put_agent("ann", 1);
    kit
}

fn record(id: &str, details: &[(&str, &str)]) -> Arc<RoutedRecord> {
    let details: Context =
        details.iter().map(|(key, value)| ((*key).into(), Value::Text((*value).into()))).collect();
    Arc::new(RoutedRecord {
        entity_logical_name: "incident".into(),
        entity_set_name: "incidents".into(),
        record_id: id.into(),
        relationship_name: None,
        details,
        intake_rule: None,
    })
}

fn route(kit: &mut Kit, stream: &str, record: Arc<RoutedRecord>) -> ConversationId {
    kit.create_with(|draft| {
        draft.channel_id = entity_channel(&stream.into());
        draft.record = Some(record);
    })
}

fn route_later(kit: &mut Kit, record: Arc<RoutedRecord>) -> Reply {
    let mut draft = None;
    kit.create_with(|made| draft = Some(made.clone()));
    let draft = draft.map(|draft| Draft { channel_id: "entity-cases".into(), record: Some(record), ..draft });
    kit.post(Command::Create(Box::new(draft.unwrap())), backend())
}

fn act(kit: &mut Kit, id: ConversationId, act: RecordAct) -> Result<Answer, Code> {
    kit.act(id, Act::Record(act), backend()).map_err(|refusal| refusal.code)
}

fn id_of(answer: Result<Answer, Refusal>) -> ConversationId {
    match answer {
        Ok(Answer::Conversation { id, .. }) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_record_gives_its_unfinished_work_item_and_a_new_one_after() {
    let mut kit = kit();
    let first = route(&mut kit, "cases", record("1", &[("priority", "high")]));
    assert_eq!(kit.conversation(first).queue_id.as_str(), "urgent");
    assert_eq!(route(&mut kit, "cases", record("1", &[])), first, "whatever else is said");
    assert_eq!(route(&mut kit, "files", record("1", &[])), first, "and wherever it is to go");
    assert_ne!(route(&mut kit, "cases", record("2", &[])), first);
    act(&mut kit, first, RecordAct::Resolve).unwrap();
    let second = route(&mut kit, "files", record("1", &[]));
    assert_ne!(second, first);
    assert_eq!(kit.conversation(second).born.work_stream_id.as_str(), "files");
}

#[test]
fn two_at_once_make_one_and_both_hear_of_it_when_it_is_there() {
    let mut kit = kit();
    let replies: Vec<Reply> = (0..3).map(|_| route_later(&mut kit, record("1", &[]))).collect();
    kit.run();
    let ids: Vec<_> = replies.into_iter().map(|reply| id_of(kit.answers.remove(&reply).unwrap())).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert!(kit.entities.coming.is_empty());
    assert_eq!(kit.entities.work_items[&RecordKey::new("incident", "1")], ids[0]);
}

#[test]
fn who_waits_for_a_work_item_that_is_refused_hears_why_and_the_next_may_try() {
    let mut kit = kit();
    let mut inactive = stream("Cases", Mode::Push);
    inactive.active = false;
    kit.put(Change::PutWorkStream("cases".into(), Arc::new(inactive)));
    let replies: Vec<Reply> = (0..2).map(|_| route_later(&mut kit, record("1", &[]))).collect();
    kit.run();
    for reply in replies {
        assert_eq!(kit.answers.remove(&reply).unwrap().unwrap_err().code, Code::WorkStreamInactive);
    }
    kit.put(Change::PutWorkStream("cases".into(), Arc::new(stream("Cases", Mode::Push))));
    route(&mut kit, "cases", record("1", &[]));
}

#[test]
fn a_work_item_whose_channel_is_gone_is_refused_to_all_who_wait() {
    let mut kit = kit();
    let gone = Change::Delete(Key::WorkStream("cases".into()));
    kit.post(Command::Configure { changes: vec![gone], if_match: Vec::new() }, backend());
    let replies: Vec<Reply> = (0..2).map(|_| route_later(&mut kit, record("1", &[]))).collect();
    kit.run();
    let codes: Vec<_> =
        replies.into_iter().map(|reply| kit.answers.remove(&reply).unwrap().unwrap_err().code).collect();
    assert_eq!(codes, [Code::UnknownResource, Code::UnknownResource]);
    assert!(kit.entities.coming.is_empty());
}

#[test]
fn what_is_folded_from_the_log_is_what_was_known_before_the_crash() {
    let mut kit = kit();
    let kept = route(&mut kit, "cases", record("1", &[]));
    let over = route(&mut kit, "cases", record("2", &[]));
    act(&mut kit, over, RecordAct::Cancel).unwrap();
    let mut again = Entities::new();
    let log = kit.log.iter().filter(|record| audience(record).entry.is_some());
    log.for_each(|record| again.apply(record));
    assert_eq!(again.work_items, kit.entities.work_items);
    assert_eq!(again.records, [(kept, RecordKey::new("incident", "1"))].into());
}

#[test]
fn a_close_that_overtakes_the_creation_leaves_nothing_behind() {
    let mut kit = kit();
    let id = route(&mut kit, "cases", record("1", &[]));
    act(&mut kit, id, RecordAct::Resolve).unwrap();
    let mut late = Entities::new();
    let log = kit.log.iter().rev().filter(|record| audience(record).entry.is_some());
    log.for_each(|record| late.apply(record));
    assert_eq!(late, Entities::new());
}

#[test]
fn resolving_and_cancelling_end_it_from_any_state_and_free_what_it_cost() {
    for (act_as, reason) in
        [(RecordAct::Resolve, CloseReason::Resolved), (RecordAct::Cancel, CloseReason::Cancelled)]
    {
        for state in Status::ALL.into_iter().filter(|state| *state != Status::Closed) {
            let mut kit = kit();
            let id = route(&mut kit, "files", record("1", &[]));
            bring_to(&mut kit, id, state);
            assert_eq!(kit.conversation(id).status, state);
            act(&mut kit, id, act_as).unwrap();
            let ended = kit.conversation(id);
            assert_eq!((ended.status, ended.close_reason), (Status::Closed, Some(reason)));
            assert_eq!(kit.agents[&"ann".into()].used(), 0);
            assert_eq!(act(&mut kit, id, act_as), Err(Code::UnknownRecord), "there is none any more");
        }
    }
}

fn bring_to(kit: &mut Kit, id: ConversationId, state: Status) {
    kit.connect("ann");
    if state != Status::Open {
        kit.act(id, Act::Pick, by_agent("ann")).unwrap();
    }
    match state {
        Status::Waiting => drop(kit.act(id, Act::Wait, by_agent("ann")).unwrap()),
        Status::WrapUp => drop(kit.act(id, Act::End, by_agent("ann")).unwrap()),
        _ => {}
    }
}

#[test]
fn resolving_takes_the_offer_back() {
    let mut kit = kit();
    kit.connect("ann");
    let id = route(&mut kit, "cases", record("1", &[]));
    assert_eq!(kit.offered_to(id), Some("ann"));
    act(&mut kit, id, RecordAct::Resolve).unwrap();
    assert_eq!(kit.conversation(id).offer, None);
    assert_eq!(kit.agents[&"ann".into()].used(), 0);
}

#[test]
fn an_unassigned_record_goes_back_to_its_queue_with_its_age() {
    let mut kit = kit();
    let id = route(&mut kit, "files", record("1", &[]));
    let age = kit.conversation(id).queued_at;
    kit.pass(5_000);
    let version = kit.conversation(id).version;
    act(&mut kit, id, RecordAct::Unassign).unwrap();
    assert_eq!(kit.conversation(id).version, version, "nobody has it: nothing happens");
    bring_to(&mut kit, id, Status::Active);
    act(&mut kit, id, RecordAct::Unassign).unwrap();
    let back = kit.conversation(id);
    assert_eq!((back.status, back.queued_at, back.agent.as_ref()), (Status::Open, age, None));
    assert_eq!(kit.agents[&"ann".into()].used(), 0);
    bring_to(&mut kit, id, Status::WrapUp);
    assert_eq!(act(&mut kit, id, RecordAct::Unassign), Err(Code::IllegalTransition));
}

#[test]
fn what_is_no_record_is_not_resolved_and_no_entity_channel_takes_it() {
    let mut kit = kit();
    let chat = kit.create();
    assert_eq!(act(&mut kit, chat, RecordAct::Resolve), Err(Code::UnknownRecord));
    let reply = {
        let mut draft = None;
        kit.create_with(|made| draft = Some(made.clone()));
        let draft = Draft { channel_id: "entity-cases".into(), ..draft.unwrap() };
        kit.tell(Command::Create(Box::new(draft)), backend())
    };
    let refused = kit.answers.remove(&reply).unwrap().unwrap_err();
    assert_eq!(refused.fields, [FieldProblem::EntityChannel("entity-cases".into())]);
}

#[test]
fn a_message_to_a_record_in_wrap_up_starts_no_other_conversation() {
    let mut kit = kit();
    let id = route(&mut kit, "files", record("1", &[]));
    bring_to(&mut kit, id, Status::WrapUp);
    assert_eq!(kit.say(id, "hello", backend()).unwrap_err().code, Code::IllegalTransition);
}

#[test]
fn the_entity_channel_comes_and_goes_with_its_work_stream() {
    let mut kit = kit();
    let channel = || entity_channel(&"cases".into());
    assert_eq!(kit.config.channels[&channel()].kind, ChannelType::Entity);
    let delete = |key| Command::Configure { changes: vec![Change::Delete(key)], if_match: Vec::new() };
    let code = |kit: &mut Kit, key| kit.ask(delete(key), backend()).map_err(|refusal| refusal.code);
    assert_eq!(code(&mut kit, Key::Channel(channel())), Err(Code::InUse), "never alone");
    let id = route(&mut kit, "cases", record("1", &[]));
    assert_eq!(code(&mut kit, Key::WorkStream("cases".into())), Err(Code::InUse), "one is unfinished");
    act(&mut kit, id, RecordAct::Resolve).unwrap();
    assert!(code(&mut kit, Key::WorkStream("cases".into())).is_ok());
    assert!(!kit.config.channels.contains_key(&channel()));
    kit.put(Change::PutWorkStream("files".into(), Arc::new(WorkStream::named("Files", ChannelType::Sms))));
    assert!(
        !kit.config.channels.contains_key(&entity_channel(&"files".into())),
        "of another type it has none"
    );
}

#[test]
fn the_first_intake_rule_that_takes_a_record_chooses_its_work_stream() {
    let mut kit = kit();
    let rule = |name: &str, entity: Option<&str>, condition, stream: &str| IntakeRule {
        name: name.to_owned(),
        entity_logical_name: entity.map(str::to_owned),
        when: condition,
        work_stream_id: stream.into(),
    };
    let always = || Condition::All(Vec::new());
    let mut settings = (*kit.config.settings).clone();
    settings.intake_rules = vec![
        rule("orders", Some("salesorder"), always(), "cases"),
        rule("high", Some("incident"), when("record.priority", "high"), "cases"),
        rule("rest", None, always(), "files"),
    ];
    kit.put(Change::PutSettings(Arc::new(settings)));
    let chosen = |kit: &Kit, details: &[(&str, &str)]| {
        choose(&kit.config, &record("1", details), kit.now).map(|rule| rule.name.clone())
    };
    assert_eq!(chosen(&kit, &[("priority", "High")]).as_deref(), Some("high"));
    assert_eq!(chosen(&kit, &[]).as_deref(), Some("rest"));
    let mut other = record("1", &[]);
    Arc::make_mut(&mut other).entity_logical_name = "salesorder".into();
    assert!(choose(&kit.config, &other, kit.now).is_none(), "no work stream routes that entity");
    let mut inactive = stream("Cases", Mode::Push);
    inactive.active = false;
    kit.put(Change::PutWorkStream("cases".into(), Arc::new(inactive)));
    assert_eq!(chosen(&kit, &[("priority", "high")]).as_deref(), Some("rest"));
    let delete = Command::Configure {
        changes: vec![Change::Delete(Key::WorkStream("files".into()))],
        if_match: Vec::new(),
    };
    assert_eq!(kit.ask(delete, backend()).unwrap_err().code, Code::InUse, "a rule names it");
}

#[test]
fn a_pushed_record_is_offered_and_accepted_like_any_other() {
    let mut kit = kit();
    kit.connect("ann");
    let id = route(&mut kit, "cases", record("1", &[]));
    let offer = kit.conversation(id).offer.clone().unwrap().grant.id;
    let accept = AgentAct::Answer { offer, conversation: id, accept: true };
    kit.ask(Command::Agent { id: "ann".into(), act: accept }, by_agent("ann")).unwrap();
    assert_eq!(kit.conversation(id).status, Status::Active);
    act(&mut kit, id, RecordAct::Unassign).unwrap();
    assert_eq!(kit.offered_to(id), Some("ann"), "offered again, to who is free");
}
