//! HTML that the author wrote.

use std::ops::Range;

use super::fragment::Special;
use super::options::RawHtml;
use super::sanitise::{Clean, sanitise};
use super::sink::Sink;
use super::tag::raw_ids;
use crate::diagnostic::{Code, Diagnostic};
use crate::html::{Html, Tag, TooMuch, is_html, keeps_attribute, keeps_element, tags};
use crate::never::slice;

/// How many of the attributes of a tag a finding names.
const MOST_SHOWN: usize = 4;

/// The elements that are taken out with all that is in them.
const OPAQUE: [&str; 5] = ["math", "script", "style", "svg", "template"];

/// HTML as it is gathered from lines, before some of which marks of Markdown stand.
#[derive(Default)]
pub(super) struct Written {
    html: String,
    /// Where each line begins: in the HTML and in the text of the document.
    lines: Vec<(usize, usize)>,
}

impl Written {
    /// A single tag.
    pub(super) fn tag(html: &str, range: &Range<usize>) -> Written {
        let mut written = Written::default();
        written.add(html, range);
        written
    }

    /// Adds a line.
    pub(super) fn add(&mut self, html: &str, range: &Range<usize>) {
        self.lines.push((self.html.len(), range.start));
        self.html.push_str(html);
    }

    /// Leaves out white space at the end.
    pub(super) fn trim_end(&mut self) {
        self.html.truncate(self.html.trim_end().len());
    }

    /// Whether it begins with a tag that no HTML has, so that it is a paragraph.
    pub(super) fn begins_as_text(&self) -> bool {
        let html = self.html.trim_start();
        tags(html).next().is_some_and(|tag| tag.range.start == 0 && is_text(&tag))
    }

    /// Its tags.
    pub(super) fn tags(&self) -> impl Iterator<Item = Tag<'_>> {
        tags(&self.html)
    }

    /// A range of the HTML in the text of the document.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| {
            let line = self.lines.partition_point(|(html, _)| *html <= byte).saturating_sub(1);
            self.lines.get(line).map_or(0, |(html, source)| source + (byte - html))
        };
        at(range.start)..at(range.end)
    }
}

/// Whether a tag is none that HTML has: a word in angle brackets.
fn is_text(tag: &Tag<'_>) -> bool {
    tag.ends && !tag.name.is_empty() && !is_html(&tag.name)
}

/// The author's own HTML in a document.
#[derive(Default)]
pub(super) struct Raw {
    /// Where the first stands that has to be cleaned.
    first: Option<Range<usize>>,
    /// The ids of what is trusted.
    ids: Vec<Box<str>>,
    /// The element that is taken out and open: of others in it nothing more is said. One of [`OPAQUE`] is open until it
    /// ends, any other until the block does at most.
    taken_out: Option<String>,
}

impl Raw {
    /// Writes HTML as the author's site wants it.
    pub(super) fn write(&mut self, written: &Written, out: &mut Sink<'_, '_>) {
        let html = &written.html;
        match out.options.raw_html {
            RawHtml::Escape => out.fragment.html.text(html),
            RawHtml::Sanitise => self.sift(written, out),
            RawHtml::Trust => {
                self.ids.extend(raw_ids(html));
                out.fragment.html.append(Html::trusted(html).whole());
            }
        }
    }

    /// Notes that the block ends.
    pub(super) fn end_block(&mut self) {
        if !self.is_opaque() {
            self.taken_out = None;
        }
    }

    /// Whether what stands here is taken out as a whole.
    fn is_opaque(&self) -> bool {
        self.taken_out.as_deref().is_some_and(|name| OPAQUE.contains(&name))
    }

