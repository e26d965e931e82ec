//! Signs that the parser would take for markup and that are none: dollars of money, colons that define nothing, and
//! what stands in bare addresses.
//!
//! The parser is given a text in which each of them is another sign, of the same length, that means nothing to it. So
//! every place stays what it is, and what is read is told by the source itself.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options as Syntax, Parser, Tag, TagEnd};

use super::autolinks;
use super::dollars::Candidate;
use crate::never;
use crate::never::slice;

/// What stands for a sign that is none: punctuation as these signs are, so that emphasis begins and ends where it did.
const MASK: u8 = b'%';

/// How often a text is looked through for colons that define nothing: behind one of them may be another.
const MOST_LOOKS: usize = 4;

/// A text as the parser is to read it.
pub(super) struct Signs<'s> {
    /// The text as its author wrote it.
    pub(super) source: &'s str,
    /// The text with a mask for each sign that is none.
    pub(super) read: Cow<'s, str>,
    /// Where masks stand, from first to last.
    masked: Vec<usize>,
    /// The formulas, with their dollar signs.
    formulas: Vec<Range<usize>>,
    /// The bare addresses.
    addresses: Vec<Range<usize>>,
}

impl<'s> Signs<'s> {
    /// Looks through a text. Most have none of these signs, which is quickly told.
    pub(super) fn of(source: &'s str, syntax: Syntax) -> Signs<'s> {
        let mut signs = Signs {
            source,
            read: Cow::Borrowed(source),
            masked: Vec::new(),
            formulas: Vec::new(),
            addresses: Vec::new(),
        };
        let dollars = syntax.contains(Syntax::ENABLE_MATH)
            && memchr::memchr(b'$', source.as_bytes()).is_some();
        let addresses = autolinks::may_have(source);
        if !dollars && !addresses && !may_define(source) {
            return signs;
        }
        let mut look = Look::default();
        for _ in 0..MOST_LOOKS {
            look = Look::at(source, &signs.read, syntax, addresses);
            if look.colons.is_empty() {
                break;
            }
            signs.mask(std::mem::take(&mut look.colons));
        }
        let in_address = |dollar: &(usize, usize)| {
            let next = look.addresses.partition_point(|address| address.end <= dollar.0);
            look.addresses.get(next).is_some_and(|address| address.start <= dollar.0)
        };
        if dollars {
            look.dollars.retain(|dollar| !in_address(dollar));
            let money = signs.find_formulas(&look.dollars);
            signs.mask(money);
            signs.mask(std::mem::take(&mut look.labels));
        }
        let marks: Vec<usize> = look
            .addresses
            .iter()
            .flat_map(|address| {
                let bytes = slice(source, address.clone()).bytes().enumerate();
                bytes.filter(|(_, b)| b.is_ascii_punctuation()).map(|(at, _)| address.start + at)
            })
            .collect();
        signs.mask(marks);
        signs.addresses = look.addresses;
        signs
    }

    /// Notes which of the dollar signs, each with the number of its block, are formulas, and gives the others.
    fn find_formulas(&mut self, dollars: &[(usize, usize)]) -> Vec<usize> {
        let runs: Vec<&[(usize, usize)]> = dollars
            .chunk_by(|(at, block), (next, other)| at + 1 == *next && block == other)
            .collect();
        let mut money = Vec::new();
        let mut runs = runs.as_slice();
        while let [open, rest @ ..] = runs {
            let formula = match rest {
                [close, ..] => self.formula(open, close),
                [] => None,
            };
            runs = match formula {
                Some(formula) => {
                    self.formulas.push(formula);
                    never::part(rest, 1..)
                }
                None => {
                    money.extend(open.iter().map(|(at, _)| at));
                    rest
                }
            };
        }
        money
    }

    /// The formula that begins and ends with two runs of dollar signs, if there is one.
    fn formula(&self, open: &[(usize, usize)], close: &[(usize, usize)]) -> Option<Range<usize>> {
        let ((start, block), (end, other)) = (*open.first()?, *close.last()?);
        let length = open.len();
        if block != other || length != close.len() || length > 2 {
            return None;
        }
        let formula = start..end + 1;
        let candidate = Candidate {
            before: slice(self.source, 0..start).chars().next_back(),
            inner: self.source.get(start + length..formula.end - length)?,
            after: slice(self.source, formula.end..self.source.len()).chars().next(),
            display: length == 2,
        };
        candidate.is_formula().then_some(formula)
    }

    /// Puts a mask in the place of bytes of ASCII.
    fn mask(&mut self, places: Vec<usize>) {
        if places.is_empty() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.read).into_owned().into_bytes();
        for place in &places {
            if let Some(byte) = bytes.get_mut(*place).filter(|byte| byte.is_ascii()) {
                *byte = MASK;
            }
        }
        // It stays UTF-8, of which each byte of ASCII is a character.
        self.read = match String::from_utf8(bytes) {
            Ok(read) => Cow::Owned(read),
            Err(_) => Cow::Borrowed(self.source),
        };
        self.masked.extend(places);
        self.masked.sort_unstable();
        self.masked.dedup();
    }

