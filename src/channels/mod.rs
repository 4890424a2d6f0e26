//! The providers' own languages: one file each behind one trait, pure. What comes in is verified, then parsed; what goes
//! out is formatted, and the answer to it is read. Who fetches, sends, retries and stores is elsewhere (`src/outbound`,
//! `http::inbound`); nothing here knows a socket, a clock or a store.
//!
//! An adapter's settings are a flat map of texts, declared by [`Adapter::fields`]: checks at save, help, and which of
//! them are secrets that are never shown back all follow from that table.

pub mod common;
pub mod custom;
mod debug;
pub mod form;
pub mod json;
#[cfg(test)]
mod kit;
pub mod line;
pub mod messenger;
pub mod meta;
pub mod registry;
pub mod signature;
pub mod teams;
pub mod telesign;
pub mod text;
pub mod twilio;
pub mod twitter;
pub mod wechat;
pub mod whatsapp;

use std::collections::BTreeMap;

use crate::domain::config::ChannelType;
pub use crate::domain::outbound::DeliveryState;
use crate::domain::time::Timestamp;

/// [`Rejected::Unsigned`] of a signature by a key that is not among [`Request::keys`]: the provider may have new ones, so
/// that they are worth fetching again, at most once in a while.
pub const UNKNOWN_KEY: &str = "the signature's key is not among the provider's";

/// Settings of one channel, by the names of its adapter's [`Field`]s, defaults filled in.
pub type Settings = BTreeMap<String, String>;

/// A setting that an adapter takes.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name on the wire.
    pub name: &'static str,
    /// What may stand there.
    pub kind: FieldKind,
    /// Never shown back; writing the mask keeps what is there.
    pub secret: bool,
    /// What holds where nothing is given; `None`: it must be given (unless `optional`).
    pub default: Option<&'static str>,
    /// May be left out though it has no default.
    pub optional: bool,
    /// One sentence: what it is for and where the provider shows it.
    pub help: &'static str,
}

/// What a setting's value may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// Text of at most so many characters, not empty.
    Text(usize),
    /// An absolute `https` URL without query or fragment (`http` only where private addresses are allowed).
    Url,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number between these, both included.
    Integer(i64, i64),
}

/// A request of a provider as it came. Header names are lower case.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The public URL that the provider called, with its query: some signatures cover it.
    pub url: &'a str,
    /// Query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Headers.
    pub headers: &'a BTreeMap<String, String>,
    /// Body, as it came.
    pub body: &'a [u8],
    /// The provider's public keys, where [`Adapter::keys`] names them.
    pub keys: Option<&'a str>,
    /// Stage time, for replay windows.
    pub now: Timestamp,
}

/// What a request is, once its signature holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Received {
    /// What happened, in the provider's order. May be empty: something that Callboard has no use for.
    pub events: Vec<Inbound>,
    /// What the provider is answered when all of that is durable.
    pub answer: Answer,
}

/// An answer to the provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `Content-Type` and body.
    pub body: Option<(&'static str, String)>,
}

/// One thing that a provider tells.
#[derive(Clone, PartialEq, Debug)]
pub enum Inbound {
    /// A customer writes.
    Message(InboundMessage),
    /// What became of a message that went out.
    Status(Status),
}

/// A customer's message.
#[derive(Clone, PartialEq, Debug)]
pub struct InboundMessage {
    /// The provider's id of it; the same one again is dropped.
    pub id: String,
    /// The customer's address with that provider, unique in the channel: number, page-scoped id, open id …
    pub from: String,
    /// Where an answer goes, where `from` alone is not enough (Teams: service URL and conversation), opaque.
    pub reply_to: Option<String>,
    /// Name, as the provider knows it.
    pub name: Option<String>,
    /// Telephone number in E.164, where the address is one.
    pub phone: Option<String>,
    /// Text. Empty only with attachments.
    pub text: String,
    /// Attachments by reference.
    pub attachments: Vec<Attachment>,
    /// When, by the provider.
    pub at: Option<Timestamp>,
    /// `channel.…` attributes for rules: at most 32, names as context variables', values at most 256 characters.
    pub attributes: BTreeMap<String, String>,
}

/// Something that stands elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Where; an opaque reference of the provider if it is no URL.
    pub url: String,
    /// Media type, if known.
    pub media_type: Option<String>,
    /// File name, if known.
    pub name: Option<String>,
    /// Bytes, if known.
    pub size: Option<u64>,
}

