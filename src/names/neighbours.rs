//! The words that stand right beside a place in a text, and where sentences start.

use crate::never::slice;
use std::ops::Range;

use super::fold::{self, TokenKind};

/// What lies between a name and the word beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// White space.
    Space,
    /// A hyphen or dash, without space.
    Hyphen,
    /// An apostrophe, without space.
    Apostrophe,
    /// `&`, with or without space.
    Ampersand,
    /// A full stop and white space.
    Stop,
    /// A comma and white space.
    Comma,
    /// A slash.
    Slash,
}

/// A word beside a name.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) gap: Gap,
    /// Where it stands in the text.
    pub(super) word: Range<usize>,
}

fn is_word(c: char) -> bool {
    fold::kind(c) == TokenKind::Word
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || fold::is_dropped(c)
}

/// What a mark that no space surrounds joins two words as.
fn joint(c: char) -> Option<Gap> {
    Some(match fold::plain_punctuation(c) {
        '-' => Gap::Hyphen,
        '\'' => Gap::Apostrophe,
        '/' => Gap::Slash,
        '&' => Gap::Ampersand,
        _ => return None,
    })
}

/// The word before a place in the text.
pub(super) fn back(text: &str, at: usize) -> Option<Beside> {
    let before = text.get(..at)?;
    let before = before.strip_suffix('~').unwrap_or(before);
    let trimmed = before.trim_end_matches(is_blank);
    let last = trimmed.chars().next_back()?;
    let shorter = |by: char| trimmed.get(..trimmed.len() - by.len_utf8());
    let (gap, rest) = if trimmed.len() == before.len() {
        (joint(last)?, shorter(last)?)
    } else {
        match last {
            '.' => (Gap::Stop, shorter(last)?),
            ',' => (Gap::Comma, shorter(last)?),
            '&' => (Gap::Ampersand, shorter(last)?.trim_end_matches(is_blank)),
            _ => (Gap::Space, trimmed),
        }
    };
    let start = rest.trim_end_matches(is_word).len();
    (start < rest.len()).then_some(Beside { gap, word: start..rest.len() })
}

/// The word after a place in the text.
pub(super) fn ahead(text: &str, at: usize) -> Option<Beside> {
    let after = text.get(at..)?;
    let trimmed = after.trim_start_matches(is_blank);
    let first = trimmed.chars().next()?;
    let (gap, rest) = if is_word(first) {
        if trimmed.len() == after.len() {
            return None;
        }
        (Gap::Space, trimmed)
    } else {
        let rest = trimmed.get(first.len_utf8()..)?;
        match (first, trimmed.len() == after.len()) {
            ('&', _) => (Gap::Ampersand, rest.trim_start_matches(is_blank)),
            (',', true) => (Gap::Comma, rest.trim_start_matches(is_blank)),
            (_, true) => (joint(first)?, rest),
            _ => return None,
        }
    };
    let start = text.len() - rest.len();
    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    (length > 0).then_some(Beside { gap, word: start..start + length })
}

/// Whether a sentence starts here: nothing before it but space, quotes and brackets, then the end of another.
pub(super) fn starts_sentence(text: &str, at: usize) -> bool {
    let before = slice(text, ..at);
    before
        .chars()
        .rev()
        .find(|c| {
            !(is_blank(*c)
                || "\"'\u{201c}\u{201d}\u{2018}\u{2019}\u{ab}\u{bb}\u{201e}()[]*~".contains(*c))
        })
        .is_none_or(|c| ".!?:\u{2026}\u{2013}\u{2014}\u{2022}|".contains(c))
}

/// Whether a sentence, a line or a quotation starts here.
pub(super) fn starts_something(text: &str, at: usize) -> bool {
    let before = slice(text, ..at).trim_end_matches([' ', '\u{a0}', '~']);
    before.ends_with(['\n', '"', '\u{201c}', '\u{201e}', '\u{ab}', '\u{300c}'])
        || starts_sentence(text, at)
}

pub(super) fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

pub(super) fn has_small_letters(word: &str) -> bool {
    word.contains(char::is_lowercase)
}
