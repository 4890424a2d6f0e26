//! What the adapters' tests share: requests to build, sign, spoil and hand in.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{
    Adapter, Inbound, InboundMessage, Outbound, Received, Rejected, Reply, Request, Sent, Settings, Status,
};
use crate::domain::time::Timestamp;

/// 2026-11-21T12:00:00Z, when the tests play.
pub const NOW: Timestamp = Timestamp(1_795_262_400_000);

/// A request to build.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: &'static str,
    pub url: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub keys: Option<String>,
    pub now: Timestamp,
}

impl Ask {
    pub fn post(body: impl AsRef<[u8]>) -> Self {
        Self {
            method: "POST",
            url: "https://desk.example.com/v1/channels/c1/inbound".to_owned(),
            headers: BTreeMap::new(),
            body: body.as_ref().to_vec(),
            keys: None,
            now: NOW,
        }
    }

    pub fn get(query: &str) -> Self {
        let post = Self::post("");
        Self { method: "GET", url: format!("{}?{query}", post.url), ..post }
    }

    pub fn with(mut self, header: &str, value: &str) -> Self {
        self.headers.insert(header.to_owned(), value.to_owned());
        self
    }

    pub fn to(self, adapter: &dyn Adapter, settings: &Settings) -> Result<Received, Rejected> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let query = super::form::decode(query.as_bytes()).expect("a test's query is encoded");
        let request = Request {
            method: self.method,
            url: &self.url,
            query,
            headers: &self.headers,
            body: &self.body,
            keys: self.keys.as_deref(),
            now: self.now,
        };
        adapter.receive(settings, &request)
    }
}

/// Settings with the adapter's defaults filled in.
pub fn settings(adapter: &dyn Adapter, given: &[(&str, &str)]) -> Settings {
    let fields = adapter.fields();
    for (name, _) in given {
        assert!(fields.iter().any(|field| field.name == *name), "{name} is no setting");
    }
    let defaults = fields.iter().filter_map(|field| Some((field.name, field.default?)));
    let all = defaults.chain(given.iter().copied());
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A text to a customer who wrote an hour ago.
pub fn outbound<'a>(to: &'a str, text: &'a str) -> Outbound<'a> {
    Outbound {
        to,
        reply_to: None,
        text,
        id: "0190b0f0-0000-7000-8000-000000000001",
        last_inbound_at: Some(NOW.plus_ms(-3_600_000)),
        now: NOW,
        access: None,
    }
}

/// What an adapter makes of an answer of the provider.
pub fn answered(
    adapter: &dyn Adapter,
    settings: &Settings,
    status: u16,
    after: Option<u64>,
    body: &str,
) -> Sent {
    adapter.sent(settings, &Reply { status, retry_after: after, body: body.as_bytes() })
}

/// The messages of what was received; nothing else is in it.
pub fn messages(received: Result<Received, Rejected>) -> Vec<InboundMessage> {
    let one = |event| match event {
        Inbound::Message(message) => message,
        Inbound::Status(status) => panic!("{status:?} is no message"),
    };
    received.expect("taken").events.into_iter().map(one).collect()
}

/// The statuses of what was received; nothing else is in it.
pub fn statuses(received: Result<Received, Rejected>) -> Vec<Status> {
    let one = |event| match event {
        Inbound::Status(status) => status,
        Inbound::Message(message) => panic!("{message:?} is no status"),
    };
    received.expect("taken").events.into_iter().map(one).collect()
}

/// Asserts that it is refused as unsigned.
#[track_caller]
pub fn assert_unsigned(received: Result<Received, Rejected>) {
    match received {
        Err(Rejected::Unsigned(_)) => {}
        other => panic!("not refused as unsigned: {other:?}"),
    }
}

/// Asserts that it is refused as malformed, naming this field.
#[track_caller]
pub fn assert_malformed(received: Result<Received, Rejected>, at: &str) {
    match received {
        Err(Rejected::Malformed { field, .. }) if field == at => {}
        other => panic!("not refused as malformed at {at:?}: {other:?}"),
    }
}

/// One byte of a signed request changed, at every place of the body and of the header: refused each time.
pub fn assert_every_byte_is_signed(adapter: &dyn Adapter, settings: &Settings, signed: &Ask, header: &str) {
    assert!(signed.clone().to(adapter, settings).is_ok(), "it is good before it is spoiled");
    for at in 0..signed.body.len() {
        let mut spoiled = signed.clone();
        // A line break in place of a letter and so on: valid where the format allows it, always another body.
        spoiled.body[at] ^= 1;
        assert_unsigned(spoiled.to(adapter, settings));
    }
    let value = signed.headers[header].clone();
    for at in 0..value.len() {
        let mut bytes = value.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let spoiled = signed.clone().with(header, std::str::from_utf8(&bytes).expect("ASCII"));
        // The name of the algorithm may be written in any case.
        if !value.eq_ignore_ascii_case(&spoiled.headers[header]) {
            assert_unsigned(spoiled.to(adapter, settings));
        }
    }
    let mut bare = signed.clone();
    bare.headers.remove(header);
    assert_unsigned(bare.to(adapter, settings));
}

/// Random bytes and good payloads with bytes changed, cut out and doubled, signed and unsigned, as requests and as
/// answers: whatever comes of it, nothing panics.
pub fn assert_no_bytes_panic(
    adapter: &dyn Adapter,
    settings: &Settings,
    good: &[&str],
    sign: impl Fn(Ask) -> Ask,
) {
    let good: Vec<Vec<u8>> = good.iter().map(|text| text.as_bytes().to_vec()).collect();
    let mutated = (
        prop::sample::select(good),
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..6),
    )
        .prop_map(|(mut body, changes)| {
            for (at, byte, kind) in changes {
                if body.is_empty() {
                    break;
                }
                let at = at.index(body.len());
                match kind {
                    0 => body[at] = byte,
                    1 => drop(body.remove(at)),
                    2 => body.insert(at, byte),
                    _ => body.truncate(at),
                }
            }
            body
        });
    let bodies = prop_oneof![prop::collection::vec(any::<u8>(), 0..300), mutated];
    let mut runner = TestRunner::new(Config { cases: 512, failure_persistence: None, ..Config::default() });
    let run = runner.run(&(bodies, any::<u16>()), |(body, status)| {
        let _ = Ask::post(&body).to(adapter, settings);
        let _ = Ask { method: "GET", ..Ask::post(&body) }.to(adapter, settings);
        let _ = sign(Ask::post(&body)).to(adapter, settings);
        let reply = Reply { status, retry_after: None, body: &body };
        let _ = (adapter.sent(settings, &reply), adapter.read_access(&reply));
        let text = String::from_utf8_lossy(&body);
        let message =
            Outbound { reply_to: Some(&text), access: Some(&text), id: &text, ..outbound(&text, &text) };
        let _ = adapter.send(settings, &message);
        Ok(())
    });
    run.unwrap();
}
