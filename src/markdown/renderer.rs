//! Renders documents: goes through the events of the parser and hands each to the part that knows what it becomes.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, LinkType, Options as Syntax, Parser, Tag, TagEnd,
};

use super::autolinks;
use super::block::Block;
use super::block_quotes::BlockQuotes;
use super::body::{Body, Inline, Markup};
use super::citations::{CitableSources, CitationEvent, Citations};
use super::comments::uncomment;
use super::dollars;
use super::footnotes::Footnotes;
use super::fragment::{Fragment, Special};
use super::headings::Headings;
use super::highlight::push_code;
use super::images::Images;
use super::leftovers::{Hints, Leftovers, MarkEdge, leftovers};
use super::links::{self, BlockLinks};
use super::math;
use super::mentions::{BlockKind, Mentions};
use super::options::{Options, RawHtml};
use super::paragraphs::Paragraphs;
use super::quotation::{QuotationMarks, Quotations};
use super::raw::{Raw, Written};
use super::signs::Signs;
use super::sink::{Position, Sink};
use super::tables::Tables;
use super::words::count_words;
use crate::diagnostic::{Code, Diagnostic, Place, Span};
use crate::html::Html;
use crate::names::{Found, Linker, Setting};
use crate::never;
use crate::never::slice;

/// The deepest nesting of quotes, lists and inline elements.
const DEEPEST: usize = 64;

/// No more of a first paragraph is kept than a description of a page shows, in bytes.
const LONGEST_EXCERPT: usize = 256;

/// Renders documents, one after the other, and keeps its buffers from one to the next.
pub struct BodyRenderer<'o> {
    options: &'o Options,
    marks: QuotationMarks,
    /// What documents may cite.
    sources: CitableSources,
    buffers: Buffers,
}

/// Memory that every document needs.
#[derive(Default)]
struct Buffers {
    block: Block,
    found: Vec<Found>,
}

impl<'o> BodyRenderer<'o> {
    /// Ready for the first document.
    pub fn new(options: &'o Options) -> BodyRenderer<'o> {
        let marks = QuotationMarks::of(&options.language);
        BodyRenderer {
            options,
            marks,
            sources: CitableSources::default(),
            buffers: Buffers::default(),
        }
    }

    /// Says which sources the next documents may cite: their ids, each with its place in the file.
    pub fn cite<'s>(&mut self, sources: impl Iterator<Item = (&'s str, Span)>) {
        self.sources.declare(sources);
    }

    /// Says which language the next documents are in.
    pub fn write_in(&mut self, language: &str) {
        self.marks = QuotationMarks::of(language);
    }

    /// Renders a document's body.
    ///
    /// `source` is the whole file, of which the body starts at byte `body_start`; spans are bytes of the file.
    pub fn render(
        &mut self,
        file: &Arc<str>,
        source: &str,
        body_start: usize,
        linker: &mut Linker<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Body {
        let body = source.get(body_start..).unwrap_or_default();
        self.rendered(
            body,
            Position::File { name: file, body_start, cuts: &[] },
            false,
            linker,
            diagnostics,
        )
    }

    /// Renders a value of the front matter, `text`, which stands at `span` in the file `source`: inline
    /// Markdown only. Blocks lose their markup, and footnotes are text. Where the value is written with
    /// escapes, the whole of it stands for every span in it.
    pub fn render_inline(
        &mut self,
        file: &Arc<str>,
        source: &str,
        text: &str,
        span: Span,
        linker: &mut Linker<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Inline {
        let position = match source.get(span.range()).and_then(|written| written.find(text)) {
            Some(at) => {
                let body_start = span.range().start + at;
                Position::File { name: file, body_start, cuts: &[] }
            }
            None => Position::Value { name: file, span },
        };
        let Body { text, targets, citations, .. } =
            self.rendered(text, position, true, linker, diagnostics);
        Inline { text, targets, citations }
    }

    /// Turns a panic of the parser, which recur upstream, into an error of this one document.
    fn rendered(
        &mut self,
        source: &str,
        position: Position<'_>,
        inline: bool,
        linker: &mut Linker<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Body {
        let work = || {
            let buffers = std::mem::take(&mut self.buffers);
            let (options, hints, sources) = (self.options, Hints::of(source), &self.sources);
            let syntax = syntax(inline, options);
            let mut say = |position: Position<'_>, found: &mut Vec<(Range<usize>, Diagnostic)>| {
                let found = found.drain(..);
                diagnostics.extend(found.map(|(range, said)| said.at(position.place(&range))));
            };
            let mut uncommented = hints.comments().then(|| uncomment(source, syntax));
            if let Some(left) = &mut uncommented {
                say(position, &mut left.found);
            }
            let (source, position) = match &uncommented {
                Some(left) => (left.text.as_str(), position.cut(&left.cuts)),
                None => (source, position),
            };
            let signs = Signs::of(source, syntax);
            let mut leftovers = leftovers(hints, &signs, syntax);
            say(position, &mut leftovers.found);
            let text = Source { text: source, syntax, leftovers, signs: &signs, cited: sources };
            let mut rendering =
                Rendering::new(text, position, inline, options, buffers, linker, diagnostics);
            rendering.quotations = Quotations::new(self.marks);
            let (body, buffers) = rendering.run();
            self.buffers = buffers;
            body
        };
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| {
            // A mistake of the program is to fail tests; in a release it is no panic.
            if cause.downcast_ref::<String>().is_some_and(|why| why.starts_with("a mistake in")) {
                resume_unwind(cause);
            }
            let place = match position {
                Position::File { name, .. } => Place::file(name.clone()),
                Position::Value { name, span } => Place::span(name.clone(), span),
            };
            diagnostics.push(
                Diagnostic::new(Code::Parser, "the Markdown of this document could not be parsed")
                    .at(place)
                    .help("this is a fault of the parser, not of the document: please report it with the file"),
            );
            Body::default()
        })
    }
}

