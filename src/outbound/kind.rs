//! What a kind of target must know to be spoken to.

use crate::channels::{Call, Reply};
use crate::domain::config::Config;
use crate::domain::conversation::{Conversation, Event};
use crate::domain::outbound::{Outcome, Spot, Target};
use crate::domain::time::Timestamp;

/// A delivery with what it is about.
pub struct Parcel<'a> {
    /// To whom.
    pub target: &'a Target,
    /// Which event.
    pub spot: Spot,
    /// 1, 2, …
    pub attempt: u32,
    /// The event.
    pub event: &'a Event,
    /// The conversation as the event left it: the same at every attempt.
    pub conversation: &'a Conversation,
    /// When the customer wrote last, after the event or before it: for reply windows.
    pub last_customer_at: Option<Timestamp>,
    /// The configuration in force.
    pub config: &'a Config,
    /// Stage time.
    pub now: Timestamp,
}

/// A kind of target: how its calls look and what its answers mean. Knows no socket and no clock; may keep tokens.
pub trait Kind: Send + Sync {
    /// A call to make before [`Kind::prepare`], for a token that is not there or has run out.
    fn access(&self, _parcel: &Parcel<'_>) -> Option<Call> {
        None
    }

    /// What came of that call. An error ends the attempt.
    fn accessed(&self, _parcel: &Parcel<'_>, _reply: &Reply<'_>) -> Result<(), Outcome> {
        Ok(())
    }

    /// The call that brings it there. An error ends the attempt: what cannot be said at all is [`Outcome::Refused`].
    fn prepare(&self, parcel: &Parcel<'_>) -> Result<Call, Outcome>;

    /// What the answer means.
    fn judge(&self, parcel: &Parcel<'_>, reply: &Reply<'_>) -> Outcome;
}

/// The kinds that there are.
pub struct Kinds {
    /// Webhooks.
    pub webhooks: Box<dyn Kind>,
    /// Providers of channels; `None` until there are any.
    pub channels: Option<Box<dyn Kind>>,
}

impl Kinds {
    /// The kind of a target.
    pub fn of(&self, target: &Target) -> Option<&dyn Kind> {
        match target {
            Target::Webhook(_) => Some(&*self.webhooks),
            Target::Channel(_) => self.channels.as_deref(),
        }
    }
}
