//! Grants: reserving at agents, what their yes becomes, their answers to offers, and grants that they end
//! (PROTOCOL rules 1 to 9). The queue matches again after every answer and every let-go.

use std::sync::Arc;

use super::Out;
use super::input::{GrantEnd, Input, Token};
use super::intake::refuse;
use super::line::makes_offers;
use super::matching::excluded;
use super::prompts::announce;
use super::relaxation::required;
use super::state::{Queue, Reservation, Soft};
use super::story::Story;
use super::yes::code_of;
use crate::agent::{self, Reserve, Snapshot};
use crate::capacity::{Place, places};
use crate::command::{Answer, Code, Refusal, Reply};
use crate::config::{NotificationKind, Occasion, Refusal as RefusalPolicy, WorkStream};
use crate::conversation::{By, Conversation, First, Happening, Rank, ReturnReason, Status};
use crate::decision::{MatchTrace, Reason, Trigger};
use crate::ids::{AgentId, ConversationId, GrantId};
use crate::machine::{Ctx, Notice, Send};
use crate::offer::{Grant, GrantKind, Offer, OfferEnd, Withdrawal};

/// An agent's answer to an offer.
pub(super) struct Answered<'a> {
    pub grant: GrantId,
    pub id: ConversationId,
    pub agent: &'a AgentId,
    pub accept: bool,
}

/// What an agent took of this queue's bid.
pub(super) struct Won<'a> {
    pub grant: GrantId,
    pub id: ConversationId,
    pub units: u32,
    pub places: &'a [Place],
}

/// A grant that is about to be asked for.
pub(super) struct Wish<'a> {
    pub agent: &'a AgentId,
    pub kind: GrantKind,
    pub by: &'a By,
    pub reply: Reply,
    pub giver: Option<GrantId>,
    pub if_match: Option<u32>,
    pub trace: Option<Box<MatchTrace>>,
}

impl Queue {
    /// One step of matching: who goes first, then the best pair, then a word on those that nobody could take.
    pub(super) fn match_next(&self, ctx: &Ctx<'_>, trigger: Trigger, out: &mut Out) {
        if self.is_gone(ctx) {
            return self.move_out(ctx, out);
        }
        if self.relax_first(ctx, [Input::Match(trigger)], out) {
            return;
        }
        if self.first_step(ctx, trigger, out) {
            out.then.push(Input::Match(trigger));
            return;
        }
        if let Some((id, agent)) = self.best_pair(ctx.now) {
            let conversation = &self.homes[&id];
            let trigger = self.unexplained.get(&id).copied().unwrap_or(trigger);
            let trace = Some(self.explain(ctx, conversation, trigger, Some(&agent)));
            let wish = Wish {
                agent: &agent,
                kind: GrantKind::Push,
                by: &By::System,
                reply: Reply::NONE,
                giver: None,
                if_match: None,
                trace,
            };
            self.reserve(ctx, conversation, wish, out);
            out.then.push(Input::Match(trigger));
            return;
        }
        for id in &self.to_explain {
            let Some(conversation) = self.homes.get(id) else { continue };
            let trigger = self.unexplained.get(id).copied().unwrap_or(trigger);
            let trace = self.explain(ctx, conversation, trigger, None);
            let mut story = Story::of(ctx, conversation, &By::System);
            story.tell(out, Happening::Unmatched { trace });
            if self.is_stranded(ctx, conversation, None) {
                self.strand(conversation, &mut story, out);
            }
        }
    }

