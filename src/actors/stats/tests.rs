use std::sync::Arc;

use super::distribution::Distribution;
use super::*;
use crate::actors::fixtures::{
    QUEUE, assigned, created, created_with, grant, id, offered, read_side, record, said,
};
use crate::actors::read_side::ReadSide;
use crate::domain::config::{Queue, QueueType};
use crate::domain::conversation::{By, CloseReason, Happening, Message, ReturnReason, Sender, Visibility};
use crate::domain::ids::MessageId;
use crate::domain::offer::{Grant, GrantKind, OfferEnd};
use crate::domain::record::Configured;

/// The service level of the default queue in these stories, in seconds.
const TARGET: u32 = 3;

fn target() -> Arc<Record> {
    let queue = Queue { service_level_seconds: Some(TARGET), ..Queue::named("Q", QueueType::Messaging) };
    let change = Change::PutQueue(QUEUE.into(), Arc::new(queue));
    Arc::new(Record::Configured(Configured { at: Timestamp(1), by: By::System, change }))
}

/// A read side that has counted these records from the first one.
fn counted(records: &[Arc<Record>]) -> Arc<ReadSide> {
    let read = read_side(&[]);
    read.begin_counting(None, false);
    records.iter().for_each(|record| read.apply(record));
    read
}

fn queue() -> Subject {
    Subject::Queue(QUEUE.into())
}

fn agent(id: &str) -> Subject {
    Subject::Agent(id.into())
}

/// The one row of a subject; stories are shorter than a quarter hour.
fn row(read: &ReadSide, subject: &Subject) -> Row {
    let parts = read.figures(std::slice::from_ref(subject), Quarter(0), &[Quarter(1)], Timestamp(0)).unwrap();
    parts[subject][0].0.clone()
}

fn level(read: &ReadSide) -> board::Places {
    read.board().queues[&QUEUE.into()].places
}

fn ended(n: u128, seq: u32, grant: Grant, end: OfferEnd) -> Arc<Record> {
    record(n, seq, Happening::OfferEnded { grant, end, cause: None, cooldown_until: None, missed: false })
}

fn accepted(n: u128, seq: u32, grant: Grant) -> Arc<Record> {
    record(n, seq, Happening::Assigned { grant, from_offer: true, ends: None, trace: None })
}

fn wrapped_up(n: u128, seq: u32, grant: Grant) -> Arc<Record> {
    record(n, seq, Happening::WrapUp { grant, hold_until: None, by_customer: false })
}

fn closed(n: u128, seq: u32, reason: CloseReason, agent: Option<&str>) -> Arc<Record> {
    let agent = agent.map(Into::into);
    record(n, seq, Happening::Closed { reason, note: None, ends: None, agent })
}

fn answered_by(n: u128, seq: u32, message: u32, agent: &str, visibility: Visibility) -> Arc<Record> {
    let message = Message {
        attachments: Vec::new(),
        id: MessageId(uuid::Uuid::from_u128(u128::from(message))),
        seq: message,
        sender: Sender::Agent(agent.into()),
        text: "Hello".into(),
        visibility,
        client_message_id: None,
        created_at: Timestamp(0),
        automated: None,
    };
    record(n, seq, Happening::Message { message: Arc::new(message), to: None, via: None })
}

#[test]
fn an_offer_counts_by_how_it_ended() {
    let read = counted(&[
        created(1),
        offered(1, 2, grant(7, "a")),
        ended(1, 3, grant(7, "a"), OfferEnd::Declined),
        offered(1, 4, grant(8, "b")),
        ended(1, 5, grant(8, "b"), OfferEnd::TimedOut),
        offered(1, 6, grant(9, "b")),
        ended(1, 7, grant(9, "b"), OfferEnd::Withdrawn),
        offered(1, 8, grant(10, "a")),
        accepted(1, 9, grant(10, "a")),
    ]);
    let ends = |row: Row| [row.offered, row.accepted, row.declined, row.timed_out, row.withdrawn];
    assert_eq!(ends(row(&read, &queue())), [4, 1, 1, 1, 1]);
    assert_eq!(ends(row(&read, &Subject::WorkStream("picked".into()))), [4, 1, 1, 1, 1]);
    assert_eq!(ends(row(&read, &agent("a"))), [2, 1, 1, 0, 0]);
    assert_eq!(ends(row(&read, &agent("b"))), [2, 0, 0, 1, 1]);
}

