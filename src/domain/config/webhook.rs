//! A webhook: an endpoint of somebody else's that is told what happens.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{ChannelId, WorkStreamId};
use crate::time::Timestamp;

/// How long the secret of before still signs after a rotation, in seconds: a day to bring the new one everywhere.
pub const SECRET_OVERLAP_SECONDS: u32 = 86_400;

/// What a webhook's calls are signed with. Never shown in logs or texts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(pub Arc<[u8]>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// A webhook (SPEC §11, CONTRACT §3).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Webhook {
    /// What people see.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// Types of events that it is told; empty for all.
    pub event_types: Vec<String>,
    /// Only conversations of these work streams; empty for all.
    pub work_stream_ids: Vec<WorkStreamId>,
    /// Only conversations of these channels; empty for all.
    pub channel_ids: Vec<ChannelId>,
    /// An inactive one is told nothing: nothing new waits for it, and what waits is kept.
    pub active: bool,
    /// Signs.
    pub secret: Secret,
    /// The secret before, and until when it signs, too.
    pub previous: Option<(Secret, Timestamp)>,
}

impl Webhook {
    /// Whether it is told of such an event in such a conversation.
    pub fn wants(&self, kind: &str, channel: &ChannelId, work_stream: &WorkStreamId) -> bool {
        self.active
            && (self.event_types.is_empty() || self.event_types.iter().any(|wanted| wanted == kind))
            && (self.channel_ids.is_empty() || self.channel_ids.contains(channel))
            && (self.work_stream_ids.is_empty() || self.work_stream_ids.contains(work_stream))
    }

    /// The secrets that sign at `now`, the newest first.
    pub fn secrets(&self, now: Timestamp) -> impl Iterator<Item = &Secret> {
        let before = self.previous.as_ref().filter(|(_, until)| now < *until);
        std::iter::once(&self.secret).chain(before.map(|(secret, _)| secret))
    }

    /// The same with another secret; the present one signs, too, for [`SECRET_OVERLAP_SECONDS`].
    #[must_use]
    pub fn rotated(&self, secret: Secret, now: Timestamp) -> Self {
        let previous = Some((self.secret.clone(), now.plus_seconds(SECRET_OVERLAP_SECONDS)));
        Self { secret, previous, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_rotation_both_secrets_sign_for_a_day() {
        let secret = |byte| Secret([byte; 4].as_slice().into());
        let webhook = Webhook {
            name: "w".to_owned(),
            url: "https://example.com".to_owned(),
            event_types: Vec::new(),
            work_stream_ids: Vec::new(),
            channel_ids: Vec::new(),
            active: true,
            secret: secret(1),
            previous: None,
        };
        let rotated = webhook.rotated(secret(2), Timestamp(0));
        let at = |ms| rotated.secrets(Timestamp(ms)).map(|secret| secret.0[0]).collect::<Vec<_>>();
        assert_eq!(at(86_399_999), [2, 1]);
        assert_eq!(at(86_400_000), [2]);
        assert!(!format!("{rotated:?}").contains('2'.to_string().repeat(2).as_str()));
    }
}
