//! Which adapter serves which channel type and provider.

use super::{Adapter, custom, line, messenger, teams, telesign, twilio, twitter, wechat, whatsapp};
use crate::domain::config::ChannelType;

/// Every adapter; the first of a channel type is its default.
const ADAPTERS: &[&dyn Adapter] = &[
    &twilio::Twilio,
    &telesign::Telesign,
    &whatsapp::Whatsapp,
    &messenger::Messenger,
    &line::Line,
    &wechat::Wechat,
    &teams::Teams,
    &twitter::Twitter,
    &custom::Custom,
];

/// The adapter of a channel type for a provider; `None` if there is none of that name.
pub fn adapter(channel_type: ChannelType, provider: &str) -> Option<&'static dyn Adapter> {
    let mut found = of(channel_type);
    found.find(|adapter| adapter.provider() == provider)
}

/// The providers of a channel type, the default first; none for those that no provider serves.
pub fn providers(channel_type: ChannelType) -> Vec<&'static str> {
    of(channel_type).map(Adapter::provider).collect()
}

fn of(channel_type: ChannelType) -> impl Iterator<Item = &'static dyn Adapter> {
    ADAPTERS.iter().copied().filter(move |adapter| adapter.channel_type() == channel_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::FieldKind;

    #[test]
    fn every_channel_type_that_a_provider_serves_has_its_adapters_by_name() {
        assert_eq!(providers(ChannelType::Sms), ["twilio", "telesign"]);
        for channel_type in ChannelType::ALL {
            let served = !matches!(channel_type, ChannelType::LiveChat | ChannelType::Entity);
            assert_eq!(!providers(channel_type).is_empty(), served, "{channel_type:?}");
            for provider in providers(channel_type) {
                assert_eq!(adapter(channel_type, provider).unwrap().provider(), provider);
            }
            assert!(adapter(channel_type, "carrier pigeon").is_none());
        }
        assert!(adapter(ChannelType::Line, "twilio").is_none(), "a provider serves its own channel type");
    }

    #[test]
    fn settings_are_declared_once_each_with_defaults_that_they_allow() {
        for adapter in ADAPTERS {
            let fields = adapter.fields();
            for (n, field) in fields.iter().enumerate() {
                let name = format!("{} {}", adapter.provider(), field.name);
                assert!(fields[..n].iter().all(|other| other.name != field.name), "{name} stands twice");
                assert!(field.help.ends_with('.'), "{name} has a sentence for help");
                assert!(!field.secret || field.default.is_none(), "{name} is a secret that everybody knows");
                let Some(default) = field.default else { continue };
                assert!(!field.optional, "{name} is always there");
                let allowed = match field.kind {
                    FieldKind::Text(most) => !default.is_empty() && default.chars().count() <= most,
                    FieldKind::Url => default.starts_with("https://") && !default.contains(['?', '#']),
                    FieldKind::Choice(of) => of.contains(&default),
                    FieldKind::Integer(least, most) => (least..=most).contains(&default.parse().unwrap()),
                };
                assert!(allowed, "{name} does not allow its default {default}");
            }
        }
    }
}
