//! Liveness, outside of the transport: a jammed socket freezes the session actor with its timers (ARCHITECTURE §3), so
//! a task beside it counts the seconds, pings after [`HEARTBEAT_SECONDS`] of silence and gives up after twice as many.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::close;
use super::frames::HEARTBEAT_SECONDS;
use super::peer::Peer;
use crate::actors::feeds::Outbox;

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
