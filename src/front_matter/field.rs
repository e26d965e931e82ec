//! Typed reading of front matter. A type that can stand in front matter is a [`Field`]; a table is
//! declared once with `table!`, which makes its type, its reader, its JSON Schema and its entry in
//! the reference.

use std::marker::PhantomData;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::json;

use crate::composed::composed;
use crate::diagnostic::{Code, Diagnostic, Place, Span, nearest};
use crate::source::Kind;

use super::quoted::{code, quoted};
use super::tree::{Key, Node, NodeValue, Syntax};
use super::{Brief, foreign};

/// Reads values and collects every mistake.
pub struct FieldReader<'a> {
    /// The file, for places.
    pub file: &'a Arc<str>,
    /// What was found wrong.
    pub found: &'a mut Vec<Diagnostic>,
    /// Whether missing keys are reported: after a syntax error they may be there, unread.
    pub complete: bool,
    /// In which language it is written.
    syntax: Syntax,
    /// The keys of the document, if it is one that is read.
    document: &'static [&'static str],
    /// The key whose value is read; empty for an item of a list.
    key: &'static str,
}

impl<'a> FieldReader<'a> {
    /// A reader of TOML that is no document.
    pub fn new(file: &'a Arc<str>, found: &'a mut Vec<Diagnostic>, complete: bool) -> Self {
        let (syntax, document, key) = (Syntax::Toml, [].as_slice(), "");
        FieldReader { file, found, complete, syntax, document, key }
    }

    /// The same for a document that has such keys.
    pub(super) fn of_document(self, syntax: Syntax, keys: &'static [&'static str]) -> Self {
        FieldReader { syntax, document: keys, ..self }
    }
}

