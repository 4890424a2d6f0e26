//! The transport: one actor a socket. The only file that names `actix-web-actors` (ADR 6).
//!
//! Owns framing: continuation frames joined under a cap, pings answered, the closing handshake. Does not know what is
//! said. Outbound it only carries what its bounded outbox gives; the actor is polled when the connection can be written
//! to, so what waits for a slow reader waits in the outbox, where the bound is.

use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, StreamHandler, WrapFuture};
use actix_http::ws::{Codec, Item};
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{Error, HttpRequest, HttpResponse};
use actix_web_actors::ws::{
    CloseCode, CloseReason, Message, ProtocolError, WebsocketContext, WsResponseBuilder,
};
use futures_core::Stream;

use super::keeper::{Silence, keep};
use super::peer::{Make, Peer};
use super::{MAX_FRAME, PROTOCOL, close};
use crate::actors::outbox::{OutboxReader, Outgoing, outbox};
use crate::http::error::{Kind, Problem};

/// How long the other end may take to answer a close.
const CLOSING: Duration = Duration::from_secs(2);

/// Upgrades the request and starts a session.
pub fn start<P: Peer>(
    request: &HttpRequest,
    payload: Payload,
    make: impl Make<P>,
) -> Result<HttpResponse, Error> {
    let (outbox, reader) = outbox();
    let peer = Rc::new(RefCell::new(make(outbox.clone())));
    let silence = Silence::default();
    let inbound = Inbound(Rc::new(RefCell::new(payload)));
    let session = Session {
        peer: peer.clone(),
        reader: Some(reader),
        silence: silence.clone(),
        joined: BytesMut::new(),
        closing: Rc::new(Cell::new(false)),
        inbound: inbound.clone(),
    };
    let response = WsResponseBuilder::new(session, request, inbound)
        .protocols(&[PROTOCOL])
        .codec(Codec::new().max_size(MAX_FRAME))
        .start()
        .map_err(|error| Problem::new(Kind::BadRequest, error.to_string()))?;
    actix_rt::spawn(keep(Rc::downgrade(&peer), silence, outbox));
    Ok(response)
}

/// The actor of one socket.
struct Session<P: Peer> {
    peer: Rc<RefCell<P>>,
    reader: Option<OutboxReader>,
    silence: Silence,
    /// Continuation frames so far.
    joined: BytesMut,
    /// A close was sent; nothing more is said or heard.
    closing: Rc<Cell<bool>>,
    inbound: Inbound,
}

type Ctx<P> = WebsocketContext<Session<P>>;

impl<P: Peer> Session<P> {
    fn close(&mut self, code: u16, reason: &str, ctx: &mut Ctx<P>) {
        if self.closing.replace(true) {
            return;
        }
        ctx.close(Some(CloseReason { code: CloseCode::from(code), description: Some(reason.to_owned()) }));
        // The other end answers with its own close, unless it is gone.
        ctx.run_later(CLOSING, |_, ctx| ctx.stop());
    }

    fn heard(&mut self, message: Message, ctx: &mut Ctx<P>) {
        self.peer.borrow_mut().heard();
        match message {
            Message::Text(text) => self.peer.borrow_mut().text(&text),
            Message::Continuation(item) => self.join(item, ctx),
            Message::Binary(_) => self.close(close::BINARY, "text frames only", ctx),
            Message::Ping(content) => ctx.pong(&content),
            Message::Pong(content) => {
                if let Ok(number) = <[u8; 8]>::try_from(&content[..]) {
                    self.peer.borrow_mut().ponged(u64::from_be_bytes(number));
                }
            }
            Message::Close(reason) => {
                ctx.close(reason);
                ctx.stop();
            }
            Message::Nop => {}
        }
    }

