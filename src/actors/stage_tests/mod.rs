//! The stage with toy machines on the real journal: what holds whatever the machines decide.

mod stand;
mod toys;

use std::time::Duration;

use stand::{Play, play, play_paused};

use crate::domain::config::{Agent, Change, Key, Queue, QueueType};
use crate::domain::record::Record;
use crate::ports::clock::Clock;
use crate::ports::records;

fn queues(names: &[&str]) -> Vec<Change> {
    let queue = |name: &&str| {
        Change::PutQueue((*name).into(), std::sync::Arc::new(Queue::named(name, QueueType::Messaging)))
    };
    names.iter().map(queue).collect()
}

fn agent(name: &str) -> Change {
    Change::PutAgent(name.into(), std::sync::Arc::new(Agent::named(name)))
}

#[test]
fn nothing_leaves_before_it_is_durable() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        play.heard();
        let gate = play.files.stall_syncs();
        let mut asked = play.create_later("default-messaging");
        let gate = tokio::task::spawn_blocking(move || {
            gate.reached();
            gate
        });
        let gate = gate.await.unwrap();
        assert!(asked.try_recv().is_err(), "the unit is written, not synced");
        assert_eq!(play.heard(), [""; 0]);
        drop(gate);
        assert_eq!(asked.await.unwrap(), Ok(1));
        assert_eq!(play.heard(), ["conversation.created 1", "answer v1"]);
    });
}

#[test]
fn records_precede_what_they_caused_and_a_unit_is_never_cut() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.heard();
        play.say(id, "two").await.unwrap();
        assert_eq!(play.heard(), ["stranded 2", "stranded 3", "answer v3"]);
        let units = play.units().await;
        let last: Vec<Record> = {
            let mut read = Vec::new();
            let (at, unit) = units.last().unwrap();
            records::decode(*at, unit, &mut |record| read.push(record)).unwrap();
            read
        };
        assert_eq!(last.len(), 2, "both records of the decide stand in one unit");
    });
}

#[test]
fn what_a_machine_tells_itself_is_a_unit_of_its_own_in_the_same_turn() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        let before = play.units().await.len();
        play.heard();
        play.say(id, "chain").await.unwrap();
        assert_eq!(play.heard(), ["stranded 2", "message 3", "answer v3"]);
        assert_eq!(play.units().await.len(), before + 2);
    });
}

#[test]
fn folds_come_in_order_and_before_sends() {
    play(async |play: Play| {
        play.configure(vec![play.channel(), agent("ann")]).await;
        let id = play.create("default-messaging").await;
        play.heard();
        play.say(id, "tell ann").await.unwrap();
        play.settle().await;
        let heard = play.heard();
        assert_eq!(
            heard,
            ["message 2", "message 3", "answer v3", "folded", "folded", "let go after two folds"]
        );
    });
}

#[test]
fn a_conversation_is_addressed_where_it_is() {
    play(async |play: Play| {
        let mut changes = queues(&["a", "b"]);
        changes.push(play.channel());
        play.configure(changes).await;
        let id = play.create("a").await;
        play.say(id, "move b").await.unwrap();
        play.say(id, "say hello").await.unwrap();
        let ensemble = play.fold().await;
        assert_eq!(ensemble.directory.home(id), Some(&"b".into()));
        assert!(ensemble.machines.queues[&"a".into()].conversations.is_empty());
        assert_eq!(ensemble.machines.queues[&"b".into()].conversations[&id].version, 3);
    });
}

#[test]
fn a_deleted_queue_stays_while_it_is_home() {
    play(async |play: Play| {
        let mut changes = queues(&["a", "b"]);
        changes.push(play.channel());
        play.configure(changes).await;
        let id = play.create("a").await;
        play.configure(vec![Change::Delete(Key::Queue("a".into()))]).await;
        play.say(id, "move b").await.unwrap();
        assert_eq!(play.say(id, "say hello").await.unwrap(), 3);
        assert!(!play.fold().await.machines.queues.contains_key(&"a".into()));
    });
}

#[test]
fn a_timer_fires_once_and_a_stale_one_changes_nothing() {
    play_paused(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.say(id, "sleep 5").await.unwrap();
        play.say(id, "sleep 3600").await.unwrap();
        play.heard();
        tokio::time::sleep(std::time::Duration::from_mins(59)).await;
        assert_eq!(play.heard(), [""; 0], "the earlier time was replaced");
        tokio::time::sleep(std::time::Duration::from_hours(40 * 24)).await;
        play.say(id, "say awake").await.unwrap();
        assert_eq!(play.heard(), ["stranded 2", "message 3", "answer v3"]);
    });
}

#[test]
fn a_panic_is_tried_again_and_changes_nothing() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.heard();
        play.say(id, "panic 2").await.unwrap();
        assert_eq!(play.heard(), ["stranded 2", "answer v2"]);
        assert_eq!(play.rebuilds(), 0);
    });
}

#[test]
fn the_third_panic_parks_and_the_house_goes_on_without() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.say(id, "say before").await.unwrap();
        play.heard();
        let told = play.say(id, "panic 99").await.unwrap_err();
        assert_eq!(told, "Refused Parked");
        assert_eq!(play.heard(), ["parked", "alarm parked", "refused Parked"]);
        play.until_rebuilt(1).await;
        assert_eq!(play.rebuilds(), 1);
        assert_eq!(play.say(id, "say after").await.unwrap(), 3);
    });
}

