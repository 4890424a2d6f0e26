//! Walks a resource and keeps the path, so that a check says what is wrong and never where.

use super::bounds::MAX_NAME_CHARS;
use super::checks::Checks;
use super::problem::{Finding, Problem, Step};
use crate::config::{Config, QueueType};
use crate::ids::{QueueId, is_config_id};

/// Findings so far, and where the walk stands.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    /// What other resources are looked up in.
    pub config: &'a Config,
    /// What refers to what in it.
    pub checks: &'a Checks<'a>,
    path: Vec<Step>,
    found: Vec<Finding>,
}

impl<'a> Checker<'a> {
    pub fn new(checks: &'a Checks<'a>) -> Self {
        Self { config: checks.config, checks, path: Vec::new(), found: Vec::new() }
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.found
    }

    /// Keeps a finding at the present place.
    pub fn report(&mut self, problem: Problem) {
        self.found.push(Finding { path: self.path.clone(), problem });
    }

    /// Keeps a finding at a field of the present place, if it is one.
    pub fn require(&mut self, good: bool, field: &'static str, problem: Problem) {
        if !good {
            self.field(field, |checker| checker.report(problem));
        }
    }

    /// Checks within a field.
    pub fn field(&mut self, name: &'static str, check: impl FnOnce(&mut Self)) {
        self.step(Step::Field(name), check);
    }

    /// Checks within a member whose name the caller chose.
    pub fn key(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        self.step(Step::Key(name.into()), check);
    }

    /// Checks within an element of a list.
    pub fn index(&mut self, index: usize, check: impl FnOnce(&mut Self)) {
        self.step(Step::Index(index), check);
    }

    /// Checks each element of the list at a field, and that there are at most `max`. Those beyond are not
    /// looked at, so that findings are bounded too.
    pub fn each<T>(
        &mut self,
        name: &'static str,
        items: &[T],
        max: usize,
        mut check: impl FnMut(&mut Self, usize, &T),
    ) {
        self.field(name, |checker| {
            if items.len() > max {
                checker.report(Problem::TooMany { max });
            }
            for (index, item) in items.iter().enumerate().take(max) {
                checker.index(index, |checker| check(checker, index, item));
            }
        });
    }

    /// The id in the path.
    pub fn id(&mut self, id: &str) {
        self.require(is_config_id(id), "id", Problem::BadId);
    }

    /// A name: one line that is not blank and not longer than names are.
    pub fn name(&mut self, field: &'static str, text: &str) {
        self.line(field, text, MAX_NAME_CHARS);
    }

    /// One line that must be there.
    pub fn line(&mut self, field: &'static str, text: &str, max: usize) {
        self.field(field, |checker| checker.line_here(text, max));
    }

    /// The same at the present place.
    pub fn line_here(&mut self, text: &str, max: usize) {
        self.text_here(text, max);
        self.one_line(text);
    }

    /// One line that may be empty.
    pub fn optional_line(&mut self, field: &'static str, text: &str, max: usize) {
        self.field(field, |checker| {
            checker.within(text, max);
            checker.one_line(text);
        });
    }

    /// A text that must be there; it may have several lines.
    pub fn text(&mut self, field: &'static str, text: &str, max: usize) {
        self.field(field, |checker| {
            checker.text_here(text, max);
            checker.printable(text);
        });
    }

    /// A text that may be empty.
    pub fn optional_text(&mut self, field: &'static str, text: &str, max: usize) {
        self.field(field, |checker| {
            checker.within(text, max);
            checker.printable(text);
        });
    }

    /// A length alone, of what another check looks at more closely.
    pub fn length(&mut self, field: &'static str, text: &str, max: usize) {
        self.field(field, |checker| checker.within(text, max));
    }

    /// At the present place: nothing that no text holds.
    pub fn printable(&mut self, text: &str) {
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.report(Problem::ControlCharacter);
        }
    }

    /// At the present place: no control character, so no line break.
    pub fn one_line(&mut self, text: &str) {
        if text.chars().any(char::is_control) {
            self.report(Problem::NotOneLine);
        }
    }

    fn text_here(&mut self, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.report(Problem::Blank);
        }
        self.within(text, max);
    }

    fn within(&mut self, text: &str, max: usize) {
        if text.chars().count() > max {
            self.report(Problem::TooLong { max });
        }
    }

    /// A number within bounds, both included.
    pub fn range(&mut self, field: &'static str, value: u32, min: u32, max: u32) {
        let problem = Problem::OutOfRange { min: min.into(), max: max.into() };
        self.require((min..=max).contains(&value), field, problem);
    }

    /// A queue that must exist.
    pub fn queue(&mut self, field: &'static str, queue: &QueueId) {
        self.require(self.config.queues.contains_key(queue), field, Problem::UnknownQueue);
    }

    /// A queue that must exist and hold this kind.
    pub fn queue_of(&mut self, field: &'static str, queue: &QueueId, kind: QueueType) {
        let other = self.config.queues.get(queue).is_some_and(|queue| queue.kind != kind);
        self.queue(field, queue);
        self.require(!other, field, Problem::QueueTypeMismatch);
    }

    fn step(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }
}
