//! Connection and presence: sockets come and go, the agent chooses, time passes (SPEC §5, §8).

use super::Out;
use super::input::Input;
use super::state::{Agent, Soft, Stage};
use crate::command::{AgentAct, Answer, Caller, Code, FieldProblem, Refusal, Reply, Welcome};
use crate::config::Config;
use crate::configuration::supervises;
use crate::conversation::By;
use crate::ids::{ConversationId, GrantId, PresenceId, SessionId};
use crate::machine::{Ctx, Send};
use crate::presence::BasePresence;
use crate::queue::{self, GrantEnd};
use crate::record::{AgentHappening, AgentRecord, Audited, Record};
use crate::time::Timestamp;

/// How long open offers are held for a socket to come back: a reload (SPEC §5).
pub const RECONNECT_HOLD_MS: i64 = 5_000;
/// How long a frame with an offer or assignment may stay unacknowledged after it left (SPEC §8).
pub const DELIVERY_MS: i64 = 5_000;

impl Agent {
    pub(super) fn act(&self, ctx: &Ctx<'_>, act: &AgentAct, caller: &Caller, reply: Reply, out: &mut Out) {
        let deleted = !ctx.config.agents.contains_key(&self.id);
        // A goodbye counts also of a deleted one: the same id may come back, without a ghost of this socket.
        if deleted && !matches!(act, AgentAct::Disconnect(_)) {
            return out.refuse(reply, Refusal::of(Code::UnknownResource));
        }
        match act {
            AgentAct::Connect(session) => {
                out.soft(Soft::Connected(*session, ctx.now));
                if self.carried.signed_in_at.is_none() {
                    self.record(ctx, By::Agent(self.id.clone()), AgentHappening::SignedIn, out);
                }
                out.then.push(Input::Settle { by: "system", reason: "connected" });
                out.then.push(Input::Greet(*session, reply));
            }
            AgentAct::Disconnect(session) => {
                out.soft(Soft::Disconnected(*session, ctx.now));
                out.then.push(Input::Settle { by: "system", reason: "disconnected" });
            }
            AgentAct::SetPresence(presence) => self.set_presence(ctx, presence, caller, reply, out),
            AgentAct::Answer { offer, conversation, accept } => {
                out.soft(Soft::Heard(vec![*offer]));
                let answer = queue::Input::Answer {
                    grant: *offer,
                    conversation: *conversation,
                    agent: self.id.clone(),
                    accept: *accept,
                    reply,
                };
                out.send(Send::Home(*conversation, answer));
                out.then.push(Input::settle());
            }
            AgentAct::Left(grant) => out.soft(Soft::Left(*grant, ctx.now)),
            // By the configuration of now, not of when it was asked.
            AgentAct::Audit(Audited::Watched(_)) if !supervises(ctx.config, &self.id) => {
                out.refuse(reply, Refusal::of(Code::NotYours));
            }
            AgentAct::Audit(what) => {
                self.record(ctx, caller.by.clone(), AgentHappening::Audited(what.clone()), out);
                out.answer(reply, Ok(Answer::Done));
            }
            AgentAct::Heard(grants) => {
                out.soft(Soft::Heard(grants.clone()));
                out.then.push(Input::Settle { by: "system", reason: "connected" });
            }
        }
    }

    pub(super) fn greet(&self, ctx: &Ctx<'_>, session: SessionId, reply: Reply, out: &mut Out) {
        let shown = self.shown(ctx);
        let welcome = Welcome { agent: self.id.clone(), session, shown };
        out.answer(reply, Ok(Answer::Welcome(Box::new(welcome))));
    }

    /// Chooses a presence, by the agent itself or a supervisor; also the reset after missed offers, which it names.
    fn set_presence(
        &self,
        ctx: &Ctx<'_>,
        presence: &PresenceId,
        caller: &Caller,
        reply: Reply,
        out: &mut Out,
    ) {
        let Some(base) = ctx.config.base_presence(presence) else {
            let unknown = FieldProblem::UnknownPresence(presence.clone());
            return out.refuse(reply, Refusal::fields(vec![unknown]));
        };
        let own = caller.agent.as_ref() == Some(&self.id);
        let resets = self.carried.missed.clone();
        if !own && !self.connected() && resets.is_empty() {
            // Offline is all that it shows, and its default applies when it signs in.
            return out.refuse(reply, Refusal::of(Code::NotConnected));
        }
        self.record(
            ctx,
            caller.by.clone(),
            AgentHappening::PresenceSet { presence: presence.clone(), base, resets },
            out,
        );
        if self.signed_out {
            // A reset of who is not there: its default applies when it signs in.
            self.record(ctx, By::System, AgentHappening::SignedOut, out);
        }
        let (presence, base) = if self.shows_offline() {
            (BasePresence::Offline.as_str().into(), BasePresence::Offline)
        } else {
            (presence.clone(), base)
        };
        out.answer(reply, Ok(Answer::Presence { presence, base }));
        let by = if own { "agent" } else { "supervisor" };
        out.then.push(Input::Settle { by, reason: "set" });
    }

