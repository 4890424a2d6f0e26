//! Floor 3: the stage.
