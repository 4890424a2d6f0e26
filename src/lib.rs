//! Callboard: the open, self-hosted dispatcher. Conversations come in over channels, work streams route them to
//! queues, agents get them as screen pops (push) or take them from a list (pick).
//!
//! # What is where
//!
//! | floor | module | is |
//! | --- | --- | --- |
//! | 4 | [`http`], [`ws`] | the edge: handlers, wire forms, roles, sockets |
//! | | [`channels`] | the providers' languages: verify, parse, format; pure |
//! | | [`outbound`] | what this server calls by itself, and whom it may call |
//! | | [`app`], [`cli`], [`config`], [`limits`], [`telemetry`] | the process and its commands |
//! | 3 | [`actors`] | the stage (one actor a machine, one arbiter) and the read side beside it |
//! | 2 | [`ports`], [`store`] | the journal that is the truth, snapshots, the archive; clock and chance |
//! | | [`outbound`] | the one client for outgoing HTTP, behind a guard |
//! | | [`replay`] | the machines played under virtual time, without the stage |
//! | 1 | [`domain`] | pure machines that decide and apply (a crate of its own: `src/domain`) |
//!
//! A floor imports only lower floors; `tests/it/tidy.rs` reads the `use` lines and says why.
//!
//! # Reading order
//!
//! 1. [`domain::machine`]: what a machine is: `decide` reads and fills the outbox, `apply` folds records.
//! 2. [`domain::conversation`]: the status chart, the events and their fold.
//! 3. [`domain::queue`] and [`domain::agent`]: the two authorities, and the protocol between them
//!    (`docs/adr/0003-home-queue-and-grants.md`).
//! 4. [`domain::work_stream`], [`domain::rules`], [`domain::channel`], [`domain::entity`], [`domain::configuration`].
//! 5. [`domain::invariants`]: what must always hold; `tests/sim` checks it at every step under faults.
//! 6. [`actors::host`] and [`actors::stage`]: from an outbox to the journal and the other machines.
//! 7. [`actors::voice`]: what leaves the house, after it is durable and the read side has seen it.
//! 8. [`store::journal`]: segments, recovery, the one thread that syncs.
//! 9. [`http`] and [`ws`].
//!
//! # The main flow
//!
//! `POST /v1/conversations` → channel → work stream (variables, rules → queue) → queue (record, place in line, match)
//! → agent (reserve) → queue (record `offered`) → agent folds it: `offer.created` → socket → `offer.accept` → agent →
//! queue (record `assigned`) → agent folds it: `conversation.assigned`. The 201 waits for the journal's sync, not for
//! the offer.

pub mod actors;
pub mod app;
pub mod channels;
pub mod cli;
pub mod config;
pub mod http;
pub mod limits;
pub mod outbound;
pub mod ports;
pub mod replay;
pub mod store;
pub mod telemetry;
pub mod ws;

pub use callboard_domain as domain;
