//! What other tools read in Markdown: marks that are understood, and those that are found and told of.

use std::ops::Range;

use memchr::{memchr2_iter, memchr3_iter};
use pulldown_cmark::{Event, HeadingLevel, Options as Syntax, Parser, Tag, TagEnd};

use super::signs::Signs;
use crate::diagnostic::{Code, Diagnostic};
use crate::never::slice;

/// The longest directive of another tool that is looked for, in bytes.
const LONGEST_DIRECTIVE: usize = 1000;

/// What a text may hold, as its bytes show at a glance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints(u8);

impl Hints {
    const COMMENTS: u8 = 1;
    const OTHERS: u8 = 2;
    const CONTENTS: u8 = 4;

    /// Looks at the few bytes that begin any of it: nearly all texts hold nothing of this.
    pub(super) fn of(text: &str) -> Hints {
        let bytes = text.as_bytes();
        let first = memchr3_iter(b'%', b'{', b'=', bytes);
        let second = memchr3_iter(b'<', b'>', b'^', bytes);
        let third = memchr2_iter(b'#', b'[', bytes);
        let all = first.chain(second).chain(third);
        Hints(all.fold(0, |found, at| found | Hints::at(bytes, at)))
    }

    /// What the byte at a place hints at. A text has line ends around it.
    fn at(bytes: &[u8], at: usize) -> u8 {
        let byte = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b'\n');
        let (before, here, after) = (byte(at.checked_sub(1)), byte(Some(at)), byte(Some(at + 1)));
        let line = before == b'\n';
        match here {
            b'%' if after == b'%' => Hints::COMMENTS,
            b'{' if before == b')' || matches!(after, b'{' | b'%' | b':') => Hints::OTHERS,
            b'<' if matches!(after, b'<' | b'%') => Hints::OTHERS,
            b'>' | b'=' if after == here => Hints::OTHERS,
            b'=' if line => Hints::OTHERS,
            b'^' if line || before == b' ' => Hints::OTHERS,
            b'#' if line && after == b' ' => Hints::OTHERS,
            b'[' if line && matches!(after, b't' | b'T' | b'[') => Hints::CONTENTS,
            _ => 0,
        }
    }

    /// Whether there may be a comment.
    pub(super) fn comments(self) -> bool {
        self.0 & Hints::COMMENTS != 0
    }

    /// Whether there may be anything else.
    fn others(self, text: &str) -> bool {
        let contents = || text.lines().any(|line| contents(line).is_some());
        self.0 & Hints::OTHERS != 0 || (self.0 & Hints::CONTENTS != 0 && contents())
    }
}

/// An edge of text that is marked, as in `==text==`: its two bytes, and whether the text begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MarkEdge {
    /// The first byte.
    pub(super) at: usize,
    /// Whether it is the first edge of the two.
    pub(super) begins: bool,
}

/// What was found in a text.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    /// The edges of text that is marked, in order.
    pub(super) marks: Vec<MarkEdge>,
    /// Whether a heading is of level 1, which on a page the title is.
    pub(super) titles: bool,
    /// What there is to say, with its place.
    pub(super) found: Vec<(Range<usize>, Diagnostic)>,
}

/// Looks for all of it, if there are hints.
pub(super) fn leftovers(hints: Hints, signs: &Signs<'_>, syntax: Syntax) -> Leftovers {
    let mut out = Leftovers::default();
    let (text, read) = (signs.source, &*signs.read);
    if !hints.others(text) {
        return out;
    }
    let mut search =
        Search { text, read, out: &mut out, open: None, depth: 0, images: 0, last: 0..0 };
    // Code and formulas, in the order of the text.
    let mut verbatim: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(read, syntax).into_offset_iter() {
        match &event {
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => verbatim.push(range.clone()),
            Event::InlineMath(_) | Event::DisplayMath(_) if signs.is_formula(&range) => {
                verbatim.push(range.clone());
            }
            _ => {}
        }
        // The text of a code block is the code.
        if verbatim.last().is_none_or(|code| !code.contains(&range.start)) {
            search.event(&event, range);
        }
    }
    out.marks.sort_by_key(|edge| edge.at);
    // The row between two texts in conflict makes a heading of the first.
    let before = out.found.len();
    conflicts(text, &verbatim, &mut out.found);
    if out.found.len() > before {
        out.found.retain(|(_, found)| found.code != Code::TitleHeading);
    }
    directives(text, &verbatim, &mut out.found);
    out
}

/// Goes through the events of a text.
struct Search<'t, 'o> {
    text: &'t str,
    /// The text as the parser reads it.
    read: &'t str,
    out: &'o mut Leftovers,
    /// Where marked text may begin, and how many inline elements are open there.
    open: Option<(usize, usize)>,
    depth: usize,
    /// How many images are open, whose descriptions are plain text.
    images: usize,
    /// The last text of the block.
    last: Range<usize>,
}

