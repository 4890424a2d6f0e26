//! Statistics on the wire; `docs/statistics.md` defines each number. Durations are whole seconds, rounded.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::time::At;
use crate::actors::stats::board::{Crew, Manned, Places, Served};
use crate::actors::stats::distribution::{Distribution, Summary};
use crate::actors::stats::row::{Row, Spread};
use crate::actors::stats::times::Times;
use crate::domain::ids::{AgentId, QueueId, WorkStreamId};
use crate::domain::presence::BasePresence;
use crate::domain::time::Timestamp;

/// Milliseconds as whole seconds, rounded half up.
fn seconds(ms: u64) -> u64 {
    (ms + 500) / 1000
}

/// A share; `null` of nothing.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Agents by base presence.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentsByPresence)]
#[allow(missing_docs)] // each is its own name
pub struct ByPresence {
    available: u32,
    busy: u32,
    busy_dnd: u32,
    away: u32,
    offline: u32,
    inactive: u32,
}

impl From<&BTreeMap<BasePresence, u32>> for ByPresence {
    fn from(counts: &BTreeMap<BasePresence, u32>) -> Self {
        let of = |base| counts.get(&base).copied().unwrap_or(0);
        Self {
            available: of(BasePresence::Available),
            busy: of(BasePresence::Busy),
            busy_dnd: of(BasePresence::BusyDnd),
            away: of(BasePresence::Away),
            offline: of(BasePresence::Offline),
            inactive: of(BasePresence::Inactive),
        }
    }
}

/// Where conversations are now.
#[derive(Serialize, ToSchema)]
#[schema(as = PlacesNow)]
pub struct PlacesView {
    /// Open, on offer to nobody.
    waiting: u32,
    /// Open, on offer.
    on_offer: u32,
    active: u32,
    waiting_for_customer: u32,
    wrap_up: u32,
    /// Since when the one that waits longest for an agent does so.
    waiting_since: Option<At>,
    /// How long that is.
    longest_wait_seconds: Option<u64>,
}

impl PlacesView {
    fn new(places: &Places, now: Timestamp) -> Self {
        let wait = |since: Timestamp| u64::try_from(now.ms_since(since)).unwrap_or(0) / 1000;
        Self {
            waiting: places.waiting,
            on_offer: places.on_offer,
            active: places.active,
            waiting_for_customer: places.waiting_for_customer,
            wrap_up: places.wrap_up,
            waiting_since: places.waiting_since.map(At),
            longest_wait_seconds: places.waiting_since.map(wait),
        }
    }
}

/// A queue or a work stream now.
#[derive(Serialize, ToSchema)]
#[schema(as = ServedNow)]
pub struct ServedView {
    #[serde(flatten)]
    places: PlacesView,
    agents: ByPresence,
    agents_connected: u32,
    /// Who could be given one more conversation now.
    agents_eligible: u32,
    /// Total units of the connected agents.
    capacity_units: u32,
    used_units: u32,
    /// Used units over total units; `null` when nobody is connected.
    load: Option<f64>,
}

impl ServedView {
    /// As it is at `now`.
    pub fn new(served: &Served, now: Timestamp) -> Self {
        let Crew { by_presence, connected, eligible, capacity, used } = &served.crew;
        Self {
            places: PlacesView::new(&served.places, now),
            agents: by_presence.into(),
            agents_connected: *connected,
            agents_eligible: *eligible,
            capacity_units: *capacity,
            used_units: *used,
            load: share(u64::from(*used), u64::from(*capacity)),
        }
    }
}

/// An agent now.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentStatsNow)]
pub struct MannedView {
    /// Base or custom, or `inactive`.
    presence: String,
    base_presence: &'static str,
    connected: bool,
    /// Since when this presence.
    status_since: At,
    capacity_units: u32,
    used_units: u32,
    load: Option<f64>,
    /// On offer to it.
    on_offer: u32,
    active: u32,
    waiting_for_customer: u32,
    wrap_up: u32,
}

impl From<&Manned> for MannedView {
    fn from(Manned { places, shown }: &Manned) -> Self {
        Self {
            presence: shown.presence.to_string(),
            base_presence: shown.base.as_str(),
            connected: shown.connected,
            status_since: At(shown.since),
            capacity_units: shown.capacity,
            used_units: shown.used,
            load: share(u64::from(shown.used), u64::from(shown.capacity)),
            on_offer: places.on_offer,
            active: places.active,
            waiting_for_customer: places.waiting_for_customer,
            wrap_up: places.wrap_up,
        }
    }
}

