//! HTML that the author wrote.

use std::ops::Range;

use super::fragment::Special;
use super::options::RawHtml;
use super::sanitise::{Clean, sanitise};
use super::sink::Sink;
use super::tag::raw_ids;
use crate::diagnostic::{Code, Diagnostic};
use crate::html::{Html, TooMuch};

/// The author's own HTML in a document.
#[derive(Default)]
pub(super) struct Raw {
    /// Where the first stands that has to be cleaned.
    first: Option<Range<usize>>,
    /// The ids of what is trusted.
    ids: Vec<Box<str>>,
}

impl Raw {
    /// Writes HTML as the author's site wants it.
    pub(super) fn write(&mut self, html: &str, range: Range<usize>, out: &mut Sink<'_, '_>) {
        match out.options.raw_html {
            RawHtml::Escape => out.fragment.html.text(html),
            RawHtml::Sanitise => {
                self.first.get_or_insert(range);
                out.special(Special::Raw, |out| out.text(html));
            }
            RawHtml::Trust => {
                self.ids.extend(raw_ids(html));
                out.fragment.html.append(Html::trusted(html).whole());
            }
        }
    }

    /// The document cleaned, if anything in it is to be, and the ids of what the author wrote; nothing if cleaning would
    /// take too long, which is reported.
    pub(super) fn finish(self, source: &str, out: &mut Sink<'_, '_>) -> Option<Clean> {
        let fragment = std::mem::take(&mut out.fragment);
        let Some(first) = self.first else {
            return Some(Clean { fragment, ids: self.ids });
        };
        let position = out.position;
        let span_of = |destination: &str| {
            let found = source.get(first.start..).and_then(|rest| rest.find(destination));
            let start = found.map(|at| at + first.start);
            position.span(&start.map_or(first.clone(), |at| at..at + destination.len()))
        };
        match sanitise(fragment, source, &mut out.targets, &out.options.site, &span_of) {
            Ok(clean) => Some(clean),
            Err(why) => {
                out.report(&first, too_much(why));
                None
            }
        }
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
