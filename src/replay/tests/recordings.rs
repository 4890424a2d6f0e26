//! A recording, played again.

use std::collections::BTreeSet;

use super::*;
use crate::domain::config::{Comparison, Condition, Operand, Operator, Route, RoutingRule};
use crate::domain::context::{Given, Variable, VariableType};
use crate::replay::figures::{Figures, Range, figures};
use crate::replay::outcome::Fate;
use crate::replay::recorded::Recording;

/// Agents who decline, miss and are slow, by the ids alone; nobody says no twice.
#[derive(Default)]
struct Human(BTreeSet<(ConversationId, AgentId)>);

impl Manner for Human {
    fn reaction(&mut self, agent: &AgentId, conversation: ConversationId) -> Reaction {
        let chance = mix(conversation.0.as_u128() as u64 ^ mix(agent.as_str().len() as u64));
        match chance % 10 {
            _ if !self.0.insert((conversation, agent.clone())) => Reaction::Accept(1_000),
            0 => Reaction::Ignore,
            1 => Reaction::Decline((chance % 9_000) as i64),
            _ => Reaction::Accept((chance % 7_000) as i64),
        }
    }

    fn picks_after_ms(&mut self, _agent: &AgentId) -> i64 {
        3_000
    }
}

/// A busy hour: customers of both tiers, some impatient.
fn customers() -> Vec<Customer> {
    let mut seconds = 60;
    let one = |n: u64| {
        seconds += (mix(n) % 40) as i64;
        let mut one = customer(n, seconds);
        one.handling_ms = 20_000 + (mix(n + 1_000 * 7) % 90_000) as i64;
        one.wrap_up_ms = (mix(n + 1_000 * 8) % 20_000) as i64;
        one.patience_ms =
            mix(n + 1_000 * 9).is_multiple_of(3).then_some(30_000 + (mix(n + 1_000 * 10) % 200_000) as i64);
        let tier = if mix(n + 1_000 * 11).is_multiple_of(4) { "gold" } else { "plain" };
        one.draft.context = BTreeMap::from([("tier".to_owned(), Given::Text(tier.to_owned()))]);
        one
    };
    (0..180).map(one).collect()
}

/// Two agents, and who knows the tier.
fn tiered(agents: &[(&str, u32)]) -> Config {
    let mut config = config(agents);
    let mut stream = WorkStream::clone(&config.work_streams[&"push".into()]);
    let variable = Variable { name: "tier".into(), display_name: "Tier".into(), kind: VariableType::Text };
    stream.context_variables = vec![variable];
    config.apply(&Change::PutWorkStream("push".into(), Arc::new(stream)));
    config
}

fn recorded(config: &Config) -> Recording {
    let mut moves = connects(&["ana", "bo"]);
    moves.push(step(2_000, "bo", Presence::Choose("away".into())));
    moves.push(step(2_300, "bo", Presence::Choose("available".into())));
    let mut recording = Recording::default();
    for record in records(config, &customers(), &moves, &mut Human::default()) {
        recording.see(&record);
    }
    recording
}

fn replayed(recording: &Recording, config: &Config) -> (Outcomes, Figures) {
    let (customers, _) = recording.customers(BEGIN, recording.last_at, 1);
    let moves = recording.moves(config);
    let seen = outcomes(&records(config, &customers, &moves, &mut recording.habits.for_play(1)));
    let range = Range { from: BEGIN, to: recording.last_at };
    let figures = figures(&seen, &moves, config, range);
    (seen, figures)
}

#[test]
fn a_recording_under_its_own_configuration_plays_as_it_went() {
    let config = tiered(&[("ana", 1), ("bo", 2)]);
    let recording = recorded(&config);
    let (played, _) = replayed(&recording, &config);
    let left = recording.outcomes.0.values().filter(|outcome| outcome.fate() == Fate::Left).count();
    assert!(left > 10 && left < 100, "{left} of 180 left: the recording shows something");
    for (id, truth) in &recording.outcomes.0 {
        assert_eq!(played.0.get(id), Some(truth), "{id}");
    }
    assert_eq!(played.0.len(), 180);
}

#[test]
fn another_agent_lowers_waits_and_keeps_customers() {
    let recording = recorded(&tiered(&[("ana", 1), ("bo", 2)]));
    let (_, before) = replayed(&recording, &tiered(&[("ana", 1), ("bo", 2)]));
    let more = tiered(&[("ana", 1), ("bo", 2), ("cy", 1)]);
    assert_eq!(recording.unknown_agents(&more), ["cy".into()]);
    let (_, after) = replayed(&recording, &more);
    let mean = |figures: &Figures| figures.all.waits.expect("somebody is served").mean;
    assert!(mean(&after) * 3 < mean(&before) * 2, "{} against {}", mean(&after), mean(&before));
    assert!(after.all.left < before.all.left, "{} against {}", after.all.left, before.all.left);
    assert!(after.agents[&"cy".into()].handled > 20);
    let known =
        |figures: &Figures| ["ana", "bo"].map(|id| figures.agents[&id.into()].handled).iter().sum::<u64>();
    assert!(known(&after) < known(&before), "{} against {}", known(&after), known(&before));
}

