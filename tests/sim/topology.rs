//! A random configuration for a seed, and random changes of it later.

use std::sync::Arc;

use callboard::domain::config::{
    AgeLimits, Agent, AgentProfile, AgentSkill, AssignmentMethod, AutomatedMessage, BlockCapacity,
    CapacityProfile, Change, Channel, ChannelType, Comparison, Condition, Config, CustomPresence,
    DAY_MINUTES, Key, LiveChat, Mode, NotificationKind, Occasion, Operand, OperatingHours, Operator,
    OverflowAction, OverflowItem, OverflowWhen, Queue, QueueType, RequiredSkill, Reset, Role, Route,
    RoutingRule, Settings, Skill, SkillRule, Span, Split, Weekday, WeeklySpan, WorkStream, entity_channel,
};
use callboard::domain::ids::{AgentId, OperatingHoursId, PresenceId, QueueId, SkillId, WorkStreamId};
use callboard::domain::presence::BasePresence;

use crate::random::Random;

/// Context values that rules look at.
pub const TOPICS: [&str; 6] = ["queue-0", "queue-1", "agent", "split", "skilled", "other"];

const PROFILES: [&str; 2] = ["p0", "p1"];

/// The changes that make a seed's configuration.
pub fn first(random: &mut Random) -> Vec<Change> {
    let mut changes = vec![Change::PutSettings(Arc::new(settings(random)))];
    for skill in ["french", "tax"] {
        let value = Skill { name: skill.into(), max_level: 3 };
        changes.push(Change::PutSkill(skill.into(), Arc::new(value)));
    }
    let lunch = CustomPresence { text: "Back office".into(), base: BasePresence::Busy, description: None };
    changes.push(Change::PutPresence("back-office".into(), Arc::new(lunch)));
    for id in PROFILES {
        changes.push(Change::PutCapacityProfile(id.into(), Arc::new(profile(random))));
    }
    for n in 0..2 {
        let id: OperatingHoursId = format!("h{n}").into();
        changes.push(Change::PutOperatingHours(id, Arc::new(hours(random))));
    }
    let queues = random.number(1, 3);
    for n in 0..queues {
        changes.push(Change::PutQueue(format!("q{n}").into(), Arc::new(queue(random, QueueType::Messaging))));
    }
    for n in 0..2 {
        changes.push(Change::PutQueue(format!("r{n}").into(), Arc::new(queue(random, QueueType::Record))));
    }
    let agents = random.number(1, 5);
    for n in 0..agents {
        changes.push(Change::PutAgent(format!("a{n}").into(), Arc::new(agent(random, queues))));
    }
    for n in 0..random.number(1, 3) {
        let stream = stream(random, queues, agents);
        let kind = stream.channel_type;
        let id: WorkStreamId = format!("w{n}").into();
        changes.push(Change::PutWorkStream(id.clone(), Arc::new(stream)));
        let made = if kind == ChannelType::Entity { entity_channel(&id) } else { format!("c{n}").into() };
        let channel = Channel {
            provider: None,
            name: format!("Channel {n}"),
            kind,
            work_stream_id: id,
            allowed_origins: Vec::new(),
            live_chat: Box::new(live_chat(random, kind)),
        };
        changes.push(Change::PutChannel(made, Arc::new(channel)));
    }
    changes
}

/// What the house says by itself, on every occasion, or nothing.
fn live_chat(random: &mut Random, kind: ChannelType) -> LiveChat {
    const OCCASIONS: [Occasion; 10] = [
        Occasion::Started,
        Occasion::Waiting(5),
        Occasion::Waiting(20),
        Occasion::Position(1),
        Occasion::Assigned,
        Occasion::AgentLeft,
        Occasion::Transferred,
        Occasion::OutsideHours,
        Occasion::Ended,
        Occasion::Inactivity(15),
    ];
    if kind != ChannelType::LiveChat || random.chance(50) {
        return LiveChat::default();
    }
    let message =
        |on| AutomatedMessage { on, text: [("en".into(), "{agent.name} {position}".into())].into() };
    LiveChat { messages: OCCASIONS.map(message).into(), ..LiveChat::default() }
}

/// Another overflow for a queue that is there, for what already waits in it too.
fn overflowed(random: &mut Random, config: &Config) -> Vec<Change> {
    let queues: Vec<_> = config.queues.iter().filter(|(id, _)| !id.as_str().starts_with("default")).collect();
    let Some((id, known)) = random.pick(&queues).copied() else { return Vec::new() };
    let changed = Queue { overflow: overflow(random, known.kind), ..(**known).clone() };
    vec![Change::PutQueue(id.clone(), Arc::new(changed))]
}

