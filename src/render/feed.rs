//! Atom feeds (RFC 4287), sitemaps (sitemaps.org) and the small files that hosts read.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::html::{Embeds, Html, first};
use crate::markdown::{attribute_range, tag_end};

/// A full address: the site's own, and an encoded path below it.
pub(super) struct FullUrl<'a>(pub &'a str, pub Cow<'a, str>);

/// One entry of a feed.
pub(super) struct FeedEntry<'a, C> {
    /// The brief's title.
    pub title: &'a str,
    /// Its address, which is its id too.
    pub url: FullUrl<'a>,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Who wrote it.
    pub authors: &'a [String],
    /// Its summary as plain text.
    pub summary: Option<Cow<'a, str>>,
    /// Its text as HTML with full addresses.
    pub content: Option<Html>,
    /// Its topics.
    pub categories: C,
}

/// A feed.
pub(super) struct Feed<'a> {
    /// Its title.
    pub title: String,
    /// What it is about.
    pub subtitle: Option<&'a str>,
    /// Its own full address.
    pub url: String,
    /// The full address of the page it belongs to.
    pub page: String,
    /// The author of entries that name none.
    pub author: &'a str,
    /// The language.
    pub language: &'a str,
    /// When an entry last changed, so that the same briefs give the same bytes.
    pub updated: Timestamp,
}

/// The text of a document as an entry has it, beside those of other documents: links to places in it lead to its page, of
/// which `base` and `path` are the address, and it has no ids, which would repeat.
pub(super) fn detached(html: &Html, FullUrl(base, path): &FullUrl<'_>) -> Html {
    let mut out = Html::with_capacity(html.len());
    let mut rest = html.whole();
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.append(text);
        let (tag, after) = tag.split_at(tag_end(&tag));
        rest = after;
        let id = attribute_range(&tag, "id").map(|value| {
            let start = value.start - "id=\"".len();
            (tag.get(..start).map_or(start, |before| before.trim_end().len()), value.end + 1)
        });
        let (before, behind) = match id {
            Some((start, end)) => (tag.part(0..start), tag.part(end..tag.len())),
            None => (tag, tag.part(tag.len()..tag.len())),
        };
        for part in [before, behind] {
            let place = attribute_range(&part, "href").filter(|href| {
                part.get(href.clone()).is_some_and(|address| address.starts_with('#'))
            });
            let at = place.map_or(part.len(), |href| href.start);
            out.append(part.part(0..at));
            if at < part.len() {
                out.quoted(base);
                out.quoted(path);
            }
            out.append(part.part(at..part.len()));
        }
    }
    out.append(rest);
    out
}