/// How a key that is missing is added, by the words for its type.
fn to_add(key: &str, words: &str) -> String {
    // Where a value is one of some words, any of them is an example.
    let value = match words.strip_prefix('`').and_then(|words| words.split_once('`')) {
        Some((word, _)) => format!("\"{word}\""),
        None if words == "text" => "\"…\"".to_owned(),
        None => "…".to_owned(),
    };
    let choice =
        if words.starts_with('`') { format!("; it is one of {words}") } else { String::new() };
    format!("add a line such as `{key} = {value}` (in YAML `{key}: {value}`){choice}")
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
        let help = self.written(&node.value, wanted).map(|value| self.assigned(self.key, &value));
        let help = help.map(|line| format!("write {}", code(&line)));
        self.refuse(
            Code::WrongType,
            node.span,
            format!("expected {wanted}, found {}", node.value.words()),
            &format!("this is {}", node.value.words()),
            &help.unwrap_or_else(|| match wanted {
                "text" if matches!(node.value, NodeValue::Float(_)) => {
                    "put it in quotes".to_owned()
                }
                _ => String::new(),
            }),
        );
    }

    /// Reports a value that is no table with such keys, or no list of such tables: of a key that means something else
    /// elsewhere, with what that is called here.
    fn no_table(&mut self, node: &Node, keys: &[&'static str], wanted: &str) {
        let Some(help) = foreign::elsewhere(keys) else { return self.wrong_type(node, wanted) };
        let found = node.value.words();
        let message = format!("expected {wanted}, found {found}");
        self.refuse(Code::WrongType, node.span, message, &format!("this is {found}"), help);
    }

    /// A key with its value, as it is written in the document.
    fn assigned(&self, key: &str, value: &str) -> String {
        match (key, self.syntax) {
            ("", _) => value.to_owned(),
            (_, Syntax::Toml) => format!("{key} = {value}"),
            (_, Syntax::Yaml) => format!("{key}: {value}"),
        }
    }

    /// How a value of another type is probably meant where one of the type `wanted` stands.
    fn written(&self, value: &NodeValue, wanted: &str) -> Option<String> {
        match (wanted, value) {
            ("text", NodeValue::Integer(n)) => Some(quoted(&n.to_string())),
            ("text", NodeValue::Bool(is)) => Some(quoted(&is.to_string())),
            ("text", NodeValue::Date(text)) => Some(quoted(text)),
            // Somebody with more than a name, as `- name: A. Name`.
            ("text", NodeValue::Table(entries)) => {
                entries.iter().find_map(|(_, node)| match &node.value {
                    NodeValue::Text(text) => Some(quoted(text)),
                    _ => None,
                })
            }
            ("text", NodeValue::List(items)) => match items.as_slice() {
                [Node { value: NodeValue::Text(text), .. }] => Some(quoted(text)),
                _ => None,
            },
            ("a list of texts", NodeValue::Text(text)) => Some(format!("[{}]", quoted(text))),
            ("a list of ids", NodeValue::Text(text)) => {
                let ids: Vec<_> = text.split(',').map(|id| quoted(id.trim())).collect();
                Some(format!("[{}]", ids.join(", ")))
            }
            ("true or false", NodeValue::Text(text)) => match &*text.trim().to_ascii_lowercase() {
                "true" | "yes" | "y" | "on" | "1" => Some("true".to_owned()),
                "false" | "no" | "n" | "off" | "0" => Some("false".to_owned()),
                _ => None,
            },
            ("true or false", NodeValue::Integer(n @ 0..=1)) => Some((*n == 1).to_string()),
            ("a whole number" | "a number", NodeValue::Text(text)) => {
                text.trim().parse::<i64>().ok().map(|n| n.to_string())
            }
            _ => None,
        }
    }

    /// The entries of a table. Reports unknown keys, and anything that is no table.
    pub fn entries<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        known: &[&'static str],
    ) -> &'n [(Key<'t>, Node<'t>)] {
        let NodeValue::Table(entries) = &node.value else {
            self.no_table(node, known, "a table");
            return &[];
        };
        for (key, _) in entries {
            if !known.contains(&&*key.name) {
                self.unknown_key(key, known);
            }
        }
        entries
    }

    /// Reports a key that a table with the keys `known` does not have.
    fn unknown_key(&mut self, key: &Key<'_>, known: &[&'static str]) {
        let name = &*key.name;
        let is_document = known == self.document;
        if is_document && let Some((message, help)) = foreign::known_as(name, known) {
            self.refuse(Code::ForeignKey, key.span, message, "", &help);
            return;
        }
        let help = match nearest(name, known.iter().copied()) {
            _ if !is_document && self.document.contains(&name) => {
                "it is a key of the document: write it above the tables, before the first line in `[…]`"
                    .to_owned()
            }
            Some(near) => format!("did you mean `{near}`?"),
            None if known.contains(&"extra") => {
                format!("known keys: {}; values of your own belong in `[extra]`", known.join(", "))
            }
            None => format!("known keys: {}", known.join(", ")),
        };
        let message = format!("unknown key `{name}`");
        self.refuse(Code::UnknownKey, key.span, message, "not a key that Chancery knows", &help);
    }

    /// Reports the keys of the document that stand below `[extra]` and are missing above it: as TOML goes, whatever
    /// follows a line in brackets belongs to its table.
    pub fn look_below(&mut self, document: &Node<'_>) {
        let NodeValue::Table(entries) = &document.value else { return };
        let extra = entries.iter().find(|(key, _)| key.name == "extra");
        let Some((_, Node { value: NodeValue::Table(inside), .. })) = extra else { return };
        for (key, _) in inside {
            let is_above = entries.iter().any(|(other, _)| other.name == key.name);
            if self.document.contains(&&*key.name) && !is_above {
                self.refuse(
                    Code::MisplacedKey,
                    key.span,
                    format!("`{}` stands below `[extra]`, where only templates see it", key.name),
                    "a key of the document elsewhere",
                    "if it is meant for the document, write it above `[extra]`; if it is not, give it another name",
                );
            }
        }
    }

    /// Reads a value, unless something is wrong with it. Of a table, what can be read is read.
    fn sound<T: Field>(&mut self, node: &Node) -> Option<T> {
        let before = self.found.len();
        let value = T::read(node, self);
        (self.found.len() == before || !T::KEYS.is_empty()).then_some(value)
    }

    /// Reads a value as that of a key.
    fn value<T: Field>(&mut self, key: &'static str, node: &Node) -> T {
        let outer = std::mem::replace(&mut self.key, key);
        let value = T::read(node, self);
        self.key = outer;
        value
    }

    /// The value of a key, or `otherwise` where it is missing.
    pub fn optional<T: Field>(
        &mut self,
        entries: &[(Key, Node)],
        key: &'static str,
        otherwise: T,
    ) -> T {
        match entries.iter().find(|(k, _)| k.name == key) {
            Some((_, node)) => self.value(key, node),
            None => otherwise,
        }
    }

    /// The value of a key that must be there and not be blank.
    pub fn required<T: Field>(
        &mut self,
        whole: &Node,
        entries: &[(Key, Node)],
        key: &'static str,
    ) -> T {
        match entries.iter().find(|(k, _)| k.name == key) {
            Some((_, node)) if node.value.is_blank() => {
                let message = format!("`{key}` is empty");
                self.refuse(Code::BadValue, node.span, message, "empty", "");
                T::default()
            }
            Some((_, node)) => self.value(key, node),
            None => {
                // A slip in the key was reported as an unknown one.
                let misspelt = entries
                    .iter()
                    .any(|(k, _)| nearest(&k.name, [key]).is_some() || foreign::is(&k.name, key));
                if self.complete && !misspelt && matches!(whole.value, NodeValue::Table(_)) {
                    let start = whole.span.start;
                    self.refuse(
                        Code::MissingKey,
                        Span { start, end: start },
                        format!("the key `{key}` is missing"),
                        "",
                        &to_add(key, &T::words()),
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
    /// The keys of a table.
    const KEYS: &'static [&'static str] = &[];
    /// Reads a value.
    fn read(node: &Node, reader: &mut FieldReader) -> Self;
    /// The type in words.
    fn words() -> String;
    /// The type as JSON Schema.
    fn schema() -> serde_json::Value;
    /// The value as it is written, for the reference of what holds where nothing is written; `None` where that is nothing.
    fn written(&self) -> Option<String> {
        None
    }
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
    /// A judgement of a brief, as `brief#id`.
    Judgement,
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
        match node.value {
            NodeValue::Text(_) => {
                Ref { id: String::read(node, reader), span: node.span, to: PhantomData }
            }
            _ => {
                reader.wrong_type(node, "text");
                Ref::default()
            }
        }
    }
    fn words() -> String {
        format!("{} id", T::KIND.word())
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "title": Self::words() })
    }
    fn references<'a>(&'a self, visit: &mut dyn FnMut(Reference<'a>)) {
        // One that is required and is not there was reported when it was read.
        if self.span != Span::default() {
            visit(Reference {
                to: Referent::Document(T::KIND),
                written: &self.id,
                span: self.span,
            });
        }
    }
    fn refers_like(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// A judgement of a brief, as `brief#id`, and where that is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JudgementRef {
    /// The whole, as it is written.
    pub written: String,
    /// The brief.
    pub brief: Ref<Brief>,
    /// The judgement's own id.
    pub id: String,
}

impl JudgementRef {
    /// Where it is written.
    pub fn span(&self) -> Span {
        self.brief.span
    }
}

/// The ids of a brief and of a judgement of it, of a reference as it is written; nothing of the second without a `#`.
pub(crate) fn split_judgement(written: &str) -> (&str, &str) {
    written.rsplit_once('#').unwrap_or((written, ""))
}

impl Field for JudgementRef {
    const REFERS: bool = true;
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let written = String::read(node, reader);
        let (brief, id) = split_judgement(&written);
        if !written.is_empty() && (brief.is_empty() || id.is_empty()) {
            reader.refuse(
                Code::BadValue,
                node.span,
                format!("`{written}` is not a judgement of a brief"),
                "",
                "write the brief's id, `#` and the id of its judgement, as in `2025-02-18-riyadh-talks#third-round`",
            );
        }
        let (brief, id) = (brief.to_owned(), id.to_owned());
        let brief = Ref { id: brief, span: node.span, to: PhantomData };
        JudgementRef { written, brief, id }
    }
    fn words() -> String {
        "judgement as `brief#id`".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "title": "judgement of a brief", "pattern": "^.+#[^#]+$" })
    }
    fn references<'a>(&'a self, visit: &mut dyn FnMut(Reference<'a>)) {
        visit(Reference { to: Referent::Judgement, written: &self.written, span: self.span() });
    }
    fn refers_like(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

/// A likelihood in percent, from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Percent(pub f64);

impl Field for Percent {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let percent = f64::read(node, reader);
        if (0.0..=100.0).contains(&percent) {
            return Percent(percent);
        }
        let message = format!("{percent} is not between 0 and 100");
        reader.refuse(Code::BadValue, node.span, message, "a likelihood in percent", "");
        Percent::default()
    }
    fn words() -> String {
        "number from 0 to 100".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "number", "minimum": 0, "maximum": 100 })
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
        // One that is required and is not there was reported when it was read.
        if self.span != Span::default() {
            visit(Reference { to: Referent::File, written: &self.path, span: self.span });
        }
    }
    fn refers_like(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Field for String {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match &node.value {
            NodeValue::Text(text) => composed(text).into_owned(),
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
    fn written(&self) -> Option<String> {
        (!self.is_empty()).then(|| format!("\"{self}\""))
    }
}

impl Field for bool {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match node.value {
            NodeValue::Bool(value) => value,
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
    fn written(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Field for i64 {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        match node.value {
            NodeValue::Integer(n) => n,
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
            NodeValue::Integer(n) => n as f64,
            NodeValue::Float(n) if n.is_finite() => n,
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
            _ if !matches!(node.value, NodeValue::Integer(_)) => Count::default(),
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
    fn written(&self) -> Option<String> {
        Some(self.0.to_string())
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
            value if value.is_blank() => None,
            _ => reader.sound(node),
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
            NodeValue::List(items) => {
                let key = std::mem::take(&mut reader.key);
                let read = items.iter().filter_map(|item| reader.sound(item)).collect();
                reader.key = key;
                read
            }
            NodeValue::Nothing => Vec::new(),
            NodeValue::Text(text) if text.trim().is_empty() => Vec::new(),
            _ => {
                let wanted = match &*T::words() {
                    "text" | "text or table" => "a list of texts",
                    "table" => "a list of tables",
                    words if words.ends_with(" id") => "a list of ids",
                    _ => "a list",
                };
                reader.no_table(node, T::KEYS, wanted);
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

/// A table whose keys are names that the site gives, in the order in which they are written: small letters, digits and
/// hyphens, as in `threat-actor`.
#[derive(Clone, Debug, PartialEq)]
pub struct ByName<T> {
    entries: Vec<(Spanned<String>, T)>,
    /// Where each stands.
    places: FxHashMap<String, usize>,
}

impl<T> ByName<T> {
    /// All names, with where they are written, and what is called so.
    pub fn iter(&self) -> std::slice::Iter<'_, (Spanned<String>, T)> {
        self.entries.iter()
    }

    /// The place of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// What is called by the name at a place.
    pub fn at(&self, place: usize) -> Option<&T> {
        self.entries.get(place).map(|(_, value)| value)
    }
}

impl<T> Default for ByName<T> {
    fn default() -> Self {
        ByName { entries: Vec::new(), places: FxHashMap::default() }
    }
}

impl<T: Field> Field for ByName<T> {
    const REFERS: bool = T::REFERS;
    fn references<'a>(&'a self, visit: &mut dyn FnMut(Reference<'a>)) {
        self.entries.iter().for_each(|(_, value)| value.references(visit));
    }
    fn refers_like(&self, other: &Self) -> bool {
        let mut pairs = self.entries.iter().zip(&other.entries);
        self.entries.len() == other.entries.len()
            && pairs.all(|((_, one), (_, other))| one.refers_like(other))
    }
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        let NodeValue::Table(entries) = &node.value else {
            reader.wrong_type(node, "a table");
            return ByName::default();
        };
        let outer = std::mem::take(&mut reader.key);
        let mut named = ByName::default();
        for (key, node) in entries {
            let is_sign = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if key.name.starts_with(|c: char| c.is_ascii_lowercase())
                && key.name.bytes().all(is_sign)
            {
                let name = Spanned { value: key.name.clone().into_owned(), span: key.span };
                named.places.insert(name.value.clone(), named.entries.len());
                named.entries.push((name, T::read(node, reader)));
            } else {
                let message = format!("`{}` cannot be such a name", key.name);
                let help = "write it in small letters from a to z, with digits and hyphens behind the first, as in `threat-actor`";
                reader.refuse(Code::BadValue, key.span, message, "", help);
            }
        }
        reader.key = outer;
        named
    }
    fn words() -> String {
        "tables".into()
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "object", "propertyNames": { "pattern": "^[a-z][a-z0-9-]*$" }, "additionalProperties": T::schema() })
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
    fn written(&self) -> Option<String> {
        self.value.written()
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
    pub(crate) fn convert(value: &NodeValue) -> serde_json::Value {
        match value {
            NodeValue::Text(text) | NodeValue::Date(text) => json!(text),
            NodeValue::Integer(n) => json!(n),
            NodeValue::Float(n) => json!(n),
            NodeValue::Bool(b) => json!(b),
            NodeValue::List(items) => {
                items.iter().map(|item| Extra::convert(&item.value)).collect()
            }
            NodeValue::Table(entries) => serde_json::Value::Object(
                entries
                    .iter()
                    .map(|(k, v)| (k.name.clone().into_owned(), Extra::convert(&v.value)))
                    .collect(),
            ),
            NodeValue::Nothing => serde_json::Value::Null,
        }
    }
}

impl Field for Extra {
    fn read(node: &Node, reader: &mut FieldReader) -> Self {
        if !matches!(node.value, NodeValue::Table(_)) {
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
                if matches!(node.value, NodeValue::List(_)) {
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
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal $(or $other:literal)*,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[allow(unreachable_pub, reason = "some of these types are seen by benches, others are not")]
        pub enum $name { #[default] $($(#[doc = $doc])+ $variant),+ }

        #[allow(unreachable_pub, reason = "as its type")]
        impl $name {
            /// All of them, in the order of the declaration.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// What a word stands for.
            pub fn named(word: &str) -> Option<$name> {
                match word {
                    $($word $(| $other)* => Some($name::$variant),)+
                    _ => None,
                }
            }
        }

        impl $crate::front_matter::field::Field for $name {
            fn read(
                node: &$crate::front_matter::tree::Node,
                reader: &mut $crate::front_matter::field::FieldReader,
            ) -> Self {
                let text = String::read(node, reader);
                if let Some(found) = $name::named(&text) {
                    return found;
                }
                if !text.is_empty() || matches!(node.value, $crate::front_matter::tree::NodeValue::Text(_)) {
                    let known = $name::ALL.iter().map(|known| known.word());
                    let help = match $crate::diagnostic::nearest(&text.trim().to_lowercase(), known.clone()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("write one of {}", known.collect::<Vec<_>>().join(", ")),
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
                serde_json::json!({ "enum": [$($word $(, $other)*),+] })
            }
            fn written(&self) -> Option<String> {
                Some(format!("\"{}\"", self.word()))
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
            fn written(&self) -> Option<String> {
                $crate::front_matter::field::Field::written(&self.0)
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
    (@written $type:ty, required) => { None::<String> };
    (@written $type:ty, or($otherwise:expr)) => { <$type as $crate::front_matter::field::Field>::written(&$otherwise) };
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
                let entries = reader.entries(node, Self::KEYS);
                $name { $($field: table!(@read reader, node, entries, stringify!($field), $need $(($otherwise))?),)+ }
            }
            const KEYS: &'static [&'static str] = &[$(stringify!($field)),+];
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
            /// The keys of the table with their types, what holds without them, and what they mean, as a table in Markdown.
            pub(crate) fn reference() -> String {
                let mut out = String::from("| key | type | default | meaning |\n|---|---|---|---|\n");
                $(
                    let text = [$($doc.trim()),+].join(" ");
                    let needed = if table!(@needed $need $(($otherwise))?) { " (required)" } else { "" };
                    let words = <$type as $crate::front_matter::field::Field>::words();
                    let written: Option<String> = table!(@written $type, $need $(($otherwise))?);
                    let written = written.map(|written| format!("`{written}`")).unwrap_or_default();
                    out.push_str(&format!("| `{}` | {words}{needed} | {written} | {text} |\n", stringify!($field)));
                )+
                out
            }
        }
    };
}

pub(crate) use {formed, table, words};
