//! Bounds of the edge: each with its reason. At a bound the answer is a problem, never silence.

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
