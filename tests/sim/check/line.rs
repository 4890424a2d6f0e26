//! I5: who is eligible and who goes first, by code of its own over the queue's views.

use callboard::domain::agent::Snapshot;
use callboard::domain::capacity::Taken;
use callboard::domain::config::{AssignmentMethod, Config, Mode, WorkStream};
use callboard::domain::conversation::Status;
use callboard::domain::ids::{AgentId, CapacityProfileId, WorkStreamId};
use callboard::domain::machine::{Effect, Outbox, Send};
use callboard::domain::offer::GrantKind;
use callboard::domain::presence::BasePresence;
use callboard::domain::queue::line::View;
use callboard::domain::queue::{self, Queue};
use callboard::domain::time::Timestamp;

use super::hours::held;
use super::skills::{Need, above, need};
use super::{Check, Seen};
use crate::words;

/// What a conversation requires now, by the steps of its stream.
fn needed(seen: &Seen, stream: &WorkStream, now: Timestamp) -> Need {
    need(&seen.skills, &stream.skill_relaxation, seen.queued_at, now)
}

/// Whether refusals keep this agent from it.
pub fn barred(seen: &Seen, agent: &AgentId, stream: &WorkStream, now: Timestamp) -> bool {
    seen.refused
        .get(agent)
        .is_some_and(|(count, until)| *count >= stream.distribution.refusal.max_refusals || *until > now)
}

/// Whether there is a place in every profile, room below the cap, and nothing that blocks.
fn has_places(snapshot: &Snapshot, view: &View, id: &WorkStreamId, stream: &WorkStream) -> bool {
    let (room, pending) = (&snapshot.room, &view.pending);
    let in_stream = |taken: &Taken| taken.by_stream.get(id).copied().unwrap_or(0);
    let in_profile = |taken: &Taken, id| taken.by_profile.get(id).copied().unwrap_or(0);
    let needs = &stream.capacity_profile_ids;
    let cap = stream.distribution.max_conversations_per_agent.unwrap_or(u32::MAX);
    let blocking = |id: &CapacityProfileId| room.limits.get(id).is_some_and(|limit| limit.blocking);
    in_stream(&room.taken) + in_stream(pending) < cap
        && needs.iter().all(|id| {
            let limit = room.limits.get(id).map_or(0, |limit| limit.places);
            in_profile(&room.taken, id) + in_profile(pending, id) < limit
        })
        && room.blocked.iter().all(|id| needs.contains(id))
        && pending.by_profile.keys().all(|id| needs.contains(id) || !blocking(id))
}

/// Whether the queue may think that this agent can take it.
fn can(snapshot: Option<&Snapshot>, view: &View, seen: &Seen, stream: &WorkStream, now: Timestamp) -> bool {
    let Some(snapshot) = snapshot else { return false };
    snapshot.connected
        && snapshot.presence != BasePresence::Inactive
        && stream.distribution.allowed_presences.contains(&snapshot.presence)
        && snapshot.free - view.pending_units >= i64::from(stream.capacity)
        && i64::from(snapshot.slots) - i64::from(view.pending_slots) > 0
        && has_places(snapshot, view, &seen.born.work_stream_id, stream)
        && above(&snapshot.skills, &needed(seen, stream, now)).is_some()
        && !barred(seen, &snapshot.agent, stream, now)
}

type Key = (bool, bool, (u32, u32), [i64; 3], AgentId);

/// What the queue's method orders by; the least is best.
fn key(method: AssignmentMethod, view: &View, snapshot: &Snapshot, seen: &Seen, need: &Need) -> Key {
    let near = above(&snapshot.skills, need).unwrap_or_default();
    let free = snapshot.free - view.pending_units;
    let here = snapshot.by_work_stream.get(&seen.born.work_stream_id).copied().unwrap_or(0);
    let order = match method {
        AssignmentMethod::HighestCapacity => [-free, i64::from(here), snapshot.idle_since.0],
        AssignmentMethod::RoundRobin => [view.last_offered_at.0, 0, 0],
        AssignmentMethod::LongestIdle => [snapshot.idle_since.0, 0, 0],
        AssignmentMethod::LeastActive => [i64::from(snapshot.active), 0, 0],
    };
    let preferred = seen.preferred.as_ref() == Some(&snapshot.agent);
    let refused = !preferred && seen.refused.contains_key(&snapshot.agent);
    let near = if preferred { (0, 0) } else { near };
    (!preferred, refused, near, order, snapshot.agent.clone())
}

