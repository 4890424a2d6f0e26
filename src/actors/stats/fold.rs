//! What each event adds to the counts: one pass over the event, the place before and the place after it.

use super::level::{Spot, Stage};
use super::row::{Row, Subject};
use super::{Reply, Stats};
use crate::domain::conversation::{CloseReason, Event, Happening};
use crate::domain::ids::{AgentId, QueueId, WorkStreamId};
use crate::domain::offer::{GrantKind, OfferEnd};
use crate::domain::time::Timestamp;

/// Of whom an event counts: queue and work stream always, an agent where one has to do with it.
struct Of<'a> {
    queue: &'a QueueId,
    work_stream: &'a WorkStreamId,
    agent: Option<&'a AgentId>,
}

impl<'a> Of<'a> {
    fn spot(spot: &'a Spot) -> Self {
        Self { queue: &spot.queue, work_stream: &spot.work_stream, agent: None }
    }

    fn and(self, agent: &'a AgentId) -> Self {
        Self { agent: Some(agent), ..self }
    }

    fn worked(spot: &'a Spot) -> Self {
        Self { agent: spot.agent.as_ref().filter(|_| !spot.stage.is_open()), ..Self::spot(spot) }
    }
}

impl Stats {
    /// Adds to the rows of the quarter hour at hand.
    fn count(&mut self, of: &Of<'_>, add: impl Fn(&mut Row)) {
        let quarter = self.current;
        let rows = self.rows.entry(quarter).or_default();
        add(rows.entry(Subject::Queue(of.queue.clone())).or_default());
        add(rows.entry(Subject::WorkStream(of.work_stream.clone())).or_default());
        if let Some(agent) = of.agent {
            add(rows.entry(Subject::Agent(agent.clone())).or_default());
        }
    }

    fn count_agent(&mut self, agent: &AgentId, add: impl Fn(&mut Row)) {
        let rows = self.rows.entry(self.current).or_default();
        add(rows.entry(Subject::Agent(agent.clone())).or_default());
    }

    fn count_queue(&mut self, queue: &QueueId, add: impl Fn(&mut Row)) {
        let rows = self.rows.entry(self.current).or_default();
        add(rows.entry(Subject::Queue(queue.clone())).or_default());
    }

    /// Counts an event. `was` and `is`: where the conversation was before it and is after it.
    pub(super) fn flow(
        &mut self,
        event: &Event,
        was: Option<&Spot>,
        is: Option<&Spot>,
        reply: Option<Reply>,
    ) {
        let Some(at_hand) = was.or(is) else { return };
        if let Some(was) = was {
            self.ends(event, was, is);
        }
        match &event.what {
            Happening::Created(_) => self.count(&Of::spot(at_hand), |row| row.arrived += 1),
            Happening::Offered { offer, ends, .. } => {
                self.count(&Of::spot(at_hand).and(&offer.grant.agent), |row| row.offered += 1);
                if let Some(ends) = ends {
                    self.count(&Of::spot(at_hand), |row| row.returned += 1);
                    self.count_agent(&ends.agent, |row| row.transferred_out += 1);
                }
            }
            Happening::OfferEnded { grant, end, .. } => {
                self.count(&Of::spot(at_hand).and(&grant.agent), |row| offer_ended(row, *end));
            }
            Happening::Assigned { .. } => self.assigned(event, at_hand),
            Happening::Message { .. } => self.replied(event, at_hand, reply),
            Happening::Reopened { .. } => self.count(&Of::spot(at_hand), |row| row.reopened += 1),
            Happening::Released { ends, .. } => {
                self.count(&Of::spot(at_hand).and(&ends.agent), |row| row.returned += 1);
            }
            Happening::Closed { reason, .. } => self.closed(at_hand, *reason),
            what => {
                if let (Some(was), Some(is), Some(_)) = (was, is, what.moved()) {
                    self.moved(was, is);
                }
            }
        }
    }

    /// The ends of active and of wrap-up, whatever ended them.
    fn ends(&mut self, event: &Event, was: &Spot, is: Option<&Spot>) {
        let taken_over = matches!(event.what, Happening::Assigned { .. });
        let stays = is.is_some_and(|is| is.stage == was.stage) && !taken_over;
        if !was.stage.is_handled() || stays {
            return;
        }
        let (at, of) = (event.at, Of::worked(was));
        match was.stage {
            Stage::Active => {
                let active_ms = at.ms_since(was.since);
                self.count(&of, |row| row.active.record(active_ms));
                // Work goes on in wrap-up.
                if is.is_none_or(|is| is.stage != Stage::WrapUp) {
                    self.count(&of, |row| row.handle.record(at.ms_since(was.assigned_at)));
                }
            }
            _ => self.count(&of, |row| {
                row.wrap_up.record(at.ms_since(was.since));
                row.handle.record(at.ms_since(was.assigned_at));
            }),
        }
    }

