//! Tidy: the house keeps its floors, its sizes and its bans. Each failure says the sentence that explains it.

use std::fs;
use std::path::{Path, PathBuf};

/// What no pure code imports: frameworks, IO, threads, clocks, undefined order, and the floors above.
const PURE: &[&str] = &[
    "actix",
    "tokio",
    "sled",
    "serde_json",
    "dashmap",
    "tracing",
    "std::fs",
    "std::net",
    "std::thread",
    "std::time",
    "crate::ports",
    "crate::store",
    "crate::actors",
    "crate::http",
    "crate::ws",
    "std::collections::HashMap",
    "std::collections::HashSet",
];

/// What a floor must not import, with the sentence that explains it.
const FLOORS: [(&str, &[&str], &str); 8] = [
    (
        "src/domain",
        PURE,
        "floor 1 is pure: no framework, IO, clock, chance or undefined order; it imports no other floor",
    ),
    (
        "src/ports",
        &["actix", "crate::store", "crate::actors", "crate::http", "crate::ws"],
        "floor 2 knows only the domain: ports are traits and plain data",
    ),
    (
        "src/replay",
        PURE,
        "the replay plays the pure machines and knows nothing but the domain: whoever reads a store or prints does so elsewhere",
    ),
    (
        "src/store",
        &[
            "actix",
            "crate::domain::queue",
            "crate::domain::agent",
            "callboard_domain",
            "crate::actors",
            "crate::http",
            "crate::ws",
        ],
        "floor 2 stores byte strings and knows no machine",
    ),
    (
        "src/actors",
        &["actix_web", "crate::http", "crate::ws", "crate::channels", "serde_json"],
        "floor 3 knows no wire form: the edge sees it through the dispatcher, it never sees the edge",
    ),
    (
        "src/channels",
        &[
            "actix",
            "tokio",
            "sled",
            "dashmap",
            "tracing",
            "reqwest",
            "std::fs",
            "std::net",
            "std::thread",
            "std::time",
            "crate::ports",
            "crate::store",
            "crate::actors",
            "crate::http",
            "crate::ws",
        ],
        "adapters are pure: they know the providers' formats and nothing of sockets, clocks or stores",
    ),
    (
        "src/outbound",
        &["actix", "crate::store", "crate::http", "crate::ws", "crate::actors::host", "crate::actors::stage"],
        "what goes out sees the house through the dispatcher, and its words come from the edge as a trait",
    ),
    (
        "src/http",
        &["actix::", "crate::actors::host", "crate::actors::stage", "crate::store"],
        "floor 4 sees the shell through the dispatcher, never an actor's address or the store",
    ),
];

