//! Wire forms: what CONTRACT says a thing looks like, and its explicit conversion to and from domain values.
//! Nothing here decides, and nothing here is stored.
//!
//! The schemas derived here are served as `/openapi.json` and enforced as they stand (ADR 9). Read-only
//! members (`id`, `members`, `runtime`, `warnings`) are optional and ignored on the way in, so that the
//! answer to a `GET` can be sent back as it is. Views of conversations borrow domain values and are written by
//! serde at once.

pub mod agent;
pub mod capacity_profile;
pub mod channel;
pub mod common;
pub mod condition;
pub mod conversation;
pub mod decision;
pub mod desk;
pub mod document;
pub mod entity;
pub mod event;
pub mod hours;
pub mod live_chat;
pub mod message;
pub mod people;
pub mod provider;
pub mod queue;
pub mod quick_reply;
pub mod request;
pub mod settings;
pub mod stats;
pub mod template;
pub mod time;
pub mod value;
pub mod webhook;
pub mod work_stream;
