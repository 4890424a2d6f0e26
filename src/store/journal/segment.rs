//! The bytes of a segment: its file name, its header and the headers of its batches. Nothing here reads or writes.
//!
//! ```text
//! segment = header (48) batch*
//! header  = magic(8) version(4) crc(4) number(8) first(8) previous number(8) previous length(8)
//! batch   = header (56) payload
//! header  = magic(4) version(2) zero(2) segment(8) offset(8) first(8) durable(8) count(4) length(4) payload crc(4) crc(4)
//! payload = (length(4) unit)*
//! ```
//! All numbers are little-endian; a CRC covers its whole header but itself. A batch without units is a seal: it only
//! says that everything before it is durable. A batch names its segment and offset so that bytes which land elsewhere
//! (stale blocks of a removed file, a misdirected write) are not taken for one.

use crate::ports::journal::{Position, Units};
use crate::store::error::StoreError;

/// The format that this version writes.
pub(super) const VERSION: u32 = 1;
/// Length of a segment's header in bytes.
pub(super) const SEGMENT_HEADER: u64 = 48;
/// Length of a batch's header in bytes.
pub(super) const BATCH_HEADER: usize = 56;
/// The most bytes that one batch may have, header included: a reader holds one batch in memory, and lengths are 32-bit.
pub const MAX_BATCH_BYTES: usize = 256 << 20;

const SEGMENT_MAGIC: [u8; 8] = *b"CALLBRDJ";
pub(super) const BATCH_MAGIC: [u8; 4] = *b"\xC3BAT";
const SUFFIX: &str = ".journal";

/// The file name of a segment; names sort as numbers do.
pub(super) fn name(number: u64) -> String {
    format!("{number:010}{SUFFIX}")
}

/// The number of a segment, if a file name is one's.
pub(super) fn number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX)?;
    let plain = digits.len() >= 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Where a segment stands in the chain of segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SegmentHeader {
    /// Rises with each segment; numbers may be left out.
    pub number: u64,
    /// Position of the first unit that the segment has or will have.
    pub first: Position,
    /// Number of the segment before it; 0 = none.
    pub previous: u64,
    /// How far the one before it counts, in bytes; what it has beyond that is void.
    pub previous_len: u64,
}

/// What the first bytes of a file say.
pub(super) enum Parsed {
    Good(SegmentHeader),
    Newer(u32),
    Bad,
}

impl SegmentHeader {
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SEGMENT_HEADER as usize);
        bytes.extend_from_slice(&SEGMENT_MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        for field in [self.number, self.first.0, self.previous, self.previous_len] {
            bytes.extend_from_slice(&field.to_le_bytes());
        }
        let crc = crc32fast::hash(&bytes).to_le_bytes();
        bytes[12..16].copy_from_slice(&crc);
        bytes
    }

    /// Magic, version and CRC have the same place in every version, so that a newer one is told from a damaged one.
    pub fn parse(bytes: &[u8]) -> Parsed {
        if bytes.len() < SEGMENT_HEADER as usize || bytes[..8] != SEGMENT_MAGIC {
            return Parsed::Bad;
        }
        let mut plain = bytes[..SEGMENT_HEADER as usize].to_vec();
        plain[12..16].fill(0);
        if crc32fast::hash(&plain) != u32_at(bytes, 12) {
            return Parsed::Bad;
        }
        match u32_at(bytes, 8) {
            VERSION => Parsed::Good(Self {
                number: u64_at(bytes, 16),
                first: Position(u64_at(bytes, 24)),
                previous: u64_at(bytes, 32),
                previous_len: u64_at(bytes, 40),
            }),
            version => Parsed::Newer(version),
        }
    }
}

/// What a batch says about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BatchHeader {
    /// Number of the segment that the batch was written to.
    pub segment: u64,
    /// Where in that segment, in bytes.
    pub offset: u64,
    /// Position of its first unit; of a seal, of the next unit.
    pub first: Position,
    /// Everything up to here was durable when the batch was written: it was written after the sync had returned.
    pub durable: Position,
    /// How many units it has; 0 = a seal.
    pub count: u32,
    /// Length of its payload in bytes.
    pub length: u32,
    pub payload_crc: u32,
}

impl BatchHeader {
    /// Position of the last unit that the log has after this batch.
    pub fn last(&self) -> Position {
        Position(self.first.0 + u64::from(self.count) - 1)
    }