/// A text, and how it is read.
struct Source<'a> {
    text: &'a str,
    syntax: Syntax,
    leftovers: Leftovers,
    signs: &'a Signs<'a>,
    /// What it may cite.
    cited: &'a CitableSources,
}

/// The rendering of one document.
struct Rendering<'a, 'd, 'r> {
    source: &'a str,
    syntax: Syntax,
    signs: &'a Signs<'a>,
    /// How far bare addresses are written.
    written_to: usize,
    /// The edges of marked text that are to come, in order.
    edges: std::iter::Peekable<std::vec::IntoIter<MarkEdge>>,
    quotations: Quotations,
    linker: &'d mut Linker<'r>,
    out: Sink<'a, 'd>,
    block_quotes: BlockQuotes,
    sources: &'a CitableSources,
    citations: Citations,
    footnotes: Footnotes,
    headings: Headings,
    images: Images,
    links: BlockLinks,
    mentions: Mentions,
    raw: Raw,
    tables: Tables,
    /// The code block that is open: its language and what it holds so far.
    code: Option<(String, String)>,
    /// The block of the author's own HTML that is open.
    html: Option<Written>,
    /// Where the paragraph that is open starts in the HTML.
    paragraph: Option<usize>,
    paragraphs: Paragraphs,
    /// Whether each open strikethrough is one: `~x~` is text.
    strikes: Vec<bool>,
    /// How many elements are open that nest.
    depth: usize,
    /// How many elements are open of one that is left out.
    left_out: usize,
    words: u32,
    has_code: bool,
    /// Whether the text may have references to footnotes.
    has_notes: bool,
    excerpt: Box<str>,
    /// A buffer for the names in a block.
    found: Vec<Found>,
}

fn nests(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
    )
}

