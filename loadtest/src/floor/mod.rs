//! The floor: the least that a server of this wire shape can cost on a machine.
//!
//! One POST becomes one push to a socket through a channel: no rules, no storage, no history, no check of tokens. The
//! same generator against it and against the product gives a ratio that outlives the machine it was measured on.

pub mod answers;
pub mod server;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::load::report::Report;
use crate::load::{Settings, Target};
use crate::process::{Launch, Server};
use crate::setup::Mode;
use crate::{Error, Result};

/// Starts the floor as a process of its own (this program with `floor-server`), runs against it and stops it.
pub fn run(program: &Path, settings: &Settings) -> Result<Report> {
    if settings.mode == Mode::Pick {
        return Err(Error::Protocol("the floor keeps no list to pick from; use push or direct".to_owned()));
    }
    let mut args = vec!["floor-server".to_owned()];
    if settings.mode == Mode::Direct {
        args.push("--direct".to_owned());
    }
    let launch = Launch { bin: program.to_owned(), args, admin_token: "floor".to_owned(), log: None };
    let mut process = Server::spawn(&launch)?;
    let target = Target {
        server: process.ready()?,
        admin_token: launch.admin_token.clone(),
        pid: Some(process.pid()),
        reconcile: false,
    };
    let report = crate::load::run(&target, settings)?;
    process.kill()?;
    Ok(report)
}

/// The product's numbers over the floor's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ratio {
    /// Measure, product p50 / floor p50, product p99 / floor p99.
    pub measures: Vec<(String, f64, f64)>,
    /// Server CPU for a hand-off, product / floor.
    pub cpu: Option<f64>,
}

/// Compares two runs of the same settings.
pub fn ratio(product: &Report, floor: &Report) -> Ratio {
    let over = |above: f64, below: f64| above / below.max(1e-6);
    let pair = |row: &crate::load::measures::Row| {
        let same = floor.measures.iter().find(|other| other.measure == row.measure)?;
        Some((row.measure.clone(), over(row.p50_ms, same.p50_ms), over(row.p99_ms, same.p99_ms)))
    };
    let cpu = product
        .server
        .zip(floor.server)
        .map(|(product, floor)| over(product.cpu_micros_per_hand_off, floor.cpu_micros_per_hand_off));
    Ratio { measures: product.measures.iter().filter_map(pair).collect(), cpu }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [name, p50, p99] = ["product / floor", "p50", "p99"];
        writeln!(out, "{name:<20}{p50:>10}{p99:>10}")?;
        for (measure, p50, p99) in &self.measures {
            writeln!(out, "{measure:<20}{p50:>10.2}{p99:>10.2}")?;
        }
        match self.cpu {
            Some(cpu) => writeln!(out, "server CPU a hand-off: {cpu:.2} times the floor's"),
            None => Ok(()),
        }
    }
}