/// One change that may come at any time.
pub fn later(random: &mut Random, config: &Config) -> Vec<Change> {
    let queues = 3;
    match random.below(17) {
        14.. => overflowed(random, config),
        13 => {
            let id = random.of(&PROFILES);
            vec![Change::PutCapacityProfile(id.into(), Arc::new(profile(random)))]
        }
        10 => repointed(random, config),
        11 => forgotten(random, config),
        12 => {
            vec![Change::PutOperatingHours(format!("h{}", random.below(2)).into(), Arc::new(hours(random)))]
        }
        0 => vec![Change::PutSettings(Arc::new(settings(random)))],
        1 | 2 => {
            let ids: Vec<WorkStreamId> =
                config.work_streams.keys().filter(|id| id.as_str() != "default-live-chat").cloned().collect();
            let Some(id) = random.pick(&ids).cloned() else { return Vec::new() };
            let kind = config.work_streams[&id].channel_type;
            let mut changed = stream(random, queues, 5);
            let other = (changed.channel_type == ChannelType::Entity) != (kind == ChannelType::Entity);
            if other {
                return Vec::new();
            }
            changed.channel_type = kind;
            vec![Change::PutWorkStream(id, Arc::new(changed))]
        }
        3 => {
            let id: QueueId = format!("q{}", random.below(3)).into();
            let record = random.chance(25);
            let id = if record { format!("r{}", random.below(2)).into() } else { id };
            let kind = if record { QueueType::Record } else { QueueType::Messaging };
            vec![Change::PutQueue(id, Arc::new(queue(random, kind)))]
        }
        4 => vec![Change::Delete(Key::Agent(format!("a{}", random.below(5)).into()))],
        5 => vec![Change::Delete(Key::Queue(format!("q{}", random.below(3)).into()))],
        _ => {
            let id: AgentId = format!("a{}", random.below(5)).into();
            let fresh = agent(random, queues);
            let value = match config.agents.get(&id) {
                Some(known) if random.chance(70) => partly(random, known, &fresh),
                _ => fresh,
            };
            vec![Change::PutAgent(id, Arc::new(value))]
        }
    }
}

/// A channel goes over to a new work stream, and its old one goes.
fn repointed(random: &mut Random, config: &Config) -> Vec<Change> {
    let id = format!("c{}", random.below(3)).into();
    let Some(channel) = config.channels.get(&id) else { return Vec::new() };
    let Some(old) = config.work_streams.get(&channel.work_stream_id) else { return Vec::new() };
    let to: WorkStreamId = format!("x{}", random.below(6)).into();
    if config.work_streams.contains_key(&to) {
        return Vec::new();
    }
    let mut repointed = (**channel).clone();
    repointed.work_stream_id = to.clone();
    vec![
        Change::PutWorkStream(to, old.clone()),
        Change::PutChannel(id, Arc::new(repointed)),
        Change::Delete(Key::WorkStream(channel.work_stream_id.clone())),
    ]
}

/// A skill goes, with everything that refers to it; or it is back.
fn forgotten(random: &mut Random, config: &Config) -> Vec<Change> {
    let id: SkillId = random.of(&["french", "tax"]).into();
    if !config.skills.contains_key(&id) {
        return vec![Change::PutSkill(id, Arc::new(Skill { name: "back".into(), max_level: 3 }))];
    }
    let mut changes = Vec::new();
    for (agent, value) in config.agents.iter().filter(|(_, a)| a.level(&id).is_some()) {
        let mut value = (**value).clone();
        value.skills.retain(|skill| skill.skill_id != id);
        changes.push(Change::PutAgent(agent.clone(), Arc::new(value)));
    }
    for (stream, value) in config.work_streams.iter().filter(|(_, s)| !s.skill_rules.is_empty()) {
        let mut value = (**value).clone();
        value.skill_rules.clear();
        changes.push(Change::PutWorkStream(stream.clone(), Arc::new(value)));
    }
    changes.push(Change::Delete(Key::Skill(id)));
    changes
}

fn partly(random: &mut Random, known: &Agent, fresh: &Agent) -> Agent {
    let mut value = known.clone();
    match random.below(4) {
        3 => value.capacity_profiles.clone_from(&fresh.capacity_profiles),
        0 => value.queue_ids.clone_from(&fresh.queue_ids),
        1 => value.capacity = fresh.capacity,
        _ => value.skills.clone_from(&fresh.skills),
    }
    value
}

