//! Values of the archive: a version byte, then postcard. Values that do not decode are as if absent.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Version of the archive's values; one of another version is left for a rebuild.
const VERSION: u8 = 1;

/// A value as bytes.
///
/// # Panics
/// Never for our own values: they are plain data without maps of unknown length.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    postcard::to_extend(value, vec![VERSION]).expect("plain data has a postcard form")
}

/// The value of these bytes, or the first part of a longer one (a tuple's head).
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (version, rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    postcard::take_from_bytes(rest).ok().map(|(value, _)| value)
}
