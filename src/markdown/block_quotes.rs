//! Quotes, and the alerts that are written as such.

use std::ops::Range;

use pulldown_cmark::BlockQuoteKind;

use super::body::{Alert, Fill};
use super::sink::Sink;
use crate::diagnostic::{Code, Diagnostic};
use crate::never::slice;

/// A block quote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenQuote {
    /// Somebody else's words.
    Plain,
    /// What stands out from the text.
    Alert,
    /// The same, where a reader folds the text away.
    Folding,
}

/// The title of an alert that is read.
#[derive(Clone, Copy)]
struct Title {
    alert: Alert,
    /// Where the mark before it ends in the source.
    from: usize,
    /// Whether its paragraph has begun.
    open: bool,
}

/// The block quotes that are open.
#[derive(Default)]
pub(super) struct BlockQuotes {
    open: Vec<OpenQuote>,
    /// How many are somebody else's words.
    plain: usize,
    /// The title of the last, which is the first line of its first paragraph.
    title: Option<Title>,
}

impl BlockQuotes {
    /// Whether the text is quoted; that of an alert is the document's own.
    pub(super) fn is_open(&self) -> bool {
        self.plain > 0
    }

    /// Begins a quote or an alert, which stands in a range of the source.
    pub(super) fn start(
        &mut self,
        kind: Option<BlockQuoteKind>,
        source: &str,
        range: &Range<usize>,
        out: &mut Sink<'_, '_>,
    ) {
        if let Some(kind) = kind {
            let alert = match kind {
                BlockQuoteKind::Note => Alert::Note,
                BlockQuoteKind::Tip => Alert::Tip,
                BlockQuoteKind::Important => Alert::Important,
                BlockQuoteKind::Warning => Alert::Warning,
                BlockQuoteKind::Caution => Alert::Caution,
            };
            self.open.push(OpenQuote::Alert);
            if !out.inline {
                start_alert(alert, None, out);
                out.push("<p class=\"alert-title\">");
                out.fragment.hole(Fill::AlertTitle(alert));
                out.push("</p>\n");
            }
            return;
        }
        match mark(slice(source, range.clone())).filter(|_| !out.inline) {
            Some(AlertMark { alert: Some(alert), fold, behind, .. }) => {
                self.open.push(if fold.is_some() { OpenQuote::Folding } else { OpenQuote::Alert });
                start_alert(alert, fold, out);
                self.title = Some(Title { alert, from: range.start + behind, open: false });
            }
            found => {
                if let Some(AlertMark { word, begin, .. }) = found {
                    let start = range.start + begin;
                    let shown = format!("[!{word}]");
                    out.report(&(start..start + shown.len()), unknown(&shown));
                }
                self.open.push(OpenQuote::Plain);
                self.plain += 1;
                out.block_tag("<blockquote>\n");
            }
        }
    }

    /// Ends a quote or an alert.
    pub(super) fn end(&mut self, out: &mut Sink<'_, '_>) {
        match self.open.pop() {
            Some(OpenQuote::Alert) => out.block_tag("</div>\n"),
            Some(OpenQuote::Folding) => out.block_tag("</details>\n"),
            Some(OpenQuote::Plain) | None => {
                self.plain = self.plain.saturating_sub(1);
                out.block_tag("</blockquote>\n");
            }
        }
    }

    /// Where the title begins in the source that is read now: what stands before it is its mark.
    pub(super) fn title(&self) -> Option<usize> {
        self.title.filter(|title| title.open).map(|title| title.from)
    }

    /// Begins the first block of an alert; whether it is the title.
    pub(super) fn start_block(&mut self, paragraph: bool, out: &mut Sink<'_, '_>) -> bool {
        let Some(title) = &mut self.title else { return false };
        if title.open {
            return false;
        }
        title.open = true;
        self.title_tag("<p class=\"alert-title\">", "<summary class=\"alert-title\">", out);
        if !paragraph {
            // What a mark makes of its line, such as a heading, comes before the alert.
            self.end_title(true, out);
        }
        paragraph
    }

    /// Ends the title that is open; whether there was one. `empty` tells that nothing of it was written.
    pub(super) fn end_title(&mut self, empty: bool, out: &mut Sink<'_, '_>) -> bool {
        let Some(title) = self.title.take_if(|title| title.open) else { return false };
        if empty {
            out.fragment.hole(Fill::AlertTitle(title.alert));
        }
        self.title_tag("</p>\n", "</summary>\n", out);
        true
    }

    /// Writes a tag around the title.
    fn title_tag(&self, fixed: &'static str, folding: &'static str, out: &mut Sink<'_, '_>) {
        out.push(if self.open.last() == Some(&OpenQuote::Folding) { folding } else { fixed });
    }
}

/// Writes the start tag of an alert; `fold` tells whether it folds, and if so, whether it is open at first.
fn start_alert(alert: Alert, fold: Option<bool>, out: &mut Sink<'_, '_>) {
    out.push(if fold.is_some() { "<details" } else { "<div" });
    out.fragment.html.attribute("class", alert.class());
    out.push(match fold {
        None => " role=\"note\">",
        Some(true) => " open>",
        Some(false) => ">",
    });
}

/// The mark of an alert that a quote begins with, as in `> [!FAQ]- Title`.
struct AlertMark<'t> {
    /// The word in the brackets.
    word: &'t str,
    /// What it means.
    alert: Option<Alert>,
    /// Whether the alert folds, and if so, whether it is open at first.
    fold: Option<bool>,
    /// Where its bracket stands in the quote.
    begin: usize,
    /// Where it ends, and the title begins.
    behind: usize,
}

/// Reads the mark of an alert.
fn mark(quote: &str) -> Option<AlertMark<'_>> {
    let line = quote.lines().next()?;
    let begin = line.len() - line.strip_prefix('>')?.trim_start().len();
    let (inside, rest) = line.get(begin..)?.strip_prefix("[!")?.split_once(']')?;
    // Obsidian has a word of its own for what else a style sheet is to know.
    let word = inside.split('|').next()?;
    let named =
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let (fold, rest) = match rest.chars().next() {
        Some(fold @ ('+' | '-')) => (Some(fold == '+'), rest.get(1..)?),
        _ => (None, rest),
    };
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let behind = line.len() - rest.trim_start().len();
    (named && ends).then(|| AlertMark { word, alert: Alert::of(word), fold, begin, behind })
}

/// The finding on a mark of no alert.
fn unknown(mark: &str) -> Diagnostic {
    Diagnostic::new(Code::LeftoverMarkup, format!("`{mark}` is no kind of alert, and is shown as text"))
        .help("write one that there is, such as `[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!WARNING]`, `[!INFO]` or `[!QUESTION]`")
}