fn settings(random: &mut Random) -> Settings {
    let short = random.chance(30);
    let mut settings = Settings {
        presence_grace_seconds: random.of(&[8, 15, 30, 150]),
        max_open_offers: random.of(&[1, 1, 2, 3]),
        missed_notifications: random.chance(25),
        ..Settings::default()
    };
    if short {
        let limit = |random: &mut Random| random.chance(60).then(|| random.number(10, 90));
        for limits in settings.age_limits.values_mut() {
            *limits = AgeLimits {
                open_seconds: limit(random),
                active_seconds: limit(random),
                waiting_seconds: limit(random),
                wrap_up_seconds: limit(random),
            };
        }
        settings.age_limits.insert(ChannelType::Entity, AgeLimits::default());
    }
    settings
}

/// Any queue: of either type, there or not.
pub fn some_queue(random: &mut Random) -> QueueId {
    random.of(&["q0", "q1", "q2", "q0", "q1", "q2", "r0", "r1"]).into()
}

/// Windows of a minute or two around the time of the run, the same every day; sometimes none, sometimes all day.
fn hours(random: &mut Random) -> OperatingHours {
    let mut weekly = Vec::new();
    let span = |from: u16, to: u16| WeeklySpan { days: Weekday::ALL.to_vec(), span: Span { from, to } };
    match random.below(8) {
        0 => {}
        1 => weekly.push(span(0, DAY_MINUTES)),
        _ => {
            let mut minute = 8 * 60 - random.number(0, 2) as u16;
            while minute < 8 * 60 + 10 {
                let until = minute + random.number(1, 2) as u16;
                weekly.push(span(minute, until));
                minute = until + random.number(1, 2) as u16;
            }
        }
    }
    OperatingHours { name: "Hours".into(), time_zone: "UTC".into(), weekly, holidays: Vec::new() }
}

fn overflow(random: &mut Random, kind: QueueType) -> Vec<OverflowItem> {
    let of = if kind == QueueType::Messaging { ["q0", "q1", "q2"] } else { ["r0", "r1", "r0"] };
    let item = |random: &mut Random| OverflowItem {
        when: match random.below(4) {
            0 => OverflowWhen::Waiting(random.number(1, 4)),
            1 => OverflowWhen::OutOfHours,
            _ => OverflowWhen::WaitSeconds(random.of(&[3, 10, 30, 60])),
        },
        action: match random.below(10) {
            0 => OverflowAction::End(random.chance(50).then(|| "Sorry.".into())),
            1 => OverflowAction::AssignAnyway,
            2 => OverflowAction::Fallback,
            _ => OverflowAction::Queue(random.of(&of).into()),
        },
    };
    let items = random.number(0, 3);
    (0..items).map(|_| item(random)).collect()
}

fn queue(random: &mut Random, kind: QueueType) -> Queue {
    let hours = random.chance(40).then(|| format!("h{}", random.below(2)).into());
    Queue {
        operating_hours_id: hours,
        overflow: if random.chance(50) { overflow(random, kind) } else { Vec::new() },
        service_level_seconds: random.chance(30).then(|| random.number(2, 30)),
        priority: random.of(&[1, 1, 2, 100]),
        assignment_method: random.of(&[
            AssignmentMethod::HighestCapacity,
            AssignmentMethod::RoundRobin,
            AssignmentMethod::LongestIdle,
            AssignmentMethod::LeastActive,
        ]),
        ..Queue::named("Queue", kind)
    }
}

fn agent(random: &mut Random, queues: u32) -> Agent {
    let mut agent = Agent::named("Agent");
    agent.capacity = random.of(&[1, 2, 2, 3, 5, 0]);
    // Callers take both roles, and who is no supervisor loses what it joined at the next change of its configuration.
    agent.role = if agent.capacity.is_multiple_of(2) { Role::Supervisor } else { Role::Agent };
    agent.queue_ids = (0..queues).filter(|_| random.chance(65)).map(|n| format!("q{n}").into()).collect();
    for n in 0..2 {
        if random.chance(50) {
            agent.queue_ids.push(format!("r{n}").into());
        }
    }
    agent.default_presence =
        PresenceId::from(random.of(&["available", "available", "busy", "back-office", "away"]));
    for skill in ["french", "tax"] {
        if random.chance(50) {
            agent.skills.push(AgentSkill { skill_id: skill.into(), level: random.number(1, 3) });
        }
    }
    for id in PROFILES {
        if random.chance(70) {
            let limit = random.chance(30).then(|| random.number(1, 2));
            agent.capacity_profiles.push(AgentProfile { profile_id: id.into(), limit });
        }
    }
    agent
}

