//! `site.toml`: what a site is called, where it lives, and the few choices about how it is built.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::front_matter::reader::{Field, Reader, formed, record, record_reference, words};
use crate::front_matter::tree::{Node, Syntax, Value, parse};
use crate::front_matter::{Extra, LanguageTag, Spanned, is_url, root_schema};

/// The name of the file, in the site's root.
pub const FILE: &str = "site.toml";

record! {
    /// The configuration of a site.
    pub struct Config, "the configuration", "configurations" {
        /// The name of the site.
        required title: String;
        /// Where the site will be, such as `https://example.org/briefs/`.
        required base_url: BaseUrl;
        /// The language of the site (BCP 47).
        default language: LanguageTag = LanguageTag::english();
        /// The time zone in which its days begin (a name of the IANA database).
        default timezone: Zone = Zone(TimeZone::UTC);
        /// What the site is, in a sentence.
        optional description: String;
        /// Who publishes it, for feeds and search engines.
        optional publisher: String;
        /// The links in the menu, before the pages that ask to be in it.
        list menu: MenuItem;
        /// How long lists are cut into pages.
        table pagination: Pagination;
        /// The pages about two actors.
        table pairs: Pairs;
        /// The names of actors in the text.
        table mentions: Mentions;
        /// How Markdown is read.
        table markdown: Markdown;
        /// The feeds.
        table feeds: Feeds;
        /// What the place it is published at needs.
        table publish: Publish;
        /// The first page.
        table home: Home;
        /// Your own values, for templates.
        table extra: Extra;
    }
}

record! {
    /// A link in the menu.
    pub struct MenuItem, "a menu item", "tables" {
        /// What it says.
        required label: String;
        /// A path on the site, such as `/actors/`, or a web address.
        required path: Spanned<String>;
    }
}

record! {
    /// How long lists are cut into pages.
    pub struct Pagination, "`[pagination]`", "tables" {
        /// Briefs on a page of a list.
        default size: Count<1, 1000> = Count(20);
    }
}

record! {
    /// The pages about two actors.
    pub struct Pairs, "`[pairs]`", "tables" {
        /// A pair has a page when it shares at least this many briefs.
        default min: Count<1, 1_000_000> = Count(2);
        /// At most this many pairs have pages: those that share the most.
        default max: Count<0, 1_000_000> = Count(500);
    }
}

record! {
    /// The names of actors in the text.
    pub struct Mentions, "`[mentions]`", "tables" {
        /// Which mentions of an actor become links.
        default link: MentionLinks = MentionLinks::First;
    }
}

words! {
    /// Which mentions of an actor become links.
    pub enum MentionLinks {
        /// The first in a document.
        First = "first",
        /// The first under each heading.
        Section = "section",
        /// Every one.
        All = "all",
        /// None.
        None = "none",
    }
}

record! {
    /// How Markdown is read.
    pub struct Markdown, "`[markdown]`", "tables" {
        /// What becomes of HTML in the text: cleaned, shown as text, or passed on as it is.
        default raw_html: RawHtml = RawHtml::Sanitise;
        /// Straight quotes, dashes and dots become typographic ones.
        default smart_punctuation: bool = true;
        /// `$x$` is a formula.
        default math: bool = true;
    }
}

words! {
    /// What becomes of HTML in the text.
    pub enum RawHtml {
        /// Only harmless elements stay.
        Sanitise = "sanitise",
        /// It is shown as text.
        Escape = "escape",
        /// It is passed on as it is.
        Trust = "trust",
    }
}

record! {
    /// The feeds.
    pub struct Feeds, "`[feeds]`", "tables" {
        /// Briefs in a feed.
        default size: Count<1, 1000> = Count(20);
        /// Whether a feed holds the whole text or only the summary.
        default full: bool = true;
    }
}

record! {
    /// What the place it is published at needs.
    pub struct Publish, "`[publish]`", "tables" {
        /// The host to write into a file `CNAME`, as GitHub Pages wants it for a domain of your own.
        optional cname: Host;
        /// The file to write for addresses that do not exist.
        default not_found: String = "404.html".to_owned();
    }
}

record! {
    /// The first page.
    pub struct Home, "`[home]`", "tables" {
        /// Actors shown on it.
        default actors: Count<0, 1000> = Count(12);
        /// Topics shown on it.
        default topics: Count<0, 1000> = Count(12);
    }
}