    /// A conversation that goes to one agent first: asks that agent, gives up, or lets it wait (a rule's agent
    /// within the grace). Says whether it did anything.
    fn first_step(&self, ctx: &Ctx<'_>, trigger: Trigger, out: &mut Out) -> bool {
        for Rank { id, .. } in &self.firsts {
            let Some(conversation) = self.homes.get(id) else { continue };
            let Some(first) = conversation.first.as_ref().filter(|_| !self.pushing.contains_key(id)) else {
                continue;
            };
            let view = self.members.get(&first.agent);
            let connected = view.is_some_and(super::line::View::connected);
            if !connected && view.is_some() && !first.affinity && first.until > ctx.now {
                continue;
            }
            if !first.affinity && self.is_held(conversation) {
                continue;
            }
            if connected && self.may_go_first(ctx, conversation, first) {
                let kind = if first.affinity { GrantKind::Affinity } else { GrantKind::Push };
                let trace = Some(self.explain(ctx, conversation, trigger, Some(&first.agent)));
                let wish = Wish {
                    agent: &first.agent,
                    kind,
                    by: &By::System,
                    reply: Reply::NONE,
                    giver: None,
                    if_match: None,
                    trace,
                };
                self.reserve(ctx, conversation, wish, out);
            } else {
                Story::of(ctx, conversation, &By::System).tell(out, Happening::FirstGivenUp);
            }
            return true;
        }
        false
    }

    fn may_go_first(&self, ctx: &Ctx<'_>, conversation: &Conversation, first: &First) -> bool {
        let id = &conversation.born.work_stream_id;
        let Some(stream) = ctx.config.work_streams.get(id) else {
            return false;
        };
        let Some(view) = self.members.get(&first.agent) else { return false };
        let max = stream.distribution.refusal.max_refusals;
        if excluded(conversation.refused.get(&first.agent), max, ctx.now).is_some() {
            return false;
        }
        let required = required(conversation, Some(stream), ctx.now);
        first.affinity || view.reason(id, stream, stream.capacity, &required).is_none()
    }

