//! The machines, folded from the log alone and from each snapshot with the log behind it: all must be the same, and each
//! must keep the invariants that a folded state shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Findings;
use crate::actors::cast::Players;
use crate::actors::panics::caught;
use crate::actors::start::{Ensemble, StartError};
use crate::domain::config::Config;
use crate::domain::conversation::{Conversation, Event, Happening, Status};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::invariants::{House, Invariant, audit};
use crate::domain::machine::Machine;
use crate::domain::queue;
use crate::domain::record::{Carried, Record};
use crate::domain::time::Timestamp;
use crate::ports::journal::Position;
use crate::store::journal::Reader;
use crate::store::journal::snapshot::Snapshot;

type Timelines = BTreeMap<ConversationId, Vec<Arc<Record>>>;

/// The machines without what is over, with the timelines of what is not.
pub(super) struct Fold {
    ensemble: Ensemble<Players>,
    timelines: Timelines,
    failed: Option<StartError>,
}

impl Fold {
    /// Before the first record.
    pub(super) fn new(now: Timestamp) -> Self {
        Self { ensemble: Ensemble::new(now), timelines: Timelines::new(), failed: None }
    }

    /// Takes the next record; nothing more once one could not be folded.
    pub(super) fn take(&mut self, at: Position, record: &Arc<Record>) {
        if self.failed.is_some() {
            return;
        }
        match caught(|| self.ensemble.fold(record)) {
            Ok(()) => keep_unfinished(&mut self.ensemble, &mut self.timelines, record),
            Err(what) => self.failed = Some(StartError::Fold { at, what }),
        }
    }

    fn end(mut self) -> Result<(Ensemble<Players>, Timelines), StartError> {
        self.ensemble.dismiss();
        self.failed.map_or(Ok((self.ensemble, self.timelines)), Err)
    }
}

fn keep_unfinished(ensemble: &mut Ensemble<Players>, timelines: &mut Timelines, record: &Arc<Record>) {
    let Record::Event(event) = &**record else { return };
    if !matches!(event.what, Happening::Closed { .. }) {
        timelines.entry(event.conversation).or_default().push(record.clone());
        return;
    }
    timelines.remove(&event.conversation);
    let home = ensemble.directory.forget(event.conversation).map(|entry| entry.home);
    if let Some(home) = home.and_then(|id| ensemble.machines.queues.get_mut(&id)) {
        home.note(&queue::Soft::Forget(event.conversation));
    }
}

/// Folds from the snapshots, too, audits and compares. `whole`: the fold of the log alone, if it begins at the beginning
/// and was read to its end. Gives back the configuration of the first fold that worked.
pub(super) fn compare(
    log: &Reader,
    whole: Option<Fold>,
    snapshots: Vec<Snapshot>,
    now: Timestamp,
    findings: &mut Findings,
) -> Option<Arc<Config>> {
    if log.begins() > Position(0) && snapshots.is_empty() {
        let begins = log.begins();
        findings.add(format_args!(
            "journal: it begins after position {begins} and no snapshot that checks out reaches it: restore a snapshot or the older segments from a backup"
        ));
    }
    let mut first: Option<(String, Ensemble<Players>)> = None;
    let whole = whole.map(|fold| ("the journal".to_owned(), fold.end()));
    let bases = snapshots.into_iter().map(|base| (format!("snapshot {}", base.0), from(log, base, now)));
    for (name, folded) in whole.into_iter().chain(bases) {
        let (folded, timelines) = match folded {
            Ok(folded) => folded,
            Err(error) => {
                findings.add(format_args!("{name}: {error}"));
                continue;
            }
        };
        judge(&name, &folded, &timelines, findings);
        match &first {
            None => first = Some((name, folded)),
            Some((reference, expected)) => differ(&name, &folded, reference, expected, findings),
        }
    }
    first.map(|(_, folded)| folded.config)
}

/// The same from a snapshot with the log behind it.
fn from(log: &Reader, base: Snapshot, now: Timestamp) -> Result<(Ensemble<Players>, Timelines), StartError> {
    let mut timelines = Timelines::new();
    let folded = Ensemble::<Players>::read_with(now, Some(base), log, &mut |ensemble, record| {
        keep_unfinished(ensemble, &mut timelines, record);
    })?;
    Ok((folded, timelines))
}