/// A distribution of durations, in seconds; all but `count` are `null` without a value.
#[derive(Serialize, ToSchema)]
#[schema(as = DurationSummary)]
pub struct SummaryView {
    count: u64,
    mean: Option<u64>,
    p50: Option<u64>,
    p90: Option<u64>,
    p99: Option<u64>,
    max: Option<u64>,
}

impl From<&Distribution> for SummaryView {
    fn from(distribution: &Distribution) -> Self {
        let summary = distribution.summary();
        let of = |pick: fn(Summary) -> u64| summary.map(|summary| seconds(pick(summary)));
        Self {
            count: summary.map_or(0, |summary| summary.count),
            mean: of(|s| s.mean_ms),
            p50: of(|s| s.p50_ms),
            p90: of(|s| s.p90_ms),
            p99: of(|s| s.p99_ms),
            max: of(|s| s.max_ms),
        }
    }
}

/// Offers, by how they ended.
#[derive(Serialize, ToSchema)]
#[schema(as = OfferCounts)]
pub struct OffersView {
    /// Made.
    offered: u32,
    accepted: u32,
    declined: u32,
    timed_out: u32,
    withdrawn: u32,
}

impl From<&Row> for OffersView {
    fn from(row: &Row) -> Self {
        Self {
            offered: row.offered,
            accepted: row.accepted,
            declined: row.declined,
            timed_out: row.timed_out,
            withdrawn: row.withdrawn,
        }
    }
}

/// How often one agent got a conversation of the queue.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentAssignments)]
pub struct AssignedView {
    #[schema(value_type = String)]
    agent_id: AgentId,
    assignments: u32,
}

/// How evenly the conversations of a queue were spread over its members.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentSpread)]
pub struct SpreadView {
    /// Members now, and others who got one.
    agents: usize,
    min: u32,
    max: u32,
    /// `max` less `min`.
    spread: u32,
    /// Standard deviation over mean; `null` without an assignment.
    coefficient_of_variation: Option<f64>,
    /// Only where `id` names the queue: who got how many, without those who got none.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_agent: Option<Vec<AssignedView>>,
}

impl SpreadView {
    /// Over these members.
    pub fn new<'a>(row: &Row, members: impl Iterator<Item = &'a AgentId>, named: bool) -> Self {
        let Spread { members, min, max, variation } = Spread::of(&row.assignments, members);
        let all = row.assignments.iter();
        let all = all.map(|(id, n)| AssignedView { agent_id: id.clone(), assignments: *n });
        Self {
            agents: members,
            min,
            max,
            spread: max - min,
            coefficient_of_variation: variation,
            by_agent: named.then(|| all.collect()),
        }
    }
}

/// What happened to the conversations of a queue or a work stream from `from` until before `to`.
#[derive(Serialize, ToSchema)]
#[schema(as = ServedInterval)]
pub struct ServedInterval {
    from: At,
    to: At,
    /// Created.
    arrived: u32,
    offers: OffersView,
    /// Open ones that an agent got.
    answered: u32,
    /// Open ones that the customer left.
    abandoned: u32,
    /// Abandoned over answered and abandoned.
    abandon_rate: Option<f64>,
    /// Ended, by reason.
    closed: BTreeMap<&'static str, u32>,
    transferred_in: u32,
    transferred_out: u32,
    /// Went from an agent back to open in the same queue.
    returned: u32,
    /// The customer wrote to a waiting one, which is open again.
    reopened: u32,
    /// Answered within the queue's `service_level_seconds`; `null` where there was none.
    within_service_level: Option<u32>,
    /// That over answered and abandoned.
    service_level: Option<f64>,
    wait_seconds: SummaryView,
    active_seconds: SummaryView,
    wrap_up_seconds: SummaryView,
    handle_seconds: SummaryView,
    /// From the creation to the first public message of an agent.
    first_response_seconds: SummaryView,
    /// Of a queue only.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignments: Option<SpreadView>,
}