impl Search<'_, '_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
                if !self.out.titles {
                    self.out.found.push((range, title()));
                }
                self.out.titles = true;
                self.block();
            }
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => self.images = self.images.saturating_sub(1),
            Event::Start(tag) if is_inline(tag.to_end()) => self.depth += 1,
            Event::End(tag) if is_inline(*tag) => {
                self.depth = self.depth.saturating_sub(1);
                let depth = self.depth;
                self.open = self.open.filter(|(_, open)| *open <= depth);
            }
            Event::Start(_) => self.block(),
            Event::End(tag) => {
                if matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) {
                    self.end();
                }
                if *tag == TagEnd::Paragraph
                    && let Some(name) = contents(slice(self.text, range.clone()))
                {
                    let length = range.start..range.start + name.len();
                    self.out.found.push((length, table_of_contents(name)));
                }
                self.block();
            }
            Event::Text(text) => {
                if self.images == 0 && slice(self.read, range.clone()) == &**text {
                    self.edges(&range);
                }
                self.last = range;
            }
            Event::SoftBreak | Event::HardBreak => {}
            // An anchor of a block stands at its very end.
            _ => self.last = 0..0,
        }
    }

    /// Notes that a block begins or ends.
    fn block(&mut self) {
        (self.open, self.depth, self.last) = (None, 0, 0..0);
    }

    /// Finds edges of marked text.
    fn edges(&mut self, range: &Range<usize>) {
        for (at, _) in slice(self.text, range.clone()).match_indices("==") {
            let at = range.start + at;
            let before = slice(self.text, 0..at).chars().next_back();
            let after = slice(self.text, at + 2..self.text.len()).chars().next();
            // Longer rows are lines, and between letters there are programs.
            let is = |c: Option<char>, is: fn(char) -> bool| c.is_some_and(is);
            if before == Some('=') || after == Some('=') {
                continue;
            }
            let (word, space) = (|c: char| c.is_ascii_alphanumeric(), |c: char| c.is_whitespace());
            match self.open {
                Some((open, depth))
                    if depth == self.depth
                        && before.is_some()
                        && !is(before, space)
                        && !is(after, word) =>
                {
                    let marks = &mut self.out.marks;
                    marks.push(MarkEdge { at: open, begins: true });
                    marks.push(MarkEdge { at, begins: false });
                    self.open = None;
                }
                _ if after.is_some() && !is(after, space) && !is(before, word) => {
                    self.open = Some((at, self.depth));
                }
                _ => {}
            }
        }
    }

    /// Looks for an anchor at the end of the block, as Obsidian writes it: `^a1b2c3`.
    fn end(&mut self) {
        let last = slice(self.text, self.last.clone()).trim_end();
        let Some(at) = last.rfind('^') else { return };
        let (before, anchor) = last.split_at(at);
        let name = slice(anchor, 1..);
        let apart = before.is_empty() || before.ends_with(char::is_whitespace);
        let alone =
            self.last.start == 0 || slice(self.text, 0..self.last.start).ends_with([' ', '\n']);
        let named = name.len() > 1
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && name.bytes().any(|byte| byte.is_ascii_alphabetic());
        if named && apart && (alone || !before.is_empty()) {
            let start = self.last.start + at;
            let message = format!("`{anchor}` is an anchor of Obsidian, and is shown as text");
            let help = "remove it; a link leads to a heading, as in `[text](file.md#heading)`, or to `<a id=\"name\"></a>`";
            self.out.found.push((
                start..start + anchor.len(),
                Diagnostic::new(Code::LeftoverMarkup, message).help(help),
            ));
        }
    }
}

/// Whether an element stands in a line.
fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
    )
}

/// The finding on a heading of level 1.
fn title() -> Diagnostic {
    let message = "a heading with one `#` is of the level of the page's title, and is counted as one below it";
    let help = "begin headings with `##`; the title is the `title` of the front matter. All headings of this document are \
                one level lower";
    Diagnostic::new(Code::TitleHeading, message).help(help)
}

/// The mark for a table of contents that a line is, if it is one.
fn contents(line: &str) -> Option<&str> {
    let line = line.trim();
    let name = line.trim_start_matches('[').trim_end_matches(']').trim_matches('_');
    (line.starts_with('[') && name.eq_ignore_ascii_case("toc")).then_some(line)
}

fn table_of_contents(mark: &str) -> Diagnostic {
    let message = format!("`{mark}` makes no table of contents here");
    let help = "remove it: a brief with headings has a table of contents of its own";
    Diagnostic::new(Code::LeftoverMarkup, message).help(help)
}

/// Whether a byte lies in one of some ranges, which are in order.
fn within(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|range| range.start <= at);
    before.checked_sub(1).and_then(|last| ranges.get(last)).is_some_and(|range| range.contains(&at))
}

