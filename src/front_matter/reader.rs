//! Typed reading of a [`Node`]: one declaration of a record makes the struct, its reader, its JSON
//! Schema and its reference table, so that the four cannot differ. Reading never stops at a mistake.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::tree::{Key, Node, Syntax, Value};
use crate::diagnostic::{Code, Diagnostic, Place, Span, nearest};

/// A type that a value of front matter or of `site.toml` is read as.
pub trait Field: Sized {
    /// Reads it, reporting what is wrong; `None` after a report, or for what was reported before.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;

    /// Its JSON Schema (draft 2020-12).
    fn schema() -> Json;

    /// What it is called, with its article: "a date".
    fn type_words() -> Cow<'static, str>;

    /// What several are called: "dates".
    fn plural_words() -> Cow<'static, str>;

    /// How one is written in TOML, for help lines and the reference.
    fn example() -> Cow<'static, str>;

    /// The keys of a table with fixed keys, for the reference.
    fn rows() -> Vec<Row> {
        Vec::new()
    }
}

/// One key in the reference.
#[derive(Clone, Debug)]
pub struct Row {
    /// The key.
    pub key: &'static str,
    /// What it holds, in words.
    pub type_words: Cow<'static, str>,
    /// Whether it must be there.
    pub required: bool,
    /// What it takes when it is left out, as JSON.
    pub default: Option<Json>,
    /// What it means, in Markdown.
    pub meaning: String,
    /// The JSON Schema of its value.
    pub schema: Json,
    /// The keys of its table, or of each table of its list.
    pub rows: Vec<Row>,
    /// Whether it holds a list of tables.
    pub many: bool,
}

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file; of text, with the quotes.
    pub span: Span,
}

