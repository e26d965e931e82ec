//! Front matter of any generator in the words of Chancery.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::front_matter::field::Extra;
use crate::front_matter::tree::{Key, Node, NodeValue};
use crate::front_matter::{self, Syntax, in_one_form, own};

use super::model::{Meta, Remark, System, line_of};

/// The keys that documents of an archive have here.
const KEYS: [&str; 15] = [
    "title",
    "date",
    "updated",
    "embargo",
    "expires",
    "summary",
    "bluf",
    "language",
    "storyline",
    "authors",
    "topics",
    "actors",
    "draft",
    "path",
    "redirects",
];

/// What stands in an address in the place of the name of a file.
const SLUGS: [&str; 4] = ["slug", "basename", "identifier", "url_slug"];

/// A file apart: its front matter, and where its text begins.
pub(super) struct Parted<'t> {
    /// `None` if it has no front matter.
    pub(super) table: Option<Vec<(Key<'static>, Node<'static>)>>,
    /// The text behind it.
    pub(super) body: &'t str,
    /// The line on which that begins, from 1.
    pub(super) line: usize,
    /// Why the front matter cannot be read, with its line and all of it.
    pub(super) fault: Option<(usize, String, &'t str)>,
}

/// Takes a file apart. JSON is read where Hugo has it: an object at the very start.
pub(super) fn part<'t>(name: &str, text: &'t str) -> Parted<'t> {
    let none = || Parted { table: None, body: text, line: 1, fault: None };
    let at = |body: usize| (text.get(body..).unwrap_or_default(), line_of(text, body));
    let first = text.lines().next().unwrap_or_default().trim_end();
    if first.starts_with('{') && !first.starts_with("{{") && !first.starts_with("{%") {
        let mut values = serde_json::Deserializer::from_str(text).into_iter();
        let Some(Ok(serde_json::Value::Object(table))) = values.next() else { return none() };
        let end = values.byte_offset();
        let rest = text.get(end..).unwrap_or_default();
        let body = end + rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (body, line) = at(body);
        return Parted { table: entries(of_json(&table.into())), body, line, fault: None };
    }
    if !matches!(first, "---" | "+++") {
        return none();
    }
    let mut found = Vec::new();
    let Some((node, body)) = front_matter::written(&Arc::from(name), text, &mut found) else {
        let mut parted = none();
        parted.fault = found.first().map(|fault| (1, fault.message.clone(), ""));
        return parted;
    };
    let front = text.get(..body).unwrap_or_default();
    let fault = found.iter().find(|found| found.severity == Severity::Error);
    let fault = fault.map(|fault| (line_at(text, fault), fault.message.clone(), front));
    let (body, line) = at(body);
    Parted { table: Some(entries(node).unwrap_or_default()), body, line, fault }
}

fn line_at(text: &str, found: &Diagnostic) -> usize {
    let span = found.place.as_ref().and_then(|place| place.span);
    span.map_or(1, |span| line_of(text, span.range().start))
}

/// The entries of a table.
pub(super) fn entries(node: Node<'static>) -> Option<Vec<(Key<'static>, Node<'static>)>> {
    match node.value {
        NodeValue::Table(entries) => Some(entries),
        _ => None,
    }
}

/// A value of JSON.
pub(super) fn of_json(value: &serde_json::Value) -> Node<'static> {
    use serde_json::Value as Json;
    let value = match value {
        Json::Null => NodeValue::Nothing,
        Json::Bool(is) => NodeValue::Bool(*is),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => NodeValue::Integer(whole),
            None => number.as_f64().map_or(NodeValue::Nothing, NodeValue::Float),
        },
        Json::String(text) => NodeValue::Text(Cow::Owned(text.clone())),
        Json::Array(items) => NodeValue::List(items.iter().map(of_json).collect()),
        Json::Object(table) => {
            let key = |name: &String| Key { name: Cow::Owned(name.clone()), span: (0..0).into() };
            let entry = |(name, value)| (key(name), of_json(value));
            NodeValue::Table(table.iter().map(entry).collect())
        }
    };
    Node { span: (0..0).into(), value }
}

/// The text of a value that is one, or a number, a date, or `true` or `false`.
pub(super) fn text_of(value: &NodeValue<'_>) -> Option<String> {
    match value {
        NodeValue::Text(text) | NodeValue::Date(text) => Some(text.trim().to_owned()),
        NodeValue::Integer(number) => Some(number.to_string()),
        NodeValue::Float(number) => Some(number.to_string()),
        NodeValue::Bool(is) => Some(is.to_string()),
        NodeValue::List(_) | NodeValue::Table(_) | NodeValue::Nothing => None,
    }
    .filter(|text| !text.is_empty())
}

