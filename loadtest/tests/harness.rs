//! The harness against a stub of the contract: it passes a sound server and finds each planted fault.

mod stub;

use loadtest::kill::{self, Host, Outcome};
use loadtest::load::generator::Arrival;
use loadtest::load::report::Report;
use loadtest::load::{self, Settings, Target};
use loadtest::setup::Mode;
use stub::Stub;
use stub::book::Fault;

fn settings(mode: Mode, cycle: bool) -> Settings {
    Settings {
        agents: 4,
        rate: 200.0,
        seconds: 1,
        warmup: 0,
        mode,
        cycle,
        arrival: Arrival::Poisson,
        seed: 1,
        connections: 4,
        idempotency: true,
        capacity: None,
        max_open_offers: Some(10),
        contend: 2,
        watchers: 1,
        drain: 1,
    }
}

fn load(fault: Fault, mode: Mode, cycle: bool) -> Report {
    let mut host = Stub::new(fault);
    let target = Target {
        server: host.start().expect("start"),
        admin_token: "admin".to_owned(),
        pid: Some(std::process::id()),
        reconcile: true,
    };
    let report = load::run(&target, &settings(mode, cycle)).expect("run");
    host.kill().expect("stop");
    report
}

fn durability(fault: Fault, rounds: u32) -> Outcome {
    let settings = kill::Settings {
        rounds,
        seed: 7,
        agents: 3,
        backends: 4,
        pause_ms: 2,
        min_ms: 100,
        max_ms: 200,
        kill_start_percent: 20,
    };
    kill::run(&mut Stub::new(fault), &settings, &mut |_| {}).expect("run")
}

#[test]
fn sound_server_passes_in_every_mode() {
    for mode in [Mode::Push, Mode::Direct, Mode::Pick] {
        for cycle in [false, true] {
            let report = load(Fault::None, mode, cycle);
            assert!(report.passed(), "{report}");
            assert!(report.created > 100 && report.done == report.created, "{report}");
            assert_eq!(report.listed, Some(report.created));
        }
    }
}

#[test]
fn conversation_told_to_two_agents_fails_the_run() {
    let report = load(Fault::TellsTwo, Mode::Push, false);
    assert!(report.violations.iter().any(|what| what.contains("and then to agent")), "{report}");
}

#[test]
fn conversation_that_is_never_offered_fails_the_run() {
    let report = load(Fault::Drops, Mode::Push, true);
    assert!(report.violations.iter().any(|what| what.contains("answered 201, then heard")), "{report}");
}

#[test]
fn sound_server_keeps_everything_over_kills() {
    let outcome = durability(Fault::None, 5);
    assert!(outcome.passed(), "{outcome}");
    assert!(outcome.acknowledged > 100, "{outcome}");
}

#[test]
fn each_loss_over_a_kill_is_found() {
    for (fault, part) in [
        (Fault::ForgetsClose, "LOST: Closed"),
        (Fault::ForgetsCreation, "LOST: is not in the server's list"),
        (Fault::ForgetsMessage, "LOST: the message"),
        (Fault::SecondAgent, "after it was ended"),
        (Fault::ForgetsKeys, "first and"),
        (Fault::Rejuvenates, "and is now Birth"),
        (Fault::ForgetsRecords, "has another work item, too"),
        (Fault::ForgetsWorkItem, "LOST: is not in the server's list"),
    ] {
        let outcome = durability(fault, 2);
        assert!(outcome.findings.iter().any(|what| what.contains(part)), "{fault:?}: {outcome}");
    }
}
