//! Typed reading of front matter. A type that can stand in front matter is a [`Field`]; a table is
//! declared once with `table!`, which makes its type, its reader, its JSON Schema and its entry in
//! the reference.

use std::marker::PhantomData;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::diagnostic::{Code, Diagnostic, Place, Span, nearest};
use crate::never;
use crate::source::Kind;

use super::tree::{Key, Node, Value};

/// Reads values and collects every mistake.
pub struct FieldReader<'a> {
    /// The file, for places.
    pub file: &'a Arc<str>,
    /// What was found wrong.
    pub found: &'a mut Vec<Diagnostic>,
    /// Whether missing keys are reported: after a syntax error they may be there, unread.
    pub complete: bool,
}

impl FieldReader<'_> {
    /// Reports a mistake at a place.
    pub fn refuse(&mut self, code: Code, span: Span, message: String, label: &str, help: &str) {
        let diagnostic =
            Diagnostic::new(code, message).at(Place::span(self.file.clone(), span)).label(label);
        self.found.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }

    /// Reports a value of the wrong type.
    pub fn wrong_type(&mut self, node: &Node, wanted: &str) {
        self.refuse(
            Code::WrongType,
            node.span,
            format!("expected {wanted}, found {}", node.value.words()),
            &format!("this is {}", node.value.words()),
            if wanted == "text" { "put it in quotes" } else { "" },
        );
    }

    /// The entries of a table. Reports unknown keys, and anything that is no table.
    pub fn entries<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        known: &[&'static str],
    ) -> &'n [(Key<'t>, Node<'t>)] {
        let Value::Table(entries) = &node.value else {
            self.wrong_type(node, "a table");
            return &[];
        };
        for (key, _) in entries {
            if !known.contains(&&*key.name) {
                let near = nearest(&key.name, known.iter().copied());
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.contains(&"extra") => {
                        format!(
                            "known keys: {}; values of your own belong in `[extra]`",
                            known.join(", ")
                        )
                    }
                    None => format!("known keys: {}", known.join(", ")),
                };
                self.refuse(
                    Code::UnknownKey,
                    key.span,
                    format!("unknown key `{}`", key.name),
                    "not a key that Chancery knows",
                    &help,
                );
            }
        }
        entries
    }

    /// The value of a key, or `otherwise` where it is missing.
    pub fn optional<T: Field>(&mut self, entries: &[(Key, Node)], key: &str, otherwise: T) -> T {
        match entries.iter().find(|(k, _)| k.name == key) {
            Some((_, node)) => T::read(node, self),
            None => otherwise,
        }
    }

    /// The value of a key that must be there and not be blank.
    pub fn required<T: Field>(&mut self, whole: &Node, entries: &[(Key, Node)], key: &str) -> T {
        match entries.iter().find(|(k, _)| k.name == key) {
            Some((_, Node { span, value: Value::Text(text) })) if text.trim().is_empty() => {
                self.refuse(Code::BadValue, *span, format!("`{key}` is empty"), "empty", "");
                T::default()
            }
            Some((_, node)) => T::read(node, self),
            None => {
                // A slip in the key was reported as an unknown one.
                let misspelt = entries.iter().any(|(k, _)| nearest(&k.name, [key]).is_some());
                if self.complete && !misspelt && matches!(whole.value, Value::Table(_)) {
                    let start = whole.span.start;
                    self.refuse(
                        Code::MissingKey,
                        Span { start, end: start },
                        format!("the key `{key}` is missing"),
                        "",
                        &format!("add `{key}`: {}", T::words()),
                    );
                }
                T::default()
            }
        }
    }
}

