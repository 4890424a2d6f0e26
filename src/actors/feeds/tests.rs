use std::sync::{Arc, Mutex};

use super::picks::{PickCommand, Picks};
use super::*;
use crate::actors::fixtures::{
    Words, assigned, closed, created, created_with, grant, id, offered, read_side, said, session,
};
use crate::actors::outbox::{OUTBOX_FRAMES, OutboxReader, Outgoing, outbox};
use crate::actors::pick_list::PickSort;
use crate::actors::read_side::ReadSide;
use crate::actors::shown::AskError;
use crate::domain::command::{AgentShown, Welcome};
use crate::domain::conversation::Visibility;
use crate::domain::machine::Notice;
use crate::domain::presence::BasePresence;
use crate::domain::record::Record;

struct Kit {
    read: Arc<ReadSide>,
    feeds: Arc<Feeds>,
    left: Arc<Mutex<Vec<GrantId>>>,
}

fn kit(records: &[Arc<Record>]) -> Kit {
    let read = read_side(records);
    let left = Arc::new(Mutex::new(Vec::new()));
    let on_left: OnLeft = {
        let left = Arc::clone(&left);
        Box::new(move |_, grant| left.lock().unwrap_or_else(|_| unreachable!()).push(grant))
    };
    let now: Now = Arc::new(|| Timestamp(1_000));
    let feeds = Arc::new(Feeds::new(Arc::clone(&read), Arc::new(Words), now, on_left));
    Kit { read, feeds, left }
}

fn welcome(agent: &str, n: u128) -> Welcome {
    let shown = AgentShown {
        presence: "available".into(),
        base: BasePresence::Available,
        connected: true,
        sessions: 1,
        capacity: 100,
        used: 0,
        since: Timestamp(0),
    };
    Welcome { agent: agent.into(), session: session(n), shown }
}

impl Kit {
    fn attach(&self, agent: &str, n: u128, resume: Option<(u128, u64)>) -> OutboxReader {
        let (sending, reader) = outbox();
        self.feeds.register(session(n), agent.into(), sending, resume.map(|(old, seq)| (session(old), seq)));
        assert!(self.feeds.welcome(&welcome(agent, n)).is_ok());
        reader
    }

    fn say(&self, agent: &str, message: u32, via: Option<u128>) {
        let event = said(1, message + 1, message, Visibility::Public, via.map(session));
        self.read.apply(&event);
        self.feeds.notice(&Notice::Message { agent: agent.into(), event });
    }
}

fn drain(reader: &mut OutboxReader) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(outgoing) = reader.try_next() {
        all.push(match outgoing {
            Outgoing::Text(text) => text.to_string(),
            Outgoing::OfferPing { number, .. } => format!("ping {number}"),
            Outgoing::Ping(_) => "ping".to_owned(),
            Outgoing::Close(code, _) => {
                all.push(format!("close {code}"));
                return all;
            }
        });
    }
    all
}

#[test]
fn every_socket_of_an_agent_gets_every_frame_with_one_rising_number() {
    let kit = kit(&[created(1)]);
    let (mut one, mut two) = (kit.attach("a", 11, None), kit.attach("a", 12, None));
    kit.say("a", 1, Some(11));
    kit.say("a", 2, None);
    assert_eq!(drain(&mut one), ["0: welcome 0+0 resumed=false", "2: text 2"]);
    assert_eq!(drain(&mut two), ["0: welcome 0+0 resumed=false", "1: text 1", "2: text 2"]);
}

#[test]
fn a_socket_that_comes_back_gets_what_it_missed_once_and_in_order() {
    let kit = kit(&[created(1)]);
    let first = kit.attach("a", 11, None);
    kit.say("a", 1, None);
    kit.feeds.detach(session(11));
    drop(first);
    kit.say("a", 2, Some(11));
    kit.say("a", 3, None);
    let mut again = kit.attach("a", 12, Some((11, 1)));
    kit.say("a", 4, None);
    assert_eq!(drain(&mut again), ["1: welcome 0+0 resumed=true", "3: text 3", "4: text 4"]);
}

