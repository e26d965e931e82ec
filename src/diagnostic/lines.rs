//! Where in a text a byte stands, by line and column, looked up in steps that do not grow with the text: a report
//! may have ten thousand findings on one line of a large file.

use std::ops::Range;
use std::sync::Arc;

use crate::never::slice;

/// Characters are counted up to each so many bytes.
const STRIDE: usize = 256;

/// A text with its lines and characters counted.
pub(super) struct Lines {
    pub text: Arc<str>,
    /// Where each line starts.
    starts: Vec<usize>,
    /// How many characters start before each [`STRIDE`] bytes.
    characters: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: Arc<str>) -> Lines {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        let mut characters = vec![0];
        let mut before = 0;
        for block in text.as_bytes().chunks(STRIDE) {
            before += starting(block);
            characters.push(before);
        }
        Lines { text, starts, characters }
    }

    /// The line and the column of a byte offset, both from 1; columns count characters.
    pub(super) fn at(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|n| self.starts.get(n)).copied().unwrap_or(0);
        (line, self.before(offset) - self.before(start) + 1)
    }

    /// The bytes of the lines that a range lies on, without the end of the last.
    pub(super) fn around(&self, range: &Range<usize>) -> Range<usize> {
        let line = |offset: usize| self.starts.partition_point(|start| *start <= offset);
        let start = line(range.start).checked_sub(1).and_then(|n| self.starts.get(n));
        let end = match self.starts.get(line(range.end)) {
            Some(next) => {
                let line = slice(&self.text, ..next.saturating_sub(1));
                line.strip_suffix('\r').unwrap_or(line).len()
            }
            None => self.text.len(),
        };
        start.copied().unwrap_or(0)..end.max(range.end)
    }

    /// How many characters start before an offset.
    fn before(&self, offset: usize) -> usize {
        let block = offset / STRIDE;
        let rest = self.text.as_bytes().get(block * STRIDE..offset).unwrap_or_default();
        self.characters.get(block).copied().unwrap_or(0) + starting(rest)
    }
}

/// How many characters start in some bytes of UTF-8.
fn starting(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// The line and the column of a byte offset, both from 1; columns count characters. For one look: a text that is
/// looked at again and again is counted once.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = slice(text, ..text.floor_char_boundary(offset.min(text.len())));
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_texts_say_the_same_as_one_look() {
        let text = format!("é\n\nab{}\r\nlast ü", "ö€".repeat(300));
        let lines = Lines::of(text.as_str().into());
        for offset in 0..=text.len() + 2 {
            assert_eq!(lines.at(offset), line_and_column(&text, offset), "{offset}");
        }
        let last = text.len() - "last ü".len();
        assert_eq!(lines.around(&(5..6)), 4..last - 2);
        assert_eq!(lines.around(&(last..last)), last..text.len());
        assert_eq!(lines.around(&(0..4)), 0..last - 2);
        assert_eq!(lines.around(&(0..1)), 0..2);
    }
}
