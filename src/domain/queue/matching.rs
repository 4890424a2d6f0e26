//! Matching: (queue state, index of agents, configuration, now) → choice and decision record. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::line::{Class, ClassKey, Line, View};
use super::relaxation::{reached, required};
use super::state::Queue;
use crate::agent::{Bid, Snapshot};
use crate::capacity::places;
use crate::conversation::{Conversation, Rank, Refusals};
use crate::decision::{
    Candidate, LISTED_ON_SUCCESS, LISTED_WITHOUT_WINNER, MatchTrace, Reason, Scores, Trigger,
};
use crate::ids::{AgentId, ConversationId, DecisionId};
use crate::machine::Ctx;
use crate::time::Timestamp;

use super::line::makes_offers;

/// Whether this agent's refusals of this conversation keep it from being asked again now.
pub fn excluded(refusals: Option<&Refusals>, max_refusals: u32, now: Timestamp) -> Option<Reason> {
    let refusals = refusals?;
    if refusals.count >= max_refusals {
        Some(Reason::Refused)
    } else if refusals.until > now {
        Some(Reason::CoolingDown)
    } else {
        None
    }
}

impl Queue {
    /// The least waiting conversation for which some agent is eligible, with the best agent for it (invariant 5).
    pub fn best_pair(&self, now: Timestamp) -> Option<(ConversationId, AgentId)> {
        let mut best: Option<(Rank, AgentId)> = None;
        for class in self.line.classes.values() {
            if class.pushed().is_none() || class.eligible.is_empty() {
                continue;
            }
            for rank in &class.waiting {
                if best.as_ref().is_some_and(|(found, _)| found < rank) {
                    break;
                }
                if let Some(agent) = self.homes.get(&rank.id).and_then(|c| choose(class, c, now)) {
                    best = Some((*rank, agent));
                    break;
                }
            }
        }
        best.map(|(rank, agent)| (rank.id, agent))
    }

    /// The least waiting conversation for which this agent is eligible by this snapshot.
    pub fn best_for(&self, ctx: &Ctx<'_>, snapshot: &Arc<Snapshot>) -> Option<Bid> {
        let known = self.members.get(&snapshot.agent)?;
        let view = View { snapshot: Some(snapshot.clone()), ..known.clone() };
        let mut best: Option<Bid> = None;
        for (key, class) in &self.line.classes {
            let Some(stream) = class.pushed() else { continue };
            if class.waiting.is_empty() || view.reason(&key.0, stream, stream.capacity, &key.1).is_some() {
                continue;
            }
            let max = stream.distribution.refusal.max_refusals;
            let mine = class.waiting.iter().find(|rank| {
                let refused = self.homes.get(&rank.id).and_then(|c| c.refused.get(&snapshot.agent));
                excluded(refused, max, ctx.now).is_none()
            });
            let Some(rank) = mine.filter(|rank| best.as_ref().is_none_or(|bid| **rank < bid.rank)) else {
                continue;
            };
            best = Some(Bid {
                rank: *rank,
                units: stream.capacity,
                places: places(ctx.config, stream, ctx.now),
                work_stream: key.0.clone(),
                offers: makes_offers(stream),
            });
        }
        best
    }

