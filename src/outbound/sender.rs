//! The sender: a thread of its own that brings what is due to its target. One that hangs, refuses or fails delays nobody
//! but itself, and there no conversation but its own.
//!
//! Knows nothing that must outlive it: what is pending is the house's, what is in flight here is tried again after a
//! crash. Woken by changes, outcomes and the next due time; it never polls.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

use super::client::Client;
use super::courier::Courier;
use super::kind::Kinds;
use crate::actors::dispatcher::Dispatcher;
use crate::actors::health::Part;
use crate::actors::shown::AskError;
use crate::domain::command::{Caller, Command, Request};
use crate::domain::ids::ConversationId;
use crate::domain::outbound::{Act, Delivery, Due, Outcome, Report, Target};
use crate::domain::time::Timestamp;

/// Attempts under way to one target: enough that a slow one keeps up, few enough that it is not flooded.
pub const MAX_PER_TARGET: usize = 16;
/// Attempts under way in all, beyond the one that each target may always have. Each holds a connection.
pub const MAX_IN_FLIGHT: usize = 256;
/// How long reports wait after the house took none: it is busy or being rebuilt.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a stop waits for attempts under way; those that it cuts off are made again.
const STOP_WITHIN: Duration = Duration::from_millis(500);
/// The longest sleep, for lack of anything due: an hour, so that no arithmetic meets its bounds.
const LONGEST_SLEEP_MS: i64 = 3_600_000;

/// Least time between two alarms about one target.
const ALARM_EACH_MS: i64 = 3_600_000;
/// What is kept of an attempt that panicked; the log has the rest.
const PANICKED: &str = "the attempt failed inside this server: its log says why";

/// The running sender.
pub struct Sender {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Sender {
    /// Starts the thread. Fails if the system gives none.
    pub fn start(dispatcher: Dispatcher, client: &Client, kinds: Kinds) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let courier = Arc::new(Courier { dispatcher, client: client.lasting(), kinds });
        let thread = std::thread::Builder::new().name("sender".to_owned()).spawn(move || {
            let dispatcher = courier.dispatcher.clone();
            dispatcher.watch(Part::Sender, || runtime.block_on(Flights::new(courier).run(stopped)));
        })?;
        Ok(Self { stop, thread })
    }

    /// Begins no attempt any more, waits shortly for those under way and for their reports, and ends the thread.
    pub async fn stop(self) {
        // A sender that is gone has ended already.
        let _ = self.stop.send(());
        let joined = tokio::task::spawn_blocking(move || self.thread.join());
        // If it had panicked, the house has said so.
        let _ = joined.await;
    }
}

/// An attempt that ended. `Ok(None)`: it could not even be begun; `Err`: it panicked.
type Attempt = (Delivery, Result<Option<Outcome>, JoinError>);

/// Attempts under way.
struct Flights {
    courier: Arc<Courier>,
    /// By target; a conversation is here until the house has its outcome.
    under_way: BTreeMap<Target, BTreeSet<ConversationId>>,
    attempts: JoinSet<Attempt>,
    /// Outcomes that the house has not heard of.
    unreported: Vec<Report>,
    /// One report at a time; what comes back was not taken.
    reporting: JoinSet<(Vec<Report>, bool)>,
    /// What is being reported.
    told: Vec<Report>,
    /// When supervisors were last told of a target that attempts to it panic.
    alarmed: BTreeMap<Target, Timestamp>,
    /// Which target is looked at first; moves on, so that none is always last.
    turn: usize,
}