fn judge(name: &str, folded: &Ensemble<Players>, timelines: &Timelines, findings: &mut Findings) {
    let machines = &folded.machines;
    let house = House {
        config: &folded.config,
        queues: &machines.queues,
        agents: &machines.agents,
        entities: &machines.entities,
    };
    for violation in audit(&house) {
        findings.add(format_args!("{}: {name}: {}", violation.invariant.id(), violation.seen));
    }
    let gapless = Invariant::Gapless.id();
    for conversation in machines.queues.values().flat_map(|queue| queue.homes.values()) {
        let id = conversation.id();
        let events = timelines.get(&id).map(Vec::as_slice).unwrap_or_default();
        let replayed = caught(|| Conversation::replay(events.iter().filter_map(|record| event(record))));
        if replayed.ok().flatten().as_ref() != Some(conversation) {
            findings.add(format_args!(
                "{gapless}: {name}: conversation {id}: its events do not replay to its state ({})",
                conversation.status.as_str()
            ));
        }
    }
    for id in timelines.keys().filter(|id| folded.directory.home(**id).is_none()) {
        findings.add(format_args!(
            "{}: {name}: conversation {id}: it has events and is at home nowhere",
            Invariant::OnePlace.id()
        ));
    }
}

fn event(record: &Record) -> Option<&Event> {
    match record {
        Record::Event(event) => Some(event),
        _ => None,
    }
}

/// What two folds of the same log must have in common; the rest is soft.
fn differ(
    name: &str,
    folded: &Ensemble<Players>,
    reference: &str,
    expected: &Ensemble<Players>,
    findings: &mut Findings,
) {
    let mut say = |what: String| findings.add(format_args!("{name}: {what} than by {reference}"));
    if folded.config != expected.config {
        say("the configuration is another".to_owned());
    }
    if folded.machines.outbound.freeze() != expected.machines.outbound.freeze() {
        say("what waits to go out, or was given up, is another".to_owned());
    }
    let (ours, theirs) = (unfinished(folded), unfinished(expected));
    for id in ours.keys().chain(theirs.keys().filter(|id| !ours.contains_key(*id))) {
        if ours.get(id) != theirs.get(id) {
            let status = |found: Option<&&Conversation>| found.map_or("not there", |c| c.status.as_str());
            let (ours, theirs) = (status(ours.get(id)), status(theirs.get(id)));
            say(format!("conversation {id} is another ({ours}, not {theirs})"));
        }
    }
    let (ours, theirs) = (&folded.machines.agents, &expected.machines.agents);
    for (id, agent) in ours {
        let other = theirs.get(id);
        if other.is_none_or(|other| other.ledger != agent.ledger) {
            say(format!("the ledger of agent {id} is another"));
        }
        if other.is_none_or(|other| sorted(&other.carried) != sorted(&agent.carried)) {
            say(format!("what agent {id} carries is another"));
        }
    }
    for (id, queue) in &folded.machines.queues {
        let last = |queue: &queue::Queue| -> Vec<(AgentId, Timestamp)> {
            // What a deleted agent was offered is forgotten with it, at the next snapshot at the latest.
            let there = |(agent, at): &(&AgentId, &Timestamp)| {
                folded.config.agents.contains_key(*agent)
                    && ours.get(*agent).is_some_and(|machine| machine.carried.since <= **at)
            };
            queue.last_offered.iter().filter(there).map(|(agent, at)| (agent.clone(), *at)).collect()
        };
        if expected.machines.queues.get(id).is_none_or(|other| last(other) != last(queue)) {
            say(format!("the last offers of queue {id} are others"));
        }
    }
}

fn unfinished(folded: &Ensemble<Players>) -> BTreeMap<ConversationId, &Conversation> {
    let all = folded.machines.queues.values().flat_map(|queue| queue.homes.values());
    all.filter(|c| c.status != Status::Closed).map(|c| (c.id(), &**c)).collect()
}

/// What the agent's own machine folds: the missed offers are a set, and the last offers are its queues' matter.
fn sorted(carried: &Carried) -> Carried {
    let mut carried = Carried { last_offered_at: Vec::new(), ..carried.clone() };
    carried.missed.sort_unstable();
    carried
}
