//! A bounded queue towards one socket. Whoever reads too slowly is closed with 1013 and can resume.
//!
//! Pushed to by the READ thread, the pick thread and the socket's own handler; read by the socket's task. Never blocks.

mod wakes;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use bytestring::ByteString;

pub(in crate::actors) use wakes::together;

use crate::domain::ids::GrantId;

/// Most frames that wait for one socket: a burst of assignments with their updates, not a minute of a busy floor.
pub const OUTBOX_FRAMES: usize = 1_024;
/// Most bytes that wait for one socket: two `welcome`s of a supervisor with hundreds of conversations; 10,000 stalled
/// sockets then hold some gigabytes at the very worst, and are closed rather than grow. One frame that is larger is taken
/// where nothing else waits: the board of a house with ten thousand agents has some three megabytes.
pub const OUTBOX_BYTES: usize = 1 << 20;
/// Close code of a socket that reads too slowly: try again later.
pub const CLOSE_TRY_AGAIN: u16 = 1013;

/// What a socket's task is to send next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outgoing {
    /// A text frame.
    Text(ByteString),
    /// A WebSocket ping with this content.
    Ping(Vec<u8>),
    /// A WebSocket ping with this rising number as eight bytes, big-endian. Its pong acknowledges the grant, and those
    /// of all lower numbers.
    OfferPing {
        /// Rises with each on this socket; the first is 1.
        number: u64,
        /// The offer or assignment that went out just before.
        grant: GrantId,
    },
    /// Close with this code and reason; nothing follows.
    Close(u16, &'static str),
}