/// What reading needs to know and where it reports to.
pub struct Reader<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    syntax: Syntax,
    /// After a syntax error a key that seems missing may only be unreadable: it is not reported.
    broken: bool,
    key: &'static str,
    in_list: bool,
    /// The keys of the outermost table.
    top: &'static [&'static str],
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// A table whose keys have been checked.
pub struct Table<'n> {
    entries: &'n [(Key, Node)],
    span: Span,
    what: &'static str,
    /// Known keys that a misspelt key probably means.
    meant: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    /// A reader of one file. `broken` tells that the file has syntax errors.
    pub fn new(
        file: &'a Arc<str>,
        text: &'a str,
        syntax: Syntax,
        broken: bool,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Reader { file, text, syntax, broken, key: "", in_list: false, top: &[], diagnostics }
    }

    /// Reports something at a place in the file.
    pub fn report(&mut self, span: Span, finding: Diagnostic) {
        self.diagnostics.push(finding.at(Place::span(self.file.clone(), span)));
    }

    /// What messages call the value that is being read.
    pub fn subject(&self) -> String {
        if self.in_list { format!("an item of `{}`", self.key) } else { format!("`{}`", self.key) }
    }

    /// Reports a value of another type than `T` reads.
    pub fn wrong_type<T: Field>(&mut self, node: &Node) {
        if node.value == Value::Broken {
            return;
        }
        let wanted = T::type_words();
        let example = T::example();
        let written = self.text.get(node.span.range()).unwrap_or_default();
        let short = (1..=40).contains(&written.len()) && !written.contains('\n');
        let help = match &node.value {
            Value::Integer(_) | Value::Float(_) | Value::Bool(_) | Value::Date(_)
                if short && example.starts_with('"') =>
            {
                let assigned = format!("\"{written}\"");
                format!("put it in quotes: `{}`", self.assigned(&assigned))
            }
            Value::Text(_) if short && example.starts_with("[\"") => {
                let assigned = format!("[{written}]");
                format!("put it in brackets: `{}`", self.assigned(&assigned))
            }
            Value::Table(_) if example.starts_with("[{") && self.syntax == Syntax::Toml => {
                format!("write its header with two brackets: `[[{}]]`", self.key)
            }
            _ => format!("write it like `{}`", self.assigned(&example)),
        };
        let message = format!("{} must be {wanted}, not {}", self.subject(), node.value.words());
        self.report(
            node.span,
            Diagnostic::new(Code::WrongType, message)
                .label(format!("expected {wanted}"))
                .help(help),
        );
    }

    /// The key with a value, or the value alone when it is in a list.
    fn assigned(&self, value: &str) -> String {
        if self.in_list { value.to_owned() } else { self.syntax.assign(self.key, value) }
    }

    /// Reports a value of the right type that is not allowed.
    pub fn bad_value(&mut self, node: &Node, why: impl Into<String>, help: impl Into<String>) {
        let message = format!("{} {}", self.subject(), why.into());
        self.report(node.span, Diagnostic::new(Code::BadValue, message).help(help));
    }

    /// Reports a date that is none.
    pub fn bad_date(&mut self, node: &Node, written: &str, label: &str, help: String) {
        let message = format!("{} is not a date: `{written}`", self.subject());
        self.report(node.span, Diagnostic::new(Code::BadDate, message).label(label).help(help));
    }

    /// Opens a table with fixed keys and reports the keys it does not know.
    pub fn table<'n, T: Field>(
        &mut self,
        node: &'n Node,
        what: &'static str,
        known: &'static [&'static str],
    ) -> Option<Table<'n>> {
        let Value::Table(entries) = &node.value else {
            self.wrong_type::<T>(node);
            return None;
        };
        if self.top.is_empty() {
            self.top = known;
        }
        let mut meant = Vec::new();
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            let near = nearest(&key.name, known.iter().copied());
            let misplaced = self.syntax == Syntax::Toml && self.top.contains(&key.name.as_str());
            let help = match near {
                _ if misplaced => format!(
                    "if it belongs to the whole, write it above the first line in brackets: \
                     below it, `{}` is a key of that table",
                    key.name
                ),
                Some(near) => format!("did you mean `{near}`?"),
                None if known.contains(&"extra") => {
                    format!("the keys are {}; your own values belong in `extra`", known.join(", "))
                }
                None => format!("the keys are {}", known.join(", ")),
            };
            meant.extend(near.and_then(|near| known.iter().find(|k| **k == near).copied()));
            self.report(
                key.span,
                Diagnostic::new(Code::UnknownKey, format!("{what} has no key `{}`", key.name))
                    .label("unknown key")
                    .help(help),
            );
        }
        Some(Table { entries, span: node.span, what, meant })
    }

    /// The value of a key, if it is there and right.
    pub fn optional<T: Field>(&mut self, table: &Table, key: &'static str) -> Option<T> {
        let node = find(table, key).map(|(_, node)| node)?;
        self.keyed(key, |reader| T::read(node, reader))
    }

    /// The value of a key that must be there.
    pub fn required<T: Field>(&mut self, table: &Table, key: &'static str) -> Option<T> {
        let found = find(table, key);
        if found.is_none() && !self.broken && !table.meant.contains(&key) {
            let example = self.syntax.assign(key, &T::example());
            self.report(
                table.span,
                Diagnostic::new(Code::MissingKey, format!("{} must have `{key}`", table.what))
                    .label(format!("`{key}` is missing"))
                    .help(format!("add `{example}`")),
            );
        }
        let (_, node) = found?;
        self.keyed(key, |reader| T::read(node, reader))
    }

    /// The table of a key, or what an empty table would give.
    pub fn inner<T: Field>(&mut self, table: &Table, key: &'static str) -> Option<T> {
        self.optional(table, key).or_else(|| {
            let empty = Node { span: table.span, value: Value::Table(Vec::new()) };
            self.keyed(key, |reader| T::read(&empty, reader))
        })
    }

    fn keyed<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = (self.key, self.in_list);
        (self.key, self.in_list) = (key, false);
        let value = read(self);
        (self.key, self.in_list) = outer;
        value
    }
}