formed! {
    /// The name of a host (RFC 1123), without scheme, port or path.
    pub struct Host, "a host name", "host names", "www.example.org", "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
    |text| text.len() <= 253 && text.split('.').all(|part| {
        (1..=63).contains(&part.len())
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Count<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Count<MIN, MAX> {
    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Field for Count<MIN, MAX> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::Integer(number) = node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        let count = u32::try_from(number).ok().filter(|n| (MIN..=MAX).contains(n));
        if count.is_none() {
            let help = format!("write a whole number from {MIN} to {MAX}");
            reader.bad_value(node, format!("cannot be {number}"), help);
        }
        count.map(Count)
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }

    fn type_words() -> Cow<'static, str> {
        format!("a whole number from {MIN} to {MAX}").into()
    }

    fn plural_words() -> Cow<'static, str> {
        format!("whole numbers from {MIN} to {MAX}").into()
    }

    fn example() -> Cow<'static, str> {
        MIN.to_string().into()
    }
}

/// Where a site will be: an `http` or `https` URL that ends with one slash, without query or fragment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads one; `None` when it is not such a URL.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let path = text.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let plain = is_url(text)
            && !text.contains(['?', '#'])
            && path.is_none_or(|(_, path)| {
                path.trim_end_matches('/').split('/').all(|part| !matches!(part, "." | ".."))
                    && !path.trim_end_matches('/').contains("//")
            });
        plain.then(|| BaseUrl(format!("{}/", text.trim_end_matches('/'))))
    }

    /// The URL with its slash: `https://example.org/repo/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its path, which starts and ends with a slash: `/repo/`, or `/`.
    pub fn path(&self) -> &str {
        let host = self.0.find("://").map_or(0, |n| n + 3);
        let rest = self.0.get(host..).unwrap_or_default();
        rest.find('/').and_then(|n| rest.get(n..)).unwrap_or("/")
    }
}

impl Field for BaseUrl {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::Text(text) = &node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        let url = BaseUrl::new(text);
        if url.is_none() {
            reader.bad_value(
                node,
                "is not a web address that pages can be put under",
                "write it like \"https://example.org/\", without `?` and `#`",
            );
        }
        url
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^https?://[^/?#\\s]+(/[^?#\\s]*)?$" })
    }

    fn type_words() -> Cow<'static, str> {
        "a web address".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "web addresses".into()
    }

    fn example() -> Cow<'static, str> {
        "\"https://example.org/\"".into()
    }
}

/// A time zone of the IANA database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(pub TimeZone);

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

impl Field for Zone {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::Text(name) = &node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        if let Ok(zone) = TimeZone::get(name) {
            return Some(Zone(zone));
        }
        let known: Vec<String> =
            jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let help = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write a name of the IANA database, such as \"Europe/Istanbul\"".to_owned(),
        };
        reader.bad_value(node, format!("cannot be `{name}`"), help);
        None
    }

    fn schema() -> Json {
        json!({ "type": "string" })
    }

    fn type_words() -> Cow<'static, str> {
        "a time zone".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "time zones".into()
    }

    fn example() -> Cow<'static, str> {
        "\"Europe/Istanbul\"".into()
    }
}

/// Reads `site.toml`. `None` only when the title or the address is missing or wrong: then at least one
/// error has been reported.
pub fn read(text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
    let file: Arc<str> = FILE.into();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let root = Span::from(start..start);
    let (root, broken) = parse(Syntax::Toml, &file, text, start..text.len(), root, diagnostics);
    let mut reader = Reader::new(&file, text, Syntax::Toml, broken, diagnostics);
    Config::read(&root, &mut reader)
}

/// The JSON Schema of `site.toml`.
pub fn schema() -> Json {
    root_schema::<Config>()
}

