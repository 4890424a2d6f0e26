//! Walks a resource and keeps the path, so that a check says what is wrong and never where.

use super::bounds::MAX_NAME_CHARS;
use super::problem::{Finding, Problem, Step};
use crate::config::{Config, QueueType};
use crate::ids::{QueueId, is_config_id};

/// Findings so far, and where the walk stands.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    /// What other resources are looked up in.
    pub config: &'a Config,
    path: Vec<Step>,
    found: Vec<Finding>,
}

impl<'a> Checker<'a> {
    pub fn new(config: &'a Config) -> Self {
        Self { config, path: Vec::new(), found: Vec::new() }
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

    /// A name: not blank, not longer than names are.
    pub fn name(&mut self, field: &'static str, text: &str) {
        self.text(field, text, MAX_NAME_CHARS);
    }

    /// A text that must be there.
    pub fn text(&mut self, field: &'static str, text: &str, max: usize) {
        self.require(!text.trim().is_empty(), field, Problem::Blank);
        self.length(field, text, max);
    }

    /// A text that may be empty.
    pub fn length(&mut self, field: &'static str, text: &str, max: usize) {
        self.require(text.chars().count() <= max, field, Problem::TooLong { max });
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
