//! The program itself: `serve`, `demo`, `apply`, `export`, `check` (CONTRACT §1).

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use callboard::domain::config::{Agent, Change};
use callboard::domain::conversation::By;
use callboard::domain::record::{Configured, Record};
use callboard::domain::time::Timestamp;
use callboard::ports::journal::Units;
use callboard::ports::records;
use callboard::store::journal::{Journal, Options};
use serde_json::{Value, json};

use crate::helpers::PATIENCE;

const PROGRAM: &str = env!("CARGO_BIN_EXE_callboard");

/// The program without options of the environment that the tests run in.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CALLBOARD_")) {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    program(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running program that listens.
pub(crate) struct Running {
    child: Child,
    pub(crate) base: String,
    /// Lines of stdout that are ready to read.
    out: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a first line");
        let base = line.trim().strip_prefix("listening on ").expect("it says where it listens").to_owned();
        Self { child, base, out }
    }

    pub(crate) fn serve(data: &Path) -> Self {
        Self::start(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("a path of text")])
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Sends SIGTERM and gives the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) async fn call(method: &str, url: &str, token: &str, body: Option<Value>) -> (u16, Value) {
    let client = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    let request = client.request(method.parse().expect("a method"), url).bearer_auth(token);
    let request = if let Some(body) = body { request.json(&body) } else { request };
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn what_was_answered_survives_a_stop_and_a_kill_and_so_do_tokens() {
    let data = tempfile::tempdir().unwrap();
    let server = Running::serve(data.path());
    let token_file = data.path().join("admin.token");
    assert_eq!(std::fs::metadata(&token_file).unwrap().permissions().mode() & 0o777, 0o600);
    let admin = std::fs::read_to_string(&token_file).unwrap().trim().to_owned();
    let at = |server: &Running, path: &str| format!("{}{path}", server.base);
    let put = call("PUT", &at(&server, "/v1/queues/vip"), &admin, Some(json!({"name": "VIP"}))).await;
    assert_eq!(put.0, 201);
    call("PUT", &at(&server, "/v1/agents/ana"), &admin, Some(json!({"name": "Ana"}))).await;
    let issued =
        call("POST", &at(&server, "/v1/agents/ana/tokens"), &admin, Some(json!({"ttl_seconds": 600}))).await;
    let ana = issued.1["token"].as_str().unwrap().to_owned();
    assert_eq!(server.stop(), Some(0));

    let server = Running::serve(data.path());
    assert_eq!(call("GET", &at(&server, "/v1/queues/vip"), &admin, None).await.1["name"], "VIP");
    assert_eq!(call("GET", &at(&server, "/v1/agents/ana"), &ana, None).await.0, 200);
    let put = call("PUT", &at(&server, "/v1/queues/late"), &admin, Some(json!({"name": "Late"}))).await;
    assert_eq!(put.0, 201);
    server.signal("-KILL");
    drop(server);

    let server = Running::serve(data.path());
    assert_eq!(call("GET", &at(&server, "/v1/queues/late"), &admin, None).await.0, 200);
    assert_eq!(server.stop(), Some(0));
    let checked = run(&["check", "--data", data.path().to_str().unwrap()]);
    assert_eq!(
        (checked.status.code(), text(&checked.stdout)),
        (Some(0), String::new()),
        "{}",
        text(&checked.stderr)
    );
}

/// Every file below a directory, with its bytes.
fn files(place: &Path, found: &mut std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
}

/// Exit code and lines of a check, which must change nothing.
pub(crate) fn check(data: &Path) -> (Option<i32>, String) {
    let (mut before, mut after) = Default::default();
    files(data, &mut before);
    let checked = run(&["check", "--data", data.to_str().unwrap()]);
    files(data, &mut after);
    assert!(before == after, "a check changes nothing");
    (checked.status.code(), text(&checked.stdout) + &text(&checked.stderr))
}

#[tokio::test]
async fn a_check_reads_only_and_says_what_is_wrong() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    let server = Running::serve(data);
    let admin = std::fs::read_to_string(data.join("admin.token")).unwrap().trim().to_owned();
    let channel = json!({"name": "Web", "type": "live_chat"});
    let put = call("PUT", &format!("{}/v1/channels/web", server.base), &admin, Some(channel)).await;
    assert_eq!(put.0, 201);
    for act in ["end", "close"] {
        let url = format!("{}/v1/conversations", server.base);
        let made = call("POST", &url, &admin, Some(json!({"channel_id": "web"}))).await;
        let url = format!("{url}/{}/{act}", made.1["id"].as_str().unwrap());
        assert_eq!(call("POST", &url, &admin, Some(json!({}))).await.0, 200);
    }
    let busy = run(&["check", "--data", data.to_str().unwrap()]);
    let (code, line) = (busy.status.code(), text(&busy.stderr));
    assert!(code == Some(1) && line.contains("is in use by another process"), "{line}");
    assert_eq!(server.stop(), Some(0));
    assert_eq!(check(data), (Some(0), String::new()));

    let journal = callboard::store::files::DiskFiles::new(&data.join("journal"));
    let mut opened = Journal::open(std::sync::Arc::new(journal), Options::default()).unwrap();
    let agent = Agent { queue_ids: vec!["nowhere".into()], ..Agent::named("Ann") };
    let change = Change::PutAgent("ann".into(), std::sync::Arc::new(agent));
    let record = Record::Configured(Configured { at: Timestamp(1), by: By::System, change });
    let mut units = Units::default();
    units.push_with(|bytes| records::encode(bytes, [&record]));
    opened.journal.append(&[&units]).unwrap();
    opened.journal.close().unwrap();
    drop(opened);
    let (code, lines) = check(data);
    assert_eq!((code, lines.lines().count()), (Some(1), 1), "{lines}");
    assert!(lines.starts_with("configuration: ") && lines.contains("agent ann: /queue_ids/0"), "{lines}");

    std::fs::remove_dir_all(data.join("state")).unwrap();
    assert_eq!(check(data).1.lines().count(), 1, "an archive that is not there is filled by the next start");
    let segment = data.join("journal").join("0000000001.journal");
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[200] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let (code, lines) = check(data);
    assert!(code == Some(1) && lines.contains("is damaged at byte"), "{lines}");
}

