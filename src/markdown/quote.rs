//! Quotes: a sentence around a name or a link.

use std::ops::Range;

use crate::never::slice;

/// The longest text of a [`Quote`], in bytes, give or take its ellipses.
pub(super) const LONGEST_QUOTE: usize = 400;

/// A sentence around a name or a link, as plain text with one part of it marked. There is one for each actor of
/// each brief, so that it is kept small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    text: Box<str>,
    marked: Range<u16>,
}

impl Quote {
    /// A quote of three parts, cut to the longest length at the edges of words, keeping what is nearest to the mark.
    pub(super) fn new(before: &str, marked: &str, after: &str) -> Quote {
        let mut text = String::with_capacity(before.len() + marked.len() + after.len());
        let mut after_room = LONGEST_QUOTE;
        if marked.len() <= LONGEST_QUOTE {
            let room = LONGEST_QUOTE - marked.len();
            let half = room / 2;
            if before.len() + after.len() <= room {
                text.push_str(before);
            } else {
                push_end(&mut text, before, half.max(room.saturating_sub(after.len())));
                after_room = room.saturating_sub(text.len()).max(half);
            }
        }
        let start = text.len();
        if marked.len() <= LONGEST_QUOTE {
            text.push_str(marked);
        } else {
            push_start(&mut text, marked, LONGEST_QUOTE);
        }
        let end = text.len();
        if marked.len() <= LONGEST_QUOTE {
            push_start(&mut text, after, after_room);
        }
        let narrow = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        Quote { text: text.into(), marked: narrow(start)..narrow(end) }
    }

    /// What stands before the mark, the name or the link's text itself, and what follows it.
    pub fn parts(&self) -> (&str, &str, &str) {
        let (start, end) = (usize::from(self.marked.start), usize::from(self.marked.end));
        let part = |range: Range<usize>| slice(&self.text, range);
        (part(0..start), part(start..end), part(end..self.text.len()))
    }
}

impl Quote {
    /// Whether it says some words outside of what is marked, as words of their own.
    pub(crate) fn says(&self, words: &str) -> bool {
        // Scripts from there on have no spaces between words.
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{2e80}');
        let (before, _, after) = self.parts();
        !words.is_empty()
            && [before, after].into_iter().any(|text| {
                text.match_indices(words).any(|(at, _)| {
                    let (left, rest) = text.split_at_checked(at).unwrap_or_default();
                    let right = rest.strip_prefix(words).unwrap_or_default();
                    !letter(left.chars().next_back()) && !letter(right.chars().next())
                })
            })
    }
}

/// Appends the start of a text.
fn push_start(out: &mut String, text: &str, room: usize) {
    if text.len() <= room {
        return out.push_str(text);
    }
    let kept = slice(text, 0..text.floor_char_boundary(room));
    // A script without spaces, or one long word, is cut anywhere.
    out.push_str(kept.rfind(' ').and_then(|space| kept.get(..space)).unwrap_or(kept));
    out.push('…');
}

/// Appends the end of a text.
fn push_end(out: &mut String, text: &str, room: usize) {
    if text.len() <= room {
        return out.push_str(text);
    }
    let kept = slice(text, text.ceil_char_boundary(text.len() - room)..text.len());
    out.push('…');
    out.push_str(kept.find(' ').and_then(|space| kept.get(space + 1..)).unwrap_or(kept));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_says_words_that_stand_by_themselves() {
        let quote =
            Quote::new("Niger and ", "Mali", " left; Nigeria’s envoy did not. 在马里共和国");
        for (words, says) in [
            ("Niger", true),
            ("Nigeria", true),
            ("Nig", false),
            ("envoy did", true),
            ("Mali", false),
            ("马里", true),
            ("", false),
        ] {
            assert_eq!(quote.says(words), says, "{words}");
        }
    }
}
