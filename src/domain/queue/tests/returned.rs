//! A conversation that is back in line belongs to nobody, and each queue tells of it by its own service level.

use crate::command::{Act, Code, Target};
use crate::config::Change;
use crate::context::{Given, VariableType};
use crate::conversation::Status;
use crate::ids::ConversationId;
use crate::kit::{Kit, backend, by_agent, supervisor};
use crate::machine::Notice;

/// Ana had a conversation and closed her session; the customer writes again, and it is on offer to ben.
fn returned() -> (Kit, ConversationId) {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.act(id, Act::Wait, by_agent("ana")).unwrap();
    kit.put_agent("ana", 0);
    kit.put_agent("ben", 1);
    kit.connect("ben");
    kit.say(id, "again", backend()).unwrap();
    assert_eq!((kit.conversation(id).status, kit.offered_to(id)), (Status::Open, Some("ben")));
    (kit, id)
}

#[test]
fn a_refusal_names_who_has_it_now_and_not_who_had_it_before_the_customer_came_back() {
    let (mut kit, id) = returned();
    let refusal = kit.act(id, Act::End, by_agent("ana")).unwrap_err();
    assert_eq!(refusal.agent, Some("ben".into()));
    kit.answer("ben", id, false).unwrap();
    let refusal = kit.act(id, Act::Pick, by_agent("ben")).unwrap_err();
    assert_eq!((refusal.code, refusal.agent), (Code::NotPickable, None));
}

#[test]
fn who_had_it_before_the_customer_came_back_may_not_change_its_context() {
    let (mut kit, id) = returned();
    let patch = || Act::Context([("tier".to_owned(), Some(Given::Text("gold".into())))].into());
    assert_eq!(kit.act(id, patch(), by_agent("ana")).unwrap_err().code, Code::NotYours);
    kit.answer("ben", id, true).unwrap();
    kit.act(id, patch(), by_agent("ben")).unwrap();
}

#[test]
fn a_key_that_was_declared_since_is_marked_no_more_once_it_is_set_again() {
    let (mut kit, id) = returned();
    let patch = |text: &str| Act::Context([("tier".to_owned(), Some(Given::Text(text.into())))].into());
    kit.act(id, patch("gold"), backend()).unwrap();
    assert_eq!(kit.conversation(id).undeclared, ["tier".into()]);
    let kind = VariableType::Text;
    let tier = crate::context::Variable { name: "tier".into(), display_name: "Tier".into(), kind };
    kit.put_stream(|stream| stream.context_variables = vec![tier]);
    kit.act(id, patch("silver"), backend()).unwrap();
    assert!(kit.conversation(id).undeclared.is_empty());
}

#[test]
fn the_service_level_of_the_next_queue_is_told_of_too() {
    let mut kit = Kit::new();
    kit.put_queue("q", |queue| queue.service_level_seconds = Some(30));
    kit.put_queue("r", |queue| queue.service_level_seconds = Some(60));
    let told = |kit: &Kit, queue: &str| {
        let queue = Some(queue.into());
        let is = |notice: &&Notice| matches!(notice, Notice::Alarm { code: "service_level_passed", queue: of, .. } if *of == queue);
        kit.notices.iter().filter(is).count()
    };
    let id = kit.create();
    kit.pass(40_000);
    assert_eq!((told(&kit, "q"), told(&kit, "r")), (1, 0));
    kit.act(id, Act::Transfer(Target::Queue("r".into())), supervisor()).unwrap();
    kit.pass(19_000);
    assert_eq!(told(&kit, "r"), 0, "its age counts, and is 59 s");
    kit.pass(2_000);
    assert_eq!((told(&kit, "q"), told(&kit, "r")), (1, 1));
    kit.put(Change::PutQueue("r".into(), kit.config.queues[&"r".into()].clone()));
    kit.pass(100_000);
    assert_eq!(told(&kit, "r"), 1, "once");
}