/// What can stand in front matter. A value that cannot be read is reported and stands in as the default,
/// so that reading goes on.
pub trait Field: Sized + Default {
    /// Whether values hold references.
    const REFERS: bool = false;
    /// Reads a value.
    fn read(node: &Node, reader: &mut FieldReader) -> Self;
    /// The type in words.
    fn words() -> String;
    /// The type as JSON Schema.
    fn schema() -> serde_json::Value;
    /// Shows each reference in it to `visit`, in the order of the declaration.
    fn references<'a>(&'a self, _visit: &mut dyn FnMut(Reference<'a>)) {}
    /// Whether it refers to the same as another, wherever that is written.
    fn refers_like(&self, _other: &Self) -> bool {
        true
    }
}

/// Something that front matter refers to, and where that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// What it refers to.
    pub to: Referent,
    /// The id or the path as it is written.
    pub written: &'a str,
    /// Bytes of the file.
    pub span: Span,
}

/// What a reference can be to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referent {
    /// A document, by its id.
    Document(Kind),
    /// A file of the site, by its path.
    File,
}

/// What can be referred to by an id.
pub trait Identified {
    /// What it is.
    const KIND: Kind;
}

/// The id of a document, and where it is written.
pub struct Ref<T> {
    /// The id.
    pub id: String,
    /// Bytes of the file.
    pub span: Span,
    to: PhantomData<fn() -> T>,
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        Ref { id: self.id.clone(), span: self.span, to: PhantomData }
    }
}
impl<T> Default for Ref<T> {
    fn default() -> Self {
        Ref { id: String::new(), span: Span::default(), to: PhantomData }
    }
}
impl<T> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, self.span) == (&other.id, other.span)
    }
}
impl<T> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {:?}", self.id, self.span)
    }
}

impl<T: Identified> Field for Ref<T> {
    const REFERS: bool = true;
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        Ref { id: String::read(node, reader), span: node.span, to: PhantomData }
    }
    fn words() -> String {
        format!("{} id", T::KIND.word())
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "title": Self::words() })
    }
    fn references<'a>(&'a self, visit: &mut dyn FnMut(Reference<'a>)) {
        visit(Reference { to: Referent::Document(T::KIND), written: &self.id, span: self.span });
    }
    fn refers_like(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The path of a file of the site, from the file in which it is written or from the site's root, and where it is
/// written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePath {
    /// The path.
    pub path: String,
    /// Bytes of the file.
    pub span: Span,
}

impl Field for FilePath {
    const REFERS: bool = true;
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        FilePath { path: String::read(node, reader), span: node.span }
    }
    fn words() -> String {
        "path of a file".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "title": Self::words() })
    }
    fn references<'a>(&'a self, visit: &mut dyn FnMut(Reference<'a>)) {
        visit(Reference { to: Referent::File, written: &self.path, span: self.span });
    }
    fn refers_like(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Field for String {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match &node.value {
            Value::Text(text) => text.clone().into_owned(),
            _ => {
                reader.wrong_type(node, "text");
                String::new()
            }
        }
    }
    fn words() -> String {
        "text".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string" })
    }
}

impl Field for bool {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match node.value {
            Value::Bool(value) => value,
            _ => {
                reader.wrong_type(node, "true or false");
                false
            }
        }
    }
    fn words() -> String {
        "true or false".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "boolean" })
    }
}

impl Field for i64 {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match node.value {
            Value::Integer(n) => n,
            _ => {
                reader.wrong_type(node, "a whole number");
                0
            }
        }
    }
    fn words() -> String {
        "whole number".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "integer" })
    }
}

impl Field for f64 {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match node.value {
            Value::Integer(n) => n as f64,
            Value::Float(n) if n.is_finite() => n,
            _ => {
                reader.wrong_type(node, "a number");
                0.0
            }
        }
    }
    fn words() -> String {
        "number".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "number" })
    }
}

/// A count from 1 to 100,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32);

impl Default for Count {
    fn default() -> Self {
        Count(1)
    }
}

impl Field for Count {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let n = i64::read(node, reader);
        match u32::try_from(n) {
            Ok(n @ 1..=100_000) => Count(n),
            _ if !matches!(node.value, Value::Integer(_)) => Count::default(),
            _ => {
                let message = format!("{n} is not between 1 and 100,000");
                reader.refuse(Code::BadValue, node.span, message, "out of range", "");
                Count::default()
            }
        }
    }
    fn words() -> String {
        "whole number from 1".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "integer", "minimum": 1, "maximum": 100_000 })
    }
}

