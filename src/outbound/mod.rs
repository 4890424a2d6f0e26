//! What this server calls by itself: webhooks, providers, key URLs. [`guard`] says whom it may call.

pub mod guard;
