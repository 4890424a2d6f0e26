//! How records become bytes: one unit of the journal is a version byte and then its records, one after the other.
//!
//! Knows the form, not the meaning. What cannot be read is a finding: the start refuses and says what to do.

use postcard::ser_flavors::Flavor;
use serde::Serialize as _;

use super::journal::Position;
use crate::domain::record::{RECORD_VERSION, Record};

/// The version byte; a unit of another one is refused.
const VERSION: u8 = {
    assert!(RECORD_VERSION < 256, "the version stands in one byte");
    RECORD_VERSION as u8
};

/// Why a unit cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Finding {
    /// It is empty: no version byte.
    #[error("the unit at position {at} is empty: restore the data directory from a backup, and report it")]
    Empty {
        /// Which unit.
        at: Position,
    },
    /// A newer program wrote it.
    #[error(
        "the unit at position {at} has record version {found}, this program reads up to {VERSION}: use the program that wrote it, or a newer one"
    )]
    Newer {
        /// Which unit.
        at: Position,
        /// Its version.
        found: u8,
    },
    /// A program from before the first release wrote it; records of such a version are not read any more.
    #[error(
        "the unit at position {at} has record version {found}, this program reads {VERSION}: use the program that wrote it, or begin with an empty data directory"
    )]
    Older {
        /// Which unit.
        at: Position,
        /// Its version.
        found: u8,
    },
    /// Its bytes are no records.
    #[error(
        "the unit at position {at} does not decode after {records} records ({source}): restore the data directory from a backup, and report it"
    )]
    Undecodable {
        /// Which unit.
        at: Position,
        /// How many records were read before.
        records: usize,
        /// What the decoder said.
        source: postcard::Error,
    },
}

/// Appends one unit to `bytes`.
///
/// # Panics
/// If a record has no encoded form: our own broken invariant, since records are plain data.
pub fn encode<'a>(bytes: &mut Vec<u8>, records: impl IntoIterator<Item = &'a Record>) {
    bytes.push(VERSION);
    for record in records {
        let mut serializer = postcard::Serializer { output: Appending(bytes) };
        record.serialize(&mut serializer).expect("a record is plain data");
    }
}

/// Gives each record of the unit at `at` to `each`, in order.
pub fn decode(at: Position, unit: &[u8], each: &mut dyn FnMut(Record)) -> Result<(), Finding> {
    let Some((version, mut rest)) = unit.split_first() else { return Err(Finding::Empty { at }) };
    if *version > VERSION {
        return Err(Finding::Newer { at, found: *version });
    }
    if *version < VERSION {
        return Err(Finding::Older { at, found: *version });
    }
    let mut records = 0;
    while !rest.is_empty() {
        let (record, after) =
            postcard::take_from_bytes(rest).map_err(|source| Finding::Undecodable { at, records, source })?;
        each(record);
        records += 1;
        rest = after;
    }
    Ok(())
}

/// Serializes straight behind what is there.
struct Appending<'a>(&'a mut Vec<u8>);

impl Flavor for Appending<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    fn parked(message: u64) -> Record {
        Record::Parked { message, at: Timestamp(5) }
    }

    #[test]
    fn a_unit_comes_back_record_by_record() {
        let records = [parked(1), parked(u64::MAX)];
        let mut bytes = Vec::new();
        encode(&mut bytes, &records);
        let mut read = Vec::new();
        decode(Position(1), &bytes, &mut |record| read.push(record)).unwrap();
        assert_eq!(read, records);
    }

    #[test]
    fn what_cannot_be_read_says_where_and_what_to_do() {
        let mut bytes = Vec::new();
        encode(&mut bytes, &[parked(1), parked(2)]);
        bytes.pop();
        let line = decode(Position(9), &bytes, &mut |_| {}).unwrap_err().to_string();
        assert!(line.contains("position 9") && line.contains("after 1 records"), "{line}");
        bytes[0] = VERSION - 1;
        let line = decode(Position(9), &bytes, &mut |_| {}).unwrap_err().to_string();
        assert!(line.contains("position 9") && line.contains("empty data directory"), "{line}");
        bytes[0] = VERSION + 1;
        assert!(matches!(decode(Position(9), &bytes, &mut |_| {}), Err(Finding::Newer { .. })));
        assert!(matches!(decode(Position(9), &[], &mut |_| {}), Err(Finding::Empty { .. })));
    }
}