/// The texts of a list, or of the lists of a table.
pub(super) fn texts_of(value: &NodeValue<'_>) -> Vec<String> {
    match value {
        NodeValue::List(items) => items.iter().flat_map(|item| texts_of(&item.value)).collect(),
        NodeValue::Table(entries) => match entries.iter().find(|(key, _)| key.name == "name") {
            Some((_, name)) => texts_of(&name.value),
            None => entries.iter().flat_map(|(_, node)| texts_of(&node.value)).collect(),
        },
        one => text_of(one).into_iter().collect(),
    }
}

/// What a value of tags says. In one text several are told apart as the system does.
fn tags_of(value: &NodeValue<'_>, system: System) -> Vec<String> {
    let texts = texts_of(value);
    let is_text = matches!(value, NodeValue::Text(_));
    let apart = |text: String| -> Vec<String> {
        let parts: Vec<&str> = match system {
            System::Jekyll if is_text => text.split_whitespace().collect(),
            System::Obsidian if is_text => text.split([',', ' ']).collect(),
            _ => vec![&text],
        };
        let parts = parts.into_iter().map(|part| part.trim().trim_start_matches('#').trim());
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    texts.into_iter().flat_map(apart).collect()
}

/// What front matter says of a document. Remarks are made of what cannot be taken along.
pub(super) fn meta(
    table: Vec<(Key<'static>, Node<'static>)>,
    system: System,
    text: &str,
    remark: &mut impl FnMut(usize, &str, String),
) -> Meta {
    let mut meta = Meta::default();
    // The key itself goes before others that mean the same.
    let mut ranked: Vec<(bool, Key<'static>, Node<'static>)> = Vec::new();
    for (key, node) in table {
        ranked.push((!KEYS.contains(&&*key.name), key, node));
    }
    ranked.sort_by_key(|(other, ..)| *other);
    for (_, key, Node { value, span }) in ranked {
        if value.is_blank() {
            continue;
        }
        let name = key.name.to_lowercase();
        let line = line_of(text, span.range().start);
        let keep = |meta: &mut Meta, value: NodeValue<'static>| keep(meta, &key.name, value);
        if SLUGS.contains(&&*name) {
            match text_of(&value).filter(|_| system != System::Obsidian) {
                Some(slug) => meta.slug = Some(slug),
                None => keep(&mut meta, value),
            }
            continue;
        }
        if name == "extra" {
            for (key, node) in entries(Node { value, span }).unwrap_or_default() {
                self::keep(&mut meta, &key.name, node.value);
            }
            continue;
        }
        // `id` and `url` mean too many things, and Jekyll's `layout: post` says nothing.
        let own = match &*name {
            "id" | "uid" | "address" | "route" | "collection" | "time" | "day" | "intro" => None,
            "link" | "name" | "label" | "visible" | "subjects" | "headless" => None,
            "permalink" => Some("path"),
            "url" if system == System::Hugo => Some("path"),
            "url" => None,
            "layout" | "template" if matches!(value, NodeValue::Text(_)) => continue,
            _ => own(&key.name, &KEYS),
        };
        let free = |slot: &Option<String>| slot.is_none();
        match own {
            Some("title") if free(&meta.title) => meta.title = one_line(&value),
            Some("summary") if free(&meta.summary) => meta.summary = one_line(&value),
            Some("bluf") if free(&meta.bluf) => meta.bluf = one_line(&value),
            Some("storyline") if free(&meta.series) => {
                meta.series = texts_of(&value).into_iter().next();
            }
            Some("language") if free(&meta.language) => match language(&value) {
                Some(language) => meta.language = Some(language),
                None => keep(&mut meta, value),
            },
            Some("path") if free(&meta.path) => match text_of(&value) {
                Some(path) => meta.path = Some(path),
                None => keep(&mut meta, value),
            },
            Some(own @ ("date" | "updated" | "embargo" | "expires")) => {
                let slot = match own {
                    "date" => &mut meta.date,
                    "updated" => &mut meta.updated,
                    "embargo" => &mut meta.embargo,
                    _ => &mut meta.expires,
                };
                let written = text_of(&value);
                let date = written.as_deref().and_then(in_one_form);
                if slot.is_none() && date.is_some() {
                    *slot = date;
                } else {
                    // A date that is not understood may be one until which it is held back.
                    if slot.is_none() && matches!(own, "embargo" | "expires") {
                        meta.draft = true;
                    }
                    if date.is_none() {
                        let shown = format!("{}: {}", key.name, written.unwrap_or_default());
                        remark(line, "date that may mean two days, or none", shown);
                    }
                    keep(&mut meta, value);
                }
            }
            Some("authors") => meta.authors.extend(texts_of(&value)),
            Some("topics") => {
                let tags = tags_of(&value, system);
                if name.starts_with("categor") {
                    meta.categories.extend(tags.iter().cloned());
                }
                for tag in tags {
                    if !meta.tags.contains(&tag) {
                        meta.tags.push(tag);
                    }
                }
            }
            Some("actors") => {
                meta.about.extend(texts_of(&value));
                keep(&mut meta, value);
            }
            Some("redirects") => meta.aliases.extend(texts_of(&value)),
            Some("draft") => {
                let says = text_of(&value).unwrap_or_default().to_lowercase();
                let yes = matches!(&*says, "true" | "yes" | "on" | "1");
                let no = matches!(&*says, "false" | "no" | "off" | "0");
                let public = matches!(&*name, "published" | "publish" | "public");
                meta.draft |= match (yes, no) {
                    (true, _) => !public,
                    (_, true) => public,
                    _ => false,
                };
                if !yes && !no {
                    keep(&mut meta, value);
                }
            }
            _ => keep(&mut meta, value),
        }
    }
    meta
}

/// Puts a value among those that stay as they are.
pub(super) fn keep(meta: &mut Meta, key: &str, value: NodeValue<'static>) {
    if !meta.extra.iter().any(|(name, _)| name == key) {
        meta.extra.push((key.to_owned(), value));
    }
}

/// A text without line ends in it.
fn one_line(value: &NodeValue<'_>) -> Option<String> {
    let text = match value {
        NodeValue::List(_) | NodeValue::Table(_) => texts_of(value).join(", "),
        _ => text_of(value)?,
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The tag of a language, as BCP 47 has it.
fn language(value: &NodeValue<'_>) -> Option<String> {
    is_language(&text_of(value)?)
}

/// The tag of a language in the form of BCP 47, if it is one.
pub(super) fn is_language(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let tag = tag.split('.').next().unwrap_or_default();
    let shaped = tag.split('-').next().is_some_and(|first| matches!(first.len(), 2 | 3));
    let parsed = icu_locale_core::LanguageIdentifier::try_from_str(tag).ok()?;
    (shaped && parsed.language.as_str() != "und").then(|| parsed.to_string())
}

/// A value as TOML has it on one line; `None` for nothing, and for what is nested too deep.
pub(super) fn in_toml(value: &NodeValue<'_>, depth: usize) -> Option<String> {
    if depth > 24 {
        return None;
    }
    Some(match value {
        NodeValue::Text(text) | NodeValue::Date(text) => quoted(text),
        NodeValue::Integer(number) => number.to_string(),
        NodeValue::Float(number) if number.is_finite() => format!("{number:?}"),
        NodeValue::Float(number) if number.is_nan() => "nan".to_owned(),
        NodeValue::Float(number) => if *number > 0.0 { "inf" } else { "-inf" }.to_owned(),
        NodeValue::Bool(is) => is.to_string(),
        NodeValue::List(items) => {
            let items: Vec<_> =
                items.iter().filter_map(|item| in_toml(&item.value, depth + 1)).collect();
            format!("[{}]", items.join(", "))
        }
        NodeValue::Table(entries) => {
            let entry = |(key, node): &(Key<'_>, Node<'_>)| {
                Some(format!("{} = {}", key_in_toml(&key.name), in_toml(&node.value, depth + 1)?))
            };
            let entries: Vec<_> = entries.iter().filter_map(entry).collect();
            match entries.is_empty() {
                true => "{}".to_owned(),
                false => format!("{{ {} }}", entries.join(", ")),
            }
        }
        NodeValue::Nothing => return None,
    })
}

/// A key as TOML has it.
pub(super) fn key_in_toml(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match !key.is_empty() && key.bytes().all(is_bare) {
        true => key.to_owned(),
        false => quoted(key),
    }
}

/// A text as TOML has it: a JSON string is one of its basic strings, but for one character.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A file of configuration in TOML, YAML or JSON, by its name; as much of it as can be read, and why the rest cannot.
pub(super) fn config(name: &str, text: &str, remarks: &mut Vec<Remark>) -> serde_json::Value {
    let mut found = Vec::new();
    let file: Arc<str> = name.into();
    let value = match name.rsplit('.').next() {
        Some("json") => match serde_json::from_str(text) {
            Ok(value) => return value,
            Err(error) => {
                let line = error.line();
                remarks.push(Remark {
                    kind: "configuration that cannot be read".to_owned(),
                    file: name.to_owned(),
                    line,
                    what: error.to_string(),
                });
                return serde_json::Value::Null;
            }
        },
        Some("toml") => front_matter::table(&file, text, Syntax::Toml, 0, &mut found),
        _ => front_matter::table(&file, text, Syntax::Yaml, 0, &mut found),
    };
    if let Some(fault) = found.iter().find(|found| found.severity == Severity::Error) {
        remarks.push(Remark {
            kind: "configuration that cannot be read".to_owned(),
            file: name.to_owned(),
            line: line_at(text, fault),
            what: fault.message.clone(),
        });
    }
    Extra::convert(&value.value)
}
