//! The form in which texts are compared: Unicode NFC, without case.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The form in which `text` is compared: NFC, each character lower-cased by way of its capital.
///
/// The way over the capital makes `ς` and `σ`, `ß` and `SS`, `ſ` and `s` the same, which lower case alone
/// would not; it is done character by character, so that the form of a beginning is the beginning of the
/// form. Language plays no part: Turkish `ı` and `i` share a capital and compare equal. Never empties a text.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        let plain = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        return if plain { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) };
    }
    let lower = text.nfc().flat_map(char::to_lowercase);
    let folded = lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    Cow::Owned(folded.nfc().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn composed_and_decomposed_capital_and_small_are_one() {
        for (a, b) in [
            ("Café", "CAFE\u{301}"),
            ("GOLD", "gold"),
            ("STRASSE", "straße"),
            ("ẞ", "ß"),
            ("ΟΔΟΣ", "οδος"),
            ("İ", "i\u{307}"),
            ("K", "\u{212a}"),
            ("Я", "я"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("cafe"), fold("café"));
    }

    proptest! {
        #[test]
        fn case_and_composition_do_not_matter(text in "\\PC{0,12}") {
            let folded = fold(&text);
            let nfd: String = text.nfd().collect();
            prop_assert_eq!(&folded, &fold(&nfd));
            let text: String = text.nfc().collect();
            let lower = text.to_lowercase();
            prop_assert_eq!(&folded, &fold(&lower));
            prop_assert_eq!(text.is_empty(), folded.is_empty());
        }

        #[test]
        fn the_folded_form_stays_as_it_is(text in "\\PC{0,12}") {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once).into_owned(), once.clone());
        }

        #[test]
        fn capitals_of_everyday_scripts_do_not_matter(text in "[a-zA-Z0-9äöüßéèêñçåøæœžščřłĳα-ωΑ-Ωά-ώа-яА-Яёїґ ._-]{0,20}") {
            let upper = text.to_uppercase();
            prop_assert_eq!(fold(&text), fold(&upper));
        }
    }
}
