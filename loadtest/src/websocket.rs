//! Minimal RFC 6455 framing, both sides: text, ping, pong, close; no extensions, no fragments.
//!
//! Own code instead of a crate because one read can carry many frames and one write can answer them all, and an idle
//! socket keeps no buffer. `tests/interop.rs` holds it against tokio-tungstenite in both roles.

use crate::{Error, Result};

/// A frame larger than this is a fault of the server (a welcome of 10,000 conversations is about 10 MB).
const MAX_FRAME_BYTES: usize = 32 << 20;
/// The fixed key of every handshake: the answer to it is a constant, so that no SHA-1 is needed to check it.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// What a server must answer to [`KEY`] (the RFC's own example).
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// One frame, borrowed from the inbox.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A text message.
    Text(&'a [u8]),
    /// A ping; its payload goes back in a pong.
    Ping(&'a [u8]),
    /// A pong.
    Pong,
    /// The end, with its code (1005 where none was given).
    Close(u16),
}

/// Bytes that came and were not yet taken as frames.
#[derive(Debug, Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    taken: usize,
}

impl Inbox {
    /// Gives the buffer to read into; what was taken is dropped first, and an empty buffer is given back to the
    /// allocator when it had grown.
    pub fn space(&mut self) -> &mut Vec<u8> {
        if self.taken == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(4096);
        } else {
            self.bytes.drain(..self.taken);
        }
        self.taken = 0;
        self.bytes.reserve(1024);
        &mut self.bytes
    }

    /// Takes the next whole frame; `None` when more bytes are needed. Masked frames (a client's) are unmasked.
    pub fn take(&mut self) -> Result<Option<Frame<'_>>> {
        let bytes = &mut self.bytes[self.taken..];
        let Some(head) = head_of(bytes)? else {
            return Ok(None);
        };
        let end = head.payload_at + head.length;
        if bytes.len() < end {
            return Ok(None);
        }
        self.taken += end;
        if let Some(mask) = head.mask {
            for (at, byte) in bytes[head.payload_at..end].iter_mut().enumerate() {
                *byte ^= mask[at % 4];
            }
        }
        let payload = &bytes[head.payload_at..end];
        match head.opcode {
            1 => Ok(Some(Frame::Text(payload))),
            8 => Ok(Some(Frame::Close(
                payload.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]])),
            ))),
            9 => Ok(Some(Frame::Ping(payload))),
            10 => Ok(Some(Frame::Pong)),
            other => Err(Error::Protocol(format!("websocket frame of opcode {other}"))),
        }
    }
}

struct FrameHead {
    opcode: u8,
    payload_at: usize,
    length: usize,
    mask: Option<[u8; 4]>,
}

fn head_of(bytes: &[u8]) -> Result<Option<FrameHead>> {
    let (Some(first), Some(second)) = (bytes.first(), bytes.get(1)) else {
        return Ok(None);
    };
    if first & 0x80 == 0 || first & 0x70 != 0 {
        return Err(Error::Protocol("fragmented or extended websocket frame".to_owned()));
    }
    let (length, mut at) = match second & 0x7F {
        126 => match bytes.get(2..4) {
            Some(size) => (usize::from(u16::from_be_bytes([size[0], size[1]])), 4),
            None => return Ok(None),
        },
        127 => match bytes.get(2..10).and_then(|size| size.try_into().ok()) {
            Some(size) => (u64::from_be_bytes(size) as usize, 10),
            None => return Ok(None),
        },
        short => (usize::from(short), 2),
    };
    if length > MAX_FRAME_BYTES {
        return Err(Error::Protocol(format!("websocket frame of {length} bytes")));
    }
    let mut mask = None;
    if second & 0x80 != 0 {
        let Some(key) = bytes.get(at..at + 4) else {
            return Ok(None);
        };
        mask = Some([key[0], key[1], key[2], key[3]]);
        at += 4;
    }
    Ok(Some(FrameHead { opcode: first & 0x0F, payload_at: at, length, mask }))
}

/// Appends one frame; with a mask as a client must send it, without as a server must.
pub fn write_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8], mask: Option<[u8; 4]>) {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    out.push(0x80 | opcode);
    match payload.len() {
        length @ 0..126 => out.push(masked | length as u8),
        length @ 126..65_536 => {
            out.push(masked | 0x7E);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(masked | 0x7F);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    let Some(mask) = mask else {
        out.extend_from_slice(payload);
        return;
    };
    out.extend_from_slice(&mask);
    out.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]));
}

#[cfg(test)]
mod tests {
    use super::{Frame, Inbox, write_frame};

    #[test]
    fn frames_of_every_length_come_back_masked_or_not() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            for mask in [None, Some([1, 2, 3, 4])] {
                let payload = vec![b'x'; length];
                let mut inbox = Inbox::default();
                write_frame(inbox.space(), 1, &payload, mask);
                assert_eq!(inbox.take().expect("frame"), Some(Frame::Text(&payload)));
                assert_eq!(inbox.take().expect("nothing"), None);
            }
        }
    }

    #[test]
    fn a_frame_in_pieces_waits_for_its_last_byte() {
        let mut whole = Vec::new();
        write_frame(&mut whole, 9, b"ping", None);
        write_frame(&mut whole, 8, &1013_u16.to_be_bytes(), None);
        let mut inbox = Inbox::default();
        let mut seen = Vec::new();
        for byte in whole {
            inbox.space().push(byte);
            while let Some(frame) = inbox.take().expect("frame") {
                seen.push(format!("{frame:?}"));
            }
        }
        assert_eq!(seen, ["Ping([112, 105, 110, 103])", "Close(1013)"]);
    }
}