    /// What the author wrote for a text that was read from a range; nothing if that is what was read.
    pub(super) fn written(&self, text: &str, range: &Range<usize>) -> Option<String> {
        if self.masked.is_empty() || !text.as_bytes().contains(&MASK) {
            return None;
        }
        let first = self.masked.partition_point(|place| *place < range.start);
        if self.masked.get(first).is_none_or(|place| *place >= range.end) {
            return None;
        }
        // Code in a line has a space for each line break.
        let read = self.read.get(range.clone())?.replace('\n', " ");
        let at = read.find(&text.replace('\n', " "))?;
        let written = self.source.get(range.clone())?.get(at..at + text.len())?;
        Some(if text.contains('\n') { written.to_owned() } else { written.replace('\n', " ") })
    }

    /// Whether a formula stands at a range.
    pub(super) fn is_formula(&self, range: &Range<usize>) -> bool {
        self.formulas
            .binary_search_by_key(&range.start, |formula| formula.start)
            .is_ok_and(|at| self.formulas.get(at).is_some_and(|formula| formula.end == range.end))
    }

    /// The first bare address that ends behind a byte.
    pub(super) fn address_from(&self, from: usize) -> Option<Range<usize>> {
        let next = self.addresses.partition_point(|address| address.end <= from);
        self.addresses.get(next).cloned()
    }
}

/// Whether a line begins with a colon and no space behind it, so that the parser would take what follows for a definition.
fn may_define(source: &str) -> bool {
    let bytes = source.as_bytes();
    memchr::memchr_iter(b':', bytes).any(|at| {
        let before = bytes.get(..at).unwrap_or_default();
        let indent = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t' | b'>')).count();
        let line = before.len() - indent;
        let first = line.checked_sub(1).and_then(|at| before.get(at)) == Some(&b'\n');
        first && bytes.get(at + 1).is_some_and(|byte| !byte.is_ascii_whitespace())
    })
}

/// What the parser makes of a text without formulas.
#[derive(Default)]
struct Look {
    /// Colons of definitions without a space behind them.
    colons: Vec<usize>,
    /// Dollar signs in running text, each with the number of its block. Code ends a block, as no formula holds any.
    dollars: Vec<(usize, usize)>,
    /// Dollar signs in the labels of links and of their definitions, which are the same if one of them is.
    labels: Vec<usize>,
    /// Bare addresses.
    addresses: Vec<Range<usize>>,
}

