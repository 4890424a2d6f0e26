//! What a socket speaks, without a transport. `session.rs` carries it, `keeper.rs` watches over it.

use crate::actors::outbox::Outbox;
use crate::domain::ids::GrantId;

/// The other end of a socket. Everything that it says goes through its [`Outbox`], in order; it closes by closing that.
/// Lives on the socket's thread; nothing here blocks or awaits.
pub trait Peer: 'static {
    /// A whole text frame came.
    fn text(&mut self, text: &str);

    /// Something came, whatever it was; told before what it was.
    fn heard(&mut self) {}

    /// A ping with this number went out with an offer or an assignment.
    fn pinged(&mut self, number: u64, grant: GrantId);

    /// A pong came, with the number of one of those pings: it acknowledges that one and all lower ones.
    fn ponged(&mut self, number: u64);

    /// A second passed.
    fn tick(&mut self);

    /// The socket is gone, or is given up. May be told twice.
    fn gone(&mut self);
}

/// Makes the end of a socket around its outbox.
pub trait Make<P>: FnOnce(Outbox) -> P {}
impl<P, F: FnOnce(Outbox) -> P> Make<P> for F {}