impl ServedInterval {
    /// Of these counts.
    pub fn new(from: Timestamp, to: Timestamp, row: &Row, assignments: Option<SpreadView>) -> Self {
        let (answered, abandoned) = (u64::from(row.answered), u64::from(row.abandoned));
        Self {
            from: At(from),
            to: At(to),
            arrived: row.arrived,
            offers: row.into(),
            answered: row.answered,
            abandoned: row.abandoned,
            abandon_rate: share(abandoned, answered + abandoned),
            closed: closed(row),
            transferred_in: row.transferred_in,
            transferred_out: row.transferred_out,
            returned: row.returned,
            reopened: row.reopened,
            within_service_level: (row.rated > 0).then_some(row.within_service_level),
            service_level: share(u64::from(row.within_service_level), u64::from(row.rated)),
            wait_seconds: (&row.wait).into(),
            active_seconds: (&row.active).into(),
            wrap_up_seconds: (&row.wrap_up).into(),
            handle_seconds: (&row.handle).into(),
            first_response_seconds: (&row.first_response).into(),
            assignments,
        }
    }
}

fn closed(row: &Row) -> BTreeMap<&'static str, u32> {
    row.closed.iter().map(|(reason, count)| (reason.as_str(), *count)).collect()
}

/// What an agent did from `from` until before `to`.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentInterval)]
pub struct AgentInterval {
    from: At,
    to: At,
    offers: OffersView,
    /// Open conversations that it got.
    answered: u32,
    /// Its work on a conversation ended, in whatever way.
    handled: u64,
    /// Ended while it had them, by reason.
    closed: BTreeMap<&'static str, u32>,
    transferred_in: u32,
    transferred_out: u32,
    /// Went back to open.
    returned: u32,
    /// How long those that it got had waited.
    wait_seconds: SummaryView,
    active_seconds: SummaryView,
    wrap_up_seconds: SummaryView,
    handle_seconds: SummaryView,
    /// From its assignment to its first public message.
    first_response_seconds: SummaryView,
    connected_seconds: u64,
    /// Connected with a conversation active or in wrap-up.
    busy_seconds: u64,
    /// Busy over connected time.
    occupancy: Option<f64>,
    /// Used over total units, each times connected time.
    occupancy_by_units: Option<f64>,
    /// Connected time by presence, base or custom.
    #[schema(value_type = BTreeMap<String, u64>)]
    presence_seconds: BTreeMap<String, u64>,
}

impl AgentInterval {
    /// Of these counts and times.
    pub fn new(from: Timestamp, to: Timestamp, row: &Row, times: &Times) -> Self {
        let presences = times.presence_ms.iter();
        Self {
            from: At(from),
            to: At(to),
            offers: row.into(),
            answered: row.answered,
            handled: row.handle.count(),
            closed: closed(row),
            transferred_in: row.transferred_in,
            transferred_out: row.transferred_out,
            returned: row.returned,
            wait_seconds: (&row.wait).into(),
            active_seconds: (&row.active).into(),
            wrap_up_seconds: (&row.wrap_up).into(),
            handle_seconds: (&row.handle).into(),
            first_response_seconds: (&row.first_response).into(),
            connected_seconds: seconds(times.connected_ms),
            busy_seconds: seconds(times.busy_ms),
            occupancy: share(times.busy_ms, times.connected_ms),
            occupancy_by_units: share(times.used_unit_ms, times.total_unit_ms),
            presence_seconds: presences.map(|(id, ms)| (id.to_string(), seconds(*ms))).collect(),
        }
    }
}

/// A queue.
#[derive(Serialize, ToSchema)]
#[schema(as = QueueStats)]
pub struct QueueStats {
    /// Which.
    #[schema(value_type = String)]
    pub queue_id: QueueId,
    /// Now; `null` of a queue that was deleted.
    pub now: Option<ServedView>,
    /// In order of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<ServedInterval>)]
    pub intervals: Option<Vec<ServedInterval>>,
}

/// A work stream.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkStreamStats)]
pub struct WorkStreamStats {
    /// Which.
    #[schema(value_type = String)]
    pub work_stream_id: WorkStreamId,
    /// Now; `null` of a work stream that was deleted.
    pub now: Option<ServedView>,
    /// In order of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<ServedInterval>)]
    pub intervals: Option<Vec<ServedInterval>>,
}

/// An agent.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentStats)]
pub struct AgentStats {
    /// Which.
    #[schema(value_type = String)]
    pub agent_id: AgentId,
    /// Now; `null` of an agent that was deleted.
    pub now: Option<MannedView>,
    /// In order of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<AgentInterval>)]
    pub intervals: Option<Vec<AgentInterval>>,
}