/// The world begins 70 s before midnight in Los Angeles.
fn profile(random: &mut Random) -> CapacityProfile {
    CapacityProfile {
        name: "Profile".into(),
        limit: random.number(1, 3),
        blocking: random.chance(20),
        reset: if random.chance(40) { Reset::EndOfDay } else { Reset::None },
        time_zone: "America/Los_Angeles".into(),
    }
}

pub fn topic(value: &str) -> Condition {
    equals("topic", value)
}

pub fn equals(variable: &str, value: &str) -> Condition {
    Condition::Is(Comparison {
        variable: variable.into(),
        operator: Operator::Equals,
        values: vec![Operand::Text(value.into())],
    })
}

fn rule(value: &str, route_to: Route) -> RoutingRule {
    RoutingRule { name: value.into(), description: String::new(), when: topic(value), route_to }
}

fn stream(random: &mut Random, queues: u32, agents: u32) -> WorkStream {
    let kind =
        random.of(&[ChannelType::LiveChat, ChannelType::Sms, ChannelType::Entity, ChannelType::Custom]);
    let mut stream = WorkStream::named("Stream", kind);
    let queue = |n: u32| match kind {
        ChannelType::Entity => QueueId::from(format!("r{}", n.min(1))),
        _ => QueueId::from(format!("q{}", n.min(queues - 1))),
    };
    stream.capacity = random.of(&[1, 1, 1, 2, 0]);
    stream.auto_close_after_inactivity_seconds = random.chance(50).then(|| random.number(5, 60));
    stream.block_capacity = random.of(&[
        BlockCapacity::Always,
        BlockCapacity::Never,
        BlockCapacity::Seconds(5),
        BlockCapacity::Seconds(20),
    ]);
    stream.fallback_queue_id = queue(random.number(0, 2));
    stream.active = !random.chance(4);
    let d = &mut stream.distribution;
    d.mode = if random.chance(85) { Mode::Push } else { Mode::Pick };
    d.notification.kind = random.of(&[
        NotificationKind::ScreenPopDecline,
        NotificationKind::ScreenPopDecline,
        NotificationKind::ScreenPopTimeout,
        NotificationKind::OpenDirectly,
    ]);
    d.notification.timeout_seconds = random.number(2, 30);
    d.allowed_presences = BasePresence::CHOOSABLE.into_iter().filter(|_| random.chance(40)).collect();
    d.allowed_presences.push(BasePresence::Available);
    d.allowed_presences.dedup();
    d.allowed_presences.sort();
    d.allowed_presences.dedup();
    d.select_from_push = d.mode == Mode::Push && random.chance(30);
    d.agent_affinity = d.mode == Mode::Push && kind != ChannelType::Entity && random.chance(50);
    d.refusal.decline_cooldown_seconds = random.of(&[0, 1, 5, 20]);
    d.refusal.timeout_cooldown_seconds = random.of(&[0, 1, 5, 20]);
    d.refusal.max_refusals = random.number(1, 3);
    d.max_conversations_per_agent = random.of(&[None, None, Some(1), Some(2)]);
    stream.capacity_profile_ids =
        PROFILES.into_iter().filter(|_| random.chance(25)).map(Into::into).collect();
    stream.context_variables = ["topic", "grade", "lane"]
        .map(|name| callboard::domain::context::Variable {
            name: name.into(),
            display_name: name.into(),
            kind: callboard::domain::context::VariableType::Text,
        })
        .into();
    stream.routing_rules = vec![
        rule("queue-0", Route::Queue(queue(0))),
        rule("queue-1", Route::Queue(queue(1))),
        rule("agent", Route::Agent(format!("a{}", random.below(u64::from(agents))).into())),
        rule(
            "split",
            Route::Split(vec![
                Split { queue_id: queue(0), percent: 50 },
                Split { queue_id: queue(2), percent: 50 },
            ]),
        ),
    ];
    let skills = vec![RequiredSkill {
        skill_id: random.of(&["french", "tax"]).into(),
        min_level: random.number(1, 2),
    }];
    stream.skill_rules = vec![SkillRule { name: "skilled".into(), when: topic("skilled"), skills }];
    let fast = queue(random.number(0, 2));
    crate::rules::classify(random, &mut stream, fast);
    stream
}
