//! Citations of a document's sources: `[^id]`, or `[^id: p. 4]` with a place in it.
//!
//! The parser knows nothing of them, and hands over the text of one as it does other text. From its first bracket to its
//! last, what the parser says is gathered here instead of being shown.

use std::ops::Range;

use pulldown_cmark::Event;
use rustc_hash::FxHashMap;

use super::body::{Citation, CitationIx, Fill, narrow};
use super::proof::ProofCitation;
use super::sentences::OBJECT;
use super::sink::Sink;
use crate::composed::composed;
use crate::diagnostic::{Code, Diagnostic, Near, Span};
use crate::never::slice;

/// The longest citation, in bytes.
const LONGEST: usize = 1000;

/// The sources that a document may cite: their numbers, and where their ids are declared, by their ids in lower case.
#[derive(Default)]
pub(super) struct CitableSources(FxHashMap<Box<str>, (u32, Span)>);

impl CitableSources {
    /// The sources of these ids; of two of one id, the first counts.
    pub(super) fn declare<'s>(&mut self, ids: impl Iterator<Item = (&'s str, Span)>) {
        self.0.clear();
        for ((id, span), number) in ids.zip(0..) {
            if !id.is_empty() {
                self.0.entry(id.to_lowercase().into()).or_insert((number, span));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The source that a label means: its number, and where it is declared.
    fn meant(&self, label: &str) -> Option<(u32, Span)> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&*composed(id_of(label)).to_lowercase()).copied()
    }

    /// Whether a label means a source.
    pub(super) fn has(&self, label: &str) -> bool {
        self.meant(label).is_some()
    }

    /// What to report of a footnote that is defined by the label of a source, and where the source is declared.
    pub(super) fn clash(&self, label: &str) -> Option<(Diagnostic, Span)> {
        let (_, span) = self.meant(label)?;
        let id = id_of(label);
        let message = format!("`{id}` is a source of the brief and a footnote of its text");
        let finding = Diagnostic::new(Code::DuplicateSource, message)
            .label("the footnote")
            .help("give one of them a label of its own, and write that where it is meant");
        Some((finding, span))
    }

    /// The ids, to be compared with what is none.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|id| &**id)
    }
}

/// The part of a label that is an id: all before the place.
pub(super) fn id_of(label: &str) -> &str {
    label.split(':').next().unwrap_or(label).trim()
}

/// A citation that is open.
struct OpenCitation {
    source: u32,
    /// All of it, with its brackets.
    range: Range<usize>,
    /// How far the parser has told what is in it.
    reached: usize,
    /// What it shows, so far.
    text: String,
}

/// The citations of a document.
#[derive(Default)]
pub(super) struct Citations {
    all: Vec<Citation>,
    open: Option<OpenCitation>,
    /// Those of the block that is open, if an editor wants to know, with their places in its text.
    of_block: Vec<(u32, Range<usize>)>,
}

impl Citations {
    /// Begins a citation with the bracket at a byte of the source; whether there is one.
    pub(super) fn start(&mut self, sources: &CitableSources, source: &str, bracket: usize) -> bool {
        if sources.is_empty() {
            return false;
        }
        let Some((label, end)) = label_at(source, bracket) else { return false };
        let Some((number, _)) = sources.meant(label) else { return false };
        let text = String::from("[");
        let range = bracket..end;
        let reached = bracket + "[".len();
        self.open = Some(OpenCitation { source: number, range, reached, text });
        true
    }

