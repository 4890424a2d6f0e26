//! Plays customers for the demo: they write in, say something more, and leave.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::actors::dispatcher::Dispatcher;
use crate::actors::shown::Shown;
use crate::domain::command::{Act, Caller, Command, Draft, Request, Say};
use crate::domain::config::Role;
use crate::domain::context::Given;
use crate::domain::conversation::{By, CustomerRef, Visibility};
use crate::domain::ids::{ChannelId, ConversationId};
use crate::ports::ids::random_bytes;

/// Most customers at a time.
const MOST: usize = 12;
/// Between two arrivals.
const PAUSE: Duration = Duration::from_secs(4);

const NAMES: [&str; 8] = ["Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "June", "Kofi"];
const TOPICS: [&str; 4] = ["delivery", "invoice", "sales", "returns"];
const TIERS: [&str; 3] = ["basic", "silver", "gold"];
const FIRST: [&str; 4] = [
    "Hello, is anybody there?",
    "My order has not come yet.",
    "Could you tell me what this costs for ten people?",
    "I would like to send something back.",
];
const MORE: [&str; 4] =
    ["It is about last week's order.", "Thank you for looking into it.", "The number is 4711.", "Any news?"];

/// Plays until it is dropped.
pub async fn play(dispatcher: Dispatcher) {
    let mut present: Vec<ConversationId> = Vec::new();
    loop {
        tokio::time::sleep(PAUSE).await;
        if present.len() < MOST {
            present.extend(arrive(&dispatcher).await);
        }
        if let Some(index) = pick(present.len()) {
            let act =
                if pick(4) == Some(0) || present.len() >= MOST { Act::End } else { Act::Say(say(&MORE)) };
            let leaves = act == Act::End;
            let gone = ask(&dispatcher, Command::Conversation { id: present[index], act, if_match: None })
                .await
                .is_none();
            if leaves || gone {
                present.swap_remove(index);
            }
        }
    }
}

async fn arrive(dispatcher: &Dispatcher) -> Option<ConversationId> {
    let config = dispatcher.config();
    let channels: Vec<&ChannelId> = config.channels.keys().collect();
    let channel = channels.get(pick(channels.len())?)?;
    let text = |values: &[&str]| Given::Text(one(values).to_owned());
    let context = BTreeMap::from([("topic".to_owned(), text(&TOPICS)), ("tier".to_owned(), text(&TIERS))]);
    let draft = Draft {
        correspondent: None,
        channel_id: (*channel).clone(),
        customer: CustomerRef { name: Some(one(&NAMES).to_owned()), ..CustomerRef::default() },
        context,
        message: Some(say(&FIRST)),
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: true,
        record: None,
        party: None,
        language: None,
    };
    match ask(dispatcher, Command::Create(Box::new(draft))).await? {
        Shown::Conversation(conversation) => Some(conversation.id()),
        _ => None,
    }
}

async fn ask(dispatcher: &Dispatcher, command: Command) -> Option<Shown> {
    let caller = Caller { by: By::Backend("demo".into()), role: Role::Backend, agent: None, session: None };
    dispatcher.ask(Request { caller, command, key: None }).await.outcome.ok()
}

fn say(texts: &[&str]) -> Say {
    Say {
        attachments: Vec::new(),
        text: one(texts).into(),
        visibility: Visibility::Public,
        client_message_id: None,
    }
}

fn one<'a>(values: &[&'a str]) -> &'a str {
    pick(values.len()).map_or("", |index| values[index])
}

/// Any index below `count`; none if it is 0.
fn pick(count: usize) -> Option<usize> {
    let drawn = u32::from_le_bytes(random_bytes()) as usize;
    drawn.checked_rem(count)
}
