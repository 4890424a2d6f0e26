//! Providers of channels as a kind of target: a public message as the provider's own request.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::kind::{Kind, Parcel};
use crate::channels::{Adapter, Call, Outbound, Reply, Sent, Unsendable, registry};
use crate::domain::config::Provider;
use crate::domain::conversation::{Happening, Message};
use crate::domain::ids::ChannelId;
use crate::domain::outbound::{Outcome, Target};
use crate::domain::time::Timestamp;

/// A token is fetched anew so long before its end.
const EARLY_SECONDS: u64 = 60;

/// Why nothing goes out of a conversation whose channel was made one of another type.
pub const ANOTHER_TYPE: &str = "the channel is of another type than when the customer wrote";

/// A token that was fetched.
struct Held {
    token: String,
    until: Timestamp,
    /// Whose: other settings ask for another.
    of: Provider,
}

/// All providers. Keeps the tokens that some of them want, by channel.
#[derive(Default)]
pub struct Providers(Mutex<BTreeMap<ChannelId, Held>>);

/// What a parcel is for.
struct Post<'a> {
    channel: &'a ChannelId,
    provider: &'a Provider,
    adapter: &'static dyn Adapter,
}

fn post<'a>(parcel: &Parcel<'a>) -> Result<Post<'a>, Outcome> {
    let gone = |problem: &str| Outcome::Failed { problem: problem.to_owned(), retry_after: None };
    let Target::Channel(id) = parcel.target else { return Err(gone("this is no channel")) };
    let channel = parcel.config.channels.get(id).ok_or_else(|| gone("there is no such channel"))?;
    let provider = channel.provider.as_deref().ok_or_else(|| gone("the channel has no provider"))?;
    // An address of one type means somebody else, or nobody, in another.
    if channel.kind != parcel.conversation.born.channel_type {
        return Err(Outcome::Refused { problem: ANOTHER_TYPE.to_owned() });
    }
    let adapter = registry::adapter(channel.kind, &provider.name);
    Ok(Post { channel: id, provider, adapter: adapter.ok_or_else(|| gone("there is no such provider"))? })
}

impl Providers {
    fn token(&self, post: &Post<'_>, now: Timestamp) -> Option<String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = held.get(post.channel).filter(|held| held.until > now && held.of == *post.provider);
        held.map(|held| held.token.clone())
    }

    fn forget(&self, channel: &ChannelId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(channel);
    }
}

fn message<'a>(parcel: &Parcel<'a>) -> Option<&'a Message> {
    match &parcel.event.what {
        Happening::Message { message, .. } => Some(message),
        _ => None,
    }
}

/// Why a message cannot go out, in words.
pub fn words(problem: &Unsendable) -> String {
    match problem {
        Unsendable::TooLong { most, is } => {
            format!("is too long for this channel: {is} where {most} are the most")
        }
        Unsendable::WindowClosed { hours } => {
            format!(
                "comes too late: this channel takes answers for {hours} hours after the customer's last message"
            )
        }
        Unsendable::Other(words) => words.clone(),
    }
}

impl Kind for Providers {
    fn access(&self, parcel: &Parcel<'_>) -> Option<Call> {
        let post = post(parcel).ok()?;
        if self.token(&post, parcel.now).is_some() {
            return None;
        }
        post.adapter.access(&post.provider.settings)
    }