    /// Asks an agent for units. The units are those of this moment.
    pub(super) fn reserve(&self, ctx: &Ctx<'_>, conversation: &Conversation, wish: Wish<'_>, out: &mut Out) {
        let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id);
        let units = stream.map_or(conversation.units, |s| s.capacity);
        let places = stream.map(|s| places(ctx.config, s, ctx.now)).unwrap_or_default();
        let directly = wish.kind != GrantKind::Affinity && stream.is_some_and(|s| !makes_offers(s));
        let reservation = Reservation {
            grant: GrantId(ctx.mint.uuid()),
            conversation: conversation.id(),
            agent: wish.agent.clone(),
            work_stream: conversation.born.work_stream_id.clone(),
            units,
            places,
            kind: wish.kind,
            offers: wish.kind.is_offered() && !directly,
            giver: wish.giver,
            if_match: wish.if_match,
            by: wish.by.clone(),
            reply: wish.reply,
            trace: wish.trace,
        };
        out.send(Send::Agent(
            wish.agent.clone(),
            agent::Input::Reserve(Reserve {
                grant: reservation.grant,
                conversation: reservation.conversation,
                queue: self.id.clone(),
                work_stream: reservation.work_stream.clone(),
                units,
                places: reservation.places.clone(),
                kind: wish.kind,
                offers: reservation.offers,
            }),
        ));
        out.soft(Soft::Reserve(Box::new(reservation)));
    }

    /// The agent holds the units: checks state, home and membership again, then records, or lets go.
    pub(super) fn reserved(&self, ctx: &Ctx<'_>, grant: GrantId, snapshot: &Arc<Snapshot>, out: &mut Out) {
        out.soft(Soft::Unreserve(grant));
        out.soft(Soft::View(snapshot.clone()));
        let let_go = Send::Agent(snapshot.agent.clone(), agent::Input::LetGo(grant));
        let Some(reservation) = self.reservations.get(&grant) else { return out.send(let_go) };
        let conversation = self.homes.get(&reservation.conversation);
        match conversation
            .ok_or_else(|| Refusal::of(Code::Taken))
            .and_then(|c| self.valid(ctx, c, reservation, snapshot).map(|()| c))
        {
            Ok(conversation) => self.grant(ctx, conversation, reservation, out),
            Err(refusal) => {
                if let Some(conversation) = conversation {
                    self.learn_of(ctx, &conversation.born, out);
                }
                out.send(let_go);
                out.refuse(reservation.reply, refusal);
            }
        }
        out.then.push(Input::Match(Trigger::Refused));
    }

    /// Turns a yes into an offer or an assignment, on record.
    fn grant(&self, ctx: &Ctx<'_>, conversation: &Conversation, wanted: &Reservation, out: &mut Out) {
        let grant = Grant {
            id: wanted.grant,
            agent: wanted.agent.clone(),
            units: wanted.units,
            places: wanted.places.clone(),
            kind: wanted.kind,
            work_stream: conversation.born.work_stream_id.clone(),
        };
        let mut story = Story::of(ctx, conversation, &wanted.by);
        story.withdraw(out, conversation, Withdrawal::Taken);
        let ends = wanted.giver.and_then(|_| conversation.grant.clone());
        let trace = wanted.trace.clone();
        let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id);
        if wanted.offers {
            if let Some(giver) = &ends {
                announce(ctx, conversation, Occasion::Transferred, Some(&giver.agent), &mut story, out);
            }
            let offer = offer(ctx, stream.map(AsRef::as_ref), grant, wanted.by.clone());
            story.tell(out, Happening::Offered { offer, ends, trace });
        } else {
            story.tell(out, Happening::Assigned { grant, from_offer: false, ends, trace });
            announce(ctx, conversation, Occasion::Assigned, Some(&wanted.agent), &mut story, out);
        }
        let answer = Answer::Conversation { id: conversation.id(), version: story.version() };
        out.answer(wanted.reply, Ok(answer));
    }

    /// The agent does not hold them.
    pub(super) fn refused(
        &self,
        ctx: &Ctx<'_>,
        grant: GrantId,
        reason: Reason,
        snapshot: &Arc<Snapshot>,
        out: &mut Out,
    ) {
        out.soft(Soft::Unreserve(grant));
        out.soft(Soft::View(snapshot.clone()));
        let Some(reservation) = self.reservations.get(&grant) else { return };
        let code = code_of(reason, reservation, snapshot);
        if let Some(conversation) = self.homes.get(&reservation.conversation) {
            let first = conversation.first.as_ref().is_some_and(|f| f.agent == reservation.agent);
            if first && reservation.blocks() && conversation.status == Status::Open {
                Story::of(ctx, conversation, &By::System).tell(out, Happening::FirstGivenUp);
            }
            out.refuse(reservation.reply, Refusal { status: Some(conversation.status), ..Refusal::of(code) });
        } else {
            out.refuse(reservation.reply, Refusal::of(code));
        }
        out.then.push(Input::Match(Trigger::Refused));
    }

    /// A snapshot. It starts no match by itself, unless a rule's agent that was waited for is back.
    pub(super) fn seen(&self, snapshot: &Arc<Snapshot>, out: &mut Out) {
        out.soft(Soft::View(snapshot.clone()));
        let awaited = |rank: &Rank| {
            self.homes.get(&rank.id).and_then(|c| c.first.as_ref()).is_some_and(|f| f.agent == snapshot.agent)
        };
        if snapshot.connected && self.firsts.iter().any(awaited) {
            out.then.push(Input::Match(Trigger::AgentAvailable));
        }
    }

    /// An agent asks for the best; a bid locks nothing.
    pub(super) fn asked(&self, ctx: &Ctx<'_>, token: Token, snapshot: &Arc<Snapshot>, out: &mut Out) {
        let again = [Input::Match(Trigger::TimeElapsed), Input::Ask { token, snapshot: snapshot.clone() }];
        if self.relax_first(ctx, again, out) {
            return;
        }
        out.soft(Soft::View(snapshot.clone()));
        let best = self.best_for(ctx, snapshot);
        let bid = agent::Input::Bid { token, queue: self.id.clone(), best };
        out.send(Send::Agent(snapshot.agent.clone(), bid));
    }

    /// The agent took the bid. What stood then may not stand now.
    pub(super) fn won(&self, ctx: &Ctx<'_>, won: &Won<'_>, snapshot: &Arc<Snapshot>, out: &mut Out) {
        let Won { grant, id, units, places } = *won;
        out.soft(Soft::View(snapshot.clone()));
        let stream_of = |c: &Conversation| ctx.config.work_streams.get(&c.born.work_stream_id).cloned();
        let found = self.homes.get(&id).and_then(|c| Some((c, stream_of(c)?)));
        let valid = found.as_ref().is_some_and(|(conversation, _)| {
            self.waits(conversation)
                && ctx.config.is_member(&self.id, &snapshot.agent)
                && self.may_be_pushed(ctx, conversation, snapshot)
        });
        if let Some((conversation, stream)) = found.filter(|_| valid) {
            let trace = self.explain(ctx, conversation, Trigger::AgentAvailable, Some(&snapshot.agent));
            let wanted = Reservation {
                grant,
                conversation: id,
                agent: snapshot.agent.clone(),
                work_stream: conversation.born.work_stream_id.clone(),
                units,
                places: places.to_vec(),
                kind: GrantKind::Push,
                offers: makes_offers(&stream),
                giver: None,
                if_match: None,
                by: By::System,
                reply: Reply::NONE,
                trace: Some(trace),
            };
            self.grant(ctx, conversation, &wanted, out);
        } else {
            if let Some(conversation) = self.homes.get(&id) {
                self.learn_of(ctx, &conversation.born, out);
            }
            out.send(Send::Agent(snapshot.agent.clone(), agent::Input::LetGo(grant)));
        }
        out.then.push(Input::Match(Trigger::AgentAvailable));
    }

    /// The agent's answer to an offer. A late one meets a closed offer and is told how it ended.
    pub(super) fn answered(&self, ctx: &Ctx<'_>, answer: &Answered<'_>, reply: Reply, out: &mut Out) {
        let Answered { grant, id, agent, accept } = *answer;
        let Some(conversation) = self.homes.get(&id) else {
            let input = Input::Answer { grant, conversation: id, agent: agent.clone(), accept, reply };
            return self.elsewhere(id, input, reply, out);
        };
        let Some(offer) =
            conversation.offer.as_ref().filter(|o| o.grant.id == grant && o.grant.agent == *agent)
        else {
            return out.refuse(reply, late(conversation, grant));
        };
        let by = By::Agent(agent.clone());
        let mut story = Story::of(ctx, conversation, &by);
        if accept && !ctx.config.agents.contains_key(agent) {
            story.withdraw(out, conversation, Withdrawal::Membership);
            self.look_for_agent(ctx, &conversation.born, Trigger::Returned, out);
            let ended =
                Refusal { offer_end: Some(OfferEnd::Withdrawn), ..refuse(conversation, Code::OfferEnded) };
            return out.refuse(reply, ended);
        }
        if accept {
            let grant = offer.grant.clone();
            story.tell(out, Happening::Assigned { grant, from_offer: true, ends: None, trace: None });
            announce(ctx, conversation, Occasion::Assigned, Some(agent), &mut story, out);
        } else if offer.can_decline() {
            self.end_refused(ctx, conversation, offer, OfferEnd::Declined, &mut story, out);
        } else {
            return out.refuse(reply, refuse(conversation, Code::NotDeclinable));
        }
        out.answer(reply, Ok(Answer::Conversation { id, version: story.version() }));
    }

    /// Declined or timed out: a cooldown starts, and the last member to refuse strands it.
    pub(super) fn end_refused(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        offer: &Offer,
        end: OfferEnd,
        story: &mut Story<'_>,
        out: &mut Out,
    ) {
        let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id);
        let seconds = stream.map_or(0, |s| cooldown(&s.distribution.refusal, end));
        story.tell(
            out,
            Happening::OfferEnded {
                grant: offer.grant.clone(),
                end,
                cause: None,
                cooldown_until: Some(ctx.now.plus_seconds(seconds)),
                missed: end == OfferEnd::TimedOut && ctx.config.settings.missed_notifications,
            },
        );
        if self.is_stranded(ctx, conversation, Some(&offer.grant.agent)) {
            self.strand(conversation, story, out);
        }
        self.look_for_agent(ctx, &conversation.born, Trigger::Refused, out);
    }

    /// Nobody is left to ask: from now on it is on the pick list in any mode, and supervisors are told.
    pub(super) fn strand(&self, conversation: &Conversation, story: &mut Story<'_>, out: &mut Out) {
        story.tell(out, Happening::Stranded(true));
        out.notice(Notice::Alarm {
            code: "conversation_stranded",
            conversation: Some(conversation.id()),
            queue: Some(self.id.clone()),
        });
    }

    /// The agent's machine asks that a grant end.
    pub(super) fn grant_end(
        &self,
        ctx: &Ctx<'_>,
        grant: GrantId,
        id: ConversationId,
        why: GrantEnd,
        out: &mut Out,
    ) {
        let Some(conversation) = self.homes.get(&id) else {
            return self.elsewhere(id, Input::End { grant, conversation: id, why }, Reply::NONE, out);
        };
        let mut story = Story::of(ctx, conversation, &By::System);
        if conversation.offer.as_ref().is_some_and(|o| o.grant.id == grant) {
            let cause = match why {
                GrantEnd::Undelivered => Withdrawal::Undelivered,
                GrantEnd::Disconnected | GrantEnd::Lost => Withdrawal::AgentDisconnected,
            };
            story.withdraw(out, conversation, cause);
        } else if let Some(held) = conversation.grant.as_ref().filter(|g| g.id == grant)
            && conversation.status == Status::Active
            && why != GrantEnd::Disconnected
        {
            let reason =
                if why == GrantEnd::Lost { ReturnReason::AgentLost } else { ReturnReason::Undelivered };
            let first = self.affinity_after_loss(ctx, conversation, &held.agent);
            story.tell(out, Happening::Released { ends: held.clone(), reason, first });
            announce(ctx, conversation, Occasion::AgentLeft, Some(&held.agent), &mut story, out);
        } else {
            return;
        }
        self.look_for_agent(ctx, &conversation.born, Trigger::Returned, out);
    }

    /// Lost beyond the grace: with affinity it goes to that agent first, if connected again by now.
    fn affinity_after_loss(
        &self,
        ctx: &Ctx<'_>,
        conversation: &Conversation,
        agent: &AgentId,
    ) -> Option<First> {
        let stream = ctx.config.work_streams.get(&conversation.born.work_stream_id)?;
        let back = self.members.get(agent).is_some_and(super::line::View::connected);
        (stream.distribution.agent_affinity && back).then(|| First {
            agent: agent.clone(),
            affinity: true,
            until: ctx.now,
        })
    }

    /// It is not here: forwards along the pointer if it moved, else it is unknown.
    pub(super) fn elsewhere(&self, id: ConversationId, input: Input, reply: Reply, out: &mut Out) {
        match self.moved_to(id) {
            Some(to) => out.send(Send::Queue(to.clone(), input)),
            None => out.refuse(reply, Refusal::of(Code::UnknownConversation)),
        }
    }
}

fn cooldown(policy: &RefusalPolicy, end: OfferEnd) -> u32 {
    if end == OfferEnd::Declined { policy.decline_cooldown_seconds } else { policy.timeout_cooldown_seconds }
}

/// The offer that a yes becomes. Affinity is always declinable (SPEC §8).
fn offer(ctx: &Ctx<'_>, stream: Option<&WorkStream>, grant: Grant, by: By) -> Offer {
    let notification = stream.map(|s| &s.distribution.notification);
    let kind = match notification.map(|n| n.kind) {
        Some(kind) if grant.kind != GrantKind::Affinity && kind != NotificationKind::OpenDirectly => kind,
        _ => NotificationKind::ScreenPopDecline,
    };
    let seconds = notification.map_or(120, |n| n.timeout_seconds);
    let expires_at = ctx.now.plus_seconds(seconds);
    Offer { grant, notification: kind, created_at: ctx.now, expires_at, by }
}

fn late(conversation: &Conversation, grant: GrantId) -> Refusal {
    match conversation.offer_end(grant) {
        Some(end) => Refusal { offer_end: Some(end), ..refuse(conversation, Code::OfferEnded) },
        None => Refusal::of(Code::UnknownOffer),
    }
}
