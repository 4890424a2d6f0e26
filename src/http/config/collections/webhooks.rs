//! `/v1/webhooks`: a new one gets a secret unless it brings one; an address that may not be called is refused.

use std::sync::Arc;

use crate::domain::config::{Change, Config, Key, Secret};
use crate::domain::ids::WebhookId;
use crate::http::config::Resource;
use crate::http::error::FieldError;
use crate::http::wire::provider;
use crate::http::wire::webhook::Webhook;
use crate::outbound::guard::Guard;
use crate::outbound::signature;
use crate::ports::ids::random_bytes;

/// Bytes of a secret that is made here.
const SECRET_BYTES: usize = 32;

/// `/v1/webhooks`
#[derive(Debug)]
pub struct Webhooks;

/// A secret that nobody can guess.
pub fn new_secret() -> Secret {
    Secret(random_bytes::<SECRET_BYTES>().as_slice().into())
}

/// Why a change may not be made here, if it has this server call what it must not.
pub fn not_called(change: &Change, guard: Guard) -> Option<FieldError> {
    match change {
        Change::PutWebhook(_, webhook) => {
            guard.check(&webhook.url).err().map(|refused| FieldError::new("/url", refused.to_string()))
        }
        Change::PutChannel(_, channel) => {
            let provider = channel.provider.as_deref()?;
            provider::called(channel.kind, provider).into_iter().find_map(|(name, url)| {
                let refused = guard.check(&url).err()?;
                Some(FieldError::new(format!("/settings/{name}"), refused.to_string()))
            })
        }
        _ => None,
    }
}

impl Resource for Webhooks {
    type Wire = Webhook;
    const COLLECTION: &'static str = "webhooks";
    const WHAT: &'static str = "webhook";
    const SECRET: &'static str = "secret";

    fn key(id: &str) -> Key {
        Key::Webhook(id.into())
    }
    fn ids(config: &Config) -> Vec<String> {
        config.webhooks.keys().map(ToString::to_string).collect()
    }
    fn show(id: &str, config: &Config) -> Option<Self::Wire> {
        config.webhooks.get(&WebhookId::from(id)).map(|webhook| webhook.as_ref().into())
    }
    fn change(id: &str, wire: Self::Wire, config: &Config) -> Result<Change, Vec<FieldError>> {
        let before = config.webhooks.get(&WebhookId::from(id));
        let webhook = wire.into_domain(before.map(AsRef::as_ref));
        let unread = || vec![FieldError::new("/secret", "must be whsec_ and base64")];
        Ok(Change::PutWebhook(id.into(), Arc::new(webhook.ok_or_else(unread)?)))
    }
    fn secret(change: &mut Change, _: &Config) -> Option<String> {
        let Change::PutWebhook(_, webhook) = change else { return None };
        if !webhook.secret.0.is_empty() {
            return None;
        }
        let secret = new_secret();
        Arc::make_mut(webhook).secret = secret.clone();
        Some(signature::show(&secret))
    }
    fn not_called(change: &Change, guard: Guard) -> Option<FieldError> {
        not_called(change, guard)
    }
}
