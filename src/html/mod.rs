//! The gate for HTML: what stands in a page as it is was made here, and the type says so.
//!
//! [`Html`] can be made by its own writer, which escapes all that is not a literal of the program, by that of JSON
//! ([`Html::json`]), by the cleaner ([`Html::cleaned`]), for frames of origins that the site names ([`Html::frame`]), and by [`Html::trusted`], which only `raw_html = "trust"` calls. [`Plain`] is text that
//! needs no escape. Everything else is text, and is escaped where it is written.

mod clean;
mod elements;
mod embeds;
mod json;
mod tags;

use std::fmt::{self, Write as _};
use std::ops::{Deref, Range};

use crate::never::slice;

pub(crate) use clean::{SCHEMES, THEME_IDS, TooMuch, keeps_attribute, keeps_element};
pub(crate) use elements::is_html;
pub(crate) use embeds::Embeds;
pub(crate) use tags::{Tag, tags};

/// HTML that may stand in a page as it is. It is read as text, but no text becomes HTML without an escape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

/// A part of [`Html`], cut by the program between what it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'h>(&'h str);

/// Text in which nothing has to be escaped, neither between tags nor in a quoted attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain<'t>(&'t str);

/// Plain texts, one after the other.
#[derive(Debug, Default)]
pub(crate) struct PlainTexts(String);

impl Html {
    /// Nothing, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Html {
        Html(String::with_capacity(bytes))
    }

    /// What the program says itself.
    pub fn of(literal: &'static str) -> Html {
        Html(literal.to_owned())
    }

    /// HTML as its author wrote it: for `raw_html = "trust"`, and for nothing else.
    pub fn trusted(written: &str) -> Html {
        Html(written.to_owned())
    }

    /// Writes HTML at the end of a page, of which it becomes a part.
    pub fn on_page(page: &mut String, write: impl FnOnce(&mut Html)) {
        let mut html = Html(std::mem::take(page));
        write(&mut html);
        *page = html.0;
    }

    /// Adds what the program says itself.
    #[inline]
    pub fn literal(&mut self, literal: &'static str) {
        self.0.push_str(literal);
    }

    /// Adds text between tags.
    pub fn text(&mut self, text: &str) {
        // Most text has nothing to escape, which is seen many bytes at a time.
        if !text.bytes().fold(false, |found, byte| found | escaped(byte).is_some()) {
            return self.0.push_str(text);
        }
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            if let Some(written) = escaped(byte) {
                self.0.push_str(slice(text, from..at));
                self.0.push_str(written);
                from = at + 1;
            }
        }
        self.0.push_str(slice(text, from..));
    }

    /// Adds an attribute to a tag that is open.
    pub fn attribute(&mut self, name: &'static str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        for (n, part) in value.split('"').enumerate() {
            if n > 0 {
                self.0.push_str("&quot;");
            }
            self.text(part);
        }
        self.0.push('"');
    }

    /// Adds text where an attribute in quotes is open, or between tags: escaped as templates do.
    pub fn quoted(&mut self, text: &str) {
        specialiser::escape(&mut self.0, text);
    }

    /// Adds a number.
    pub fn number(&mut self, number: impl Into<u64>) {
        self.0.push_str(itoa::Buffer::new().format(number.into()));
    }

    /// Adds a part of other HTML.
    #[inline]
    pub fn append(&mut self, part: Part<'_>) {
        self.0.push_str(part.0);
    }

    /// The whole of it.
    #[inline]
    pub fn whole(&self) -> Part<'_> {
        Part(&self.0)
    }

    /// A part of it.
    pub fn part(&self, range: Range<usize>) -> Part<'_> {
        self.whole().part(range)
    }

    /// Puts HTML in the place of a range.
    pub fn put(&mut self, range: Range<usize>, with: Part<'_>) {
        self.0.replace_range(range, with.0);
    }

    /// Cuts off what stands behind a byte.
    pub fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Cuts off what stands behind a byte, and gives it.
    pub fn split_off(&mut self, at: usize) -> Html {
        Html(self.0.split_off(at))
    }

    /// Gives back the memory that it has no use for.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }
}

