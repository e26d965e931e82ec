//! Footnotes: written where they are defined, shown in a list at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::citations::{CitableSources, id_of, near_label};
use super::fragment::Fragment;
use super::sink::Sink;
use crate::diagnostic::{Code, Diagnostic, MOST_GUESSES, Near};
use crate::never;

/// The longest label of a footnote, in bytes.
const LONGEST_LABEL: usize = 1000;

/// A footnote.
#[derive(Default)]
struct Footnote {
    /// Its number, once it is referred to.
    number: Option<usize>,
    /// The references to it: the label of the footnote that each stands in, if it stands in one.
    references: Vec<Option<String>>,
    /// What it says, and the whole definition in the source.
    defined: Option<(Fragment, Range<usize>)>,
}

/// A definition that is open.
struct OpenNote {
    key: String,
    range: Range<usize>,
    /// The HTML that goes on behind it.
    outer: Fragment,
    /// How many elements are open around it of one that is left out.
    left_out: usize,
}

/// The footnotes of a document.
#[derive(Default)]
pub(super) struct Footnotes {
    /// By their labels in lower case.
    all: BTreeMap<String, Footnote>,
    /// Their labels, in the order in which the text refers to them.
    order: Vec<String>,
    /// Labels that anything refers to, found when the first definition is met.
    referenced: Option<BTreeSet<String>>,
    /// The definitions that are open.
    open: Vec<OpenNote>,
    /// What can be referred to, found when the first reference is met that leads nowhere.
    known: Option<Near<'static>>,
    /// How many references lead nowhere.
    missing: usize,
}

impl Footnotes {
    /// Whether the text stands in a footnote.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Writes a reference to a footnote.
    pub(super) fn reference(&mut self, label: &str, out: &mut Sink<'_, '_>) {
        out.block.object("");
        let key = label.to_lowercase();
        let next = self.order.len() + 1;
        let within = self.open.last().map(|note| note.key.clone());
        let footnote = self.all.entry(key.clone()).or_default();
        let number = *footnote.number.get_or_insert(next);
        footnote.references.push(within);
        let id = reference_id(number, footnote.references.len());
        if number == next {
            self.order.push(key);
        }
        // Beside another raised number it would be read as one with it.
        if out.fragment.html.ends_with("</sup>") {
            out.push("\u{202f}");
        }
        out.push("<sup class=\"footnote-ref\"><a");
        let html = &mut out.fragment.html;
        html.attribute("href", &format!("#fn--{number}"));
        html.attribute("id", &id);
        html.literal(">");
        html.number(number as u64);
        html.literal("</a></sup>");
    }

    /// Begins a definition; how many elements are open then that are left out. One is left out that nothing refers to, or
    /// whose label has one already. It may stand within another that is left out, of which `left_out` elements are open.
    pub(super) fn start(
        &mut self,
        label: &str,
        source: &str,
        range: Range<usize>,
        left_out: usize,
        out: &mut Sink<'_, '_>,
    ) -> usize {
        let key = label.to_lowercase();
        let referenced = self.referenced.get_or_insert_with(|| references(source));
        if !referenced.contains(&key) {
            out.report(&label_at(&range, label), unused(label, true));
            return left_out + 1;
        }
        let known = self.all.get(&key).and_then(|note| note.defined.as_ref());
        let first = known.map(|(_, range)| range);
        let mut open = self.open.iter().filter(|note| note.key == key).map(|note| &note.range);
        if let Some(first) = first.or_else(|| open.next()) {
            let message = format!("the footnote `[^{label}]` is defined twice");
            let finding = Diagnostic::new(Code::Footnote, message)
                .label("this one is left out of the page")
                .related(out.position.place(&label_at(first, label)), "the first one is shown")
                .help("give one of them a label of its own, and refer to it in the text");
            out.report(&label_at(&range, label), finding);
            return left_out + 1;
        }
        let outer = std::mem::take(&mut out.fragment);
        self.open.push(OpenNote { key, range, outer, left_out });
        0
    }

    /// Ends a definition; how many elements are open then that are left out.
    pub(super) fn end(&mut self, out: &mut Sink<'_, '_>) -> usize {
        let Some(OpenNote { key, range, outer, left_out }) = self.open.pop() else {
            return never!("a footnote ends that did not begin" => 0);
        };
        let content = std::mem::replace(&mut out.fragment, outer);
        self.all.entry(key).or_default().defined = Some((content, range));
        left_out
    }

