//! What goes out by itself: events to webhooks, messages to providers. One machine of the house.
//!
//! Owns which deliveries are pending and which are dead. Nothing is ever enqueued: a delivery is pending because an event is
//! on record that its target wants by the configuration in force then, and no outcome of it is. So no crash loses one, and
//! whoever sends may ask at any time. Does not know how a target is spoken to; whoever sends reports what came of it.
//! Of what a channel's provider took it keeps the receipt: what the provider calls it, and how far it says it is;
//! what it says before it has answered is kept for a while, until that answer is here.
//!
//! In order for each target and conversation: only the head of a line is tried. A dead head lets the next one go.
//! Invariant: each wanted event is delivered at least once, or dead, or still pending; those that are delivered without
//! having been dead are delivered in the order of their numbers.

mod early;
mod fold;
mod frozen;
mod input;
mod lines;
mod progress;
mod receipts;
#[cfg(test)]
mod receipts_tests;
mod record;
pub mod schedule;
#[cfg(test)]
mod tests;

pub use early::{EARLY_FOR_MS, Early, EarlyNotice, MAX_EARLY};
pub use fold::{Outbound, Place};
pub use input::{Act, Input, Outcome, Report};
pub use lines::{Dead, Due, Lines, MAX_DEAD, MAX_PENDING, Pending};
pub use progress::Progress;
pub use receipts::{DeliveryState, MAX_RECEIPTS, Receipt, Receipts};
pub use record::{Carried, Delivery, OutboundHappening, OutboundRecord, Spot, Target, Trial, TrialResult};
