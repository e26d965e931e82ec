//! Headings and their anchors.

use std::ops::Range;

use pulldown_cmark::{CowStr, HeadingLevel};
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::body::{Heading, PARAGRAPHS};
use super::sink::Sink;
use crate::composed::composed;
use crate::diagnostic::{Code, Diagnostic};
use crate::html::{Html, THEME_IDS};
use crate::never;

/// The highest level of headings: the title of the page is above them, also above one in a quote.
const HIGHEST: u8 = 2;
/// The lowest level of headings.
const LOWEST: u8 = 6;

/// How ids begin that no heading has: those of footnotes, of sources and where they are cited, of paragraphs, and of the
/// theme's own elements.
const RESERVED: [&str; 6] = ["fn--", "fnref--", "source--", "cite-", PARAGRAPHS, THEME_IDS];

/// The heading that is open.
struct OpenHeading {
    level: u8,
    id: Option<String>,
    classes: Vec<String>,
    /// Where its text starts in the HTML.
    start: usize,
    range: Range<usize>,
}

/// The headings of a document.
#[derive(Default)]
pub(super) struct Headings {
    /// How many levels they are lower on the page.
    lower: u8,
    open: Option<OpenHeading>,
    /// The ids that are taken, and the last number that one was given.
    ids: FxHashMap<String, usize>,
    /// Those that are complete.
    list: Vec<Heading>,
}

impl Headings {
    /// None yet. Where one is of the level of a page's title, all are one level lower.
    pub(super) fn below_title(lower: bool) -> Headings {
        Headings { lower: u8::from(lower), ..Headings::default() }
    }

    /// Whether the text stands in a heading.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Begins a heading.
    pub(super) fn start(
        &mut self,
        level: HeadingLevel,
        id: Option<&str>,
        classes: &[CowStr<'_>],
        range: Range<usize>,
        out: &Sink<'_, '_>,
    ) {
        self.open = Some(OpenHeading {
            level: (level as u8 + self.lower).clamp(HIGHEST, LOWEST),
            id: id.map(|id| composed(id).into_owned()),
            classes: classes.iter().map(ToString::to_string).collect(),
            start: out.fragment.html.len(),
            range,
        });
    }

    /// Ends a heading whose text is written. Its tag is written now, because its id is made of its title.
    pub(super) fn end(&mut self, title: String, out: &mut Sink<'_, '_>) {
        let Some(heading) = self.open.take() else {
            return never!("a heading ends that did not begin");
        };
        if out.inline {
            return;
        }
        let own = heading.id.filter(|id| {
            let taken = RESERVED.iter().find(|begin| id.starts_with(**begin));
            if let Some(begin) = taken {
                let message = format!("a heading cannot have the id `{id}`");
                let help = format!(
                    "write another: ids that begin with `{begin}` are those of the page itself"
                );
                out.report(&heading.range, Diagnostic::new(Code::HtmlTakenOut, message).help(help));
            }
            taken.is_none()
        });
        let id = own.unwrap_or_else(|| {
            let id = slug(&title);
            if id.starts_with(THEME_IDS) { format!("section-{id}") } else { id }
        });
        let id = self.unique(id);
        let level = heading.level;
        let mut tag = Html::with_capacity(id.len() + "<h1 id=\"\">".len());
        tag.literal("<h");
        tag.number(level);
        tag.attribute("id", &id);
        if !heading.classes.is_empty() {
            tag.attribute("class", &heading.classes.join(" "));
        }
        tag.literal(">");
        let (hole, special) = (out.block.first_hole, out.block.first_special);
        out.fragment.insert(heading.start, &tag, hole, special);
        out.push("</h");
        out.fragment.html.number(level);
        out.push(">\n");
        let span = out.position.span(&heading.range);
        self.list.push(Heading { level, id: id.into(), title, span });
    }

    /// The id itself, or with the first number that no heading has yet.
    fn unique(&mut self, id: String) -> String {
        let Some(mut number) = self.ids.get(&id).copied() else {
            self.ids.insert(id.clone(), 1);
            return id;
        };
        let mut wanted = id.clone();
        while self.ids.contains_key(&wanted) {
            number += 1;
            wanted = format!("{id}-{number}");
        }
        self.ids.insert(id, number);
        self.ids.insert(wanted.clone(), 1);
        wanted
    }

    /// All of them, in order.
    pub(super) fn finish(self) -> Vec<Heading> {
        self.list
    }
}

/// The anchor of a heading: its letters and digits in lower case, of any script, joined by hyphens.
pub(crate) fn slug(title: &str) -> String {
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