impl Flights {
    fn new(courier: Arc<Courier>) -> Self {
        Self {
            courier,
            under_way: BTreeMap::new(),
            attempts: JoinSet::new(),
            unreported: Vec::new(),
            reporting: JoinSet::new(),
            told: Vec::new(),
            alarmed: BTreeMap::new(),
            turn: 0,
        }
    }

    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let changed = self.courier.dispatcher.read().outbound_changed();
        loop {
            // One time for both: what comes due between two would be missed.
            let now = self.courier.dispatcher.now();
            self.begin_due(now);
            self.report();
            let sleep = self.until_next(now);
            tokio::select! {
                _ = &mut stopped => break,
                () = changed.notified() => {}
                Some(done) = self.attempts.join_next() => self.ended(done),
                Some(done) = self.reporting.join_next() => self.reported(done),
                () = tokio::time::sleep(sleep) => {}
            }
        }
        // Cut off in the middle is as good as a crash.
        let _ = tokio::time::timeout(STOP_WITHIN, self.land()).await;
    }

    /// Waits for what is under way.
    async fn land(&mut self) {
        while let Some(done) = self.attempts.join_next().await {
            self.ended(done);
        }
        while !(self.unreported.is_empty() && self.reporting.is_empty()) {
            self.report();
            if let Some(done) = self.reporting.join_next().await {
                self.reported(done);
            }
        }
    }

    /// Begins attempts as far as there is room.
    fn begin_due(&mut self, now: Timestamp) {
        let found = self.due(now);
        for (target, due) in found {
            self.under_way.entry(target.clone()).or_default().insert(due.spot.conversation);
            let courier = self.courier.clone();
            let delivery = Delivery { target: target.clone(), spot: due.spot };
            // A task of its own, so that one that panics is known by its delivery.
            let attempt = tokio::spawn(async move { courier.attempt(&target, &due).await });
            self.attempts.spawn(async move { (delivery, attempt.await) });
        }
    }

    /// What is due and has room: one for each target, and more as long as there is room for all.
    fn due(&mut self, now: Timestamp) -> Vec<(Target, Due)> {
        let mut room = MAX_IN_FLIGHT.saturating_sub(self.under_way.values().map(BTreeSet::len).sum());
        let (under_way, turn) = (&self.under_way, self.turn);
        let none = BTreeSet::new();
        let found = self.courier.dispatcher.read().outbound(|outbound| {
            let active: Vec<_> =
                outbound.targets().filter(|(target, _)| outbound.is_active(target)).collect();
            let mut found = Vec::new();
            for step in 0..active.len() {
                let (target, lines) = active[(turn + step) % active.len()];
                let busy = under_way.get(target).unwrap_or(&none);
                let first = usize::from(busy.is_empty());
                let most = (first + room).min(MAX_PER_TARGET.saturating_sub(busy.len()));
                let tried = |id| busy.contains(&id);
                let before = found.len();
                found.extend(lines.due(now, &tried).take(most).map(|due| (target.clone(), due)));
                room -= (found.len() - before).saturating_sub(first).min(room);
            }
            found
        });
        self.turn = self.turn.wrapping_add(1);
        found
    }

    /// Until something is due that is not yet.
    fn until_next(&self, now: Timestamp) -> Duration {
        let next = self.courier.dispatcher.read().outbound(|outbound| {
            let active = outbound.targets().filter(|(target, _)| outbound.is_active(target));
            active.filter_map(|(_, lines)| lines.next_due(now)).min()
        });
        let ms = next.map_or(LONGEST_SLEEP_MS, |at| at.ms_since(now).clamp(1, LONGEST_SLEEP_MS));
        Duration::from_millis(ms.unsigned_abs())
    }

    fn ended(&mut self, done: Result<Attempt, JoinError>) {
        let (delivery, outcome) = match done {
            Ok((delivery, Ok(Some(outcome)))) => (delivery, outcome),
            Ok((delivery, Ok(None))) => return self.landed(&delivery),
            Ok((delivery, Err(panic))) => {
                self.alarm(&delivery, &panic);
                (delivery, Outcome::Failed { problem: PANICKED.to_owned(), retry_after: None })
            }
            // The task does nothing but wait.
            Err(error) => return tracing::error!(%error, "an attempt is lost until the next start"),
        };
        self.courier.client.tallies().count(&delivery.target, &outcome);
        if let Outcome::Failed { problem, .. } | Outcome::Refused { problem } = &outcome {
            tracing::debug!(target = %delivery.target, problem, "a delivery failed");
        }
        self.unreported.push(Report { delivery, outcome });
    }

    /// Our own broken invariant: a line in the log each time, an alarm to supervisors once an hour and target.
    fn alarm(&mut self, delivery: &Delivery, panic: &JoinError) {
        tracing::error!(target = %delivery.target, spot = %delivery.spot, %panic, "an attempt has panicked");
        let now = self.courier.dispatcher.now();
        self.alarmed.retain(|_, at| now.ms_since(*at) < ALARM_EACH_MS);
        if self.alarmed.contains_key(&delivery.target) {
            return;
        }
        self.alarmed.insert(delivery.target.clone(), now);
        self.courier.dispatcher.alarm("delivery_panicked", delivery.spot.conversation);
    }

    /// Tells the house, unless it is being told just now: then of all together, afterwards.
    fn report(&mut self) {
        if self.unreported.is_empty() || !self.reporting.is_empty() {
            return;
        }
        let reports = std::mem::take(&mut self.unreported);
        self.told.clone_from(&reports);
        let dispatcher = self.courier.dispatcher.clone();
        self.reporting.spawn(async move {
            let command = Command::Outbound { act: Act::Report(reports.clone()), answer: None };
            let asked = dispatcher.ask(Request { caller: Caller::system(), command, key: None }).await;
            // A refusal is an answer, too: it will not be another the next time.
            let taken = matches!(asked.outcome, Ok(_) | Err(AskError::Refused(_)));
            if !taken {
                tokio::time::sleep(PAUSE).await;
            }
            (reports, taken)
        });
    }

    fn reported(&mut self, done: Result<(Vec<Report>, bool), tokio::task::JoinError>) {
        match done {
            Ok((reports, true)) => reports.iter().for_each(|report| self.landed(&report.delivery)),
            Ok((mut reports, false)) => {
                reports.append(&mut self.unreported);
                self.unreported = reports;
            }
            Err(error) => {
                tracing::error!(%error, "a report has panicked and is made again");
                let reports = std::mem::take(&mut self.told);
                self.reporting.spawn(async move {
                    tokio::time::sleep(PAUSE).await;
                    (reports, false)
                });
            }
        }
    }

    fn landed(&mut self, delivery: &Delivery) {
        if let Some(busy) = self.under_way.get_mut(&delivery.target) {
            busy.remove(&delivery.spot.conversation);
            if busy.is_empty() {
                self.under_way.remove(&delivery.target);
            }
        }
    }
}
