//! The formulas against published values and against each other.

use super::erlang::{Line, Measures, by_states, erlang_b, erlang_c};
use super::line;

fn near(found: f64, expected: f64, digits: i32) -> bool {
    (found - expected).abs() <= 0.5 * 10_f64.powi(-digits) * (1.0 + 1e-9)
}

/// Erlang B of any published table, at 10 erlangs and 10 lines, 20 and 30, 100 and 100.
fn erlang_b_is_the_tables() -> bool {
    let rows = [(10, 10.0, 0.2146), (30, 20.0, 0.0085), (100, 100.0, 0.0757)];
    rows.iter().all(|(n, a, b)| near(erlang_b(*n, *a), *b, 4))
}

/// Erlang C of the worked example of pyworkforce's documentation: 100 calls in 30 minutes of 3 minutes, 14 positions, 20 s.
fn erlang_c_is_the_published_example() -> bool {
    let line = Line { agents: 14, lambda: 100.0 / 1_800.0, mu: 1.0 / 180.0, theta: None, within: 20.0 };
    near(erlang_c(14, 10.0), 0.174_131_9, 6) && near(line.theory().level, 0.888_350_0, 6)
}

/// Erlang A of the same documentation, to its three digits: 13 positions, patience 5 minutes. Its mean wait is everybody's.
fn erlang_a_is_the_published_example() -> bool {
    let line =
        Line { agents: 13, lambda: 100.0 / 1_800.0, mu: 1.0 / 180.0, theta: Some(1.0 / 300.0), within: 20.0 };
    let Measures { wait, waits, level, leaves } = line.theory();
    near(wait / 60.0, 0.125, 3) && near(waits, 0.226, 3) && near(level, 0.858, 3) && near(leaves, 0.025, 3)
}

/// Two ways to Erlang A: the offered wait's density, and the chain of states.
fn erlang_a_by_density_is_erlang_a_by_states() -> bool {
    [(1, 0.9), (5, 1.1), (20, 0.9), (50, 1.3)].iter().all(|(agents, load)| {
        let line = line(*agents, *load, Some(0.005));
        let (one, other) = (line.theory(), by_states(&line, 0.005));
        let pairs = [(one.wait, other.wait), (one.waits, other.waits), (one.leaves, other.leaves)];
        pairs.iter().all(|(a, b)| (a - b).abs() < 1e-8 * b)
    })
}

/// With patience without end Erlang A is Erlang C.
fn erlang_a_without_impatience_is_erlang_c() -> bool {
    let (patient, nearly) = (line(20, 0.9, None).theory(), line(20, 0.9, Some(1e-9)).theory());
    patient.all().iter().zip(nearly.all()).all(|(a, b)| (a - b).abs() < 1e-4 * (1.0 + a))
}

/// Runs them.
pub fn run(say: &mut dyn FnMut(bool, &str)) {
    say(erlang_b_is_the_tables(), "Erlang B is the tables'");
    say(erlang_c_is_the_published_example(), "Erlang C is the published example's");
    say(erlang_a_is_the_published_example(), "Erlang A is the published example's");
    say(erlang_a_by_density_is_erlang_a_by_states(), "Erlang A by density is Erlang A by states");
    say(erlang_a_without_impatience_is_erlang_c(), "Erlang A without impatience is Erlang C");
}