fn syntax(inline: bool, options: &Options) -> Syntax {
    let mut syntax = Syntax::ENABLE_TABLES
        | Syntax::ENABLE_STRIKETHROUGH
        | Syntax::ENABLE_TASKLISTS
        | Syntax::ENABLE_HEADING_ATTRIBUTES
        | Syntax::ENABLE_GFM
        | Syntax::ENABLE_DEFINITION_LIST
        | Syntax::ENABLE_WIKILINKS;
    syntax.set(Syntax::ENABLE_FOOTNOTES, !inline);
    syntax.set(Syntax::ENABLE_SMART_PUNCTUATION, options.smart_punctuation);
    syntax.set(Syntax::ENABLE_MATH, options.math);
    syntax
}

impl<'a, 'd, 'r> Rendering<'a, 'd, 'r> {
    fn new(
        Source { text: source, syntax, leftovers, signs, cited }: Source<'a>,
        position: Position<'a>,
        inline: bool,
        options: &'a Options,
        Buffers { block, found }: Buffers,
        linker: &'d mut Linker<'r>,
        diagnostics: &'d mut Vec<Diagnostic>,
    ) -> Self {
        let html = Html::with_capacity(source.len() * 5 / 4);
        let out = Sink {
            options,
            position,
            inline,
            fragment: Fragment { html, ..Fragment::default() },
            block,
            targets: Default::default(),
            proof: options.proof.then(Box::default),
            diagnostics,
        };
        Rendering {
            source,
            syntax,
            signs,
            written_to: 0,
            edges: leftovers.marks.into_iter().peekable(),
            quotations: Quotations::default(),
            linker,
            out,
            block_quotes: BlockQuotes::default(),
            sources: cited,
            citations: Citations::default(),
            footnotes: Footnotes::default(),
            headings: Headings::below_title(leftovers.titles),
            images: Images::default(),
            links: BlockLinks::default(),
            mentions: Mentions::default(),
            raw: Raw::default(),
            tables: Tables::default(),
            code: None,
            html: None,
            paragraph: None,
            paragraphs: Paragraphs::default(),
            strikes: Vec::new(),
            depth: 0,
            left_out: 0,
            words: 0,
            has_code: false,
            has_notes: source.contains("[^"),
            excerpt: Box::default(),
            found,
        }
    }