/// Text that is blank counts as absent, as `new` leaves keys to fill in.
impl<T: Field> Field for Option<T> {
    const REFERS: bool = T::REFERS;
    fn references<'a>(&'a self, visit: &mut dyn FnMut(Reference<'a>)) {
        self.iter().for_each(|value| value.references(visit));
    }
    fn refers_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(one), Some(other)) => one.refers_like(other),
            (None, None) => true,
            _ => !T::REFERS,
        }
    }
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match &node.value {
            Value::Nothing => None,
            Value::Text(text) if text.trim().is_empty() => None,
            _ => Some(T::read(node, reader)),
        }
    }
    fn words() -> String {
        T::words()
    }
    fn schema() -> serde_json::Value {
        T::schema()
    }
}

impl<T: Field> Field for Vec<T> {
    const REFERS: bool = T::REFERS;
    fn references<'a>(&'a self, visit: &mut dyn FnMut(Reference<'a>)) {
        if T::REFERS {
            self.iter().for_each(|value| value.references(visit));
        }
    }
    fn refers_like(&self, other: &Self) -> bool {
        let mut pairs = self.iter().zip(other);
        !T::REFERS || self.len() == other.len() && pairs.all(|(one, other)| one.refers_like(other))
    }
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match &node.value {
            Value::List(items) => items.iter().map(|item| T::read(item, reader)).collect(),
            Value::Nothing => Vec::new(),
            _ => {
                reader.wrong_type(node, "a list");
                Vec::new()
            }
        }
    }
    fn words() -> String {
        format!("list of {}", T::words())
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "array", "items": T::schema() })
    }
}

/// A value and its place in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file.
    pub span: Span,
}

impl<T: Field> Field for Spanned<T> {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        Spanned { value: T::read(node, reader), span: node.span }
    }
    fn words() -> String {
        T::words()
    }
    fn schema() -> serde_json::Value {
        T::schema()
    }
}

/// The site's own values, handed to templates as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Extra(pub serde_json::Value);

impl Default for Extra {
    fn default() -> Self {
        Extra(json!({}))
    }
}

impl Extra {
    /// Every text in it.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        let mut rest = vec![&self.0];
        while let Some(value) = rest.pop() {
            match value {
                serde_json::Value::String(text) => texts.push(text.as_str()),
                serde_json::Value::Array(items) => rest.extend(items),
                serde_json::Value::Object(entries) => rest.extend(entries.values()),
                _ => {}
            }
        }
        texts
    }
}

impl serde::Serialize for Extra {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Extra {
    /// A value without its places.
    pub(super) fn convert(value: &Value) -> serde_json::Value {
        match value {
            Value::Text(text) | Value::Date(text) => json!(text),
            Value::Integer(n) => json!(n),
            Value::Float(n) => json!(n),
            Value::Bool(b) => json!(b),
            Value::List(items) => items.iter().map(|item| Extra::convert(&item.value)).collect(),
            Value::Table(entries) => serde_json::Value::Object(
                entries
                    .iter()
                    .map(|(k, v)| (k.name.clone().into_owned(), Extra::convert(&v.value)))
                    .collect(),
            ),
            Value::Nothing => serde_json::Value::Null,
        }
    }
}

impl Field for Extra {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        if !matches!(node.value, Value::Table(_)) {
            reader.wrong_type(node, "a table");
            return Extra::default();
        }
        Extra(Extra::convert(&node.value))
    }
    fn words() -> String {
        "table".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "object" })
    }
}

/// The text of a date: written as one, or as text.
fn date_text<'n>(node: &'n Node, reader: &mut FieldReader, wanted: &str) -> Option<&'n str> {
    match &node.value {
        Value::Date(text) | Value::Text(text) => Some(text),
        _ => {
            reader.wrong_type(node, wanted);
            None
        }
    }
}

/// A day of exactly the shape `2025-02-27`: the library would take more.
fn day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    shaped.then(|| text.parse().ok()).flatten()
}

