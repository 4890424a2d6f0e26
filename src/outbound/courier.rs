//! One attempt: what it is about, the call, what the answer means.

use std::time::Duration;

use super::client::{Answer, Client};
use super::kind::{Kind, Kinds, Parcel};
use crate::actors::dispatcher::Dispatcher;
use crate::channels::{Call, Reply};
use crate::domain::outbound::{Due, Outcome, Target};
use crate::domain::record::Record;

/// While history is being filled in nothing of it can be said; it is looked at again after this.
const WHILE_REBUILDING: Duration = Duration::from_secs(2);

/// What an attempt works with.
pub(super) struct Courier {
    /// The house.
    pub dispatcher: Dispatcher,
    /// The way out.
    pub client: Client,
    /// How targets are spoken to.
    pub kinds: Kinds,
}

impl Courier {
    /// Makes an attempt; `None`: it could not even be begun, and does not count.
    pub async fn attempt(&self, target: &Target, due: &Due) -> Option<Outcome> {
        let spot = due.spot;
        let read = self.dispatcher.read();
        let events = read.events(spot.conversation, spot.seq - 1, 1);
        let conversation = read.conversation_at(spot.conversation, spot.seq);
        let (Ok(events), Ok(conversation), Ok(newest)) =
            (events, conversation, read.conversation(spot.conversation))
        else {
            tokio::time::sleep(WHILE_REBUILDING).await;
            return None;
        };
        let (Some(Record::Event(event)), Some(conversation)) =
            (events.first().map(|record| &**record), conversation)
        else {
            return Some(refused("the conversation is no longer kept"));
        };
        let Some(kind) = self.kinds.of(target) else {
            return Some(refused("nobody speaks to such a target"));
        };
        let config = self.dispatcher.config();
        let parcel = Parcel {
            target,
            spot,
            attempt: due.attempt,
            event,
            conversation: &conversation,
            last_customer_at: newest.and_then(|newest| newest.last_customer_at),
            config: &config,
            now: self.dispatcher.now(),
        };
        Some(self.deliver(kind, &parcel).await.unwrap_or_else(|outcome| outcome))
    }

    async fn deliver(&self, kind: &dyn Kind, parcel: &Parcel<'_>) -> Result<Outcome, Outcome> {
        if let Some(call) = kind.access(parcel) {
            let answer = self.call(call).await?;
            kind.accessed(parcel, &reply(&answer))?;
        }
        let answer = self.call(kind.prepare(parcel)?).await?;
        Ok(kind.judge(parcel, &reply(&answer)))
    }

    async fn call(&self, call: Call) -> Result<Answer, Outcome> {
        let failed = |problem: String| Outcome::Failed { problem, retry_after: None };
        self.client.call(call, self.dispatcher.now()).await.map_err(|error| failed(error.to_string()))
    }
}

fn reply(answer: &Answer) -> Reply<'_> {
    Reply { status: answer.status, retry_after: answer.retry_after, body: &answer.body }
}

fn refused(problem: &str) -> Outcome {
    Outcome::Refused { problem: problem.to_owned() }
}