    fn assigned(&mut self, event: &Event, was: &Spot) {
        let Happening::Assigned { grant, from_offer, ends, .. } = &event.what else { return };
        if *from_offer {
            self.count(&Of::spot(was).and(&grant.agent), |row| row.accepted += 1);
        }
        if let Some(ends) = ends {
            self.count_agent(&ends.agent, |row| row.transferred_out += 1);
        }
        if ends.is_some() || grant.kind == GrantKind::Transfer {
            self.count_agent(&grant.agent, |row| row.transferred_in += 1);
        }
        if !was.stage.is_open() {
            return;
        }
        let waited_ms = event.at.ms_since(was.since);
        let target = self.service_levels.get(&was.queue).copied();
        self.count(&Of::spot(was).and(&grant.agent), |row| {
            row.answered += 1;
            row.wait.record(waited_ms);
            row.rated += u32::from(target.is_some());
            let within = target.is_some_and(|seconds| waited_ms <= i64::from(seconds) * 1000);
            row.within_service_level += u32::from(within);
        });
        self.count_queue(&was.queue, |row| {
            *row.assignments.entry(grant.agent.clone()).or_default() += 1;
        });
    }

    fn replied(&mut self, event: &Event, was: &Spot, reply: Option<Reply>) {
        let (Some(reply), Some(agent)) = (reply, &was.agent) else { return };
        let since_assigned_ms = event.at.ms_since(was.assigned_at);
        self.count_agent(agent, |row| row.first_response.record(since_assigned_ms));
        if let Reply::FirstOfAll { created_at } = reply {
            let since_created_ms = event.at.ms_since(created_at);
            self.count(&Of::spot(was), |row| row.first_response.record(since_created_ms));
        }
    }

    fn closed(&mut self, was: &Spot, reason: CloseReason) {
        self.count(&Of::worked(was), |row| *row.closed.entry(reason).or_default() += 1);
        if was.stage.is_open() && reason == CloseReason::CustomerEnded {
            let rated = u32::from(self.service_levels.contains_key(&was.queue));
            self.count(&Of::spot(was), |row| {
                row.abandoned += 1;
                row.rated += rated;
            });
        }
    }

    /// To another queue.
    fn moved(&mut self, was: &Spot, is: &Spot) {
        self.count_queue(&was.queue, |row| row.transferred_out += 1);
        self.count_queue(&is.queue, |row| row.transferred_in += 1);
        let rows = self.rows.entry(self.current).or_default();
        let stream = rows.entry(Subject::WorkStream(was.work_stream.clone())).or_default();
        stream.transferred_out += 1;
        stream.transferred_in += 1;
        if was.stage == Stage::Active
            && let Some(agent) = &was.agent
        {
            self.count_agent(agent, |row| row.transferred_out += 1);
        }
    }

    /// What the line of each queue tells the estimate of waits.
    pub(super) fn line_moves(&mut self, event: &Event, was: Option<&Spot>, is: Option<&Spot>) {
        if let (Some(was), Happening::Assigned { .. }) = (was, &event.what)
            && was.stage.is_open()
        {
            let waited_ms = event.at.ms_since(was.since);
            self.departures.entry(was.queue.clone()).or_default().assigned(waited_ms, event.at);
        }
        for spot in [was, is].into_iter().flatten() {
            self.look_at_line(&spot.queue, event.at);
        }
    }

    fn look_at_line(&mut self, queue: &QueueId, at: Timestamp) {
        let waits = self.queues.get(queue).is_some_and(|level| level.waiting > 0);
        if waits || self.departures.contains_key(queue) {
            self.departures.entry(queue.clone()).or_default().waits(waits, at);
        }
    }
}

fn offer_ended(row: &mut Row, end: OfferEnd) {
    match end {
        OfferEnd::Accepted => row.accepted += 1,
        OfferEnd::Declined => row.declined += 1,
        OfferEnd::TimedOut => row.timed_out += 1,
        OfferEnd::Withdrawn => row.withdrawn += 1,
    }
}
