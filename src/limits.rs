//! Bounds of the edge: each with its reason. At a bound the answer is a problem, never silence.

/// Unfinished conversations that are held; option `max_unfinished`.
pub use crate::actors::gate::MAX_UNFINISHED;

/// Largest request body (CONTRACT §2).
pub const MAX_BODY: usize = 256 * 1024;
/// Largest document of the whole configuration: some ten thousand resources.
pub const MAX_LARGE_BODY: usize = 8 * 1024 * 1024;
/// How much of a body that is too large is read and thrown away, so that the sender hears the 413 instead of a reset.
pub const MAX_DRAIN: usize = 2 * 1024 * 1024;
/// Longest `Idempotency-Key`; a UUID has 36.
pub const MAX_IDEMPOTENCY_KEY: usize = 255;
/// Largest page of a list (CONTRACT §2).
pub const MAX_PAGE: usize = 1000;
/// Page of a list when nothing is said (CONTRACT §2).
pub const DEFAULT_PAGE: usize = 50;
/// Errors named in one answer; a body of 256 KiB could hold more mistakes than anybody reads.
pub const MAX_FIELD_ERRORS: usize = 100;
/// Conversations that one what-if on a running server plays: some 4 kB each.
pub const MAX_PLAYED: usize = 50_000;
/// How long one what-if may read and play, in seconds.
pub const PLAY_WITHIN_SECONDS: u32 = 60;
/// `Retry-After` of a what-if while another is played, in seconds.
pub const PLAY_AGAIN_SECONDS: u32 = 10;
/// How long `/readyz` waits for the stage.
pub const READY_WITHIN_MS: u64 = 2000;
/// From SIGTERM to the end of the process, at most (CONTRACT §1 allows ten).
pub const STOP_WITHIN_SECONDS: u64 = 9;
/// Sockets are told `going_away` this long before they are closed.
pub const GOING_AWAY_MS: u32 = 1000;
/// How long the kernel keeps trying to deliver to a peer that acknowledges nothing, before it ends the connection.
pub const TCP_USER_TIMEOUT_MS: u64 = 30_000;
/// Connections that one server holds: 10,000 sockets with room to spare; beyond it the kernel's queue fills.
pub const MAX_CONNECTIONS: usize = 25_000;
/// How long a connection lingers after its last byte, for the other end to have it and to end the connection itself. A
/// client of a WebSocket waits for this after the closing handshake. `actix-http` counts it from a clock that it reads twice a
/// second, and a deadline that has passed already is one that it never looks at again: less than 500 would keep half of
/// the connections open for as long as the client likes. So it is 500 to 1,000.
pub const LINGER_MS: u64 = 1_000;

/// How much at once, and how often after that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// So many at once.
    pub at_once: i64,
    /// Then one more after each of so many milliseconds.
    pub each_ms: i64,
}

/// Conversations that visitors of one address open or join: ten a minute (CONTRACT §6).
pub const VISITOR_OPENINGS: Pace = Pace { at_once: 10, each_ms: 6_000 };
/// Visitors' tokens of one address that are not good. Apart from openings, so that whoever sends them keeps nobody from
/// opening a conversation; bounded all the same, since a signature may have to be tried with fifty keys.
pub const VISITOR_BAD_TOKENS: Pace = Pace { at_once: 60, each_ms: 1_000 };
/// Messages of one conversation's visitor: a burst that no hand types, then twice what a fast one does.
pub const VISITOR_MESSAGES: Pace = Pace { at_once: 20, each_ms: 500 };
/// Frames that say that the visitor types; a page says it every three seconds.
pub const VISITOR_TYPING: Pace = Pace { at_once: 20, each_ms: 500 };
