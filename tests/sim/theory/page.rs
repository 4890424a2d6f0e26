//! The page `docs/theory.md`.

use super::WITHIN;
use super::point::{CUSTOMERS, NAMES, Outcome, WARM_UP};
use super::statistics::REPLICATIONS;

const HEAD: &str = "\
# The dispatcher against queueing theory

A dispatcher that leaves an agent idle, serves out of turn or loses time between two messages makes people wait longer than
they must. Where theory knows how long they must wait, that can be measured. This page is written by
`cargo sim -- --theory-page > docs/theory.md`; the suite (`cargo sim`, or `cargo sim -- --theory` for this part alone) asks
the same numbers at every run and fails where they do not agree.

The real machines (`src/domain`) are played under virtual time by the driver that `callboard whatif` uses (`src/replay`): one
queue, push, offers accepted at once, agents of capacity 1, no wrap-up. Customers come by a Poisson process, services are
exponential with a mean of 100 s, and in the second table customers leave after an exponential patience of 200 s on average.
Theory is Erlang C for the first table and Erlang A for the second; formulas, sources and the published values that they
are tested against stand in `tests/sim/theory/erlang.rs` and `tests.rs`.
";

const READING: &str = "\
## How to read it

Each cell is *theory · measured ± half the width of the 99.9 % confidence interval*. Mean wait is everybody's time in line, also of
those who leave; P(wait) the share who find no free agent; the service level the share whom an agent takes within the time;
*leave* the share who go before.

Near saturation a plain mean converges too slowly to say much: at load 0.97 some 18,000 (t/ε)² arrivals are needed for a relative
precision of ε. So the measured values use a control variate: each replication's customers also go through a reference of thirty
lines (the agent who is free first takes who came first), and what is shown is the house less the reference, plus the reference on
100,000 other customers a replication (400,000 in the first table from load 0.9 on). Half the width may be at most 5 % of theory (12 % in the
first table from load 0.9 on; 0.2 s of wait and 0.01 of a share are precise enough), so that the test cannot pass by saying nothing.
Where convergence is quick, that is elsewhere than in the first table from load 0.9 on, the suite also asks that the plain means of the house
hold theory in their own intervals.

*same* is the share of customers whose wait in the house is the reference's to the millisecond. Two customers who come in one millisecond
are served in the order of their ids, and of a patience that ends in the millisecond in which an agent is free either may come first:
the house decides otherwise than the reference, and those behind wait a little more or less.

That the test can fail is tested: who came last served first, an agent who is never there, and services 5 % longer each make it fail.
";

fn cell(outcome: &Outcome, n: usize) -> String {
    let (theory, measured) = (outcome.theory.all()[n], outcome.controlled[n]);
    if n == 0 {
        format!("{theory:.2} · {:.2} ± {:.2}", measured.mean, measured.half)
    } else {
        format!("{theory:.4} · {:.4} ± {:.4}", measured.mean, measured.half)
    }
}

fn row(outcome: &Outcome, columns: &[usize]) {
    let (agents, load) = (outcome.line.agents, outcome.line.load());
    let cells: Vec<String> = columns.iter().map(|n| cell(outcome, *n)).collect();
    println!("| {agents} | {load:.2} | {} | {:.2} % |", cells.join(" | "), outcome.same * 100.0);
}

fn table(outcomes: &[Outcome], impatient: bool, columns: &[usize]) {
    let names: Vec<&str> = columns.iter().map(|n| NAMES[*n]).collect();
    println!("| agents | load | {} | same |", names.join(" | "));
    println!("|{}", " ---: |".repeat(columns.len() + 3));
    outcomes.iter().filter(|o| o.line.theta.is_some() == impatient).for_each(|outcome| row(outcome, columns));
}

/// Prints it.
pub fn print(outcomes: &[Outcome]) {
    println!("{HEAD}");
    println!(
        "{REPLICATIONS} independent replications a row, each of {CUSTOMERS} customers after {WARM_UP} that warm it up. Service level within {WITHIN:.0} s.\n"
    );
    println!("## Nobody leaves: M/M/c, Erlang C\n");
    table(outcomes, false, &[0, 1, 2]);
    println!("\n## People leave: M/M/c+M, Erlang A\n");
    table(outcomes, true, &[0, 1, 2, 3]);
    print!("\n{READING}");
}