    /// The decision record of a match: who won, who was passed over and why. Lists at most ten on success.
    pub fn explain(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        trigger: Trigger,
        winner: Option<&AgentId>,
    ) -> Box<MatchTrace> {
        let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id);
        let key = (conversation.born.work_stream_id.clone(), required(conversation, stream, ctx.now));
        let listed = if winner.is_some() { LISTED_ON_SUCCESS } else { LISTED_WITHOUT_WINNER };
        // One that does not wait in line, such as a stranded one, may have no class of its own.
        let apart = if self.line.classes.contains_key(&key) { None } else { self.apart(ctx, conversation) };
        let mut trace = self.blank(ctx, trigger, winner.cloned());
        trace.out_of_hours = winner.is_none() && self.is_held(conversation);
        trace.requirement.clone_from(&key.1.skills);
        trace.relaxed_steps = reached(conversation, stream, ctx.now);
        let Some(class) = apart.as_ref().unwrap_or(&self.line).classes.get(&key) else {
            return Box::new(trace);
        };
        self.fill(&mut trace, class, &key, conversation, listed, ctx.now);
        trace.duration_us = (ctx.elapsed_us)();
        Box::new(trace)
    }

    /// A line of this conversation alone.
    pub(super) fn apart(&self, ctx: &Ctx<'_>, conversation: &Conversation) -> Option<Line> {
        let mut line = Line::default();
        let id = &conversation.born.work_stream_id;
        let method = ctx.config.queues.get(&self.id)?.assignment_method;
        let stream = ctx.config.work_streams.get(id);
        line.learn(method, &[(id.clone(), stream.cloned())], &self.members);
        line.insert(conversation, required(conversation, stream, ctx.now), &self.members);
        Some(line)
    }

    pub(super) fn blank(&self, ctx: &Ctx<'_>, trigger: Trigger, winner: Option<AgentId>) -> MatchTrace {
        MatchTrace {
            id: DecisionId(ctx.mint.uuid()),
            at: ctx.now,
            trigger,
            config_version: ctx.config.version,
            queue_id: self.id.clone(),
            requirement: Vec::new(),
            relaxed_steps: 0,
            candidates: Vec::new(),
            passed_over: BTreeMap::new(),
            out_of_hours: false,
            winner,
            duration_us: 0,
        }
    }

    pub(super) fn fill(
        &self,
        trace: &mut MatchTrace,
        class: &Class,
        key: &ClassKey,
        conversation: &Conversation,
        listed: usize,
        now: Timestamp,
    ) {
        let max = class.stream.as_ref().map_or(u32::MAX, |s| s.distribution.refusal.max_refusals);
        let scores = |agent: &AgentId| -> Scores {
            self.members.get(agent).map(|view| view.scores(&key.0)).unwrap_or_default()
        };
        trace.passed_over.clone_from(&class.counts);
        let winner = trace.winner.clone();
        if let Some(reason) = winner.as_ref().and_then(|agent| class.passed.get(agent)) {
            // Taken all the same: a pick, an assignment.
            count_off(&mut trace.passed_over, *reason);
        }
        let loses = |agent: &AgentId| winner.as_ref() != Some(agent);
        let mut held_back = Vec::new();
        for agent in conversation.refused.keys().filter(|agent| class.place(agent).is_some() && loses(agent))
        {
            if let Some(reason) = excluded(conversation.refused.get(agent), max, now) {
                *trace.passed_over.entry(reason).or_default() += 1;
                held_back.push((agent.clone(), reason));
            }
        }
        let candidate =
            |agent: &AgentId, reason| Candidate { agent_id: agent.clone(), reason, scores: scores(agent) };
        let mut list: Vec<Candidate> = trace.winner.iter().map(|agent| candidate(agent, None)).collect();
        let others = class.eligible.iter().map(|(_, agent)| agent);
        let others = others.filter(|agent| loses(agent));
        let others = others.filter(|agent| !held_back.iter().any(|(held, _)| held == *agent));
        let passed = class.passed.iter().filter(|(agent, _)| loses(agent));
        let passed = passed.map(|(agent, reason)| candidate(agent, Some(*reason)));
        let held = held_back.iter().map(|(agent, reason)| candidate(agent, Some(*reason)));
        let room = listed.saturating_sub(list.len());
        let rest: Vec<Candidate> =
            others.map(|agent| candidate(agent, None)).chain(held).chain(passed).take(room).collect();
        list.extend(rest);
        trace.candidates = list;
    }
}

fn count_off(counts: &mut BTreeMap<Reason, u32>, reason: Reason) {
    if let Some(count) = counts.get_mut(&reason) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&reason);
        }
    }
}

/// The best agent of a class for one of its conversations: who lost it by a disconnect, then the first who did
/// not give it back or refuse it, then those who did and may be asked again. Costs the exclusions skipped.
pub fn choose(class: &Class, conversation: &Conversation, now: Timestamp) -> Option<AgentId> {
    let max = class.stream.as_ref()?.distribution.refusal.max_refusals;
    let may = |agent: &AgentId| excluded(conversation.refused.get(agent), max, now).is_none();
    if let Some(agent) = &conversation.preferred
        && class.place(agent).is_some()
        && may(agent)
    {
        return Some(agent.clone());
    }
    let fresh = class.eligible.iter().find(|(_, agent)| !conversation.refused.contains_key(agent));
    if let Some((_, agent)) = fresh {
        return Some(agent.clone());
    }
    let again = conversation.refused.keys().filter(|agent| may(agent));
    again.filter_map(|agent| Some((class.place(agent)?, agent))).min().map(|(_, agent)| agent.clone())
}
