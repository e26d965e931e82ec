//! The plain text of one block, and the way back from it to the HTML and to the file.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Target;
use crate::diagnostic::Span;
use crate::html::escaped_len;
use crate::names::Setting;

/// Stands in a passage for what is not running text: code, a formula, an image (U+FFFC OBJECT
/// REPLACEMENT CHARACTER).
pub(super) const OBJECT: char = '\u{FFFC}';

/// The longest text of a [`Quote`], in bytes, give or take its ellipses.
const LONGEST_QUOTE: usize = 400;
/// No text farther than this from a mark is looked at for its quote, in bytes: a sentence may be as long as a document,
/// and have as many links.
const FARTHEST: usize = 32 * LONGEST_QUOTE;

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
        let part = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        (part(0..start), part(start..end), part(end..self.text.len()))
    }
}

/// Appends the start of a text.
fn push_start(out: &mut String, text: &str, room: usize) {
    if text.len() <= room {
        return out.push_str(text);
    }
    let kept = text.get(..text.floor_char_boundary(room)).unwrap_or_default();
    // A script without spaces, or one long word, is cut anywhere.
    out.push_str(kept.rfind(' ').and_then(|space| kept.get(..space)).unwrap_or(kept));
    out.push('…');
}

/// Appends the end of a text.
fn push_end(out: &mut String, text: &str, room: usize) {
    if text.len() <= room {
        return out.push_str(text);
    }
    let kept = text.get(text.ceil_char_boundary(text.len() - room)..).unwrap_or_default();
    out.push('…');
    out.push_str(kept.find(' ').and_then(|space| kept.get(space + 1..)).unwrap_or(kept));
}

/// A stretch of text that is contiguous in the passage, in the HTML and in the source.
struct Run {
    /// Where it starts in the text; it ends where the next one or the text does.
    text: usize,
    html: Range<usize>,
    source: Range<usize>,
}

/// Where an inline element begins or ends.
#[derive(Clone, Copy)]
struct Edge {
    /// Its place in the text.
    text: usize,
    kind: EdgeKind,
}

#[derive(Clone, Copy)]
enum EdgeKind {
    /// Of emphasis, before whose start tag this byte of the HTML stands.
    Start(usize),
    /// Of emphasis, behind whose end tag this byte of the HTML stands.
    End(usize),
    /// Of what no link can be around.
    Barrier,
}

/// The inline content of a block, while it is read.
#[derive(Default)]
pub(super) struct Block {
    /// Whether there is one.
    pub(super) open: bool,
    /// Where its holes start.
    pub(super) first_hole: usize,
    /// Where its special ranges start.
    pub(super) first_special: usize,
    /// The text.
    pub(super) text: String,
    /// The text of links, by the number of their target.
    pub(super) links: Vec<(u32, Range<usize>)>,
    /// The text of links to actors.
    pub(super) explicit: Vec<(Range<usize>, u32)>,
    /// Where those links stand in the file.
    pub(super) explicit_spans: Vec<Span>,
    runs: Vec<Run>,
    /// Where inline elements begin and end, in the order of the text.
    edges: Vec<Edge>,
    /// Where a setting begins.
    settings: Vec<(usize, Setting)>,
    /// What stands in plain text for a range of the text, in order.
    replaced: Vec<(Range<usize>, String)>,
    sentences: Sentences,
}

impl Block {
    pub(super) fn clear(&mut self) {
        self.open = false;
        self.text.clear();
        self.links.clear();
        self.explicit.clear();
        self.explicit_spans.clear();
        self.runs.clear();
        self.edges.clear();
        self.settings.clear();
        self.replaced.clear();
        self.sentences.clear();
    }

    /// Adds text that was just written to `html`, from `source`.
    pub(super) fn run(&mut self, text: &str, html: Range<usize>, source: Range<usize>) {
        self.runs.push(Run { text: self.text.len(), html, source });
        self.text.push_str(text);
    }

    /// Adds something that is not running text, and what plain text shows of it.
    pub(super) fn object(&mut self, plain: &str) {
        let start = self.text.len();
        self.edge();
        // A run of its own, so that the one before it ends here.
        self.runs.push(Run { text: start, html: 0..0, source: 0..0 });
        self.text.push(OBJECT);
        self.replaced.push((start..self.text.len(), plain.to_owned()));
        self.edge();
    }

