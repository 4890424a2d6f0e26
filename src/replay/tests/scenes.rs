//! What people do is what the machines are told.

use super::*;
use crate::domain::command::{Caller, Reply};
use crate::domain::configuration;
use crate::domain::conversation::CloseReason;
use crate::domain::machine::Send;
use crate::replay::house::House;
use crate::replay::outcome::Fate;
use crate::replay::people::AtOnce;

#[test]
fn who_came_first_is_served_first_by_whoever_is_free() {
    let customers = [customer(1, 0), customer(2, 10), customer(3, 20), customer(4, 65)];
    let config = config(&[("ana", 1), ("bo", 1)]);
    let seen = outcomes(&records(&config, &customers, &connects(&["ana", "bo"]), &mut AtOnce));
    let first = spells(&seen, 1)[0].0.clone();
    let second = spells(&seen, 2)[0].0.clone();
    assert_ne!(first, second);
    assert_eq!(spells(&seen, 1), [(first.clone(), 0, 60)]);
    assert_eq!(spells(&seen, 2), [(second.clone(), 10, 70)]);
    assert_eq!(spells(&seen, 3), [(first, 60, 120)]);
    assert_eq!(spells(&seen, 4), [(second, 70, 130)]);
}

#[test]
fn customers_leave_when_their_patience_ends() {
    let mut hasty = customer(2, 10);
    hasty.patience_ms = Some(20_000);
    let mut patient = customer(3, 11);
    patient.patience_ms = Some(70_000);
    let customers = [customer(1, 0), hasty, patient];
    let seen = outcomes(&records(&config(&[("ana", 1)]), &customers, &connects(&["ana"]), &mut AtOnce));
    assert_eq!(seen.0[&id(2)].fate(), Fate::Left);
    assert_eq!(seen.0[&id(2)].closed, Some((at(30), CloseReason::CustomerEnded)));
    assert_eq!(spells(&seen, 3), [("ana".to_owned(), 60, 120)]);
}

#[test]
fn declined_and_ignored_offers_go_to_somebody_else() {
    let config = config(&[("ana", 1), ("bo", 1), ("cy", 1)]);
    let mut manner = Scripted(vec![Reaction::Decline(3_000), Reaction::Ignore, Reaction::Accept(2_000)]);
    let seen = outcomes(&records(&config, &[customer(1, 0)], &connects(&["ana", "bo", "cy"]), &mut manner));
    let [(_, from, until)] = spells(&seen, 1)[..] else { panic!("{:?}", spells(&seen, 1)) };
    assert_eq!((from, until), (3 + 120 + 2, 3 + 120 + 2 + 60), "declined, timed out, accepted");
}

#[test]
fn wrap_up_holds_the_agent_as_the_work_stream_says() {
    let mut first = customer(1, 0);
    first.wrap_up_ms = 30_000;
    let seen = outcomes(&records(
        &config(&[("ana", 1)]),
        &[first, customer(2, 1)],
        &connects(&["ana"]),
        &mut AtOnce,
    ));
    assert_eq!(spells(&seen, 2), [("ana".to_owned(), 90, 150)]);
    assert_eq!(seen.0[&id(1)].wrap_up_ms, 30_000);
    assert_eq!(seen.0[&id(1)].handling_ms(), Some(60_000));
    assert_eq!(seen.0[&id(1)].spells[0].held_until, Some(at(90)));
}

#[test]
fn a_pick_list_is_taken_from_by_those_with_room_the_first_in_line_first() {
    let mut customers = [customer(1, 0), customer(2, 1), customer(3, 2)];
    customers.iter_mut().for_each(|customer| customer.draft.channel_id = "pick".into());
    customers[2].draft.priority = Some(10);
    let seen = outcomes(&records(
        &config(&[("ana", 1)]),
        &customers,
        &connects(&["ana"]),
        &mut Scripted(Vec::new()),
    ));
    assert_eq!(spells(&seen, 3), [("ana".to_owned(), 5, 65)]);
    assert_eq!(spells(&seen, 1), [("ana".to_owned(), 70, 130)]);
    assert_eq!(spells(&seen, 2), [("ana".to_owned(), 135, 195)]);
}

#[test]
fn what_an_agent_loses_goes_on_with_another_for_the_rest_of_the_work() {
    let config = config(&[("ana", 1), ("bo", 1)]);
    let moves = [
        step(0, "ana", Presence::Connect),
        step(10, "ana", Presence::Disconnect),
        step(20, "bo", Presence::Connect),
    ];
    let mut long = customer(1, 0);
    long.handling_ms = 200_000;
    let seen = outcomes(&records(&config, &[long], &moves, &mut AtOnce));
    // The grace is 150 s.
    assert_eq!(spells(&seen, 1), [("ana".to_owned(), 0, 160), ("bo".to_owned(), 160, 200)]);
}

#[test]
fn the_same_people_and_seed_make_the_same_play() {
    let customers: Vec<Customer> = (0..50).map(|n| customer(n, n as i64 * 7)).collect();
    let config = config(&[("ana", 1), ("bo", 2)]);
    let play = || {
        let mut manner = Scripted(vec![Reaction::Decline(100), Reaction::Accept(900)]);
        records(&config, &customers, &connects(&["ana", "bo"]), &mut manner)
    };
    assert_eq!(play(), play());
}

#[test]
fn conversations_keep_their_ids_and_leave_memory_when_they_are_over() {
    let config = config(&[("ana", 1)]);
    let (customers, moves) = ([customer(1, 0)], connects(&["ana"]));
    let mut manner = AtOnce;
    let mut play = Play::new(config, &customers, &moves, &mut manner, 1);
    let mut known = false;
    while play.step().is_some() {
        known |= play.house.conversation(id(1)).is_some();
    }
    assert!(known);
    assert!(play.house.conversation(id(1)).is_none());
    assert!(play.house.queues.values().all(|queue| queue.homes.is_empty()));
}

#[test]
fn a_house_takes_changes_of_its_configuration() {
    let mut house = House::new(config(&[]), BEGIN, 1);
    let input = configuration::Input::Configure {
        changes: vec![agent("ana", 1)],
        if_match: Vec::new(),
        caller: Caller::system(),
        reply: Reply(1),
    };
    let followed = house.tell(Send::Configuration(input));
    assert!(followed.answers.iter().all(|(_, answer)| answer.is_ok()) && followed.answers.len() == 1);
    assert!(house.agents.contains_key(&"ana".into()) && house.config.agents.contains_key(&"ana".into()));
    assert!(house.queues[&"q".into()].members.contains_key(&"ana".into()));
}

#[test]
fn a_customer_whom_the_house_does_not_take_is_named() {
    let mut lost = customer(7, 0);
    lost.draft.channel_id = "nowhere".into();
    let mut stopped = config(&[]);
    let mut stream = WorkStream::clone(&stopped.work_streams[&"push".into()]);
    stream.active = false;
    stopped.apply(&Change::PutWorkStream("push".into(), Arc::new(stream)));
    let customers = [customer(6, 0), lost];
    let mut manner = AtOnce;
    let mut play = Play::new(stopped, &customers, &[], &mut manner, 1);
    while play.step().is_some() {}
    assert_eq!(play.refused, [id(6), id(7)]);
}
