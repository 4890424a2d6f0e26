//! `callboard whatif` on stores whose journal is the record of a play.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use callboard::domain::command::Draft;
use callboard::domain::config::{Agent, Change, Channel, ChannelType, Config, Queue, QueueType, WorkStream};
use callboard::domain::conversation::{By, CustomerRef};
use callboard::domain::ids::{ConversationId, Mint, mix};
use callboard::domain::record::{Configured, Record};
use callboard::domain::time::Timestamp;
use callboard::ports::journal::Units;
use callboard::ports::records;
use callboard::replay::people::{AtOnce, Customer, Move, Presence};
use callboard::replay::play::Play;
use callboard::store::directory::{Directory, FORMAT};
use callboard::store::files::DiskFiles;
use callboard::store::journal::{Journal, Options};
use serde_json::Value;

/// 2026-11-20T09:00:00Z.
const BEGIN: Timestamp = Timestamp(1_795_165_200_000);

fn changes() -> Vec<Change> {
    let mut stream = WorkStream::named("Push", ChannelType::Custom);
    stream.fallback_queue_id = "q".into();
    let channel = Channel {
        provider: None,
        name: "Channel".into(),
        kind: ChannelType::Custom,
        work_stream_id: "push".into(),
        allowed_origins: Vec::new(),
        live_chat: Box::default(),
    };
    let mut ana = Agent::named("Ana");
    (ana.capacity, ana.queue_ids) = (1, vec!["q".into()]);
    vec![
        Change::PutQueue("q".into(), Arc::new(Queue::named("Q", QueueType::Messaging))),
        Change::PutWorkStream("push".into(), Arc::new(stream)),
        Change::PutChannel("web".into(), Arc::new(channel)),
        Change::PutAgent("ana".into(), Arc::new(ana)),
    ]
}

/// Customer `n` comes every 50 s and takes 60 s; every fifth has 90 s of patience.
fn customer(n: u64) -> Customer {
    let draft = Draft {
        correspondent: None,
        channel_id: "web".into(),
        customer: CustomerRef::default(),
        context: std::collections::BTreeMap::new(),
        message: None,
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: false,
        record: None,
        party: None,
        language: None,
    };
    let at = BEGIN.plus_ms(n as i64 * 50_000);
    let id = ConversationId(Mint::new(at, mix(n)).uuid());
    let patience_ms = n.is_multiple_of(5).then_some(90_000);
    Customer { id, at, draft, patience_ms, handling_ms: 60_000, wrap_up_ms: 0 }
}

/// An empty store, made without its lock: a program that another test starts at that moment would inherit it.
fn empty(data: &Path) -> Journal {
    std::fs::create_dir_all(data.join("journal")).unwrap();
    std::fs::create_dir(data.join("snapshots")).unwrap();
    std::fs::write(data.join("lock"), "").unwrap();
    std::fs::write(data.join("format"), format!("callboard {FORMAT}\n")).unwrap();
    let files = DiskFiles::new(&data.join("journal"));
    Journal::open(Arc::new(files), Options::default()).unwrap().journal
}

/// A store of an hour with one agent, who is there or not.
pub fn store(data: &Path, there: bool) {
    let mut journal = empty(data);
    let mut put = |record: &Record| {
        let mut units = Units::default();
        units.push_with(|bytes| records::encode(bytes, [record]));
        journal.append(&[&units]).unwrap();
    };
    let mut config = Config::default();
    for change in changes() {
        config.apply(&change);
        put(&Record::Configured(Configured { at: BEGIN, by: By::System, change }));
    }
    let customers: Vec<Customer> = (0..72).map(customer).collect();
    let moves = [Move { at: BEGIN, agent: "ana".into(), what: Presence::Connect }];
    let mut manner = AtOnce;
    let moves = if there { &moves[..] } else { &[] };
    let mut play = Play::new(config, &customers, moves, &mut manner, 1);
    while let Some(made) = play.step() {
        made.iter().for_each(|record| put(record));
    }
    journal.close().unwrap();
}

