//! Markdown events to HTML.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Options as Syntax, Parser,
    Tag, TagEnd,
};
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::passage::Block;
use super::{
    Alert, Body, Fill, Heading, Hole, Mention, Options, ProofLink, RawHtml, Sighting, Target,
    TargetKind, UnknownName, count_words, highlight, math, sanitise,
};
use crate::diagnostic::{Code, Diagnostic, Place, Span};
use crate::html::{Html, SCHEMES, TooMuch};
use crate::names::{Form, Found, Linker, Setting, Stranger, Verdict, strangers};

/// The deepest nesting of quotes, lists and inline elements.
const DEEPEST: usize = 64;

/// No more of a first paragraph is kept than a description of a page shows, in bytes.
const LONGEST_EXCERPT: usize = 256;
/// The longest label of a footnote, in bytes.
const LONGEST_LABEL: usize = 1000;

/// Where the text that is rendered stands.
#[derive(Clone, Copy)]
pub(super) enum Position<'a> {
    /// It is a file's text from a byte on.
    File { name: &'a Arc<str>, body_start: usize },
    /// It is a value somewhere in a file.
    Value { name: &'a Arc<str>, span: Span },
}

impl Position<'_> {
    fn span(self, range: &Range<usize>) -> Span {
        match self {
            Position::File { body_start, .. } => {
                (range.start + body_start..range.end + body_start).into()
            }
            Position::Value { span, .. } => span,
        }
    }

    fn place(self, range: &Range<usize>) -> Place {
        self.at(self.span(range))
    }

    fn at(self, span: Span) -> Place {
        let (Position::File { name, .. } | Position::Value { name, .. }) = self;
        Place::span(name.clone(), span)
    }
}

/// HTML with holes, and what the cleaner does not treat as it treats the rest.
#[derive(Default)]
pub(super) struct Piece {
    pub(super) html: Html,
    pub(super) holes: Vec<Hole>,
    pub(super) special: Vec<(Range<usize>, Special)>,
}

/// A range of HTML that only the cleaner makes into what it is to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// MathML, which no cleaner may touch.
    Finished,
    /// Tags that the author wrote, escaped until they are cleaned.
    Raw,
}

impl Piece {
    /// Inserts HTML before a byte; of the holes and fragments only those from the given ones on lie behind it.
    fn insert(&mut self, at: usize, html: &Html, first_hole: usize, first_special: usize) {
        self.html.put(at..at, html.whole());
        let by = u32::try_from(html.len()).unwrap_or(u32::MAX);
        for hole in self.holes.iter_mut().skip(first_hole) {
            hole.at = hole.at.saturating_add(by);
        }
        for (range, _) in self.special.iter_mut().skip(first_special) {
            *range = range.start + html.len()..range.end + html.len();
        }
    }

    fn append(&mut self, other: Piece) {
        let by = self.html.len();
        let narrow = u32::try_from(by).unwrap_or(u32::MAX);
        self.html.append(other.html.whole());
        self.holes.extend(
            other.holes.iter().map(|hole| Hole { at: hole.at.saturating_add(narrow), ..*hole }),
        );
        self.special
            .extend(other.special.into_iter().map(|(r, what)| (r.start + by..r.end + by, what)));
    }
}

/// An open link.
struct OpenLink {
    closes: LinkEnd,
    /// Where its text starts in the block's.
    start: usize,
    /// Its address, when it leads out of the site.
    outside: Option<String>,
    /// The actor that its author links to.
    actor: Option<u32>,
    /// The whole link in the source.
    range: Range<usize>,
}

/// What closes an open link.
enum LinkEnd {
    /// It leads into the site.
    Hole(u32),
    /// It leads out.
    Literal,
    /// It is not allowed, and shown as text.
    Nothing,
}

/// An image while its description is read.
struct Image {
    alt: String,
    title: Box<str>,
    address: Address,
    kind: TargetKind,
    range: Range<usize>,
}

/// An image that could become a figure.
struct LoneImage {
    /// Where its ` title="…"` starts.
    title_at: usize,
    /// Where it ends.
    end: usize,
    title: Box<str>,
}

struct OpenHeading {
    level: u8,
    id: Option<String>,
    classes: Vec<String>,
    start: usize,
    range: Range<usize>,
}

/// A footnote.
#[derive(Default)]
struct Footnote {
    /// Its number, once it is referred to.
    number: Option<usize>,
    references: usize,
    content: Option<Piece>,
}

/// What a document is worked out on.
#[derive(Default)]
pub(super) struct Paper {
    block: Block,
    found: Vec<Found>,
}

struct Renderer<'a, 'd, 'r> {
    source: &'a str,
    position: Position<'a>,
    inline: bool,
    options: &'a Options,
    linker: &'d mut Linker<'r>,
    diagnostics: &'d mut Vec<Diagnostic>,
    body: Body,
    piece: Piece,
    paper: &'d mut Paper,
    block: Block,
    found: Vec<Found>,
    mentions: FxHashMap<u32, usize>,
    /// The ids of headings, and the last number that one was given.
    slugs: FxHashMap<String, usize>,
    depth: usize,
    quotes: usize,
    /// Whether each open quote is an alert.
    alerts: Vec<bool>,
    links: Vec<OpenLink>,
    /// Raw `a` elements open in this block.
    raw_links: usize,
    /// Whether a wikilink is open whose text is its target's title.
    untitled: bool,
    image: Option<Image>,
    images: usize,
    lone: Option<LoneImage>,
    paragraph: Option<usize>,
    heading: Option<OpenHeading>,
    code: Option<(String, String)>,
    html_block: Option<String>,
    raw: Option<Range<usize>>,
    raw_ids: Vec<Box<str>>,
    /// Whether each open strikethrough is one: `~x~` is text.
    strikes: Vec<bool>,
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_rows: bool,
    footnotes: BTreeMap<String, Footnote>,
    footnote_order: Vec<String>,
    /// Labels that anything refers to, found when the first definition is met.
    referenced: Option<BTreeSet<String>>,
    suspended: Vec<(String, Piece)>,
    /// Open elements of a footnote that is dropped.
    dropping: usize,
}

