//! Floor 4: `WebSockets`.