    /// Notes that an inline element begins or ends here that no link can be around.
    pub(super) fn edge(&mut self) {
        self.edges.push(Edge { text: self.text.len(), kind: EdgeKind::Barrier });
    }

    /// Notes that emphasis begins here, whose start tag stands at a byte of the HTML.
    pub(super) fn emphasis_start(&mut self, html: usize) {
        self.edges.push(Edge { text: self.text.len(), kind: EdgeKind::Start(html) });
    }

    /// Notes that emphasis ends here, whose end tag ends at a byte of the HTML.
    pub(super) fn emphasis_end(&mut self, html: usize) {
        self.edges.push(Edge { text: self.text.len(), kind: EdgeKind::End(html) });
    }

    /// The emphasis that begins and ends with a range of the text and not both: where the tags begin that a link around
    /// it has to take in, and where they end. `None` when no link can be around it.
    fn around(&self, range: &Range<usize>) -> Option<(Option<usize>, Option<usize>)> {
        let inside = self.edges.partition_point(|edge| edge.text <= range.start);
        let (before, after) = self.edges.split_at_checked(inside)?;
        let (mut starts, mut ends) = (0_usize, 0_usize);
        let mut from = 0;
        for edge in after.iter().take_while(|edge| edge.text < range.end) {
            match edge.kind {
                EdgeKind::Start(_) => ends += 1,
                EdgeKind::End(_) if ends > 0 => ends -= 1,
                EdgeKind::End(_) => starts += 1,
                EdgeKind::Barrier => return None,
            }
            from += 1;
        }
        let opening = starts.checked_sub(1).map(|_| before.get(before.len().checked_sub(starts)?));
        let closing = ends.checked_sub(1).map(|last| after.get(from + last));
        // All of them stand at the edges of the range, if the furthest does.
        let start = match opening {
            None => None,
            Some(Some(Edge { text, kind: EdgeKind::Start(html) })) if *text == range.start => {
                Some(*html)
            }
            Some(_) => return None,
        };
        let end = match closing {
            None => None,
            Some(Some(Edge { text, kind: EdgeKind::End(html) })) if *text == range.end => {
                Some(*html)
            }
            Some(_) => return None,
        };
        Some((start, end))
    }

    /// Notes the setting of what follows.
    pub(super) fn setting(&mut self, setting: Setting) {
        match self.settings.last_mut() {
            Some(last) if last.0 == self.text.len() => last.1 = setting,
            _ => self.settings.push((self.text.len(), setting)),
        }
    }

    /// What a range of the text stands in.
    pub(super) fn setting_of(&self, range: &Range<usize>) -> Setting {
        if self.around(range).is_none() {
            return Setting::Across;
        }
        let last = self.settings.partition_point(|(from, _)| *from <= range.start);
        let setting = last.checked_sub(1).and_then(|last| self.settings.get(last));
        setting.map_or(Setting::Prose, |(_, setting)| *setting)
    }

    /// The number of the run that holds a byte of the text.
    fn run_of(&self, byte: usize) -> Option<usize> {
        let run = self.runs.partition_point(|run| run.text <= byte).checked_sub(1)?;
        let end = self.runs.get(run + 1).map_or(self.text.len(), |next| next.text);
        (byte < end).then_some(run)
    }

    fn run_text(&self, run: usize) -> &str {
        let start = self.runs.get(run).map_or(0, |run| run.text);
        let end = self.runs.get(run + 1).map_or(self.text.len(), |next| next.text);
        self.text.get(start..end).unwrap_or_default()
    }

    /// A range of the text in the HTML.
    pub(super) fn html(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let place = |run: usize, byte: usize, end: bool| {
            let text = self.run_text(run);
            let run = self.runs.get(run)?;
            let within = byte - run.text;
            Some(if within == text.len() {
                run.html.end
            } else if within == 0 || (run.html.len() < text.len()) {
                if end { run.html.end } else { run.html.start }
            } else if run.html.len() == text.len() {
                run.html.start + within
            } else {
                run.html.start + escaped_len(text.get(..within)?)
            })
        };
        let last = range.end.checked_sub(1)?;
        let start = place(self.run_of(range.start)?, range.start, false)?;
        let end = place(self.run_of(last)?, range.end, true)?;
        let (tags, closed) = self.around(range).unwrap_or_default();
        Some(tags.unwrap_or(start)..closed.unwrap_or(end))
    }