/// Renders Markdown; `inline` keeps only what can stand in a line.
pub(super) fn render<'a>(
    source: &'a str,
    position: Position<'a>,
    inline: bool,
    options: &'a Options,
    paper: &mut Paper,
    linker: &mut Linker<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Body {
    let Paper { block, found } = std::mem::take(paper);
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
    let mut renderer = Renderer {
        source,
        position,
        inline,
        options,
        linker,
        diagnostics,
        body: Body { proof: options.proof.then(Box::default), ..Body::default() },
        piece: Piece { html: Html::with_capacity(source.len() * 5 / 4), ..Piece::default() },
        paper,
        block,
        found,
        mentions: FxHashMap::default(),
        slugs: FxHashMap::default(),
        depth: 0,
        quotes: 0,
        alerts: Vec::new(),
        links: Vec::new(),
        raw_links: 0,
        untitled: false,
        image: None,
        images: 0,
        lone: None,
        paragraph: None,
        heading: None,
        code: None,
        html_block: None,
        raw: None,
        raw_ids: Vec::new(),
        strikes: Vec::new(),
        columns: Vec::new(),
        column: 0,
        in_head: false,
        has_rows: false,
        footnotes: BTreeMap::new(),
        footnote_order: Vec::new(),
        referenced: None,
        suspended: Vec::new(),
        dropping: 0,
    };
    for (event, range) in Parser::new_ext(source, syntax).into_offset_iter() {
        match &event {
            Event::Start(tag) if nests(tag) => {
                renderer.depth += 1;
                if renderer.depth > DEEPEST {
                    return renderer.too_deep(&range);
                }
            }
            Event::End(tag) if end_nests(*tag) => renderer.depth = renderer.depth.saturating_sub(1),
            _ => {}
        }
        renderer.event(event, range);
    }
    renderer.finish()
}

fn nests(tag: &Tag<'_>) -> bool {
    end_nests(tag.to_end())
}