#[test]
fn a_queue_that_goes_first_moves_waits_from_its_customers_to_the_others() {
    let config = tiered(&[("ana", 1), ("bo", 1)]);
    let recording = recorded(&config);
    let (before, _) = replayed(&recording, &config);
    let mut first = config.clone();
    let vip = Queue { priority: 1, ..Queue::named("VIP", QueueType::Messaging) };
    first.apply(&Change::PutQueue("vip".into(), Arc::new(vip)));
    for id in ["ana", "bo"] {
        let mut agent = Agent::clone(&first.agents[&id.into()]);
        agent.queue_ids.push("vip".into());
        first.apply(&Change::PutAgent(id.into(), Arc::new(agent)));
    }
    let mut stream = WorkStream::clone(&first.work_streams[&"push".into()]);
    let gold = Comparison {
        variable: "tier".into(),
        operator: Operator::Equals,
        values: vec![Operand::Text("gold".into())],
    };
    stream.routing_rules = vec![RoutingRule {
        name: "gold".into(),
        description: String::new(),
        when: Condition::Is(gold),
        route_to: Route::Queue("vip".into()),
    }];
    first.apply(&Change::PutWorkStream("push".into(), Arc::new(stream)));
    let (after, figures) = replayed(&recording, &first);
    let gold: BTreeSet<ConversationId> =
        after.0.iter().filter(|(_, outcome)| outcome.queue.as_str() == "vip").map(|(id, _)| *id).collect();
    assert!(gold.len() > 20 && gold.len() < 90);
    let mean = |outcomes: &Outcomes, golden: bool| {
        let waits = outcomes.0.iter().filter(|(id, _)| gold.contains(id) == golden);
        let waits: Vec<i64> = waits.filter_map(|(_, outcome)| outcome.wait_ms()).collect();
        waits.iter().sum::<i64>() / waits.len() as i64
    };
    assert!(mean(&after, true) * 2 < mean(&before, true));
    assert!(mean(&after, false) > mean(&before, false));
    assert_eq!(figures.queues[&"vip".into()].arrived, gold.len() as u64);
}

#[test]
fn a_recording_says_what_it_does_not_know() {
    let config = tiered(&[("ana", 1), ("bo", 2)]);
    let recording = recorded(&config);
    let (customers, filled) = recording.customers(BEGIN, recording.last_at, 1);
    let left = recording.outcomes.0.values().filter(|outcome| outcome.fate() == Fate::Left).count() as u64;
    assert_eq!(filled.patience_drawn + left, customers.len() as u64);
    assert_eq!(filled.work_drawn, left, "who left was never worked on");
    for customer in &customers {
        let truth = &recording.outcomes.0[&customer.id];
        let waited = truth.wait_ms().expect("all are over");
        match truth.fate() {
            Fate::Left => assert_eq!(customer.patience_ms, Some(waited)),
            _ => assert!(customer.patience_ms.is_none_or(|patience| patience > waited)),
        }
    }
    let middle = recording.customers(at(1_000), at(2_000), 1).0;
    assert!(middle.iter().all(|customer| customer.at >= at(1_000) && customer.at < at(2_000)));
    assert!(!middle.is_empty() && middle.len() < customers.len());
}

#[test]
fn an_agent_is_there_from_the_first_sign_of_life_until_gone() {
    let config = tiered(&[("ana", 1)]);
    let mut moves = connects(&["ana"]);
    moves.push(step(300, "ana", Presence::Disconnect));
    moves.push(step(1_000, "ana", Presence::Connect));
    let mut long = customer(1, 250);
    long.handling_ms = 500_000;
    let customers = [customer(0, 100), long];
    let mut recording = Recording::default();
    for record in records(&config, &customers, &moves, &mut Scripted(Vec::new())) {
        recording.see(&record);
    }
    let mut expected = vec![
        // Its sign-in is a record.
        step(0, "ana", Presence::Connect),
        // Taken back after the grace of 150 s.
        step(300, "ana", Presence::Disconnect),
        step(1_000, "ana", Presence::Connect),
    ];
    expected.push(Move { at: recording.last_at, agent: "ana".into(), what: Presence::Disconnect });
    assert_eq!(recording.moves(&config), expected);
}
