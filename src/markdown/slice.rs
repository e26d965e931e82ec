//! Parts of texts that the program knows to be there.

use std::ops::Range;

use crate::never;

/// A part of a text. That it is not there is a mistake of the program.
pub(super) fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range.clone())
        .unwrap_or_else(|| never!("no part {range:?} in a text of {} bytes", text.len() => ""))
}
