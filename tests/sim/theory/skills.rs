//! Several queues and skills: no eligible agent and waiting conversation are ever idle together (invariant 6), looked at
//! after every step of the driver by code that shares nothing with the matcher.

use std::sync::Arc;

use callboard::domain::config::{
    Agent, AgentSkill, Change, Config, Queue, QueueType, RequiredSkill, Skill, WorkStream,
};
use callboard::domain::conversation::{Conversation, Status};
use callboard::domain::ids::{AgentId, ConversationId, Mint, mix};
use callboard::domain::time::Timestamp;
use callboard::replay::house::House;
use callboard::replay::people::{Customer, Manner, Move, Presence, Reaction};
use callboard::replay::play::Play;

use super::played;
use crate::random::Random;

const CUSTOMERS: u64 = 3_000;
const BEGIN: i64 = 1_800_000_000_000;

/// Agents who take some offers late, decline some and miss some.
struct Moody(Random);

impl Manner for Moody {
    fn reaction(&mut self, _agent: &AgentId, _conversation: ConversationId) -> Reaction {
        match self.0.below(10) {
            0 => Reaction::Decline(self.0.between(0, 20_000)),
            1 => Reaction::Ignore,
            _ => Reaction::Accept(self.0.between(0, 20_000)),
        }
    }

    fn picks_after_ms(&mut self, _agent: &AgentId) -> i64 {
        0
    }
}

/// Three queues of different priority, two skills, a dozen agents of different capacity.
fn config(random: &mut Random) -> Config {
    let mut config = played::config(0);
    let stream = config.work_streams[&"w".into()].clone();
    let channel = config.channels[&"c".into()].clone();
    for skill in ["french", "tax"] {
        let value = Skill { name: skill.into(), max_level: 3 };
        config.apply(&Change::PutSkill(skill.into(), Arc::new(value)));
    }
    for n in 0..3 {
        let queue = Queue { priority: n.min(1), ..Queue::named("Queue", QueueType::Messaging) };
        config.apply(&Change::PutQueue(format!("q{n}").into(), Arc::new(queue)));
        let mut stream = WorkStream::clone(&stream);
        stream.fallback_queue_id = format!("q{n}").into();
        stream.capacity = 1 + n as u32 % 2;
        config.apply(&Change::PutWorkStream(format!("w{n}").into(), Arc::new(stream)));
        let mut channel = (*channel).clone();
        channel.work_stream_id = format!("w{n}").into();
        config.apply(&Change::PutChannel(format!("c{n}").into(), Arc::new(channel)));
    }
    for n in 0..12 {
        let mut agent = Agent::named("Agent");
        agent.capacity = random.number(1, 4);
        agent.queue_ids = (0..3).filter(|_| random.chance(60)).map(|q| format!("q{q}").into()).collect();
        for skill in ["french", "tax"] {
            if random.chance(50) {
                agent.skills.push(AgentSkill { skill_id: skill.into(), level: random.number(1, 3) });
            }
        }
        config.apply(&Change::PutAgent(format!("a{n}").into(), Arc::new(agent)));
    }
    config
}

fn customers(random: &mut Random) -> Vec<Customer> {
    let mut at = BEGIN;
    let customer = |n: u64| {
        at += random.between(0, 40_000);
        let mut draft = played::draft();
        draft.channel_id = format!("c{}", random.below(3)).into();
        draft.priority = random.of(&[None, None, Some(5), Some(-5)]);
        if random.chance(40) {
            let skill_id = random.of(&["french", "tax"]).into();
            draft.skills = vec![RequiredSkill { skill_id, min_level: random.number(1, 3) }];
        }
        Customer {
            id: ConversationId(Mint::new(Timestamp(at), mix(n)).uuid()),
            at: Timestamp(at),
            draft,
            patience_ms: random.chance(50).then(|| random.between(1_000, 400_000)),
            handling_ms: random.between(1_000, 200_000),
            wrap_up_ms: random.between(0, 30_000),
        }
    };
    (0..CUSTOMERS).map(customer).collect()
}

/// Agents come and go.
fn moves(random: &mut Random, until: Timestamp) -> Vec<Move> {
    let mut moves = Vec::new();
    for n in 0..12 {
        let agent = AgentId::from(format!("a{n}"));
        let mut at = Timestamp(BEGIN);
        while at < until {
            let mut add = |at, what| moves.push(Move { at, agent: agent.clone(), what });
            add(at, Presence::Connect);
            add(
                at.plus_ms(random.between(0, 600_000)),
                Presence::Choose(random.of(&["available", "busy"]).into()),
            );
            at = at.plus_ms(random.between(600_000, 4_000_000));
            add(at, Presence::Disconnect);
            at = at.plus_ms(random.between(2_000, 900_000));
        }
    }
    moves.sort();
    moves
}

/// A conversation that waits and an agent who could have it, if each agent had so many units more.
fn idle_together(house: &House, more: u32) -> Option<(ConversationId, AgentId)> {
    let waiting = house.queues.values().flat_map(|queue| queue.homes.values());
    waiting.filter(|c| c.status == Status::Open && c.offer.is_none() && !c.stranded).find_map(|c| {
        house.agents.keys().find(|agent| could(house, c, agent, more)).map(|agent| (c.id(), agent.clone()))
    })
}

fn could(house: &House, conversation: &Conversation, id: &AgentId, more: u32) -> bool {
    let (agent, resource) = (&house.agents[id], &house.config.agents[id]);
    let stream = &house.config.work_streams[&conversation.born.work_stream_id];
    let skilled = conversation.skills.iter().all(|required| {
        let has = resource.skills.iter().find(|has| has.skill_id == required.skill_id);
        has.is_some_and(|has| has.level >= required.min_level)
    });
    let refused = conversation.refused.get(id);
    agent.connected()
        && resource.queue_ids.contains(&conversation.queue_id)
        && agent.used() + stream.capacity <= resource.capacity + more
        && agent.open_offers() < house.config.settings.max_open_offers
        && skilled
        && refused.is_none_or(|r| r.until <= house.now && r.count < stream.distribution.refusal.max_refusals)
}

/// Runs it.
pub fn run(say: &mut dyn FnMut(bool, &str)) {
    let mut random = Random::named(7, "skills");
    let config = config(&mut random);
    let customers = customers(&mut random);
    let moves = moves(&mut random, customers[customers.len() - 1].at);
    let mut manner = Moody(Random::named(7, "moods"));
    let mut play = Play::new(config, &customers, &moves, &mut manner, 1);
    let (mut steps, mut missed, mut found) = (0_u64, 0_u64, None);
    while found.is_none() && play.step().is_some() {
        steps += 1;
        found = idle_together(&play.house, 0);
        missed += u64::from(idle_together(&play.house, 1).is_some());
    }
    if let Some((conversation, agent)) = &found {
        println!("  {conversation} and {agent} are idle together after {steps} steps");
    }
    // The look is not blind: agents with a unit more than they have would often be idle beside somebody who waits.
    let sees = steps > CUSTOMERS && missed > steps / 20;
    say(
        found.is_none() && sees,
        &format!(
            "no eligible pair is ever idle together ({steps} steps; with a unit more there is one at {missed})"
        ),
    );
}