/// A day and a time of exactly the shape `2025-02-27T09:00:00`, perhaps without seconds or with parts of them.
fn local(text: &str) -> Option<DateTime> {
    day(text.get(..10)?)?;
    let time = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let shaped = time.bytes().enumerate().all(|(at, byte)| match at {
        2 | 5 => byte == b':',
        8 => byte == b'.',
        _ => byte.is_ascii_digit(),
    });
    (shaped && matches!(time.len(), 5 | 8 | 10..)).then(|| text.parse().ok()).flatten()
}

fn bad_date(node: &Node, reader: &mut FieldReader, text: &str, shapes: &str) {
    // TOML's own parser has reported what it could not read as a date, and left nothing of it.
    if text.is_empty() {
        return;
    }
    reader.refuse(
        Code::BadDate,
        node.span,
        format!("`{text}` is not a date"),
        "not a date of the calendar, or not written as one",
        &format!("write it as {shapes}"),
    );
}

impl Field for Date {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let Some(text) = date_text(node, reader, "a date") else { return Date::default() };
        day(text).unwrap_or_else(|| {
            bad_date(node, reader, text, "2025-02-27");
            Date::default()
        })
    }
    fn words() -> String {
        "date".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "format": "date" })
    }
}

/// A day, a time on the clocks of the site's time zone, or a moment with an offset (RFC 3339).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day: its start in the site's time zone.
    Day(Date),
    /// A day and a time in the site's time zone. Of a time that clocks show twice, the first is meant; one that they skip
    /// is as much later as they skip.
    Local(DateTime),
    /// A moment.
    Exact(Timestamp),
}

impl Default for Moment {
    fn default() -> Self {
        Moment::Day(Date::default())
    }
}

impl Moment {
    /// The moment, when days are those of `zone`. The last hours of the year 9999 are the last moment that there is.
    pub fn instant(&self, zone: &TimeZone) -> Timestamp {
        let time = match self {
            Moment::Day(date) => date.to_datetime(Time::midnight()),
            Moment::Local(time) => *time,
            Moment::Exact(moment) => return *moment,
        };
        // No year before 0 can be written.
        time.to_zoned_datetime(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// The day in `zone`.
    pub fn date(&self, zone: &TimeZone) -> Date {
        match self {
            Moment::Day(date) => *date,
            Moment::Local(time) => time.date(),
            Moment::Exact(moment) => moment.to_zoned_datetime(zone.clone()).date(),
        }
    }
}

impl Field for Moment {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let Some(text) = date_text(node, reader, "a date") else { return Moment::default() };
        if let Some(date) = day(text) {
            return Moment::Day(date);
        }
        let shaped = text.get(..10).and_then(day).is_some();
        let exact = text.parse::<Timestamp>().ok().filter(|_| shaped).map(Moment::Exact);
        exact.or_else(|| local(text).map(Moment::Local)).unwrap_or_else(|| {
            bad_date(
                node,
                reader,
                text,
                "2025-02-27, as 2025-02-27T09:00:00 in the site's time zone, or as 2025-02-27T09:00:00Z with Z or an offset",
            );
            Moment::default()
        })
    }
    fn words() -> String {
        "date or date-time".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "anyOf": [
            { "type": "string", "format": "date" },
            { "type": "string", "format": "date-time" },
            { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?$" },
        ] })
    }
}

/// A date as precise as it is known: a year, a month or a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    /// The year.
    pub year: i16,
    /// The month, if known.
    pub month: Option<i8>,
    /// The day, if known.
    pub day: Option<i8>,
}

impl PartialDate {
    /// The first day it can mean.
    pub fn first_day(&self) -> Date {
        let day = Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        day.unwrap_or_else(|_| never!("{self} is no day of the calendar" => Date::default()))
    }