    /// Leaves to the cleaner what is HTML, and writes the rest: what is text, and frames that the site lets through. Says
    /// what the cleaner will take out.
    fn sift(&mut self, written: &Written, out: &mut Sink<'_, '_>) {
        let mut from = 0;
        for tag in tags(&written.html) {
            if is_text(&tag) && !self.is_opaque() {
                self.leave(written, from..tag.range.start, out);
                let source = written.source(&tag.range);
                let text = slice(&written.html, tag.range.clone());
                if !tag.closes {
                    out.report(&source, no_html(text));
                }
                out.text(text, source);
                from = tag.range.end;
            } else if let Some(frame) = frame(&tag, written, out) {
                self.leave(written, from..tag.range.start, out);
                out.special(Special::Finished, |out| out.append(frame.whole()));
                from = tag.content.end;
            } else {
                self.judge(&tag, written, out);
            }
        }
        self.leave(written, from..written.html.len(), out);
    }

    /// Leaves a range to the cleaner.
    fn leave(&mut self, written: &Written, range: Range<usize>, out: &mut Sink<'_, '_>) {
        if !range.is_empty() {
            self.first.get_or_insert_with(|| written.source(&range));
            let html = slice(&written.html, range);
            out.special(Special::Raw, |out| out.text(html));
        }
    }