/// What became of a message that went out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The provider's id of the message, as [`Sent::Accepted`] gave it.
    pub id: String,
    /// How far it is.
    pub state: DeliveryState,
    /// The provider's code and words, cut to 256 characters, without the message's text.
    pub problem: Option<String>,
}

/// Why a request is not taken. Nothing was created; contents are never logged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rejected {
    /// Signature missing, wrong or too old: 401. The text says which, never what was expected.
    Unsigned(&'static str),
    /// Not the provider's format: 400. Where (a JSON Pointer, a form field) and what was wrong.
    Malformed {
        /// Where.
        field: String,
        /// What was wrong.
        problem: String,
    },
    /// A handshake with a wrong token: 403.
    Refused(&'static str),
}

/// Not the provider's format.
pub fn malformed(field: &str, problem: &str) -> Rejected {
    Rejected::Malformed { field: field.to_owned(), problem: problem.to_owned() }
}

/// A message on its way out.
#[derive(Clone, PartialEq)]
pub struct Outbound<'a> {
    /// The customer's address, [`InboundMessage::from`].
    pub to: &'a str,
    /// [`InboundMessage::reply_to`] of the message that began the conversation.
    pub reply_to: Option<&'a str>,
    /// Text.
    pub text: &'a str,
    /// Our id of it, stable over retries: for providers that take an idempotency key.
    pub id: &'a str,
    /// When the customer wrote last; for reply windows.
    pub last_inbound_at: Option<Timestamp>,
    /// Stage time.
    pub now: Timestamp,
    /// A token of [`Adapter::access`], where it asks for one.
    pub access: Option<&'a str>,
}

/// A request to make.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// `POST` or `GET`.
    pub method: &'static str,
    /// Absolute URL, built on a base URL of the settings.
    pub url: String,
    /// Headers, with `content-type`.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// Status code.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// Body, cut to 64 KiB.
    pub body: &'a [u8],
}

/// What that means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sent {
    /// The provider has it, under this id.
    Accepted(Option<String>),
    /// Not now: try again, not before so many seconds if given.
    Later {
        /// The provider's code and words.
        problem: String,
        /// Seconds.
        after: Option<u64>,
    },
    /// The token of [`Adapter::access`] is not taken: fetch another and try again.
    AccessExpired,
    /// Never: a dead letter with this reason.
    Refused(String),
}

/// Why a message cannot go out at all; shown to the agent who wrote it (422).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unsendable {
    /// Longer than the provider takes.
    TooLong {
        /// Characters at most.
        most: usize,
        /// Characters there are.
        is: usize,
    },
    /// The customer wrote last too long ago.
    WindowClosed {
        /// Hours that the provider allows.
        hours: u32,
    },
    /// Anything else, in words.
    Other(String),
}

/// A token to send with.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    /// The token.
    pub token: String,
    /// Seconds that it lasts.
    pub expires_in: u64,
}

/// One provider's language. Everything is pure; `settings` are those of the channel.
pub trait Adapter: Send + Sync {
    /// Which channel type it serves.
    fn channel_type(&self) -> ChannelType;

    /// `provider` in the channel's settings, where a channel type has several; else the type's own name.
    fn provider(&self) -> &'static str;

    /// The settings that it takes.
    fn fields(&self) -> &'static [Field];

    /// Where the provider's public keys are, for signatures by them.
    fn keys(&self, _settings: &Settings) -> Option<String> {
        None
    }

    /// Checks the signature in constant time and the replay window, then parses. A handshake (`GET` challenge) is a
    /// [`Received`] without events.
    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected>;

    /// Whether this can go out: length, reply window. Asked before the agent's message is taken.
    fn sendable(&self, settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable>;

    /// The request for a token to send with, where the provider wants one.
    fn access(&self, _settings: &Settings) -> Option<Call> {
        None
    }

    /// Reads the answer to [`Adapter::access`].
    fn read_access(&self, _reply: &Reply<'_>) -> Result<Access, String> {
        Err("this provider takes no access token".to_owned())
    }

    /// The provider's request for this message.
    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable>;

    /// What the provider's answer means.
    fn sent(&self, settings: &Settings, reply: &Reply<'_>) -> Sent;
}