pub struct Place {
    root: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        store(&place.data(), true);
        place
    }

    pub fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn whatif(&self, yaml: &str, more: &[&str]) -> Output {
        let file = self.root.path().join("new.yaml");
        std::fs::write(&file, yaml).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CALLBOARD_")) {
            command.env_remove(name);
        }
        command.args(["whatif", "--data"]).arg(self.data()).arg("--config").arg(file).args(more);
        command.output().unwrap()
    }

    pub fn json(&self, yaml: &str, more: &[&str]) -> Value {
        let output = self.whatif(yaml, &[&["--json"], more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Exit code, that nothing stands on stdout, and stderr.
    fn refused(&self, yaml: &str, more: &[&str]) -> String {
        let output = self.whatif(yaml, more);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

pub const ANOTHER_AGENT: &str = "
agents:
  ana: {name: Ana, capacity: 1, queue_ids: [q]}
  bo: {name: Bo, capacity: 1, queue_ids: [q]}
";

#[test]
fn the_old_configuration_plays_as_recorded_and_changes_nothing_on_disk() {
    let place = Place::new();
    let journal = place.data().join("journal").join("0000000001.journal");
    let before = std::fs::read(&journal).unwrap();
    let report = place.json("{}", &[]);
    assert_eq!(std::fs::read(&journal).unwrap(), before);
    assert!(!place.data().join("state").exists(), "no archive is made");
    let calibration = &report["calibration"];
    assert_eq!(calibration["same_agent"], 1.0, "{report:#}");
    assert_eq!(calibration["mean_absolute_wait_error_ms"], 0);
    assert_eq!(calibration["abandonment_error"], 0.0);
    assert_eq!(report["recorded"], report["old"]);
    assert_eq!(report["old"], report["new"]);
    assert_eq!(report["recorded"]["all"]["arrived"], 72);
    assert!(report["recorded"]["all"]["left"].as_u64().unwrap() > 3, "{report:#}");
}

#[test]
fn another_agent_lowers_waits_and_abandonment_and_takes_load() {
    let place = Place::new();
    let report = place.json(ANOTHER_AGENT, &[]);
    let wait = |side: &str| report[side]["queues"]["q"]["wait_mean_ms"].as_i64().unwrap();
    assert!(wait("new") * 10 < wait("old"), "{report:#}");
    assert_eq!(report["new"]["all"]["left"], 0);
    assert_eq!(report["new"]["all"]["service_level"], 1.0);
    let occupancy = |side: &str| report[side]["agents"]["ana"]["occupancy"].as_f64().unwrap();
    assert!(occupancy("new") < 0.75 && occupancy("old") > 0.95, "{report:#}");
    assert!(report["new"]["agents"]["bo"]["handled"].as_u64().unwrap() > 20);
    assert_eq!(report["filled_in"]["agents_assumed_there"], serde_json::json!(["bo"]));
}

#[test]
fn the_table_shows_recorded_old_and_new_side_by_side() {
    let output = Place::new().whatif(ANOTHER_AGENT, &[]);
    assert!(output.status.success());
    let table = String::from_utf8(output.stdout).unwrap();
    for words in
        ["72 conversations from 2026-11-20T09:00:00.000Z", "calibration: ", "100.0 %", "queue q", "agent bo"]
    {
        assert!(table.contains(words), "{words}: {table}");
    }
    assert!(table.contains("not in the recording, there whenever anybody was: bo"), "{table}");
    let header = table.lines().find(|line| line.contains("recorded ") && line.contains("new, played"));
    assert!(header.is_some(), "{table}");
}

#[test]
fn times_choose_the_conversations_by_their_creation() {
    let place = Place::new();
    let report = place.json("{}", &["--from", "2026-11-20T09:10:00Z", "--to", "2026-11-20T10:20:00+01:00"]);
    // Those of 600 s to 1,150 s.
    assert_eq!(report["recorded"]["all"]["arrived"], 12);
    assert_eq!(report["old"]["all"]["arrived"], 12);
    assert_eq!(report["calibration"]["mean_absolute_wait_error_ms"], 0, "what came before is played, too");
    for (flags, said) in [
        (
            ["--from", "yesterday", "--to", "2026-11-20T09:20:00Z"],
            "--from: \"yesterday\" is not an RFC 3339 time",
        ),
        (["--from", "2026-11-20T09:20:00Z", "--to", "2026-11-20T09:10:00Z"], "--from must be before --to"),
        (["--from", "2026-11-19T09:20:00Z", "--to", "2026-11-19T09:30:00Z"], "no recorded conversation"),
    ] {
        let error = place.refused("{}", &flags);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_configuration_that_apply_refuses_is_refused_with_the_same_findings() {
    let place = Place::new();
    let cases = [
        ("agents: [", "new.yaml"),
        ("agents:\n  ana: {name: Ana, capacty: 3}\n", "/agents/ana/capacty"),
        ("agents:\n  ana: {name: Ana, queue_ids: [nowhere]}\n", "/agents/ana/queue_ids/0"),
    ];
    for (yaml, said) in cases {
        let error = place.refused(yaml, &[]);
        assert!(error.contains(said), "{error}");
        let file = place.root.path().join("new.yaml");
        let mut apply = Command::new(env!("CARGO_BIN_EXE_callboard"));
        let applied = apply.arg("apply").arg(file).arg("--data").arg(place.data()).output().unwrap();
        let findings = String::from_utf8_lossy(&applied.stderr).into_owned();
        assert_eq!(findings.lines().next(), error.lines().next(), "{findings}");
    }
}

#[test]
fn a_store_that_is_open_missing_or_shows_too_little_is_one_clear_line() {
    let place = Place::new();
    let open = Directory::open(&place.data()).unwrap();
    assert!(place.refused("{}", &[]).contains("is in use by another process"));
    drop(open);
    std::fs::remove_dir_all(place.data()).unwrap();
    assert!(place.refused("{}", &[]).starts_with("error: "));
    empty(&place.data()).close().unwrap();
    assert!(place.refused("{}", &[]).contains("no recorded conversation"));
    std::fs::remove_dir_all(place.data()).unwrap();
    store(&place.data(), false);
    assert!(place.refused("{}", &[]).contains("there are no handling times to play"));
}
