//! Pick lists, queue positions and boards: soft, so they leave on a thread of their own, and one ticker serves them all.
//!
//! A tick looks only at queues that were touched since the last one; nothing touched, nothing done. Sessions with the same
//! queues and wishes share one look. A tick that takes long delays the next: changes then come less often, never stale.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Feeds;
use crate::actors::health::{Health, Part};
use crate::actors::outbox::Outbox;
use crate::actors::pick_list::Subscription;
use crate::actors::pick_list::{Difference, Round, Window};
use crate::actors::ride::Command;
use crate::actors::shown::Frame;
use crate::actors::stats::board::Board;
use crate::domain::ids::{ConversationId, SessionId};

/// Between two ticks: changes come at most four times a second (CONTRACT §5).
const TICK_MS: i64 = 250;
/// Positions are told each so many ticks: at most once a second.
const POSITION_TICKS: u64 = 4;
/// What changed on the board is told each so many ticks: at most twice a second.
const BOARD_TICKS: u64 = 2;
/// Frames of agents who left are swept, and what was measured of agents is stored, each so many ticks: about once a
/// minute.
const SWEEP_TICKS: u64 = 240;

/// What the thread is told.
pub(super) enum PickCommand {
    /// A session wants a window.
    Subscribe(SessionId, Subscription),
    /// It no longer does.
    Unsubscribe(SessionId),
    /// A supervisor's socket came.
    Board(SessionId, Outbox),
    /// A customer's socket came: tell its place with the next look.
    Position(ConversationId),
    /// End the thread.
    Stop,
}

/// What a session has been sent.
struct Seen {
    subscription: Subscription,
    sent: BTreeMap<ConversationId, u32>,
    total: usize,
}

/// All windows; owned by the thread.
pub(super) struct Picks {
    feeds: Arc<Feeds>,
    seen: BTreeMap<SessionId, Seen>,
    /// Customers whose place is due whatever was touched.
    positions: Vec<ConversationId>,
    /// Something in a line changed since positions were told.
    moved: bool,
    /// What supervisors have seen.
    board: Board,
    ticks: u64,
}

/// The running thread.
pub struct PickThread {
    tell: Sender<PickCommand>,
    thread: JoinHandle<()>,
}

impl PickThread {
    /// Starts the thread that serves pick lists and positions. Called once at a start.
    ///
    /// # Panics
    /// If the system gives the process no thread.
    pub fn start(feeds: &Arc<Feeds>, health: Arc<Health>) -> Self {
        let (tell, told) = channel();
        // Once: the house has one.
        let _ = feeds.picks.set(tell.clone());
        let mut picks = Picks::new(Arc::clone(feeds));
        let thread = std::thread::Builder::new()
            .name("picks".to_owned())
            .spawn(move || {
                health.watch(Part::PickLists, || picks.run(&told));
            })
            .expect("the system gives the process the one thread that its pick lists need");
        Self { tell, thread }
    }

    /// Ends the thread. Blocks for at most one tick.
    pub fn stop(self) {
        let _ = self.tell.send(PickCommand::Stop);
        let _ = self.thread.join();
    }
}

impl Picks {
    pub(super) fn new(feeds: Arc<Feeds>) -> Self {
        Self {
            feeds,
            seen: BTreeMap::new(),
            positions: Vec::new(),
            moved: false,
            board: Board::default(),
            ticks: 0,
        }
    }

    fn run(&mut self, told: &Receiver<PickCommand>) {
        let mut next = (self.feeds.now)().plus_ms(TICK_MS);
        loop {
            let wait = next.ms_since((self.feeds.now)()).clamp(0, TICK_MS);
            match told.recv_timeout(Duration::from_millis(wait.unsigned_abs())) {
                Ok(PickCommand::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(command) => self.take(command),
                Err(RecvTimeoutError::Timeout) => {
                    self.tick();
                    next = (self.feeds.now)().plus_ms(TICK_MS);
                }
            }
        }
    }

    /// Takes a command; a subscription is answered with a snapshot at once.
    pub(super) fn take(&mut self, command: PickCommand) {
        match command {
            PickCommand::Subscribe(session, subscription) => self.subscribe(session, subscription),
            PickCommand::Unsubscribe(session) => drop(self.seen.remove(&session)),
            PickCommand::Board(session, outbox) => self.feeds.welcome_board(session, outbox, &mut self.board),
            PickCommand::Position(id) => self.positions.push(id),
            PickCommand::Stop => {}
        }
    }

    fn subscribe(&mut self, session: SessionId, subscription: Subscription) {
        let Some(agent) = self.feeds.sessions.get(&session).map(|session| session.agent.clone()) else {
            return;
        };
        let mut round = Round::new(&self.feeds.read);
        let queues = round.queues_of(&agent, &subscription);
        let window = round.window(&queues, &subscription);
        drop(round);
        if self.feeds.to_session(session, &Frame::PickSnapshot { items: &window.items, total: window.total })
        {
            let seen = Seen { subscription, sent: versions(&window), total: window.total };
            self.seen.insert(session, seen);
        }
    }

    /// Sends what changed since the last tick.
    pub(super) fn tick(&mut self) {
        self.ticks += 1;
        let touched = self.feeds.read.take_touched();
        if touched.all || !touched.queues.is_empty() {
            self.moved = true;
            let feeds = Arc::clone(&self.feeds);
            let mut round = Round::new(&feeds.read);
            self.seen.retain(|session, seen| {
                let Some(agent) = feeds.sessions.get(session).map(|session| session.agent.clone()) else {
                    return false;
                };
                let queues = round.queues_of(&agent, &seen.subscription);
                if !touched.all && !queues.iter().any(|queue| touched.queues.contains(queue)) {
                    return true;
                }
                feeds.send_change(*session, seen, &round.window(&queues, &seen.subscription))
            });
        }
        if self.ticks.is_multiple_of(POSITION_TICKS) {
            let due = std::mem::take(&mut self.positions);
            let all = if std::mem::take(&mut self.moved) { self.feeds.attached_customers() } else { due };
            all.into_iter().for_each(|id| self.feeds.tell_position(id));
        }
        if self.ticks.is_multiple_of(BOARD_TICKS) {
            self.feeds.tell_boards(&mut self.board);
        }
        if self.ticks.is_multiple_of(SWEEP_TICKS) {
            self.feeds.sweep();
            self.feeds.tell_reader(Command::Measure);
        }
    }
}

impl Feeds {
    /// Whether the session still takes frames.
    fn send_change(&self, session: SessionId, seen: &mut Seen, window: &Window) -> bool {
        let difference = Difference::between(&seen.sent, window);
        if difference.is_empty() && seen.total == window.total {
            return true;
        }
        seen.sent = versions(window);
        seen.total = window.total;
        let Difference { added, changed, removed } = &difference;
        self.to_session(session, &Frame::PickChanged { added, changed, removed, total: window.total })
    }

    /// Sends a frame without a number to one socket. Whether it took it.
    fn to_session(&self, session: SessionId, frame: &Frame<'_>) -> bool {
        let Some(outbox) = self.sessions.get(&session).map(|session| session.outbox.clone()) else {
            return false;
        };
        outbox.try_push(self.writer.agent(frame, None, (self.now)(), &self.read.config()))
    }
}

fn versions(window: &Window) -> BTreeMap<ConversationId, u32> {
    window.items.iter().map(|item| (item.id(), item.version)).collect()
}