fn end_nests(tag: TagEnd) -> bool {
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

impl<'a> Renderer<'a, '_, '_> {
    fn too_deep(self, range: &Range<usize>) -> Body {
        let start = range.start..(range.start + 1).min(range.end).max(range.start);
        self.diagnostics.push(
            Diagnostic::new(Code::TooDeep, format!("this is nested deeper than {DEEPEST} levels"))
                .at(self.position.place(&start))
                .help("lay the text out flatter; the rest of the document is not read"),
        );
        Body::default()
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if self.dropping > 0 {
            match event {
                Event::Start(_) => self.dropping += 1,
                Event::End(_) => self.dropping -= 1,
                _ => {}
            }
            return;
        }
        if self.untitled && !matches!(event, Event::End(TagEnd::Link)) {
            return;
        }
        if self.image.is_some() {
            return self.image_event(&event);
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.text(&text, range),
            },
            Event::Code(code) => {
                self.open();
                self.block.object(&code);
                self.push("<code>");
                self.piece.html.text(&code);
                self.push("</code>");
            }
            Event::InlineMath(latex) => self.math(&latex, false, &range),
            Event::DisplayMath(latex) => self.math(&latex, !self.inline, &range),
            Event::Html(html) => match &mut self.html_block {
                Some(block) => block.push_str(&html),
                None => self.raw_html(&html, range),
            },
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(label) => self.footnote_reference(&label),
            Event::SoftBreak => self.line_break("\n", range),
            Event::HardBreak => self.line_break("<br>\n", range),
            Event::Rule => {
                self.flush();
                if !self.inline {
                    self.push("<hr>\n");
                }
            }
            Event::TaskListMarker(done) => self.task(done),
        }
    }

    fn push(&mut self, html: &'static str) {
        self.piece.html.literal(html);
    }

    /// Writes a tag around blocks.
    fn block_tag(&mut self, html: &'static str) {
        if !self.inline {
            self.push(html);
        }
    }

    fn setting(&self) -> Setting {
        if !self.links.is_empty() || self.raw_links > 0 {
            Setting::Link
        } else if self.heading.is_some() {
            Setting::Heading
        } else if self.quotes > 0 {
            Setting::Quote
        } else {
            Setting::Prose
        }
    }

    /// Begins a block's inline content if there is none.
    fn open(&mut self) {
        if self.block.open {
            return;
        }
        if self.inline && !self.piece.html.is_empty() {
            self.push(" ");
        }
        self.block.open = true;
        self.block.first_hole = self.piece.holes.len();
        self.block.first_special = self.piece.special.len();
        self.block.setting(self.setting());
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        self.open();
        let start = self.piece.html.len();
        self.piece.html.text(text);
        self.block.run(text, start..self.piece.html.len(), range);
    }

    fn line_break(&mut self, html: &'static str, range: Range<usize>) {
        self.open();
        let start = self.piece.html.len();
        self.push(html);
        self.block.run(" ", start..self.piece.html.len(), range);
    }

    fn inline_start(&mut self, html: &'static str) {
        self.open();
        self.block.emphasis_start(self.piece.html.len());
        self.push(html);
    }

    fn inline_end(&mut self, html: &'static str) {
        self.push(html);
        self.block.emphasis_end(self.piece.html.len());
    }

    fn math(&mut self, latex: &str, display: bool, range: &Range<usize>) {
        self.open();
        self.block.object(latex);
        match math::render(latex, display) {
            Ok(mathml) => {
                let start = self.piece.html.len();
                self.piece.html.append(mathml.whole());
                self.piece.special.push((start..self.piece.html.len(), Special::Finished));
            }
            Err(reason) => {
                self.diagnostics.push(
                    Diagnostic::new(Code::BadMath, "a formula cannot be read as LaTeX")
                        .at(self.position.place(range))
                        .label(reason)
                        .help("write `\\$` where a dollar sign is meant"),
                );
                self.push("<code class=\"math\">");
                self.piece.html.text(latex);
                self.push("</code>");
            }
        }
    }

    fn raw_html(&mut self, html: &str, range: Range<usize>) {
        match self.options.raw_html {
            RawHtml::Escape => self.piece.html.text(html),
            RawHtml::Sanitise => {
                self.raw.get_or_insert(range);
                let start = self.piece.html.len();
                self.piece.html.text(html);
                self.piece.special.push((start..self.piece.html.len(), Special::Raw));
            }
            RawHtml::Trust => {
                self.raw_ids.extend(sanitise::raw_ids(html));
                self.piece.html.append(Html::trusted(html).whole());
            }
        }
    }

    fn inline_html(&mut self, html: &str, range: Range<usize>) {
        self.open();
        self.block.edge();
        self.raw_html(html, range);
        if self.options.raw_html != RawHtml::Escape {
            let name = html.trim_start_matches(['<', '/']);
            let link = name.strip_prefix(['a', 'A']).is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')
            });
            if link {
                let close = html.starts_with("</");
                self.raw_links =
                    if close { self.raw_links.saturating_sub(1) } else { self.raw_links + 1 };
                self.block.setting(self.setting());
            }
        }
    }

    fn task(&mut self, done: bool) {
        if self.inline {
            return;
        }
        let class = if done { "<li class=\"task done\">" } else { "<li class=\"task\">" };
        for (plain, after) in [("<li>", ""), ("<li>\n<p>", "\n<p>")] {
            if self.piece.html.ends_with(plain) {
                self.piece.html.truncate(self.piece.html.len() - plain.len());
                self.push(class);
                self.push(after);
                if !after.is_empty() {
                    self.paragraph = Some(self.piece.html.len() - "<p>".len());
                }
                break;
            }
        }
        self.open();
        self.push(if done { "☑ " } else { "☐ " });
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
                if whole {
                    self.inline_start("<del>");
                } else {
                    self.text("~", range.start..range.start + 1);
                }
                return;
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                return self.link(link_type, &dest_url, &title, range);
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                self.images = 1;
                self.image = Some(Image {
                    alt: String::new(),
                    title: title.as_ref().into(),
                    address: address(&dest_url),
                    kind: match link_type {
                        LinkType::WikiLink { .. } => TargetKind::Wiki,
                        _ => TargetKind::Image,
                    },
                    range,
                });
                return;
            }
            _ => self.flush(),
        }
        match tag {
            Tag::Paragraph => {
                self.paragraph = Some(self.piece.html.len());
                self.block_tag("<p>");
            }
            Tag::Heading { level, id, classes, .. } => {
                self.linker.section();
                self.heading = Some(OpenHeading {
                    level: level as u8,
                    id: id.map(|id| id.to_string()),
                    classes: classes.iter().map(ToString::to_string).collect(),
                    start: self.piece.html.len(),
                    range,
                });
                self.open();
            }
            Tag::BlockQuote(kind) => self.quote(kind),
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',', '{', '\t']).next().unwrap_or_default()
                    }
                    CodeBlockKind::Indented => "",
                };
                self.code = Some((language.to_owned(), String::new()));
            }
            Tag::HtmlBlock => self.html_block = Some(String::new()),
            Tag::List(None) => self.block_tag("<ul>\n"),
            Tag::List(Some(1)) => self.block_tag("<ol>\n"),
            Tag::List(Some(first)) => {
                if !self.inline {
                    self.push("<ol start=\"");
                    self.piece.html.number(first);
                    self.push("\">\n");
                }
            }
            Tag::Item => {
                self.block_tag("<li>");
            }
            Tag::FootnoteDefinition(label) => self.footnote_start(&label, &range),
            Tag::DefinitionList => self.block_tag("<dl>\n"),
            Tag::DefinitionListTitle => self.block_tag("<dt>"),
            Tag::DefinitionListDefinition => self.block_tag("<dd>"),
            Tag::Table(columns) => {
                self.columns = columns;
                self.has_rows = false;
                self.block_tag("<div class=\"table\"><table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                self.block_tag("<thead><tr>");
            }
            Tag::TableRow => {
                if !self.has_rows {
                    self.block_tag("<tbody>\n");
                    self.has_rows = true;
                }
                self.column = 0;
                self.block_tag("<tr>");
            }
            Tag::TableCell => {
                let class = match self.columns.get(self.column) {
                    Some(Alignment::Left) => " class=\"left\"",
                    Some(Alignment::Center) => " class=\"center\"",
                    Some(Alignment::Right) => " class=\"right\"",
                    _ => "",
                };
                let (name, scope) =
                    if self.in_head { ("th", " scope=\"col\"") } else { ("td", "") };
                for part in ["<", name, scope, class, ">"] {
                    self.block_tag(part);
                }
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
        // Loose items and definitions hold blocks, which begin on a line of their own.
        if self.paragraph == Some(self.piece.html.len().wrapping_sub(3))
            && (self.piece.html.ends_with("<li><p>") || self.piece.html.ends_with("<dd><p>"))
        {
            let at = self.piece.html.len() - "<p>".len();
            self.piece.html.put(at..at, Html::of("\n").whole());
            self.paragraph = Some(at + 1);
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Emphasis => return self.inline_end("</em>"),
            TagEnd::Strong => return self.inline_end("</strong>"),
            TagEnd::Superscript => return self.inline_end("</sup>"),
            TagEnd::Subscript => return self.inline_end("</sub>"),
            TagEnd::Strikethrough => {
                return if self.strikes.pop().unwrap_or(true) {
                    self.inline_end("</del>");
                } else {
                    self.text("~", range.end.saturating_sub(1)..range.end);
                };
            }
            TagEnd::Link => return self.link_end(),
            TagEnd::Heading(_) => return self.heading_end(),
            TagEnd::Image => return,
            _ => {}
        }
        self.flush();
        match tag {
            TagEnd::Paragraph => self.paragraph_end(),
            TagEnd::BlockQuote(_) => {
                if self.alerts.pop() == Some(true) {
                    self.block_tag("</div>\n");
                } else {
                    self.quotes = self.quotes.saturating_sub(1);
                    self.block_tag("</blockquote>\n");
                }
            }
            TagEnd::CodeBlock => self.code_end(),
            TagEnd::HtmlBlock => {
                let html = self.html_block.take().unwrap_or_default();
                self.open();
                if self.options.raw_html == RawHtml::Escape {
                    self.block_tag("<p>");
                    self.raw_html(html.trim_end(), range.clone());
                    self.block_tag("</p>\n");
                } else {
                    self.raw_html(&html, range.clone());
                }
                self.flush();
            }
            TagEnd::List(ordered) => self.block_tag(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.block_tag("</li>\n"),
            TagEnd::FootnoteDefinition => self.footnote_end(),
            TagEnd::DefinitionList => self.block_tag("</dl>\n"),
            TagEnd::DefinitionListTitle => self.block_tag("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.block_tag("</dd>\n"),
            TagEnd::Table => {
                self.block_tag(if self.has_rows {
                    "</tbody></table></div>\n"
                } else {
                    "</table></div>\n"
                });
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.block_tag("</tr></thead>\n");
            }
            TagEnd::TableRow => self.block_tag("</tr>\n"),
            TagEnd::TableCell => {
                self.column += 1;
                self.block_tag(if self.in_head { "</th>" } else { "</td>" });
            }
            _ => {}
        }
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>) {
        let alert = kind.map(|kind| match kind {
            BlockQuoteKind::Note => Alert::Note,
            BlockQuoteKind::Tip => Alert::Tip,
            BlockQuoteKind::Important => Alert::Important,
            BlockQuoteKind::Warning => Alert::Warning,
            BlockQuoteKind::Caution => Alert::Caution,
        });
        self.alerts.push(alert.is_some());
        match alert {
            Some(alert) => {
                self.block_tag(match alert {
                    Alert::Note => "<div class=\"alert alert-note\" role=\"note\">",
                    Alert::Tip => "<div class=\"alert alert-tip\" role=\"note\">",
                    Alert::Important => "<div class=\"alert alert-important\" role=\"note\">",
                    Alert::Warning => "<div class=\"alert alert-warning\" role=\"note\">",
                    Alert::Caution => "<div class=\"alert alert-caution\" role=\"note\">",
                });
                self.block_tag("<p class=\"alert-title\">");
                if !self.inline {
                    self.piece.hole(Fill::AlertTitle(alert));
                }
                self.block_tag("</p>\n");
            }
            None => {
                self.quotes += 1;
                self.block_tag("<blockquote>\n");
            }
        }
    }

    fn paragraph_end(&mut self) {
        self.block_tag("</p>\n");
        let lone = self.lone.take();
        let Some(start) = self.paragraph.take() else { return };
        if self.inline {
            return;
        }
        let Some(image) = lone else { return };
        let whole = image.end + "</p>\n".len() == self.piece.html.len()
            && self.piece.html.get(start..).is_some_and(|html| html.starts_with("<p><img src=\""));
        let first_hole =
            self.piece.holes.partition_point(|hole| (hole.at as usize) < start + "<p>".len());
        // A link around the image has its hole before it.
        let linked =
            self.piece.holes.get(first_hole).is_some_and(|hole| !matches!(hole.fill, Fill::Url(_)));
        if !whole || linked {
            return;
        }
        self.piece.html.truncate(image.title_at);
        self.push("><figcaption>");
        self.piece.html.text(&image.title);
        self.push("</figcaption></figure>\n");
        self.piece.html.put(start..start + "<p>".len(), Html::of("<figure>").whole());
        let by = u32::try_from("<figure>".len() - "<p>".len()).unwrap_or(0);
        for hole in self.piece.holes.iter_mut().skip(first_hole) {
            hole.at = hole.at.saturating_add(by);
        }
    }

    fn heading_end(&mut self) {
        self.open();
        let (first_hole, first_special) = (self.block.first_hole, self.block.first_special);
        let title = self.block_text();
        let Some(heading) = self.heading.take() else { return };
        if self.inline {
            return;
        }
        let own = heading.id.filter(|id| !id.starts_with("fn:") && !id.starts_with("fnref:"));
        let id = self.unique(own.unwrap_or_else(|| slug(&title)));
        let level = heading.level;
        let mut tag = Html::with_capacity(id.len() + "<h1 id=\"\">".len());
        tag.literal("<h");
        tag.number(level);
        tag.attribute("id", &id);
        if !heading.classes.is_empty() {
            tag.attribute("class", &heading.classes.join(" "));
        }
        tag.literal(">");
        self.piece.insert(heading.start, &tag, first_hole, first_special);
        self.push("</h");
        self.piece.html.number(level);
        self.push(">\n");
        let span = self.position.span(&heading.range);
        self.body.headings.push(Heading { level, id: id.into(), title, span });
    }

    /// The id itself, or with the first number that no heading has yet.
    fn unique(&mut self, id: String) -> String {
        let Some(mut number) = self.slugs.get(&id).copied() else {
            self.slugs.insert(id.clone(), 1);
            return id;
        };
        let mut wanted = id.clone();
        while self.slugs.contains_key(&wanted) {
            number += 1;
            wanted = format!("{id}-{number}");
        }
        self.slugs.insert(id, number);
        self.slugs.insert(wanted.clone(), 1);
        wanted
    }

    fn code_end(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        if self.inline {
            self.open();
            self.block.object(&code);
            self.push("<code>");
            self.piece.html.text(code.trim_end());
            self.push("</code>");
            return self.flush();
        }
        self.body.has_code = true;
        self.push("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.piece.html.attribute("class", &format!("language-{language}"));
        }
        self.push(">");
        highlight::push_code(&mut self.piece.html, &language, &code);
        self.push("</code></pre>\n");
    }

    fn link(&mut self, kind: LinkType, url: &str, title: &str, range: Range<usize>) {
        self.open();
        self.block.edge();
        let start = self.block.text.len();
        let mut open = OpenLink {
            closes: LinkEnd::Literal,
            start,
            outside: None,
            actor: None,
            range: range.clone(),
        };
        open.closes = match (kind, address(url)) {
            (LinkType::WikiLink { has_pothole }, _) => {
                let (destination, fragment) = split_fragment(url.trim());
                open.actor =
                    self.options.wikilinks.meant(destination.trim(), self.linker.registry());
                let target = self.target(TargetKind::Wiki, destination, fragment, title, &range);
                self.piece.hole(Fill::LinkOpen(target));
                if !has_pothole {
                    self.piece.hole(Fill::LinkText(target));
                    self.untitled = true;
                    let registry = self.linker.registry();
                    let shown = open.actor.filter(|actor| !registry.is_draft(*actor));
                    let words = shown.map_or(url.trim(), |actor| registry.name(actor));
                    let written = self.body.targets.last().map(|target| &target.destination);
                    let unspoken = written.is_some_and(|key| self.options.unspoken.contains(key));
                    self.block.object(if unspoken { "…" } else { words });
                }
                LinkEnd::Hole(target)
            }
            (LinkType::Email, _) => {
                self.literal_link(&format!("mailto:{url}"), title);
                LinkEnd::Literal
            }
            (_, Address::Out(url)) if is_of_site(&url, &self.options.site) => {
                let destination = encode(&url).into();
                let target = self.target(TargetKind::Full, destination, None, title, &range);
                self.piece.hole(Fill::LinkOpen(target));
                open.outside = Some(url);
                LinkEnd::Hole(target)
            }
            (_, Address::Out(url)) => {
                self.literal_link(&url, title);
                open.outside = Some(url);
                LinkEnd::Literal
            }
            (_, Address::Forbidden(scheme)) => {
                self.bad_scheme(&scheme, &range);
                LinkEnd::Nothing
            }
            (_, Address::Site(path)) => {
                let (destination, fragment) = split_fragment(&path);
                let target = self.target(TargetKind::Link, destination, fragment, title, &range);
                self.piece.hole(Fill::LinkOpen(target));
                LinkEnd::Hole(target)
            }
        };
        self.links.push(open);
        self.block.setting(self.setting());
    }

    fn literal_link(&mut self, url: &str, title: &str) {
        self.push("<a");
        self.piece.html.attribute("href", &encode(url));
        if !title.is_empty() {
            self.piece.html.attribute("title", title);
        }
        self.push(">");
    }

    fn bad_scheme(&mut self, scheme: &str, range: &Range<usize>) {
        self.diagnostics.push(
            Diagnostic::new(Code::BadScheme, format!("links to `{scheme}:` are not allowed"))
                .at(self.position.place(range))
                .help(format!(
                    "allowed are {}, and paths in the site",
                    SCHEMES.map(|scheme| format!("`{scheme}:`")).join(", ")
                )),
        );
    }

    fn target(
        &mut self,
        kind: TargetKind,
        destination: Box<str>,
        fragment: Option<Box<str>>,
        title: &str,
        range: &Range<usize>,
    ) -> u32 {
        let number = u32::try_from(self.body.targets.len()).unwrap_or(u32::MAX);
        self.body.targets.push(Target {
            kind,
            destination,
            fragment,
            title: (!title.is_empty()).then(|| title.into()),
            span: self.position.span(range),
            sentence: None,
        });
        number
    }

    fn link_end(&mut self) {
        self.untitled = false;
        let Some(link) = self.links.pop() else { return };
        let text = link.start..self.block.text.len();
        match link.closes {
            LinkEnd::Hole(target) => {
                self.piece.hole(Fill::LinkClose(target));
                self.block.links.push((target, text.clone()));
            }
            LinkEnd::Literal => self.push("</a>"),
            LinkEnd::Nothing => {}
        }
        let span = self.position.span(&link.range);
        if let Some(actor) = link.actor.filter(|_| !text.is_empty()) {
            self.block.explicit.push((text.clone(), actor));
            self.block.explicit_spans.push(span);
        }
        if let Some(proof) = &mut self.body.proof {
            let text = self.block.plain(text).into_owned();
            proof.links.push(ProofLink { text, outside: link.outside, span });
        }
        self.block.edge();
        self.block.setting(self.setting());
    }

    /// Gathers an image's description, which is text only.
    fn image_event(&mut self, event: &Event<'_>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => {
                image.alt.push_str(text);
            }
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => {
                self.images = self.images.saturating_sub(1);
                if self.images == 0
                    && let Some(image) = self.image.take()
                {
                    self.image_end(image);
                }
            }
            _ => {}
        }
    }

    fn image_end(&mut self, image: Image) {
        self.open();
        self.block.object("");
        if image.alt.trim().is_empty()
            && let Some(proof) = &mut self.body.proof
        {
            proof.undescribed.push(self.position.span(&image.range));
        }
        match image.address {
            Address::Forbidden(scheme) => {
                self.bad_scheme(&scheme, &image.range);
                self.piece.html.text(&image.alt);
                return;
            }
            Address::Out(url) if is_of_site(&url, &self.options.site) => {
                let destination = encode(&url).into();
                let title = &image.title;
                let target =
                    self.target(TargetKind::FullImage, destination, None, title, &image.range);
                self.push("<img src=\"");
                self.piece.hole(Fill::Url(target));
                self.push("\"");
            }
            Address::Out(url) => {
                self.push("<img");
                self.piece.html.attribute("src", &encode(&url));
            }
            Address::Site(path) => {
                let (destination, fragment) = split_fragment(&path);
                // `![[…]]` is no wikilink: its destination is a path like that of any image.
                let alt_is_path = image.kind == TargetKind::Wiki && image.alt == *path;
                let target = self.target(
                    TargetKind::Image,
                    destination,
                    fragment,
                    &image.title,
                    &image.range,
                );
                self.push("<img src=\"");
                self.piece.hole(Fill::Url(target));
                self.push("\"");
                if alt_is_path {
                    return self.image_rest("", &image.title);
                }
            }
        }
        self.image_rest(&image.alt, &image.title);
    }

    fn image_rest(&mut self, alt: &str, title: &str) {
        self.piece.html.attribute("alt", alt);
        self.push(" loading=\"lazy\"");
        let title_at = self.piece.html.len();
        if !title.is_empty() {
            self.piece.html.attribute("title", title);
        }
        self.push(">");
        let end = self.piece.html.len();
        self.lone = (!title.is_empty()).then(|| LoneImage { title_at, end, title: title.into() });
    }

    fn footnote_reference(&mut self, label: &CowStr<'_>) {
        self.open();
        self.block.object("");
        let key = label.to_lowercase();
        let next = self.footnote_order.len() + 1;
        let footnote = self.footnotes.entry(key.clone()).or_default();
        let number = *footnote.number.get_or_insert(next);
        footnote.references += 1;
        let id = reference_id(number, footnote.references);
        if number == next {
            self.footnote_order.push(key);
        }
        self.push("<sup class=\"footnote-ref\"><a");
        self.piece.html.attribute("href", &format!("#fn:{number}"));
        self.piece.html.attribute("id", &id);
        self.push(">");
        self.piece.html.number(number as u64);
        self.push("</a></sup>");
    }

    fn footnote_start(&mut self, label: &CowStr<'_>, range: &Range<usize>) {
        let key = label.to_lowercase();
        let source = self.source;
        let referenced = self.referenced.get_or_insert_with(|| references(source));
        if !referenced.contains(&key) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::Footnote,
                    format!("nothing refers to the footnote `[^{label}]`"),
                )
                .at(self.position.place(range))
                .help("refer to it in the text or remove it; it is left out of the page"),
            );
            self.dropping = 1;
            return;
        }
        self.suspended.push((key, std::mem::take(&mut self.piece)));
    }

    fn footnote_end(&mut self) {
        let Some((key, outer)) = self.suspended.pop() else { return };
        let content = std::mem::replace(&mut self.piece, outer);
        let footnote = self.footnotes.entry(key).or_default();
        footnote.content.get_or_insert(content);
    }

    /// Writes the footnotes in the order in which the text refers to them.
    fn footnote_list(&mut self) {
        if self.footnote_order.is_empty() {
            return;
        }
        self.push("<section class=\"footnotes\">\n<ol>\n");
        for (index, key) in std::mem::take(&mut self.footnote_order).iter().enumerate() {
            let number = index + 1;
            let Some(footnote) = self.footnotes.remove(key) else { continue };
            self.push("<li");
            self.piece.html.attribute("id", &format!("fn:{number}"));
            self.push(">");
            let mut content = footnote.content.unwrap_or_default();
            let paragraph = content.html.ends_with("</p>\n");
            if paragraph {
                content.html.truncate(content.html.len() - "</p>\n".len());
            }
            self.piece.append(content);
            self.push(if paragraph { "" } else { "<p>" });
            for nth in 1..=footnote.references {
                let id = reference_id(number, nth);
                self.push(" <a class=\"footnote-back\" role=\"doc-backlink\"");
                self.piece.html.attribute("href", &format!("#{id}"));
                self.push(">↩");
                if nth > 1 {
                    self.push("<sup>");
                    self.piece.html.number(nth as u64);
                    self.push("</sup>");
                }
                self.push("</a>");
                self.body.ids.push(id.into());
            }
            self.push("</p>\n</li>\n");
            self.body.ids.push(format!("fn:{number}").into());
        }
        self.push("</ol>\n</section>\n");
    }

    /// Ends a block's inline content and gives its plain text.
    fn block_text(&mut self) -> String {
        self.end_block(true)
    }

    /// Ends a block's inline content, if there is any.
    fn flush(&mut self) {
        let excerpt = self.body.excerpt.is_empty()
            && (self.paragraph.is_some() || self.inline)
            && self.quotes == 0
            && self.suspended.is_empty();
        if self.block.open {
            let text = self.end_block(excerpt);
            if excerpt {
                let end = text.floor_char_boundary(LONGEST_EXCERPT);
                self.body.excerpt = text.get(..end).unwrap_or_default().into();
            }
        }
    }

    fn end_block(&mut self, wanted: bool) -> String {
        self.body.words = self.body.words.saturating_add(count_words(&self.block.text));
        self.find_names();
        self.block.quote_links(&mut self.body.targets);
        let text = if wanted { self.block.whole() } else { String::new() };
        self.block.clear();
        self.raw_links = 0;
        text
    }

    /// Asks the linker for the names in the block, counts them and leaves holes for their links.
    fn find_names(&mut self) {
        let mut names = std::mem::take(&mut self.found);
        names.clear();
        let block = &self.block;
        let setting = |range: &Range<usize>| block.setting_of(range);
        self.linker.block(&block.text, &block.explicit, setting, &mut names);
        // Headings have capitals of their own, and footnotes are full of titles.
        if self.body.proof.is_some() && self.heading.is_none() && self.suspended.is_empty() {
            self.strangers(&names);
        }
        let mut before: Option<&Found> = None;
        let mut tildes = Vec::new();
        let holes_before = self.piece.holes.len();
        let mut spans = std::mem::take(&mut self.block.explicit_spans).into_iter();
        for found in &names {
            let span = match found.form {
                Form::Explicit => spans.next().unwrap_or_default(),
                _ => self.position.span(&self.block.source(&found.range).unwrap_or_default()),
            };
            if let (true, Some(tilde)) = (found.suppressed, found.range.start.checked_sub(1)) {
                let tilde = tilde..found.range.start;
                tildes.extend(self.block.html(&tilde).map(|html| html.start));
                self.block.drop_plain(tilde);
            }
            if let Some(actor) = found.actor {
                self.mention(actor, found, span);
                self.mention_holes(actor, found);
            }
            if matches!(found.verdict, Verdict::PassedOver(_)) {
                let (written, place) =
                    (self.block.plain(found.range.clone()).into_owned(), self.position.at(span));
                self.diagnostics.extend(found.diagnostic(self.linker.registry(), &written, place));
            }
            if let Some(proof) = &mut self.body.proof {
                let text = &self.block.text;
                let longer = self.linker.longer(text, found, before);
                // Headings have capitals of their own.
                let longer = longer.filter(|_| self.heading.is_none());
                let longer = longer.map(|range| self.block.plain(range).into_owned());
                let written = self.block.plain(found.range.clone()).into_owned();
                proof.sightings.push(Sighting { span, found: found.clone(), written, longer });
            }
            before = Some(found);
        }
        if self.piece.holes.len() > holes_before {
            // The holes of links keep their order among each other; a mention is never half in one.
            if let Some(own) = self.piece.holes.get_mut(self.block.first_hole..) {
                own.sort_by_key(|hole| {
                    let rank = match hole.fill {
                        Fill::AbbreviationClose(_) => 0,
                        Fill::MentionClose(_) => 1,
                        Fill::MentionOpen(_) => 3,
                        Fill::AbbreviationOpen(_) => 4,
                        _ => 2,
                    };
                    (hole.at, rank)
                });
            }
        }
        self.remove_tildes(&tildes);
        self.found = names;
    }

    /// The holes around a mention: for its link, and for the full name of an abbreviation.
    fn mention_holes(&mut self, actor: u32, found: &Found) {
        let linked = found.verdict == Verdict::Linked && found.form != Form::Explicit;
        let html = self.block.html(&found.range).filter(|_| linked || found.expand);
        let Some(html) = html else {
            return;
        };
        let mut hole = |at: usize, fill| {
            self.piece.holes.push(Hole { at: u32::try_from(at).unwrap_or(u32::MAX), fill });
        };
        if linked {
            hole(html.start, Fill::MentionOpen(actor));
            hole(html.end, Fill::MentionClose(actor));
        }
        if found.expand {
            hole(html.start, Fill::AbbreviationOpen(actor));
            hole(html.end, Fill::AbbreviationClose(actor));
        }
    }

    /// Notes the names in the block that are no actor's.
    fn strangers(&mut self, names: &[Found]) {
        let known: Vec<Range<usize>> = names.iter().map(|found| found.range.clone()).collect();
        let text = &self.block.text;
        let Some(proof) = &mut self.body.proof else { return };
        for Stranger { range, abbreviates } in strangers(text, &known, self.linker.language()) {
            let span = self.position.span(&self.block.source(&range).unwrap_or_default());
            let abbreviates = abbreviates.and_then(|known| names.get(known)?.actor);
            let name = self.block.plain(range).into_owned();
            proof.strangers.push(UnknownName { name, span, abbreviates });
        }
        let words = text.split(|c: char| !c.is_alphanumeric());
        let small = words.filter(|word| word.chars().next().is_some_and(char::is_lowercase));
        proof.small.extend(small.map(Box::from));
    }

    /// Removes bytes of the block's HTML, and moves what lies behind them.
    fn remove_tildes(&mut self, tildes: &[usize]) {
        let (Some(first), false) = (tildes.first().copied(), tildes.is_empty()) else { return };
        let tail = self.piece.html.split_off(first);
        let mut from = 0;
        for tilde in tildes {
            let at = tilde - first;
            self.piece.html.append(tail.part(from..at));
            from = at + 1;
        }
        self.piece.html.append(tail.part(from..tail.len()));
        let before = |at: usize| tildes.partition_point(|tilde| *tilde < at);
        for hole in self.piece.holes.iter_mut().skip(self.block.first_hole) {
            let by = before(hole.at as usize);
            hole.at = hole.at.saturating_sub(u32::try_from(by).unwrap_or(u32::MAX));
        }
        for (range, _) in self.piece.special.iter_mut().skip(self.block.first_special) {
            *range = range.start - before(range.start)..range.end - before(range.end);
        }
    }

    fn mention(&mut self, actor: u32, found: &Found, first: Span) {
        let heading = self.heading.is_some();
        let known = self.mentions.get(&actor).and_then(|n| self.body.mentions.get_mut(*n));
        match known {
            Some(mention) => {
                mention.count = mention.count.saturating_add(1);
                if mention.heading && !heading {
                    mention.heading = false;
                    mention.quote = self.block.quote(&found.range);
                }
            }
            None => {
                self.mentions.insert(actor, self.body.mentions.len());
                let quote = self.block.quote(&found.range);
                self.body.mentions.push(Mention { actor, count: 1, first, quote, heading });
            }
        }
    }

    fn finish(mut self) -> Body {
        self.flush();
        self.footnote_list();
        let mut body = std::mem::take(&mut self.body);
        let mut piece = std::mem::take(&mut self.piece);
        *self.paper = Paper { block: self.block, found: self.found };
        body.ids.append(&mut self.raw_ids);
        if let Some(first) = &self.raw {
            let (source, position) = (self.source, self.position);
            let span_of = |destination: &str| {
                let found = source.get(first.start..).and_then(|rest| rest.find(destination));
                let start = found.map(|at| at + first.start);
                position.span(&start.map_or(first.clone(), |at| at..at + destination.len()))
            };
            let site = &self.options.site;
            let clean = match sanitise::sanitise(piece, source, &mut body.targets, site, &span_of) {
                Ok(clean) => clean,
                Err(why) => {
                    self.diagnostics.push(too_much(why).at(position.place(first)));
                    return Body::default();
                }
            };
            piece = clean.piece;
            let headings = &body.headings;
            let known = |id: &str| headings.iter().any(|heading| *heading.id == *id);
            body.ids.extend(clean.ids.into_iter().filter(|id| !known(id)));
        }
        body.ids.sort_unstable();
        body.ids.dedup();
        body.html = piece.html;
        body.holes = piece.holes;
        // Bodies are kept, all of them at once: room to grow would be a quarter of a large site's memory.
        body.html.shrink_to_fit();
        body.holes.shrink_to_fit();
        body.targets.shrink_to_fit();
        body.headings.shrink_to_fit();
        body.ids.shrink_to_fit();
        body
    }
}

