//! Where sentences begin.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::never::slice;

/// Stands in a passage for what is not running text: code, a formula, an image (U+FFFC OBJECT
/// REPLACEMENT CHARACTER).
pub(super) const OBJECT: char = '\u{FFFC}';

/// Words before a full stop that does not end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "Adm", "Amb", "Brig", "Capt", "Cf", "Co", "Col", "Corp", "Dr", "Fig", "Gen", "Gov", "Hon",
    "Inc", "Jr", "Lt", "Ltd", "Maj", "Messrs", "Mr", "Mrs", "Ms", "Mt", "No", "Nos", "Pres",
    "Prof", "Rep", "Reps", "Rev", "Sen", "Sens", "Sgt", "Sr", "St", "cf", "ca", "e.g", "i.e", "vs",
    "approx",
];

/// Where sentences begin (UAX #29), except after abbreviations, which the standard cannot know. They are looked for no
/// further than they are asked about.
///
/// A sentence ends only behind a mark that can end one, and its rules look back no further than the word
/// before that mark, so that the text between can be passed over.
#[derive(Default)]
pub(super) struct Sentences {
    /// Where those found so far begin, but for the first one at 0.
    starts: Vec<usize>,
    /// How far the text has been looked through.
    at: usize,
}

impl Sentences {
    pub(super) fn clear(&mut self) {
        self.starts.clear();
        self.at = 0;
    }

    /// Where the sentence, or the sentences, around a range of the text begin and end.
    pub(super) fn around(&mut self, range: &Range<usize>, text: &str) -> (usize, usize) {
        let behind = range.end.max(range.start + 1);
        while self.starts.last().is_none_or(|last| *last < behind) && self.find_next(text) {}
        let first = self.starts.partition_point(|start| *start <= range.start);
        let start = first.checked_sub(1).and_then(|n| self.starts.get(n)).copied().unwrap_or(0);
        let next = self.starts.partition_point(|start| *start < behind);
        let end = self.starts.get(next).copied().unwrap_or(text.len()).max(range.end);
        (start, end)
    }

    /// Finds the next sentence; whether the text goes on behind it.
    fn find_next(&mut self, text: &str) -> bool {
        loop {
            let found = next_mark(text, self.at).and_then(|mark| self.behind(mark, text));
            let Some(at) = found.filter(|at| *at < text.len()) else {
                self.at = text.len();
                return false;
            };
            self.at = at;
            if !ends_in_abbreviation(slice(text, 0..at)) {
                self.starts.push(at);
                return true;
            }
        }
    }

    /// Where the sentence that holds a mark ends.
    fn behind(&self, mark: usize, text: &str) -> Option<usize> {
        match text.as_bytes().get(mark..) {
            // By far the most frequent: a stop, a space and a capital, perhaps behind `“` (SB11), for which no table is
            // needed; and the stop at the end of the text: 4 % in `scripts/instructions`.
            Some(
                [b'.' | b'!' | b'?', b' ', b'A'..=b'Z', ..]
                | [b'.' | b'!' | b'?', b' ', 0xe2, 0x80, 0x9c, b'A'..=b'Z', ..],
            ) => Some(mark + 2),
            Some([b'.' | b'!' | b'?']) => None,
            _ => {
                let before = slice(text, self.at..mark);
                let word = self.at + before.rfind(' ').map_or(0, |space| space + 1);
                let rest = slice(text, word..text.len());
                rest.split_sentence_bounds().next().map(|sentence| word + sentence.len())
            }
        }
    }
}

/// The next character that may end a sentence, or that needs the standard's tables to tell.
fn next_mark(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    // Without a branch, so that it can be asked of many bytes at a time.
    let is_mark = |byte: &u8| {
        (*byte == b'.')
            | (*byte == b'!')
            | (*byte == b'?')
            | (*byte == b'\n')
            | (*byte == b'\r')
            | (*byte >= 0x80)
    };
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        // Most bytes are none: 1 % in `scripts/instructions`.
        let chunks = rest.as_chunks::<32>().0.iter();
        let none = |chunk: &&[u8; 32]| !chunk.iter().fold(false, |any, byte| any | is_mark(byte));
        at += chunks.take_while(none).count() * 32;
        at += bytes.get(at..)?.iter().position(is_mark)?;
        let rest = text.get(at..)?;
        let passed = rest.find(|c: char| c.is_ascii() || !passes(c)).unwrap_or(rest.len());
        if passed == 0 {
            return Some(at);
        }
        at += passed;
    }
}

/// Whether a character outside ASCII is a letter or digit, or a mark that does not end a sentence.
fn passes(c: char) -> bool {
    match c {
        '\u{a0}' | '\u{2010}'..='\u{201f}' | OBJECT => true,
        c => c.is_alphanumeric(),
    }
}

fn ends_in_abbreviation(before: &str) -> bool {
    let before = before.trim_end();
    let Some(stopped) = before.strip_suffix('.') else { return false };
    let word_start = stopped
        .char_indices()
        .rev()
        .find(|(_, c)| !c.is_alphanumeric() && *c != '.')
        .map_or(0, |(at, c)| at + c.len_utf8());
    let word = slice(stopped, word_start..stopped.len());
    // `J.` and `U.S.`, but not `I.`-less words: every part is one letter.
    let initials = !word.is_empty()
        && word.split('.').all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
        });
    initials || ABBREVIATIONS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn sentences_are_those_of_the_standard(words in proptest::collection::vec(proptest::sample::select(vec![
            "One", "two", "3", "A", ".", "!", "?", " ", " ", "\u{a0}", "’", "“", "”", ")", "…", "。", "？", "俄", "é", "e\u{301}",
            "\u{ad}", "\n", "—", ",", "\u{2029}", "\u{FFFC}",
        ]), 0..30)) {
            let text = format!("{} ", words.concat());
            let all = text.split_sentence_bound_indices().map(|(at, _)| at);
            let kept = all.filter(|at| *at == 0 || !ends_in_abbreviation(&text[..*at]));
            let expected: Vec<usize> = std::iter::once(0).chain(kept.filter(|at| *at > 0)).collect();
            let mut found = Sentences::default();
            while found.find_next(&text) {}
            proptest::prop_assert_eq!(&found.starts, &expected[1..], "{:?}", text);
        }
    }
}