    /// A range of the text in the source; widened to whole runs where the two differ, as in `&amp;`.
    pub(super) fn source(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let (first, last) = (self.run_of(range.start)?, self.run_of(range.end.checked_sub(1)?)?);
        let (start, end) = (self.runs.get(first)?, self.runs.get(last)?);
        let same = |run: &Run, number: usize| run.source.len() == self.run_text(number).len();
        Some(Range {
            start: start.source.start
                + if same(start, first) { range.start - start.text } else { 0 },
            end: if same(end, last) {
                end.source.start + (range.end - end.text)
            } else {
                end.source.end
            },
        })
    }

    /// Drops a range of the text from plain text.
    pub(super) fn drop_plain(&mut self, range: Range<usize>) {
        let at = self.replaced.partition_point(|(other, _)| other.start < range.start);
        self.replaced.insert(at, (range, String::new()));
    }

    /// The plain text of a range.
    pub(super) fn plain(&self, range: Range<usize>) -> Cow<'_, str> {
        let first = self.replaced.partition_point(|(other, _)| other.start < range.start);
        if self.replaced.get(first).is_none_or(|(other, _)| other.start >= range.end) {
            return Cow::Borrowed(self.text.get(range).unwrap_or_default());
        }
        let mut out = String::with_capacity(range.len());
        let mut from = range.start;
        for (other, with) in self.replaced.iter().skip(first) {
            if other.start >= range.end {
                break;
            }
            out.push_str(self.text.get(from..other.start).unwrap_or_default());
            out.push_str(with);
            from = other.end;
        }
        out.push_str(self.text.get(from..range.end).unwrap_or_default());
        Cow::Owned(out)
    }

    /// The plain text of the whole block, trimmed.
    pub(super) fn whole(&self) -> String {
        self.plain(0..self.text.len()).trim().to_owned()
    }

    /// The sentence around a range.
    pub(super) fn quote(&mut self, range: &Range<usize>) -> Quote {
        let (start, end) = self.sentences.around(range, &self.text);
        let before = self.near(start..range.start, |reach| {
            let from = self.text.floor_char_boundary(range.start.saturating_sub(reach));
            self.replacement(from).map_or(from, |replaced| replaced.start).max(start)..range.start
        });
        let after = self.near(range.end..end, |reach| {
            let to = self.text.ceil_char_boundary(range.end.saturating_add(reach));
            range.end..self.replacement(to).map_or(to, |replaced| replaced.end).min(end)
        });
        Quote::new(before.trim_start(), &self.plain(range.clone()), after.trim_end())
    }

    /// The plain text of the part of a range that lies within reach of a mark: more of it than a quote shows, if there is
    /// more.
    fn near(&self, all: Range<usize>, within: impl Fn(usize) -> Range<usize>) -> Cow<'_, str> {
        let mut reach = 2 * LONGEST_QUOTE;
        loop {
            let part = within(reach);
            let text = self.plain(part.clone());
            if part == all || reach >= FARTHEST || text.trim().len() > LONGEST_QUOTE {
                return text;
            }
            reach *= 4;
        }
    }

    /// The replaced range that a byte of the text lies in, but for its first.
    fn replacement(&self, at: usize) -> Option<&Range<usize>> {
        let next = self.replaced.partition_point(|(range, _)| range.start < at);
        let (range, _) = self.replaced.get(next.checked_sub(1)?)?;
        (at < range.end).then_some(range)
    }

    /// Gives each link of the block its sentence.
    pub(super) fn quote_links(&mut self, targets: &mut [Target]) {
        for (target, range) in std::mem::take(&mut self.links) {
            let quote = self.quote(&range);
            if let Some(target) = targets.get_mut(target as usize) {
                target.sentence = Some(quote);
            }
        }
    }
}

/// Words before a full stop that does not end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "Adm", "Amb", "Brig", "Capt", "Cf", "Co", "Col", "Corp", "Dr", "Fig", "Gen", "Gov", "Hon",
    "Inc", "Jr", "Lt", "Ltd", "Maj", "Messrs", "Mr", "Mrs", "Ms", "Mt", "No", "Nos", "Pres",
    "Prof", "Rep", "Reps", "Rev", "Sen", "Sens", "Sgt", "Sr", "St", "cf", "ca", "e.g", "i.e", "vs",
    "approx",
];

/// The longest of them, in bytes.
const LONGEST_ABBREVIATION: usize = 6;