/// The finding on HTML that would take too long to clean.
fn too_much(why: TooMuch) -> Diagnostic {
    let (code, message, help) = match why {
        TooMuch::Elements(limit) => (
            Code::TooDeep,
            format!("more than {limit} HTML elements are open at once"),
            "close each element before the next begins",
        ),
        TooMuch::Attributes(limit) => (
            Code::HtmlTag,
            format!("an HTML tag has more than {limit} attributes"),
            "close each tag with `>`, and leave out the attributes that it does not need",
        ),
        TooMuch::Tag(limit) => (
            Code::HtmlTag,
            format!("an HTML tag is longer than {limit} bytes"),
            "close each tag with `>` and each value with its quote",
        ),
    };
    Diagnostic::new(code, message).help(format!("{help}; the text of this document is not read"))
}

/// The labels that are referred to, lower-cased; too many rather than too few.
fn references(source: &str) -> BTreeSet<String> {
    source
        .match_indices('[')
        .filter(|(at, _)| source.as_bytes().get(at + 1) == Some(&b'^'))
        .filter_map(|(at, _)| {
            let start = at + "[^".len();
            let end = source.floor_char_boundary(start + LONGEST_LABEL);
            let line = source.get(start..end)?.split('\n').next()?;
            let (label, after) = line.split_once(']')?;
            (!after.starts_with(':')).then(|| label.to_lowercase())
        })
        .collect()
}