/// Text as XML: escaped, and without the characters that XML 1.0 forbids.
fn text(out: &mut String, text: &str) {
    // The characters of which some are forbidden begin with one of two bytes; most text has neither.
    let special =
        |byte: u8| byte < b' ' || matches!(byte, b'&' | b'<' | b'>' | b'"' | 0x7f | 0xc2 | 0xef);
    let mut rest = text;
    while let Some(at) = first(rest, special) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut chars = from.chars();
        match chars.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            Some(c @ ('\t' | '\n' | '\r')) => out.push(c),
            Some('\0'..' ' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') | None => {}
            Some(c) => out.push(c),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

fn element(out: &mut String, name: &str, content: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    text(out, content);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

/// A moment, as RFC 3339 writes it.
fn moment(out: &mut String, name: &str, moment: Timestamp) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    let time = Offset::UTC.to_datetime(moment);
    match u8::try_from(time.year() / 100) {
        // As good as all: there are thousands of them in feeds.
        Ok(century) if time.year() >= 0 && time.subsec_nanosecond() == 0 => {
            let mut digits = *b"0000-00-00T00:00:00Z";
            let year = (time.year() % 100).unsigned_abs() as u8;
            let [month, day] = [time.month(), time.day()].map(i8::unsigned_abs);
            let [hour, minute, second] =
                [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
            let places = [0, 2, 5, 8, 11, 14, 17];
            let numbers = [century, year, month, day, hour, minute, second];
            for (place, number) in places.into_iter().zip(numbers) {
                if let Some([ten, one]) = digits.get_mut(place..place + 2) {
                    *ten += number / 10;
                    *one += number % 10;
                }
            }
            out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
        }
        _ => {
            let _ = write!(out, "{moment}");
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

impl<'a, C: Iterator<Item = &'a str>> FeedEntry<'a, C> {
    /// Writes the entry as XML.
    pub(super) fn write(self, out: &mut String) {
        let FullUrl(base, path) = &self.url;
        out.push_str("<entry>\n");
        element(out, "title", self.title);
        out.push_str("<link href=\"");
        let url = out.len();
        text(out, base);
        // Nothing that is encoded has to be escaped.
        out.push_str(path);
        let url = url..out.len();
        out.push_str("\"/>\n<id>");
        out.extend_from_within(url);
        out.push_str("</id>\n");
        moment(out, "published", self.published);
        moment(out, "updated", self.updated);
        for author in self.authors {
            out.push_str("<author>");
            element(out, "name", author);
            out.push_str("</author>\n");
        }
        for category in self.categories {
            out.push_str("<category term=\"");
            text(out, category);
            out.push_str("\"/>\n");
        }
        if let Some(summary) = &self.summary {
            element(out, "summary", summary);
        }
        if let Some(content) = &self.content {
            out.push_str("<content type=\"html\">");
            text(out, content);
            out.push_str("</content>\n");
        }
        out.push_str("</entry>\n");
    }
}

impl Feed<'_> {
    /// Writes the feed as XML; `entries` writes its entries, the newest first.
    pub(super) fn write(&self, out: &mut String, entries: impl FnOnce(&mut String)) {
        out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
        text(out, self.language);
        out.push_str("\">\n");
        element(out, "title", &self.title);
        if let Some(subtitle) = self.subtitle {
            element(out, "subtitle", subtitle);
        }
        for (url, rel) in [(&self.url, "self"), (&self.page, "alternate")] {
            out.push_str("<link rel=\"");
            out.push_str(rel);
            out.push_str("\" href=\"");
            text(out, url);
            out.push_str("\"/>\n");
        }
        element(out, "id", &self.url);
        moment(out, "updated", self.updated);
        out.push_str("<author>");
        element(out, "name", self.author);
        out.push_str("</author>\n");
        entries(out);
        out.push_str("</feed>\n");
    }
}

/// A sitemap of full addresses with the day each last changed, where known.
pub(super) fn sitemap(addresses: impl Iterator<Item = (String, Option<String>)>, out: &mut String) {
    out.push_str(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (address, day) in addresses {
        out.push_str("<url><loc>");
        text(out, &address);
        out.push_str("</loc>");
        if let Some(day) = day {
            out.push_str("<lastmod>");
            out.push_str(&day);
            out.push_str("</lastmod>");
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
}

/// The index of several sitemaps.
pub(super) fn sitemap_index(base: &str, parts: usize) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for part in 1..=parts {
        out.push_str("<sitemap><loc>");
        text(&mut out, base);
        let _ = writeln!(out, "sitemap-{part}.xml</loc></sitemap>");
    }
    out.push_str("</sitemapindex>\n");
    out
}

/// `_headers` (Netlify, Cloudflare Pages): files with a hash in their name never change, and frames are from where the
/// site lets them be from (CSP Level 3, `frame-src`).
pub(super) fn headers(base: &str, embeds: &Embeds) -> String {
    let mut out = format!(
        "{base}theme/*\n  Cache-Control: public, max-age=31536000, immutable\n\n{base}*\n  \
         X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n"
    );
    if !embeds.is_empty() {
        out.push_str("  Content-Security-Policy: frame-src 'self'");
        for source in embeds.sources() {
            out.push(' ');
            out.push_str(source);
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    #[test]
    fn text_is_escaped_and_without_what_xml_forbids() {
        let mut out = String::new();
        super::text(&mut out, "a < b & \"c\" > d\n\u{1}\u{7f}\u{85}\u{fffe}« é\u{a0}ﬁ » 'e'");
        assert_eq!(out, "a &lt; b &amp; &quot;c&quot; &gt; d\n« é\u{a0}ﬁ » 'e'");
    }

    #[test]
    fn a_text_in_a_feed_leads_to_its_page_and_has_no_ids() {
        let url = super::FullUrl("https://x.example/", "briefs/a/".into());
        let page = "https://x.example/briefs/a/";
        for (written, expected) in [
            ("<h2 id=\"a\" class=\"b\">x</h2>", "<h2 class=\"b\">x</h2>".to_owned()),
            (
                "a<sup><a href=\"#fn--1\" id=\"fnref--1\">1</a></sup> &lt; id=\"x\"",
                format!("a<sup><a href=\"{page}#fn--1\">1</a></sup> &lt; id=\"x\""),
            ),
            ("<li\n  id=\"fn--1\">", "<li>".to_owned()),
            ("<a id=\"x\" href=\"#y\">z</a>", format!("<a href=\"{page}#y\">z</a>")),
            (
                "<a href=\"https://y.example/#z\" data-id=\"z\">",
                "<a href=\"https://y.example/#z\" data-id=\"z\">".to_owned(),
            ),
        ] {
            let html = crate::html::Html::trusted(written);
            assert_eq!(*super::detached(&html, &url), *expected, "{written}");
        }
    }

    proptest! {
        #[test]
        fn moments_are_written_as_rfc_3339_has_them(
            second in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(),
            nanosecond in prop_oneof![Just(0), 0..999_999_999_i32],
        ) {
            let Ok(moment) = Timestamp::new(second, nanosecond) else { return Ok(()) };
            let mut out = String::new();
            super::moment(&mut out, "updated", moment);
            prop_assert_eq!(out, format!("<updated>{moment}</updated>\n"));
        }
    }
}