#[test]
fn a_store_that_cannot_be_opened_is_one_clear_line() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().to_str().unwrap();
    let server = Running::serve(data.path());
    for command in [vec!["serve", "--listen", "127.0.0.1:0", "--data", path], vec!["export", "--data", path]]
    {
        let refused = run(&command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
        let errors = text(&refused.stderr);
        let lines: Vec<&str> = errors.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(lines.len(), 1, "{command:?}: {errors}");
        assert!(refused.stdout.is_empty());
    }
    assert_eq!(server.stop(), Some(0));
    assert_eq!(run(&["check", "--data", "surely/not/here"]).status.code(), Some(1));
    assert_eq!(run(&["serve", "--surely-not"]).status.code(), Some(2));
    let file = data.path().join("callboard.toml");
    std::fs::write(&file, "lisen = '127.0.0.1:0'\n").unwrap();
    let refused = run(&["serve", "--config", file.to_str().unwrap(), "--data", path]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("lisen"), "{}", text(&refused.stderr));
}

#[test]
fn a_token_may_begin_with_a_dash() {
    let tried = run(&["export", "--server", "http://127.0.0.1:1", "--token", "-8token"]);
    let line = text(&tried.stderr);
    assert!(!tried.status.success() && !line.contains("unexpected argument"), "{line}");
}

const DOCUMENT: &str = "
queues:
  vip: {name: VIP, priority: 1}
agents:
  ana: {name: Ana, queue_ids: [vip]}
";

