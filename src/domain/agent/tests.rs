//! The agent's machine: what it shows, what it refuses.

use super::{Agent, Input};
use crate::command::{Act, AgentAct, Code, Command};
use crate::config::{Change, Key, Settings};
use crate::conversation::Status;
use crate::kit::{Kit, by_agent, supervisor};
use crate::machine::{Notice, Send};
use crate::presence::BasePresence;
use crate::time::Timestamp;

#[test]
fn a_deleted_agent_is_asked_once_and_never_again() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.put(Change::Delete(Key::Agent("ana".into())));
    let id = kit.create();
    assert_eq!(kit.offered_to(id), None);
}

#[test]
fn lowering_the_total_ends_nothing_and_blocks_pushes() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 2);
    kit.connect("ana");
    let first = kit.create();
    kit.answer("ana", first, true).unwrap();
    kit.put_agent("ana", 0);
    let second = kit.create();
    assert_eq!(kit.agents[&"ana".into()].used(), 1);
    assert_eq!(kit.offered_to(second), None);
    kit.put_agent("ana", 2);
    assert_eq!(kit.offered_to(second), Some("ana"));
}

#[test]
fn at_most_max_open_offers_are_open_to_one_agent() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 100);
    kit.connect("ana");
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(kit.create());
        kit.pass(1);
    }
    let offered = ids.iter().filter(|id| kit.offered_to(**id).is_some()).count();
    assert_eq!(offered, 3);
    kit.answer("ana", ids[0], true).unwrap();
    assert_eq!(kit.offered_to(ids[3]), Some("ana"));
}

#[test]
fn an_agent_that_was_never_there_shows_as_offline_and_one_that_reloads_does_not() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    let base = |kit: &Kit| kit.agents[&"ana".into()].announced.clone().unwrap().base;
    assert_eq!(base(&kit), BasePresence::Offline);
    kit.connect("ana");
    assert_eq!(base(&kit), BasePresence::Available);
    kit.disconnect("ana");
    kit.pass(4_000);
    assert_eq!(base(&kit), BasePresence::Available);
    kit.pass(1_000);
    assert_eq!(base(&kit), BasePresence::Offline);
}

#[test]
fn a_grace_shorter_than_the_hold_of_offers_ends_at_its_own_time() {
    let mut kit = Kit::new();
    let settings = Settings { presence_grace_seconds: 2, ..Settings::default() };
    kit.put(Change::PutSettings(settings.into()));
    kit.put_agent("ana", 2);
    kit.connect("ana");
    let (active, offered) = (kit.create(), kit.create());
    kit.answer("ana", active, true).unwrap();
    kit.disconnect("ana");
    kit.pass(1_999);
    assert_eq!(kit.conversation(active).status, Status::Active);
    kit.pass(2);
    assert_eq!(kit.conversation(active).status, Status::Open);
    assert_eq!(kit.offered_to(offered), Some("ana"), "held for 5 s");
    kit.pass(3_000);
    assert_eq!(kit.offered_to(offered), None);
}

#[test]
fn a_socket_that_goes_after_its_agent_was_deleted_leaves_no_ghost() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    kit.put(Change::Delete(Key::Agent("ana".into())));
    kit.disconnect("ana");
    kit.put_agent("ana", 1);
    let id = kit.create();
    assert_eq!(kit.offered_to(id), None);
}

#[test]
fn the_hold_and_the_grace_begin_at_the_start_not_at_the_clock_that_the_replay_saw() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    let mut agent = Agent::new("ana".into(), Timestamp(0));
    kit.log.iter().for_each(|record| agent.fold(record));
    kit.agents.insert("ana".into(), agent);
    kit.send(Send::Agent("ana".into(), Input::Started));
    kit.run();
    kit.pass(100_000);
    assert_eq!(kit.conversation(id).status, Status::Active);
}

#[test]
fn a_missed_offer_makes_inactive_and_says_so_until_a_presence_is_chosen() {
    let mut kit = Kit::new();
    let mut settings = (*kit.config.settings).clone();
    settings.missed_notifications = true;
    kit.put(Change::PutSettings(settings.into()));
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.pass(120_000);
    let inactive = kit.notices.iter().any(|notice| {
        matches!(notice, Notice::Presence { shown, reason: "missed_notification", .. }
            if shown.base == BasePresence::Inactive)
    });
    assert!(inactive, "{:?}", kit.notices);
    kit.pass(600_000);
    assert_eq!(kit.offered_to(id), None, "no work until it is reset");
    let act = AgentAct::SetPresence("available".into());
    kit.ask(Command::Agent { id: "ana".into(), act }, by_agent("ana")).unwrap();
    assert_eq!(kit.offered_to(id), Some("ana"));
}

#[test]
fn an_agent_that_is_deleted_and_configured_again_carries_nothing_with_or_without_a_start_between() {
    let mut kit = Kit::new();
    kit.put_agent("ana", 1);
    kit.connect("ana");
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.act(id, Act::Wait, by_agent("ana")).unwrap();
    let set = |kit: &mut Kit, presence: &str| {
        let act = AgentAct::SetPresence(presence.into());
        kit.ask(Command::Agent { id: "ana".into(), act }, by_agent("ana")).unwrap();
    };
    set(&mut kit, "away");
    kit.put(Change::Delete(Key::Agent("ana".into())));
    kit.pass(1);
    let before = kit.log.len();
    kit.put_agent("ana", 1);
    let live = |kit: &Kit| kit.agents[&"ana".into()].carried.clone();
    assert_eq!(live(&kit).chosen, None);
    assert_eq!(live(&kit).last_ended_at, Timestamp(0));
    let folded = |records: &[std::sync::Arc<crate::record::Record>]| {
        let mut agent = Agent::new("ana".into(), Timestamp(0));
        records.iter().for_each(|record| agent.fold(record));
        agent.carried
    };
    assert_eq!(folded(&kit.log), live(&kit), "a start afterwards");
    assert_eq!(folded(&kit.log[before..]), live(&kit), "a start between");
    set(&mut kit, "busy");
    kit.put_agent("ana", 2);
    assert!(live(&kit).chosen.is_some(), "a mere change forgets nothing");
}

#[test]
fn a_supervisor_resets_an_inactive_agent_that_is_there_and_nobody_who_is_not() {
    let mut kit = Kit::new();
    let mut settings = (*kit.config.settings).clone();
    settings.missed_notifications = true;
    kit.put(Change::PutSettings(settings.into()));
    kit.put_agent("ana", 1);
    let set =
        |presence: &str| Command::Agent { id: "ana".into(), act: AgentAct::SetPresence(presence.into()) };
    assert_eq!(kit.ask(set("away"), supervisor()).unwrap_err().code, Code::NotConnected);
    kit.connect("ana");
    let id = kit.create();
    kit.pass(600_000);
    assert_eq!(kit.offered_to(id), None, "inactive");
    kit.ask(set("available"), supervisor()).unwrap();
    assert_eq!(kit.offered_to(id), Some("ana"));
    let told = kit.notices.iter().any(|notice| {
        matches!(notice, Notice::Presence { shown, by: "supervisor", .. } if shown.base == BasePresence::Available)
    });
    assert!(told, "{:?}", kit.notices);
}
