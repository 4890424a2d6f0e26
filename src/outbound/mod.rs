//! What this server calls by itself: webhooks, providers, key URLs. Floor 4, beside the edge; imports none of it.
//!
//! Owns the way out ([`Client`], behind [`guard`]) and the sender ([`Sender`]), which brings what is due to its target and
//! reports what came of it. Which deliveries there are, when they are due and when they are given up is decided by
//! [`crate::domain::outbound`]; how a kind of target is spoken to by a [`Kind`]: one file each.
//! See `docs/adr/0017-outgoing-http.md` and `docs/adr/0019-deliveries-are-a-fold.md`.

mod client;
mod courier;
pub mod guard;
mod kind;
mod provider;
mod retry_after;
mod sender;
pub mod signature;
mod tally;
mod webhook;

pub use client::{Answer, Client, OutboundError};
pub use kind::{Kind, Kinds, Parcel};
pub use provider::{ANOTHER_TYPE, Providers, words as unsendable_words};
pub use sender::{MAX_IN_FLIGHT, MAX_PER_TARGET, Sender};
pub use tally::{Tallies, Tally};
pub use webhook::{Webhooks, Words, judge as judge_webhook};
