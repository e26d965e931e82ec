//! What an author declares at the head of a document: the kinds of document and their keys.
//!
//! Front matter is TOML between `+++` lines or YAML between `---` lines. Both become one tree whose
//! spans are byte offsets into the whole file ([`tree`]), and the tree is read as one of the records
//! below, with every mistake reported at once ([`reader`]). References to other documents stay ids here.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

pub mod reader;
#[cfg(test)]
mod tests;
pub mod time;
pub mod tree;

pub use reader::Spanned;
use reader::{Field, Reader, formed, record, record_reference, words};
pub use time::{Moment, PartialDate};
use tree::{Node, Syntax, Value, parse};

use crate::diagnostic::{Code, Diagnostic, Place, Span};

/// A document taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What the front matter is written in.
    pub syntax: Syntax,
    /// The line that opens it, without the line break.
    pub fence: Span,
    /// The bytes of the front matter between its fences.
    pub front_matter: Range<usize>,
    /// Where the body starts, in bytes.
    pub body: usize,
}

/// Finds the front matter of a document. A byte order mark before it and Windows line ends are fine.
pub fn split(file: &Arc<str>, text: &str) -> Result<Parts, Box<Diagnostic>> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let content = text.get(start..).unwrap_or_default();
    let mut lines = content.split_inclusive('\n').scan(start, |at, line| {
        let range = *at..*at + line.len();
        *at = range.end;
        Some((line.trim_end(), range))
    });
    let first = lines.next();
    let opening = first.and_then(|(line, range)| {
        let syntax = [Syntax::Toml, Syntax::Yaml].into_iter().find(|s| s.fence() == line)?;
        Some((syntax, range))
    });
    let Some((syntax, opening)) = opening else {
        let finding = Diagnostic::new(Code::NoFrontMatter, "the document has no front matter");
        let later = content.trim_start();
        let help = if later.is_empty() {
            "the file is empty: start it with a line `+++`, then `title = \"…\"`, then a line `+++`"
        } else if later.starts_with("+++") || later.starts_with("---") {
            "its opening line must be the first of the file and hold nothing else"
        } else {
            "start the file with a line `+++`, then `title = \"…\"`, then a line `+++`"
        };
        let line = content.lines().next().unwrap_or_default().len();
        let place = Place::span(file.clone(), start..start + line);
        return Err(Box::new(finding.at(place).help(help)));
    };
    let fence = Span::from(opening.start..opening.start + syntax.fence().len());
    let mut other = None;
    for (line, range) in lines {
        if line == syntax.fence() {
            let front_matter = opening.end..range.start;
            return Ok(Parts { syntax, fence, front_matter, body: range.end });
        }
        if other.is_none() && (line == "+++" || line == "---") {
            other = Some((line.to_owned(), range.start));
        }
    }
    let finding = Diagnostic::new(Code::UnclosedFrontMatter, "the front matter does not end")
        .at(Place::span(file.clone(), fence))
        .label("it starts here");
    let fence = syntax.fence();
    Err(Box::new(match other {
        Some((line, at)) => finding
            .related(Place::span(file.clone(), at..at + line.len()), "not the line that opened it")
            .help(format!("it starts with `{fence}`, so it ends with `{fence}` too")),
        None => finding.help(format!("end it with a line `{fence}`")),
    }))
}

