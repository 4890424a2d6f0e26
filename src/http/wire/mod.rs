//! Wire forms: what stands in bodies, and its explicit conversion to and from domain values.

pub mod time;
