//! One load point: theory, the house, and the control.
//!
//! Near saturation the mean of a waiting line converges too slowly for any house that does real work (at ρ = 0.97 some
//! 18,000 (t/ε)² arrivals: W. Whitt, *Planning queueing simulations*, Management Science 35 (1989), §4). So two things are
//! asked. The plain means of the house must hold theory in their interval, wide as it is. And with the reference line as control
//! variate (the same people through both, house less reference, plus the reference on a hundred times as many other
//! people), the interval must hold theory and be no wider than stated.

use super::erlang::{Line, Measures};
use super::played::{self, Planted};
use super::reference::{Desk, Fate, People, Person, Tally};
use super::statistics::{Estimate, REPLICATIONS, differences, estimates};

/// Customers of a replication whose waits count; a quarter as many come before and warm it up.
pub const CUSTOMERS: usize = 2_000;
pub const WARM_UP: usize = CUSTOMERS / 4;
/// The same for the reference alone.
const CONTROL: usize = 400_000;

/// Half the width of the interval that is asked at most, of the value by theory.
const PRECISION: f64 = 0.05;
/// The same for mean waits from ρ = 0.95 without impatience, the slowest to converge.
const PRECISION_NEAR_SATURATION: f64 = 0.12;
/// A share is precise enough from here on, however small it is.
const SMALL_SHARE: f64 = 0.003;

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
    for (n, person) in People::of(line, seed).take(CONTROL + CONTROL / 10).enumerate() {
        let fate = desk.take(person);
        if n >= CONTROL / 10 {
            tally.add(fate, &line);
        }
    }
    tally.measures()
}

impl Outcome {
    /// What does not agree, a line each.
    pub fn failures(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (n, name) in NAMES.iter().enumerate() {
            let theory = self.theory.all()[n];
            for (kind, estimate) in [("plain", self.plain[n]), ("controlled", self.controlled[n])] {
                if !estimate.holds(theory) {
                    found.push(format!(
                        "{name} is {theory:.4} by theory, {:.4} ± {:.4} in the house ({kind})",
                        estimate.mean, estimate.half
                    ));
                }
            }
            let half = self.controlled[n].half;
            if half > self.allowed(n, theory) {
                found.push(format!("{name}: ± {half:.4} of {theory:.4} says too little"));
            }
        }
        found
    }

    /// How wide half the interval may be.
    fn allowed(&self, n: usize, theory: f64) -> f64 {
        let load = self.line.lambda / self.line.mu / f64::from(self.line.agents);
        let slow = n == 0 && load >= 0.95 && self.line.theta.is_none();
        let relative = theory * if slow { PRECISION_NEAR_SATURATION } else { PRECISION };
        if n == 0 { relative } else { relative.max(SMALL_SHARE) }
    }
}
