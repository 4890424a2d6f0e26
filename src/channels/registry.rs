//! Which adapter serves which channel type and provider.

use super::{Adapter, custom, twilio};
use crate::domain::config::ChannelType;

/// Every adapter; the first of a channel type is its default.
const ADAPTERS: &[&dyn Adapter] = &[&twilio::Twilio, &custom::Custom];

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
