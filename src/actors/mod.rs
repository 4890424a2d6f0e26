//! Floor 3: the stage.

pub mod shown;