    /// Writes the footnotes in the order in which the text refers to them. Gives the ids that they have.
    pub(super) fn finish(mut self, source: &str, out: &mut Sink<'_, '_>) -> Vec<Box<str>> {
        let mut ids = Vec::new();
        let shown = self.shown();
        for (key, footnote) in &self.all {
            if let (false, Some((_, range))) = (shown.contains(key), &footnote.defined) {
                let written = source.get(range.clone()).and_then(|text| text.strip_prefix("[^"));
                let label = written.and_then(|text| text.split(']').next()).unwrap_or(key);
                let finding = unused(label, footnote.number.is_none());
                out.report(&label_at(range, label), finding);
            }
        }
        if self.order.is_empty() {
            return ids;
        }
        let order: BTreeSet<&str> = self.order.iter().map(String::as_str).collect();
        out.push("<section class=\"footnotes\">\n<ol>\n");
        for (number, key) in (1..).zip(&self.order) {
            let Some(footnote) = self.all.remove(key) else {
                never!("no footnote `{key}`, which has a number");
                continue;
            };
            let id = format!("fn--{number}");
            out.push("<li");
            out.fragment.html.attribute("id", &id);
            out.push(">");
            let (mut content, _) = footnote.defined.unwrap_or_default();
            let paragraph = content.html.ends_with("</p>\n");
            if paragraph {
                content.html.truncate(content.html.len() - "</p>\n".len());
            }
            out.fragment.append(content);
            out.push(if paragraph { "" } else { "<p>" });
            for (nth, within) in (1..).zip(&footnote.references) {
                // A reference leads back if it is shown itself.
                if within.as_ref().is_some_and(|within| !order.contains(within.as_str())) {
                    continue;
                }
                let id = reference_id(number, nth);
                out.push(" <a class=\"footnote-back\" role=\"doc-backlink\"");
                out.fragment.html.attribute("href", &format!("#{id}"));
                out.push(">↩");
                if nth > 1 {
                    out.push("<sup>");
                    out.fragment.html.number(nth as u64);
                    out.push("</sup>");
                }
                out.push("</a>");
                ids.push(id.into());
            }
            out.push("</p>\n</li>\n");
            ids.push(id.into());
        }
        out.push("</ol>\n</section>\n");
        ids
    }

    /// Reports a reference that leads nowhere and begins with the `^` at a byte of the source, if there is one: the parser
    /// leaves it as text. `in_link` if it stands in the words of a link.
    pub(super) fn look_for(
        &mut self,
        sources: &CitableSources,
        source: &str,
        caret: usize,
        in_link: bool,
        out: &mut Sink<'_, '_>,
    ) {
        let Some((range, label)) = undefined(source, caret) else { return };
        let finding = if sources.has(label) && in_link {
            Diagnostic::new(Code::Footnote, format!("the citation `[^{label}]` stands in a link"))
                .help("write it behind the link: it is a link itself")
        } else if sources.has(label) {
            Diagnostic::new(Code::Footnote, format!("the citation `[^{label}]` holds markup"))
                .label("shown as it is written")
                .help("write the place in it as plain text: `[^id: p. 4]`")
        } else if label.contains('[') {
            return;
        } else {
            self.missing += 1;
            let known: &Near<'_> = self.known.get_or_insert_with(|| {
                let defined = if out.inline { Vec::new() } else { defined(source) };
                let ids = sources.ids().map(str::to_owned);
                Near::new(defined.into_iter().chain(ids))
            });
            let near = (self.missing <= MOST_GUESSES).then(|| near_label(label, known)).flatten();
            missing(label, near, !sources.is_empty(), out.inline)
        };
        out.report(&range, finding);
    }

    /// The labels of those that a reader comes to: the text refers to them, or one of them does.
    fn shown(&self) -> BTreeSet<String> {
        let mut beside: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut reached: Vec<&str> = Vec::new();
        for (key, footnote) in &self.all {
            for within in &footnote.references {
                match within {
                    Some(within) => beside.entry(within).or_default().push(key),
                    None => reached.push(key),
                }
            }
        }
        let mut shown = BTreeSet::new();
        while let Some(key) = reached.pop() {
            if shown.insert(key.to_owned()) {
                reached.extend(beside.remove(key).unwrap_or_default());
            }
        }
        shown
    }
}

