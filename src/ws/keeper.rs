//! Liveness, outside of the transport: a jammed socket freezes the session actor with its timers (ARCHITECTURE §3), so
//! a task beside it counts the seconds, pings after [`HEARTBEAT_SECONDS`] of silence and gives up after twice as many.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::close;
use super::frames::HEARTBEAT_SECONDS;
use super::peer::Peer;
use crate::actors::outbox::Outbox;

/// Seconds since the last frame of the other end, of whatever kind.
pub type Silence = Rc<Cell<u32>>;

/// Watches until the socket is gone or given up.
pub async fn keep<P: Peer>(peer: Weak<RefCell<P>>, silence: Silence, outbox: Outbox) {
    loop {
        actix_rt::time::sleep(Duration::from_secs(1)).await;
        let Some(peer) = peer.upgrade() else { return };
        let mut peer = peer.borrow_mut();
        // Also a reader that is too slow: its session may be frozen, and must not count as connected.
        if outbox.is_closed() {
            return peer.gone();
        }
        let seconds = silence.get() + 1;
        silence.set(seconds);
        if seconds == HEARTBEAT_SECONDS {
            outbox.try_ping(Vec::new());
        } else if seconds >= 2 * HEARTBEAT_SECONDS {
            outbox.close(close::GOING_AWAY, "no sign of life");
            return peer.gone();
        }
        peer.tick();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::outbox::{Outgoing, outbox};
    use crate::domain::ids::GrantId;

    #[derive(Default)]
    struct Counting {
        seconds: u32,
        gone: bool,
    }

    impl Peer for Counting {
        fn text(&mut self, _: &str) {}
        fn pinged(&mut self, _: u64, _: GrantId) {}
        fn ponged(&mut self, _: u64) {}
        fn tick(&mut self) {
            self.seconds += 1;
        }
        fn gone(&mut self) {
            self.gone = true;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_socket_is_pinged_and_then_given_up() {
        let (outbox, mut reader) = outbox();
        let peer = Rc::new(RefCell::new(Counting::default()));
        keep(Rc::downgrade(&peer), Silence::default(), outbox).await;
        assert_eq!(reader.try_next(), Some(Outgoing::Ping(Vec::new())));
        assert_eq!(reader.try_next(), Some(Outgoing::Close(close::GOING_AWAY, "no sign of life")));
        assert!(peer.borrow().gone);
        assert_eq!(peer.borrow().seconds, 2 * HEARTBEAT_SECONDS - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_that_is_closed_as_too_slow_is_given_up_though_its_session_is_frozen() {
        let (outbox, _reader) = outbox();
        let peer = Rc::new(RefCell::new(Counting::default()));
        outbox.close(close::TRY_AGAIN, "too slow");
        keep(Rc::downgrade(&peer), Silence::default(), outbox).await;
        assert!(peer.borrow().gone);
        assert_eq!(peer.borrow().seconds, 0);
    }
}