    /// The last day it can mean.
    pub fn last_day(&self) -> Date {
        match (self.month, self.day) {
            (Some(_), Some(_)) => self.first_day(),
            (Some(_), None) => self.first_day().last_of_month(),
            _ => self.first_day().last_of_year(),
        }
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl Field for PartialDate {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let year = |year: i16| PartialDate { year, month: None, day: None };
        let text = match &node.value {
            Value::Integer(n @ 1..=9999) => {
                return year(i16::try_from(*n).unwrap_or_else(|_| never!("{n} is no year" => 0)));
            }
            _ => match date_text(node, reader, "a date") {
                Some(text) => text,
                None => return PartialDate::default(),
            },
        };
        let full = |text: &str| day(text).map(|d| (d.year(), d.month(), d.day()));
        let read = match text.len() {
            4 => full(&format!("{text}-01-01")).map(|(y, ..)| year(y)),
            7 => full(&format!("{text}-01")).map(|(year, m, _)| PartialDate {
                year,
                month: Some(m),
                day: None,
            }),
            _ => full(text).map(|(year, m, d)| PartialDate { year, month: Some(m), day: Some(d) }),
        };
        read.unwrap_or_else(|| {
            bad_date(node, reader, text, "2025-02-27, \"2025-02\" or \"2025\"");
            PartialDate::default()
        })
    }
    fn words() -> String {
        "date, month or year".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "anyOf": [{ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" }, { "type": "integer" }] })
    }
}

/// An address on the web.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url(pub String);

impl std::ops::Deref for Url {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// Whether text is an `http` or `https` address with a host.
pub(crate) fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
    })
}

impl Field for Url {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let text = String::read(node, reader);
        if !text.is_empty() && !is_web_address(&text) {
            reader.refuse(
                Code::BadValue,
                node.span,
                format!("`{text}` is not a web address"),
                "",
                "write it in full, as in https://example.org/",
            );
            return Url::default();
        }
        Url(text)
    }
    fn words() -> String {
        "web address".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "format": "uri", "pattern": "^https?://" })
    }
}

/// A place on Earth, in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Coordinates {
    /// From −90 to 90.
    pub latitude: f64,
    /// From −180 to 180.
    pub longitude: f64,
}

impl Field for Coordinates {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match Vec::<f64>::read(node, reader).as_slice() {
            [latitude, longitude] if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
                Coordinates { latitude: *latitude, longitude: *longitude }
            }
            _ => {
                if matches!(node.value, Value::List(_)) {
                    reader.refuse(
                        Code::BadValue,
                        node.span,
                        "coordinates are a latitude (−90 to 90) and a longitude (−180 to 180)"
                            .into(),
                        "",
                        "write them as [41.01, 28.98]",
                    );
                }
                Coordinates::default()
            }
        }
    }
    fn words() -> String {
        "[latitude, longitude]".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 })
    }
}

/// Declares a closed set of words; the first is the default.
macro_rules! words {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[allow(unreachable_pub, reason = "some of these types are seen by benches, others are not")]
        pub enum $name { #[default] $($(#[doc = $doc])+ $variant),+ }

        impl $name {
            /// The word.
            #[allow(unreachable_pub, reason = "as its type")]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl $crate::front_matter::field::Field for $name {
            fn read(
                node: &$crate::front_matter::tree::Node,
                reader: &mut $crate::front_matter::field::FieldReader,
            ) -> Self {
                let text = String::read(node, reader);
                let mut known = [$($name::$variant),+].into_iter();
                if let Some(found) = known.find(|known| known.word() == text) {
                    return found;
                }
                if !text.is_empty() || matches!(node.value, $crate::front_matter::tree::Value::Text(_)) {
                    let known = [$($word),+];
                    let help = match $crate::diagnostic::nearest(&text, known) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("write one of {}", known.join(", ")),
                    };
                    reader.refuse(
                        $crate::diagnostic::Code::BadValue,
                        node.span,
                        format!("`{text}` is not one of the known words"),
                        "",
                        &help,
                    );
                }
                $name::default()
            }
            fn words() -> String {
                [$(concat!("`", $word, "`")),+].join(", ")
            }
            fn schema() -> serde_json::Value {
                serde_json::json!({ "enum": [$($word),+] })
            }
        }
    };
}

