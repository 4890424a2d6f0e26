//! Settling: after everything, what the agent shows is compared with what was announced. Growth of what it
//! can take goes to its queues and starts a round of asking (PROTOCOL rule 4).

use std::sync::Arc;

use super::Out;
use super::input::Snapshot;
use super::state::{Agent, Soft};
use crate::command::AgentShown;
use crate::config::{has_levels, levels};
use crate::ids::PresenceId;
use crate::machine::{Ctx, Notice, Send};
use crate::presence::BasePresence;
use crate::queue;

impl Agent {
    /// Total units; 0 for an agent that is configured no more.
    fn capacity(&self, ctx: &Ctx<'_>) -> u32 {
        ctx.config.agents.get(&self.id).map_or(0, |agent| agent.capacity)
    }

    /// Free units; negative where grants exceed the total.
    pub(super) fn free(&self, ctx: &Ctx<'_>) -> i64 {
        i64::from(self.capacity(ctx)) - i64::from(self.used())
    }

    /// Offers that may still be opened.
    pub(super) fn slots(&self, ctx: &Ctx<'_>) -> u32 {
        ctx.config.settings.max_open_offers.saturating_sub(self.open_offers())
    }

    /// The presence as it shows, and its base (SPEC §5).
    pub(super) fn presence(&self, ctx: &Ctx<'_>) -> (PresenceId, BasePresence) {
        let plain = |base: BasePresence| (PresenceId::from(base.as_str()), base);
        if !self.carried.missed.is_empty() {
            return plain(BasePresence::Inactive);
        }
        if self.shows_offline() {
            return plain(BasePresence::Offline);
        }
        let auto = BasePresence::at_load(self.load(), self.capacity(ctx));
        if let Some((id, base, at)) = &self.carried.chosen {
            let stands = base.is_sticky() || *at >= self.carried.load_changed_at;
            return if stands { (id.clone(), *base) } else { plain(auto) };
        }
        let default = ctx.config.agents.get(&self.id).map(|agent| &agent.default_presence);
        match default.and_then(|id| Some((id, ctx.config.base_presence(id)?))) {
            Some((id, base)) if base.is_sticky() || base == auto || self.is_fresh() => (id.clone(), base),
            _ => plain(auto),
        }
    }

    /// Whether the load has not changed since the sign-in.
    fn is_fresh(&self) -> bool {
        self.carried.signed_in_at.is_some_and(|at| at > self.carried.load_changed_at)
    }

    /// Whether it is gone for longer than a reload takes, or was not there since the house started.
    pub(super) fn shows_offline(&self) -> bool {
        self.sessions.is_empty() && (self.offers_given_back || !self.met)
    }

    /// The base presence.
    pub(super) fn base(&self, ctx: &Ctx<'_>) -> BasePresence {
        self.presence(ctx).1
    }

    /// What everybody may see.
    pub(super) fn shown(&self, ctx: &Ctx<'_>) -> AgentShown {
        let (presence, base) = self.presence(ctx);
        let since = self.announced.as_ref().filter(|a| a.presence == presence).map(|a| a.since);
        AgentShown {
            presence,
            base,
            connected: self.connected(),
            sessions: self.sessions.len() as u32,
            capacity: self.capacity(ctx),
            used: self.used(),
            since: since.unwrap_or(ctx.now),
        }
    }

    /// The snapshot as of now; a new version if it differs from the last.
    pub(super) fn current(&self, ctx: &Ctx<'_>) -> Snapshot {
        let sums = self.ledger.sums();
        let last = self.sent.as_deref();
        let agent = ctx.config.agents.get(&self.id);
        let skills = match last.map(|last| &last.skills) {
            Some(skills) if agent.is_some_and(|agent| has_levels(agent, skills)) => skills.clone(),
            _ => Arc::new(agent.map(|agent| levels(agent)).unwrap_or_default()),
        };
        let mut now = Snapshot {
            agent: self.id.clone(),
            version: last.map_or(1, |last| last.version),
            connected: self.connected() && ctx.config.agents.contains_key(&self.id),
            presence: self.base(ctx),
            free: self.free(ctx),
            slots: self.slots(ctx),
            room: self.room(ctx),
            skills,
            by_work_stream: sums.active_by_stream.clone(),
            active: sums.active,
            idle_since: self.carried.last_ended_at.max(self.connected_at),
            gone_since: self.gone_since,
            since: self.carried.since,
        };
        if last.is_some_and(|last| *last != now) {
            now.version += 1;
        }
        now
    }

    pub(super) fn settle(&self, ctx: &Ctx<'_>, by: &'static str, reason: &'static str, out: &mut Out) {
        self.announce(ctx, by, reason, out);
        let now = Arc::new(self.current(ctx));
        let last = self.sent.as_deref();
        if last == Some(&*now) && !self.grown {
            return;
        }
        let grew = self.grown || last.is_none_or(|last| grew(last, &now));
        let visible = last.is_none_or(|last| looks_different(last, &now));
        out.soft(Soft::Sent(now.clone()));
        if grew || visible {
            for queue in ctx.config.queues_of(&self.id) {
                out.send(Send::Queue(queue, queue::Input::Seen(now.clone())));
            }
        }
        if grew && self.may_ask(ctx) {
            self.start_round(ctx, out);
        }
    }

    fn announce(&self, ctx: &Ctx<'_>, by: &'static str, reason: &'static str, out: &mut Out) {
        let shown = self.shown(ctx);
        let known = self.announced.as_deref();
        if known == Some(&shown) {
            return;
        }
        let agent = || self.id.clone();
        if known.is_none_or(|k| k.presence != shown.presence || k.base != shown.base) {
            out.notice(Notice::Presence { agent: agent(), shown: shown.clone(), by, reason });
        }
        if known.is_none_or(|k| k.capacity != shown.capacity || k.used != shown.used) {
            out.notice(Notice::Capacity { agent: agent(), shown: shown.clone() });
        }
        out.notice(Notice::Shown { agent: agent(), shown: shown.clone() });
        out.soft(Soft::Announced(Box::new(shown)));
    }
}

/// Whether the agent can take more, or other work, than before.
fn grew(last: &Snapshot, now: &Snapshot) -> bool {
    (now.connected && !last.connected)
        || now.free > last.free
        || now.slots > last.slots
        || now.room.grew(&last.room)
        || now.presence != last.presence
        || now.skills != last.skills
}

/// Whether queues would give another reason for passing this agent over, or another place among the eligible.
fn looks_different(last: &Snapshot, now: &Snapshot) -> bool {
    last.connected != now.connected
        || last.presence != now.presence
        || last.skills != now.skills
        || last.active != now.active
        || last.by_work_stream != now.by_work_stream
        || last.idle_since != now.idle_since
}
