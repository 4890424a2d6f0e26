//! What is counted of one subject in one quarter hour.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use crate::domain::conversation::CloseReason;
use crate::domain::ids::{AgentId, QueueId, WorkStreamId};
use crate::domain::time::Timestamp;

/// A quarter hour, in ms.
const QUARTER_MS: i64 = 15 * 60 * 1000;

/// What is counted about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Subject {
    /// A queue.
    Queue(QueueId),
    /// A work stream.
    WorkStream(WorkStreamId),
    /// An agent.
    Agent(AgentId),
}

impl Subject {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Queue(id) => id.as_str(),
            Self::WorkStream(id) => id.as_str(),
            Self::Agent(id) => id.as_str(),
        }
    }
}

/// A UTC quarter hour, by its number since 1970-01-01T00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Quarter(pub u32);

impl Quarter {
    /// The quarter hour that an instant lies in.
    pub fn of(at: Timestamp) -> Self {
        Self(u32::try_from(at.0.div_euclid(QUARTER_MS)).unwrap_or(0))
    }

    /// Its first instant.
    pub fn begins(self) -> Timestamp {
        Timestamp(i64::from(self.0) * QUARTER_MS)
    }

    /// The first instant after it.
    pub fn ends(self) -> Timestamp {
        self.next().begins()
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Counts and durations; `docs/statistics.md` defines each.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Row {
    /// Conversations created.
    pub arrived: u32,
    /// Offers made.
    pub offered: u32,
    /// Offers accepted.
    pub accepted: u32,
    /// Offers declined.
    pub declined: u32,
    /// Offers that nobody answered in time.
    pub timed_out: u32,
    /// Offers taken back.
    pub withdrawn: u32,
    /// Open conversations that an agent got.
    pub answered: u32,
    /// Open conversations that the customer left.
    pub abandoned: u32,
    /// Came from another queue; of an agent: was given by another agent.
    pub transferred_in: u32,
    /// Went to another queue; of an agent: was given away.
    pub transferred_out: u32,
    /// Went from an agent back to open in the same queue.
    pub returned: u32,
    /// The customer wrote to a waiting one, which is open again.
    pub reopened: u32,
    /// Answered or abandoned while a service level was set.
    pub rated: u32,
    /// Of these, answered within it.
    pub within_service_level: u32,
    /// Ended, by reason.
    pub closed: BTreeMap<CloseReason, u32>,
    /// Of a queue: how often each agent got one of its open conversations.
    pub assignments: BTreeMap<AgentId, u32>,
    /// From open to an agent.
    pub wait: Distribution,
    /// From an assignment to the end of active.
    pub active: Distribution,
    /// From the end of active to the close.
    pub wrap_up: Distribution,
    /// From an assignment to the end of the agent's work on it.
    pub handle: Distribution,
    /// To the first public message of an agent.
    pub first_response: Distribution,
}

impl Row {
    /// Adds another row: of another quarter hour, or the other part of the same.
    pub fn add(&mut self, other: &Self) {
        for (mine, more) in self.counters_mut().into_iter().zip(other.counters()) {
            *mine += more;
        }
        for (reason, more) in &other.closed {
            *self.closed.entry(*reason).or_default() += more;
        }
        for (agent, more) in &other.assignments {
            *self.assignments.entry(agent.clone()).or_default() += more;
        }
        self.wait.add(&other.wait);
        self.active.add(&other.active);
        self.wrap_up.add(&other.wrap_up);
        self.handle.add(&other.handle);
        self.first_response.add(&other.first_response);
    }

    fn counters(&self) -> [u32; 14] {
        [
            self.arrived,
            self.offered,
            self.accepted,
            self.declined,
            self.timed_out,
            self.withdrawn,
            self.answered,
            self.abandoned,
            self.transferred_in,
            self.transferred_out,
            self.returned,
            self.reopened,
            self.rated,
            self.within_service_level,
        ]
    }

    fn counters_mut(&mut self) -> [&mut u32; 14] {
        [
            &mut self.arrived,
            &mut self.offered,
            &mut self.accepted,
            &mut self.declined,
            &mut self.timed_out,
            &mut self.withdrawn,
            &mut self.answered,
            &mut self.abandoned,
            &mut self.transferred_in,
            &mut self.transferred_out,
            &mut self.returned,
            &mut self.reopened,
            &mut self.rated,
            &mut self.within_service_level,
        ]
    }
}

/// How evenly conversations are spread over the members of a queue.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Spread {
    /// Members, and others who got one.
    pub members: usize,
    /// Assignments of the member with the fewest.
    pub min: u32,
    /// Of the one with the most.
    pub max: u32,
    /// Standard deviation over mean; `None` without an assignment.
    pub variation: Option<f64>,
}

impl Spread {
    /// Over these members, who may have got none, and whoever else got one.
    pub fn of<'a>(assignments: &BTreeMap<AgentId, u32>, members: impl Iterator<Item = &'a AgentId>) -> Self {
        let without = members.filter(|agent| !assignments.contains_key(*agent)).map(|_| 0);
        let all: Vec<u32> = assignments.values().copied().chain(without).collect();
        let total: u32 = all.iter().sum();
        let mean = f64::from(total) / all.len().max(1) as f64;
        let square = |count: &u32| (f64::from(*count) - mean).powi(2);
        let deviation = (all.iter().map(square).sum::<f64>() / all.len().max(1) as f64).sqrt();
        Self {
            members: all.len(),
            min: all.iter().min().copied().unwrap_or(0),
            max: all.iter().max().copied().unwrap_or(0),
            variation: (total > 0).then(|| deviation / mean),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_hour_begins_with_its_first_millisecond() {
        let quarter = Quarter::of(Timestamp(QUARTER_MS));
        assert_eq!((quarter, quarter.begins()), (Quarter(1), Timestamp(QUARTER_MS)));
        assert_eq!(Quarter::of(Timestamp(2 * QUARTER_MS - 1)), quarter);
        assert_eq!(Quarter::of(quarter.ends()), quarter.next());
    }

    #[test]
    fn the_spread_counts_members_who_got_none() {
        let got: BTreeMap<AgentId, u32> = [("a".into(), 3), ("b".into(), 1)].into();
        let members: Vec<AgentId> = ["a", "b", "c", "d"].map(Into::into).into();
        let spread = Spread::of(&got, members.iter());
        assert_eq!((spread.members, spread.min, spread.max), (4, 0, 3));
        // Mean 1, squares 4 + 0 + 1 + 1, variance 1.5.
        assert!(spread.variation.is_some_and(|cv| (cv - 1.5_f64.sqrt()).abs() < 1e-12));
        assert_eq!(Spread::of(&BTreeMap::new(), members.iter()).variation, None);
    }

    #[test]
    fn rows_add_up_field_by_field() {
        let mut row = Row { arrived: 1, within_service_level: 2, ..Row::default() };
        row.closed.insert(CloseReason::AgeLimit, 4);
        row.assignments.insert("a".into(), 5);
        row.wait.record(6);
        let mut sum = row.clone();
        sum.add(&row);
        assert_eq!((sum.arrived, sum.within_service_level), (2, 4));
        assert_eq!((sum.closed[&CloseReason::AgeLimit], sum.assignments[&"a".into()]), (8, 10));
        assert_eq!((sum.wait.count(), sum.wait.total_ms()), (2, 12));
    }
}
