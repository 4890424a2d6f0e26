//! Proof against theory: the machines, played by the replay's driver, wait as Erlang says.
//!
//! `cargo sim -- --theory` runs this part alone; `cargo sim -- --theory-page > docs/theory.md` writes the page.

mod erlang;
mod page;
mod played;
mod point;
mod reference;
mod skills;
mod statistics;
mod tests;

use self::erlang::Line;
use self::played::Planted;
use self::point::{Outcome, run};

/// Services a second: each takes 100 s on average.
const MU: f64 = 0.01;
/// Time of the service level, seconds: a fifth of a service.
const WITHIN: f64 = 20.0;
/// Numbers of agents.
const AGENTS: [u32; 4] = [1, 5, 20, 50];
/// Loads without impatience, and with.
const LOADS: [f64; 3] = [0.7, 0.9, 0.97];
const IMPATIENT_LOADS: [f64; 3] = [0.9, 1.1, 1.3];

fn line(agents: u32, load: f64, theta: Option<f64>) -> Line {
    Line { agents, lambda: load * f64::from(agents) * MU, mu: MU, theta, within: WITHIN }
}

/// Every load point. Patience lasts two services on average.
fn points() -> Vec<Line> {
    let patient = AGENTS.iter().flat_map(|c| LOADS.map(|load| line(*c, load, None)));
    let impatient = AGENTS.iter().flat_map(|c| IMPATIENT_LOADS.map(|load| line(*c, load, Some(MU / 2.0))));
    patient.chain(impatient).collect()
}

/// Runs points on as many threads as there are, two at most.
fn outcomes(lines: &[Line], planted: Planted) -> Vec<Outcome> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(line) = lines.get(n) else { return done };
            done.push((n, run(*line, planted)));
        }
    };
    let mut all: Vec<(usize, Outcome)> = std::thread::scope(|scope| {
        let threads = [scope.spawn(worker), scope.spawn(worker)];
        threads.into_iter().flat_map(|thread| thread.join().expect("a point does not panic")).collect()
    });
    all.sort_by_key(|(n, _)| *n);
    all.into_iter().map(|(_, outcome)| outcome).collect()
}

fn name(line: &Line) -> String {
    let load = line.load();
    let model = if line.theta.is_some() { "M/M/c+M" } else { "M/M/c" };
    format!("{model}, {} agents, load {load:.2}", line.agents)
}

/// Runs everything; `say` gets whether it holds and its sentence.
pub fn suite(say: &mut dyn FnMut(bool, &str)) {
    tests::run(say);
    skills::run(say);
    for outcome in outcomes(&points(), Planted::Nothing) {
        let failures = [outcome.deviations(), outcome.vague()].concat();
        say(failures.is_empty(), &format!("waits are Erlang's: {}", name(&outcome.line)));
        failures.iter().for_each(|failure| println!("  {failure}"));
    }
    let lines = [line(5, 0.7, None), line(20, 0.9, None)];
    for planted in [Planted::LastFirst, Planted::OneIdle, Planted::Slower] {
        let caught = outcomes(&lines, planted).iter().all(|outcome| !outcome.deviations().is_empty());
        say(caught, &format!("waits are not Erlang's with planted {planted:?}"));
    }
}

/// Prints the page with the measured table.
pub fn page() {
    page::print(&outcomes(&points(), Planted::Nothing));
}
