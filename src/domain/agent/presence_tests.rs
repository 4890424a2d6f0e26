//! Presence at sign-in and after a start, and resets of who is not there.

use std::sync::Arc;

use super::{Agent, Input};
use crate::command::{Act, AgentAct, Answer, Code, Command};
use crate::config::{self, Change, CustomPresence, Settings};
use crate::conversation::Happening;
use crate::kit::{Kit, by_agent, supervisor};
use crate::machine::Send;
use crate::presence::BasePresence;
use crate::record::Record;

/// An agent `ana` with two units, who signs in as this presence.
fn house(default: &str) -> Kit {
    let mut kit = Kit::new();
    let nap = CustomPresence { text: "Training".into(), base: BasePresence::Busy, description: None };
    kit.put(Change::PutPresence("training".into(), Arc::new(nap)));
    let mut ana = config::Agent::named("ana");
    (ana.capacity, ana.queue_ids, ana.default_presence) = (2, vec!["q".into()], default.into());
    kit.put(Change::PutAgent("ana".into(), Arc::new(ana)));
    kit
}

fn shows(kit: &Kit) -> String {
    kit.agents[&"ana".into()].announced.as_ref().expect("shown").presence.to_string()
}

fn start_again(kit: &mut Kit) {
    let mut agent = Agent::new("ana".into(), kit.now);
    kit.log.iter().for_each(|record| agent.fold(record));
    kit.agents.insert("ana".into(), agent);
    kit.send(Send::Agent("ana".into(), Input::Started));
    kit.run();
}

fn work(kit: &mut Kit) {
    let id = kit.create();
    kit.answer("ana", id, true).unwrap();
    kit.act(id, Act::End, by_agent("ana")).unwrap();
    kit.act(id, Act::Close(None), by_agent("ana")).unwrap();
}

#[test]
fn after_sign_in_the_default_shows_until_the_load_changes_whatever_its_base() {
    for default in ["busy", "training"] {
        let mut kit = house(default);
        kit.connect("ana");
        assert_eq!(shows(&kit), default);
        work(&mut kit);
        assert_eq!(shows(&kit), "available", "the load has changed");
    }
}

#[test]
fn a_reload_and_a_start_within_the_grace_are_no_sign_in_and_one_beyond_it_is() {
    for (gone_ms, start, back) in [
        (20_000, false, "available"),
        (20_000, true, "available"),
        (200_000, false, "training"),
        (200_000, true, "training"),
    ] {
        let mut kit = house("training");
        kit.connect("ana");
        kit.pass(1_000);
        work(&mut kit);
        kit.disconnect("ana");
        kit.pass(gone_ms);
        if start {
            start_again(&mut kit);
        }
        kit.connect("ana");
        assert_eq!(shows(&kit), back, "gone for {gone_ms} ms, a start between: {start}");
        kit.pass(1_000);
        start_again(&mut kit);
        kit.connect("ana");
        assert_eq!(shows(&kit), back, "also when the house starts right then");
    }
}

#[test]
fn a_supervisor_resets_an_inactive_agent_that_is_not_there() {
    for gone_ms in [20_000, 600_000] {
        let mut kit = house("busy");
        let settings = Settings { missed_notifications: true, ..Settings::default() };
        kit.put(Change::PutSettings(settings.into()));
        kit.put_stream(|stream| {
            stream.distribution.allowed_presences = vec![BasePresence::Available, BasePresence::Busy];
        });
        kit.connect("ana");
        let id = kit.create();
        kit.pass(130_000);
        kit.disconnect("ana");
        kit.pass(gone_ms);
        assert_eq!(shows(&kit), "inactive");
        let set =
            |presence: &str| Command::Agent { id: "ana".into(), act: AgentAct::SetPresence(presence.into()) };
        let answer = kit.ask(set("away"), supervisor()).unwrap();
        let offline = Answer::Presence { presence: "offline".into(), base: BasePresence::Offline };
        assert_eq!((answer, shows(&kit).as_str()), (offline, "offline"), "as it shows");
        assert_eq!(
            kit.ask(set("away"), supervisor()).unwrap_err().code,
            Code::NotConnected,
            "only the reset"
        );
        kit.pass(60_000);
        kit.connect("ana");
        let back = if gone_ms < 150_000 { "away" } else { "busy" };
        assert_eq!(shows(&kit), back, "within the grace as it was set, else the default");
        assert_eq!(kit.offered_to(id).is_some(), back == "busy");
    }
}

#[test]
fn a_change_of_context_is_told_to_who_had_it_last_in_wrap_up_and_while_waiting() {
    let mut kit = house("available");
    kit.put_stream(|stream| stream.block_capacity = config::BlockCapacity::Never);
    kit.connect("ana");
    for last in [Act::End, Act::Wait] {
        let id = kit.create();
        kit.answer("ana", id, true).unwrap();
        kit.act(id, last, by_agent("ana")).unwrap();
        let patch = [("tier".to_owned(), Some(crate::context::Given::Text("gold".into())))].into();
        kit.act(id, Act::Context(patch), crate::kit::backend()).unwrap();
        let told = kit.log.iter().any(|record| {
            matches!(&**record, Record::Event(event) if event.conversation == id
                && matches!(&event.what, Happening::ContextChanged { to: Some(to), .. } if to.as_str() == "ana"))
        });
        assert!(told);
    }
}