fn reference_id(number: usize, nth: usize) -> String {
    if nth > 1 { format!("fnref:{number}:{nth}") } else { format!("fnref:{number}") }
}

/// The anchor of a heading: its letters and digits in lower case, of any script, joined by hyphens.
fn slug(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let mut push = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            out.push(c);
        } else if !c.is_ascii() && is_combining_mark(c) {
            // Lower-casing `İ` leaves a dot above, which no keyboard types.
            if c != '\u{307}' {
                out.push(c);
            }
        } else if (c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/'))
            && !out.is_empty()
            && !out.ends_with('-')
        {
            out.push('-');
        }
    };
    // What is all ASCII is in its normal form.
    if title.is_ascii() {
        title.chars().for_each(|c| push(c.to_ascii_lowercase()));
    } else {
        title.nfc().flat_map(char::to_lowercase).for_each(push);
    }
    while out.ends_with('-') {
        out.pop();
    }
    if out.is_empty() { "section".to_owned() } else { out }
}

/// Where a URL leads.
pub(super) enum Address {
    /// Out of the site, by an allowed scheme.
    Out(String),
    /// Into the site: a path, a heading, or both.
    Site(String),
    /// By a scheme that is not allowed.
    Forbidden(String),
}

/// Reads a URL as a browser would: without the tabs and line breaks in it and the controls around it
/// (WHATWG URL, 4.4), so that nothing hides a scheme.
pub(super) fn address(url: &str) -> Address {
    let mut url = url.trim_matches(|c: char| c <= ' ').to_owned();
    if url.contains(['\t', '\n', '\r']) {
        url.retain(|c| !matches!(c, '\t' | '\n' | '\r'));
    }
    if url.starts_with("//") {
        return Address::Out(url);
    }
    let scheme = url.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    match scheme {
        None => Address::Site(url),
        Some(scheme) if SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            Address::Out(url)
        }
        Some(scheme) => Address::Forbidden(scheme.to_ascii_lowercase()),
    }
}