#[test]
fn a_start_that_panics_is_parked_by_what_it_is() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.say(id, "panic 0").await.unwrap();
        play.break_stage().await;
        play.until_rebuilt(2).await;
        assert_eq!(play.say(id, "say after").await.unwrap(), 3);
        play.break_stage().await;
        assert_eq!(play.say(id, "say after").await.unwrap(), 4);
        assert_eq!(play.rebuilds(), 3, "it is not tried again");
    });
}

#[test]
fn a_machine_whose_tick_was_parked_is_told_the_time_again_later() {
    play_paused(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        toys::ALARM_CLOCK.set(Some(Clock::system().now().plus_seconds(5)));
        toys::POISONED_TICKS.set(3);
        play.say(id, "say armed").await.unwrap();
        play.heard();
        tokio::time::sleep(Duration::from_secs(6)).await;
        play.until_rebuilt(1).await;
        play.say(id, "say while it is parked").await.unwrap();
        assert_eq!(play.heard(), ["parked", "alarm parked", "message 3", "answer v3"]);
        tokio::time::sleep(Duration::from_secs(30)).await;
        play.say(id, "say still").await.unwrap();
        assert_eq!(play.heard(), ["message 4", "answer v4"]);
        tokio::time::sleep(Duration::from_mins(1)).await;
        play.say(id, "say after").await.unwrap();
        assert_eq!(play.heard(), ["stranded 5", "message 6", "answer v6"]);
        assert_eq!(play.rebuilds(), 1);
    });
}

#[test]
fn a_fold_that_panics_rebuilds_the_stage() {
    play(async |play: Play| {
        play.configure(vec![play.channel(), agent("ann")]).await;
        let id = play.create("default-messaging").await;
        toys::POISON.set(1);
        play.say(id, "tell ann").await.unwrap();
        play.until_rebuilt(1).await;
        assert_eq!(play.say(id, "say after").await.unwrap(), 4);
        assert_eq!(play.fold().await.machines.agents[&"ann".into()].seen, [2, 3]);
    });
}

#[test]
fn a_journal_that_cannot_be_folded_ends_the_stage() {
    play(async |play: Play| {
        play.configure(vec![play.channel(), agent("ann")]).await;
        let id = play.create("default-messaging").await;
        toys::POISON.set(100);
        play.say(id, "tell ann").await.unwrap();
        play.until_ended().await;
        assert_eq!(play.say(id, "say after").await.unwrap_err(), "Unavailable");
        toys::POISON.set(0);
    });
}

#[test]
fn after_a_failed_sync_nobody_is_told_yes_and_the_house_works_again() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.files.fail_sync(1);
        assert_eq!(play.say(id, "say lost").await.unwrap_err(), "Unavailable");
        play.until_rebuilt(1).await;
        assert_eq!(play.rebuilds(), 1);
        assert_eq!(play.say(id, "say again").await.unwrap(), 2, "the lost one is not there");
        let ensemble = play.fold().await;
        assert_eq!(ensemble.machines.queues[&"default-messaging".into()].conversations[&id].messages, 1);
    });
}

#[test]
fn a_dead_disk_is_tried_until_it_lives() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.files.set_dead(true);
        assert_eq!(play.say(id, "say lost").await.unwrap_err(), "Unavailable");
        assert_eq!(play.say(id, "say lost").await.unwrap_err(), "Unavailable");
        play.files.set_dead(false);
        play.until_rebuilt(1).await;
        assert_eq!(play.say(id, "say again").await.unwrap(), 2);
    });
}

#[test]
fn a_start_on_the_same_data_makes_the_same_machines() {
    play(async |play: Play| {
        let mut changes = queues(&["a", "b"]);
        changes.extend([play.channel(), agent("ann")]);
        play.configure(changes).await;
        let mut ids = Vec::new();
        for queue in ["a", "b", "default-messaging"] {
            let id = play.create(queue).await;
            play.say(id, "tell ann").await.unwrap();
            play.say(id, "two").await.unwrap();
            ids.push(id);
        }
        play.say(ids[0], "move b").await.unwrap();
        let (first, second) = (play.fold().await, play.fold().await);
        for queue in ["a", "b", "default-messaging"] {
            let address = crate::actors::messages::Address::Queue(queue.into());
            assert_eq!(first.describe(&address), second.describe(&address));
        }
        assert_eq!(first.machines.agents[&"ann".into()].seen, [2, 3, 2, 3, 2, 3]);
        assert_eq!(first.directory, second.directory);
        play.break_stage().await;
        assert_eq!(play.say(ids[0], "say there").await.unwrap(), 7, "a rebuild goes on where it was");
    });
}

#[test]
fn an_answer_with_a_key_is_kept_in_the_unit_of_its_effect() {
    play(async |play: Play| {
        play.configure(vec![play.channel()]).await;
        let id = play.create("default-messaging").await;
        play.heard();
        play.say_with_key(id, "say once").await.unwrap();
        assert_eq!(play.heard(), ["message 2", "kept", "answer v2"]);
        let units = play.units().await;
        let mut records = 0;
        records::decode(units.last().unwrap().0, &units.last().unwrap().1, &mut |_| records += 1).unwrap();
        assert_eq!(records, 2);
    });
}

#[test]
fn nobody_there_is_an_answer() {
    play(async |play: Play| {
        let nobody = crate::domain::ids::ConversationId(uuid::Uuid::nil());
        assert_eq!(play.say(nobody, "say hello").await.unwrap_err(), "Refused UnknownConversation");
        assert_eq!(play.create_later("a").await.unwrap().unwrap_err(), "Refused Invalid");
    });
}
