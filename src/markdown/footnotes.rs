//! Footnotes: written where they are defined, shown in a list at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::fragment::Fragment;
use super::sink::Sink;
use crate::diagnostic::{Code, Diagnostic};
use crate::never;

/// The longest label of a footnote, in bytes.
const LONGEST_LABEL: usize = 1000;

/// A footnote.
#[derive(Default)]
struct Footnote {
    /// Its number, once it is referred to.
    number: Option<usize>,
    references: usize,
    content: Option<Fragment>,
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
    /// The definitions that are open, each with the HTML that goes on behind it.
    open: Vec<(String, Fragment)>,
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
        let footnote = self.all.entry(key.clone()).or_default();
        let number = *footnote.number.get_or_insert(next);
        footnote.references += 1;
        let id = reference_id(number, footnote.references);
        if number == next {
            self.order.push(key);
        }
        out.push("<sup class=\"footnote-ref\"><a");
        let html = &mut out.fragment.html;
        html.attribute("href", &format!("#fn:{number}"));
        html.attribute("id", &id);
        html.literal(">");
        html.number(number as u64);
        html.literal("</a></sup>");
    }

    /// Begins a definition; `false` if nothing refers to it, so that it is to be left out.
    pub(super) fn start(
        &mut self,
        label: &str,
        source: &str,
        range: &Range<usize>,
        out: &mut Sink<'_, '_>,
    ) -> bool {
        let key = label.to_lowercase();
        let referenced = self.referenced.get_or_insert_with(|| references(source));
        if !referenced.contains(&key) {
            let message = format!("nothing refers to the footnote `[^{label}]`");
            let help = "refer to it in the text or remove it; it is left out of the page";
            out.report(range, Diagnostic::new(Code::Footnote, message).help(help));
            return false;
        }
        self.open.push((key, std::mem::take(&mut out.fragment)));
        true
    }

    /// Ends a definition; the first of a label counts.
    pub(super) fn end(&mut self, out: &mut Sink<'_, '_>) {
        let Some((key, outer)) = self.open.pop() else {
            return never!("a footnote ends that did not begin");
        };
        let content = std::mem::replace(&mut out.fragment, outer);
        self.all.entry(key).or_default().content.get_or_insert(content);
    }

    /// Writes the footnotes in the order in which the text refers to them. Gives the ids that they have.
    pub(super) fn finish(mut self, out: &mut Sink<'_, '_>) -> Vec<Box<str>> {
        let mut ids = Vec::new();
        if self.order.is_empty() {
            return ids;
        }
        out.push("<section class=\"footnotes\">\n<ol>\n");
        for (number, key) in (1..).zip(&self.order) {
            let Some(footnote) = self.all.remove(key) else {
                never!("no footnote `{key}`, which has a number");
                continue;
            };
            let id = format!("fn:{number}");
            out.push("<li");
            out.fragment.html.attribute("id", &id);
            out.push(">");
            // Its definition may stand within one that is left out.
            let mut content = footnote.content.unwrap_or_default();
            let paragraph = content.html.ends_with("</p>\n");
            if paragraph {
                content.html.truncate(content.html.len() - "</p>\n".len());
            }
            out.fragment.append(content);
            out.push(if paragraph { "" } else { "<p>" });
            for nth in 1..=footnote.references {
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
}

/// The labels that are referred to, in lower case; too many rather than too few.
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