    fn join(&mut self, item: Item, ctx: &mut Ctx<P>) {
        let (part, last) = match item {
            Item::FirstBinary(_) => return self.close(close::BINARY, "text frames only", ctx),
            Item::FirstText(part) => {
                self.joined.clear();
                (part, false)
            }
            Item::Continue(part) => (part, false),
            Item::Last(part) => (part, true),
        };
        if self.joined.len() + part.len() > MAX_FRAME {
            self.joined = BytesMut::new();
            return self.close(close::TOO_LARGE, "a frame has at most 64 KiB", ctx);
        }
        self.joined.extend_from_slice(&part);
        if !last {
            return;
        }
        let whole = self.joined.split();
        match std::str::from_utf8(&whole) {
            Ok(text) => self.peer.borrow_mut().text(text),
            Err(_) => self.close(close::NOT_UTF8, "text is UTF-8", ctx),
        }
    }

    /// The decoder gives the same error for ever, so it is dropped; what still comes is thrown away until the other end
    /// closes, since a reset would eat the close frame.
    fn broken(&mut self, error: &ProtocolError, ctx: &mut Ctx<P>) {
        match error {
            ProtocolError::Overflow => self.close(close::TOO_LARGE, "a frame has at most 64 KiB", ctx),
            ProtocolError::Io(_) => self.close(close::NOT_UTF8, "text is UTF-8", ctx),
            _ => self.close(close::PROTOCOL_ERROR, "not a frame of WebSocket", ctx),
        }
        let handle = ctx.handle();
        ctx.cancel_future(handle);
        let mut inbound = self.inbound.clone();
        let drained = async move {
            while let Some(Ok(_)) = std::future::poll_fn(|cx| Pin::new(&mut inbound).poll_next(cx)).await {}
        };
        ctx.spawn(drained.into_actor(self).map(|(), _, ctx: &mut Ctx<P>| ctx.stop()));
    }
}

impl<P: Peer> Actor for Session<P> {
    type Context = Ctx<P>;

    fn started(&mut self, ctx: &mut Ctx<P>) {
        if let Some(reader) = self.reader.take() {
            ctx.add_stream(Outgoings(Some(reader)));
        }
    }

    fn stopped(&mut self, _: &mut Ctx<P>) {
        self.peer.borrow_mut().gone();
    }
}

impl<P: Peer> StreamHandler<Result<Message, ProtocolError>> for Session<P> {
    fn handle(&mut self, item: Result<Message, ProtocolError>, ctx: &mut Ctx<P>) {
        self.silence.set(0);
        match item {
            Ok(Message::Close(_)) if self.closing.get() => ctx.stop(),
            _ if self.closing.get() => {}
            Ok(message) => self.heard(message, ctx),
            Err(error) => self.broken(&error, ctx),
        }
    }
}

impl<P: Peer> StreamHandler<Outgoing> for Session<P> {
    fn handle(&mut self, item: Outgoing, ctx: &mut Ctx<P>) {
        if self.closing.get() {
            return;
        }
        match item {
            Outgoing::Text(text) => ctx.text(text),
            Outgoing::Ping(content) => ctx.ping(&content),
            Outgoing::OfferPing { number, grant } => {
                self.peer.borrow_mut().pinged(number, grant);
                ctx.ping(&number.to_be_bytes());
            }
            Outgoing::Close(code, reason) => self.close(code, reason, ctx),
        }
    }

    /// After the close the session waits for the other end's.
    fn finished(&mut self, _: &mut Ctx<P>) {}
}

/// The outbox as a stream; ends with its close.
struct Outgoings(Option<OutboxReader>);

impl Stream for Outgoings {
    type Item = Outgoing;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Outgoing>> {
        let Some(reader) = &mut self.0 else { return Poll::Ready(None) };
        // The reader's future holds nothing between two polls.
        let next = std::task::ready!(Future::poll(pin!(reader.next()), cx));
        if matches!(next, Outgoing::Close(..)) {
            self.0 = None;
        }
        Poll::Ready(Some(next))
    }
}

/// What comes in, shared so that it can be drained after the decoder is dropped.
#[derive(Clone)]
struct Inbound(Rc<RefCell<Payload>>);

impl Stream for Inbound {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}
