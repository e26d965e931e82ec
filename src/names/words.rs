//! Text as the words that readers search it by.
//!
//! `static/theme/search.js` makes the same words of what a reader types; a test holds both to one table.

use crate::never::slice;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::fold::{TokenKind, is_diacritic, is_dropped, kind, ligature};

/// A byte between words.
const BETWEEN: u8 = 0;
/// A byte that stands in words as it is.
const PLAIN: u8 = 1;
const UPPER: u8 = 2;
const NOT_ASCII: u8 = 4;

/// What each byte is.
const BYTES: [u8; 256] = {
    let mut bytes = [BETWEEN; 256];
    let mut byte = 0;
    #[allow(clippy::indexing_slicing, reason = "worked out by the compiler")]
    while byte < 256 {
        bytes[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' => PLAIN,
            b'A'..=b'Z' => UPPER,
            0x80.. => NOT_ASCII,
            _ => BETWEEN,
        };
        byte += 1;
    }
    bytes
};

/// Calls `each` with the words of a text in turn: in lower case and without diacritics. Scripts that are written
/// without spaces between words give every two letters that stand together.
pub(crate) fn words(text: &str, each: &mut impl FnMut(&str)) {
    let mut lower = String::new();
    let mut piece = |range: Range<usize>, seen: u8| {
        let Some(piece) = text.get(range) else { return };
        if seen & NOT_ASCII != 0 {
            fold(piece, each);
        } else if seen & UPPER == 0 {
            each(piece);
        } else {
            lower.clear();
            lower.push_str(piece);
            lower.make_ascii_lowercase();
            each(&lower);
        }
    };
    let (mut start, mut seen) = (0, BETWEEN);
    for (at, byte) in text.bytes().enumerate() {
        let is = BYTES.get(usize::from(byte)).copied().unwrap_or(BETWEEN);
        if is != BETWEEN {
            seen |= is;
            continue;
        }
        if seen != BETWEEN {
            piece(start..at, seen);
            seen = BETWEEN;
        }
        start = at + 1;
    }
    if seen != BETWEEN {
        piece(start..text.len(), seen);
    }
}

/// The words of a text that is not in ASCII alone.
fn fold(text: &str, each: &mut impl FnMut(&str)) {
    let visible = text.chars().filter(|c| !is_dropped(*c)).nfd();
    let mut plain = String::with_capacity(text.len());
    for c in visible.filter(|c| !is_diacritic(*c)).flat_map(char::to_lowercase) {
        match ligature(c) {
            Some(letters) => plain.push_str(letters),
            // The same letter, at the end of a word.
            None if c == 'ς' => plain.push('σ'),
            None => plain.push(c),
        }
    }
    let folded: String = plain.nfc().collect();
    let mut start = 0;
    let mut last = None;
    for (at, c) in folded.char_indices() {
        let kind = Some(kind(c)).filter(|kind| matches!(kind, TokenKind::Word | TokenKind::Letter));
        if kind != last {
            flush(last, slice(&folded, start..at), each);
            (start, last) = (at, kind);
        }
    }
    flush(last, slice(&folded, start..), each);
}

/// Gives the words of a run of one kind.
fn flush(kind: Option<TokenKind>, run: &str, each: &mut impl FnMut(&str)) {
    match kind {
        Some(TokenKind::Word) => each(run),
        Some(TokenKind::Letter) if run.chars().nth(1).is_some() => {
            let starts = run.char_indices().map(|(at, _)| at);
            let ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1);
            for (start, end) in starts.zip(ends) {
                each(slice(run, start..end));
            }
        }
        Some(TokenKind::Letter) => each(run),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, &mut |word| found.push(word.to_owned()));
        found
    }

    /// The script is held to the same table by `tests/search.rs`.
    #[test]
    fn words_are_those_of_the_table() {
        for line in include_str!("../../tests/search/words.txt").lines() {
            let Some((text, expected)) = line.split_once(" => ") else { continue };
            assert_eq!(all(text).join(" "), expected.trim(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_word_is_one_word_and_stays_as_it_is(text in "\\PC{0,40}") {
            for word in all(&text) {
                prop_assert!(!word.is_empty());
                prop_assert_eq!(all(&word), vec![word]);
            }
        }

        #[test]
        fn case_and_neighbours_make_no_difference(text in "[a-zA-Z0-9éÉşŞ ]{0,30}") {
            prop_assert_eq!(all(&text), all(&text.to_uppercase()));
            let around = all(&format!("x {text}, y"));
            prop_assert_eq!(&around[1..around.len() - 1], &all(&text)[..]);
        }
    }
}