impl Check {
    /// Conversations of this queue that wait for a match, with their streams as the queue has learnt them.
    fn waiting<'a>(
        &'a self,
        queue: &'a Queue,
        config: &Config,
        now: Timestamp,
    ) -> Vec<(&'a Seen, &'a WorkStream)> {
        let ids = self.ghost.unfinished.iter().filter(|id| queue.homes.contains_key(id));
        let seen = ids.filter_map(|id| self.ghost.conversations.get(id));
        let waits = |seen: &&Seen| {
            seen.status == Status::Open
                && seen.home == queue.id
                && seen.offer.is_none()
                && seen.first.is_none()
                && !seen.stranded
                && !held(seen, config, now)
                && !queue.reservations.values().any(|r| r.conversation == seen.born.id && pushes(r.kind))
        };
        seen.filter(waits)
            .filter_map(|seen| Some((seen, &**queue.line.stream(&seen.born.work_stream_id)?)))
            .filter(|(_, stream)| stream.distribution.mode == Mode::Push)
            .collect()
    }

    /// The choices in an outbox of a queue.
    pub(super) fn choices(
        &mut self,
        queue: &Queue,
        input: &queue::Input,
        out: &Outbox<Queue>,
        config: &Config,
        now: Timestamp,
    ) {
        let problem = match input {
            queue::Input::Match(_) => out.effects.iter().find_map(|effect| match effect {
                Effect::Soft(queue::Soft::Reserve(r)) if r.kind == GrantKind::Push => {
                    self.pick(queue, r, config, now)
                }
                _ => None,
            }),
            queue::Input::Ask { snapshot, .. } => out.sends.iter().find_map(|send| match send {
                Send::Agent(_, callboard::domain::agent::Input::Bid { best, .. }) => {
                    self.bid(queue, snapshot, best.as_ref(), config, now)
                }
                _ => None,
            }),
            _ => return,
        };
        self.demand(problem.is_none(), "I5", || problem.unwrap_or_default());
    }

    fn pick(
        &self,
        queue: &Queue,
        chosen: &queue::Reservation,
        config: &Config,
        now: Timestamp,
    ) -> Option<String> {
        let waiting = self.waiting(queue, config, now);
        let Some((seen, stream)) = waiting.iter().find(|(seen, _)| seen.born.id == chosen.conversation)
        else {
            let first = self.ghost.conversations.get(&chosen.conversation)?.first.is_some();
            return (!first).then(|| format!("{} does not wait", words::conversation(chosen.conversation)));
        };
        for (other, stream) in waiting.iter().filter(|(other, _)| other.rank() < seen.rank()) {
            let taker =
                queue.members.values().find(|view| can(view.snapshot.as_deref(), view, other, stream, now));
            if let Some(taker) = taker {
                return Some(format!(
                    "{} goes before {}, and {:?} could take it",
                    words::conversation(other.born.id),
                    words::conversation(chosen.conversation),
                    taker.snapshot.as_ref().map(|s| &s.agent)
                ));
            }
        }
        let takers =
            queue.members.values().filter(|view| can(view.snapshot.as_deref(), view, seen, stream, now));
        let need = needed(seen, stream, now);
        let best = takers
            .filter_map(|view| Some(key(queue.line.method(), view, view.snapshot.as_deref()?, seen, &need)))
            .min();
        match best {
            Some((_, _, _, _, agent)) if agent == chosen.agent => None,
            best => Some(format!(
                "{} went to {}, the best is {best:?}",
                words::conversation(chosen.conversation),
                chosen.agent
            )),
        }
    }

    fn bid(
        &self,
        queue: &Queue,
        snapshot: &Snapshot,
        bid: Option<&callboard::domain::agent::Bid>,
        config: &Config,
        now: Timestamp,
    ) -> Option<String> {
        let view = queue.members.get(&snapshot.agent)?;
        let waiting = self.waiting(queue, config, now);
        let takes = waiting.iter().filter(|(seen, stream)| can(Some(snapshot), view, seen, stream, now));
        let least = takes.map(|(seen, _)| seen.rank()).min();
        let bid = bid.map(|bid| (bid.rank.after_priority, bid.rank.queued_at, bid.rank.id));
        (least != bid)
            .then(|| format!("{} bids {bid:?} to {}, the least is {least:?}", queue.id, snapshot.agent))
    }
}

fn pushes(kind: GrantKind) -> bool {
    matches!(kind, GrantKind::Push | GrantKind::Affinity)
}
