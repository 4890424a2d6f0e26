//! Floor 2: the journal (truth), snapshots and the sled archive behind it.