#[derive(Default)]
struct State {
    queue: VecDeque<Outgoing>,
    bytes: usize,
    pings: u64,
    close: Option<(u16, &'static str)>,
    /// The close was handed out, or the reader is gone.
    over: bool,
    waker: Option<Waker>,
}

/// The end that is pushed to; clones share the queue.
#[derive(Clone)]
pub struct Outbox(Arc<Mutex<State>>);

/// The end that the socket's task reads.
pub struct OutboxReader(Arc<Mutex<State>>);

/// A new queue towards one socket.
pub fn outbox() -> (Outbox, OutboxReader) {
    let state = Arc::new(Mutex::new(State::default()));
    (Outbox(Arc::clone(&state)), OutboxReader(state))
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Outbox {
    /// Adds a text frame. `false`: the socket is closed, or is closed now since it is full.
    pub fn try_push(&self, text: ByteString) -> bool {
        self.push(Outgoing::Text(text))
    }

    /// Adds a ping.
    pub fn try_ping(&self, content: Vec<u8>) -> bool {
        self.push(Outgoing::Ping(content))
    }

    /// Adds the ping that goes out with an offer or an assignment.
    pub fn try_offer_ping(&self, grant: GrantId) -> bool {
        let number = {
            let mut state = locked(&self.0);
            state.pings += 1;
            state.pings
        };
        self.push(Outgoing::OfferPing { number, grant })
    }

    /// Closes after what was pushed before. The first close counts.
    pub fn close(&self, code: u16, reason: &'static str) {
        let mut state = locked(&self.0);
        state.close.get_or_insert((code, reason));
        wake(state);
    }

    /// Whether nothing more is taken.
    pub fn is_closed(&self) -> bool {
        let state = locked(&self.0);
        state.over || state.close.is_some()
    }

    fn push(&self, outgoing: Outgoing) -> bool {
        let mut state = locked(&self.0);
        if state.over || state.close.is_some() {
            return false;
        }
        let bytes = size(&outgoing);
        let full = !state.queue.is_empty() && state.bytes + bytes > OUTBOX_BYTES;
        if full || state.queue.len() >= OUTBOX_FRAMES {
            // What waited is dropped: the reader resumes, and memory is free at once.
            state.queue.clear();
            state.bytes = 0;
            state.close = Some((CLOSE_TRY_AGAIN, "too slow"));
            wake(state);
            return false;
        }
        state.bytes += bytes;
        state.queue.push_back(outgoing);
        wake(state);
        true
    }
}

fn size(outgoing: &Outgoing) -> usize {
    match outgoing {
        Outgoing::Text(text) => text.len(),
        Outgoing::Ping(content) => content.len(),
        Outgoing::OfferPing { .. } | Outgoing::Close(..) => 8,
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        wakes::wake(waker);
    }
}

impl OutboxReader {
    /// The next thing to send; waits for it. After [`Outgoing::Close`] it gives that again for ever.
    pub async fn next(&mut self) -> Outgoing {
        poll_fn(|cx| {
            let mut state = locked(&self.0);
            if let Some(outgoing) = take(&mut state) {
                return Poll::Ready(outgoing);
            }
            state.waker = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// The next thing to send, if there is one now.
    pub fn try_next(&mut self) -> Option<Outgoing> {
        take(&mut locked(&self.0))
    }
}

fn take(state: &mut State) -> Option<Outgoing> {
    if let Some(outgoing) = state.queue.pop_front() {
        state.bytes -= size(&outgoing);
        return Some(outgoing);
    }
    let (code, reason) = state.close?;
    state.over = true;
    Some(Outgoing::Close(code, reason))
}

impl Drop for OutboxReader {
    fn drop(&mut self) {
        let mut state = locked(&self.0);
        state.over = true;
        state.queue.clear();
        state.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(reader: &mut OutboxReader) -> Vec<Outgoing> {
        std::iter::from_fn(|| reader.try_next()).take(5).collect()
    }

    #[test]
    fn what_was_pushed_before_a_close_still_leaves_and_nothing_after_it() {
        let (outbox, mut reader) = outbox();
        assert!(outbox.try_push("one".into()));
        outbox.close(1001, "bye");
        outbox.close(4401, "late");
        assert!(!outbox.try_push("two".into()));
        assert_eq!(all(&mut reader)[..2], [Outgoing::Text("one".into()), Outgoing::Close(1001, "bye")]);
    }

    #[test]
    fn a_socket_that_reads_too_slowly_is_closed_with_1013_and_holds_nothing() {
        let (outbox, mut reader) = outbox();
        let pushed = (0..2 * OUTBOX_FRAMES).filter(|_| outbox.try_push("x".into())).count();
        assert_eq!(pushed, OUTBOX_FRAMES);
        assert_eq!(reader.try_next(), Some(Outgoing::Close(CLOSE_TRY_AGAIN, "too slow")));
        let (outbox, _reader) = super::outbox();
        let big: ByteString = "x".repeat(OUTBOX_BYTES / 2 + 1).into();
        assert!(outbox.try_push(big.clone()));
        assert!(!outbox.try_push(big));
        assert!(outbox.is_closed());
    }

    #[test]
    fn a_frame_larger_than_the_bound_is_taken_where_nothing_else_waits() {
        let (outbox, mut reader) = outbox();
        let board: ByteString = "x".repeat(3 * OUTBOX_BYTES).into();
        assert!(outbox.try_push(board.clone()));
        assert_eq!(reader.try_next(), Some(Outgoing::Text(board.clone())));
        assert!(outbox.try_push(board) && !outbox.try_push("y".into()));
    }

    #[test]
    fn nothing_is_taken_for_a_reader_that_is_gone() {
        let (outbox, reader) = outbox();
        drop(reader);
        assert!(!outbox.try_push("x".into()));
    }

    #[tokio::test]
    async fn a_waiting_reader_is_woken() {
        let (outbox, mut reader) = outbox();
        let grant = GrantId(uuid::Uuid::nil());
        let reading = tokio::spawn(async move { reader.next().await });
        tokio::task::yield_now().await;
        assert!(outbox.try_offer_ping(grant));
        assert_eq!(reading.await.ok(), Some(Outgoing::OfferPing { number: 1, grant }));
    }
}