#[test]
fn a_resume_beyond_the_ring_or_of_an_unknown_session_gets_the_whole_state() {
    let kit = kit(&[created(1)]);
    let _first = kit.attach("a", 11, None);
    (1..=300).for_each(|n| kit.say("a", n, None));
    let mut late = kit.attach("a", 12, Some((11, 1)));
    assert_eq!(drain(&mut late), ["300: welcome 0+0 resumed=false"]);
    let mut ahead = kit.attach("a", 13, Some((11, 301)));
    assert_eq!(drain(&mut ahead), ["300: welcome 0+0 resumed=false"]);
    let mut unknown = kit.attach("a", 14, Some((99, 300)));
    assert_eq!(drain(&mut unknown), ["300: welcome 0+0 resumed=false"]);
    let mut exact = kit.attach("a", 15, Some((11, 300)));
    assert_eq!(drain(&mut exact), ["300: welcome 0+0 resumed=true"]);
}

#[test]
fn a_socket_that_is_welcomed_twice_gets_each_frame_once() {
    let kit = kit(&[created(1)]);
    let mut reader = kit.attach("a", 11, None);
    assert!(kit.feeds.welcome(&welcome("a", 11)).is_ok());
    kit.say("a", 1, None);
    assert_eq!(drain(&mut reader)[2..], ["1: text 1"]);
}

#[test]
fn a_resume_of_another_agents_session_is_refused() {
    let kit = kit(&[]);
    let _first = kit.attach("a", 11, None);
    let (sending, mut reader) = outbox();
    kit.feeds.register(session(12), "b".into(), sending, Some((session(11), 0)));
    assert!(matches!(kit.feeds.welcome(&welcome("b", 12)), Err(AskError::Refused(_))));
    assert!(drain(&mut reader).is_empty());
}

#[test]
fn an_offer_leaves_with_a_ping_and_the_stage_is_told_only_if_somebody_got_it() {
    let kit = kit(&[created(1), offered(1, 2, grant(7, "a"))]);
    let notice = Notice::OfferCreated { agent: "a".into(), conversation: id(1), grant: grant(7, "a").id };
    kit.feeds.notice(&notice);
    assert!(kit.left.lock().is_ok_and(|left| left.is_empty()));
    let mut reader = kit.attach("a", 11, None);
    assert_eq!(drain(&mut reader), ["0: welcome 0+1 resumed=false", "ping 1"]);
    kit.feeds.notice(&notice);
    assert_eq!(drain(&mut reader), ["1: offer 1", "ping 2"]);
    assert!(kit.left.lock().is_ok_and(|left| left.len() == 2));
}

#[test]
fn an_alarm_reaches_every_socket_of_supervisors_alone_and_says_what_it_is_about() {
    let kit = kit(&[]);
    let mut agent = kit.attach("a", 11, None);
    let (mut one, mut two) = (kit.attach("s", 12, None), kit.attach("s", 13, None));
    let queue = Some("default-messaging".into());
    kit.feeds.notice(&Notice::Alarm { code: "queue_without_members", conversation: None, queue });
    assert_eq!(drain(&mut agent).len(), 1);
    let said = "1: notice warning queue_without_members Conversations wait in a queue that nobody serves. \
        Queue: Default messaging queue.";
    assert_eq!(drain(&mut one)[1], said);
    assert_eq!(drain(&mut two)[1], said);
    kit.feeds.notice(&Notice::Alarm { code: "not_in_the_table", conversation: None, queue: None });
    assert_eq!(drain(&mut one)[0], "2: notice warning not_in_the_table not_in_the_table");
}