/// The reference of `site.toml` in Markdown, for `docs/configuration.md`.
pub fn reference() -> String {
    format!(
        "# Configuration\n\nA site is configured by the file `{FILE}` in its root. Unknown keys are errors. \
         This page is generated from the code.\n\n{}",
        record_reference(&Config::rows())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> (Option<Config>, Vec<String>) {
        let mut found = Vec::new();
        let config = read(text, &mut found);
        let shown = found.iter().map(|d| {
            let span = d.place.as_ref().unwrap().span.unwrap();
            let help = d.help.as_deref().unwrap_or("-");
            format!("{} | {} | {} | {help}", d.code.name(), &text[span.range()], d.message)
        });
        (config, shown.collect())
    }

    #[test]
    fn two_keys_are_enough() {
        let (config, found) =
            findings("\u{feff}title = 'T'\r\nbase_url = 'https://example.org/repo'\r\n");
        assert_eq!(found, Vec::<String>::new());
        let config = config.unwrap();
        assert_eq!(config.base_url.as_str(), "https://example.org/repo/");
        assert_eq!(config.base_url.path(), "/repo/");
        assert_eq!(config.language.as_str(), "en");
        assert_eq!(config.timezone.0, TimeZone::UTC);
        assert_eq!(config.pagination.size.get(), 20);
        assert_eq!((config.pairs.min.get(), config.pairs.max.get()), (2, 500));
        assert_eq!(config.mentions.link, MentionLinks::First);
        assert_eq!(config.markdown.raw_html, RawHtml::Sanitise);
        assert!(config.markdown.math && config.markdown.smart_punctuation && config.feeds.full);
        assert_eq!(config.publish.not_found, "404.html");
        assert_eq!((config.home.actors.get(), config.home.topics.get()), (12, 12));
    }

    #[test]
    fn a_base_url_is_a_place_for_pages() {
        for (text, path) in
            [("https://a.org", "/"), ("http://a.org:8080///", "/"), ("https://a.org/x/y", "/x/y/")]
        {
            assert_eq!(BaseUrl::new(text).unwrap().path(), path, "{text}");
        }
        for text in [
            "",
            "a.org",
            "ftp://a.org",
            "https://",
            "https://a.org/?q",
            "https://a.org/#f",
            "https://u@a.org/",
            "https://a b.org",
            "https://a.org/../x",
            "https:///x",
            "https://:80/",
        ] {
            assert_eq!(BaseUrl::new(text), None, "{text}");
        }
    }

    #[test]
    fn mistakes_come_at_once_with_their_places() {
        let (config, found) = findings(
            "base_url = \"example.org\"\ntimezone = \"Europe/Istambul\"\n[pagination]\nsize = 0\n[mentions]\nlink = \"frist\"\n[publish]\ncname = \"https://a\"\n[feeds]\nlenght = 3\n[[menu]]\nlabel = \"A\"\n",
        );
        assert!(config.is_none());
        assert_eq!(
            found,
            [
                "missing-key |  | the configuration must have `title` | add `title = \"…\"`",
                "bad-value | \"example.org\" | `base_url` is not a web address that pages can be put under | write it like \"https://example.org/\", without `?` and `#`",
                "bad-value | \"Europe/Istambul\" | `timezone` cannot be `Europe/Istambul` | did you mean `Europe/Istanbul`?",
                "missing-key | [[menu]] | a menu item must have `path` | add `path = \"…\"`",
                "bad-value | 0 | `size` cannot be 0 | write a whole number from 1 to 1000",
                "bad-value | \"frist\" | `link` cannot be `frist` | did you mean `first`?",
                "unknown-key | lenght | `[feeds]` has no key `lenght` | the keys are size, full",
                "bad-value | \"https://a\" | `cname` is not a host name | write it like \"www.example.org\"",
            ]
        );
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            failure_persistence: None,
            ..Default::default()
        })]

        #[test]
        fn no_input_panics(
            key in "title|base_url|timezone|menu|pagination.size|home",
            value in "(\"(https://)?[a-z/.:?é]{0,9}\"|-?[0-9]{1,20}|\\[\\]|.{0,20})",
            rest in ".{0,40}",
        ) {
            let (config, found) = findings(&format!("{key} = {value}\n{rest}"));
            proptest::prop_assert!(config.is_some() || !found.is_empty());
        }
    }

    #[test]
    fn the_schema_holds_defaults_and_bounds() {
        let schema = schema();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["required"], json!(["title", "base_url"]));
        assert_eq!(schema["properties"]["timezone"]["default"], "UTC");
        let size = &schema["properties"]["pagination"]["properties"]["size"];
        assert_eq!((&size["default"], &size["maximum"]), (&json!(20), &json!(1000)));
    }

    #[test]
    fn the_reference_holds_every_table() {
        let reference = reference();
        for part in ["| `title` | text | yes |", "`[pagination]`:", "`[[menu]]`:", "Default: `20`."]
        {
            assert!(reference.contains(part), "{part}: {reference}");
        }
    }
}