/// A key that has a value; one without, as YAML allows, counts as left out.
fn find<'n>(table: &Table<'n>, key: &str) -> Option<&'n (Key, Node)> {
    table.entries.iter().find(|(k, node)| k.name == key && node.value != Value::Nothing)
}

impl<T: Field> Field for Spanned<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(|value| Spanned { value, span: node.span })
    }

    fn schema() -> Json {
        T::schema()
    }

    fn type_words() -> Cow<'static, str> {
        T::type_words()
    }

    fn plural_words() -> Cow<'static, str> {
        T::plural_words()
    }

    fn example() -> Cow<'static, str> {
        T::example()
    }

    fn rows() -> Vec<Row> {
        T::rows()
    }
}

/// Items that are wrong are reported and left out.
impl<T: Field> Field for Vec<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::List(items) = &node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        let outer = std::mem::replace(&mut reader.in_list, true);
        let read = items.iter().filter_map(|item| T::read(item, reader)).collect();
        reader.in_list = outer;
        Some(read)
    }

    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema() })
    }

    fn type_words() -> Cow<'static, str> {
        format!("a list of {}", T::plural_words()).into()
    }

    fn plural_words() -> Cow<'static, str> {
        format!("lists of {}", T::plural_words()).into()
    }

    fn example() -> Cow<'static, str> {
        format!("[{}]", T::example()).into()
    }

    fn rows() -> Vec<Row> {
        T::rows()
    }
}

/// Text with something in it; white space around it does not count.
impl Field for String {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::Text(text) = &node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            reader.bad_value(node, "is empty", "write something, or leave it out");
            return None;
        }
        Some(text.to_owned())
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "\\S" })
    }

    fn type_words() -> Cow<'static, str> {
        "text".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "texts".into()
    }

    fn example() -> Cow<'static, str> {
        "\"…\"".into()
    }
}

impl Field for bool {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::Bool(flag) = node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        Some(flag)
    }

    fn schema() -> Json {
        json!({ "type": "boolean" })
    }

    fn type_words() -> Cow<'static, str> {
        "`true` or `false`".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "`true` or `false`".into()
    }

    fn example() -> Cow<'static, str> {
        "true".into()
    }
}

impl Field for i64 {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Value::Integer(number) = node.value else {
            reader.wrong_type::<Self>(node);
            return None;
        };
        Some(number)
    }

    fn schema() -> Json {
        json!({ "type": "integer" })
    }

    fn type_words() -> Cow<'static, str> {
        "a whole number".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "whole numbers".into()
    }

    fn example() -> Cow<'static, str> {
        "1".into()
    }
}

/// Whole numbers are numbers too; infinite and not-a-number are not.
impl Field for f64 {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match node.value {
            Value::Float(number) if number.is_finite() => Some(number),
            // Numbers beyond 2^53 lose their last digits, as in every language with such numbers.
            #[expect(clippy::cast_precision_loss, reason = "see above")]
            Value::Integer(number) => Some(number as f64),
            Value::Float(_) => {
                reader.bad_value(node, "must be a finite number", "write a number such as 41.0");
                None
            }
            _ => {
                reader.wrong_type::<Self>(node);
                None
            }
        }
    }

    fn schema() -> Json {
        json!({ "type": "number" })
    }

    fn type_words() -> Cow<'static, str> {
        "a number".into()
    }

    fn plural_words() -> Cow<'static, str> {
        "numbers".into()
    }

    fn example() -> Cow<'static, str> {
        "1.0".into()
    }
}

