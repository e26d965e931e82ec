//! Reads the tags of HTML that an author wrote, as a browser does (HTML Standard, 13.2.5): for findings and for what
//! the program writes anew. What becomes of the rest is the cleaner's.

use std::ops::Range;

use super::unescape;

/// Elements whose content is no markup (HTML Standard, 13.1.2.1 and 15.3).
const TEXT: [&str; 8] =
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// A tag, or what a browser takes for a comment and no author writes as one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'h> {
    /// Where it stands in the HTML.
    pub(crate) range: Range<usize>,
    /// Its name in lower case; empty for `<?…>` and `<!…>`.
    pub(crate) name: String,
    /// Whether it is an end tag.
    pub(crate) closes: bool,
    /// What stands in it behind the name.
    attributes: &'h str,
    /// Whether it ends; if not, it has all that follows in it.
    pub(crate) ends: bool,
    /// What an element that holds text only holds.
    pub(crate) content: Range<usize>,
}

impl<'h> Tag<'h> {
    /// The attributes: each name in lower case, and the value.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (String, String)> + use<'h> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            // Without a name before it, an equals sign begins one.
            let first = rest.chars().next()?;
            let name_end = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '/' | '='))
                .map_or(rest.len(), |(at, _)| at)
                .max(first.len_utf8());
            let (name, behind) = rest.split_at_checked(name_end)?;
            let after = behind.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let Some(value) = after.strip_prefix('=') else {
                rest = behind;
                return Some((name.to_ascii_lowercase(), String::new()));
            };
            let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let (value, behind) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let value = value.get(1..).unwrap_or_default();
                    value.split_once(quote).unwrap_or((value, ""))
                }
                _ => value
                    .split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
            };
            rest = behind;
            Some((name.to_ascii_lowercase(), unescape(value)))
        })
    }

    /// The value of an attribute: that of the first with this name, as a browser has it.
    pub(crate) fn attribute(&self, wanted: &str) -> Option<String> {
        self.attributes().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }
}

/// The tags of HTML, from first to last; the last may be one that does not end, or a comment that does not.
pub(crate) fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + html.get(from..)?.find('<')?;
            let rest = html.get(start..)?;
            if rest.starts_with("<!--") {
                let Some(length) = comment(rest) else {
                    from = html.len();
                    return Some(unended(start..from, String::new()));
                };
                from = start + length;
                continue;
            }
            let (closes, name) =
                rest.strip_prefix("</").map_or((false, rest.get(1..)?), |name| (true, name));
            if !name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '?' | '!')) {
                from = start + 1;
                continue;
            }
            let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic());
            let length = if is_tag { end(rest) } else { rest.find('>').map(|at| at + 1) };
            let Some(length) = length else {
                from = html.len();
                let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
                let name = name.get(..end).unwrap_or_default().to_ascii_lowercase();
                return Some(unended(start..from, name));
            };
            let end = start + length;
            from = end;
            let inside = html.get(start + 1 + usize::from(closes)..end - 1)?;
            let name_end =
                inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
            let (name, attributes) = inside.split_at(name_end);
            let name = if is_tag { name.to_ascii_lowercase() } else { String::new() };
            let mut content = end..end;
            if !closes && TEXT.contains(&name.as_str()) {
                content.end = end + closing(html.get(end..)?, &name);
                from = content.end;
            }
            return Some(Tag { range: start..end, name, closes, attributes, ends: true, content });
        }
    })
}

/// A tag, or a comment, that does not end.
fn unended(range: Range<usize>, name: String) -> Tag<'static> {
    let content = range.end..range.end;
    Tag { range, name, closes: false, attributes: "", ends: false, content }
}

/// The length of the comment that a text starts with, if it ends (HTML Standard, 13.2.5.43 and what follows).
fn comment(text: &str) -> Option<usize> {
    if let Some(short) = ["<!-->", "<!--->"].iter().find(|short| text.starts_with(**short)) {
        return Some(short.len());
    }
    let ends = ["-->", "--!>"].map(|end| text.find(end).map(|at| at + end.len()));
    ends.into_iter().flatten().min()
}

/// The length of the tag that a text starts with, if it ends.
fn end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut equals = false;
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return Some(at + 1),
            // Elsewhere a quotation mark belongs to a name.
            None if equals && matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None => {}
        }
        equals = quote.is_none() && (byte == b'=' || (equals && byte.is_ascii_whitespace()));
    }
    None
}

/// Where the end tag begins that a text holds, or the text ends.
fn closing(text: &str, name: &str) -> usize {
    text.match_indices("</")
        .map(|(at, _)| at)
        .find(|at| {
            let rest = text.as_bytes().get(at + 2..).unwrap_or_default();
            rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
                && rest
                    .get(name.len())
                    .is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>'))
        })
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_those_of_a_browser() {
        for (html, expected) in [
            ("<B>x</b >", "b /b"),
            ("a < b, 3<4 & <5%", ""),
            ("<!-- <i> --><u>", "u"),
            ("<!--><i>", "i"),
            ("<?php <i> ?>", ""),
            ("<!DOCTYPE html>", ""),
            ("<a href='x>y' title=\"<i>\">", "a[href=x>y,title=<i>]"),
            ("<img src=a.png alt = x checked/>", "img[src=a.png,alt=x,checked=]"),
            ("<script>if (a<b) '<i>'</script><u>", "script /script u"),
            ("<style><b></styles></STYLE>", "style /style"),
            ("<Annex A>", "annex[a=]"),
            ("<div title=\"", ""),
            ("<a title=\"x\" = b>", "a[title=x,==,b=]"),
            ("<a x=&amp;lt;>", "a[x=&lt;]"),
        ] {
            let shown: Vec<String> = tags(html)
                .filter(|tag| !tag.name.is_empty() && tag.ends)
                .map(|tag| {
                    let attributes: Vec<_> =
                        tag.attributes().map(|(name, value)| format!("{name}={value}")).collect();
                    let attributes = if attributes.is_empty() {
                        String::new()
                    } else {
                        format!("[{}]", attributes.join(","))
                    };
                    format!("{}{}{attributes}", if tag.closes { "/" } else { "" }, tag.name)
                })
                .collect();
            assert_eq!(shown.join(" "), expected, "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in "(?s)([<>/!?='\" a-c]|--|script|é){0,40}") {
            let mut from = 0;
            for tag in tags(&html) {
                prop_assert!(tag.range.start >= from && tag.range.end <= html.len());
                from = tag.range.end;
                prop_assert!(html.get(tag.content.clone()).is_some());
                tag.attributes().for_each(drop);
            }
        }
    }
}
