//! The comparison as a table for people.

use std::collections::BTreeSet;

use crate::http::whatif::report::{LineWire, Report, SideWire};

/// Prints it.
pub fn print(report: &Report) {
    head(report);
    println!();
    println!(
        "{:<28} {:>12} {:>12} {:>12} {:>12} {:>12}",
        "", "recorded", "old, played", "off by", "new, played", "new - old"
    );
    block("all conversations", [&report.recorded.all, &report.old.all, &report.new.all]);
    let none = LineWire::default();
    for id in names(report, |side| side.queues.keys().collect()) {
        let line = |side: &'_ SideWire| side.queues.get(id).unwrap_or(&none).clone();
        let sides = [line(&report.recorded), line(&report.old), line(&report.new)];
        block(&format!("queue {id}"), [&sides[0], &sides[1], &sides[2]]);
    }
    agents(report);
}

fn head(report: &Report) {
    let (recording, filled) = (&report.recording, &report.filled_in);
    println!("{} conversations from {} to {}", recording.conversations, recording.from, recording.to);
    if recording.left_out > 0 {
        println!("left out: {} whose beginning is in the recording no more", recording.left_out);
    }
    println!(
        "patience: known of those who left; of the {} others drawn from how the recording's customers waited (Kaplan-Meier), {} wait as long as needed",
        filled.patience_drawn, filled.patience_unbounded
    );
    if filled.work_drawn > 0 {
        println!(
            "work: {} that no agent finished take as long as another of their work stream",
            filled.work_drawn
        );
    }
    println!(
        "offers that were never made are answered as that agent answered another: {} in the old play, {} in the new",
        filled.answers_drawn_old, filled.answers_drawn_new
    );
    if filled.no_answers_recorded {
        println!("no answer to an offer is recorded: every offer is accepted at once");
    }
    if !filled.agents_assumed_there.is_empty() {
        println!(
            "not in the recording, there whenever anybody was: {}",
            filled.agents_assumed_there.join(", ")
        );
    }
    for (name, side) in [("old", &report.old), ("new", &report.new)] {
        if side.not_taken > 0 {
            println!("not taken by the {name} configuration: {} conversations", side.not_taken);
        }
    }
    let calibration = &report.calibration;
    println!(
        "calibration: of {} served in the recording and in the old play, {} had the same agent first; waits are off by {} on average",
        calibration.served_in_both,
        percent(calibration.same_agent),
        seconds(calibration.mean_absolute_wait_error_ms),
    );
}

fn names<'a>(report: &'a Report, of: impl Fn(&'a SideWire) -> Vec<&'a String>) -> BTreeSet<&'a String> {
    [&report.recorded, &report.old, &report.new].into_iter().flat_map(of).collect()
}

/// A row of numbers that can be subtracted.
fn row(name: &str, values: [Option<f64>; 3], show: &dyn Fn(Option<f64>) -> String) {
    let signed = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) if a >= b => format!("+{}", show(Some(a - b))),
        (Some(a), Some(b)) => format!("-{}", show(Some(b - a))),
        _ => "-".to_owned(),
    };
    println!(
        "{:<28} {:>12} {:>12} {:>12} {:>12} {:>12}",
        format!("  {name}"),
        show(values[0]),
        show(values[1]),
        signed(values[1], values[0]),
        show(values[2]),
        signed(values[2], values[1])
    );
}

/// A row's name and what stands in it.
type Column<T> = (&'static str, fn(&LineWire) -> T);

fn block(title: &str, lines: [&LineWire; 3]) {
    println!("{title}");
    let counts: [Column<u64>; 5] = [
        ("arrived", |line| line.arrived),
        ("served", |line| line.served),
        ("left", |line| line.left),
        ("closed unserved", |line| line.closed_unserved),
        ("wait at the end", |line| line.unfinished),
    ];
    for (name, of) in counts {
        let values = lines.map(of);
        if name == "arrived" || name == "served" || values.iter().any(|value| *value > 0) {
            row(name, values.map(|value| Some(value as f64)), &|n| {
                n.map_or("-".into(), |n| format!("{n:.0}"))
            });
        }
    }
    let waits: [Column<Option<i64>>; 4] = [
        ("wait, mean", |line| line.wait_mean_ms),
        ("wait, p50", |line| line.wait_p50_ms),
        ("wait, p90", |line| line.wait_p90_ms),
        ("wait, p99", |line| line.wait_p99_ms),
    ];
    for (name, of) in waits {
        row(name, lines.map(|line| of(line).map(|ms| ms as f64)), &|ms| seconds(ms.map(|ms| ms as i64)));
    }
    row("service level", lines.map(|line| line.service_level), &percent);
    row("abandonment", lines.map(|line| line.abandonment), &percent);
}

fn agents(report: &Report) {
    for id in names(report, |side| side.agents.keys().collect()) {
        println!("agent {id}");
        let sides = [&report.recorded, &report.old, &report.new].map(|side| side.agents.get(id));
        row("handled", sides.map(|load| load.map(|load| load.handled as f64)), &|n| {
            n.map_or("-".into(), |n| format!("{n:.0}"))
        });
        row("occupancy", sides.map(|load| load.and_then(|load| load.occupancy)), &percent);
    }
}

fn seconds(ms: Option<i64>) -> String {
    ms.map_or("-".to_owned(), |ms| format!("{:.1} s", ms as f64 / 1_000.0))
}

fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}