/// Finds what a merge has left.
fn conflicts(text: &str, verbatim: &[Range<usize>], found: &mut Vec<(Range<usize>, Diagnostic)>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let mark = ["<<<<<<<", ">>>>>>>", "|||||||"].into_iter().find(|mark| {
            line.strip_prefix(mark)
                .is_some_and(|rest| rest.starts_with(' ') && !rest.trim().is_empty())
        });
        if let Some(mark) = mark.filter(|_| !within(verbatim, start)) {
            let message = format!("`{mark}` is left of a merge in conflict");
            let help = "keep one of the two texts, and remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`";
            let shown = start..start + line.trim_end().len();
            found.push((shown, Diagnostic::new(Code::ConflictMarker, message).help(help)));
        }
    }
}

/// Finds what other generators would put something in the place of.
fn directives(text: &str, verbatim: &[Range<usize>], found: &mut Vec<(Range<usize>, Diagnostic)>) {
    let mut from = 0;
    for (at, _) in text.match_indices(['{', '<']) {
        let escaped = slice(text, 0..at).ends_with('\\');
        if at < from || escaped || within(verbatim, at) {
            continue;
        }
        let rest = slice(text, at..text.floor_char_boundary(at + LONGEST_DIRECTIVE));
        let behind = slice(text, 0..at).ends_with(')');
        let Some((length, help)) = directive(rest, behind) else { continue };
        from = at + length;
        let shown = slice(text, at..from).split_whitespace().collect::<Vec<_>>().join(" ");
        let message = format!("`{shown}` means nothing here, and is shown as text");
        found.push((at..from, Diagnostic::new(Code::LeftoverMarkup, message).help(help)));
    }
}

/// The length of the directive that a text begins with, and what to write in its place. `behind` tells whether a link or an
/// image may end before it.
fn directive(text: &str, behind: bool) -> Option<(usize, &'static str)> {
    let ended = |begin: usize, end: &str| {
        let inside = text.get(begin..)?;
        let length = inside.find(end)?;
        let inside = inside.get(..length)?;
        (!inside.contains("\n\n")).then_some((inside, begin + length + end.len()))
    };
    if text.starts_with("{%") {
        let (inside, length) = ended(2, "%}")?;
        return Some((length, in_place_of(inside)));
    }
    if text.starts_with("{{<") || text.starts_with("{{%") {
        let end = if text.starts_with("{{<") { ">}}" } else { "%}}" };
        let (inside, length) = ended(3, end)?;
        return Some((length, in_place_of(inside)));
    }
    if text.starts_with("{{") || text.starts_with("<%") {
        let (inside, length) = ended(2, if text.starts_with('{') { "}}" } else { "%>" })?;
        let advice = if inside.contains("url") || inside.contains("ref") {
            "write the address itself: a path beside this file, as in `[text](other.md)`, or an address of the site, as in `/about/`"
        } else {
            "write what is meant to stand there: a document holds no code of templates"
        };
        return Some((length, advice));
    }
    let (inside, length) = ended(1, "}")?;
    let first = inside.trim_start_matches(':').trim_start();
    let attributes = first.starts_with(['.', '#'])
        || first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    if inside.contains('\n') {
        return None;
    }
    if inside.starts_with(':') && first.starts_with("toc") {
        return Some((
            length,
            "remove it: a brief with headings has a table of contents of its own",
        ));
    }
    (attributes && (behind || inside.starts_with(':'))).then_some((
        length,
        "only a heading has its id and classes in braces, as in `## Aims {#aims .wide}`; elsewhere write HTML with a `class`",
    ))
}

/// What to write in the place of a shortcode or a tag of a template.
fn in_place_of(inside: &str) -> &'static str {
    let inside = inside.trim_start_matches(['-', '/']).trim_start();
    let name = inside.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    match name {
        "figure" | "img" | "image" | "picture" => {
            "write the image with its caption: `![What it shows](image.png \"The caption\")`"
        }
        "ref" | "relref" | "link" | "post_url" => {
            "link to the file, as in `[text](other.md)`, or to the document by its id, `[[its-id]]`"
        }
        "highlight" | "endhighlight" | "code" | "endcode" | "raw" | "endraw" | "verbatim" => {
            "put the code between lines of three backticks"
        }
        "youtube" | "vimeo" | "tweet" | "twitter" | "x" | "instagram" | "gist" | "iframe"
        | "embed" => {
            "link to it, or write an `<iframe>` and name where it is from in `[markdown] embeds` of site.toml"
        }
        "note" | "notice" | "callout" | "admonition" | "alert" | "hint" | "warning" | "tip"
        | "info" => "write a quote that begins with a line `> [!NOTE]`",
        "blockquote" | "quote" | "pullquote" => "begin each line of the quote with `>`",
        "details" | "expand" | "spoiler" => {
            "write a quote that begins with a line `> [!NOTE]- What it is about`"
        }
        _ => "write in Markdown what it is to show; what all pages show stands in a template",
    }
}