/// Whether a full address is one below that of the site, by whichever of `http` and `https`.
pub(super) fn is_of_site(url: &str, site: &str) -> bool {
    path_below(url, site).is_some()
}

/// The path below the site's address `site` that a full address means, if it is one of the site, with what stands behind
/// `?` and `#`.
pub fn path_below<'u>(url: &'u str, site: &str) -> Option<&'u str> {
    let (host, rest) = after_scheme(url)?;
    let (own, folder) = after_scheme(site)?;
    let folder = folder.trim_end_matches('/');
    // As many parts of the path as the site's folder has.
    let mut ends = rest.match_indices(['/', '?', '#']).map(|(at, _)| at);
    let end = ends.nth(folder.matches('/').count()).unwrap_or(rest.len());
    let (start, below) = rest.split_at(end);
    let decoded = |path| percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    // A host is the same in any case, and with the port that its scheme has anyway.
    if own.is_empty()
        || !without_usual_port(host).eq_ignore_ascii_case(without_usual_port(own))
        || !decoded(start).eq_ignore_ascii_case(&decoded(folder))
    {
        return None;
    }
    match below.chars().next() {
        None => Some(""),
        Some('/') => below.get(1..),
        Some('?' | '#') => Some(below),
        Some(_) => None,
    }
}

/// The host of a full address, with its port, and what stands behind it.
fn after_scheme(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("//")?;
    rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

/// A host without the port that its scheme has anyway (RFC 3986, section 6.2.3).
fn without_usual_port(host: &str) -> &str {
    [":443", ":80", ":"].iter().find_map(|port| host.strip_suffix(port)).unwrap_or(host)
}

/// How a target of a kind is called that is written with the site's full address.
pub(super) fn full(kind: TargetKind) -> TargetKind {
    match kind {
        TargetKind::Image | TargetKind::FullImage => TargetKind::FullImage,
        TargetKind::Wiki | TargetKind::Link | TargetKind::Full => TargetKind::Full,
    }
}

/// A path and what stands after its `#`.
pub(super) fn split_fragment(path: &str) -> (Box<str>, Option<Box<str>>) {
    match path.split_once('#') {
        Some((path, fragment)) => (path.into(), Some(fragment.into())),
        None => (path.into(), None),
    }
}

/// Percent-encodes what may not stand in a URL.
pub(super) fn encode(url: &str) -> Cow<'_, str> {
    let safe = |byte: &u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    };
    if url.as_bytes().iter().all(safe) {
        return Cow::Borrowed(url);
    }
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if safe(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(out)
}