#[test]
fn a_document_goes_in_and_comes_out_again() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (data, file) = (data.to_str().unwrap(), place.path().join("callboard.yaml"));
    std::fs::write(&file, DOCUMENT).unwrap();
    let file = file.to_str().unwrap();
    let applied = run(&["apply", file, "--data", data]);
    let out = text(&applied.stdout);
    assert!(applied.status.success(), "{}", text(&applied.stderr));
    assert!(
        out.contains("+ queues/vip") && out.contains("applied: 2 created, 0 changed, 0 deleted"),
        "{out}"
    );
    let exported = run(&["export", "--data", data]);
    let again = place.path().join("again.yaml");
    std::fs::write(&again, &exported.stdout).unwrap();
    let applied = text(&run(&["apply", again.to_str().unwrap(), "--data", data]).stdout);
    assert_eq!(applied, "applied: 0 created, 0 changed, 0 deleted\n");

    let server = Running::serve(Path::new(data));
    let token = std::fs::read_to_string(Path::new(data).join("admin.token")).unwrap();
    let online = ["--server", &server.base, "--token", token.trim()];
    let seen = run(&[&["export"], &online[..]].concat());
    assert_eq!(text(&seen.stdout), text(&exported.stdout), "{}", text(&seen.stderr));
    std::fs::write(&again, DOCUMENT.replace("priority: 1", "priority: 2")).unwrap();
    let planned = run(&[&["apply", again.to_str().unwrap(), "--plan"], &online[..]].concat());
    let out = text(&planned.stdout);
    assert!(out.contains("/priority: 1 -> 2") && out.contains("planned: 0 created, 1 changed"), "{out}");
    std::fs::write(&again, "queues: {vip: {name: VIP, prio: 1}}").unwrap();
    let refused = run(&[&["apply", again.to_str().unwrap()], &online[..]].concat());
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("/queues/vip/prio"), "{}", text(&refused.stderr));
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn the_demo_prints_where_to_click() {
    let mut demo = Running::start(&["demo", "--listen", "127.0.0.1:0"]);
    let base = demo.base.clone();
    for agent in ["ana", "ben", "cleo"] {
        let line = demo.line();
        let token = line.strip_prefix(&format!("{base}/agent#token=")).expect("a desk, signed in").to_owned();
        let me = call("GET", &format!("{base}/v1/agents/{agent}"), &token, None).await;
        assert_eq!((me.0, &me.1["id"]), (200, &json!(agent)));
    }
    for page in ["supervisor", "admin"] {
        let line = demo.line();
        let token =
            line.strip_prefix(&format!("{base}/{page}#token=")).expect("a page, signed in").to_owned();
        let desk = call("GET", &format!("{base}/v1/desk"), &token, None).await;
        assert_eq!((desk.0, &desk.1["agent"]["role"]), (200, &json!("admin")), "an agent resource");
        assert!(desk.1["quick_replies"].as_array().is_some_and(|replies| replies.len() == 4));
    }
    let rest = ["/chat?channel=web-chat", "/chat?channel=web-pick", "/docs"];
    for path in rest {
        assert_eq!(demo.line(), format!("{base}{path}"));
    }
    // Its port is busy now: another demo takes a free one, and a server does not.
    let address = base.strip_prefix("http://").unwrap();
    let other = Running::start(&["demo", "--listen", address]);
    assert_ne!(other.base, base);
    let data = tempfile::tempdir().unwrap();
    let refused = run(&["serve", "--listen", address, "--data", data.path().to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!((demo.stop(), other.stop()), (Some(0), Some(0)));
}

#[test]
fn options_that_cannot_be_taken_are_one_clear_line() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    for (name, value, says) in [
        ("CALLBOARD_WORKERS", "many", "for workers"),
        ("CALLBOARD_LOG_FORMAT", "loud", "for log_format"),
        ("CALLBOARD_ORGANIZATION_ID", "x".repeat(101).as_str(), "1 to 100 characters"),
    ] {
        let output = program(&["serve", "--listen", "127.0.0.1:0", "--data", data]).env(name, value).output();
        let output = output.expect("the program runs");
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {error}");
        assert!(error.contains(says) && !error.contains(".rs:"), "{error}");
    }
}

#[test]
fn export_of_a_directory_that_is_not_there_fails_and_makes_none() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    let output = run(&["export", "--data", missing.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is not a directory"));
    assert!(!missing.exists());
}