/// Reads the front matter of a document of the kind `T`; the number is where the body starts, in bytes.
/// `None` only when nothing usable is there: then at least one error has been reported.
pub fn read<T: Document>(
    file: &Arc<str>,
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(T, u32)> {
    let parts = match split(file, text) {
        Ok(parts) => parts,
        Err(finding) => {
            diagnostics.push(*finding);
            return None;
        }
    };
    let (root, broken) =
        parse(parts.syntax, file, text, parts.front_matter, parts.fence, diagnostics);
    let mut reader = Reader::new(file, text, parts.syntax, broken, diagnostics);
    let document = T::read(&root, &mut reader)?;
    document.check(&mut reader);
    Some((document, Span::from(parts.body..parts.body).start))
}

/// A kind of document.
pub trait Document: Field {
    /// The word for it in messages, schemas and the reference.
    const KIND: &'static str;

    /// Reports values that are each right but do not fit together.
    fn check(&self, _reader: &mut Reader) {}
}

/// Declares a kind of document: a record with the keys that every kind has.
macro_rules! document {
    ($(#[doc = $about:literal])+ pub struct $name:ident, $what:literal, $plural:literal { $($keys:tt)+ }) => {
        record! {
            $(#[doc = $about])+
            pub struct $name, $what, $plural {
                $($keys)+
                /// Not published, unless the build asks for drafts.
                default draft: bool = false;
                /// Old paths on the site that lead here now, such as `/old/path/`.
                list redirects: Spanned<String>;
                /// Your own values, for templates.
                table extra: Extra;
            }
        }
    };
}

document! {
    /// A brief: a dated text about actors and topics.
    pub struct Brief, "a brief", "briefs" {
        /// The headline.
        required title: Spanned<String>;
        /// When it was published. May be left out when the file's name starts with the date.
        optional date: Spanned<Moment>;
        /// What it is about in a sentence or two, for lists and feeds.
        optional summary: Spanned<String>;
        /// When it last changed in substance.
        optional updated: Spanned<Moment>;
        /// Who wrote it.
        list authors: Spanned<String>;
        /// Ids of the actors it is about.
        list actors: Spanned<String>;
        /// Ids of its topics.
        list topics: Spanned<String>;
        /// Id of the storyline it belongs to.
        optional storyline: Spanned<String>;
        /// Id of the brief it continues.
        optional follows: Spanned<String>;
        /// Bottom line up front: the judgement in one or two sentences, with inline Markdown.
        optional bluf: Spanned<String>;
        /// What sort of brief it is.
        default kind: BriefKind = BriefKind::Analysis;
        /// Not published before this moment.
        optional embargo: Spanned<Moment>;
        /// Not published from this moment on.
        optional expires: Spanned<Moment>;
        /// The day by which somebody should look whether it still holds.
        optional review_by: Spanned<Date>;
        /// The language it is written in, when it is not the site's (BCP 47).
        optional language: LanguageTag;
        /// What happened, for timelines.
        list events: Event;
    }
}

impl Document for Brief {
    const KIND: &'static str = "brief";

    fn check(&self, reader: &mut Reader) {
        for event in &self.events {
            in_order(reader, "end", Some(&event.date), event.end.as_ref());
        }
    }
}

record! {
    /// Something that happened.
    pub struct Event, "an event", "events" {
        /// What happened, in a few words.
        required title: Spanned<String>;
        /// When, as precisely as it is known: `2025-02-27`, `"2014-03"` or `2014`.
        required date: Spanned<PartialDate>;
        /// The last day of something that took longer.
        optional end: Spanned<PartialDate>;
        /// Where, in words.
        optional place: Spanned<String>;
        /// Where on the map: `[latitude, longitude]` in degrees (WGS 84).
        optional coordinates: Coordinates;
        /// Ids of the actors who took part.
        list actors: Spanned<String>;
    }
}

document! {
    /// An actor: a state, an organisation, one of their bodies, a person or a group. The body is its profile.
    pub struct Actor, "an actor", "actors" {
        /// The name it is shown under.
        required name: Spanned<String>;
        /// What it is.
        required kind: ActorKind;
        /// Other names that mean this actor wherever they stand.
        list aliases: Spanned<String>;
        /// Short forms that mean this actor only when something else in the brief says so.
        list weak: Spanned<String>;
        /// Places and buildings that stand for the actor.
        list metonyms: Spanned<String>;
        /// Words for its people and its things: counted as mentions, never linked.
        list demonyms: Spanned<String>;
        /// Phrases that contain one of its names but do not mean it.
        list stop: Spanned<String>;
        /// Id of the actor it is a part of.
        optional part_of: Spanned<String>;
        /// Ids of the actors it is a member of.
        list member_of: Spanned<String>;
        /// The offices it held.
        list roles: Role;
        /// Id of the state it belongs to.
        optional country: Spanned<String>;
        /// The two letters of its country (ISO 3166-1).
        optional iso3166: CountryCode;
        /// Its item in Wikidata.
        optional wikidata: WikidataId;
        /// Its own site.
        optional website: Url;
        /// An image in the same folder.
        optional image: Spanned<String>;
        /// Who it is in a sentence.
        optional summary: Spanned<String>;
    }
}

impl Document for Actor {
    const KIND: &'static str = "actor";

    fn check(&self, reader: &mut Reader) {
        for role in &self.roles {
            in_order(reader, "to", role.from.as_ref(), role.to.as_ref());
        }
    }
}

record! {
    /// An office that an actor held.
    pub struct Role, "a role", "roles" {
        /// What it is called.
        required title: Spanned<String>;
        /// Id of the actor it is an office of.
        optional of: Spanned<String>;
        /// Since when: `2014-03-18`, `"2014-03"` or `2014`.
        optional from: Spanned<PartialDate>;
        /// Until when; left out while it lasts.
        optional to: Spanned<PartialDate>;
    }
}

document! {
    /// A topic. The body is the text of its page.
    pub struct Topic, "a topic", "topics" {
        /// The name it is shown under.
        required name: Spanned<String>;
        /// Id of the topic it belongs under.
        optional parent: Spanned<String>;
        /// Other ids that authors may write for it.
        list aliases: Spanned<String>;
        /// Its item in Wikidata.
        optional wikidata: WikidataId;
        /// Its code in the IPTC Media Topics.
        optional iptc: MediaTopic;
        /// What it is in a sentence.
        optional summary: Spanned<String>;
    }
}

impl Document for Topic {
    const KIND: &'static str = "topic";
}

document! {
    /// A storyline: briefs that tell one story. The body is its introduction.
    pub struct Storyline, "a storyline", "storylines" {
        /// The name it is shown under.
        required title: Spanned<String>;
        /// What it is about in a sentence.
        optional summary: Spanned<String>;
        /// Whether more is to come.
        default status: StorylineStatus = StorylineStatus::Open;
    }
}

impl Document for Storyline {
    const KIND: &'static str = "storyline";
}

document! {
    /// A page of its own, such as "About".
    pub struct Page, "a page", "pages" {
        /// The headline.
        required title: Spanned<String>;
        /// Its label in the menu; left out, it is not in the menu.
        optional menu: Spanned<String>;
        /// Its place in the menu: smaller comes first.
        default weight: i64 = 0;
        /// What it is about in a sentence.
        optional summary: Spanned<String>;
    }
}

impl Document for Page {
    const KIND: &'static str = "page";
}

words! {
    /// What sort of brief it is.
    pub enum BriefKind {
        /// A judgement of what happened and what it means.
        Analysis = "analysis",
        /// What a reader should know beforehand.
        Background = "background",
        /// What happened.
        Report = "report",
        /// How something works.
        Explainer = "explainer",
        /// What is new since an earlier brief.
        Update = "update",
    }
}

words! {
    /// What an actor is.
    pub enum ActorKind {
        /// A state.
        State = "state",
        /// An organisation, of states or of others.
        Organisation = "organisation",
        /// A part of a state or an organisation: a ministry, a council, an army.
        Body = "body",
        /// A person.
        Person = "person",
        /// People who act together without an organisation of their own.
        Group = "group",
    }
}

words! {
    /// Whether more of a storyline is to come.
    pub enum StorylineStatus {
        /// It goes on.
        Open = "open",
        /// Nothing new for now.
        Dormant = "dormant",
        /// It has ended.
        Closed = "closed",
    }
}

formed! {
    /// A language (BCP 47).
    pub struct LanguageTag, "a language tag", "language tags", "en", "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
    |text| icu_locale_core::LanguageIdentifier::try_from_str(text).is_ok()
}

impl LanguageTag {
    /// English, which a site is in unless it says otherwise.
    pub fn english() -> Self {
        LanguageTag("en".to_owned())
    }
}

formed! {
    /// The code of a country (ISO 3166-1 alpha-2).
    pub struct CountryCode, "a country code of two capital letters", "country codes", "RU", "^[A-Z]{2}$",
    |text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

formed! {
    /// The id of an item in Wikidata.
    pub struct WikidataId, "a Wikidata id", "Wikidata ids", "Q159", "^Q[1-9][0-9]*$",
    |text| text.strip_prefix('Q').is_some_and(|n| {
        !n.starts_with('0') && !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())
    })
}

formed! {
    /// A code of the IPTC Media Topics.
    pub struct MediaTopic, "an IPTC media topic", "IPTC media topics", "medtop:20000599", "^medtop:[0-9]{8}$",
    |text| text.strip_prefix("medtop:").is_some_and(|n| {
        n.len() == 8 && n.bytes().all(|b| b.is_ascii_digit())
    })
}

formed! {
    /// An address on the web, `http` or `https`.
    pub struct Url, "a web address", "web addresses", "https://example.org/", "^https?://[^/\\s]",
    is_url
}

/// Whether it is `http://` or `https://`, a host, and nothing that needs escaping in an attribute or a URL.
pub(crate) fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty()
            && !host.starts_with(':')
            && !host.contains('@')
            && !text.contains(|c: char| {
                c.is_whitespace() || c.is_control() || "<>\"\\^`{|}".contains(c)
            })
    })
}

