//! Webhooks as a kind of target: a signed POST of the event with its conversation.

use super::kind::{Kind, Parcel};
use super::signature;
use crate::channels::{Call, Reply};
use crate::domain::config::Webhook;
use crate::domain::conversation::{Conversation, Event};
use crate::domain::outbound::{Outcome, Target};
use crate::domain::time::Timestamp;

/// Gives what is said its wire form; the edge does.
pub trait Words: Send + Sync {
    /// The body that tells of an event.
    fn event(&self, id: &str, event: &Event, conversation: &Conversation) -> Vec<u8>;

    /// The body of a test.
    fn ping(&self, id: &str, at: Timestamp) -> Vec<u8>;
}

/// All webhooks.
pub struct Webhooks<W>(pub W);

impl<W: Words> Webhooks<W> {
    /// A call that tells nothing but that calls arrive.
    pub fn ping(&self, webhook: &Webhook, id: &str, now: Timestamp) -> Call {
        signed(webhook, id, now, self.0.ping(id, now))
    }
}

impl<W: Words> Kind for Webhooks<W> {
    fn prepare(&self, parcel: &Parcel<'_>) -> Result<Call, Outcome> {
        let webhook = match parcel.target {
            Target::Webhook(id) => parcel.config.webhooks.get(id),
            Target::Channel(_) => None,
        };
        let Some(webhook) = webhook else {
            // It was deleted meanwhile, and what waited for it with it.
            return Err(Outcome::Failed {
                problem: "there is no such webhook".to_owned(),
                retry_after: None,
            });
        };
        let id = parcel.spot.to_string();
        let body = self.0.event(&id, parcel.event, parcel.conversation);
        Ok(signed(webhook, &id, parcel.now, body))
    }

    fn judge(&self, _parcel: &Parcel<'_>, reply: &Reply<'_>) -> Outcome {
        judge(reply)
    }
}

/// What an endpoint's answer means: 2xx has it, 410 never wants it, anything else is tried again.
pub fn judge(reply: &Reply<'_>) -> Outcome {
    match reply.status {
        200..=299 => Outcome::Delivered { provider_id: None },
        410 => Outcome::Refused { problem: "the answer was 410: gone".to_owned() },
        status @ 300..=399 => Outcome::Failed {
            problem: format!("the answer was {status}: redirects are not followed"),
            retry_after: None,
        },
        status => {
            Outcome::Failed { problem: format!("the answer was {status}"), retry_after: reply.retry_after }
        }
    }
}

fn signed(webhook: &Webhook, id: &str, now: Timestamp, body: Vec<u8>) -> Call {
    let seconds = now.0.div_euclid(1000);
    let signature = signature::sign(webhook.secrets(now), id, seconds, &body);
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature),
    ];
    Call { method: "POST", url: webhook.url.clone(), headers, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_2xx_is_delivered_and_only_410_is_final() {
        let of = |status, retry_after| judge(&Reply { status, retry_after, body: b"" });
        assert!(matches!(of(204, None), Outcome::Delivered { .. }));
        assert!(matches!(of(410, None), Outcome::Refused { .. }));
        for status in [301, 307, 400, 401, 404, 500, 503] {
            assert!(matches!(of(status, None), Outcome::Failed { .. }), "{status}");
        }
        assert!(matches!(of(429, Some(7)), Outcome::Failed { retry_after: Some(7), .. }));
    }
}
