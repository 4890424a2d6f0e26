//! Wire forms: what CONTRACT says a thing looks like. Borrowing views of domain values, written by serde at once;
//! nothing here decides, and nothing here is stored.

pub mod conversation;
pub mod decision;
pub mod event;
pub mod message;
pub mod request;
pub mod time;
pub mod value;