/// Where sentences begin (UAX #29), except after abbreviations, which the standard cannot know. They are looked for no
/// further than they are asked about.
///
/// A sentence ends only behind a mark that can end one, and its rules look back no further than the word
/// before that mark, so that the text between can be passed over.
#[derive(Default)]
struct Sentences {
    /// Where those found so far begin, but for the first one at 0.
    starts: Vec<usize>,
    /// How far the text has been looked through.
    at: usize,
}

impl Sentences {
    fn clear(&mut self) {
        self.starts.clear();
        self.at = 0;
    }

    /// Where the sentence, or the sentences, around a range of the text begin and end.
    fn around(&mut self, range: &Range<usize>, text: &str) -> (usize, usize) {
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
            if !ends_in_abbreviation(text.get(..at).unwrap_or_default()) {
                self.starts.push(at);
                return true;
            }
        }
    }

    /// Where the sentence that holds a mark ends.
    fn behind(&self, mark: usize, text: &str) -> Option<usize> {
        match text.as_bytes().get(mark..) {
            // By far the most frequent: a stop, a space and a capital, perhaps behind `“` (SB11), for which no table is
            // needed; and the stop at the end of the text.
            Some(
                [b'.' | b'!' | b'?', b' ', b'A'..=b'Z', ..]
                | [b'.' | b'!' | b'?', b' ', 0xe2, 0x80, 0x9c, b'A'..=b'Z', ..],
            ) => Some(mark + 2),
            Some([b'.' | b'!' | b'?']) => None,
            _ => {
                let before = text.get(self.at..mark).unwrap_or_default();
                let word = self.at + before.rfind(' ').map_or(0, |space| space + 1);
                let rest = text.get(word..).unwrap_or_default();
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
        // Most bytes are none.
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
        // The letters of most texts, before the tables are asked.
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' => true,
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\u{4e00}'..='\u{9fff}' => true,
        c => c.is_alphanumeric(),
    }
}

fn ends_in_abbreviation(before: &str) -> bool {
    let before = before.trim_end();
    let Some(stopped) = before.strip_suffix('.') else { return false };
    // Longer words are none, and they are frequent.
    let letters = stopped.bytes().rev().take_while(u8::is_ascii_alphanumeric);
    if letters.take(LONGEST_ABBREVIATION + 1).count() > LONGEST_ABBREVIATION {
        return false;
    }
    let word_start = stopped
        .char_indices()
        .rev()
        .find(|(_, c)| !c.is_alphanumeric() && *c != '.')
        .map_or(0, |(at, c)| at + c.len_utf8());
    let word = stopped.get(word_start..).unwrap_or_default();
    // `J.` and `U.S.`, but not `I.`-less words: every part is one letter.
    let initials = !word.is_empty()
        && word.split('.').all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
        });
    initials || ABBREVIATIONS.contains(&word)
}

/// How many words a text has: what stands between spaces, and each Han, Hiragana or Katakana character, as such text
/// has no spaces to count by.
pub fn count_words(text: &str) -> u32 {
    let bytes = text.as_bytes();
    // Text in other scripts is counted many bytes at a time.
    if bytes.iter().fold(false, |found, byte| found | (*byte >= FIRST_OF_HAN)) {
        return count_with_han(text);
    }
    let (Some((first, behind)), Some((_, before))) = (bytes.split_first(), bytes.split_last())
    else {
        return 0;
    };
    let (before, before_rest) = before.as_chunks();
    let (behind, behind_rest) = behind.as_chunks();
    let last = words_between(&padded(before_rest), &padded(behind_rest));
    let others = before.iter().zip(behind).map(|(before, behind)| words_between(before, behind));
    others.sum::<u32>().saturating_add(last).saturating_add((*first != b' ').into())
}

/// How many words begin in bytes, each of which stands behind the one of the same place among the first.
fn words_between(before: &[u8; 64], behind: &[u8; 64]) -> u32 {
    let begins = |(before, byte): (&u8, &u8)| u8::from((*before == b' ') & (*byte != b' '));
    // A byte can hold their count, so that many bytes are counted at once.
    u32::from(before.iter().zip(behind).map(begins).fold(0, u8::wrapping_add))
}

/// The last bytes of a text, with spaces to follow.
fn padded(bytes: &[u8]) -> [u8; 64] {
    let mut padded = [b' '; 64];
    if let Some(start) = padded.get_mut(..bytes.len()) {
        start.copy_from_slice(bytes);
    }
    padded
}