/// A free table: whatever its author puts there, for templates. Dates become text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra(pub Map<String, Json>);

impl Field for Extra {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::Table(entries) = &node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        Some(Extra(entries.iter().map(|(key, value)| (key.name.clone(), free(value))).collect()))
    }

    fn schema() -> Json {
        json!({ "type": "object" })
    }

    fn type_words() -> Cow<'static, str> {
        "a table".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "tables".into()
    }

    fn example() -> Cow<'static, str> {
        "{ … }".into()
    }
}

/// A value of a free table; the tree bounds the depth. Numbers that JSON lacks become null.
fn free(node: &Node) -> Json {
    match &node.value {
        Value::Text(text) | Value::Date(text) => text.clone().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Bool(flag) => (*flag).into(),
        Value::List(items) => items.iter().map(free).collect(),
        Value::Table(entries) => Json::Object(
            entries.iter().map(|(key, value)| (key.name.clone(), free(value))).collect(),
        ),
        Value::Nothing | Value::Broken => Json::Null,
    }
}

/// A place on the map in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// North of the equator, -90 to 90.
    pub latitude: f64,
    /// East of Greenwich, -180 to 180.
    pub longitude: f64,
}

impl Field for Coordinates {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::List(items) = &node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        let [latitude, longitude] = items.as_slice() else {
            reader.bad_value(
                node,
                format!("must be two numbers, not {}", items.len()),
                "write it as [latitude, longitude], such as [41.01, 28.98]",
            );
            return None;
        };
        let mut degrees = |node: &Node, name: &str, limit: f64| {
            let number = f64::read(node, reader)?;
            if number.abs() > limit {
                reader.bad_value(
                    node,
                    format!("has a {name} of {number}"),
                    format!("a {name} is between -{limit} and {limit}; the latitude comes first"),
                );
                return None;
            }
            Some(number)
        };
        let latitude = degrees(latitude, "latitude", 90.0);
        let longitude = degrees(longitude, "longitude", 180.0);
        Some(Coordinates { latitude: latitude?, longitude: longitude? })
    }

    fn schema() -> Json {
        json!({
            "type": "array",
            "prefixItems": [
                { "type": "number", "minimum": -90, "maximum": 90 },
                { "type": "number", "minimum": -180, "maximum": 180 },
            ],
            "items": false,
            "minItems": 2,
        })
    }

    fn type_words() -> Cow<'static, str> {
        "a pair of latitude and longitude".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "pairs of latitude and longitude".into()
    }

    fn example() -> Cow<'static, str> {
        "[41.01, 28.98]".into()
    }
}