    fn accessed(&self, parcel: &Parcel<'_>, reply: &Reply<'_>) -> Result<(), Outcome> {
        let post = post(parcel)?;
        let failed = |problem| Outcome::Failed { problem, retry_after: reply.retry_after };
        let access = post.adapter.read_access(reply).map_err(failed)?;
        // One that ends sooner than that is good for this attempt all the same.
        let lasts = access.expires_in.saturating_sub(EARLY_SECONDS).clamp(1, 86_400);
        let until = parcel.now.plus_seconds(u32::try_from(lasts).unwrap_or(u32::MAX));
        let held = Held { token: access.token, until, of: post.provider.clone() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(post.channel.clone(), held);
        Ok(())
    }

    fn prepare(&self, parcel: &Parcel<'_>) -> Result<Call, Outcome> {
        let post = post(parcel)?;
        let refused = |problem: &str| Outcome::Refused { problem: problem.to_owned() };
        let message = message(parcel).ok_or_else(|| refused("this event is no message"))?;
        let born = &parcel.conversation.born;
        let to = parcel.conversation.address();
        let to = to.ok_or_else(|| refused("nobody knows the customer's address on this channel"))?;
        let (id, token) = (parcel.spot.to_string(), self.token(&post, parcel.now));
        let out = Outbound {
            to,
            reply_to: born.correspondent.as_deref().and_then(|writer| writer.reply_to.as_deref()),
            text: &message.text,
            id: &id,
            last_inbound_at: parcel.last_customer_at,
            now: parcel.now,
            access: token.as_deref(),
        };
        post.adapter.send(&post.provider.settings, &out).map_err(|problem| refused(&words(&problem)))
    }

    fn judge(&self, parcel: &Parcel<'_>, reply: &Reply<'_>) -> Outcome {
        let post = match post(parcel) {
            Ok(post) => post,
            Err(outcome) => return outcome,
        };
        match post.adapter.sent(&post.provider.settings, reply) {
            Sent::Accepted(id) => Outcome::Delivered { provider_id: id.map(Into::into) },
            Sent::Later { problem, after } => Outcome::Failed { problem, retry_after: after },
            Sent::AccessExpired => {
                self.forget(post.channel);
                let problem = "the provider does not take its token any more; another is fetched".to_owned();
                Outcome::Failed { problem, retry_after: None }
            }
            Sent::Refused(problem) => Outcome::Refused { problem },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::config::{Channel, ChannelType, Config};
    use crate::domain::conversation::{Born, By, Conversation, CustomerRef, Event, Sender, Visibility};
    use crate::domain::correspondent::Correspondent;
    use crate::domain::ids::{ConversationId, MessageId};
    use crate::domain::outbound::Spot;

    const DAY_MS: i64 = 86_400_000;
    const ID: ConversationId = ConversationId(uuid::Uuid::from_u128(7));

    fn born() -> Born {
        let writer = Correspondent { address: "34600123456".into(), ..Correspondent::default() };
        Born {
            id: ID,
            channel_id: "c1".into(),
            channel_type: ChannelType::Whatsapp,
            work_stream_id: "w1".into(),
            queue_id: "q1".into(),
            customer: CustomerRef::default(),
            context: BTreeMap::new(),
            undeclared: Vec::new(),
            misfits: Vec::new(),
            priority: 0,
            asked_priority: None,
            asked_skills: Vec::new(),
            skills: Vec::new(),
            units: 1,
            previous: None,
            first: None,
            record: None,
            party: None,
            language: None,
            correspondent: Some(Arc::new(writer)),
        }
    }

    fn event(seq: u32, what: Happening) -> Event {
        Event { conversation: ID, seq, at: Timestamp(0), by: By::System, what }
    }

    fn answer() -> Event {
        let message = Message {
            id: MessageId(uuid::Uuid::nil()),
            seq: 1,
            sender: Sender::System,
            text: "here I am".into(),
            visibility: Visibility::Public,
            client_message_id: None,
            attachments: Vec::new(),
            created_at: Timestamp(0),
            automated: None,
        };
        event(2, Happening::Message { message: Arc::new(message), to: None, via: None })
    }

    fn config() -> Config {
        let settings =
            [("base_url", "https://graph.example"), ("api_version", "v23.0"), ("phone_number_id", "P")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let provider = Provider { name: "whatsapp".into(), settings };
        let mut config = Config::default();
        let channel = Channel {
            name: "C".to_owned(),
            kind: ChannelType::Whatsapp,
            work_stream_id: "w1".into(),
            allowed_origins: Vec::new(),
            live_chat: Box::default(),
            provider: Some(Box::new(provider)),
        };
        config.channels.insert("c1".into(), Arc::new(channel));
        config
    }

    #[test]
    fn a_window_that_the_customer_opened_again_is_open_to_an_answer_that_waited() {
        let (born, answer, config) = (event(1, Happening::Created(Arc::new(born()))), answer(), config());
        let conversation = Conversation::replay([&born]).unwrap();
        let prepare = |wrote_at: i64| {
            let parcel = Parcel {
                target: &Target::Channel("c1".into()),
                spot: Spot { conversation: ID, seq: 2 },
                attempt: 1,
                event: &answer,
                conversation: &conversation,
                last_customer_at: Some(Timestamp(wrote_at)),
                config: &config,
                now: Timestamp(2 * DAY_MS),
            };
            Providers::default().prepare(&parcel)
        };
        assert!(
            matches!(prepare(DAY_MS - 1), Err(Outcome::Refused { problem }) if problem.contains("too late"))
        );
        assert_eq!(prepare(DAY_MS).unwrap().url, "https://graph.example/v23.0/P/messages");
    }
}