#[test]
fn a_wait_ends_with_the_agent_and_work_with_the_close() {
    let read = counted(
        &[
            created(1),
            assigned(1, 4, grant(7, "a")),
            wrapped_up(1, 10, grant(7, "a")),
            closed(1, 15, CloseReason::AgentClosed, Some("a")),
        ]
        .map(resequenced(&[1, 2, 3, 4])),
    );
    for subject in [queue(), agent("a"), Subject::WorkStream("picked".into())] {
        let row = row(&read, &subject);
        let totals = [&row.wait, &row.active, &row.wrap_up, &row.handle].map(Distribution::total_ms);
        assert_eq!(totals, [3_000, 6_000, 5_000, 11_000], "{subject:?}");
        assert_eq!((row.answered, row.closed[&CloseReason::AgentClosed]), (1, 1));
    }
    assert_eq!(row(&read, &queue()).assignments, [("a".into(), 1)].into());
    assert_eq!(level(&read), board::Places::default());
}

/// Gives records other numbers, one after the other, without moving them in time.
fn resequenced(seqs: &[u32]) -> impl FnMut(Arc<Record>) -> Arc<Record> + use<> {
    let mut seqs: std::vec::IntoIter<u32> = Vec::from(seqs).into_iter();
    move |record| match &*record {
        Record::Event(event) => {
            let seq = seqs.next().unwrap();
            Arc::new(Record::Event(Event { seq, ..event.clone() }))
        }
        _ => record,
    }
}

#[test]
fn within_the_service_level_is_who_was_answered_in_time_of_all_answered_or_lost() {
    let seqs = [1, 2, 1, 2, 1, 2, 1, 2];
    let read = counted(
        &[
            target(),
            created(1),
            assigned(1, 1 + TARGET, grant(7, "a")),
            created(2),
            assigned(2, 2 + TARGET, grant(8, "a")),
            created(3),
            closed(3, 2, CloseReason::CustomerEnded, None),
            created(4),
            closed(4, 2, CloseReason::ForceClosed, None),
        ]
        .map(resequenced(&seqs)),
    );
    let row = row(&read, &queue());
    assert_eq!((row.arrived, row.answered, row.abandoned), (4, 2, 1));
    assert_eq!((row.rated, row.within_service_level), (3, 1));
    let without = counted(&[created(1), assigned(1, 2, grant(7, "a"))]);
    assert_eq!(self::row(&without, &queue()).rated, 0);
}

#[test]
fn a_customer_who_leaves_an_agent_has_not_abandoned() {
    let read = counted(&[
        created(1),
        assigned(1, 2, grant(7, "a")),
        record(1, 3, Happening::Waiting { ends: grant(7, "a") }),
        closed(1, 4, CloseReason::CustomerEnded, Some("a")),
    ]);
    let row = row(&read, &queue());
    assert_eq!((row.abandoned, row.closed[&CloseReason::CustomerEnded]), (0, 1));
    assert_eq!((row.handle.total_ms(), row.active.total_ms()), (1_000, 1_000));
}

#[test]
fn what_comes_back_waits_anew_and_counts_as_returned() {
    let back = Happening::Released { ends: grant(7, "a"), reason: ReturnReason::Released, first: None };
    let read = counted(
        &[created(1), assigned(1, 2, grant(7, "a")), record(1, 6, back), assigned(1, 8, grant(8, "b"))]
            .map(resequenced(&[1, 2, 3, 4])),
    );
    let row = row(&read, &queue());
    assert_eq!((row.arrived, row.answered, row.returned), (1, 2, 1));
    assert_eq!((row.wait.count(), row.wait.total_ms()), (2, 3_000));
    assert_eq!(self::row(&read, &agent("a")).handle.total_ms(), 4_000);
}

#[test]
fn a_transfer_leaves_one_queue_and_enters_the_other() {
    let before = counted(&[created(1), assigned(1, 2, grant(7, "a"))]);
    let mut after = (*before.in_memory(id(1)).unwrap()).clone();
    after.status = crate::domain::conversation::Status::Open;
    after.status_since = Timestamp(3_000);
    (after.queue_id, after.agent, after.grant, after.version) = ("default-record".into(), None, None, 3);
    let moved =
        crate::domain::conversation::Moved { to: "default-record".into(), conversation: Box::new(after) };
    before.apply(&record(1, 3, Happening::Transferred { moved, ends: Some(grant(7, "a")) }));
    let moves = |subject: Subject| {
        let row = row(&before, &subject);
        (row.transferred_in, row.transferred_out)
    };
    assert_eq!(moves(queue()), (0, 1));
    assert_eq!(moves(Subject::Queue("default-record".into())), (1, 0));
    assert_eq!(moves(agent("a")), (0, 1));
    assert_eq!(row(&before, &agent("a")).handle.count(), 1);
    assert_eq!(before.board().queues[&"default-record".into()].places.waiting, 1);
}

