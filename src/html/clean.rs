//! Removes what is dangerous from HTML of a document, and closes what was left open.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use rustc_hash::FxHashMap;

use super::Html;

/// The schemes of links out of the site.
pub(crate) const SCHEMES: [&str; 5] = ["http", "https", "mailto", "tel", "ftp"];

/// How the ids of the theme's own elements begin. No element of a document has such an id.
pub(crate) const THEME_IDS: &str = "chancery-";
/// How ids begin that no document has: those of the theme, of sources and where they are cited.
const PAGE_IDS: [&str; 3] = [THEME_IDS, "source--", "cite-"];

/// The most elements that may be open at once. A parser goes through all of them at every tag.
const DEEPEST: usize = 64;
/// The most that may be open of those that end where the next one begins, and so are seldom closed.
const MOST_ITEMS: usize = 4096;
/// The most attributes of a tag. A parser compares each with all before it.
const MOST_ATTRIBUTES: usize = 128;
/// The longest tag, in bytes.
const LONGEST_TAG: usize = 16 * 1024;

/// Elements without an end tag (HTML Standard, 13.1.2).
const VOID: [&str; 15] = [
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
];
/// Elements whose end tag may be left out (HTML Standard, 13.1.2.4).
const ITEMS: [&str; 16] = [
    "caption", "colgroup", "dd", "dt", "li", "optgroup", "option", "p", "rp", "rt", "tbody", "td",
    "tfoot", "th", "thead", "tr",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .add_tags(["section", "tfoot"])
        .rm_tags(["map", "area"])
        .add_generic_attributes(["class", "id", "dir"])
        .add_tag_attributes("a", ["name", "role"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("div", ["role"])
        .add_tag_attributes("data", ["value"])
        .add_tag_attributes("img", ["loading"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("ol", ["reversed", "type"])
        .add_tag_attributes("pre", ["tabindex"])
        .add_tag_attributes("section", ["aria-label", "tabindex"])
        .add_tag_attributes("time", ["datetime"])
        .url_schemes(SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(|_, name, value| stays(name, value).then_some(Cow::Borrowed(value)))
        .link_rel(None);
    cleaner
});

/// What the cleaner lets through.
struct Allowed {
    elements: HashSet<&'static str>,
    attributes: HashMap<&'static str, HashSet<&'static str>>,
    everywhere: HashSet<&'static str>,
}

/// Read from the cleaner itself, so that a finding never says other than what it does.
static ALLOWED: LazyLock<Allowed> = LazyLock::new(|| Allowed {
    elements: CLEANER.clone_tags(),
    attributes: CLEANER.clone_tag_attributes(),
    everywhere: CLEANER.clone_generic_attributes(),
});

/// Whether the cleaner keeps an element, by its name in lower case.
pub(crate) fn keeps_element(name: &str) -> bool {
    ALLOWED.elements.contains(name)
}

/// Whether the cleaner keeps an attribute of an element, by its name in lower case and its value.
pub(crate) fn keeps_attribute(element: &str, name: &str, value: &str) -> bool {
    let known = ALLOWED.everywhere.contains(name)
        || ALLOWED.attributes.get(element).is_some_and(|names| names.contains(name));
    let is_address = matches!(name, "href" | "src");
    known && stays(name, value) && (!is_address || is_relative(value) || is_out(value))
}

/// What is asked of the value of an attribute beside what ammonia asks: `cite` is not an address to it, and the ids of
/// what pages have of themselves are not for documents.
fn stays(name: &str, value: &str) -> bool {
    match name {
        "cite" => is_out(value),
        "id" => !PAGE_IDS.iter().any(|begin| value.starts_with(begin)),
        _ => true,
    }
}

/// Whether an address has no scheme (RFC 3986, section 4.2).
fn is_relative(address: &str) -> bool {
    let scheme = address.split(['/', '?', '#']).next().unwrap_or_default().split_once(':');
    scheme.is_none()
}

/// Whether an address begins with one of the schemes of links out of the site.
fn is_out(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
}

/// Why HTML is not cleaned: it would take time that grows with the square of its length. Each with the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// So many elements are open at once, or more.
    Elements(usize),
    /// A tag has more attributes.
    Attributes(usize),
    /// A tag is longer, in bytes.
    Tag(usize),
}

impl Html {
    /// What is harmless in HTML that an author wrote. Errors: it is not looked at, as that would take too long.
    pub fn cleaned(written: &str) -> Result<Html, TooMuch> {
        measure(written)?;
        Ok(Html(CLEANER.clean(written).to_string()))
    }
}

/// Finds what would take the cleaner too long.
///
/// What is a tag depends on what stands before it, which only a parser knows. So whatever may be one is taken for one, and
/// those inside of others are as well: rather too much is counted than too little.
fn measure(html: &str) -> Result<(), TooMuch> {
    let mut open: FxHashMap<Box<str>, usize> = FxHashMap::default();
    let (mut elements, mut items) = (0, 0);
    for (at, _) in html.match_indices('<') {
        let tag = html.get(at + 1..).unwrap_or_default();
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let name_end = tag.bytes().take(LONGEST_TAG).position(ends_name).unwrap_or(LONGEST_TAG);
        let name = tag.get(..name_end.min(tag.len())).unwrap_or_default().to_ascii_lowercase();
        measure_attributes(tag.as_bytes().get(name_end..).unwrap_or_default())?;
        if VOID.contains(&name.as_str()) {
            continue;
        }
        let is_item = ITEMS.contains(&name.as_str());
        let count = open.entry(name.into()).or_default();
        let total = if is_item { &mut items } else { &mut elements };
        if !closes {
            *count += 1;
            *total += 1;
        } else if *count > 0 {
            *count -= 1;
            *total -= 1;
        }
        if elements > DEEPEST {
            return Err(TooMuch::Elements(DEEPEST));
        }
        if items > MOST_ITEMS {
            return Err(TooMuch::Elements(MOST_ITEMS));
        }
    }
    Ok(())
}

fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')
}

/// Counts the attributes of a tag behind its name (HTML Standard, 13.2.5.32 and what follows).
fn measure_attributes(tag: &[u8]) -> Result<(), TooMuch> {
    enum At {
        Between,
        Name,
        AfterName,
        Equals,
        Value,
        Quoted(u8),
    }
    let (mut at, mut attributes) = (At::Between, 0);
    for (length, byte) in tag.iter().copied().enumerate() {
        at = match at {
            At::Quoted(quote) if byte == quote => At::Between,
            At::Quoted(quote) => At::Quoted(quote),
            _ if byte == b'>' => return Ok(()),
            At::Equals if byte.is_ascii_whitespace() => At::Equals,
            At::Equals if matches!(byte, b'"' | b'\'') => At::Quoted(byte),
            At::Equals => At::Value,
            At::Value if !byte.is_ascii_whitespace() => At::Value,
            At::Name | At::AfterName if byte.is_ascii_whitespace() => At::AfterName,
            _ if byte.is_ascii_whitespace() || byte == b'/' => At::Between,
            At::Name | At::AfterName if byte == b'=' => At::Equals,
            At::Name => At::Name,
            // Without a name before it, an equals sign begins one.
            At::Between | At::AfterName | At::Value => {
                attributes += 1;
                At::Name
            }
        };
        if attributes > MOST_ATTRIBUTES {
            return Err(TooMuch::Attributes(MOST_ATTRIBUTES));
        }
        if length > LONGEST_TAG {
            return Err(TooMuch::Tag(LONGEST_TAG));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::html::Html;

    #[test]
    fn where_a_quotation_is_from_has_a_scheme_that_links_have() {
        for (address, stays) in [
            ("https://other.example/", true),
            ("HTTPS://other.example/", true),
            ("javascript:alert(1)", false),
            ("&#1;java&Tab;script:alert(1)", false),
            ("data:text/html,x", false),
        ] {
            for element in ["q", "ins", "del", "blockquote"] {
                let written = format!("<{element} cite=\"{address}\">x</{element}>");
                let cleaned = Html::cleaned(&written).unwrap();
                assert_eq!(cleaned.contains("cite"), stays, "{written}: {cleaned}");
            }
        }
    }
}