#[test]
fn a_socket_that_reads_too_slowly_is_closed_and_the_others_go_on() {
    let kit = kit(&[created(1)]);
    let mut slow = kit.attach("a", 11, None);
    let mut quick = kit.attach("a", 12, None);
    for n in 1..=OUTBOX_FRAMES as u32 {
        kit.say("a", n, None);
        drain(&mut quick);
    }
    assert_eq!(drain(&mut slow), ["close 1013"]);
    kit.feeds.close_agent(&"a".into(), 4401);
    assert_eq!(drain(&mut quick), ["close 4401"]);
}

#[test]
fn a_customer_hears_public_messages_the_agents_name_and_the_end_once() {
    let kit = kit(&[created(1)]);
    let tell = |record: Arc<Record>| {
        kit.read.apply(&record);
        kit.feeds.recorded(&record);
    };
    let (sending, mut reader) = outbox();
    kit.feeds.customer_attached(session(1), id(1), sending);
    kit.feeds.tell_position(id(1));
    kit.feeds.tell_position(id(1));
    tell(said(1, 2, 1, Visibility::Public, Some(session(1))));
    tell(said(1, 3, 2, Visibility::Internal, None));
    tell(said(1, 4, 3, Visibility::Public, None));
    tell(assigned(1, 5, grant(7, "a")));
    tell(closed(1, 6, Some("a")));
    assert_eq!(
        drain(&mut reader),
        ["welcome 0 None", "position 1", "text 3", "joined a", "ended force_closed"]
    );
    kit.feeds.customer_detached(session(1), id(1));
    assert_eq!(kit.feeds.sockets(), 0);
}

fn all() -> Subscription {
    Subscription { queue_id: None, work_stream_id: None, search: None, sort: PickSort::Age, limit: 2 }
}

#[test]
fn a_pick_list_is_a_window_with_its_total_and_then_only_what_changed() {
    let kit = kit(&[created(1), created(2), created(3)]);
    let mut reader = kit.attach("a", 11, None);
    drain(&mut reader);
    let mut picks = Picks::new(Arc::clone(&kit.feeds));
    picks.tick();
    picks.take(PickCommand::Subscribe(session(11), all()));
    picks.tick();
    assert_eq!(drain(&mut reader), ["picks [1, 2] of 3"]);
    kit.read.apply(&assigned(1, 2, grant(7, "b")));
    kit.read.apply(&said(2, 2, 1, Visibility::Public, None));
    picks.tick();
    picks.tick();
    assert_eq!(drain(&mut reader), ["+[3] ~[2] -[1] of 2"]);
    picks.take(PickCommand::Unsubscribe(session(11)));
    kit.read.apply(&closed(2, 3, None));
    picks.tick();
    assert!(drain(&mut reader).is_empty());
}

#[test]
fn a_pick_list_can_be_searched_and_sorted() {
    let named = |n, name: &str, priority| {
        created_with(n, |born| {
            born.customer.name = Some(name.to_owned());
            born.priority = priority;
        })
    };
    let kit = kit(&[named(1, "Zoë Quick", 0), named(2, "Ann QUICKLY", 9), named(3, "Bob", 0)]);
    let mut reader = kit.attach("a", 11, None);
    drain(&mut reader);
    let mut picks = Picks::new(Arc::clone(&kit.feeds));
    let mut ask = |subscription| {
        picks.take(PickCommand::Subscribe(session(11), subscription));
        drain(&mut reader)
    };
    assert_eq!(ask(Subscription { search: Some("quick".to_owned()), ..all() }), ["picks [1, 2] of 2"]);
    assert_eq!(ask(Subscription { sort: PickSort::Customer, limit: 3, ..all() }), ["picks [2, 3, 1] of 3"]);
    assert_eq!(ask(Subscription { sort: PickSort::Priority, ..all() }), ["picks [2, 1] of 3"]);
    assert_eq!(ask(Subscription { queue_id: Some("other".into()), ..all() }), ["picks [] of 0"]);
}
