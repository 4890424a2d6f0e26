//! The command line: every word is known, or nothing runs.

use crate::planted::{self, Planted};

/// What is printed where the command line cannot be followed.
pub const USAGE: &str = "usage: cargo sim -- [--seed N [--lines N] [--config] | --seeds FROM..TO [--coverage] \
                         | --theory | --theory-page] [--planted BUG]; without any the whole suite";

/// What the command line asks for.
#[derive(Default)]
pub struct Arguments {
    /// This seed alone, traced.
    pub seed: Option<u64>,
    /// How many lines of its trace.
    pub lines: Option<usize>,
    /// With its configuration.
    pub config: bool,
    /// These seeds, the end not included.
    pub seeds: Option<(u64, u64)>,
    /// With what they covered.
    pub coverage: bool,
    /// This bug.
    pub planted: Option<Planted>,
    /// The proof against theory alone.
    pub theory: bool,
    /// The page about it.
    pub theory_page: bool,
    /// The names of tests, of which there are none; asked by test runners.
    pub list: bool,
    /// The usage.
    pub help: bool,
}

impl Arguments {
    /// Reads the words behind the program's name; else says what is wrong.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seed" => read.seed = Some(number(&value()?)?),
                "--lines" => read.lines = Some(number(&value()?)?),
                "--config" => read.config = true,
                "--seeds" => read.seeds = Some(range(&value()?)?),
                "--coverage" => read.coverage = true,
                "--planted" => read.planted = Some(bug(&value()?)?),
                "--theory" => read.theory = true,
                "--theory-page" => read.theory_page = true,
                "--list" => read.list = true,
                "--help" | "-h" => read.help = true,
                // What runners hand to every program of tests.
                "--quiet" | "-q" | "--nocapture" => {}
                "--format" => drop(value()?),
                _ => return Err(format!("unknown argument: {word}")),
            }
        }
        Ok(read)
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("not a number: {text}"))
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let (from, to) = text.split_once("..").ok_or_else(|| format!("not a range: {text}"))?;
    let (from, to) = (number(from)?, number(to)?);
    if from < to { Ok((from, to)) } else { Err(format!("an empty range: {text}")) }
}

fn bug(name: &str) -> Result<Planted, String> {
    Planted::named(name).ok_or_else(|| {
        let all = planted::ALL.iter().map(|(_, name, by)| format!("\n  {name} (caught by {by})"));
        format!("no such bug: {name}; there are:{}", all.collect::<String>())
    })
}