    fn record(&self, ctx: &Ctx<'_>, by: By, what: AgentHappening, out: &mut Out) {
        out.record(Record::Agent(AgentRecord { agent: self.id.clone(), at: ctx.now, by, what }));
    }

    /// When something is due first.
    pub(super) fn first_due(&self, config: &Config) -> Option<Timestamp> {
        let delivery = self.deliveries.values().filter_map(|d| d.left_at).min();
        let delivery = delivery.map(|left| left.plus_ms(DELIVERY_MS));
        let gone = self.gone_due(config).map(|(at, _)| at);
        gone.into_iter().chain(delivery).chain(self.day_due()).min()
    }

    /// What an absence brings next, and when. The grace may be shorter than the hold.
    fn gone_due(&self, config: &Config) -> Option<(Timestamp, Absence)> {
        if !self.sessions.is_empty() {
            return None;
        }
        let hold = self.gone_since.plus_ms(RECONNECT_HOLD_MS);
        let grace = self.gone_since.plus_seconds(config.settings.presence_grace_seconds);
        let hold = (!self.offers_given_back).then_some((hold, Absence::HoldOver));
        hold.into_iter().chain((!self.signed_out).then_some((grace, Absence::GraceOver))).min()
    }

    /// One due thing a decide, then again.
    pub(super) fn tick(&self, ctx: &Ctx<'_>, out: &mut Out) {
        if let Some((_, due)) = self.gone_due(ctx.config).filter(|(at, _)| *at <= ctx.now) {
            match due {
                Absence::GraceOver => self.sign_out(ctx, out),
                Absence::HoldOver => {
                    out.soft(Soft::OffersGivenBack);
                    self.end_all(Stage::Offered, GrantEnd::Disconnected, out);
                }
            }
        } else if let Some((grant, conversation)) = self.undelivered(ctx.now) {
            out.soft(Soft::Unheard(grant));
            end(grant, conversation, GrantEnd::Undelivered, out);
        } else if self.day_due().is_some_and(|at| at <= ctx.now) {
            // A reservation that came in between has told of the places already, and nobody was asked for bids.
            out.soft(Soft::DayOver(ctx.now));
            out.soft(Soft::Grow);
        } else {
            return;
        }
        out.then.push(Input::Settle { by: "system", reason: "disconnected" });
        out.then.push(Input::Tick);
    }

    /// Gone for longer than the grace: active conversations go back, the default applies at the next sign-in.
    fn sign_out(&self, ctx: &Ctx<'_>, out: &mut Out) {
        out.soft(Soft::SignedOut);
        self.end_all(Stage::Active, GrantEnd::Lost, out);
        self.depart_all(out);
        if self.carried.chosen.is_some() || self.carried.signed_in_at.is_some() {
            self.record(ctx, By::System, AgentHappening::SignedOut, out);
        }
    }

    fn end_all(&self, stage: Stage, why: GrantEnd, out: &mut Out) {
        for (grant, entry) in self.ledger.iter().filter(|(_, entry)| entry.stage == stage) {
            end(*grant, entry.conversation, why, out);
        }
    }

    fn undelivered(&self, now: Timestamp) -> Option<(GrantId, ConversationId)> {
        let late = |left: Timestamp| left.plus_ms(DELIVERY_MS) <= now;
        let mut late = self.deliveries.iter().filter(|(_, d)| d.left_at.is_some_and(late));
        late.next().map(|(grant, delivery)| (*grant, delivery.conversation))
    }
}

/// What an absence brings; of two at the same time the first goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Absence {
    /// Open offers go to somebody else.
    HoldOver,
    /// Active conversations go back.
    GraceOver,
}

/// Asks the home queue to end a grant.
pub(super) fn end(grant: GrantId, conversation: ConversationId, why: GrantEnd, out: &mut Out) {
    out.send(Send::Home(conversation, queue::Input::End { grant, conversation, why }));
}
