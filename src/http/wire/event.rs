//! The timeline on the wire (CONTRACT §4): `{seq, type, at, by, data}`, with `data` by type.
//!
//! `by` is `{kind, id}`: kind `system`, `customer`, `backend`, `agent` or `supervisor`; id is the key's or the agent's,
//! `null` for the first two. What `data` holds for each type is `Data`, one variant a type.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::conversation::{CustomerView, RecordView};
use super::decision::overflow::OverflowView;
use super::decision::{VerdictView, WrittenView, verdicts};
use super::message::MessageView;
use super::time::At;
use super::value::ContextView;
use crate::domain::config::{NotificationKind, RequiredSkill};
use crate::domain::context::ContextError;
use crate::domain::conversation::{Born, By, Event, First, Happening, Visibility};
use crate::domain::decision::{MatchTrace, RoutingProblem, RoutingTrace};
use crate::domain::ids::{
    AgentId, CapacityProfileId, ChannelId, ConversationId, DecisionId, GrantId, QueueId, SkillId,
    WorkStreamId,
};
use crate::domain::offer::{Grant, GrantKind, Offer, Withdrawal};
use crate::domain::record::Record;

/// Who made it happen.
#[derive(Serialize, ToSchema)]
#[schema(as = By)]
pub struct ByView<'a> {
    /// `system`, `customer`, `backend`, `agent` or `supervisor`.
    kind: &'static str,
    /// The agent or the API key; `null` for the system and the customer.
    id: Option<&'a str>,
}

impl<'a> From<&'a By> for ByView<'a> {
    fn from(by: &'a By) -> Self {
        let (kind, id) = match by {
            By::System => ("system", None),
            By::Customer => ("customer", None),
            By::Backend(id) => ("backend", Some(id.as_str())),
            By::Agent(id) => ("agent", Some(id.as_str())),
            By::Supervisor(id) => ("supervisor", Some(&**id)),
        };
        Self { kind, id }
    }
}

/// One entry of a conversation's timeline.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView<'a> {
    /// 1, 2, … without a gap.
    seq: u32,
    /// `conversation.created`, `routed`, `context_changed`, `offered`, `offer_ended`, `assigned`, `message`, `waiting`,
    /// `reopened`, `wrap_up`, `hold_ended`, `transferred`, `released`, `first_given_up`, `unmatched`, `stranded`, `overflowed`,
    /// `overflow_kept`, `service_level_passed`, `closed`, `consult_invited`, `consult_joined`, `consult_declined`,
    /// `consult_ended`, `joined`, `left`.
    #[serde(rename = "type")]
    kind: &'static str,
    at: At,
    by: ByView<'a>,
    /// By type; see the guide.
    #[schema(value_type = Object)]
    data: Data<'a>,
}

impl<'a> EventView<'a> {
    /// The wire form of an event. `internal`: whether the reader may see what is for agents only.
    pub fn new(event: &'a Event, internal: bool) -> Self {
        Self {
            seq: event.seq,
            kind: event.what.kind(),
            at: At(event.at),
            by: ByView::from(&event.by),
            data: Data::new(event.conversation, &event.what, internal),
        }
    }

    /// Its number.
    pub fn seq(&self) -> u32 {
        self.seq
    }

    /// The wire form of a record that is an event.
    pub fn of(record: &'a Record, internal: bool) -> Option<Self> {
        match record {
            Record::Event(event) => Some(Self::new(event, internal)),
            _ => None,
        }
    }
}

/// A required skill.
#[derive(Serialize)]
struct SkillView<'a> {
    skill_id: &'a SkillId,
    min_level: u32,
}

fn skills(skills: &[RequiredSkill]) -> Vec<SkillView<'_>> {
    skills.iter().map(|s| SkillView { skill_id: &s.skill_id, min_level: s.min_level }).collect()
}

/// What of a survey's or a webhook's answers did not fit its variable.
#[derive(Serialize)]
struct MisfitView<'a> {
    /// `not_a_number` (kept as text), `too_long`, `bad_key` or `too_many` (left out).
    code: &'static str,
    variable: Option<&'a str>,
}

impl<'a> From<&'a ContextError> for MisfitView<'a> {
    fn from(misfit: &'a ContextError) -> Self {
        let (code, variable) = match misfit {
            ContextError::NotANumber(key) => ("not_a_number", Some(key)),
            ContextError::TooLong(key) => ("too_long", Some(key)),
            ContextError::BadKey(key) => ("bad_key", Some(key)),
            ContextError::TooMany => ("too_many", None),
        };
        Self { code, variable: variable.map(String::as_str) }
    }
}

#[derive(Serialize)]
struct FirstView<'a> {
    agent_id: &'a AgentId,
    affinity: bool,
    until: At,
}

fn first(first: Option<&First>) -> Option<FirstView<'_>> {
    first.map(|f| FirstView { agent_id: &f.agent, affinity: f.affinity, until: At(f.until) })
}