/// The words of a doc comment as one line.
pub(crate) fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The JSON Schema of a table with fixed keys.
pub(crate) fn record_schema(meaning: &str, rows: &[Row]) -> Json {
    let properties: Map<String, Json> = rows
        .iter()
        .map(|row| {
            let mut schema = row.schema.clone();
            if let Json::Object(schema) = &mut schema {
                schema.insert("description".into(), row.meaning.clone().into());
                if let Some(default) = &row.default {
                    schema.insert("default".into(), default.clone());
                }
            }
            (row.key.to_owned(), schema)
        })
        .collect();
    let required: Vec<_> = rows.iter().filter(|row| row.required).map(|row| row.key).collect();
    json!({
        "type": "object",
        "description": meaning,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The reference of a table with fixed keys: a Markdown table, and one for each table inside.
pub(crate) fn record_reference(rows: &[Row]) -> String {
    let mut out = String::from("| key | type | required | meaning |\n|---|---|---|---|\n");
    let cell = |text: &str| text.replace('|', "\\|");
    for row in rows {
        let words = row.type_words.as_ref();
        let words = words.strip_prefix("a ").or_else(|| words.strip_prefix("an ")).unwrap_or(words);
        let default = row.default.as_ref().map(|d| format!(" Default: `{d}`.")).unwrap_or_default();
        out.push_str(&format!(
            "| `{}` | {} | {} | {}{} |\n",
            row.key,
            cell(words),
            if row.required { "yes" } else { "no" },
            cell(&row.meaning),
            cell(&default),
        ));
    }
    for row in rows.iter().filter(|row| !row.rows.is_empty()) {
        let header = if row.many { format!("[[{}]]", row.key) } else { format!("[{}]", row.key) };
        out.push_str(&format!("\n`{header}`:\n\n{}", record_reference(&row.rows)));
    }
    out
}

/// Declares a table with fixed keys. Each key has a doc comment and is one of
/// `required key: Type`, `optional key: Type` (an `Option`), `list key: Item` (a `Vec`, empty when left out),
/// `default key: Type = value`, or `table key: Type` (read from an empty table when left out).
macro_rules! record {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident, $what:literal, $plural:literal {
            $($(#[doc = $doc:literal])+ $need:ident $key:ident: $ty:ty $(= $default:expr)?;)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $key: $crate::front_matter::reader::record!(@type $need $ty),)+
        }

        impl $crate::front_matter::reader::Field for $name {
            fn read(
                node: &$crate::front_matter::tree::Node,
                reader: &mut $crate::front_matter::reader::Reader,
            ) -> Option<Self> {
                let table = reader.table::<Self>(node, $what, &[$(stringify!($key)),+])?;
                $(let $key = $crate::front_matter::reader::record!(
                    @read $need table, reader, stringify!($key), $ty $(, $default)?
                );)+
                Some($name { $($key: $crate::front_matter::reader::record!(@take $need $key),)+ })
            }

            fn schema() -> serde_json::Value {
                $crate::front_matter::reader::record_schema(
                    &$crate::front_matter::reader::one_line(concat!($($about),+)),
                    &Self::rows(),
                )
            }

            fn type_words() -> std::borrow::Cow<'static, str> {
                "a table".into()
            }

            fn plural_words() -> std::borrow::Cow<'static, str> {
                $plural.into()
            }

            fn example() -> std::borrow::Cow<'static, str> {
                "{ … }".into()
            }

            fn rows() -> Vec<$crate::front_matter::reader::Row> {
                vec![$({
                    type Held = $crate::front_matter::reader::record!(@held $need $ty);
                    $crate::front_matter::reader::Row {
                        key: stringify!($key),
                        type_words: <Held as $crate::front_matter::reader::Field>::type_words(),
                        required: stringify!($need) == "required",
                        default: $crate::front_matter::reader::record!(@default $ty $(, $default)?),
                        meaning: $crate::front_matter::reader::one_line(concat!($($doc),+)),
                        schema: <Held as $crate::front_matter::reader::Field>::schema(),
                        rows: <Held as $crate::front_matter::reader::Field>::rows(),
                        many: stringify!($need) == "list",
                    }
                }),+]
            }
        }
    };
    (@type optional $ty:ty) => { Option<$ty> };
    (@type list $ty:ty) => { Vec<$ty> };
    (@type $need:ident $ty:ty) => { $ty };
    (@held list $ty:ty) => { Vec<$ty> };
    (@held $need:ident $ty:ty) => { $ty };
    (@read required $table:ident, $reader:ident, $key:expr, $ty:ty) => {
        $reader.required::<$ty>(&$table, $key)
    };
    (@read optional $table:ident, $reader:ident, $key:expr, $ty:ty) => {
        $reader.optional::<$ty>(&$table, $key)
    };
    (@read list $table:ident, $reader:ident, $key:expr, $ty:ty) => {
        $reader.optional::<Vec<$ty>>(&$table, $key).unwrap_or_default()
    };
    (@read table $table:ident, $reader:ident, $key:expr, $ty:ty) => {
        $reader.inner::<$ty>(&$table, $key)
    };
    (@read default $table:ident, $reader:ident, $key:expr, $ty:ty, $default:expr) => {
        $reader.optional::<$ty>(&$table, $key).unwrap_or_else(|| $default)
    };
    (@take required $key:ident) => { $key? };
    (@take table $key:ident) => { $key? };
    (@take $need:ident $key:ident) => { $key };
    (@default $ty:ty) => { None };
    (@default $ty:ty, $default:expr) => {{
        let default: $ty = $default;
        // Defaults are plain words and numbers, which serialise.
        serde_json::to_value(&default).ok()
    }};
}

/// Declares an enum of words, each with the text an author writes.
macro_rules! words {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+ }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $doc])+ $variant,)+ }

        impl $name {
            /// All of them, in the order of the reference.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word as it is written.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl $crate::front_matter::reader::Field for $name {
            fn read(
                node: &$crate::front_matter::tree::Node,
                reader: &mut $crate::front_matter::reader::Reader,
            ) -> Option<Self> {
                let $crate::front_matter::tree::Value::Text(text) = &node.value else {
                    reader.wrong_type::<Self>(node);
                    return None;
                };
                let found = Self::ALL.iter().find(|known| known.word() == text).copied();
                if found.is_none() {
                    let help = match $crate::diagnostic::nearest(text, [$($word),+]) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("write one of {}", [$($word),+].join(", ")),
                    };
                    reader.bad_value(node, format!("cannot be `{text}`"), help);
                }
                found
            }

            fn schema() -> serde_json::Value {
                serde_json::json!({ "type": "string", "enum": [$($word),+] })
            }

            fn type_words() -> std::borrow::Cow<'static, str> {
                [$(concat!("`\"", $word, "\"`")),+].join(" or ").into()
            }

            fn plural_words() -> std::borrow::Cow<'static, str> {
                Self::type_words()
            }

            fn example() -> std::borrow::Cow<'static, str> {
                [$(concat!("\"", $word, "\"")),+].first().copied().unwrap_or_default().into()
            }
        }
    };
}