/// Reports an end that lies before its start, as far as both are known.
fn in_order(
    reader: &mut Reader,
    key: &str,
    start: Option<&Spanned<PartialDate>>,
    end: Option<&Spanned<PartialDate>>,
) {
    if let (Some(start), Some(end)) = (start, end)
        && end.value.precedes(&start.value)
    {
        let message = format!("`{key}` is {}, before the start {}", end.value, start.value);
        reader.report(
            end.span,
            Diagnostic::new(Code::BadValue, message).help("the end comes after the start"),
        );
    }
}

/// The JSON Schemas of all front matter: an object with a schema for each kind of document.
pub fn schemas() -> Json {
    let mut all = Map::new();
    fn add<T: Document>(all: &mut Map<String, Json>) {
        all.insert(T::KIND.to_owned(), root_schema::<T>());
    }
    add::<Brief>(&mut all);
    add::<Actor>(&mut all);
    add::<Topic>(&mut all);
    add::<Storyline>(&mut all);
    add::<Page>(&mut all);
    Json::Object(all)
}

/// The JSON Schema of a whole file.
pub(crate) fn root_schema<T: Field>() -> Json {
    let mut schema =
        Map::from_iter([("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into())]);
    if let Json::Object(keys) = T::schema() {
        schema.extend(keys);
    }
    Json::Object(schema)
}

/// The reference of all front matter in Markdown, for `docs/front-matter.md`.
pub fn reference() -> String {
    fn section<T: Document>() -> String {
        let about = T::schema();
        let about = about.get("description").and_then(Json::as_str).unwrap_or_default();
        format!("\n## `{}`\n\n{about}\n\n{}", T::KIND, record_reference(&T::rows()))
    }
    [
        "# Front matter\n\nA document starts with TOML between two `+++` lines, or YAML between two `---` lines. \
         Unknown keys are errors. This page is generated from the code.\n"
            .to_owned(),
        section::<Brief>(),
        section::<Actor>(),
        section::<Topic>(),
        section::<Storyline>(),
        section::<Page>(),
    ]
    .concat()
}
