//! What the floor says: answers and frames of the contract's shape and size, made without any state.
//!
//! A conversation's offer carries the conversation's own id, so that an accept needs no look-up.

use std::io::Write as _;

use serde::Deserialize;
use uuid::Uuid;

use crate::websocket::write_frame;

const AT: &str = "2026-01-01T00:00:00.000Z";

/// Appends a conversation with every field of CONTRACT §4.
pub fn conversation(out: &mut Vec<u8>, id: Uuid, state: &str, agent: Option<usize>) {
    let agent = agent.map_or_else(|| "null".to_owned(), |number| format!("\"agent-{number}\""));
    // Writing to a Vec cannot fail.
    let _ = write!(
        out,
        r#"{{"id":"{id}","state":"{state}","channel_id":"load","channel_type":"live_chat","work_stream_id":"load","queue_id":"load","agent_id":{agent},"offer":null,"customer":{{"id":null,"name":"Customer","email":"customer@example.com"}},"context":{{"tier":"gold","amount":12}},"undeclared":[],"priority":0,"capacity_units":1,"transfer_count":0,"refusals":0,"created_at":"{AT}","queued_at":"{AT}","assigned_at":null,"wrap_up_at":null,"closed_at":null,"close_reason":null,"version":1}}"#
    );
}

/// Appends a whole HTTP answer.
pub fn http(out: &mut Vec<u8>, status: &str, body: &[u8]) {
    let _ = write!(
        out,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    out.extend_from_slice(body);
}

/// Appends the frame `offer.created`.
pub fn offer(out: &mut Vec<u8>, seq: u64, id: Uuid, agent: usize) {
    let mut text = Vec::with_capacity(1024);
    let _ = write!(
        text,
        r#"{{"type":"offer.created","seq":{seq},"offer":{{"id":"{id}","conversation_id":"{id}","kind":"screen_pop_decline","can_decline":true,"created_at":"{AT}","expires_at":"{AT}","remaining_ms":120000,"title":"Customer","fields":[{{"label":"Tier","value":"gold"}}],"conversation":"#
    );
    conversation(&mut text, id, "open", Some(agent));
    text.extend_from_slice(b"}}");
    write_frame(out, 1, &text, None);
}

/// Appends the frame `conversation.assigned`.
pub fn assigned(out: &mut Vec<u8>, seq: u64, id: Uuid, agent: usize) {
    let mut text = Vec::with_capacity(1024);
    let _ = write!(text, r#"{{"type":"conversation.assigned","seq":{seq},"conversation":"#);
    conversation(&mut text, id, "active", Some(agent));
    let _ = write!(
        text,
        r#","messages":[{{"id":"{id}","conversation_id":"{id}","seq":1,"sender":"customer","text":"Hello, my order has not arrived yet.","visibility":"public","created_at":"{AT}"}}]}}"#
    );
    write_frame(out, 1, &text, None);
}

/// Appends the frame `welcome`.
pub fn welcome(out: &mut Vec<u8>, agent: usize) {
    let text = format!(
        r#"{{"type":"welcome","seq":0,"session_id":"{}","agent":{{"id":"agent-{agent}"}},"presence":"available","capacity":{{"capacity":100,"used":0,"free":100}},"conversations":[],"offers":[],"resumed":false,"server_time":"{AT}","heartbeat_seconds":15}}"#,
        Uuid::from_u128(agent as u128)
    );
    write_frame(out, 1, text.as_bytes(), None);
}

/// A client frame, as much as the floor looks at.
#[derive(Debug, Deserialize)]
pub struct Asked<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: Option<u64>,
    offer_id: Option<Uuid>,
}

impl<'a> Asked<'a> {
    /// Reads a client frame; `None` if it is not one.
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// Appends the reply, and the assignment where an offer was accepted.
    pub fn answer(&self, out: &mut Vec<u8>, seq: &mut u64, agent: usize) {
        if self.kind == "hello" {
            welcome(out, agent);
            return;
        }
        let reply = format!(r#"{{"type":"reply","id":{},"ok":true,"result":{{}}}}"#, self.id.unwrap_or(0));
        write_frame(out, 1, reply.as_bytes(), None);
        if let (true, Some(id)) = (self.kind == "offer.accept", self.offer_id) {
            *seq += 1;
            assigned(out, *seq, id, agent);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{assigned, conversation, offer, welcome};
    use crate::frames::ServerFrame;
    use crate::websocket::{Frame, Inbox};

    #[test]
    fn every_answer_is_json_that_the_harness_reads() {
        let mut body = Vec::new();
        conversation(&mut body, Uuid::from_u128(7), "open", None);
        assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
        let mut inbox = Inbox::default();
        offer(inbox.space(), 1, Uuid::from_u128(7), 0);
        assigned(inbox.space(), 2, Uuid::from_u128(7), 0);
        welcome(inbox.space(), 3);
        for kind in ["offer.created", "conversation.assigned", "welcome"] {
            let Ok(Some(Frame::Text(text))) = inbox.take() else { panic!("no {kind}") };
            assert_eq!(ServerFrame::parse(text).expect("frame").kind, kind);
        }
    }
}