/// Most lines of a source file, and of one function.
const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 70;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "no sources in {folder}: the test looks at the wrong place");
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The code of a file without its test modules, which may use what they like.
fn code(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

fn is_test_file(name: &str) -> bool {
    name.ends_with("tests.rs")
        || name.ends_with("_test.rs")
        || name.contains("/tests/")
        || name.ends_with("kit.rs")
}

#[test]
fn a_floor_imports_only_lower_floors() {
    let mut broken = Vec::new();
    for (folder, banned, sentence) in FLOORS {
        for (name, text) in sources(folder).iter().filter(|(name, _)| !is_test_file(name)) {
            for line in code(text).lines().map(str::trim_start) {
                let Some(path) = line.strip_prefix("use ").or_else(|| line.strip_prefix("pub use ")) else {
                    continue;
                };
                if let Some(word) = banned.iter().find(|word| imports(path, word)) {
                    broken.push(format!("{name}: `{}` ({word})\n    {sentence}", line.trim_end()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// Whether a `use` path names this crate or module; `use std::{fs, …}` counts as `std::fs`.
fn imports(path: &str, word: &str) -> bool {
    if let Some(rest) = path.strip_prefix(word) {
        return word.ends_with(':') || rest.starts_with([':', ';', ',', '}', ' ']) || rest.is_empty();
    }
    let Some((module, item)) = word.rsplit_once("::") else { return false };
    let Some(list) = path.strip_prefix(module).and_then(|rest| rest.strip_prefix("::{")) else {
        return false;
    };
    list.split([',', '{', '}', ';', ' ']).any(|part| part == item || part.starts_with(&format!("{item}::")))
}

#[test]
fn the_import_reader_sees_lists_and_prefixes() {
    assert!(imports("std::{fs, io};", "std::fs"));
    assert!(imports("std::collections::{BTreeMap, HashMap};", "std::collections::HashMap"));
    assert!(imports("actix_web::web;", "actix_web"));
    assert!(!imports("actix_web::web;", "actix"));
    assert!(imports("actix::Actor;", "actix"));
    assert!(!imports("std::collections::BTreeMap;", "std::collections::HashMap"));
}

#[test]
fn files_and_functions_stay_readable() {
    let mut broken = Vec::new();
    for folder in ["src", "loadtest/src", "tests"] {
        for (name, text) in sources(folder) {
            let lines = text.lines().count();
            if lines > MAX_FILE_LINES {
                broken.push(format!("{name}: {lines} lines, at most {MAX_FILE_LINES}"));
            }
            for (function, length) in functions(&text) {
                if length > MAX_FUNCTION_LINES {
                    broken.push(format!(
                        "{name}: fn {function} has {length} lines, at most {MAX_FUNCTION_LINES}"
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// Names and lengths of functions, by the indentation that `cargo fmt` gives them.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let Some(at) = trimmed.find("fn ").filter(|at| is_head(&trimmed[..*at])) else { continue };
        let name = trimmed[at + 3..].split(['(', '<']).next().unwrap_or_default().to_owned();
        let close = format!("{}}}", " ".repeat(indent));
        if let Some(end) = lines[start..].iter().position(|l| *l == close) {
            found.push((name, end + 1));
        }
    }
    found
}

fn is_head(before: &str) -> bool {
    before
        .split_whitespace()
        .all(|word| word.starts_with("pub") || matches!(word, "async" | "const" | "in" | "crate)"))
}

#[test]
fn actix_web_actors_lives_in_one_file() {
    let users: Vec<String> = sources("src")
        .into_iter()
        .filter(|(_, text)| text.contains("actix_web_actors"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(users, ["src/ws/session.rs"], "a swap for its successor is one commit (ADR 0006)");
}

#[test]
fn clock_and_chance_live_in_one_file_each() {
    let words = ["Instant::now", "SystemTime::now", "Uuid::now_v7", "Uuid::new_v4", "getrandom", "use rand"];
    let allowed = ["src/ports/clock.rs", "src/ports/ids.rs"];
    let mut broken = Vec::new();
    for (name, text) in sources("src").iter().filter(|(name, _)| !allowed.contains(&name.as_str())) {
        for word in words {
            if code(text).lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word)) {
                broken.push(format!("{name}: {word}"));
            }
        }
    }
    assert!(broken.is_empty(), "time, ids and chance are arguments (ADR 0007)\n{}", broken.join("\n"));
}

#[test]
fn queue_agent_and_work_stream_each_own_state_of_their_own() {
    let owners = [
        (
            "src/domain/queue/state.rs",
            "pub struct Queue",
            ["pub homes:", "pub reservations:", "pub line:"].as_slice(),
        ),
        ("src/domain/agent/state.rs", "pub struct Agent", &["pub ledger:", "pub holds:", "pub deliveries:"]),
        ("src/domain/work_stream.rs", "pub struct WorkStreamMachine", &["pub unfinished:"]),
    ];
    let mut machines = sources("src/domain");
    machines.retain(|(name, _)| !is_test_file(name));
    for (file, name, fields) in owners {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let start = text.find(name).unwrap_or_else(|| panic!("{file} has no {name}"));
        let body = &text[start..start + text[start..].find("\n}").unwrap()];
        for field in fields {
            assert!(body.contains(field), "{name} owns {field}");
            let owner = |text: &str| text.lines().any(|line| line.trim_start().starts_with(field));
            let owners: Vec<&String> =
                machines.iter().filter(|(_, text)| owner(text)).map(|(name, _)| name).collect();
            let mine = owners.iter().filter(|owner| owner.as_str() == file).count();
            assert_eq!(mine, 1, "{field} stands in {owners:?}");
            let shared = owners.len() - mine;
            let channel = usize::from(*field == "pub unfinished:");
            assert_eq!(
                shared, channel,
                "{field} stands in {owners:?}: one actor with everything is not this design"
            );
        }
    }
}

#[test]
fn nothing_names_a_machine_of_ours() {
    let home = std::env::var("HOME").unwrap_or_default();
    let here = root().display().to_string();
    let words: Vec<String> =
        [here, home].into_iter().filter(|word| word.len() > 1).map(|w| w + "/").collect();
    let mut broken = Vec::new();
    for folder in ["src", "tests", "loadtest"] {
        for (name, text) in sources(folder) {
            let found = words.iter().filter(|word| text.contains(*word));
            broken.extend(found.map(|word| format!("{name}: {word}")));
        }
    }
    assert!(broken.is_empty(), "a path belongs to a machine, not to the project\n{}", broken.join("\n"));
}

/// What stands in backquotes in a table row and can only be the name of a test: a sentence in `snake_case`.
fn named_tests(text: &str) -> Vec<&str> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let quoted = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    let sentence = |name: &&str| {
        name.matches('_').count() >= 3
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    quoted.filter(sentence).collect()
}

#[test]
fn tests_that_the_docs_name_exist() {
    assert_eq!(
        named_tests("| a | `no_test` `a_test_that_is_one` |\n`not_in_a_row_at_all`"),
        ["a_test_that_is_one"]
    );
    let mut all = String::new();
    for folder in ["src", "tests", "loadtest"] {
        sources(folder).iter().for_each(|(_, text)| all.push_str(text));
    }
    for story in fs::read_dir(root().join("tests/browser/stories")).expect("the stories are there").flatten()
    {
        all.push_str(&fs::read_to_string(story.path()).expect("a story"));
    }
    for page in ["docs/features.md", "docs/peer-failures.md", "docs/statistics.md", "docs/whatif.md"] {
        let text = fs::read_to_string(root().join(page)).expect("the page is there");
        let lost: Vec<&str> = named_tests(&text).into_iter().filter(|name| !all.contains(*name)).collect();
        assert!(lost.is_empty(), "{page} names tests that are not there: {lost:?}");
    }
}