impl Deref for Html {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'h> Part<'h> {
    /// Its bytes.
    #[inline]
    pub fn as_str(self) -> &'h str {
        self.0
    }

    /// A part of it.
    pub fn part(self, range: Range<usize>) -> Part<'h> {
        Part(slice(self.0, range))
    }

    /// What stands before a byte, and what from there on.
    pub fn split_at(self, at: usize) -> (Part<'h>, Part<'h>) {
        let (before, after) = self.0.split_at_checked(at).unwrap_or((self.0, ""));
        (Part(before), Part(after))
    }

    /// The part as HTML of its own.
    pub fn to_html(self) -> Html {
        Html(self.0.to_owned())
    }
}

impl Deref for Part<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl<'t> Plain<'t> {
    /// The text, if nothing in it has to be escaped.
    #[inline]
    pub fn of(text: &'t str) -> Option<Plain<'t>> {
        is_plain(text).then_some(Plain(text))
    }

    /// Its bytes.
    #[inline]
    pub fn as_str(self) -> &'t str {
        self.0
    }

    /// A part of it, which is plain as well.
    pub fn part(self, range: Range<usize>) -> Plain<'t> {
        Plain(slice(self.0, range))
    }
}

impl Plain<'static> {
    /// A word of the program, which has nothing to escape.
    pub const fn word(word: &'static str) -> Plain<'static> {
        Plain(word)
    }
}

impl PlainTexts {
    /// Adds a text, if nothing in it has to be escaped; where it stands.
    pub(crate) fn add(&mut self, text: &str) -> Option<Range<usize>> {
        is_plain(text).then(|| {
            let start = self.0.len();
            self.0.push_str(text);
            start..self.0.len()
        })
    }

    /// Adds a path of a link. What would have to be escaped is percent-encoded.
    pub(crate) fn add_path(&mut self, path: &str) -> Range<usize> {
        self.add(path).unwrap_or_else(|| {
            let start = self.0.len();
            for char in path.chars() {
                match u8::try_from(char) {
                    Ok(byte) if is_special(byte) => {
                        // A text takes all that is written.
                        let _ = write!(self.0, "%{byte:02X}");
                    }
                    _ => self.0.push(char),
                }
            }
            start..self.0.len()
        })
    }

    /// The text that stands somewhere.
    #[inline]
    pub(crate) fn at(&self, range: Range<usize>) -> Plain<'_> {
        Plain(slice(&self.0, range))
    }

    /// Gives back the memory that they have no use for.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }
}

/// How a byte of text is written between tags, when not as itself. NUL is not allowed in HTML at all.
#[inline]
fn escaped(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\0' => Some("\u{FFFD}"),
        _ => None,
    }
}

/// The length of text once it is written between tags.
pub(crate) fn escaped_len(text: &str) -> usize {
    text.bytes().map(|byte| escaped(byte).map_or(1, str::len)).sum()
}

/// Undoes the escapes that the writer and the cleaner write.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{A0}")
        .replace("&amp;", "&")
}

/// Where the first byte of a kind stands. Most texts have none of those that are looked for, which is seen many
/// bytes at a time.
#[inline]
pub(crate) fn first(text: &str, is: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut before = 0;
    for part in bytes.chunks(64) {
        if part.iter().fold(false, |found, byte| found | is(*byte)) {
            return part.iter().position(|byte| is(*byte)).map(|at| before + at);
        }
        before += part.len();
    }
    None
}

/// Whether a template escapes a byte.
#[inline]
fn is_special(byte: u8) -> bool {
    specialiser::escaped(byte).is_some()
}

/// Whether text stands in HTML as it is.
fn is_plain(text: &str) -> bool {
    first(text, is_special).is_none()
}
