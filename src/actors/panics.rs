//! Panics of code that must not take the house with it, as text.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of a machine; a panic becomes its text. The machine is `&self` in a decide, so that nothing has changed;
/// after one in an apply the stage is rebuilt.
pub(super) fn caught<R>(f: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text").to_owned()
    })
}