/// Declares a kind of text with a fixed form: its name in words, an example, a pattern for the JSON Schema
/// and the test that decides.
macro_rules! formed {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident, $one:literal, $many:literal, $example:literal, $pattern:literal, $test:expr
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::front_matter::reader::Field for $name {
            fn read(
                node: &$crate::front_matter::tree::Node,
                reader: &mut $crate::front_matter::reader::Reader,
            ) -> Option<Self> {
                let $crate::front_matter::tree::Value::Text(text) = &node.value else {
                    reader.wrong_type::<Self>(node);
                    return None;
                };
                let test: fn(&str) -> bool = $test;
                let text = text.trim();
                if !test(text) {
                    reader.bad_value(
                        node,
                        concat!("is not ", $one),
                        concat!("write it like \"", $example, "\""),
                    );
                    return None;
                }
                Some($name(text.to_owned()))
            }

            fn schema() -> serde_json::Value {
                serde_json::json!({ "type": "string", "pattern": $pattern })
            }

            fn type_words() -> std::borrow::Cow<'static, str> {
                $one.into()
            }

            fn plural_words() -> std::borrow::Cow<'static, str> {
                $many.into()
            }

            fn example() -> std::borrow::Cow<'static, str> {
                concat!("\"", $example, "\"").into()
            }
        }
    };
}

pub(crate) use {formed, record, words};
