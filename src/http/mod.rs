//! Floor 4: HTTP.