    /// Reports what the cleaner will take out of a tag, or with it.
    fn judge(&mut self, tag: &Tag<'_>, written: &Written, out: &mut Sink<'_, '_>) {
        let name = tag.name.as_str();
        if !tag.ends {
            let start = tag.range.start;
            let begin = slice(&written.html, tag.range.clone());
            let begin = if begin.starts_with("<!--") {
                "<!--"
            } else {
                slice(begin, 0..begin.len().min(1 + name.len().max(1)))
            };
            let place = written.source(&(start..start + begin.len()));
            return out.report(&place, unended(begin));
        }
        if tag.closes {
            self.taken_out.take_if(|open| open == name);
            return;
        }
        if self.is_opaque() {
            return;
        }
        let start = tag.range.start;
        let place = written.source(&(start..(start + 1 + name.len().max(1)).min(tag.range.end)));
        if !keeps_element(name) {
            if self.taken_out.is_none() {
                out.report(&place, taken_out(tag, out.options.embeds.origin(tag)));
                self.taken_out = Some(name.to_owned());
            }
            return;
        }
        let lost: Vec<String> = tag
            .attributes()
            .filter(|(attribute, value)| !keeps_attribute(name, attribute, value))
            .map(|(attribute, _)| attribute)
            .collect();
        if !lost.is_empty() {
            out.report(&place, loses(name, &lost));
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

/// What stands for a frame that the site lets through, if the tag is of one.
fn frame(tag: &Tag<'_>, written: &Written, out: &mut Sink<'_, '_>) -> Option<Html> {
    if tag.name != "iframe" || tag.closes || tag.attribute("srcdoc").is_some() {
        return None;
    }
    let frame = out.options.embeds.admit(&tag.attribute("src")?)?;
    let title = tag.attribute("title").filter(|title| !title.trim().is_empty());
    if title.is_none() {
        let start = tag.range.start;
        out.report(
            &written.source(&(start..start + "<iframe".len())),
            Diagnostic::new(Code::UntitledFrame, "a frame has no `title`")
                .label("nobody who does not see it learns what it shows")
                .help("say what it shows, as in `title=\"Exports by year, a chart\"`"),
        );
    }
    let size =
        |name| tag.attribute(name).and_then(|size| size.trim().trim_end_matches("px").parse().ok());
    let fullscreen = tag.attribute("allowfullscreen").is_some();
    Some(Html::frame(&frame, title.as_deref(), [size("width"), size("height")], fullscreen))
}

/// The finding on a tag that no HTML has.
fn no_html(tag: &str) -> Diagnostic {
    let shown = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    Diagnostic::new(Code::NoHtml, format!("`{shown}` is no HTML, and is shown as text"))
        .help("write `\\<` where an angle bracket is meant, or HTML that there is")
}

/// The finding on a tag or a comment that does not end.
fn unended(begin: &str) -> Diagnostic {
    let end = if begin == "<!--" { "-->" } else { ">" };
    Diagnostic::new(Code::HtmlTakenOut, format!("what follows `{begin}` is taken out of the page"))
        .label(format!("no `{end}` ends it"))
        .help(format!("close it with `{end}`, or write `\\<` where an angle bracket is meant"))
}

/// The finding on an element that is taken out. `origin` is where a frame is from.
fn taken_out(tag: &Tag<'_>, origin: Option<String>) -> Diagnostic {
    let name = tag.name.as_str();
    if name.is_empty() {
        return Diagnostic::new(Code::HtmlTakenOut, "`<?…>` and `<!…>` are taken out of the page")
            .help("remove it, or write `\\<` where an angle bracket is meant");
    }
    let embeds = origin.map(|origin| {
        format!(
            "link to what it shows; or let frames from there through: in site.toml, below `[markdown]`, write `embeds = \
             [\"{origin}\"]`"
        )
    });
    let help = embeds.unwrap_or_else(|| advice_on_element(name).to_owned());
    let label = if OPAQUE.contains(&name) { "with all that is in it" } else { "" };
    let message = format!("`<{name}>` is taken out of the page");
    Diagnostic::new(Code::HtmlTakenOut, message).label(label).help(help)
}

/// What to write in the place of an element.
fn advice_on_element(name: &str) -> &'static str {
    match name {
        "iframe" | "frame" | "frameset" => {
            "link to what it shows, as in `[The map](https://maps.example/)`"
        }
        "script" | "noscript" | "template" | "canvas" | "slot" => {
            "scripts stand in templates only; show a chart as an image, or in a frame that `[markdown] embeds` lets through"
        }
        "style" | "link" => "say in `static/theme/style.css` what pages look like",
        "video" | "audio" | "source" | "track" | "object" | "embed" | "applet" | "param" => {
            "link to the file, as in `[The speech, 3 minutes](speech.mp4)`"
        }
        "svg" => {
            "save it beside the document, and show it as an image: `![What it shows](chart.svg)`"
        }
        "picture" => "write the image alone: `![What it shows](photo.jpg)`",
        "math" => "write the formula in LaTeX between `$`",
        "form" | "input" | "button" | "select" | "option" | "optgroup" | "textarea" | "label"
        | "fieldset" | "legend" | "datalist" | "output" | "meter" | "progress" => {
            "forms stand in templates only; write `- [ ]` for an item of a list to tick off"
        }
        "html" | "head" | "body" | "meta" | "base" | "title" | "main" => {
            "remove it: a document is what stands between the header and the footer of a page"
        }
        "font" | "big" | "basefont" | "blink" | "marquee" | "nobr" => {
            "write `*…*` or `**…**`, or a `<span>` with a `class` of your style sheet"
        }
        _ => {
            "write in Markdown what it is to show; `[markdown] raw_html = \"trust\"` keeps all HTML where every author is trusted"
        }
    }
}

/// The finding on attributes that are taken out.
fn loses(element: &str, attributes: &[String]) -> Diagnostic {
    let mut shown: Vec<String> =
        attributes.iter().take(MOST_SHOWN).map(|name| format!("`{name}`")).collect();
    if let Some(more @ 1..) = attributes.len().checked_sub(MOST_SHOWN) {
        shown.push(format!("and {more} more"));
    }
    let message = format!("`<{element}>` loses {} on the page", shown.join(", "));
    let help = match attributes.first().map_or("", String::as_str) {
        "style" | "align" | "bgcolor" | "color" | "border" => {
            "give it a `class`, and say in `static/theme/style.css` what that looks like"
        }
        "href" | "src" | "cite" => {
            "an address is one below the site, or begins with `https:`, `http:`, `mailto:`, `tel:` or `ftp:`"
        }
        "id" => {
            "write another: ids that begin with `chancery-`, `source:` or `cite:` are those of the page itself"
        }
        name if name.starts_with("on") => "remove it: scripts stand in templates only",
        _ => "remove it: a page does without",
    };
    Diagnostic::new(Code::HtmlTakenOut, message).help(help)
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