/// The first byte of U+3000, before which there are no such characters.
const FIRST_OF_HAN: u8 = 0xE3;

fn count_with_han(text: &str) -> u32 {
    let (mut words, mut inside) = (0_u32, false);
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        if byte.is_ascii() {
            rest = behind;
            if !inside && byte.is_ascii_alphanumeric() {
                words = words.saturating_add(1);
                // Nothing in it counts again before a space, or what is not ASCII.
                let ends = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r' | 0x80..);
                let end = behind.iter().position(ends).unwrap_or(behind.len());
                rest = behind.get(end..).unwrap_or_default();
                inside = true;
            } else if matches!(byte, b' ' | b'\t'..=b'\r') {
                inside = false;
            }
            continue;
        }
        let at = text.len() - rest.len();
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let alone = matches!(
            c,
            '\u{3040}'..='\u{30FF}'
                | '\u{3400}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}'
                | '\u{20000}'..='\u{3FFFF}'
        );
        let letter = !alone && c.is_alphanumeric();
        words = words.saturating_add(u32::from(alone || (letter && !inside)));
        inside = letter || (inside && !alone && !c.is_whitespace());
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence_around(text: &str, marked: &str) -> String {
        let mut block = Block::default();
        block.run(text, 0..text.len(), 0..text.len());
        let start = text.find(marked).unwrap();
        let quote = block.quote(&(start..start + marked.len()));
        let (before, found, after) = quote.parts();
        assert_eq!(found, marked);
        format!("{before}|{after}")
    }

    #[test]
    fn sentences_do_not_end_at_abbreviations() {
        assert_eq!(
            sentence_around("One. The U.S. Navy met Russia. Two.", "Russia"),
            "The U.S. Navy met |."
        );
        assert_eq!(
            sentence_around("One. Mr. Smith and J. R. Doe. Two.", "Doe"),
            "Mr. Smith and J. R. |."
        );
        assert_eq!(sentence_around("Sen. Rubio said No. 3. Then Russia.", "Russia"), "Then |.");
        assert_eq!(sentence_around("One! Russia? Two.", "Russia"), "|?");
    }

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

    #[test]
    fn no_abbreviation_is_longer_than_the_longest() {
        assert!(ABBREVIATIONS.iter().all(|word| word.len() <= LONGEST_ABBREVIATION));
    }

    #[test]
    fn quotes_are_cut_at_words() {
        let text = format!("{}Russia{}", "before ".repeat(100), " after".repeat(100));
        let mut block = Block::default();
        block.run(&text, 0..text.len(), 0..text.len());
        let quote = block.quote(&(700..706));
        let (before, marked, after) = quote.parts();
        assert_eq!(marked, "Russia");
        assert!(before.starts_with("…before ") && after.ends_with(" after…"));
        let length = before.len() + marked.len() + after.len();
        assert!((350..=410).contains(&length), "{length}");
        let long = "a very long name ".repeat(50);
        let quote = Quote::new("before ", &long, " after");
        let (before, marked, after) = quote.parts();
        assert!((before, after) == ("", "") && marked.ends_with('…') && marked.len() < 410);
    }

    /// However long a sentence is, a quote takes what is near to its mark, as if all had been read.
    #[test]
    fn a_quote_reads_what_is_near() {
        for replaced in [0, 3, 40] {
            let mut block = Block::default();
            let text = "[a] und so weiter, é ".repeat(2000);
            block.run(&text, 0..text.len(), 0..text.len());
            let marks: Vec<_> = text.match_indices("[a]").map(|(at, _)| at..at + 3).collect();
            block.replaced =
                marks.iter().map(|mark| (mark.clone(), "x".repeat(replaced))).collect();
            for mark in marks.iter().step_by(97) {
                let whole = Quote::new(
                    block.plain(0..mark.start).trim_start(),
                    &block.plain(mark.clone()),
                    block.plain(mark.end..text.len()).trim_end(),
                );
                assert_eq!(block.quote(mark), whole, "{mark:?}");
            }
        }
    }

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, words) in [
            ("", 0),
            ("one two", 2),
            ("  one  two ", 2),
            ("US–Russia don't", 2),
            ("俄罗斯", 3),
            ("俄罗斯 and the US。", 6),
            ("Türkiye'de 5.2", 2),
        ] {
            assert_eq!(count_words(text), words, "{text}");
        }
    }
}