    fn encode(&self) -> [u8; BATCH_HEADER] {
        let mut bytes = [0; BATCH_HEADER];
        bytes[..4].copy_from_slice(&BATCH_MAGIC);
        bytes[4..6].copy_from_slice(&(VERSION as u16).to_le_bytes());
        for (at, field) in [(8, self.segment), (16, self.offset), (24, self.first.0), (32, self.durable.0)] {
            bytes[at..at + 8].copy_from_slice(&field.to_le_bytes());
        }
        for (at, field) in [(40, self.count), (44, self.length), (48, self.payload_crc)] {
            bytes[at..at + 4].copy_from_slice(&field.to_le_bytes());
        }
        let crc = crc32fast::hash(&bytes[..52]).to_le_bytes();
        bytes[52..].copy_from_slice(&crc);
        bytes
    }

    /// The header at the beginning of `bytes`, if it is whole, undamaged and of the given segment and offset.
    pub fn parse(bytes: &[u8], segment: u64, offset: u64) -> Option<Self> {
        let bytes = bytes.get(..BATCH_HEADER)?;
        let checks = bytes[..4] == BATCH_MAGIC
            && bytes[4..8] == [VERSION as u8, 0, 0, 0]
            && crc32fast::hash(&bytes[..52]) == u32_at(bytes, 52);
        let header = Self {
            segment: u64_at(bytes, 8),
            offset: u64_at(bytes, 16),
            first: Position(u64_at(bytes, 24)),
            durable: Position(u64_at(bytes, 32)),
            count: u32_at(bytes, 40),
            length: u32_at(bytes, 44),
            payload_crc: u32_at(bytes, 48),
        };
        (checks && header.segment == segment && header.offset == offset && header.first.0 > 0)
            .then_some(header)
    }
}

/// Replaces `buffer` by one batch with all `units`, for the place that `at` names; `count`, `length` and the CRCs are
/// filled in here. Fails above [`MAX_BATCH_BYTES`].
pub(super) fn encode_batch(
    buffer: &mut Vec<u8>,
    units: &[&Units],
    mut at: BatchHeader,
) -> Result<BatchHeader, StoreError> {
    let framed: usize = units.iter().map(|units| units.bytes() + 4 * units.len()).sum();
    if BATCH_HEADER + framed > MAX_BATCH_BYTES {
        return Err(StoreError::TooLarge { bytes: BATCH_HEADER + framed, limit: MAX_BATCH_BYTES });
    }
    buffer.clear();
    buffer.resize(BATCH_HEADER, 0);
    at.count = 0;
    for unit in units.iter().flat_map(|units| units.iter()) {
        buffer.extend_from_slice(&(unit.len() as u32).to_le_bytes());
        buffer.extend_from_slice(unit);
        at.count += 1;
    }
    at.length = framed as u32;
    at.payload_crc = crc32fast::hash(&buffer[BATCH_HEADER..]);
    buffer[..BATCH_HEADER].copy_from_slice(&at.encode());
    Ok(at)
}

/// Cuts a payload into its units; `None` if lengths or count are not right.
pub(super) fn cut_payload(payload: &[u8], count: u32) -> Option<Vec<&[u8]>> {
    let mut units = Vec::with_capacity((count as usize).min(payload.len() / 4));
    let mut rest = payload;
    while !rest.is_empty() {
        let (length, after) = rest.split_at_checked(4)?;
        let (unit, after) = after.split_at_checked(u32_at(length, 0) as usize)?;
        units.push(unit);
        rest = after;
    }
    (units.len() == count as usize).then_some(units)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut field = [0; 4];
    field.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(field)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut field = [0; 8];
    field.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_header_is_noticed() {
        let header = SegmentHeader { number: 3, first: Position(9), previous: 2, previous_len: 777 };
        let good = header.encode();
        assert!(matches!(SegmentHeader::parse(&good), Parsed::Good(parsed) if parsed == header));
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(SegmentHeader::parse(&bad), Parsed::Bad), "bit {bit}");
        }
    }

    #[test]
    fn every_flipped_bit_of_a_batch_header_is_noticed() {
        let mut units = Units::default();
        units.push(b"hello");
        let at = BatchHeader {
            segment: 1,
            offset: 48,
            first: Position(1),
            durable: Position(0),
            count: 0,
            length: 0,
            payload_crc: 0,
        };
        let mut bytes = Vec::new();
        let header = encode_batch(&mut bytes, &[&units], at).unwrap();
        assert_eq!(BatchHeader::parse(&bytes, 1, 48), Some(header));
        assert_eq!(BatchHeader::parse(&bytes, 2, 48), None, "another segment's");
        assert_eq!(BatchHeader::parse(&bytes, 1, 49), None, "at another place");
        for bit in 0..BATCH_HEADER * 8 {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(BatchHeader::parse(&bad, 1, 48), None, "bit {bit}");
        }
    }

    #[test]
    fn names_are_numbers() {
        assert_eq!(number(&name(12)), Some(12));
        assert_eq!(number("0000000012.journal.torn"), None);
        assert_eq!(number("12.journal"), None);
    }
}
