//! One load point: theory, the house, and the control.
//!
//! Near saturation the mean of a waiting line converges too slowly for any house that does real work (at ρ = 0.97 some
//! 18,000 (t/ε)² arrivals: W. Whitt, *Planning queueing simulations*, Management Science 35 (1989), §4). So the reference
//! line is a control variate: the same people through both, house less reference, plus the reference on many more people of
//! its own. That interval must hold theory and be no wider than stated. Away from saturation, the plain mean of the house must
//! hold theory in its own interval, too.

use super::erlang::{Line, Measures};
use super::played::{self, Planted};
use super::reference::{Desk, Fate, People, Person, Tally};
use super::statistics::{Estimate, REPLICATIONS, differences, estimates};

/// Customers of a replication whose waits count; a quarter as many come before and warm it up.
pub const CUSTOMERS: usize = 1_000;
pub const WARM_UP: usize = CUSTOMERS / 4;
/// The same for the reference alone, near saturation and elsewhere; a tenth as many warm it up.
pub const CONTROL_NEAR_SATURATION: usize = 400_000;
pub const CONTROL: usize = 100_000;

/// Half the width of the interval that is asked at most, of the value by theory; near saturation, and elsewhere.
pub const PRECISION_NEAR_SATURATION: f64 = 0.12;
pub const PRECISION: f64 = 0.05;
/// A share, and a wait in seconds (services take 100), that is precise enough however small the value is.
pub const SMALL_SHARE: f64 = 0.01;
pub const SMALL_WAIT: f64 = 0.2;

/// Names of the measures, in order.
pub const NAMES: [&str; 4] = ["mean wait, s", "P(wait)", "service level", "leave"];

/// What came out at a point.
pub struct Outcome {
    /// The point.
    pub line: Line,
    /// By theory.
    pub theory: Measures,
    /// The house alone.
    pub plain: [Estimate; 4],
    /// The house with the control.
    pub controlled: [Estimate; 4],
    /// Share of people whose wait in the house is the reference's, to the millisecond.
    pub same: f64,
}

/// Runs a point.
pub fn run(line: Line, planted: Planted) -> Outcome {
    let (mut ours, mut theirs, mut control) = (Vec::new(), Vec::new(), Vec::new());
    let mut same = 0_usize;
    for replication in 0..REPLICATIONS as u64 {
        let people: Vec<Person> = People::of(line, 2 * replication).take(WARM_UP + CUSTOMERS).collect();
        let fates = played::play(line.agents, &people, planted);
        let expected = reference(line, people.iter().copied());
        same += fates.iter().zip(&expected).filter(|(a, b)| a == b).count();
        ours.push(measures(&line, &fates[WARM_UP..]));
        theirs.push(measures(&line, &expected[WARM_UP..]));
        control.push(alone(line, 2 * replication + 1));
    }
    let difference = differences(&ours, &theirs);
    let control = estimates(&control);
    Outcome {
        line,
        theory: line.theory(),
        plain: estimates(&ours),
        controlled: std::array::from_fn(|n| difference[n].plus(control[n])),
        same: same as f64 / (REPLICATIONS * (WARM_UP + CUSTOMERS)) as f64,
    }
}

fn reference(line: Line, people: impl Iterator<Item = Person>) -> Vec<Fate> {
    let mut desk = Desk::of(line.agents);
    people.map(|person| desk.take(person)).collect()
}

fn measures(line: &Line, fates: &[Fate]) -> Measures {
    let mut tally = Tally::default();
    fates.iter().for_each(|fate| tally.add(*fate, line));
    tally.measures()
}

/// The reference on people of its own.
fn alone(line: Line, seed: u64) -> Measures {
    let mut desk = Desk::of(line.agents);
    let mut tally = Tally::default();
    let count = if line.near_saturation() { CONTROL_NEAR_SATURATION } else { CONTROL };
    for (n, person) in People::of(line, seed).take(count + count / 10).enumerate() {
        let fate = desk.take(person);
        if n >= count / 10 {
            tally.add(fate, &line);
        }
    }
    tally.measures()
}

impl Outcome {
    /// What does not agree, a line each.
    pub fn deviations(&self) -> Vec<String> {
        let mut found = Vec::new();
        let plain = (!self.line.near_saturation()).then_some(("plain", self.plain));
        for (kind, estimates) in plain.into_iter().chain([("controlled", self.controlled)]) {
            for ((name, theory), estimate) in NAMES.iter().zip(self.theory.all()).zip(estimates) {
                if !estimate.holds(theory) {
                    let Estimate { mean, half } = estimate;
                    found.push(format!(
                        "{name} is {theory:.4} by theory, {mean:.4} ± {half:.4} in the house ({kind})"
                    ));
                }
            }
        }
        found
    }

    /// What says too little to be taken for agreement, a line each.
    pub fn vague(&self) -> Vec<String> {
        let relative = if self.line.near_saturation() { PRECISION_NEAR_SATURATION } else { PRECISION };
        let mut found = Vec::new();
        for (n, (name, theory)) in NAMES.iter().zip(self.theory.all()).enumerate() {
            let (half, small) = (self.controlled[n].half, if n == 0 { SMALL_WAIT } else { SMALL_SHARE });
            if half > (relative * theory).max(small) {
                found.push(format!("{name}: ± {half:.4} of {theory:.4} says too little"));
            }
        }
        found
    }
}