/// Where the label of a definition stands in the source.
fn label_at(definition: &Range<usize>, label: &str) -> Range<usize> {
    definition.start..(definition.start + "[^]".len() + label.len()).min(definition.end)
}

/// The finding on a definition that nothing refers to.
fn unused(label: &str, left_out: bool) -> Diagnostic {
    let message = format!("nothing in the text refers to the footnote `[^{label}]`");
    Diagnostic::new(Code::Footnote, message).help(match left_out {
        true => "refer to it in the text or remove it; it is left out of the page",
        false => "refer to it in the text or remove it; only other such footnotes lead to it",
    })
}

/// A reference to a footnote that is not there, which begins with the `^` at a byte of the source and is shown as it is
/// written: where it stands, and its label.
fn undefined(source: &str, caret: usize) -> Option<(Range<usize>, &str)> {
    let before = source.get(..caret)?.strip_suffix('[')?;
    if (before.len() - before.trim_end_matches('\\').len()) % 2 == 1 {
        return None;
    }
    let end = source.floor_char_boundary(caret + 1 + LONGEST_LABEL);
    let (label, _) = source.get(caret + 1..end)?.split('\n').next()?.split_once(']')?;
    if label.trim().is_empty() {
        return None;
    }
    Some((before.len()..caret + 1 + label.len() + 1, label))
}

/// The finding on a reference that leads nowhere, perhaps with the label that was meant.
fn missing(label: &str, near: Option<&str>, has_sources: bool, inline: bool) -> Diagnostic {
    let id = id_of(label);
    let message = match (has_sources, inline) {
        (false, true) => "a footnote cannot stand in the front matter".to_owned(),
        (false, false) => format!("the footnote `[^{label}]` is not defined"),
        (true, true) => format!("the brief has no source `{id}`"),
        (true, false) if id != label => {
            format!("the brief has no source `{id}`, which `[^{label}]` cites")
        }
        (true, false) => format!("`[^{label}]` is neither a footnote nor a source of the brief"),
    };
    let help = match (near, has_sources, inline) {
        (Some(near), ..) => format!("did you mean `[^{near}]`?"),
        (None, false, true) => {
            "say it in the text of the document, or link to the source: `[words](https://…)`"
                .to_owned()
        }
        (None, true, true) => format!("add a source with `id = \"{id}\"` to `[[sources]]`"),
        (None, true, false) => format!(
            "add a source with `id = \"{id}\"` to `[[sources]]`, or for a footnote a line `[^{id}]: …`; write `\\[^{label}]` where brackets are meant"
        ),
        (None, false, false) => {
            format!("add a line `[^{label}]: …`, or write `\\[^{label}]` where brackets are meant")
        }
    };
    Diagnostic::new(Code::Footnote, message).help(help)
}

/// Each label in brackets with `^`, and whether a colon follows, as in a definition.
fn labels(source: &str) -> impl Iterator<Item = (&str, bool)> {
    source
        .match_indices('[')
        .filter(move |(at, _)| source.as_bytes().get(at + 1) == Some(&b'^'))
        .filter_map(move |(at, _)| {
            let start = at + "[^".len();
            let end = source.floor_char_boundary(start + LONGEST_LABEL);
            let line = source.get(start..end)?.split('\n').next()?;
            let (label, after) = line.split_once(']')?;
            Some((label, after.starts_with(':')))
        })
}

/// The labels that are referred to, in lower case; too many rather than too few.
fn references(source: &str) -> BTreeSet<String> {
    labels(source).filter(|(_, defines)| !defines).map(|(label, _)| label.to_lowercase()).collect()
}

/// The labels that are defined, in lower case; too many rather than too few.
fn defined(source: &str) -> Vec<String> {
    labels(source).filter(|(_, defines)| *defines).map(|(label, _)| label.to_lowercase()).collect()
}

/// The anchor of a reference to a footnote. No heading has two hyphens beside each other in its own.
fn reference_id(number: usize, nth: usize) -> String {
    if nth > 1 { format!("fnref--{number}--{nth}") } else { format!("fnref--{number}") }
}