    fn run(mut self) -> (Body, Buffers) {
        let signs = self.signs;
        for (event, range) in Parser::new_ext(&signs.read, self.syntax).into_offset_iter() {
            match &event {
                Event::Start(tag) if nests(tag.to_end()) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        self.too_deep(&range);
                        return (Body::default(), Buffers::default());
                    }
                }
                Event::End(tag) if nests(*tag) => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            self.event(event, range);
        }
        self.finish()
    }

    fn too_deep(&mut self, range: &Range<usize>) {
        let start = range.start..(range.start + 1).min(range.end).max(range.start);
        let message = format!("this is nested deeper than {DEEPEST} levels");
        let help = "lay the text out flatter; the rest of the document is not read";
        self.out.report(&start, Diagnostic::new(Code::TooDeep, message).help(help));
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if self.left_out > 0 {
            match event {
                Event::Start(tag @ Tag::FootnoteDefinition(_)) => self.start(tag, range),
                Event::Start(_) => self.left_out += 1,
                Event::End(_) => self.left_out -= 1,
                _ => {}
            }
            return;
        }
        if self.links.is_untitled() && !matches!(event, Event::End(TagEnd::Link)) {
            return;
        }
        let event = match event {
            Event::Text(text) => Event::Text(self.as_written(text, &range)),
            Event::Code(text) => Event::Code(self.as_written(text, &range)),
            Event::InlineMath(text) => Event::InlineMath(self.as_written(text, &range)),
            Event::DisplayMath(text) => Event::DisplayMath(self.as_written(text, &range)),
            Event::Html(text) => Event::Html(self.as_written(text, &range)),
            Event::InlineHtml(text) => Event::InlineHtml(self.as_written(text, &range)),
            event => event,
        };
        if self.images.is_open() {
            return self.images.event(&event, &mut self.out);
        }
        if self.citations.is_open() {
            match self.citations.event(&event, &range, self.source, &mut self.out) {
                CitationEvent::Part | CitationEvent::Whole => return,
                CitationEvent::Not(written) => {
                    self.text(slice(self.source, written.clone()), written)
                }
            }
        }
        let (event, range) = match self.block_quotes.title() {
            Some(title) => match self.in_title(event, range, title) {
                Some(rest) => rest,
                None => return,
            },
            None => (event, range),
        };
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.running_text(&text, range),
            },
            Event::Code(code) => {
                self.open();
                self.out.code(&code, &code);
            }
            // The parser may have paired other signs than were meant.
            Event::InlineMath(_) | Event::DisplayMath(_) if !self.signs.is_formula(&range) => {
                let source = self.source;
                self.text(slice(source, range.clone()), range);
            }
            Event::InlineMath(latex) => self.math(&latex, false, &range),
            Event::DisplayMath(latex) => self.math(&latex, !self.out.inline, &range),
            Event::Html(html) => match &mut self.html {
                Some(block) => block.add(&html, &range),
                None => self.raw.write(&Written::tag(&html, &range), &mut self.out),
            },
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(label) => {
                self.open();
                self.footnotes.reference(&label, &mut self.out);
            }
            Event::SoftBreak => self.line_break("\n", range),
            Event::HardBreak => self.line_break("<br>\n", range),
            Event::Rule => {
                self.flush();
                self.out.block_tag("<hr>\n");
            }
            Event::TaskListMarker(done) => self.task(done),
        }
    }

    /// Handles what stands in the title of an alert, which begins at a byte of the source; gives back what is nothing special
    /// there.
    fn in_title(
        &mut self,
        event: Event<'a>,
        range: Range<usize>,
        title: usize,
    ) -> Option<(Event<'a>, Range<usize>)> {
        match event {
            Event::Text(text) if range.start < title => {
                // Of a text that begins in the mark, what is behind it is left.
                let rest = text.get(title - range.start..).filter(|_| range.end > title)?;
                Some((Event::Text(rest.to_owned().into()), title..range.end))
            }
            Event::SoftBreak | Event::HardBreak => {
                let empty = !self.out.block.open;
                self.flush();
                self.block_quotes.end_title(empty, &mut self.out);
                self.paragraph = Some(self.out.fragment.html.len());
                self.out.push("<p>");
                None
            }
            Event::End(TagEnd::Paragraph) => {
                let empty = !self.out.block.open;
                self.flush();
                self.block_quotes.end_title(empty, &mut self.out);
                None
            }
            _ => Some((event, range)),
        }
    }

    fn setting(&self) -> Setting {
        if self.links.is_open() {
            Setting::Link
        } else if self.headings.is_open() {
            Setting::Heading
        } else if self.block_quotes.is_open() {
            Setting::Quote
        } else {
            Setting::Prose
        }
    }

    /// Begins a block's inline content if there is none.
    fn open(&mut self) {
        if self.out.block.open {
            return;
        }
        if self.out.inline && !self.out.fragment.html.is_empty() {
            self.out.push(" ");
        }
        let setting = self.setting();
        let Fragment { holes, special, .. } = &self.out.fragment;
        self.out.block.open(holes.len(), special.len(), setting);
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        self.open();
        let mut from = range.start;
        while let Some(MarkEdge { at, begins }) = self.edges.next_if(|edge| edge.at < range.end) {
            // What is not shown has edges that are passed over.
            if at < range.start {
                continue;
            }
            self.part(text, &range, from..at);
            if begins {
                self.inline_start("<mark>");
            } else {
                self.inline_end("</mark>");
            }
            from = at + "==".len();
        }
        self.part(text, &range, from..range.end);
    }

    /// Writes the part of a text that stands in a part of its range.
    fn part(&mut self, text: &str, range: &Range<usize>, part: Range<usize>) {
        if part == *range {
            self.out.text(text, part);
        } else if !part.is_empty() {
            self.out.text(slice(text, part.start - range.start..part.end - range.start), part);
        }
    }

    /// What is to be shown for a text that the parser has read: what the author wrote, with the quotation marks of its
    /// language.
    fn as_written(&mut self, text: CowStr<'a>, range: &Range<usize>) -> CowStr<'a> {
        if range.len() == 1 && matches!(&*text, "“" | "”" | "‘" | "’") {
            let (before, behind) =
                (slice(self.source, 0..range.start), range.end..self.source.len());
            let around = (before.chars().next_back(), slice(self.source, behind).chars().next());
            return self.quotations.mark(&text, around).into();
        }
        self.signs.written(&text, range).map_or(text, CowStr::from)
    }

    /// Writes text, with links for the bare addresses in it.
    fn running_text(&mut self, text: &str, range: Range<usize>) {
        if self.has_notes {
            if self.cites(text, &range) {
                return;
            }
            self.look_for_notes(&range);
        }
        if text == "]" && self.source.as_bytes().get(range.end) == Some(&b'(') {
            let escaped = slice(self.source, 0..range.start).ends_with('\\');
            let found = links::no_link(self.source, range.start).filter(|_| !escaped);
            if let Some((range, finding)) = found {
                self.out.report(&range, finding);
            }
        }
        let is_written = text.len() == range.len();
        let mut from = range.start.max(self.written_to).min(range.end);
        while is_written
            && let Some(address) = self.signs.address_from(from)
            && address.start < range.end
        {
            if from < address.start {
                self.text(
                    slice(text, from - range.start..address.start - range.start),
                    from..address.start,
                );
            }
            from = address.end.min(range.end);
            self.bare_address(address);
        }
        match from > range.start {
            false => self.text(text, range),
            true if from < range.end => {
                self.text(slice(text, from - range.start..text.len()), from..range.end)
            }
            true => {}
        }
    }

    /// Reports references to footnotes in a text: the parser leaves those that are not defined.
    fn look_for_notes(&mut self, range: &Range<usize>) {
        for (at, _) in slice(self.source, range.clone()).match_indices('^') {
            let (caret, in_link) = (range.start + at, self.links.is_open());
            self.footnotes.look_for(self.sources, self.source, caret, in_link, &mut self.out);
        }
    }

    /// Begins a citation with a text that is, or ends in, its first bracket; whether it is one.
    fn cites(&mut self, text: &str, range: &Range<usize>) -> bool {
        let is_bracket = text.ends_with('[')
            && text.len() == range.len()
            && self.source.as_bytes().get(range.end) == Some(&b'^');
        if !is_bracket || self.links.is_open() {
            return false;
        }
        let bracket = range.end - "[".len();
        if !self.citations.start(self.sources, self.source, bracket) {
            return false;
        }
        self.open();
        if bracket > range.start {
            self.text(slice(self.source, range.start..bracket), range.start..bracket);
        }
        true
    }

    fn bare_address(&mut self, range: Range<usize>) {
        self.open();
        self.written_to = range.end;
        let (shown, url) = autolinks::meaning(slice(self.source, range.clone()));
        let (registry, out) = (self.linker.registry(), &mut self.out);
        self.links.start(LinkType::Autolink, &url, "", range, registry, out);
        out.block.object(&shown);
        out.fragment.html.text(&shown);
        self.links.end(out);
        self.out.block.setting(self.setting());
    }

    fn line_break(&mut self, html: &'static str, range: Range<usize>) {
        self.open();
        let start = self.out.fragment.html.len();
        self.out.push(html);
        self.out.block.run(" ", start..self.out.fragment.html.len(), range);
    }

    fn inline_start(&mut self, html: &'static str) {
        self.open();
        self.out.block.emphasis_start(self.out.fragment.html.len());
        self.out.push(html);
    }

    fn inline_end(&mut self, html: &'static str) {
        self.out.push(html);
        self.out.block.emphasis_end(self.out.fragment.html.len());
    }

    fn math(&mut self, latex: &str, display: bool, range: &Range<usize>) {
        self.open();
        self.out.block.object(latex);
        if let Some(word) = dollars::word_in(latex) {
            let message = format!("a formula holds a word: `{word}`");
            let help = format!(
                "write `\\text{{{word}}}` for words in a formula, and `\\$` where a dollar sign is meant"
            );
            self.out.report(range, Diagnostic::new(Code::WordInFormula, message).help(help));
        }
        match math::render(latex, display) {
            Ok(mathml) => self.out.special(Special::Finished, |out| out.append(mathml.whole())),
            Err(reason) => {
                self.out.report(
                    range,
                    Diagnostic::new(Code::BadMath, "a formula cannot be read as LaTeX")
                        .label(reason)
                        .help("write `\\$` where a dollar sign is meant"),
                );
                self.out.push("<code class=\"math\">");
                self.out.fragment.html.text(latex);
                self.out.push("</code>");
            }
        }
    }

    fn inline_html(&mut self, html: &str, range: Range<usize>) {
        self.open();
        self.out.block.edge();
        let written = Written::tag(html, &range);
        Images::raw(&written, &mut self.out);
        self.raw.write(&written, &mut self.out);
        if self.out.options.raw_html != RawHtml::Escape && self.links.raw(html) {
            self.out.block.setting(self.setting());
        }
    }

    fn task(&mut self, done: bool) {
        if self.out.inline {
            return;
        }
        let class = if done { "<li class=\"task done\">" } else { "<li class=\"task\">" };
        for (plain, after) in [("<li>", ""), ("<li>\n<p>", "\n<p>")] {
            let html = &mut self.out.fragment.html;
            if html.ends_with(plain) {
                html.truncate(html.len() - plain.len());
                html.literal(class);
                html.literal(after);
                if !after.is_empty() {
                    self.paragraph = Some(html.len() - "<p>".len());
                }
                break;
            }
        }
        self.open();
        self.out.push(if done { "☑ " } else { "☐ " });
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Emphasis => return self.inline_start("<em>"),
            Tag::Strong => return self.inline_start("<strong>"),
            Tag::Superscript => return self.inline_start("<sup>"),
            Tag::Subscript => return self.inline_start("<sub>"),
            Tag::Strikethrough => {
                let whole = self.source.get(range.clone()).is_some_and(|s| s.starts_with("~~"));
                self.strikes.push(whole);
                return if whole {
                    self.inline_start("<del>");
                } else {
                    self.text("~", range.start..range.start + 1);
                };
            }
            Tag::Link { mut link_type, dest_url, title, .. } => {
                self.open();
                let [dest_url, title] = [dest_url, title].map(|text| self.as_written(text, &range));
                if link_type == (LinkType::WikiLink { has_pothole: true }) {
                    // `[[x|]]` has no words of its own.
                    let written = slice(self.source, range.clone()).trim_end_matches("]]");
                    let has_pothole = !written.trim_end().ends_with('|');
                    link_type = LinkType::WikiLink { has_pothole };
                }
                let (registry, out) = (self.linker.registry(), &mut self.out);
                self.links.start(link_type, &dest_url, &title, range, registry, out);
                return self.out.block.setting(self.setting());
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                self.open();
                let [dest_url, title] = [dest_url, title].map(|text| self.as_written(text, &range));
                return self.images.start(link_type, &dest_url, &title, range);
            }
            _ => self.flush(),
        }
        if self.block_quotes.start_block(matches!(tag, Tag::Paragraph), &mut self.out) {
            return;
        }
        match tag {
            Tag::Paragraph => {
                self.paragraph = Some(self.out.fragment.html.len());
                self.out.block_tag("<p>");
            }
            Tag::Heading { level, id, classes, .. } => {
                self.linker.section();
                self.headings.start(level, id.as_deref(), &classes, range, &self.out);
                self.open();
            }
            Tag::BlockQuote(kind) => {
                self.block_quotes.start(kind, self.source, &range, &mut self.out);
            }
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',', '{', '\t']).next().unwrap_or_default()
                    }
                    CodeBlockKind::Indented => "",
                };
                self.code = Some((language.to_owned(), String::new()));
            }
            Tag::HtmlBlock => self.html = Some(Written::default()),
            Tag::List(first) => {
                self.paragraphs.lists += 1;
                let first = match first {
                    None => return self.out.block_tag("<ul>\n"),
                    Some(1) => return self.out.block_tag("<ol>\n"),
                    Some(first) => first,
                };
                if !self.out.inline {
                    self.out.push("<ol start=\"");
                    self.out.fragment.html.number(first);
                    self.out.push("\">\n");
                }
            }
            Tag::Item => self.out.block_tag("<li>"),
            Tag::FootnoteDefinition(label) => {
                if let Some((finding, declared)) = self.sources.clash(&label) {
                    let place = self.out.position.at(declared);
                    let start =
                        range.start..(range.start + "[^]".len() + label.len()).min(range.end);
                    self.out.report(&start, finding.related(place, "the source"));
                }
                let (source, left_out) = (self.source, self.left_out);
                self.left_out =
                    self.footnotes.start(&label, source, range, left_out, &mut self.out);
            }
            Tag::DefinitionList => {
                self.paragraphs.lists += 1;
                self.out.block_tag("<dl>\n");
            }
            Tag::DefinitionListTitle => self.out.block_tag("<dt>"),
            Tag::DefinitionListDefinition => self.out.block_tag("<dd>"),
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                self.tables.start(tag, &mut self.out);
            }
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::MetadataBlock(_) => {}
        }
        self.break_before_paragraph();
    }

    /// Loose items and definitions hold blocks, which begin on a line of their own.
    fn break_before_paragraph(&mut self) {
        let html = &mut self.out.fragment.html;
        if self.paragraph == Some(html.len().wrapping_sub("<p>".len()))
            && (html.ends_with("<li><p>") || html.ends_with("<dd><p>"))
        {
            let at = html.len() - "<p>".len();
            html.put(at..at, Html::of("\n").whole());
            self.paragraph = Some(at + 1);
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis => return self.inline_end("</em>"),
            TagEnd::Strong => return self.inline_end("</strong>"),
            TagEnd::Superscript => return self.inline_end("</sup>"),
            TagEnd::Subscript => return self.inline_end("</sub>"),
            TagEnd::Strikethrough => {
                let whole = self.strikes.pop();
                return if whole.unwrap_or_else(|| never!("nothing was struck through" => true)) {
                    self.inline_end("</del>");
                } else {
                    self.text("~", range.end.saturating_sub(1)..range.end);
                };
            }
            TagEnd::Link => {
                self.links.end(&mut self.out);
                return self.out.block.setting(self.setting());
            }
            TagEnd::Heading(_) => {
                self.open();
                let title = self.end_block(true);
                return self.headings.end(title, &mut self.out);
            }
            TagEnd::Image => return,
            TagEnd::TableCell => {
                let cut_off = links::cut_off(&self.out.block.text);
                cut_off.into_iter().for_each(|finding| self.out.report(&range, finding));
                self.mentions.take_quoted();
                let text = if self.out.block.open { self.end_block(true) } else { String::new() };
                self.tables.cell(text, self.mentions.take_quoted(), &self.out);
            }
            _ => {}
        }
        self.flush();
        match tag {
            TagEnd::Paragraph => {
                self.out.block_tag("</p>\n");
                let start = self.paragraph.take();
                self.images.end_paragraph(start, &mut self.out);
                let is_of_text = !self.block_quotes.is_open() && !self.footnotes.is_open();
                if let Some(start) = start.filter(|_| is_of_text && self.out.options.paragraphs) {
                    self.paragraphs.end(start, slice(self.source, range), &mut self.out);
                }
            }
            TagEnd::BlockQuote(_) => self.block_quotes.end(&mut self.out),
            TagEnd::CodeBlock => self.code_end(),
            TagEnd::HtmlBlock => self.html_end(),
            TagEnd::List(ordered) => {
                self.paragraphs.lists = self.paragraphs.lists.saturating_sub(1);
                self.out.block_tag(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::Item => self.out.block_tag("</li>\n"),
            TagEnd::FootnoteDefinition => self.left_out = self.footnotes.end(&mut self.out),
            TagEnd::DefinitionList => {
                self.paragraphs.lists = self.paragraphs.lists.saturating_sub(1);
                self.out.block_tag("</dl>\n");
            }
            TagEnd::DefinitionListTitle => self.out.block_tag("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.out.block_tag("</dd>\n"),
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => {
                let mentions = &mut self.mentions;
                self.tables.end(tag, self.source, &range, mentions, &mut self.out);
            }
            _ => {}
        }
    }

    fn html_end(&mut self) {
        let html = self.html.take();
        let mut html =
            html.unwrap_or_else(|| never!("HTML ends that did not begin" => Written::default()));
        self.open();
        Images::raw(&html, &mut self.out);
        let is_text = match self.out.options.raw_html {
            RawHtml::Escape => true,
            RawHtml::Sanitise => html.begins_as_text(),
            RawHtml::Trust => false,
        };
        if is_text {
            html.trim_end();
            self.out.block_tag("<p>");
        }
        self.raw.write(&html, &mut self.out);
        if is_text {
            self.out.block_tag("</p>\n");
        }
        self.flush();
    }

    fn code_end(&mut self) {
        let Some((language, code)) = self.code.take() else {
            return never!("a code block ends that did not begin");
        };
        if self.out.inline {
            self.open();
            self.out.code(&code, code.trim_end());
            return self.flush();
        }
        self.has_code = true;
        self.out.push("<pre tabindex=\"0\"><code");
        let html = &mut self.out.fragment.html;
        if !language.is_empty() {
            html.attribute("class", &format!("language-{language}"));
        }
        html.literal(">");
        push_code(html, &language, &code);
        html.literal("</code></pre>\n");
    }

    /// Ends a block's inline content, if there is any.
    fn flush(&mut self) {
        if !self.out.block.open {
            return;
        }
        let first = self.excerpt.is_empty()
            && (self.paragraph.is_some() || self.out.inline)
            && !self.block_quotes.is_open()
            && !self.footnotes.is_open();
        let text = self.end_block(first);
        if first {
            let end = text.floor_char_boundary(LONGEST_EXCERPT);
            self.excerpt = slice(&text, 0..end).into();
        }
    }

    /// Ends a block's inline content, and gives its plain text if that is wanted.
    fn end_block(&mut self, wanted: bool) -> String {
        self.words = self.words.saturating_add(count_words(&self.out.block.text));
        let kind =
            BlockKind { heading: self.headings.is_open(), footnote: self.footnotes.is_open() };
        let (explicit, out) = (self.links.to_actors(), &mut self.out);
        self.mentions.end_block(self.linker, explicit, kind, &mut self.found, out);
        self.links.end_block(&mut self.out);
        self.citations.end_block(&mut self.out);
        self.quotations.end_block();
        self.raw.end_block();
        let text = if wanted { self.out.block.whole() } else { String::new() };
        self.out.block.clear();
        text
    }

    fn finish(mut self) -> (Body, Buffers) {
        self.flush();
        let mut ids = self.footnotes.finish(self.source, &mut self.out);
        ids.append(&mut self.paragraphs.finish());
        let headings = self.headings.finish();
        let clean = self.raw.finish(self.source, &mut self.out);
        let Sink { block, targets, proof, .. } = self.out;
        let buffers = Buffers { block, found: self.found };
        let Some(clean) = clean else { return (Body::default(), buffers) };
        let known = |id: &str| headings.iter().any(|heading| *heading.id == *id);
        ids.extend(clean.ids.into_iter().filter(|id| !known(id)));
        ids.sort_unstable();
        ids.dedup();
        let Fragment { html, holes, .. } = clean.fragment;
        let text = Markup { html, holes, mentions: self.mentions.finish(), proof };
        let (words, has_code, excerpt) = (self.words, self.has_code, self.excerpt);
        let citations = self.citations.into_all();
        let mut body = Body { text, targets, headings, ids, words, has_code, excerpt, citations };
        body.shrink_to_fit();
        (body, buffers)
    }
}