    /// Whether one is open.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Takes what the parser says within a citation. What does not lie within it ends it: then it is none, and its range up
    /// to there is given, to be shown as it is written.
    pub(super) fn event(
        &mut self,
        event: &Event<'_>,
        range: &Range<usize>,
        source: &str,
        out: &mut Sink<'_, '_>,
    ) -> CitationEvent {
        let Some(open) = &mut self.open else { return CitationEvent::Whole };
        if range.start < open.range.start || open.range.end < range.end {
            let message = "a citation is cut in two by other markup";
            let finding = Diagnostic::new(Code::Footnote, message)
                .label("shown as it is written")
                .help("write it outside of emphasis, links and code, and the place in it as plain text: `[^id: p. 4]`");
            let cut = open.range.start..open.reached;
            out.report(&cut, finding);
            self.open = None;
            return CitationEvent::Not(cut);
        }
        match event {
            Event::Text(text) | Event::Code(text) => open.text.push_str(text),
            Event::SoftBreak | Event::HardBreak => open.text.push(' '),
            Event::InlineMath(_) | Event::DisplayMath(_) => {
                open.text.push_str(slice(source, range.clone()));
            }
            _ => {}
        }
        open.reached = open.reached.max(range.end);
        if open.reached < open.range.end {
            return CitationEvent::Part;
        }
        self.finish(out);
        CitationEvent::Whole
    }

    /// Writes the citation that is open.
    fn finish(&mut self, out: &mut Sink<'_, '_>) {
        let Some(OpenCitation { source, range, text, .. }) = self.open.take() else { return };
        let inner = text.strip_suffix(']').unwrap_or(&text);
        let place = inner.split_once(':').map_or("", |(_, place)| place.trim());
        let number = narrow(self.all.len());
        let span = out.position.span(&range);
        self.all.push(Citation { source, place: place.into(), span });
        let start = out.block.text.len();
        out.block.object("");
        if out.proof.is_some() {
            self.of_block.push((number, start..out.block.text.len()));
        }
        // Behind the number of a footnote.
        if out.fragment.html.ends_with("</a></sup>") {
            out.push("\u{202f}");
        }
        out.push("<sup class=\"citation\">");
        out.fragment.hole(Fill::Citation(CitationIx::new(number)));
        out.push("</sup>");
    }

    /// Ends the block: an editor is told the sentence around each citation.
    pub(super) fn end_block(&mut self, out: &mut Sink<'_, '_>) {
        for (number, range) in self.of_block.drain(..) {
            // Behind the full stop, a citation belongs to what stands before it.
            let text = slice(&out.block.text, 0..range.start).trim_end_matches(OBJECT);
            let last = text.chars().next_back().filter(|last| !last.is_whitespace());
            let range = last.map_or(range, |last| text.len() - last.len_utf8()..text.len());
            let quote = out.block.quote(&range);
            let (before, marked, after) = quote.parts();
            if let Some(proof) = &mut out.proof
                && let Some(Citation { source, span, .. }) = self.all.get(number as usize)
            {
                let sentence = [before, marked, after].concat();
                proof.citations.push(ProofCitation { source: *source, span: *span, sentence });
            }
        }
    }

    /// All of them, in the order of the source.
    pub(super) fn into_all(self) -> Vec<Citation> {
        self.all
    }
}

/// What becomes of an event in a citation.
pub(super) enum CitationEvent {
    /// It is a part of the citation, which goes on.
    Part,
    /// It is the last part.
    Whole,
    /// It is none, and what seemed to be a citation is text.
    Not(Range<usize>),
}

/// The label of the citation or footnote whose bracket stands at a byte of a source, and where that ends.
fn label_at(source: &str, bracket: usize) -> Option<(&str, usize)> {
    let start = bracket + "[^".len();
    if source.get(bracket..start) != Some("[^") {
        return None;
    }
    let before = slice(source, 0..bracket);
    if (before.len() - before.trim_end_matches('\\').len()) % 2 == 1 {
        return None;
    }
    let longest = source.floor_char_boundary(start.saturating_add(LONGEST));
    let (label, _) = source.get(start..longest)?.split_once(']')?;
    // Marked text is not looked for in a citation.
    let is_one = !label.contains('[') && !label.contains("==");
    is_one.then_some((label, start + label.len() + "]".len()))
}

/// What is near to a label that means nothing, of footnotes and sources.
pub(super) fn near_label<'n>(label: &str, known: &'n Near<'_>) -> Option<&'n str> {
    // Numbers are all near to each other.
    let id = id_of(label);
    let says_something = id.chars().count() > 2 && id.chars().any(char::is_alphabetic);
    known.nearest(&id.to_lowercase()).filter(|_| says_something)
}