/// Declares a text of a certain form: its type, the check, what it is in words, how to write it, and the
/// pattern for editors.
macro_rules! formed {
    ($(#[doc = $doc:literal])+ $name:ident: $words:literal, $is:expr, $help:literal, $pattern:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[allow(unreachable_pub, reason = "some of these types are seen by benches, others are not")]
        pub struct $name(String);

        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::front_matter::field::Field for $name {
            fn read(
                node: &$crate::front_matter::tree::Node,
                reader: &mut $crate::front_matter::field::FieldReader,
            ) -> Self {
                let text = String::read(node, reader);
                let is: fn(&str) -> bool = $is;
                if !text.is_empty() && !is(&text) {
                    reader.refuse(
                        $crate::diagnostic::Code::BadValue,
                        node.span,
                        format!("`{text}` is not a {}", $words),
                        "",
                        $help,
                    );
                    return $name::default();
                }
                $name(text)
            }
            fn words() -> String {
                $words.into()
            }
            fn schema() -> serde_json::Value {
                serde_json::json!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

/// Declares a table: each key with its type, `=> required` or `=> or(default)`, and what it means.
macro_rules! table {
    (@default required) => { Default::default() };
    (@default or($otherwise:expr)) => { $otherwise };
    (@read $reader:ident, $node:ident, $entries:ident, $key:expr, required) => { $reader.required($node, $entries, $key) };
    (@read $reader:ident, $node:ident, $entries:ident, $key:expr, or($otherwise:expr)) => { $reader.optional($entries, $key, $otherwise) };
    (@needed required) => { true };
    (@needed or($otherwise:expr)) => { false };
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $field:ident: $type:ty => $need:ident $(($otherwise:expr))?;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        #[allow(unreachable_pub, reason = "some of these types are seen by benches, others are not")]
        pub struct $name { $($(#[doc = $doc])+ pub $field: $type,)+ }

        impl Default for $name {
            fn default() -> Self {
                $name { $($field: table!(@default $need $(($otherwise))?),)+ }
            }
        }

        impl $crate::front_matter::field::Field for $name {
            const REFERS: bool =
                $(<$type as $crate::front_matter::field::Field>::REFERS ||)+ false;
            fn references<'a>(
                &'a self,
                visit: &mut dyn FnMut($crate::front_matter::field::Reference<'a>),
            ) {
                $($crate::front_matter::field::Field::references(&self.$field, visit);)+
            }
            fn refers_like(&self, other: &Self) -> bool {
                $($crate::front_matter::field::Field::refers_like(&self.$field, &other.$field) &&)+ true
            }
            fn read(
                node: &$crate::front_matter::tree::Node,
                reader: &mut $crate::front_matter::field::FieldReader,
            ) -> Self {
                let entries = reader.entries(node, &[$(stringify!($field)),+]);
                $name { $($field: table!(@read reader, node, entries, stringify!($field), $need $(($otherwise))?),)+ }
            }
            fn words() -> String {
                "table".into()
            }
            fn schema() -> serde_json::Value {
                let mut properties = serde_json::Map::new();
                let mut required: Vec<&str> = Vec::new();
                $(
                    let mut schema = <$type as $crate::front_matter::field::Field>::schema();
                    if let Some(schema) = schema.as_object_mut() {
                        let text = [$($doc.trim()),+].join(" ");
                        schema.insert("description".into(), text.into());
                    }
                    properties.insert(stringify!($field).into(), schema);
                    if table!(@needed $need $(($otherwise))?) {
                        required.push(stringify!($field));
                    }
                )+
                serde_json::json!({
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                })
            }
        }

        impl $name {
            /// The keys of the table with their types and meanings, as a table in Markdown.
            pub(crate) fn reference() -> String {
                let mut out = String::from("| key | type | meaning |\n|---|---|---|\n");
                $(
                    let text = [$($doc.trim()),+].join(" ");
                    let needed = if table!(@needed $need $(($otherwise))?) { " (required)" } else { "" };
                    let words = <$type as $crate::front_matter::field::Field>::words();
                    out.push_str(&format!("| `{}` | {words}{needed} | {text} |\n", stringify!($field)));
                )+
                out
            }
        }
    };
}

pub(crate) use {formed, table, words};
