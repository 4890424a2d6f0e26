//! Customers: when each came, what was handed over, how much work it was, and how long it would have been waited for.

use std::collections::BTreeMap;

use super::{Recording, chance, one_of};
use crate::domain::command::Draft;
use crate::domain::context::{Given, Value};
use crate::domain::conversation::Born;
use crate::domain::ids::WorkStreamId;
use crate::domain::time::Timestamp;
use crate::replay::outcome::{Fate, Outcome};
use crate::replay::patience::Patience;
use crate::replay::people::Customer;

/// What the recording did not show and was filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Filled {
    /// Customers whose patience was drawn beyond the time that they waited.
    pub patience_drawn: u64,
    /// Of those, customers who wait as long as needed: nobody is known to have left so late.
    pub patience_unbounded: u64,
    /// Conversations whose handling and wrap-up times were drawn, since no agent finished them.
    pub work_drawn: u64,
}

/// What is known of a work stream's conversations.
#[derive(Default)]
struct Known {
    seen: Vec<(i64, bool)>,
    /// Handling and wrap-up times of those that were finished.
    work: Vec<(i64, i64)>,
}

/// The customers who came in time, in order.
pub(super) fn of(
    recording: &Recording,
    from: Timestamp,
    to: Timestamp,
    seed: u64,
) -> (Vec<Customer>, Filled) {
    let mut known: BTreeMap<&WorkStreamId, Known> = BTreeMap::new();
    let mut work = Vec::new();
    for outcome in recording.outcomes.0.values() {
        let stream = known.entry(&outcome.work_stream).or_default();
        stream.seen.push((waited(outcome, recording.last_at), outcome.fate() == Fate::Left));
        if let Some(done) = finished(outcome) {
            stream.work.push(done);
            work.push(done);
        }
    }
    let patience: BTreeMap<&WorkStreamId, Patience> =
        known.iter().map(|(id, stream)| (*id, Patience::estimate(stream.seen.clone()))).collect();
    let mut filled = Filled::default();
    let mut customers = Vec::new();
    for (id, born) in &recording.born {
        let Some(outcome) = recording.outcomes.0.get(id) else { continue };
        if outcome.created_at < from || outcome.created_at >= to {
            continue;
        }
        let waited = waited(outcome, recording.last_at);
        let name = id.to_string();
        let patience_ms = if outcome.fate() == Fate::Left {
            Some(waited)
        } else {
            let drawn = (chance(seed, &["patience", &name]) >> 11) as f64 / (1_u64 << 53) as f64;
            let patience_ms = patience[&outcome.work_stream].beyond(waited, drawn);
            filled.patience_drawn += 1;
            filled.patience_unbounded += u64::from(patience_ms.is_none());
            patience_ms
        };
        let of_stream = &known[&outcome.work_stream].work;
        let pool = if of_stream.is_empty() { &work } else { of_stream };
        let (handling_ms, wrap_up_ms) = finished(outcome).unwrap_or_else(|| {
            filled.work_drawn += 1;
            one_of(pool, chance(seed, &["work", &name])).unwrap_or_default()
        });
        let (at, draft) = (outcome.created_at, draft(born));
        customers.push(Customer { id: *id, at, draft, patience_ms, handling_ms, wrap_up_ms });
    }
    customers.sort_by_key(|customer| (customer.at, customer.id));
    (customers, filled)
}

fn waited(outcome: &Outcome, end: Timestamp) -> i64 {
    outcome.wait_ms().unwrap_or_else(|| end.ms_since(outcome.created_at))
}

/// Handling and wrap-up times of one that an agent had and that is over.
fn finished(outcome: &Outcome) -> Option<(i64, i64)> {
    let handling = outcome.is_finished().then(|| outcome.handling_ms()).flatten();
    handling.map(|handling| (handling, outcome.wrap_up_ms))
}

/// What was handed over, as far as it is on record: the values as they were taken, the skills that were asked for.
fn draft(born: &Born) -> Draft {
    let given = |value: &Value| match value {
        Value::Text(text) => Given::Text(text.to_string()),
        Value::Number(number) => Given::Number(*number, number.to_string()),
    };
    Draft {
        correspondent: born.correspondent.clone(),
        channel_id: born.channel_id.clone(),
        customer: born.customer.clone(),
        context: born.context.iter().map(|(key, value)| (key.to_string(), given(value))).collect(),
        message: None,
        priority: born.asked_priority,
        skills: born.asked_skills.clone(),
        previous: None,
        // A variable that another configuration declares otherwise must not lose the customer.
        lenient: true,
        record: born.record.clone(),
        party: None,
        language: None,
    }
}
