//! Floor 3: the stage.

pub mod dispatcher;
pub mod gate;
pub mod shown;

// Replaced by the read side's own files.
#[allow(missing_docs)]
pub mod feeds {
    #[derive(Default)]
    pub struct Feeds;
}
#[allow(missing_docs)]
pub mod read_side {
    #[derive(Default)]
    pub struct ReadSide;
}
