//! The plain text of one block, and the way back from it to the HTML and to the file.

use std::borrow::Cow;
use std::ops::Range;

use super::quote::{LONGEST_QUOTE, Quote};
use super::sentences::{OBJECT, Sentences};
use crate::html::escaped_len;
use crate::names::Setting;
use crate::never::slice;

/// No text farther than this from a mark is looked at for its quote, in bytes: a sentence may be as long as a document,
/// and have as many links.
const FARTHEST: usize = 32 * LONGEST_QUOTE;

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
    /// Begins one, whose holes and special ranges come behind so many.
    pub(super) fn open(&mut self, first_hole: usize, first_special: usize, setting: Setting) {
        self.open = true;
        self.first_hole = first_hole;
        self.first_special = first_special;
        self.setting(setting);
    }

    /// Ends it.
    pub(super) fn clear(&mut self) {
        self.open = false;
        self.text.clear();
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
        slice(&self.text, start..end)
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
            return Cow::Borrowed(slice(&self.text, range));
        }
        let mut out = String::with_capacity(range.len());
        let mut from = range.start;
        for (other, with) in self.replaced.iter().skip(first) {
            if other.start >= range.end {
                break;
            }
            out.push_str(slice(&self.text, from..other.start));
            out.push_str(with);
            from = other.end;
        }
        out.push_str(slice(&self.text, from..range.end));
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
}
