//! Front matter as one tree for TOML and YAML, each value with its place in the file.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use saphyr_parser::{Event, Parser, ScalarStyle};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Place, Span};

/// Values nested deeper are refused.
const DEEPEST: usize = 32;

/// A value and its place. Text is that of the file where it is written there as it is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// Bytes of the file.
    pub span: Span,
    /// The value.
    pub value: Value<'t>,
}

/// What can stand in front matter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'t> {
    /// Text.
    Text(Cow<'t, str>),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time as it was written.
    Date(Cow<'t, str>),
    /// A list.
    List(Vec<Node<'t>>),
    /// A table, in the order written.
    Table(Vec<(Key<'t>, Node<'t>)>),
    /// YAML's `null`.
    Nothing,
}

impl Value<'_> {
    /// The type in words.
    pub fn words(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Nothing => "nothing",
        }
    }
}

/// A key and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Key<'t> {
    /// The key.
    pub name: Cow<'t, str>,
    /// Bytes of the file.
    pub span: Span,
}

/// The language of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Between lines `+++`.
    Toml,
    /// Between lines `---`.
    Yaml,
}

/// The parts of a document's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The language of the front matter.
    pub syntax: Syntax,
    /// Where the front matter stands.
    pub front: Range<usize>,
    /// Where the body starts.
    pub body: usize,
}

/// Finds the front matter of a file. Accepts a byte-order mark and Windows line ends.
pub(crate) fn split(file: &Arc<str>, text: &str) -> Result<Parts, Diagnostic> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (_, rest) = text.split_at(start);
    let first = rest.split_inclusive('\n').next().unwrap_or_default();
    let (syntax, fence, mark) = match first.trim_end() {
        "+++" => (Syntax::Toml, "+++", '+'),
        "---" => (Syntax::Yaml, "---", '-'),
        _ => {
            let what = if rest.trim().is_empty() {
                "the file is empty"
            } else {
                "the file has no front matter"
            };
            return Err(Diagnostic::new(Code::NoFrontMatter, what)
                .at(Place::span(file.clone(), start..start + first.trim_end().len()))
                .help("start it with a line `+++`, the document's keys such as `title = \"…\"`, and a line `+++`"));
        }
    };
    let front = start + first.len();
    // Most lines have no such mark.
    for (at, _) in text.match_indices(mark).skip_while(|(at, _)| *at < front) {
        let (before, after) = text.split_at(at);
        if !before.ends_with('\n') {
            continue;
        }
        let line = after.split_inclusive('\n').next().unwrap_or(after);
        if line.strip_prefix(fence).is_some_and(|rest| rest.trim_end().is_empty()) {
            return Ok(Parts { syntax, front: front..at, body: at + line.len() });
        }
    }
    Err(Diagnostic::new(
        Code::UnclosedFrontMatter,
        format!("the front matter has no closing `{fence}`"),
    )
    .at(Place::span(file.clone(), start..start + fence.len()))
    .label("opened here")
    .help(format!("end it with a line `{fence}`")))
}

/// Parses TOML that stands at `offset` of a file. What can be read is given back even when parts of it
/// cannot; syntax errors are reported.
pub(crate) fn toml<'t>(
    file: &Arc<str>,
    text: &'t str,
    offset: usize,
    found: &mut Vec<Diagnostic>,
) -> Node<'t> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut refuse = |span: Span, message: String| {
        found.push(Diagnostic::new(Code::Syntax, message).at(Place::span(file.clone(), span)));
    };
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        refuse((span.start + offset..span.end + offset).into(), message);
    }
    let value = toml_table(table.into_inner(), offset, 1, &mut |span| {
        refuse(span, format!("lists and tables are nested more than {DEEPEST} deep"));
    });
    Node { span: (offset..offset + text.len()).into(), value }
}

/// A table inside of which `depth` lists and tables are open.
fn toml_table<'t>(
    table: DeTable<'t>,
    offset: usize,
    depth: usize,
    too_deep: &mut dyn FnMut(Span),
) -> Value<'t> {
    let mut entries: Vec<(Key, Node)> = table
        .into_iter()
        .map(|(key, value)| {
            let span = place(&key, offset);
            let key = Key { name: key.into_inner(), span };
            (key, toml_node(value, offset, depth, too_deep))
        })
        .collect();
    // The parser has them by name.
    entries.sort_unstable_by_key(|(key, _)| key.span);
    Value::Table(entries)
}

fn toml_node<'t>(
    value: Spanned<DeValue<'t>>,
    offset: usize,
    depth: usize,
    too_deep: &mut dyn FnMut(Span),
) -> Node<'t> {
    let span = place(&value, offset);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
            Ok(n) => Value::Integer(n),
            Err(_) => Value::Float(n.as_str().parse().unwrap_or(f64::INFINITY)),
        },
        DeValue::Float(n) => Value::Float(n.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => Value::Bool(b),
        DeValue::Datetime(date) => Value::Date(date.to_string().into()),
        DeValue::Array(_) | DeValue::Table(_) if depth >= DEEPEST => {
            too_deep(span);
            Value::Nothing
        }
        DeValue::Array(list) => {
            let items = list.into_iter().map(|item| toml_node(item, offset, depth + 1, too_deep));
            Value::List(items.collect())
        }
        DeValue::Table(table) => toml_table(table, offset, depth + 1, too_deep),
    };
    Node { span, value }
}

