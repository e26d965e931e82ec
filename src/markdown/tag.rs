//! Reads tags: where they end, and their attributes. The HTML is the renderer's or the cleaner's, or what an author
//! wrote as far as that is in double quotes.

use std::ops::Range;

use crate::html::unescape;
use crate::never::slice;

/// The length of the tag that a text starts with.
pub(crate) fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of what is left of a tag, from inside the quotes of an attribute on.
pub(super) fn tag_end_within(text: &str) -> usize {
    text.find('"')
        .map_or(text.len(), |quote| quote + 1 + tag_end(slice(text, quote + 1..text.len())))
}

/// Where the value of a tag's attribute stands in it.
pub(crate) fn attribute_range(tag: &str, name: &str) -> Option<Range<usize>> {
    let mut from = 0;
    loop {
        let rest = tag.get(from..)?;
        let start = rest.find("=\"")? + 2;
        let end = start + rest.get(start..)?.find('"')?;
        let before = rest.get(..start - 2)?;
        if before.rsplit([' ', '\n', '\t']).next() == Some(name) {
            return Some(from + start..from + end);
        }
        from += end + 1;
    }
}

/// The value of a tag's attribute, still escaped.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.get(attribute_range(tag, name)?)
}

/// Where links, images and media lead in HTML that stays as its author wrote it, as far as that is in double quotes.
pub(crate) fn raw_references(html: &str) -> impl Iterator<Item = String> + '_ {
    let values = |tag| ["src", "href", "poster", "data"].map(|name| attribute(tag, name));
    html.split('<').flat_map(values).flatten().map(unescape)
}

/// The ids in HTML that stays as its author wrote it, as far as they are in double quotes.
pub(super) fn raw_ids(html: &str) -> impl Iterator<Item = Box<str>> + '_ {
    html.split('<').flat_map(ids)
}

/// What a link may lead to by a tag: its id, and the name of an `a` (HTML, 16.2).
pub(super) fn ids(tag: &str) -> impl Iterator<Item = Box<str>> + '_ {
    let name = tag.trim_start_matches('<').strip_prefix(['a', 'A']);
    let name = name.filter(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace()));
    let id = attribute(tag, "id");
    let name = name.and_then(|_| attribute(tag, "name")).filter(|name| id != Some(*name));
    id.into_iter().chain(name).map(|id| unescape(id).into())
}
