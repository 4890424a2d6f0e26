//! Runs seeds, prints what came out, and how to repeat it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use crate::arguments::{Arguments, USAGE};
use crate::check::{Failure, INVARIANTS};
use crate::outgoing;
use crate::planted::{self, Planted};
use crate::theory;
use crate::world::{Phase, World};

/// Seeds of the suite.
const SEEDS: u64 = 2_000;
/// Seeds within which a planted bug must show.
const PLANTED_SEEDS: u64 = 2_000;
/// How long things break, ms of simulated time.
const SAFETY_MS: i64 = 150_000;
/// How long people cooperate afterwards.
const CALM_MS: i64 = 60_000;
/// Trace lines shown of a failure.
const SHOWN: usize = 40;

/// Stack of a worker, bytes: inputs that a machine tells itself nest.
const STACK: usize = 64 << 20;

struct Run {
    failure: Option<Failure>,
    steps: u64,
    looked: BTreeMap<&'static str, u64>,
    covered: BTreeMap<String, u64>,
    trace: Vec<String>,
    config: String,
}

fn drive(world: &mut World) {
    let until = |world: &mut World, end: i64| {
        while world.real < end && world.check.failure.is_none() && world.step() {}
    };
    until(world, SAFETY_MS);
    world.phase = Phase { faults: false, arrivals: false };
    let end = world.real + CALM_MS;
    until(world, end);
    while world.under_way > 0 && world.check.failure.is_none() && world.step() {}
}

fn run(seed: u64, planted: Planted, traced: bool) -> Run {
    let mut world = World::new(seed, planted, traced);
    let panicked = catch_unwind(AssertUnwindSafe(|| drive(&mut world)));
    if let Err(panic) = panicked {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default();
        let id = if text.contains("I8:") { "I8" } else { "panic" };
        world.check.fail(Failure::new(id, text));
    }
    if world.check.failure.is_none() {
        let records: Vec<_> = world.journal.records().cloned().collect();
        let (looked, failure) = outgoing::play(seed, planted, &records);
        *world.check.looked.entry("W1").or_default() += looked;
        failure.into_iter().for_each(|failure| world.check.fail(failure));
    }
    let config = if traced {
        format!(
            "{:#?}",
            (
                &world.house.config.settings,
                &world.house.config.agents,
                &world.house.config.queues,
                &world.house.config.work_streams
            )
        )
    } else {
        String::new()
    };
    Run {
        failure: world.check.failure,
        steps: world.steps,
        looked: world.check.looked,
        covered: world.check.covered,
        trace: world.trace.unwrap_or_default(),
        config,
    }
}

/// The command that repeats a seed.
fn repeat(seed: u64, planted: Planted) -> String {
    let bug =
        planted.name().map_or_else(String::new, |name| format!(" --planted {}", name.replace(' ', "-")));
    format!("cargo sim -- --seed {seed}{bug}")
}

/// Shows one seed; says whether it holds.
fn explain(seed: u64, planted: Planted, lines: usize, config: bool) -> bool {
    let run = run(seed, planted, true);
    if config {
        println!("configuration of seed {seed}:\n{}", run.config);
    }
    let skip = run.trace.len().saturating_sub(lines);
    run.trace[skip..].iter().for_each(|line| println!("  {line}"));
    match &run.failure {
        Some(failure) => println!("seed {seed} fails {}: {}", failure.id, failure.what),
        None => println!("seed {seed} holds, {} steps", run.steps),
    }
    println!("repeat: {}", repeat(seed, planted));
    run.failure.is_none()
}

#[derive(Default)]
struct Totals {
    steps: u64,
    looked: BTreeMap<&'static str, u64>,
    covered: BTreeMap<String, u64>,
    failures: Vec<(u64, Failure)>,
}

fn seeds(from: u64, to: u64) -> Totals {
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u64).min(2);
    let parts: Vec<Totals> = std::thread::scope(|scope| {
        let part = |worker: u64| {
            let big = std::thread::Builder::new().stack_size(STACK);
            big.spawn_scoped(scope, move || {
                let mut totals = Totals::default();
                for seed in (from..to).filter(|seed| seed % workers == worker) {
                    let run = run(seed, Planted::Nothing, false);
                    totals.steps += run.steps;
                    run.looked.iter().for_each(|(id, n)| *totals.looked.entry(id).or_default() += n);
                    run.covered
                        .into_iter()
                        .for_each(|(name, n)| *totals.covered.entry(name).or_default() += n);
                    totals.failures.extend(run.failure.map(|failure| (seed, failure)));
                }
                totals
            })
        };
        let threads: Vec<_> = (0..workers).map(part).collect();
        threads.into_iter().map(|t| t.ok().and_then(|t| t.join().ok()).unwrap_or_default()).collect()
    });
    let mut totals = Totals::default();
    for part in parts {
        totals.steps += part.steps;
        part.looked.iter().for_each(|(id, n)| *totals.looked.entry(id).or_default() += n);
        part.covered.into_iter().for_each(|(name, n)| *totals.covered.entry(name).or_default() += n);
        totals.failures.extend(part.failures);
    }
    totals.failures.sort_by_key(|(seed, _)| *seed);
    totals
}

fn line(ok: bool, name: &str, passed: &mut u32, failed: &mut u32) {
    println!("test {name} ... {}", if ok { "ok" } else { "FAILED" });
    if ok { *passed += 1 } else { *failed += 1 }
}