#[derive(Serialize)]
struct OfferView<'a> {
    id: GrantId,
    agent_id: &'a AgentId,
    kind: &'static str,
    can_decline: bool,
    grant: &'static str,
    capacity_units: u32,
    capacity_profile_ids: Vec<&'a CapacityProfileId>,
    created_at: At,
    expires_at: At,
}

impl<'a> From<&'a Offer> for OfferView<'a> {
    fn from(offer: &'a Offer) -> Self {
        Self {
            id: offer.grant.id,
            agent_id: &offer.grant.agent,
            kind: notification_name(offer.notification),
            can_decline: offer.can_decline(),
            grant: grant_name(offer.grant.kind),
            capacity_units: offer.grant.units,
            capacity_profile_ids: profiles(&offer.grant),
            created_at: At(offer.created_at),
            expires_at: At(offer.expires_at),
        }
    }
}

/// `data`, by type. A variant's fields are what that type carries.
#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Created {
        channel_id: &'a ChannelId,
        channel_type: &'static str,
        work_stream_id: &'a WorkStreamId,
        queue_id: &'a QueueId,
        customer: CustomerView<'a>,
        context: ContextView<'a>,
        undeclared: &'a [Arc<str>],
        #[serde(skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<MisfitView<'a>>,
        priority: i32,
        skills: Vec<SkillView<'a>>,
        capacity_units: u32,
        previous_conversation_id: Option<ConversationId>,
        first: Option<FirstView<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        record: Option<RecordView<'a>>,
    },
    Routed {
        queue_id: &'a QueueId,
        rule: Option<&'a str>,
        rules: Vec<VerdictView<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        classified: Option<WrittenView<'a>>,
        fallback: bool,
        reason: Option<&'static str>,
        agent_id: Option<&'a AgentId>,
        moved: bool,
        config_version: u64,
        duration_us: u32,
    },
    ContextChanged {
        context: ContextView<'a>,
        undeclared: &'a [Arc<str>],
        customer: CustomerView<'a>,
        priority: i32,
        skills: Vec<SkillView<'a>>,
    },
    Offered {
        offer: OfferView<'a>,
        agent_id: &'a AgentId,
        previous_agent_id: Option<&'a AgentId>,
        decision_id: Option<DecisionId>,
    },
    OfferEnded {
        offer_id: GrantId,
        agent_id: &'a AgentId,
        reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<&'static str>,
        cooldown_until: Option<At>,
        missed: bool,
    },
    Assigned {
        agent_id: &'a AgentId,
        grant: &'static str,
        grant_id: GrantId,
        offer_id: Option<GrantId>,
        capacity_units: u32,
        capacity_profile_ids: Vec<&'a CapacityProfileId>,
        previous_agent_id: Option<&'a AgentId>,
        decision_id: Option<DecisionId>,
    },
    Message {
        message: Option<MessageView<'a>>,
        message_id: crate::domain::ids::MessageId,
        message_seq: u32,
    },
    Agent {
        agent_id: &'a AgentId,
    },
    Reopened {
        agent_id: Option<&'a AgentId>,
        first: Option<FirstView<'a>>,
    },
    WrapUp {
        agent_id: &'a AgentId,
        by_customer: bool,
        hold_until: Option<At>,
    },
    Transferred {
        queue_id: &'a QueueId,
        previous_agent_id: Option<&'a AgentId>,
    },
    Released {
        agent_id: &'a AgentId,
        reason: &'static str,
        first: Option<FirstView<'a>>,
    },
    Unmatched {
        decision_id: DecisionId,
        trigger: &'static str,
    },
    Stranded {
        stranded: bool,
    },
    Overflowed {
        decision_id: DecisionId,
        trigger: &'static str,
        #[serde(flatten)]
        overflow: Box<OverflowView<'a>>,
    },
    Closed {
        reason: &'static str,
        note: Option<&'a str>,
        agent_id: Option<&'a AgentId>,
    },
    Invited {
        agent_id: &'a AgentId,
        expires_at: At,
    },
    Left {
        agent_id: &'a AgentId,
        reason: &'static str,
    },
    Nothing {},
}

impl<'a> Data<'a> {
    fn new(conversation: ConversationId, what: &'a Happening, internal: bool) -> Self {
        match what {
            Happening::Created(born) => Self::created(born),
            Happening::Routed { trace, moved, .. } => Self::routed(trace, moved.is_some()),
            Happening::ContextChanged {
                context, undeclared, customer, priority, skills: required, ..
            } => Self::ContextChanged {
                context: ContextView(context),
                undeclared,
                customer: CustomerView::from(customer),
                priority: *priority,
                skills: skills(required),
            },
            Happening::Message { message, .. } => Self::Message {
                message: (internal || message.visibility == Visibility::Public)
                    .then(|| MessageView::new(conversation, message)),
                message_id: message.id,
                message_seq: message.seq,
            },
            Happening::Reopened { first: to, agent } => {
                Self::Reopened { agent_id: agent.as_ref(), first: first(to.as_ref()) }
            }
            Happening::Transferred { moved, ends } => {
                Self::Transferred { queue_id: &moved.to, previous_agent_id: agent_of(ends.as_ref()) }
            }
            Happening::Invited { agent, until } => Self::Invited { agent_id: agent, expires_at: At(*until) },
            Happening::Joined { agent, .. } => Self::Agent { agent_id: agent },
            Happening::Left { agent, reason, .. } => Self::Left { agent_id: agent, reason: reason.as_str() },
            Happening::Overflowed { trace, .. } => Self::Overflowed {
                decision_id: trace.id,
                trigger: trace.trigger.as_str(),
                overflow: Box::new(OverflowView::from(&**trace)),
            },
            Happening::FirstGivenUp | Happening::ServiceLevelPassed => Self::Nothing {},
            Happening::Unmatched { trace } => {
                Self::Unmatched { decision_id: trace.id, trigger: trace.trigger.as_str() }
            }
            Happening::Stranded(stranded) => Self::Stranded { stranded: *stranded },
            Happening::Closed { reason, note, agent, .. } => {
                Self::Closed { reason: reason.as_str(), note: note.as_deref(), agent_id: agent.as_ref() }
            }
            granted => Self::granted(granted),
        }
    }