#[test]
fn a_takeover_ends_the_first_agents_work_and_is_no_answer() {
    let mut over = grant(8, "b");
    over.kind = GrantKind::Supervisor;
    let takes =
        Happening::Assigned { grant: over, from_offer: false, ends: Some(grant(7, "a")), trace: None };
    let read = counted(
        &[created(1), assigned(1, 2, grant(7, "a")), record(1, 5, takes)].map(resequenced(&[1, 2, 3])),
    );
    assert_eq!(row(&read, &queue()).answered, 1);
    assert_eq!(row(&read, &agent("a")).handle.total_ms(), 3_000);
    assert_eq!((row(&read, &agent("a")).transferred_out, row(&read, &agent("b")).transferred_in), (1, 1));
}

#[test]
fn only_the_first_public_message_of_an_agent_is_a_first_response() {
    let (public, internal) = (Visibility::Public, Visibility::Internal);
    let back = Happening::Released { ends: grant(7, "a"), reason: ReturnReason::Released, first: None };
    let read = counted(&[
        created(1),
        said(1, 2, 1, public, None),
        assigned(1, 3, grant(7, "a")),
        answered_by(1, 4, 2, "a", internal),
        answered_by(1, 5, 3, "a", public),
        answered_by(1, 6, 4, "a", public),
        record(1, 7, back),
        assigned(1, 8, grant(8, "b")),
        answered_by(1, 9, 5, "b", public),
    ]);
    let first = |subject| {
        let row = row(&read, &subject);
        (row.first_response.count(), row.first_response.total_ms())
    };
    assert_eq!(first(queue()), (1, 4_000), "from the creation");
    assert_eq!(first(agent("a")), (1, 2_000), "from the assignment");
    assert_eq!(first(agent("b")), (1, 1_000));
}

#[test]
fn the_board_says_where_everything_is_now() {
    let read = counted(&[
        created(1),
        created(2),
        offered(2, 2, grant(8, "a")),
        created(3),
        assigned(3, 2, grant(9, "a")),
        wrapped_up(3, 3, grant(9, "a")),
        created(4),
        assigned(4, 2, grant(10, "b")),
        record(4, 3, Happening::Waiting { ends: grant(10, "b") }),
        created(5),
        assigned(5, 2, grant(11, "b")),
    ]);
    let places = level(&read);
    assert_eq!((places.waiting, places.on_offer, places.active), (1, 1, 1));
    assert_eq!((places.waiting_for_customer, places.wrap_up), (1, 1));
    assert_eq!(places.waiting_since, Some(Timestamp(1_000)));
    let board = read.board();
    let a = board.agents[&"a".into()].places;
    assert_eq!((a.on_offer, a.wrap_up, a.active), (1, 1, 0));
    assert_eq!(board.work_streams[&"picked".into()].places, places);
    assert_eq!(board.since(&board).agents.len() + board.since(&board).queues.len(), 0);
}

#[test]
fn a_snapshots_conversations_are_on_the_board_and_are_not_counted_again() {
    let before = [created(1), created_with(2, |born| born.priority = 1), assigned(2, 2, grant(7, "a"))];
    let (one, two) = (counted(&before), read_side(&[]));
    before.iter().for_each(|record| two.apply(record));
    let mut checkpoint = one.stats().checkpoint();
    assert_eq!(checkpoint.quarter, Quarter(0));
    checkpoint.rows.values_mut().for_each(|row| row.arrived += 10);
    two.begin_counting(Some(checkpoint), false);
    two.apply(&assigned(1, 2, grant(8, "a")));
    assert_eq!((row(&two, &queue()).arrived, row(&two, &queue()).answered), (12, 2));
    assert_eq!(two.board().agents[&"a".into()].places.active, 2);
}

#[test]
fn a_wait_is_estimated_once_five_have_left_a_line_that_waited() {
    let wait = |departed: u128| {
        let arrivals = (1..=8).map(created);
        let departures = (1..=departed).map(|n| {
            let at_seconds = u32::try_from(n).unwrap() * 10;
            resequenced(&[2])(assigned(n, at_seconds, grant(n, "a")))
        });
        let records: Vec<_> = arrivals.chain(departures).collect();
        counted(&records).wait(id(8), Timestamp(60_000))
    };
    assert_eq!(wait(4), None);
    // Five in 59 s, and two are ahead: about 35 s.
    let range = wait(5).unwrap();
    assert!(
        (5_000..30_000).contains(&range.low_ms) && (40_000..120_000).contains(&range.high_ms),
        "{range:?}"
    );
}

#[test]
fn who_is_answered_at_once_says_nothing_about_the_line() {
    let at_once = |n: u128| [created(n), resequenced(&[2])(assigned(n, 1, grant(n, "a")))];
    let records: Vec<_> = (1..=20).flat_map(at_once).chain([created(21)]).collect();
    assert_eq!(counted(&records).wait(id(21), Timestamp(60_000)), None);
}