/// Where a part of TOML stands in the file.
fn place<T>(part: &Spanned<T>, offset: usize) -> Span {
    let span = part.span();
    (span.start + offset..span.end + offset).into()
}

/// Parses YAML that stands at `offset` of a file: the core schema of YAML 1.2, without anchors, aliases
/// and tags. What stands before a syntax error is given back.
pub(crate) fn yaml<'t>(
    file: &Arc<str>,
    text: &'t str,
    offset: usize,
    found: &mut Vec<Diagnostic>,
) -> Node<'t> {
    // The parser counts characters.
    let mut bytes: Vec<usize> = text.char_indices().map(|(at, _)| at + offset).collect();
    bytes.push(text.len() + offset);
    let at = |index: usize| bytes.get(index).copied().unwrap_or(text.len() + offset);
    let whole = Span::from(offset..offset + text.len());
    let mut refuse = |span: Span, message: String| {
        found.push(Diagnostic::new(Code::Syntax, message).at(Place::span(file.clone(), span)));
    };
    // Open collections, innermost last: a list, or a table with the key that waits for its value.
    let mut open: Vec<(Node, Option<Key>)> = Vec::new();
    // The keys of each of them so far.
    let mut keys: Vec<FxHashSet<Cow<str>>> = Vec::new();
    let mut root: Option<Node> = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let place = at(error.marker().index());
                refuse((place..place + 1).into(), error.info().to_owned());
                break;
            }
        };
        let (start, end) = (at(span.start.index()), at(span.end.index()));
        // An empty value can end before it starts.
        let span = Span::from(start..end.max(start));
        let node = match event {
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag)
                if anchor > 0 || tag.is_some() || open.len() >= DEEPEST =>
            {
                refuse(span, "anchors, tags and deeper nesting are not for front matter".into());
                break;
            }
            Event::SequenceStart(..) => {
                open.push((Node { span, value: Value::List(Vec::new()) }, None));
                keys.push(FxHashSet::default());
                continue;
            }
            Event::MappingStart(..) => {
                open.push((Node { span, value: Value::Table(Vec::new()) }, None));
                keys.push(FxHashSet::default());
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((mut node, _)) => {
                    keys.pop();
                    node.span.end = span.end.max(node.span.start);
                    node
                }
                None => break,
            },
            Event::Alias(_) => {
                refuse(span, "aliases are not for front matter: write the value again".into());
                break;
            }
            Event::Scalar(_, _, anchor, ref tag) if anchor > 0 || tag.is_some() => {
                refuse(span, "anchors and tags are not for front matter".into());
                break;
            }
            Event::Scalar(text, style, ..) => {
                if let Some((Node { value: Value::Table(_), .. }, key @ None)) = open.last_mut() {
                    if keys.last_mut().is_some_and(|keys| !keys.insert(text.clone())) {
                        refuse(span, format!("the key `{text}` stands twice"));
                    }
                    *key = Some(Key { name: text, span });
                    continue;
                }
                let value = match style {
                    ScalarStyle::Plain => plain(text),
                    _ => Value::Text(text),
                };
                Node { span, value }
            }
            _ => continue,
        };
        match open.last_mut() {
            Some((Node { value: Value::List(items), .. }, _)) => items.push(node),
            Some((Node { value: Value::Table(entries), .. }, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    refuse(node.span, "a key is text, not a list or a table".into());
                    break;
                }
            },
            _ if root.is_none() => root = Some(node),
            _ => {
                refuse(node.span, "front matter is one document".into());
                break;
            }
        }
    }
    // After an error, what was read of the outermost table is still worth checking.
    match root.or_else(|| open.into_iter().next().map(|(node, _)| node)) {
        Some(node) if matches!(node.value, Value::Table(_)) => node,
        Some(node) if !matches!(node.value, Value::Nothing) => {
            refuse(
                node.span,
                format!("front matter is a table of keys, not {}", node.value.words()),
            );
            Node { span: whole, value: Value::Table(Vec::new()) }
        }
        _ => Node { span: whole, value: Value::Table(Vec::new()) },
    }
}

/// A plain scalar by the core schema of YAML 1.2; a date is a date, as in TOML.
fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Nothing,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && let Ok(n) = text.parse()
    {
        return Value::Integer(n);
    }
    let date = text.get(..10).is_some_and(|date| {
        date.bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
    });
    if date && (text.len() == 10 || text.as_bytes().get(10).is_some_and(|b| b"Tt ".contains(b))) {
        return Value::Date(text);
    }
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    match text.parse() {
        Ok(n) if number => Value::Float(n),
        _ => Value::Text(text),
    }
}