    fn created(born: &'a Born) -> Self {
        Self::Created {
            channel_id: &born.channel_id,
            channel_type: born.channel_type.as_str(),
            work_stream_id: &born.work_stream_id,
            queue_id: &born.queue_id,
            customer: CustomerView::from(&born.customer),
            context: ContextView(&born.context),
            undeclared: &born.undeclared,
            warnings: born.misfits.iter().map(MisfitView::from).collect(),
            priority: born.priority,
            skills: skills(&born.skills),
            capacity_units: born.units,
            record: born.record.as_deref().map(Into::into),
            previous_conversation_id: born.previous,
            first: first(born.first.as_ref()),
        }
    }

    fn routed(trace: &'a RoutingTrace, moved: bool) -> Self {
        Self::Routed {
            queue_id: &trace.queue_id,
            rule: trace.rules.iter().find(|rule| rule.matched && rule.set.is_none()).map(|rule| &*rule.name),
            rules: verdicts(&trace.rules),
            classified: WrittenView::new(&trace.written),
            fallback: trace.fallback,
            reason: trace.problem.map(RoutingProblem::as_str),
            agent_id: trace.agent_id.as_ref(),
            moved,
            config_version: trace.config_version,
            duration_us: trace.duration_us,
        }
    }

    /// What begins, changes or ends a grant.
    fn granted(what: &'a Happening) -> Self {
        let decision = |trace: &Option<Box<MatchTrace>>| trace.as_ref().map(|trace| trace.id);
        match what {
            Happening::Offered { offer, ends, trace } => Self::Offered {
                offer: OfferView::from(offer),
                agent_id: &offer.grant.agent,
                previous_agent_id: agent_of(ends.as_ref()),
                decision_id: decision(trace),
            },
            Happening::OfferEnded { grant, end, cause, cooldown_until, missed } => Self::OfferEnded {
                offer_id: grant.id,
                agent_id: &grant.agent,
                reason: end.as_str(),
                cause: cause.map(Withdrawal::as_str),
                cooldown_until: cooldown_until.map(At),
                missed: *missed,
            },
            Happening::Assigned { grant, from_offer, ends, trace } => Self::Assigned {
                agent_id: &grant.agent,
                grant: grant_name(grant.kind),
                grant_id: grant.id,
                offer_id: from_offer.then_some(grant.id),
                capacity_units: grant.units,
                capacity_profile_ids: profiles(grant),
                previous_agent_id: agent_of(ends.as_ref()),
                decision_id: decision(trace),
            },
            Happening::Waiting { ends } | Happening::HoldEnded { ends } => {
                Self::Agent { agent_id: &ends.agent }
            }
            Happening::WrapUp { grant, hold_until, by_customer } => Self::WrapUp {
                agent_id: &grant.agent,
                by_customer: *by_customer,
                hold_until: hold_until.map(At),
            },
            Happening::Released { ends, reason, first: to } => {
                Self::Released { agent_id: &ends.agent, reason: reason.as_str(), first: first(to.as_ref()) }
            }
            _ => Self::Nothing {},
        }
    }
}

/// The profiles in which a grant takes a place.
fn profiles(grant: &Grant) -> Vec<&CapacityProfileId> {
    grant.places.iter().map(|place| &place.profile).collect()
}

fn agent_of(grant: Option<&Grant>) -> Option<&AgentId> {
    grant.map(|grant| &grant.agent)
}

/// The name of a notification kind on the wire.
pub fn notification_name(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::OpenDirectly => "open_directly",
        NotificationKind::ScreenPopTimeout => "screen_pop_timeout",
        NotificationKind::ScreenPopDecline => "screen_pop_decline",
    }
}

/// The name of a kind of grant on the wire.
pub fn grant_name(kind: GrantKind) -> &'static str {
    match kind {
        GrantKind::Push => "push",
        GrantKind::Transfer => "transfer",
        GrantKind::Affinity => "affinity",
        GrantKind::Pick => "pick",
        GrantKind::SelfSelect => "self_select",
        GrantKind::Reopen => "reopen",
        GrantKind::Supervisor => "supervisor",
    }
}