impl Look {
    fn at(source: &str, read: &str, syntax: Syntax, addresses: bool) -> Look {
        let plain = syntax - Syntax::ENABLE_MATH - Syntax::ENABLE_SMART_PUNCTUATION;
        let mut look = Look::default();
        // How many are open in which an address is no link.
        let (mut links, mut raw) = (0_usize, 0_usize);
        let (mut block, mut code, mut limit) = (0, false, None);
        let parser = Parser::new_ext(read, plain);
        for (_, definition) in parser.reference_definitions().iter() {
            let label =
                slice(source, definition.span.clone()).split("]:").next().map_or(0, str::len);
            look.add_label(source, definition.span.start..definition.span.start + label);
        }
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Text(_) if !code => {
                    look.add_dollars(source, &range, block);
                    if addresses && links == 0 && raw == 0 {
                        look.add_addresses(source, &range, limit.unwrap_or(source.len()));
                    }
                }
                Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                    links += 1;
                    let label = slice(source, range.clone()).rfind("][");
                    if let (LinkType::Reference, Some(label)) = (link_type, label) {
                        look.add_label(source, range.start + label..range.end);
                    }
                }
                Event::End(TagEnd::Link | TagEnd::Image) => links = links.saturating_sub(1),
                Event::InlineHtml(tag) => {
                    if let Some(closes) = keeps_text(&tag) {
                        raw = if closes { raw.saturating_sub(1) } else { raw + 1 };
                    }
                }
                Event::Code(_) => block += 1,
                Event::Start(
                    Tag::Emphasis
                    | Tag::Strong
                    | Tag::Strikethrough
                    | Tag::Superscript
                    | Tag::Subscript,
                )
                | Event::End(
                    TagEnd::Emphasis
                    | TagEnd::Strong
                    | TagEnd::Strikethrough
                    | TagEnd::Superscript
                    | TagEnd::Subscript,
                )
                | Event::SoftBreak
                | Event::HardBreak
                | Event::FootnoteReference(_) => {}
                Event::Start(tag) => {
                    (block, raw) = (block + 1, 0);
                    match tag {
                        Tag::CodeBlock(_) => code = true,
                        Tag::TableCell => limit = Some(range.end),
                        Tag::DefinitionListDefinition => look.add_colon(source, range.start),
                        _ => {}
                    }
                }
                Event::End(tag) => {
                    (block, raw) = (block + 1, 0);
                    match tag {
                        TagEnd::CodeBlock => code = false,
                        TagEnd::TableCell => limit = None,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        look
    }

    /// Notes the dollar signs in running text that no backslash makes a character like any other.
    fn add_dollars(&mut self, source: &str, range: &Range<usize>, block: usize) {
        let text = slice(source, range.clone());
        for (at, _) in text.match_indices('$') {
            let at = range.start + at;
            let before = slice(source, 0..at);
            let escapes = before.len() - before.trim_end_matches('\\').len();
            if escapes % 2 == 0 {
                self.dollars.push((at, block));
            }
        }
    }

    fn add_label(&mut self, source: &str, range: Range<usize>) {
        let dollars = slice(source, range.clone()).match_indices('$');
        self.labels.extend(dollars.map(|(at, _)| range.start + at));
    }

    fn add_addresses(&mut self, source: &str, range: &Range<usize>, limit: usize) {
        let last = self.addresses.last().map_or(0, |address| address.end);
        let within = range.start.max(last).min(range.end)..range.end;
        autolinks::all(source, &within, limit, |address| self.addresses.push(address));
    }

    fn add_colon(&mut self, source: &str, at: usize) {
        let mut chars = slice(source, at..source.len()).chars();
        if chars.next() == Some(':') && chars.next().is_some_and(|c| !c.is_whitespace()) {
            self.colons.push(at);
        }
    }
}

/// Whether a tag of the author's own begins or ends (`true`) an element in which addresses are not to be links.
fn keeps_text(tag: &str) -> Option<bool> {
    let (closes, name) = match tag.strip_prefix("</") {
        Some(name) => (true, name),
        None => (false, tag.strip_prefix('<')?),
    };
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    ["a", "code", "kbd", "pre", "samp", "script", "style", "textarea", "tt", "var"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
        .then_some(closes)
}
