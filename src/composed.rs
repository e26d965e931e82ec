//! Text in composed form (Unicode's NFC), in which ids, paths, titles and anchors are compared and published. Some systems
//! write `é` in file names as an `e` and an accent.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// The text in composed form.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// The text in decomposed form (NFD), as which it may be written.
pub(crate) fn decomposed(text: &str) -> String {
    text.nfd().collect()
}
