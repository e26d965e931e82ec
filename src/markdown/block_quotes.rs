//! Quotes, and the alerts that are written as such.

use pulldown_cmark::BlockQuoteKind;

use super::body::{Alert, Fill};
use super::sink::Sink;

/// The block quotes that are open.
#[derive(Default)]
pub(super) struct BlockQuotes {
    /// Whether each is an alert.
    alerts: Vec<bool>,
    /// How many are none.
    quotes: usize,
}

impl BlockQuotes {
    /// Whether the text is quoted; that of an alert is the document's own.
    pub(super) fn is_open(&self) -> bool {
        self.quotes > 0
    }

    /// Begins a quote or an alert.
    pub(super) fn start(&mut self, kind: Option<BlockQuoteKind>, out: &mut Sink<'_, '_>) {
        self.alerts.push(kind.is_some());
        let Some(kind) = kind else {
            self.quotes += 1;
            return out.block_tag("<blockquote>\n");
        };
        let (alert, tag) = match kind {
            BlockQuoteKind::Note => (Alert::Note, "<div class=\"alert alert-note\" role=\"note\">"),
            BlockQuoteKind::Tip => (Alert::Tip, "<div class=\"alert alert-tip\" role=\"note\">"),
            BlockQuoteKind::Important => {
                (Alert::Important, "<div class=\"alert alert-important\" role=\"note\">")
            }
            BlockQuoteKind::Warning => {
                (Alert::Warning, "<div class=\"alert alert-warning\" role=\"note\">")
            }
            BlockQuoteKind::Caution => {
                (Alert::Caution, "<div class=\"alert alert-caution\" role=\"note\">")
            }
        };
        if !out.inline {
            out.push(tag);
            out.push("<p class=\"alert-title\">");
            out.fragment.hole(Fill::AlertTitle(alert));
            out.push("</p>\n");
        }
    }

    /// Ends a quote or an alert.
    pub(super) fn end(&mut self, out: &mut Sink<'_, '_>) {
        if self.alerts.pop() == Some(true) {
            out.block_tag("</div>\n");
        } else {
            self.quotes = self.quotes.saturating_sub(1);
            out.block_tag("</blockquote>\n");
        }
    }
}