/// A planted bug that shows: the command that is printed repeats it, and ends with 1.
fn tells(passed: &mut u32, failed: &mut u32) {
    let bug = Planted::VoiceBeforeSync;
    let seed = (0..PLANTED_SEEDS).find(|seed| run(*seed, bug, false).failure.is_some());
    let command = seed.map(|seed| repeat(seed, bug)).unwrap_or_default();
    let ended = |arguments: &[&str]| {
        let program = std::env::current_exe().map(std::process::Command::new);
        let output = program.and_then(|mut program| program.args(arguments).output());
        output.ok().and_then(|output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            Some((output.status.code()?, text))
        })
    };
    let arguments: Vec<&str> = command.split(' ').skip(3).collect();
    let ok = ended(&arguments)
        .is_some_and(|(code, text)| code == 1 && text.contains(&format!("repeat: {command}\n")));
    line(ok, &format!("the command line repeats a failure and ends with 1 ({command})"), passed, failed);
    let ok = ended(&["--seed", "0"]).is_some_and(|(code, text)| code == 0 && text.contains("seed 0 holds"));
    line(ok, "the command line ends with 0 where a seed holds", passed, failed);
    let refused =
        [&["--sead", "0"][..], &["0"], &["--seed"], &["--seed", "x"], &["--seeds", "5"], &["--planted", "x"]];
    let ok = refused.iter().all(|words| {
        ended(words).is_some_and(|(code, text)| code == 1 && text.ends_with(&format!("{USAGE}\n")))
    });
    line(ok, "the command line refuses what it does not know, with its usage", passed, failed);
    let ok = ended(&["--help"]).is_some_and(|(code, text)| code == 0 && text == format!("{USAGE}\n"));
    line(ok, "the command line tells its usage and runs nothing", passed, failed);
}

fn honest(from: u64, to: u64, coverage: bool, passed: &mut u32, failed: &mut u32) {
    #[allow(clippy::disallowed_methods)] // how fast the suite is, never what happens in it
    let begun = Instant::now();
    let totals = seeds(from, to);
    let seconds = begun.elapsed().as_secs_f64();
    for (id, sentence) in INVARIANTS {
        let ok = !totals.failures.iter().any(|(_, failure)| failure.id == id);
        let looked = totals.looked.get(id).copied().unwrap_or(0);
        line(ok, &format!("{id}: {sentence} ({looked} times)"), passed, failed);
    }
    let ok = !totals.failures.iter().any(|(_, failure)| failure.id == "panic");
    line(ok, "P: no machine panics", passed, failed);
    println!(
        "{} seeds, {} steps in {seconds:.1} s, {:.0} steps/s",
        to - from,
        totals.steps,
        totals.steps as f64 / seconds
    );
    if coverage {
        totals.covered.iter().for_each(|(name, n)| println!("  {n:>9} {name}"));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    totals.failures.iter().for_each(|(_, f)| *counts.entry(f.id).or_default() += 1);
    if let Some((seed, _)) = totals.failures.first() {
        println!("{} seeds fail: {counts:?}", totals.failures.len());
        for (seed, failure) in totals.failures.iter().take(30) {
            println!("  seed {seed}: {} {}", failure.id, failure.what.chars().take(220).collect::<String>());
        }
        explain(*seed, Planted::Nothing, SHOWN, true);
    }
}

fn caught(bug: Planted, name: &str, by: &str, passed: &mut u32, failed: &mut u32) {
    for seed in 0..PLANTED_SEEDS {
        if let Some(failure) = run(seed, bug, false).failure {
            // "A or B": A must catch it at some seed; at others B may be the first that does.
            let mut ids = by.split(" or ");
            let ok = ids.next() == Some(failure.id);
            if !ok && ids.any(|id| id == failure.id) {
                continue;
            }
            line(
                ok,
                &format!(
                    "planted \"{name}\" is caught by {by} (seed {seed}, {}: {})",
                    failure.id,
                    failure.what.chars().take(100).collect::<String>()
                ),
                passed,
                failed,
            );
            if !ok {
                println!("repeat: {}", repeat(seed, bug));
            }
            return;
        }
    }
    line(false, &format!("planted \"{name}\" is caught by {by}"), passed, failed);
}

/// Runs what the command line asks for; without arguments the whole suite.
pub fn main() -> ExitCode {
    let big = std::thread::Builder::new().stack_size(STACK);
    big.spawn(command_line).ok().and_then(|thread| thread.join().ok()).unwrap_or(ExitCode::FAILURE)
}

fn command_line() -> ExitCode {
    let asked = match Arguments::read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(wrong) => {
            println!("{wrong}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    if asked.help {
        println!("{USAGE}");
    }
    if asked.help || asked.list {
        return ExitCode::SUCCESS;
    }
    std::panic::set_hook(Box::new(|_| {}));
    let planted = asked.planted.unwrap_or(Planted::Nothing);
    if let Some(seed) = asked.seed {
        let holds = explain(seed, planted, asked.lines.unwrap_or(SHOWN), asked.config);
        return if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if asked.theory_page {
        theory::page();
        return ExitCode::SUCCESS;
    }
    let (mut passed, mut failed) = (0, 0);
    let whole = planted == Planted::Nothing && asked.seeds.is_none();
    if whole {
        theory::suite(&mut |ok, name| line(ok, name, &mut passed, &mut failed));
    }
    if asked.theory {
        return finish(passed, failed);
    }
    if let Some((from, to)) = asked.seeds {
        honest(from, to, asked.coverage, &mut passed, &mut failed);
    } else if planted == Planted::Nothing {
        tells(&mut passed, &mut failed);
        honest(0, SEEDS, asked.coverage, &mut passed, &mut failed);
    }
    for (bug, name, by) in planted::ALL {
        if whole || planted == *bug {
            caught(*bug, name, by, &mut passed, &mut failed);
        }
    }
    finish(passed, failed)
}

fn finish(passed: u32, failed: u32) -> ExitCode {
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
